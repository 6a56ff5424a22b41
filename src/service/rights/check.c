#include "service/rights/check.h"

#include <string.h>

#include "driver/store/territories.h"
#include "driver/store/titles.h"

/* A right for the whole world is looked at where the house is or may go, not in 250 places. */
enum { PLACES_MAX = 64 };

enum err check_begin(struct check *check, struct store *store, struct arena *arena,
                     const char *home)
{
    *check = (struct check){ .store = store, .arena = arena, .home = home };
    enum err err = store_deals_list(store, arena, &check->deals, &check->n_deals);
    if (err == OK)
        err = store_laws_list(store, arena, &check->laws, &check->n_laws);
    if (err == OK)
        err = store_territories_list(store, arena, &check->house, &check->n_house);
    return err;
}

enum err check_blocks_with_laws(struct arena *arena, const struct law *laws, size_t n_laws,
                                const char *territory, const struct zone *zone,
                                const struct rights_block *blocks, size_t n,
                                struct rights_block **out, size_t *n_out)
{
    struct rights_block *more = NULL;
    size_t n_more = 0;
    enum err err = law_blocks(arena, laws, n_laws, territory, zone, &more, &n_more);
    if (err != OK)
        return err;
    *out = ARENA_ARRAY(arena, struct rights_block, n + n_more + 1);
    if (n > 0)
        memcpy(*out, blocks, n * sizeof **out);
    if (n_more > 0)
        memcpy(*out + n, more, n_more * sizeof **out);
    *n_out = n + n_more;
    return OK;
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool is_known(const struct check *check, size_t from, const struct deal_finding *f)
{
    for (size_t i = from; i < check->n; i++) {
        const struct deal_finding *g = &check->findings[i];
        if (g->kind == f->kind && g->from.us == f->from.us && g->until.us == f->until.us &&
            strcmp(g->territory, f->territory) == 0 && same_text(g->first, f->first) &&
            same_text(g->second, f->second))
            return true;
    }
    return false;
}

/* from: where those of the same title begin. */
static void add(struct check *check, size_t from, const struct deal_finding *f)
{
    if (check->n == FINDINGS_MAX || is_known(check, from, f))
        return;
    if (check->n == check->room) {
        check->room = check->room == 0 ? 16 : check->room * 2;
        struct deal_finding *more = ARENA_ARRAY(check->arena, struct deal_finding, check->room);
        if (check->n > 0)
            memcpy(more, check->findings, check->n * sizeof *more);
        check->findings = more;
    }
    struct deal_finding *to = &check->findings[check->n++];
    *to = *f; /* the texts lived in an arena of their own */
    to->title = arena_strdup(check->arena, f->title);
    to->first = arena_strdup(check->arena, f->first);
    to->second = arena_strdup(check->arena, f->second);
    to->text = arena_strdup(check->arena, f->text);
}

struct places {
    struct territory_set set;
    char (*codes)[3];
    const struct zone **zones;
    size_t n;
};

static void add_place(struct check *check, struct places *to, const char *code)
{
    struct territory bare = { .tax_permille = -1, .price_minor = -1 };
    if (to->n == PLACES_MAX || territory_set_has(&to->set, code) || territory_facts(code) == NULL)
        return;
    territory_set_add(&to->set, code);
    memcpy(to->codes[to->n], code, 3);
    memcpy(bare.code, code, 3);
    const struct territory *found = &bare;
    for (size_t i = 0; i < check->n_house; i++) {
        if (strcmp(check->house[i].code, code) == 0)
            found = &check->house[i];
    }
    to->zones[to->n++] = territory_zone(found);
}

static size_t count_places(const struct territory_set *set)
{
    size_t n = 0;
    for (size_t i = 0; i < sizeof set->bits / sizeof set->bits[0]; i++)
        n += (size_t)__builtin_popcountll(set->bits[i]);
    return n;
}

/* Where the title is to be looked at: the house's territories, then those that its rights name. */
static void find_places(struct arena *arena, struct check *check, const struct rights_right *rights,
                        size_t n, struct places *out)
{
    size_t n_facts;
    const struct territory_facts *facts = territory_facts_all(&n_facts);
    struct territory_set named = { { 0 } };
    *out = (struct places){ .codes = arena_array(arena, PLACES_MAX, 3),
                            .zones = ARENA_ARRAY(arena, const struct zone *, PLACES_MAX) };
    if (check->home != NULL)
        add_place(check, out, check->home);
    for (size_t i = 0; i < check->n_house; i++)
        add_place(check, out, check->house[i].code);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < sizeof named.bits / sizeof named.bits[0]; k++)
            named.bits[k] |=
                count_places(&rights[i].where) <= PLACES_MAX ? rights[i].where.bits[k] : 0;
    }
    for (size_t i = 0; i < n_facts; i++) {
        if (territory_set_has(&named, facts[i].code))
            add_place(check, out, facts[i].code);
    }
}

