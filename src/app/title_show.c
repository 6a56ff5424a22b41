/* One title in full: as JSON, or in lines for a person. */
#include <stdio.h>
#include <string.h>

#include "app/commands.h"
#include "driver/store/media.h"
#include "driver/store/rights.h"
#include "driver/store/titles.h"
#include "rules/catalog/title_json.h"

enum { SHOW_MAX = 16 * 1024 * 1024 };

struct shown {
    struct title title;
    struct series_listing series;
    struct store_edition edition;
    bool is_ready;
    const char **keys;
    size_t n_keys, n_events;
    struct rights_event_date *events;
};

static enum err load(struct app *app, title_id id, struct shown *s)
{
    playable_id playable;
    enum err err = store_title_get(app->store, app->arena, id, &s->title);
    if (err == OK)
        err = store_title_identifiers(app->store, app->arena, id, &s->keys, &s->n_keys);
    if (err == OK)
        err = store_title_events(app->store, app->arena, id, &s->events, &s->n_events);
    if (err == OK && s->title.kind == TITLE_SERIES)
        err = store_series_get(app->store, app->arena, id, &s->series);
    for (size_t i = 0; i < s->series.n_episodes; i++)
        s->is_ready = s->is_ready || s->series.ready[i];
    if (err != OK || s->title.kind == TITLE_SERIES)
        return err;
    memcpy(playable.s, id.s, sizeof playable.s);
    err = store_edition_get(app->store, app->arena, playable, &s->edition);
    s->is_ready = err == OK;
    return err == ERR_NOT_FOUND ? OK : err;
}

static void json_seasons(const struct shown *s, struct json_writer *w)
{
    json_array(w, "seasons");
    for (size_t i = 0; i < s->series.n_seasons; i++) {
        const struct title_season *season = &s->series.seasons[i];
        json_object(w, NULL);
        json_number(w, "number", season->number);
        title_json_texts(season->texts, season->n_texts, w);
        json_array(w, "episodes");
        for (size_t k = 0; k < s->series.n_episodes; k++) {
            if (s->series.episodes[k].season != season->number)
                continue;
            json_object(w, NULL);
            title_json_episode(&s->series.episodes[k], s->series.ready[k], w);
            json_end(w);
        }
        json_end(w);
        json_end(w);
    }
    json_end(w);
}

static void json_edition(const struct store_edition *e, struct json_writer *w)
{
    json_object(w, "edition");
    json_text(w, "id", e->id.s);
    json_instant(w, "ready", e->ready);
    json_real(w, "duration_seconds", (double)e->duration_ms / 1000);
    json_array(w, "renditions");
    for (size_t i = 0; i < e->n_renditions; i++) {
        json_object(w, NULL);
        json_text(w, "name", e->renditions[i].name);
        json_text(w, "kind", e->renditions[i].kind);
        json_number(w, "size", e->renditions[i].size);
        json_end(w);
    }
    json_end(w);
    json_end(w);
}

static void json_life(const struct shown *s, struct json_writer *w)
{
    char day[CIVIL_DAY_TEXT];
    json_array(w, "identifiers");
    for (size_t i = 0; i < s->n_keys; i++)
        json_text(w, NULL, s->keys[i]);
    json_end(w);
    json_array(w, "events");
    for (size_t i = 0; i < s->n_events; i++) {
        const struct rights_event_date *e = &s->events[i];
        civil_day_format(e->day, day);
        json_object(w, NULL);
        json_text(w, "event", rights_event_name(e->event));
        json_text(w, "territory", e->territory[0] != 0 ? e->territory : NULL);
        json_text(w, "day", day);
        json_end(w);
    }
    json_end(w);
}

static void as_json(const struct shown *s, struct buf *out)
{
    struct json_writer w = json_writer_of(out);
    json_object(&w, NULL);
    title_json_fields(&s->title, s->is_ready, &w);
    json_bool(&w, "licensed", s->title.is_licensed);
    json_bool(&w, "exclusive", s->title.is_exclusive);
    json_life(s, &w);
    if (s->title.kind == TITLE_SERIES)
        json_seasons(s, &w);
    else if (s->is_ready)
        json_edition(&s->edition, &w);
    else
        json_null(&w, "edition");
    json_end(&w);
}

