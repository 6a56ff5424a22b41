/* Episodes of a series. */
#include <string.h>

#include "driver/store/media.h"
#include "service/api/console.h"
#include "service/api/handlers.h"

enum { SEASONS_MAX = 1000, EPISODES_MAX = 100000, MINUTES_MAX = 100000 };

static void read_episode(struct api_call *call, struct title_episode *e, enum json_need need)
{
    int64_t season = e->season, number = e->number, minutes = 0;
    json_read_whole(&call->in, "season", need, 0, SEASONS_MAX, &season);
    json_read_whole(&call->in, "number", need, 1, EPISODES_MAX, &number);
    e->season = (int)season;
    e->number = (int)number;
    if (json_read_has(&call->in, "runtime_minutes")) {
        json_read_whole(&call->in, "runtime_minutes", JSON_OPTIONAL, 0, MINUTES_MAX, &minutes);
        e->runtime_minutes = (int)minutes;
    }
    console_read_texts(call, &e->texts, &e->n_texts);
}

static bool is_good(struct api_call *call, const struct title_episode *e)
{
    struct title_problem why;
    if (!call_read_end(call))
        return false;
    if (title_episode_validate(e, &why) == OK)
        return true;
    call_problem(call, PROBLEM_VALIDATION, why.field, why.text);
    return false;
}

static void answer(struct api_call *call, const struct title_episode *e, int status)
{
    struct store_edition edition;
    enum err err = store_edition_get(call->store, call->arena, e->id, &edition);
    if (err != OK && err != ERR_NOT_FOUND) {
        call_fail(call, err, "read an edition");
        return;
    }
    console_write_episode(call, e, err == OK);
    call_answer(call, status);
}

void handle_console_episode_add(struct api_call *call)
{
    struct title title;
    struct title_episode e = { 0 };
    memcpy(e.series.s, call->id, sizeof e.series.s);
    enum err err = store_title_get(call->store, call->arena, e.series, &title);
    if (err != OK) {
        call_fail(call, err, "read a title");
        return;
    }
    read_episode(call, &e, JSON_REQUIRED);
    id_new(e.id.s);
    if (!is_good(call, &e))
        return;
    err = store_episode_add(call->store, &e);
    if (err == ERR_EXISTS)
        call_problem(call, PROBLEM_EXISTS, "number", "the season has an episode of this number");
    else if (err == ERR_STATE)
        call_problem(call, PROBLEM_STATE, NULL, "the title is a film");
    else if (err != OK)
        call_fail(call, err, "add an episode");
    else
        answer(call, &e, 201);
}

void handle_console_episode_change(struct api_call *call)
{
    struct title title;
    struct title_episode e;
    playable_id id;
    memcpy(id.s, call->id, sizeof id.s);
    enum err err = store_playable_find(call->store, call->arena, id, &title, &e);
    if (err == OK && e.id.s[0] == 0)
        err = ERR_NOT_FOUND; /* a film is no episode */
    if (err != OK) {
        call_fail(call, err, "read an episode");
        return;
    }
    read_episode(call, &e, JSON_OPTIONAL);
    if (!is_good(call, &e))
        return;
    err = store_episode_update(call->store, &e);
    if (err == ERR_EXISTS)
        call_problem(call, PROBLEM_EXISTS, "number", "the season has an episode of this number");
    else if (err != OK)
        call_fail(call, err, "change an episode");
    else
        answer(call, &e, 200);
}