static enum err check_contract(struct check *check, struct arena *arena, const char *title,
                               const struct store_contract *contract, size_t first)
{
    struct places places;
    struct rights_block *blocks = contract->blocks;
    size_t n_blocks = contract->n_blocks;
    enum err err = OK;
    find_places(arena, check, contract->rights, contract->n_rights, &places);
    for (size_t i = 0; i < places.n && err == OK; i++)
        err = check_blocks_with_laws(arena, check->laws, check->n_laws, places.codes[i],
                                     places.zones[i], blocks, n_blocks, &blocks, &n_blocks);
    struct deal_check asked = { .title = title,
                                .n_rights = contract->n_rights,
                                .n_deals = check->n_deals,
                                .n_blocks = n_blocks,
                                .n_events = contract->n_events,
                                .n_territories = places.n,
                                .rights = contract->rights,
                                .deals = check->deals,
                                .blocks = blocks,
                                .events = contract->events,
                                .territories = (const char(*)[3])places.codes,
                                .zones = places.zones };
    struct deal_finding *found = NULL;
    size_t n = 0;
    if (err == OK)
        err = deal_check_title(arena, &asked, &found, &n);
    for (size_t i = 0; err == OK && i < n; i++)
        add(check, first, &found[i]);
    return err;
}

static enum err check_playable(struct check *check, title_id title, const playable_id *playable,
                               size_t first)
{
    struct arena *arena = arena_create();
    struct store_contract contract;
    enum err err = store_contract_get(check->store, arena, title, playable, &contract);
    if (err == OK)
        err = check_contract(check, arena, title.s, &contract, first);
    arena_destroy(&arena);
    return err;
}

enum err check_stored(struct check *check, title_id id)
{
    struct arena *arena = arena_create();
    struct title title;
    struct series_listing series = { 0 };
    size_t first = check->n;
    enum err err = store_title_get(check->store, arena, id, &title);
    if (err == OK && title.kind == TITLE_SERIES)
        err = store_series_get(check->store, arena, id, &series);
    if (err == OK && series.n_episodes == 0) {
        playable_id film;
        memcpy(film.s, id.s, sizeof film.s);
        err = check_playable(check, id, title.kind == TITLE_FILM ? &film : NULL, first);
    }
    for (size_t i = 0; i < series.n_episodes && err == OK; i++)
        err = check_playable(check, id, &series.episodes[i].id, first);
    arena_destroy(&arena);
    return err;
}

