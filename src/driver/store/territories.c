#include "driver/store/territories.h"

#include <string.h>

#include "base/text.h"
#include "driver/store/internal.h"
#include "driver/store/showing_renew.h"
#include "driver/store/territory_rows.h"
#include "driver/store/title_rows.h"

/* ---- reading -------------------------------------------------------------------------------- */

#define TERRITORY_COLUMNS                                                                          \
    "code, currency, tax_permille, zone, languages, ratings, price_minor, roaming"

static enum err read_own(const struct query *q, struct arena *arena, struct territory *t)
{
    char roaming[16];
    *t = (struct territory){ 0 };
    row_copy(q, 0, t->code, sizeof t->code);
    t->currency = row_text(q, arena, 1);
    t->tax_permille = (int)row_number(q, 2);
    t->zone = row_text(q, arena, 3);
    t->languages = row_text(q, arena, 4);
    t->ratings = row_text(q, arena, 5);
    t->price_minor = (int)row_number(q, 6);
    row_copy(q, 7, roaming, sizeof roaming);
    return territory_roaming_parse(roaming, &t->roaming) ? OK : ERR_MALFORMED;
}

static enum err read_changes(struct connection *c, struct arena *arena, struct territory *t)
{
    struct list l = list_of(arena, sizeof *t->changes);
    enum err err = OK;
    struct query q = query_of(c, "SELECT at, state, reason FROM territory_change"
                                 " WHERE territory = ?1 ORDER BY at");
    query_text(&q, 1, t->code);
    while (err == OK && query_next(&q)) {
        char state[16];
        struct territory_change *change = list_add(&l);
        change->at = row_time(&q, 0);
        row_copy(&q, 1, state, sizeof state);
        change->reason = row_text(&q, arena, 2);
        err = territory_state_parse(state, &change->state) ? OK : ERR_MALFORMED;
    }
    enum err ended = query_end(&q);
    t->changes = l.items;
    t->n_changes = l.n;
    return err == OK ? ended : err;
}

enum err territory_read(struct connection *c, struct arena *arena, const char *code,
                        struct territory *out, bool *is_set)
{
    struct query q = query_of(c, "SELECT " TERRITORY_COLUMNS " FROM territory WHERE code = ?1");
    query_text(&q, 1, code);
    enum err err = query_first(&q);
    bool found = err == OK;
    if (found)
        err = read_own(&q, arena, out);
    enum err ended = query_end(&q);
    if (is_set != NULL)
        *is_set = found;
    if (!found) {
        *out = (struct territory){ .tax_permille = -1, .price_minor = -1 };
        text_copy(out->code, sizeof out->code, code);
        return ended;
    }
    if (err == OK)
        err = ended;
    return err == OK ? read_changes(c, arena, out) : err;
}

enum err territories_read(struct connection *c, struct arena *arena, struct territory **out,
                          size_t *n)
{
    struct list l = list_of(arena, sizeof **out);
    enum err err = OK;
    struct query q = query_of(c, "SELECT " TERRITORY_COLUMNS " FROM territory ORDER BY code");
    while (err == OK && query_next(&q))
        err = read_own(&q, arena, list_add(&l));
    enum err ended = query_end(&q);
    if (err == OK)
        err = ended;
    *out = l.items;
    *n = l.n;
    for (size_t i = 0; err == OK && i < l.n; i++)
        err = read_changes(c, arena, &(*out)[i]);
    return err;
}

enum err store_territory_get(struct store *store, struct arena *arena, const char *code,
                             struct territory *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err == OK)
        err = territory_read(c, arena, code, out, NULL);
    return store_read_end(store, &c, err);
}

enum err store_territories_list(struct store *store, struct arena *arena, struct territory **out,
                                size_t *n)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err == OK)
        err = territories_read(c, arena, out, n);
    return store_read_end(store, &c, err);
}

/* ---- writing -------------------------------------------------------------------------------- */

struct territory_call {
    const struct territory *territory;
    const char *code;
    const struct territory_change *change;
    utc_time at, now;
};

