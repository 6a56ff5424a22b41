/* Time zones (IANA), compiled into the binary from the system's database when it is built, so that
 * what the day begins with is pure to ask. Read only; any thread. */
#ifndef LANTERNE_BASE_ZONE_H
#define LANTERNE_BASE_ZONE_H

#include "base/clock.h"
#include "base/date.h"

struct zone; /* static storage; never freed */

/* "Europe/Paris", "UTC". NULL: not one of those compiled in (every zone of zone.tab and UTC). */
const struct zone *zone_named(const char *name);
const char *zone_name(const struct zone *zone);
/* Seconds east of UTC at the instant (RFC 8536, with the rule of the footer after the table). */
int32_t zone_offset(const struct zone *zone, utc_time t);
/* The first instant at which the zone's clocks show this second of this day. second: 0..86400. A
 * time that the clocks leap over gives the instant of the leap. */
utc_time zone_instant(const struct zone *zone, civil_day day, int32_t second);
/* The day that the zone's calendars show, and the second of it (second may be NULL). */
civil_day zone_day(const struct zone *zone, utc_time t, int32_t *second);
/* The instant so much later by the zone's calendar: months keep day and time of day, seconds are
 * seconds. */
utc_time zone_add(const struct zone *zone, utc_time t, const struct duration *d);
/* RFC 3339 with the zone's offset: "2013-07-15T20:00:00+02:00". */
enum { ZONE_TIME_TEXT = 40 };
void zone_format(const struct zone *zone, utc_time t, char out[ZONE_TIME_TEXT]);

#endif
