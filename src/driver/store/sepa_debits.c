/* Direct debits one by one, mandates, and banks' files. */
#include <string.h>

#include "driver/store/billing_pack.h"
#include "driver/store/internal.h"
#include "driver/store/membership_rows.h"
#include "driver/store/sepa.h"
#include "driver/store/title_rows.h"

#define DEBIT_COLUMNS                                                                              \
    CHARGE_ID("c")                                                                                 \
    ", s.try, b.id, s.state, s.minor, s.moved, s.reason, a.id, a.reference, a.holder,"             \
    " a.sealed, a.created, s.charge"
#define DEBIT_FROM                                                                                 \
    " FROM sepa_debit s JOIN sepa_batch b ON b.number = s.batch"                                   \
    " JOIN charge c ON c.number = s.charge JOIN means a ON a.number = s.means"
enum { DEBIT_SEALED = 10, DEBIT_PLACE = 12 };

static void read_debit(struct query *q, struct arena *arena, struct store_sepa_debit *d)
{
    *d = (struct store_sepa_debit){ .number = (unsigned)row_number(q, 1),
                                    .minor = row_number(q, 4),
                                    .moved = row_time(q, 5),
                                    .reason = row_text(q, arena, 6),
                                    .mandate = row_text(q, arena, 8),
                                    .holder = row_text(q, arena, 9),
                                    .sealed_size = row_size(q, DEBIT_SEALED),
                                    .agreed = row_time(q, 11) };
    row_id(q, 0, d->charge.s);
    row_copy(q, 2, d->batch.s, sizeof d->batch.s);
    d->state = (enum sepa_debit_state)row_choice(q, 3, SEPA_DEBIT_STATE_COUNT);
    row_id(q, 7, d->means.s);
    if (d->sealed_size > 0) {
        uint8_t *sealed = arena_alloc(arena, d->sealed_size);
        memcpy(sealed, row_bytes(q, DEBIT_SEALED), d->sealed_size);
        d->sealed = sealed;
    }
}

enum err store_sepa_debits(struct store *store, struct arena *arena, sepa_batch_id batch,
                           int64_t *place, size_t limit, struct store_sepa_debit **out, size_t *n)
{
    struct connection *c = NULL;
    struct list l = list_of(arena, sizeof **out);
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT " DEBIT_COLUMNS DEBIT_FROM
                                 " WHERE s.batch = (SELECT number FROM sepa_batch WHERE id = ?1)"
                                 " AND s.charge > ?2 ORDER BY s.charge LIMIT ?3");
    query_text(&q, 1, batch.s);
    query_number(&q, 2, *place);
    query_number(&q, 3, (int64_t)limit);
    while (query_next(&q)) {
        *place = row_number(&q, DEBIT_PLACE);
        read_debit(&q, arena, list_add(&l));
    }
    *out = l.items;
    *n = l.n;
    return store_read_end(store, &c, query_end(&q));
}

enum err store_sepa_debit_find(struct store *store, struct arena *arena, charge_id charge,
                               unsigned number, struct store_sepa_debit *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q =
        query_of(c, "SELECT " DEBIT_COLUMNS DEBIT_FROM " WHERE c.number = " CHARGE_NUMBER_OF(
                        "?1") " AND s.try = ?2"
                              " ORDER BY s.state = 4, s.batch DESC LIMIT 1");
    QUERY_ID(&q, 1, charge.s);
    query_number(&q, 2, number);
    err = query_first(&q);
    if (err == OK)
        read_debit(&q, arena, out);
    enum err ended = query_end(&q);
    return store_read_end(store, &c, err == OK ? ended : err);
}

struct move_call {
    const struct store_sepa_debit *debit;
    enum sepa_debit_state to;
    const char *reason;
    bool is_final;
    utc_time now;
};

static enum err end_mandate(struct connection *c, const struct move_call *ask)
{
    struct query q = query_of(c, "INSERT INTO sepa_dead (means, at, reason)"
                                 " SELECT a.number, ?2, ?3 FROM means a WHERE a.id = ?1"
                                 " ON CONFLICT (means) DO NOTHING");
    QUERY_ID(&q, 1, ask->debit->means.s);
    query_number(&q, 2, ask->now.us);
    query_text(&q, 3, ask->reason);
    return query_run(&q, NULL);
}

static enum err move_debit(struct connection *c, void *call)
{
    const struct move_call *ask = call;
    struct query q =
        query_of(c, "UPDATE sepa_debit SET state = ?5, moved = ?6, reason = ?7"
                    " WHERE charge = " CHARGE_NUMBER_OF(
                        "?1") " AND try = ?2 AND state = ?4"
                              " AND batch = (SELECT number FROM sepa_batch WHERE id = ?3)");
    QUERY_ID(&q, 1, ask->debit->charge.s);
    query_number(&q, 2, ask->debit->number);
    query_text(&q, 3, ask->debit->batch.s);
    query_number(&q, 4, ask->debit->state);
    query_number(&q, 5, ask->to);
    query_number(&q, 6, ask->now.us);
    query_text(&q, 7, ask->reason);
    enum err err = query_run_one(&q);
    if (err == OK && ask->is_final)
        err = end_mandate(c, ask);
    return err == ERR_NOT_FOUND ? ERR_STATE : err;
}

