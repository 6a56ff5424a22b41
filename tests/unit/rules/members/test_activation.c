#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "rules/members/activation.h"

static const char alphabet[] = "BCDFGHJKLMNPQRSTVWXZ";

static void a_code_is_eight_letters_in_two_groups(void **state)
{
    (void)state;
    char code[ACTIVATION_CODE_TEXT], again[ACTIVATION_CODE_TEXT];
    uint8_t random[64];
    for (size_t i = 0; i < sizeof random; i++)
        random[i] = (uint8_t)i;
    assert_int_equal(activation_code_new(random, sizeof random, code), 8);
    assert_string_equal(code, "BCDF-GHJK");
    assert_int_equal(activation_code_new(random + 13, sizeof random - 13, code), 8);
    assert_string_equal(code, "RSTV-WXZB");
    assert_int_equal(activation_code_read(code, strlen(code), again), OK);
    assert_string_equal(again, code);
}

static void bytes_that_would_make_some_letters_likelier_are_passed_over(void **state)
{
    (void)state;
    char code[ACTIVATION_CODE_TEXT];
    unsigned counts[256] = { 0 };
    for (unsigned b = 0; b < 256; b++) {
        uint8_t random[16];
        memset(random, 0, sizeof random);
        random[0] = (uint8_t)b;
        size_t used = activation_code_new(random, sizeof random, code);
        assert_int_equal(used, b < 240 ? 8 : 9);
        if (used == 8)
            counts[(uint8_t)code[0]]++;
    }
    for (size_t i = 0; i < 20; i++)
        assert_int_equal(counts[(uint8_t)alphabet[i]], 12);
    uint8_t none[64];
    memset(none, 255, sizeof none);
    assert_int_equal(activation_code_new(none, sizeof none, code), 0);
    assert_int_equal(activation_code_new(none, 0, code), 0);
}

static void what_people_type_is_read_as_the_code_it_means(void **state)
{
    (void)state;
    static const char *const good[] = {
        "BCDF-GHJK",
        "bcdf-ghjk",
        "bcdfghjk",
        "BCDF GHJK",
        " b c d f g h j k ",
        "BCDF\xe2\x80\x93GHJK" /* an en dash */,
        "BCDF\xc2\xa0GHJK" /* a space that does not break */,
        "bcdf_ghjk",
        "BCDF--GHJK",
        "BcDf.GhJk",
        "BCDF\xe2\x80\xafGHJK",
    };
    static const char *const bad[] = {
        "",
        "BCDF",
        "BCDF-GHJ",
        "BCDF-GHJKL",
        "ACDF-GHJK",
        "BCDF-GHJ1",
        "BCDF-GHJO",
        "BCDF/GHJK",
        "BCDF-GHJ\xff",
        "BCDF-GHJ\xc3\x89",
        "--------",
        "BCDF-GHJI\n",
        "\320\222CDF-GHJK" /* a Cyrillic letter */,
        "BCDF-GHJY",
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        char code[ACTIVATION_CODE_TEXT] = "";
        assert_int_equal(activation_code_read(good[i], strlen(good[i]), code), OK);
        assert_string_equal(code, "BCDF-GHJK");
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char code[ACTIVATION_CODE_TEXT] = "as it was";
        assert_int_equal(activation_code_read(bad[i], strlen(bad[i]), code), ERR_MALFORMED);
        assert_string_equal(code, "as it was");
    }
    char code[ACTIVATION_CODE_TEXT];
    assert_int_equal(activation_code_read("BCDF\0GHJK", 9, code), ERR_MALFORMED);
}

static void the_alphabet_has_no_vowels_and_nothing_that_looks_like_another(void **state)
{
    (void)state;
    char code[ACTIVATION_CODE_TEXT];
    for (int c = 0; c < 128; c++) {
        char text[] = "BBBBBBB?";
        text[7] = (char)c;
        bool is_letter = c != 0 && strchr("bcdfghjklmnpqrstvwxz", c | 0x20) != NULL &&
                         (c | 0x20) >= 'a' && (c & 0x40) != 0;
        assert_int_equal(activation_code_read(text, 8, code) == OK, is_letter);
    }
}

