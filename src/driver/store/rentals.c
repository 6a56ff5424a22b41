#include "driver/store/rentals.h"

#include "driver/store/billing_pack.h"
#include "driver/store/internal.h"
#include "driver/store/playback_rows.h"
#include "driver/store/sale_rows.h"
#include "driver/store/title_rows.h"

#define RENTAL_COLUMNS                                                                             \
    "r.id, " MEMBER_ID_OF("r.membership") ", r.title, r.playable, " CHARGE_ID_OF(                  \
        "r.charge") ", r.price, r.currency, r.territory, r.format, r.avail, r.studio, r.ordered,"  \
                    " r.bought, r.start_by, r.watch_us, r.started, r.ends"

static void read_rental(struct query *q, struct arena *arena, struct rental *r)
{
    *r = (struct rental){ .price.minor = row_number(q, 5),
                          .right = row_text(q, arena, 9),
                          .studio = row_text(q, arena, 10),
                          .ordered = row_time(q, 11),
                          .bought = row_time(q, 12),
                          .start_by = row_time(q, 13),
                          .watch_us = row_number(q, 14),
                          .started = row_time(q, 15),
                          .ends = row_time(q, 16) };
    row_id(q, 0, r->id.s);
    row_id(q, 1, r->member.s);
    row_copy(q, 2, r->title.s, sizeof r->title.s);
    row_copy(q, 3, r->playable.s, sizeof r->playable.s);
    row_id(q, 4, r->charge.s);
    row_copy(q, 6, r->price.currency, sizeof r->price.currency);
    row_copy(q, 7, r->territory, sizeof r->territory);
    r->format = (enum rights_format)row_choice(q, 8, RIGHTS_UHD + 1);
}

static enum err read_one(struct query *q, struct arena *arena, struct rental *out)
{
    enum err err = query_first(q);
    if (err == OK)
        read_rental(q, arena, out);
    enum err ended = query_end(q);
    return err == OK ? ended : err;
}

static enum err find_rental(struct connection *c, struct arena *arena, rental_id id,
                            struct rental *out)
{
    struct query q = query_of(c, "SELECT " RENTAL_COLUMNS " FROM rental r WHERE r.id = ?1");
    QUERY_ID(&q, 1, id.s);
    return read_one(&q, arena, out);
}

enum err store_rental_get(struct store *store, struct arena *arena, rental_id id,
                          struct rental *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    return err == OK ? store_read_end(store, &c, find_rental(c, arena, id, out)) : err;
}

enum err store_rental_by_charge(struct store *store, struct arena *arena, charge_id charge,
                                struct rental *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT " RENTAL_COLUMNS " FROM charge c"
                                 " JOIN rental r ON r.charge = c.number"
                                 " WHERE c.number = " CHARGE_NUMBER_OF("?1"));
    QUERY_ID(&q, 1, charge.s);
    return store_read_end(store, &c, read_one(&q, arena, out));
}

/* Oldest first, so that of two that wait alike the first bought is used first. */
static enum err list_rentals(struct connection *c, struct arena *arena, member_id member,
                             const playable_id *playable, struct list *l)
{
    struct query q = query_of(c, "SELECT " RENTAL_COLUMNS " FROM member m"
                                 " JOIN rental r ON r.membership = m.membership"
                                 " WHERE m.id = ?1 AND (?2 IS NULL OR r.playable = ?2)"
                                 " ORDER BY r.number");
    query_text(&q, 1, member.s);
    query_text(&q, 2, playable == NULL ? NULL : playable->s);
    while (query_next(&q))
        read_rental(&q, arena, list_add(l));
    return query_end(&q);
}

/* Whether a is to be used before b: what runs, then what is over soonest. */
static bool is_before(const struct rental *a, const struct rental *b, utc_time now)
{
    utc_time a_until = { 0 }, b_until = { 0 };
    enum rental_state of_a = rental_state_at(a, now, &a_until),
                      of_b = rental_state_at(b, now, &b_until);
    if (of_a != of_b)
        return of_a == RENTAL_RUNNING;
    return of_a == RENTAL_RUNNING ? a_until.us > b_until.us : a_until.us < b_until.us;
}

enum err store_rental_of(struct store *store, struct arena *arena, member_id member,
                         playable_id playable, utc_time now, struct rental *out)
{
    struct connection *c = NULL;
    struct list l = list_of(arena, sizeof *out);
    const struct rental *best = NULL;
    enum err err = store_read_begin(store, &c);
    if (err == OK)
        err = store_read_end(store, &c, list_rentals(c, arena, member, &playable, &l));
    const struct rental *all = l.items;
    for (size_t i = 0; err == OK && i < l.n; i++) {
        enum rental_state state = rental_state_at(&all[i], now, NULL);
        if (state != RENTAL_WAITING && state != RENTAL_RUNNING)
            continue;
        if (best == NULL || is_before(&all[i], best, now))
            best = &all[i];
    }
    if (best != NULL)
        *out = *best;
    return err == OK && best == NULL ? ERR_NOT_FOUND : err;
}

