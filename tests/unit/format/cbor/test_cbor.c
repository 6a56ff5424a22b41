#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "format/cbor/cbor.h"

enum { ROOM = 128 };

static size_t bytes_of(const char *hex, uint8_t out[ROOM])
{
    size_t n = strlen(hex) / 2;
    assert_true(n <= ROOM);
    for (size_t i = 0; i < n; i++) {
        unsigned v = 0;
        for (size_t k = 0; k < 2; k++) {
            char c = hex[2 * i + k];
            v = v << 4 | (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
        }
        out[i] = (uint8_t)v;
    }
    return n;
}

/* Diagnostic notation (RFC 8949, 8), enough for its Appendix A. */
static void say(struct cbor_reader *r, struct buf *out)
{
    struct cbor_item item = cbor_next(r);
    switch (item.kind) {
    case CBOR_UINT: buf_printf(out, "%llu", (unsigned long long)item.number); break;
    case CBOR_NEGATIVE:
        if (item.number == UINT64_MAX)
            buf_text(out, "-18446744073709551616");
        else
            buf_printf(out, "-%llu", (unsigned long long)item.number + 1);
        break;
    case CBOR_BYTES:
        buf_text(out, "h'");
        for (size_t i = 0; i < item.span.n; i++)
            buf_printf(out, "%02x", item.span.at[i]);
        buf_text(out, "'");
        break;
    case CBOR_TEXT:
        buf_printf(out, "\"%.*s\"", (int)item.span.n, (const char *)item.span.at);
        break;
    case CBOR_ARRAY:
    case CBOR_MAP:
        buf_text(out, item.kind == CBOR_MAP ? "{" : "[");
        for (size_t i = 0; i < item.number; i++) {
            buf_text(out, i > 0 ? ", " : "");
            say(r, out);
            buf_text(out, item.kind == CBOR_MAP ? ": " : "");
            if (item.kind == CBOR_MAP)
                say(r, out);
        }
        buf_text(out, item.kind == CBOR_MAP ? "}" : "]");
        break;
    case CBOR_TAG:
        buf_printf(out, "%llu(", (unsigned long long)item.number);
        say(r, out);
        buf_text(out, ")");
        break;
    case CBOR_SIMPLE: buf_printf(out, "simple(%llu)", (unsigned long long)item.number); break;
    case CBOR_REAL: buf_printf(out, "%.17g", item.real); break;
    case CBOR_NOTHING: buf_text(out, "?"); break;
    }
}

/* Writes again what is read. */
static void copy(struct cbor_reader *r, struct cbor_writer *w)
{
    struct cbor_item item = cbor_next(r);
    switch (item.kind) {
    case CBOR_UINT: cbor_put_uint(w, item.number); break;
    case CBOR_NEGATIVE:
        if (item.number <= INT64_MAX)
            cbor_put_int(w, -1 - (int64_t)item.number);
        else
            cbor_put_raw(w, r->in.at - 9, 9);
        break;
    case CBOR_BYTES: cbor_put_bytes(w, item.span.at, item.span.n); break;
    case CBOR_TEXT: cbor_put_text_n(w, (const char *)item.span.at, item.span.n); break;
    case CBOR_ARRAY:
        cbor_put_array(w, (size_t)item.number);
        for (size_t i = 0; i < item.number; i++)
            copy(r, w);
        break;
    case CBOR_MAP:
        cbor_put_map(w, (size_t)item.number);
        for (size_t i = 0; i < 2 * item.number; i++)
            copy(r, w);
        break;
    case CBOR_TAG:
        cbor_put_tag(w, item.number);
        copy(r, w);
        break;
    case CBOR_SIMPLE: cbor_put_simple(w, (uint8_t)item.number); break;
    case CBOR_REAL: cbor_put_real(w, item.real); break;
    case CBOR_NOTHING: fail();
    }
}

/* RFC 8949, Appendix A: what has a definite length and a shortest form. */
static const struct {
    const char *hex, *says;
} examples[] = {
    { "00", "0" },
    { "01", "1" },
    { "0a", "10" },
    { "17", "23" },
    { "1818", "24" },
    { "1819", "25" },
    { "1864", "100" },
    { "1903e8", "1000" },
    { "1a000f4240", "1000000" },
    { "1b000000e8d4a51000", "1000000000000" },
    { "1bffffffffffffffff", "18446744073709551615" },
    { "c249010000000000000000", "2(h'010000000000000000')" },
    { "3bffffffffffffffff", "-18446744073709551616" },
    { "c349010000000000000000", "3(h'010000000000000000')" },
    { "20", "-1" },
    { "29", "-10" },
    { "3863", "-100" },
    { "3903e7", "-1000" },
    { "f90000", "0" },
    { "f98000", "-0" },
    { "f93c00", "1" },
    { "fb3ff199999999999a", "1.1000000000000001" },
    { "f93e00", "1.5" },
    { "f97bff", "65504" },
    { "fa47c35000", "100000" },
    { "fa7f7fffff", "3.4028234663852886e+38" },
    { "fb7e37e43c8800759c", "1.0000000000000001e+300" },
    { "f90001", "5.9604644775390625e-08" },
    { "f90400", "6.103515625e-05" },
    { "f9c400", "-4" },
    { "fbc010666666666666", "-4.0999999999999996" },
    { "f97c00", "inf" },
    { "f97e00", "nan" },
    { "f9fc00", "-inf" },
    { "f4", "simple(20)" },
    { "f5", "simple(21)" },
    { "f6", "simple(22)" },
    { "f7", "simple(23)" },
    { "f0", "simple(16)" },
    { "f8ff", "simple(255)" },
    { "c074323031332d30332d32315432303a30343a30305a", "0(\"2013-03-21T20:04:00Z\")" },
    { "c11a514b67b0", "1(1363896240)" },
    { "c1fb41d452d9ec200000", "1(1363896240.5)" },
    { "d74401020304", "23(h'01020304')" },
    { "d818456449455446", "24(h'6449455446')" },
    { "d82076687474703a2f2f7777772e6578616d706c652e636f6d", "32(\"http://www.example.com\")" },
    { "40", "h''" },
    { "4401020304", "h'01020304'" },
    { "60", "\"\"" },
    { "6161", "\"a\"" },
    { "6449455446", "\"IETF\"" },
    { "62225c", "\"\"\\\"" },
    { "62c3bc", "\"\xc3\xbc\"" },
    { "63e6b0b4", "\"\xe6\xb0\xb4\"" },
    { "64f0908591", "\"\xf0\x90\x85\x91\"" },
    { "80", "[]" },
    { "83010203", "[1, 2, 3]" },
    { "8301820203820405", "[1, [2, 3], [4, 5]]" },
    { "98190102030405060708090a0b0c0d0e0f101112131415161718181819",
      "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, "
      "25]" },
    { "a0", "{}" },
    { "a201020304", "{1: 2, 3: 4}" },
    { "a26161016162820203", "{\"a\": 1, \"b\": [2, 3]}" },
    { "826161a161626163", "[\"a\", {\"b\": \"c\"}]" },
    { "a56161614161626142616361436164614461656145",
      "{\"a\": \"A\", \"b\": \"B\", \"c\": \"C\", \"d\": \"D\", \"e\": \"E\"}" },
};
enum { N_EXAMPLES = sizeof examples / sizeof examples[0] };

static void the_examples_of_the_standard_are_read_as_it_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_EXAMPLES; i++) {
        uint8_t bytes[ROOM];
        size_t n = bytes_of(examples[i].hex, bytes);
        struct cbor_reader r = cbor_reader_of(bytes, n, CBOR_DETERMINISTIC);
        struct buf out;
        buf_init(&out, 4096);
        say(&r, &out);
        assert_string_equal(buf_string(&out), examples[i].says);
        assert_int_equal(cbor_end(&r), OK);
        assert_int_equal(cbor_check(bytes, n, CBOR_SHORTEST), OK);
        buf_finish(&out);
    }
}

