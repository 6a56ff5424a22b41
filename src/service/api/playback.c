/* A member presses play, and says how far it has got. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "driver/store/media.h"
#include "driver/store/showings.h"
#include "driver/store/titles.h"
#include "service/api/card.h"
#include "service/api/handlers.h"
#include "service/api/limits.h"
#include "service/api/partner_link.h"
#include "service/api/shown.h"
#include "service/api/track.h"

enum { LINES_MAX = 8640 }; /* twice 8K: no screen of ours */

/* How it is to be played. */
struct wish {
    const char *language; /* of the sound; NULL: any */
    int64_t lines;        /* that the device shows; 0: any */
};

/* What is to be played. */
struct start {
    playback_id id;
    playable_id playable;
    struct title title;
    struct title_episode episode; /* id.s[0] == 0: a film */
    struct store_edition edition;
    struct store_caption *captions;
    size_t n_captions;
    bool is_ready;
    struct wish wish;
    struct shown shown;    /* of the playable */
    utc_time ends;         /* when it can no longer be watched at all; RIGHTS_FOR_EVER */
    utc_time expires;      /* the pass */
    const char *languages; /* that the pass lets through */
    double resume_seconds;
};

static const char *title_of(const struct title_text *text, const char *otherwise)
{
    return text != NULL && text->title != NULL ? text->title : otherwise;
}

static bool read_start(struct api_call *call, struct start *s)
{
    const char *id = json_read_text(&call->in, "playable", JSON_REQUIRED, 1, 64);
    *s = (struct start){ .ends = RIGHTS_FOR_EVER };
    s->wish.language = json_read_text(&call->in, "language", JSON_OPTIONAL, 2, LIMIT_LANGUAGE);
    json_read_whole(&call->in, "lines", JSON_OPTIONAL, 0, LINES_MAX, &s->wish.lines);
    if (s->wish.language != NULL && !text_is_language(s->wish.language, strlen(s->wish.language)))
        json_read_wrong(&call->in, "language", "must be a language tag");
    if (id != NULL && !id_parse(id, strlen(id), s->playable.s))
        json_read_wrong(&call->in, "playable", "must be the id of a playable");
    return call_read_end(call);
}

static enum err load_start(struct api_call *call, struct start *s)
{
    enum err err =
        store_playable_find(call->store, call->arena, s->playable, &s->title, &s->episode);
    if (err == OK)
        err = store_captions_list(call->store, call->arena, s->playable, &s->captions,
                                  &s->n_captions);
    if (err != OK)
        return err;
    err = store_edition_get(call->store, call->arena, s->playable, &s->edition);
    s->is_ready = err == OK;
    return err == ERR_NOT_FOUND ? OK : err;
}

/* ---- whether it may -------------------------------------------------------------------------- */

/* The one decision on a playable, with what was begun while it was allowed. */
static enum err decide(struct api_call *call, playable_id playable, const struct wish *wish,
                       struct shown *out)
{
    utc_time started = { 0 };
    enum err err = shown_playable(call, playable, out);
    if (err == OK && call->member != NULL)
        err = store_playback_first(call->store, call->member->id, playable, call->now, &started);
    if (err == ERR_NOT_FOUND)
        err = OK;
    if (err != OK)
        return err;
    struct viewing_question q = shown_question(call, &out->showing, &out->rental);
    q.language = wish->language;
    q.device_lines = (int)wish->lines;
    q.started = started;
    q.finish_hours = call->params->finish_hours;
    out->verdict = viewing_decide(&q);
    return OK;
}

/* Until when the pass is good, and until when it can be watched at all: what was begun goes on for
 * the hours of the policy after the window, but no rental after its own end. */
