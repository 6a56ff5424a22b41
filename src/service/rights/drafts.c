#include "service/rights/draft.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "driver/store/metadata.h"
#include "driver/store/titles.h"

struct keyed_draft {
    const char *key;
    struct draft *draft;
};

static int compare_keys(const void *a, const void *b)
{
    return strcmp(((const struct keyed_draft *)a)->key, ((const struct keyed_draft *)b)->key);
}

static void keep_node(void *node)
{
    (void)node; /* lives in the arena */
}

/* Bundles, collections and extras are made of titles, or are none. */
static bool makes_title(const struct avails_avail *avail, enum title_kind *kind)
{
    static const char *const series[] = { "episode", "season", "series", "miniseries", "volume" };
    static const char *const film[] = { "single", "movie", "short", "" };
    for (size_t i = 0; i < sizeof series / sizeof series[0]; i++) {
        if (strcasecmp(draft_avail_kind(avail), series[i]) == 0) {
            *kind = TITLE_SERIES;
            return true;
        }
    }
    for (size_t i = 0; i < sizeof film / sizeof film[0]; i++) {
        if (strcasecmp(draft_avail_kind(avail), film[i]) == 0) {
            *kind = TITLE_FILM;
            return true;
        }
    }
    return false;
}

/* What the title is known by: of an episode that is its series' identifiers. */
static size_t keys_of(struct drafting *d, const struct drafts_pair *pair, enum title_kind kind,
                      const char ***out, bool *is_named_only)
{
    static const char level[] = "series:";
    const struct store_avail *avail = &pair->change->avail;
    bool by_level = kind == TITLE_SERIES && !draft_is_series_itself(pair->said);
    size_t n = 0;
    *out = ARENA_ARRAY(d->arena, const char *, avail->n_keys + 1);
    for (size_t i = 0; i < avail->n_keys; i++) {
        const char *key = avail->keys[i];
        bool is_upper = strncmp(key, level, sizeof level - 1) == 0;
        if (by_level && is_upper)
            (*out)[n++] = key + sizeof level - 1;
        else if (!by_level && strncmp(key, "season:", 7) != 0 && !is_upper)
            (*out)[n++] = key;
    }
    *is_named_only = n == 0;
    if (n == 0 && avail->title_name != NULL)
        (*out)[n++] = arena_printf(d->arena, "name:%s / %s", avail->studio, avail->title_name);
    return n;
}

static struct draft *find_draft(struct drafting *d, const char *const *keys, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct keyed_draft asked = { .key = keys[i] };
        struct keyed_draft **found = tfind(&asked, &d->by_key, compare_keys);
        if (found != NULL)
            return (*found)->draft;
    }
    return NULL;
}

static void know_by(struct drafting *d, struct draft *draft, const char *const *keys, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct keyed_draft *node = ARENA_NEW(d->arena, struct keyed_draft);
        *node = (struct keyed_draft){ keys[i], draft };
        struct keyed_draft **at = tsearch(node, &d->by_key, compare_keys);
        if (at == NULL || *at != node)
            continue; /* known already */
        const char **more = ARENA_ARRAY(d->arena, const char *, draft->n_keys + 1);
        if (draft->n_keys > 0)
            memcpy(more, draft->keys, draft->n_keys * sizeof *more);
        more[draft->n_keys++] = keys[i];
        draft->keys = more;
    }
}

static struct draft *new_draft(struct drafting *d, enum title_kind kind)
{
    struct draft *draft = ARENA_NEW(d->arena, struct draft);
    draft->kind = kind;
    if (d->n == d->room) {
        d->room = d->room == 0 ? 16 : d->room * 2;
        struct draft **more = ARENA_ARRAY(d->arena, struct draft *, d->room);
        if (d->n > 0)
            memcpy(more, d->list, d->n * sizeof(struct draft *));
        d->list = more;
    }
    d->list[d->n++] = draft;
    return draft;
}

static void add_to(struct drafting *d, struct draft *draft, const struct drafts_pair *pair)
{
    if (draft->n_pairs == draft->room) {
        draft->room = draft->room == 0 ? 4 : draft->room * 2;
        const struct drafts_pair **more =
            ARENA_ARRAY(d->arena, const struct drafts_pair *, draft->room);
        if (draft->n_pairs > 0)
            memcpy(more, draft->pairs, draft->n_pairs * sizeof(struct drafts_pair *));
        draft->pairs = more;
    }
    draft->pairs[draft->n_pairs++] = pair;
}

/* A title bears one of the keys: somebody took the link away by hand, and that stays so. */
static enum err is_borne(struct drafting *d, const char *const *keys, size_t n, bool *out)
{
    enum err err = OK;
    *out = false;
    for (size_t i = 0; i < n && err == OK && !*out; i++) {
        struct arena *arena = arena_create();
        struct store_title_key *found = NULL;
        size_t n_found = 0;
        err = store_title_keys_find(d->store, arena, keys[i], &found, &n_found);
        for (size_t k = 0; k < n_found; k++)
            *out = *out || strcmp(found[k].key, keys[i]) == 0;
        arena_destroy(&arena);
    }
    return err;
}

