/* Lists of titles: for the house every one, for viewers what is shown where they are. */
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "driver/store/internal.h"
#include "driver/store/showing_pack.h"
#include "driver/store/showing_rows.h"
#include "driver/store/title_rows.h"
#include "driver/store/titles.h"
#include "rules/catalog/fold.h"

enum { WORDS = 8 }; /* of a search; more are not looked at */

#define TITLE_IS_READY                                                                             \
    "EXISTS (SELECT 1 FROM playable p JOIN edition e ON e.playable = p.id WHERE p.title = t.id)"
#define TITLE_SEARCH                                                                               \
    " (?6 IS NULL OR t.search LIKE ?6 ESCAPE '!')"                                                 \
    " AND (?7 IS NULL OR t.search LIKE ?7 ESCAPE '!')"                                             \
    " AND (?8 IS NULL OR t.search LIKE ?8 ESCAPE '!')"                                             \
    " AND (?9 IS NULL OR t.search LIKE ?9 ESCAPE '!')"                                             \
    " AND (?10 IS NULL OR t.search LIKE ?10 ESCAPE '!')"                                           \
    " AND (?11 IS NULL OR t.search LIKE ?11 ESCAPE '!')"                                           \
    " AND (?12 IS NULL OR t.search LIKE ?12 ESCAPE '!')"                                           \
    " AND (?13 IS NULL OR t.search LIKE ?13 ESCAPE '!')"
#define TITLE_FILTER                                                                               \
    " (?3 IS NULL OR t.kind = ?3)"                                                                 \
    " AND (?4 IS NULL OR EXISTS (SELECT 1 FROM title_genre g"                                      \
    "   WHERE g.title = t.id AND g.genre = ?4))"                                                   \
    " AND" TITLE_SEARCH
static const char list_any[] =
    "SELECT t.id, t.created, " TITLE_IS_READY " FROM title t"
    " WHERE (t.created < ?1 OR (t.created = ?1 AND t.id < ?2)) AND" TITLE_FILTER
    " ORDER BY t.created DESC, t.id DESC LIMIT ?5";
static const char list_shown[] =
    "SELECT t.id, t.published, 1 FROM title t"
    " WHERE t.state = 'published'"
    " AND (t.published < ?1 OR (t.published = ?1 AND t.id < ?2)) AND " TITLE_IS_READY
    " AND" TITLE_FILTER " ORDER BY t.published DESC, t.id DESC LIMIT ?5";

/* What is shown in a territory: the spans are looked at here, row by row, until the page is full.
 */
#define SHOWN_IN                                                                                   \
    " WHERE s.territory = ?14 AND s.published <= ?1"                                               \
    " AND (s.published < ?1 OR s.title < ?2) AND (?3 IS NULL OR s.kind = ?3)"                      \
    " AND (?4 IS NULL OR EXISTS (SELECT 1 FROM title_genre g"                                      \
    "   WHERE g.title = s.title AND g.genre = ?4))"
#define NEWEST_FIRST " ORDER BY s.published DESC, s.title DESC"
static const char list_in_territory[] =
    "SELECT s.title, s.published, s.spans FROM title_showing s" SHOWN_IN NEWEST_FIRST;
static const char search_in_territory[] =
    "SELECT s.title, s.published, s.spans FROM title_showing s"
    " JOIN title t ON t.id = s.title" SHOWN_IN " AND" TITLE_SEARCH NEWEST_FIRST;

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

/* What is asked for, and the page as it grows. */
struct search {
    const struct title_filter *filter;
    const char *patterns[WORDS];
    bool finds_nothing; /* nothing but signs was searched for */
    struct cursor after;
    unsigned limit;
    struct list found; /* one more than the limit tells whether a page follows */
};

static void bind_search(struct query *q, const struct search *s)
{
    query_number(q, 1, s->after.us);
    query_text(q, 2, s->after.id);
    query_text(q, 3, s->filter->kind);
    query_text(q, 4, s->filter->genre);
}

static void bind_patterns(struct query *q, const struct search *s)
{
    for (int i = 0; i < WORDS; i++)
        query_text(q, 6 + i, s->patterns[i]);
}

static enum err find_any(struct connection *c, struct search *s)
{
    struct query q = query_of(c, s->filter->any_state ? list_any : list_shown);
    bind_search(&q, s);
    bind_patterns(&q, s);
    query_number(&q, 5, (int64_t)s->limit + 1);
    while (query_next(&q)) {
        struct found_title *t = list_add(&s->found);
        row_copy(&q, 0, t->id, sizeof t->id);
        t->at = row_time(&q, 1);
        t->ready = row_number(&q, 2) != 0;
    }
    return query_end(&q);
}

