#include "rules/viewing/decide.h"

#include <assert.h>

static utc_time sooner(utc_time a, utc_time b)
{
    return a.us < b.us ? a : b;
}

/* ---- what holds whoever asks ---- */

/* Of two reasons against it the one that stands first in the enumeration. */
static enum viewing_reason first_of(enum viewing_reason a, enum viewing_reason b)
{
    if (a == VIEWING_PLAY || b == VIEWING_PLAY)
        return a == VIEWING_PLAY ? b : a;
    return a < b ? a : b;
}

/* A title of unknown age may be one of those that are locked. */
static bool is_locked(const struct showing *s, const struct viewing_profile *profile)
{
    if (profile->is_unlocked)
        return false;
    return s->is_locked ||
           (profile->locked_age > 0 && (s->min_age < 0 || s->min_age >= profile->locked_age));
}

/* What is against it besides the showing: the territory and the profile. */
static enum viewing_reason against_viewer(const struct viewing_question *q)
{
    static const struct viewing_profile nobody;
    const struct viewing_profile *profile = q->profile != NULL ? q->profile : &nobody;
    const struct showing *s = q->showing;
    if (q->territory != TERRITORY_OPEN)
        return VIEWING_TERRITORY;
    if (is_locked(s, profile))
        return VIEWING_LOCKED;
    if (profile->max_age > 0 && (s->min_age < 0 || s->min_age > profile->max_age))
        return VIEWING_AGE;
    return VIEWING_PLAY;
}

/* ---- the policy that lets be finished ---- */

/* A window that ended may be looked past by policy; what the house withdrew may not. */
static bool is_about_a_window(enum viewing_reason reason)
{
    return reason == VIEWING_NO_RIGHT || reason == VIEWING_NOT_YET || reason == VIEWING_HELD_BACK ||
           reason == VIEWING_ANNOUNCED;
}

/* Until when a playback that began while it was allowed may go on; us INT64_MIN: it may not. */
static utc_time finish_until(const struct viewing_question *q)
{
    const struct showing *s = q->showing;
    utc_time closed = s->closed.us != 0 ? s->closed : s->from;
    if (!is_about_a_window(s->reason) || q->finish_hours <= 0 || q->started.us == 0 ||
        q->started.us >= closed.us)
        return RIGHTS_SINCE_EVER;
    return (utc_time){ closed.us + q->finish_hours * INT64_C(3600) * UTC_SECOND };
}

/* ---- who may, and how ---- */

/* One way to watch it: by subscription, or rented. */
struct way {
    bool is_there; /* it is shown that way */
    bool may;      /* and this member may take it */
    bool by_clock; /* of the member's rental */
    bool starts;   /* which this playback would start */
    utc_time until;
    enum rights_format format;
    const char *languages;
};

static bool is_house(const struct viewing_question *q)
{
    return q->member != NULL && q->member->role == MEMBER_ROLE_ADMINISTRATOR;
}

static enum rights_format lesser(enum rights_format a, enum rights_format b)
{
    return a < b ? a : b;
}

/* The greatest format of at most so many lines; SD is never refused. */
static enum rights_format within(enum rights_format format, int lines)
{
    while (lines > 0 && format > RIGHTS_SD && rights_format_lines(format) > lines)
        format = (enum rights_format)(format - 1);
    return format;
}

static struct way by_subscription(const struct viewing_question *q, bool is_there, utc_time until)
{
    const struct showing *s = q->showing;
    struct way way = { .is_there = is_there,
                       .may = is_there && is_house(q),
                       .until = until,
                       .format = s->format,
                       .languages = s->languages };
    if (way.may || !is_there || q->member == NULL)
        return way;
    utc_time end = { 0 };
    enum subscription_state state = subscription_state_at(&q->member->subscription, q->now, &end);
    way.may = state == SUBSCRIPTION_TRIAL || state == SUBSCRIPTION_ACTIVE;
    way.format = within(s->format, q->member->subscription.lines);
    if (way.may)
        way.until = sooner(until, end);
    return way;
}

/* Until when a rental plays that is played now; us INT64_MIN: it does not. */
static utc_time rental_until(const struct viewing_question *q, bool *starts)
{
    utc_time end = { 0 };
    *starts = false;
    if (q->member == NULL || q->rental == NULL)
        return RIGHTS_SINCE_EVER;
    switch (rental_state_at(q->rental, q->now, &end)) {
    case RENTAL_WAITING: *starts = true; return (utc_time){ q->now.us + q->rental->watch_us };
    case RENTAL_RUNNING: return end;
    case RENTAL_ORDERED:
    case RENTAL_OVER: break;
    }
    return RIGHTS_SINCE_EVER;
}

/* A rental that was sold here while it was for rent, or while only what others were promised, as is
 * known today, stood against that. It goes by its own clock alone. */
static bool is_sold(const struct viewing_question *q)
{
    bool starts;
    return q->sold != NULL && rental_until(q, &starts).us > q->now.us &&
           (showing_for_rent(q->sold) || q->sold->reason == VIEWING_HELD_BACK);
}

