#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "box/focus/focus.h"

static struct focus three_rows(void)
{
    struct focus f;
    focus_clear(&f);
    focus_resize(&f, 3);
    focus_set_row(&f, 0, 3, FOCUS_REMEMBERS);
    focus_set_row(&f, 1, 5, FOCUS_REMEMBERS);
    focus_set_row(&f, 2, 2, FOCUS_REMEMBERS);
    focus_put(&f, 0, 0);
    return f;
}

static void the_first_thing_that_comes_has_the_focus(void **state)
{
    struct focus f;
    (void)state;
    focus_clear(&f);
    assert_true(focus_is_empty(&f));
    focus_resize(&f, 4);
    focus_set_row(&f, 2, 1, FOCUS_REMEMBERS);
    assert_true(focus_is_at(&f, 2, 0));
}

static void at_an_edge_a_key_moves_nothing(void **state)
{
    struct focus f = three_rows();
    (void)state;
    assert_false(focus_move(&f, FOCUS_UP));
    assert_false(focus_move(&f, FOCUS_LEFT));
    assert_true(focus_is_at(&f, 0, 0));
    focus_put(&f, 2, 1);
    assert_false(focus_move(&f, FOCUS_DOWN));
    assert_false(focus_move(&f, FOCUS_RIGHT));
    assert_true(focus_is_at(&f, 2, 1));
}

static void a_row_that_remembers_is_entered_where_it_was_left(void **state)
{
    struct focus f = three_rows();
    (void)state;
    focus_put(&f, 1, 4);
    assert_true(focus_move(&f, FOCUS_UP));
    assert_true(focus_is_at(&f, 0, 0));
    assert_true(focus_move(&f, FOCUS_DOWN));
    assert_true(focus_is_at(&f, 1, 4));
}

static void a_straight_row_is_entered_at_what_lies_below(void **state)
{
    static const struct {
        unsigned from, from_count, to_count, at;
    } rows[] = { { 0, 13, 13, 0 }, { 12, 13, 13, 12 }, { 6, 13, 13, 6 }, { 0, 2, 10, 2 },
                 { 1, 2, 10, 7 },  { 9, 10, 2, 1 },    { 12, 13, 6, 5 }, { 0, 1, 1, 0 } };
    (void)state;
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct focus f;
        focus_clear(&f);
        focus_resize(&f, 2);
        focus_set_row(&f, 0, rows[i].from_count, FOCUS_STRAIGHT);
        focus_set_row(&f, 1, rows[i].to_count, FOCUS_STRAIGHT);
        focus_put(&f, 0, rows[i].from);
        assert_true(focus_move(&f, FOCUS_DOWN));
        assert_true(focus_is_at(&f, 1, rows[i].at));
    }
}

static void empty_rows_are_stepped_over(void **state)
{
    struct focus f = three_rows();
    (void)state;
    focus_set_row(&f, 1, 0, FOCUS_REMEMBERS);
    assert_true(focus_move(&f, FOCUS_DOWN));
    assert_true(focus_is_at(&f, 2, 0));
    assert_true(focus_move(&f, FOCUS_UP));
    assert_true(focus_is_at(&f, 0, 0));
}

static void a_thing_that_goes_hands_the_focus_to_its_neighbour(void **state)
{
    struct focus f = three_rows();
    (void)state;
    focus_put(&f, 1, 4);
    focus_set_row(&f, 1, 3, FOCUS_REMEMBERS);
    assert_true(focus_is_at(&f, 1, 2));
    focus_set_row(&f, 1, 0, FOCUS_REMEMBERS);
    assert_true(focus_is_at(&f, 2, 0));
    focus_resize(&f, 1);
    assert_true(focus_is_at(&f, 0, 0));
}

/* A thousand changes and keys by chance: something has the focus as long as there is anything. */
static void the_focus_is_never_lost(void **state)
{
    struct focus f;
    uint32_t chance = 1;
    (void)state;
    focus_clear(&f);
    for (int i = 0; i < 200000; i++) {
        chance = chance * 1664525u + 1013904223u;
        unsigned a = chance >> 8 & 15, b = chance >> 16 & 15, what = chance >> 28;
        if (what == 0)
            focus_resize(&f, a);
        else if (what < 5)
            focus_set_row(&f, a, b, b & 1 ? FOCUS_STRAIGHT : FOCUS_REMEMBERS);
        else if (what == 5)
            focus_put(&f, a, b);
        else
            focus_move(&f, (enum focus_way)(what & 3));
        if (!focus_is_empty(&f))
            assert_true(focus_is_at(&f, f.row, focus_column(&f)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_thing_that_comes_has_the_focus),
        cmocka_unit_test(at_an_edge_a_key_moves_nothing),
        cmocka_unit_test(a_row_that_remembers_is_entered_where_it_was_left),
        cmocka_unit_test(a_straight_row_is_entered_at_what_lies_below),
        cmocka_unit_test(empty_rows_are_stepped_over),
        cmocka_unit_test(a_thing_that_goes_hands_the_focus_to_its_neighbour),
        cmocka_unit_test(the_focus_is_never_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
