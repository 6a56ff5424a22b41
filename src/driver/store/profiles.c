/* Profiles of a member: who sits before the screen, and what is for their age. */
#include <string.h>

#include "driver/store/avail_rows.h"
#include "driver/store/internal.h"
#include "driver/store/member_rows.h"
#include "driver/store/title_rows.h"

static enum err add_profile(struct connection *c, void *call)
{
    const struct store_profile *p = call;
    int64_t count = 0;
    struct query q = query_of(c, "SELECT count(*) FROM profile WHERE member = ?1");
    query_text(&q, 1, p->member.s);
    if (query_next(&q))
        count = row_number(&q, 0);
    enum err err = query_end(&q);
    if (err == OK && count >= STORE_PROFILES_MAX)
        err = ERR_FULL;
    if (err != OK)
        return err;
    struct arena *arena = arena_create();
    q = query_of(c, "INSERT INTO profile (id, member, name, name_key, max_age, is_child, created)"
                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    query_text(&q, 1, p->id.s);
    query_text(&q, 2, p->member.s);
    query_text(&q, 3, p->name);
    query_text(&q, 4, name_key(arena, p->name));
    query_number(&q, 5, p->max_age);
    query_number(&q, 6, p->is_child);
    query_number(&q, 7, p->created.us);
    err = query_run(&q, NULL);
    arena_destroy(&arena);
    return err;
}

enum err store_profile_add(struct store *store, const struct store_profile *profile)
{
    struct store_profile copy = *profile;
    return store_write(store, add_profile, &copy);
}

static void read_profile(const struct query *q, struct arena *arena, int at,
                         struct store_profile *p)
{
    *p = (struct store_profile){ 0 };
    row_copy(q, at, p->id.s, sizeof p->id.s);
    row_copy(q, at + 1, p->member.s, sizeof p->member.s);
    p->name = row_text(q, arena, at + 2);
    p->max_age = (int)row_number(q, at + 3);
    p->is_child = row_number(q, at + 4) != 0;
    p->created = row_time(q, at + 5);
}

enum err store_profiles_list(struct store *store, struct arena *arena, member_id member,
                             struct store_profile **out, size_t *n)
{
    struct connection *c = NULL;
    struct list l = list_of(arena, sizeof **out);
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT id, member, name, max_age, is_child, created FROM profile"
                                 " WHERE member = ?1 ORDER BY created, id");
    query_text(&q, 1, member.s);
    while (query_next(&q))
        read_profile(&q, arena, 0, list_add(&l));
    *out = l.items;
    *n = l.n;
    return store_read_end(store, &c, query_end(&q));
}

struct profile_call {
    const uint8_t *digest;
    member_id member;
    const profile_id *profile;
};

static enum err remove_profile(struct connection *c, void *call)
{
    const struct profile_call *ask = call;
    struct query q = query_of(c, "DELETE FROM profile WHERE id = ?1 AND member = ?2");
    query_text(&q, 1, ask->profile->s);
    query_text(&q, 2, ask->member.s);
    return query_run_one(&q);
}

enum err store_profile_remove(struct store *store, member_id member, profile_id id)
{
    struct profile_call call = { .member = member, .profile = &id };
    return store_write(store, remove_profile, &call);
}

static enum err choose_profile(struct connection *c, void *call)
{
    const struct profile_call *ask = call;
    struct query q = query_of(c, "UPDATE session SET profile = ?2 WHERE digest = ?1"
                                 " AND (?2 IS NULL OR EXISTS (SELECT 1 FROM profile p"
                                 "  WHERE p.id = ?2 AND p.member = session.member))");
    query_blob(&q, 1, ask->digest, 32);
    query_text(&q, 2, ask->profile != NULL ? ask->profile->s : NULL);
    return query_run_one(&q);
}

enum err store_profile_choose(struct store *store, const uint8_t digest[32], const profile_id *id)
{
    struct profile_call call = { .digest = digest, .profile = id };
    return store_write(store, choose_profile, &call);
}

enum err store_session_get(struct store *store, struct arena *arena, const uint8_t digest[32],
                           utc_time now, struct store_session *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    *out = (struct store_session){ 0 };
    struct query q = query_of(
        c, "SELECT " MEMBER_COLUMNS ", p.id, p.member, p.name, p.max_age, p.is_child, p.created"
           " FROM session s JOIN member m ON m.id = s.member"
           " LEFT JOIN profile p ON p.id = s.profile WHERE s.digest = ?1 AND s.expires > ?2");
    query_blob(&q, 1, digest, 32);
    query_number(&q, 2, now.us);
    err = query_first(&q);
    if (err == OK) {
        member_read(&q, arena, &out->member);
        read_profile(&q, arena, MEMBER_COLUMN_COUNT, &out->profile);
    }
    enum err ended = query_end(&q);
    return store_read_end(store, &c, err == OK ? ended : err);
}
