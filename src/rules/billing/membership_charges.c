/* What became of charges. */
#include "rules/billing/membership_inside.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* It was paid before and came back: its period was counted, its credit used. What is collected for
 * the first time is for the period after the one that is paid for. */
static bool is_again(const struct work *w)
{
    const char *subject = w->event->charge->subject;
    char next[CHARGE_SUBJECT];
    int n =
        snprintf(next, sizeof next, "period %" PRId32 " %d", w->m.anchor.day.days, w->m.period + 1);
    bool is_next = strncmp(subject, next, (size_t)n) == 0 && (subject[n] == 0 || subject[n] == ' ');
    return work_is_owed(w) && !is_next;
}

/* The whole price: what was collected, and what credit paid. */
static enum err price_of(struct work *w, struct money *price)
{
    const struct charge *c = w->event->charge;
    *price = c->amount;
    if (c->amount.minor < 0 || c->credit < 0 ||
        __builtin_add_overflow(c->amount.minor, c->credit, &price->minor))
        return work_refuse(w, ERR_FULL, "the amount is past the range");
    return OK;
}

static enum err use_credit(struct work *w)
{
    const struct charge *c = w->event->charge;
    bool fits = c->credit == 0 || strcmp(c->amount.currency, w->m.price.currency) == 0;
    if (!fits || c->credit > w->m.credit)
        return work_refuse(w, ERR_STATE, "the credit that was to pay for a part is gone");
    w->m.credit -= c->credit;
    return OK;
}

static void close_charge(struct work *w)
{
    struct membership *m = &w->m;
    if (!is_none(w->event->charge->means.s))
        m->means = w->event->charge->means;
    m->charge = (charge_id){ "" };
    m->first_due.days = 0;
    m->failures = 0;
}

static void invoice(struct work *w, bool is_first)
{
    w->out->is_invoiced = is_first;
    w->out->invoice_from = period_begin(&w->m.anchor, w->terms->zone, w->m.period);
    w->out->invoice_until = w->m.subscription.paid_until;
}

/* ---- paid -------------------------------------------------------------------------------------
 */

static enum membership_row_kind row_of_first(const struct work *w)
{
    const struct subscription *s = &w->before->subscription;
    if (w->before->state == MEMBERSHIP_PAUSED)
        return ROW_RESUME;
    if (w->before->state == MEMBERSHIP_ACTIVE)
        return ROW_PLAN;
    if (s->paid_until.us != 0 && w->before->state == MEMBERSHIP_ENDED)
        return ROW_REJOIN;
    return s->trial_until.us != 0 ? ROW_CONVERT : ROW_JOIN;
}

/* A plan that was asked for begins: now, or (up from another) when it was asked for, which is when
 * what was left of the other was counted. */
static enum err begin_asked(struct work *w)
{
    struct membership *m = &w->m;
    const struct membership_terms *t = w->terms;
    const struct plan *plan = is_none(m->next_plan) ? t->plan : t->next_plan;
    bool is_up = m->state == MEMBERSHIP_ACTIVE;
    utc_time at = is_up ? w->event->charge->created : w->now;
    bool had_wish = m->is_cancelled || m->pause_months > 0;
    struct money price;
    enum err err = price_of(w, &price);
    if (plan == NULL)
        return work_refuse(w, ERR_STATE, "the plan that was asked for is gone");
    if (err == OK && is_up)
        err = money_credit_unused(w, at);
    if (err == OK)
        err = use_credit(w);
    if (err != OK)
        return err;
    close_charge(w);
    begin_now(w, &(struct beginning){ plan, price, at, row_of_first(w) });
    if (is_up && had_wish)
        work_row(w, ROW_KEEP, w->now);
    if (w->before->state != MEMBERSHIP_PAUSED)
        work_letter(w, is_up ? LETTER_PLAN : LETTER_WELCOME, &m->price, m->subscription.paid_until);
    invoice(w, true);
    return OK;
}

enum err paid_ask(struct work *w)
{
    return begin_asked(w);
}

/* The next period, in its place. */
static enum err pay_next(struct work *w, enum membership_row_kind row)
{
    struct money price;
    enum err err = price_of(w, &price);
    if (err == OK)
        err = use_credit(w);
    if (err != OK)
        return err;
    close_charge(w);
    w->m.price = price;
    utc_time begin = time_next_begin(w);
    time_grant(w, w->terms->plan);
    w->m.state = MEMBERSHIP_ACTIVE;
    work_row(w, row, begin);
    invoice(w, true);
    return OK;
}

enum err paid_trial(struct work *w)
{
    return work_is_asked(w) ? begin_asked(w) : pay_next(w, ROW_CONVERT);
}

enum err paid_active(struct work *w)
{
    return work_is_asked(w) ? begin_asked(w) : pay_next(w, ROW_RENEW);
}

enum err paid_paused(struct work *w)
{
    if (work_is_asked(w))
        return begin_asked(w);
    w->m.pause_until = (utc_time){ 0 };
    time_start(w, w->now, w->m.anchor.months);
    return pay_next(w, ROW_RESUME);
}

static void recover(struct work *w)
{
    w->m.state = MEMBERSHIP_ACTIVE;
    work_row(w, ROW_RECOVER, w->now);
    work_letter(w, LETTER_RECOVERED, &w->event->charge->amount, w->now);
}

/* As long as it plays, what is paid is the period it was for: no day is given, none lost. After
 * that the days that did not play are not paid for: a new one begins. */