static void put_texts(const struct title_text *texts, size_t n, const char *indent, struct buf *out)
{
    for (size_t i = 0; i < n; i++) {
        if (texts[i].title != NULL)
            buf_printf(out, "%stitle in %s: %s\n", indent, texts[i].language, texts[i].title);
        if (texts[i].synopsis != NULL)
            buf_printf(out, "%ssynopsis in %s: %s\n", indent, texts[i].language, texts[i].synopsis);
    }
}

static void put_list(const char *name, const char *const *items, size_t n, struct buf *out)
{
    for (size_t i = 0; i < n; i++)
        buf_printf(out, "%s%s%s", i == 0 ? name : ", ", i == 0 ? ": " : "", items[i]);
    buf_text(out, n > 0 ? "\n" : "");
}

static void put_episodes(const struct shown *s, struct buf *out)
{
    for (size_t i = 0; i < s->series.n_episodes; i++) {
        const struct title_episode *e = &s->series.episodes[i];
        buf_printf(out, "season %d episode %d: %s  %s\n", e->season, e->number, e->id.s,
                   s->series.ready[i] ? "ready" : "not ready");
        put_texts(e->texts, e->n_texts, "  ", out);
    }
}

static void put_edition(const struct shown *s, struct buf *out)
{
    if (!s->is_ready)
        return;
    long long seconds = s->edition.duration_ms / 1000;
    buf_printf(out, "ready, %lld:%02lld:%02lld\n", seconds / 3600, seconds / 60 % 60, seconds % 60);
    for (size_t i = 0; i < s->edition.n_renditions; i++)
        buf_printf(out, "  %-12s %9.1f MB\n", s->edition.renditions[i].name,
                   (double)s->edition.renditions[i].size / 1e6);
}

static void put_life(const struct shown *s, struct buf *out)
{
    char day[CIVIL_DAY_TEXT];
    for (size_t i = 0; i < s->n_keys; i++)
        buf_printf(out, "identifier: %s\n", s->keys[i]);
    for (size_t i = 0; i < s->n_events; i++) {
        const struct rights_event_date *e = &s->events[i];
        civil_day_format(e->day, day);
        buf_printf(out, "%s%s%s: %s\n", rights_event_name(e->event),
                   e->territory[0] != 0 ? " in " : "", e->territory, day);
    }
}

static void as_lines(const struct shown *s, struct buf *out)
{
    const struct title *t = &s->title;
    buf_printf(out, "%s\n%s, %s, %s%s\n", t->original_title, title_kind_name(t->kind),
               title_state_name(t->state), t->is_licensed ? "licensed" : "own",
               t->is_exclusive ? ", exclusive" : "");
    if (t->year != 0)
        buf_printf(out, "year: %d\n", t->year);
    if (t->runtime_minutes != 0)
        buf_printf(out, "runtime: %d min\n", t->runtime_minutes);
    if (t->language != NULL)
        buf_printf(out, "language: %s\n", t->language);
    put_list("genres", t->genres, t->n_genres, out);
    put_list("countries", t->countries, t->n_countries, out);
    for (size_t i = 0; i < t->n_ratings; i++)
        buf_printf(out, "rating: %s %s\n", t->ratings[i].system, t->ratings[i].value);
    for (size_t i = 0; i < t->n_credits; i++) {
        const struct title_credit *c = &t->credits[i];
        buf_printf(out, "%s: %s%s%s\n", c->role, c->name, c->character != NULL ? " as " : "",
                   c->character != NULL ? c->character : "");
    }
    put_texts(t->texts, t->n_texts, "", out);
    if (t->credit_line != NULL)
        buf_printf(out, "credit line: %s\n", t->credit_line);
    put_life(s, out);
    put_edition(s, out);
    put_episodes(s, out);
}

int cmd_title_show(struct app *app)
{
    title_id id;
    struct shown shown = { 0 };
    struct buf out;
    if (!app_id(app, app->operands[0], "ID", id.s))
        return EXIT_USAGE;
    int code = app_open(app);
    if (code != EXIT_OK)
        return code;
    enum err err = load(app, id, &shown);
    if (err != OK)
        return app_error(app, err, id.s);
    buf_init(&out, SHOW_MAX);
    if (app->is_json)
        as_json(&shown, &out);
    else
        as_lines(&shown, &out);
    code = app_print(app, &out);
    buf_finish(&out);
    return code;
}
