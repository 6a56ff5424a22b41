/* A player says that it plays on, or that it has ended. */
#include <string.h>

#include "service/api/handlers.h"
#include "service/api/playback.h"
#include "service/api/stream.h"

enum { LONGEST = 7 * 86400 }; /* seconds; no film of ours is near that */

struct beat {
    double seconds; /* negative: not said */
    bool finished;
    struct store_playback playback;
    struct stream stream; /* as it is stored */
};

static bool read_beat(struct api_call *call, struct beat *b)
{
    *b = (struct beat){ .seconds = -1 };
    json_read_number(&call->in, "position_seconds", JSON_OPTIONAL, 0, LONGEST, &b->seconds);
    json_read_bool(&call->in, "finished", JSON_OPTIONAL, &b->finished);
    return call_read_end(call);
}

/* Whom it plays for is the profile that pressed play, whichever the session is on by now. That the
 * locked area was open was looked at then: it closes by itself meanwhile. */
static enum err sit_as_then(struct api_call *call, const struct stream *s)
{
    call->viewer.profile.is_unlocked = true;
    if (strcmp(call->profile.id.s, s->profile.s) == 0)
        return OK;
    struct profile profile;
    enum err err =
        store_profile_get(call->store, call->arena, call->member->id, s->profile, &profile);
    if (err == OK)
        call->viewer.profile.max_age = profile.max_age;
    return err;
}

enum err playback_judge_stream(struct api_call *call, const struct stream *s, struct playback *p,
                               enum stream_stop *why)
{
    *why = STREAM_RUNS;
    *p = (struct playback){ .id = s->playback, .playable = s->playable, .ends = RIGHTS_FOR_EVER };
    p->wish.language = s->language[0] != 0 ? s->language : NULL;
    p->wish.lines = s->lines;
    enum err err = sit_as_then(call, s);
    if (err == OK)
        err = playback_load(call, p);
    if (err == OK)
        err = playback_judge(call, p);
    if (err != OK)
        return err;
    const struct viewing_verdict *v = &p->shown.verdict;
    *why = stream_stop_of(v, s, call->viewer.territory);
    /* what was begun by the subscription starts no rental's clock unasked */
    if (v->may_play && v->starts_rental && !s->by_rental)
        *why = STREAM_SUBSCRIPTION;
    return OK;
}

/* The playback is remembered for as long as it goes on. */
static enum err keep(struct api_call *call, const struct beat *b, const struct playback *p)
{
    int64_t until = p->expires.us + playback_grace_us(call);
    int64_t half = call->params->pass_hours * INT64_C(1800) * UTC_SECOND;
    if (p->shown.verdict.by_rental || b->playback.expires.us >= until - half)
        return OK;
    return store_playback_keep(call->store, p->id, (utc_time){ until });
}

static void answer_beat(struct api_call *call, const struct beat *b, struct playback *p)
{
    enum err err = OK;
    if (b->seconds >= 0) {
        p->resume_seconds = b->seconds;
        err = playback_save(call, &b->playback, b->seconds, b->finished);
    }
    if (err == OK)
        err = keep(call, b, p);
    json_object(&call->w, NULL);
    if (err == OK)
        err = playback_write_way(call, p);
    json_end(&call->w);
    if (err != OK)
        call_fail(call, err, "go on with a playback");
    else
        call_answer(call, 200);
}

static void renew(struct api_call *call, const struct beat *b, struct playback *p)
{
    struct store_lease_beat renewal = { .stream = { .playback = p->id } };
    memcpy(renewal.stream.territory, call->viewer.territory, sizeof renewal.stream.territory);
    memcpy(renewal.stream.place, call->viewer.place, sizeof renewal.stream.place);
    bool comes_back = !stream_is_live(&b->stream, call->now);
    enum err err = playback_terms(call, p, comes_back, &renewal.terms);
    if (err == OK)
        err = store_lease_beat(call->store, &renewal);
    if (err == ERR_STATE || (err == ERR_FULL && renewal.stream.stop == STREAM_PLAN)) {
        stream_answer_ended(call, renewal.stream.stop);
        return;
    }
    if (err == ERR_FULL) {
        stream_answer_full(call, renewal.is_title_full);
        return;
    }
    p->lease_ends = renewal.terms.ends;
    if (err != OK)
        call_fail(call, err, "renew a lease");
    else
        answer_beat(call, b, p);
}

static enum err find_beat(struct api_call *call, struct beat *b)
{
    enum err err = playback_find_own(call, &b->playback);
    return err == OK ? store_lease_get(call->store, b->playback.id, &b->stream) : err;
}

void handle_playback_beat(struct api_call *call)
{
    struct beat b;
    struct playback p;
    enum stream_stop why = STREAM_RUNS;
    if (!read_beat(call, &b))
        return;
    enum err err = find_beat(call, &b);
    if (err == OK && !playback_may_touch(call, &b.stream)) {
        call_problem_said(call, PROBLEM_PROFILE);
        return;
    }
    if (err == OK && b.stream.stop != STREAM_RUNS && b.stream.stop != STREAM_LAPSED) {
        stream_answer_ended(call, b.stream.stop);
        return;
    }
    if (err == OK)
        err = playback_judge_stream(call, &b.stream, &p, &why);
    if (err == OK && why != STREAM_RUNS)
        err = store_lease_stop(call->store, call->member->id, b.stream.playback, why);
    if (err != OK)
        call_fail(call, err, "find a playback");
    else if (why != STREAM_RUNS)
        stream_answer_ended(call, why);
    else
        renew(call, &b, &p);
}

void handle_playback_end(struct api_call *call)
{
    struct store_playback playback;
    struct stream s;
    enum err err = playback_find_own(call, &playback);
    if (err == OK)
        err = store_lease_get(call->store, playback.id, &s);
    if (err == OK && !playback_may_touch(call, &s)) {
        call_problem_said(call, PROBLEM_PROFILE);
        return;
    }
    if (err == OK)
        err = store_lease_stop(call->store, call->member->id, playback.id, STREAM_LEFT);
    if (err != OK)
        call_fail(call, err, "end a playback");
    else
        call_answer_empty(call, 204);
}