static enum err add_unknown(struct drafting *d, const struct drafts_pair *pair,
                            enum title_kind kind)
{
    const char **keys;
    bool is_named_only = false, is_there = false;
    size_t n = keys_of(d, pair, kind, &keys, &is_named_only);
    struct draft *draft = find_draft(d, keys, n);
    if (n == 0)
        return OK;
    enum err err = draft == NULL ? is_borne(d, keys, n, &is_there) : OK;
    if (err != OK || is_there)
        return err;
    if (draft == NULL)
        draft = new_draft(d, kind);
    draft->is_named_only = draft->is_named_only || is_named_only;
    know_by(d, draft, keys, n);
    add_to(d, draft, pair);
    return OK;
}

static void add_known(struct drafting *d, const struct drafts_pair *pair, title_id series)
{
    const char *key = arena_printf(d->arena, "title:%s", series.s);
    struct draft *draft = find_draft(d, &key, 1);
    if (draft == NULL) {
        draft = new_draft(d, TITLE_SERIES);
        draft->known = series;
        know_by(d, draft, &key, 1);
    }
    add_to(d, draft, pair);
}

/* ---- all of them -------------------------------------------------------------------------------
 */

static enum err prepare(struct drafting *d, struct draft *draft)
{
    if (draft->known.s[0] != 0) {
        enum err err = store_title_get(d->store, d->arena, draft->known, &draft->title);
        return err == OK ? draft_add_episodes(d, draft) : err;
    }
    draft->title = draft_title(d, draft);
    id_new(draft->title.id.s);
    return draft->kind == TITLE_SERIES ? draft_add_episodes(d, draft) : OK;
}

static struct store_title_change change_of(struct drafting *d, const struct draft *draft)
{
    struct rights_event_date *events = NULL;
    struct store_title_change change = { .title = &draft->title,
                                         .n_episodes = draft->n_episodes,
                                         .episodes = draft->episodes };
    if (draft->known.s[0] != 0)
        return change;
    change.is_new = change.has_keys = true;
    change.keys = draft->keys;
    change.n_keys = draft->n_keys;
    change.n_events = draft_events(d, draft, &events);
    change.events = events;
    return change;
}

static enum err link_by_name(struct drafting *d, const struct draft *draft)
{
    enum err err = OK;
    for (size_t i = 0; i < draft->n_pairs && draft->is_named_only && err == OK; i++) {
        const struct store_avail *avail = &draft->pairs[i]->change->avail;
        bool is_volume = avail->volume_first > 0;
        err = store_avail_link(d->store, avail->studio, avail->alid, &draft->title.id,
                               avail->season, is_volume ? -1 : avail->episode, d->now);
    }
    return err;
}

/* Bearing its keys, a title finds its avails by itself, in the same transaction. */
static enum err make_all(struct drafting *d, bool dry_run)
{
    struct store_title_change *changes = ARENA_ARRAY(d->arena, struct store_title_change, d->n + 1);
    size_t n = 0;
    for (size_t i = 0; i < d->n; i++) {
        if (d->list[i]->known.s[0] == 0 || d->list[i]->n_episodes > 0)
            changes[n++] = change_of(d, d->list[i]);
    }
    enum err err = n > 0 ? store_title_changes_apply(d->store, changes, n, dry_run, d->now) : OK;
    for (size_t i = 0; i < d->n && err == OK && !dry_run; i++)
        err = link_by_name(d, d->list[i]);
    return err;
}

/* ---- which avails need one ---------------------------------------------------------------------
 */

static enum err look(struct drafting *d, const struct drafts_pair *pair)
{
    struct arena *arena = arena_create();
    const struct store_avail *avail = &pair->change->avail;
    struct store_avail found = { .title.s = "" };
    enum title_kind kind;
    bool is_gone =
        pair->change->act == STORE_AVAIL_DELETE_ALL || pair->change->act == STORE_AVAIL_DELETE;
    bool wanted = !is_gone && makes_title(pair->said, &kind);
    enum err err =
        wanted ? store_avail_get(d->store, arena, avail->studio, avail->alid, &found) : OK;
    if (err == ERR_NOT_FOUND)
        err = OK; /* a rehearsal: it is not there yet */
    if (err == OK && wanted && found.title.s[0] == 0)
        err = add_unknown(d, pair, kind);
    else if (err == OK && wanted && kind == TITLE_SERIES)
        add_known(d, pair, found.title);
    arena_destroy(&arena);
    return err;
}

enum err drafts_make(struct store *store, struct arena *arena, const struct drafts_pair *pairs,
                     size_t n, bool dry_run, utc_time now, struct rights_new_title **out,
                     size_t *n_out)
{
    struct drafting d = { .store = store, .arena = arena, .now = now };
    enum err err = OK;
    for (size_t i = 0; i < n && err == OK; i++)
        err = look(&d, &pairs[i]);
    for (size_t i = 0; i < d.n && err == OK; i++)
        err = prepare(&d, d.list[i]);
    if (err == OK)
        err = make_all(&d, dry_run);
    *out = ARENA_ARRAY(arena, struct rights_new_title, d.n + 1);
    *n_out = 0;
    for (size_t i = 0; i < d.n && err == OK; i++) {
        const struct draft *draft = d.list[i];
        if (draft->known.s[0] != 0)
            continue;
        (*out)[(*n_out)++] = (struct rights_new_title){ .name = draft->title.original_title,
                                                        .kind = draft->kind,
                                                        .seasons = draft_count_seasons(draft),
                                                        .episodes = (int)draft->n_episodes };
        if (!dry_run)
            (*out)[*n_out - 1].id = draft->title.id;
    }
    tdestroy(d.by_key, keep_node);
    return err;
}
