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

enum err letter_tell(struct connection *c, struct plan_memo *memo, int64_t membership,
                     const struct store_letter *letter, struct membership_tail *tail)
{
    const struct store_letter_facts *f = letter->facts;
    int64_t plan = 0;
    enum err err = plan_number(c, memo, f->plan, &plan);
    if (err != OK)
        return err;
    struct query q = query_of(c, "INSERT INTO letter (id, membership, before, kind, amount,"
                                 " currency, at, plan, territory, title, partner, state, created,"
                                 " due, tries, why) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,"
                                 " ?10, ?11, 'waiting', ?12, ?12, 0, '')");
    query_text(&q, 1, letter->id.s);
    query_number(&q, 2, membership);
    query_optional(&q, 3, tail->letter);
    query_text(&q, 4, letter->kind);
    if (f->amount.currency[0] != 0) {
        query_number(&q, 5, f->amount.minor);
        query_text(&q, 6, f->amount.currency);
    }
    query_optional(&q, 7, f->when.us);
    query_optional(&q, 8, plan);
    query_text(&q, 9, f->territory);
    query_text(&q, 10, f->title);
    query_text(&q, 11, f->partner);
    query_number(&q, 12, letter->created.us);
    err = query_run(&q, NULL);
    if (err == OK)
        tail->letter = connection_new_number(c);
    return err;
}

/* A letter is swept after the one before it (sweep), so the chain reaches all there are. The number
 * of one that went may be another's by now: of whom a letter is says the letter. */
enum err letters_forget(struct connection *c, int64_t membership,
                        const struct membership_tail *tail)
{
    struct query q =
        query_of(c, "DELETE FROM letter WHERE membership = ?2 AND number IN ("
                    "WITH RECURSIVE mine (number) AS ("
                    " SELECT number FROM letter WHERE number = ?1"
                    " UNION ALL SELECT o.before FROM mine JOIN letter o ON o.number = mine.number"
                    "  WHERE o.before IS NOT NULL) SELECT number FROM mine)");
    query_number(&q, 1, tail->letter);
    query_number(&q, 2, membership);
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
    const char *why, *to;
    struct store_letter found;
    size_t n;
};

#define LETTER_COLUMNS                                                                             \
    "l.id, l.member, l.kind, l.recipient, l.state, l.created, l.due, l.tries, l.why,"              \
    " " MEMBER_ID_OF("l.membership") ", l.number"
enum { LETTER_COLUMN_COUNT = 11 };

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
    if (!row_is_null(q, 9))
        row_id(q, 9, l->member.s);
}

/* Where the member reads now, and in what language. *is_there: there is such a member. */
static enum err read_reader(struct connection *c, struct arena *arena, struct store_letter *l,
                            bool *is_there)
{
    struct query q = query_of(c, "SELECT email, language FROM member WHERE id = ?1");
    query_text(&q, 1, l->member.s);
    *is_there = query_next(&q);
    if (*is_there) {
        l->to = l->to != NULL ? l->to : row_text(&q, arena, 0);
        l->language = row_text(&q, arena, 1);
    }
    return query_end(&q);
}

static void read_sealed(const struct query *q, struct arena *arena, struct store_letter *l)
{
    size_t n = row_size(q, LETTER_COLUMN_COUNT);
    uint8_t *sealed = arena_alloc(arena, n + 1);
    if (n > 0)
        memcpy(sealed, row_bytes(q, LETTER_COLUMN_COUNT), n);
    l->sealed = sealed;
    l->sealed_size = n;
}

static void read_facts(const struct query *q, struct arena *arena, struct store_letter *l)
{
    enum { FIRST = LETTER_COLUMN_COUNT + 1 };
    struct store_letter_facts *f = ARENA_NEW(arena, struct store_letter_facts);
    *f = (struct store_letter_facts){ .amount.minor = row_number(q, FIRST),
                                      .when = row_time(q, FIRST + 2),
                                      .title = row_text(q, arena, FIRST + 5),
                                      .partner = row_text(q, arena, FIRST + 6) };
    row_copy(q, FIRST + 1, f->amount.currency, sizeof f->amount.currency);
    row_copy(q, FIRST + 3, f->plan, sizeof f->plan);
    row_copy(q, FIRST + 4, f->territory, sizeof f->territory);
    l->facts = f;
}

/* *number: the row's; *is_of_nobody: it has facts, and the member it tells them has gone. */
static enum err find_due(struct connection *c, struct letter_call *ask, int64_t *number,
                         bool *is_of_nobody)
{
    struct query q = query_of(
        c, "SELECT " LETTER_COLUMNS ", l.sealed, l.amount, l.currency, l.at,"
           " " PLAN_CODE_OF(
               "l.plan") ", l.territory, l.title, l.partner FROM letter l"
                         " WHERE l.state = 'waiting' AND l.due <= ?1 ORDER BY l.due LIMIT 1");
    query_number(&q, 1, ask->now.us);
    bool has_facts = false, is_there = true;
    enum err err = query_first(&q);
    if (err == OK) {
        read_letter(&q, ask->arena, &ask->found);
        *number = row_number(&q, LETTER_COLUMN_COUNT - 1);
        has_facts = !row_is_null(&q, LETTER_COLUMN_COUNT - 2);
        if (has_facts)
            read_facts(&q, ask->arena, &ask->found);
        else
            read_sealed(&q, ask->arena, &ask->found);
    }
    enum err ended = query_end(&q);
    err = err == OK ? ended : err;
    if (err == OK && has_facts)
        err = read_reader(c, ask->arena, &ask->found, &is_there);
    *is_of_nobody = !is_there;
    return err;
}

static enum err drop_letter(struct connection *c, int64_t number)
{
    struct query q = query_of(c, "DELETE FROM letter WHERE number = ?1");
    query_number(&q, 1, number);
    return query_run_one(&q);
}

