#include "service/rights/drafts.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "driver/store/titles.h"

enum { EPISODES_OF_VOLUME_MAX = 500 };

/* A title in the making: its avails, in the order of the file. */
struct draft {
    enum title_kind kind;
    const char **keys; /* identifiers, without the level before them */
    size_t n_keys, n_pairs, room;
    const struct drafts_pair **pairs;
};

struct keyed_draft {
    const char *key;
    struct draft *draft;
};

struct drafting {
    struct store *store;
    struct arena *arena;
    utc_time now;
    void *by_key; /* of tsearch: struct keyed_draft */
    struct draft **list;
    size_t n, room;
};

static int compare_keys(const void *a, const void *b)
{
    return strcmp(((const struct keyed_draft *)a)->key, ((const struct keyed_draft *)b)->key);
}

static void keep_node(void *node)
{
    (void)node; /* lives in the arena */
}

static const char *kind_of(const struct avails_avail *avail)
{
    const char *kind = avail->type != NULL ? avail->type : avail->work_type;
    return kind != NULL ? kind : "";
}

/* Bundles, collections and extras are made of titles, or are none. */
static bool makes_title(const struct avails_avail *avail, enum title_kind *kind)
{
    static const char *const series[] = { "episode", "season", "series", "miniseries", "volume" };
    static const char *const film[] = { "single", "movie", "short", "" };
    for (size_t i = 0; i < sizeof series / sizeof series[0]; i++) {
        if (strcasecmp(kind_of(avail), series[i]) == 0) {
            *kind = TITLE_SERIES;
            return true;
        }
    }
    for (size_t i = 0; i < sizeof film / sizeof film[0]; i++) {
        if (strcasecmp(kind_of(avail), film[i]) == 0) {
            *kind = TITLE_FILM;
            return true;
        }
    }
    return false;
}

static bool is_series_itself(const struct avails_avail *avail)
{
    return strcasecmp(kind_of(avail), "series") == 0 ||
           strcasecmp(kind_of(avail), "miniseries") == 0;
}

