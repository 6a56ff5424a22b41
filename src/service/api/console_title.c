/* The house's catalogue: every title in every state. */
#include <string.h>

#include "driver/store/media.h"
#include "rules/catalog/title_json.h"
#include "service/api/console.h"
#include "service/api/handlers.h"
#include "service/api/limits.h"

static title_id id_of(const struct api_call *call)
{
    title_id id;
    memcpy(id.s, call->id, sizeof id.s);
    return id;
}

void handle_console_titles(struct api_call *call)
{
    struct title_filter filter = { .any_state = true };
    struct title_page page;
    if (!call_query(call, "q", LIMIT_SEARCH, &filter.search) ||
        !call_page(call, LIMIT_PAGE, &filter.after, &filter.limit))
        return;
    enum err err = store_titles_list(call->store, call->arena, &filter, &page);
    if (err == ERR_MALFORMED || err == ERR_ARGUMENT) {
        call_problem(call, PROBLEM_VALIDATION, "after", "is no cursor of this list");
        return;
    }
    if (err != OK) {
        call_fail(call, err, "list titles");
        return;
    }
    json_object(&call->w, NULL);
    json_array(&call->w, "items");
    for (size_t i = 0; i < page.n; i++) {
        json_object(&call->w, NULL);
        console_write_title(call, &page.titles[i], page.ready[i]);
        json_end(&call->w);
    }
    json_end(&call->w);
    json_text(&call->w, "next", page.next);
    json_end(&call->w);
    call_answer(call, 200);
}

/* Answers with the title as the store has it now. */
static void answer_fresh(struct api_call *call, title_id id, int status)
{
    struct title title;
    bool ready = false;
    enum err err = store_title_get(call->store, call->arena, id, &title);
    if (err == OK)
        err = console_title_ready(call, &title, &ready);
    if (err != OK) {
        call_fail(call, err, "read a title");
        return;
    }
    json_object(&call->w, NULL);
    console_write_title(call, &title, ready);
    json_end(&call->w);
    call_answer(call, status);
}

void handle_console_title_add(struct api_call *call)
{
    struct title title = {
        .state = TITLE_DRAFT, .created = call->now, .changed = call->now, .version = 1
    };
    const char *kind = json_read_text(&call->in, "kind", JSON_REQUIRED, 1, LIMIT_WORD);
    if (kind != NULL && !title_kind_parse(kind, &title.kind))
        json_read_wrong(&call->in, "kind", "must be film or series");
    console_read_title(call, &title);
    id_new(title.id.s);
    if (!console_title_good(call, &title))
        return;
    enum err err = store_title_add(call->store, &title);
    if (err != OK)
        call_fail(call, err, "add a title");
    else
        answer_fresh(call, title.id, 201);
}

/* The edit was made on what the version names: what others wrote since must not be lost. */
void handle_console_title_change(struct api_call *call)
{
    struct title title;
    int64_t version = 0;
    enum title_kind kind;
    enum err err = store_title_get(call->store, call->arena, id_of(call), &title);
    if (err != OK) {
        call_fail(call, err, "read a title");
        return;
    }
    json_read_whole(&call->in, "version", JSON_REQUIRED, 0, INT64_MAX, &version);
    const char *name = json_read_text(&call->in, "kind", JSON_OPTIONAL, 1, LIMIT_WORD);
    if (name != NULL && (!title_kind_parse(name, &kind) || kind != title.kind))
        json_read_wrong(&call->in, "kind", "cannot be changed");
    console_read_title(call, &title);
    title.version = (uint64_t)version;
    if (!console_title_good(call, &title))
        return;
    err = store_title_update(call->store, &title, call->now);
    if (err == ERR_STATE)
        call_problem(call, PROBLEM_VERSION, "version", NULL);
    else if (err != OK)
        call_fail(call, err, "change a title");
    else
        answer_fresh(call, title.id, 200);
}

static void move(struct api_call *call, enum title_state to)
{
    if (!call_read_end(call))
        return;
    enum err err = store_title_move(call->store, id_of(call), to, call->now);
    if (err != OK)
        call_fail(call, err, "move a title");
    else
        answer_fresh(call, id_of(call), 200);
}

/* With an instant, "at", which may lie ahead: nobody sees anything of the title before it. While it
 * lies ahead it can be moved. */
