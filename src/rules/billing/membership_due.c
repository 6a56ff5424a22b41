/* What the clock brings: one step a call. */
#include <string.h>

#include "rules/billing/membership_inside.h"

/* ---- what could not be collected --------------------------------------------------------------
 */

/* Whoever does not want to go on owes nothing: the charge is for what would have come. */
void fall_behind(struct work *w)
{
    struct membership *m = &w->m;
    if (m->is_cancelled || m->pause_months > 0) {
        work_drop_charge(w);
        return;
    }
    bool plays = m->state != MEMBERSHIP_PAUSED;
    if (plays)
        m->subscription.grace_until = time_grace_end(w);
    m->state = plays ? MEMBERSHIP_PAST_DUE : MEMBERSHIP_SUSPENDED;
    m->pause_until = (utc_time){ 0 };
    work_row(w, ROW_FAIL, w->now);
}

/* A charge was opened and nobody said what came of it in a day: it is tried again, by the schedule
 * from now on. */
static enum err no_answer(struct work *w)
{
    fall_behind(w);
    w->out->collect_again = work_has_charge(w);
    return OK;
}

enum err due_ask(struct work *w)
{
    work_drop_charge(w);
    if (w->m.state == MEMBERSHIP_NONE || w->m.state == MEMBERSHIP_ENDED)
        w->m.means = (means_id){ "" };
    return OK;
}

/* ---- the next period --------------------------------------------------------------------------
 */

/* It will not go on: over at `at`, and nothing changes before. */
static enum err do_not_go_on(struct work *w, enum membership_reason reason, utc_time at)
{
    w->is_over = true;
    if (w->now.us >= at.us)
        work_end(w, reason, at);
    return OK;
}

/* From the next period on it is the plan that the member has changed to, at the price they were
 * told, or less. */
static struct money switch_plan(struct work *w)
{
    struct membership *m = &w->m;
    const struct plan *plan = w->terms->next_plan;
    struct money today = w->terms->next_price->price, told = m->next_price;
    bool is_told = strcmp(told.currency, today.currency) == 0 && told.minor < today.minor;
    m->price = is_told ? told : today;
    memcpy(m->plan, m->next_plan, sizeof m->plan);
    work_forget_next(m);
    if (m->anchor.months > 0 && m->anchor.months != plan->months) {
        m->anchor.day = period_day(&m->anchor, m->period + 1);
        m->anchor.months = plan->months;
        m->period = -1;
    }
    return m->price;
}

static enum err pay_by_credit(struct work *w, const struct plan *plan, const struct money *price,
                              enum membership_row_kind row)
{
    utc_time begin = time_next_begin(w);
    enum err err = money_use_credit(w, price);
    if (err != OK)
        return err;
    time_grant(w, plan);
    w->m.state = MEMBERSHIP_ACTIVE;
    work_row(w, row, begin);
    return OK;
}

/* at: when what there is ends. */
static enum err go_on(struct work *w, utc_time at, enum membership_row_kind row)
{
    struct membership *m = &w->m;
    const struct membership_terms *t = w->terms;
    bool switches = !is_none(m->next_plan);
    const struct plan *plan = switches ? t->next_plan : t->plan;
    const struct plan_price *today = switches ? t->next_price : t->price;
    if (plan == NULL || today == NULL || today->price.minor < 0 ||
        currency_digits(today->price.currency) < 0)
        return do_not_go_on(w, REASON_PLAN_GONE, at);
    if (switches && !money_fits_credit(m, &today->price))
        return do_not_go_on(w, REASON_PLAN_GONE, at);
    const struct membership was = *m;
    struct membership_change clean = *w->out;
    if (m->state == MEMBERSHIP_TRIAL || m->state == MEMBERSHIP_PAUSED)
        time_start(w, m->state == MEMBERSHIP_TRIAL ? at : w->now, plan->months);
    struct money price =
        switches ? switch_plan(w) : money_price_at(w, &today->price, time_next_begin(w));
    if (money_owed(&price, m->credit) == 0)
        return pay_by_credit(w, plan, &price, row);
    if (!work_has_means(w)) {
        *m = was;
        *w->out = clean;
        return do_not_go_on(w, REASON_NOT_TAKEN, at);
    }
    return money_open(w, &price, m->credit, true);
}

/* ---- by state ---------------------------------------------------------------------------------
 */

