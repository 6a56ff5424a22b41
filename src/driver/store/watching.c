/* What profiles do with what they watch: where they left off, and playbacks. */
#include "driver/store/internal.h"
#include "driver/store/members.h"
#include "driver/store/playback_rows.h"
#include "driver/store/title_rows.h"

struct progress_put {
    profile_id profile;
    const struct store_progress *progress;
};

static enum err put_progress(struct connection *c, void *call)
{
    const struct progress_put *put = call;
    const struct store_progress *p = put->progress;
    struct query q =
        query_of(c, "INSERT INTO progress (profile, playable, title, position_ms, duration_ms,"
                    " is_finished, changed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
                    " ON CONFLICT (profile, playable) DO UPDATE SET"
                    " position_ms = excluded.position_ms, duration_ms = excluded.duration_ms,"
                    " is_finished = excluded.is_finished, changed = excluded.changed");
    query_text(&q, 1, put->profile.s);
    query_text(&q, 2, p->playable.s);
    query_text(&q, 3, p->title.s);
    query_number(&q, 4, p->position_ms);
    query_number(&q, 5, p->duration_ms);
    query_number(&q, 6, p->is_finished);
    query_number(&q, 7, p->changed.us);
    return query_run(&q, NULL);
}

enum err store_progress_put(struct store *store, profile_id profile,
                            const struct store_progress *progress)
{
    struct progress_put put = { .profile = profile, .progress = progress };
    return store_write(store, put_progress, &put);
}

#define PROGRESS_COLUMNS "playable, title, position_ms, duration_ms, is_finished, changed"

static void read_progress(const struct query *q, struct store_progress *p)
{
    row_copy(q, 0, p->playable.s, sizeof p->playable.s);
    row_copy(q, 1, p->title.s, sizeof p->title.s);
    p->position_ms = row_number(q, 2);
    p->duration_ms = row_number(q, 3);
    p->is_finished = row_number(q, 4) != 0;
    p->changed = row_time(q, 5);
}

enum err store_progress_get(struct store *store, profile_id profile, playable_id playable,
                            struct store_progress *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT " PROGRESS_COLUMNS " FROM progress"
                                 " WHERE profile = ?1 AND playable = ?2");
    query_text(&q, 1, profile.s);
    query_text(&q, 2, playable.s);
    err = query_first(&q);
    if (err == OK)
        read_progress(&q, out);
    enum err ended = query_end(&q);
    return store_read_end(store, &c, err == OK ? ended : err);
}

enum err store_progress_list(struct store *store, struct arena *arena, profile_id profile,
                             bool unfinished_only, unsigned limit, struct store_progress **out,
                             size_t *n)
{
    struct connection *c = NULL;
    struct list l = list_of(arena, sizeof **out);
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT " PROGRESS_COLUMNS " FROM progress"
                                 " WHERE profile = ?1 AND (?2 = 0 OR is_finished = 0)"
                                 " ORDER BY changed DESC, playable LIMIT ?3");
    query_text(&q, 1, profile.s);
    query_number(&q, 2, unfinished_only);
    query_number(&q, 3, page_limit(limit, 50, 1000));
    while (query_next(&q))
        read_progress(&q, list_add(&l));
    *out = l.items;
    *n = l.n;
    return store_read_end(store, &c, query_end(&q));
}

/* A run goes on while a playback of it lives; then another begins. */
static enum err find_run(struct connection *c, const struct store_playback *p, utc_time *began)
{
    struct query q = query_of(c, "SELECT coalesce(min(began), ?3) FROM playback"
                                 " WHERE member = ?1 AND playable = ?2");
    query_text(&q, 1, p->member.s);
    query_text(&q, 2, p->playable.s);
    query_number(&q, 3, p->created.us);
    if (query_next(&q))
        *began = row_time(&q, 0);
    return query_end(&q);
}

enum err playback_insert(struct connection *c, const struct store_playback *p)
{
    utc_time began = p->created;
    struct query q = query_of(c, "DELETE FROM playback WHERE expires <= ?1");
    query_number(&q, 1, p->created.us);
    enum err err = query_run(&q, NULL);
    if (err == OK)
        err = find_run(c, p, &began);
    if (err != OK)
        return err;
    q = query_of(c, "INSERT INTO playback (id, member, profile, playable, created, expires, began)"
                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    query_text(&q, 1, p->id.s);
    query_text(&q, 2, p->member.s);
    query_text(&q, 3, p->profile.s);
    query_text(&q, 4, p->playable.s);
    query_number(&q, 5, p->created.us);
    query_number(&q, 6, p->expires.us);
    query_number(&q, 7, began.us);
    return query_run(&q, NULL);
}

static enum err add_playback(struct connection *c, void *call)
{
    return playback_insert(c, call);
}

enum err store_playback_add(struct store *store, const struct store_playback *playback)
{
    struct store_playback copy = *playback;
    return store_write(store, add_playback, &copy);
}

struct keep_call {
    playback_id id;
    utc_time expires;
};

static enum err keep_playback(struct connection *c, void *call)
{
    const struct keep_call *k = call;
    struct query q = query_of(c, "UPDATE playback SET expires = ?2 WHERE id = ?1");
    query_text(&q, 1, k->id.s);
    query_number(&q, 2, k->expires.us);
    return query_run_one(&q);
}

enum err store_playback_keep(struct store *store, playback_id id, utc_time expires)
{
    struct keep_call call = { id, expires };
    return store_write(store, keep_playback, &call);
}

enum err store_playback_get(struct store *store, playback_id id, struct store_playback *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT id, member, profile, playable, created, expires"
                                 " FROM playback WHERE id = ?1");
    query_text(&q, 1, id.s);
    err = query_first(&q);
    if (err == OK) {
        *out = (struct store_playback){ .created = row_time(&q, 4), .expires = row_time(&q, 5) };
        row_copy(&q, 0, out->id.s, sizeof out->id.s);
        row_copy(&q, 1, out->member.s, sizeof out->member.s);
        row_copy(&q, 2, out->profile.s, sizeof out->profile.s);
        row_copy(&q, 3, out->playable.s, sizeof out->playable.s);
    }
    enum err ended = query_end(&q);
    return store_read_end(store, &c, err == OK ? ended : err);
}

enum err store_playback_first(struct store *store, member_id member, playable_id playable,
                              utc_time since, utc_time *began)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT began FROM playback WHERE member = ?1 AND playable = ?2"
                                 " AND expires > ?3 ORDER BY began LIMIT 1");
    query_text(&q, 1, member.s);
    query_text(&q, 2, playable.s);
    query_number(&q, 3, since.us);
    err = query_first(&q);
    if (err == OK)
        *began = row_time(&q, 0);
    enum err ended = query_end(&q);
    return store_read_end(store, &c, err == OK ? ended : err);
}
