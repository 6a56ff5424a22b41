#include "driver/store/title_rows.h"

#include <string.h>

#include "base/buf.h"
#include "rules/catalog/fold.h"

struct list list_of(struct arena *arena, size_t size)
{
    return (struct list){ .arena = arena, .size = size };
}

void *list_add(struct list *l)
{
    if (l->n == l->room) {
        size_t room = l->room == 0 ? 8 : l->room * 2;
        void *more = arena_array(l->arena, room, l->size);
        if (l->n > 0)
            memcpy(more, l->items, l->n * l->size);
        l->items = more;
        l->room = room;
    }
    return (char *)l->items + l->n++ * l->size;
}

enum err texts_read(struct connection *c, struct arena *arena, const char *sql, const char *id,
                    int number, struct title_text **out, size_t *n)
{
    struct list l = list_of(arena, sizeof **out);
    struct query q = query_of(c, sql);
    query_text(&q, 1, id);
    if (number >= 0)
        query_number(&q, 2, number);
    while (query_next(&q)) {
        struct title_text *t = list_add(&l);
        t->language = row_text(&q, arena, 0);
        t->title = row_text(&q, arena, 1);
        t->synopsis = row_text(&q, arena, 2);
    }
    *out = l.items;
    *n = l.n;
    return query_end(&q);
}

static enum err read_credits(struct connection *c, struct arena *arena, const char *id,
                             struct title *t)
{
    struct list l = list_of(arena, sizeof *t->credits);
    struct query q = query_of(c, "SELECT role, name, character_name FROM title_credit"
                                 " WHERE title = ?1 ORDER BY position");
    query_text(&q, 1, id);
    while (query_next(&q)) {
        struct title_credit *credit = list_add(&l);
        credit->role = row_text(&q, arena, 0);
        credit->name = row_text(&q, arena, 1);
        credit->character = row_text(&q, arena, 2);
    }
    t->credits = l.items;
    t->n_credits = l.n;
    return query_end(&q);
}

static enum err read_ratings(struct connection *c, struct arena *arena, const char *id,
                             struct title *t)
{
    struct list l = list_of(arena, sizeof *t->ratings);
    struct query q =
        query_of(c, "SELECT system, value FROM title_rating WHERE title = ?1 ORDER BY position");
    query_text(&q, 1, id);
    while (query_next(&q)) {
        struct title_rating *rating = list_add(&l);
        rating->system = row_text(&q, arena, 0);
        rating->value = row_text(&q, arena, 1);
    }
    t->ratings = l.items;
    t->n_ratings = l.n;
    return query_end(&q);
}

static enum err read_words(struct connection *c, struct arena *arena, const char *sql,
                           const char *id, const char ***out, size_t *n)
{
    struct list l = list_of(arena, sizeof **out);
    struct query q = query_of(c, sql);
    query_text(&q, 1, id);
    while (query_next(&q))
        *(const char **)list_add(&l) = row_text(&q, arena, 0);
    *out = l.items;
    *n = l.n;
    return query_end(&q);
}

static void read_own(struct query *q, struct arena *arena, struct title *t)
{
    char name[16];
    *t = (struct title){ 0 };
    row_copy(q, 0, t->id.s, sizeof t->id.s);
    row_copy(q, 1, name, sizeof name);
    if (!title_kind_parse(name, &t->kind))
        q->err = ERR_MALFORMED;
    row_copy(q, 2, name, sizeof name);
    if (!title_state_parse(name, &t->state))
        q->err = ERR_MALFORMED;
    t->original_title = row_text(q, arena, 3);
    t->language = row_text(q, arena, 4);
    t->credit_line = row_text(q, arena, 5);
    t->year = (int)row_number(q, 6);
    t->runtime_minutes = (int)row_number(q, 7);
    t->created = row_time(q, 8);
    t->changed = row_time(q, 9);
    t->published = row_time(q, 10);
    t->version = (uint64_t)row_number(q, 11);
    t->poster = row_text(q, arena, 12);
    t->backdrop = row_text(q, arena, 13);
    t->is_licensed = row_number(q, 14) != 0;
    t->is_exclusive = row_number(q, 15) != 0;
}

static enum err read_parts(struct connection *c, struct arena *arena, const char *id,
                           struct title *t)
{
    enum err err = texts_read(c, arena,
                              "SELECT language, name, synopsis FROM title_text"
                              " WHERE title = ?1 ORDER BY position",
                              id, -1, &t->texts, &t->n_texts);
    if (err == OK)
        err = read_credits(c, arena, id, t);
    if (err == OK)
        err = read_ratings(c, arena, id, t);
    if (err == OK)
        err =
            read_words(c, arena, "SELECT genre FROM title_genre WHERE title = ?1 ORDER BY position",
                       id, &t->genres, &t->n_genres);
    if (err == OK)
        err = read_words(c, arena,
                         "SELECT country FROM title_country WHERE title = ?1 ORDER BY position", id,
                         &t->countries, &t->n_countries);
    return err;
}