static enum err take_times(struct api_call *call, struct start *s)
{
    const int64_t hour = INT64_C(3600) * UTC_SECOND;
    const struct viewing_verdict *v = &s->shown.verdict;
    int64_t until = call->now.us + call->params->pass_hours * hour;
    s->expires.us = v->until.us != 0 && v->until.us < until ? v->until.us : until;
    if (s->shown.showing.state != RIGHTS_OPEN || v->by_rental) {
        s->ends = v->until;
        return OK;
    }
    enum err err = shown_playable_end(call, s->playable, &s->shown.showing, &s->ends);
    if (err == OK && s->ends.us < RIGHTS_FOR_EVER.us)
        s->ends.us += call->params->finish_hours * hour;
    utc_time closes = call->viewer.state_until; /* nothing goes on past that */
    if (err == OK && closes.us != 0 && closes.us < s->ends.us)
        s->ends = closes;
    return err;
}

/* An episode that is not ready is known where its series is shown: 409. All else that is not ready
 * nobody knows of. */
static void answer_not_ready(struct api_call *call, const struct start *s)
{
    struct shown series = { .verdict = { .is_shown = false } };
    enum err err = OK;
    if (s->episode.id.s[0] != 0 && shown_as_not_ready(call, &s->title, &s->shown))
        err = shown_title(call, s->title.id, &series);
    if (err != OK)
        call_fail(call, err, "read a series");
    else if (series.verdict.is_shown)
        call_problem_said(call, PROBLEM_NOT_READY);
    else
        call_problem(call, PROBLEM_NOT_FOUND, NULL, NULL);
}

/* What a member may know is said by name; all else is answered like what does not exist. */
static void answer_refused(struct api_call *call, const struct start *s)
{
    switch (s->shown.verdict.reason) {
    case VIEWING_JOIN:
        http_answer_header(call->answer, "WWW-Authenticate", "Bearer");
        call_problem_said(call, PROBLEM_JOIN);
        break;
    case VIEWING_SUBSCRIBE: partner_link_subscribe(call); break;
    case VIEWING_RENT: call_problem_said(call, PROBLEM_RENT); break;
    case VIEWING_LANGUAGE: call_problem_said(call, PROBLEM_LANGUAGE); break;
    case VIEWING_ANNOUNCED: call_problem_said(call, PROBLEM_NOT_YET); break;
    case VIEWING_NOT_READY: answer_not_ready(call, s); break;
    default: call_problem(call, PROBLEM_NOT_FOUND, NULL, NULL);
    }
}

/* Whether whoever asks may play it. False: answered. */
static bool decide_start(struct api_call *call, struct start *s)
{
    enum err err = decide(call, s->playable, &s->wish, &s->shown);
    if (err == OK && s->shown.verdict.may_play && s->is_ready)
        err = track_shorten(call->arena, s->shown.verdict.languages, PASS_LANGUAGES_MAX,
                            &(struct track_list){ &s->edition, s->captions, s->n_captions },
                            &s->languages);
    if (err == OK && s->shown.verdict.may_play)
        err = take_times(call, s);
    if (err != OK) {
        call_fail(call, err, "decide on a playback");
        return false;
    }
    if (s->shown.verdict.may_play && !s->is_ready) {
        call_problem(call, PROBLEM_NOT_FOUND, NULL, NULL);
        return false;
    }
    if (s->shown.verdict.may_play && !track_any_sound(call->arena, &s->edition, s->languages))
        s->shown.verdict = (struct viewing_verdict){ .reason = VIEWING_LANGUAGE, .is_shown = true };
    if (!s->shown.verdict.may_play)
        answer_refused(call, s);
    return s->shown.verdict.may_play;
}

/* ---- the answer ------------------------------------------------------------------------------ */

static enum err write_next(struct api_call *call, const struct start *s)
{
    struct title_episode next;
    struct json_writer *w = &call->w;
    enum err err = episode_next_open(call, s->playable, &next);
    if (err != OK) {
        json_null(w, "next");
        return err == ERR_NOT_FOUND ? OK : err;
    }
    json_object(w, "next");
    json_text(w, "playable", next.id.s);
    json_number(w, "season", next.season);
    json_number(w, "number", next.number);
    json_text(w, "title", title_of(title_text_for(next.texts, next.n_texts, call->language), NULL));
    json_end(w);
    return OK;
}

