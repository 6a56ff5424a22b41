#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "format/jws/scan.h"

/* What skipping over everything comes to. */
static enum err skim(const char *text, size_t n)
{
    char name[16];
    struct scan s = scan_of(text, n);
    scan_open(&s);
    while (scan_member(&s, name, sizeof name))
        scan_skip(&s);
    return scan_end(&s);
}

static void what_is_json_is_stepped_over(void **state)
{
    static const char *const good[] = {
        "{}",
        " {\t}\r\n",
        "{\"a\":1}",
        "{\"a\":-0,\"b\":0.5,\"c\":1e9,\"d\":-12.5E-3,\"e\":1E+2}",
        "{\"a\":true,\"b\":false,\"c\":null}",
        "{ \"a\" : [ ] , \"b\" : { } , \"c\" : [ 1 , [ 2 ] , { \"d\" : \"e\" } ] }",
        "{\"\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\udcfa\"}",
        "{\"a\":[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]}",
        "{\"a name that is longer than its room\":1}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":\"\xc3\xa9\"}",
    };
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        print_message("%s\n", good[i]);
        assert_int_equal(skim(good[i], strlen(good[i])), OK);
    }
}

static void what_is_no_json_is_malformed(void **state)
{
    static const char *const bad[] = {
        "",
        "x",
        "[]",
        "1",
        "null",
        "\"a\"",
        "{",
        "}",
        "{}x",
        "{}{}",
        "{,}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\":1 \"b\":2}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":01}",
        "{\"a\":-}",
        "{\"a\":1.}",
        "{\"a\":.5}",
        "{\"a\":1e}",
        "{\"a\":1e+}",
        "{\"a\":+1}",
        "{\"a\":0x1}",
        "{\"a\":NaN}",
        "{\"a\":tru}",
        "{\"a\":nul",
        "{\"a\":[1,]}",
        "{\"a\":[,1]}",
        "{\"a\":[1 2]}",
        "{\"a\":[1}",
        "{\"a\":{\"b\":1]}",
        "{\"a\":{\"b\"}}",
        "{\"a\":{1:2}}",
        "{\"a\":\"",
        "{\"a\":\"\\\"}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12\"}",
        "{\"a\":\"\\u123g\"}",
        "{\"a\":\"\\u0000\"}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\udc00\"}",
        "{\"a\":\"\\ud800\\u0041\"}",
        "{\"a\":\"\\ud800x\"}",
        "{\"a\":\"\n\"}",
        "{\"a\":\"\x1f\"}",
        "{\"a\":\"\xff\"}",
        "{\"a\":\"\xed\xa0\x80\"}",
        "\xef\xbb\xbf{}",
        "{}\v",
        "{\"a\":1]",
        "{\"a\":/**/1}",
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        print_message("%s\n", bad[i]);
        assert_int_equal(skim(bad[i], strlen(bad[i])), ERR_MALFORMED);
    }
    assert_int_equal(skim("{\"a\":\"\0\"}", 9), ERR_MALFORMED);
}

static void what_is_too_deep_is_refused(void **state)
{
    static const char deep[] = "{\"a\":[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]}";
    (void)state;
    assert_int_equal(skim(deep, sizeof deep - 1), ERR_FULL);
}

static void a_text_cut_anywhere_is_malformed(void **state)
{
    static const char text[] =
        "{\"a\":[1,{\"b\":\"\\u00e9\\ud83d\\udcfa\"}],\"c\":-1.5e3,\"d\":true}";
    (void)state;
    assert_int_equal(skim(text, sizeof text - 1), OK);
    for (size_t n = 0; n < sizeof text - 1; n++)
        assert_int_equal(skim(text, n), ERR_MALFORMED);
}

static void texts_are_resolved_and_bounded(void **state)
{
    static const char text[] = "{\"a\":\"x\\u00e9\\ud83d\\udcfa\\/\",\"b\":\"12345678\"}";
    char name[4], out[9];
    struct scan s = scan_of(text, sizeof text - 1);
    (void)state;
    scan_open(&s);
    assert_true(scan_member(&s, name, sizeof name));
    assert_string_equal(name, "a");
    scan_text(&s, out, sizeof out);
    assert_string_equal(out, "x\xc3\xa9\xf0\x9f\x93\xba/");
    assert_true(scan_member(&s, name, sizeof name));
    scan_text(&s, out, sizeof out);
    assert_string_equal(out, "12345678");
    assert_false(scan_member(&s, name, sizeof name));
    assert_int_equal(scan_end(&s), OK);

    s = scan_of(text, sizeof text - 1);
    scan_open(&s);
    assert_true(scan_member(&s, name, sizeof name));
    scan_text(&s, out, 8);
    assert_string_equal(out, "");
    assert_false(scan_member(&s, name, sizeof name));
    assert_int_equal(scan_end(&s), ERR_FULL);
}

static void whole_numbers_fit_64_bits_and_have_no_fraction(void **state)
{
    static const struct {
        const char *text;
        enum err err;
        int64_t value;
    } rows[] = {
        { "{\"a\":0}", OK, 0 },
        { "{\"a\":-7}", OK, -7 },
        { "{\"a\":9223372036854775807}", OK, INT64_MAX },
        { "{\"a\":-9223372036854775808}", OK, INT64_MIN },
        { "{\"a\":9223372036854775808}", ERR_FULL, 0 },
        { "{\"a\":1.0}", ERR_MALFORMED, 0 },
        { "{\"a\":1e3}", ERR_MALFORMED, 0 },
        { "{\"a\":\"1\"}", ERR_MALFORMED, 0 },
        { "{\"a\":true}", ERR_MALFORMED, 0 },
        { "{\"a\":00}", ERR_MALFORMED, 0 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char name[4];
        int64_t value = 0;
        struct scan s = scan_of(rows[i].text, strlen(rows[i].text));
        print_message("%s\n", rows[i].text);
        scan_open(&s);
        assert_true(scan_member(&s, name, sizeof name));
        scan_whole(&s, &value);
        assert_false(scan_member(&s, name, sizeof name));
        assert_int_equal(scan_end(&s), rows[i].err);
        assert_int_equal(value, rows[i].value);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_json_is_stepped_over),
        cmocka_unit_test(what_is_no_json_is_malformed),
        cmocka_unit_test(what_is_too_deep_is_refused),
        cmocka_unit_test(a_text_cut_anywhere_is_malformed),
        cmocka_unit_test(texts_are_resolved_and_bounded),
        cmocka_unit_test(whole_numbers_fit_64_bits_and_have_no_fraction),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
