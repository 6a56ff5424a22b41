/* The machine's calendar: periods, grace, and when it has to look again. */
#include <string.h>

#include "rules/billing/membership_inside.h"

static utc_time sooner(utc_time a, utc_time b)
{
    return a.us < b.us ? a : b;
}

static utc_time later(utc_time a, utc_time b)
{
    return a.us > b.us ? a : b;
}

/* ---- periods ----------------------------------------------------------------------------------
 */

void time_start(struct work *w, utc_time at, int months)
{
    w->m.anchor = period_anchor_at(w->terms->zone, at, months);
    w->m.period = -1;
}

utc_time time_next_begin(const struct work *w)
{
    return period_begin(&w->m.anchor, w->terms->zone, w->m.period + 1);
}

/* One span without a hole is kept as one. */
static void pay_until(struct work *w, utc_time begin, utc_time end)
{
    struct subscription *s = &w->m.subscription;
    if (s->paid_until.us == 0 || s->paid_until.us < begin.us)
        s->paid_from = begin;
    s->paid_until = end;
}

/* A plan with a smaller picture counts when its period begins, though that is paid hours before. */
static void show_plan(struct work *w, const struct plan *plan, utc_time begin)
{
    struct subscription *s = &w->m.subscription;
    int lines = s->lines, streams = s->streams;
    work_plan(w, plan);
    if (begin.us <= w->now.us || w->before->state != MEMBERSHIP_ACTIVE)
        return;
    bool is_less = lines == 0 || s->lines < lines || streams == 0 || s->streams < streams;
    if (!is_less)
        return;
    s->lines = lines == 0 || lines > s->lines ? lines : s->lines;
    s->streams = streams == 0 || streams > s->streams ? streams : s->streams;
    w->look_at = begin;
}

void time_grant(struct work *w, const struct plan *plan)
{
    utc_time begin = time_next_begin(w);
    w->m.period++;
    pay_until(w, begin, time_next_begin(w));
    if (plan != NULL)
        show_plan(w, plan, begin);
}

/* What came back will not be paid again: periods are counted from where the paid time ends now. */
void time_give_up(struct work *w)
{
    utc_time end = w->m.subscription.paid_until;
    if (end.us != 0 && end.us != time_next_begin(w).us)
        time_start(w, end, w->m.anchor.months);
}

/* Whole periods are counted on. What is no whole period moves the anchor to where it ends. */
void time_append(struct work *w, int months, int plan_months)
{
    struct period_anchor *a = &w->m.anchor;
    utc_time begin = time_next_begin(w);
    if (months % plan_months != 0 || a->months != plan_months) {
        struct period_anchor by_month = { a->day, a->second, 1 };
        int first = (w->m.period + 1) * a->months;
        bool is_whole = months % plan_months == 0;
        a->day = period_day(&by_month, is_whole ? first : first + months);
        a->months = plan_months;
        w->m.period = is_whole ? months / plan_months - 1 : -1;
    } else {
        w->m.period += months / plan_months;
    }
    pay_until(w, begin, time_next_begin(w));
}

/* ---- what is not paid -------------------------------------------------------------------------
 */

static utc_time end_of_all(const struct work *w)
{
    return later(w->m.subscription.trial_until, w->m.subscription.paid_until);
}

/* The time of day is that of the period's end, so that before and after a failure the same holds.
 */
utc_time time_grace_end(const struct work *w)
{
    int32_t second;
    civil_day day = zone_day(w->terms->zone, end_of_all(w), &second);
    if (w->m.first_due.days > day.days)
        day = w->m.first_due;
    day.days += w->terms->grace_days;
    return later(zone_instant(w->terms->zone, day, second), end_of_all(w));
}

utc_time time_suspended(const struct work *w)
{
    return later(w->m.subscription.grace_until, w->m.subscription.paid_until);
}

utc_time time_given_up(const struct work *w)
{
    return later(work_midnight(w, w->m.first_due, w->terms->end_days), time_suspended(w));
}

static utc_time try_at(const struct work *w, int i)
{
    return work_midnight(w, w->m.first_due, w->terms->dunning[i]);
}

bool time_is_try(const struct work *w, utc_time due)
{
    for (int i = 0; i < w->terms->n_dunning && i < DUNNING_TRIES; i++)
        if (try_at(w, i).us == due.us)
            return true;
    return false;
}

/* ---- when to look again -----------------------------------------------------------------------
 */

static utc_time tomorrow(const struct work *w)
{
    return work_midnight(w, work_day(w, w->now), 1);
}

/* An ask that nobody answered by then is forgotten. */
static utc_time ask_ends(const struct work *w, utc_time otherwise)
{
    bool is_old = strcmp(w->before->charge.s, w->m.charge.s) == 0 && !w->out->collect_again;
    utc_time end = is_old ? w->before->due : (utc_time){ w->now.us + UTC_DAY };
    return otherwise.us == 0 ? end : sooner(end, otherwise);
}

/* A try and the end of grace may fall on one midnight: the try comes first, and is known by its
 * instant. */
