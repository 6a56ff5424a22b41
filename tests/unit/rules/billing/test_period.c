#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "rules/billing/period.h"

static utc_time at(const char *text)
{
    utc_time t = { 0 };
    assert_int_equal(utc_parse(text, strlen(text), &t), OK);
    return t;
}

static void same(utc_time got, const char *wanted)
{
    char text[UTC_TEXT];
    utc_format(got, text);
    if (got.us != at(wanted).us)
        print_error("%s, not %s\n", text, wanted);
    assert_int_equal(got.us, at(wanted).us);
}

static void periods_end_on_the_day_they_began_or_the_months_last(void **state)
{
    (void)state;
    static const struct {
        const char *zone, *from;
        int months, k;
        const char *begin, *due;
    } rows[] = {
        /* what began on the 31st: counted from the first, never from the one before */
        { "UTC", "2013-01-31T12:00:00Z", 1, 1, "2013-02-28T12:00:00Z", "2013-02-28" },
        { "UTC", "2013-01-31T12:00:00Z", 1, 2, "2013-03-31T12:00:00Z", "2013-03-31" },
        { "UTC", "2013-01-31T12:00:00Z", 1, 3, "2013-04-30T12:00:00Z", "2013-04-30" },
        { "UTC", "2012-01-31T12:00:00Z", 1, 1, "2012-02-29T12:00:00Z", "2012-02-29" },
        { "UTC", "2012-02-29T12:00:00Z", 12, 1, "2013-02-28T12:00:00Z", "2013-02-28" },
        { "UTC", "2012-02-29T12:00:00Z", 12, 4, "2016-02-29T12:00:00Z", "2016-02-29" },
        { "UTC", "2000-02-29T12:00:00Z", 12, 100, "2100-02-28T12:00:00Z", "2100-02-28" },
        { "UTC", "2013-11-30T12:00:00Z", 3, 1, "2014-02-28T12:00:00Z", "2014-02-28" },
        { "UTC", "2013-11-30T12:00:00Z", 3, 2, "2014-05-30T12:00:00Z", "2014-05-30" },
        { "UTC", "2013-01-15T12:00:00.9Z", 1, 0, "2013-01-15T12:00:00Z", "2013-01-15" },
        { "UTC", "2013-01-31T12:00:00Z", 1, -1, "2012-12-31T12:00:00Z", "2012-12-31" },
        /* the same hour by the clock on the wall, summer or winter */
        { "Europe/Paris", "2013-03-10T12:00:00Z", 1, 1, "2013-04-10T11:00:00Z",
          "2013-04-09T22:00:00Z" },
        { "Europe/Paris", "2013-10-10T11:00:00Z", 1, 1, "2013-11-10T12:00:00Z",
          "2013-11-09T23:00:00Z" },
        { "Europe/Paris", "2013-02-28T01:30:00Z", 1, 1, "2013-03-28T01:30:00Z",
          "2013-03-27T23:00:00Z" },
        { "Europe/Paris", "2013-02-28T01:30:00Z", 1, 2, "2013-04-28T00:30:00Z",
          "2013-04-27T22:00:00Z" },
        /* 2:30 on the day the clocks leap to 3:00: at the leap */
        { "Europe/Paris", "2013-01-31T01:30:00Z", 1, 2, "2013-03-31T01:00:00Z",
          "2013-03-30T23:00:00Z" },
        /* 1:30 twice: the first of them */
        { "America/New_York", "2013-10-03T05:30:00Z", 1, 1, "2013-11-03T05:30:00Z",
          "2013-11-03T04:00:00Z" },
        { "America/New_York", "2013-02-10T07:30:00Z", 1, 1, "2013-03-10T07:00:00Z",
          "2013-03-10T05:00:00Z" },
        /* Samoa has no 30 December 2011: it is over as it would begin */
        { "Pacific/Apia", "2011-11-30T20:00:00Z", 1, 1, "2011-12-30T10:00:00Z",
          "2011-12-30T10:00:00Z" },
        { "Pacific/Apia", "2011-12-01T06:00:00Z", 1, 1, "2011-12-30T10:00:00Z",
          "2011-12-30T10:00:00Z" },
        { "Pacific/Apia", "2011-12-15T22:00:00Z", 1, 1, "2012-01-14T22:00:00Z",
          "2012-01-14T10:00:00Z" },
        /* a quarter of an hour off */
        { "Asia/Kathmandu", "2013-01-30T18:30:00Z", 1, 1, "2013-02-27T18:30:00Z",
          "2013-02-27T18:15:00Z" },
        { "Asia/Kathmandu", "2013-01-30T18:10:00Z", 1, 1, "2013-02-28T18:10:00Z",
          "2013-02-27T18:15:00Z" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct zone *zone = zone_named(rows[i].zone);
        struct period_anchor a = period_anchor_at(zone, at(rows[i].from), rows[i].months);
        same(period_begin(&a, zone, rows[i].k), rows[i].begin);
        same(period_due(&a, zone, rows[i].k), rows[i].due);
    }
}

static void periods_follow_one_another_and_each_is_due_on_its_day(void **state)
{
    (void)state;
    static const char *const zones[] = {
        "UTC",          "Europe/Paris",      "America/New_York",   "Pacific/Apia", "Asia/Kathmandu",
        "Africa/Cairo", "America/Sao_Paulo", "Australia/Lord_Howe"
    };
    for (size_t z = 0; z < sizeof zones / sizeof zones[0]; z++) {
        const struct zone *zone = zone_named(zones[z]);
        for (int day = 0; day < 1500; day += 3) {
            utc_time from = { (15000 + day) * UTC_DAY +
                              day * INT64_C(7919) * UTC_SECOND % UTC_DAY };
            struct period_anchor a = period_anchor_at(zone, from, 1 + day % 12);
            utc_time last = period_begin(&a, zone, 0);
            assert_true(last.us <= from.us && from.us - last.us < 2 * 3600 * UTC_SECOND);
            for (int k = 1; k < 30; k++) {
                utc_time begin = period_begin(&a, zone, k), due = period_due(&a, zone, k);
                int64_t days = (begin.us - last.us + UTC_DAY / 2) / UTC_DAY;
                assert_true(days >= 28 * a.months - 1 && days <= 31 * a.months + 1);
                assert_true(due.us <= begin.us && begin.us - due.us <= UTC_DAY + 3600 * UTC_SECOND);
                last = begin;
            }
        }
    }
}

static void a_period_past_all_calendars_is_no_undefined_one(void **state)
{
    (void)state;
    struct period_anchor a = { civil_day_of(2013, 1, 31), 3600, 12 };
    const struct zone *zone = zone_named("UTC");
    assert_true(period_begin(&a, zone, INT32_MAX).us > period_begin(&a, zone, 1000).us);
    assert_true(period_begin(&a, zone, INT32_MIN).us < period_begin(&a, zone, -1000).us);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(periods_end_on_the_day_they_began_or_the_months_last),
        cmocka_unit_test(periods_follow_one_another_and_each_is_due_on_its_day),
        cmocka_unit_test(a_period_past_all_calendars_is_no_undefined_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
