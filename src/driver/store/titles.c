#include "driver/store/titles.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "driver/store/internal.h"
#include "driver/store/title_rows.h"
#include "rules/catalog/fold.h"

static enum err add_playable(struct connection *c, const char *id, const char *title)
{
    struct query q = query_of(c, "INSERT INTO playable (id, title) VALUES (?1, ?2)");
    query_text(&q, 1, id);
    query_text(&q, 2, title);
    return query_run(&q, NULL);
}

static enum err add_title(struct connection *c, void *call)
{
    const struct title *t = call;
    struct query q =
        query_of(c, "INSERT INTO title (id, kind, state, original_title, language, credit_line,"
                    " year, runtime_minutes, created, changed, published, version, poster,"
                    " backdrop, search)"
                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, '')");
    query_text(&q, 1, t->id.s);
    query_text(&q, 2, title_kind_name(t->kind));
    query_text(&q, 3, title_state_name(t->state));
    query_text(&q, 4, t->original_title);
    query_text(&q, 5, t->language);
    query_text(&q, 6, t->credit_line);
    query_number(&q, 7, t->year);
    query_number(&q, 8, t->runtime_minutes);
    query_number(&q, 9, t->created.us);
    query_number(&q, 10, t->changed.us);
    query_number(&q, 11, t->published.us);
    query_number(&q, 12, (int64_t)t->version);
    query_text(&q, 13, t->poster);
    query_text(&q, 14, t->backdrop);
    enum err err = query_run(&q, NULL);
    if (err == OK && t->kind == TITLE_FILM)
        err = add_playable(c, t->id.s, t->id.s);
    return err == OK ? title_write_parts(c, t) : err;
}

enum err store_title_add(struct store *store, const struct title *title)
{
    struct title copy = *title;
    return store_write(store, add_title, &copy);
}

struct title_change {
    const struct title *title;
    utc_time now;
};

/* Whether the title is there at all tells a stale edit from a lost one. */
static enum err title_exists(struct connection *c, const char *id)
{
    struct query q = query_of(c, "SELECT 1 FROM title WHERE id = ?1");
    query_text(&q, 1, id);
    enum err err = query_first(&q), ended = query_end(&q);
    return err == OK ? ended : err;
}

static enum err update_title(struct connection *c, void *call)
{
    const struct title_change *change = call;
    const struct title *t = change->title;
    struct query q = query_of(c, "UPDATE title SET original_title = ?3, language = ?4,"
                                 " credit_line = ?5, year = ?6, runtime_minutes = ?7,"
                                 " changed = ?8, version = version + 1"
                                 " WHERE id = ?1 AND version = ?2");
    query_text(&q, 1, t->id.s);
    query_number(&q, 2, (int64_t)t->version);
    query_text(&q, 3, t->original_title);
    query_text(&q, 4, t->language);
    query_text(&q, 5, t->credit_line);
    query_number(&q, 6, t->year);
    query_number(&q, 7, t->runtime_minutes);
    query_number(&q, 8, change->now.us);
    enum err err = query_run_one(&q);
    if (err == ERR_NOT_FOUND)
        return title_exists(c, t->id.s) == OK ? ERR_STATE : ERR_NOT_FOUND;
    return err == OK ? title_write_parts(c, t) : err;
}

enum err store_title_update(struct store *store, const struct title *title, utc_time now)
{
    struct title_change change = { .title = title, .now = now };
    return store_write(store, update_title, &change);
}

enum err store_title_get(struct store *store, struct arena *arena, title_id id, struct title *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err == OK)
        err = title_read(c, arena, id.s, out);
    return store_read_end(store, &c, err);
}

struct title_move {
    title_id id;
    enum title_state to;
    utc_time now;
};

