#include "service/api/stream.h"

#include <string.h>

#include "driver/store/leases.h"
#include "driver/store/titles.h"
#include "rules/members/agent.h"
#include "service/api/handlers.h"
#include "service/api/shown.h"
#include "service/api/words.h"

/* ---- listed ---------------------------------------------------------------------------------- */

struct listing {
    struct api_call *call;
    enum stream_reader reader;
    const struct profile *profiles; /* of the account */
    size_t n_profiles;
};

/* Children stop nobody but themselves. */
static bool may_stop(const struct api_call *call, const struct stream *s)
{
    return !call->profile.is_child || strcmp(call->profile.id.s, s->profile.s) == 0;
}

static void write_profile(const struct listing *l, const struct stream *s)
{
    struct json_writer *w = &l->call->w;
    for (size_t i = 0; i < l->n_profiles; i++) {
        const struct profile *p = &l->profiles[i];
        if (strcmp(p->id.s, s->profile.s) != 0)
            continue;
        json_object(w, "profile");
        json_text(w, "id", p->id.s);
        json_text(w, "name", p->name[0] != 0 ? p->name : NULL);
        json_bool(w, "main", profile_is_main(p));
        json_text(w, "avatar", p->avatar);
        json_end(w);
        return;
    }
    json_null(w, "profile"); /* it was removed this moment */
}

/* What is not for a profile's eyes, and what is in the locked area, is not told in passing: not
 * even of the very profile that plays it, which another person may hold by now. */
static enum err may_name(const struct listing *l, const struct stream *s, bool *out)
{
    struct shown shown;
    *out = l->reader == STREAM_HOUSE;
    if (*out)
        return OK;
    enum err err = shown_playable(l->call, s->playable, &shown);
    *out = err == OK && (shown.verdict.is_shown || shown.verdict.may_play);
    return err == ERR_NOT_FOUND ? OK : err;
}

static const char *name_in(const struct api_call *call, const struct title_text *texts, size_t n,
                           const char *otherwise)
{
    const struct title_text *text = title_text_for(texts, n, call->language);
    return text != NULL && text->title != NULL ? text->title : otherwise;
}

static enum err write_title(const struct listing *l, const struct stream *s)
{
    struct json_writer *w = &l->call->w;
    struct title t;
    struct title_episode e;
    bool is_named = false;
    enum err err = may_name(l, s, &is_named);
    if (err == OK && is_named)
        err = store_playable_find(l->call->store, l->call->arena, s->playable, &t, &e);
    if (err != OK || !is_named) {
        json_null(w, "title");
        json_null(w, "episode");
        return err == ERR_NOT_FOUND ? OK : err;
    }
    json_object(w, "title");
    json_text(w, "id", t.id.s);
    json_text(w, "title", name_in(l->call, t.texts, t.n_texts, t.original_title));
    json_end(w);
    if (e.id.s[0] == 0) {
        json_null(w, "episode");
        return OK;
    }
    json_object(w, "episode");
    json_number(w, "season", e.season);
    json_number(w, "number", e.number);
    json_text(w, "title", name_in(l->call, e.texts, e.n_texts, NULL));
    json_end(w);
    return OK;
}

static enum err write_stream(const struct listing *l, const struct stream *s)
{
    struct api_call *call = l->call;
    struct json_writer *w = &call->w;
    char words[AGENT_TEXT];
    bool is_own =
        l->reader == STREAM_HOUSEHOLD && memcmp(call->session, s->session, sizeof s->session) == 0;
    json_object(w, NULL);
    json_text(w, "id", s->playback.s);
    write_profile(l, s);
    enum err err = write_title(l, s);
    const char *device = agent_words(s->agent, words) ? words : NULL;
    json_text(w, "device", s->box != NULL ? s->box : device);
    json_text(w, "place", s->place[0] != 0 ? s->place : NULL);
    json_instant(w, "since", s->taken);
    json_bool(w, "this_device", is_own);
    json_bool(w, "may_stop", l->reader == STREAM_HOUSEHOLD && may_stop(call, s));
    json_end(w);
    return err;
}

enum err stream_write_all(struct api_call *call, const char *key, member_id member,
                          enum stream_reader reader)
{
    struct listing l = { .call = call, .reader = reader };
    struct profile *profiles = NULL;
    struct stream *streams = NULL;
    size_t n = 0;
    enum err err = store_leases_list(call->store, call->arena, member, call->now, &streams, &n);
    if (err == OK && n > 0)
        err = store_profiles_list(call->store, call->arena, member, &profiles, &l.n_profiles);
    l.profiles = profiles;
    json_array(&call->w, key);
    for (size_t i = 0; err == OK && i < n; i++)
        err = write_stream(&l, &streams[i]);
    json_end(&call->w);
    return err;
}

static void write_seats(struct api_call *call)
{
    json_number(&call->w, "seats",
                stream_seats(call->member, call->params->streams_without_plan, call->now));
}

void handle_me_streams(struct api_call *call)
{
    json_object(&call->w, NULL);
    enum err err = stream_write_all(call, "items", call->member->id, STREAM_HOUSEHOLD);
    write_seats(call);
    json_end(&call->w);
    if (err != OK)
        call_fail(call, err, "list streams");
    else
        call_answer(call, 200);
}

/* ---- refused and ended ----------------------------------------------------------------------- */

void stream_answer_full(struct api_call *call, bool is_title_full)
{
    if (is_title_full) {
        call_problem_said(call, PROBLEM_TITLE_FULL);
        return;
    }
    problem_open(&call->w, PROBLEM_STREAMS_FULL, words_for("problem:streams-full", call->language));
    write_seats(call);
    enum err err = stream_write_all(call, "streams", call->member->id, STREAM_HOUSEHOLD);
    json_end(&call->w);
    if (err != OK)
        call_fail(call, err, "list streams");
    else
        call_answer_problem(call, PROBLEM_STREAMS_FULL);
}

void stream_answer_ended(struct api_call *call, enum stream_stop why)
{
    const char *name = stream_stop_name(why);
    const char *word = arena_printf(call->arena, "stream:%s", name);
    problem_open(&call->w, PROBLEM_STREAM_ENDED, words_for(word, call->language));
    json_text(&call->w, "reason", name);
    json_end(&call->w);
    call_answer_problem(call, PROBLEM_STREAM_ENDED);
}

/* ---- "stop that one" ------------------------------------------------------------------------- */

void handle_me_stream_stop(struct api_call *call)
{
    playback_id id;
    struct stream s;
    memcpy(id.s, call->id, sizeof id.s);
    enum err err = store_lease_get(call->store, id, &s);
    if (err == OK && strcmp(s.member.s, call->member->id.s) == 0 && !may_stop(call, &s)) {
        call_problem_said(call, PROBLEM_PROFILE);
        return;
    }
    if (err == OK)
        err = store_lease_stop(call->store, call->member->id, id, STREAM_STOPPED);
    if (err != OK)
        call_fail(call, err, "stop a stream");
    else
        call_answer_empty(call, 204);
}
