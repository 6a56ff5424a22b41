#include "driver/store/assertions.h"

#include <string.h>

#include "driver/store/internal.h"
#include "driver/store/session_rows.h"
#include "driver/store/title_rows.h"

/* ---- keys ------------------------------------------------------------------------------------ */

static enum err insert_key(struct connection *c, void *call)
{
    const struct store_assertion_key *k = call;
    struct query q = query_of(c, "INSERT INTO partner_assertion_key (id, partner, algorithm, bytes,"
                                 " created, ended) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    query_text(&q, 1, k->id.s);
    query_text(&q, 2, k->partner.s);
    query_text(&q, 3, k->algorithm);
    query_blob(&q, 4, k->bytes, k->size);
    query_number(&q, 5, k->created.us);
    query_number(&q, 6, k->ended.us);
    return query_run(&q, NULL);
}

enum err store_assertion_key_add(struct store *store, const struct store_assertion_key *key)
{
    struct store_assertion_key copy = *key;
    return store_write(store, insert_key, &copy);
}

struct key_end {
    partner_id partner;
    partner_key_id key;
    utc_time at;
};

static enum err end_key(struct connection *c, void *call)
{
    const struct key_end *on = call;
    struct query q =
        query_of(c, "UPDATE partner_assertion_key SET ended = CASE ended WHEN 0 THEN ?3"
                    " ELSE ended END WHERE id = ?1 AND partner = ?2");
    query_text(&q, 1, on->key.s);
    query_text(&q, 2, on->partner.s);
    query_number(&q, 3, on->at.us);
    return query_run_one(&q);
}

enum err store_assertion_key_end(struct store *store, partner_id partner, partner_key_id id,
                                 utc_time now)
{
    struct key_end call = { .partner = partner, .key = id, .at = now };
    return store_write(store, end_key, &call);
}

#define KEY_COLUMNS "k.id, k.partner, k.algorithm, k.bytes, k.created, k.ended"

static void read_key(const struct query *q, struct arena *arena, struct store_assertion_key *k)
{
    row_copy(q, 0, k->id.s, sizeof k->id.s);
    row_copy(q, 1, k->partner.s, sizeof k->partner.s);
    k->algorithm = row_text(q, arena, 2);
    k->size = row_size(q, 3);
    uint8_t *bytes = arena_alloc(arena, k->size + 1);
    if (k->size > 0)
        memcpy(bytes, row_bytes(q, 3), k->size);
    k->bytes = bytes;
    k->created = row_time(q, 4);
    k->ended = row_time(q, 5);
}

enum err store_assertion_key_get(struct store *store, struct arena *arena, partner_key_id id,
                                 struct store_assertion_key *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q =
        query_of(c, "SELECT " KEY_COLUMNS " FROM partner_assertion_key k WHERE k.id = ?1");
    query_text(&q, 1, id.s);
    err = query_first(&q);
    if (err == OK)
        read_key(&q, arena, out);
    enum err ended = query_end(&q);
    return store_read_end(store, &c, err == OK ? ended : err);
}

enum err store_assertion_keys_list(struct store *store, struct arena *arena, partner_id partner,
                                   struct store_assertion_key **out, size_t *n)
{
    struct connection *c = NULL;
    struct list l = list_of(arena, sizeof **out);
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT " KEY_COLUMNS " FROM partner_assertion_key k"
                                 " WHERE k.partner = ?1 ORDER BY k.created, k.id");
    query_text(&q, 1, partner.s);
    while (query_next(&q))
        read_key(&q, arena, list_add(&l));
    *out = l.items;
    *n = l.n;
    return store_read_end(store, &c, query_end(&q));
}

/* ---- using one ------------------------------------------------------------------------------- */

struct use {
    partner_key_id key;
    const char *id;
    utc_time expires;
    const struct store_session_start *session;
};

static enum err use_once(struct connection *c, void *call)
{
    const struct use *u = call;
    struct query q = query_of(c, "DELETE FROM partner_assertion WHERE expires <= ?1");
    query_number(&q, 1, u->session->now.us);
    enum err err = query_run(&q, NULL);
    if (err != OK)
        return err;
    q = query_of(c, "INSERT INTO partner_assertion (key, jti, expires) VALUES (?1, ?2, ?3)");
    query_text(&q, 1, u->key.s);
    query_text(&q, 2, u->id);
    query_number(&q, 3, u->expires.us);
    err = query_run(&q, NULL);
    return err == OK ? session_insert(c, u->session) : err;
}

enum err store_assertion_use(struct store *store, partner_key_id key, const char *id,
                             utc_time expires, const struct store_session_start *session)
{
    struct use call = { .key = key, .id = id, .expires = expires, .session = session };
    return store_write(store, use_once, &call);
}
