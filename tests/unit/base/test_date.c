#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/date.h"

static void the_calendar_is_the_gregorian_one(void **state)
{
    (void)state;
    static const struct {
        int year, month, day;
        int32_t days;
    } rows[] = {
        { 1970, 1, 1, 0 },       { 1969, 12, 31, -1 }, { 2000, 2, 29, 11016 },
        { 2013, 7, 15, 15901 },  { 1, 1, 1, -719162 }, { 9999, 12, 31, 2932896 },
        { 1900, 3, 1, -25508 },  { 0, 3, 1, -719468 }, { -1, 12, 31, -719529 },
        { 2400, 2, 29, 157113 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int y, m, d;
        assert_int_equal(civil_day_of(rows[i].year, rows[i].month, rows[i].day).days, rows[i].days);
        civil_day_split((civil_day){ rows[i].days }, &y, &m, &d);
        assert_int_equal(y, rows[i].year);
        assert_int_equal(m, rows[i].month);
        assert_int_equal(d, rows[i].day);
    }
}

static void every_day_follows_the_one_before(void **state)
{
    (void)state;
    int y = 1, m = 1, d = 1;
    for (int32_t days = -719162; days <= 2932896; days++) {
        int year, month, day;
        civil_day_split((civil_day){ days }, &year, &month, &day);
        assert_true(year == y && month == m && day == d);
        assert_int_equal(civil_day_of(y, m, d).days, days);
        d++;
        if (!civil_is_real(y, m, d) && y < 9999 + (m < 12)) {
            d = 1;
            m = m % 12 + 1;
            y += m == 1;
        }
    }
}

static void days_that_are_none_are_refused(void **state)
{
    (void)state;
    assert_true(civil_is_real(2012, 2, 29));
    assert_true(civil_is_real(2000, 2, 29));
    assert_false(civil_is_real(1900, 2, 29));
    assert_false(civil_is_real(2013, 2, 29));
    assert_false(civil_is_real(2013, 2, 30));
    assert_false(civil_is_real(2013, 0, 1));
    assert_false(civil_is_real(2013, 13, 1));
    assert_false(civil_is_real(2013, 4, 31));
    assert_false(civil_is_real(2013, 4, 0));
    assert_false(civil_is_real(0, 1, 1));
    assert_false(civil_is_real(10000, 1, 1));
    static const char *const wrong[] = { "2013-02-30", "2013-2-3",    "13-02-03",   "2013-02-03 ",
                                         "2013-02-",   "2013/02/03",  "",           "0000-01-01",
                                         "-013-02-03", "2013-02-03Z", "2013-+2-03", "2013--2-03" };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        civil_day day = { 7 };
        assert_int_equal(civil_day_parse(wrong[i], strlen(wrong[i]), &day), ERR_MALFORMED);
        assert_int_equal(day.days, 7);
    }
}

static void a_day_is_written_as_it_is_read(void **state)
{
    (void)state;
    static const char *const days[] = { "0001-01-01", "1970-01-01", "2012-02-29", "9999-12-31" };
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        civil_day day;
        char text[CIVIL_DAY_TEXT];
        assert_int_equal(civil_day_parse(days[i], 10, &day), OK);
        civil_day_format(day, text);
        assert_string_equal(text, days[i]);
    }
    char text[CIVIL_DAY_TEXT];
    civil_day_format((civil_day){ INT32_MAX }, text);
    assert_string_equal(text, "out of range");
    civil_day_format((civil_day){ INT32_MIN }, text);
    assert_string_equal(text, "out of range");
}

