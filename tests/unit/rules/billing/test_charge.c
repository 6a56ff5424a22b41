#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "rules/billing/charge.h"
#include "rules/billing/gift.h"
#include "rules/billing/invoice.h"
#include "rules/billing/rental.h"

/* ---- charges ---- */

static void charges_move_as_drawn(void **state)
{
    (void)state;
    /* to: open, pending, paid, returned, refunded, void */
    static const char *const rows[CHARGE_STATE_COUNT] = {
        [CHARGE_OPEN] = "yyy..y",     [CHARGE_PENDING] = ".yyy..",  [CHARGE_PAID] = "..yyy.",
        [CHARGE_RETURNED] = ".yyy.y", [CHARGE_REFUNDED] = "....y.", [CHARGE_VOID] = "..y..y",
    };
    for (unsigned from = 0; from < CHARGE_STATE_COUNT; from++)
        for (unsigned to = 0; to < CHARGE_STATE_COUNT; to++)
            assert_int_equal(charge_may_move((enum charge_state)from, (enum charge_state)to),
                             rows[from][to] == 'y');
}

static void charges_and_means_have_names(void **state)
{
    (void)state;
    static const char *const outcomes[] = { "paid",     "pending", "asks",
                                            "declined", "refused", "unknown" };
    for (unsigned i = 0; i < CHARGE_STATE_COUNT; i++) {
        enum charge_state s = CHARGE_STATE_COUNT;
        assert_true(charge_state_parse(charge_state_name((enum charge_state)i), &s));
        assert_int_equal(s, i);
    }
    assert_string_equal(charge_kind_name(CHARGE_RENTAL), "rental");
    assert_string_equal(means_kind_name(MEANS_SEPA), "sepa");
    for (unsigned i = 0; i < sizeof outcomes / sizeof outcomes[0]; i++)
        assert_string_equal(charge_outcome_name((enum charge_outcome)i), outcomes[i]);
    enum charge_state s = CHARGE_PAID;
    assert_false(charge_state_parse("stolen", &s));
    assert_int_equal(s, CHARGE_PAID);
}

/* ---- invoices ---- */

static void the_year_of_a_series_is_the_territorys(void **state)
{
    (void)state;
    utc_time eve = { civil_day_of(2013, 12, 31).days * UTC_DAY + 23 * 3600 * UTC_SECOND };
    char series[INVOICE_SERIES], number[INVOICE_NUMBER];
    struct invoice invoice = { .number = 42 };
    invoice_series("FR", zone_named("Europe/Paris"), eve, series);
    assert_string_equal(series, "FR-2014");
    invoice_series("US", zone_named("America/New_York"), eve, series);
    assert_string_equal(series, "US-2013");
    memcpy(invoice.series, series, sizeof series);
    invoice_number(&invoice, number);
    assert_string_equal(number, "US-2013-000042");
    invoice.number = 12345678;
    invoice_number(&invoice, number);
    assert_string_equal(number, "US-2013-12345678");
}

/* ---- rentals ---- */

static void a_rental_plays_for_its_hours_and_not_a_microsecond_more(void **state)
{
    (void)state;
    static const struct {
        int64_t bought, start_by, started, ends, now;
        enum rental_state state;
        int64_t until;
    } rows[] = {
        { 0, 0, 0, 0, 50, RENTAL_ORDERED, INT64_MAX },
        { 100, 200, 0, 0, 99, RENTAL_ORDERED, 100 },
        { 100, 200, 0, 0, 100, RENTAL_WAITING, 200 },
        { 100, 200, 0, 0, 199, RENTAL_WAITING, 200 },
        { 100, 200, 0, 0, 200, RENTAL_OVER, INT64_MAX },
        { 100, 200, 150, 198, 149, RENTAL_WAITING, 150 },
        { 100, 200, 150, 198, 150, RENTAL_RUNNING, 198 },
        { 100, 200, 150, 198, 197, RENTAL_RUNNING, 198 },
        { 100, 200, 150, 198, 198, RENTAL_OVER, INT64_MAX },
        /* begun in time it runs past the day it had to be begun by */
        { 100, 200, 199, 247, 246, RENTAL_RUNNING, 247 },
        { 100, 200, 199, 247, 247, RENTAL_OVER, INT64_MAX },
        /* refunded before it was begun, and while it ran */
        { 100, 200, 0, 160, 159, RENTAL_WAITING, 160 },
        { 100, 200, 0, 160, 160, RENTAL_OVER, INT64_MAX },
        { 100, 200, 150, 170, 169, RENTAL_RUNNING, 170 },
        { 100, 200, 150, 170, 170, RENTAL_OVER, INT64_MAX },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct rental r = { .bought = { rows[i].bought },
                            .start_by = { rows[i].start_by },
                            .started = { rows[i].started },
                            .ends = { rows[i].ends } };
        utc_time until = { 7 };
        assert_int_equal(rental_state_at(&r, (utc_time){ rows[i].now }, &until), rows[i].state);
        assert_int_equal(until.us, rows[i].until);
        assert_int_equal(rental_state_at(&r, (utc_time){ rows[i].now }, NULL), rows[i].state);
    }
    static const char *const names[] = { "ordered", "waiting", "running", "over" };
    for (unsigned i = 0; i < 4; i++)
        assert_string_equal(rental_state_name((enum rental_state)i), names[i]);
}

