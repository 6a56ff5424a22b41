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
};
/* ERR_ARGUMENT: the URL is none, or would send the key in the clear over a network. */
MUST_CHECK enum err pay_open(const struct pay_params *params, struct pay_gateway **out);
void pay_close(struct pay_gateway **gateway);

struct pay_order {
    const char *key;         /* of the try: "CHARGE-NUMBER" */
    const char *charge;      /* id, comes back in webhooks (metadata) */
    struct money amount;     /* > 0 */
    const char *reference;   /* of the means: "CUSTOMER METHOD" */
    const char *description; /* on the member's statement */
    const char *return_url;  /* NULL: the member is not there (off session) */
};
struct pay_answer {
    enum charge_outcome outcome;
    char reference[CHARGE_REFERENCE]; /* of the payment; "" : there is none */
    const char *confirm_url;          /* CHARGE_TRY_ASKS with a return_url; in the arena */
    char why[CHARGE_WHY];             /* "card_declined: insufficient_funds"; "" when paid */
};
/* OK whatever came of it, CHARGE_TRY_UNKNOWN when there was no answer that can be understood. */
MUST_CHECK enum err pay_charge(struct pay_gateway *g, struct arena *arena,
                               const struct pay_order *order, struct pay_answer *out);
/* What became of a payment: for those that were left UNKNOWN or that ASKed. */
MUST_CHECK enum err pay_look(struct pay_gateway *g, struct arena *arena, const char *reference,
                             struct pay_answer *out);
/* Gives money back. key: of the refund. */
MUST_CHECK enum err pay_refund(struct pay_gateway *g, struct arena *arena, const char *key,
                               const char *reference, const struct money *amount,
                               struct pay_answer *out);

/* The gateway's page on which the member types the card: never a page of ours. *url in the arena.
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
/* What came of the page. ERR_NOT_FOUND: no such session; ERR_STATE: it was not finished. */
MUST_CHECK enum err pay_setup_result(struct pay_gateway *g, struct arena *arena,
                                     const char *session, struct pay_card *out);

enum pay_event_kind { PAY_EVENT_OTHER, PAY_EVENT_CHARGE, PAY_EVENT_REFUND, PAY_EVENT_DISPUTE };
struct pay_event {
    const char *id; /* of the event: it may come several times, and out of order */
    enum pay_event_kind kind;
    const char *charge; /* ours, from the metadata; NULL */
    struct pay_answer answer;
    int64_t minor; /* REFUND, DISPUTE: given back in all */
};
/* Checks the signature ("t=...,v1=...": HMAC-SHA256 over "t.body", in constant time, at most five
 * minutes old by `now`) and reads the event. ERR_DENIED: why. ERR_MALFORMED: why. */
MUST_CHECK enum err pay_event_read(const struct pay_gateway *g, struct arena *arena,
                                   const void *body, size_t n, const char *signature, utc_time now,
                                   struct pay_event *out, char why[CHARGE_WHY]);

#endif