static enum err move_title(struct connection *c, void *call)
{
    const struct title_move *move = call;
    char name[16] = "";
    enum title_state from = TITLE_DRAFT;
    struct query q = query_of(c, "SELECT state FROM title WHERE id = ?1");
    query_text(&q, 1, move->id.s);
    enum err err = query_first(&q);
    if (err == OK)
        row_copy(&q, 0, name, sizeof name);
    enum err ended = query_end(&q);
    if (err != OK || ended != OK)
        return err == OK ? ended : err;
    if (!title_state_parse(name, &from))
        return ERR_MALFORMED;
    if (from == move->to)
        return OK;
    if (!title_may_move(from, move->to))
        return ERR_STATE;
    q = query_of(c, "UPDATE title SET state = ?2, changed = ?3, version = version + 1,"
                    " published = CASE WHEN published = 0 AND ?2 = 'published' THEN ?3"
                    " ELSE published END WHERE id = ?1");
    query_text(&q, 1, move->id.s);
    query_text(&q, 2, title_state_name(move->to));
    query_number(&q, 3, move->now.us);
    return query_run_one(&q);
}

enum err store_title_move(struct store *store, title_id id, enum title_state to, utc_time now)
{
    struct title_move move = { .id = id, .to = to, .now = now };
    return store_write(store, move_title, &move);
}

struct image_change {
    const char *id, *name, *sql;
    bool only_if_none;
};

static enum err set_image(struct connection *c, void *call)
{
    const struct image_change *change = call;
    struct query q = query_of(c, change->sql);
    query_text(&q, 1, change->id);
    query_text(&q, 2, change->name);
    query_number(&q, 3, change->only_if_none ? 1 : 0);
    return query_run_one(&q);
}

enum err store_title_image(struct store *store, const char *id, const char *kind, const char *name,
                           bool only_if_none)
{
    static const struct {
        const char *kind, *sql;
    } rows[] = {
        { "poster", "UPDATE title SET poster = CASE"
                    " WHEN ?3 = 1 AND poster IS NOT NULL THEN poster ELSE ?2 END WHERE id = ?1" },
        { "backdrop",
          "UPDATE title SET backdrop = CASE"
          " WHEN ?3 = 1 AND backdrop IS NOT NULL THEN backdrop ELSE ?2 END WHERE id = ?1" },
        { "still", "UPDATE episode SET still = CASE"
                   " WHEN ?3 = 1 AND still IS NOT NULL THEN still ELSE ?2 END WHERE id = ?1" },
    };
    struct image_change change = { .id = id, .name = name, .only_if_none = only_if_none };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(rows[i].kind, kind) == 0)
            change.sql = rows[i].sql;
    }
    return change.sql == NULL ? ERR_ARGUMENT : store_write(store, set_image, &change);
}

/* ---- lists ---------------------------------------------------------------------------------- */

enum { WORDS = 8 }; /* of a search; more are not looked at */

#define TITLE_IS_READY                                                                             \
    "EXISTS (SELECT 1 FROM playable p JOIN edition e ON e.playable = p.id WHERE p.title = t.id)"
#define TITLE_FILTER                                                                               \
    " (?3 IS NULL OR t.kind = ?3)"                                                                 \
    " AND (?4 IS NULL OR EXISTS (SELECT 1 FROM title_genre g"                                      \
    "   WHERE g.title = t.id AND g.genre = ?4))"                                                   \
    " AND (?6 IS NULL OR t.search LIKE ?6 ESCAPE '!')"                                             \
    " AND (?7 IS NULL OR t.search LIKE ?7 ESCAPE '!')"                                             \
    " AND (?8 IS NULL OR t.search LIKE ?8 ESCAPE '!')"                                             \
    " AND (?9 IS NULL OR t.search LIKE ?9 ESCAPE '!')"                                             \
    " AND (?10 IS NULL OR t.search LIKE ?10 ESCAPE '!')"                                           \
    " AND (?11 IS NULL OR t.search LIKE ?11 ESCAPE '!')"                                           \
    " AND (?12 IS NULL OR t.search LIKE ?12 ESCAPE '!')"                                           \
    " AND (?13 IS NULL OR t.search LIKE ?13 ESCAPE '!')"

