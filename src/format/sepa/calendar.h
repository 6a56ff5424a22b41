/* The days on which banks move money in euro: those of TARGET2, which rests on Saturdays, Sundays,
 * 1 January, Good Friday, Easter Monday, 1 May, 25 and 26 December. Pure. */
#ifndef LANTERNE_FORMAT_SEPA_CALENDAR_H
#define LANTERNE_FORMAT_SEPA_CALENDAR_H

#include <stdbool.h>

#include "base/date.h"

bool sepa_is_bank_day(civil_day day);
/* The n-th bank day after a day, 0 <= n <= 100; 0: that day, or the next bank day. */
civil_day sepa_bank_day_after(civil_day day, int n);

#endif
