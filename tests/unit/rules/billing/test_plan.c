#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "rules/billing/plan.h"

static void tax_is_rounded_half_up_to_the_minor_unit(void **state)
{
    (void)state;
    static const struct {
        int64_t minor;
        int permille;
        int64_t tax;
    } rows[] = {
        { 1000, 200, 167 }, /* 166.67 */
        { 1299, 200, 217 }, /* 216.5 */
        { 1298, 200, 216 }, /* 216.33 */
        { 3, 500, 1 },
        { 1, 1000, 1 }, /* 0.5 */
        { 1, 999, 0 },  /* 0.49975 */
        { 0, 200, 0 },
        { 1000, 0, 0 },
        { 1000, 1000, 500 },
        { 500, 100, 45 },     /* yen: 45.45 */
        { 12990, 190, 2074 }, /* millimes: 2074.03 */
        { 999, 55, 52 },      /* 52.08 */
        { -1000, 200, -167 },
        { -1299, 200, -217 },
        { -1, 1000, -1 },
        { INT64_MAX, 1000, INT64_C(4611686018427387904) }, /* half of an odd number, up */
        { INT64_MAX, 200, INT64_C(1537228672809129301) },
        { INT64_MIN, 1000, INT64_C(-4611686018427387904) },
        { INT64_MIN, 0, 0 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(tax_contained(rows[i].minor, rows[i].permille), rows[i].tax);
    /* the net and its tax are the price, and of a negative amount all is negative */
    for (int64_t minor = 0; minor < 3000; minor += 7) {
        for (int permille = 0; permille <= 1000; permille += 55) {
            int64_t tax = tax_contained(minor, permille), net = minor - tax;
            int64_t off = net * permille - tax * 1000; /* of the exact tax on that net */
            assert_true(off >= -1000 && off <= 1000);
            assert_int_equal(tax_contained(-minor, permille), -tax);
        }
    }
}

static void a_part_of_an_amount_is_exact_and_rounded_down(void **state)
{
    (void)state;
    static const struct {
        int64_t minor, part, whole, wanted;
    } rows[] = {
        { 1299, 20, 30, 866 },
        { 1299, 0, 30, 0 },
        { 1299, 30, 30, 1299 },
        { 1, 29, 30, 0 },
        { 0, 1, 2, 0 },
        { INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX },
        { INT64_MAX, INT64_MAX - 1, INT64_MAX, INT64_MAX - 1 },
        { INT64_MAX, 1, 2, INT64_MAX / 2 },
        { 1999, INT64_C(1234567890123), INT64_C(2678400000000), 921 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(money_part(rows[i].minor, rows[i].part, rows[i].whole), rows[i].wanted);
}

static void a_code_is_letters_digits_and_dashes(void **state)
{
    (void)state;
    static const struct {
        const char *code;
        bool good;
    } rows[] = {
        { "standard", true },
        { "4k", true },
        { "family-4-hd", true },
        { "a", true },
        { "12345678901234567890123456789012", true },
        { "123456789012345678901234567890123", false },
        { "", false },
        { "-a", false },
        { "a-", false },
        { "Standard", false },
        { "caf\xc3\xa9", false },
        { "a b", false },
        { "a_b", false },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(plan_code_is_good(rows[i].code), rows[i].good);
}

static void a_plan_that_cannot_be_is_refused_with_the_field(void **state)
{
    (void)state;
    static const struct plan good = {
        "standard", "Standard", "Classique", 2, RIGHTS_HD, 1, true, 2
    };
    static const struct {
        struct plan plan;
        const char *field; /* NULL: fine */
    } rows[] = {
        { { "standard", "S", "C", 1, RIGHTS_SD, 12, false, -3 }, NULL },
        { { "", "S", "C", 1, RIGHTS_SD, 1, true, 0 }, "code" },
        { { "s", NULL, "C", 1, RIGHTS_SD, 1, true, 0 }, "name_en" },
        { { "s", "", "C", 1, RIGHTS_SD, 1, true, 0 }, "name_en" },
        { { "s", "S", "a\nb", 1, RIGHTS_SD, 1, true, 0 }, "name_fr" },
        { { "s", "S", "\xff", 1, RIGHTS_SD, 1, true, 0 }, "name_fr" },
        { { "s", "1234567890123456789012345678901234567890123456789012345678901", "C", 1, RIGHTS_SD,
            1, true, 0 },
          "name_en" },
        { { "s", "S", "C", 0, RIGHTS_SD, 1, true, 0 }, "streams" },
        { { "s", "S", "C", 21, RIGHTS_SD, 1, true, 0 }, "streams" },
        { { "s", "S", "C", 1, (enum rights_format)9, 1, true, 0 }, "format" },
        { { "s", "S", "C", 1, RIGHTS_SD, 0, true, 0 }, "months" },
        { { "s", "S", "C", 1, RIGHTS_SD, 13, true, 0 }, "months" },
    };
    char why[PLAN_WHY];
    assert_int_equal(plan_validate(&good, why), OK);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        why[0] = 0;
        enum err err = plan_validate(&rows[i].plan, why);
        assert_int_equal(err, rows[i].field == NULL ? OK : ERR_ARGUMENT);
        if (rows[i].field != NULL)
            assert_int_equal(strncmp(why, rows[i].field, strlen(rows[i].field)), 0);
    }
}

static void the_price_of_a_day_is_the_last_that_began_by_then(void **state)
{
    (void)state;
    static const struct plan_price rows[] = {
        { "standard", "FR", { 1299, "EUR" }, { 100 }, { 1 } },
        { "standard", "FR", { 1599, "EUR" }, { 300 }, { 2 } },
        { "standard", "FR", { 1399, "EUR" }, { 200 }, { 3 } },
        { "standard", "FR", { 1499, "EUR" }, { 200 }, { 4 } }, /* said later: counts */
        { "standard", "JP", { 980, "JPY" }, { 100 }, { 1 } },
        { "premium", "FR", { 1999, "EUR" }, { 0 }, { 1 } },
    };
    enum { N = sizeof rows / sizeof rows[0] };
    static const struct {
        const char *plan, *territory;
        int day;
        int64_t minor; /* -1: not sold */
    } wanted[] = {
        { "standard", "FR", 99, -1 },    { "standard", "FR", 100, 1299 },
        { "standard", "FR", 199, 1299 }, { "standard", "FR", 200, 1499 },
        { "standard", "FR", 300, 1599 }, { "standard", "FR", INT32_MAX, 1599 },
        { "standard", "JP", 300, 980 },  { "premium", "FR", 0, 1999 },
        { "premium", "JP", 300, -1 },    { "basic", "FR", 300, -1 },
    };
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        const struct plan_price *p = plan_price_on(rows, N, wanted[i].plan, wanted[i].territory,
                                                   (civil_day){ wanted[i].day });
        assert_int_equal(p == NULL ? -1 : p->price.minor, wanted[i].minor);
    }
    assert_null(plan_price_on(NULL, 0, "standard", "FR", (civil_day){ 100 }));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tax_is_rounded_half_up_to_the_minor_unit),
        cmocka_unit_test(a_part_of_an_amount_is_exact_and_rounded_down),
        cmocka_unit_test(a_code_is_letters_digits_and_dashes),
        cmocka_unit_test(a_plan_that_cannot_be_is_refused_with_the_field),
        cmocka_unit_test(the_price_of_a_day_is_the_last_that_began_by_then),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
