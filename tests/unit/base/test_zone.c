#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <stdio.h>

#include "base/zone.h"
#include "zone_rows.h"

static const struct zone *zone(const char *name)
{
    const struct zone *z = zone_named(name);
    if (z == NULL)
        fail_msg("no zone %s", name);
    return z;
}

static utc_time instant(const char *text)
{
    utc_time t;
    assert_int_equal(utc_parse(text, strlen(text), &t), OK);
    return t;
}

static civil_day day(const char *text)
{
    civil_day d;
    assert_int_equal(civil_day_parse(text, strlen(text), &d), OK);
    return d;
}

static void zones_are_found_by_their_whole_name(void **state)
{
    (void)state;
    static const char *const there[] = { "UTC", "Europe/Paris", "Africa/Abidjan", "Pacific/Wallis",
                                         "America/Argentina/Buenos_Aires" };
    static const char *const none[] = { "",       "Paris",           "europe/paris",
                                        "Europe", "Europe/Paris ",   "Zebra",
                                        "AAA",    "../../etc/passwd" };
    for (size_t i = 0; i < sizeof there / sizeof there[0]; i++)
        assert_string_equal(zone_name(zone(there[i])), there[i]);
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        assert_null(zone_named(none[i]));
}

static void offsets_are_those_of_the_database(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof zone_rows / sizeof zone_rows[0]; i++) {
        const struct zone_row *row = &zone_rows[i];
        int32_t offset = zone_offset(zone(row->zone), (utc_time){ row->second * UTC_SECOND });
        if (offset != row->offset)
            fail_msg("%s at %lld: %d, not %d", row->zone, (long long)row->second, offset,
                     row->offset);
    }
}

static void a_change_takes_hold_at_its_very_microsecond(void **state)
{
    (void)state;
    const struct zone *paris = zone("Europe/Paris");
    utc_time leap = instant("2013-03-31T01:00:00Z");
    assert_int_equal(zone_offset(paris, (utc_time){ leap.us - 1 }), 3600);
    assert_int_equal(zone_offset(paris, leap), 7200);
}

static void a_time_of_day_gives_its_first_instant(void **state)
{
    (void)state;
    static const struct {
        const char *zone, *day;
        int32_t second;
        const char *instant;
    } rows[] = {
        { "Europe/Paris", "2013-07-15", 0, "2013-07-14T22:00:00Z" },
        { "Europe/Paris", "2013-07-15", 86399, "2013-07-15T21:59:59Z" },
        { "Europe/Paris", "2013-07-15", 86400, "2013-07-15T22:00:00Z" },
        /* 02:30 is leapt over, 02:30 comes twice */
        { "Europe/Paris", "2013-03-31", 9000, "2013-03-31T01:00:00Z" },
        { "Europe/Paris", "2013-03-31", 10799, "2013-03-31T01:00:00Z" },
        { "Europe/Paris", "2013-03-31", 7199, "2013-03-31T00:59:59Z" },
        { "Europe/Paris", "2013-03-31", 10800, "2013-03-31T01:00:00Z" },
        { "Europe/Paris", "2013-10-27", 9000, "2013-10-27T00:30:00Z" },
        { "Europe/Paris", "2013-10-27", 10800, "2013-10-27T02:00:00Z" },
        /* by the rule, past every table */
        { "Europe/Paris", "2090-03-26", 9000, "2090-03-26T01:00:00Z" },
        { "Europe/Paris", "2090-10-29", 9000, "2090-10-29T00:30:00Z" },
        /* half an hour */
        { "Australia/Lord_Howe", "2013-10-06", 8100, "2013-10-05T15:30:00Z" },
        { "Australia/Lord_Howe", "2013-04-07", 6300, "2013-04-06T14:45:00Z" },
        { "Australia/Lord_Howe", "2013-04-07", 7200, "2013-04-06T15:30:00Z" },
        /* a day that never was */
        { "Pacific/Apia", "2011-12-30", 0, "2011-12-30T10:00:00Z" },
        { "Pacific/Apia", "2011-12-30", 43200, "2011-12-30T10:00:00Z" },
        { "Pacific/Apia", "2011-12-31", 0, "2011-12-30T10:00:00Z" },
        { "Pacific/Apia", "2011-12-29", 86399, "2011-12-30T09:59:59Z" },
        { "Pacific/Kiritimati", "1994-12-31", 3600, "1994-12-31T10:00:00Z" },
        { "Pacific/Kiritimati", "2013-07-15", 0, "2013-07-14T10:00:00Z" },
        /* midnight itself leapt over, or twice there */
        { "America/Sao_Paulo", "2013-10-20", 0, "2013-10-20T03:00:00Z" },
        { "America/Sao_Paulo", "2013-02-16", 84600, "2013-02-17T01:30:00Z" },
        { "America/Havana", "2013-11-03", 0, "2013-11-03T04:00:00Z" },
        /* summer time is less than standard time (Dublin), the rule's hours go past a day */
        { "Europe/Dublin", "2050-07-01", 0, "2050-06-30T23:00:00Z" },
        { "Asia/Jerusalem", "2050-03-25", 7200, "2050-03-25T00:00:00Z" },
        { "America/Nuuk", "2050-07-01", 0, "2050-07-01T01:00:00Z" },
        { "UTC", "2013-07-15", 0, "2013-07-15T00:00:00Z" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[UTC_TEXT];
        utc_format(zone_instant(zone(rows[i].zone), day(rows[i].day), rows[i].second), text);
        if (strcmp(text, rows[i].instant) != 0)
            fail_msg("%s %s %d: %s, not %s", rows[i].zone, rows[i].day, rows[i].second, text,
                     rows[i].instant);
    }
}

/* Over all instants near the rows' and hours apart: what a calendar shows leads back to the first
 * instant that shows it. */
static void an_instant_and_what_the_clocks_show_agree(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof zone_rows / sizeof zone_rows[0]; i++) {
        const struct zone *z = zone(zone_rows[i].zone);
        for (int64_t near = -7200; near <= 7200; near += 900) {
            utc_time t = { (zone_rows[i].second + near) * UTC_SECOND };
            int32_t second, again;
            civil_day d = zone_day(z, t, &second);
            assert_in_range(second, 0, 86399);
            assert_int_equal(d.days * INT64_C(86400) + second,
                             t.us / UTC_SECOND + zone_offset(z, t));
            utc_time first = zone_instant(z, d, second);
            assert_true(first.us <= t.us && first.us >= t.us - UTC_DAY);
            assert_int_equal(zone_day(z, first, &again).days, d.days);
            assert_int_equal(again, second);
        }
    }
}

