/* Plans that the member takes, changes and goes on with. */
#include <string.h>

#include "rules/billing/membership_inside.h"

static const char under_way[] = "a payment is under way: wait for its outcome";

static means_id means_of(const struct work *w)
{
    return is_none(w->event->means.s) ? w->m.means : w->event->means;
}

static bool never_had_any(const struct membership *m)
{
    return m->subscription.trial_until.us == 0 && m->subscription.paid_until.us == 0;
}

/* ---- the trial --------------------------------------------------------------------------------
 */

static void begin_trial(struct work *w)
{
    struct subscription trial = subscription_trial(w->now, w->terms->trial_days);
    w->m.subscription.trial_from = trial.trial_from;
    w->m.subscription.trial_until = trial.trial_until;
    w->m.state = MEMBERSHIP_TRIAL;
}

enum err order_sign_up(struct work *w)
{
    w->is_same = w->terms->trial_days <= 0 || !never_had_any(&w->m) || work_has_charge(w);
    if (w->is_same)
        return OK;
    begin_trial(w);
    work_row(w, ROW_TRIAL, w->now);
    return OK;
}

/* Paid for when the trial ends. What costs nothing waits behind the trial at once. */
static enum err take_behind_trial(struct work *w)
{
    struct membership *m = &w->m;
    struct subscription *s = &m->subscription;
    const struct money *price = &w->terms->price->price;
    m->means = means_of(w);
    if (money_owed(price, m->credit) > 0 && !work_has_means(w))
        return work_refuse(w, ERR_ARGUMENT, "payment means are needed");
    gift_stays(m, w->terms->plan->code);
    memcpy(m->plan, w->terms->plan->code, sizeof m->plan);
    m->price = *price;
    m->is_cancelled = false;
    m->next_price = (struct money){ 0 };
    m->next_price_from = (utc_time){ 0 };
    m->period = -1;
    s->paid_from = s->paid_until = (utc_time){ 0 };
    if (price->minor == 0 && m->gift_months == 0) {
        time_start(w, s->trial_until, w->terms->plan->months);
        time_grant(w, NULL);
        s->paid_from = s->trial_until;
    }
    return OK;
}

enum err order_take_in_trial(struct work *w)
{
    struct membership *m = &w->m;
    const struct membership_terms *t = w->terms;
    enum err err = money_check(w, t->plan, t->price);
    if (err != OK)
        return err;
    if (w->event->kind == MEMBERSHIP_CHANGE && !work_has_plan(w))
        return work_refuse(w, ERR_STATE, "no plan was taken yet");
    if (work_is_owed(w))
        return work_refuse(w, ERR_STATE, under_way);
    if (t->means_had_trial && t->price->price.minor > 0 && m->gift_months == 0)
        return order_take(w);
    bool is_so = strcmp(m->plan, t->plan->code) == 0 && m->gift_months == 0 && !m->is_cancelled &&
                 !work_has_charge(w) && money_same(&m->price, &t->price->price) &&
                 strcmp(means_of(w).s, m->means.s) == 0;
    if (is_so)
        return work_refuse(w, ERR_STATE, "this plan is taken already: it begins after the trial");
    work_drop_charge(w);
    err = take_behind_trial(w);
    if (err != OK)
        return err;
    work_row(w, ROW_PLAN, m->subscription.trial_until);
    work_letter(w, LETTER_WELCOME, &m->price, m->subscription.trial_until);
    return OK;
}

/* ---- taking a plan ----------------------------------------------------------------------------
 */

static enum membership_row_kind row_of_taking(const struct work *w)
{
    const struct membership *m = w->before;
    if (m->state == MEMBERSHIP_PAUSED)
        return ROW_RESUME;
    if (m->subscription.paid_until.us != 0 && m->state == MEMBERSHIP_ENDED)
        return ROW_REJOIN;
    return m->subscription.trial_until.us != 0 ? ROW_CONVERT : ROW_JOIN;
}

