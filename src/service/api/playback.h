/* What files about playbacks share: what is played, the decision on it, and what is answered. */
#ifndef LANTERNE_SERVICE_API_PLAYBACK_H
#define LANTERNE_SERVICE_API_PLAYBACK_H

#include "driver/store/leases.h"
#include "driver/store/media.h"
#include "service/api/shown.h"

/* How it is to be played. */
struct playback_wish {
    const char *language; /* of the sound; NULL: any */
    int64_t lines;        /* that the device shows; 0: any */
};

/* What is played. */
struct playback {
    playback_id id;
    playable_id playable;
    struct title title;
    struct title_episode episode; /* id.s[0] == 0: a film */
    struct store_edition edition;
    struct store_caption *captions;
    size_t n_captions;
    bool is_ready;
    struct playback_wish wish;
    struct shown shown;    /* of the playable */
    utc_time ends;         /* when it can no longer be watched at all; RIGHTS_FOR_EVER */
    utc_time expires;      /* the pass */
    const char *languages; /* that the pass lets through */
    double resume_seconds;
    utc_time lease_ends;
};

/* Reads what p->playable names. ERR_NOT_FOUND. */
MUST_CHECK enum err playback_load(struct api_call *call, struct playback *p);
/* The one decision on a playable, with what was begun while it was allowed. */
MUST_CHECK enum err playback_decide(struct api_call *call, playable_id playable,
                                    const struct playback_wish *wish, struct shown *out);
/* The same on what was loaded, with its languages, and when it plays, how long: may_play says no
 * where nothing of it can be heard. */
MUST_CHECK enum err playback_judge(struct api_call *call, struct playback *p);
/* Whether a stream goes on though its player sends no heartbeats: that it asks for media is one.
 * For call->member, who began it. *until: the lease lives a while longer than this, so that who
 * asks again then is in time. ERR_DENIED: it does not. */
MUST_CHECK enum err playback_go_on(struct api_call *call, const struct stream *stream,
                                   utc_time *until);
/* A playback is remembered for as long after its pass as what was begun may be gone on with. */
int64_t playback_grace_us(const struct api_call *call);
/* The playback that {id} names, when it is the caller's own: another's is answered like none. */
MUST_CHECK enum err playback_find_own(struct api_call *call, struct store_playback *out);
/* Whether the caller may say how it goes on, or end it: the profile that began it, and who came
 * after it on its device, but no child. (me/streams is how others stop it.) */
bool playback_may_touch(const struct api_call *call, const struct stream *s);
/* The position goes to the profile that pressed play, whoever sits there by now. */
MUST_CHECK enum err playback_save(struct api_call *call, const struct store_playback *playback,
                                  double seconds, bool finished);

/* What a lease of it is taken or kept by, now: seats, ceilings of contracts (with_caps), and until
 * when: no longer than it may be watched. */
MUST_CHECK enum err playback_terms(struct api_call *call, const struct playback *p, bool with_caps,
                                   struct store_lease_terms *out);

/* Asks the one decision of a stream that runs, for call->member, whose it is. *why: what stops it,
 * if anything does. ERR_NOT_FOUND: what it plays, or its profile, is gone. */
MUST_CHECK enum err playback_judge_stream(struct api_call *call, const struct stream *s,
                                          struct playback *p, enum stream_stop *why);

/* Writes the members that let the player go on: "pass" and the addresses under it, "expires_at",
 * "ends_at" and "lease". Of an answer that is open in call->w. */
MUST_CHECK enum err playback_write_way(struct api_call *call, const struct playback *p);
/* Writes the whole answer of a start. */
MUST_CHECK enum err playback_write(struct api_call *call, const struct playback *p);

#endif
