#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "rules/members/member.h"

struct state_row {
    const struct subscription *s;
    int64_t now;
    enum subscription_state state;
    int64_t until;
};

static void expect_states(const struct state_row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        utc_time until = { 7 };
        assert_int_equal(subscription_state_at(rows[i].s, (utc_time){ rows[i].now }, &until),
                         rows[i].state);
        assert_int_equal(until.us, rows[i].until);
        assert_int_equal(subscription_state_at(rows[i].s, (utc_time){ rows[i].now }, NULL),
                         rows[i].state);
    }
}
#define EXPECT_STATES(rows) expect_states(rows, sizeof(rows) / sizeof((rows)[0]))

static void a_subscription_holds_from_its_first_instant_to_just_before_its_last(void **state)
{
    (void)state;
    static const struct subscription none = { .trial_from = { 0 } },
                                     trial = { .trial_from = { 200 }, .trial_until = { 300 } },
                                     paid = { .paid_from = { 300 }, .paid_until = { 400 } },
                                     both = { .trial_from = { 200 },
                                              .trial_until = { 300 },
                                              .paid_from = { 300 },
                                              .paid_until = { 400 } },
                                     apart = { .trial_from = { 200 },
                                               .trial_until = { 300 },
                                               .paid_from = { 350 },
                                               .paid_until = { 400 } },
                                     inside = { .trial_from = { 200 },
                                                .trial_until = { 500 },
                                                .paid_from = { 300 },
                                                .paid_until = { 400 } };
    static const struct state_row rows[] = {
        { &none, 1, SUBSCRIPTION_NONE, 0 },        { &trial, 199, SUBSCRIPTION_NONE, 0 },
        { &trial, 200, SUBSCRIPTION_TRIAL, 300 },  { &trial, 299, SUBSCRIPTION_TRIAL, 300 },
        { &trial, 300, SUBSCRIPTION_ENDED, 300 },  { &trial, 301, SUBSCRIPTION_ENDED, 300 },
        { &paid, 299, SUBSCRIPTION_NONE, 0 },      { &paid, 300, SUBSCRIPTION_ACTIVE, 400 },
        { &paid, 399, SUBSCRIPTION_ACTIVE, 400 },  { &paid, 400, SUBSCRIPTION_ENDED, 400 },
        { &both, 299, SUBSCRIPTION_TRIAL, 300 },   { &both, 300, SUBSCRIPTION_ACTIVE, 400 },
        { &both, 400, SUBSCRIPTION_ENDED, 400 },   { &apart, 300, SUBSCRIPTION_ENDED, 300 },
        { &apart, 349, SUBSCRIPTION_ENDED, 300 },  { &apart, 350, SUBSCRIPTION_ACTIVE, 400 },
        { &apart, 400, SUBSCRIPTION_ENDED, 400 },  { &inside, 300, SUBSCRIPTION_ACTIVE, 400 },
        { &inside, 400, SUBSCRIPTION_TRIAL, 500 }, { &inside, 500, SUBSCRIPTION_ENDED, 500 },
    };
    EXPECT_STATES(rows);
    struct subscription s = subscription_trial((utc_time){ 5 }, 30);
    assert_int_equal(s.trial_from.us, 5);
    assert_int_equal(s.trial_until.us, 5 + 30 * UTC_DAY);
    assert_int_equal(s.paid_until.us, 0);
}

static void what_is_being_collected_plays_on_for_its_grace(void **state)
{
    (void)state;
    static const struct subscription
        grace = { .paid_from = { 300 }, .paid_until = { 400 }, .grace_until = { 450 } },
        over = { .paid_from = { 300 }, .paid_until = { 400 }, .grace_until = { 400 } },
        converts = { .trial_from = { 200 }, .trial_until = { 300 }, .grace_until = { 310 } },
        waits = { .trial_from = { 200 },
                  .trial_until = { 300 },
                  .paid_from = { 350 },
                  .paid_until = { 400 },
                  .grace_until = { 450 } },
        partner = { .paid_from = { 300 }, .paid_until = { INT64_MAX }, .grace_until = { 450 } },
        stray = { .grace_until = { 450 } };
    static const struct state_row rows[] = {
        { &grace, 299, SUBSCRIPTION_NONE, 0 },
        { &grace, 399, SUBSCRIPTION_ACTIVE, 450 },
        { &grace, 400, SUBSCRIPTION_ACTIVE, 450 },
        { &grace, 449, SUBSCRIPTION_ACTIVE, 450 },
        { &grace, 450, SUBSCRIPTION_ENDED, 450 },
        { &over, 399, SUBSCRIPTION_ACTIVE, 400 },
        { &over, 400, SUBSCRIPTION_ENDED, 400 },
        { &converts, 299, SUBSCRIPTION_TRIAL, 300 },
        { &converts, 300, SUBSCRIPTION_ACTIVE, 310 },
        { &converts, 310, SUBSCRIPTION_ENDED, 310 },
        { &waits, 320, SUBSCRIPTION_ENDED, 300 },
        { &waits, 399, SUBSCRIPTION_ACTIVE, 450 },
        { &waits, 449, SUBSCRIPTION_ACTIVE, 450 },
        { &partner, 300, SUBSCRIPTION_ACTIVE, INT64_MAX },
        { &partner, INT64_MAX - 1, SUBSCRIPTION_ACTIVE, INT64_MAX },
        { &stray, 400, SUBSCRIPTION_NONE, 0 },
    };
    EXPECT_STATES(rows);
}

