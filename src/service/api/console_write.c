#include <string.h>

#include "driver/store/media.h"
#include "rules/catalog/title_json.h"
#include "service/api/card.h"
#include "service/api/console.h"

void console_write_title(struct api_call *call, const struct title *title, bool is_ready)
{
    struct json_writer *w = &call->w;
    json_text(w, "id", title->id.s);
    json_text(w, "kind", title_kind_name(title->kind));
    json_text(w, "state", title_state_name(title->state));
    json_bool(w, "ready", is_ready);
    title_json_facts(title, w);
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
    json_number_or_null(w, "runtime_minutes", e->runtime_minutes);
    title_json_texts(e->texts, e->n_texts, w);
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
