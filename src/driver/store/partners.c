/* Partners, their keys and bundles, and what was asked under which nonce and key. */
#include "driver/store/partners.h"

#include <string.h>

#include "base/text.h"
#include "driver/store/avail_rows.h"
#include "driver/store/internal.h"
#include "driver/store/title_rows.h"

/* ---- partners -------------------------------------------------------------------------------- */

static enum err insert_partner(struct connection *c, void *call)
{
    const struct partner *p = call;
    struct arena *arena = arena_create();
    struct query q = query_of(c, "INSERT INTO partner (id, name, name_key, contact, created,"
                                 " suspended) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    query_text(&q, 1, p->id.s);
    query_text(&q, 2, p->name);
    query_text(&q, 3, name_key(arena, p->name));
    query_text(&q, 4, p->contact);
    query_number(&q, 5, p->created.us);
    query_number(&q, 6, p->suspended.us);
    enum err err = query_run(&q, NULL);
    arena_destroy(&arena);
    return err;
}

enum err store_partner_add(struct store *store, const struct partner *partner)
{
    struct partner copy = *partner;
    return store_write(store, insert_partner, &copy);
}

#define PARTNER_COLUMNS "p.id, p.name, p.contact, p.created, p.suspended"

static void read_partner(const struct query *q, struct arena *arena, struct partner *p)
{
    row_copy(q, 0, p->id.s, sizeof p->id.s);
    p->name = row_text(q, arena, 1);
    p->contact = row_text(q, arena, 2);
    p->created = row_time(q, 3);
    p->suspended = row_time(q, 4);
}

enum err store_partner_find(struct store *store, struct arena *arena, const char *who,
                            struct partner *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT " PARTNER_COLUMNS " FROM partner p WHERE p.id = ?1"
                                 " OR p.name_key = ?2 ORDER BY p.id = ?1 DESC LIMIT 1");
    query_text(&q, 1, who);
    query_text(&q, 2, name_key(arena, who));
    err = query_first(&q);
    if (err == OK)
        read_partner(&q, arena, out);
    enum err ended = query_end(&q);
    return store_read_end(store, &c, err == OK ? ended : err);
}

enum err store_partners_list(struct store *store, struct arena *arena, struct partner **out,
                             size_t *n)
{
    struct connection *c = NULL;
    struct list l = list_of(arena, sizeof **out);
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT " PARTNER_COLUMNS " FROM partner p ORDER BY p.name_key");
    while (query_next(&q))
        read_partner(&q, arena, list_add(&l));
    *out = l.items;
    *n = l.n;
    return store_read_end(store, &c, query_end(&q));
}

struct partner_call_on {
    partner_id partner;
    partner_key_id key;
    utc_time at;
};

static enum err suspend(struct connection *c, void *call)
{
    const struct partner_call_on *on = call;
    struct query q = query_of(c, "UPDATE partner SET suspended = ?2 WHERE id = ?1");
    query_text(&q, 1, on->partner.s);
    query_number(&q, 2, on->at.us);
    return query_run_one(&q);
}

enum err store_partner_suspend(struct store *store, partner_id id, utc_time since)
{
    struct partner_call_on call = { .partner = id, .at = since };
    return store_write(store, suspend, &call);
}

/* ---- keys ------------------------------------------------------------------------------------ */