enum err title_read(struct connection *c, struct arena *arena, const char *id, struct title *out)
{
    struct query q =
        query_of(c, "SELECT id, kind, state, original_title, language, credit_line, year,"
                    " runtime_minutes, created, changed, published, version, poster, backdrop,"
                    " is_licensed, is_exclusive"
                    " FROM title WHERE id = ?1");
    query_text(&q, 1, id);
    enum err err = query_first(&q);
    if (err == OK)
        read_own(&q, arena, out);
    enum err ended = query_end(&q);
    if (err == OK)
        err = ended;
    return err == OK ? read_parts(c, arena, id, out) : err;
}

static enum err remove_parts(struct connection *c, const char *id)
{
    static const char *const statements[] = {
        "DELETE FROM title_text WHERE title = ?1",    "DELETE FROM title_credit WHERE title = ?1",
        "DELETE FROM title_rating WHERE title = ?1",  "DELETE FROM title_genre WHERE title = ?1",
        "DELETE FROM title_country WHERE title = ?1",
    };
    enum err err = OK;
    for (size_t i = 0; err == OK && i < sizeof statements / sizeof statements[0]; i++) {
        struct query q = query_of(c, statements[i]);
        query_text(&q, 1, id);
        err = query_run(&q, NULL);
    }
    return err;
}

/* One row of up to three texts that belongs to a title at a place. */
static enum err add_part(struct connection *c, const char *sql, const char *id, size_t position,
                         const char *a, const char *b, const char *third)
{
    struct query q = query_of(c, sql);
    query_text(&q, 1, id);
    query_number(&q, 2, (int64_t)position);
    query_text(&q, 3, a);
    if (b != NULL || third != NULL)
        query_text(&q, 4, b);
    if (third != NULL)
        query_text(&q, 5, third);
    return query_run(&q, NULL);
}

static enum err add_lists(struct connection *c, const struct title *t)
{
    enum err err = OK;
    for (size_t i = 0; err == OK && i < t->n_ratings; i++)
        err = add_part(c,
                       "INSERT INTO title_rating (title, position, system, value)"
                       " VALUES (?1, ?2, ?3, ?4)",
                       t->id.s, i, t->ratings[i].system, t->ratings[i].value, NULL);
    for (size_t i = 0; err == OK && i < t->n_genres; i++)
        err = add_part(c, "INSERT INTO title_genre (title, position, genre) VALUES (?1, ?2, ?3)",
                       t->id.s, i, t->genres[i], NULL, NULL);
    for (size_t i = 0; err == OK && i < t->n_countries; i++)
        err =
            add_part(c, "INSERT INTO title_country (title, position, country) VALUES (?1, ?2, ?3)",
                     t->id.s, i, t->countries[i], NULL, NULL);
    return err;
}

enum err title_write_parts(struct connection *c, const struct title *t)
{
    enum err err = remove_parts(c, t->id.s);
    for (size_t i = 0; err == OK && i < t->n_texts; i++)
        err = add_part(c,
                       "INSERT INTO title_text (title, position, language, name, synopsis)"
                       " VALUES (?1, ?2, ?3, ?4, ?5)",
                       t->id.s, i, t->texts[i].language, t->texts[i].title, t->texts[i].synopsis);
    for (size_t i = 0; err == OK && i < t->n_credits; i++)
        err = add_part(c,
                       "INSERT INTO title_credit (title, position, role, name, character_name)"
                       " VALUES (?1, ?2, ?3, ?4, ?5)",
                       t->id.s, i, t->credits[i].role, t->credits[i].name, t->credits[i].character);
    if (err == OK)
        err = add_lists(c, t);
    return err == OK ? title_write_search(c, t->id.s) : err;
}

static enum err fold_rows(struct connection *c, const char *sql, const char *id, struct buf *words)
{
    struct query q = query_of(c, sql);
    query_text(&q, 1, id);
    while (query_next(&q)) {
        const char *text = (const char *)sqlite3_column_text(q.statement, 0);
        if (text != NULL)
            fold_put(words, text, strlen(text));
    }
    return query_end(&q);
}

enum err title_write_search(struct connection *c, const char *id)
{
    static const char *const sources[] = {
        "SELECT original_title FROM title WHERE id = ?1",
        "SELECT name FROM title_text WHERE title = ?1",
        "SELECT name FROM title_credit WHERE title = ?1",
        "SELECT character_name FROM title_credit WHERE title = ?1",
        "SELECT name FROM season_text WHERE series = ?1",
        "SELECT t.name FROM episode e JOIN episode_text t ON t.episode = e.id WHERE e.series = ?1",
    };
    enum { WORDS_MAX = 4 << 20 }; /* a daily series of 20,000 episodes in some languages */
    struct buf words;
    buf_init(&words, WORDS_MAX);
    enum err err = OK;
    for (size_t i = 0; err == OK && i < sizeof sources / sizeof sources[0]; i++)
        err = fold_rows(c, sources[i], id, &words);
    if (err == OK)
        err = words.err == ERR_MEMORY ? ERR_MEMORY : OK; /* past the ceiling: found by the rest */
    if (words.err == ERR_FULL)
        words.err = OK;
    struct query q = query_of(c, "UPDATE title SET search = ?2 WHERE id = ?1");
    query_text(&q, 1, id);
    query_text(&q, 2, buf_string(&words));
    enum err written = query_run(&q, NULL);
    buf_finish(&words);
    return err == OK ? written : err;
}