enum err store_sepa_debit_move(struct store *store, const struct store_sepa_debit *debit,
                               enum sepa_debit_state to, const char *reason, bool is_final,
                               utc_time now)
{
    struct move_call call = {
        .debit = debit, .to = to, .reason = reason, .is_final = is_final, .now = now
    };
    return sepa_debit_may_move(debit->state, to) ? store_write(store, move_debit, &call)
                                                 : ERR_STATE;
}

/* ---- mandates ----------------------------------------------------------------------------------
 */

enum err store_sepa_dead_find(struct store *store, struct arena *arena, means_id means,
                              const char **reason)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT d.reason FROM sepa_dead d"
                                 " JOIN means a ON a.number = d.means WHERE a.id = ?1");
    QUERY_ID(&q, 1, means.s);
    err = query_first(&q);
    if (err == OK)
        *reason = row_text(&q, arena, 0);
    enum err ended = query_end(&q);
    return store_read_end(store, &c, err == OK ? ended : err);
}

static void read_mandate(struct query *q, struct arena *arena, struct store_sepa_mandate *m)
{
    *m = (struct store_sepa_mandate){ .means = { .kind = MEANS_SEPA,
                                                 .label = row_text(q, arena, 2),
                                                 .reference = row_text(q, arena, 3),
                                                 .holder = row_text(q, arena, 4),
                                                 .created = row_time(q, 5),
                                                 .removed = row_time(q, 6) },
                                      .dead = row_time(q, 7),
                                      .reason = row_text(q, arena, 8) };
    row_id(q, 0, m->means.id.s);
    row_id(q, 1, m->means.member.s);
}

enum err store_sepa_mandates_list(struct store *store, struct arena *arena, member_id member,
                                  const char *after, unsigned limit,
                                  struct store_sepa_mandate **out, size_t *n, const char **next)
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
    struct query q = query_of(
        c, "SELECT a.id, b.member, a.label, a.reference, a.holder, a.created, a.removed,"
           " coalesce(d.at, 0), coalesce(d.reason, ''), a.number FROM means a"
           " JOIN membership b ON b.number = a.membership"
           " LEFT JOIN sepa_dead d ON d.means = a.number"
           " WHERE a.number < ?1 AND a.kind = 1 AND b.is_gone = 0 AND (?3 = '' OR b.member = ?4)"
           " ORDER BY a.number DESC LIMIT ?2");
    query_number(&q, 1, before);
    query_number(&q, 2, (int64_t)limit + 1);
    query_text(&q, 3, member.s);
    QUERY_ID(&q, 4, member.s);
    while (query_next(&q)) {
        if (l.n < limit)
            last = row_number(&q, 9);
        read_mandate(&q, arena, list_add(&l));
    }
    *out = l.items;
    *n = l.n < limit ? l.n : limit;
    *next = l.n > limit ? arena_printf(arena, "%lld", (long long)last) : NULL;
    return store_read_end(store, &c, query_end(&q));
}

/* ---- banks' files ------------------------------------------------------------------------------
 */

enum err store_sepa_file_find(struct store *store, struct arena *arena, const uint8_t digest[32],
                              struct store_sepa_file *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT name, version, message, taken FROM sepa_file"
                                 " WHERE digest = ?1");
    query_blob(&q, 1, digest, 32);
    err = query_first(&q);
    if (err == OK) {
        *out = (struct store_sepa_file){ .name = row_text(&q, arena, 0),
                                         .version = row_text(&q, arena, 1),
                                         .message = row_text(&q, arena, 2),
                                         .taken = row_time(&q, 3) };
        memcpy(out->digest, digest, 32);
    }
    enum err ended = query_end(&q);
    return store_read_end(store, &c, err == OK ? ended : err);
}

static enum err add_file(struct connection *c, void *call)
{
    const struct store_sepa_file *f = call;
    struct query q = query_of(c, "INSERT INTO sepa_file (digest, name, version, message, taken)"
                                 " VALUES (?1, ?2, ?3, ?4, ?5)");
    query_blob(&q, 1, f->digest, sizeof f->digest);
    query_text(&q, 2, f->name);
    query_text(&q, 3, f->version);
    query_text(&q, 4, f->message);
    query_number(&q, 5, f->taken.us);
    return query_run(&q, NULL);
}

enum err store_sepa_file_add(struct store *store, const struct store_sepa_file *file)
{
    struct store_sepa_file copy = *file;
    return store_write(store, add_file, &copy);
}