static enum err insert_key(struct connection *c, void *call)
{
    const struct store_partner_key *k = call;
    struct query q = query_of(c, "INSERT INTO partner_key (id, partner, algorithm, bytes, created,"
                                 " revoked) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    query_text(&q, 1, k->id.s);
    query_text(&q, 2, k->partner.s);
    query_text(&q, 3, partner_algorithm_name(k->algorithm));
    query_blob(&q, 4, k->bytes, k->size);
    query_number(&q, 5, k->created.us);
    query_number(&q, 6, k->revoked.us);
    return query_run(&q, NULL);
}

enum err store_partner_key_add(struct store *store, const struct store_partner_key *key)
{
    struct store_partner_key copy = *key;
    return store_write(store, insert_key, &copy);
}

static enum err revoke(struct connection *c, void *call)
{
    const struct partner_call_on *on = call;
    struct query q = query_of(c, "UPDATE partner_key SET revoked = CASE revoked WHEN 0 THEN ?3"
                                 " ELSE revoked END WHERE id = ?1 AND partner = ?2");
    query_text(&q, 1, on->key.s);
    query_text(&q, 2, on->partner.s);
    query_number(&q, 3, on->at.us);
    return query_run_one(&q);
}

enum err store_partner_key_revoke(struct store *store, partner_id partner, partner_key_id id,
                                  utc_time now)
{
    struct partner_call_on call = { .partner = partner, .key = id, .at = now };
    return store_write(store, revoke, &call);
}

#define KEY_COLUMNS "k.id, k.partner, k.algorithm, k.bytes, k.created, k.revoked"

static enum err read_key(const struct query *q, struct arena *arena, struct store_partner_key *k)
{
    char algorithm[16];
    row_copy(q, 0, k->id.s, sizeof k->id.s);
    row_copy(q, 1, k->partner.s, sizeof k->partner.s);
    row_copy(q, 2, algorithm, sizeof algorithm);
    k->size = row_size(q, 3);
    uint8_t *bytes = arena_alloc(arena, k->size + 1);
    if (k->size > 0)
        memcpy(bytes, row_bytes(q, 3), k->size);
    k->bytes = bytes;
    k->created = row_time(q, 4);
    k->revoked = row_time(q, 5);
    return partner_algorithm_parse(algorithm, &k->algorithm) ? OK : ERR_MALFORMED;
}

enum err store_partner_key_get(struct store *store, struct arena *arena, partner_key_id id,
                               struct store_partner_key *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT " KEY_COLUMNS " FROM partner_key k WHERE k.id = ?1");
    query_text(&q, 1, id.s);
    err = query_first(&q);
    if (err == OK)
        err = read_key(&q, arena, out);
    enum err ended = query_end(&q);
    return store_read_end(store, &c, err == OK ? ended : err);
}

enum err store_partner_keys_list(struct store *store, struct arena *arena, partner_id partner,
                                 struct store_partner_key **out, size_t *n)
{
    struct connection *c = NULL;
    struct list l = list_of(arena, sizeof **out);
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT " KEY_COLUMNS " FROM partner_key k WHERE k.partner = ?1"
                                 " ORDER BY k.created, k.id");
    query_text(&q, 1, partner.s);
    while (err == OK && query_next(&q))
        err = read_key(&q, arena, list_add(&l));
    enum err ended = query_end(&q);
    *out = l.items;
    *n = l.n;
    return store_read_end(store, &c, err == OK ? ended : err);
}

/* ---- bundles --------------------------------------------------------------------------------- */

struct bundle_call {
    const struct bundle *bundle;
    const struct bundle_terms *terms;
};

/* All of a bundle's are in one currency: what a month costs is one sum. */
static enum err insert_terms(struct connection *c, const char *partner,
                             const struct bundle_terms *t)
{
    struct query q = query_of(c, "INSERT INTO bundle_terms (partner, code, number, price, currency,"
                                 " share_permille, from_day, said)"
                                 " SELECT ?1, ?2, count(*) + 1, ?3, ?4, ?5, ?6, ?7"
                                 " FROM bundle_terms WHERE partner = ?1 AND code = ?2"
                                 " HAVING min(currency = ?4) IS NOT 0");
    query_text(&q, 1, partner);
    query_text(&q, 2, t->code);
    query_number(&q, 3, t->price.minor);
    query_text(&q, 4, t->price.currency);
    query_number(&q, 5, t->share_permille);
    query_number(&q, 6, t->from.days);
    query_number(&q, 7, t->said.us);
    enum err err = query_run_one(&q);
    return err == ERR_NOT_FOUND ? ERR_ARGUMENT : err;
}

