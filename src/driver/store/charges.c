#include "driver/store/billing.h"
#include "driver/store/billing_pack.h"
#include "driver/store/charge_rows.h"
#include "driver/store/internal.h"
#include "driver/store/title_rows.h"

#include "base/text.h"

static enum err read_one(struct query *q, struct charge *out)
{
    enum err err = query_first(q);
    if (err == OK)
        charge_read(q, out);
    enum err ended = query_end(q);
    return err == OK ? ended : err;
}

enum err store_charge_get(struct store *store, struct arena *arena, charge_id id,
                          struct charge *out)
{
    struct connection *c = NULL;
    (void)arena;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT " CHARGE_COLUMNS
                                 " FROM charge c WHERE c.number = " CHARGE_NUMBER_OF("?1"));
    QUERY_ID(&q, 1, id.s);
    return store_read_end(store, &c, read_one(&q, out));
}

/* Charges are numbered in the order in which they were made. */
static enum err list_charges(struct connection *c, member_id member, enum charge_state state,
                             int64_t before, unsigned limit, struct list *l, int64_t *last)
{
    int64_t number = 0;
    bool has_account = false;
    enum err err = member.s[0] == 0 ? OK : membership_find(c, member.s, &number, &has_account);
    if (err != OK)
        return err == ERR_NOT_FOUND && has_account ? OK : err;
    struct query q = number != 0 ? query_of(c, "SELECT " CHARGE_COLUMNS ", c.number FROM charge c"
                                               " WHERE c.membership = ?4 AND c.number < ?1"
                                               " AND (?2 < 0 OR c.state = ?2)"
                                               " ORDER BY +c.number DESC LIMIT ?3")
                                 : query_of(c, "SELECT " CHARGE_COLUMNS ", c.number FROM charge c"
                                               " WHERE c.number < ?1 AND (?2 < 0 OR c.state = ?2)"
                                               " ORDER BY c.number DESC LIMIT ?3");
    query_number(&q, 1, before);
    query_number(&q, 2, state == CHARGE_STATE_COUNT ? -1 : (int64_t)state);
    query_number(&q, 3, (int64_t)limit + 1);
    if (number != 0)
        query_number(&q, 4, number);
    while (query_next(&q)) {
        if (l->n < limit)
            *last = row_number(&q, CHARGE_COLUMN_COUNT);
        charge_read(&q, list_add(l));
    }
    return query_end(&q);
}

enum err store_charges_list(struct store *store, struct arena *arena, member_id member,
                            enum charge_state state, const char *after, unsigned limit,
                            struct charge **out, size_t *n, const char **next)
{
    struct connection *c = NULL;
    struct list l = list_of(arena, sizeof **out);
    int64_t before = INT64_MAX, last = 0;
    limit = page_limit(limit, 50, 1000);
    enum err err = number_cursor_parse(after, &before);
    if (err == OK)
        err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    err = list_charges(c, member, state, before, limit, &l, &last);
    *out = l.items;
    *n = l.n < limit ? l.n : limit;
    *next = l.n > limit ? arena_printf(arena, "%lld", (long long)last) : NULL;
    return store_read_end(store, &c, err);
}

struct ids_call {
    charge_id *out;
    size_t n;
};

static enum err make_ids(struct connection *c, void *call)
{
    const struct ids_call *ask = call;
    int64_t first = 0;
    enum err err = charge_numbers(c, (int64_t)ask->n, &first);
    for (size_t i = 0; err == OK && i < ask->n; i++) {
        uint8_t id[ID_BYTES];
        err = connection_made_id(c, MADE_OF_CHARGE, first + (int64_t)i, id);
        id_unpack(id, sizeof id, ask->out[i].s);
    }
    return err;
}

enum err store_charge_ids(struct store *store, charge_id *out, size_t n)
{
    struct ids_call call = { .out = out, .n = n };
    return n == 0 ? OK : store_write(store, make_ids, &call);
}

/* ---- tries ----------------------------------------------------------------------------------- */

struct try_call {
    charge_id id;
    means_id means;
    utc_time now;
    int64_t lease_us;
    unsigned number;
    struct charge charge;
};

/* Whether somebody is at it; a clock that was set back does not make it last. */
static bool is_held(const struct charge_row *row, utc_time now, int64_t lease_us)
{
    bool is_asked = row->outcome == TRY_NONE && row->tries > 0;
    return is_asked && now.us < row->tried + lease_us && now.us > row->tried - lease_us;
}

/* The same try again: its key is known to the gateway, with the means it was made with. */
static bool is_again(const struct charge_row *row)
{
    return row->tries > 0 && (row->outcome == TRY_NONE || row->outcome == CHARGE_TRY_UNKNOWN);
}

