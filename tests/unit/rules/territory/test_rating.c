#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rules/territory/rating.h"

static void a_value_has_its_age_however_it_is_written(void **state)
{
    (void)state;
    static const struct {
        const char *system, *value;
        int age;
    } rows[] = {
        { "CNC", "12", 12 },       { "CNC", "CNC 12", 12 }, { "CSA", "-12", 12 },
        { "CNC", "TP", 0 },        { "csa", "+18", 18 },    { "TVPG", "TV-14", 14 },
        { "TVPG", "TV14", 14 },    { "TVPG", "tv-ma", 17 }, { "MPAA", "PG-13", 13 },
        { "MPA", "PG13", 13 },     { "MPAA", "NC-17", 18 }, { "MPAA", "G", 0 },
        { "BBFC", "12A", 12 },     { "BBFC", "U", 0 },      { "FSK", "FSK 16", 16 },
        { "FSK", "ab 16", -1 },    { "ICAA", "7i", 7 },     { "CCE", "M/12", 12 },
        { "ACB", "MA 15+", 15 },   { "RARS", "18+", 18 },   { "EIRIN", "R15+", 15 },
        { "CHVRS", "14A", 14 },    { "MPAA", "NR", -1 },    { "MPAA", "", -1 },
        { "Nobody", "12", -1 },    { "", "12", -1 },        { "CNC", "11", -1 },
        { "IMDA", "PG13", 13 },    { "IMDA", "PG", 8 },     { "NICAM", "AL", 0 },
        { "OFLC-AU", "R18+", 18 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int age = rating_min_age(rows[i].system, rows[i].value);
        if (age != rows[i].age)
            fail_msg("%s %s: %d instead of %d", rows[i].system, rows[i].value, age, rows[i].age);
    }
    assert_int_equal(rating_min_age(NULL, "12"), -1);
    assert_int_equal(rating_min_age("CNC", NULL), -1);
}

static void a_name_that_does_not_end_is_no_system(void **state)
{
    (void)state;
    char name[5000];
    for (size_t i = 0; i + 1 < sizeof name; i++)
        name[i] = 'A';
    name[sizeof name - 1] = 0;
    assert_false(rating_system_is_known(name));
    assert_int_equal(rating_min_age("CNC", name), -1);
    assert_true(rating_system_is_known("CNC"));
    assert_true(rating_system_is_known("mpaa"));
    assert_false(rating_system_is_known("CN"));
}

static void the_first_system_of_the_territory_that_rated_it_decides(void **state)
{
    (void)state;
    struct title_rating ratings[] = {
        { "MPAA", "R" }, { "CSA", "16" }, { "CNC", "12" }, { "BBFC", "no such value" }
    };
    struct title title = { .ratings = ratings, .n_ratings = 4 };
    const struct title_rating *by = NULL;
    assert_int_equal(rating_of_title(&title, "CNC,CSA", &by), 12);
    assert_ptr_equal(by, &ratings[2]);
    assert_int_equal(rating_of_title(&title, "CSA,CNC", &by), 16);
    assert_ptr_equal(by, &ratings[1]);
    assert_int_equal(rating_of_title(&title, "FSK,MPA", NULL), 17);
    by = NULL;
    assert_int_equal(rating_of_title(&title, "FSK", &by), -1);
    assert_int_equal(rating_of_title(&title, "BBFC", &by), -1);
    assert_int_equal(rating_of_title(&title, "", &by), -1);
    assert_int_equal(rating_of_title(&title, NULL, &by), -1);
    assert_null(by);
}

static void a_systems_values_are_told_with_their_ages_rising(void **state)
{
    (void)state;
    static const char *const systems[] = { "CNC", "TVPG", "us-tv", "ECBMCT", "DUK" };
    struct rating_step steps[RATING_STEPS_MAX];
    for (size_t i = 0; i < sizeof systems / sizeof systems[0]; i++) {
        size_t n = rating_steps(systems[i], steps, RATING_STEPS_MAX);
        assert_in_range(n, 4, RATING_STEPS_MAX - 1);
        assert_int_equal(steps[0].age, 0);
        for (size_t k = 0; k < n; k++) {
            assert_true(k == 0 || steps[k].age >= steps[k - 1].age);
            assert_int_equal(rating_min_age(systems[i], steps[k].value), steps[k].age);
        }
    }
    assert_int_equal(rating_steps("CNC", steps, 2), 2);
    assert_int_equal(rating_steps("no system", steps, RATING_STEPS_MAX), 0);
    assert_int_equal(rating_steps(NULL, steps, RATING_STEPS_MAX), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_systems_values_are_told_with_their_ages_rising),
        cmocka_unit_test(a_value_has_its_age_however_it_is_written),
        cmocka_unit_test(a_name_that_does_not_end_is_no_system),
        cmocka_unit_test(the_first_system_of_the_territory_that_rated_it_decides),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