static void write_what(struct api_call *call, const struct start *s)
{
    struct json_writer *w = &call->w;
    const struct title *t = &s->title;
    json_object(w, "title");
    json_text(w, "id", t->id.s);
    json_text(w, "title",
              title_of(title_text_for(t->texts, t->n_texts, call->language), t->original_title));
    json_text(w, "kind", title_kind_name(t->kind));
    json_end(w);
    if (s->episode.id.s[0] == 0) {
        json_null(w, "episode");
        return;
    }
    const struct title_episode *e = &s->episode;
    json_object(w, "episode");
    json_number(w, "season", e->season);
    json_number(w, "number", e->number);
    json_text(w, "title", title_of(title_text_for(e->texts, e->n_texts, call->language), NULL));
    json_end(w);
}

/* Whether the right ends before the film would, watched from here to its end. */
static bool ends_too_soon(const struct api_call *call, const struct start *s)
{
    int64_t left_ms = s->edition.duration_ms - (int64_t)(s->resume_seconds * 1000);
    return s->ends.us < call->now.us + left_ms * 1000;
}

/* The pass stands in the path, and the edition: what an address under it names never changes. */
static enum err write_start(struct api_call *call, const struct start *s)
{
    struct json_writer *w = &call->w;
    char text[PASS_TEXT_MAX];
    enum rights_format format = s->shown.verdict.format;
    struct pass pass = {
        .expires = s->expires,
        /* The greatest there is, is no limit: cinema pictures are wider than 16:9. */
        .lines = format == RIGHTS_UHD ? 0 : (uint16_t)rights_format_lines(format),
    };
    memcpy(pass.languages, s->languages, strlen(s->languages));
    memcpy(pass.member, call->member->id.s, ID_TEXT);
    memcpy(pass.playback, s->id.s, ID_TEXT);
    memcpy(pass.playable, s->playable.s, ID_TEXT);
    enum err err = pass_sign(call->params->pass_key, &pass, text);
    if (err != OK)
        return err;
    const char *base = arena_printf(
        call->arena, "%s/media/%s/%s",
        client_base_url(call->rq, &call->client, call->params->public_url, call->arena), text,
        s->edition.id.s);
    json_object(w, NULL);
    json_text(w, "id", s->id.s);
    write_what(call, s);
    json_text(w, "dash", arena_printf(call->arena, "%s/manifest.mpd", base));
    json_text(w, "hls", arena_printf(call->arena, "%s/master.m3u8", base));
    json_real(w, "resume_seconds", s->resume_seconds);
    json_real(w, "duration_seconds", (double)s->edition.duration_ms / 1000);
    json_instant(w, "expires_at", s->expires);
    json_instant(w, "ends_at", ends_too_soon(call, s) ? s->ends : (utc_time){ 0 });
    err = write_next(call, s);
    json_end(w);
    return err;
}

/* A playback is remembered for as long after its pass as what was begun may be gone on with. */
static int64_t grace_us(const struct api_call *call)
{
    return call->params->finish_hours * INT64_C(3600) * UTC_SECOND;
}

/* Writes the playback; by a rental, together with the beginning of its clock: who comes second goes
 * by the clock that runs. ERR_STATE: the rental is over by now. */
static enum err add_playback(struct api_call *call, struct start *s)
{
    bool by_rental = s->shown.verdict.by_rental;
    struct store_playback playback = { .id = s->id,
                                       .member = call->member->id,
                                       .profile = call->profile.id,
                                       .playable = s->playable,
                                       .created = call->now,
                                       .expires = s->expires };
    utc_time ends = s->ends;
    if (!by_rental) {
        playback.expires.us += grace_us(call);
        return store_playback_add(call->store, &playback);
    }
    enum err err =
        store_rental_play(call->store, s->shown.rental.rental.id, &playback, call->now, &ends);
    if (err == OK && ends.us < s->ends.us)
        s->ends = ends;
    if (err == OK && ends.us < s->expires.us)
        s->expires = ends;
    return err;
}

