#include "driver/store/keys.h"

#include <string.h>

#include "driver/store/internal.h"
#include "driver/store/title_rows.h"

static void bytes_copy(struct query *q, int column, uint8_t *out, size_t n)
{
    const void *bytes = row_bytes(q, column);
    if (bytes == NULL || row_size(q, column) != n) {
        q->err = ERR_MALFORMED;
        memset(out, 0, n);
    } else {
        memcpy(out, bytes, n);
    }
}

static void class_copy(struct query *q, int column, enum key_class *out)
{
    char name[16];
    row_copy(q, column, name, sizeof name);
    if (!key_class_parse(name, out))
        q->err = ERR_MALFORMED;
}

/* ---- content keys -----------------------------------------------------------------------------
 */

#define KEY_COLUMNS "kid, edition, class, iv, wrapped, master, created"

static void read_key(struct query *q, struct store_content_key *k)
{
    *k = (struct store_content_key){ 0 };
    bytes_copy(q, 0, k->kid, sizeof k->kid);
    row_copy(q, 1, k->edition.s, sizeof k->edition.s);
    class_copy(q, 2, &k->class);
    bytes_copy(q, 3, k->iv, sizeof k->iv);
    bytes_copy(q, 4, k->wrapped, sizeof k->wrapped);
    row_copy(q, 5, k->master, sizeof k->master);
    k->created = row_time(q, 6);
}

struct keys_add {
    const struct store_content_key *keys;
    size_t n;
};

static enum err add_keys(struct connection *c, void *call)
{
    const struct keys_add *add = call;
    enum err err = OK;
    for (size_t i = 0; err == OK && i < add->n; i++) {
        const struct store_content_key *k = &add->keys[i];
        struct query q = query_of(c, "INSERT INTO content_key (" KEY_COLUMNS ")"
                                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
                                     " ON CONFLICT (edition, class) DO NOTHING");
        query_blob(&q, 1, k->kid, sizeof k->kid);
        query_text(&q, 2, k->edition.s);
        query_text(&q, 3, key_class_name(k->class));
        query_blob(&q, 4, k->iv, sizeof k->iv);
        query_blob(&q, 5, k->wrapped, sizeof k->wrapped);
        query_text(&q, 6, k->master);
        query_number(&q, 7, k->created.us);
        err = query_run(&q, NULL);
    }
    return err;
}

enum err store_content_keys_add(struct store *store, const struct store_content_key *keys, size_t n)
{
    struct keys_add add = { .keys = keys, .n = n };
    return store_write(store, add_keys, &add);
}

enum err store_content_keys(struct store *store, struct arena *arena, edition_id edition,
                            struct store_content_key **out, size_t *n)
{
    struct connection *c = NULL;
    struct list l = list_of(arena, sizeof **out);
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT " KEY_COLUMNS " FROM content_key WHERE edition = ?1"
                                 " ORDER BY CASE class WHEN 'audio' THEN 0 WHEN 'sd' THEN 1"
                                 " WHEN 'hd' THEN 2 ELSE 3 END");
    query_text(&q, 1, edition.s);
    while (query_next(&q))
        read_key(&q, list_add(&l));
    *out = l.items;
    *n = l.n;
    return store_read_end(store, &c, query_end(&q));
}

enum err store_content_key_get(struct store *store, const uint8_t kid[STORE_KEY],
                               struct store_content_key *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT " KEY_COLUMNS " FROM content_key WHERE kid = ?1");
    query_blob(&q, 1, kid, STORE_KEY);
    err = query_first(&q);
    if (err == OK)
        read_key(&q, out);
    enum err ended = query_end(&q);
    return store_read_end(store, &c, err == OK ? ended : err);
}

enum err store_edition_has_cenc(struct store *store, edition_id edition, bool *has)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT 1 FROM edition_cenc WHERE edition = ?1");
    query_text(&q, 1, edition.s);
    *has = query_next(&q);
    return store_read_end(store, &c, query_end(&q));
}

/* ---- a new master key -------------------------------------------------------------------------
 */

#define WRAPPED_COLUMNS "kind, kid, wrapped, master"
#define WRAPPED                                                                                    \
    "(SELECT 0 AS kind, kid, wrapped, master FROM content_key UNION ALL"                           \
    " SELECT 1, seal_kid, seal, seal_master FROM job_task WHERE seal_master IS NOT NULL"           \
    " UNION ALL SELECT 2, kid, wrapped, master FROM seal_key)"

static void read_wrapped(struct query *q, struct store_wrapped *w)
{
    static const enum store_wrapped_kind kinds[] = { STORE_WRAPPED_CONTENT, STORE_WRAPPED_SEAL,
                                                     STORE_WRAPPED_SEAL_KEY };
    w->kind = kinds[row_number(q, 0)];
    bytes_copy(q, 1, w->kid, sizeof w->kid);
    bytes_copy(q, 2, w->wrapped, sizeof w->wrapped);
    row_copy(q, 3, w->master, sizeof w->master);
}

enum err store_wrapped_samples(struct store *store, struct arena *arena, struct store_wrapped **out,
                               size_t *n)
{
    struct connection *c = NULL;
    struct list l = list_of(arena, sizeof **out);
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT " WRAPPED_COLUMNS " FROM " WRAPPED " w WHERE kid ="
                                 " (SELECT min(o.kid) FROM " WRAPPED " o"
                                 " WHERE o.master = w.master AND o.kind = w.kind)"
                                 " ORDER BY master, kind");
    while (query_next(&q))
        read_wrapped(&q, list_add(&l));
    *out = l.items;
    *n = l.n;
    return store_read_end(store, &c, query_end(&q));
}