static enum err write_own(struct connection *c, const struct territory *t)
{
    struct query q = query_of(c, "INSERT INTO territory (" TERRITORY_COLUMNS ")"
                                 " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
                                 " ON CONFLICT (code) DO UPDATE SET currency = excluded.currency,"
                                 " tax_permille = excluded.tax_permille, zone = excluded.zone,"
                                 " languages = excluded.languages, ratings = excluded.ratings,"
                                 " price_minor = excluded.price_minor, roaming = excluded.roaming");
    query_text(&q, 1, t->code);
    query_text(&q, 2, t->currency);
    query_number(&q, 3, t->tax_permille);
    query_text(&q, 4, t->zone);
    query_text(&q, 5, t->languages);
    query_text(&q, 6, t->ratings);
    query_number(&q, 7, t->price_minor);
    query_text(&q, 8, territory_roaming_name(t->roaming));
    return query_run(&q, NULL);
}

/* Showings hang on the zone and the rating systems alone. */
static bool shows_the_same(const struct territory *a, const struct territory *b)
{
    return territory_zone(a) == territory_zone(b) &&
           strcmp(territory_ratings(a), territory_ratings(b)) == 0;
}

static enum err put_territory(struct connection *c, void *call)
{
    const struct territory_call *put = call;
    struct arena *arena = arena_create();
    struct territory before;
    bool was_set = false;
    enum err err = territory_read(c, arena, put->territory->code, &before, &was_set);
    if (err == OK)
        err = write_own(c, put->territory);
    if (err == OK && (!was_set || !shows_the_same(&before, put->territory)))
        err = showing_renew_all(c, put->territory->code, put->now, NULL);
    arena_destroy(&arena);
    return err;
}

enum err store_territory_put(struct store *store, const struct territory *territory, utc_time now)
{
    struct territory_call call = { .territory = territory, .now = now };
    return store_write(store, put_territory, &call);
}

static enum err insert_change(struct connection *c, const char *code,
                              const struct territory_change *change)
{
    struct query q = query_of(c, "INSERT INTO territory_change (territory, at, state, reason)"
                                 " VALUES (?1, ?2, ?3, ?4)");
    query_text(&q, 1, code);
    query_number(&q, 2, change->at.us);
    query_text(&q, 3, territory_state_name(change->state));
    query_text(&q, 4, change->reason);
    return query_run(&q, NULL);
}

/* The house's own country begins open: no move led there. */
static bool begins_open(const struct territory *t, const struct territory_change *change)
{
    return t->n_changes == 0 && change->at.us == 0 && change->state == TERRITORY_OPEN;
}

static enum err change_territory(struct connection *c, void *call)
{
    const struct territory_call *ask = call;
    struct arena *arena = arena_create();
    struct territory t;
    bool is_set = false;
    enum err err = territory_read(c, arena, ask->code, &t, &is_set);
    if (err == OK && !begins_open(&t, ask->change))
        err = territory_change_allowed(t.changes, t.n_changes, ask->change);
    if (err == OK && !is_set)
        err = write_own(c, &t);
    if (err == OK)
        err = insert_change(c, ask->code, ask->change);
    if (err == OK && !is_set)
        err = showing_renew_all(c, ask->code, ask->now, NULL);
    arena_destroy(&arena);
    return err;
}

enum err store_territory_change(struct store *store, const char *code,
                                const struct territory_change *change, utc_time now)
{
    struct territory_call call = { .code = code, .change = change, .now = now };
    return store_write(store, change_territory, &call);
}

/* The move that is planned after the one that goes must be allowed without it, too. */
static enum err check_without(const struct territory *t, utc_time at)
{
    enum territory_state from = TERRITORY_PLANNED;
    for (size_t i = 0; i < t->n_changes; i++) {
        const struct territory_change *change = &t->changes[i];
        if (change->at.us > at.us)
            return territory_may_move(from, change->state) ? OK : ERR_STATE;
        if (change->at.us < at.us)
            from = change->state;
    }
    return OK;
}

static enum err unplan_territory(struct connection *c, void *call)
{
    const struct territory_call *ask = call;
    struct arena *arena = arena_create();
    struct territory t;
    enum err err = ask->at.us > ask->now.us ? OK : ERR_NOT_FOUND;
    if (err == OK)
        err = territory_read(c, arena, ask->code, &t, NULL);
    if (err == OK)
        err = check_without(&t, ask->at);
    if (err == OK) {
        struct query q =
            query_of(c, "DELETE FROM territory_change WHERE territory = ?1 AND at = ?2");
        query_text(&q, 1, ask->code);
        query_number(&q, 2, ask->at.us);
        err = query_run_one(&q);
    }
    arena_destroy(&arena);
    return err;
}

enum err store_territory_unplan(struct store *store, const char *code, utc_time at, utc_time now)
{
    struct territory_call call = { .code = code, .at = at, .now = now };
    return store_write(store, unplan_territory, &call);
}
