#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "rules/partners/box.h"

static const utc_time now = { INT64_C(1700000000) * UTC_SECOND };

static struct box_rollout_order roll(const char *version, int share)
{
    return (struct box_rollout_order){
        .move = BOX_ROLL, .version = version, .share = share, .now = now
    };
}

static struct box_rollout rolled(const char *version, const char *before, int share)
{
    struct box_rollout r = { .share = share };
    snprintf(r.version, sizeof r.version, "%s", version);
    snprintf(r.before, sizeof r.before, "%s", before);
    return r;
}

static void words_of_boxes_are_of_few_signs_and_bounded(void **state)
{
    static const struct {
        const char *text;
        bool id, version, word;
    } rows[] = {
        { "", false, false, false },
        { "1.2", false, true, false },
        { "1.2.1~rc1+b-2", false, true, false },
        { "-1", false, false, true },
        { ".1", false, false, false },
        { "home", false, true, true },
        { "Home", false, true, false },
        { "0123456789abcdef", true, true, true },
        { "0123456789abcde", false, true, true },
        { "AZaz09-_AZaz09-_", true, false, false },
        { "0123456789abcdef0123456789abcdef", true, true, true },
        { "0123456789abcdef0123456789abcdef0", true, false, false },
        { "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", true, false, false },
        { "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0", false, false,
          false },
        { "a b", false, false, false },
        { "\xc3\xa9", false, false, false },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        print_message("%s\n", rows[i].text);
        assert_int_equal(box_id_is_good(rows[i].text), rows[i].id);
        assert_int_equal(box_version_is_good(rows[i].text), rows[i].version);
        assert_int_equal(box_state_is_good(rows[i].text), rows[i].word);
    }
}

