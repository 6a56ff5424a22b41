/* What a delivered description changes of titles, all of it or nothing; and who bears a key. */
#ifndef LANTERNE_DRIVER_STORE_METADATA_H
#define LANTERNE_DRIVER_STORE_METADATA_H

#include "driver/store/rights.h"
#include "driver/store/store.h"
#include "rules/catalog/title.h"

struct store_title_change {
    const struct title *title; /* as it is to be */
    bool is_new;               /* it is added; else it is there */
    bool is_changed;           /* it is updated, when its version is still the stored one */
    bool has_keys;             /* keys take the place of the identifiers there were */
    size_t n_keys, n_events, n_seasons, n_episodes;
    const char *const *keys;
    const struct rights_event_date *events; /* as for store_title_events_put */
    const struct title_season *seasons;     /* as for store_season_put */
    const struct store_episode_change {
        struct title_episode episode;
        bool is_new;
    } * episodes;
};
/* One transaction, in order. dry_run: everything is done and taken back. ERR_STATE: somebody else
 * changed a title meanwhile, or a film was to have seasons. ERR_EXISTS: a key is another title's.
 * On any error nothing has changed. */
MUST_CHECK enum err store_title_changes_apply(struct store *store,
                                              const struct store_title_change *changes, size_t n,
                                              bool dry_run, utc_time now);

struct store_title_key {
    title_id title;
    const char *key;
};
/* The identifiers that begin so, by key: "cid:md:cid:org:x:1" also gives "cid:md:cid:org:x:12". At
 * most 1,000. */
MUST_CHECK enum err store_title_keys_find(struct store *store, struct arena *arena,
                                          const char *begins, struct store_title_key **out,
                                          size_t *n);

#endif
