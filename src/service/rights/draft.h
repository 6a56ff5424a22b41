/* What the two files of drafts share: drafts.c (which titles) and draft.c (what each is made of).
 * Only for service/rights. */
#ifndef LANTERNE_SERVICE_RIGHTS_DRAFT_H
#define LANTERNE_SERVICE_RIGHTS_DRAFT_H

#include "driver/store/metadata.h"
#include "driver/store/titles.h"
#include "service/rights/drafts.h"

/* A title in the making, or a series that is there and lacks episodes: its avails, in the order of
 * the file. */
struct draft {
    enum title_kind kind;
    title_id known;    /* s[0] 0: it is made */
    const char **keys; /* identifiers, without the level before them */
    size_t n_keys, n_pairs, room, n_episodes, room_episodes;
    const struct drafts_pair **pairs;
    struct store_episode_change *episodes;
    struct title title;
    bool is_named_only; /* no key of its avails leads to it: they are linked one by one */
};

struct drafting {
    struct store *store;
    struct arena *arena;
    utc_time now;
    void *by_key; /* of tsearch: struct keyed_draft */
    struct draft **list;
    size_t n, room;
};

/* "episode", "single", ...; "" when it is not said. */
const char *draft_avail_kind(const struct avails_avail *avail);
bool draft_is_series_itself(const struct avails_avail *avail);

/* What the studio wrote beside the name is taken when it is what a title may have. No id yet. */
struct title draft_title(struct drafting *d, const struct draft *draft);
/* When it was first shown elsewhere. */
size_t draft_events(struct drafting *d, const struct draft *draft, struct rights_event_date **out);
/* The episodes that its avails name or count and that are not there; draft->title is there. */
MUST_CHECK enum err draft_add_episodes(struct drafting *d, struct draft *draft);
int draft_count_seasons(const struct draft *draft);

#endif
