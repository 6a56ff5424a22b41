/* How far a playback has got. */
#include <math.h>
#include <string.h>

#include "driver/store/titles.h"
#include "service/api/handlers.h"
#include "service/api/playback.h"

/* The last part of a film is its credits: who has come so far has seen it. */
static bool is_at_end(int64_t position_ms, int64_t duration_ms)
{
    const int64_t longest_ms = 5 * 60 * 1000;
    int64_t credits = duration_ms / 20;
    return duration_ms > 0 &&
           position_ms >= duration_ms - (credits < longest_ms ? credits : longest_ms);
}

enum err playback_find_own(struct api_call *call, struct store_playback *out)
{
    playback_id id;
    memcpy(id.s, call->id, sizeof id.s);
    enum err err = store_playback_get(call->store, id, out);
    return err == OK && strcmp(out->member.s, call->member->id.s) != 0 ? ERR_NOT_FOUND : err;
}

bool playback_may_touch(const struct api_call *call, const struct stream *s)
{
    return strcmp(call->profile.id.s, s->profile.s) == 0 ||
           (!call->profile.is_child && memcmp(call->session, s->session, sizeof s->session) == 0);
}

/* While its pass is good it plays whatever became of the title meanwhile, and so its position is
 * taken; after that the decision is asked. */
static enum err find_to_save(struct api_call *call, struct store_playback *out, struct stream *s)
{
    struct shown shown;
    enum err err = playback_find_own(call, out);
    if (err == OK)
        err = store_lease_get(call->store, out->id, s);
    if (err != OK || call->now.us < out->expires.us - playback_grace_us(call))
        return err;
    err = playback_decide(call, out->playable, &(struct playback_wish){ 0 }, &shown);
    return err == OK && !shown.verdict.is_shown && !shown.verdict.may_play ? ERR_NOT_FOUND : err;
}

/* The position goes to the profile that pressed play, whoever sits there by now. */
enum err playback_save(struct api_call *call, const struct store_playback *playback, double seconds,
                       bool finished)
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
    struct stream stream;
    json_read_number(&call->in, "position_seconds", JSON_REQUIRED, 0, LONGEST, &seconds);
    json_read_bool(&call->in, "finished", JSON_OPTIONAL, &finished);
    if (!call_read_end(call))
        return;
    enum err err = find_to_save(call, &playback, &stream);
    if (err == OK && !playback_may_touch(call, &stream)) {
        call_problem_said(call, PROBLEM_PROFILE);
        return;
    }
    if (err == OK)
        err = playback_save(call, &playback, seconds, finished);
    if (err != OK)
        call_fail(call, err, "save a position");
    else
        call_answer_empty(call, 204);
}
