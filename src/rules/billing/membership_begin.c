/* How periods begin: at once, for what is paid already, or with a charge. Gifts and partners. */
#include <assert.h>
#include <string.h>

#include "rules/billing/membership_inside.h"

enum { GIFT_MONTHS_MOST = 120, GIFT_MONTHS_WAITING = 1200 };

/* ---- at once ----------------------------------------------------------------------------------
 */

/* The plan of a gift that waits is the membership's own, or stands in next_plan: no other change
 * waits with it. */
void gift_stays(struct membership *m, const char *taken)
{
    char gift[PLAN_CODE];
    memcpy(gift, is_none(m->next_plan) ? m->plan : m->next_plan, sizeof gift);
    bool is_other = m->gift_months > 0 && strcmp(gift, taken) != 0;
    memcpy(m->next_plan, is_other ? gift : "", is_other ? sizeof gift : 1);
}

static void clear_wishes(struct membership *m)
{
    m->is_cancelled = false;
    m->pause_months = 0;
    m->pause_until = (utc_time){ 0 };
    work_forget_told(m);
    if (m->gift_months == 0)
        m->next_plan[0] = 0;
}

void begin_now(struct work *w, const struct beginning *b)
{
    struct membership *m = &w->m;
    struct subscription *s = &m->subscription;
    gift_stays(m, b->plan->code);
    clear_wishes(m);
    m->price = b->price;
    if (s->trial_until.us > b->at.us) /* what is left of the trial ends */
        s->trial_until = b->at;
    if (s->paid_from.us > b->at.us) /* so does what waited behind it, for nothing */
        s->paid_from = s->paid_until = (utc_time){ 0 };
    m->state = MEMBERSHIP_ACTIVE;
    time_start(w, b->at, b->plan->months);
    work_plan(w, b->plan);
    time_grant(w, b->plan);
    work_row(w, b->row, b->at);
}

enum err begin_covered(struct work *w, const struct beginning *b)
{
    w->m.price = b->price;
    enum err err = money_use_credit(w, &b->price);
    if (err == OK)
        begin_now(w, b);
    return err;
}

/* ---- gifts ------------------------------------------------------------------------------------
 */

static enum err check_gift(struct work *w)
{
    if (w->event->months < 1 || w->event->months > GIFT_MONTHS_MOST)
        return work_refuse(w, ERR_ARGUMENT, "a gift is of 1 to 120 months");
    if (w->terms->plan == NULL)
        return work_refuse(w, ERR_ARGUMENT, "the plan of this gift is gone");
    return OK;
}

/* The price that counts when the gift is over; credit keeps the currency it is in. */
static void gift_price(struct work *w, const struct plan_price *price)
{
    struct membership *m = &w->m;
    if (price != NULL && money_fits_credit(m, &price->price))
        m->price = price->price;
}

static void begin_months(struct work *w, const struct plan *plan, utc_time at)
{
    struct membership *m = &w->m;
    int months = plan != NULL ? plan->months : m->anchor.months > 0 ? m->anchor.months : 1;
    bool follows = m->anchor.months > 0 && m->subscription.paid_until.us != 0 &&
                   time_next_begin(w).us == at.us;
    if (!follows)
        time_start(w, at, months);
    time_append(w, m->gift_months, months);
    if (plan != NULL)
        work_plan(w, plan);
    m->gift_months = 0;
    m->state = MEMBERSHIP_ACTIVE;
    m->first_due.days = 0;
    m->failures = 0;
    work_row(w, ROW_GIFT, at);
    work_letter(w, LETTER_GIFT, NULL, m->subscription.paid_until);
}

/* A gift of another plan comes in between: afterwards the member's own goes on. */
enum err gift_begin(struct work *w, utc_time at)
{
    struct membership *m = &w->m;
    const struct membership_terms *t = w->terms;
    bool is_other = !is_none(m->next_plan);
    const struct plan *plan = is_other ? t->next_plan : t->plan;
    char own[PLAN_CODE] = "";
    struct money own_price = { 0 };
    if (is_other) {
        if (!m->is_cancelled && work_has_means(w)) {
            memcpy(own, m->plan, sizeof own);
            own_price = m->price;
        }
        memcpy(m->plan, m->next_plan, sizeof m->plan);
        gift_price(w, t->next_price);
        m->next_price = own_price;
        m->next_price_from = (utc_time){ 0 };
    }
    memcpy(m->next_plan, own, sizeof own);
    m->pause_until = (utc_time){ 0 };
    begin_months(w, plan, at);
    return OK;
}

/* From nothing: now. */
enum err gift_begins(struct work *w)
{
    struct membership *m = &w->m;
    enum err err = check_gift(w);
    if (err != OK)
        return err;
    work_drop_charge(w);
    clear_wishes(m);
    memcpy(m->plan, w->terms->plan->code, sizeof m->plan);
    gift_price(w, w->terms->price);
    m->gift_months = w->event->months;
    m->anchor.months = 0;
    begin_months(w, w->terms->plan, w->now);
    return OK;
}

enum err gift_waits(struct work *w)
{
    struct membership *m = &w->m;
    enum err err = check_gift(w);
    const char *code = err == OK ? w->terms->plan->code : "";
    if (err != OK)
        return err;
    if (work_is_asked(w))
        work_drop_charge(w);
    if (!work_has_plan(w)) {
        memcpy(m->plan, code, sizeof m->plan);
        gift_price(w, w->terms->price);
    }
    bool is_own = m->state != MEMBERSHIP_PARTNER && strcmp(code, m->plan) == 0,
         is_free = is_none(m->next_plan);
    bool fits = is_own ? is_free : strcmp(code, m->next_plan) == 0 ? m->gift_months > 0 : is_free;
    if (!fits || (m->gift_months > 0 && is_own != is_free))
        return work_refuse(w, ERR_STATE, "another change or gift is waiting: one at a time");
    if (m->gift_months + w->event->months > GIFT_MONTHS_WAITING)
        return work_refuse(w, ERR_ARGUMENT, "more months are waiting than can be given");
    if (!is_own)
        memcpy(m->next_plan, code, sizeof m->next_plan);
    m->gift_months += w->event->months;
    work_row(w, ROW_GIFT, w->now);
    work_letter(w, LETTER_GIFT, NULL, (utc_time){ 0 });
    return OK;
}

