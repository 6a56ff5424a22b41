#include "plain.h"

#define SECOND INT64_C(1000000)
#define DAY (86400 * SECOND)
#define EVER INT64_MAX
__extension__ typedef __int128 wide;

/* ---- the calendar -----------------------------------------------------------------------------
 */

static bool is_leap(int y)
{
    return y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
}

static int days_in(int y, int m)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    return m == 1 && is_leap(y) ? 29 : days[m];
}

/* Day by day: slow and plain. */
static int32_t add_months(int32_t day, int months)
{
    int y = 1970, m = 0;
    int32_t rest = day;
    while (rest >= (is_leap(y) ? 366 : 365))
        rest -= is_leap(y++) ? 366 : 365;
    for (; rest >= days_in(y, m); m++)
        rest -= days_in(y, m);
    int day_of_month = rest;
    int32_t at = day - rest;
    for (; months > 0; months--) {
        at += days_in(y, m);
        y += m == 11 ? 1 : 0;
        m = m == 11 ? 0 : m + 1;
    }
    for (; months < 0; months++) {
        y -= m == 0 ? 1 : 0;
        m = m == 0 ? 11 : m - 1;
        at -= days_in(y, m);
    }
    return at + (day_of_month < days_in(y, m) ? day_of_month : days_in(y, m) - 1);
}

static int64_t instant(const struct plain *p, int32_t day, int32_t second)
{
    return zone_instant(p->zone, (civil_day){ day }, second).us;
}

static int32_t local(const struct plain *p, int64_t t, int32_t *second)
{
    return zone_day(p->zone, (utc_time){ t }, second).days;
}

static int32_t day_of(const struct plain *p, int64_t t)
{
    int32_t second;
    return local(p, t, &second);
}

static int64_t months_after(const struct plain *p, int months)
{
    return instant(p, add_months(p->day, months), p->second);
}

