#include "driver/store/members.h"

#include <string.h>

#include "driver/store/device_rows.h"
#include "driver/store/internal.h"
#include "driver/store/member_rows.h"
#include "driver/store/membership_rows.h"
#include "driver/store/title_rows.h"

struct member_change {
    const struct member *member;
    member_id id;
    const char *text; /* a password hash or a language */
    const uint8_t *keep;
};

enum err member_insert(struct connection *c, const struct member *m, const char *password_hash)
{
    char key[256];
    enum err err = member_email_key(m->email, strlen(m->email), key, sizeof key);
    if (err != OK)
        return err;
    struct query q =
        query_of(c, "INSERT INTO member (id, role, email, email_key, password_hash, language,"
                    " territory, created) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
    query_text(&q, 1, m->id.s);
    query_text(&q, 2, member_role_name(m->role));
    query_text(&q, 3, m->email);
    query_text(&q, 4, key);
    query_text(&q, 5, password_hash);
    query_text(&q, 6, m->language);
    query_text(&q, 7, m->territory);
    query_number(&q, 8, m->created.us);
    err = query_run(&q, NULL);
    if (err == OK)
        err = profile_add_main(c, m);
    return err == OK ? membership_simple(c, m->id, &m->subscription, m->created) : err;
}

static enum err add_member(struct connection *c, void *call)
{
    const struct member_change *change = call;
    return member_insert(c, change->member, change->text);
}

enum err store_member_add(struct store *store, const struct member *member,
                          const char *password_hash)
{
    struct member_change change = { .member = member, .text = password_hash };
    return store_write(store, add_member, &change);
}

void member_read(struct query *q, struct arena *arena, struct member *m)
{
    char role[16];
    *m = (struct member){ 0 };
    row_copy(q, 0, m->id.s, sizeof m->id.s);
    row_copy(q, 1, role, sizeof role);
    if (!member_role_parse(role, &m->role))
        q->err = ERR_MALFORMED;
    m->email = row_text(q, arena, 2);
    m->language = row_text(q, arena, 3);
    m->territory = row_text(q, arena, 4);
    m->created = row_time(q, 5);
    m->subscription = (struct subscription){ .trial_from = row_time(q, 6),
                                             .trial_until = row_time(q, 7),
                                             .paid_from = row_time(q, 8),
                                             .paid_until = row_time(q, 9),
                                             .grace_until = row_time(q, 12),
                                             .lines = (int)row_number(q, 13),
                                             .streams = (int)row_number(q, 14) };
    m->email_verified = row_time(q, 10);
    m->second_factor = row_time(q, 11);
}

/* Reads the one member of a query that is ready; hash: optional, the column after the member. */
static enum err read_one(struct query *q, struct arena *arena, struct member *out,
                         const char **hash)
{
    enum err err = query_first(q);
    if (err == OK)
        member_read(q, arena, out);
    if (err == OK && hash != NULL)
        *hash = row_text(q, arena, MEMBER_COLUMN_COUNT);
    enum err ended = query_end(q);
    return err == OK ? ended : err;
}

enum err store_member_get(struct store *store, struct arena *arena, member_id id,
                          struct member *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q =
        query_of(c, "SELECT " MEMBER_COLUMNS " FROM " MEMBER_TABLES " WHERE m.id = ?1");
    query_text(&q, 1, id.s);
    return store_read_end(store, &c, read_one(&q, arena, out, NULL));
}

enum err store_member_by_email(struct store *store, struct arena *arena, const char *key,
                               struct member *out, const char **password_hash)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT " MEMBER_COLUMNS ", m.password_hash"
                                 " FROM " MEMBER_TABLES " WHERE m.email_key = ?1");
    query_text(&q, 1, key);
    return store_read_end(store, &c, read_one(&q, arena, out, password_hash));
}

static enum err set_language(struct connection *c, void *call)
{
    const struct member_change *change = call;
    struct query q = query_of(c, "UPDATE member SET language = ?2 WHERE id = ?1");
    query_text(&q, 1, change->id.s);
    query_text(&q, 2, change->text);
    return query_run_one(&q);
}

enum err store_member_language(struct store *store, member_id id, const char *language)
{
    struct member_change change = { .id = id, .text = language };
    return store_write(store, set_language, &change);
}

enum err member_put_password(struct connection *c, member_id id, const char *hash,
                             const uint8_t keep[32])
{
    struct query q = query_of(c, "UPDATE member SET password_hash = ?2 WHERE id = ?1");
    query_text(&q, 1, id.s);
    query_text(&q, 2, hash);
    enum err err = query_run_one(&q);
    if (err != OK)
        return err;
    q = query_of(c, "DELETE FROM session WHERE member = ?1 AND (?2 IS NULL OR digest <> ?2)");
    query_text(&q, 1, id.s);
    if (keep != NULL)
        query_blob(&q, 2, keep, 32);
    err = query_run(&q, NULL);
    return err == OK ? device_codes_take_back(c, id) : err;
}

static enum err set_password(struct connection *c, void *call)
{
    const struct member_change *change = call;
    return member_put_password(c, change->id, change->text, change->keep);
}

enum err store_member_password(struct store *store, member_id id, const char *hash,
                               const uint8_t keep[32])
{
    struct member_change change = { .id = id, .text = hash, .keep = keep };
    return store_write(store, set_password, &change);
}

enum err store_members_list(struct store *store, struct arena *arena, const char *after,
                            unsigned limit, struct member **out, size_t *n, const char **next)
{
    struct connection *c = NULL;
    struct cursor from;
    struct list l = list_of(arena, sizeof **out);
    limit = page_limit(limit, 50, 200);
    enum err err = cursor_parse(after, &from);
    if (err == OK)
        err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT " MEMBER_COLUMNS " FROM " MEMBER_TABLES
                                 " WHERE m.created < ?1 OR (m.created = ?1 AND m.id < ?2)"
                                 " ORDER BY m.created DESC, m.id DESC LIMIT ?3");
    query_number(&q, 1, from.us);
    query_text(&q, 2, from.id);
    query_number(&q, 3, (int64_t)limit + 1);
    while (query_next(&q))
        member_read(&q, arena, list_add(&l));
    *out = l.items;
    *n = l.n < limit ? l.n : limit;
    *next =
        l.n > limit ? cursor_text(arena, (*out)[limit - 1].created, (*out)[limit - 1].id.s) : NULL;
    return store_read_end(store, &c, query_end(&q));
}

/* ---- sessions ------------------------------------------------------------------------------- */

static enum err end_session(struct connection *c, void *call)
{
    struct query q = query_of(c, "DELETE FROM session WHERE digest = ?1");
    query_blob(&q, 1, call, 32);
    return query_run_one(&q);
}

enum err store_session_end(struct store *store, const uint8_t digest[32])
{
    uint8_t copy[32];
    memcpy(copy, digest, sizeof copy);
    return store_write(store, end_session, copy);
}
