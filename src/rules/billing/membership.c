/* The machine: which step each event takes in each state, and what all steps share. */
#include "rules/billing/membership.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "rules/billing/membership_inside.h"

/* ---- small questions and moves ----------------------------------------------------------------
 */

enum err work_refuse(struct work *w, enum err err, const char *why)
{
    snprintf(w->why, MEMBERSHIP_WHY, "%s", why);
    return err;
}

bool is_none(const char *text)
{
    return text[0] == 0;
}

bool work_has_charge(const struct work *w)
{
    return !is_none(w->m.charge.s);
}

bool work_is_asked(const struct work *w)
{
    return work_has_charge(w) && w->m.first_due.days == 0;
}

bool work_is_owed(const struct work *w)
{
    return work_has_charge(w) && w->m.first_due.days != 0;
}

bool work_has_plan(const struct work *w)
{
    return !is_none(w->m.plan);
}

bool work_has_means(const struct work *w)
{
    return !is_none(w->m.means.s);
}

civil_day work_day(const struct work *w, utc_time t)
{
    int32_t second;
    return zone_day(w->terms->zone, t, &second);
}

utc_time work_midnight(const struct work *w, civil_day day, int days_after)
{
    return zone_instant(w->terms->zone, (civil_day){ day.days + days_after }, 0);
}

struct membership_row *work_row(struct work *w, enum membership_row_kind kind, utc_time effective)
{
    const struct membership *m = &w->m;
    assert(w->out->n_rows < MEMBERSHIP_CHANGE_ROWS);
    struct membership_row *row = &w->out->rows[w->out->n_rows++];
    *row = (struct membership_row){
        .kind = kind, .state = m->state, .at = w->now, .effective = effective, .price = m->price
    };
    memcpy(row->territory, m->territory, sizeof row->territory);
    memcpy(row->plan, m->plan, sizeof row->plan);
    memcpy(row->partner, m->partner, sizeof row->partner);
    return row;
}

void work_letter(struct work *w, enum letter_kind kind, const struct money *amount, utc_time at)
{
    w->out->has_letter = true;
    w->out->letter = kind;
    w->out->letter_amount = amount != NULL ? *amount : (struct money){ 0 };
    w->out->letter_at = at;
}

void work_forget_told(struct membership *m)
{
    m->next_price = (struct money){ 0 };
    m->next_price_from = (utc_time){ 0 };
}

void work_forget_next(struct membership *m)
{
    m->next_plan[0] = 0;
    work_forget_told(m);
}

void work_drop_charge(struct work *w)
{
    struct membership *m = &w->m;
    if (!work_has_charge(w))
        return;
    if (work_is_asked(w) && m->gift_months == 0)
        m->next_plan[0] = 0;
    w->out->void_charge = m->charge;
    m->charge = (charge_id){ "" };
    m->first_due.days = 0;
    m->failures = 0;
}

static enum letter_kind letter_of_end(const struct work *w, enum membership_reason reason)
{
    if (reason == REASON_PARTNER)
        return LETTER_PARTNER_ENDED;
    return w->before->state == MEMBERSHIP_TRIAL ? LETTER_TRIAL_ENDED : LETTER_ENDED;
}

/* Plan and price stay: what it was, and the currency of what the house still owes. */
void work_end(struct work *w, enum membership_reason reason, utc_time effective)
{
    struct membership *m = &w->m;
    work_drop_charge(w);
    m->state = MEMBERSHIP_ENDED;
    work_row(w, ROW_END, effective)->reason = reason;
    if (reason != REASON_DELETED)
        work_letter(w, letter_of_end(w, reason), NULL, effective);
    m->is_cancelled = false;
    m->pause_months = m->gift_months = 0;
    m->pause_until = (utc_time){ 0 };
    m->partner[0] = 0;
    work_forget_next(m);
    m->means = (means_id){ "" };
    m->period = -1;
}

void work_plan(struct work *w, const struct plan *plan)
{
    memcpy(w->m.plan, plan->code, sizeof w->m.plan);
    w->m.subscription.lines = rights_format_lines(plan->format);
    w->m.subscription.streams = plan->streams;
}

/* ---- which step -------------------------------------------------------------------------------
 */

#define NONE MEMBERSHIP_NONE
#define TRIAL MEMBERSHIP_TRIAL
#define ACTIVE MEMBERSHIP_ACTIVE
#define PAST_DUE MEMBERSHIP_PAST_DUE
#define SUSPENDED MEMBERSHIP_SUSPENDED
#define PAUSED MEMBERSHIP_PAUSED
#define PARTNER MEMBERSHIP_PARTNER
#define ENDED MEMBERSHIP_ENDED

