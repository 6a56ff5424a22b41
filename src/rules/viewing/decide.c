#include "rules/viewing/decide.h"

#include <assert.h>

static bool lets_play(enum subscription_state state)
{
    return state == SUBSCRIPTION_TRIAL || state == SUBSCRIPTION_ACTIVE;
}

static utc_time sooner(utc_time a, utc_time b)
{
    return a.us < b.us ? a : b;
}

/* What holds whoever asks: the showing, the territory, the profile. VIEWING_PLAY: nothing does. */
static enum viewing_reason held_by(const struct viewing_question *q)
{
    static const struct viewing_profile nobody;
    const struct viewing_profile *profile = q->profile != NULL ? q->profile : &nobody;
    if (q->territory != TERRITORY_OPEN)
        return VIEWING_TERRITORY;
    if (q->showing->is_locked && !profile->is_unlocked)
        return VIEWING_LOCKED;
    if (profile->max_age > 0 && (q->showing->min_age < 0 || q->showing->min_age > profile->max_age))
        return VIEWING_AGE;
    return q->showing->reason;
}

/* The policy that lets be finished what was started while it was allowed; us INT64_MIN: it does
 * not. The showing that ended is over since its span began. */
static utc_time finish_until(const struct viewing_question *q)
{
    utc_time until = RIGHTS_SINCE_EVER;
    bool has_ended = q->showing->state != RIGHTS_OPEN && q->started.us != 0 &&
                     q->started.us < q->showing->from.us && q->showing->from.us <= q->now.us;
    if (has_ended && q->finish_hours > 0)
        until.us = q->showing->from.us + q->finish_hours * INT64_C(3600) * UTC_SECOND;
    return until;
}

/* By subscription, or rented: who may, and until when. */
static enum viewing_reason paid_for(const struct viewing_question *q, utc_time *until)
{
    const struct showing *s = q->showing;
    utc_time period = { 0 };
    if (q->member == NULL)
        return VIEWING_JOIN;
    if (q->member->role == MEMBER_ROLE_ADMINISTRATOR || (q->is_rented && s->for_rent))
        return VIEWING_PLAY;
    if (!s->in_subscription)
        return VIEWING_RENT;
    if (!lets_play(subscription_state_at(&q->member->subscription, q->now, &period)))
        return s->for_rent ? VIEWING_RENT : VIEWING_SUBSCRIBE;
    if (period.us != 0)
        *until = sooner(*until, period);
    return VIEWING_PLAY;
}

static enum rights_format format_for(const struct viewing_question *q, enum rights_format allowed)
{
    enum rights_format format = allowed;
    while (q->device_lines > 0 && format > RIGHTS_SD &&
           rights_format_lines((enum rights_format)(format - 1)) >= q->device_lines)
        format = (enum rights_format)(format - 1);
    return format;
}

static struct viewing_verdict shown(const struct viewing_question *q)
{
    const struct showing *s = q->showing;
    struct viewing_verdict v = {
        .is_shown = true, .from = s->from, .until = s->until, .because = s->because
    };
    v.reason = paid_for(q, &v.until);
    bool rented = q->is_rented && s->for_rent;
    v.format = format_for(q, rented ? s->rent_format : s->format);
    v.languages = rented ? s->rent_languages : s->languages;
    if (v.reason == VIEWING_PLAY && q->language != NULL &&
        !showing_language_allowed(v.languages, q->language, RIGHTS_DUB))
        v.reason = VIEWING_LANGUAGE;
    v.may_play = v.reason == VIEWING_PLAY;
    return v;
}

struct viewing_verdict viewing_decide(const struct viewing_question *q)
{
    const struct showing *s = q->showing;
    enum viewing_reason held = held_by(q);
    utc_time finish = finish_until(q);
    if (held == s->reason && q->now.us < finish.us && q->member != NULL) {
        struct viewing_verdict v = { .reason = VIEWING_PLAY,
                                     .is_shown = s->state != RIGHTS_NOTHING,
                                     .may_play = true,
                                     .from = s->from,
                                     .until = finish,
                                     .format = format_for(q, s->format),
                                     .languages = s->languages,
                                     .because = s->because };
        return v;
    }
    if (held != VIEWING_PLAY)
        return (struct viewing_verdict){ .reason = held,
                                         .is_shown = held == VIEWING_ANNOUNCED,
                                         .from = s->from,
                                         .until = s->until,
                                         .because = s->because };
    return shown(q);
}

const char *viewing_verdict_name(const struct viewing_verdict *verdict)
{
    if (!verdict->is_shown && !verdict->may_play)
        return "hidden";
    return verdict->may_play ? "playable" : "visible";
}

const char *viewing_reason_name(enum viewing_reason reason)
{
    static const char *const names[VIEWING_REASONS] = {
        "play",   "not-published", "not-ready", "territory", "no-right",  "not-yet", "held-back",
        "locked", "age",           "announced", "join",      "subscribe", "rent",    "language",
    };
    assert((unsigned)reason < VIEWING_REASONS);
    return names[reason];
}
