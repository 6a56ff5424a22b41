/* The machine's money: charges that it opens, credit, prices that rise and fall. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "rules/billing/membership_inside.h"

bool money_same(const struct money *a, const struct money *b)
{
    return a->minor == b->minor && strcmp(a->currency, b->currency) == 0;
}

static bool is_currency_of(const struct money *a, const struct money *b)
{
    return strcmp(a->currency, b->currency) == 0;
}

bool money_fits_credit(const struct membership *m, const struct money *price)
{
    return m->credit == 0 || is_currency_of(&m->price, price);
}

enum err money_check(struct work *w, const struct plan *plan, const struct plan_price *price)
{
    if (plan == NULL || price == NULL)
        return work_refuse(w, ERR_ARGUMENT, "this plan is not sold here");
    if (!plan->is_offered && strcmp(plan->code, w->m.plan) != 0)
        return work_refuse(w, ERR_ARGUMENT, "this plan is not offered any more");
    if (plan->months < 1 || plan->months > PLAN_MONTHS_MAX)
        return work_refuse(w, ERR_ARGUMENT, "the plan's period is out of range");
    if (price->price.minor < 0)
        return work_refuse(w, ERR_ARGUMENT, "the price is below zero");
    if (currency_digits(price->price.currency) < 0)
        return work_refuse(w, ERR_ARGUMENT, "the price is in no currency that is known");
    if (!money_fits_credit(&w->m, &price->price))
        return work_refuse(w, ERR_STATE,
                           "there is credit in another currency, which cannot pay for this plan");
    return OK;
}

int64_t money_owed(const struct money *price, int64_t credit)
{
    return price->minor > credit ? price->minor - credit : 0;
}

/* The first period of an anchor is told by the change that asked for it: several may be asked for
 * on one day. Later ones by their number alone, so that no two charges are for the same. */
static void put_subject(const struct work *w, bool is_due, char out[CHARGE_SUBJECT])
{
    civil_day day = is_due ? w->m.anchor.day : work_day(w, w->now);
    if (is_due && w->m.period >= 0)
        snprintf(out, CHARGE_SUBJECT, "period %" PRId32 " %d", day.days, w->m.period + 1);
    else
        snprintf(out, CHARGE_SUBJECT, "period %" PRId32 " 0 %" PRId64, day.days,
                 w->before->version + 1);
}

enum err money_open(struct work *w, const struct money *price, int64_t credit, bool is_due)
{
    struct charge *c = &w->out->open;
    if (is_none(w->event->new_charge.s))
        return work_refuse(w, ERR_ARGUMENT, "an id for the charge is missing");
    *c = (struct charge){ .id = w->event->new_charge,
                          .kind = CHARGE_PERIOD,
                          .state = CHARGE_OPEN,
                          .member = w->m.member,
                          .amount = *price,
                          .credit = credit < price->minor ? credit : price->minor,
                          .tax_permille = w->terms->tax_permille,
                          .means = w->m.means,
                          .created = w->now };
    c->amount.minor -= c->credit;
    memcpy(c->territory, w->m.territory, sizeof c->territory);
    put_subject(w, is_due, c->subject);
    w->m.charge = c->id;
    w->m.failures = 0;
    w->m.first_due.days = is_due ? work_day(w, w->now).days : 0;
    return OK;
}

/* ---- the ledger -------------------------------------------------------------------------------
 */

/* Sells minor to the member's credit, or takes a sale back into it (minor < 0). key: a word; each
 * change books at most one of each. */
static enum err book(struct work *w, enum ledger_kind kind, const char *key, int64_t minor)
{
    char text[LEDGER_KEY];
    struct ledger_entry *e = &w->out->entries[w->out->n_entries];
    snprintf(text, sizeof text, "%s %s %" PRId64, key, w->m.member.s, w->before->version + 1);
    *e = ledger_entry_of(kind, text, w->now, w->m.price.currency);
    memcpy(e->member, w->m.member.s, sizeof e->member);
    enum err err = ledger_sell(e, minor, w->terms->tax_permille, "credit:members",
                               "revenue:subscription", w->m.territory);
    if (err != OK)
        return work_refuse(w, err, "the amount is past the range");
    w->out->n_entries++;
    return OK;
}

