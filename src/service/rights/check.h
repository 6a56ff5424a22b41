/* Looking for what does not go together: one title after another, with what all share loaded once.
 * Only for service/rights. */
#ifndef LANTERNE_SERVICE_RIGHTS_CHECK_H
#define LANTERNE_SERVICE_RIGHTS_CHECK_H

#include "rules/territory/law.h"
#include "service/rights/rights.h"

enum { FINDINGS_MAX = 10000 };

struct check {
    struct store *store;
    struct arena *arena; /* of the findings */
    size_t n_deals, n_laws, n_house;
    struct deal *deals;
    struct law *laws;
    struct territory *house; /* territories that were ever set */
    const char *home;
    struct deal_finding *findings;
    size_t n, room;
};
/* Loads deals, laws and territories. */
MUST_CHECK enum err check_begin(struct check *check, struct store *store, struct arena *arena,
                                const char *home);
/* Adds the findings of a title of the store: of all its playables, each finding once. */
MUST_CHECK enum err check_stored(struct check *check, title_id title);
/* Adds those of rights that are not in the store (yet), as if they were all the title's. */
MUST_CHECK enum err check_rights(struct check *check, const char *title,
                                 const struct rights_right *rights, size_t n);
/* Deals against deals. */
MUST_CHECK enum err check_deals(struct check *check);

/* The enforced chronology of a territory as blocks, after `blocks`; in the arena. */
MUST_CHECK enum err check_blocks_with_laws(struct arena *arena, const struct law *laws,
                                           size_t n_laws, const char *territory,
                                           const struct zone *zone,
                                           const struct rights_block *blocks, size_t n,
                                           struct rights_block **out, size_t *n_out);

#endif
