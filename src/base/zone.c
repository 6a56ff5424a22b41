#include "base/zone.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/reader.h"

/* A zone is the second block of its TZif file as it stands there (RFC 8536, 3.2 and 3.3). */
struct zone {
    const char *name;
    uint32_t at, size; /* of its bytes in zone_bytes */
};

#include "zones.inc"

enum {
    ZONES = sizeof zones / sizeof zones[0],
    HEADER = 44,
    DAY = 86400,
    /* No clock was ever further from UTC: Manila was 15:56 behind, Metlakatla 15:02 before. A day
     * more leaves room for the rules' week of hours. */
    FAR = 2 * DAY,
};

#define NEVER INT64_MAX

/* ---- names ------------------------------------------------------------------------------------
 */

const struct zone *zone_named(const char *name)
{
    size_t low = 0, high = ZONES;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(name, zones[middle].name);
        if (order == 0)
            return &zones[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const char *zone_name(const struct zone *zone)
{
    return zone->name;
}

/* ---- the table --------------------------------------------------------------------------------
 */

struct table {
    size_t n; /* transitions */
    const uint8_t *times, *types, *infos;
    const char *rule, *rule_end; /* the footer's POSIX TZ; empty: none */
};

/* The build has checked that the counts fit the bytes. */
static struct table table_of(const struct zone *zone)
{
    const uint8_t *bytes = zone_bytes + zone->at;
    struct reader r = reader_of(bytes + 20, HEADER - 20);
    size_t isut = read_u32(&r), isstd = read_u32(&r);
    (void)read_u32(&r); /* leap seconds: none in the system's zones of this kind */
    size_t times = read_u32(&r), types = read_u32(&r), chars = read_u32(&r);
    struct table t = { .n = times, .times = bytes + HEADER };
    t.types = t.times + 8 * times;
    t.infos = t.types + times;
    t.rule = (const char *)t.infos + 6 * types + chars + isstd + isut + 1;
    t.rule_end = (const char *)bytes + zone->size - 1;
    return t;
}

static int64_t table_time(const struct table *t, size_t i)
{
    struct reader r = reader_of(t->times + 8 * i, 8);
    return (int64_t)read_u64(&r);
}

static int32_t table_offset(const struct table *t, size_t type)
{
    struct reader r = reader_of(t->infos + 6 * type, 4);
    return (int32_t)read_u32(&r);
}

/* How many transitions happened at or before the second. */
static size_t table_passed(const struct table *t, int64_t second)
{
    size_t low = 0, high = t->n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (table_time(t, middle) <= second)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* ---- the rule after the table: POSIX TZ with the extensions of RFC 8536, 3.3.1 -----------------
 */

struct change {
    char kind; /* 'M', 'J', or '0' for a day counted from 0 with 29 February */
    int month, week, day;
    int32_t second; /* of that day, by the clock before the change */
};

struct rule {
    int32_t standard, summer;
    bool has_summer;
    struct change begins, ends; /* of summer time */
};

struct rule_reader {
    const char *at, *end;
};

static bool rule_take(struct rule_reader *r, char wanted)
{
    if (r->at == r->end || *r->at != wanted)
        return false;
    r->at++;
    return true;
}

static int rule_number(struct rule_reader *r)
{
    int v = 0;
    for (; r->at < r->end && *r->at >= '0' && *r->at <= '9' && v < 100000; r->at++)
        v = v * 10 + (*r->at - '0');
    return v;
}

static void rule_name(struct rule_reader *r)
{
    bool is_quoted = rule_take(r, '<');
    while (r->at < r->end) {
        char c = *r->at;
        bool is_letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (is_quoted ? c == '>' : !is_letter)
            break;
        r->at++;
    }
    (void)rule_take(r, '>');
}

static int32_t rule_time(struct rule_reader *r)
{
    int32_t sign = rule_take(r, '-') ? -1 : 1;
    (void)rule_take(r, '+');
    int32_t v = rule_number(r) * 3600;
    if (rule_take(r, ':'))
        v += rule_number(r) * 60;
    if (rule_take(r, ':'))
        v += rule_number(r);
    return sign * v;
}

static struct change rule_change(struct rule_reader *r)
{
    struct change c = { .kind = '0', .second = 2 * 3600 };
    if (rule_take(r, 'M')) {
        c.kind = 'M';
        c.month = rule_number(r);
        (void)rule_take(r, '.');
        c.week = rule_number(r);
        (void)rule_take(r, '.');
    } else if (rule_take(r, 'J')) {
        c.kind = 'J';
    }
    c.day = rule_number(r);
    if (rule_take(r, '/'))
        c.second = rule_time(r);
    return c;
}

/* False: the footer is empty. POSIX counts offsets west of Greenwich. */
static bool rule_of(const struct table *t, struct rule *out)
{
    struct rule_reader r = { t->rule, t->rule_end };
    if (r.at >= r.end)
        return false;
    *out = (struct rule){ 0 };
    rule_name(&r);
    out->standard = -rule_time(&r);
    if (r.at == r.end)
        return true;
    rule_name(&r);
    out->has_summer = true;
    out->summer = out->standard + 3600;
    if (r.at < r.end && *r.at != ',')
        out->summer = -rule_time(&r);
    (void)rule_take(&r, ',');
    out->begins = rule_change(&r);
    (void)rule_take(&r, ',');
    out->ends = rule_change(&r);
    return true;
}

/* Day 1 of month m that is the weekday asked (0: Sunday), so many weeks on; week 5 is the last. */
static int64_t weekday_of_month(int year, const struct change *c)
{
    int64_t first = civil_day_of(year, c->month, 1).days;
    int64_t last = first + civil_day_add_months((civil_day){ (int32_t)first }, 1).days - first - 1;
    int64_t weekday = ((first + 4) % 7 + 7) % 7; /* 1970-01-01 was a Thursday */
    int64_t day = first + (c->day - weekday + 7) % 7 + (c->week - 1) * 7;
    return day > last ? day - 7 : day;
}

/* The second of UTC at which the change happens in a year, the clock being `offset` before it. */
static int64_t change_at(int year, const struct change *c, int32_t offset)
{
    int64_t january = civil_day_of(year, 1, 1).days, day = january + c->day;
    if (c->kind == 'M')
        day = weekday_of_month(year, c);
    else if (c->kind == 'J') /* 29 February is never counted: 1 March is always 60 */
        day = january + c->day - 1 +
              (c->day >= 60 ? civil_day_of(year, 3, 1).days - january - 59 : 0);
    return day * DAY + c->second - offset;
}

static int year_of(int64_t second)
{
    int year, month, day;
    int64_t days = second / DAY - (second % DAY < 0 ? 1 : 0);
    civil_day_split((civil_day){ (int32_t)days }, &year, &month, &day);
    return year;
}

/* The last change at or before the second, or the first after it, as the rule has them. */
struct rule_moment {
    int64_t last, next;
    int32_t offset; /* since last */
};

static void moment_see(struct rule_moment *m, int64_t change, int32_t offset, int64_t second)
{
    if (change > second) {
        m->next = change < m->next ? change : m->next;
    } else if (change >= m->last) {
        m->last = change;
        m->offset = offset;
    }
}

/* A year before and one after: near the turn of the year the changes of another year decide. Where
 * summer time ends as it begins again, the beginning is seen last and counts. */
static struct rule_moment rule_moment_at(const struct rule *rule, int64_t second)
{
    struct rule_moment m = { .last = INT64_MIN, .next = NEVER, .offset = rule->standard };
    int year = year_of(second);
    for (int y = year - 1; rule->has_summer && y <= year + 1; y++) {
        int64_t ends = change_at(y, &rule->ends, rule->summer);
        int64_t begins = change_at(y, &rule->begins, rule->standard);
        moment_see(&m, ends, rule->standard, second);
        moment_see(&m, begins, rule->summer, second);
    }
    return m;
}

/* ---- what holds at a second --------------------------------------------------------------------
 */

struct held {
    int32_t offset;
    int64_t until; /* the next second at which it may be another; NEVER */
};

/* Past the last row of the table the rule holds (RFC 8536, 3.3); before the first, type 0. */
static struct held held_at(const struct zone *zone, int64_t second)
{
    struct table t = table_of(zone);
    struct rule rule;
    size_t passed = table_passed(&t, second);
    if (passed == t.n && rule_of(&t, &rule)) {
        struct rule_moment m = rule_moment_at(&rule, second);
        return (struct held){ m.offset, m.next };
    }
    size_t type = passed == 0 ? 0 : t.types[passed - 1];
    return (struct held){ table_offset(&t, type), passed < t.n ? table_time(&t, passed) : NEVER };
}

static int64_t whole_seconds(utc_time t)
{
    return t.us / UTC_SECOND - (t.us % UTC_SECOND < 0 ? 1 : 0);
}

/* The ends of time stand for all that is past them. */
static utc_time instant_of(int64_t second)
{
    int64_t us;
    if (__builtin_mul_overflow(second, UTC_SECOND, &us))
        return (utc_time){ second < 0 ? INT64_MIN : INT64_MAX };
    return (utc_time){ us };
}

static utc_time later(utc_time t, int64_t us)
{
    int64_t sum;
    if (__builtin_add_overflow(t.us, us, &sum))
        return (utc_time){ us < 0 ? INT64_MIN : INT64_MAX };
    return (utc_time){ sum };
}

int32_t zone_offset(const struct zone *zone, utc_time t)
{
    return held_at(zone, whole_seconds(t)).offset;
}

utc_time zone_instant(const struct zone *zone, civil_day day, int32_t second)
{
    int64_t wanted = (int64_t)day.days * DAY + second, from = wanted - FAR;
    for (;;) {
        struct held held = held_at(zone, from);
        int64_t candidate = wanted - held.offset;
        if (candidate < from) /* the clocks leapt over it as this offset began */
            return instant_of(from);
        if (candidate < held.until)
            return instant_of(candidate);
        from = held.until;
    }
}

civil_day zone_day(const struct zone *zone, utc_time t, int32_t *second)
{
    int64_t local = whole_seconds(t);
    local += held_at(zone, local).offset;
    int64_t days = local / DAY - (local % DAY < 0 ? 1 : 0);
    if (second != NULL)
        *second = (int32_t)(local - days * DAY);
    return (civil_day){ (int32_t)days };
}

utc_time zone_add(const struct zone *zone, utc_time t, const struct duration *d)
{
    utc_time out = t;
    if (d->months != 0) {
        int32_t second;
        civil_day day = civil_day_add_months(zone_day(zone, t, &second), d->months);
        out = zone_instant(zone, day, second);
        out = later(out, t.us - instant_of(whole_seconds(t)).us);
    }
    int64_t us;
    if (__builtin_mul_overflow(d->seconds, UTC_SECOND, &us))
        us = d->seconds < 0 ? INT64_MIN : INT64_MAX;
    return later(out, us);
}

/* RFC 3339 knows offsets of whole minutes only: those of the time before railways are cut to one,
 * and the time of day with them, so that the instant stays the same. */
void zone_format(const struct zone *zone, utc_time t, char out[ZONE_TIME_TEXT])
{
    int32_t minutes = zone_offset(zone, t) / 60;
    utc_time local = { 0 };
    char text[UTC_TEXT];
    if (__builtin_add_overflow(t.us, minutes * 60 * UTC_SECOND, &local.us)) {
        snprintf(out, ZONE_TIME_TEXT, "out of range");
        return;
    }
    utc_format(local, text);
    char *zulu = strchr(text, 'Z');
    if (zulu != NULL)
        *zulu = 0;
    int32_t size = minutes < 0 ? -minutes : minutes;
    if (zulu != NULL)
        snprintf(out, ZONE_TIME_TEXT, "%s%c%02d:%02d", text, minutes < 0 ? '-' : '+',
                 (int)(size / 60), (int)(size % 60));
    else
        snprintf(out, ZONE_TIME_TEXT, "%s", text);
}