enum err money_use_credit(struct work *w, const struct money *price)
{
    if (price->minor == 0)
        return OK;
    w->m.credit -= price->minor;
    return book(w, LEDGER_CHARGE, "period", price->minor);
}

/* Period after period from the end: what is left of each at its price. Those that a gift gave are
 * worth the same: nobody loses by moving up. */
enum err money_unused(const struct work *w, utc_time at, int64_t *minor)
{
    const struct membership *m = &w->m;
    const struct subscription *s = &m->subscription;
    int64_t from = at.us > s->paid_from.us ? at.us : s->paid_from.us;
    *minor = 0;
    if (m->anchor.months < 1 || s->paid_until.us <= from)
        return OK;
    for (int k = m->period;; k--) {
        int64_t begin = period_begin(&m->anchor, w->terms->zone, k).us,
                end = period_begin(&m->anchor, w->terms->zone, k + 1).us;
        int64_t left = end - (from > begin ? from : begin);
        if (left <= 0 || end <= begin)
            return OK;
        if (__builtin_add_overflow(*minor, money_part(m->price.minor, left, end - begin), minor))
            return ERR_FULL;
    }
}

enum err money_credit_unused(struct work *w, utc_time at)
{
    int64_t minor;
    enum err err = money_unused(w, at, &minor);
    if (err != OK || __builtin_add_overflow(w->m.credit, minor, &w->m.credit))
        return work_refuse(w, ERR_FULL, "the amount is past the range");
    return minor == 0 ? OK : book(w, LEDGER_CREDIT, "credit", -minor);
}

/* ---- prices -----------------------------------------------------------------------------------
 */

static bool is_told(const struct work *w)
{
    return w->m.next_price.currency[0] != 0;
}

static void forget_told(struct work *w)
{
    w->m.next_price = (struct money){ 0 };
    w->m.next_price_from = (utc_time){ 0 };
}

/* Another currency counts as a rise: it is told before. With credit it has to wait, which is in the
 * one before. */
static bool is_rise(const struct work *w, const struct money *today)
{
    if (!is_currency_of(today, &w->m.price))
        return w->m.credit == 0;
    return today->minor > w->m.price.minor;
}

/* What was told before counts for what begins then. */
static void take_told(struct work *w, utc_time begin)
{
    if (!is_told(w) || begin.us < w->m.next_price_from.us ||
        !money_fits_credit(&w->m, &w->m.next_price))
        return;
    w->m.price = w->m.next_price;
    forget_told(w);
}

/* The first of the periods from the next on that begins then or later. */
static utc_time first_begin(const struct work *w, utc_time from)
{
    utc_time begin;
    int k = w->m.period + 1;
    do
        begin = period_begin(&w->m.anchor, w->terms->zone, k++);
    while (begin.us < from.us);
    return begin;
}

static void tell(struct work *w, const struct money *today)
{
    w->m.next_price = *today;
    w->m.next_price_from = (utc_time){ w->now.us + w->terms->notice_days * UTC_DAY };
    utc_time begin = first_begin(w, w->m.next_price_from);
    work_row(w, ROW_PRICE, begin)->price = *today;
    work_letter(w, LETTER_PRICE, today, begin);
}

void money_tell_rise(struct work *w, const struct money *today)
{
    if (!is_rise(w, today)) {
        forget_told(w);
        return;
    }
    bool is_less = is_told(w) && is_currency_of(today, &w->m.next_price) &&
                   today->minor <= w->m.next_price.minor;
    if (is_less)
        w->m.next_price = *today; /* they were told of more */
    else
        tell(w, today);
}

struct money money_price_at(struct work *w, const struct money *today, utc_time begin)
{
    bool falls;
    if (is_none(w->m.price.currency))
        w->m.price = *today;
    take_told(w, begin);
    money_tell_rise(w, today);
    take_told(w, begin); /* without notice */
    falls = is_currency_of(today, &w->m.price) && today->minor < w->m.price.minor;
    if (falls) {
        w->m.price = *today;
        work_row(w, ROW_PRICE, begin);
    }
    return w->m.price;
}
