/* Territories and the laws in force in them. A change renews the showings that hang on it. */
#ifndef LANTERNE_DRIVER_STORE_TERRITORIES_H
#define LANTERNE_DRIVER_STORE_TERRITORIES_H

#include "driver/store/store.h"
#include "rules/territory/law.h"
#include "rules/territory/territory.h"

/* Adds or replaces what the house has set; the changes of its life stay. */
MUST_CHECK enum err store_territory_put(struct store *store, const struct territory *territory,
                                        utc_time now);
/* With its life. One that was never spoken of: OK, PLANNED, nothing set (fields as facts have
 * them). */
MUST_CHECK enum err store_territory_get(struct store *store, struct arena *arena, const char *code,
                                        struct territory *out);
/* All that were ever set or moved, by code. */
MUST_CHECK enum err store_territories_list(struct store *store, struct arena *arena,
                                           struct territory **out, size_t *n);
/* Adds a row to its life. ERR_STATE: territory_change_allowed says no. */
MUST_CHECK enum err store_territory_change(struct store *store, const char *code,
                                           const struct territory_change *change, utc_time now);
/* Takes a planned change away that has not happened yet. ERR_NOT_FOUND: none at that instant. */
MUST_CHECK enum err store_territory_unplan(struct store *store, const char *code, utc_time at,
                                           utc_time now);

/* Laws: origin "shipped" or the name of the house's file. Replaces all of that origin. A law of the
 * house's takes the place of a shipped one with the same id. */
MUST_CHECK enum err store_laws_replace(struct store *store, const char *origin,
                                       const struct law *laws, size_t n, utc_time now);
/* All that count, by territory and id. */
MUST_CHECK enum err store_laws_list(struct store *store, struct arena *arena, struct law **out,
                                    size_t *n);
/* A word that names what was shipped ("2026-11-1"); "" : none yet. */
MUST_CHECK enum err store_laws_version(struct store *store, char out[64]);
MUST_CHECK enum err store_laws_version_put(struct store *store, const char *version);

#endif
