#include "driver/store/rental_right.h"

#include <string.h>

#include "driver/store/contract_rows.h"
#include "driver/store/internal.h"
#include "driver/store/territory_rows.h"
#include "rules/rights/timeline.h"

/* A title's contract in one territory, and the timeline that was made last: episodes mostly live by
 * the same rights. */
struct reading {
    struct arena *arena;
    struct contract contract;
    const char *currency;
    struct rights_question q;
    struct rights_right *rights;
    const struct contract_right **taken; /* the rights of q came from these */
    size_t n_taken;
    bool is_made;
    struct rights_timeline timeline;
};

static enum err read_contract(struct reading *r, struct connection *c, const char *title,
                              const char *code)
{
    struct territory *territory = ARENA_NEW(r->arena, struct territory);
    struct deal *deals = NULL;
    struct law *laws = NULL;
    struct rights_block *of_laws = NULL;
    size_t n_deals = 0, n_laws = 0, n_of_laws = 0;
    enum err err = territory_read(c, r->arena, code, territory, NULL);
    if (err == OK)
        err = deals_read(c, r->arena, &deals, &n_deals);
    if (err == OK)
        err = contract_read(c, r->arena, title, deals, n_deals, &r->contract);
    if (err == OK)
        err = laws_read(c, r->arena, &laws, &n_laws);
    const struct zone *zone = territory_zone(territory);
    if (err == OK)
        err = law_blocks(r->arena, laws, n_laws, code, zone, &of_laws, &n_of_laws);
    if (err != OK)
        return err;
    struct rights_block *blocks =
        ARENA_ARRAY(r->arena, struct rights_block, r->contract.n_blocks + n_of_laws + 1);
    for (size_t i = 0; i < r->contract.n_blocks; i++)
        blocks[r->q.n_blocks++] = r->contract.blocks[i];
    for (size_t i = 0; i < n_of_laws; i++)
        blocks[r->q.n_blocks++] = of_laws[i];
    r->currency = territory_currency(territory);
    r->q.territory = arena_strdup(r->arena, code);
    r->q.zone = zone;
    r->q.blocks = blocks;
    r->q.n_events = r->contract.n_events;
    r->q.events = r->contract.events;
    r->taken = ARENA_ARRAY(r->arena, const struct contract_right *, r->contract.n_rights + 1);
    return OK;
}

/* Of a film season and number are 0. */
static enum err place_of(struct connection *c, const char *playable, int *season, int *number)
{
    struct query q = query_of(c, "SELECT season, number FROM episode WHERE id = ?1");
    query_text(&q, 1, playable);
    *season = *number = 0;
    if (query_next(&q)) {
        *season = (int)row_number(&q, 0);
        *number = (int)row_number(&q, 1);
    }
    return query_end(&q);
}

/* Whether they are those of the playable before. */
static bool take_rights(struct reading *r, int season, int number)
{
    size_t n = 0;
    bool same = r->is_made;
    for (size_t i = 0; i < r->contract.n_rights; i++) {
        const struct contract_right *right = &r->contract.rights[i];
        if (!territory_set_has(&right->right.where, r->q.territory) ||
            !contract_covers(&r->contract, right, season, number))
            continue;
        same = same && n < r->n_taken && r->taken[n] == right;
        r->taken[n++] = right;
    }
    same = same && n == r->n_taken;
    r->n_taken = n;
    return same;
}

static enum err make_timeline(struct reading *r)
{
    /* what was found before points into the rights that were made then */
    r->rights = ARENA_ARRAY(r->arena, struct rights_right, r->n_taken + 1);
    for (size_t i = 0; i < r->n_taken; i++)
        r->rights[i] = r->taken[i]->right;
    r->q.rights = r->rights;
    r->q.n_rights = r->n_taken;
    r->is_made = true;
    return rights_timeline_make(r->arena, &r->q, &r->timeline);
}

static const struct rights_right *right_at(const struct reading *r, utc_time at)
{
    const struct rights_span *span = rights_timeline_at(&r->timeline, at);
    const struct rights_right *best = NULL;
    for (size_t i = 0; i < span->n_open; i++) { /* greatest picture first */
        const struct rights_right *right = &r->rights[span->open[i]];
        if (right->licence != RIGHTS_VOD || (best != NULL && right->format != best->format))
            continue;
        if (strcmp(right->price.currency, r->currency) == 0)
            return right;
        best = best == NULL ? right : best;
    }
    return best;
}

enum err store_rental_rights(struct store *store, struct arena *arena, title_id title,
                             const playable_id *playables, size_t n, const char *territory,
                             utc_time at, const struct rights_right **out)
{
    struct connection *c = NULL;
    struct reading r = { .arena = arena };
    enum err err = store_read_begin(store, &c);
    if (err == OK)
        err = read_contract(&r, c, title.s, territory);
    for (size_t i = 0; err == OK && i < n; i++) {
        int season, number;
        err = place_of(c, playables[i].s, &season, &number);
        if (err == OK && !take_rights(&r, season, number))
            err = make_timeline(&r);
        if (err == OK)
            out[i] = right_at(&r, at);
    }
    return store_read_end(store, &c, err);
}

enum err store_right_source(struct store *store, struct arena *arena, const char *right,
                            struct store_right_source *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return store_read_end(store, &c, err);
    struct query q = query_of(c, "SELECT a.studio, r.said FROM avail_right r"
                                 " JOIN avail a ON a.id = r.avail WHERE r.id = ?1");
    query_text(&q, 1, right);
    err = query_first(&q);
    if (err == OK) {
        row_copy(&q, 0, out->studio.s, sizeof out->studio.s);
        out->said = row_text(&q, arena, 1);
    }
    enum err ended = query_end(&q);
    return store_read_end(store, &c, err == OK ? ended : err);
}
