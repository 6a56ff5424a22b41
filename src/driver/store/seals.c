#include "driver/store/seals.h"

#include <string.h>

#include "driver/store/internal.h"

#define COLUMNS "kid, wrapped, master, created"

static void read_bytes(struct query *q, int column, uint8_t *out, size_t n)
{
    const void *bytes = row_bytes(q, column);
    if (bytes != NULL && row_size(q, column) == n)
        memcpy(out, bytes, n);
    else
        q->err = ERR_MALFORMED;
}

static enum err read_one(struct query *q, struct store_seal_key *out)
{
    enum err err = query_first(q);
    *out = (struct store_seal_key){ 0 };
    if (err == OK) {
        read_bytes(q, 0, out->kid, sizeof out->kid);
        read_bytes(q, 1, out->wrapped, sizeof out->wrapped);
        row_copy(q, 2, out->master, sizeof out->master);
        out->created = row_time(q, 3);
    }
    enum err ended = query_end(q);
    return err == OK ? ended : err;
}

enum err store_seal_key_newest(struct store *store, struct store_seal_key *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT " COLUMNS " FROM seal_key ORDER BY number DESC LIMIT 1");
    return store_read_end(store, &c, read_one(&q, out));
}

enum err store_seal_key_get(struct store *store, const uint8_t kid[STORE_KEY],
                            struct store_seal_key *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT " COLUMNS " FROM seal_key WHERE kid = ?1");
    query_blob(&q, 1, kid, STORE_KEY);
    return store_read_end(store, &c, read_one(&q, out));
}

/* ---- whether all of it is ---------------------------------------------------------------------
 */

enum err store_seal_state(struct store *store, struct store_seal_state *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT EXISTS (SELECT 1 FROM seal_key),"
                                 " EXISTS (SELECT 1 FROM sealed_whole)");
    err = query_first(&q);
    out->has_key = err == OK && row_number(&q, 0) != 0;
    out->is_whole = err == OK && row_number(&q, 1) != 0;
    enum err ended = query_end(&q);
    return store_read_end(store, &c, err == OK ? ended : err);
}

struct whole {
    bool is_whole;
    utc_time now;
};

static enum err set_whole(struct connection *c, void *call)
{
    const struct whole *w = call;
    if (!w->is_whole) {
        struct query gone = query_of(c, "DELETE FROM sealed_whole");
        return query_run(&gone, NULL);
    }
    struct query q = query_of(c, "INSERT INTO sealed_whole (one, since) VALUES (1, ?1)"
                                 " ON CONFLICT (one) DO NOTHING");
    query_number(&q, 1, w->now.us);
    return query_run(&q, NULL);
}

enum err store_seal_whole(struct store *store, bool is_whole, utc_time now)
{
    struct whole w = { is_whole, now };
    return store_write(store, set_whole, &w);
}

/* ---- keys -------------------------------------------------------------------------------------
 */

struct key_add {
    const struct store_seal_key *key;
    bool is_first, is_whole;
};

static enum err add_key(struct connection *c, void *call)
{
    const struct key_add *add = call;
    const struct store_seal_key *k = add->key;
    int64_t changed = 0;
    struct query q = query_of(c, "INSERT INTO seal_key (number, " COLUMNS ") SELECT"
                                 " (SELECT coalesce(max(number), 0) + 1 FROM seal_key),"
                                 " ?1, ?2, ?3, ?4 WHERE ?5 = 0"
                                 " OR NOT EXISTS (SELECT 1 FROM seal_key)");
    query_blob(&q, 1, k->kid, sizeof k->kid);
    query_blob(&q, 2, k->wrapped, sizeof k->wrapped);
    query_text(&q, 3, k->master);
    query_number(&q, 4, k->created.us);
    query_number(&q, 5, add->is_first);
    enum err err = query_run(&q, &changed);
    if (err == OK && changed == 0)
        err = ERR_EXISTS;
    struct whole w = { add->is_whole, k->created };
    return err == OK && add->is_first ? set_whole(c, &w) : err;
}

enum err store_seal_key_add(struct store *store, const struct store_seal_key *key, bool is_first,
                            bool is_whole)
{
    struct key_add add = { .key = key, .is_first = is_first, .is_whole = is_whole };
    return store_write(store, add_key, &add);
}

struct keys_forget {
    utc_time before;
    int64_t n;
};

static enum err forget_keys(struct connection *c, void *call)
{
    struct keys_forget *forget = call;
    struct query q = query_of(c, "DELETE FROM seal_key WHERE number <"
                                 " (SELECT number FROM seal_key WHERE created < ?1 AND number ="
                                 " (SELECT max(number) FROM seal_key))");
    query_number(&q, 1, forget->before.us);
    return query_run(&q, &forget->n);
}

enum err store_seal_keys_forget(struct store *store, utc_time before, int64_t *n)
{
    struct keys_forget forget = { .before = before };
    enum err err = store_write(store, forget_keys, &forget);
    *n = forget.n;
    return err;
}
