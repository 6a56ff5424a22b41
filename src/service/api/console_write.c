#include <string.h>

#include "driver/store/media.h"
#include "service/api/card.h"
#include "service/api/console.h"

void console_write_texts(struct json_writer *w, const struct title_text *texts, size_t n)
{
    json_array(w, "texts");
    for (size_t i = 0; i < n; i++) {
        json_object(w, NULL);
        json_text(w, "language", texts[i].language);
        json_text(w, "title", texts[i].title);
        json_text(w, "synopsis", texts[i].synopsis);
        json_end(w);
    }
    json_end(w);
}

static void write_whole_or_null(struct json_writer *w, const char *key, int value)
{
    if (value > 0)
        json_number(w, key, value);
    else
        json_null(w, key);
}

static void write_words(struct json_writer *w, const char *key, const char *const *words, size_t n)
{
    json_array(w, key);
    for (size_t i = 0; i < n; i++)
        json_text(w, NULL, words[i]);
    json_end(w);
}

static void write_people_and_ratings(struct json_writer *w, const struct title *title)
{
    json_array(w, "ratings");
    for (size_t i = 0; i < title->n_ratings; i++) {
        json_object(w, NULL);
        json_text(w, "system", title->ratings[i].system);
        json_text(w, "value", title->ratings[i].value);
        json_end(w);
    }
    json_end(w);
    json_array(w, "credits");
    for (size_t i = 0; i < title->n_credits; i++) {
        json_object(w, NULL);
        json_text(w, "role", title->credits[i].role);
        json_text(w, "name", title->credits[i].name);
        json_text(w, "character", title->credits[i].character);
        json_end(w);
    }
    json_end(w);
}

void console_write_title(struct api_call *call, const struct title *title, bool is_ready)
{
    struct json_writer *w = &call->w;
    json_text(w, "id", title->id.s);
    json_text(w, "kind", title_kind_name(title->kind));
    json_text(w, "state", title_state_name(title->state));
    json_bool(w, "ready", is_ready);
    json_text(w, "original_title", title->original_title);
    console_write_texts(w, title->texts, title->n_texts);
    write_whole_or_null(w, "year", title->year);
    write_whole_or_null(w, "runtime_minutes", title->runtime_minutes);
    json_text(w, "language", title->language);
    write_words(w, "genres", title->genres, title->n_genres);
    write_words(w, "countries", title->countries, title->n_countries);
    write_people_and_ratings(w, title);
    json_text(w, "credit_line", title->credit_line);
    card_image(call, "poster", title->poster);
    card_image(call, "backdrop", title->backdrop);
    json_number(w, "version", (int64_t)title->version);
    json_instant(w, "created", title->created);
    json_instant(w, "changed", title->changed);
    json_instant(w, "published", title->published);
}

void console_write_episode(struct api_call *call, const struct title_episode *e, bool is_ready)
{
    struct json_writer *w = &call->w;
    json_object(w, NULL);
    json_text(w, "id", e->id.s);
    json_number(w, "season", e->season);
    json_number(w, "number", e->number);
    write_whole_or_null(w, "runtime_minutes", e->runtime_minutes);
    console_write_texts(w, e->texts, e->n_texts);
    json_bool(w, "ready", is_ready);
    card_image(call, "still", e->still);
    json_end(w);
}

enum err console_title_ready(struct api_call *call, const struct title *title, bool *ready)
{
    struct store_edition edition;
    struct series_listing series = { 0 };
    playable_id film;
    enum err err;
    *ready = false;
    if (title->kind == TITLE_FILM) {
        memcpy(film.s, title->id.s, sizeof film.s);
        err = store_edition_get(call->store, call->arena, film, &edition);
        *ready = err == OK;
        return err == ERR_NOT_FOUND ? OK : err;
    }
    err = store_series_get(call->store, call->arena, title->id, &series);
    for (size_t i = 0; err == OK && i < series.n_episodes; i++)
        *ready = *ready || series.ready[i];
    return err;
}
