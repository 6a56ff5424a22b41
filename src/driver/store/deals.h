/* Deals with studios. A change renews the showings of the titles concerned (showings.h). */
#ifndef LANTERNE_DRIVER_STORE_DEALS_H
#define LANTERNE_DRIVER_STORE_DEALS_H

#include "driver/store/store.h"
#include "rules/catalog/title.h"
#include "rules/rights/deal.h"

/* ERR_EXISTS: a deal of that name. */
MUST_CHECK enum err store_deal_add(struct store *store, const struct deal *deal, utc_time now);
/* ERR_STATE: the stored version is not deal->version. */
MUST_CHECK enum err store_deal_update(struct store *store, const struct deal *deal, utc_time now);
MUST_CHECK enum err store_deal_remove(struct store *store, deal_id id, utc_time now);
/* By id or name. */
MUST_CHECK enum err store_deal_find(struct store *store, struct arena *arena, const char *who,
                                    struct deal *out);
MUST_CHECK enum err store_deals_list(struct store *store, struct arena *arena, struct deal **out,
                                     size_t *n);
/* Those on a title that set a ceiling for its streams: deals that name it, and those for all titles
 * of a studio that sent a right to it. Without holdbacks and names of titles. */
MUST_CHECK enum err store_deals_capping(struct store *store, struct arena *arena, title_id title,
                                        struct deal **out, size_t *n);

#endif
