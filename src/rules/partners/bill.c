#include "rules/partners/bill.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* ---- months ---------------------------------------------------------------------------------- */

enum err partner_month_parse(const char *text, size_t n, struct partner_month *out)
{
    int64_t year, month;
    if (n != PARTNER_MONTH_TEXT - 1 || text[4] != '-' ||
        text_to_i64(text, 4, 1970, 9998, &year) != OK ||
        text_to_i64(text + 5, 2, 1, 12, &month) != OK)
        return ERR_MALFORMED;
    *out = (struct partner_month){ (int)year, (int)month };
    return OK;
}

void partner_month_format(struct partner_month month, char out[PARTNER_MONTH_TEXT])
{
    char day[CIVIL_DAY_TEXT];
    civil_day_format(civil_day_of(month.year, month.month, 1), day);
    memcpy(out, day, PARTNER_MONTH_TEXT - 1);
    out[PARTNER_MONTH_TEXT - 1] = 0;
}

struct partner_month partner_month_at(const struct zone *zone, utc_time t)
{
    struct partner_month month;
    int32_t second;
    int day;
    civil_day_split(zone_day(zone, t, &second), &month.year, &month.month, &day);
    return month;
}

struct partner_month partner_month_before(struct partner_month month)
{
    if (month.month > 1)
        return (struct partner_month){ month.year, month.month - 1 };
    return (struct partner_month){ month.year - 1, 12 };
}

static civil_day first_day(struct partner_month month)
{
    return civil_day_of(month.year, month.month, 1);
}

void partner_month_bounds(struct partner_month month, const struct zone *zone, utc_time *from,
                          utc_time *until)
{
    *from = zone_instant(zone, first_day(month), 0);
    *until = zone_instant(zone, civil_day_add_months(first_day(month), 1), 0);
}

/* ---- the bill -------------------------------------------------------------------------------- */

/* The subscription as it was at the day's last instant, when it was active then. */
static const struct partner_subscription *active_on(const struct partner_event *events, size_t n,
                                                    const struct zone *zone, civil_day day)
{
    utc_time last = zone_instant(zone, (civil_day){ day.days + 1 }, 0);
    last.us--;
    const struct partner_subscription *s = partner_history_at(events, n, last);
    return s != NULL && partner_state_at(s, last) == PARTNER_ACTIVE ? s : NULL;
}

struct partner_bill partner_bill_of(const struct partner_event *events, size_t n,
                                    const struct bundle_terms *terms, size_t n_terms,
                                    const struct zone *zone, struct partner_month month,
                                    int tax_permille)
{
    civil_day first = first_day(month), end = civil_day_add_months(first, 1);
    struct partner_bill bill = { .of = end.days - first.days };
    int64_t prices = 0, shares = 0; /* of all days; at most 31 * 10^9 * 1000 */
    for (civil_day day = first; day.days < end.days; day.days++) {
        const struct partner_subscription *s = active_on(events, n, zone, day);
        if (s == NULL)
            continue;
        bill.days++;
        const struct bundle_terms *t = bundle_terms_on(terms, n_terms, s->bundle, day);
        if (t == NULL)
            continue;
        prices += t->price.minor;
        shares += t->price.minor * t->share_permille;
        memcpy(bill.price.currency, t->price.currency, sizeof bill.price.currency);
    }
    bill.price.minor = (prices + bill.of / 2) / bill.of;
    bill.tax = tax_contained(bill.price.minor, tax_permille);
    if (prices > 0)
        bill.share = money_part(bill.price.minor - bill.tax, shares, prices * 1000);
    return bill;
}

enum err partner_bill_entry(const struct partner_subscription *s, const char *territory,
                            struct partner_month month, const struct partner_bill *bill,
                            int tax_permille, utc_time at, struct ledger_entry *out)
{
    char key[LEDGER_KEY], when[PARTNER_MONTH_TEXT], debit[LEDGER_ACCOUNT];
    if (bill->price.minor <= 0)
        return ERR_ARGUMENT;
    partner_month_format(month, when);
    snprintf(key, sizeof key, "partner %s %s", s->id.s, when);
    snprintf(debit, sizeof debit, "receivable:partner:%s", s->partner.s);
    *out = ledger_entry_of(LEDGER_PARTNER, key, at, bill->price.currency);
    (void)text_copy(out->subject, sizeof out->subject, s->partner.s);
    enum err err =
        ledger_sell(out, bill->price.minor, tax_permille, debit, "revenue:partner", territory);
    if (err == OK)
        err = ledger_post(out, bill->share, "cost:partner:%s", s->partner.s);
    return err == OK ? ledger_post(out, -bill->share, "payable:partner:%s", s->partner.s) : err;
}
