#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "rules/partners/look.h"

static void contrast_is_what_wcag_says(void **state)
{
    static const struct {
        const char *a, *b;
        int hundredths;
    } rows[] = {
        { "#000000", "#ffffff", 2100 }, { "#ffffff", "#000000", 2100 },
        { "#777777", "#ffffff", 447 },  { "#767676", "#ffffff", 454 },
        { "#ff0000", "#ffffff", 399 },  { "#0000ff", "#ffffff", 859 },
        { "#123456", "#123456", 100 },  { "#030303", "#000000", 101 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal((int)(look_contrast(rows[i].a, rows[i].b) * 100), rows[i].hundredths);
}

static void a_colour_is_six_digits_and_kept_in_lower_case(void **state)
{
    static const char *const bad[] = { "",        "#",       "#12345", "#1234567",  "123456",
                                       "#12345g", "#12 456", "red",    "#12345\xc3" };
    char out[LOOK_COLOUR] = "before";
    (void)state;
    assert_true(look_colour_parse("#AbCdEf", out));
    assert_string_equal(out, "#abcdef");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(look_colour_parse(bad[i], out));
    assert_string_equal(out, "#abcdef");
}

static struct look coloured(const char *ground, const char *text, const char *accent)
{
    struct look look = { .name = NULL };
    snprintf(look.colours[LOOK_GROUND], LOOK_COLOUR, "%s", ground);
    snprintf(look.colours[LOOK_TEXT], LOOK_COLOUR, "%s", text);
    snprintf(look.colours[LOOK_ACCENT], LOOK_COLOUR, "%s", accent);
    return look;
}

static void text_and_accent_must_stand_out_from_the_ground(void **state)
{
    static const struct {
        const char *ground, *text, *accent;
        bool good;
    } rows[] = {
        { "", "", "", true },
        { "#ffffff", "#767676", "#767676", true },
        { "#ffffff", "#777777", "#767676", false }, /* 4.48 */
        { "#ffffff", "#000000", "#949494", true },  /* 3.03 */
        { "#ffffff", "#000000", "#959595", false }, /* 2.99 */
        { "#ffffff", "", "", false },               /* the service's own text is light */
        { "", "#000000", "", false },
        { "", "", "#221c17", false },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char why[LOOK_WHY] = "";
        const char *field;
        struct look look = coloured(rows[i].ground, rows[i].text, rows[i].accent);
        print_message("row %zu\n", i);
        assert_int_equal(look_validate(&look, &field, why), rows[i].good ? OK : ERR_ARGUMENT);
        if (!rows[i].good)
            assert_string_equal(field, "colours");
    }
}

static void the_colours_of_the_service_itself_are_good(void **state)
{
    (void)state;
    struct look own = { .name = NULL };
    assert_true(look_contrast(look_colour(&own, LOOK_TEXT), look_colour(&own, LOOK_GROUND)) >= 4.5);
    assert_true(look_contrast(look_colour(&own, LOOK_ACCENT), look_colour(&own, LOOK_GROUND)) >= 3);
}

static void a_name_is_one_line_of_at_most_40_characters(void **state)
{
    static const char forty[] = "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
                                "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
                                "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
                                "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
                                "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9";
    static const struct {
        const char *name;
        bool good;
    } rows[] = { { "C\xc3\xa2"
                   "ble Un",
                   true },
                 { forty, true },
                 { "12345678901234567890123456789012345678901", false },
                 { "", false },
                 { "   ", false },
                 { "a\nb", false },
                 { "a\xff", false } };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char why[LOOK_WHY];
        const char *field;
        struct look look = { .name = rows[i].name };
        assert_int_equal(look_validate(&look, &field, why), rows[i].good ? OK : ERR_ARGUMENT);
    }
}

static void rows_are_known_and_named_once(void **state)
{
    static const struct {
        const char *text;
        enum err err;
        size_t n;
    } rows[] = {
        { NULL, OK, 0 },
        { "", OK, 0 },
        { "new", OK, 1 },
        { "series,genre:science-fiction,continue,rented,films,new", OK, 6 },
        { "new,new", ERR_ARGUMENT, 0 },
        { "new,,films", ERR_ARGUMENT, 0 },
        { "newest", ERR_ARGUMENT, 0 },
        { "genre:", ERR_ARGUMENT, 0 },
        { "genre:none", ERR_ARGUMENT, 0 },
        { " new", ERR_ARGUMENT, 0 },
    };
    struct arena *arena = arena_create();
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char why[LOOK_WHY] = "";
        struct look look = { .name = NULL };
        assert_int_equal(look_rows_parse(arena, rows[i].text, &look, why), rows[i].err);
        assert_int_equal(look.n_rows, rows[i].n);
        assert_int_equal(why[0] != 0, rows[i].err != OK);
        if (rows[i].n > 0)
            assert_string_equal(look_rows_text(arena, &look), rows[i].text);
    }
    arena_destroy(&arena);
}

/* ---- logos ----------------------------------------------------------------------------------- */

static const uint8_t png[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13,
                               'I',  'H', 'D', 'R', 0,    0,    0x10, 0,    0, 0, 0, 1 };
static const uint8_t jpeg[] = { 0xff, 0xd8, 0xff, 0xe0, 0,    4,    'a',  'b', 0xff,
                                0xc2, 0,    11,   8,    0x10, 0x00, 0x00, 0x20 };

static void a_logo_is_a_png_or_a_jpeg_of_a_size_that_can_be_drawn(void **state)
{
    uint8_t bytes[sizeof png + sizeof jpeg];
    (void)state;
    assert_string_equal(look_logo_kind(png, sizeof png), "png");
    assert_string_equal(look_logo_kind(jpeg, sizeof jpeg), "jpg");
    memcpy(bytes, png, sizeof png);
    bytes[19] = 1; /* 4097 wide */
    assert_null(look_logo_kind(bytes, sizeof png));
    bytes[18] = bytes[19] = 0;
    assert_null(look_logo_kind(bytes, sizeof png));
    memcpy(bytes, jpeg, sizeof jpeg);
    bytes[14] = 1;
    assert_null(look_logo_kind(bytes, sizeof jpeg));
    memcpy(bytes, jpeg, sizeof jpeg);
    bytes[9] = 0xc3; /* lossless */
    assert_null(look_logo_kind(bytes, sizeof jpeg));
}

static void a_logo_cut_anywhere_is_none(void **state)
{
    (void)state;
    for (size_t n = 0; n < sizeof png; n++)
        assert_null(look_logo_kind(png, n));
    for (size_t n = 0; n < sizeof jpeg; n++)
        assert_null(look_logo_kind(jpeg, n));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(contrast_is_what_wcag_says),
        cmocka_unit_test(a_colour_is_six_digits_and_kept_in_lower_case),
        cmocka_unit_test(text_and_accent_must_stand_out_from_the_ground),
        cmocka_unit_test(the_colours_of_the_service_itself_are_good),
        cmocka_unit_test(a_name_is_one_line_of_at_most_40_characters),
        cmocka_unit_test(rows_are_known_and_named_once),
        cmocka_unit_test(a_logo_is_a_png_or_a_jpeg_of_a_size_that_can_be_drawn),
        cmocka_unit_test(a_logo_cut_anywhere_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
