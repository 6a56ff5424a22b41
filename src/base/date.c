#include "base/date.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum {
    DAYS_OF_ERA = 146097, /* 400 years: the calendar repeats after them */
    ERA_AT_1970 = 719468, /* days from 0000-03-01 to 1970-01-01 */
    DURATION_YEARS_MAX = 1000,
    DURATION_DAYS_MAX = 366 * DURATION_YEARS_MAX,
};

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_length(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    return days[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

bool civil_is_real(int year, int month, int day)
{
    return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 &&
           day <= month_length(year, month);
}

static int64_t floor_divide(int64_t a, int64_t b)
{
    return a / b - (a % b < 0 ? 1 : 0);
}

/* Years are counted from 1 March, so that the day a leap year adds is the last of its year. */
civil_day civil_day_of(int year, int month, int day)
{
    int64_t y = (int64_t)year - (month <= 2 ? 1 : 0);
    int64_t era = floor_divide(y, 400), year_of_era = y - era * 400;
    int64_t months = month > 2 ? month - 3 : month + 9;
    int64_t day_of_year = (153 * months + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    int64_t days = era * DAYS_OF_ERA + day_of_era - ERA_AT_1970;
    if (days < INT32_MIN ||
        days > INT32_MAX) /* 5.8 million years from here: the last day there is */
        days = days < 0 ? INT32_MIN : INT32_MAX;
    return (civil_day){ (int32_t)days };
}

void civil_day_split(civil_day day, int *year, int *month, int *day_of_month)
{
    int64_t days = (int64_t)day.days + ERA_AT_1970;
    int64_t era = floor_divide(days, DAYS_OF_ERA), of_era = days - era * DAYS_OF_ERA;
    int64_t year_of_era =
        (of_era - of_era / 1460 + of_era / 36524 - of_era / (DAYS_OF_ERA - 1)) / 365;
    int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t months = (5 * of_year + 2) / 153;
    *day_of_month = (int)(of_year - (153 * months + 2) / 5 + 1);
    *month = (int)(months < 10 ? months + 3 : months - 9);
    *year = (int)(year_of_era + era * 400 + (*month <= 2 ? 1 : 0));
}

civil_day civil_day_add_months(civil_day day, int months)
{
    int year, month, of_month;
    civil_day_split(day, &year, &month, &of_month);
    int64_t count = (int64_t)year * 12 + month - 1 + months;
    year = (int)floor_divide(count, 12);
    month = (int)(count - (int64_t)year * 12) + 1;
    int last = month_length(year, month);
    return civil_day_of(year, month, of_month < last ? of_month : last);
}

void civil_day_format(civil_day day, char out[CIVIL_DAY_TEXT])
{
    int year, month, of_month;
    civil_day_split(day, &year, &month, &of_month);
    if (year < 0 || year > 9999)
        snprintf(out, CIVIL_DAY_TEXT, "out of range");
    else
        snprintf(out, CIVIL_DAY_TEXT, "%04d-%02d-%02d", year, month, of_month);
}

/* A number of exactly so many digits at *at, stepped over; -1: there is none. */
static int fixed_number(const char *text, size_t n, size_t *at, size_t digits)
{
    int64_t v = 0;
    if (n - *at < digits || text[*at] == '-' || text_to_i64(text + *at, digits, 0, 9999, &v) != OK)
        return -1;
    *at += digits;
    return (int)v;
}

static bool step_over(const char *text, size_t n, size_t *at, char wanted)
{
    if (*at >= n || text[*at] != wanted)
        return false;
    (*at)++;
    return true;
}

enum err civil_day_parse(const char *text, size_t n, civil_day *out)
{
    size_t at = 0;
    int year = fixed_number(text, n, &at, 4);
    if (year < 0 || !step_over(text, n, &at, '-'))
        return ERR_MALFORMED;
    int month = fixed_number(text, n, &at, 2);
    if (month < 0 || !step_over(text, n, &at, '-'))
        return ERR_MALFORMED;
    int day = fixed_number(text, n, &at, 2);
    if (day < 0 || at != n || !civil_is_real(year, month, day))
        return ERR_MALFORMED;
    *out = civil_day_of(year, month, day);
    return OK;
}

/* ---- durations ------------------------------------------------------------------------------- */

/* One part of a duration: a number and its letter. */
struct part {
    char letter;
    bool is_time;
    int64_t months, seconds; /* what one of it is */
};

/* In the order they must stand in. */
static const struct part parts[] = {
    { 'Y', false, 12, 0 },  { 'M', false, 1, 0 }, { 'D', false, 0, 86400 },
    { 'H', true, 0, 3600 }, { 'M', true, 0, 60 }, { 'S', true, 0, 1 },
};
enum { PARTS = sizeof parts / sizeof parts[0] };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The digits at *at, stepped over with a fraction, which is cut; ERR_FULL: too many. */
static enum err part_number(const char *text, size_t n, size_t *at, int64_t *out,
                            bool *has_fraction)
{
    size_t from = *at;
    while (*at < n && is_digit(text[*at]))
        (*at)++;
    if (*at == from)
        return ERR_MALFORMED;
    enum err err = text_to_i64(text + from, *at - from, 0, INT64_C(100000000000), out);
    *has_fraction = step_over(text, n, at, '.');
    size_t fraction = *at;
    while (*has_fraction && *at < n && is_digit(text[*at]))
        (*at)++;
    if (*has_fraction && *at == fraction)
        return ERR_MALFORMED;
    return err;
}

static const struct part *next_part(size_t *from, char letter, bool is_time)
{
    for (; *from < PARTS; (*from)++)
        if (parts[*from].letter == letter && parts[*from].is_time == is_time)
            return &parts[(*from)++];
    return NULL;
}

struct total {
    int64_t months, seconds;
    bool is_too_long; /* said only when the rest has its shape */
};

static void total_add(struct total *t, const struct part *part, int64_t value)
{
    t->months += value * part->months;
    t->seconds += value * part->seconds;
    if (t->months > DURATION_YEARS_MAX * 12 || t->seconds > (int64_t)DURATION_DAYS_MAX * 86400) {
        t->is_too_long = true;
        t->months = t->seconds = 0;
    }
}

static enum err parts_parse(const char *text, size_t n, size_t *at, struct total *total)
{
    size_t next = 0, found = 0;
    bool is_time = false, is_fresh = false;
    while (*at < n) {
        if (!is_time && step_over(text, n, at, 'T')) {
            is_time = is_fresh = true;
            continue;
        }
        int64_t value = 0;
        bool has_fraction = false;
        enum err err = part_number(text, n, at, &value, &has_fraction);
        if (err == ERR_MALFORMED || *at == n)
            return ERR_MALFORMED;
        const struct part *part = next_part(&next, text[(*at)++], is_time);
        if (part == NULL || (has_fraction && part->letter != 'S'))
            return ERR_MALFORMED;
        total->is_too_long |= err == ERR_FULL;
        total_add(total, part, err == OK ? value : 0);
        is_fresh = false;
        found++;
    }
    return found > 0 && !is_fresh ? OK : ERR_MALFORMED;
}

enum err duration_parse(const char *text, size_t n, struct duration *out)
{
    size_t at = 0;
    struct total total = { 0 };
    int sign = step_over(text, n, &at, '-') ? -1 : 1;
    if (!step_over(text, n, &at, 'P'))
        return ERR_MALFORMED;
    enum err err = parts_parse(text, n, &at, &total);
    if (err == OK && total.is_too_long)
        err = ERR_FULL;
    if (err == OK)
        *out = (struct duration){ (int32_t)(sign * total.months), sign * total.seconds };
    return err;
}

bool duration_is_zero(const struct duration *d)
{
    return d->months == 0 && d->seconds == 0;
}

static size_t put_part(char *out, size_t at, uint64_t value, char letter)
{
    if (value == 0)
        return at;
    return at + (size_t)snprintf(out + at, DURATION_TEXT - at, "%llu%c", (unsigned long long)value,
                                 letter);
}

static uint64_t magnitude(int64_t v)
{
    return v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
}

void duration_format(const struct duration *d, char out[DURATION_TEXT])
{
    if (duration_is_zero(d)) {
        snprintf(out, DURATION_TEXT, "PT0S");
        return;
    }
    uint64_t months = magnitude(d->months), seconds = magnitude(d->seconds);
    bool is_negative = d->months < 0 || d->seconds < 0;
    size_t at = (size_t)snprintf(out, DURATION_TEXT, is_negative ? "-P" : "P");
    at = put_part(out, at, months / 12, 'Y');
    at = put_part(out, at, months % 12, 'M');
    at = put_part(out, at, seconds / 86400, 'D');
    if (seconds % 86400 != 0)
        at += (size_t)snprintf(out + at, DURATION_TEXT - at, "T");
    at = put_part(out, at, seconds % 86400 / 3600, 'H');
    at = put_part(out, at, seconds % 3600 / 60, 'M');
    put_part(out, at, seconds % 60, 'S');
}
