/* A member presses play. */
#include <string.h>

#include "base/text.h"
#include "driver/store/deals.h"
#include "driver/store/media.h"
#include "driver/store/showings.h"
#include "driver/store/territories.h"
#include "driver/store/titles.h"
#include "service/api/card.h"
#include "service/api/handlers.h"
#include "service/api/limits.h"
#include "service/api/partner_link.h"
#include "service/api/playback.h"
#include "service/api/session.h"
#include "service/api/stream.h"
#include "service/api/track.h"

enum { LINES_MAX = 8640 }; /* twice 8K: no screen of ours */

static bool read_start(struct api_call *call, struct playback *p)
{
    const char *id = json_read_text(&call->in, "playable", JSON_REQUIRED, 1, 64);
    *p = (struct playback){ .ends = RIGHTS_FOR_EVER };
    p->wish.language = json_read_text(&call->in, "language", JSON_OPTIONAL, 2, LIMIT_LANGUAGE);
    json_read_whole(&call->in, "lines", JSON_OPTIONAL, 0, LINES_MAX, &p->wish.lines);
    if (p->wish.language != NULL && !text_is_language(p->wish.language, strlen(p->wish.language)))
        json_read_wrong(&call->in, "language", "must be a language tag");
    if (id != NULL && !id_parse(id, strlen(id), p->playable.s))
        json_read_wrong(&call->in, "playable", "must be the id of a playable");
    return call_read_end(call);
}

enum err playback_load(struct api_call *call, struct playback *p)
{
    enum err err =
        store_playable_find(call->store, call->arena, p->playable, &p->title, &p->episode);
    if (err == OK)
        err = store_captions_list(call->store, call->arena, p->playable, &p->captions,
                                  &p->n_captions);
    if (err != OK)
        return err;
    err = store_edition_get(call->store, call->arena, p->playable, &p->edition);
    p->is_ready = err == OK;
    return err == ERR_NOT_FOUND ? OK : err;
}

/* ---- whether it may -------------------------------------------------------------------------- */

enum err playback_decide(struct api_call *call, playable_id playable,
                         const struct playback_wish *wish, struct shown *out)
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
static enum err take_times(struct api_call *call, struct playback *p)
{
    const int64_t hour = INT64_C(3600) * UTC_SECOND;
    const struct viewing_verdict *v = &p->shown.verdict;
    int64_t until = call->now.us + call->params->pass_hours * hour;
    p->expires.us = v->until.us != 0 && v->until.us < until ? v->until.us : until;
    if (p->shown.showing.state != RIGHTS_OPEN || v->by_rental) {
        p->ends = v->until;
        return OK;
    }
    enum err err = shown_playable_end(call, p->playable, &p->shown.showing, &p->ends);
    if (err == OK && p->ends.us < RIGHTS_FOR_EVER.us)
        p->ends.us += call->params->finish_hours * hour;
    utc_time closes = call->viewer.state_until; /* nothing goes on past that */
    if (err == OK && closes.us != 0 && closes.us < p->ends.us)
        p->ends = closes;
    return err;
}

/* An episode that is not ready is known where its series is shown: 409. All else that is not ready
 * nobody knows of. */
static void answer_not_ready(struct api_call *call, const struct playback *p)
{
    struct shown series = { .verdict = { .is_shown = false } };
    enum err err = OK;
    if (p->episode.id.s[0] != 0 && shown_as_not_ready(call, &p->title, &p->shown))
        err = shown_title(call, p->title.id, &series);
    if (err != OK)
        call_fail(call, err, "read a series");
    else if (series.verdict.is_shown)
        call_problem_said(call, PROBLEM_NOT_READY);
    else
        call_problem(call, PROBLEM_NOT_FOUND, NULL, NULL);
}

/* What a member may know is said by name; all else is answered like what does not exist. */
static void answer_refused(struct api_call *call, const struct playback *p)
{
    switch (p->shown.verdict.reason) {
    case VIEWING_JOIN:
        http_answer_header(call->answer, "WWW-Authenticate", "Bearer");
        call_problem_said(call, PROBLEM_JOIN);
        break;
    case VIEWING_SUBSCRIBE: partner_link_subscribe(call); break;
    case VIEWING_RENT: call_problem_said(call, PROBLEM_RENT); break;
    case VIEWING_LANGUAGE: call_problem_said(call, PROBLEM_LANGUAGE); break;
    case VIEWING_ANNOUNCED: call_problem_said(call, PROBLEM_NOT_YET); break;
    case VIEWING_NOT_READY: answer_not_ready(call, p); break;
    default: call_problem(call, PROBLEM_NOT_FOUND, NULL, NULL);
    }
}

enum err playback_judge(struct api_call *call, struct playback *p)
{
    struct viewing_verdict *v = &p->shown.verdict;
    enum err err = playback_decide(call, p->playable, &p->wish, &p->shown);
    if (err == OK && v->may_play && p->is_ready)
        err = track_shorten(call->arena, v->languages, PASS_LANGUAGES_MAX,
                            &(struct track_list){ &p->edition, p->captions, p->n_captions },
                            &p->languages);
    if (err == OK && v->may_play)
        err = take_times(call, p);
    if (err != OK)
        return err;
    if (v->may_play && !p->is_ready)
        *v = (struct viewing_verdict){ .reason = VIEWING_NOT_PUBLISHED };
    else if (v->may_play && !track_any_sound(call->arena, &p->edition, p->languages))
        *v = (struct viewing_verdict){ .reason = VIEWING_LANGUAGE, .is_shown = true };
    return OK;
}

