/* Plans and what they cost, territory by territory. Pure. */
#ifndef LANTERNE_RULES_BILLING_PLAN_H
#define LANTERNE_RULES_BILLING_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/date.h"
#include "base/err.h"
#include "base/money.h"
#include "rules/rights/right.h"

enum {
    PLAN_CODE = 33,     /* 32 of a-z, 0-9 and '-', and a NUL */
    PLAN_NAME_MAX = 60, /* bytes of UTF-8 */
    PLAN_STREAMS_MAX = 20,
    PLAN_MONTHS_MAX = 12,
};

struct plan {
    char code[PLAN_CODE]; /* "standard" */
    const char *name_en, *name_fr;
    int streams;               /* at a time; 1..PLAN_STREAMS_MAX */
    enum rights_format format; /* greatest picture */
    int months;                /* of a period: 1..PLAN_MONTHS_MAX */
    bool is_offered;           /* members may take it; who has it keeps it either way */
    int rank;                  /* order on pages, and which of two is the greater plan */
};
/* Letters, digits and '-', which neither begins nor ends it. */
bool plan_code_is_good(const char *code);
enum { PLAN_WHY = 160 };
/* ERR_ARGUMENT: why says which field and what it must be. */
MUST_CHECK enum err plan_validate(const struct plan *plan, char why[PLAN_WHY]);

/* What a period costs in a territory from a day on, tax contained. A row is never changed: another
 * price is another row. */
struct plan_price {
    char plan[PLAN_CODE];
    char territory[3];
    struct money price; /* minor 0: free of charge */
    civil_day from;     /* by the territory's calendar */
    utc_time said;      /* when it was entered: of two with the same day the later counts */
};
/* The row that holds on a day; NULL: the plan cannot be taken there. Rows in any order. */
const struct plan_price *plan_price_on(const struct plan_price *prices, size_t n, const char *plan,
                                       const char *territory, civil_day day);

/* The tax that an amount contains: 1000 and 200 permille give 167. Rounded half up to the minor
 * unit; of a negative amount minus that of the positive one. permille: 0..1000. */
int64_t tax_contained(int64_t minor, int permille);
/* minor * part / whole, rounded down towards zero, exact for all int64 minor >= 0 and
 * 0 <= part <= whole, whole > 0. */
int64_t money_part(int64_t minor, int64_t part, int64_t whole);

#endif
