#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/say.h"

static void amounts_are_written_as_each_language_does(void **state)
{
    (void)state;
    static const struct {
        struct money money;
        const char *english, *french;
    } rows[] = {
        { { 1299, "EUR" }, "€12.99", "12,99 €" },
        { { -5, "EUR" }, "-€0.05", "-0,05 €" },
        { { 500, "JPY" }, "¥500", "500 ¥" },
        { { 1234567, "USD" }, "$12,345.67", "12 345,67 $" },
        { { 100000, "JPY" }, "¥100,000", "100 000 ¥" },
        { { 12900, "TND" }, "TND 12.900", "12,900 TND" },
        { { 1290, "CHF" }, "CHF 12.90", "12,90 CHF" },
        { { INT64_MIN, "JPY" }, "-¥9,223,372,036,854,775,808", "-9 223 372 036 854 775 808 ¥" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char out[SAY_TEXT];
        say_money(&rows[i].money, false, out);
        assert_string_equal(out, rows[i].english);
        say_money(&rows[i].money, true, out);
        assert_string_equal(out, rows[i].french);
    }
}

static void days_are_written_as_each_language_does(void **state)
{
    (void)state;
    char out[SAY_TEXT];
    say_day(civil_day_of(2026, 1, 31), false, out);
    assert_string_equal(out, "31 January 2026");
    say_day(civil_day_of(2026, 2, 1), true, out);
    assert_string_equal(out, "1er février 2026");
    say_day(civil_day_of(2026, 8, 15), true, out);
    assert_string_equal(out, "15 août 2026");
    /* The day is that of the place: eleven at night in London is the next day in Paris. */
    utc_time late = { civil_day_of(2026, 12, 31).days * UTC_DAY + 82800 * UTC_SECOND };
    say_day_at(late, NULL, false, out);
    assert_string_equal(out, "31 December 2026");
    say_day_at(late, zone_named("Europe/Paris"), true, out);
    assert_string_equal(out, "1er janvier 2027");
}

static void a_language_is_french_with_or_without_a_region(void **state)
{
    (void)state;
    assert_true(say_is_french("fr") && say_is_french("FR-ca"));
    assert_false(say_is_french("fro") || say_is_french("en") || say_is_french(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amounts_are_written_as_each_language_does),
        cmocka_unit_test(days_are_written_as_each_language_does),
        cmocka_unit_test(a_language_is_french_with_or_without_a_region),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
