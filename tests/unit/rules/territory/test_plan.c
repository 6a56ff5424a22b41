#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "rules/territory/check.h"

static const struct plan_candidate candidates[] = {
    { "DE", 30, 100, 10, "de", 0.5, 0.1, 0 },
    { "FR", 25, 100, 10, "fr", 0.5, 0.5, 4 },
    { "NL", 7, 100, 2, "nl", 0.9, 0.2, 0 },
};
enum { N = sizeof candidates / sizeof candidates[0] };

static void the_order_follows_the_weights(void **state)
{
    (void)state;
    static const struct {
        struct plan_weights weights;
        const char *order[N];
    } rows[] = {
        { { .homes = 1 }, { "DE", "FR", "NL" } },
        { { .cost = 1 }, { "NL", "DE", "FR" } }, /* equal ones by their code */
        { { .cleared = 5 }, { "NL", "DE", "FR" } },
        { { .language = 0.1 }, { "FR", "NL", "DE" } },
        { { .rules = 1, .homes = 0.01 }, { "DE", "NL", "FR" } },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena = arena_create();
        struct plan_row *out;
        assert_int_equal(plan_rank(arena, candidates, N, &rows[i].weights, &out), OK);
        for (size_t k = 0; k < N; k++)
            assert_string_equal(out[k].candidate->code, rows[i].order[k]);
        arena_destroy(&arena);
    }
}

static void the_parts_add_up_to_the_score_of_weights_that_sum_to_one(void **state)
{
    (void)state;
    struct arena *arena = arena_create();
    struct plan_row *out;
    struct plan_weights w = { 3, 1, 1, 2, 1, 2 }; /* the default, ten times as great */
    struct plan_row *same;
    assert_int_equal(plan_rank(arena, candidates, N, &w, &out), OK);
    assert_int_equal(plan_rank(arena, candidates, N, &plan_weights_default, &same), OK);
    for (size_t i = 0; i < N; i++) {
        double sum = out[i].homes + out[i].price + out[i].cost + out[i].cleared + out[i].language +
                     out[i].rules;
        assert_true(fabs(sum - out[i].score) < 1e-9);
        assert_true(out[i].score > 0 && out[i].score <= 1);
        assert_true(fabs(out[i].score - same[i].score) < 1e-9);
        assert_non_null(strstr(out[i].reasons, "million broadband homes"));
    }
    arena_destroy(&arena);
}

static void weights_that_weigh_nothing_are_refused(void **state)
{
    (void)state;
    struct arena *arena = arena_create();
    struct plan_row *out;
    static const struct plan_weights bad[] = {
        { 0 }, { .homes = -1, .price = 2 }, { .homes = (double)NAN }, { .homes = (double)INFINITY }
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(plan_rank(arena, candidates, N, &bad[i], &out), ERR_ARGUMENT);
    static const struct plan_candidate empty = { .code = "FR" };
    assert_int_equal(plan_rank(arena, &empty, 1, &plan_weights_default, &out), OK);
    assert_true(isfinite(out[0].score));
    arena_destroy(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_order_follows_the_weights),
        cmocka_unit_test(the_parts_add_up_to_the_score_of_weights_that_sum_to_one),
        cmocka_unit_test(weights_that_weigh_nothing_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
