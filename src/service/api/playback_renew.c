/* A player without code of ours goes on: it asks for media under a pass that has expired. */
#include <string.h>

#include "service/api/media_pass.h"
#include "service/api/playback.h"

/* The seat is kept, or taken again when it lapsed and is free. */
static enum err beat(struct api_call *call, const struct stream *s, const struct playback *p,
                     utc_time *until)
{
    struct store_lease_beat renewal = { .stream = { .playback = s->playback } };
    memcpy(renewal.stream.territory, call->viewer.territory, sizeof renewal.stream.territory);
    memcpy(renewal.stream.place, call->viewer.place, sizeof renewal.stream.place);
    enum err err = playback_terms(call, p, !stream_is_live(s, call->now), &renewal.terms);
    if (err == OK)
        err = store_lease_beat(call->store, &renewal);
    *until = media_pass_before(call->params, renewal.terms.ends);
    return err == ERR_FULL || err == ERR_STATE || err == ERR_NOT_FOUND ? ERR_DENIED : err;
}

enum err playback_go_on(struct api_call *call, const struct stream *stream, utc_time *until)
{
    struct playback p;
    enum stream_stop why = stream->stop;
    if (why != STREAM_RUNS && why != STREAM_LAPSED)
        return ERR_DENIED;
    enum err err = playback_judge_stream(call, stream, &p, &why);
    if (err == OK && why != STREAM_RUNS)
        err = store_lease_stop(call->store, call->member->id, stream->playback, why);
    if (err == ERR_NOT_FOUND || (err == OK && why != STREAM_RUNS))
        return ERR_DENIED;
    return err == OK ? beat(call, stream, &p, until) : err;
}
