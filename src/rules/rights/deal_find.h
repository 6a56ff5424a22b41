/* What the files about deals share. Of this folder alone. */
#ifndef LANTERNE_RULES_RIGHTS_DEAL_FIND_H
#define LANTERNE_RULES_RIGHTS_DEAL_FIND_H

#include "rules/rights/deal.h"
#include "rules/rights/window.h"

/* Whether the title is one of the deal's: named, or the deal is for all. */
bool deal_names(const struct deal *deal, const char *title);
/* "deal "X" with Y", as every source of a deal begins. */
const char *deal_source(struct arena *arena, const struct deal *deal);
/* The deal's term by the clocks of a zone. */
struct rights_interval deal_term(const struct deal *deal, const struct zone *zone);

/* Findings as they are gathered. A pair is looked at in one territory after the other, and what is
 * found of it in several becomes one finding. */
struct deal_findings {
    struct arena *arena;
    struct pending_finding *at;
    size_t n, room;
};
struct pending_finding {
    struct deal_finding finding;
    const char *what;        /* between the first source and the territories */
    const char *then;        /* between the time and the second source */
    const struct zone *zone; /* of the first territory */
    struct territory_set where;
    size_t pair[2]; /* which two it is about, in any numbering */
};
/* Adds to the last finding when it is of the same kind and pair. */
void deal_findings_note(struct deal_findings *findings, const struct pending_finding *found);
/* In the order in which they were noted, with their sentences. */
void deal_findings_finish(struct deal_findings *findings, struct deal_finding **out, size_t *n);

/* The part that two times have in common; false: none. */
bool rights_interval_meet(const struct rights_interval *a, const struct rights_interval *b,
                          struct rights_interval *both);

#endif
