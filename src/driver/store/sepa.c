/* Batches of direct debits. */
#include "driver/store/sepa.h"

#include <string.h>

#include "driver/store/billing_pack.h"
#include "driver/store/internal.h"
#include "driver/store/membership_rows.h"
#include "driver/store/title_rows.h"

/* The numbers in the schema's indexes and queries. */
_Static_assert(SEPA_DEBIT_SENT == 0 && SEPA_DEBIT_SETTLED == 1 && SEPA_DEBIT_RETURNED == 2 &&
                   SEPA_DEBIT_REJECTED == 3 && SEPA_DEBIT_FREED == 4,
               "stored states");
_Static_assert(CHARGE_PENDING == 1 && MEANS_SEPA == 1, "stored states and kinds");

const char *sepa_debit_state_name(enum sepa_debit_state state)
{
    static const char *const names[] = {
#define X(name, word) word,
        SEPA_DEBIT_STATES(X)
#undef X
    };
    return names[state];
}

bool sepa_debit_may_move(enum sepa_debit_state from, enum sepa_debit_state to)
{
    static const bool may[SEPA_DEBIT_STATE_COUNT][SEPA_DEBIT_STATE_COUNT] = {
        [SEPA_DEBIT_SENT][SEPA_DEBIT_SETTLED] = true,
        [SEPA_DEBIT_SENT][SEPA_DEBIT_RETURNED] = true,
        [SEPA_DEBIT_SENT][SEPA_DEBIT_REJECTED] = true,
        [SEPA_DEBIT_SENT][SEPA_DEBIT_FREED] = true,
        [SEPA_DEBIT_SETTLED][SEPA_DEBIT_RETURNED] = true,
    };
    return may[from][to];
}

/* ---- what waits --------------------------------------------------------------------------------
 */

/* Charges by a mandate that are with no bank yet; ?1 is the greatest number looked at. */
#define WAITING                                                                                    \
    " FROM charge c JOIN means a ON a.number = c.means LEFT JOIN sepa_dead d"                      \
    " ON d.means = a.number WHERE c.state = 1 AND a.kind = 1"                                      \
    " AND NOT EXISTS (SELECT 1 FROM sepa_debit s WHERE s.charge = c.number"                        \
    "  AND s.try = c.tries AND s.state <> 4)"
#define GOOD " AND " CHARGE_TERM("currency") " = 'EUR' AND a.sealed IS NOT NULL AND d.means IS NULL"

struct make_call {
    struct store_sepa_batch *batch;
    size_t most, n, left;
    int64_t sum;
};

static enum err insert_batch(struct connection *c, const struct store_sepa_batch *b)
{
    /* The sum is known once the debits are there. */
    struct query q = query_of(
        c, "INSERT INTO sepa_batch (id, created, due_day, debits, sum, version, creditor_name,"
           " creditor_iban, creditor_bic, creditor_id, text, written, refused, why)"
           " VALUES (?1, ?2, ?3, 0, 1, ?4, ?5, ?6, ?7, ?8, ?9, 0, 0, '')");
    query_text(&q, 1, b->id.s);
    query_number(&q, 2, b->created.us);
    query_number(&q, 3, b->due.days);
    query_text(&q, 4, b->version);
    query_text(&q, 5, b->creditor_name);
    query_text(&q, 6, b->creditor_iban);
    query_text(&q, 7, b->creditor_bic);
    query_text(&q, 8, b->creditor_id);
    query_text(&q, 9, b->text);
    return query_run(&q, NULL);
}

static enum err insert_debits(struct connection *c, const struct make_call *ask)
{
    struct query q = query_of(c, "INSERT INTO sepa_debit (charge, try, batch, means, minor, state,"
                                 " moved, reason)"
                                 " SELECT c.number, c.tries,"
                                 " (SELECT number FROM sepa_batch WHERE id = ?1), c.means,"
                                 " c.amount, 0, ?2, ''" WAITING GOOD " ORDER BY c.number LIMIT ?3");
    query_text(&q, 1, ask->batch->id.s);
    query_number(&q, 2, ask->batch->created.us);
    query_number(&q, 3, (int64_t)ask->most);
    return query_run(&q, NULL);
}

static enum err read_totals(struct connection *c, struct make_call *ask)
{
    struct query q = query_of(c, "SELECT count(*), coalesce(sum(s.minor), 0) FROM sepa_debit s"
                                 " JOIN sepa_batch b ON b.number = s.batch WHERE b.id = ?1");
    query_text(&q, 1, ask->batch->id.s);
    if (query_first(&q) == OK) {
        ask->n = (size_t)row_number(&q, 0);
        ask->sum = row_number(&q, 1);
    }
    enum err err = query_end(&q);
    if (err == OK && ask->n == 0)
        err = ERR_NOT_FOUND; /* takes the batch back */
    if (err != OK)
        return err;
    q = query_of(c, "UPDATE sepa_batch SET debits = ?2, sum = ?3 WHERE id = ?1");
    query_text(&q, 1, ask->batch->id.s);
    query_number(&q, 2, (int64_t)ask->n);
    query_number(&q, 3, ask->sum);
    return query_run_one(&q);
}