enum err check_rights(struct check *check, const char *title, const struct rights_right *rights,
                      size_t n)
{
    struct arena *arena = arena_create();
    struct store_contract contract = { .is_licensed = true, .n_rights = n };
    title_id id;
    size_t first = check->n;
    enum err err = OK;
    contract.rights = ARENA_ARRAY(arena, struct rights_right, n + 1);
    if (n > 0)
        memcpy(contract.rights, rights, n * sizeof *rights);
    if (title != NULL && id_parse(title, strlen(title), id.s))
        err = store_title_events(check->store, arena, id, &contract.events, &contract.n_events);
    if (err == OK)
        err = deal_blocks(arena, check->deals, check->n_deals, title, &contract.blocks,
                          &contract.n_blocks);
    if (err == OK)
        err = check_contract(check, arena, title, &contract, first);
    arena_destroy(&arena);
    return err;
}

enum err check_deals(struct check *check)
{
    struct deal_finding *found = NULL;
    size_t n = 0, first = check->n;
    enum err err = deal_check_deals(check->arena, check->deals, check->n_deals, &found, &n);
    for (size_t i = 0; err == OK && i < n; i++)
        add(check, first, &found[i]);
    return err;
}

static enum err check_every_title(struct check *check)
{
    struct title_filter filter = { .any_state = true, .limit = 200 };
    enum err err = OK;
    do {
        struct arena *arena = arena_create();
        struct title_page page;
        err = store_titles_list(check->store, arena, &filter, &page);
        for (size_t i = 0; err == OK && i < page.n; i++)
            err = check_stored(check, page.titles[i].id);
        filter.after = err == OK ? arena_strdup(check->arena, page.next) : NULL;
        arena_destroy(&arena);
    } while (err == OK && filter.after != NULL);
    return err;
}

enum err rights_check_find(struct store *store, struct arena *arena, const char *title,
                           const char *home, struct deal_finding **out, size_t *n)
{
    struct check check;
    title_id id;
    *n = 0;
    if (title != NULL && !id_parse(title, strlen(title), id.s))
        return ERR_NOT_FOUND;
    enum err err = check_begin(&check, store, arena, home);
    if (err == OK && title != NULL)
        err = check_stored(&check, id);
    if (err == OK && title == NULL)
        err = check_deals(&check);
    if (err == OK && title == NULL)
        err = check_every_title(&check);
    *out = check.findings;
    *n = check.n;
    return err;
}

static void put_bound(struct json_writer *w, const char *key, utc_time t)
{
    if (t.us == INT64_MIN || t.us == INT64_MAX)
        json_null(w, key);
    else
        json_instant(w, key, t);
}

void rights_findings_json(const struct deal_finding *findings, size_t n, struct json_writer *w)
{
    json_array(w, "findings");
    for (size_t i = 0; i < n; i++) {
        const struct deal_finding *f = &findings[i];
        json_object(w, NULL);
        json_text(w, "kind", deal_finding_kind_name(f->kind));
        json_text(w, "title", f->title);
        json_text(w, "first", f->first);
        json_text(w, "second", f->second);
        json_text(w, "territory", f->territory[0] != 0 ? f->territory : NULL);
        put_bound(w, "from", f->from);
        put_bound(w, "until", f->until);
        json_text(w, "text", f->text);
        json_end(w);
    }
    json_end(w);
}

void rights_findings_text(const struct deal_finding *findings, size_t n, struct buf *out)
{
    for (size_t i = 0; i < n; i++) {
        const struct deal_finding *f = &findings[i];
        buf_printf(out, "%s: %s\n", deal_finding_kind_name(f->kind), f->text);
        if (f->title != NULL)
            buf_printf(out, "    title %s\n", f->title);
        buf_printf(out, "    %s\n", f->first);
        if (f->second != NULL)
            buf_printf(out, "    %s\n", f->second);
    }
}

enum err rights_check_json(struct store *store, struct arena *arena, const char *title,
                           const char *home, struct json_writer *w)
{
    struct deal_finding *findings;
    size_t n;
    enum err err = rights_check_find(store, arena, title, home, &findings, &n);
    if (err != OK)
        return err;
    json_object(w, NULL);
    rights_findings_json(findings, n, w);
    json_end(w);
    return OK;
}
