#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "rules/members/profile.h"

static const struct profile
    main_profile = { .id = { "a" }, .member = { "a" }, .name = "" },
    grown = { .id = { "g" }, .member = { "a" }, .name = "G" },
    teen = { .id = { "t" }, .member = { "a" }, .name = "T", .max_age = 16 },
    younger = { .id = { "y" }, .member = { "a" }, .name = "Y", .max_age = 12 },
    child = { .id = { "c" }, .member = { "a" }, .name = "C", .max_age = 10, .is_child = true },
    sister = { .id = { "s" }, .member = { "a" }, .name = "S", .max_age = 7, .is_child = true };

static void the_way_to_a_profile_that_sees_more_asks_for_the_pin(void **state)
{
    (void)state;
    static const struct {
        const struct profile *from, *to;
        bool asks;
    } rows[] = {
        { &main_profile, &grown, false }, { &grown, &main_profile, false },
        { &grown, &teen, false },         { &grown, &child, false },
        { &teen, &grown, true },          { &teen, &main_profile, true },
        { &teen, &younger, false },       { &younger, &teen, true },
        { &teen, &teen, false },          { &teen, &child, false },
        { &child, &grown, true },         { &child, &teen, true },
        { &child, &sister, true },        { &child, &child, false },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(profile_switch_asks(rows[i].from, rows[i].to, true), rows[i].asks);
        assert_false(profile_switch_asks(rows[i].from, rows[i].to, false));
    }
}

static void children_and_those_whom_a_pin_keeps_change_nothing(void **state)
{
    (void)state;
    static const struct {
        const struct profile *p;
        bool with_pin, without;
    } rows[] = { { &main_profile, true, true },
                 { &grown, true, true },
                 { &teen, false, true },
                 { &child, false, false } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(profile_may_manage(rows[i].p, true), rows[i].with_pin);
        assert_int_equal(profile_may_manage(rows[i].p, false), rows[i].without);
    }
}

static void what_is_not_said_stays_as_it_was(void **state)
{
    (void)state;
    struct profile p = grown;
    struct profile_problem why;
    struct profile_change change = { .sets = PROFILE_LANGUAGE | PROFILE_AVATAR,
                                     .language = "fr",
                                     .avatar = "moon-2",
                                     .name = "not said",
                                     .max_age = 9 };
    assert_int_equal(profile_change(&p, &change, &why), OK);
    assert_string_equal(p.name, "G");
    assert_string_equal(p.language, "fr");
    assert_string_equal(p.avatar, "moon-2");
    assert_int_equal(p.max_age, 0);
    change = (struct profile_change){ .sets = PROFILE_LANGUAGE };
    assert_int_equal(profile_change(&p, &change, &why), OK);
    assert_null(p.language);
    assert_string_equal(p.avatar, "moon-2");
}

