/* All that is kept of a member, told and taken away. */
#include <stdio.h>
#include <string.h>

#include "driver/store/account.h"
#include "driver/store/internal.h"
#include "driver/store/letter_rows.h"

/* A section of the export a row; a column's alias names its member, and after a colon what it is:
 * "created:t" an instant, "is_child:b" yes or no. */
static const struct {
    const char *name, *sql;
} sections[] = {
    { "member", "SELECT id, role, email, email_verified AS \"email_verified:t\", language,"
                " territory, created AS \"created:t\", trial_from AS \"trial_from:t\","
                " trial_until AS \"trial_until:t\", paid_from AS \"paid_from:t\","
                " paid_until AS \"paid_until:t\" FROM member WHERE id = ?1" },
    { "profiles", "SELECT id, name, language, sound, captions, avatar, max_age,"
                  " is_child AS \"is_child:b\", created AS \"created:t\" FROM profile"
                  " WHERE member = ?1 ORDER BY created, id" },
    { "pin", "SELECT locked_age FROM member_pin WHERE member = ?1" },
    { "progress", "SELECT p.profile, p.playable, p.title, t.original_title, p.position_ms,"
                  " p.duration_ms, p.is_finished AS \"is_finished:b\", p.changed AS \"changed:t\""
                  " FROM progress p JOIN title t ON t.id = p.title"
                  " JOIN profile f ON f.id = p.profile WHERE f.member = ?1"
                  " ORDER BY p.changed DESC, p.profile, p.playable" },
    { "playbacks", "SELECT id, profile, playable, created AS \"created:t\","
                   " expires AS \"expires:t\" FROM playback WHERE member = ?1"
                   " ORDER BY created DESC, id" },
    { "sessions", "SELECT agent, place, created AS \"created:t\", seen AS \"seen:t\","
                  " expires AS \"expires:t\" FROM session WHERE member = ?1"
                  " ORDER BY created DESC, digest" },
    { "devices", "SELECT created AS \"created:t\", seen AS \"seen:t\" FROM device"
                 " WHERE member = ?1 ORDER BY created DESC, digest" },
    { "letters", "SELECT kind, recipient, state, created AS \"created:t\", due AS \"due:t\""
                 " FROM letter WHERE member = ?1 ORDER BY created DESC, id" },
    { "links", "SELECT kind, email, created AS \"created:t\", expires AS \"expires:t\""
               " FROM account_token WHERE member = ?1 ORDER BY created DESC, digest" },
    { "second_factor", "SELECT since AS \"since:t\" FROM second_factor WHERE member = ?1" },
    { "recovery_codes", "SELECT count(*) AS \"left\" FROM recovery_code WHERE member = ?1" },
};

static void write_column(const struct query *q, struct arena *arena, int i, struct json_writer *w)
{
    const char *alias = sqlite3_column_name(q->statement, i);
    size_t n = strcspn(alias, ":");
    char kind = alias[n] == ':' ? alias[n + 1] : 0;
    const char *name = arena_strndup(arena, alias, n);
    if (row_is_null(q, i))
        json_null(w, name);
    else if (kind == 't')
        json_instant(w, name, row_time(q, i));
    else if (kind == 'b')
        json_bool(w, name, row_number(q, i) != 0);
    else if (sqlite3_column_type(q->statement, i) == SQLITE_INTEGER)
        json_number(w, name, row_number(q, i));
    else
        json_text(w, name, row_text(q, arena, i));
}

static enum err write_section(struct connection *c, size_t i, member_id member,
                              struct json_writer *w, size_t *rows)
{
    struct query q = query_of(c, sections[i].sql);
    query_text(&q, 1, member.s);
    json_array(w, sections[i].name);
    for (*rows = 0; query_next(&q); ++*rows) {
        struct arena *arena = arena_create();
        json_object(w, NULL);
        for (int k = 0; k < sqlite3_column_count(q.statement); k++)
            write_column(&q, arena, k, w);
        json_end(w);
        arena_destroy(&arena);
    }
    json_end(w);
    return query_end(&q);
}

enum err store_account_export(struct store *store, member_id member, struct json_writer *w)
{
    struct connection *c = NULL;
    size_t rows = 0;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    json_object(w, NULL);
    for (size_t i = 0; err == OK && i < sizeof sections / sizeof sections[0]; i++) {
        err = write_section(c, i, member, w, &rows);
        if (err == OK && i == 0 && rows == 0)
            err = ERR_NOT_FOUND;
    }
    json_end(w);
    return store_read_end(store, &c, err == OK ? w->out->err : err);
}

struct delete_call {
    member_id member;
    const char *email_key;
    const struct store_letter *letter;
};

static enum err is_last_administrator(struct connection *c, member_id member)
{
    struct query q =
        query_of(c, "SELECT count(*) FROM member WHERE id = ?1 AND role = 'administrator'"
                    " AND NOT EXISTS (SELECT 1 FROM member o WHERE o.role = 'administrator'"
                    "  AND o.id <> ?1)");
    query_text(&q, 1, member.s);
    bool is_last = query_next(&q) && row_number(&q, 0) > 0;
    enum err err = query_end(&q);
    return err == OK && is_last ? ERR_STATE : err;
}

/* Counts of tries name the address or the member. */
static enum err forget_tries(struct connection *c, const struct delete_call *d)
{
    static const char *const by_address[] = { "address", "reset" };
    static const char *const by_member[] = { "second", "mail" };
    enum err err = OK;
    for (size_t i = 0; err == OK && i < 4; i++) {
        char key[300];
        snprintf(key, sizeof key, "%s:%s", i < 2 ? by_address[i] : by_member[i - 2],
                 i < 2 ? d->email_key : d->member.s);
        struct query q = query_of(c, "DELETE FROM sign_in_failure WHERE key = ?1");
        query_text(&q, 1, key);
        err = query_run(&q, NULL);
    }
    return err;
}

static enum err delete_account(struct connection *c, void *call)
{
    const struct delete_call *d = call;
    enum err err = is_last_administrator(c, d->member);
    if (err != OK)
        return err;
    struct query q = query_of(c, "DELETE FROM member WHERE id = ?1"); /* and what refers to it */
    query_text(&q, 1, d->member.s);
    err = query_run_one(&q);
    if (err == OK)
        err = forget_tries(c, d);
    return err == OK ? letter_insert(c, d->letter) : err;
}

enum err store_account_delete(struct store *store, member_id member, const char *email_key,
                              const struct store_letter *letter)
{
    struct delete_call call = { .member = member, .email_key = email_key, .letter = letter };
    return store_write(store, delete_account, &call);
}