static enum err insert_bundle(struct connection *c, void *call)
{
    const struct bundle_call *b = call;
    struct query q = query_of(c, "INSERT INTO bundle (partner, code, plan, territory, is_offered,"
                                 " created) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    query_text(&q, 1, b->bundle->partner.s);
    query_text(&q, 2, b->bundle->code);
    query_text(&q, 3, b->bundle->plan);
    query_text(&q, 4, b->bundle->territory);
    query_number(&q, 5, b->bundle->is_offered);
    query_number(&q, 6, b->bundle->created.us);
    enum err err = query_run(&q, NULL);
    return err == OK ? insert_terms(c, b->bundle->partner.s, b->terms) : err;
}

enum err store_bundle_add(struct store *store, const struct bundle *bundle,
                          const struct bundle_terms *terms)
{
    struct bundle_call call = { .bundle = bundle, .terms = terms };
    return store_write(store, insert_bundle, &call);
}

static enum err edit_bundle(struct connection *c, void *call)
{
    const struct bundle_call *b = call;
    struct query q =
        query_of(c, "UPDATE bundle SET is_offered = ?3 WHERE partner = ?1 AND code = ?2");
    query_text(&q, 1, b->bundle->partner.s);
    query_text(&q, 2, b->bundle->code);
    query_number(&q, 3, b->bundle->is_offered);
    enum err err = query_run_one(&q);
    return err == OK && b->terms != NULL ? insert_terms(c, b->bundle->partner.s, b->terms) : err;
}

enum err store_bundle_edit(struct store *store, partner_id partner, const char *code,
                           bool is_offered, const struct bundle_terms *terms)
{
    struct bundle bundle = { .partner = partner, .is_offered = is_offered };
    struct bundle_call call = { .bundle = &bundle, .terms = terms };
    if (!text_copy(bundle.code, sizeof bundle.code, code))
        return ERR_NOT_FOUND;
    return store_write(store, edit_bundle, &call);
}

#define BUNDLE_COLUMNS "b.partner, b.code, b.plan, b.territory, b.is_offered, b.created"

static void read_bundle(const struct query *q, struct bundle *b)
{
    row_copy(q, 0, b->partner.s, sizeof b->partner.s);
    row_copy(q, 1, b->code, sizeof b->code);
    row_copy(q, 2, b->plan, sizeof b->plan);
    row_copy(q, 3, b->territory, sizeof b->territory);
    b->is_offered = row_number(q, 4) != 0;
    b->created = row_time(q, 5);
}

enum err store_bundles_list(struct store *store, struct arena *arena, partner_id partner,
                            struct bundle **out, size_t *n)
{
    struct connection *c = NULL;
    struct list l = list_of(arena, sizeof **out);
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT " BUNDLE_COLUMNS " FROM bundle b WHERE b.partner = ?1"
                                 " ORDER BY b.code");
    query_text(&q, 1, partner.s);
    while (query_next(&q))
        read_bundle(&q, list_add(&l));
    *out = l.items;
    *n = l.n;
    return store_read_end(store, &c, query_end(&q));
}

enum err store_bundle_get(struct store *store, partner_id partner, const char *code,
                          struct bundle *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT " BUNDLE_COLUMNS " FROM bundle b WHERE b.partner = ?1"
                                 " AND b.code = ?2");
    query_text(&q, 1, partner.s);
    query_text(&q, 2, code);
    err = query_first(&q);
    if (err == OK)
        read_bundle(&q, out);
    enum err ended = query_end(&q);
    return store_read_end(store, &c, err == OK ? ended : err);
}

enum err store_bundle_terms_list(struct store *store, struct arena *arena, partner_id partner,
                                 struct bundle_terms **out, size_t *n)
{
    struct connection *c = NULL;
    struct list l = list_of(arena, sizeof **out);
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT code, price, currency, share_permille, from_day, said"
                                 " FROM bundle_terms WHERE partner = ?1 ORDER BY code, number");
    query_text(&q, 1, partner.s);
    while (query_next(&q)) {
        struct bundle_terms *t = list_add(&l);
        row_copy(&q, 0, t->code, sizeof t->code);
        t->price.minor = row_number(&q, 1);
        row_copy(&q, 2, t->price.currency, sizeof t->price.currency);
        t->share_permille = (int)row_number(&q, 3);
        t->from.days = (int32_t)row_number(&q, 4);
        t->said = row_time(&q, 5);
    }
    *out = l.items;
    *n = l.n;
    return store_read_end(store, &c, query_end(&q));
}