/* NULL: makes no sense. */
static work_step *const steps[MEMBERSHIP_EVENT_COUNT][MEMBERSHIP_STATE_COUNT] = {
    [MEMBERSHIP_SIGN_UP] = { [NONE] = order_sign_up },
    [MEMBERSHIP_TAKE] = { [NONE] = order_take,
                          [TRIAL] = order_take_in_trial,
                          [SUSPENDED] = order_take_suspended,
                          [PAUSED] = order_take,
                          [ENDED] = order_take },
    [MEMBERSHIP_CHANGE] = { [TRIAL] = order_take_in_trial,
                            [ACTIVE] = order_change,
                            [PAUSED] = order_change_paused },
    [MEMBERSHIP_CANCEL] = { [TRIAL] = order_cancel,
                            [ACTIVE] = order_cancel,
                            [PAST_DUE] = order_cancel_owed,
                            [SUSPENDED] = order_cancel_owed,
                            [PAUSED] = order_cancel_owed },
    [MEMBERSHIP_KEEP] = { [TRIAL] = order_keep, [ACTIVE] = order_keep },
    [MEMBERSHIP_PAUSE] = { [ACTIVE] = order_pause },
    [MEMBERSHIP_RESUME] = { [PAUSED] = order_resume },
    [MEMBERSHIP_MEANS] = { [TRIAL] = order_means,
                           [ACTIVE] = order_means,
                           [PAST_DUE] = order_means,
                           [SUSPENDED] = order_means,
                           [PAUSED] = order_means },
    [MEMBERSHIP_GIFT] = { [NONE] = gift_begins,
                          [TRIAL] = gift_waits,
                          [ACTIVE] = gift_is_appended,
                          [PAST_DUE] = gift_pays,
                          [SUSPENDED] = gift_pays,
                          [PAUSED] = gift_waits,
                          [PARTNER] = gift_waits,
                          [ENDED] = gift_begins },
    [MEMBERSHIP_DUE] = { [NONE] = due_ask,
                         [TRIAL] = due_trial,
                         [ACTIVE] = due_active,
                         [PAST_DUE] = due_schedule,
                         [SUSPENDED] = due_schedule,
                         [PAUSED] = due_paused,
                         [ENDED] = due_ended },
    [MEMBERSHIP_PAID] = { [NONE] = paid_ask,
                          [TRIAL] = paid_trial,
                          [ACTIVE] = paid_active,
                          [PAST_DUE] = paid_owed,
                          [SUSPENDED] = paid_owed,
                          [PAUSED] = paid_paused,
                          [ENDED] = paid_ask },
    [MEMBERSHIP_FAILED] = { [NONE] = failed_ask,
                            [TRIAL] = failed_trial,
                            [ACTIVE] = failed_active,
                            [PAST_DUE] = failed_owed,
                            [SUSPENDED] = failed_owed,
                            [PAUSED] = failed_paused,
                            [ENDED] = failed_ask },
    [MEMBERSHIP_RETURNED] = { [NONE] = returned_noted,
                              [TRIAL] = returned_noted,
                              [ACTIVE] = returned_active,
                              [PAST_DUE] = returned_noted,
                              [SUSPENDED] = returned_noted,
                              [PAUSED] = returned_paused,
                              [PARTNER] = returned_noted,
                              [ENDED] = returned_noted },
    [MEMBERSHIP_PARTNER_ON] = { [NONE] = partner_on,
                                [TRIAL] = partner_on,
                                [ACTIVE] = partner_on,
                                [PAST_DUE] = partner_on,
                                [SUSPENDED] = partner_on,
                                [PAUSED] = partner_on,
                                [PARTNER] = partner_on_again,
                                [ENDED] = partner_on },
    [MEMBERSHIP_PARTNER_OFF] = { [PARTNER] = partner_off },
    [MEMBERSHIP_STOP] = { [NONE] = order_stop,
                          [TRIAL] = order_stop,
                          [ACTIVE] = order_stop,
                          [PAST_DUE] = order_stop,
                          [SUSPENDED] = order_stop,
                          [PAUSED] = order_stop,
                          [PARTNER] = order_stop,
                          [ENDED] = order_stop },
};

static const char *const no_sense[MEMBERSHIP_STATE_COUNT] = {
    [NONE] = "there is no subscription yet",
    [TRIAL] = "the subscription is in its trial",
    [ACTIVE] = "the subscription is running",
    [PAST_DUE] = "a payment of the subscription failed and is being tried again",
    [SUSPENDED] = "the subscription is suspended until it is paid",
    [PAUSED] = "the subscription is paused",
    [PARTNER] = "a partner pays for the subscription and changes it",
    [ENDED] = "the subscription has ended",
};

/* PAID and FAILED are about the charge that is being collected, RETURNED about one that was. */
static enum err check_charge(struct work *w)
{
    enum membership_event_kind kind = w->event->kind;
    if (kind != MEMBERSHIP_PAID && kind != MEMBERSHIP_FAILED && kind != MEMBERSHIP_RETURNED)
        return OK;
    if (w->event->charge == NULL || is_none(w->event->charge->id.s))
        return work_refuse(w, ERR_ARGUMENT, "which charge it is about is missing");
    bool is_it = strcmp(w->event->charge->id.s, w->m.charge.s) == 0;
    if (is_it != (kind != MEMBERSHIP_RETURNED))
        return work_refuse(w, ERR_STATE,
                           is_it ? "this charge is being collected"
                                 : "this charge is not the one that is being collected");
    return OK;
}

static enum err run(struct work *w)
{
    work_step *step = steps[w->event->kind][w->before->state];
    if (w->event->kind == MEMBERSHIP_DUE &&
        (step == NULL || w->before->due.us == 0 || w->now.us < w->before->due.us)) {
        w->is_same = true;
        return OK;
    }
    enum err err = check_charge(w);
    if (err != OK)
        return err;
    return step != NULL ? step(w) : work_refuse(w, ERR_STATE, no_sense[w->before->state]);
}

enum err membership_apply(const struct membership *before, const struct membership_terms *terms,
                          const struct membership_event *event, struct membership_change *out,
                          char why[MEMBERSHIP_WHY])
{
    struct membership_change change = { 0 };
    struct work w = { .before = before,
                      .terms = terms,
                      .event = event,
                      .now = event->now,
                      .m = *before,
                      .out = &change,
                      .why = why };
    assert(terms->zone != NULL && (unsigned)event->kind < MEMBERSHIP_EVENT_COUNT &&
           (unsigned)before->state < MEMBERSHIP_STATE_COUNT);
    why[0] = 0;
    enum err err = run(&w);
    if (err != OK)
        return err;
    if (w.is_same) {
        change = (struct membership_change){ .after = *before };
    } else {
        w.m.version = before->version + 1;
        time_settle(&w);
        change.after = w.m;
    }
    *out = change;
    return OK;
}
