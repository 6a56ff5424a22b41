#include <string.h>

#include "driver/store/internal.h"
#include "driver/store/showing_renew.h"
#include "driver/store/title_rows.h"
#include "driver/store/title_writes.h"
#include "driver/store/titles.h"

/* ERR_STATE: a film has no seasons. */
static enum err must_be_series(struct connection *c, const char *id)
{
    char kind[16] = "";
    struct query q = query_of(c, "SELECT kind FROM title WHERE id = ?1");
    query_text(&q, 1, id);
    enum err err = query_first(&q);
    if (err == OK)
        row_copy(&q, 0, kind, sizeof kind);
    enum err ended = query_end(&q);
    if (err == OK)
        err = ended;
    if (err == OK && strcmp(kind, title_kind_name(TITLE_SERIES)) != 0)
        err = ERR_STATE;
    return err;
}

static enum err make_season(struct connection *c, const char *series, int number)
{
    struct query q = query_of(c, "INSERT INTO season (series, number) VALUES (?1, ?2)"
                                 " ON CONFLICT (series, number) DO NOTHING");
    query_text(&q, 1, series);
    query_number(&q, 2, number);
    return query_run(&q, NULL);
}

struct season_change {
    title_id series;
    const struct title_season *season;
};

static enum err write_season_texts(struct connection *c, const char *series,
                                   const struct title_season *s)
{
    struct query q = query_of(c, "DELETE FROM season_text WHERE series = ?1 AND season = ?2");
    query_text(&q, 1, series);
    query_number(&q, 2, s->number);
    enum err err = query_run(&q, NULL);
    for (size_t i = 0; err == OK && i < s->n_texts; i++) {
        q = query_of(c, "INSERT INTO season_text (series, season, position, language, name,"
                        " synopsis) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
        query_text(&q, 1, series);
        query_number(&q, 2, s->number);
        query_number(&q, 3, (int64_t)i);
        query_text(&q, 4, s->texts[i].language);
        query_text(&q, 5, s->texts[i].title);
        query_text(&q, 6, s->texts[i].synopsis);
        err = query_run(&q, NULL);
    }
    return err;
}

enum err season_replace(struct connection *c, const char *series, const struct title_season *season)
{
    enum err err = must_be_series(c, series);
    if (err == OK)
        err = make_season(c, series, season->number);
    if (err == OK)
        err = write_season_texts(c, series, season);
    return err == OK ? title_write_search(c, series) : err;
}

static enum err put_season(struct connection *c, void *call)
{
    const struct season_change *change = call;
    return season_replace(c, change->series.s, change->season);
}

enum err store_season_put(struct store *store, title_id series, const struct title_season *season)
{
    struct season_change change = { .series = series, .season = season };
    return store_write(store, put_season, &change);
}

static enum err write_episode_texts(struct connection *c, const struct title_episode *e)
{
    struct query q = query_of(c, "DELETE FROM episode_text WHERE episode = ?1");
    query_text(&q, 1, e->id.s);
    enum err err = query_run(&q, NULL);
    for (size_t i = 0; err == OK && i < e->n_texts; i++) {
        q = query_of(c, "INSERT INTO episode_text (episode, position, language, name, synopsis)"
                        " VALUES (?1, ?2, ?3, ?4, ?5)");
        query_text(&q, 1, e->id.s);
        query_number(&q, 2, (int64_t)i);
        query_text(&q, 3, e->texts[i].language);
        query_text(&q, 4, e->texts[i].title);
        query_text(&q, 5, e->texts[i].synopsis);
        err = query_run(&q, NULL);
    }
    return err;
}

static enum err add_episode_row(struct connection *c, const struct title_episode *e)
{
    struct query q = query_of(c, "INSERT INTO playable (id, title) VALUES (?1, ?2)");
    query_text(&q, 1, e->id.s);
    query_text(&q, 2, e->series.s);
    enum err err = query_run(&q, NULL);
    if (err != OK)
        return err;
    q = query_of(c, "INSERT INTO episode (id, series, season, number, runtime_minutes, still)"
                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    query_text(&q, 1, e->id.s);
    query_text(&q, 2, e->series.s);
    query_number(&q, 3, e->season);
    query_number(&q, 4, e->number);
    query_number(&q, 5, e->runtime_minutes);
    query_text(&q, 6, e->still);
    return query_run(&q, NULL);
}

enum err episode_insert(struct connection *c, const struct title_episode *e)
{
    enum err err = must_be_series(c, e->series.s);
    if (err == OK)
        err = make_season(c, e->series.s, e->season);
    if (err == OK)
        err = add_episode_row(c, e);
    if (err == OK)
        err = write_episode_texts(c, e);
    if (err == OK)
        err = title_write_search(c, e->series.s);
    return err == OK ? showing_renew(c, e->series.s, (utc_time){ 0 }) : err;
}

static enum err add_episode(struct connection *c, void *call)
{
    return episode_insert(c, *(const struct title_episode **)call);
}

enum err store_episode_add(struct store *store, const struct title_episode *episode)
{
    return store_write(store, add_episode, &episode);
}

/* A series stays the episode's; season and number may change. */
enum err episode_replace(struct connection *c, const struct title_episode *e)
{
    enum err err = must_be_series(c, e->series.s);
    if (err == OK)
        err = make_season(c, e->series.s, e->season);
    if (err != OK)
        return err;
    struct query q = query_of(c, "UPDATE episode SET season = ?3, number = ?4,"
                                 " runtime_minutes = ?5 WHERE id = ?1 AND series = ?2");
    query_text(&q, 1, e->id.s);
    query_text(&q, 2, e->series.s);
    query_number(&q, 3, e->season);
    query_number(&q, 4, e->number);
    query_number(&q, 5, e->runtime_minutes);
    err = query_run_one(&q);
    if (err == OK)
        err = write_episode_texts(c, e);
    if (err == OK)
        err = title_write_search(c, e->series.s);
    return err == OK ? showing_renew(c, e->series.s, (utc_time){ 0 }) : err;
}

static enum err update_episode(struct connection *c, void *call)
{
    return episode_replace(c, *(const struct title_episode **)call);
}

enum err store_episode_update(struct store *store, const struct title_episode *episode)
{
    return store_write(store, update_episode, &episode);
}

/* ---- reading -------------------------------------------------------------------------------- */

#define EPISODE_COLUMNS "e.id, e.series, e.season, e.number, e.runtime_minutes, e.still"

static void read_episode(struct query *q, struct arena *arena, struct title_episode *e)
{
    row_copy(q, 0, e->id.s, sizeof e->id.s);
    row_copy(q, 1, e->series.s, sizeof e->series.s);
    e->season = (int)row_number(q, 2);
    e->number = (int)row_number(q, 3);
    e->runtime_minutes = (int)row_number(q, 4);
    e->still = row_text(q, arena, 5);
}

static enum err read_episode_texts(struct connection *c, struct arena *arena,
                                   struct title_episode *e)
{
    return texts_read(c, arena,
                      "SELECT language, name, synopsis FROM episode_text"
                      " WHERE episode = ?1 ORDER BY position",
                      e->id.s, -1, &e->texts, &e->n_texts);
}

static enum err read_seasons(struct connection *c, struct arena *arena, const char *series,
                             struct series_listing *out)
{
    struct list l = list_of(arena, sizeof *out->seasons);
    struct query q = query_of(c, "SELECT number FROM season WHERE series = ?1 ORDER BY number");
    query_text(&q, 1, series);
    while (query_next(&q))
        ((struct title_season *)list_add(&l))->number = (int)row_number(&q, 0);
    enum err err = query_end(&q);
    out->seasons = l.items;
    out->n_seasons = l.n;
    for (size_t i = 0; err == OK && i < l.n; i++) {
        struct title_season *s = &out->seasons[i];
        err = texts_read(c, arena,
                         "SELECT language, name, synopsis FROM season_text"
                         " WHERE series = ?1 AND season = ?2 ORDER BY position",
                         series, s->number, &s->texts, &s->n_texts);
    }
    return err;
}

static enum err read_episodes(struct connection *c, struct arena *arena, const char *series,
                              struct series_listing *out)
{
    struct list l = list_of(arena, sizeof *out->episodes);
    struct list ready = list_of(arena, sizeof *out->ready);
    struct query q = query_of(c, "SELECT " EPISODE_COLUMNS ","
                                 " EXISTS (SELECT 1 FROM edition d WHERE d.playable = e.id)"
                                 " FROM episode e WHERE e.series = ?1 ORDER BY e.season, e.number");
    query_text(&q, 1, series);
    while (query_next(&q)) {
        read_episode(&q, arena, list_add(&l));
        *(bool *)list_add(&ready) = row_number(&q, 6) != 0;
    }
    enum err err = query_end(&q);
    out->episodes = l.items;
    out->n_episodes = l.n;
    out->ready = ready.items;
    for (size_t i = 0; err == OK && i < l.n; i++)
        err = read_episode_texts(c, arena, &out->episodes[i]);
    return err;
}

enum err store_series_get(struct store *store, struct arena *arena, title_id series,
                          struct series_listing *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err == OK)
        err = must_be_series(c, series.s);
    if (err == OK)
        err = read_seasons(c, arena, series.s, out);
    if (err == OK)
        err = read_episodes(c, arena, series.s, out);
    return store_read_end(store, &c, err);
}

static enum err find_episode(struct connection *c, struct arena *arena, const char *id,
                             struct title_episode *e)
{
    struct query q = query_of(c, "SELECT " EPISODE_COLUMNS " FROM episode e WHERE e.id = ?1");
    *e = (struct title_episode){ 0 };
    query_text(&q, 1, id);
    enum err err = query_first(&q);
    if (err == OK)
        read_episode(&q, arena, e);
    enum err ended = query_end(&q);
    if (err == OK)
        err = ended;
    return err == OK ? read_episode_texts(c, arena, e) : err;
}

static enum err find_playable(struct connection *c, struct arena *arena, const char *id,
                              struct title *title, struct title_episode *episode)
{
    char owner[ID_TEXT] = "";
    struct query q = query_of(c, "SELECT title FROM playable WHERE id = ?1");
    query_text(&q, 1, id);
    enum err err = query_first(&q);
    if (err == OK)
        row_copy(&q, 0, owner, sizeof owner);
    enum err ended = query_end(&q);
    if (err == OK)
        err = ended;
    if (err == OK)
        err = title_read(c, arena, owner, title);
    if (err == OK)
        err = find_episode(c, arena, id, episode);
    return err == ERR_NOT_FOUND && strcmp(owner, id) == 0 ? OK : err;
}

enum err store_playable_find(struct store *store, struct arena *arena, playable_id id,
                             struct title *title, struct title_episode *episode)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err == OK)
        err = find_playable(c, arena, id.s, title, episode);
    return store_read_end(store, &c, err);
}