static const char list_any[] =
    "SELECT t.id, t.created, " TITLE_IS_READY " FROM title t"
    " WHERE (t.created < ?1 OR (t.created = ?1 AND t.id < ?2)) AND" TITLE_FILTER
    " ORDER BY t.created DESC, t.id DESC LIMIT ?5";
static const char list_shown[] =
    "SELECT t.id, t.published, 1 FROM title t"
    " WHERE t.state = 'published'"
    " AND (t.published < ?1 OR (t.published = ?1 AND t.id < ?2)) AND " TITLE_IS_READY
    " AND" TITLE_FILTER " ORDER BY t.published DESC, t.id DESC LIMIT ?5";

/* A pattern for each word: words of a script without spaces are found anywhere, others from their
 * beginning. Folded words hold none of LIKE's own signs. Answers how many there are. */
static size_t search_patterns(struct arena *arena, const char *search, const char *out[WORDS])
{
    struct buf folded;
    size_t n = 0;
    buf_init(&folded, 4096);
    fold_put(&folded, search, strlen(search));
    if (folded.err == ERR_FULL)
        folded.err = OK;
    for (const char *at = buf_string(&folded); *at != 0 && n < WORDS;) {
        at++;
        size_t size = strcspn(at, " ");
        bool anywhere = (unsigned char)at[0] >= 0x80;
        out[n++] = arena_printf(arena, anywhere ? "%%%.*s%%" : "%% %.*s%%", (int)size, at);
        at += size;
    }
    buf_finish(&folded);
    return n;
}

struct found_title {
    char id[ID_TEXT];
    utc_time at;
    bool ready;
};

static enum err find_titles(struct connection *c, struct arena *arena,
                            const struct title_filter *filter, const struct cursor *after,
                            unsigned limit, struct list *found)
{
    const char *patterns[WORDS] = { NULL };
    size_t words = filter->search == NULL ? 0 : search_patterns(arena, filter->search, patterns);
    if (filter->search != NULL && words == 0)
        return OK; /* nothing but signs: nothing is found */
    struct query q = query_of(c, filter->any_state ? list_any : list_shown);
    query_number(&q, 1, after->us);
    query_text(&q, 2, after->id);
    query_text(&q, 3, filter->kind);
    query_text(&q, 4, filter->genre);
    query_number(&q, 5, (int64_t)limit + 1); /* one more tells whether a page follows */
    for (int i = 0; i < WORDS; i++)
        query_text(&q, 6 + i, patterns[i]);
    while (query_next(&q)) {
        struct found_title *t = list_add(found);
        row_copy(&q, 0, t->id, sizeof t->id);
        t->at = row_time(&q, 1);
        t->ready = row_number(&q, 2) != 0;
    }
    return query_end(&q);
}

static enum err read_page(struct connection *c, struct arena *arena, const struct list *found,
                          unsigned limit, struct title_page *out)
{
    const struct found_title *rows = found->items;
    enum err err = OK;
    out->n = found->n < limit ? found->n : limit;
    out->titles = ARENA_ARRAY(arena, struct title, out->n + 1);
    out->ready = ARENA_ARRAY(arena, bool, out->n + 1);
    out->next = NULL;
    for (size_t i = 0; err == OK && i < out->n; i++) {
        err = title_read(c, arena, rows[i].id, &out->titles[i]);
        out->ready[i] = rows[i].ready;
    }
    if (found->n > limit && out->n > 0)
        out->next = cursor_text(arena, rows[out->n - 1].at, rows[out->n - 1].id);
    return err;
}

enum err store_titles_list(struct store *store, struct arena *arena,
                           const struct title_filter *filter, struct title_page *out)
{
    struct connection *c = NULL;
    struct cursor after;
    unsigned limit = page_limit(filter->limit, 50, 200);
    struct list found = list_of(arena, sizeof(struct found_title));
    enum err err = cursor_parse(filter->after, &after);
    if (err != OK)
        return err;
    err = store_read_begin(store, &c);
    if (err == OK)
        err = find_titles(c, arena, filter, &after, limit, &found);
    if (err == OK)
        err = read_page(c, arena, &found, limit, out);
    return store_read_end(store, &c, err);
}
