#include "rules/billing/period.h"

struct period_anchor period_anchor_at(const struct zone *zone, utc_time now, int months)
{
    struct period_anchor a = { .months = months };
    a.day = zone_day(zone, now, &a.second);
    return a;
}

civil_day period_day(const struct period_anchor *a, int k)
{
    return civil_day_add_months(a->day, k * a->months);
}

utc_time period_begin(const struct period_anchor *a, const struct zone *zone, int k)
{
    return zone_instant(zone, period_day(a, k), a->second);
}

utc_time period_due(const struct period_anchor *a, const struct zone *zone, int k)
{
    return zone_instant(zone, period_day(a, k), 0);
}
