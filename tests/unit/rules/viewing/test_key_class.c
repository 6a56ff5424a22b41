#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rules/viewing/key_class.h"

static void a_picture_is_of_the_class_its_lines_are(void **state)
{
    (void)state;
    static const struct {
        uint32_t width, height;
        enum key_class class;
    } rows[] = {
        { 320, 180, KEY_SD },    { 1024, 576, KEY_SD },   { 1280, 534, KEY_SD },
        { 1024, 577, KEY_HD },   { 1280, 720, KEY_HD },   { 1920, 1080, KEY_HD },
        { 1920, 1081, KEY_UHD }, { 3840, 2160, KEY_UHD },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(key_class_of_picture(rows[i].width, rows[i].height), rows[i].class);
}

static void a_class_is_handed_to_who_may_see_it(void **state)
{
    (void)state;
    static const bool allowed[KEY_CLASSES][3] = {
        [KEY_AUDIO] = { [RIGHTS_SD] = true, [RIGHTS_HD] = true, [RIGHTS_UHD] = true },
        [KEY_SD] = { [RIGHTS_SD] = true, [RIGHTS_HD] = true, [RIGHTS_UHD] = true },
        [KEY_HD] = { [RIGHTS_HD] = true, [RIGHTS_UHD] = true },
        [KEY_UHD] = { [RIGHTS_UHD] = true },
    };
    for (size_t c = 0; c < KEY_CLASSES; c++) {
        enum key_class again;
        assert_true(key_class_parse(key_class_name((enum key_class)c), &again));
        assert_int_equal(again, c);
        for (size_t f = 0; f < 3; f++)
            assert_int_equal(key_class_is_allowed((enum key_class)c, (enum rights_format)f),
                             allowed[c][f]);
    }
    assert_false(key_class_parse("8k", &(enum key_class){ KEY_SD }));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_picture_is_of_the_class_its_lines_are),
        cmocka_unit_test(a_class_is_handed_to_who_may_see_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
