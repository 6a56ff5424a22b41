#include "rules/catalog/title_json.h"

static void list(struct json_writer *w, const char *key, const char *const *items, size_t n)
{
    json_array(w, key);
    for (size_t i = 0; i < n; i++)
        json_text(w, NULL, items[i]);
    json_end(w);
}

void title_json_texts(const struct title_text *texts, size_t n, struct json_writer *w)
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

static void credits(const struct title *t, struct json_writer *w)
{
    json_array(w, "credits");
    for (size_t i = 0; i < t->n_credits; i++) {
        json_object(w, NULL);
        json_text(w, "role", t->credits[i].role);
        json_text(w, "name", t->credits[i].name);
        json_text(w, "character", t->credits[i].character);
        json_end(w);
    }
    json_end(w);
}

static void ratings(const struct title *t, struct json_writer *w)
{
    json_array(w, "ratings");
    for (size_t i = 0; i < t->n_ratings; i++) {
        json_object(w, NULL);
        json_text(w, "system", t->ratings[i].system);
        json_text(w, "value", t->ratings[i].value);
        json_end(w);
    }
    json_end(w);
}

void title_json_facts(const struct title *t, struct json_writer *w)
{
    json_text(w, "original_title", t->original_title);
    title_json_texts(t->texts, t->n_texts, w);
    json_number_or_null(w, "year", t->year);
    json_number_or_null(w, "runtime_minutes", t->runtime_minutes);
    json_text(w, "language", t->language);
    list(w, "genres", t->genres, t->n_genres);
    list(w, "countries", t->countries, t->n_countries);
    ratings(t, w);
    credits(t, w);
}

void title_json_fields(const struct title *t, bool is_ready, struct json_writer *w)
{
    json_text(w, "id", t->id.s);
    json_text(w, "kind", title_kind_name(t->kind));
    json_text(w, "state", title_state_name(t->state));
    json_bool(w, "ready", is_ready);
    title_json_facts(t, w);
    json_text(w, "credit_line", t->credit_line);
    json_text(w, "poster", t->poster);
    json_text(w, "backdrop", t->backdrop);
    json_number(w, "version", (int64_t)t->version);
    json_instant(w, "created", t->created);
    json_instant(w, "changed", t->changed);
    json_instant(w, "published", t->published);
}

void title_json_episode(const struct title_episode *e, bool is_ready, struct json_writer *w)
{
    json_text(w, "id", e->id.s);
    json_number(w, "season", e->season);
    json_number(w, "episode", e->number);
    json_number_or_null(w, "runtime_minutes", e->runtime_minutes);
    title_json_texts(e->texts, e->n_texts, w);
    json_bool(w, "ready", is_ready);
    json_text(w, "still", e->still);
}
