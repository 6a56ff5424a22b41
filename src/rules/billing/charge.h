/* Charges: one thing that is to be paid once, and the tries to collect it. Pure.
 *
 *            +--fail--+                            PENDING: the bank has it (SEPA); what was paid
 *            v        |                            for is given meanwhile
 *   OPEN ---try----> OPEN -paid-> PAID -return-> RETURNED -paid-> PAID
 *     |                +-pending-> PENDING -settled-> PAID       +-> VOID
 *     |                               +-returned-> RETURNED
 *     +-void-> VOID (nobody wants it any more)     PAID -refund-> REFUNDED (whole) */
#ifndef LANTERNE_RULES_BILLING_CHARGE_H
#define LANTERNE_RULES_BILLING_CHARGE_H

#include "base/clock.h"
#include "base/id.h"
#include "base/money.h"
#include "rules/members/member.h"

ID_TYPE(charge_id);
ID_TYPE(means_id);

/* ---- payment means -----------------------------------------------------------------------------
 */

#define MEANS_KINDS(X)                                                                             \
    X(MEANS_CARD, "card") /* at the card gateway */                                                \
    X(MEANS_SEPA, "sepa") /* a mandate for direct debit */
enum means_kind {
#define X(name, word) name,
    MEANS_KINDS(X)
#undef X
        MEANS_KIND_COUNT
};
const char *means_kind_name(enum means_kind kind);

struct means {
    means_id id; /* s[0] 0: none */
    member_id member;
    enum means_kind kind;
    const char *label; /* for people: "Visa ···· 4242, 12/27", "FR·· 0189" */
    /* Card: the gateway's customer and payment method. SEPA: the mandate's reference (UMR) and the
     * account holder's name. */
    const char *reference, *holder;
    uint8_t fingerprint[32]; /* of the card or IBAN whoever uses it: one free trial each */
    const uint8_t *sealed;   /* SEPA: the IBAN (driver/password); NULL: nothing */
    size_t sealed_size;
    utc_time created;
    utc_time removed; /* us 0: it is there */
};

/* ---- charges -----------------------------------------------------------------------------------
 */

#define CHARGE_KINDS(X)                                                                            \
    X(CHARGE_PERIOD, "period") /* of a subscription */                                             \
    X(CHARGE_RENTAL, "rental")                                                                     \
    X(CHARGE_GIFT, "gift")
enum charge_kind {
#define X(name, word) name,
    CHARGE_KINDS(X)
#undef X
        CHARGE_KIND_COUNT
};
const char *charge_kind_name(enum charge_kind kind);

#define CHARGE_STATES(X)                                                                           \
    X(CHARGE_OPEN, "open")                                                                         \
    X(CHARGE_PENDING, "pending")                                                                   \
    X(CHARGE_PAID, "paid")                                                                         \
    X(CHARGE_RETURNED, "returned")                                                                 \
    X(CHARGE_REFUNDED, "refunded")                                                                 \
    X(CHARGE_VOID, "void")
enum charge_state {
#define X(name, word) name,
    CHARGE_STATES(X)
#undef X
        CHARGE_STATE_COUNT
};
const char *charge_state_name(enum charge_state state);
bool charge_state_parse(const char *name, enum charge_state *out);
bool charge_may_move(enum charge_state from, enum charge_state to);

enum { CHARGE_SUBJECT = 48, CHARGE_REFERENCE = 96, CHARGE_WHY = 120 };

struct charge {
    charge_id id;
    enum charge_kind kind;
    enum charge_state state;
    member_id member;
    /* What it pays for, once: "period ANCHOR_DAY K" of a member, "rental ID", "gift ID". Unique
     * with the member while the charge is not VOID: never two charges for one period. */
    char subject[CHARGE_SUBJECT];
    struct money amount; /* > 0; tax contained */
    int64_t credit;      /* what of the price the member's credit pays: price = amount + credit */
    int tax_permille;
    char territory[3];
    means_id means; /* of the last try; "" : none yet */
    utc_time created;
    utc_time paid;    /* us 0: not yet */
    int64_t refunded; /* minor units given back so far */
    unsigned tries;
    char reference[CHARGE_REFERENCE]; /* the gateway's or the bank's, of the last try */
    char why[CHARGE_WHY];             /* what the last try came to; "" : nothing yet */
};

/* What a try to collect came to. */
enum charge_outcome {
    CHARGE_TRY_PAID,
    CHARGE_TRY_PENDING,  /* under way: the bank answers in days */
    CHARGE_TRY_ASKS,     /* the member must confirm it at the bank (3-D Secure) */
    CHARGE_TRY_DECLINED, /* may go better later */
    CHARGE_TRY_REFUSED,  /* these means will never pay: closed account, stolen card */
    CHARGE_TRY_UNKNOWN, /* no answer: asked again under the same key before anything else is done */
};
const char *charge_outcome_name(enum charge_outcome outcome); /* "paid", "pending", "asks", ... */

#endif
