/* Payment means of members. */
#include <string.h>

#include "driver/store/billing.h"
#include "driver/store/billing_pack.h"
#include "driver/store/internal.h"
#include "driver/store/membership_rows.h"
#include "driver/store/title_rows.h"

struct means_call {
    const struct means *means;
    member_id member;
    means_id id;
    utc_time now;
    int64_t n;
};

static enum err add_means(struct connection *c, void *call)
{
    const struct means *m = ((struct means_call *)call)->means;
    int64_t number = 0;
    enum err err = membership_need(c, m->member.s, NULL, &number);
    if (err != OK)
        return err;
    struct query q =
        query_of(c, "INSERT INTO means (id, membership, kind, label, reference, holder,"
                    " fingerprint, sealed, created, removed)"
                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0)");
    QUERY_ID(&q, 1, m->id.s);
    query_number(&q, 2, number);
    query_number(&q, 3, m->kind);
    query_text(&q, 4, m->label);
    query_text(&q, 5, m->reference);
    query_text(&q, 6, m->holder == NULL ? "" : m->holder);
    query_blob(&q, 7, m->fingerprint, sizeof m->fingerprint);
    if (m->sealed != NULL)
        query_blob(&q, 8, m->sealed, m->sealed_size);
    query_number(&q, 9, m->created.us);
    return query_run(&q, NULL);
}

enum err store_means_add(struct store *store, const struct means *means)
{
    struct means_call call = { .means = means };
    return store_write(store, add_means, &call);
}

#define MEANS_COLUMNS                                                                              \
    "a.id, " MEMBER_ID_OF("a.membership") ", a.kind, a.label, a.reference, a.holder,"              \
                                          " a.fingerprint, a.sealed, a.created, a.removed"

static void read_means(struct query *q, struct arena *arena, struct means *m)
{
    *m = (struct means){ .created = row_time(q, 8), .removed = row_time(q, 9) };
    row_id(q, 0, m->id.s);
    row_id(q, 1, m->member.s);
    m->kind = (enum means_kind)row_choice(q, 2, MEANS_KIND_COUNT);
    m->label = row_text(q, arena, 3);
    m->reference = row_text(q, arena, 4);
    m->holder = row_text(q, arena, 5);
    if (row_size(q, 6) == sizeof m->fingerprint)
        memcpy(m->fingerprint, row_bytes(q, 6), sizeof m->fingerprint);
    m->sealed_size = row_size(q, 7);
    if (m->sealed_size > 0) {
        uint8_t *sealed = arena_alloc(arena, m->sealed_size);
        memcpy(sealed, row_bytes(q, 7), m->sealed_size);
        m->sealed = sealed;
    }
}

enum err store_means_list(struct store *store, struct arena *arena, member_id member,
                          struct means **out, size_t *n)
{
    struct connection *c = NULL;
    struct list l = list_of(arena, sizeof **out);
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT " MEANS_COLUMNS " FROM member m"
                                 " JOIN means a ON a.membership = m.membership"
                                 " WHERE m.id = ?1 AND a.removed = 0 ORDER BY a.number");
    query_text(&q, 1, member.s);
    while (query_next(&q))
        read_means(&q, arena, list_add(&l));
    *out = l.items;
    *n = l.n;
    return store_read_end(store, &c, query_end(&q));
}

enum err store_means_get(struct store *store, struct arena *arena, member_id member, means_id id,
                         struct means *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT " MEANS_COLUMNS " FROM means a WHERE a.id = ?1");
    QUERY_ID(&q, 1, id.s);
    err = query_first(&q);
    if (err == OK)
        read_means(&q, arena, out);
    if (err == OK && member.s[0] != 0 && strcmp(member.s, out->member.s) != 0)
        err = ERR_NOT_FOUND;
    enum err ended = query_end(&q);
    return store_read_end(store, &c, err == OK ? ended : err);
}

/* ---- removed --------------------------------------------------------------------------------- */

/* In use: charged from here on, or a charge is on its way. */
static enum err is_in_use(struct connection *c, const struct means_call *ask)
{
    struct query q = query_of(
        c, "SELECT EXISTS (SELECT 1 FROM membership b WHERE b.number = a.membership"
           "  AND b.means = a.number AND b.state NOT IN (0, 7))"
           " OR EXISTS (SELECT 1 FROM charge c WHERE c.membership = a.membership"
           "  AND c.means = a.number AND (c.state = 1 OR (c.state IN (0, 3) AND c.tries > 0"
           "   AND c.outcome IN (-1, 2, 5)))),"
           " a.membership = coalesce((SELECT m.membership FROM member m WHERE m.id = ?2), 0)"
           " FROM means a WHERE a.id = ?1 AND a.removed = 0");
    QUERY_ID(&q, 1, ask->id.s);
    query_text(&q, 2, ask->member.s);
    enum err err = query_first(&q);
    if (err == OK && row_number(&q, 1) == 0)
        err = ERR_NOT_FOUND;
    else if (err == OK && row_number(&q, 0) != 0)
        err = ERR_STATE;
    enum err ended = query_end(&q);
    return err == OK ? ended : err;
}
_Static_assert(MEMBERSHIP_NONE == 0 && MEMBERSHIP_ENDED == 7, "stored states");

static enum err remove_means(struct connection *c, void *call)
{
    const struct means_call *ask = call;
    enum err err = is_in_use(c, ask);
    if (err != OK)
        return err;
    struct query q = query_of(c, "UPDATE means SET removed = ?2 WHERE id = ?1");
    QUERY_ID(&q, 1, ask->id.s);
    query_number(&q, 2, ask->now.us);
    return query_run_one(&q);
}

enum err store_means_remove(struct store *store, member_id member, means_id id, utc_time now)
{
    struct means_call call = { .member = member, .id = id, .now = now };
    return store_write(store, remove_means, &call);
}

static enum err sweep_means(struct connection *c, void *call)
{
    struct means_call *ask = call;
    struct query q =
        /* 1: of a deleted account */
        query_of(c, "UPDATE means SET sealed = NULL,"
                    " reference = CASE removed WHEN 1 THEN '' ELSE reference END,"
                    " holder = CASE removed WHEN 1 THEN '' ELSE holder END"
                    " WHERE sealed IS NOT NULL AND removed > 0"
                    " AND removed <= ?1 AND NOT EXISTS (SELECT 1 FROM charge c"
                    "  WHERE c.membership = means.membership AND c.means = means.number"
                    "  AND c.state IN (0, 1, 3))");
    query_number(&q, 1, ask->now.us);
    return query_run(&q, &ask->n);
}

enum err store_means_sweep(struct store *store, utc_time removed_by, size_t *n)
{
    struct means_call call = { .now = removed_by };
    enum err err = store_write(store, sweep_means, &call);
    if (n != NULL)
        *n = err == OK ? (size_t)call.n : 0;
    return err;
}

enum err store_means_had_trial(struct store *store, member_id member, const uint8_t fingerprint[32],
                               bool *had)
{
    struct connection *c = NULL;
    *had = false;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q =
        query_of(c, "SELECT EXISTS (SELECT 1 FROM means_before WHERE fingerprint = ?1)"
                    " OR EXISTS (SELECT 1 FROM means a JOIN membership b ON b.number = a.membership"
                    "  WHERE a.fingerprint = ?1 AND b.trial_from <> 0 AND b.member <> ?2)");
    query_blob(&q, 1, fingerprint, 32);
    QUERY_ID(&q, 2, member.s);
    if (query_next(&q))
        *had = row_number(&q, 0) != 0;
    return store_read_end(store, &c, query_end(&q));
}