enum err store_playable_at(struct store *store, title_id title, int season, int number,
                           playable_id *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT p.id FROM playable p"
                                 " LEFT JOIN episode e ON e.id = p.id WHERE p.title = ?1"
                                 " AND coalesce(e.season, 0) = ?2 AND coalesce(e.number, 0) = ?3");
    query_text(&q, 1, title.s);
    query_number(&q, 2, season);
    query_number(&q, 3, number);
    err = query_first(&q);
    if (err == OK)
        row_copy(&q, 0, out->s, sizeof out->s);
    enum err ended = query_end(&q);
    return store_read_end(store, &c, err == OK ? ended : err);
}

/* Specials (season 0) follow each other and lead nowhere else: nobody wants them before season 1.
 */
static enum err find_next(struct connection *c, struct arena *arena, const char *id,
                          struct title_episode *out)
{
    struct query q = query_of(c, "SELECT " EPISODE_COLUMNS
                                 " FROM episode e JOIN episode now ON e.series = now.series"
                                 " WHERE now.id = ?1 AND (e.season > now.season AND now.season > 0"
                                 " OR (e.season = now.season AND e.number > now.number))"
                                 " ORDER BY e.season, e.number LIMIT 1");
    *out = (struct title_episode){ 0 };
    query_text(&q, 1, id);
    enum err err = query_first(&q);
    if (err == OK)
        read_episode(&q, arena, out);
    enum err ended = query_end(&q);
    if (err == OK)
        err = ended;
    return err == OK ? read_episode_texts(c, arena, out) : err;
}

enum err store_episode_next(struct store *store, struct arena *arena, playable_id id,
                            struct title_episode *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err == OK)
        err = find_next(c, arena, id.s, out);
    return store_read_end(store, &c, err);
}
