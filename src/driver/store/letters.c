#include "driver/store/letters.h"

#include <string.h>

#include "driver/store/internal.h"
#include "driver/store/letter_rows.h"
#include "driver/store/title_rows.h"

enum err letter_insert(struct connection *c, const struct store_letter *letter)
{
    if (letter == NULL)
        return OK;
    struct query q = query_of(c, "INSERT INTO letter (id, member, kind, recipient, sealed, state,"
                                 " created, due, tries, why)"
                                 " VALUES (?1, ?2, ?3, ?4, ?5, 'waiting', ?6, ?6, 0, '')");
    query_text(&q, 1, letter->id.s);
    query_text(&q, 2, letter->member.s[0] != 0 ? letter->member.s : NULL);
    query_text(&q, 3, letter->kind);
    query_text(&q, 4, letter->to);
    query_blob(&q, 5, letter->sealed, letter->sealed_size);
    query_number(&q, 6, letter->created.us);
    return query_run(&q, NULL);
}

static enum err add_letter(struct connection *c, void *call)
{
    return letter_insert(c, call);
}

enum err store_letter_add(struct store *store, const struct store_letter *letter)
{
    struct store_letter copy = *letter;
    return store_write(store, add_letter, &copy);
}

struct letter_call {
    struct arena *arena;
    const letter_id *id;
    utc_time now;
    int64_t lease_us;
    const char *why;
    struct store_letter found;
    size_t n;
};

#define LETTER_COLUMNS "id, member, kind, recipient, state, created, due, tries, why"
enum { LETTER_COLUMN_COUNT = 9 };

static void read_letter(const struct query *q, struct arena *arena, struct store_letter *l)
{
    *l = (struct store_letter){ 0 };
    row_copy(q, 0, l->id.s, sizeof l->id.s);
    row_copy(q, 1, l->member.s, sizeof l->member.s);
    l->kind = row_text(q, arena, 2);
    l->to = row_text(q, arena, 3);
    l->state = row_text(q, arena, 4);
    l->created = row_time(q, 5);
    l->due = row_time(q, 6);
    l->tries = (unsigned)row_number(q, 7);
    l->why = row_text(q, arena, 8);
}

static enum err find_due(struct connection *c, struct letter_call *ask)
{
    struct query q = query_of(c, "SELECT " LETTER_COLUMNS ", sealed FROM letter"
                                 " WHERE state = 'waiting' AND due <= ?1 ORDER BY due LIMIT 1");
    query_number(&q, 1, ask->now.us);
    enum err err = query_first(&q);
    if (err == OK) {
        read_letter(&q, ask->arena, &ask->found);
        size_t n = row_size(&q, LETTER_COLUMN_COUNT);
        uint8_t *sealed = arena_alloc(ask->arena, n + 1);
        if (n > 0)
            memcpy(sealed, row_bytes(&q, LETTER_COLUMN_COUNT), n);
        ask->found.sealed = sealed;
        ask->found.sealed_size = n;
    }
    enum err ended = query_end(&q);
    return err == OK ? ended : err;
}

static enum err take_letter(struct connection *c, void *call)
{
    struct letter_call *ask = call;
    enum err err = find_due(c, ask);
    if (err != OK)
        return err;
    ask->found.tries++;
    struct query q = query_of(c, "UPDATE letter SET due = ?2, tries = tries + 1, why = ''"
                                 " WHERE id = ?1");
    query_text(&q, 1, ask->found.id.s);
    query_number(&q, 2, ask->now.us + ask->lease_us);
    return query_run_one(&q);
}

enum err store_letter_take(struct store *store, struct arena *arena, utc_time now, int64_t lease_us,
                           struct store_letter *out)
{
    struct letter_call call = { .arena = arena, .now = now, .lease_us = lease_us };
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    /* Looked for first: an outbox that is empty costs no write. */
    err = store_read_end(store, &c, find_due(c, &call));
    if (err == OK)
        err = store_write(store, take_letter, &call);
    *out = call.found;
    return err;
}

static enum err sweep(struct connection *c, utc_time now)
{
    struct query q = query_of(c, "DELETE FROM letter WHERE state = 'sent' AND due < ?1");
    query_number(&q, 1, now.us - STORE_LETTERS_KEPT_US);
    return query_run(&q, NULL);
}