static void months_keep_the_day_or_take_the_months_last(void **state)
{
    (void)state;
    static const struct {
        const char *from;
        int months;
        const char *to;
    } rows[] = {
        { "2013-01-31", 1, "2013-02-28" },  { "2012-01-31", 1, "2012-02-29" },
        { "2013-03-31", -1, "2013-02-28" }, { "2013-07-15", 36, "2016-07-15" },
        { "2012-02-29", 12, "2013-02-28" }, { "2012-02-29", 48, "2016-02-29" },
        { "2013-12-31", 2, "2014-02-28" },  { "2013-01-15", -1, "2012-12-15" },
        { "2013-07-15", 0, "2013-07-15" },  { "2013-01-31", -11, "2012-02-29" },
        { "2013-11-30", 1, "2013-12-30" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        civil_day day;
        char text[CIVIL_DAY_TEXT];
        assert_int_equal(civil_day_parse(rows[i].from, 10, &day), OK);
        civil_day_format(civil_day_add_months(day, rows[i].months), text);
        assert_string_equal(text, rows[i].to);
    }
    assert_int_equal(civil_day_add_months((civil_day){ 0 }, INT32_MAX).days, INT32_MAX);
    assert_int_equal(civil_day_add_months((civil_day){ 0 }, INT32_MIN).days, INT32_MIN);
    (void)civil_day_add_months((civil_day){ INT32_MIN }, INT32_MIN);
}

static void durations_are_those_of_xml_schema(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum err err;
        int32_t months;
        int64_t seconds;
        const char *again;
    } rows[] = {
        { "P30D", OK, 0, 30 * 86400, "P30D" },
        { "-P5DT10H", OK, 0, -(5 * 86400 + 36000), "-P5DT10H" },
        { "P1Y2M", OK, 14, 0, "P1Y2M" },
        { "PT48H", OK, 0, 172800, "P2D" },
        { "PT1H30M5S", OK, 0, 5405, "PT1H30M5S" },
        { "PT90M", OK, 0, 5400, "PT1H30M" },
        { "P14M", OK, 14, 0, "P1Y2M" },
        { "-P1Y1D", OK, -12, -86400, "-P1Y1D" },
        { "PT0S", OK, 0, 0, "PT0S" },
        { "P0D", OK, 0, 0, "PT0S" },
        { "PT2.999S", OK, 0, 2, "PT2S" },
        { "P1000Y", OK, 12000, 0, "P1000Y" },
        { "P1001Y", ERR_FULL, 0, 0, NULL },
        { "P99999999999999999999999D", ERR_FULL, 0, 0, NULL },
        { "PT99999999999S", ERR_FULL, 0, 0, NULL },
        { "P999999999999999999999999", ERR_MALFORMED, 0, 0, NULL },
        { "P", ERR_MALFORMED, 0, 0, NULL },
        { "-P", ERR_MALFORMED, 0, 0, NULL },
        { "PT", ERR_MALFORMED, 0, 0, NULL },
        { "P1DT", ERR_MALFORMED, 0, 0, NULL },
        { "P1", ERR_MALFORMED, 0, 0, NULL },
        { "1D", ERR_MALFORMED, 0, 0, NULL },
        { "P1H", ERR_MALFORMED, 0, 0, NULL },
        { "PT1D", ERR_MALFORMED, 0, 0, NULL },
        { "P1W", ERR_MALFORMED, 0, 0, NULL },
        { "P1M1Y", ERR_MALFORMED, 0, 0, NULL },
        { "P1D1D", ERR_MALFORMED, 0, 0, NULL },
        { "P-1D", ERR_MALFORMED, 0, 0, NULL },
        { "+P1D", ERR_MALFORMED, 0, 0, NULL },
        { "P1.5D", ERR_MALFORMED, 0, 0, NULL },
        { "PT1.S", ERR_MALFORMED, 0, 0, NULL },
        { "PT.5S", ERR_MALFORMED, 0, 0, NULL },
        { "P1D ", ERR_MALFORMED, 0, 0, NULL },
        { "p1d", ERR_MALFORMED, 0, 0, NULL },
        { "", ERR_MALFORMED, 0, 0, NULL },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct duration d = { 99, 99 };
        char text[DURATION_TEXT];
        assert_int_equal(duration_parse(rows[i].text, strlen(rows[i].text), &d), rows[i].err);
        if (rows[i].err != OK) {
            assert_true(d.months == 99 && d.seconds == 99);
            continue;
        }
        assert_int_equal(d.months, rows[i].months);
        assert_int_equal(d.seconds, rows[i].seconds);
        assert_int_equal(duration_is_zero(&d), d.months == 0 && d.seconds == 0);
        duration_format(&d, text);
        assert_string_equal(text, rows[i].again);
    }
    char text[DURATION_TEXT];
    duration_format(&(struct duration){ INT32_MIN, INT64_MIN }, text);
    assert_string_equal(text, "-P178956970Y8M106751991167300DT15H30M8S");
}

static void an_instant_is_written_as_it_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t us;
        const char *again;
    } rows[] = {
        { "2013-07-22T20:00:00Z", INT64_C(1374523200000000), "2013-07-22T20:00:00Z" },
        { "2013-07-22T22:00:00.25+02:00", INT64_C(1374523200250000),
          "2013-07-22T20:00:00.250000Z" },
        { "1969-12-31T23:59:59.999999Z", -1, "1969-12-31T23:59:59.999999Z" },
        { "2012-02-29", INT64_C(1330473600000000), "2012-02-29T00:00:00Z" },
        { "0001-01-01", INT64_C(-62135596800000000), "0001-01-01T00:00:00Z" },
    };
    char text[UTC_TEXT];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        utc_time t;
        assert_int_equal(utc_parse(rows[i].text, strlen(rows[i].text), &t), OK);
        assert_int_equal(t.us, rows[i].us);
        utc_format(t, text);
        assert_string_equal(text, rows[i].again);
    }
    utc_time t;
    assert_int_equal(utc_parse("2013-02-30", 10, &t), ERR_MALFORMED);
    assert_int_equal(utc_parse("2013-02-28T24:00:00Z", 20, &t), ERR_MALFORMED);
    utc_format((utc_time){ INT64_MIN }, text);
    assert_string_equal(text, "out of range");
    utc_format((utc_time){ INT64_MAX }, text);
    assert_string_equal(text, "out of range");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_calendar_is_the_gregorian_one),
        cmocka_unit_test(every_day_follows_the_one_before),
        cmocka_unit_test(days_that_are_none_are_refused),
        cmocka_unit_test(a_day_is_written_as_it_is_read),
        cmocka_unit_test(months_keep_the_day_or_take_the_months_last),
        cmocka_unit_test(durations_are_those_of_xml_schema),
        cmocka_unit_test(an_instant_is_written_as_it_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