/* What the title is known by: of an episode that is its series' identifiers. */
static size_t keys_of(struct drafting *d, const struct drafts_pair *pair, enum title_kind kind,
                      const char ***out)
{
    static const char level[] = "series:";
    const struct store_avail *avail = &pair->change->avail;
    bool by_level = kind == TITLE_SERIES && !is_series_itself(pair->said);
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

static void add_pair(struct drafting *d, const struct drafts_pair *pair, enum title_kind kind)
{
    const char **keys;
    size_t n = keys_of(d, pair, kind, &keys);
    if (n == 0)
        return;
    struct draft *draft = find_draft(d, keys, n);
    if (draft == NULL)
        draft = new_draft(d, kind);
    know_by(d, draft, keys, n);
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

/* ---- what a title is called and when it was first shown ----------------------------------------
 */

static const struct avails_work *work_of(const struct drafts_pair *pair, enum title_kind kind)
{
    if (kind == TITLE_SERIES && !is_series_itself(pair->said) && pair->said->series != NULL)
        return pair->said->series;
    return &pair->said->work;
}

/* At most so many characters of UTF-8. */
static const char *cut(struct arena *arena, const char *text, size_t most)
{
    size_t n = strlen(text), at = 0;
    for (size_t count = 0; at < n && count < most; count++) {
        do
            at++;
        while (at < n && ((unsigned char)text[at] & 0xc0) == 0x80);
    }
    return at == n ? text : arena_strndup(arena, text, at);
}

static void put_ratings(struct drafting *d, const struct avails_work *work, struct title *title)
{
    enum { RATINGS_MAX = 20 };
    title->ratings = ARENA_ARRAY(d->arena, struct title_rating, work->n_ratings + 1);
    for (size_t i = 0; i < work->n_ratings && title->n_ratings < RATINGS_MAX; i++) {
        const struct avails_rating *r = &work->ratings[i];
        bool is_known = r->system == NULL || r->value == NULL;
        for (size_t k = 0; k < title->n_ratings && !is_known; k++)
            is_known = strcmp(title->ratings[k].system, r->system) == 0;
        if (!is_known)
            title->ratings[title->n_ratings++] = (struct title_rating){ r->system, r->value };
    }
}

static void put_work(struct drafting *d, const struct avails_work *work, struct title *title)
{
    enum { CREDIT_MAX = 200, MINUTES_MAX = 24 * 60 };
    title->year = work->year;
    if (title->kind == TITLE_FILM && work->run_length.seconds > 0 &&
        work->run_length.seconds / 60 <= MINUTES_MAX)
        title->runtime_minutes = (int)((work->run_length.seconds + 30) / 60);
    put_ratings(d, work, title);
    if (work->director != NULL && work->director[0] != 0) {
        title->credits = ARENA_NEW(d->arena, struct title_credit);
        title->credits[0] =
            (struct title_credit){ "director", cut(d->arena, work->director, CREDIT_MAX), NULL };
        title->n_credits = 1;
    }
}

/* What the studio wrote beside the name is taken when it is what a title may have. */
static struct title title_of(struct drafting *d, const struct draft *draft)
{
    enum { NAME_MAX_CHARACTERS = 300 };
    const struct drafts_pair *first = draft->pairs[0];
    const char *name = first->change->avail.title_name;
    struct title_problem why;
    struct title title = {
        .kind = draft->kind, .version = 1, .created = d->now, .changed = d->now, .is_licensed = true
    };
    title.original_title =
        cut(d->arena, name != NULL && name[0] != 0 ? name : draft->keys[0], NAME_MAX_CHARACTERS);
    struct title bare = title;
    put_work(d, work_of(first, draft->kind), &title);
    return title_validate(&title, &why) == OK ? title : bare;
}

static enum err put_events(struct drafting *d, const struct avails_work *work, title_id id)
{
    struct rights_event_date *events =
        ARENA_ARRAY(d->arena, struct rights_event_date, work->n_releases + 1);
    size_t n = 0;
    for (size_t i = 0; i < work->n_releases; i++) {
        const struct avails_release *r = &work->releases[i];
        if (r->type == NULL || !rights_event_of_release(r->type, &events[n].event))
            continue;
        events[n].day = r->day;
        if (r->territory != NULL && strlen(r->territory) == 2 && strcmp(r->territory, "ZZ") != 0)
            memcpy(events[n].territory, r->territory, 3);
        n++;
    }
    return n > 0 ? store_title_events_put(d->store, id, events, n, d->now) : OK;
}

/* ---- seasons and episodes ----------------------------------------------------------------------
 */

static enum err add_episode(struct drafting *d, title_id series, int season, int number,
                            const struct avails_work *work, int *added)
{
    playable_id known;
    enum err err = store_playable_at(d->store, series, season, number, &known);
    if (err != ERR_NOT_FOUND)
        return err;
    struct title_episode episode = { .series = series, .season = season, .number = number };
    struct title_problem why;
    id_new(episode.id.s);
    struct title_episode bare = episode;
    if (work != NULL && work->run_length.seconds >= 60)
        episode.runtime_minutes = (int)((work->run_length.seconds + 30) / 60);
    if (work != NULL && work->title != NULL && work->title[0] != 0) {
        episode.texts = ARENA_NEW(d->arena, struct title_text);
        episode.texts[0] =
            (struct title_text){ .language = "en", .title = cut(d->arena, work->title, 300) };
        episode.n_texts = 1;
    }
    ++*added;
    return store_episode_add(d->store,
                             title_episode_validate(&episode, &why) == OK ? &episode : &bare);
}

/* The season and the episodes that an avail speaks of. */
static enum err add_parts(struct drafting *d, title_id series, const struct drafts_pair *pair,
                          struct rights_new_title *made)
{
    const struct store_avail *avail = &pair->change->avail;
    struct title_season season = { .number = avail->season };
    struct title_problem why;
    if (avail->season < 0 || title_season_validate(&season, &why) != OK)
        return OK;
    if (avail->episode > 0)
        return add_episode(d, series, avail->season, avail->episode, &pair->said->work,
                           &made->episodes);
    enum err err = OK;
    bool is_volume = avail->volume_first > 0 && avail->volume_count > 0;
    int first = is_volume ? avail->volume_first : 1;
    int count = is_volume ? avail->volume_count : pair->said->work.count;
    for (int i = 0; i < count && i < EPISODES_OF_VOLUME_MAX && err == OK; i++)
        err = add_episode(d, series, avail->season, first + i, NULL, &made->episodes);
    return err;
}

static int count_seasons(const struct draft *draft)
{
    int n = 0;
    for (size_t i = 0; i < draft->n_pairs; i++) {
        bool is_new = draft->pairs[i]->change->avail.season >= 0;
        for (size_t k = 0; k < i && is_new; k++)
            is_new = draft->pairs[k]->change->avail.season != draft->pairs[i]->change->avail.season;
        n += is_new ? 1 : 0;
    }
    return n;
}

static enum err link_pair(struct drafting *d, const struct drafts_pair *pair, title_id title)
{
    const struct store_avail *avail = &pair->change->avail;
    bool is_volume = avail->volume_first > 0;
    return store_avail_link(d->store, avail->studio, avail->alid, &title, avail->season,
                            is_volume ? -1 : avail->episode, d->now);
}

static enum err make_title(struct drafting *d, const struct draft *draft,
                           struct rights_new_title *made)
{
    struct title title = title_of(d, draft);
    id_new(title.id.s);
    enum err err = store_title_add(d->store, &title);
    if (err == OK)
        err = store_title_identifiers_put(d->store, title.id, draft->keys, draft->n_keys, d->now);
    if (err == OK)
        err = put_events(d, work_of(draft->pairs[0], draft->kind), title.id);
    for (size_t i = 0; i < draft->n_pairs && err == OK; i++) {
        if (draft->kind == TITLE_SERIES)
            err = add_parts(d, title.id, draft->pairs[i], made);
        if (err == OK)
            err = link_pair(d, draft->pairs[i], title.id);
    }
    made->id = title.id;
    return err;
}

/* ---- which avails need one ---------------------------------------------------------------------
 */

static enum err look(struct drafting *d, const struct drafts_pair *pair, bool dry_run)
{
    struct arena *arena = arena_create();
    const struct store_avail *avail = &pair->change->avail;
    struct store_avail found = { .title.s = "" };
    struct rights_new_title ignored = { .name = NULL };
    enum title_kind kind;
    bool is_gone =
        pair->change->act == STORE_AVAIL_DELETE_ALL || pair->change->act == STORE_AVAIL_DELETE;
    bool wanted = !is_gone && makes_title(pair->said, &kind);
    enum err err =
        wanted ? store_avail_get(d->store, arena, avail->studio, avail->alid, &found) : OK;
    if (err == ERR_NOT_FOUND)
        err = OK;
    if (err == OK && wanted && found.title.s[0] == 0)
        add_pair(d, pair, kind);
    else if (err == OK && wanted && kind == TITLE_SERIES && !dry_run)
        err = add_parts(d, found.title, pair, &ignored);
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
        err = look(&d, &pairs[i], dry_run);
    *out = ARENA_ARRAY(arena, struct rights_new_title, d.n + 1);
    *n_out = 0;
    for (size_t i = 0; i < d.n && err == OK; i++) {
        struct rights_new_title *made = &(*out)[(*n_out)++];
        made->kind = d.list[i]->kind;
        made->name = title_of(&d, d.list[i]).original_title;
        made->seasons = made->kind == TITLE_SERIES ? count_seasons(d.list[i]) : 0;
        if (!dry_run)
            err = make_title(&d, d.list[i], made);
    }
    tdestroy(d.by_key, keep_node);
    return err;
}