/* ---- its seat -------------------------------------------------------------------------------- */

/* The ceilings that deals set for the title where its catalogue is. */
static enum err find_caps(struct api_call *call, title_id title, struct store_lease_terms *terms)
{
    struct deal *deals = NULL;
    struct territory where;
    size_t n = 0;
    enum err err = store_deals_capping(call->store, call->arena, title, &deals, &n);
    if (err != OK || n == 0)
        return err;
    err = store_territory_get(call->store, call->arena, call->viewer.territory, &where);
    if (err != OK)
        return err;
    struct stream_cap *caps = ARENA_ARRAY(call->arena, struct stream_cap, n);
    for (size_t i = 0; i < n; i++)
        if (deal_caps_streams(&deals[i], call->viewer.territory, territory_zone(&where), call->now))
            caps[terms->n_caps++] =
                (struct stream_cap){ .streams = deals[i].streams_max, .where = deals[i].where };
    terms->caps = caps;
    return OK;
}

enum err playback_terms(struct api_call *call, const struct playback *p, bool with_caps,
                        struct store_lease_terms *out)
{
    const struct viewing_verdict *v = &p->shown.verdict;
    *out = (struct store_lease_terms){
        .now = call->now,
        .ends = { call->now.us + call->params->lease_seconds * UTC_SECOND },
        .seats = stream_seats(call->member, call->params->streams_without_plan, call->now),
    };
    if (v->until.us != 0 && v->until.us < out->ends.us)
        out->ends = v->until;
    return with_caps ? find_caps(call, p->title.id, out) : OK;
}

int64_t playback_grace_us(const struct api_call *call)
{
    return call->params->finish_hours * INT64_C(3600) * UTC_SECOND;
}

/* ---- the start ------------------------------------------------------------------------------- */

static struct stream stream_of(struct api_call *call, const struct playback *p)
{
    struct stream s = { .playback = p->id,
                        .member = call->member->id,
                        .profile = call->profile.id,
                        .playable = p->playable,
                        .title = p->title.id,
                        .agent = session_agent(call),
                        .lines = (int)p->wish.lines,
                        .by_rental = p->shown.verdict.by_rental };
    memcpy(s.session, call->session, sizeof s.session);
    memcpy(s.territory, call->viewer.territory, sizeof s.territory);
    memcpy(s.place, call->viewer.place, sizeof s.place);
    text_copy(s.language, sizeof s.language, p->wish.language != NULL ? p->wish.language : "");
    return s;
}

/* Writes the playback with its lease; by a rental, together with the beginning of its clock: who
 * comes second goes by the clock that runs. */
static enum err take_lease(struct api_call *call, struct playback *p, bool *is_title_full)
{
    bool by_rental = p->shown.verdict.by_rental;
    struct store_lease_start start = {
        .stream = stream_of(call, p),
        .playback = { .id = p->id,
                      .member = call->member->id,
                      .profile = call->profile.id,
                      .playable = p->playable,
                      .created = call->now,
                      .expires = p->expires },
        .rental = by_rental ? &p->shown.rental.rental.id : NULL,
        .rental_ends = p->ends,
    };
    if (!by_rental)
        start.playback.expires.us += playback_grace_us(call);
    enum err err = playback_terms(call, p, true, &start.terms);
    if (err == OK)
        err = store_lease_take(call->store, &start);
    *is_title_full = start.is_title_full;
    if (err != OK)
        return err;
    if (by_rental && start.rental_ends.us < p->ends.us)
        p->ends = start.rental_ends;
    if (by_rental && start.rental_ends.us < p->expires.us)
        p->expires = start.rental_ends;
    p->lease_ends = start.stream.ends;
    return OK;
}

static void start(struct api_call *call, struct playback *p)
{
    struct store_progress progress;
    bool is_title_full = false;
    id_new(p->id.s);
    enum err err = take_lease(call, p, &is_title_full);
    if (err == ERR_STATE) {
        call_problem_said(call, PROBLEM_RENT);
        return;
    }
    if (err == ERR_FULL) {
        stream_answer_full(call, is_title_full);
        return;
    }
    if (err == OK)
        err = store_progress_get(call->store, call->profile.id, p->playable, &progress);
    if (err == OK)
        p->resume_seconds = seen_resume_seconds(&progress);
    if (err == OK || err == ERR_NOT_FOUND)
        err = playback_write(call, p);
    if (err != OK)
        call_fail(call, err, "start a playback");
    else
        call_answer(call, 201);
}

void handle_playback_start(struct api_call *call)
{
    struct playback p;
    if (!read_start(call, &p))
        return;
    enum err err = playback_load(call, &p);
    if (err != OK) {
        call_fail(call, err, "find what to play");
        return;
    }
    err = playback_judge(call, &p);
    if (err != OK)
        call_fail(call, err, "decide on a playback");
    else if (p.shown.verdict.may_play)
        start(call, &p);
    else
        answer_refused(call, &p);
}