static void the_examples_of_the_standard_are_written_as_it_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_EXAMPLES; i++) {
        uint8_t bytes[ROOM], again[ROOM];
        size_t n = bytes_of(examples[i].hex, bytes);
        struct cbor_reader r = cbor_reader_of(bytes, n, CBOR_SHORTEST);
        struct cbor_writer w = cbor_writer_of(again, sizeof again);
        copy(&r, &w);
        assert_int_equal(w.err, OK);
        assert_int_equal(w.size, n);
        assert_memory_equal(again, bytes, n);
        struct buf buf;
        buf_init(&buf, ROOM);
        r = cbor_reader_of(bytes, n, CBOR_SHORTEST);
        w = cbor_writer_of_buf(&buf);
        copy(&r, &w);
        assert_int_equal(buf.size, n);
        assert_memory_equal(buf.data, bytes, n);
        buf_finish(&buf);
    }
}

static void every_cut_of_an_example_is_truncated(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_EXAMPLES; i++) {
        uint8_t bytes[ROOM];
        size_t n = bytes_of(examples[i].hex, bytes);
        for (size_t cut = 0; cut < n; cut++) {
            enum err err = cbor_check(bytes, cut, CBOR_SHORTEST);
            assert_true(err == ERR_TRUNCATED);
        }
        bytes[n] = 0;
        assert_int_equal(cbor_check(bytes, n + 1, CBOR_SHORTEST), ERR_MALFORMED);
    }
}

