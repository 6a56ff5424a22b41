/* Draft titles for avails that nobody has a title for. Only for service/rights. */
#ifndef LANTERNE_SERVICE_RIGHTS_DRAFTS_H
#define LANTERNE_SERVICE_RIGHTS_DRAFTS_H

#include "format/avails/avails.h"
#include "service/rights/rights.h"

/* An avail as the file has it and as it was taken. */
struct drafts_pair {
    const struct avails_avail *said;
    const struct store_avail_change *change;
};
/* After the import was taken: makes films and series (with seasons and episodes) for the avails
 * that are linked to nothing, sets their identifiers and dates, links the avails; adds episodes
 * that a linked series lacks. dry_run: only says which titles would be made; the store is as before
 * the import then. */
MUST_CHECK enum err drafts_make(struct store *store, struct arena *arena,
                                const struct drafts_pair *pairs, size_t n, bool dry_run,
                                utc_time now, struct rights_new_title **out, size_t *n_out);

#endif
