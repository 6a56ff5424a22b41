#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/rounds.h"

struct work {
    atomic_int done, saw_the_end;
    unsigned rest; /* seconds */
    bool is_long;
};

static unsigned work(void *context, const atomic_int *is_stopping)
{
    struct work *w = context;
    atomic_fetch_add(&w->done, 1);
    while (w->is_long && !atomic_load(is_stopping))
        usleep(1000);
    if (atomic_load(is_stopping))
        atomic_store(&w->saw_the_end, 1);
    return w->rest;
}

static bool comes_to(atomic_int *number, int at_least)
{
    int64_t until = clock_monotonic_us() + 20 * UTC_SECOND;
    while (atomic_load(number) < at_least && clock_monotonic_us() < until)
        usleep(1000);
    return atomic_load(number) >= at_least;
}

static void work_is_done_again_after_its_rest(void **state)
{
    (void)state;
    struct work w = { .rest = 1 };
    struct rounds *rounds = NULL;
    int64_t began = clock_monotonic_us();
    assert_int_equal(rounds_start(work, &w, 0, &rounds), OK);
    assert_true(comes_to(&w.done, 3));
    assert_true(clock_monotonic_us() - began >= 2 * UTC_SECOND);
    rounds_stop(&rounds);
    assert_null(rounds);
    rounds_stop(&rounds);
}

static void work_without_rest_is_done_at_once(void **state)
{
    (void)state;
    struct work w = { .rest = 0 };
    struct rounds *rounds = NULL;
    assert_int_equal(rounds_start(work, &w, 0, &rounds), OK);
    assert_true(comes_to(&w.done, 1000));
    rounds_stop(&rounds);
}

static void a_stop_cuts_the_first_rest_short(void **state)
{
    (void)state;
    struct work w = { .rest = 1000 };
    struct rounds *rounds = NULL;
    int64_t began = clock_monotonic_us();
    assert_int_equal(rounds_start(work, &w, 1000, &rounds), OK);
    rounds_stop(&rounds);
    assert_true(clock_monotonic_us() - began < 500 * UTC_SECOND);
    assert_int_equal(atomic_load(&w.done), 0);
}

static void a_long_round_sees_the_end(void **state)
{
    (void)state;
    struct work w = { .rest = 1000, .is_long = true };
    struct rounds *rounds = NULL;
    assert_int_equal(rounds_start(work, &w, 0, &rounds), OK);
    assert_true(comes_to(&w.done, 1));
    rounds_end(rounds);
    assert_true(comes_to(&w.saw_the_end, 1));
    rounds_stop(&rounds);
    assert_int_equal(atomic_load(&w.done), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(work_is_done_again_after_its_rest),
        cmocka_unit_test(work_without_rest_is_done_at_once),
        cmocka_unit_test(a_stop_cuts_the_first_rest_short),
        cmocka_unit_test(a_long_round_sees_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