void handle_console_title_publish(struct api_call *call)
{
    utc_time at = { 0 };
    const char *text = json_read_text(&call->in, "at", JSON_OPTIONAL, 1, LIMIT_WORD);
    if (text == NULL) {
        move(call, TITLE_PUBLISHED);
        return;
    }
    if (utc_parse(text, strlen(text), &at) != OK || at.us <= 0)
        json_read_wrong(&call->in, "at", "must be an instant, as 2026-07-15T22:00:00Z");
    if (!call_read_end(call))
        return;
    enum err err = store_title_publish(call->store, id_of(call), at, call->now);
    if (err != OK)
        call_fail(call, err, "publish a title");
    else
        answer_fresh(call, id_of(call), 200);
}

void handle_console_title_withdraw(struct api_call *call)
{
    move(call, TITLE_WITHDRAWN);
}

static void write_seasons(struct api_call *call, const struct series_listing *series)
{
    struct json_writer *w = &call->w;
    json_array(w, "seasons");
    for (size_t i = 0; i < series->n_seasons; i++) {
        const struct title_season *s = &series->seasons[i];
        json_object(w, NULL);
        json_number(w, "number", s->number);
        title_json_texts(s->texts, s->n_texts, w);
        json_array(w, "episodes");
        for (size_t e = 0; e < series->n_episodes; e++)
            if (series->episodes[e].season == s->number)
                console_write_episode(call, &series->episodes[e], series->ready[e]);
        json_end(w);
        json_end(w);
    }
    json_end(w);
}

static void write_edition(struct json_writer *w, const struct store_edition *edition)
{
    json_object(w, "edition");
    json_instant(w, "ready", edition->ready);
    json_real(w, "duration_seconds", (double)edition->duration_ms / 1000);
    json_array(w, "renditions");
    for (size_t i = 0; i < edition->n_renditions; i++) {
        json_object(w, NULL);
        json_text(w, "name", edition->renditions[i].name);
        json_text(w, "kind", edition->renditions[i].kind);
        json_number(w, "size", edition->renditions[i].size);
        json_end(w);
    }
    json_end(w);
    json_end(w);
}

static void write_captions(struct json_writer *w, const struct store_caption *captions, size_t n)
{
    json_array(w, "captions");
    for (size_t i = 0; i < n; i++) {
        json_object(w, NULL);
        json_text(w, "name", captions[i].name);
        json_text(w, "language", captions[i].language);
        json_text(w, "label", captions[i].label);
        json_text(w, "kind", captions[i].kind);
        json_bool(w, "default", captions[i].is_default);
        json_end(w);
    }
    json_end(w);
}

static enum err write_film(struct api_call *call, bool is_ready)
{
    struct store_edition edition;
    struct store_caption *captions = NULL;
    size_t n = 0;
    playable_id film;
    memcpy(film.s, call->id, sizeof film.s);
    enum err err = OK;
    if (is_ready)
        err = store_edition_get(call->store, call->arena, film, &edition);
    if (err == OK)
        err = store_captions_list(call->store, call->arena, film, &captions, &n);
    if (err != OK)
        return err;
    json_array(&call->w, "seasons");
    json_end(&call->w);
    if (is_ready)
        write_edition(&call->w, &edition);
    else
        json_null(&call->w, "edition");
    write_captions(&call->w, captions, n);
    return OK;
}

static enum err write_series(struct api_call *call)
{
    struct series_listing series;
    enum err err = store_series_get(call->store, call->arena, id_of(call), &series);
    if (err == OK)
        write_seasons(call, &series);
    json_null(&call->w, "edition");
    write_captions(&call->w, NULL, 0);
    return err;
}

void handle_console_title(struct api_call *call)
{
    struct title title;
    bool ready = false;
    enum err err = store_title_get(call->store, call->arena, id_of(call), &title);
    if (err == OK)
        err = console_title_ready(call, &title, &ready);
    if (err != OK) {
        call_fail(call, err, "read a title");
        return;
    }
    json_object(&call->w, NULL);
    console_write_title(call, &title, ready);
    err = title.kind == TITLE_FILM ? write_film(call, ready) : write_series(call);
    json_end(&call->w);
    if (err != OK)
        call_fail(call, err, "read a title");
    else
        call_answer(call, 200);
}