/* n 0: none was due but such as nobody is left to read, whose going is to stay. */
static enum err take_letter(struct connection *c, void *call)
{
    struct letter_call *ask = call;
    bool is_of_nobody = true;
    int64_t number = 0;
    enum err err = OK;
    ask->n = 0;
    while (err == OK && is_of_nobody) {
        err = find_due(c, ask, &number, &is_of_nobody);
        if (err == OK && is_of_nobody)
            err = drop_letter(c, number);
    }
    if (err != OK)
        return err == ERR_NOT_FOUND ? OK : err;
    ask->n = 1;
    ask->found.tries++;
    struct query q = query_of(c, "UPDATE letter SET due = ?2, tries = tries + 1, why = ''"
                                 " WHERE number = ?1");
    query_number(&q, 1, number);
    query_number(&q, 2, ask->now.us + ask->lease_us);
    return query_run_one(&q);
}

enum err store_letter_take(struct store *store, struct arena *arena, utc_time now, int64_t lease_us,
                           struct store_letter *out)
{
    struct letter_call call = { .arena = arena, .now = now, .lease_us = lease_us };
    struct connection *c = NULL;
    int64_t number;
    bool is_of_nobody;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    /* Looked for first: an outbox that is empty costs no write. */
    err = store_read_end(store, &c, find_due(c, &call, &number, &is_of_nobody));
    if (err == OK)
        err = store_write(store, take_letter, &call);
    *out = call.found;
    return err == OK && call.n == 0 ? ERR_NOT_FOUND : err;
}

#define MINUTE_US (60 * UTC_SECOND)

static enum err last_sent(struct connection *c, utc_time *when)
{
    struct query q = query_of(c, "SELECT due FROM letter WHERE state = 'sent'"
                                 " ORDER BY due DESC LIMIT 1");
    *when = (utc_time){ 0 };
    if (query_next(&q))
        *when = row_time(&q, 0);
    return query_end(&q);
}

/* A letter goes when the one before it has gone; so each round takes what the one before it made
 * free. */
static enum err sweep(struct connection *c, utc_time now)
{
    int64_t n = 1;
    enum err err = OK;
    while (err == OK && n > 0) {
        struct query q = query_of(c, "DELETE FROM letter WHERE state IN ('sent', 'failed')"
                                     " AND due < ?1 AND NOT EXISTS"
                                     " (SELECT 1 FROM letter o WHERE o.number = letter.before)");
        query_number(&q, 1, now.us - STORE_LETTERS_KEPT_US);
        err = query_run(&q, &n);
    }
    return err;
}

static enum err mark_sent(struct connection *c, void *call)
{
    const struct letter_call *ask = call;
    utc_time last;
    int64_t n = 0;
    struct query q = query_of(c, "DELETE FROM letter WHERE id = ?1 AND member IS NULL"
                                 " AND membership IS NULL");
    query_text(&q, 1, ask->id->s);
    enum err err = query_run(&q, &n);
    if (err != OK || n > 0)
        return err;
    err = last_sent(c, &last);
    if (err != OK)
        return err;
    q = query_of(c, "UPDATE letter SET state = 'sent', due = ?2, sealed = NULL, why = '',"
                    " recipient = coalesce(recipient, ?3) WHERE id = ?1");
    query_text(&q, 1, ask->id->s);
    query_number(&q, 2, ask->now.us);
    query_text(&q, 3, ask->to);
    err = query_run_one(&q);
    /* Each sweep looks at all that wait for the one before them: one a minute is enough. */
    bool is_same_minute = ask->now.us / MINUTE_US == last.us / MINUTE_US;
    return err == OK && !is_same_minute ? sweep(c, ask->now) : err;
}

enum err store_letter_sent(struct store *store, letter_id id, const char *to, utc_time now)
{
    struct letter_call call = { .id = &id, .now = now, .to = to };
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

/* Who is told something is found row by row: there are few on a page. */
static enum err list_letters(struct connection *c, struct arena *arena, bool is_open,
                             int64_t before, unsigned limit, struct list *l, int64_t *last)
{
    bool is_there;
    enum err err = OK;
    struct query q = query_of(c, "SELECT " LETTER_COLUMNS " FROM letter l WHERE l.number < ?1"
                                 " AND (?2 = 0 OR l.state <> 'sent')"
                                 " ORDER BY l.number DESC LIMIT ?3");
    query_number(&q, 1, before);
    query_number(&q, 2, is_open);
    query_number(&q, 3, (int64_t)limit + 1);
    while (err == OK && query_next(&q)) {
        struct store_letter *letter = list_add(l);
        read_letter(&q, arena, letter);
        if (l->n <= limit)
            *last = row_number(&q, LETTER_COLUMN_COUNT - 1);
        if (letter->to == NULL)
            err = read_reader(c, arena, letter, &is_there);
        if (letter->to == NULL)
            letter->to = "";
    }
    enum err ended = query_end(&q);
    return err == OK ? ended : err;
}

enum err store_letters_list(struct store *store, struct arena *arena, bool is_open,
                            const char *after, unsigned limit, struct store_letter **out, size_t *n,
                            const char **next)
{
    struct connection *c = NULL;
    struct list l = list_of(arena, sizeof **out);
    int64_t before = INT64_MAX, last = 0;
    limit = page_limit(limit, 50, 200);
    enum err err = number_cursor_parse(after, &before);
    if (err == OK)
        err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    err = list_letters(c, arena, is_open, before, limit, &l, &last);
    *out = l.items;
    *n = l.n < limit ? l.n : limit;
    *next = l.n > limit ? arena_printf(arena, "%lld", (long long)last) : NULL;
    return store_read_end(store, &c, err);
}
