#include "driver/store/avail_rows.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "driver/store/right_rows.h"
#include "driver/store/title_rows.h"

void avail_head_read(const struct query *q, struct arena *arena, struct avail_head *out)
{
    *out = (struct avail_head){ 0 };
    row_copy(q, 0, out->id, sizeof out->id);
    row_copy(q, 1, out->studio, sizeof out->studio);
    out->alid = row_text(q, arena, 2);
    struct store_avail *own = &out->own;
    own->type = row_text(q, arena, 3);
    own->work_type = row_text(q, arena, 4);
    own->said = row_text(q, arena, 5);
    own->title_name = row_text(q, arena, 6);
    own->season = (int)row_number(q, 7);
    own->episode = (int)row_number(q, 8);
    own->volume_first = (int)row_number(q, 9);
    own->volume_count = (int)row_number(q, 10);
    row_copy(q, 11, out->title, sizeof out->title);
    out->title_season = (int)row_number(q, 12);
    out->title_episode = (int)row_number(q, 13);
    out->is_linked_by_hand = row_number(q, 14) != 0;
    own->changed = row_time(q, 15);
    out->studio_name = row_text(q, arena, 16);
}

enum err avail_find(struct connection *c, struct arena *arena, const char *studio, const char *alid,
                    struct avail_head *out)
{
    struct query q = query_of(c, "SELECT " AVAIL_COLUMNS " FROM avail a"
                                 " JOIN studio s ON s.id = a.studio"
                                 " WHERE a.studio = ?1 AND a.alid = ?2");
    query_text(&q, 1, studio);
    query_text(&q, 2, alid);
    enum err err = query_first(&q);
    if (err == OK)
        avail_head_read(&q, arena, out);
    enum err ended = query_end(&q);
    return err == OK ? ended : err;
}

enum err avail_words(struct connection *c, struct arena *arena, const char *sql, const char *avail,
                     const char ***out, size_t *n)
{
    struct list l = list_of(arena, sizeof **out);
    struct query q = query_of(c, sql);
    query_text(&q, 1, avail);
    while (query_next(&q))
        *(const char **)list_add(&l) = row_text(&q, arena, 0);
    *out = l.items;
    *n = l.n;
    return query_end(&q);
}

static enum err fill_rights(struct connection *c, struct arena *arena,
                            const struct avail_head *head, struct store_avail *out)
{
    struct list rows = list_of(arena, sizeof(struct right_row));
    struct query q = query_of(c, "SELECT " RIGHT_COLUMNS " FROM avail_right r"
                                 " WHERE r.avail = ?1 ORDER BY r.position, r.id");
    query_text(&q, 1, head->id);
    while (query_next(&q))
        right_row_read(&q, arena, true, list_add(&rows));
    enum err err = query_end(&q);
    out->n_rights = rows.n;
    out->rights = ARENA_ARRAY(arena, struct store_right, rows.n + 1);
    for (size_t i = 0; err == OK && i < rows.n; i++) {
        const struct right_row *row = &((struct right_row *)rows.items)[i];
        struct store_right *r = &out->rights[i];
        r->transaction = row->texts[RIGHT_TRANSACTION];
        r->key = row->texts[RIGHT_KEY];
        r->contract = row->texts[RIGHT_CONTRACT];
        r->reporting = row->texts[RIGHT_REPORTING];
        r->territories = row->texts[RIGHT_TERRITORIES];
        r->said = row->texts[RIGHT_SAID];
        r->from_file = row->texts[RIGHT_FROM_FILE];
        err = right_of_row(arena, row, &r->right);
        r->right.studio = head->studio_name;
        r->right.source = right_source(arena, head->alid, r->transaction, head->studio_name);
    }
    return err;
}

enum err avail_fill(struct connection *c, struct arena *arena, const struct avail_head *head,
                    bool with_rights, struct store_avail *out)
{
    *out = head->own;
    text_copy(out->id.s, sizeof out->id.s, head->id);
    text_copy(out->title.s, sizeof out->title.s, head->title);
    out->alid = head->alid;
    out->studio = head->studio_name;
    out->title_season = head->title_season;
    out->title_episode = head->title_episode;
    enum err err =
        avail_words(c, arena, "SELECT key FROM avail_key WHERE avail = ?1 ORDER BY position",
                    head->id, &out->keys, &out->n_keys);
    if (err == OK)
        err = avail_words(c, arena,
                          "SELECT alid FROM avail_bundled WHERE avail = ?1 ORDER BY position",
                          head->id, &out->bundled, &out->n_bundled);
    return err == OK && with_rights ? fill_rights(c, arena, head, out) : err;
}

/* ---- links ---------------------------------------------------------------------------------- */

struct found_title {
    char id[ID_TEXT];
    bool is_film;
};

static enum err title_of_key(struct connection *c, const char *key, struct found_title *out)
{
    struct query q = query_of(c, "SELECT t.id, t.kind = 'film' FROM title_identifier i"
                                 " JOIN title t ON t.id = i.title WHERE i.key = ?1");
    query_text(&q, 1, key);
    enum err err = query_first(&q);
    if (err == OK) {
        row_copy(&q, 0, out->id, sizeof out->id);
        out->is_film = row_number(&q, 1) != 0;
    }
    enum err ended = query_end(&q);
    return err == OK ? ended : err;
}