/* The same was asked for before and is not answered yet: it is asked again. */
static bool is_asked_already(const struct work *w, const struct plan *plan)
{
    return work_is_asked(w) && plan != NULL && strcmp(w->m.next_plan, plan->code) == 0;
}

/* Begins now when there is nothing to pay, else asks for it. next: the plan that is asked for. */
static enum err ask(struct work *w, const struct beginning *b, int64_t credit)
{
    struct membership *m = &w->m;
    means_id means = means_of(w);
    if (money_owed(&b->price, credit) > 0 && is_none(means.s))
        return work_refuse(w, ERR_ARGUMENT, "payment means are needed");
    m->means = means;
    if (money_owed(&b->price, credit) == 0) {
        enum err err = begin_covered(w, b);
        if (err == OK && b->row != ROW_RESUME)
            work_letter(w, LETTER_WELCOME, &m->price, m->subscription.paid_until);
        return err;
    }
    memcpy(m->next_plan, b->plan->code, sizeof m->next_plan);
    return money_open(w, &b->price, credit, false);
}

static enum err ask_again(struct work *w)
{
    w->m.means = means_of(w);
    w->out->collect_again = true;
    return OK;
}

enum err order_take(struct work *w)
{
    struct membership *m = &w->m;
    const struct membership_terms *t = w->terms;
    enum err err = money_check(w, t->plan, t->price);
    if (err != OK)
        return err;
    if (work_is_owed(w))
        return work_refuse(w, ERR_STATE, under_way);
    if (m->gift_months > 0)
        return work_refuse(w, ERR_STATE, "a gift is waiting: go on with it");
    if (is_asked_already(w, t->plan))
        return ask_again(w);
    work_drop_charge(w);
    const struct beginning b = { t->plan, t->price->price, w->now, row_of_taking(w) };
    bool has_trial = never_had_any(m) && t->trial_days > 0 && !t->means_had_trial &&
                     t->price->price.minor > 0 && !is_none(means_of(w).s);
    if (!has_trial)
        return ask(w, &b, m->credit);
    begin_trial(w);
    err = take_behind_trial(w);
    work_plan(w, t->plan);
    work_row(w, ROW_TRIAL, w->now);
    work_letter(w, LETTER_WELCOME, &m->price, m->subscription.trial_until);
    return err;
}

/* What is owed is paid by other means, or another plan takes its place. */
enum err order_take_suspended(struct work *w)
{
    struct membership *m = &w->m;
    const struct membership_terms *t = w->terms;
    civil_day first_due = m->first_due;
    enum err err = money_check(w, t->plan, t->price);
    if (err != OK)
        return err;
    bool is_same = strcmp(m->plan, t->plan->code) == 0 && work_has_charge(w) &&
                   money_same(&m->price, &t->price->price);
    means_id means = means_of(w);
    if (is_none(means.s) && money_owed(&t->price->price, m->credit) > 0)
        return work_refuse(w, ERR_ARGUMENT, "payment means are needed");
    if (is_same)
        return ask_again(w);
    work_drop_charge(w);
    m->means = means;
    if (money_owed(&t->price->price, m->credit) == 0)
        return begin_covered(w,
                             &(struct beginning){ t->plan, t->price->price, w->now, ROW_RECOVER });
    work_forget_told(m);
    gift_stays(m, t->plan->code);
    work_plan(w, t->plan);
    m->price = t->price->price;
    work_row(w, ROW_PLAN, w->now);
    time_start(w, w->now, t->plan->months);
    err = money_open(w, &m->price, m->credit, true);
    m->first_due = first_due;
    return err;
}

enum err order_resume(struct work *w)
{
    struct membership *m = &w->m;
    const struct membership_terms *t = w->terms;
    if (m->gift_months > 0 && !work_has_charge(w))
        return gift_begin(w, w->now);
    if (work_has_charge(w))
        return ask_again(w);
    if (t->plan == NULL || t->price == NULL)
        return work_refuse(w, ERR_ARGUMENT, "this plan is not sold here any more: take another");
    struct money price = money_price_at(w, &t->price->price, w->now);
    const struct beginning b = { t->plan, price, w->now, ROW_RESUME };
    return ask(w, &b, m->credit);
}

