#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/id.h"

static void an_id_is_read_back_and_no_two_are_the_same(void **state)
{
    (void)state;
    char a[ID_TEXT], b[ID_TEXT], read[ID_TEXT];
    id_new(a);
    id_new(b);
    assert_string_not_equal(a, b);
    assert_true(id_parse(a, strlen(a), read));
    assert_string_equal(a, read);
    assert_false(id_parse(a, strlen(a) - 1, read));
    assert_false(id_parse("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 26, read));
}

/* As a text in the alphabet's order, which digits end. */
static int place(char c)
{
    return c >= 'a' ? c - 'a' : 26 + c - '2';
}

static void ids_in_order_rise_with_time_and_differ_within_a_moment(void **state)
{
    (void)state;
    char before[ID_TEXT] = "", id[ID_TEXT], twin[ID_TEXT], read[ID_TEXT];
    for (int64_t ms = 1; ms < INT64_C(1) << 46; ms = ms * 3 + 1) {
        id_new_in_order((utc_time){ ms * 1000 }, id);
        id_new_in_order((utc_time){ ms * 1000 + 999 }, twin);
        assert_true(id_parse(id, strlen(id), read));
        assert_string_not_equal(id, twin);
        assert_memory_equal(id, twin, 9); /* 45 of the 48 bits of time */
        size_t i = 0;
        while (before[0] != 0 && id[i] == before[i])
            i++;
        assert_true(before[0] == 0 || place(id[i]) > place(before[i]));
        memcpy(before, id, sizeof before);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_id_is_read_back_and_no_two_are_the_same),
        cmocka_unit_test(ids_in_order_rise_with_time_and_differ_within_a_moment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