static enum err count_left(struct connection *c, size_t *left)
{
    struct query q = query_of(c, "SELECT count(*)" WAITING GOOD);
    *left = query_first(&q) == OK ? (size_t)row_number(&q, 0) : 0;
    return query_end(&q);
}

static enum err make_batch(struct connection *c, void *call)
{
    struct make_call *ask = call;
    enum err err = insert_batch(c, ask->batch);
    if (err == OK)
        err = insert_debits(c, ask);
    if (err == OK)
        err = read_totals(c, ask);
    return err == OK ? count_left(c, &ask->left) : err;
}

enum err store_sepa_batch_make(struct store *store, struct store_sepa_batch *batch, size_t most,
                               size_t *left)
{
    struct make_call call = { .batch = batch, .most = most };
    enum err err = store_write(store, make_batch, &call);
    *left = call.left;
    if (err == OK) {
        batch->n = call.n;
        batch->sum = call.sum;
        batch->expected = call.sum;
        batch->in_state[SEPA_DEBIT_SENT] = call.n;
    }
    return err;
}

enum err store_sepa_stuck_list(struct store *store, struct arena *arena, size_t limit,
                               struct store_sepa_stuck **out, size_t *n)
{
    struct connection *c = NULL;
    struct list l = list_of(arena, sizeof **out);
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(
        c, "SELECT " CHARGE_ID(
               "c") ", coalesce(d.reason, ''), a.sealed IS NULL,"
                    " " CHARGE_TERM("currency") " <> 'EUR'" WAITING " AND (" CHARGE_TERM(
                        "currency") " <> 'EUR' OR a.sealed IS NULL"
                                    "  OR d.means IS NOT NULL) ORDER BY c.number LIMIT ?1");
    query_number(&q, 1, (int64_t)limit);
    while (query_next(&q)) {
        struct store_sepa_stuck *s = list_add(&l);
        row_id(&q, 0, s->charge.s);
        s->reason = row_text(&q, arena, 1);
        s->is_forgotten = row_number(&q, 2) != 0;
        s->is_foreign = row_number(&q, 3) != 0;
    }
    *out = l.items;
    *n = l.n;
    return store_read_end(store, &c, query_end(&q));
}

/* ---- batches -----------------------------------------------------------------------------------
 */

#define BATCH_COLUMNS                                                                              \
    "b.id, b.created, b.due_day, b.debits, b.sum, b.version, b.creditor_name, b.creditor_iban,"    \
    " b.creditor_bic, b.creditor_id, b.text, b.written, b.refused, b.why, b.number"
enum { BATCH_NUMBER = 14 };

static void read_batch(struct query *q, struct arena *arena, struct store_sepa_batch *b)
{
    *b = (struct store_sepa_batch){ .created = row_time(q, 1),
                                    .due = { (int32_t)row_number(q, 2) },
                                    .n = (size_t)row_number(q, 3),
                                    .sum = row_number(q, 4),
                                    .version = row_text(q, arena, 5),
                                    .creditor_name = row_text(q, arena, 6),
                                    .creditor_iban = row_text(q, arena, 7),
                                    .creditor_bic = row_text(q, arena, 8),
                                    .creditor_id = row_text(q, arena, 9),
                                    .text = row_text(q, arena, 10),
                                    .written = row_time(q, 11),
                                    .refused = row_time(q, 12),
                                    .why = row_text(q, arena, 13) };
    row_copy(q, 0, b->id.s, sizeof b->id.s);
}

static enum err read_states(struct connection *c, int64_t number, struct store_sepa_batch *b)
{
    struct query q = query_of(c, "SELECT state, count(*), sum(minor) FROM sepa_debit"
                                 " WHERE batch = ?1 GROUP BY state");
    query_number(&q, 1, number);
    while (query_next(&q)) {
        unsigned state = row_choice(&q, 0, SEPA_DEBIT_STATE_COUNT);
        b->in_state[state] = (size_t)row_number(&q, 1);
        if (state != SEPA_DEBIT_REJECTED && state != SEPA_DEBIT_FREED)
            b->expected += row_number(&q, 2);
    }
    return query_end(&q);
}

static enum err finish_batch(struct connection *c, struct query *q, struct arena *arena,
                             struct store_sepa_batch *out)
{
    int64_t number = 0;
    enum err err = query_first(q);
    if (err == OK) {
        read_batch(q, arena, out);
        number = row_number(q, BATCH_NUMBER);
    }
    enum err ended = query_end(q);
    err = err == OK ? ended : err;
    return err == OK ? read_states(c, number, out) : err;
}