static void a_rental_costs_what_the_avail_says_else_the_house(void **state)
{
    (void)state;
    static const title_id film = { "faaaaaaaaaaaaaaaaaaaaaaaaa" },
                          other = { "faaaaaaaaaaaaaaaaaaaaaaaab" };
    static const struct rental_price list[] = {
        { "FR", { "" }, RIGHTS_HD, { 499, "EUR" }, { 1 } },
        { "FR", { "" }, RIGHTS_SD, { 399, "EUR" }, { 1 } },
        { "FR", { "" }, RIGHTS_HD, { 449, "EUR" }, { 5 } },
        { "FR", { "faaaaaaaaaaaaaaaaaaaaaaaaa" }, RIGHTS_HD, { 299, "EUR" }, { 2 } },
        { "FR", { "faaaaaaaaaaaaaaaaaaaaaaaaa" }, RIGHTS_SD, { 199, "EUR" }, { 2 } },
        { "FR", { "faaaaaaaaaaaaaaaaaaaaaaaaa" }, RIGHTS_SD, { -1, "EUR" }, { 3 } }, /* off */
        { "US", { "" }, RIGHTS_HD, { 399, "USD" }, { 1 } },
        { "US", { "" }, RIGHTS_HD, { -1, "USD" }, { 2 } },
    };
    enum { N = sizeof list / sizeof list[0] };
    struct rights_right euro = { .price = { 350, "EUR" } }, dollar = { .price = { 350, "USD" } },
                        unsaid = { .price = { 0, "" } };
    const struct {
        const struct rights_right *right;
        const char *territory, *currency;
        const title_id *title;
        enum rights_format format;
        int64_t minor; /* -1: none */
    } rows[] = {
        { &euro, "FR", "EUR", &film, RIGHTS_HD, 350 },
        { &dollar, "FR", "EUR", &film, RIGHTS_HD, 299 },
        { &unsaid, "FR", "EUR", &film, RIGHTS_HD, 299 },
        { NULL, "FR", "EUR", &film, RIGHTS_HD, 299 },
        { NULL, "FR", "EUR", &other, RIGHTS_HD, 449 },
        { NULL, "FR", "EUR", &film, RIGHTS_SD, 399 },
        { NULL, "FR", "EUR", &film, RIGHTS_UHD, -1 },
        { NULL, "US", "USD", &other, RIGHTS_HD, -1 },
        { &dollar, "US", "USD", &other, RIGHTS_HD, 350 },
        { NULL, "BE", "EUR", &film, RIGHTS_HD, -1 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct money price = { -1, "" };
        enum err err = rental_price_of(rows[i].right, list, N, rows[i].territory, rows[i].currency,
                                       rows[i].title, rows[i].format, &price);
        assert_int_equal(err, rows[i].minor < 0 ? ERR_NOT_FOUND : OK);
        assert_int_equal(price.minor, rows[i].minor);
        if (err == OK)
            assert_string_equal(price.currency, rows[i].currency);
    }
}

static void a_rental_lasts_as_its_terms_say_else_as_the_house(void **state)
{
    (void)state;
    const int64_t day = UTC_DAY, hour = 3600 * UTC_SECOND;
    utc_time bought = { civil_day_of(2013, 1, 31).days * UTC_DAY }, start_by;
    int64_t watch;
    struct rights_right terms = { .rental = { 0, 14 * 86400 }, .watch = { 0, 24 * 3600 } };
    rental_times(NULL, 30, 48, bought, &start_by, &watch);
    assert_int_equal(start_by.us, bought.us + 30 * day);
    assert_int_equal(watch, 48 * hour);
    rental_times(&terms, 30, 48, bought, &start_by, &watch);
    assert_int_equal(start_by.us, bought.us + 14 * day);
    assert_int_equal(watch, 24 * hour);
    terms = (struct rights_right){ .rental = { 1, 0 } };
    rental_times(&terms, 30, 48, bought, &start_by, &watch);
    assert_int_equal(start_by.us, bought.us + 28 * day);
    assert_int_equal(watch, 48 * hour);
    terms = (struct rights_right){ .rental = { 0, -5 }, .watch = { 0, INT64_MAX } };
    rental_times(&terms, 30, 48, bought, &start_by, &watch);
    assert_int_equal(start_by.us, bought.us + 30 * day);
    assert_true(watch > 0 && bought.us + watch > 0); /* no overflow */
}

/* ---- gift codes ---- */

static void a_code_is_read_as_people_type_it(void **state)
{
    (void)state;
    static const uint8_t zeros[10] = { 0 }, some[10] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };
    char code[GIFT_CODE_TEXT], read[GIFT_CODE_TEXT], typed[64];
    gift_code_of(zeros, code);
    assert_string_equal(code, "0000-0000-0000-0000");
    gift_code_of(some, code);
    assert_int_equal(strlen(code), 19);
    assert_int_equal(gift_code_normal(code, strlen(code), read), OK);
    assert_string_equal(read, code);
    size_t n = 0;
    for (const char *c = code; *c != 0; c++) { /* small, with spaces, O and l */
        if (*c == '-')
            typed[n++] = ' ';
        else if (*c == '0')
            typed[n++] = 'o';
        else if (*c == '1')
            typed[n++] = c == code ? 'l' : 'I';
        else
            typed[n++] = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
    }
    assert_int_equal(gift_code_normal(typed, n, read), OK);
    assert_string_equal(read, code);
    static const char *const wrong[] = { "",
                                         "0000-0000-0000-000",
                                         "0000-0000-0000-00000",
                                         "0000-0000-0000-0001",
                                         "U000-0000-0000-0000",
                                         "0000/0000-0000-0000",
                                         "0000-0000-0000-000\xc3\xa9" };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(gift_code_normal(wrong[i], strlen(wrong[i]), read), ERR_MALFORMED);
    assert_int_equal(gift_code_normal("0000-0000-0000-000\0", 19, read), ERR_MALFORMED);
}

