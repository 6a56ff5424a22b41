/* What each partner was told of the catalogue for its own search, so that it can be told what has
 * changed since. A title's mark is made of its row and of its showings where the partner sells; a
 * mark that is another than it was says that the title changed, by whatever: an edit, a contract,
 * or the clock alone. */
#ifndef LANTERNE_DRIVER_STORE_FEED_H
#define LANTERNE_DRIVER_STORE_FEED_H

#include "driver/store/store.h"
#include "rules/catalog/title.h"
#include "rules/partners/partner.h"
#include "rules/viewing/showing.h"

enum { STORE_FEED_TERRITORIES_MAX = 250 };

/* Marks what has changed for the partner by `now`. territories: by code, each once. */
MUST_CHECK enum err store_feed_refresh(struct store *store, partner_id partner,
                                       const char (*territories)[3], size_t n, utc_time now);

struct store_feed_entry {
    title_id id;
    bool is_there; /* else it was, and is not any more; title is then empty */
    utc_time changed;
    struct title title;
};
struct store_feed_filter {
    partner_id partner;
    utc_time since;    /* marked then or later, and what is gone since; us 0: all that is there */
    const char *after; /* the id before; NULL: from the first */
    unsigned limit;    /* 1 and more */
};
/* By id. *is_last: no entry follows these. */
MUST_CHECK enum err store_feed_page(struct store *store, struct arena *arena,
                                    const struct store_feed_filter *filter,
                                    struct store_feed_entry **out, size_t *n, bool *is_last);
/* All spans of a title in a territory. ERR_NOT_FOUND: it has none there. */
MUST_CHECK enum err store_title_spans(struct store *store, struct arena *arena, title_id title,
                                      const char *territory, struct showing **out, size_t *n);

#endif
