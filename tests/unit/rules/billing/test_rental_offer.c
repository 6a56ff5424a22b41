/* What films are offered for rent at, and what has become of a rental. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rules/billing/rental_offer.h"

static const title_id film = { "aaaaaaaaaaaaaaaaaaaaaaaaaa" };

static void the_greatest_picture_that_has_a_price_is_offered(void **state)
{
    (void)state;
    static const struct rental_price list[] = {
        { "FR", { "" }, RIGHTS_SD, { 199, "EUR" }, { 1 } },
        { "FR", { "" }, RIGHTS_HD, { 299, "EUR" }, { 1 } },
        { "FR", { "aaaaaaaaaaaaaaaaaaaaaaaaaa" }, RIGHTS_HD, { 99, "EUR" }, { 1 } },
        { "FR", { "" }, RIGHTS_UHD, { 999, "EUR" }, { 1 } },
        { "FR", { "" }, RIGHTS_UHD, { -1, "EUR" }, { 2 } }, /* taken off the list */
        { "JP", { "" }, RIGHTS_SD, { 500, "JPY" }, { 1 } },
        { "BE", { "" }, RIGHTS_SD, { 500, "USD" }, { 1 } },
    };
    static const struct {
        const char *territory, *currency;
        struct money said; /* by the avail */
        enum rights_format most;
        enum err err;
        enum rights_format format;
        int64_t minor;
    } rows[] = {
        { "FR", "EUR", { 0, "" }, RIGHTS_UHD, OK, RIGHTS_HD, 99 },
        { "FR", "EUR", { 0, "" }, RIGHTS_SD, OK, RIGHTS_SD, 199 },
        { "FR", "EUR", { 399, "EUR" }, RIGHTS_UHD, OK, RIGHTS_UHD, 399 },
        { "FR", "EUR", { 0, "EUR" }, RIGHTS_SD, OK, RIGHTS_SD, 0 },
        { "FR", "EUR", { 399, "USD" }, RIGHTS_SD, OK, RIGHTS_SD, 199 },
        { "FR", "EUR", { -399, "EUR" }, RIGHTS_SD, OK, RIGHTS_SD, 199 },
        { "JP", "JPY", { 0, "" }, RIGHTS_UHD, OK, RIGHTS_SD, 500 },
        { "BE", "EUR", { 0, "" }, RIGHTS_UHD, ERR_NOT_FOUND, 0, 0 },
        { "US", "USD", { 0, "" }, RIGHTS_UHD, ERR_NOT_FOUND, 0, 0 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct rights_right right = { .price = rows[i].said };
        struct rental_offer got = { .format = RIGHTS_UHD, .price = { -7, "" } };
        struct rental_question q = { .right = rows[i].said.currency[0] != 0 ? &right : NULL,
                                     .n = sizeof list / sizeof list[0],
                                     .list = list,
                                     .territory = rows[i].territory,
                                     .currency = rows[i].currency,
                                     .title = film,
                                     .most = rows[i].most };
        assert_int_equal(rental_offer_of(&q, &got), rows[i].err);
        if (rows[i].err != OK) {
            assert_int_equal(got.price.minor, -7);
            continue;
        }
        assert_int_equal(got.format, rows[i].format);
        assert_int_equal(got.price.minor, rows[i].minor);
        assert_string_equal(got.price.currency, rows[i].currency);
    }
}

static void a_rental_waits_runs_and_is_over_by_the_clock(void **state)
{
    (void)state;
    static const struct {
        int64_t bought, start_by, started, ends, now;
        enum rental_state state;
        int64_t until;
    } rows[] = {
        { 0, 200, 0, 0, 150, RENTAL_ORDERED, INT64_MAX },
        { 100, 200, 0, 0, 100, RENTAL_WAITING, 200 },
        { 100, 200, 0, 0, 199, RENTAL_WAITING, 200 },
        { 100, 200, 0, 0, 200, RENTAL_OVER, INT64_MAX },
        { 100, 200, 199, 249, 199, RENTAL_RUNNING, 249 },
        { 100, 200, 199, 249, 248, RENTAL_RUNNING, 249 },
        { 100, 200, 199, 249, 249, RENTAL_OVER, INT64_MAX },
        { 100, 200, 0, 150, 149, RENTAL_WAITING, 150 }, /* given back before it began */
        { 100, 200, 0, 150, 150, RENTAL_OVER, INT64_MAX },
        { 0, 200, 0, 150, 150, RENTAL_OVER, INT64_MAX }, /* never paid, and never will be */
        { 0, 200, 0, 150, 149, RENTAL_ORDERED, 150 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct rental r = { .bought = { rows[i].bought },
                            .start_by = { rows[i].start_by },
                            .started = { rows[i].started },
                            .ends = { rows[i].ends } };
        utc_time until = { 0 };
        assert_int_equal(rental_state_at(&r, (utc_time){ rows[i].now }, &until), rows[i].state);
        assert_int_equal(until.us, rows[i].until);
        assert_int_equal(rental_state_at(&r, (utc_time){ rows[i].now }, NULL), rows[i].state);
    }
}

static void an_order_that_was_never_paid_was_no_rental(void **state)
{
    (void)state;
    static const struct {
        int64_t bought, ends, now;
        bool was_one;
    } rows[] = {
        { 0, 0, 150, true },   /* it may be paid yet */
        { 0, 150, 149, true }, /* likewise */
        { 0, 150, 150, false },  { 100, 0, 150, true },
        { 100, 0, 900, true }, /* over, but it was one */
        { 100, 120, 150, true },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct rental r = { .bought = { rows[i].bought },
                            .start_by = { 200 },
                            .ends = { rows[i].ends } };
        assert_int_equal(rental_was_one(&r, (utc_time){ rows[i].now }), rows[i].was_one);
    }
}

static void the_avails_times_go_before_the_settings(void **state)
{
    (void)state;
    static const struct {
        struct duration rental, watch;
        int64_t days, hours;
    } rows[] = {
        { { 0 }, { 0 }, 30, 48 },
        { { .seconds = 3 * 86400 }, { 0 }, 3, 48 },
        { { 0 }, { .seconds = 7200 }, 30, 2 },
        { { .months = 1 }, { .months = 1 }, 31, 31 * 24 },
    };
    utc_time start_by, bought = { 1374523200 * UTC_SECOND }; /* 22 July */
    int64_t watch_us;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct rights_right right = { .rental = rows[i].rental, .watch = rows[i].watch };
        rental_times(i == 0 ? NULL : &right, 30, 48, bought, &start_by, &watch_us);
        assert_int_equal(start_by.us - bought.us, rows[i].days * UTC_DAY);
        assert_int_equal(watch_us, rows[i].hours * 3600 * UTC_SECOND);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_greatest_picture_that_has_a_price_is_offered),
        cmocka_unit_test(a_rental_waits_runs_and_is_over_by_the_clock),
        cmocka_unit_test(an_order_that_was_never_paid_was_no_rental),
        cmocka_unit_test(the_avails_times_go_before_the_settings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
