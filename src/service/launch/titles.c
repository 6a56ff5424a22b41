#include "service/launch/titles.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "driver/store/media.h"
#include "driver/store/rights.h"
#include "driver/store/showings.h"
#include "driver/store/territories.h"
#include "rules/territory/rating.h"

enum {
    TITLES_MAX = 100000, /* ten times the greatest catalogue we measure with */
    LANGUAGES_MAX = 200, /* of one title; more are not looked at */
    HOME_ROW = 20        /* cards in a row of the home page */
};

/* ---- loading --------------------------------------------------------------------------------- */

static void add_language(struct arena *arena, struct launch_title *t, const char *tag, size_t n)
{
    for (size_t i = 0; i < t->n_languages; i++) {
        if (strncmp(t->languages[i], tag, n) == 0 && t->languages[i][n] == 0)
            return;
    }
    if (n > 0 && t->n_languages < LANGUAGES_MAX)
        t->languages[t->n_languages++] = arena_strndup(arena, tag, n);
}

/* The language of a track of sound by its name: "a-fr-2", "a-es-419-6". */
static void add_sound(struct arena *arena, struct launch_title *t, const char *name)
{
    const char *last = strrchr(name, '-');
    if (strncmp(name, "a-", 2) == 0 && last > name + 1)
        add_language(arena, t, name + 2, (size_t)(last - name) - 2);
}

/* Sound and captions of one thing that is played. */
static enum err load_playable(struct store *store, struct arena *arena, playable_id id,
                              struct launch_title *t)
{
    struct store_edition edition;
    struct store_caption *captions = NULL;
    size_t n = 0;
    enum err err = store_edition_get(store, arena, id, &edition);
    if (err == ERR_NOT_FOUND)
        return OK;
    if (err == OK)
        err = store_captions_list(store, arena, id, &captions, &n);
    if (err != OK)
        return err;
    for (size_t i = 0; i < edition.n_renditions; i++) {
        if (strcmp(edition.renditions[i].kind, "audio") == 0)
            add_sound(arena, t, edition.renditions[i].name);
    }
    size_t full = 0;
    for (size_t i = 0; i < n; i++) {
        if (strcmp(captions[i].kind, "forced") == 0)
            continue;
        full++;
        add_language(arena, t, captions[i].language, strlen(captions[i].language));
    }
    t->has_captions = t->has_captions && full > 0;
    t->playables[t->n_playables++] = id;
    return OK;
}

static enum err load_series(struct store *store, struct arena *arena, struct launch_title *t)
{
    struct series_listing listing;
    int last = -1;
    enum err err = store_series_get(store, arena, t->title.id, &listing);
    if (err != OK)
        return err;
    t->playables = ARENA_ARRAY(arena, playable_id, listing.n_episodes + 1);
    for (size_t i = 0; err == OK && i < listing.n_episodes; i++) {
        size_t before = t->n_playables;
        if (listing.ready[i])
            err = load_playable(store, arena, listing.episodes[i].id, t);
        if (t->n_playables == before || listing.episodes[i].season == last)
            continue;
        last = listing.episodes[i].season;
        t->seasons++;
    }
    return err;
}

static enum err load_title(struct store *store, struct arena *arena, const struct title *title,
                           struct launch_title *t)
{
    *t = (struct launch_title){ .title = *title, .has_captions = true };
    t->languages = ARENA_ARRAY(arena, const char *, LANGUAGES_MAX);
    if (title->language != NULL)
        add_language(arena, t, title->language, strlen(title->language));
    enum err err;
    if (title->kind == TITLE_SERIES) {
        err = load_series(store, arena, t);
    } else {
        playable_id id;
        memcpy(id.s, title->id.s, sizeof id.s);
        t->playables = ARENA_ARRAY(arena, playable_id, 1);
        err = load_playable(store, arena, id, t);
    }
    t->has_captions = t->has_captions && t->n_playables > 0;
    if (err == OK)
        err = store_title_events(store, arena, title->id, &t->events, &t->n_events);
    return err;
}

static int newest_first(const void *a, const void *b)
{
    const struct launch_title *first = a, *second = b;
    if (first->title.published.us != second->title.published.us)
        return first->title.published.us > second->title.published.us ? -1 : 1;
    return strcmp(first->title.id.s, second->title.id.s);
}

static enum err load_page(struct store *store, struct arena *arena, const struct title_page *page,
                          struct launch_catalogue *out, size_t *room)
{
    for (size_t i = 0; i < page->n; i++) {
        if (page->titles[i].state != TITLE_PUBLISHED)
            continue;
        if (out->n == TITLES_MAX)
            return ERR_FULL;
        if (out->n == *room) {
            struct launch_title *more = ARENA_ARRAY(arena, struct launch_title, *room * 2);
            memcpy(more, out->titles, out->n * sizeof *more);
            out->titles = more;
            *room *= 2;
        }
        enum err err = load_title(store, arena, &page->titles[i], &out->titles[out->n]);
        if (err != OK)
            return err;
        out->n++;
    }
    return OK;
}