enum err gift_is_appended(struct work *w)
{
    struct membership *m = &w->m;
    enum err err = check_gift(w);
    if (err != OK)
        return err;
    if (work_is_asked(w))
        work_drop_charge(w);
    bool is_own = strcmp(w->terms->plan->code, m->plan) == 0;
    if (!is_own || work_is_owed(w) || m->gift_months > 0)
        return gift_waits(w);
    utc_time at = m->subscription.paid_until;
    time_append(w, w->event->months, w->terms->plan->months);
    work_row(w, ROW_GIFT, at);
    work_letter(w, LETTER_GIFT, NULL, m->subscription.paid_until);
    return OK;
}

/* What is owed is not wanted any more: the gift begins where the paid time ended, as long as it
 * plays on; once it does not, now. */
enum err gift_pays(struct work *w)
{
    struct membership *m = &w->m;
    enum err err = check_gift(w);
    if (err != OK)
        return err;
    bool plays = m->state == MEMBERSHIP_PAST_DUE && w->now.us < time_suspended(w).us;
    utc_time paid = m->subscription.paid_until, at = w->now;
    if (plays && (paid.us == 0 || paid.us == time_next_begin(w).us)) /* not of what came back */
        at = paid.us == 0 ? m->subscription.trial_until : paid;
    work_drop_charge(w);
    memcpy(m->plan, w->terms->plan->code, sizeof m->plan);
    work_forget_next(m);
    gift_price(w, w->terms->price);
    m->gift_months = w->event->months;
    begin_months(w, w->terms->plan, at);
    return OK;
}

/* ---- partners ---------------------------------------------------------------------------------
 */

static const utc_time for_ever = { INT64_MAX };

/* What was paid for and not had yet is owed to the member. */
static enum err give_up_own(struct work *w)
{
    struct membership *m = &w->m;
    struct subscription *s = &m->subscription;
    bool has_paid = m->state == MEMBERSHIP_ACTIVE || m->state == MEMBERSHIP_PAST_DUE;
    enum err err = has_paid ? money_credit_unused(w, w->now) : OK;
    bool gift_waits = m->gift_months > 0;
    char gift_plan[PLAN_CODE];
    if (err != OK)
        return err;
    memcpy(gift_plan, is_none(m->next_plan) ? m->plan : m->next_plan, sizeof gift_plan);
    work_drop_charge(w);
    clear_wishes(m);
    if (gift_waits)
        memcpy(m->next_plan, gift_plan, sizeof gift_plan);
    m->means = (means_id){ "" };
    m->period = -1;
    m->price.minor = 0;
    if (m->credit == 0)
        m->price = (struct money){ 0 };
    if (s->trial_until.us > w->now.us)
        s->trial_until = w->now;
    return OK;
}

static enum err check_partner(struct work *w)
{
    const char *partner = w->event->partner;
    size_t n = partner == NULL ? 0 : strnlen(partner, ID_TEXT);
    if (n == 0 || n >= ID_TEXT)
        return work_refuse(w, ERR_ARGUMENT, "which partner pays is missing");
    if (w->terms->plan == NULL)
        return work_refuse(w, ERR_ARGUMENT, "the plan of the partner's bundle is gone");
    return OK;
}

enum err partner_on(struct work *w)
{
    struct membership *m = &w->m;
    struct subscription *s = &m->subscription;
    enum err err = check_partner(w);
    bool plays = s->paid_until.us > w->now.us && s->paid_from.us <= w->now.us;
    if (err == OK)
        err = give_up_own(w);
    if (err != OK)
        return err;
    m->state = MEMBERSHIP_PARTNER;
    memcpy(m->partner, w->event->partner, strlen(w->event->partner) + 1);
    work_plan(w, w->terms->plan);
    if (!plays)
        s->paid_from = w->now;
    s->paid_until = for_ever;
    work_row(w, ROW_PARTNER, w->now);
    work_letter(w, LETTER_PARTNER, NULL, w->now);
    return OK;
}

enum err partner_on_again(struct work *w)
{
    enum err err = check_partner(w);
    if (err != OK)
        return err;
    if (strcmp(w->event->partner, w->m.partner) != 0)
        return work_refuse(w, ERR_STATE, "another partner pays for the subscription");
    w->is_same = strcmp(w->terms->plan->code, w->m.plan) == 0;
    if (w->is_same)
        return OK;
    work_plan(w, w->terms->plan);
    work_row(w, ROW_PLAN, w->now);
    return OK;
}

enum err partner_off(struct work *w)
{
    struct membership *m = &w->m;
    int gift = m->gift_months;
    char plan[PLAN_CODE];
    memcpy(plan, m->next_plan, sizeof plan);
    m->subscription.paid_until = w->now;
    work_end(w, REASON_PARTNER, w->now);
    if (gift == 0)
        return OK;
    m->gift_months = gift;
    memcpy(m->plan, plan, sizeof plan);
    gift_price(w, w->terms->next_price);
    m->anchor.months = 0;
    begin_months(w, w->terms->next_plan, w->now);
    return OK;
}
