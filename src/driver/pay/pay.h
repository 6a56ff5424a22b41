/* Payment gateways: cards over HTTP in the style of Stripe's API (PaymentIntents, Checkout in setup
 * mode, signed webhooks). What is asked carries a key: asked again under it, the gateway answers as
 * the first time. Any thread. */
#ifndef LANTERNE_DRIVER_PAY_PAY_H
#define LANTERNE_DRIVER_PAY_PAY_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/money.h"
#include "rules/billing/charge.h"

struct pay_gateway;

struct pay_params {
    const char *url;            /* "https://api.gateway.example"; http:// only to this machine */
    const char *key;            /* secret, copied */
    const char *webhook_secret; /* copied; NULL: webhooks are refused */
    unsigned timeout_seconds;   /* of one call; 0: 30 */
    const char *ca_file;        /* certificates to trust in place of the system's; NULL */
};
/* ERR_ARGUMENT: the URL is none, or would send the key in the clear over a network; or a secret is
 * empty or not one word. */
MUST_CHECK enum err pay_open(const struct pay_params *params, struct pay_gateway **out);
void pay_close(struct pay_gateway **gateway);

/* What a gateway takes of a currency: TND, KWD and the like only with a last digit of 0, MGA only
 * whole. false: why, and nothing of that amount can be charged or given back. */
bool pay_amount_is_good(const struct money *amount, char why[CHARGE_WHY]);

struct pay_order {
    const char *key;         /* of the try: "CHARGE-NUMBER"; up to 200 printable characters */
    const char *charge;      /* id, comes back in webhooks (metadata) */
    struct money amount;     /* > 0 */
    const char *reference;   /* of the means: "CUSTOMER METHOD" */
    const char *description; /* on the member's statement */
    const char *return_url;  /* NULL: the member is not there (off session) */
    bool is_again; /* the key was used before and what came of it is not known: payments made are
                      looked through for it first, as gateways forget keys after a day */
};
#define PAY_CANCELED "canceled" /* why of a payment that was ended */
struct pay_answer {
    enum charge_outcome outcome;
    char reference[CHARGE_REFERENCE]; /* of the payment; "" : there is none */
    const char *confirm_url;          /* CHARGE_TRY_ASKS with a return_url; in the arena */
    char why[CHARGE_WHY];             /* "card_declined: insufficient_funds"; "" when paid */
    const char *charge;               /* ours that it is for, in the arena; NULL: it says none */
    int64_t refunded;                 /* pay_look: minor units given back so far */
    bool is_disputed;                 /* pay_look: the bank took it back, or is taking it */
};
/* OK whatever came of it, CHARGE_TRY_UNKNOWN when there was no answer that can be understood.
 * Off session a card that wants to be confirmed is DECLINED, and that payment can never be paid
 * later. An amount that gateways do not take is REFUSED without asking anybody. */
MUST_CHECK enum err pay_charge(struct pay_gateway *g, struct arena *arena,
                               const struct pay_order *order, struct pay_answer *out);
/* The payment that was made under the key of an order that may not be made again. ERR_NOT_FOUND:
 * the gateway knows of none; OK: *out, UNKNOWN when it gave no answer. */
MUST_CHECK enum err pay_find(struct pay_gateway *g, struct arena *arena,
                             const struct pay_order *order, struct pay_answer *out);
/* What became of a payment: for those that were left UNKNOWN or that ASKed, and when a webhook says
 * that something happened to it: the order webhooks come in says nothing, this does. */
MUST_CHECK enum err pay_look(struct pay_gateway *g, struct arena *arena, const char *reference,
                             struct pay_answer *out);
/* Ends a payment that ASKed, so that it can never be paid: before another try is made. DECLINED: it
 * is ended; PAID, PENDING: it was too late. */
MUST_CHECK enum err pay_cancel(struct pay_gateway *g, struct arena *arena, const char *reference,
                               struct pay_answer *out);
/* Gives money back: PAID: given, or on its way; REFUSED: more than is left, or too late. key: of
 * the refund, as in an order; under it money is given back once, however late it is asked again. */
MUST_CHECK enum err pay_refund(struct pay_gateway *g, struct arena *arena, const char *key,
                               const char *reference, const struct money *amount,
                               struct pay_answer *out);

struct pay_given_back {
    const char *key; /* that pay_refund was called with; NULL: given back at the gateway's desk */
    const char *id;  /* the gateway's */
    int64_t minor;
};
enum { PAY_GIVEN_BACK_MAX = 100 };
/* What was given back of a payment, oldest first, in the arena. ERR_BUSY: the gateway gave no
 * answer that can be understood. */
MUST_CHECK enum err pay_given_back(struct pay_gateway *g, struct arena *arena,
                                   const char *reference, struct pay_given_back **out, size_t *n);

/* The gateway's page on which the member types the card: never a page of ours. It leads back to
 * return_url with card=SESSION added, or put where return_url has card={CHECKOUT_SESSION_ID}. key:
 * of this asking. *url in the arena. ERR_BUSY: the gateway gave no answer that can be understood.
 */
MUST_CHECK enum err pay_setup(struct pay_gateway *g, struct arena *arena, const char *key,
                              const char *member, const char *email, const char *return_url,
                              const char **url);
struct pay_card {
    const char *reference; /* "CUSTOMER METHOD" */
    const char *label;     /* "Visa ···· 4242, 12/27" */
    const char *member;    /* whose page it was */
    uint8_t fingerprint[32];
};
/* What came of the page. ERR_NOT_FOUND: no such session; ERR_STATE: it was not finished; ERR_BUSY.
 */
MUST_CHECK enum err pay_setup_result(struct pay_gateway *g, struct arena *arena,
                                     const char *session, struct pay_card *out);

enum pay_event_kind { PAY_EVENT_OTHER, PAY_EVENT_CHARGE, PAY_EVENT_REFUND, PAY_EVENT_DISPUTE };
struct pay_event {
    const char *id;        /* of the event: it may come several times, and out of order */
    uint8_t signature[32]; /* the right one: the same again is a replay, sent again it is another */
    enum pay_event_kind kind;
    const char *charge;       /* ours, from the metadata; NULL */
    struct pay_answer answer; /* as the event has it; reference "" : it is about no payment */
    int64_t minor;            /* REFUND, DISPUTE: given back in all */
};
#define PAY_EVENT_WINDOW (5 * 60 * UTC_SECOND)
/* Checks the signature ("t=...,v1=...": HMAC-SHA256 over "t.body", in constant time, at most five
 * minutes from `now`) and reads the event. signature: the header; NULL: there was none. ERR_DENIED:
 * why. ERR_MALFORMED: why. */
MUST_CHECK enum err pay_event_read(const struct pay_gateway *g, struct arena *arena,
                                   const void *body, size_t n, const char *signature, utc_time now,
                                   struct pay_event *out, char why[CHARGE_WHY]);

#endif
