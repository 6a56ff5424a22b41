#ifndef LANTERNE_DRIVER_STORE_PRODUCTIONS_H
#define LANTERNE_DRIVER_STORE_PRODUCTIONS_H

#include "driver/store/store.h"
#include "rules/production/production.h"

/* ERR_EXISTS: the title has a production. */
MUST_CHECK enum err store_production_add(struct store *store, const struct production *production);
/* By production or title id. */
MUST_CHECK enum err store_production_find(struct store *store, struct arena *arena, const char *who,
                                          struct production *out);
MUST_CHECK enum err store_productions_list(struct store *store, struct arena *arena,
                                           struct production **out, size_t *n);
/* Replaces all but id, title and created. ERR_STATE: the stored version is not production->version.
 * A release that is set publishes the title at that instant (store_title_publish) in the same
 * transaction; one taken away withdraws it while it lies ahead. */
MUST_CHECK enum err store_production_update(struct store *store,
                                            const struct production *production, utc_time now);

#endif