enum err store_sepa_batch_get(struct store *store, struct arena *arena, sepa_batch_id id,
                              struct store_sepa_batch *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT " BATCH_COLUMNS " FROM sepa_batch b WHERE b.id = ?1");
    query_text(&q, 1, id.s);
    return store_read_end(store, &c, finish_batch(c, &q, arena, out));
}

enum err store_sepa_batch_unwritten(struct store *store, struct arena *arena,
                                    struct store_sepa_batch *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT " BATCH_COLUMNS " FROM sepa_batch b"
                                 " WHERE b.written = 0 AND b.refused = 0"
                                 " ORDER BY b.number LIMIT 1");
    return store_read_end(store, &c, finish_batch(c, &q, arena, out));
}

enum err store_sepa_batches_list(struct store *store, struct arena *arena, const char *after,
                                 unsigned limit, struct store_sepa_batch **out, size_t *n,
                                 const char **next)
{
    struct connection *c = NULL;
    struct list l = list_of(arena, sizeof **out), numbers = list_of(arena, sizeof(int64_t));
    int64_t before = INT64_MAX;
    limit = page_limit(limit, 50, 1000);
    enum err err = number_cursor_parse(after, &before);
    if (err == OK)
        err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT " BATCH_COLUMNS " FROM sepa_batch b WHERE b.number < ?1"
                                 " ORDER BY b.number DESC LIMIT ?2");
    query_number(&q, 1, before);
    query_number(&q, 2, (int64_t)limit + 1);
    while (query_next(&q)) {
        *(int64_t *)list_add(&numbers) = row_number(&q, BATCH_NUMBER);
        read_batch(&q, arena, list_add(&l));
    }
    err = query_end(&q);
    *out = l.items;
    *n = l.n < limit ? l.n : limit;
    for (size_t i = 0; err == OK && i < *n; i++)
        err = read_states(c, ((int64_t *)numbers.items)[i], &(*out)[i]);
    *next = l.n <= limit
                ? NULL
                : arena_printf(arena, "%lld", (long long)((int64_t *)numbers.items)[limit - 1]);
    return store_read_end(store, &c, err);
}

struct batch_call {
    sepa_batch_id id;
    utc_time now;
    const char *why;
};

static enum err mark_written(struct connection *c, void *call)
{
    const struct batch_call *ask = call;
    struct query q = query_of(c, "UPDATE sepa_batch SET written = ?2 WHERE id = ?1");
    query_text(&q, 1, ask->id.s);
    query_number(&q, 2, ask->now.us);
    return query_run_one(&q);
}

enum err store_sepa_batch_written(struct store *store, sepa_batch_id id, utc_time now)
{
    struct batch_call call = { .id = id, .now = now };
    return store_write(store, mark_written, &call);
}

static enum err is_untouched(struct connection *c, const char *id, bool *was_refused)
{
    struct query q = query_of(c, "SELECT b.refused, EXISTS (SELECT 1 FROM sepa_debit s"
                                 "  WHERE s.batch = b.number AND s.state NOT IN (0, 4))"
                                 " FROM sepa_batch b WHERE b.id = ?1");
    query_text(&q, 1, id);
    enum err err = query_first(&q);
    *was_refused = err == OK && row_number(&q, 0) != 0;
    if (err == OK && !*was_refused && row_number(&q, 1) != 0)
        err = ERR_STATE;
    enum err ended = query_end(&q);
    return err == OK ? ended : err;
}

static enum err refuse_batch(struct connection *c, void *call)
{
    const struct batch_call *ask = call;
    bool was_refused = false;
    enum err err = is_untouched(c, ask->id.s, &was_refused);
    if (err != OK || was_refused)
        return err;
    struct query q = query_of(c, "UPDATE sepa_batch SET refused = ?2, why = ?3 WHERE id = ?1");
    query_text(&q, 1, ask->id.s);
    query_number(&q, 2, ask->now.us);
    query_text(&q, 3, ask->why);
    err = query_run_one(&q);
    if (err != OK)
        return err;
    q = query_of(c, "UPDATE sepa_debit SET state = 4, moved = ?2 WHERE state = 0"
                    " AND batch = (SELECT number FROM sepa_batch WHERE id = ?1)");
    query_text(&q, 1, ask->id.s);
    query_number(&q, 2, ask->now.us);
    return query_run(&q, NULL);
}

enum err store_sepa_batch_refuse(struct store *store, sepa_batch_id id, utc_time now,
                                 const char *why)
{
    struct batch_call call = { .id = id, .now = now, .why = why };
    return store_write(store, refuse_batch, &call);
}