static void months_go_by_the_calendar_and_seconds_by_the_clock(void **state)
{
    (void)state;
    static const struct {
        const char *zone, *from;
        struct duration d;
        const char *to;
    } rows[] = {
        { "Europe/Paris", "2013-01-31T12:00:00Z", { 1, 0 }, "2013-02-28T12:00:00Z" },
        { "Europe/Paris", "2013-03-15T12:00:00Z", { 1, 0 }, "2013-04-15T11:00:00Z" },
        { "Europe/Paris", "2013-03-30T12:00:00Z", { 0, 86400 }, "2013-03-31T12:00:00Z" },
        { "Europe/Paris", "2013-02-28T01:30:00Z", { 1, 0 }, "2013-03-28T01:30:00Z" },
        { "Europe/Paris", "2013-02-28T23:30:00.25Z", { 36, 3600 }, "2016-03-01T00:30:00.250000Z" },
        { "Europe/Paris", "2013-10-27T01:30:00Z", { 0, 0 }, "2013-10-27T01:30:00Z" },
        { "Europe/Paris", "2013-03-01T00:00:00Z", { 0, -1 }, "2013-02-28T23:59:59Z" },
        { "America/New_York", "2012-03-01T04:30:00Z", { -12, 0 }, "2011-03-01T04:30:00Z" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[UTC_TEXT];
        utc_format(zone_add(zone(rows[i].zone), instant(rows[i].from), &rows[i].d), text);
        assert_string_equal(text, rows[i].to);
    }
}

static void an_instant_is_written_with_the_zones_offset(void **state)
{
    (void)state;
    static const struct {
        const char *zone, *instant, *text;
    } rows[] = {
        { "Europe/Paris", "2013-07-15T18:00:00Z", "2013-07-15T20:00:00+02:00" },
        { "America/St_Johns", "2013-07-15T18:00:00.5Z", "2013-07-15T15:30:00.500000-02:30" },
        { "UTC", "2013-07-15T18:00:00Z", "2013-07-15T18:00:00+00:00" },
        { "Europe/Paris", "1850-01-01T00:00:00Z", "1850-01-01T00:09:00+00:09" },
        { "America/New_York", "1850-01-01T00:00:00Z", "1849-12-31T19:04:00-04:56" },
    };
    char text[ZONE_TIME_TEXT];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        zone_format(zone(rows[i].zone), instant(rows[i].instant), text);
        assert_string_equal(text, rows[i].text);
    }
    zone_format(zone("Europe/Paris"), (utc_time){ INT64_MAX }, text);
    assert_string_equal(text, "out of range");
    zone_format(zone("America/New_York"), (utc_time){ INT64_MIN }, text);
    assert_string_equal(text, "out of range");
}

static void the_ends_of_time_are_answered(void **state)
{
    (void)state;
    static const char *const zones[] = { "UTC", "Europe/Paris", "Pacific/Apia",
                                         "America/Santiago" };
    static const int64_t times[] = {
        INT64_MIN,     INT64_MIN + 1, -62135596800 * UTC_SECOND, -70000000000 * UTC_SECOND,
        INT64_MAX - 1, INT64_MAX
    };
    static const int32_t days[] = { INT32_MIN, -800000, -106751992, 106751992, INT32_MAX };
    for (size_t z = 0; z < 4; z++) {
        for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
            int32_t second;
            utc_time t = { times[i] };
            assert_in_range(zone_offset(zone(zones[z]), t) + 57600, 0, 2 * 57600);
            (void)zone_day(zone(zones[z]), t, &second);
            assert_in_range(second, 0, 86399);
            (void)zone_add(zone(zones[z]), t, &(struct duration){ INT32_MAX, INT64_MAX });
            (void)zone_add(zone(zones[z]), t, &(struct duration){ INT32_MIN, INT64_MIN });
        }
        for (size_t i = 0; i < sizeof days / sizeof days[0]; i++)
            (void)zone_instant(zone(zones[z]), (civil_day){ days[i] }, 86400);
    }
    assert_int_equal(zone_instant(zone("UTC"), (civil_day){ INT32_MAX }, 0).us, INT64_MAX);
    assert_int_equal(zone_instant(zone("UTC"), (civil_day){ INT32_MIN }, 0).us, INT64_MIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zones_are_found_by_their_whole_name),
        cmocka_unit_test(offsets_are_those_of_the_database),
        cmocka_unit_test(a_change_takes_hold_at_its_very_microsecond),
        cmocka_unit_test(a_time_of_day_gives_its_first_instant),
        cmocka_unit_test(an_instant_and_what_the_clocks_show_agree),
        cmocka_unit_test(months_go_by_the_calendar_and_seconds_by_the_clock),
        cmocka_unit_test(an_instant_is_written_with_the_zones_offset),
        cmocka_unit_test(the_ends_of_time_are_answered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