static int64_t greater(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t lesser(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* ---- giving time ------------------------------------------------------------------------------
 */

static void count_from(struct plain *p, int64_t t, int unit)
{
    p->day = local(p, t, &p->second);
    p->months = 0;
    p->unit = unit;
}

static void give(struct plain *p, int months)
{
    int64_t begin = months_after(p, p->months);
    p->months += months;
    if (p->until == 0 || p->until < begin)
        p->from = begin;
    p->until = months_after(p, p->months);
    p->had_any = true;
}

/* A length that is no number of periods moves the day that periods are counted from. */
static void give_gift(struct plain *p, int months, int unit)
{
    int64_t begin = months_after(p, p->months);
    if (p->unit != unit || months % unit != 0) {
        bool whole = months % unit == 0;
        p->day = add_months(p->day, whole ? p->months : p->months + months);
        p->months = whole ? months : 0;
        p->unit = unit;
    } else {
        p->months += months;
    }
    if (p->until == 0 || p->until < begin)
        p->from = begin;
    p->until = months_after(p, p->months);
    p->had_any = true;
}

static void forget_wishes(struct plain *p)
{
    p->is_cancelled = false;
    p->rest_months = 0;
    p->rest_until = 0;
    p->next_plan = -1;
    p->next_price = -1;
    p->waits_behind_trial = false;
}

static void forget_asked(struct plain *p)
{
    p->is_asked = false;
}

static void forget_owed(struct plain *p)
{
    p->is_owed = p->was_paid_before = false;
}

static void begin(struct plain *p, int64_t at, int plan, int64_t price)
{
    forget_wishes(p);
    p->plan = plan;
    p->price = price;
    if (p->trial_until > at)
        p->trial_until = at;
    if (p->from > at)
        p->from = p->until = 0;
    p->phase = PLAIN_RUNS;
    count_from(p, at, p->plans[plan].months);
    give(p, p->unit);
}

static void end(struct plain *p)
{
    forget_asked(p);
    forget_owed(p);
    forget_wishes(p);
    p->phase = PLAIN_OVER;
    p->gift = 0;
    p->means = 0;
}

/* What is left of the paid time, at its price: from its end back, period by period. */
static int64_t left_at(const struct plain *p, int64_t t)
{
    int64_t sum = 0, from = greater(t, p->from);
    if (p->unit == 0 || p->until <= from)
        return 0;
    for (int months = p->months;; months -= p->unit) {
        int64_t b = months_after(p, months - p->unit), e = months_after(p, months);
        int64_t left = e - greater(from, b);
        if (left <= 0)
            return sum;
        sum += (int64_t)((wide)p->price * left / (e - b));
        if (b <= from)
            return sum;
    }
}

/* ---- the trial, asking ------------------------------------------------------------------------
 */

bool plain_sign_up(struct plain *p, int64_t now)
{
    if (p->phase != PLAIN_NOTHING)
        return false;
    if (p->trial_days > 0 && !p->had_any && !p->is_asked) {
        p->phase = PLAIN_TRIES;
        p->trial_until = now + p->trial_days * DAY;
        p->had_any = true;
    }
    return true;
}

static int64_t need(int64_t price, int64_t credit)
{
    return greater(price - credit, 0);
}

static bool ask(struct plain *p, int64_t now, int plan, int64_t price, int means, int64_t credit)
{
    if (need(price, credit) > 0 && means == 0)
        return false;
    p->means = means;
    if (need(price, credit) == 0) {
        p->credit -= price;
        begin(p, now, plan, price);
        return true;
    }
    p->is_asked = true;
    p->asked_plan = plan;
    p->asked_price = price;
    p->asked_credit = lesser(credit, price);
    p->asked_at = now;
    p->asked_until = now + DAY;
    p->wants_outcome = true;
    return true;
}

static bool ask_again(struct plain *p, int64_t now, int means)
{
    p->means = means;
    if (p->is_asked)
        p->asked_until = now + DAY;
    p->looked = now;
    p->wants_outcome = true;
    return true;
}

static bool take_now(struct plain *p, int64_t now, int plan, int means, bool had_trial)
{
    int64_t price = p->plans[plan].price;
    bool is_new = p->phase == PLAIN_NOTHING || p->phase == PLAIN_OVER;
    if (p->gift > 0)
        return false;
    if (p->is_asked && p->asked_plan == plan)
        return ask_again(p, now, means);
    if (is_new && !p->had_any && p->trial_days > 0 && !had_trial && price > 0 && means != 0) {
        forget_asked(p);
        p->phase = PLAIN_TRIES;
        p->trial_until = now + p->trial_days * DAY;
        p->had_any = true;
        p->plan = plan;
        p->price = price;
        p->means = means;
        return true;
    }
    bool was_asked = p->is_asked;
    forget_asked(p);
    if (ask(p, now, plan, price, means, p->credit))
        return true;
    p->is_asked = was_asked;
    return false;
}

static bool take_in_trial(struct plain *p, int64_t now, int plan, int means, bool had_trial)
{
    int64_t price = p->plans[plan].price;
    if (had_trial && price > 0 && p->gift == 0)
        return take_now(p, now, plan, means, had_trial);
    bool same = p->plan == plan && p->gift == 0 && !p->is_cancelled && !p->is_asked &&
                p->price == price && p->means == means;
    if (same || (need(price, p->credit) > 0 && means == 0))
        return false;
    forget_asked(p);
    p->means = means;
    p->plan = plan;
    p->price = price;
    p->is_cancelled = false;
    p->next_price = -1;
    p->until = p->from = 0;
    p->waits_behind_trial = price == 0 && p->gift == 0;
    if (p->waits_behind_trial) {
        count_from(p, p->trial_until, p->plans[plan].months);
        give(p, p->unit);
        p->from = p->trial_until;
    }
    return true;
}

static void owe(struct plain *p, int64_t now, int64_t price)
{
    p->is_owed = true;
    p->was_paid_before = false;
    p->owed = need(price, p->credit);
    p->owed_credit = lesser(price, p->credit);
    p->first_due = day_of(p, now);
    p->looked = now;
}

static bool take_while_off(struct plain *p, int64_t now, int plan, int means)
{
    int64_t price = p->plans[plan].price;
    int32_t first = p->first_due;
    if (means == 0 && need(price, p->credit) > 0)
        return false;
    if (p->plan == plan && p->price == price)
        return ask_again(p, now, means);
    p->means = means;
    forget_owed(p);
    if (need(price, p->credit) == 0) {
        p->credit -= price;
        begin(p, now, plan, price);
        return true;
    }
    p->plan = plan;
    p->price = price;
    p->next_plan = -1;
    p->next_price = -1;
    count_from(p, now, p->plans[plan].months);
    owe(p, now, price);
    p->first_due = first;
    p->wants_outcome = true;
    return true;
}

bool plain_take(struct plain *p, int64_t now, int plan, int given, bool had_trial)
{
    int means = given != 0 ? given : p->means;
    switch (p->phase) {
    case PLAIN_NOTHING:
    case PLAIN_RESTS:
    case PLAIN_OVER: return take_now(p, now, plan, means, had_trial);
    case PLAIN_TRIES: return take_in_trial(p, now, plan, means, had_trial);
    case PLAIN_OFF: return take_while_off(p, now, plan, means);
    default: return false;
    }
}

/* ---- another plan -----------------------------------------------------------------------------
 */

static bool is_more(const struct plain *p, int plan)
{
    const struct plain_plan *a = &p->plans[plan], *b = &p->plans[p->plan];
    return a->rank > b->rank || a->price * b->months > p->price * a->months;
}

static bool move_up(struct plain *p, int64_t now, int plan, int means)
{
    int64_t left = left_at(p, now), price = p->plans[plan].price;
    if (p->is_asked && p->asked_plan == plan)
        return ask_again(p, now, means);
    if (!p->is_asked && p->next_plan >= 0)
        return false;
    if (need(price, p->credit + left) > 0) {
        bool was = p->is_asked;
        p->is_asked = false;
        bool can = ask(p, now, plan, price, means, p->credit + left);
        p->is_asked = can || was;
        return can;
    }
    forget_asked(p);
    p->means = means;
    p->credit += left - price;
    begin(p, now, plan, price);
    return true;
}

bool plain_change(struct plain *p, int64_t now, int plan, int given, bool had_trial)
{
    int means = given != 0 ? given : p->means;
    if (p->phase == PLAIN_TRIES)
        return p->plan >= 0 && take_in_trial(p, now, plan, means, had_trial);
    if (p->phase == PLAIN_RESTS) {
        if (p->is_asked || p->gift > 0 || plan == p->plan)
            return false;
        p->plan = plan;
        p->price = p->plans[plan].price;
        p->next_plan = -1;
        p->next_price = -1;
        return true;
    }
    if (p->phase != PLAIN_RUNS)
        return false;
    if (plan == p->plan)
        return plain_keep(p, now);
    if (p->gift > 0)
        return false;
    if (is_more(p, plan))
        return move_up(p, now, plan, means);
    forget_asked(p);
    p->is_cancelled = false;
    p->rest_months = 0;
    p->next_plan = plan;
    p->next_price = p->plans[plan].price;
    return true;
}

/* A period that came back, and will not be paid again, is not counted any more. */
static void give_up(struct plain *p)
{
    if (p->until != 0 && p->until != months_after(p, p->months))
        count_from(p, p->until, p->unit);
}

/* ---- wishes -----------------------------------------------------------------------------------
 */

bool plain_cancel(struct plain *p, int64_t now)
{
    bool may = p->phase == PLAIN_TRIES || p->phase == PLAIN_RUNS;
    if (p->phase == PLAIN_LATE && now < greater(p->until, p->trial_until)) {
        forget_owed(p);
        give_up(p);
        p->phase = PLAIN_RUNS;
        p->is_cancelled = true;
        p->rest_months = 0;
        return true;
    }
    if (p->phase == PLAIN_LATE || p->phase == PLAIN_OFF || p->phase == PLAIN_RESTS) {
        end(p);
        return true;
    }
    if (!may || p->is_cancelled || (p->plan < 0 && !p->is_asked))
        return false;
    forget_asked(p);
    p->is_cancelled = true;
    p->rest_months = 0;
    return true;
}

bool plain_keep(struct plain *p, int64_t now)
{
    (void)now;
    bool change = p->next_plan >= 0 && p->gift == 0 && !p->is_asked;
    if ((p->phase != PLAIN_TRIES && p->phase != PLAIN_RUNS) ||
        !(p->is_cancelled || p->rest_months > 0 || change))
        return false;
    p->is_cancelled = false;
    p->rest_months = 0;
    if (change) {
        p->next_plan = -1;
        p->next_price = -1;
    }
    return true;
}

bool plain_pause(struct plain *p, int64_t now, int months)
{
    (void)now;
    if (p->phase != PLAIN_RUNS || p->is_cancelled || months < 1 || months > p->pause_most)
        return false;
    forget_asked(p);
    p->rest_months = months;
    return true;
}

/* ---- prices -----------------------------------------------------------------------------------
 */

static void take_told(struct plain *p, int64_t begins)
{
    if (p->next_plan >= 0 || p->next_price < 0 || begins < p->next_from)
        return;
    p->price = p->next_price;
    p->next_price = -1;
}

static void tell(struct plain *p, int64_t now)
{
    int64_t today = p->plans[p->plan].price;
    if (today <= p->price) {
        p->next_price = -1;
    } else if (p->next_price >= 0 && today <= p->next_price) {
        p->next_price = today;
    } else {
        p->next_price = today;
        p->next_from = now + p->notice_days * DAY;
    }
}

static int64_t price_at(struct plain *p, int64_t now, int64_t begins)
{
    take_told(p, begins);
    tell(p, now);
    take_told(p, begins);
    p->price = lesser(p->price, p->plans[p->plan].price);
    return p->price;
}

bool plain_resume(struct plain *p, int64_t now, int given);

/* ---- gifts and partners -----------------------------------------------------------------------
 */

static void begin_gift(struct plain *p, int64_t at, bool follows)
{
    int own = -1, plan = p->gift_plan;
    int64_t own_price = -1;
    if (plan != p->plan && !p->is_cancelled && p->means != 0) {
        own = p->plan;
        own_price = p->price;
    }
    if (plan != p->plan) {
        p->price = p->plans[plan].price;
        p->next_price = own_price;
    }
    p->plan = plan;
    p->next_plan = own;
    p->rest_until = 0;
    if (!follows)
        count_from(p, at, p->plans[plan].months);
    give_gift(p, p->gift, p->plans[plan].months);
    p->gift = 0;
    p->phase = PLAIN_RUNS;
    forget_owed(p);
}

static bool gift_later(struct plain *p, int plan, int months)
{
    bool own = p->phase != PLAIN_ELSEWHERE && plan == p->plan;
    if (p->gift > 0 ? plan != p->gift_plan : p->next_plan >= 0)
        return false;
    (void)own;
    p->gift_plan = plan;
    p->gift += months;
    return true;
}

bool plain_gift(struct plain *p, int64_t now, int plan, int months)
{
    bool late = p->phase == PLAIN_LATE && now < greater(p->grace, p->until);
    int64_t at = late && !p->was_paid_before ? greater(p->until, p->trial_until) : now;
    switch (p->phase) {
    case PLAIN_TRIES:
    case PLAIN_RUNS:
    case PLAIN_RESTS:
    case PLAIN_ELSEWHERE: {
        bool was_asked = p->is_asked;
        forget_asked(p);
        if (p->phase == PLAIN_RUNS && plan == p->plan && p->gift == 0) {
            give_gift(p, months, p->plans[plan].months);
            return true;
        }
        if (p->plan < 0 && p->phase == PLAIN_TRIES) {
            p->plan = plan;
            p->price = p->plans[plan].price;
        }
        if (gift_later(p, plan, months))
            return true;
        p->is_asked = was_asked;
        return false;
    }
    case PLAIN_NOTHING:
    case PLAIN_OVER:
        forget_asked(p);
        forget_wishes(p);
        late = false;
        break;
    case PLAIN_LATE:
    case PLAIN_OFF: break;
    }
    bool follows = late && p->until != 0 && months_after(p, p->months) == at;
    forget_owed(p);
    p->plan = plan;
    p->price = p->plans[plan].price;
    p->next_plan = -1;
    p->next_price = -1;
    p->gift_plan = plan;
    p->gift = months;
    begin_gift(p, at, follows);
    return true;
}

bool plain_partner_on(struct plain *p, int64_t now, int plan)
{
    if (p->phase == PLAIN_ELSEWHERE) {
        p->plan = plan;
        return true;
    }
    if (p->phase == PLAIN_RUNS || p->phase == PLAIN_LATE)
        p->credit += left_at(p, now);
    forget_asked(p);
    forget_owed(p);
    forget_wishes(p);
    p->trial_until = lesser(p->trial_until, now);
    p->means = 0;
    p->plan = plan;
    p->price = 0;
    p->phase = PLAIN_ELSEWHERE;
    if (p->until <= now || p->from > now)
        p->from = now;
    p->until = EVER;
    p->had_any = true;
    return true;
}

bool plain_partner_off(struct plain *p, int64_t now)
{
    int gift = p->gift;
    if (p->phase != PLAIN_ELSEWHERE)
        return false;
    p->until = now;
    end(p);
    if (gift == 0)
        return true;
    p->gift = gift;
    p->plan = p->gift_plan;
    p->price = p->plans[p->plan].price;
    begin_gift(p, now, false);
    return true;
}

void plain_stop(struct plain *p, int64_t now)
{
    p->until = lesser(p->until, now);
    p->trial_until = lesser(p->trial_until, now);
    if (p->phase == PLAIN_NOTHING || p->phase == PLAIN_OVER) {
        forget_asked(p);
        p->means = 0;
    } else {
        end(p);
    }
}

bool plain_means(struct plain *p, int64_t now, int means)
{
    if (p->plan < 0 || p->phase == PLAIN_NOTHING || p->phase == PLAIN_OVER ||
        p->phase == PLAIN_ELSEWHERE)
        return false;
    p->means = means;
    if (p->is_asked || p->is_owed)
        return ask_again(p, now, means);
    return true;
}

bool plain_resume(struct plain *p, int64_t now, int given)
{
    int means = given != 0 ? given : p->means;
    if (p->phase != PLAIN_RESTS)
        return false;
    if (p->is_asked)
        return ask_again(p, now, means);
    if (p->gift > 0) {
        begin_gift(p, now, false);
        return true;
    }
    struct plain was = *p;
    int64_t price = price_at(p, now, now);
    if (ask(p, now, p->plan, price, means, p->credit))
        return true;
    *p = was;
    return false;
}

/* ---- what charges come to ---------------------------------------------------------------------
 */

static void asked_is_paid(struct plain *p, int64_t now)
{
    bool up = p->phase == PLAIN_RUNS;
    int64_t at = up ? p->asked_at : now;
    if (up)
        p->credit += left_at(p, at);
    p->credit -= p->asked_credit;
    p->collected += p->asked_price - p->asked_credit;
    forget_asked(p);
    begin(p, at, p->asked_plan, p->asked_price);
}

static void owed_is_paid(struct plain *p, int64_t now)
{
    bool again = p->was_paid_before;
    bool anew = p->phase == PLAIN_OFF || p->phase == PLAIN_RESTS ||
                (p->phase == PLAIN_LATE && now >= greater(p->grace, p->until));
    p->collected += p->owed;
    if (!again) {
        p->credit -= p->owed_credit;
        p->price = p->owed + p->owed_credit;
    }
    forget_owed(p);
    p->phase = PLAIN_RUNS;
    p->rest_until = 0;
    if (anew) {
        count_from(p, now, p->unit);
        give(p, p->unit);
    } else if (again) {
        p->until = months_after(p, p->months);
    } else {
        give(p, p->unit);
    }
}

static void owed_is_not_paid(struct plain *p, int64_t now, bool final)
{
    if (final)
        p->means = 0;
    p->looked = now;
    if (p->phase == PLAIN_RESTS) {
        p->phase = PLAIN_OFF;
        p->rest_until = 0;
    } else if (p->phase == PLAIN_RUNS || p->phase == PLAIN_TRIES) {
        int32_t second, day = local(p, greater(p->until, p->trial_until), &second);
        if (p->first_due > day)
            day = p->first_due;
        p->grace =
            greater(instant(p, day + p->grace_days, second), greater(p->until, p->trial_until));
        p->phase = PLAIN_LATE;
    }
}

void plain_outcome(struct plain *p, int64_t now, enum plain_outcome outcome)
{
    p->wants_outcome = false;
    if (p->is_owed) {
        if (outcome == PLAIN_PAID)
            owed_is_paid(p, now);
        else
            owed_is_not_paid(p, now, outcome == PLAIN_REFUSED);
        return;
    }
    if (outcome == PLAIN_PAID) {
        asked_is_paid(p, now);
        return;
    }
    forget_asked(p);
    if (p->phase == PLAIN_NOTHING || p->phase == PLAIN_OVER || p->plan < 0 ||
        outcome == PLAIN_REFUSED)
        p->means = 0;
}

void plain_return(struct plain *p, int64_t now, int64_t minor, unsigned tries)
{
    bool hopeless = tries > PLAIN_TRIES_AGAIN;
    p->came_back += minor;
    p->looked = now;
    if (p->phase != PLAIN_RUNS && p->phase != PLAIN_RESTS)
        return;
    if (p->phase == PLAIN_RUNS) {
        int64_t b = months_after(p, p->months - p->unit);
        if (b < p->until)
            p->until = greater(b, p->from);
    }
    forget_asked(p);
    if (p->phase == PLAIN_RUNS && p->is_cancelled) {
        give_up(p);
        if (p->until <= now)
            end(p);
        return;
    }
    p->is_owed = p->was_paid_before = true;
    p->owed = minor;
    p->owed_credit = 0;
    p->first_due = day_of(p, now);
    p->rest_months = 0;
    p->rest_until = 0;
    if (hopeless)
        p->means = 0;
    if (p->phase == PLAIN_RESTS || (hopeless && p->until <= now)) {
        p->phase = PLAIN_OFF;
        return;
    }
    p->phase = PLAIN_LATE;
    p->grace = 0;
    if (hopeless)
        return;
    int32_t second, day = local(p, greater(p->until, p->trial_until), &second);
    if (p->first_due > day)
        day = p->first_due;
    p->grace = greater(instant(p, day + p->grace_days, second), greater(p->until, p->trial_until));
}

/* Who pays for longer than the notice is looked at in time to be told. */
void plain_settle(struct plain *p, int64_t now)
{
    bool goes_on = p->phase == PLAIN_RUNS && p->rest_months == 0 && !p->is_cancelled &&
                   p->gift == 0 && !p->is_asked;
    int64_t at = 0;
    if (goes_on && p->notice_days > 0 && p->unit * 28 > p->notice_days)
        at = instant(p, add_months(p->day, p->months), 0) - p->notice_days * DAY;
    if (at > now)
        p->told_at = at;
    else if (p->phase != PLAIN_RUNS || p->is_asked || p->told_at > now)
        p->told_at = 0;
}

/* ---- what falls due ---------------------------------------------------------------------------
 */

/* True: something was done; false: nothing is due by now. */
static bool go_on(struct plain *p, int64_t now, int64_t over, enum plain_outcome outcome)
{
    int plan = p->next_plan >= 0 ? p->next_plan : p->plan;
    struct plain was = *p;
    if (p->phase == PLAIN_TRIES || p->phase == PLAIN_RESTS)
        count_from(p, p->phase == PLAIN_TRIES ? over : now, p->plans[plan].months);
    if (p->next_plan >= 0) {
        int64_t today = p->plans[plan].price;
        p->price = p->next_price >= 0 ? lesser(p->next_price, today) : today;
        p->next_price = -1;
        p->plan = plan;
        p->next_plan = -1;
        if (p->unit != p->plans[plan].months) {
            p->day = add_months(p->day, p->months);
            p->months = 0;
            p->unit = p->plans[plan].months;
        }
    } else {
        (void)price_at(p, now, months_after(p, p->months));
    }
    if (need(p->price, p->credit) == 0) {
        p->credit -= p->price;
        p->phase = PLAIN_RUNS;
        p->rest_until = 0;
        give(p, p->unit);
        return true;
    }
    if (p->means == 0) {
        *p = was;
        if (now < over)
            return false;
        end(p);
        return true;
    }
    owe(p, now, p->price);
    plain_outcome(p, now, outcome);
    return true;
}

static bool look_at_trial(struct plain *p, int64_t now, enum plain_outcome outcome)
{
    int64_t over = p->trial_until;
    if (now < over)
        return false;
    if (p->waits_behind_trial) {
        p->phase = PLAIN_RUNS;
        p->waits_behind_trial = false;
        return true;
    }
    if (p->gift > 0) {
        begin_gift(p, over, false);
        return true;
    }
    if (p->is_cancelled || p->plan < 0) {
        end(p);
        return true;
    }
    return go_on(p, now, over, outcome);
}

static bool look_at_running(struct plain *p, int64_t now, enum plain_outcome outcome)
{
    int64_t midnight = instant(p, add_months(p->day, p->months), 0);
    bool over = now >= p->until;
    bool cancelled = p->is_cancelled && p->gift == 0;
    if (now < midnight && !over) {
        bool looks = p->told_at != 0 && p->told_at <= now;
        if (looks && p->next_plan < 0 && !cancelled && p->rest_months == 0 && p->gift == 0)
            tell(p, now);
        p->told_at = looks ? 0 : p->told_at;
        return looks;
    }
    if (p->rest_months > 0) {
        if (!over)
            return false;
        int32_t second, day = local(p, p->until, &second);
        p->rest_until = instant(p, add_months(day, p->rest_months), second);
        p->rest_months = 0;
        p->phase = PLAIN_RESTS;
        if (p->next_plan >= 0 && p->gift == 0) {
            p->plan = p->next_plan;
            p->price = p->next_price;
            p->next_plan = -1;
            p->next_price = -1;
        }
        return true;
    }
    if (p->gift > 0) {
        begin_gift(p, p->until, months_after(p, p->months) == p->until);
        return true;
    }
    if (!cancelled)
        return go_on(p, now, p->until, outcome);
    if (over)
        end(p);
    return over;
}

/* The first day of a try that has not been looked at yet. */
static int64_t next_try(const struct plain *p)
{
    for (int i = 0; p->means != 0 && i < PLAIN_TRIES_AGAIN; i++) {
        int64_t t = instant(p, p->first_due + p->again[i], 0);
        if (t > p->looked)
            return t;
    }
    return EVER;
}

/* What falls on the instant of a try comes right after it. */
static int64_t after_try(const struct plain *p, int64_t t)
{
    for (int i = 0; i < PLAIN_TRIES_AGAIN; i++)
        if (t == instant(p, p->first_due + p->again[i], 0))
            return t + 1;
    return t;
}

static bool look_at_debt(struct plain *p, int64_t now, enum plain_outcome outcome)
{
    bool plays = p->phase == PLAIN_LATE;
    int64_t off = plays ? greater(p->grace, p->until) : p->until;
    int64_t over = greater(instant(p, p->first_due + p->end_days, 0), off);
    int64_t again = next_try(p);
    int64_t first = lesser(again, after_try(p, lesser(plays ? off : EVER, over)));
    if (now < first)
        return false;
    if (again == first)
        plain_outcome(p, now, outcome);
    else if (plays && now >= off)
        p->phase = PLAIN_OFF;
    else
        end(p);
    return true;
}

static bool look(struct plain *p, int64_t now, enum plain_outcome outcome)
{
    int64_t otherwise = p->phase == PLAIN_TRIES   ? p->trial_until
                        : p->phase == PLAIN_RESTS ? p->rest_until
                                                  : EVER;
    if (p->phase == PLAIN_RUNS && p->is_asked) {
        bool to_the_end = p->rest_months > 0 || (p->is_cancelled && p->gift == 0);
        otherwise = to_the_end ? p->until : instant(p, add_months(p->day, p->months), 0);
    }
    if (p->is_asked) {
        if (now < lesser(p->asked_until, otherwise))
            return false;
        forget_asked(p);
        if (p->phase == PLAIN_NOTHING || p->phase == PLAIN_OVER)
            p->means = 0;
        return true;
    }
    switch (p->phase) {
    case PLAIN_TRIES: return look_at_trial(p, now, outcome);
    case PLAIN_RUNS: return look_at_running(p, now, outcome);
    case PLAIN_LATE:
    case PLAIN_OFF: return look_at_debt(p, now, outcome);
    case PLAIN_RESTS:
        if (now < p->rest_until)
            return false;
        if (p->gift > 0) {
            begin_gift(p, now, false);
            return true;
        }
        return go_on(p, now, p->rest_until, outcome);
    default: return false;
    }
}

void plain_renew(struct plain *p, int64_t now, enum plain_outcome outcome)
{
    while (look(p, now, outcome)) {
        if (p->told_at <= now)
            p->told_at = 0;
        plain_settle(p, now);
    }
}

int64_t plain_plays_until(const struct plain *p, int64_t now)
{
    int64_t end = greater(p->until, p->trial_until), t = 0;
    bool follows = p->gift > 0 || (!p->is_cancelled && p->plan >= 0 && p->means != 0);
    int32_t second, day = local(p, end, &second);
    if (p->phase == PLAIN_ELSEWHERE)
        return EVER;
    if (p->phase == PLAIN_TRIES || p->phase == PLAIN_RUNS) {
        t = end;
        if (follows && p->rest_months == 0)
            t = greater(t, instant(p, day + p->grace_days, second));
    } else if (p->phase == PLAIN_LATE) {
        t = greater(p->grace, end);
    } else if (p->phase == PLAIN_OFF) {
        t = p->until;
    }
    return t > now ? t : 0;
}