static enum err mark_sent(struct connection *c, void *call)
{
    const struct letter_call *ask = call;
    int64_t n = 0;
    struct query q = query_of(c, "DELETE FROM letter WHERE id = ?1 AND member IS NULL");
    query_text(&q, 1, ask->id->s);
    enum err err = query_run(&q, &n);
    if (err != OK || n > 0)
        return err;
    q = query_of(c, "UPDATE letter SET state = 'sent', due = ?2, sealed = NULL, why = ''"
                    " WHERE id = ?1");
    query_text(&q, 1, ask->id->s);
    query_number(&q, 2, ask->now.us);
    err = query_run_one(&q);
    return err == OK ? sweep(c, ask->now) : err;
}

enum err store_letter_sent(struct store *store, letter_id id, utc_time now)
{
    struct letter_call call = { .id = &id, .now = now };
    return store_write(store, mark_sent, &call);
}

static enum err mark_later(struct connection *c, void *call)
{
    const struct letter_call *ask = call;
    struct query q = query_of(c, "UPDATE letter SET due = ?2, why = ?3"
                                 " WHERE id = ?1 AND state = 'waiting'");
    query_text(&q, 1, ask->id->s);
    query_number(&q, 2, ask->now.us);
    query_text(&q, 3, ask->why);
    return query_run_one(&q);
}

enum err store_letter_later(struct store *store, letter_id id, utc_time due, const char *why)
{
    struct letter_call call = { .id = &id, .now = due, .why = why };
    return store_write(store, mark_later, &call);
}

static enum err mark_failed(struct connection *c, void *call)
{
    const struct letter_call *ask = call;
    struct query q = query_of(c, "UPDATE letter SET state = 'failed', why = ?2"
                                 " WHERE id = ?1 AND state = 'waiting'");
    query_text(&q, 1, ask->id->s);
    query_text(&q, 2, ask->why);
    return query_run_one(&q);
}

enum err store_letter_failed(struct store *store, letter_id id, const char *why)
{
    struct letter_call call = { .id = &id, .why = why };
    return store_write(store, mark_failed, &call);
}

static enum err exists(struct connection *c, const letter_id *id)
{
    struct query q = query_of(c, "SELECT 1 FROM letter WHERE id = ?1");
    query_text(&q, 1, id->s);
    enum err err = query_first(&q), ended = query_end(&q);
    return err == OK ? ended : err;
}

static enum err retry(struct connection *c, void *call)
{
    struct letter_call *ask = call;
    int64_t n = 0;
    struct query q = query_of(c, "UPDATE letter SET state = 'waiting', due = ?2, created = ?2"
                                 " WHERE state <> 'sent' AND (?1 IS NULL OR id = ?1)");
    query_text(&q, 1, ask->id != NULL ? ask->id->s : NULL);
    query_number(&q, 2, ask->now.us);
    enum err err = query_run(&q, &n);
    ask->n = (size_t)n;
    if (err != OK || ask->id == NULL || n > 0)
        return err;
    err = exists(c, ask->id);
    return err == OK ? ERR_STATE : err;
}

enum err store_letter_retry(struct store *store, const letter_id *id, utc_time now, size_t *n)
{
    struct letter_call call = { .id = id, .now = now };
    enum err err = store_write(store, retry, &call);
    if (n != NULL)
        *n = call.n;
    return err;
}

enum err store_letters_list(struct store *store, struct arena *arena, bool is_open,
                            const char *after, unsigned limit, struct store_letter **out, size_t *n,
                            const char **next)
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
    struct query q = query_of(c, "SELECT " LETTER_COLUMNS " FROM letter"
                                 " WHERE (created < ?1 OR (created = ?1 AND id < ?2))"
                                 " AND (?3 = 0 OR state <> 'sent')"
                                 " ORDER BY created DESC, id DESC LIMIT ?4");
    query_number(&q, 1, from.us);
    query_text(&q, 2, from.id);
    query_number(&q, 3, is_open);
    query_number(&q, 4, (int64_t)limit + 1);
    while (query_next(&q))
        read_letter(&q, arena, list_add(&l));
    *out = l.items;
    *n = l.n < limit ? l.n : limit;
    *next =
        l.n > limit ? cursor_text(arena, (*out)[limit - 1].created, (*out)[limit - 1].id.s) : NULL;
    return store_read_end(store, &c, query_end(&q));
}