enum err paid_owed(struct work *w)
{
    struct membership *m = &w->m;
    bool plays = m->state == MEMBERSHIP_PAST_DUE && w->now.us < time_suspended(w).us;
    bool again = is_again(w), is_first = m->subscription.paid_until.us == 0;
    recover(w);
    if (plays && again) {
        close_charge(w);
        m->subscription.paid_until = time_next_begin(w);
        invoice(w, false);
        return OK;
    }
    if (!plays)
        time_start(w, w->now, m->anchor.months);
    if (!again)
        return pay_next(w, is_first ? ROW_CONVERT : ROW_RENEW);
    close_charge(w);
    time_grant(w, w->terms->plan);
    invoice(w, false);
    return OK;
}

/* ---- failed -----------------------------------------------------------------------------------
 */

static void forget_means(struct work *w)
{
    const char *used = w->event->charge->means.s;
    if (is_none(used) || strcmp(used, w->m.means.s) == 0)
        w->m.means = (means_id){ "" };
}

/* Nothing was given for it: as if it had not been asked for. */
enum err failed_ask(struct work *w)
{
    work_drop_charge(w);
    bool is_new = w->m.state == MEMBERSHIP_NONE || w->m.state == MEMBERSHIP_ENDED;
    if (is_new)
        w->m.means = (means_id){ "" };
    else if (!work_has_plan(w) || w->event->is_final)
        forget_means(w);
    return OK;
}

static enum err failed_due(struct work *w)
{
    if (w->event->is_final)
        forget_means(w);
    w->m.failures++;
    fall_behind(w);
    if (!work_has_charge(w))
        return OK;
    if (w->m.state == MEMBERSHIP_SUSPENDED)
        work_letter(w, LETTER_SUSPENDED, &w->event->charge->amount, time_given_up(w));
    else
        work_letter(w, LETTER_PAYMENT_FAILED, &w->event->charge->amount, time_suspended(w));
    return OK;
}

enum err failed_trial(struct work *w)
{
    return work_is_asked(w) ? failed_ask(w) : failed_due(w);
}

enum err failed_active(struct work *w)
{
    return work_is_asked(w) ? failed_ask(w) : failed_due(w);
}

enum err failed_paused(struct work *w)
{
    return work_is_asked(w) ? failed_ask(w) : failed_due(w);
}

enum err failed_owed(struct work *w)
{
    bool is_first = w->m.failures++ == 0;
    if (w->event->is_final)
        forget_means(w);
    work_row(w, ROW_FAIL, w->now);
    if (w->m.state == MEMBERSHIP_PAST_DUE && (is_first || w->event->is_final))
        work_letter(w, LETTER_PAYMENT_FAILED, &w->event->charge->amount, time_suspended(w));
    return OK;
}

/* ---- returned ---------------------------------------------------------------------------------
 */

/* Nobody is to collect it any more: something else is being collected, or nothing. */
enum err returned_noted(struct work *w)
{
    w->out->void_charge = w->event->charge->id;
    work_row(w, ROW_RETURN, w->now);
    return OK;
}

/* The last period is not paid any more; the charge is tried again by the schedule. Means that let
 * every try of a schedule come back are asked no more: what is given for a debit that is under way
 * would be given for nothing, again and again. */
static void owe(struct work *w, bool plays)
{
    struct membership *m = &w->m;
    const struct charge *c = w->event->charge;
    bool is_hopeless = c->tries > (unsigned)w->terms->n_dunning;
    work_drop_charge(w);
    m->charge = c->id;
    m->first_due = work_day(w, w->now);
    m->failures = 1;
    m->pause_months = 0;
    m->pause_until = (utc_time){ 0 };
    if (is_hopeless)
        m->means = (means_id){ "" };
    plays = plays && (!is_hopeless || m->subscription.paid_until.us > w->now.us);
    m->state = plays ? MEMBERSHIP_PAST_DUE : MEMBERSHIP_SUSPENDED;
    m->subscription.grace_until = (utc_time){ 0 };
    if (plays && !is_hopeless)
        m->subscription.grace_until = time_grace_end(w);
    work_row(w, ROW_RETURN, w->now);
    if (m->state == MEMBERSHIP_SUSPENDED)
        work_row(w, ROW_SUSPEND, w->now);
}

static void take_back_period(struct work *w)
{
    struct subscription *s = &w->m.subscription;
    utc_time begin = period_begin(&w->m.anchor, w->terms->zone, w->m.period);
    if (begin.us < s->paid_until.us)
        s->paid_until = begin.us > s->paid_from.us ? begin : s->paid_from;
}

enum err returned_active(struct work *w)
{
    struct membership *m = &w->m;
    take_back_period(w);
    if (m->is_cancelled) { /* nothing more will be paid, so nothing more plays */
        work_drop_charge(w);
        if (is_none(w->out->void_charge.s))
            w->out->void_charge = w->event->charge->id;
        work_row(w, ROW_RETURN, w->now);
        time_give_up(w);
        if (m->subscription.paid_until.us <= w->now.us)
            work_end(w, REASON_UNPAID, w->now);
        return OK;
    }
    owe(w, true);
    work_letter(w, m->state == MEMBERSHIP_PAST_DUE ? LETTER_PAYMENT_FAILED : LETTER_SUSPENDED,
                &w->event->charge->amount,
                m->state == MEMBERSHIP_PAST_DUE ? time_suspended(w) : time_given_up(w));
    return OK;
}

enum err returned_paused(struct work *w)
{
    owe(w, false);
    work_letter(w, LETTER_SUSPENDED, &w->event->charge->amount, time_given_up(w));
    return OK;
}