static enum err begin_try(struct connection *c, void *call)
{
    struct try_call *ask = call;
    struct charge_row row = { 0 };
    enum err err = charge_find(c, ask->id.s, &row);
    if (err != OK)
        return err;
    if (row.state != CHARGE_OPEN && row.state != CHARGE_RETURNED)
        return ERR_STATE;
    if (is_held(&row, ask->now, ask->lease_us))
        return ERR_BUSY;
    ask->number = is_again(&row) ? row.tries : row.tries + 1;
    struct query q = query_of(
        c, "UPDATE charge SET tries = ?2, tried = ?3, outcome = -1, means = CASE WHEN ?4 THEN means"
           " ELSE coalesce((SELECT number FROM means WHERE id = ?5), means) END WHERE number = ?1");
    query_number(&q, 1, row.number);
    query_number(&q, 2, ask->number);
    query_number(&q, 3, ask->now.us);
    query_number(&q, 4, is_again(&row));
    QUERY_ID(&q, 5, ask->means.s);
    err = query_run_one(&q);
    if (err != OK)
        return err;
    q = query_of(c, "SELECT " CHARGE_COLUMNS " FROM charge c WHERE c.number = ?1");
    query_number(&q, 1, row.number);
    return read_one(&q, &ask->charge);
}

enum err store_charge_try(struct store *store, struct arena *arena, charge_id id, means_id means,
                          utc_time now, int64_t lease_us, unsigned *number, struct charge *charge)
{
    (void)arena;
    struct try_call call = { .id = id, .means = means, .now = now, .lease_us = lease_us };
    enum err err = store_write(store, begin_try, &call);
    *number = call.number;
    *charge = call.charge;
    return err;
}

enum err store_charges_left(struct store *store, struct arena *arena, utc_time now,
                            int64_t lease_us, size_t limit, struct charge **out, size_t *n)
{
    struct connection *c = NULL;
    struct list l = list_of(arena, sizeof **out);
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    /* -1: its maker died, or none was made; -2: one is wanted; 5: there was no answer */
    struct query q =
        query_of(c, "SELECT " CHARGE_COLUMNS " FROM charge c WHERE c.number IN ("
                    " SELECT number FROM charge WHERE state = 0"
                    " UNION ALL SELECT number FROM charge WHERE state = 3"
                    " UNION ALL SELECT number FROM charge WHERE " CHARGE_IN_DOUBT(
                        "") ")"
                            " AND ((c.outcome = -1 AND (c.tries = 0 OR abs(?1 - c.tried) >= ?2))"
                            "  OR c.outcome = -2 OR (c.outcome = 5 AND c.state <> 5)"
                            "  OR (c.state = 5 AND abs(?1 - c.tried) >= ?2))"
                            " ORDER BY c.state = 5, c.number LIMIT ?3");
    query_number(&q, 1, now.us);
    query_number(&q, 2, lease_us);
    query_number(&q, 3, limit < INT32_MAX ? (int64_t)limit : INT32_MAX);
    while (query_next(&q))
        charge_read(&q, list_add(&l));
    *out = l.items;
    *n = l.n;
    return store_read_end(store, &c, query_end(&q));
}

/* ---- doubts ---------------------------------------------------------------------------------- */

struct settle_call {
    charge_id id;
    enum charge_outcome outcome;
};

/* What a deleted account's card was still needed for. */
static enum err forget_card(struct connection *c, int64_t charge)
{
    struct query q = query_of(
        c, "UPDATE means SET reference = '', holder = '' WHERE removed = 1 AND sealed IS NULL"
           " AND number = (SELECT means FROM charge WHERE number = ?1)"
           " AND NOT EXISTS (SELECT 1 FROM charge c WHERE c.membership = means.membership"
           "  AND c.means = means.number AND (c.state = 1 OR (" CHARGE_IN_DOUBT("c.") ")))");
    query_number(&q, 1, charge);
    return query_run(&q, NULL);
}

static enum err settle(struct connection *c, void *call)
{
    const struct settle_call *ask = call;
    struct charge_row row = { 0 };
    enum err err = charge_find(c, ask->id.s, &row);
    if (err != OK)
        return err;
    struct query q = query_of(c, "UPDATE charge SET outcome = ?2, tried = 0 WHERE number = ?1"
                                 " AND " CHARGE_IN_DOUBT(""));
    query_number(&q, 1, row.number);
    query_number(&q, 2, ask->outcome);
    err = query_run(&q, NULL);
    return err == OK ? forget_card(c, row.number) : err;
}

enum err store_charge_settle(struct store *store, charge_id id, enum charge_outcome outcome)
{
    struct settle_call call = { .id = id, .outcome = outcome };
    return store_write(store, settle, &call);
}