static void what_is_not_as_short_as_it_can_be_is_refused_but_where_it_is_asked_for(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "1800",
        "1817",
        "190018",
        "1900ff",
        "1a0000ffff",
        "1b00000000ffffffff",
        "3817",
        "5800",
        "580101",
        "78017a",
        "9800",
        "b800",
        "d80001",
        "da0000001201",
        "fa3f800000",         /* 1.0 is a half */
        "fb3ff0000000000000", /* and so as a double */
        "fb40f86a0000000000", /* 100000.0 is a float */
        "fa7fc00000",
        "fb7ff8000000000000",
        "f97e01",
        "f9fe00",
        "fa7f800000",
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t bytes[ROOM];
        size_t n = bytes_of(rows[i], bytes);
        assert_int_equal(cbor_check(bytes, n, CBOR_SHORTEST), ERR_MALFORMED);
        assert_int_equal(cbor_check(bytes, n, CBOR_DETERMINISTIC), ERR_MALFORMED);
        assert_int_equal(cbor_check(bytes, n, CBOR_ANY), OK);
    }
}

static void what_is_no_cbor_is_told_from_what_we_do_not_read(void **state)
{
    (void)state;
    static const struct {
        const char *hex;
        enum err err;
    } rows[] = {
        { "1c", ERR_MALFORMED }, /* reserved */
        { "3d", ERR_MALFORMED },
        { "5e", ERR_MALFORMED },
        { "fc", ERR_MALFORMED },
        { "fe", ERR_MALFORMED },
        { "1f", ERR_MALFORMED }, /* no such indefinite length */
        { "3f", ERR_MALFORMED },
        { "df00", ERR_MALFORMED },
        { "ff", ERR_MALFORMED }, /* a break alone */
        { "81ff", ERR_MALFORMED },
        { "f800", ERR_MALFORMED },
        { "f814", ERR_MALFORMED },
        { "f818", ERR_MALFORMED },
        { "f81f", ERR_MALFORMED },
        { "61ff", ERR_MALFORMED },
        { "62c328", ERR_MALFORMED },
        { "63eda080", ERR_MALFORMED },
        { "62c080", ERR_MALFORMED },
        { "6100", ERR_MALFORMED },
        { "5f42010243030405ff", ERR_UNSUPPORTED },
        { "7f657374726561646d696e67ff", ERR_UNSUPPORTED },
        { "9fff", ERR_UNSUPPORTED },
        { "bf6346756ef5ff", ERR_UNSUPPORTED },
        { "9b7fffffffffffffff", ERR_TRUNCATED },
        { "bbffffffffffffffff0000", ERR_TRUNCATED },
        { "5bffffffffffffffff0000", ERR_TRUNCATED },
        { "7b800000000000000000", ERR_TRUNCATED },
        { "a201020103", ERR_MALFORMED }, /* a key twice */
        { "a26161016161f6", ERR_MALFORMED },
        { "a2416101416101", ERR_MALFORMED },
        { "a220f520f4", ERR_MALFORMED },
        { "81a201020103", ERR_MALFORMED },
        { "a101a201020103", ERR_MALFORMED },
        { "c1a201020103", ERR_MALFORMED },
        { "a1f501", ERR_UNSUPPORTED },
        { "a1800101", ERR_UNSUPPORTED },
        { "a1c10101", ERR_UNSUPPORTED },
        { "a1f93c0001", ERR_UNSUPPORTED },
        { "a461610141610120010001", OK }, /* "a", h'61', -1 and 0 are four keys */
        { "a20201", ERR_TRUNCATED },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t bytes[ROOM];
        size_t n = bytes_of(rows[i].hex, bytes);
        enum err err = cbor_check(bytes, n, CBOR_SHORTEST);
        if (err != rows[i].err)
            fail_msg("%s: %s, not %s", rows[i].hex, err_name(err), err_name(rows[i].err));
    }
}

static void a_key_that_is_written_two_ways_is_still_twice_there(void **state)
{
    (void)state;
    static const uint8_t twice[] = { 0xa2, 0x01, 0x00, 0x18, 0x01, 0x00 };
    static const uint8_t text[] = { 0xa2, 0x61, 'a', 0x00, 0x78, 0x01, 'a', 0x00 };
    assert_int_equal(cbor_check(twice, sizeof twice, CBOR_ANY), ERR_MALFORMED);
    assert_int_equal(cbor_check(text, sizeof text, CBOR_ANY), ERR_MALFORMED);
}

