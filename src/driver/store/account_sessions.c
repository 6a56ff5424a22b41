/* Sessions as their member sees them, and the devices they began on. */
#include <string.h>

#include "driver/store/account.h"
#include "driver/store/device_rows.h"
#include "driver/store/internal.h"
#include "driver/store/letter_rows.h"
#include "driver/store/session_rows.h"
#include "driver/store/title_rows.h"

/* 128 bits of the digest, written like any id. */
static void id_of(const uint8_t digest[32], char out[ID_TEXT])
{
    static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567"; /* RFC 4648 section 6 */
    unsigned bits = 0, count = 0, at = 0;
    for (size_t i = 0; at < ID_TEXT - 1; i++) {
        bits = bits << 8 | (i < 16 ? digest[i] : 0);
        for (count += 8; count >= 5 && at < ID_TEXT - 1; count -= 5)
            out[at++] = alphabet[bits >> (count - 5) & 31];
    }
    out[at] = 0;
}

struct session_call {
    const struct store_session_start *start;
    member_id member;
    const uint8_t *digest;
    const char *place, *partner;
    utc_time now;
    int64_t box_us;
};

static const char *const kinds[] = { [STORE_SESSION_SITE] = "site", [STORE_SESSION_BOX] = "box" };

static enum err insert_session(struct connection *c, const struct store_session_start *s)
{
    struct query q = query_of(c, "DELETE FROM session WHERE expires <= ?1");
    query_number(&q, 1, s->now.us);
    enum err err = query_run(&q, NULL);
    if (err != OK)
        return err;
    q = query_of(c, "INSERT INTO session (digest, member, agent, created, expires, seen, place,"
                    " kind, name, partner) VALUES (?1, ?2, ?3, ?4, ?5, ?4, ?6, ?7, ?8, ?9)");
    query_blob(&q, 1, s->digest, 32);
    query_text(&q, 2, s->member.s);
    query_text(&q, 3, s->agent);
    query_number(&q, 4, s->now.us);
    query_number(&q, 5, s->expires.us);
    query_text(&q, 6, s->place);
    query_text(&q, 7, kinds[s->kind]);
    query_text(&q, 8, s->name != NULL ? s->name : "");
    query_text(&q, 9, s->partner);
    return query_run(&q, NULL);
}

static enum err note_device(struct connection *c, const struct store_session_start *s, bool *is_new)
{
    int64_t n = 0;
    *is_new = s->device == NULL;
    if (*is_new)
        return OK;
    struct query q = query_of(c, "UPDATE device SET seen = ?3 WHERE member = ?1 AND digest = ?2");
    query_text(&q, 1, s->member.s);
    query_blob(&q, 2, s->device, 32);
    query_number(&q, 3, s->now.us);
    enum err err = query_run(&q, &n);
    *is_new = n == 0;
    if (err != OK || n > 0)
        return err;
    q = query_of(c, "INSERT INTO device (member, digest, created, seen) VALUES (?1, ?2, ?3, ?3)");
    query_text(&q, 1, s->member.s);
    query_blob(&q, 2, s->device, 32);
    query_number(&q, 3, s->now.us);
    err = query_run(&q, NULL);
    if (err != OK)
        return err;
    q = query_of(c, "DELETE FROM device WHERE member = ?1 AND digest IN (SELECT digest FROM device"
                    " WHERE member = ?1 ORDER BY seen DESC, digest LIMIT -1 OFFSET ?2)");
    query_text(&q, 1, s->member.s);
    query_number(&q, 2, STORE_DEVICES_MAX);
    return query_run(&q, NULL);
}

enum err session_insert(struct connection *c, const struct store_session_start *s)
{
    bool is_new = false;
    enum err err = insert_session(c, s);
    if (err == OK)
        err = note_device(c, s, &is_new);
    return err == OK && is_new ? letter_insert(c, s->alert) : err;
}

static enum err start_session(struct connection *c, void *call)
{
    return session_insert(c, ((const struct session_call *)call)->start);
}

enum err store_session_start(struct store *store, const struct store_session_start *session)
{
    struct session_call call = { .start = session };
    return store_write(store, start_session, &call);
}

enum err store_device_known(struct store *store, member_id member, const uint8_t device[32],
                            bool *is_known)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT 1 FROM device WHERE member = ?1 AND digest = ?2");
    query_text(&q, 1, member.s);
    query_blob(&q, 2, device, 32);
    *is_known = query_next(&q);
    return store_read_end(store, &c, query_end(&q));
}

