#include "base/clock.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/date.h"

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
    int64_t days = t.us / UTC_DAY, rest = t.us % UTC_DAY;
    if (rest < 0) {
        days--;
        rest += UTC_DAY;
    }
    int second = (int)(rest / UTC_SECOND), fraction = (int)(rest % UTC_SECOND);
    int year, month, day;
    civil_day_split((civil_day){ (int32_t)days }, &year, &month, &day);
    if (year < 0 || year > 9999) {
        snprintf(out, UTC_TEXT, "out of range");
        return;
    }
    size_t n = (size_t)snprintf(out, UTC_TEXT, "%04d-%02d-%02dT%02d:%02d:%02d", year, month, day,
                                second / 3600, second / 60 % 60, second % 60);
    if (fraction != 0)
        snprintf(out + n, UTC_TEXT - n, ".%06dZ", fraction);
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

static int64_t parse_date(struct cursor *c)
{
    int year = digits(c, 4);
    expect(c, '-');
    int month = digits(c, 2);
    expect(c, '-');
    int day = digits(c, 2);
    if (c->failed || !civil_is_real(year, month, day)) {
        c->failed = true;
        return 0;
    }
    return civil_day_of(year, month, day).days * UTC_DAY;
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
