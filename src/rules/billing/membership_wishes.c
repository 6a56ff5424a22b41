/* What the member wants of what runs, and the end. */
#include <string.h>

#include "rules/billing/membership_inside.h"

/* ---- cancel, keep, pause --------------------------------------------------------------
 */

static utc_time end_of_paid(const struct membership *m)
{
    const struct subscription *s = &m->subscription;
    return s->paid_until.us > s->trial_until.us ? s->paid_until : s->trial_until;
}

enum err order_cancel(struct work *w)
{
    struct membership *m = &w->m;
    if (m->is_cancelled)
        return work_refuse(w, ERR_STATE, "it is cancelled already");
    if (!work_has_plan(w) && !work_is_asked(w))
        return work_refuse(w, ERR_STATE, "no plan was taken: the trial ends by itself");
    if (work_is_asked(w))
        work_drop_charge(w);
    m->is_cancelled = true;
    m->pause_months = 0;
    work_row(w, ROW_CANCEL, end_of_paid(m));
    work_letter(w, LETTER_CANCELLED, NULL, end_of_paid(m));
    return OK;
}

/* Nothing is paid for any more, but what is left of a period that failed to renew in time. */
enum err order_cancel_owed(struct work *w)
{
    struct membership *m = &w->m;
    bool plays = m->state == MEMBERSHIP_PAST_DUE && w->now.us < end_of_paid(m).us;
    work_drop_charge(w);
    m->first_due.days = 0;
    if (!plays) {
        work_end(w, REASON_CANCELLED, w->now);
        return OK;
    }
    m->state = MEMBERSHIP_ACTIVE;
    time_give_up(w);
    return order_cancel(w);
}

enum err order_keep(struct work *w)
{
    struct membership *m = &w->m;
    bool has_change = !is_none(m->next_plan) && m->gift_months == 0 && !work_is_asked(w);
    if (!m->is_cancelled && m->pause_months == 0 && !has_change)
        return work_refuse(w, ERR_STATE, "there is nothing to take back");
    m->is_cancelled = false;
    m->pause_months = 0;
    if (has_change) {
        work_forget_next(m);
    }
    work_row(w, ROW_KEEP, w->now);
    return OK;
}

enum err order_pause(struct work *w)
{
    struct membership *m = &w->m;
    if (m->is_cancelled)
        return work_refuse(w, ERR_STATE, "it is cancelled: take that back first");
    if (w->terms->pause_months_most < 1)
        return work_refuse(w, ERR_STATE, "pauses are not offered here");
    if (w->event->months < 1 || w->event->months > w->terms->pause_months_most)
        return work_refuse(w, ERR_ARGUMENT, "a pause is not that long here");
    if (work_is_asked(w))
        work_drop_charge(w);
    utc_time from = m->subscription.paid_until;
    m->pause_months = w->event->months;
    work_row(w, ROW_PAUSE, from);
    work_letter(w, LETTER_PAUSED, NULL,
                zone_add(w->terms->zone, from, &(struct duration){ .months = m->pause_months }));
    return OK;
}

/* ---- means, and the end -----------------------------------------------------------------------
 */

enum err order_means(struct work *w)
{
    if (is_none(w->event->means.s))
        return work_refuse(w, ERR_ARGUMENT, "payment means are missing");
    if (!work_has_plan(w))
        return work_refuse(w, ERR_STATE, "no plan was taken yet");
    w->m.means = w->event->means;
    w->out->collect_again = work_has_charge(w);
    return OK;
}

enum err order_stop(struct work *w)
{
    struct subscription *s = &w->m.subscription;
    if (s->paid_until.us > w->now.us)
        s->paid_until = w->now;
    if (s->trial_until.us > w->now.us)
        s->trial_until = w->now;
    if (w->m.state != MEMBERSHIP_NONE && w->m.state != MEMBERSHIP_ENDED) {
        work_end(w, w->event->reason, w->now);
        return OK;
    }
    work_drop_charge(w);
    w->m.means = (means_id){ "" };
    return OK;
}
