/* What letters to members say, in French and English: names and links, and nothing that tells
 * whether they were read. */
#ifndef LANTERNE_RULES_MEMBERS_LETTER_H
#define LANTERNE_RULES_MEMBERS_LETTER_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/money.h"
#include "base/zone.h"

/* X(name, word) */
#define LETTER_TABLE(X)                                                                            \
    X(LETTER_VERIFY, "verify")                   /* link: the address is theirs */                 \
    X(LETTER_RESET, "reset")                     /* link: a new password */                        \
    X(LETTER_PASSWORD, "password")               /* it was changed */                              \
    X(LETTER_DEVICE, "device")                   /* signed in on one not seen before */            \
    X(LETTER_ADDRESS, "address")                 /* link: the new address is theirs */             \
    X(LETTER_ADDRESS_ASKED, "address-asked")     /* to the old one: a change was asked for */      \
    X(LETTER_ADDRESS_CHANGED, "address-changed") /* to both */                                     \
    X(LETTER_FACTOR_ON, "second-factor-on")                                                        \
    X(LETTER_FACTOR_OFF, "second-factor-off")                                                      \
    X(LETTER_PASSKEY_ADDED, "passkey-added")     /* device: its name */                            \
    X(LETTER_PASSKEY_REMOVED, "passkey-removed") /* likewise */                                    \
    X(LETTER_DELETED, "deleted")                                                                   \
    X(LETTER_WELCOME, "welcome")               /* a plan was taken; amount, when: next charge */   \
    X(LETTER_RECEIPT, "receipt")               /* amount was paid */                               \
    X(LETTER_DEBIT, "debit")                   /* amount will be debited on the day (SEPA) */      \
    X(LETTER_TRIAL_ENDED, "trial-ended")       /* nothing was taken */                             \
    X(LETTER_PAYMENT_FAILED, "payment-failed") /* when: plays until */                             \
    X(LETTER_SUSPENDED, "suspended")           /* when: ends then */                               \
    X(LETTER_RECOVERED, "recovered")           /* paid after all */                                \
    X(LETTER_CANCELLED, "cancelled")           /* when: plays until */                             \
    X(LETTER_PAUSED, "paused")                 /* when: goes on */                                 \
    X(LETTER_ENDED, "ended")                                                                       \
    X(LETTER_PRICE, "price")                 /* amount from when on */                             \
    X(LETTER_PLAN, "plan")                   /* another plan; amount, when: next charge */         \
    X(LETTER_REFUND, "refund")               /* amount was given back */                           \
    X(LETTER_RENTAL, "rental")               /* title, amount, when: start by */                   \
    X(LETTER_GIFT, "gift")                   /* months of the plan were given; when: until */      \
    X(LETTER_PARTNER, "partner")             /* a partner pays from now on */                      \
    X(LETTER_PARTNER_ENDED, "partner-ended") /* and does no more */                                \
    X(LETTER_WIN_BACK, "win-back")           /* come back */

enum letter_kind {
#define X(name, word) name,
    LETTER_TABLE(X)
#undef X
        N_LETTERS
};

struct letter_facts {
    const char *service;        /* what it is called */
    const char *home;           /* its address, without a slash at the end */
    const char *language;       /* French, else English */
    const char *link;           /* where the kind has one */
    const char *address;        /* where the kind names one */
    const char *device;         /* "Firefox, Windows"; NULL: not known */
    const char *place;          /* a country's name; NULL: not known */
    const struct money *amount; /* where the kind names one */
    utc_time when;              /* likewise */
    const struct zone *zone;    /* of dates; NULL: UTC */
    const char *plan;           /* its name in the letter's language; NULL */
    const char *title;          /* of a film; NULL */
    const char *partner;        /* its name; NULL */
    utc_time at;
};

const char *letter_kind_name(enum letter_kind kind);
bool letter_kind_parse(const char *word, enum letter_kind *out);
bool letter_is_french(const char *language);
/* "31 janvier 2026", "31 January 2026": the day that the zone (NULL: UTC) shows. */
void letter_day(struct buf *out, utc_time t, const struct zone *zone, const char *language);
/* "12,99 €", "€12.99"; a currency without a sign by its code. */
void letter_amount(struct buf *out, const struct money *m, const char *language);
/* One line, UTF-8. */
void letter_subject(enum letter_kind kind, const struct letter_facts *f, struct buf *out);
/* Lines that end with \n, UTF-8. */
void letter_text(enum letter_kind kind, const struct letter_facts *f, struct buf *out);

#endif
