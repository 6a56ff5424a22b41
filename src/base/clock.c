#include "base/clock.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static int64_t shift_us; /* what --now adds to the machine's clock; set once, before threads */

static int64_t machine_us(clockid_t id)
{
    struct timespec ts;
    clock_gettime(id, &ts);
    return (int64_t)ts.tv_sec * UTC_SECOND + ts.tv_nsec / 1000;
}

void clock_set_now(utc_time now)
{
    shift_us = now.us - machine_us(CLOCK_REALTIME);
}

utc_time clock_now(void)
{
    return (utc_time){ machine_us(CLOCK_REALTIME) + shift_us };
}

int64_t clock_monotonic_us(void)
{
    return machine_us(CLOCK_MONOTONIC);
}

void utc_format(utc_time t, char out[UTC_TEXT])
{
    int64_t seconds = t.us / UTC_SECOND, fraction = t.us % UTC_SECOND;
    if (fraction < 0) {
        seconds--;
        fraction += UTC_SECOND;
    }
    time_t whole = (time_t)seconds;
    struct tm tm;
    if (gmtime_r(&whole, &tm) == NULL || tm.tm_year > 9999 - 1900 || tm.tm_year < -1900) {
        snprintf(out, UTC_TEXT, "out of range");
        return;
    }
    size_t n = strftime(out, UTC_TEXT, "%Y-%m-%dT%H:%M:%S", &tm);
    if (fraction != 0)
        snprintf(out + n, UTC_TEXT - n, ".%06dZ", (int)fraction);
    else
        snprintf(out + n, UTC_TEXT - n, "Z");
}

struct cursor {
    const char *at, *end;
    bool failed;
};

static int digits(struct cursor *c, int count)
{
    int v = 0;
    for (int i = 0; i < count; i++) {
        if (c->at == c->end || *c->at < '0' || *c->at > '9') {
            c->failed = true;
            return 0;
        }
        v = v * 10 + (*c->at++ - '0');
    }
    return v;
}

static bool take(struct cursor *c, char wanted)
{
    if (c->at == c->end || *c->at != wanted)
        return false;
    c->at++;
    return true;
}

static void expect(struct cursor *c, char wanted)
{
    if (!take(c, wanted))
        c->failed = true;
}

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_days(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    return days[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

static int64_t parse_date(struct cursor *c)
{
    struct tm tm = { 0 };
    int year = digits(c, 4);
    expect(c, '-');
    int month = digits(c, 2);
    expect(c, '-');
    int day = digits(c, 2);
    if (c->failed || month < 1 || month > 12 || day < 1 || day > month_days(year, month)) {
        c->failed = true;
        return 0;
    }
    tm.tm_year = year - 1900;
    tm.tm_mon = month - 1;
    tm.tm_mday = day;
    return (int64_t)timegm(&tm) * UTC_SECOND;
}

static int64_t parse_fraction(struct cursor *c)
{
    int64_t us = 0, unit = UTC_SECOND / 10;
    if (!take(c, '.'))
        return 0;
    if (c->at == c->end || *c->at < '0' || *c->at > '9')
        c->failed = true;
    while (c->at < c->end && *c->at >= '0' && *c->at <= '9') {
        us += (*c->at++ - '0') * unit;
        unit /= 10;
    }
    return us;
}

static int64_t parse_zone(struct cursor *c)
{
    if (take(c, 'Z') || take(c, 'z'))
        return 0;
    int64_t sign = take(c, '+') ? 1 : -1;
    if (sign < 0)
        expect(c, '-');
    int hours = digits(c, 2);
    expect(c, ':');
    int minutes = digits(c, 2);
    if (hours > 23 || minutes > 59)
        c->failed = true;
    return sign * (hours * 60 + minutes) * 60 * UTC_SECOND;
}

static int64_t parse_time_of_day(struct cursor *c)
{
    int hours = digits(c, 2);
    expect(c, ':');
    int minutes = digits(c, 2);
    expect(c, ':');
    int seconds = digits(c, 2);
    if (hours > 23 || minutes > 59 || seconds > 59)
        c->failed = true;
    int64_t us = ((int64_t)(hours * 60 + minutes) * 60 + seconds) * UTC_SECOND;
    return us + parse_fraction(c);
}

enum err utc_parse(const char *text, size_t n, utc_time *out)
{
    struct cursor c = { .at = text, .end = text + n };
    int64_t us = parse_date(&c);
    if (!c.failed && c.at < c.end) {
        if (!take(&c, 'T') && !take(&c, 't'))
            expect(&c, ' ');
        us += parse_time_of_day(&c);
        us -= parse_zone(&c);
    }
    if (c.failed || c.at != c.end)
        return ERR_MALFORMED;
    out->us = us;
    return OK;
}