void handle_playback_start(struct api_call *call)
{
    struct start s;
    if (!read_start(call, &s))
        return;
    enum err err = load_start(call, &s);
    if (err != OK) {
        call_fail(call, err, "find what to play");
        return;
    }
    if (!decide_start(call, &s))
        return;
    struct store_progress progress;
    id_new(s.id.s);
    err = add_playback(call, &s);
    if (err == ERR_STATE) {
        call_problem_said(call, PROBLEM_RENT);
        return;
    }
    if (err == OK)
        err = store_progress_get(call->store, call->profile.id, s.playable, &progress);
    if (err == OK)
        s.resume_seconds = seen_resume_seconds(&progress);
    if (err == OK || err == ERR_NOT_FOUND)
        err = write_start(call, &s);
    if (err != OK)
        call_fail(call, err, "start a playback");
    else
        call_answer(call, 201);
}

/* The last part of a film is its credits: who has come so far has seen it. */
static bool is_at_end(int64_t position_ms, int64_t duration_ms)
{
    const int64_t longest_ms = 5 * 60 * 1000;
    int64_t credits = duration_ms / 20;
    return duration_ms > 0 &&
           position_ms >= duration_ms - (credits < longest_ms ? credits : longest_ms);
}

/* The playback that {id} names, when it is the caller's own: another's is answered like none. While
 * its pass is good it plays whatever became of the title meanwhile, and so its position is taken;
 * after that the decision is asked. */
static enum err find_own(struct api_call *call, struct store_playback *out)
{
    playback_id id;
    struct shown shown;
    memcpy(id.s, call->id, sizeof id.s);
    enum err err = store_playback_get(call->store, id, out);
    if (err == OK && strcmp(out->member.s, call->member->id.s) != 0)
        err = ERR_NOT_FOUND;
    if (err != OK || call->now.us < out->expires.us - grace_us(call))
        return err;
    err = decide(call, out->playable, &(struct wish){ 0 }, &shown);
    return err == OK && !shown.verdict.is_shown && !shown.verdict.may_play ? ERR_NOT_FOUND : err;
}

/* The position goes to the profile that pressed play, whoever sits there by now. */
static enum err save_position(struct api_call *call, const struct store_playback *playback,
                              double seconds, bool finished)
{
    playable_id playable = playback->playable;
    struct title title;
    struct title_episode episode;
    struct store_edition edition = { 0 };
    enum err err = store_playable_find(call->store, call->arena, playable, &title, &episode);
    if (err == OK)
        err = store_edition_get(call->store, call->arena, playable, &edition);
    if (err != OK)
        return err;
    int64_t position = llround(seconds * 1000);
    if (position > edition.duration_ms)
        position = edition.duration_ms;
    struct store_progress progress = {
        .playable = playable,
        .title = title.id,
        .position_ms = position,
        .duration_ms = edition.duration_ms,
        .is_finished = finished || is_at_end(position, edition.duration_ms),
        .changed = call->now,
    };
    return store_progress_put(call->store, playback->profile, &progress);
}

void handle_playback_position(struct api_call *call)
{
    enum { LONGEST = 7 * 86400 }; /* seconds; no film of ours is near that */
    double seconds = 0;
    bool finished = false;
    struct store_playback playback;
    json_read_number(&call->in, "position_seconds", JSON_REQUIRED, 0, LONGEST, &seconds);
    json_read_bool(&call->in, "finished", JSON_OPTIONAL, &finished);
    if (!call_read_end(call))
        return;
    enum err err = find_own(call, &playback);
    if (err == OK)
        err = save_position(call, &playback, seconds, finished);
    if (err != OK)
        call_fail(call, err, "save a position");
    else
        call_answer_empty(call, 204);
}