enum err store_wrapped_by_others(struct store *store, struct arena *arena, const char *master,
                                 unsigned limit, struct store_wrapped **out, size_t *n,
                                 int64_t *left)
{
    struct connection *c = NULL;
    struct list l = list_of(arena, sizeof **out);
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT count(*) FROM " WRAPPED " WHERE master <> ?1");
    query_text(&q, 1, master);
    *left = query_next(&q) ? row_number(&q, 0) : 0;
    err = query_end(&q);
    q = query_of(c, "SELECT " WRAPPED_COLUMNS " FROM " WRAPPED " WHERE master <> ?1"
                    " ORDER BY kind, kid LIMIT ?2");
    query_text(&q, 1, master);
    query_number(&q, 2, limit);
    while (err == OK && query_next(&q))
        read_wrapped(&q, list_add(&l));
    *out = l.items;
    *n = l.n;
    enum err ended = query_end(&q);
    return store_read_end(store, &c, err == OK ? ended : err);
}

struct wrapped_replace {
    const struct store_wrapped *from, *to;
    size_t n;
};

static enum err replace_wrapped(struct connection *c, void *call)
{
    static const char *const sql[] = {
        [STORE_WRAPPED_CONTENT] = "UPDATE content_key SET wrapped = ?3, master = ?4"
                                  " WHERE kid = ?1 AND wrapped = ?2",
        [STORE_WRAPPED_SEAL] = "UPDATE job_task SET seal = ?3, seal_master = ?4"
                               " WHERE seal_kid = ?1 AND seal = ?2",
        [STORE_WRAPPED_SEAL_KEY] = "UPDATE seal_key SET wrapped = ?3, master = ?4"
                                   " WHERE kid = ?1 AND wrapped = ?2",
    };
    const struct wrapped_replace *r = call;
    enum err err = OK;
    for (size_t i = 0; err == OK && i < r->n; i++) {
        struct query q = query_of(c, sql[r->from[i].kind]);
        query_blob(&q, 1, r->from[i].kid, STORE_KEY);
        query_blob(&q, 2, r->from[i].wrapped, STORE_WRAPPED);
        query_blob(&q, 3, r->to[i].wrapped, STORE_WRAPPED);
        query_text(&q, 4, r->to[i].master);
        err = query_run(&q, NULL); /* none: another was quicker, or it is gone */
    }
    return err;
}

enum err store_wrapped_replace(struct store *store, const struct store_wrapped *from,
                               const struct store_wrapped *to, size_t n)
{
    struct wrapped_replace r = { .from = from, .to = to, .n = n };
    return store_write(store, replace_wrapped, &r);
}

/* ---- other systems of protection --------------------------------------------------------------
 */

struct drm_put {
    const struct store_drm *drm;
    size_t n;
};

static enum err put_one(struct connection *c, const struct store_drm *d)
{
    struct query q = query_of(c, "SELECT 1 FROM content_key WHERE kid = ?1");
    query_blob(&q, 1, d->kid, STORE_KEY);
    enum err err = query_first(&q), ended = query_end(&q);
    if (err == OK)
        err = ended;
    if (err != OK)
        return err;
    q = query_of(c, "INSERT INTO content_key_drm (kid, system, pssh, dash, hls_media, hls_master)"
                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (kid, system) DO UPDATE SET"
                    " pssh = excluded.pssh, dash = excluded.dash,"
                    " hls_media = excluded.hls_media, hls_master = excluded.hls_master");
    query_blob(&q, 1, d->kid, STORE_KEY);
    query_blob(&q, 2, d->system, STORE_KEY);
    query_text(&q, 3, d->pssh);
    query_text(&q, 4, d->dash);
    query_text(&q, 5, d->hls_media);
    query_text(&q, 6, d->hls_master);
    return query_run(&q, NULL);
}

static enum err put_drm(struct connection *c, void *call)
{
    const struct drm_put *put = call;
    enum err err = OK;
    for (size_t i = 0; err == OK && i < put->n; i++)
        err = put_one(c, &put->drm[i]);
    return err;
}

enum err store_drm_put(struct store *store, const struct store_drm *drm, size_t n)
{
    struct drm_put put = { .drm = drm, .n = n };
    return store_write(store, put_drm, &put);
}

enum err store_drm_list(struct store *store, struct arena *arena, edition_id edition,
                        struct store_drm **out, size_t *n)
{
    struct connection *c = NULL;
    struct list l = list_of(arena, sizeof **out);
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q =
        query_of(c, "SELECT d.kid, k.class, d.system, d.pssh, d.dash, d.hls_media, d.hls_master"
                    " FROM content_key k JOIN content_key_drm d ON d.kid = k.kid"
                    " WHERE k.edition = ?1 ORDER BY CASE k.class WHEN 'audio' THEN 0 WHEN 'sd'"
                    " THEN 1 WHEN 'hd' THEN 2 ELSE 3 END, d.system");
    query_text(&q, 1, edition.s);
    while (query_next(&q)) {
        struct store_drm *d = list_add(&l);
        bytes_copy(&q, 0, d->kid, sizeof d->kid);
        class_copy(&q, 1, &d->class);
        bytes_copy(&q, 2, d->system, sizeof d->system);
        d->pssh = row_text(&q, arena, 3);
        d->dash = row_text(&q, arena, 4);
        d->hls_media = row_text(&q, arena, 5);
        d->hls_master = row_text(&q, arena, 6);
    }
    *out = l.items;
    *n = l.n;
    return store_read_end(store, &c, query_end(&q));
}