static enum err list_sessions(struct connection *c, struct arena *arena, member_id member,
                              utc_time now, struct list *l)
{
    struct query q = query_of(
        c, "SELECT s.digest, s.agent, s.place, s.created, s.seen, s.expires, s.kind,"
           " s.name, p.name FROM session s"
           " LEFT JOIN partner p ON p.id = s.partner WHERE s.member = ?1 AND s.expires > ?2"
           " AND " SESSION_IS_VOUCHED_FOR("?2") " ORDER BY s.seen DESC, s.created DESC, s.digest");
    query_text(&q, 1, member.s);
    query_number(&q, 2, now.us);
    while (query_next(&q)) {
        struct store_session_entry *s = list_add(l);
        if (row_size(&q, 0) == sizeof s->digest)
            memcpy(s->digest, row_bytes(&q, 0), sizeof s->digest);
        id_of(s->digest, s->id);
        s->agent = row_text(&q, arena, 1);
        s->place = row_text(&q, arena, 2);
        s->created = row_time(&q, 3);
        s->seen = row_time(&q, 4);
        s->expires = row_time(&q, 5);
        s->kind = strcmp(row_text(&q, arena, 6), kinds[STORE_SESSION_BOX]) == 0
                      ? STORE_SESSION_BOX
                      : STORE_SESSION_SITE;
        s->name = row_text(&q, arena, 7);
        s->partner = row_is_null(&q, 8) ? NULL : row_text(&q, arena, 8);
        if (s->seen.us == 0)
            s->seen = s->created;
    }
    return query_end(&q);
}

enum err store_sessions_list(struct store *store, struct arena *arena, member_id member,
                             utc_time now, struct store_session_entry **out, size_t *n)
{
    struct connection *c = NULL;
    struct list l = list_of(arena, sizeof **out);
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    err = store_read_end(store, &c, list_sessions(c, arena, member, now, &l));
    *out = l.items;
    *n = l.n;
    return err;
}

static enum err revoke(struct connection *c, void *call)
{
    const struct session_call *s = call;
    struct query q = query_of(c, "DELETE FROM session WHERE member = ?1 AND digest = ?2");
    query_text(&q, 1, s->member.s);
    query_blob(&q, 2, s->digest, 32);
    return query_run_one(&q);
}

enum err store_session_revoke(struct store *store, member_id member, const char *id)
{
    struct arena *arena = arena_create();
    struct store_session_entry *sessions = NULL;
    size_t n = 0;
    struct session_call call = { .member = member };
    enum err err = store_sessions_list(store, arena, member, (utc_time){ 0 }, &sessions, &n);
    for (size_t i = 0; err == OK && i < n; i++)
        if (strcmp(sessions[i].id, id) == 0)
            call.digest = sessions[i].digest;
    if (err == OK)
        err = call.digest != NULL ? store_write(store, revoke, &call) : ERR_NOT_FOUND;
    arena_destroy(&arena);
    return err;
}

static enum err end_others(struct connection *c, void *call)
{
    const struct session_call *s = call;
    struct query q = query_of(c, "DELETE FROM session WHERE member = ?1 AND digest <> ?2");
    query_text(&q, 1, s->member.s);
    query_blob(&q, 2, s->digest, 32);
    enum err err = query_run(&q, NULL);
    return err == OK ? device_codes_take_back(c, s->member) : err;
}

enum err store_sessions_end_others(struct store *store, member_id member, const uint8_t keep[32])
{
    struct session_call call = { .member = member, .digest = keep };
    return store_write(store, end_others, &call);
}

static enum err end_of_partner(struct connection *c, void *call)
{
    const struct session_call *s = call;
    struct query q = query_of(c, "DELETE FROM session WHERE partner = ?1");
    query_text(&q, 1, s->partner);
    return query_run(&q, NULL);
}

enum err store_sessions_end_of_partner(struct store *store, const char *partner)
{
    struct session_call call = { .partner = partner };
    return store_write(store, end_of_partner, &call);
}

static enum err note_seen(struct connection *c, void *call)
{
    const struct session_call *s = call;
    struct query q = query_of(c, "UPDATE session SET seen = ?2, place = ?3, expires ="
                                 " CASE kind WHEN 'box' THEN max(expires, ?4) ELSE expires END"
                                 " WHERE digest = ?1");
    query_blob(&q, 1, s->digest, 32);
    query_number(&q, 2, s->now.us);
    query_text(&q, 3, s->place);
    query_number(&q, 4, s->now.us + s->box_us);
    return query_run(&q, NULL);
}

enum err store_session_seen(struct store *store, const uint8_t digest[32], const char *place,
                            utc_time now, int64_t every_us, int64_t box_us)
{
    struct connection *c = NULL;
    struct session_call call = { .digest = digest, .place = place, .now = now, .box_us = box_us };
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT 1 FROM session WHERE digest = ?1 AND seen <= ?2");
    query_blob(&q, 1, digest, 32);
    query_number(&q, 2, now.us - every_us);
    bool is_due = query_next(&q);
    err = store_read_end(store, &c, query_end(&q));
    return err == OK && is_due ? store_write(store, note_seen, &call) : err;
}
