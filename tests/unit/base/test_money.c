#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/money.h"

static void currencies_have_their_digits(void **state)
{
    (void)state;
    static const struct {
        const char *code;
        int digits;
    } rows[] = { { "EUR", 2 },  { "USD", 2 },  { "JPY", 0 },  { "TND", 3 }, { "CLF", 4 },
                 { "XTS", 2 },  { "AED", 2 },  { "ZWL", 2 },  { "XOF", 0 }, { "KWD", 3 },
                 { "LVL", 2 },  { "eur", -1 }, { "", -1 },    { "EU", -1 }, { "EURO", -1 },
                 { "XDR", -1 }, { "XAU", -1 }, { "AAA", -1 }, { "ZZZ", -1 } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(currency_digits(rows[i].code), rows[i].digits);
}

static void an_amount_is_read_to_its_minor_unit(void **state)
{
    (void)state;
    static const struct {
        const char *text, *currency;
        enum err err;
        int64_t minor;
        const char *again;
    } rows[] = {
        { "12.99", "EUR", OK, 1299, "12.99 EUR" },
        { "12.9", "EUR", OK, 1290, "12.90 EUR" },
        { "12", "EUR", OK, 1200, "12.00 EUR" },
        { "0.05", "EUR", OK, 5, "0.05 EUR" },
        { "-0.05", "EUR", OK, -5, "-0.05 EUR" },
        { "12.9900", "EUR", OK, 1299, "12.99 EUR" },
        { "500", "JPY", OK, 500, "500 JPY" },
        { "500.00", "JPY", OK, 500, "500 JPY" },
        { "1.234", "TND", OK, 1234, "1.234 TND" },
        { "92233720368547758.07", "EUR", OK, INT64_MAX, "92233720368547758.07 EUR" },
        { "-92233720368547758.08", "EUR", OK, INT64_MIN, "-92233720368547758.08 EUR" },
        { "92233720368547758.08", "EUR", ERR_FULL, 0, NULL },
        { "99999999999999999999999999", "JPY", ERR_FULL, 0, NULL },
        { "12.991", "EUR", ERR_MALFORMED, 0, NULL },
        { "500.5", "JPY", ERR_MALFORMED, 0, NULL },
        { "12.", "EUR", ERR_MALFORMED, 0, NULL },
        { ".99", "EUR", ERR_MALFORMED, 0, NULL },
        { "", "EUR", ERR_MALFORMED, 0, NULL },
        { "-", "EUR", ERR_MALFORMED, 0, NULL },
        { "+1", "EUR", ERR_MALFORMED, 0, NULL },
        { "1,000.00", "EUR", ERR_MALFORMED, 0, NULL },
        { "1 ", "EUR", ERR_MALFORMED, 0, NULL },
        { "1.0.0", "EUR", ERR_MALFORMED, 0, NULL },
        { "1e3", "EUR", ERR_MALFORMED, 0, NULL },
        { "1", "XDR", ERR_MALFORMED, 0, NULL },
        { "1", "", ERR_MALFORMED, 0, NULL },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct money m = { 77, "" };
        char text[MONEY_TEXT];
        assert_int_equal(money_parse(rows[i].text, strlen(rows[i].text), rows[i].currency, &m),
                         rows[i].err);
        assert_int_equal(m.minor, rows[i].err == OK ? rows[i].minor : 77);
        if (rows[i].err != OK)
            continue;
        money_format(&m, text);
        assert_string_equal(text, rows[i].again);
        money_format_amount(&m, text);
        assert_memory_equal(text, rows[i].again, strlen(text));
        assert_int_equal(strlen(text), strlen(rows[i].again) - 4);
    }
}

static void sums_keep_to_one_currency_and_to_the_range(void **state)
{
    (void)state;
    struct money sum = { 100, "EUR" };
    assert_int_equal(money_add(&sum, &(struct money){ -250, "EUR" }), OK);
    assert_int_equal(sum.minor, -150);
    assert_int_equal(money_add(&sum, &(struct money){ 1, "USD" }), ERR_ARGUMENT);
    assert_int_equal(sum.minor, -150);
    sum.minor = INT64_MAX;
    assert_int_equal(money_add(&sum, &(struct money){ 1, "EUR" }), ERR_FULL);
    assert_int_equal(sum.minor, INT64_MAX);
    char text[MONEY_TEXT];
    money_format(&(struct money){ 0, "" }, text);
    assert_string_equal(text, "0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(currencies_have_their_digits),
        cmocka_unit_test(an_amount_is_read_to_its_minor_unit),
        cmocka_unit_test(sums_keep_to_one_currency_and_to_the_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