static void an_address_has_its_shape_and_a_key_in_lower_case(void **state)
{
    (void)state;
    static const struct {
        const char *email;
        const char *key; /* NULL: refused */
    } rows[] = {
        { "Jeanne@Example.ORG", "jeanne@example.org" },
        { "a@b", "a@b" },
        { "\xc3\xa9lise@exemple.fr", "\xc3\xa9lise@exemple.fr" },
        { "", NULL },
        { "ab", NULL },
        { "@ab", NULL },
        { "ab@", NULL },
        { "a@b@c", NULL },
        { "abc", NULL },
        { "a b@c", NULL },
        { "a@b c", NULL },
        { "a\n@b", NULL },
        { "a@b\r\nBcc: x@y", NULL },
        { "\xff@b", NULL },
    };
    char key[255];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        enum err err = member_email_key(rows[i].email, strlen(rows[i].email), key, sizeof key);
        assert_int_equal(err, rows[i].key == NULL ? ERR_ARGUMENT : OK);
        if (rows[i].key != NULL)
            assert_string_equal(key, rows[i].key);
    }
    char longest[256];
    memset(longest, 'a', sizeof longest);
    longest[100] = '@';
    assert_int_equal(member_email_key(longest, 254, key, sizeof key), OK);
    assert_int_equal(member_email_key(longest, 255, key, sizeof key), ERR_ARGUMENT);
    assert_int_equal(member_email_key(longest, 254, key, 254), ERR_ARGUMENT);
}

static void passwords_that_are_guessed_first_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *password;
        bool good;
    } rows[] = {
        { "correct horse battery", true },
        { "mon vieux phare 1912", true },
        { "kX9#mQ2vL!", true },
        { "\xc3\xa9t\xc3\xa9\xc3\xa9t\xc3\xa9 au lac", true },
        { "k3j9x0q2w8", true },
        { "test-password-of-mine", true },
        { "", false },
        { "ninechars", false },
        { "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", false }, /* five characters in ten bytes */
        { "jeanne@example.org", false },
        { "JEANNE@example.org", false },
        { "aaaaaaaaaaaa", false },
        { "abababababab", false },
        { "123123123123", false },
        { "1234567890", false },
        { "0612345678", false },
        { "01-02-1985 ", false },
        { "qwertyuiop", false },
        { "AZERTYUIOP", false },
        { "abcdefghij", false },
        { "password123", false },
        { "P4ssw0rd2013!", false },
        { "123soleil456", false },
        { "motdepasse", false },
        { "iloveyou2013", false },
        { "adminadmin", false },
        { "bad utf-8 \xff", false },
    };
    char why[160];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        why[0] = 0;
        enum err err = member_password_acceptable(rows[i].password, strlen(rows[i].password),
                                                  "jeanne@example.org", why, sizeof why);
        assert_int_equal(err, rows[i].good ? OK : ERR_ARGUMENT);
        assert_int_equal(why[0] == 0, rows[i].good);
    }
    char longest[201];
    memset(longest, 'x', sizeof longest);
    for (size_t i = 0; i < sizeof longest; i++)
        longest[i] = (char)('a' + i * i % 23);
    assert_int_equal(member_password_acceptable(longest, 200, "a@b", why, sizeof why), OK);
    assert_int_equal(member_password_acceptable(longest, 201, "a@b", why, sizeof why),
                     ERR_ARGUMENT);
    assert_int_equal(
        member_password_acceptable("jeanne.moreau", 13, "jeanne.moreau@x.fr", why, sizeof why),
        ERR_ARGUMENT);
}

static void the_wait_doubles_from_a_second_to_a_quarter_of_an_hour(void **state)
{
    (void)state;
    static const struct {
        unsigned failures;
        int64_t seconds, network_seconds;
    } rows[] = { { 0, 0, 0 },
                 { 4, 0, 0 },
                 { 5, 1, 0 },
                 { 6, 2, 0 },
                 { 7, 4, 0 },
                 { 14, 512, 0 },
                 { 15, 900, 0 },
                 { 16, 900, 0 },
                 { 49, 900, 0 },
                 { 50, 900, 1 },
                 { 59, 900, 512 },
                 { 60, 900, 900 },
                 { UINT32_MAX, 900, 900 } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(sign_in_wait_us(rows[i].failures), rows[i].seconds * UTC_SECOND);
        assert_int_equal(sign_in_network_wait_us(rows[i].failures),
                         rows[i].network_seconds * UTC_SECOND);
    }
}

static void roles_and_states_have_names(void **state)
{
    (void)state;
    enum member_role role = MEMBER_ROLE_MEMBER;
    assert_true(member_role_parse("administrator", &role));
    assert_int_equal(role, MEMBER_ROLE_ADMINISTRATOR);
    assert_false(member_role_parse("root", &role));
    assert_int_equal(role, MEMBER_ROLE_ADMINISTRATOR);
    assert_string_equal(member_role_name(role), "administrator");
    assert_true(member_role_parse(member_role_name(MEMBER_ROLE_MEMBER), &role));
    assert_int_equal(role, MEMBER_ROLE_MEMBER);
    static const char *const names[] = { "none", "trial", "active", "ended" };
    for (unsigned i = 0; i < 4; i++)
        assert_string_equal(subscription_state_name((enum subscription_state)i), names[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_subscription_holds_from_its_first_instant_to_just_before_its_last),
        cmocka_unit_test(what_is_being_collected_plays_on_for_its_grace),
        cmocka_unit_test(an_address_has_its_shape_and_a_key_in_lower_case),
        cmocka_unit_test(passwords_that_are_guessed_first_are_refused),
        cmocka_unit_test(the_wait_doubles_from_a_second_to_a_quarter_of_an_hour),
        cmocka_unit_test(roles_and_states_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
