#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "box/life/life.h"

#define SECOND INT64_C(1000000)
#define WALL INT64_C(1795442886000000) /* 2026-11-23 */

static void an_answer_brings_it_online_whatever_it_says(void **state)
{
    struct life l;
    (void)state;
    life_init(&l);
    assert_true(life_heard(&l, OUTCOME_ANSWER, SECOND, WALL, 0.5));
    assert_int_equal(l.state, LIFE_ONLINE);
    assert_false(life_heard(&l, OUTCOME_ANSWER, SECOND, WALL, 0.5));
    assert_false(life_is_due(&l, 100 * SECOND));
}

static void silence_cuts_it_and_each_try_waits_longer(void **state)
{
    static const int64_t waits[] = { 1, 2, 4, 8, 16, 30, 30 };
    struct life l;
    int64_t now = 10 * SECOND;
    (void)state;
    life_init(&l);
    assert_true(life_heard(&l, OUTCOME_SILENCE, now, WALL, 0.5));
    assert_int_equal(l.state, LIFE_CUT);
    for (unsigned i = 0; i < sizeof waits / sizeof *waits; i++) {
        assert_false(life_is_due(&l, now + waits[i] * SECOND - 1));
        now += waits[i] * SECOND;
        assert_true(life_is_due(&l, now));
        assert_false(life_is_due(&l, now)); /* said once */
        assert_false(life_heard(&l, OUTCOME_SILENCE, now, WALL, 0.5));
    }
}

static void what_fails_together_counts_once(void **state)
{
    struct life l;
    (void)state;
    life_init(&l);
    for (int i = 0; i < 8; i++)
        life_heard(&l, OUTCOME_SILENCE, SECOND + i, WALL, 0.5);
    assert_int_equal(l.failures, 1);
}

static void chance_spreads_the_tries_by_a_quarter(void **state)
{
    struct life early, late;
    (void)state;
    life_init(&early);
    life_init(&late);
    life_heard(&early, OUTCOME_SILENCE, 0, WALL, 0);
    life_heard(&late, OUTCOME_SILENCE, 0, WALL, 1);
    assert_int_equal(early.next_try_us, SECOND * 3 / 4);
    assert_int_equal(late.next_try_us, SECOND * 5 / 4);
}

static void a_certificate_blames_the_clock_only_when_the_clock_is_wrong(void **state)
{
    struct life l;
    (void)state;
    life_init(&l);
    life_heard(&l, OUTCOME_CERTIFICATE, SECOND, 0, 0.5);
    assert_int_equal(l.state, LIFE_CLOCK);
    life_init(&l);
    life_heard(&l, OUTCOME_CERTIFICATE, SECOND, WALL, 0.5);
    assert_int_equal(l.state, LIFE_CUT);
}

static void the_service_s_time_is_the_box_s(void **state)
{
    struct life l;
    (void)state;
    life_init(&l);
    assert_true(life_clock_is_wrong(&l, 1000));
    assert_false(life_clock_is_wrong(&l, WALL));
    life_told_time(&l, WALL, 1000);
    assert_int_equal(life_now(&l, 1000 + 5 * SECOND), WALL + 5 * SECOND);
    assert_true(life_clock_is_wrong(&l, 1000));
    life_told_time(&l, WALL, WALL - 299 * SECOND);
    assert_false(life_clock_is_wrong(&l, WALL));
    life_told_time(&l, WALL, WALL - 301 * SECOND);
    assert_true(life_clock_is_wrong(&l, WALL));
}

static void a_server_that_restarts_is_away_and_then_online(void **state)
{
    struct life l;
    (void)state;
    life_init(&l);
    life_heard(&l, OUTCOME_ANSWER, SECOND, WALL, 0.5);
    assert_true(life_heard(&l, OUTCOME_AWAY, 2 * SECOND, WALL, 0.5));
    assert_int_equal(l.state, LIFE_AWAY);
    assert_int_equal(life_rest(&l, 2 * SECOND), 1);
    assert_true(life_is_due(&l, 3 * SECOND));
    assert_true(life_heard(&l, OUTCOME_ANSWER, 3 * SECOND, WALL, 0.5));
    assert_int_equal(l.state, LIFE_ONLINE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_brings_it_online_whatever_it_says),
        cmocka_unit_test(silence_cuts_it_and_each_try_waits_longer),
        cmocka_unit_test(what_fails_together_counts_once),
        cmocka_unit_test(chance_spreads_the_tries_by_a_quarter),
        cmocka_unit_test(a_certificate_blames_the_clock_only_when_the_clock_is_wrong),
        cmocka_unit_test(the_service_s_time_is_the_box_s),
        cmocka_unit_test(a_server_that_restarts_is_away_and_then_online),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
