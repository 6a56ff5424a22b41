#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "service/deliver/opened.h"

static void a_picture_fits_by_its_height_and_by_its_width(void **state)
{
    (void)state;
    static const struct {
        uint32_t width, height;
        uint16_t lines;
        bool fits;
    } rows[] = {
        { 1920, 1080, 0, true },     { 7680, 4320, 0, true },    { 1024, 576, 576, true },
        { 768, 576, 576, true },     { 1280, 720, 576, false },  { 1280, 536, 576, false },
        { 640, 577, 576, false },    { 1024, 428, 576, true },   { 1025, 428, 576, false },
        { 1920, 1080, 1080, true },  { 1920, 800, 1080, true },  { 1921, 800, 1080, false },
        { 3840, 2160, 1080, false }, { 3840, 2160, 2160, true },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(opened_picture_fits(rows[i].width, rows[i].height, rows[i].lines),
                         rows[i].fits);
}

static void sound_is_heard_in_allowed_languages_and_when_it_has_none(void **state)
{
    (void)state;
    static const struct {
        const char *languages, *tag;
        bool allowed;
    } rows[] = {
        { "", "fr", true },        { "+fr", "fr", true },      { "+fr", "fr-CA", true },
        { "+fr", "en", false },    { "-fr", "fr", false },     { "-fr", "en", true },
        { "-fr:sub", "fr", true }, { "-fr:dub", "fr", false }, { "+", "fr", false },
        { "+fr", "zxx", true },    { "+fr", "und", true },     { "+fr", "", true },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(opened_sound_allowed(rows[i].languages, rows[i].tag), rows[i].allowed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_picture_fits_by_its_height_and_by_its_width),
        cmocka_unit_test(sound_is_heard_in_allowed_languages_and_when_it_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
