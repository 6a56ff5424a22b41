/* What is asked of billing and what came of it: the words between those who take orders (the API,
 * the command line, a partner's call) and the service that carries them out. */
#ifndef LANTERNE_RULES_BILLING_ORDER_H
#define LANTERNE_RULES_BILLING_ORDER_H

#include "base/arena.h"
#include "rules/billing/invoice.h"
#include "rules/billing/membership.h"
#include "rules/billing/rental.h"

enum billing_answer {
    BILLING_DONE,
    BILLING_PENDING,  /* done; the bank answers in days */
    BILLING_CONFIRM,  /* the member has to confirm it at confirm_url */
    BILLING_DECLINED, /* the means did not pay; nothing was given. why */
    BILLING_REFUSED,  /* makes no sense now, or something is missing. why */
    BILLING_BUSY,     /* the gateway gave no answer; it is asked again by itself */
};

/* What a REFUSED order stumbled over, for those who say more than "not now". */
enum billing_refusal {
    BILLING_REFUSAL_STATE, /* of the membership, or anything else: why */
    BILLING_REFUSAL_PLAN,  /* is not sold there */
    BILLING_REFUSAL_MEANS, /* none were given, or they are gone */
    BILLING_REFUSAL_PRICE, /* the film has none there */
    BILLING_REFUSAL_GIFT,  /* the code is unknown, used or expired */
};

struct store_also;

struct billing_order {
    member_id member;
    enum membership_event_kind kind; /* of a change */
    const char *plan;                /* TAKE, CHANGE, PARTNER_ON; NULL */
    means_id means;                  /* TAKE, MEANS, a rental; "" : the membership's own */
    int months;                      /* PAUSE */
    const char *partner;             /* PARTNER_ON: id */
    const struct store_also *also;   /* of driver/store: saved in the same transaction, or nothing
                                        is; NULL: nothing else */
    enum membership_reason reason;   /* STOP */
    title_id title;                  /* a rental of this, or of the playable */
    playable_id playable;
    enum rights_format format;
    const char *territory;  /* a rental: whose catalogue is seen */
    const char *return_url; /* where the bank's page leads back to; NULL: nobody is there */
    const char *once;       /* a key of the caller's: the same order under it is done once, and
                               answered the same; NULL: none */
};

struct billing_result {
    enum billing_answer answer;
    enum billing_refusal refusal; /* REFUSED */
    struct membership membership; /* as it is after it */
    struct charge charge;         /* id "" : nothing was charged */
    struct rental rental;
    const char *confirm_url; /* in the arena */
    char why[MEMBERSHIP_WHY];
};

/* The service, as others see it: service/billing fills it in (billing_ops), the app hands it on.
 * Errors are the store's and the gateway's; what the asker did wrong is an answer. Any thread. */
struct billing_ops {
    void *context;
    /* Any event of membership.h but PAID, FAILED, RETURNED, GIFT and DUE. */
    enum err (*change)(void *context, struct arena *arena, const struct billing_order *order,
                       struct billing_result *out);
    enum err (*redeem)(void *context, struct arena *arena, member_id member, const char *code,
                       struct billing_result *out);
    enum err (*rent)(void *context, struct arena *arena, const struct billing_order *order,
                     struct billing_result *out);
    /* Gives money of a charge back: minor 0: all that is left. key: done once under it. ERR_STATE:
     * not paid, or more than is left (why). ERR_NOT_FOUND: no such charge. */
    enum err (*refund)(void *context, struct arena *arena, charge_id charge, int64_t minor,
                       const char *key, struct billing_result *out);
    /* Card: begins at the gateway; *url: its page, where the member types the card. ends: with what
     * that page leads back with. ERR_UNSUPPORTED: the house has no gateway. */
    enum err (*card_begin)(void *context, struct arena *arena, member_id member,
                           const char *return_url, const char **url);
    enum err (*card_end)(void *context, struct arena *arena, member_id member, const char *session,
                         struct means *out);
    /* A mandate for direct debit. ERR_ARGUMENT: why (IBAN wrong, country out of SEPA, name).
     * ERR_UNSUPPORTED: the house collects none. */
    enum err (*sepa_mandate)(void *context, struct arena *arena, member_id member, const char *iban,
                             const char *holder, struct means *out, char why[MEMBERSHIP_WHY]);
    /* What the gateway sends: ERR_DENIED: signature wrong, too old or seen before; ERR_MALFORMED.
     */
    enum err (*webhook)(void *context, const void *body, size_t n, const char *signature,
                        char why[MEMBERSHIP_WHY]);
    /* The invoice as PDF. */
    enum err (*invoice_pdf)(void *context, struct arena *arena, const struct invoice *invoice,
                            const char *language, const void **bytes, size_t *n);
};

#endif