enum err due_trial(struct work *w)
{
    struct membership *m = &w->m;
    utc_time end = m->subscription.trial_until;
    if (work_is_asked(w))
        return due_ask(w);
    if (work_is_owed(w))
        return no_answer(w);
    if (m->period >= 0) { /* a plan for nothing waited behind the trial */
        m->state = MEMBERSHIP_ACTIVE;
        if (w->terms->plan != NULL)
            work_plan(w, w->terms->plan);
        work_row(w, ROW_CONVERT, end);
        return OK;
    }
    if (m->gift_months > 0)
        return gift_begin(w, end);
    if (m->is_cancelled || !work_has_plan(w)) {
        work_end(w, m->is_cancelled ? REASON_CANCELLED : REASON_NOT_TAKEN, end);
        return OK;
    }
    return go_on(w, end, ROW_CONVERT);
}

/* A change to another plan that was waiting has come with the end of the period. */
static enum err begin_pause(struct work *w, utc_time from)
{
    struct membership *m = &w->m;
    if (!is_none(m->next_plan) && m->gift_months == 0) {
        memcpy(m->plan, m->next_plan, sizeof m->plan);
        if (!is_none(m->next_price.currency) && money_fits_credit(m, &m->next_price))
            m->price = m->next_price;
        work_forget_next(m);
    }
    m->pause_until =
        zone_add(w->terms->zone, from, &(struct duration){ .months = m->pause_months });
    m->pause_months = 0;
    m->state = MEMBERSHIP_PAUSED;
    work_row(w, ROW_PAUSE, from);
    return OK;
}

/* Between two periods: a plan with a smaller picture counts from now on, a rise is told. */
static enum err look(struct work *w)
{
    const struct membership_terms *t = w->terms;
    if (t->plan != NULL)
        work_plan(w, t->plan);
    if (t->price != NULL && time_is_to_tell(w) && is_none(w->m.next_plan) && !w->m.is_cancelled &&
        w->m.pause_months == 0 && w->m.gift_months == 0 && !is_none(w->m.price.currency) &&
        t->price->price.minor >= 0)
        money_tell_rise(w, &t->price->price);
    return OK;
}

enum err due_active(struct work *w)
{
    struct membership *m = &w->m;
    utc_time end = m->subscription.paid_until;
    bool is_over = w->now.us >= end.us;
    if (work_is_asked(w))
        return due_ask(w);
    if (work_is_owed(w))
        return no_answer(w);
    if (!is_over && w->now.us < period_due(&m->anchor, w->terms->zone, m->period + 1).us)
        return look(w);
    if (m->pause_months > 0)
        return is_over ? begin_pause(w, end) : OK;
    if (m->gift_months > 0)
        return gift_begin(w, end);
    if (!m->is_cancelled)
        return go_on(w, end, ROW_RENEW);
    if (is_over)
        work_end(w, REASON_CANCELLED, end);
    return OK;
}

enum err due_paused(struct work *w)
{
    if (work_is_asked(w))
        return due_ask(w);
    if (work_is_owed(w))
        return no_answer(w);
    if (w->m.gift_months > 0)
        return gift_begin(w, w->now);
    utc_time until = w->m.pause_until;
    enum err err = go_on(w, until, ROW_RESUME);
    if (w->m.state == MEMBERSHIP_ACTIVE)
        w->m.pause_until = (utc_time){ 0 };
    return err;
}

/* PAST_DUE and SUSPENDED: a try whose day has come goes before the end, so that nobody ends for a
 * run that came late. */
enum err due_schedule(struct work *w)
{
    struct membership *m = &w->m;
    bool may_try = work_has_charge(w) && work_has_means(w);
    utc_time over = time_suspended(w), end = time_given_up(w);
    bool stops = m->state == MEMBERSHIP_PAST_DUE && w->now.us >= over.us;
    if (may_try && time_is_try(w, w->before->due)) {
        w->out->collect_again = true;
    } else if (stops) {
        m->state = MEMBERSHIP_SUSPENDED;
        work_row(w, ROW_SUSPEND, over);
        work_letter(w, LETTER_SUSPENDED, NULL, end);
    } else if (w->now.us >= end.us) {
        work_end(w, REASON_UNPAID, end);
    } else {
        w->out->collect_again = may_try;
    }
    return OK;
}

enum err due_ended(struct work *w)
{
    if (work_has_charge(w))
        return due_ask(w);
    work_letter(w, LETTER_WIN_BACK, NULL, w->now);
    return OK;
}
