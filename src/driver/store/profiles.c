/* Profiles of a member: who sits before the screen, and what is for their age. */
#include "driver/store/profiles.h"

#include <string.h>

#include "driver/store/avail_rows.h"
#include "driver/store/internal.h"
#include "driver/store/member_rows.h"
#include "driver/store/session_rows.h"
#include "driver/store/title_rows.h"

#define PROFILE_COLUMNS                                                                            \
    "p.id, p.member, p.name, p.language, p.sound, p.captions, p.avatar, p.max_age, p.is_child,"    \
    " p.created"
enum { PROFILE_COLUMN_COUNT = 10 };

static void read_profile(const struct query *q, struct arena *arena, int at, struct profile *p)
{
    *p = (struct profile){ 0 };
    row_copy(q, at, p->id.s, sizeof p->id.s);
    row_copy(q, at + 1, p->member.s, sizeof p->member.s);
    p->name = row_text(q, arena, at + 2);
    p->language = row_text(q, arena, at + 3);
    p->sound = row_text(q, arena, at + 4);
    p->captions = row_text(q, arena, at + 5);
    p->avatar = row_text(q, arena, at + 6);
    p->max_age = (int)row_number(q, at + 7);
    p->is_child = row_number(q, at + 8) != 0;
    p->created = row_time(q, at + 9);
}

/* Inserts or, by the id, sets all that can be changed. */
static enum err put_profile(struct connection *c, const struct profile *p)
{
    struct arena *arena = arena_create();
    struct query q =
        query_of(c, "INSERT INTO profile (id, member, name, name_key, language, sound, captions,"
                    " avatar, max_age, is_child, created)"
                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
                    " ON CONFLICT (id) DO UPDATE SET name = excluded.name,"
                    " name_key = excluded.name_key, language = excluded.language,"
                    " sound = excluded.sound, captions = excluded.captions,"
                    " avatar = excluded.avatar, max_age = excluded.max_age,"
                    " is_child = excluded.is_child");
    query_text(&q, 1, p->id.s);
    query_text(&q, 2, p->member.s);
    query_text(&q, 3, p->name);
    query_text(&q, 4, name_key(arena, p->name));
    query_text(&q, 5, p->language);
    query_text(&q, 6, p->sound);
    query_text(&q, 7, p->captions);
    query_text(&q, 8, p->avatar);
    query_number(&q, 9, p->max_age);
    query_number(&q, 10, p->is_child);
    query_number(&q, 11, p->created.us);
    enum err err = query_run(&q, NULL);
    arena_destroy(&arena);
    return err;
}

enum err profile_add_main(struct connection *c, const struct member *member)
{
    return put_profile(c, &(struct profile){ .id = profile_main(member->id),
                                             .member = member->id,
                                             .name = "",
                                             .created = member->created });
}

/* ---- added, listed, changed, removed --------------------------------------------------------- */

struct profile_call {
    const struct profile *profile;
    const struct profile_change *change;
    struct profile_problem *why;
    const uint8_t *digest;
    member_id member;
    profile_id id;
};

static enum err add_profile(struct connection *c, void *call)
{
    const struct profile *p = ((const struct profile_call *)call)->profile;
    int64_t count = 0;
    struct query q = query_of(c, "SELECT count(*) FROM profile WHERE member = ?1");
    query_text(&q, 1, p->member.s);
    if (query_next(&q))
        count = row_number(&q, 0);
    enum err err = query_end(&q);
    if (err == OK && count >= PROFILES_MAX)
        err = ERR_FULL;
    return err == OK ? put_profile(c, p) : err;
}

enum err store_profile_add(struct store *store, const struct profile *profile,
                           struct profile_problem *why)
{
    struct profile checked = *profile;
    enum err err = profile_change(&checked, &(struct profile_change){ 0 }, why);
    struct profile_call call = { .profile = &checked };
    return err == OK ? store_write(store, add_profile, &call) : err;
}

enum err store_profiles_list(struct store *store, struct arena *arena, member_id member,
                             struct profile **out, size_t *n)
{
    struct connection *c = NULL;
    struct list l = list_of(arena, sizeof **out);
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q =
        query_of(c, "SELECT " PROFILE_COLUMNS " FROM profile p WHERE p.member = ?1"
                    " ORDER BY CASE WHEN p.id = p.member THEN 0 ELSE 1 END, p.created, p.id");
    query_text(&q, 1, member.s);
    while (query_next(&q))
        read_profile(&q, arena, 0, list_add(&l));
    *out = l.items;
    *n = l.n;
    return store_read_end(store, &c, query_end(&q));
}

