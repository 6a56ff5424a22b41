#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "service/launch/launch.h"

#define HEAD "territory,homes,price,cost\n"

static void columns_are_found_by_name_in_any_order_and_spelling(void **state)
{
    (void)state;
    static const char *const files[] = {
        "territory,homes,price,cost,language\nDE,30.5,100,12,de\nBE,4.6,98.5,3,\n",
        "\xef\xbb\xbf"
        "Cost;Notes;Price;Homes;COUNTRY;Language\r\n"
        "12;\"a; \"\"b\"\"\";100;30,5;DE;de\r\n\r\n3;;98.5;4,6;BE;nl\r\n",
        "code,homes,price,cost\nDE, 30.5 ,\"100\",12\nBE,4.6,98.5,3",
    };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct arena *arena = arena_create();
        struct launch_csv_problem why;
        struct plan_candidate *c;
        size_t n;
        if (launch_plan_read(arena, files[i], strlen(files[i]), &c, &n, &why) != OK)
            fail_msg("%zu: line %zu, %s: %s", i, why.line, why.column, why.text);
        assert_int_equal(n, 2);
        assert_string_equal(c[0].code, "DE");
        assert_true(fabs(c[0].broadband_homes - 30.5) < 1e-9);
        assert_true(fabs(c[0].price_level - 100) < 1e-9);
        assert_true(fabs(c[0].cost - 12) < 1e-9);
        assert_string_equal(c[0].language, "de");
        assert_string_equal(c[1].code, "BE");
        assert_true(fabs(c[1].price_level - 98.5) < 1e-9);
        assert_string_equal(c[1].language, "nl"); /* not said: the country's main one */
        arena_destroy(&arena);
    }
}

static void what_is_wrong_is_said_by_line_and_column(void **state)
{
    (void)state;
    static const struct {
        const char *csv;
        size_t line;
        const char *column;
    } rows[] = {
        { "", 1, "territory" },
        { "territory,homes,price\n", 1, "cost" },
        { "territory,homes,homes,price,cost\n", 1, "homes" },
        { HEAD, 2, "" },
        { HEAD "DE,1,1,1\nZZ,1,1,1\n", 3, "territory" },
        { HEAD "de,1,1,1\n", 2, "territory" },
        { HEAD "\n\nDE,x,1,1\n", 4, "homes" },
        { HEAD "DE,-1,1,1\n", 2, "homes" },
        { HEAD "DE,1,1e3,1\n", 2, "price" },
        { HEAD "DE,1,1.,1\n", 2, "price" },
        { HEAD "DE,1,1\n", 2, "cost" },
        { HEAD "DE,1,1,nan\n", 2, "cost" },
        { HEAD "DE,1,1,9999999999999\n", 2, "cost" },
        { HEAD "DE,1,1,1\nDE,2,2,2\n", 3, "territory" },
        { HEAD "\"DE,1,1,1\n", 2, "" },
        { HEAD "\"DE\"x,1,1,1\n", 2, "" },
        { HEAD "DE,1,1,\"a\nb\"\n", 2, "" },
        { HEAD "D\xff,1,1,1\n", 2, "" },
        { "territory,homes,price,cost,language\nDE,1,1,1,german language\n", 2, "language" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena = arena_create();
        struct launch_csv_problem why;
        struct plan_candidate *c;
        size_t n;
        assert_int_equal(launch_plan_read(arena, rows[i].csv, strlen(rows[i].csv), &c, &n, &why),
                         ERR_MALFORMED);
        if (why.line != rows[i].line || strcmp(why.column, rows[i].column) != 0)
            fail_msg("%zu: line %zu, %s: %s", i, why.line, why.column, why.text);
        arena_destroy(&arena);
    }
}

static void a_file_beyond_its_ceilings_is_refused(void **state)
{
    (void)state;
    struct arena *arena = arena_create();
    struct launch_csv_problem why;
    struct plan_candidate *c;
    size_t n;
    char *huge = arena_alloc(arena, LAUNCH_PLAN_FILE_MAX + 1);
    memset(huge, ',', LAUNCH_PLAN_FILE_MAX + 1);
    assert_int_equal(launch_plan_read(arena, huge, LAUNCH_PLAN_FILE_MAX + 1, &c, &n, &why),
                     ERR_MALFORMED);
    assert_int_equal(launch_plan_read(arena, huge, 1000, &c, &n, &why), ERR_MALFORMED);
    memset(huge, 'a', 1000);
    assert_int_equal(launch_plan_read(arena, huge, 1000, &c, &n, &why), ERR_MALFORMED);
    arena_destroy(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_found_by_name_in_any_order_and_spelling),
        cmocka_unit_test(what_is_wrong_is_said_by_line_and_column),
        cmocka_unit_test(a_file_beyond_its_ceilings_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
