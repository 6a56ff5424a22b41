/* What partners' requests are told apart by: nonces, and keys under which they were answered. */
#include <string.h>

#include "driver/store/internal.h"
#include "driver/store/partner_rows.h"

struct nonce {
    partner_key_id key;
    const char *nonce;
    utc_time expires, now;
};

static enum err insert_nonce(struct connection *c, void *call)
{
    const struct nonce *n = call;
    struct query q = query_of(c, "DELETE FROM partner_nonce WHERE expires <= ?1");
    query_number(&q, 1, n->now.us);
    enum err err = query_run(&q, NULL);
    if (err != OK)
        return err;
    q = query_of(c, "INSERT INTO partner_nonce (key, nonce, expires) VALUES (?1, ?2, ?3)");
    query_text(&q, 1, n->key.s);
    query_text(&q, 2, n->nonce);
    query_number(&q, 3, n->expires.us);
    return query_run(&q, NULL);
}

enum err store_partner_nonce(struct store *store, partner_key_id key, const char *nonce,
                             utc_time expires, utc_time now)
{
    struct nonce call = { .key = key, .nonce = nonce, .expires = expires, .now = now };
    return store_write(store, insert_nonce, &call);
}

enum err store_partner_request_get(struct store *store, struct arena *arena, partner_id partner,
                                   const char *key, struct store_partner_request *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    *out = (struct store_partner_request){ .status = 0 };
    struct query q = query_of(c, "SELECT key, digest, status, sealed FROM partner_request"
                                 " WHERE partner = ?1 AND key = ?2");
    query_text(&q, 1, partner.s);
    query_text(&q, 2, key);
    err = query_first(&q);
    if (err == OK && row_size(&q, 1) != sizeof out->digest)
        err = ERR_MALFORMED;
    if (err == OK) {
        row_copy(&q, 0, out->key, sizeof out->key);
        memcpy(out->digest, row_bytes(&q, 1), sizeof out->digest);
        out->status = (int)row_number(&q, 2);
        out->size = row_size(&q, 3);
        uint8_t *sealed = arena_alloc(arena, out->size + 1);
        if (out->size > 0)
            memcpy(sealed, row_bytes(&q, 3), out->size);
        out->sealed = sealed;
    }
    enum err ended = query_end(&q);
    return store_read_end(store, &c, err == OK ? ended : err);
}

enum err partner_request_insert(struct connection *c, const char *partner,
                                const struct store_partner_request *request, utc_time now)
{
    if (request == NULL)
        return OK;
    struct query q = query_of(c, "INSERT INTO partner_request (partner, key, digest, status,"
                                 " sealed, created) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    query_text(&q, 1, partner);
    query_text(&q, 2, request->key);
    query_blob(&q, 3, request->digest, sizeof request->digest);
    query_number(&q, 4, request->status);
    query_blob(&q, 5, request->sealed, request->size);
    query_number(&q, 6, now.us);
    enum err err = query_run(&q, NULL);
    return err == ERR_EXISTS ? ERR_CANCELLED : err;
}

struct request_call {
    partner_id partner;
    const struct store_partner_request *request;
    utc_time now;
};

static enum err add_request(struct connection *c, void *call)
{
    const struct request_call *r = call;
    return partner_request_insert(c, r->partner.s, r->request, r->now);
}

enum err store_partner_request_add(struct store *store, partner_id partner,
                                   const struct store_partner_request *request, utc_time now)
{
    struct request_call call = { .partner = partner, .request = request, .now = now };
    return store_write(store, add_request, &call);
}

static enum err sweep_requests(struct connection *c, void *call)
{
    const utc_time *before = call;
    struct query q = query_of(c, "DELETE FROM partner_request WHERE created < ?1");
    query_number(&q, 1, before->us);
    return query_run(&q, NULL);
}

enum err store_partner_requests_sweep(struct store *store, utc_time before)
{
    return store_write(store, sweep_requests, &before);
}