enum err launch_catalogue_load(struct store *store, struct arena *arena,
                               struct launch_catalogue *out)
{
    struct title_filter filter = { .any_state = true, .limit = 200 };
    size_t room = 256;
    *out = (struct launch_catalogue){ .titles = ARENA_ARRAY(arena, struct launch_title, room) };
    enum err err = store_laws_list(store, arena, &out->laws, &out->n_laws);
    if (err == OK)
        err = store_territories_list(store, arena, &out->territories, &out->n_territories);
    do {
        struct title_page page = { 0 };
        if (err == OK)
            err = store_titles_list(store, arena, &filter, &page);
        if (err == OK)
            err = load_page(store, arena, &page, out, &room);
        filter.after = page.next;
    } while (err == OK && filter.after != NULL);
    if (err == OK)
        qsort(out->titles, out->n, sizeof *out->titles, newest_first);
    return err;
}

/* ---- a territory ------------------------------------------------------------------------------
 */

static const struct territory *find_set(const struct launch_catalogue *catalogue, const char *code)
{
    for (size_t i = 0; i < catalogue->n_territories; i++) {
        if (strcmp(catalogue->territories[i].code, code) == 0)
            return &catalogue->territories[i];
    }
    return NULL;
}

struct territory launch_catalogue_territory(const struct launch_catalogue *catalogue,
                                            const char *code)
{
    const struct territory *set = find_set(catalogue, code);
    struct territory unset = { .tax_permille = -1, .price_minor = -1 };
    memcpy(unset.code, code, strnlen(code, sizeof unset.code - 1));
    return set != NULL ? *set : unset;
}

static bool is_in(const char *tag, const char *language, size_t n)
{
    size_t primary = strcspn(language, "-,");
    n = primary < n ? primary : n;
    return strncmp(tag, language, n) == 0 && (tag[n] == 0 || tag[n] == '-');
}

bool launch_title_speaks(const struct launch_title *title, const char *languages)
{
    while (*languages != 0) {
        size_t n = strcspn(languages, ",");
        for (size_t i = 0; i < title->n_languages; i++) {
            if (n > 0 && is_in(title->languages[i], languages, n))
                return true;
        }
        languages += n + (languages[n] == ',');
    }
    return false;
}

/* ---- what is cleared --------------------------------------------------------------------------
 */

struct asked {
    struct store *store;
    struct arena *arena;
    const struct launch_catalogue *catalogue;
    const struct territory *territory;
    bool is_set; /* the store holds showings of it */
    utc_time at, now;
};

/* What the contracts and the law say of a licensed one, where the store keeps no showings. */
static enum err make_timeline(const struct asked *a, const struct launch_title *t,
                              const playable_id *playable, struct showing_question *out)
{
    struct store_contract contract;
    struct rights_block *laws = NULL;
    struct rights_timeline *timeline = ARENA_NEW(a->arena, struct rights_timeline);
    size_t n_laws = 0;
    const struct zone *zone = territory_zone(a->territory);
    enum err err = store_contract_get(a->store, a->arena, t->title.id, playable, &contract);
    if (err == OK)
        err = law_blocks(a->arena, a->catalogue->laws, a->catalogue->n_laws, a->territory->code,
                         zone, &laws, &n_laws);
    if (err != OK)
        return err;
    size_t n = contract.n_blocks + n_laws;
    struct rights_block *blocks = ARENA_ARRAY(a->arena, struct rights_block, n + 1);
    if (contract.n_blocks > 0)
        memcpy(blocks, contract.blocks, contract.n_blocks * sizeof *blocks);
    memcpy(blocks + contract.n_blocks, laws, n_laws * sizeof *blocks);
    struct rights_question q = { .territory = a->territory->code,
                                 .zone = zone,
                                 .n_rights = contract.n_rights,
                                 .n_blocks = n,
                                 .n_events = contract.n_events,
                                 .rights = contract.rights,
                                 .blocks = blocks,
                                 .events = contract.events };
    out->timeline = timeline;
    out->rights = contract.rights;
    out->blocks = blocks;
    return rights_timeline_make(a->arena, &q, timeline);
}

