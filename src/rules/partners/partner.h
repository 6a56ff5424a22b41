/* Cable partners: who they are, what they sell of ours and what they pay for it. Pure. */
#ifndef LANTERNE_RULES_PARTNERS_PARTNER_H
#define LANTERNE_RULES_PARTNERS_PARTNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/date.h"
#include "base/err.h"
#include "base/id.h"
#include "base/money.h"
#include "rules/billing/plan.h"

ID_TYPE(partner_id);
ID_TYPE(partner_key_id);

enum {
    PARTNER_NAME_MAX = 80,     /* bytes of UTF-8 */
    PARTNER_CONTACT_MAX = 200, /* likewise: whom its members ask, a page or a number */
    BUNDLE_CODE = PLAN_CODE,   /* written like a plan's */
    PARTNER_TEXT = 65,         /* 64 bytes of an opaque text of the partner's, and a NUL */
    PARTNER_WHY = 200,
};

struct partner {
    partner_id id;
    const char *name;    /* unique without regard to case */
    const char *contact; /* NULL: none */
    utc_time created;
    utc_time suspended; /* its calls are refused since then; us 0: they are not */
};
/* ERR_ARGUMENT: why says which field and what it must be. */
MUST_CHECK enum err partner_validate(const struct partner *partner, char why[PARTNER_WHY]);
/* An account, a channel, the id of an event or of a request, as the partner writes it: 1 to 64
 * visible characters of ASCII. */
bool partner_text_is_good(const char *text);

/* What its requests are signed with. */
#define PARTNER_ALGORITHMS(X)                                                                      \
    X(PARTNER_HMAC, "hmac-sha256")                                                                 \
    X(PARTNER_ED25519, "ed25519")
enum partner_algorithm {
#define X(name, word) name,
    PARTNER_ALGORITHMS(X)
#undef X
        PARTNER_ALGORITHM_COUNT
};
const char *partner_algorithm_name(enum partner_algorithm algorithm);
bool partner_algorithm_parse(const char *name, enum partner_algorithm *out);

/* What the partner sells: one of our plans, in one territory. */
struct bundle {
    partner_id partner;
    char code[BUNDLE_CODE]; /* the partner's word for it */
    char plan[PLAN_CODE];
    char territory[3];
    bool is_offered; /* may be ordered and changed to; who has it keeps it either way */
    utc_time created;
};
MUST_CHECK enum err bundle_validate(const struct bundle *bundle, char why[PARTNER_WHY]);

/* What the partner pays for an active month of it, tax contained, from a day on by the territory's
 * calendar, and its share of the revenue: of what it pays without tax. A row is never changed:
 * other terms are another row. All of a bundle's are in one currency. */
struct bundle_terms {
    char code[BUNDLE_CODE];
    struct money price; /* minor 0: nothing is paid */
    int share_permille; /* 0..1000 */
    civil_day from;
    utc_time said; /* of two with the same day the later counts */
};
enum { BUNDLE_PRICE_MAX = 1000000000 }; /* minor units: the sums of a month stay exact */
MUST_CHECK enum err bundle_terms_validate(const struct bundle_terms *terms, char why[PARTNER_WHY]);
/* The row that holds on a day; NULL: none does yet, nothing is paid. Rows in any order. */
const struct bundle_terms *bundle_terms_on(const struct bundle_terms *terms, size_t n,
                                           const char *code, civil_day day);

#endif