enum err store_rentals_list(struct store *store, struct arena *arena, member_id member,
                            struct rental **out, size_t *n)
{
    struct connection *c = NULL;
    struct list l = list_of(arena, sizeof **out);
    enum err err = store_read_begin(store, &c);
    if (err == OK)
        err = store_read_end(store, &c, list_rentals(c, arena, member, NULL, &l));
    struct rental *all = l.items;
    for (size_t i = 0; i < l.n / 2; i++) { /* newest first */
        struct rental other = all[i];
        all[i] = all[l.n - 1 - i];
        all[l.n - 1 - i] = other;
    }
    *out = all;
    *n = l.n;
    return err;
}

/* ---- played ---------------------------------------------------------------------------------- */

struct play_call {
    rental_id id;
    const struct store_playback *playback;
    utc_time now, ends;
};

static enum err start_rental(struct connection *c, const struct play_call *p)
{
    struct query q = query_of(c, "UPDATE rental SET started = ?2, ends = ?3"
                                 " WHERE id = ?1 AND started = 0");
    QUERY_ID(&q, 1, p->id.s);
    query_number(&q, 2, p->now.us);
    query_number(&q, 3, p->ends.us);
    return query_run_one(&q);
}

static enum err play_rental(struct connection *c, struct play_call *p)
{
    struct arena *arena = arena_create();
    struct rental r;
    enum err err = find_rental(c, arena, p->id, &r);
    enum rental_state state = err == OK ? rental_state_at(&r, p->now, NULL) : RENTAL_OVER;
    arena_destroy(&arena);
    if (err != OK)
        return err;
    p->ends = r.ends;
    if (state == RENTAL_WAITING) {
        p->ends = (utc_time){ p->now.us + r.watch_us };
        err = start_rental(c, p);
    } else if (state != RENTAL_RUNNING) {
        err = ERR_STATE;
    }
    return err == OK ? playback_insert(c, p->playback) : err;
}

enum err rental_play(struct connection *c, rental_id id, const struct store_playback *playback,
                     utc_time now, utc_time *ends)
{
    struct play_call call = { .id = id, .playback = playback, .now = now };
    enum err err = play_rental(c, &call);
    *ends = call.ends;
    return err;
}

static enum err play(struct connection *c, void *call)
{
    return play_rental(c, call);
}

enum err store_rental_play(struct store *store, rental_id id, const struct store_playback *playback,
                           utc_time now, utc_time *ends)
{
    struct play_call call = { .id = id, .playback = playback, .now = now };
    enum err err = store_write(store, play, &call);
    *ends = call.ends;
    return err;
}

/* ---- the house's list ------------------------------------------------------------------------ */

static enum err add_price(struct connection *c, void *call)
{
    const struct rental_price *p = call;
    struct query q = query_of(c, "INSERT INTO rental_price (territory, title, format, price,"
                                 " currency, said) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    query_text(&q, 1, p->territory);
    query_text(&q, 2, p->title.s[0] == 0 ? NULL : p->title.s);
    query_number(&q, 3, p->format);
    query_number(&q, 4, p->price.minor);
    query_text(&q, 5, p->price.currency);
    query_number(&q, 6, p->said.us);
    return query_run(&q, NULL);
}

enum err store_rental_price_add(struct store *store, const struct rental_price *price)
{
    struct rental_price copy = *price;
    return store_write(store, add_price, &copy);
}

enum err store_rental_prices_list(struct store *store, struct arena *arena,
                                  struct rental_price **out, size_t *n)
{
    struct connection *c = NULL;
    struct list l = list_of(arena, sizeof **out);
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT territory, title, format, price, currency, said"
                                 " FROM rental_price ORDER BY number");
    while (query_next(&q)) {
        struct rental_price *p = list_add(&l);
        row_copy(&q, 0, p->territory, sizeof p->territory);
        row_copy(&q, 1, p->title.s, sizeof p->title.s);
        p->format = (enum rights_format)row_choice(&q, 2, RIGHTS_UHD + 1);
        p->price.minor = row_number(&q, 3);
        row_copy(&q, 4, p->price.currency, sizeof p->price.currency);
        p->said = row_time(&q, 5);
    }
    *out = l.items;
    *n = l.n;
    return store_read_end(store, &c, query_end(&q));
}