/* ---- another plan -----------------------------------------------------------------------------
 */

static bool is_up(const struct work *w)
{
    const struct membership_terms *t = w->terms;
    const struct money *price = &t->price->price;
    int own_months = t->own != NULL ? t->own->months : w->m.anchor.months;
    __extension__ __int128 theirs = price->minor, ours = w->m.price.minor;
    if (strcmp(price->currency, w->m.price.currency) != 0)
        return false; /* what is left of the period cannot pay for it */
    return (t->own != NULL && t->plan->rank > t->own->rank) ||
           theirs * own_months > ours * t->plan->months;
}

static void take_wishes_back(struct work *w)
{
    bool had = w->m.is_cancelled || w->m.pause_months > 0;
    w->m.is_cancelled = false;
    w->m.pause_months = 0;
    if (had)
        work_row(w, ROW_KEEP, w->now);
}

static enum err change_down(struct work *w)
{
    struct membership *m = &w->m;
    const struct membership_terms *t = w->terms;
    utc_time from = m->subscription.paid_until;
    work_drop_charge(w);
    take_wishes_back(w);
    memcpy(m->next_plan, t->plan->code, sizeof m->next_plan);
    m->next_price = t->price->price;
    m->next_price_from = from;
    struct membership_row *row = work_row(w, ROW_PLAN, from);
    memcpy(row->plan, m->next_plan, sizeof row->plan);
    row->price = m->next_price;
    work_letter(w, LETTER_PLAN, &m->next_price, from);
    return OK;
}

/* A new period begins now; what is left of the one before is credit, which pays first. */
static enum err change_up(struct work *w)
{
    struct membership *m = &w->m;
    const struct membership_terms *t = w->terms;
    const struct beginning b = { t->plan, t->price->price, w->now, ROW_PLAN };
    int64_t unused, credit;
    if (is_asked_already(w, t->plan))
        return ask_again(w);
    work_drop_charge(w);
    if (!is_none(m->next_plan))
        return work_refuse(w, ERR_STATE, "another change is waiting: take it back first");
    if (money_unused(w, w->now, &unused) != OK ||
        __builtin_add_overflow(m->credit, unused, &credit))
        return work_refuse(w, ERR_FULL, "the amount is past the range");
    if (money_owed(&b.price, credit) > 0)
        return ask(w, &b, credit);
    enum err err = money_credit_unused(w, w->now);
    if (err != OK)
        return err;
    m->means = means_of(w);
    take_wishes_back(w);
    err = begin_covered(w, &b);
    work_letter(w, LETTER_PLAN, &m->price, m->subscription.paid_until);
    return err;
}

enum err order_change(struct work *w)
{
    const struct membership_terms *t = w->terms;
    if (t->plan != NULL && strcmp(t->plan->code, w->m.plan) == 0)
        return order_keep(w);
    enum err err = money_check(w, t->plan, t->price);
    if (err != OK)
        return err;
    if (work_is_owed(w))
        return work_refuse(w, ERR_STATE, under_way);
    if (w->m.gift_months > 0)
        return work_refuse(w, ERR_STATE, "a gift is waiting: it comes first");
    return is_up(w) ? change_up(w) : change_down(w);
}

/* Nothing is paid for: it goes on with the other plan. */
enum err order_change_paused(struct work *w)
{
    const struct membership_terms *t = w->terms;
    enum err err = money_check(w, t->plan, t->price);
    if (err != OK)
        return err;
    if (work_has_charge(w) || w->m.gift_months > 0)
        return work_refuse(w, ERR_STATE, "a payment or a gift is waiting: it comes first");
    if (strcmp(t->plan->code, w->m.plan) == 0)
        return work_refuse(w, ERR_STATE, "it is this plan already");
    work_plan(w, t->plan);
    w->m.price = t->price->price;
    work_forget_next(&w->m);
    work_row(w, ROW_PLAN, w->m.pause_until);
    return OK;
}
