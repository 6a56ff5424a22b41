/* Reading avails, and linking them to titles by hand. */
#include <string.h>

#include "base/text.h"
#include "driver/store/avail_rows.h"
#include "driver/store/internal.h"
#include "driver/store/showing_renew.h"
#include "driver/store/title_rows.h"

/* The studio's id by its name; "" for NULL. */
static enum err studio_id_of(struct connection *c, struct arena *arena, const char *studio,
                             char out[ID_TEXT])
{
    struct store_studio s;
    out[0] = 0;
    if (studio == NULL)
        return OK;
    enum err err = studio_read(c, arena, studio, &s);
    if (err == OK)
        memcpy(out, s.id.s, ID_TEXT);
    return err;
}

/* ERR_STATE: two studios use the ALID. */
static enum err find_one(struct connection *c, struct arena *arena, const char *studio,
                         const char *alid, struct avail_head *out)
{
    char id[ID_TEXT];
    size_t n = 0;
    enum err err = studio_id_of(c, arena, studio, id);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT " AVAIL_COLUMNS " FROM avail a"
                                 " JOIN studio s ON s.id = a.studio"
                                 " WHERE a.alid = ?1 AND (?2 = '' OR a.studio = ?2) LIMIT 2");
    query_text(&q, 1, alid);
    query_text(&q, 2, id);
    for (; query_next(&q); n++)
        avail_head_read(&q, arena, out);
    err = query_end(&q);
    if (err == OK && n != 1)
        err = n == 0 ? ERR_NOT_FOUND : ERR_STATE;
    return err;
}

enum err store_avail_get(struct store *store, struct arena *arena, const char *studio,
                         const char *alid, struct store_avail *out)
{
    struct connection *c = NULL;
    struct avail_head head;
    enum err err = store_read_begin(store, &c);
    if (err == OK)
        err = find_one(c, arena, studio, alid, &head);
    if (err == OK)
        err = avail_fill(c, arena, &head, true, out);
    return store_read_end(store, &c, err);
}

/* ---- lists ---------------------------------------------------------------------------------- */

/* A cursor is an ALID; of several studios with the same, the studio's name after it tells which:
 * "ALID<newline>NAME". An ALID that a caller names stands for the last of its kind. */
struct place_after {
    const char *studio, *alid;
};

static struct place_after place_after(struct arena *arena, const char *after, const char *studio)
{
    struct place_after p = { .studio = "", .alid = "" };
    if (after == NULL)
        return p;
    const char *line = strchr(after, '\n');
    p.alid = line == NULL ? after : arena_strndup(arena, after, (size_t)(line - after));
    if (line != NULL)
        p.studio = line + 1;
    else if (studio != NULL)
        p.studio = studio;
    return p;
}

static enum err find_page(struct connection *c, struct arena *arena,
                          const struct avail_filter *filter, unsigned limit, struct list *heads)
{
    char studio[ID_TEXT];
    struct store_studio named = { 0 };
    enum err err = studio_id_of(c, arena, filter->studio, studio);
    if (err == OK && filter->studio != NULL)
        err = studio_read(c, arena, filter->studio, &named);
    if (err != OK)
        return err;
    struct place_after after = place_after(arena, filter->after, named.name);
    struct query q =
        query_of(c, "SELECT " AVAIL_COLUMNS " FROM avail a JOIN studio s ON s.id = a.studio"
                    " WHERE (?1 = '' OR a.studio = ?1)"
                    " AND (s.name > ?2 OR (s.name = ?2 AND a.alid > ?3))"
                    " AND (?4 IS NULL OR a.title = ?4) AND (?5 = 0 OR a.title IS NULL)"
                    " ORDER BY s.name, a.alid LIMIT ?6");
    query_text(&q, 1, studio);
    query_text(&q, 2, after.studio);
    query_text(&q, 3, after.alid);
    query_text(&q, 4, filter->title);
    query_number(&q, 5, filter->unlinked);
    query_number(&q, 6, (int64_t)limit + 1);
    while (query_next(&q))
        avail_head_read(&q, arena, list_add(heads));
    return query_end(&q);
}

enum err store_avails_list(struct store *store, struct arena *arena,
                           const struct avail_filter *filter, struct store_avail **out, size_t *n,
                           const char **next)
{
    struct connection *c = NULL;
    struct list heads = list_of(arena, sizeof(struct avail_head));
    unsigned limit = page_limit(filter->limit, 50, 200);
    enum err err = store_read_begin(store, &c);
    if (err == OK)
        err = find_page(c, arena, filter, limit, &heads);
    const struct avail_head *rows = heads.items;
    *n = err == OK ? (heads.n < limit ? heads.n : limit) : 0;
    *out = ARENA_ARRAY(arena, struct store_avail, *n + 1);
    *next = NULL;
    for (size_t i = 0; err == OK && i < *n; i++)
        err = avail_fill(c, arena, &rows[i], filter->with_rights, &(*out)[i]);
    if (heads.n > limit)
        *next = arena_printf(arena, "%s\n%s", rows[limit - 1].alid, rows[limit - 1].studio_name);
    return store_read_end(store, &c, err);
}