/* By a key as it stands; one of the series above it also without the word before it. */
static enum err title_of_keys(struct connection *c, const char *alid, const char *const *keys,
                              size_t n, struct found_title *out)
{
    static const char series[] = "series:";
    struct arena *arena = arena_create();
    enum err err = title_of_key(c, arena_printf(arena, "alid:%s", alid), out);
    for (size_t i = 0; err == ERR_NOT_FOUND && i < n; i++)
        err = title_of_key(c, keys[i], out);
    for (size_t i = 0; err == ERR_NOT_FOUND && i < n; i++) {
        if (strncmp(keys[i], series, sizeof series - 1) == 0)
            err = title_of_key(c, keys[i] + sizeof series - 1, out);
    }
    arena_destroy(&arena);
    return err;
}

/* What of a series an avail is about, by its type and numbers. False: it does not say which season
 * or episode, and opening the whole for it would show what nobody cleared. */
static bool level_of(const struct store_avail *a, int *season, int *episode)
{
    static const struct {
        const char *type;
        bool wants_season, wants_episode, wants_range;
    } rows[] = {
        { "episode", true, true, false },  { "season", true, false, false },
        { "volume", false, false, true },  { "series", false, false, false },
        { "bundle", false, false, false }, { "collection", false, false, false },
    };
    const char *type = a->type != NULL ? a->type : a->work_type != NULL ? a->work_type : "";
    *season = a->season;
    *episode = a->episode;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcasecmp(rows[i].type, type) != 0)
            continue;
        if (!rows[i].wants_season && !rows[i].wants_range)
            *season = -1;
        if (!rows[i].wants_episode)
            *episode = -1;
        return (!rows[i].wants_season || *season >= 0) &&
               (!rows[i].wants_episode || *episode >= 0) &&
               (!rows[i].wants_range || (a->volume_first >= 0 && a->volume_count > 0));
    }
    return *episode < 0 || *season >= 0;
}

enum err title_set_licensed(struct connection *c, const char *title)
{
    struct query q =
        query_of(c, "UPDATE title SET is_licensed = 1 WHERE id = ?1 AND is_licensed = 0");
    query_text(&q, 1, title);
    return query_run(&q, NULL);
}

enum err avail_link_by_keys(struct connection *c, const struct avail_head *head,
                            const char *const *keys, size_t n, bool *linked)
{
    struct found_title found = { 0 };
    int season = -1, episode = -1;
    *linked = false;
    if (head->is_linked_by_hand)
        return OK;
    enum err err = title_of_keys(c, head->alid, keys, n, &found);
    if (err == ERR_NOT_FOUND)
        return OK;
    if (err != OK || (!found.is_film && !level_of(&head->own, &season, &episode)))
        return err;
    bool was_linked = head->title[0] != 0, is_other = strcmp(found.id, head->title) != 0;
    bool is_same = !is_other && season == head->title_season && episode == head->title_episode;
    if (is_same || (was_linked && is_other)) /* linked before: stays with its title */
        return OK;
    struct query q = query_of(c, "UPDATE avail SET title = ?2, title_season = ?3,"
                                 " title_episode = ?4, is_linked_by_hand = 0 WHERE id = ?1");
    query_text(&q, 1, head->id);
    query_text(&q, 2, found.id);
    query_number(&q, 3, season);
    query_number(&q, 4, episode);
    err = query_run_one(&q);
    *linked = err == OK;
    return err == OK ? title_set_licensed(c, found.id) : err;
}

#define BUNDLED_TITLES                                                                             \
    "SELECT m.title FROM avail a JOIN avail_bundled b ON b.avail = a.id"                           \
    " JOIN avail m ON m.alid = b.alid AND m.studio = a.studio"                                     \
    " WHERE a.id = ?1 AND m.title IS NOT NULL"                                                     \
    " UNION SELECT i.title FROM avail_bundled b"                                                   \
    " JOIN title_identifier i ON i.key = 'alid:' || b.alid WHERE b.avail = ?1"

enum err avail_titles(struct connection *c, const char *avail, struct id_set *titles)
{
    struct query q = query_of(c, "SELECT title FROM avail WHERE id = ?1 AND title IS NOT NULL"
                                 " UNION " BUNDLED_TITLES);
    query_text(&q, 1, avail);
    while (query_next(&q)) {
        char id[ID_TEXT];
        row_copy(&q, 0, id, sizeof id);
        id_set_add(titles, id);
    }
    return query_end(&q);
}

enum err avail_license_bundled(struct connection *c, const char *avail)
{
    struct query q = query_of(c, "UPDATE title SET is_licensed = 1 WHERE is_licensed = 0"
                                 " AND id IN (" BUNDLED_TITLES ")");
    query_text(&q, 1, avail);
    return query_run(&q, NULL);
}
