#include "rules/viewing/decide.h"

#include <assert.h>

/* A title is out from the instant of its publication on, not before: the service may be run at
 * another instant. */
static bool is_out(const struct viewing_question *q)
{
    return q->state == TITLE_PUBLISHED && q->published.us != 0 && q->published.us <= q->now.us;
}

static bool lets_play(enum subscription_state state)
{
    return state == SUBSCRIPTION_TRIAL || state == SUBSCRIPTION_ACTIVE;
}

struct viewing_verdict viewing_decide(const struct viewing_question *q)
{
    utc_time until = { 0 };
    if (!is_out(q))
        return (struct viewing_verdict){ .reason = VIEWING_NOT_PUBLISHED };
    if (!q->is_ready)
        return (struct viewing_verdict){ .reason = VIEWING_NOT_READY };
    if (q->member == NULL)
        return (struct viewing_verdict){ .reason = VIEWING_JOIN, .is_shown = true };
    if (q->member->role == MEMBER_ROLE_ADMINISTRATOR)
        return (
            struct viewing_verdict){ .reason = VIEWING_PLAY, .is_shown = true, .may_play = true };
    if (!lets_play(subscription_state_at(&q->member->subscription, q->now, &until)))
        return (struct viewing_verdict){ .reason = VIEWING_SUBSCRIBE, .is_shown = true };
    return (struct viewing_verdict){
        .reason = VIEWING_PLAY, .is_shown = true, .may_play = true, .until = until
    };
}

const char *viewing_reason_name(enum viewing_reason reason)
{
    static const char *const names[] = { "play", "not-published", "not-ready", "join",
                                         "subscribe" };
    assert((unsigned)reason < sizeof names / sizeof names[0]);
    return names[reason];
}
