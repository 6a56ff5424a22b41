/* Changes of a title inside a transaction that others share: each is what the function of titles.h
 * or rights.h that is named like it does. Only for driver/store. */
#ifndef LANTERNE_DRIVER_STORE_TITLE_WRITES_H
#define LANTERNE_DRIVER_STORE_TITLE_WRITES_H

#include "driver/store/sql.h"
#include "rules/catalog/title.h"
#include "rules/rights/right.h"

MUST_CHECK enum err title_insert(struct connection *c, const struct title *title);
MUST_CHECK enum err title_replace(struct connection *c, const struct title *title, utc_time now);
MUST_CHECK enum err title_keys_replace(struct connection *c, const char *title,
                                       const char *const *keys, size_t n, utc_time now);
MUST_CHECK enum err title_events_replace(struct connection *c, const char *title,
                                         const struct rights_event_date *events, size_t n,
                                         utc_time now);
MUST_CHECK enum err season_replace(struct connection *c, const char *series,
                                   const struct title_season *season);
MUST_CHECK enum err episode_insert(struct connection *c, const struct title_episode *episode);
MUST_CHECK enum err episode_replace(struct connection *c, const struct title_episode *episode);

#endif