/* One page's heads, then each avail in a read and an arena of its own: a long list keeps neither
 * the log nor the memory. */
static enum err each_of(struct store *store, const struct avail_head *head, store_avail_fn fn,
                        void *context)
{
    struct arena *arena = arena_create();
    struct connection *c = NULL;
    struct store_avail avail;
    enum err err = store_read_begin(store, &c);
    if (err == OK)
        err = avail_fill(c, arena, head, true, &avail);
    err = store_read_end(store, &c, err);
    if (err == OK)
        err = fn(context, &avail);
    arena_destroy(&arena);
    return err;
}

enum err store_avails_each(struct store *store, const char *studio, store_avail_fn fn,
                           void *context)
{
    enum { PAGE = 200, CURSOR_MAX = 4096 };
    char after[CURSOR_MAX] = "";
    enum err err = OK;
    for (bool goes_on = true; err == OK && goes_on;) {
        struct arena *arena = arena_create();
        struct list heads = list_of(arena, sizeof(struct avail_head));
        struct connection *c = NULL;
        struct avail_filter filter = { .studio = studio, .after = after[0] != 0 ? after : NULL };
        err = store_read_begin(store, &c);
        if (err == OK)
            err = find_page(c, arena, &filter, PAGE, &heads);
        err = store_read_end(store, &c, err);
        const struct avail_head *rows = heads.items;
        goes_on = heads.n > PAGE;
        size_t n = goes_on ? PAGE : heads.n;
        for (size_t i = 0; err == OK && i < n; i++)
            err = each_of(store, &rows[i], fn, context);
        if (err == OK && goes_on &&
            !text_copy(after, sizeof after,
                       arena_printf(arena, "%s\n%s", rows[n - 1].alid, rows[n - 1].studio_name)))
            err = ERR_FULL;
        arena_destroy(&arena);
    }
    return err;
}

/* ---- links by hand -------------------------------------------------------------------------- */

struct link {
    const char *studio, *alid;
    const title_id *title;
    int season, episode;
    utc_time now;
};

/* A film has no seasons; an episode without its season would be any of several. */
static enum err check_level(struct connection *c, const struct link *link)
{
    bool is_film = false;
    struct query q = query_of(c, "SELECT kind = 'film' FROM title WHERE id = ?1");
    query_text(&q, 1, link->title->s);
    enum err err = query_first(&q);
    if (err == OK)
        is_film = row_number(&q, 0) != 0;
    enum err ended = query_end(&q);
    if (err == OK)
        err = ended;
    if (err == OK && is_film && (link->season >= 0 || link->episode >= 0))
        err = ERR_STATE;
    if (err == OK && link->episode >= 0 && link->season < 0)
        err = ERR_ARGUMENT;
    return err;
}

static enum err set_link(struct connection *c, const struct link *link, const char *avail)
{
    struct query q = query_of(c, "UPDATE avail SET title = ?2, title_season = ?3,"
                                 " title_episode = ?4, is_linked_by_hand = 1 WHERE id = ?1");
    bool has_title = link->title != NULL;
    query_text(&q, 1, avail);
    query_text(&q, 2, has_title ? link->title->s : NULL);
    query_number(&q, 3, has_title ? link->season : -1);
    query_number(&q, 4, has_title ? link->episode : -1);
    enum err err = query_run_one(&q);
    return err == OK && has_title ? title_set_licensed(c, link->title->s) : err;
}

static enum err link_avail(struct connection *c, void *call)
{
    const struct link *link = call;
    struct arena *arena = arena_create();
    struct id_set titles = id_set_of(arena);
    struct avail_head head;
    enum err err = find_one(c, arena, link->studio, link->alid, &head);
    if (err == OK && link->title != NULL)
        err = check_level(c, link);
    if (err == OK)
        err = avail_titles(c, head.id, &titles);
    if (err == OK)
        err = set_link(c, link, head.id);
    if (err == OK)
        err = avail_titles(c, head.id, &titles);
    if (err == OK)
        err = showing_renew_set(c, &titles, link->now);
    arena_destroy(&arena);
    return err;
}

enum err store_avail_link(struct store *store, const char *studio, const char *alid,
                          const title_id *title, int season, int episode, utc_time now)
{
    struct link link = { .studio = studio,
                         .alid = alid,
                         .title = title,
                         .season = season,
                         .episode = episode,
                         .now = now };
    return store_write(store, link_avail, &link);
}