static void names_are_one_line_that_shows(void **state)
{
    (void)state;
    static const char *const good[] = { "Salon", "Living room \xf0\x9f\x93\xba",
                                        "\xd7\xa1\xd7\x9c\xd7\x95\xd7\x9f", "LB-1",
                                        "1234567890123456789012345678901234567890" };
    static const char *const bad[] = { "",
                                       " ",
                                       "\xc2\xa0",
                                       "\xe3\x80\x80",
                                       "a\nb",
                                       "a\x7f",
                                       "12345678901234567890123456789012345678901",
                                       "a\342\200\256b" /* turns what follows around */,
                                       "\xe2\x80\x8b",
                                       "a\xff" };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(activation_name_is_good(good[i], strlen(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(activation_name_is_good(bad[i], strlen(bad[i])));
    assert_false(activation_name_is_good("a\0b", 3));
}

static void clients_are_words(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool good;
    } rows[] = { { "lanterne-box", true },
                 { "tv.example_2", true },
                 { "", false },
                 { "Box", false },
                 { "1box", false },
                 { "a b", false },
                 { "a\n", false },
                 { "abcdefghijklmnopqrstuvwxyz012345", true },
                 { "abcdefghijklmnopqrstuvwxyz0123456", false } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(activation_client_is_good(rows[i].text, strlen(rows[i].text)),
                         rows[i].good);
    assert_false(activation_client_is_good("box\0", 4));
}

#define AT(seconds) ((utc_time){ INT64_C(1000000000) * UTC_SECOND + (int64_t)((seconds)*1e6) })

static void a_box_that_asks_in_time_waits_until_it_is_told(void **state)
{
    (void)state;
    struct activation a = { .expires = AT(900), .interval_s = 5 };
    for (int i = 0; i < 10; i++)
        assert_int_equal(activation_poll(&a, AT(i * 5)), ACTIVATION_TELL_PENDING);
    assert_int_equal(a.interval_s, 5);
    a.state = ACTIVATION_ALLOWED;
    assert_int_equal(activation_poll(&a, AT(50)), ACTIVATION_GIVE);
    a.state = ACTIVATION_USED;
    assert_int_equal(activation_poll(&a, AT(55)), ACTIVATION_TELL_UNKNOWN);
}

static void who_asks_too_early_waits_longer_for_good(void **state)
{
    (void)state;
    static const struct {
        double at;
        enum activation_answer answer;
        int interval_s;
    } rows[] = {
        { 0, ACTIVATION_TELL_PENDING, 5 },
        { 4.4, ACTIVATION_TELL_SLOW_DOWN, 10 },
        { 9.9, ACTIVATION_TELL_SLOW_DOWN, 15 },
        { 24.4, ACTIVATION_TELL_PENDING, 15 },
        { 38.8, ACTIVATION_TELL_SLOW_DOWN, 20 },
        { 58.8, ACTIVATION_TELL_PENDING, 20 },
        { 78.8, ACTIVATION_TELL_PENDING, 20 },
        { 90, ACTIVATION_TELL_SLOW_DOWN, 25 },
        /* the clock was set back: nobody is blamed */
        { 60, ACTIVATION_TELL_PENDING, 25 },
    };
    struct activation a = { .expires = AT(900), .interval_s = 5 };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(activation_poll(&a, AT(rows[i].at)), rows[i].answer);
        assert_int_equal(a.interval_s, rows[i].interval_s);
    }
    a.state = ACTIVATION_ALLOWED;
    assert_int_equal(activation_poll(&a, AT(61)), ACTIVATION_TELL_SLOW_DOWN);
    assert_int_equal(activation_poll(&a, AT(91)), ACTIVATION_GIVE);
}

static void the_interval_never_outgrows_what_can_be_counted(void **state)
{
    (void)state;
    struct activation a = { .expires = AT(900), .interval_s = 5 };
    for (int i = 0; i < 100000; i++)
        (void)activation_poll(&a, AT(1));
    assert_in_range(a.interval_s, 3600, 3605);
}

static void a_code_that_is_over_says_how(void **state)
{
    (void)state;
    static const struct {
        enum activation_state state;
        double at;
        enum activation_answer answer;
    } rows[] = {
        { ACTIVATION_WAITING, 899.9, ACTIVATION_TELL_PENDING },
        { ACTIVATION_WAITING, 900, ACTIVATION_TELL_EXPIRED },
        { ACTIVATION_ALLOWED, 899.9, ACTIVATION_GIVE },
        { ACTIVATION_ALLOWED, 900, ACTIVATION_TELL_EXPIRED },
        { ACTIVATION_REFUSED, 10, ACTIVATION_TELL_DENIED },
        { ACTIVATION_REFUSED, 901, ACTIVATION_TELL_DENIED },
        { ACTIVATION_USED, 10, ACTIVATION_TELL_UNKNOWN },
        { ACTIVATION_USED, 901, ACTIVATION_TELL_UNKNOWN },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct activation a = { .state = rows[i].state, .expires = AT(900), .interval_s = 5 };
        assert_int_equal(activation_poll(&a, AT(rows[i].at)), rows[i].answer);
        assert_true(a.polled.us == AT(rows[i].at).us);
    }
}

static void only_the_moves_of_the_drawing_are_allowed(void **state)
{
    (void)state;
    static const bool may[N_ACTIVATION_STATES][N_ACTIVATION_STATES] = {
        { false, true, true, false }, { false, false, false, true }, { false }, { false }
    };
    for (enum activation_state from = 0; from < N_ACTIVATION_STATES; from++) {
        enum activation_state read = N_ACTIVATION_STATES;
        for (enum activation_state to = 0; to < N_ACTIVATION_STATES; to++)
            assert_int_equal(activation_may_move(from, to), may[from][to]);
        assert_true(activation_state_parse(activation_state_name(from), &read));
        assert_int_equal(read, from);
    }
    enum activation_state read = ACTIVATION_USED;
    assert_false(activation_state_parse("wait", &read));
    assert_int_equal(read, ACTIVATION_USED);
}

static void five_wrong_codes_are_free_and_then_waits_double(void **state)
{
    (void)state;
    static const struct {
        unsigned wrong;
        int64_t seconds;
    } rows[] = { { 0, 0 }, { 4, 0 },    { 5, 1 },    { 6, 2 },    { 7, 4 },
                 { 8, 8 }, { 14, 512 }, { 15, 900 }, { 16, 900 }, { 4000000000U, 900 } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_true(activation_wait_us(rows[i].wrong) == rows[i].seconds * UTC_SECOND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_is_eight_letters_in_two_groups),
        cmocka_unit_test(bytes_that_would_make_some_letters_likelier_are_passed_over),
        cmocka_unit_test(what_people_type_is_read_as_the_code_it_means),
        cmocka_unit_test(the_alphabet_has_no_vowels_and_nothing_that_looks_like_another),
        cmocka_unit_test(names_are_one_line_that_shows),
        cmocka_unit_test(clients_are_words),
        cmocka_unit_test(a_box_that_asks_in_time_waits_until_it_is_told),
        cmocka_unit_test(who_asks_too_early_waits_longer_for_good),
        cmocka_unit_test(the_interval_never_outgrows_what_can_be_counted),
        cmocka_unit_test(a_code_that_is_over_says_how),
        cmocka_unit_test(only_the_moves_of_the_drawing_are_allowed),
        cmocka_unit_test(five_wrong_codes_are_free_and_then_waits_double),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
