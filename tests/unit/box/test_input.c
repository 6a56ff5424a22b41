#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "box/app/options.h"
#include "box/input/keys.h"

static void a_script_is_read_word_by_word(void **state)
{
    const char *script = " down  ok\nwait:0.25 screen:home shot:/a/b.png type:a type:_ quit ";
    struct step s;
    (void)state;
    assert_int_equal(step_next(&script, &s), OK);
    assert_int_equal(s.press.key, KEY_DOWN);
    assert_int_equal(step_next(&script, &s), OK);
    assert_int_equal(s.press.key, KEY_OK);
    assert_int_equal(step_next(&script, &s), OK);
    assert_int_equal(s.kind, STEP_WAIT);
    assert_true(s.seconds > 0.2499 && s.seconds < 0.2501);
    assert_int_equal(step_next(&script, &s), OK);
    assert_string_equal(s.words, "home");
    assert_int_equal(step_next(&script, &s), OK);
    assert_int_equal(s.kind, STEP_SHOT);
    assert_string_equal(s.words, "/a/b.png");
    assert_int_equal(step_next(&script, &s), OK);
    assert_int_equal(s.press.character, 'a');
    assert_int_equal(step_next(&script, &s), OK);
    assert_int_equal(s.press.character, ' ');
    assert_int_equal(step_next(&script, &s), OK);
    assert_int_equal(s.kind, STEP_QUIT);
    assert_int_equal(step_next(&script, &s), OK);
    assert_int_equal(s.kind, STEP_NONE);
}

static void what_is_no_word_is_said_and_stepped_over(void **state)
{
    static const char *const rows[] = {
        "downn",   "wait:", "wait:x", "wait:-1", "wait:1.2345", "wait:1.", "wait:99999",
        "screen:", "shot:", "type:",  "type:ab", "type:é",      "DOWN"
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *script = rows[i];
        struct step s;
        assert_int_equal(step_next(&script, &s), ERR_MALFORMED);
        assert_int_equal(s.kind, STEP_NONE);
        assert_int_equal(step_next(&script, &s), OK);
        assert_int_equal(s.kind, STEP_NONE);
    }
}

static void every_key_has_a_word_that_presses_it(void **state)
{
    (void)state;
    for (int key = KEY_UP; key < KEY_CHARACTER; key++) {
        const char *script = key_word((enum key)key);
        struct step s;
        assert_int_equal(step_next(&script, &s), OK);
        assert_int_equal(s.press.key, key);
    }
}

static enum err parse(const char *line, struct options *out)
{
    static char kept[400];
    char why[200] = "", *argv[20] = { "lanterne-box" };
    int argc = 1;
    assert_true(text_copy(kept, sizeof kept, line));
    for (char *at = kept; *at != '\0' && argc < 20;) {
        argv[argc++] = at;
        at += strcspn(at, " ");
        if (*at == ' ')
            *at++ = '\0';
    }
    enum err err = options_parse(argc, argv, out, why, sizeof why);
    assert_int_equal(err == OK, why[0] == '\0');
    return err;
}

static void the_command_line_is_read(void **state)
{
    struct options o;
    (void)state;
    assert_int_equal(
        parse("--server http://a --state /s --size 1920x1080 --exit-after 5 --log", &o), OK);
    assert_string_equal(o.server, "http://a");
    assert_string_equal(o.state, "/s");
    assert_int_equal(o.width, 1920);
    assert_int_equal(o.height, 1080);
    assert_true(o.wants_log);
    assert_false(o.is_fullscreen);
    assert_true(o.exit_after == 5);
    assert_int_equal(parse("--help", &o), OK);
    assert_true(o.wants_help);
}

static void a_wrong_command_line_says_why(void **state)
{
    static const char *const rows[] = {
        "",
        "--server http://a",
        "--state /s",
        "--server http://a --state",
        "--server http://a --state /s --size 640x480",
        "--server http://a --state /s --exit-after soon",
        "--server http://a --state /s --exit-after 0",
        "--server http://a --state /s --open film/x",
        "--server http://a --state /s --open title/",
        "--server http://a --state /s --nothing",
    };
    struct options o;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(parse(rows[i], &o), ERR_ARGUMENT);
}

static void a_link_leads_to_a_title(void **state)
{
    (void)state;
    assert_string_equal(link_title("title/vgkjbhqbcgeut4ju6skj5c5da4"),
                        "vgkjbhqbcgeut4ju6skj5c5da4");
    assert_null(link_title("title/../../etc"));
    assert_null(link_title("vgkjbhqbcgeut4ju6skj5c5da4"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_script_is_read_word_by_word),
        cmocka_unit_test(what_is_no_word_is_said_and_stepped_over),
        cmocka_unit_test(every_key_has_a_word_that_presses_it),
        cmocka_unit_test(the_command_line_is_read),
        cmocka_unit_test(a_wrong_command_line_says_why),
        cmocka_unit_test(a_link_leads_to_a_title),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