static void a_value_that_is_not_allowed_is_refused_by_name(void **state)
{
    (void)state;
    char long_name[70], longest_avatar[PROFILE_AVATAR_MAX + 2];
    memset(long_name, 'n', sizeof long_name);
    long_name[PROFILE_NAME_MAX + 1] = 0;
    memset(longest_avatar, 'a', sizeof longest_avatar);
    longest_avatar[PROFILE_AVATAR_MAX + 1] = 0;
    const struct {
        struct profile_change change;
        const char *field;
    } rows[] = {
        { { .sets = PROFILE_NAME, .name = NULL }, "name" },
        { { .sets = PROFILE_NAME, .name = "" }, "name" },
        { { .sets = PROFILE_NAME, .name = "  \xc2\xa0\xe2\x80\x8b" }, "name" },
        { { .sets = PROFILE_NAME, .name = "a\nb" }, "name" },
        { { .sets = PROFILE_NAME, .name = long_name }, "name" },
        { { .sets = PROFILE_LANGUAGE, .language = "f" }, "language" },
        { { .sets = PROFILE_SOUND, .sound = "../x" }, "sound" },
        { { .sets = PROFILE_CAPTIONS, .captions = "fr-" }, "captions" },
        { { .sets = PROFILE_AVATAR, .avatar = "" }, "avatar" },
        { { .sets = PROFILE_AVATAR, .avatar = "Moon" }, "avatar" },
        { { .sets = PROFILE_AVATAR, .avatar = "a/b" }, "avatar" },
        { { .sets = PROFILE_AVATAR, .avatar = longest_avatar }, "avatar" },
        { { .sets = PROFILE_MAX_AGE, .max_age = -1 }, "max_age" },
        { { .sets = PROFILE_MAX_AGE, .max_age = PROFILE_AGE_MAX + 1 }, "max_age" },
        { { .sets = PROFILE_CHILD | PROFILE_MAX_AGE, .is_child = true, .max_age = 13 }, "max_age" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct profile p = grown;
        struct profile_problem why;
        assert_int_equal(profile_change(&p, &rows[i].change, &why), ERR_ARGUMENT);
        assert_string_equal(why.field, rows[i].field);
        assert_true(strlen(why.text) > 0);
        assert_memory_equal(&p, &grown, sizeof p);
    }
    struct profile p = grown;
    struct profile_problem why;
    long_name[PROFILE_NAME_MAX] = 0;
    longest_avatar[PROFILE_AVATAR_MAX] = 0;
    struct profile_change most = { .sets = PROFILE_TASTES | PROFILE_MAX_AGE,
                                   .name = long_name,
                                   .language = "zh-Hans",
                                   .avatar = longest_avatar,
                                   .max_age = PROFILE_AGE_MAX };
    assert_int_equal(profile_change(&p, &most, &why), OK);
}

static void a_childrens_profile_always_has_a_limit(void **state)
{
    (void)state;
    struct profile p = grown;
    struct profile_problem why;
    struct profile_change change = { .sets = PROFILE_CHILD, .is_child = true };
    assert_int_equal(profile_change(&p, &change, &why), OK);
    assert_int_equal(p.max_age, PROFILE_CHILD_AGE);
    change = (struct profile_change){ .sets = PROFILE_MAX_AGE, .max_age = 0 };
    assert_int_equal(profile_change(&p, &change, &why), OK);
    assert_int_equal(p.max_age, PROFILE_CHILD_AGE);
    change = (struct profile_change){ .sets = PROFILE_MAX_AGE, .max_age = 7 };
    assert_int_equal(profile_change(&p, &change, &why), OK);
    assert_int_equal(p.max_age, 7);
    p = teen;
    change = (struct profile_change){ .sets = PROFILE_CHILD, .is_child = true };
    assert_int_equal(profile_change(&p, &change, &why), ERR_ARGUMENT); /* 16 is no child's age */
}

static void the_accounts_first_profile_has_no_limit_and_may_be_without_a_name(void **state)
{
    (void)state;
    static const struct profile_change refused[] = {
        { .sets = PROFILE_MAX_AGE, .max_age = 12 },
        { .sets = PROFILE_CHILD, .is_child = true },
    };
    struct profile p = main_profile;
    struct profile_problem why;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        assert_int_equal(profile_change(&p, &refused[i], &why), ERR_STATE);
        assert_memory_equal(&p, &main_profile, sizeof p);
    }
    struct profile_change change = { .sets = PROFILE_SOUND, .sound = "fr" };
    assert_int_equal(profile_change(&p, &change, &why), OK);
    assert_string_equal(p.name, "");
    change = (struct profile_change){ .sets = PROFILE_NAME, .name = "\xc3\x89lise" };
    assert_int_equal(profile_change(&p, &change, &why), OK);
    assert_string_equal(p.name, "\xc3\x89lise");
    member_id member = { "member" };
    assert_string_equal(profile_main(member).s, "member");
}

static void a_pin_is_four_digits(void **state)
{
    (void)state;
    static const char *const bad[] = { "", "123", "12345", "12a4", " 123", "-123", "123\n" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(pin_is_written_well(bad[i], strlen(bad[i])));
    assert_true(pin_is_written_well("0000", 4));
    assert_true(pin_is_written_well("9876", 4));
}

static void the_wait_for_a_pin_doubles_from_half_a_minute_to_an_hour(void **state)
{
    (void)state;
    static const struct {
        unsigned failures;
        int64_t seconds;
    } rows[] = { { 0, 0 },    { 4, 0 },     { 5, 30 },    { 6, 60 },
                 { 10, 960 }, { 11, 1920 }, { 12, 3600 }, { 4000000000U, 3600 } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(pin_wait_us(rows[i].failures), rows[i].seconds * UTC_SECOND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_way_to_a_profile_that_sees_more_asks_for_the_pin),
        cmocka_unit_test(children_and_those_whom_a_pin_keeps_change_nothing),
        cmocka_unit_test(what_is_not_said_stays_as_it_was),
        cmocka_unit_test(a_value_that_is_not_allowed_is_refused_by_name),
        cmocka_unit_test(a_childrens_profile_always_has_a_limit),
        cmocka_unit_test(the_accounts_first_profile_has_no_limit_and_may_be_without_a_name),
        cmocka_unit_test(a_pin_is_four_digits),
        cmocka_unit_test(the_wait_for_a_pin_doubles_from_half_a_minute_to_an_hour),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