static void deterministic_maps_ascend(void **state)
{
    (void)state;
    static const struct {
        const char *hex;
        enum err err;
    } rows[] = {
        { "a203040102", ERR_MALFORMED },
        { "a220010001", ERR_MALFORMED },
        { "a2000120f6", OK },
        { "a2181800190100f6", OK },
        { "a219010000186400", ERR_MALFORMED },
        { "a261620061610a", ERR_MALFORMED },
        { "a2616200626161f6", OK },
        { "a2626161f6616200", ERR_MALFORMED },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t bytes[ROOM];
        size_t n = bytes_of(rows[i].hex, bytes);
        assert_int_equal(cbor_check(bytes, n, CBOR_DETERMINISTIC), rows[i].err);
        assert_int_equal(cbor_check(bytes, n, CBOR_SHORTEST), OK);
    }
}

static void depth_has_a_ceiling_and_so_have_maps(void **state)
{
    (void)state;
    uint8_t deep[64];
    static const uint8_t heads[] = { 0x81, 0xc1 };
    for (size_t k = 0; k < sizeof heads; k++) {
        memset(deep, heads[k], sizeof deep);
        for (size_t depth = 0; depth < sizeof deep; depth++) {
            deep[depth] = 0x00;
            enum err err = cbor_check(deep, depth + 1, CBOR_SHORTEST);
            assert_int_equal(err, depth <= CBOR_DEPTH_MAX ? OK : ERR_FULL);
            deep[depth] = heads[k];
        }
    }
    for (size_t depth = 1; depth <= 20; depth++) { /* {0: {0: ... 0}} */
        for (size_t i = 0; i < depth; i++)
            memcpy(deep + 2 * i, "\xa1\x00", 2);
        deep[2 * depth] = 0x00;
        enum err err = cbor_check(deep, 2 * depth + 1, CBOR_DETERMINISTIC);
        assert_int_equal(err, depth <= CBOR_DEPTH_MAX ? OK : ERR_FULL);
    }
    for (size_t pairs = CBOR_PAIRS_MAX - 1; pairs <= CBOR_PAIRS_MAX + 1; pairs++) {
        uint8_t map[512];
        struct cbor_writer w = cbor_writer_of(map, sizeof map);
        cbor_put_map(&w, pairs);
        for (size_t i = 0; i < pairs; i++) {
            cbor_put_uint(&w, i);
            cbor_put_bool(&w, true);
        }
        enum err err = cbor_check(map, w.size, CBOR_DETERMINISTIC);
        assert_int_equal(err, pairs <= CBOR_PAIRS_MAX ? OK : ERR_FULL);
    }
}

static void one_of_a_kind_is_taken_or_reading_has_failed_for_good(void **state)
{
    (void)state;
    uint8_t bytes[ROOM];
    struct cbor_writer w = cbor_writer_of(bytes, sizeof bytes);
    cbor_put_uint(&w, 7);
    cbor_put_int(&w, INT64_MIN);
    cbor_put_int(&w, INT64_MAX);
    cbor_put_bytes(&w, "\x01\x00", 2);
    cbor_put_text(&w, "fr");
    cbor_put_array(&w, 1);
    cbor_put_bool(&w, true);
    cbor_put_map(&w, 0);
    cbor_put_tag(&w, 61);
    cbor_put_bool(&w, false);
    struct cbor_reader r = cbor_reader_of(bytes, w.size, CBOR_SHORTEST);
    assert_int_equal(cbor_peek(&r), CBOR_UINT);
    assert_int_equal(cbor_uint(&r), 7);
    assert_true(cbor_int(&r) == INT64_MIN);
    assert_true(cbor_int(&r) == INT64_MAX);
    struct cbor_span span = cbor_bytes(&r);
    assert_int_equal(span.n, 2);
    assert_memory_equal(span.at, "\x01\x00", 2);
    assert_int_equal(cbor_peek(&r), CBOR_TEXT);
    assert_true(cbor_span_is(cbor_text(&r), "fr"));
    assert_int_equal(cbor_array(&r), 1);
    assert_true(cbor_bool(&r));
    assert_int_equal(cbor_map(&r), 0);
    assert_int_equal(cbor_tag(&r), 61);
    assert_false(cbor_bool(&r));
    assert_int_equal(cbor_end(&r), OK);

    r = cbor_reader_of(bytes, w.size, CBOR_SHORTEST);
    assert_int_equal(cbor_text(&r).n, 0);
    assert_int_equal(r.err, ERR_MALFORMED);
    assert_int_equal(cbor_uint(&r), 0);
    assert_int_equal(cbor_peek(&r), CBOR_NOTHING);
    assert_int_equal(cbor_end(&r), ERR_MALFORMED);
}