/* As decide() has it. */
static bool is_listed(const struct title_filter *filter, struct list_span span)
{
    bool by_account =
        filter->locked_age > 0 && (span.min_age < 0 || span.min_age >= filter->locked_age);
    if (!span.is_shown || ((span.is_locked || by_account) && !filter->is_unlocked))
        return false;
    return filter->max_age == 0 || (span.min_age >= 0 && span.min_age <= filter->max_age);
}

static enum err find_in_territory(struct connection *c, struct search *s)
{
    bool is_set = false, searches = s->patterns[0] != NULL;
    enum territory_state state = TERRITORY_PLANNED;
    enum err err = territory_state_read(c, s->filter->territory, s->filter->now, &is_set, &state);
    if (err != OK || state != TERRITORY_OPEN)
        return err;
    struct query q = query_of(c, searches ? search_in_territory : list_in_territory);
    bind_search(&q, s);
    query_text(&q, 14, s->filter->territory);
    if (searches)
        bind_patterns(&q, s);
    while (s->found.n <= s->limit && query_next(&q)) {
        struct list_span span = list_unpack_at(row_bytes(&q, 2), row_size(&q, 2), s->filter->now);
        if (!is_listed(s->filter, span))
            continue;
        struct found_title *t = list_add(&s->found);
        row_copy(&q, 0, t->id, sizeof t->id);
        t->at = row_time(&q, 1);
    }
    return query_end(&q);
}

static enum err read_showings(struct connection *c, struct arena *arena,
                              const struct title_filter *filter, struct title_page *out)
{
    enum err err = OK;
    out->showings = ARENA_ARRAY(arena, struct showing, out->n + 1);
    for (size_t i = 0; err == OK && i < out->n; i++) {
        const char *id = out->titles[i].id.s;
        err = showing_read_at(c, arena, id, id, filter->territory, filter->now, &out->showings[i]);
        out->ready[i] = out->showings[i].state == RIGHTS_OPEN;
    }
    return err;
}

static enum err read_page(struct connection *c, struct arena *arena, const struct search *s,
                          struct title_page *out)
{
    const struct found_title *rows = s->found.items;
    enum err err = OK;
    *out = (struct title_page){ .n = s->found.n < s->limit ? s->found.n : s->limit };
    out->titles = ARENA_ARRAY(arena, struct title, out->n + 1);
    out->ready = ARENA_ARRAY(arena, bool, out->n + 1);
    for (size_t i = 0; err == OK && i < out->n; i++) {
        err = title_read(c, arena, rows[i].id, &out->titles[i]);
        out->ready[i] = rows[i].ready;
    }
    if (s->found.n > s->limit && out->n > 0)
        out->next = cursor_text(arena, rows[out->n - 1].at, rows[out->n - 1].id);
    return err;
}

enum err store_titles_list(struct store *store, struct arena *arena,
                           const struct title_filter *filter, struct title_page *out)
{
    struct connection *c = NULL;
    struct search s = { .filter = filter,
                        .limit = page_limit(filter->limit, 50, 200),
                        .found = list_of(arena, sizeof(struct found_title)) };
    bool by_territory = !filter->any_state && filter->territory != NULL;
    enum err err = cursor_parse(filter->after, &s.after);
    if (err != OK)
        return err;
    if (filter->search != NULL)
        s.finds_nothing = search_patterns(arena, filter->search, s.patterns) == 0;
    err = store_read_begin(store, &c);
    if (err == OK && !s.finds_nothing)
        err = by_territory ? find_in_territory(c, &s) : find_any(c, &s);
    if (err == OK)
        err = read_page(c, arena, &s, out);
    if (err == OK && by_territory)
        err = read_showings(c, arena, filter, out);
    return store_read_end(store, &c, err);
}

/* From each genre to the next by the index: as many steps as there are genres, not titles. */
enum err store_genres_used(struct store *store, struct arena *arena, const char ***out, size_t *n)
{
    struct connection *c = NULL;
    struct list found = list_of(arena, sizeof(const char *));
    const char *last = "";
    enum err err = store_read_begin(store, &c);
    while (err == OK && last != NULL) {
        struct query q = query_of(c, "SELECT genre FROM title_genre WHERE genre > ?1"
                                     " ORDER BY genre LIMIT 1");
        query_text(&q, 1, last);
        last = query_next(&q) ? row_text(&q, arena, 0) : NULL;
        if (last != NULL)
            *(const char **)list_add(&found) = last;
        err = query_end(&q);
    }
    *out = found.items;
    *n = found.n;
    return store_read_end(store, &c, err);
}
