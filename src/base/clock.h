/* The one clock. UTC in microseconds since 1970; the whole service can be run at another instant
 * (`--now`): the clock then starts there and runs on at the usual pace. rules/ and format/ never
 * call this: `now` is handed to them. */
#ifndef LANTERNE_BASE_CLOCK_H
#define LANTERNE_BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

typedef struct {
    int64_t us; /* microseconds since 1970-01-01T00:00:00Z */
} utc_time;

#define UTC_SECOND INT64_C(1000000)
#define UTC_DAY (86400 * UTC_SECOND)

enum { UTC_TEXT = 28 }; /* "2013-07-22T20:00:00.000000Z" and its NUL */

/* Makes the clock of this process start at `now`. Call before any thread exists. */
void clock_set_now(utc_time now);
utc_time clock_now(void);
/* For timeouts and leases inside one process: microseconds, never goes back, origin unknown. */
int64_t clock_monotonic_us(void);

/* RFC 3339 in UTC: "2013-07-22T20:00:00Z", with ".123456" only when not a whole second. */
void utc_format(utc_time t, char out[UTC_TEXT]);
/* Parses RFC 3339 (any offset; fractions to the microsecond) or a bare date (its first instant).
 * ERR_MALFORMED leaves *out alone. */
MUST_CHECK enum err utc_parse(const char *text, size_t n, utc_time *out);

#endif
