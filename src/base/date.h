/* The civil calendar (proleptic Gregorian) and durations of ISO 8601. Pure. */
#ifndef LANTERNE_BASE_DATE_H
#define LANTERNE_BASE_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"

/* A day without a place: it begins at another instant in every time zone. */
typedef struct {
    int32_t days; /* since 1970-01-01 */
} civil_day;

enum { CIVIL_DAY_TEXT = 16 }; /* "2013-07-15" and its NUL */

bool civil_is_real(int year, int month, int day); /* 30 February is not; years 1 to 9999 */
civil_day civil_day_of(int year, int month, int day);
void civil_day_split(civil_day day, int *year, int *month, int *day_of_month);
/* The same day so many months on, or that month's last: 31 January and 1 month give 28 February. */
civil_day civil_day_add_months(civil_day day, int months);
void civil_day_format(civil_day day, char out[CIVIL_DAY_TEXT]);
/* "2013-07-15" and nothing else. ERR_MALFORMED: another shape, or no such day. */
MUST_CHECK enum err civil_day_parse(const char *text, size_t n, civil_day *out);

/* xs:duration (XML Schema 1.1 part 2, 3.3.6): months and seconds do not mix. Both have one sign. */
struct duration {
    int32_t months;
    int64_t seconds;
};

/* "P30D", "-P5DT10H", "P1Y2M", "PT48H". ERR_MALFORMED on all else. Parts of
 * seconds are cut. ERR_FULL: more than 1,000 years. */
MUST_CHECK enum err duration_parse(const char *text, size_t n, struct duration *out);
enum { DURATION_TEXT = 48 };
void duration_format(const struct duration *d, char out[DURATION_TEXT]); /* "PT0S" when empty */
bool duration_is_zero(const struct duration *d);

#endif