static void an_address_is_one_of_the_web_without_spaces(void **state)
{
    (void)state;
    assert_true(box_address_is_good("https://a.example/b_1.2_amd64.deb?x=1"));
    assert_true(box_address_is_good("http://127.0.0.1:8080/"));
    static const char *const bad[] = {
        "",      "https://",    "http:///x",   "ftp://x/y",           "https://a b",
        "//a/b", "https://a\"", "https://a\n", "javascript:alert(1)", "https://\xc3\xa9"
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(box_address_is_good(bad[i]));
}

static void shares_are_read_to_the_hundredth_of_a_percent(void **state)
{
    static const struct {
        const char *text;
        int share; /* 0: refused */
        const char *said;
    } rows[] = {
        { "10%", 1000, "10%" },   { "10", 1000, "10%" },  { "100 %", 10000, "100%" },
        { "2.5%", 250, "2.5%" },  { "0.01", 1, "0.01%" }, { "33.33%", 3333, "33.33%" },
        { "2.05", 205, "2.05%" }, { "0", 0, NULL },       { "0.00%", 0, NULL },
        { "100.01%", 0, NULL },   { "101%", 0, NULL },    { "-1%", 0, NULL },
        { "1.", 0, NULL },        { ".5", 0, NULL },      { "1.234", 0, NULL },
        { "010%", 0, NULL },      { "1e1", 0, NULL },     { "%", 0, NULL },
        { "", 0, NULL },          { "1.-5", 0, NULL },    { "-0.5", 0, NULL },
        { "10%%", 0, NULL },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int share = 0;
        char text[BOX_SHARE_TEXT];
        print_message("%s\n", rows[i].text);
        enum err err = box_share_parse(rows[i].text, &share);
        assert_int_equal(err, rows[i].share > 0 ? OK : ERR_ARGUMENT);
        assert_int_equal(share, rows[i].share);
        if (err != OK)
            continue;
        box_share_format(share, text);
        assert_string_equal(text, rows[i].said);
    }
}

static void who_has_a_version_at_a_share_has_it_at_every_greater_one(void **state)
{
    (void)state;
    for (int i = 0; i < 500; i++) {
        char box[32];
        bool had = false;
        snprintf(box, sizeof box, "box-%016d", i);
        for (int share = 1; share <= BOX_SHARE_ALL; share += 37) {
            struct box_rollout r = rolled("1.2", "1.1", share);
            bool has = strcmp(box_wanted(&r, box, "1.1"), "1.2") == 0;
            assert_true(has || !had);
            had = has;
        }
        struct box_rollout all = rolled("1.2", "1.1", BOX_SHARE_ALL);
        assert_string_equal(box_wanted(&all, box, NULL), "1.2");
    }
}

static void a_share_of_boxes_is_that_share_of_them_and_another_line_for_each_version(void **state)
{
    enum { N = 20000 };
    int in_a = 0, in_b = 0, in_both = 0;
    (void)state;
    for (int i = 0; i < N; i++) {
        char box[32];
        snprintf(box, sizeof box, "%026d", i);
        bool a = box_place_in_line(box, "1.2") < 1000, b = box_place_in_line(box, "1.3") < 1000;
        in_a += a;
        in_b += b;
        in_both += a && b;
    }
    assert_in_range(in_a, N / 10 - 200, N / 10 + 200); /* nearly five standard deviations */
    assert_in_range(in_b, N / 10 - 200, N / 10 + 200);
    assert_in_range(in_both, N / 100 - 70, N / 100 + 70);
}

static void a_box_that_does_not_say_who_it_is_comes_last(void **state)
{
    (void)state;
    struct box_rollout r = rolled("1.2", "1.1", BOX_SHARE_ALL - 1);
    assert_string_equal(box_wanted(&r, NULL, NULL), "1.1");
    r.share = BOX_SHARE_ALL;
    assert_string_equal(box_wanted(&r, NULL, NULL), "1.2");
}

static void who_runs_the_version_keeps_it_until_it_is_taken_back(void **state)
{
    (void)state;
    const char *last = "box-0000000000000000";
    struct box_rollout r = rolled("1.2", "1.1", 1);
    assert_true(box_place_in_line(last, "1.2") >= 1);
    assert_string_equal(box_wanted(&r, last, "1.1"), "1.1");
    assert_string_equal(box_wanted(&r, last, "1.2"), "1.2");
    r.state = BOX_PAUSED;
    r.share = BOX_SHARE_ALL;
    assert_string_equal(box_wanted(&r, last, "1.1"), "1.1");
    assert_string_equal(box_wanted(&r, last, "1.2"), "1.2");
    r.state = BOX_TAKEN_BACK;
    assert_string_equal(box_wanted(&r, last, "1.2"), "1.1");
    r.before[0] = 0;
    assert_string_equal(box_wanted(&r, last, "1.2"), "");
}

/* ---- moves ----------------------------------------------------------------------------------- */

static void the_first_version_has_nothing_before_it(void **state)
{
    char why[BOX_WHY];
    struct box_rollout out;
    struct box_rollout_order order = roll("1.1", 500);
    (void)state;
    assert_int_equal(box_rollout_apply(NULL, &order, &out, why), OK);
    assert_string_equal(out.version, "1.1");
    assert_string_equal(out.before, "");
    assert_int_equal(out.share, 500);
    assert_int_equal(out.state, BOX_ROLLING);
    assert_int_equal(out.changed.us, now.us);
}

static void every_move_in_every_state_is_done_or_refused(void **state)
{
    static const struct {
        enum box_rollout_state before;
        int share;
        enum box_rollout_move move;
        const char *version;
        int wanted;
        enum err err;
        enum box_rollout_state after;
        const char *others;
    } rows[] = {
        { BOX_ROLLING, 1000, BOX_ROLL, "1.2", 2500, OK, BOX_ROLLING, "1.1" },
        { BOX_ROLLING, 1000, BOX_ROLL, "1.2", 1000, OK, BOX_ROLLING, "1.1" },
        { BOX_ROLLING, 1000, BOX_ROLL, "1.2", 900, ERR_STATE, 0, NULL },
        { BOX_ROLLING, 1000, BOX_ROLL, "1.3", 100, ERR_STATE, 0, NULL },
        { BOX_ROLLING, 1000, BOX_PAUSE, NULL, 0, OK, BOX_PAUSED, "1.1" },
        { BOX_ROLLING, 1000, BOX_RESUME, NULL, 0, OK, BOX_ROLLING, "1.1" },
        { BOX_ROLLING, 1000, BOX_BACK, NULL, 0, OK, BOX_TAKEN_BACK, "1.1" },
        { BOX_ROLLING, BOX_SHARE_ALL, BOX_ROLL, "1.3", 100, OK, BOX_ROLLING, "1.2" },
        { BOX_ROLLING, BOX_SHARE_ALL, BOX_BACK, NULL, 0, OK, BOX_TAKEN_BACK, "1.1" },
        { BOX_PAUSED, 1000, BOX_ROLL, "1.2", 2500, ERR_STATE, 0, NULL },
        { BOX_PAUSED, BOX_SHARE_ALL, BOX_ROLL, "1.3", 100, ERR_STATE, 0, NULL },
        { BOX_PAUSED, 1000, BOX_PAUSE, NULL, 0, OK, BOX_PAUSED, "1.1" },
        { BOX_PAUSED, 1000, BOX_RESUME, NULL, 0, OK, BOX_ROLLING, "1.1" },
        { BOX_PAUSED, 1000, BOX_BACK, NULL, 0, OK, BOX_TAKEN_BACK, "1.1" },
        { BOX_TAKEN_BACK, 1000, BOX_ROLL, "1.2", 100, OK, BOX_ROLLING, "1.1" },
        { BOX_TAKEN_BACK, 1000, BOX_ROLL, "1.3", 100, OK, BOX_ROLLING, "1.1" },
        { BOX_TAKEN_BACK, 1000, BOX_ROLL, "1.1", 100, ERR_STATE, 0, NULL },
        { BOX_TAKEN_BACK, 1000, BOX_PAUSE, NULL, 0, ERR_STATE, 0, NULL },
        { BOX_TAKEN_BACK, 1000, BOX_RESUME, NULL, 0, ERR_STATE, 0, NULL },
        { BOX_TAKEN_BACK, 1000, BOX_BACK, NULL, 0, OK, BOX_TAKEN_BACK, "1.1" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char why[BOX_WHY];
        struct box_rollout before = rolled("1.2", "1.1", rows[i].share), out;
        before.state = rows[i].before;
        struct box_rollout_order order = {
            .move = rows[i].move, .version = rows[i].version, .share = rows[i].wanted, .now = now
        };
        print_message("row %zu\n", i);
        assert_int_equal(box_rollout_apply(&before, &order, &out, why), rows[i].err);
        assert_int_equal(why[0] == 0, rows[i].err == OK);
        if (rows[i].err != OK)
            continue;
        assert_int_equal(out.state, rows[i].after);
        assert_string_equal(out.before, rows[i].others);
        assert_int_equal(out.share, rows[i].wanted > 0 ? rows[i].wanted : rows[i].share);
    }
}

static void nothing_can_be_paused_resumed_or_taken_back_before_there_is_something(void **state)
{
    (void)state;
    for (int move = BOX_PAUSE; move <= BOX_BACK; move++) {
        char why[BOX_WHY];
        struct box_rollout out;
        struct box_rollout_order order = { .move = (enum box_rollout_move)move, .now = now };
        assert_int_equal(box_rollout_apply(NULL, &order, &out, why), ERR_STATE);
        assert_true(why[0] != 0);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_of_boxes_are_of_few_signs_and_bounded),
        cmocka_unit_test(an_address_is_one_of_the_web_without_spaces),
        cmocka_unit_test(shares_are_read_to_the_hundredth_of_a_percent),
        cmocka_unit_test(who_has_a_version_at_a_share_has_it_at_every_greater_one),
        cmocka_unit_test(a_share_of_boxes_is_that_share_of_them_and_another_line_for_each_version),
        cmocka_unit_test(a_box_that_does_not_say_who_it_is_comes_last),
        cmocka_unit_test(who_runs_the_version_keeps_it_until_it_is_taken_back),
        cmocka_unit_test(the_first_version_has_nothing_before_it),
        cmocka_unit_test(every_move_in_every_state_is_done_or_refused),
        cmocka_unit_test(nothing_can_be_paused_resumed_or_taken_back_before_there_is_something),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