static struct way by_rental(const struct viewing_question *q, bool is_there, utc_time until)
{
    const struct showing *s = q->showing;
    struct way way = { .is_there = is_there,
                       .may = is_there && is_house(q),
                       .until = until,
                       .format = s->rent_format,
                       .languages = s->rent_languages };
    bool sold = is_sold(q);
    if (way.may || !(is_there || sold))
        return way;
    utc_time end = rental_until(q, &way.starts);
    if (end.us <= q->now.us)
        return way;
    way.is_there = way.may = way.by_clock = true;
    way.until = sold ? end : sooner(until, end);
    way.format = lesser(sold ? q->sold->rent_format : s->rent_format, q->rental->format);
    way.languages = sold ? q->sold->rent_languages : s->rent_languages;
    return way;
}

static bool speaks(const struct viewing_question *q, const struct way *way)
{
    return q->language == NULL || showing_language_allowed(way->languages, q->language, RIGHTS_DUB);
}

/* Nothing greater than the device shows: the least format that fills it. */
static enum rights_format format_for(const struct viewing_question *q, enum rights_format allowed)
{
    enum rights_format format = allowed;
    while (q->device_lines > 0 && format > RIGHTS_SD &&
           rights_format_lines((enum rights_format)(format - 1)) >= q->device_lines)
        format = (enum rights_format)(format - 1);
    return format;
}

/* Of two ways: the one that may be taken, then the one with the language, then the greater
 * picture, then the subscription, which costs nothing more. */
static const struct way *better(const struct viewing_question *q, const struct way *sub,
                                const struct way *rent)
{
    if (sub->may != rent->may)
        return sub->may ? sub : rent;
    if (!sub->may)
        return sub->is_there ? sub : rent;
    if (speaks(q, sub) != speaks(q, rent))
        return speaks(q, sub) ? sub : rent;
    return format_for(q, rent->format) > format_for(q, sub->format) ? rent : sub;
}

/* Nothing is against it until then: is it to be watched, and how? by_sub, by_rent: the ways in
 * which it is shown; what is only being finished is in either, for what it was begun in. */
static struct viewing_verdict shown(const struct viewing_question *q, utc_time until, bool by_sub,
                                    bool by_rent)
{
    struct way sub = by_subscription(q, by_sub, until), rent = by_rental(q, by_rent, until);
    const struct way *way = better(q, &sub, &rent);
    bool closes = q->territory_until.us != 0;
    struct viewing_verdict v = { .is_shown = true,
                                 .from = q->showing->from,
                                 .until =
                                     closes ? sooner(way->until, q->territory_until) : way->until,
                                 .format = format_for(q, way->format),
                                 .languages = way->languages,
                                 .because = q->showing->because };
    if (q->member == NULL)
        v.reason = VIEWING_JOIN;
    else if (!way->may)
        v.reason = way == &sub ? VIEWING_SUBSCRIBE : VIEWING_RENT;
    else if (!speaks(q, way))
        v.reason = VIEWING_LANGUAGE;
    v.may_play = v.reason == VIEWING_PLAY;
    v.by_rental = v.may_play && way->by_clock;
    v.starts_rental = v.may_play && way->starts;
    return v;
}

/* ---- the verdict ---- */

static struct viewing_verdict not_shown(const struct viewing_question *q,
                                        enum viewing_reason reason)
{
    const struct showing *s = q->showing;
    struct viewing_verdict v = { .reason = reason,
                                 .is_shown = reason == VIEWING_ANNOUNCED,
                                 .from = s->from,
                                 .until = s->until,
                                 .languages = "" };
    if (reason == VIEWING_TERRITORY) {
        v.from = RIGHTS_SINCE_EVER;
        v.until = RIGHTS_FOR_EVER;
    }
    if (reason == s->reason)
        v.because = s->because;
    return v;
}

/* Nothing stands against it but a window. In rows and search it is no more than it would be without
 * the policy; a rental is its member's to find. */
static struct viewing_verdict finishing(const struct viewing_question *q)
{
    utc_time until = finish_until(q);
    bool may_finish = q->now.us < until.us;
    struct viewing_verdict v = shown(q, until, may_finish, may_finish);
    if (!v.may_play && !is_sold(q))
        return not_shown(q, q->showing->reason);
    v.is_shown = is_sold(q) || q->showing->state == RIGHTS_ANNOUNCED;
    return v;
}

struct viewing_verdict viewing_decide(const struct viewing_question *q)
{
    const struct showing *s = q->showing;
    enum viewing_reason viewer = against_viewer(q), reason = first_of(s->reason, viewer);
    if (reason == VIEWING_PLAY)
        return shown(q, s->until, s->in_subscription, showing_for_rent(s));
    return viewer == VIEWING_PLAY && is_about_a_window(s->reason) ? finishing(q)
                                                                  : not_shown(q, reason);
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
