/* Two lists of the same subscriptions at the end of a day, ours and the partner's, held against
 * each other; every difference is named and explained. Pure. */
#ifndef LANTERNE_RULES_PARTNERS_RECONCILE_H
#define LANTERNE_RULES_PARTNERS_RECONCILE_H

#include "base/arena.h"
#include "rules/partners/bill.h"

/* A row of either list. */
struct partner_row {
    char account[PARTNER_TEXT];
    char id[ID_TEXT]; /* of the subscription; "" : they do not say */
    enum partner_state state;
    bool is_linked;
    char bundle[BUNDLE_CODE];
    struct money price; /* a month, tax contained; currency "": not said */
    civil_day since;    /* the day the state began */
    bool has_since;
    enum partner_call call; /* ours: what happened last, and when */
    utc_time called;
};

#define PARTNER_DIFFERENCES(X)                                                                     \
    X(PARTNER_MISSING_THERE, "missing-there")                                                      \
    X(PARTNER_MISSING_HERE, "missing-here")                                                        \
    X(PARTNER_TWICE_THERE, "twice-there")                                                          \
    X(PARTNER_OTHER_STATE, "state")                                                                \
    X(PARTNER_OTHER_BUNDLE, "bundle")                                                              \
    X(PARTNER_OTHER_PRICE, "price")                                                                \
    X(PARTNER_OTHER_DATE, "date")
enum partner_difference_kind {
#define X(name, word) name,
    PARTNER_DIFFERENCES(X)
#undef X
        PARTNER_DIFFERENCE_COUNT
};
const char *partner_difference_name(enum partner_difference_kind kind);

struct partner_difference {
    enum partner_difference_kind kind;
    const char *account;
    const char *id;   /* "" : not known here */
    const char *ours; /* NULL: nothing */
    const char *theirs;
    const char *text; /* a sentence: what differs, and what happened here last */
};
/* Ended ones may lack in either list. theirs and ours in any order; found by account, and by id
 * when they say it. In the arena, by account. */
void partner_reconcile(struct arena *arena, const struct partner_row *ours, size_t n_ours,
                       const struct partner_row *theirs, size_t n_theirs,
                       struct partner_difference **out, size_t *n);

#endif
