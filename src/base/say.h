/* Amounts and dates as people write them: in French, else in English. Pure. */
#ifndef LANTERNE_BASE_SAY_H
#define LANTERNE_BASE_SAY_H

#include <stdbool.h>

#include "base/date.h"
#include "base/money.h"
#include "base/zone.h"

enum { SAY_TEXT = 80 };

/* "fr", "fr-CA": French. NULL: it is not. */
bool say_is_french(const char *language);
/* "€1,299.00", "¥500", "CHF 12.90"; "1 299,00 €", "500 ¥", "12,90 CHF" with narrow no-break spaces
 * between thousands and a no-break space before the sign. */
void say_money(const struct money *m, bool is_french, char out[SAY_TEXT]);
/* "31 January 2026"; "31 janvier 2026", "1er février 2026". */
void say_day(civil_day day, bool is_french, char out[SAY_TEXT]);
/* The day that the zone's calendar shows; NULL: UTC. */
void say_day_at(utc_time t, const struct zone *zone, bool is_french, char out[SAY_TEXT]);

#endif