static enum err find_profile(struct connection *c, struct arena *arena, member_id member,
                             profile_id id, struct profile *out)
{
    struct query q = query_of(c, "SELECT " PROFILE_COLUMNS " FROM profile p"
                                 " WHERE p.id = ?1 AND p.member = ?2");
    query_text(&q, 1, id.s);
    query_text(&q, 2, member.s);
    enum err err = query_first(&q);
    if (err == OK)
        read_profile(&q, arena, 0, out);
    enum err ended = query_end(&q);
    return err == OK ? ended : err;
}

enum err store_profile_get(struct store *store, struct arena *arena, member_id member,
                           profile_id id, struct profile *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    return err == OK ? store_read_end(store, &c, find_profile(c, arena, member, id, out)) : err;
}

static enum err change_profile(struct connection *c, void *call)
{
    const struct profile_call *ask = call;
    struct arena *arena = arena_create();
    struct profile p;
    enum err err = find_profile(c, arena, ask->member, ask->id, &p);
    if (err == OK)
        err = profile_change(&p, ask->change, ask->why);
    if (err == OK)
        err = put_profile(c, &p);
    arena_destroy(&arena);
    return err;
}

enum err store_profile_change(struct store *store, member_id member, profile_id id,
                              const struct profile_change *change, struct profile_problem *why)
{
    struct profile_call call = { .member = member, .id = id, .change = change, .why = why };
    return store_write(store, change_profile, &call);
}

static enum err end_sessions(struct connection *c, profile_id id, const uint8_t *keep)
{
    struct query q = query_of(c, "DELETE FROM session WHERE profile = ?1"
                                 " AND (?2 IS NULL OR digest <> ?2) AND EXISTS"
                                 " (SELECT 1 FROM profile p WHERE p.id = ?1 AND p.max_age > 0)");
    query_text(&q, 1, id.s);
    if (keep != NULL)
        query_blob(&q, 2, keep, 32);
    return query_run(&q, NULL);
}

static enum err remove_profile(struct connection *c, void *call)
{
    const struct profile_call *ask = call;
    struct arena *arena = arena_create();
    struct profile p;
    enum err err = find_profile(c, arena, ask->member, ask->id, &p);
    if (err == OK && profile_is_main(&p))
        err = ERR_STATE;
    arena_destroy(&arena);
    if (err == OK)
        err = end_sessions(c, ask->id, ask->digest);
    if (err != OK)
        return err;
    struct query q = query_of(c, "DELETE FROM profile WHERE id = ?1 AND member = ?2");
    query_text(&q, 1, ask->id.s);
    query_text(&q, 2, ask->member.s);
    return query_run_one(&q);
}

enum err store_profile_remove(struct store *store, member_id member, profile_id id,
                              const uint8_t keep[32])
{
    struct profile_call call = { .member = member, .id = id, .digest = keep };
    return store_write(store, remove_profile, &call);
}

/* ---- sessions -------------------------------------------------------------------------------- */

static enum err choose_profile(struct connection *c, void *call)
{
    const struct profile_call *ask = call;
    struct query q = query_of(c, "UPDATE session SET profile = ?2, unlocked_until = 0"
                                 " WHERE digest = ?1 AND EXISTS (SELECT 1 FROM profile p"
                                 " WHERE p.id = ?2 AND p.member = session.member)");
    query_blob(&q, 1, ask->digest, 32);
    query_text(&q, 2, ask->id.s);
    return query_run_one(&q);
}

enum err store_profile_choose(struct store *store, const uint8_t digest[32], profile_id id)
{
    struct profile_call call = { .digest = digest, .id = id };
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
        c, "SELECT " MEMBER_COLUMNS ", " PROFILE_COLUMNS ", s.unlocked_until,"
           " n.member, n.locked_age, s.kind = 'box' FROM session s JOIN member m ON m.id = s.member"
           " LEFT JOIN membership b ON b.number = m.membership"
           " JOIN profile p ON p.id = coalesce(s.profile, s.member)"
           " LEFT JOIN member_pin n ON n.member = s.member"
           " WHERE s.digest = ?1 AND s.expires > ?2 AND " SESSION_IS_VOUCHED_FOR("?2"));
    query_blob(&q, 1, digest, 32);
    query_number(&q, 2, now.us);
    err = query_first(&q);
    if (err == OK) {
        const int at = MEMBER_COLUMN_COUNT + PROFILE_COLUMN_COUNT;
        member_read(&q, arena, &out->member);
        read_profile(&q, arena, MEMBER_COLUMN_COUNT, &out->profile);
        out->unlocked_until = row_time(&q, at);
        out->pin.is_set = !row_is_null(&q, at + 1);
        out->pin.locked_age = (int)row_number(&q, at + 2);
        out->is_box = row_number(&q, at + 3) != 0;
    }
    enum err ended = query_end(&q);
    return store_read_end(store, &c, err == OK ? ended : err);
}
