/* When the periods of a subscription begin and end. Counted from the first, never from the one
 * before: what began on the 31st ends on 28 February and then on 31 March. By the calendar of the
 * territory's first time zone, at the local time of day at which the first began. Pure. */
#ifndef LANTERNE_RULES_BILLING_PERIOD_H
#define LANTERNE_RULES_BILLING_PERIOD_H

#include "base/clock.h"
#include "base/date.h"
#include "base/zone.h"

struct period_anchor {
    civil_day day;  /* of the first period's beginning, by the zone's calendar */
    int32_t second; /* of that day: 0..86399 */
    int months;     /* of a period */
};

/* The anchor of periods that begin now. */
struct period_anchor period_anchor_at(const struct zone *zone, utc_time now, int months);
/* The day on which period k (0 is the first) begins, which is the day on which k - 1 ends. */
civil_day period_day(const struct period_anchor *a, int k);
/* The instant. Half-open: period k holds from period_begin(k) until period_begin(k + 1). */
utc_time period_begin(const struct period_anchor *a, const struct zone *zone, int k);
/* The first instant of that day in the zone: from then on the charge for period k is due, so that
 * it is made on its day at whatever hour the house renews. */
utc_time period_due(const struct period_anchor *a, const struct zone *zone, int k);

#endif