static void no_slip_of_the_hand_gives_another_code(void **state)
{
    (void)state;
    static const char signs[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    for (unsigned k = 0; k < 200; k++) {
        uint8_t random[10];
        char code[GIFT_CODE_TEXT], slip[GIFT_CODE_TEXT], read[GIFT_CODE_TEXT];
        for (unsigned i = 0; i < 10; i++)
            random[i] = (uint8_t)((k + 1) * (i + 3) * 2654435761U >> 16);
        gift_code_of(random, code);
        for (size_t at = 0; at < 19; at++) {
            if (code[at] == '-')
                continue;
            for (size_t s = 0; s < 32; s++) { /* one sign is wrong */
                memcpy(slip, code, sizeof slip);
                slip[at] = signs[s];
                assert_int_equal(gift_code_normal(slip, 19, read) == OK, signs[s] == code[at]);
            }
            size_t next = at + 1 < 19 && code[at + 1] == '-' ? at + 2 : at + 1;
            if (next >= 19 || code[next] == code[at])
                continue;
            memcpy(slip, code, sizeof slip); /* two are changed about */
            slip[at] = code[next];
            slip[next] = code[at];
            assert_int_equal(gift_code_normal(slip, 19, read), ERR_MALFORMED);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(charges_move_as_drawn),
        cmocka_unit_test(charges_and_means_have_names),
        cmocka_unit_test(the_year_of_a_series_is_the_territorys),
        cmocka_unit_test(a_rental_plays_for_its_hours_and_not_a_microsecond_more),
        cmocka_unit_test(a_rental_costs_what_the_avail_says_else_the_house),
        cmocka_unit_test(a_rental_lasts_as_its_terms_say_else_as_the_house),
        cmocka_unit_test(a_code_is_read_as_people_type_it),
        cmocka_unit_test(no_slip_of_the_hand_gives_another_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