static void numbers_past_what_is_asked_for_are_refused(void **state)
{
    (void)state;
    static const uint8_t big[] = { 0x1b, 0x80, 0, 0, 0, 0, 0, 0, 0 };
    static const uint8_t small[] = { 0x3b, 0x80, 0, 0, 0, 0, 0, 0, 0 };
    struct cbor_reader r = cbor_reader_of(big, sizeof big, CBOR_SHORTEST);
    assert_int_equal(cbor_int(&r), 0);
    assert_int_equal(r.err, ERR_MALFORMED);
    r = cbor_reader_of(big, sizeof big, CBOR_SHORTEST);
    assert_true(cbor_uint(&r) == UINT64_C(1) << 63);
    r = cbor_reader_of(small, sizeof small, CBOR_SHORTEST);
    assert_int_equal(cbor_int(&r), 0);
    assert_int_equal(r.err, ERR_MALFORMED);
}

static void a_whole_item_is_lent_with_all_that_it_holds(void **state)
{
    (void)state;
    static const uint8_t bytes[] = { 0xa1, 0x01, 0x82, 0x02, 0x41, 0xff, 0x05 };
    struct cbor_reader r = cbor_reader_of(bytes, sizeof bytes, CBOR_SHORTEST);
    struct cbor_span whole = cbor_whole(&r);
    assert_ptr_equal(whole.at, bytes);
    assert_int_equal(whole.n, 6);
    assert_int_equal(cbor_uint(&r), 5);
    assert_null(cbor_whole(&r).at);
    assert_int_equal(r.err, ERR_TRUNCATED);
}

static void a_writer_without_room_says_so_and_writes_nothing_more(void **state)
{
    (void)state;
    uint8_t bytes[8] = { [4] = 0x5a, [5] = 0x5a };
    struct cbor_writer w = cbor_writer_of(bytes, 4);
    cbor_put_uint(&w, 1000);
    assert_int_equal(w.err, OK);
    cbor_put_text(&w, "ab");
    assert_int_equal(w.err, ERR_FULL);
    assert_true(w.size <= 4);
    cbor_put_uint(&w, 0);
    assert_int_equal(w.err, ERR_FULL);
    assert_int_equal(bytes[4], 0x5a);
    struct buf buf;
    buf_init(&buf, 2);
    w = cbor_writer_of_buf(&buf);
    cbor_put_uint(&w, 1000);
    assert_int_equal(w.err, ERR_FULL);
    buf_finish(&buf);
}

/* Every half there is: read, written, and equal to what the machine makes of it. */
static void every_half_comes_back(void **state)
{
    (void)state;
    for (unsigned half = 0; half <= UINT16_MAX; half++) {
        uint8_t bytes[3] = { 0xf9, (uint8_t)(half >> 8), (uint8_t)half };
        struct cbor_reader r = cbor_reader_of(bytes, 3, CBOR_ANY);
        struct cbor_item item = cbor_next(&r);
        uint64_t bits;
        assert_int_equal(cbor_end(&r), OK);
        assert_int_equal(item.kind, CBOR_REAL);
        assert_int_equal(cbor_real_size(item.real, &bits), 2);
        assert_int_equal(bits, isnan(item.real) ? 0x7e00 : half);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_examples_of_the_standard_are_read_as_it_says),
        cmocka_unit_test(the_examples_of_the_standard_are_written_as_it_says),
        cmocka_unit_test(every_cut_of_an_example_is_truncated),
        cmocka_unit_test(what_is_not_as_short_as_it_can_be_is_refused_but_where_it_is_asked_for),
        cmocka_unit_test(what_is_no_cbor_is_told_from_what_we_do_not_read),
        cmocka_unit_test(a_key_that_is_written_two_ways_is_still_twice_there),
        cmocka_unit_test(deterministic_maps_ascend),
        cmocka_unit_test(depth_has_a_ceiling_and_so_have_maps),
        cmocka_unit_test(one_of_a_kind_is_taken_or_reading_has_failed_for_good),
        cmocka_unit_test(numbers_past_what_is_asked_for_are_refused),
        cmocka_unit_test(a_whole_item_is_lent_with_all_that_it_holds),
        cmocka_unit_test(a_writer_without_room_says_so_and_writes_nothing_more),
        cmocka_unit_test(every_half_comes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