static utc_time due_by_schedule(const struct work *w)
{
    bool was_no_try = w->event->kind == MEMBERSHIP_DUE && !w->out->collect_again;
    utc_time due = time_given_up(w), since = was_no_try ? w->before->due : w->now;
    if (w->m.state == MEMBERSHIP_PAST_DUE)
        due = sooner(due, time_suspended(w));
    if (time_is_try(w, due))
        due.us++;
    for (int i = 0; work_has_means(w) && i < w->terms->n_dunning && i < DUNNING_TRIES; i++)
        if (try_at(w, i).us > since.us)
            due = sooner(due, try_at(w, i));
    return w->out->collect_again || !is_none(w->out->open.id.s) ? later(due, tomorrow(w)) : due;
}

/* When who has long periods is looked at to be told of another price; us 0: that is done when they
 * are renewed. */
static utc_time tell_at(const struct work *w)
{
    enum { SHORTEST_MONTH = 28 };
    const struct period_anchor *a = &w->m.anchor;
    bool is_long = w->terms->notice_days > 0 && a->months * SHORTEST_MONTH > w->terms->notice_days;
    utc_time renewal = period_due(a, w->terms->zone, w->m.period + 1);
    return (utc_time){ is_long ? renewal.us - w->terms->notice_days * UTC_DAY : 0 };
}

bool time_is_to_tell(const struct work *w)
{
    utc_time at = tell_at(w);
    return at.us != 0 && at.us <= w->now.us;
}

static utc_time due_to_tell(const struct work *w, utc_time renewal)
{
    utc_time at = tell_at(w);
    return at.us > w->now.us ? at : renewal;
}

static utc_time due_of_active(const struct work *w)
{
    const struct membership *m = &w->m;
    utc_time renewal = period_due(&m->anchor, w->terms->zone, m->period + 1);
    if (w->is_over || m->pause_months > 0 || (m->is_cancelled && m->gift_months == 0))
        renewal = m->subscription.paid_until;
    else if (m->gift_months == 0 && !work_has_charge(w))
        renewal = due_to_tell(w, renewal);
    return w->look_at.us > w->now.us ? sooner(w->look_at, renewal) : renewal;
}

/* A look that fell due and was not taken yet is not forgotten for something that came first. */
static utc_time due_or_overdue(const struct work *w, utc_time due)
{
    const struct membership *b = w->before;
    bool is_overdue = w->event->kind != MEMBERSHIP_DUE && b->state == MEMBERSHIP_ACTIVE &&
                      is_none(b->charge.s) && b->due.us <= w->now.us &&
                      b->due.us < period_due(&b->anchor, w->terms->zone, b->period + 1).us;
    return is_overdue && !work_has_charge(w) ? sooner(b->due, due) : due;
}

static utc_time due_of_ended(const struct work *w)
{
    bool is_new = w->before->state != MEMBERSHIP_ENDED && w->event->kind != MEMBERSHIP_STOP &&
                  w->terms->win_back_days > 0;
    if (is_new)
        return work_midnight(w, work_day(w, w->now), w->terms->win_back_days);
    bool is_noted = w->event->kind == MEMBERSHIP_RETURNED;
    return is_noted ? w->before->due : (utc_time){ 0 };
}

static utc_time due_of(const struct work *w)
{
    const struct membership *m = &w->m;
    utc_time due = { 0 };
    switch (m->state) {
    case MEMBERSHIP_NONE: break;
    case MEMBERSHIP_ENDED: due = due_of_ended(w); break;
    case MEMBERSHIP_TRIAL: due = m->subscription.trial_until; break;
    case MEMBERSHIP_ACTIVE: due = due_or_overdue(w, due_of_active(w)); break;
    case MEMBERSHIP_PAST_DUE:
    case MEMBERSHIP_SUSPENDED: return due_by_schedule(w);
    case MEMBERSHIP_PAUSED: due = m->pause_until; break;
    case MEMBERSHIP_PARTNER:
    case MEMBERSHIP_STATE_COUNT: break;
    }
    if (work_is_owed(w))
        return tomorrow(w);
    return work_is_asked(w) ? ask_ends(w, due) : due;
}

/* Nobody loses the picture between the end of what is paid and the run that collects the next. */
static utc_time grace_of(const struct work *w)
{
    const struct membership *m = &w->m;
    bool goes_on = m->gift_months > 0 ||
                   (!m->is_cancelled && work_has_plan(w) && work_has_means(w) && !w->is_over);
    if (m->state == MEMBERSHIP_PAST_DUE)
        return m->subscription.grace_until;
    if (m->state != MEMBERSHIP_TRIAL && m->state != MEMBERSHIP_ACTIVE)
        return (utc_time){ 0 };
    if (m->pause_months > 0)
        goes_on = false;
    return goes_on || work_is_owed(w) ? time_grace_end(w) : (utc_time){ 0 };
}

void time_settle(struct work *w)
{
    w->m.subscription.grace_until = grace_of(w);
    w->m.due = due_of(w);
}
