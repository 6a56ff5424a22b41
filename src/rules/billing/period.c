#include "rules/billing/period.h"

struct period_anchor period_anchor_at(const struct zone *zone, utc_time now, int months)
{
    struct period_anchor a = { .months = months };
    a.day = zone_day(zone, now, &a.second);
    return a;
}

/* Past the calendar's end a period has no day of its own any more: 800,000 months are 66,000 years.
 */
static int months_until(const struct period_anchor *a, int k)
{
    enum { MOST = 800000 };
    int64_t months = (int64_t)k * a->months;
    if (months > MOST || months < -MOST)
        months = months < 0 ? -MOST : MOST;
    return (int)months;
}

civil_day period_day(const struct period_anchor *a, int k)
{
    return civil_day_add_months(a->day, months_until(a, k));
}

utc_time period_begin(const struct period_anchor *a, const struct zone *zone, int k)
{
    return zone_instant(zone, period_day(a, k), a->second);
}

utc_time period_due(const struct period_anchor *a, const struct zone *zone, int k)
{
    return zone_instant(zone, period_day(a, k), 0);
}