/* In a territory of which the store keeps no showings: made here, by the same rules. */
static enum err make_showing(const struct asked *a, const struct launch_title *t,
                             const playable_id *playable, struct showing *out)
{
    struct showing_question q = { .title = &t->title, .now = a->now, .is_ready = playable != NULL };
    struct showing *spans;
    size_t n;
    enum err err =
        t->title.is_licensed && playable != NULL ? make_timeline(a, t, playable, &q) : OK;
    if (err == OK)
        err = showing_make(a->arena, &q, &spans, &n);
    if (err == OK)
        *out = *showing_at(spans, n, a->at);
    return err;
}

static enum err find_showing(const struct asked *a, const struct launch_title *t,
                             struct showing *out)
{
    enum territory_state state;
    if (a->is_set)
        return store_title_showing(a->store, a->arena, t->title.id, a->territory->code, a->at, out,
                                   &state);
    if (t->n_playables == 0)
        return make_showing(a, t, NULL, out);
    enum err err = OK;
    for (size_t i = 0; i < t->n_playables; i++) {
        err = make_showing(a, t, &t->playables[i], out);
        if (err != OK || out->state == RIGHTS_OPEN)
            break;
    }
    return err;
}

static const char *reason_text(enum viewing_reason reason)
{
    switch (reason) {
    case VIEWING_NOT_PUBLISHED: return "not published yet";
    case VIEWING_NOT_READY: return "nothing of it is ready";
    case VIEWING_NO_RIGHT: return "no right for this territory";
    case VIEWING_NOT_YET:
    case VIEWING_ANNOUNCED: return "its window opens later";
    case VIEWING_HELD_BACK: return "held back";
    default: return "not shown";
    }
}

static const char *why_text(const struct asked *a, const struct showing *s)
{
    const char *why = reason_text(s->reason);
    if (s->because != NULL)
        why = arena_printf(a->arena, "%s (%s)", why, s->because);
    if (s->until.us == RIGHTS_FOR_EVER.us)
        return why;
    char until[ZONE_TIME_TEXT];
    zone_format(territory_zone(a->territory), s->until, until);
    return arena_printf(a->arena, "%s until %s", why, until);
}

static enum err check_title(const struct asked *a, const struct launch_title *t,
                            struct check_title *out)
{
    struct showing s = { 0 };
    enum err err = find_showing(a, t, &s);
    if (err != OK)
        return err;
    *out = (struct check_title){
        .title = &t->title,
        .seasons = t->seasons,
        .is_cleared = s.state == RIGHTS_OPEN,
        .min_age = rating_of_title(&t->title, territory_ratings(a->territory), NULL),
        .has_language = launch_title_speaks(t, territory_languages(a->territory)),
        .has_captions = t->has_captions,
        .n_events = t->n_events,
        .events = t->events,
    };
    out->in_subscription = out->is_cleared && s.in_subscription;
    out->for_rent = out->is_cleared && s.for_rent;
    out->why = out->is_cleared ? NULL : why_text(a, &s);
    return OK;
}

/* The newest of all, of the films and of the series: the rows every visitor sees first. */
static void mark_home(struct check_title *titles, size_t n)
{
    int all = 0, films = 0, series = 0;
    for (size_t i = 0; i < n; i++) {
        if (!titles[i].is_cleared)
            continue;
        int *row = titles[i].title->kind == TITLE_FILM ? &films : &series;
        titles[i].is_on_home = all < HOME_ROW || *row < HOME_ROW;
        all++;
        (*row)++;
    }
}

/* Since when there is service there: its first opening, when its day is known. */
static utc_time opened_by(const struct territory *territory, utc_time at)
{
    for (size_t i = 0; i < territory->n_changes; i++) {
        const struct territory_change *change = &territory->changes[i];
        if (change->state == TERRITORY_OPEN && change->at.us <= at.us)
            return change->at;
    }
    return (utc_time){ 0 };
}

enum err launch_catalogue_check(struct store *store, struct arena *arena,
                                const struct launch_catalogue *catalogue,
                                const struct territory *territory, utc_time at,
                                struct check_report *out)
{
    struct asked a = { .store = store,
                       .arena = arena,
                       .catalogue = catalogue,
                       .territory = territory,
                       .is_set = find_set(catalogue, territory->code) != NULL,
                       .at = at,
                       .now = clock_now() };
    struct check_title *titles = ARENA_ARRAY(arena, struct check_title, catalogue->n + 1);
    for (size_t i = 0; i < catalogue->n; i++) {
        enum err err = check_title(&a, &catalogue->titles[i], &titles[i]);
        if (err != OK)
            return err;
    }
    mark_home(titles, catalogue->n);
    struct check_question q = { .territory = territory,
                                .at = at,
                                .opened = opened_by(territory, at),
                                .n_laws = catalogue->n_laws,
                                .n_titles = catalogue->n,
                                .laws = catalogue->laws,
                                .titles = titles };
    return check_territory(arena, &q, out);
}
