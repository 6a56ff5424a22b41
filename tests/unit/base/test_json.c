#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "base/json.h"

static void nesting_and_commas_are_the_writers_business(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 4096);
    struct json_writer w = json_writer_of(&b);
    json_object(&w, NULL);
    json_text(&w, "id", "x");
    json_array(&w, "list");
    json_number(&w, NULL, -7);
    json_object(&w, NULL);
    json_end(&w);
    json_bool(&w, NULL, true);
    json_end(&w);
    json_null(&w, "none");
    json_text(&w, "gone", NULL);
    json_raw(&w, "raw", "[1]");
    json_instant(&w, "at", (utc_time){ 1374523200 * UTC_SECOND });
    json_instant(&w, "never", (utc_time){ 0 });
    json_end(&w);
    assert_string_equal(buf_string(&b),
                        "{\"id\":\"x\",\"list\":[-7,{},true],\"none\":null,\"gone\":null,"
                        "\"raw\":[1],\"at\":\"2013-07-22T20:00:00Z\",\"never\":null}");
    buf_finish(&b);
}

static void any_bytes_become_a_string_that_is_json(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t n;
        const char *json;
    } rows[] = {
        { "", 0, "\"\"" },
        { "a\"b\\c\n\t\r\b\f", 10, "\"a\\\"b\\\\c\\n\\t\\r\\b\\f\"" },
        { "\x01\x1f\x7f", 3, "\"\\u0001\\u001f\\u007f\"" },
        { "a\0b", 3, "\"a\\u0000b\"" },
        { "caf\xc3\xa9 \xf0\x9f\x8e\xac", 10, "\"caf\xc3\xa9 \xf0\x9f\x8e\xac\"" },
        { "\xff|\xc3", 3, "\"\xef\xbf\xbd|\xef\xbf\xbd\"" },
        { "\xed\xa0\x80", 3, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf b;
        buf_init(&b, 4096);
        struct json_writer w = json_writer_of(&b);
        json_text_n(&w, NULL, rows[i].text, rows[i].n);
        assert_string_equal(buf_string(&b), rows[i].json);
        buf_finish(&b);
    }
}

static void numbers_are_written_short_and_never_as_nonsense(void **state)
{
    (void)state;
    static const struct {
        double v;
        const char *json;
    } rows[] = { { 0, "0" },    { 0.5, "0.5" },  { 100, "100" },       { -1.25, "-1.25" },
                 { 1e-9, "0" }, { NAN, "null" }, { INFINITY, "null" }, { 5279.999, "5279.999" } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf b;
        buf_init(&b, 4096);
        struct json_writer w = json_writer_of(&b);
        json_real(&w, NULL, rows[i].v);
        assert_string_equal(buf_string(&b), rows[i].json);
        buf_finish(&b);
    }
}

static void a_ceiling_sticks_and_breaks_nothing(void **state)
{
    (void)state;
    const size_t whole = 36; /* bytes of the text below */
    for (size_t ceiling = 0; ceiling < 40; ceiling++) {
        struct buf b;
        buf_init(&b, ceiling);
        struct json_writer w = json_writer_of(&b);
        json_array(&w, NULL);
        json_real(&w, NULL, 1.5);
        json_text(&w, NULL, "abcdefghijklmnopqrstuvwxyz\"");
        json_end(&w);
        assert_int_equal(b.err, ceiling < whole ? ERR_FULL : OK);
        buf_finish(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nesting_and_commas_are_the_writers_business),
        cmocka_unit_test(any_bytes_become_a_string_that_is_json),
        cmocka_unit_test(numbers_are_written_short_and_never_as_nonsense),
        cmocka_unit_test(a_ceiling_sticks_and_breaks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
