#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/reader.h"
#include "base/text.h"

static void a_number_is_read_whole_or_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum err err;
        int64_t v;
    } rows[] = {
        { "0", OK, 0 },
        { "-1", OK, -1 },
        { "9223372036854775807", OK, INT64_MAX },
        { "-9223372036854775808", OK, INT64_MIN },
        { "9223372036854775808", ERR_FULL, 0 },
        { "99999999999999999999999", ERR_FULL, 0 },
        { "", ERR_MALFORMED, 0 },
        { "-", ERR_MALFORMED, 0 },
        { "+1", ERR_MALFORMED, 0 },
        { "1 ", ERR_MALFORMED, 0 },
        { "0x10", ERR_MALFORMED, 0 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t v = 0;
        assert_int_equal(text_to_i64(rows[i].text, strlen(rows[i].text), INT64_MIN, INT64_MAX, &v),
                         rows[i].err);
        assert_int_equal(v, rows[i].v);
    }
    int64_t v = 7;
    assert_int_equal(text_to_i64("11", 2, 0, 10, &v), ERR_FULL);
    assert_int_equal(v, 7);
}

static void utf8_is_told_from_what_only_looks_like_it(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool good;
    } rows[] = {
        { "plain", true },         { "caf\xc3\xa9", true },   { "\xf0\x9f\x8e\xac", true },
        { "\xc0\xaf", false },     { "\xed\xa0\x80", false }, { "\xf4\x90\x80\x80", false },
        { "\xc3", false },         { "\xe2\x82", false },     { "\xff", false },
        { "\xef\xbb\xbfx", true }, { "\x80", false },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(text_is_utf8(rows[i].text, strlen(rows[i].text)), rows[i].good);
    assert_false(text_is_utf8("a\0b", 3));
    assert_false(text_is_line("a\nb", 3));
    assert_true(text_is_line("a b", 3));
}

static void languages_and_territories_have_their_shapes(void **state)
{
    (void)state;
    assert_true(text_is_language("fr", 2));
    assert_true(text_is_language("es-419", 6));
    assert_true(text_is_language("zh-Hans", 7));
    assert_false(text_is_language("f", 1));
    assert_false(text_is_language("fr-", 3));
    assert_false(text_is_language("../x", 4));
    assert_true(text_is_territory("FR", 2));
    assert_true(text_is_territory("ZW", 2));
    assert_true(text_is_territory("AD", 2));
    assert_false(text_is_territory("fr", 2));
    assert_false(text_is_territory("XX", 2));
    assert_false(text_is_territory("DA", 2)); /* stands across two codes of the table */
}

static void base64url_comes_back_as_it_went_and_refuses_the_rest(void **state)
{
    (void)state;
    uint8_t bytes[67], back[67];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 37 + 11);
    for (size_t n = 0; n <= sizeof bytes; n++) {
        struct buf b;
        size_t size = 0;
        buf_init(&b, 1024);
        text_put_base64url(&b, bytes, n);
        assert_int_equal(text_base64url_decode((char *)b.data, b.size, back, sizeof back, &size),
                         OK);
        assert_int_equal(size, n);
        assert_memory_equal(bytes, back, n);
        buf_finish(&b);
    }
    size_t size = 0;
    assert_int_equal(text_base64url_decode("AA==", 4, back, 4, &size), ERR_MALFORMED);
    assert_int_equal(text_base64url_decode("AB", 2, back, 4, &size), ERR_MALFORMED);
    assert_int_equal(text_base64url_decode("A", 1, back, 4, &size), ERR_MALFORMED);
    assert_int_equal(text_base64url_decode("AAAA", 4, back, 2, &size), ERR_FULL);
}

static void xml_text_cannot_open_a_tag_or_break_the_document(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 1024);
    text_put_xml(&b, "<a b='\"'>&\x01\xff", 12);
    assert_string_equal(buf_string(&b),
                        "&lt;a b=&#39;&quot;&#39;&gt;&amp;\xef\xbf\xbd\xef\xbf\xbd");
    buf_finish(&b);
}

static void instants_are_read_and_written(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out;
    } rows[] = {
        { "2013-07-22T20:00:00Z", "2013-07-22T20:00:00Z" },
        { "2013-07-22", "2013-07-22T00:00:00Z" },
        { "2013-07-22T20:00:00.25+02:00", "2013-07-22T18:00:00.250000Z" },
        { "1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500000Z" },
        { "2012-02-29", "2012-02-29T00:00:00Z" },
        { "2013-02-29", NULL },
        { "2013-13-01", NULL },
        { "2013-07-22T20:00:00", NULL },
        { "2013-07-22T24:00:00Z", NULL },
        { "2013-07-22T20:00:00Zx", NULL },
        { "yesterday", NULL },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        utc_time t = { 0 };
        char text[UTC_TEXT];
        enum err err = utc_parse(rows[i].in, strlen(rows[i].in), &t);
        assert_int_equal(err, rows[i].out == NULL ? ERR_MALFORMED : OK);
        if (err != OK)
            continue;
        utc_format(t, text);
        assert_string_equal(text, rows[i].out);
    }
}

static void a_full_buffer_says_so_and_keeps_what_it_had(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 4);
    buf_be32(&b, 0x01020304);
    assert_int_equal(b.err, OK);
    buf_u8(&b, 5);
    assert_int_equal(b.err, ERR_FULL);
    assert_int_equal(b.size, 4);
    buf_finish(&b);
}

static void reading_past_the_end_gives_zeros_and_a_mark(void **state)
{
    (void)state;
    struct reader r = reader_of("\x01\x02\x03", 3);
    assert_int_equal(read_u16(&r), 0x0102);
    assert_int_equal(read_u32(&r), 0);
    assert_true(r.failed);
    assert_int_equal(read_u8(&r), 0);
}

static void ids_differ_and_are_told_from_other_text(void **state)
{
    (void)state;
    char a[ID_TEXT], b[ID_TEXT];
    id_new(a);
    id_new(b);
    assert_string_not_equal(a, b);
    assert_true(id_parse(a, strlen(a), b));
    assert_string_equal(a, b);
    assert_false(id_parse("../../../../../etc/passwd.", 26, b));
    assert_false(id_parse(a, 25, b));
}

static void a_hexadecimal_digit_is_of_either_case_and_nothing_else(void **state)
{
    static const char digits[] = "0123456789abcdef", capitals[] = "ABCDEF";
    (void)state;
    int found = 0;
    for (int i = 0; i < 16; i++)
        assert_int_equal(text_hex_digit(digits[i]), i);
    for (int i = 0; i < 6; i++)
        assert_int_equal(text_hex_digit(capitals[i]), 10 + i);
    for (int c = -128; c < 128; c++)
        found += text_hex_digit((char)c) >= 0;
    assert_int_equal(found, 22);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_is_read_whole_or_refused),
        cmocka_unit_test(utf8_is_told_from_what_only_looks_like_it),
        cmocka_unit_test(languages_and_territories_have_their_shapes),
        cmocka_unit_test(base64url_comes_back_as_it_went_and_refuses_the_rest),
        cmocka_unit_test(xml_text_cannot_open_a_tag_or_break_the_document),
        cmocka_unit_test(instants_are_read_and_written),
        cmocka_unit_test(a_full_buffer_says_so_and_keeps_what_it_had),
        cmocka_unit_test(reading_past_the_end_gives_zeros_and_a_mark),
        cmocka_unit_test(ids_differ_and_are_told_from_other_text),
        cmocka_unit_test(a_hexadecimal_digit_is_of_either_case_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
