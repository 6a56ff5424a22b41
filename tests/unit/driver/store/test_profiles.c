#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "place.h"

static struct member add_member(struct place *p, const char *email)
{
    struct member m = {
        .email = email, .language = "fr", .territory = "FR", .created = INSTANT(0)
    };
    id_new(m.id.s);
    assert_int_equal(store_member_add(p->store, &m, "hash"), OK);
    return m;
}

static struct profile a_profile(member_id member, const char *name, int max_age)
{
    struct profile profile = { .member = member,
                               .name = name,
                               .max_age = max_age,
                               .is_child = max_age > 0 && max_age <= PROFILE_CHILD_AGE_MAX,
                               .created = INSTANT(1 + max_age) };
    id_new(profile.id.s);
    return profile;
}

static struct profile add_profile(struct place *p, member_id member, const char *name, int max_age)
{
    struct profile profile = a_profile(member, name, max_age);
    struct profile_problem why;
    assert_int_equal(store_profile_add(p->store, &profile, &why), OK);
    return profile;
}

static const uint8_t here[32] = { 7 }, there[32] = { 8 }, nowhere[32] = { 9 };

static void add_sessions(struct place *p, member_id member)
{
    assert_int_equal(session_start(p, here, member, INSTANT(0), INSTANT(100)), OK);
    assert_int_equal(session_start(p, there, member, INSTANT(0), INSTANT(100)), OK);
}

static struct store_session session_of(struct place *p, const uint8_t digest[32])
{
    struct store_session session;
    assert_int_equal(store_session_get(p->store, p->arena, digest, INSTANT(1), &session), OK);
    return session;
}

static void an_account_begins_with_a_profile_that_counts_for_whoever_chose_none(void **state)
{
    struct place *p = *state;
    struct member m = add_member(p, "a@example.org");
    struct profile *all;
    size_t n = 0;
    add_sessions(p, m.id);
    assert_int_equal(store_profiles_list(p->store, p->arena, m.id, &all, &n), OK);
    assert_int_equal(n, 1);
    assert_true(profile_is_main(&all[0]));
    assert_string_equal(all[0].name, "");
    assert_int_equal(all[0].max_age, 0);
    struct store_session session = session_of(p, here);
    assert_string_equal(session.member.email, "a@example.org");
    assert_string_equal(session.profile.id.s, m.id.s);
    assert_false(session.pin.is_set);
    assert_int_equal(session.unlocked_until.us, 0);
}

static void profiles_are_listed_with_the_first_before_the_others(void **state)
{
    struct place *p = *state;
    struct member m = add_member(p, "a@example.org"), other = add_member(p, "b@example.org");
    struct profile *all, again = a_profile(m.id, "ELISE", 3), got;
    struct profile_problem why;
    size_t n = 0;
    add_profile(p, other.id, "Elise", 10);
    struct profile child = add_profile(p, m.id, "\xc3\x89lise", 10),
                   adult = add_profile(p, m.id, "A", 0);
    assert_int_equal(store_profile_add(p->store, &again, &why), ERR_EXISTS);
    assert_int_equal(store_profiles_list(p->store, p->arena, m.id, &all, &n), OK);
    assert_int_equal(n, 3);
    assert_true(profile_is_main(&all[0]));
    assert_string_equal(all[1].id.s, adult.id.s);
    assert_string_equal(all[2].name, "\xc3\x89lise");
    assert_true(all[2].is_child);
    assert_int_equal(store_profile_get(p->store, p->arena, other.id, child.id, &got),
                     ERR_NOT_FOUND);
    for (int i = 0; i < PROFILES_MAX - 3; i++)
        add_profile(p, m.id, arena_printf(p->arena, "P%d", i), i);
    again.name = "sixth";
    assert_int_equal(store_profile_add(p->store, &again, &why), ERR_FULL);
    again.name = " ";
    assert_int_equal(store_profile_add(p->store, &again, &why), ERR_ARGUMENT);
    assert_string_equal(why.field, "name");
}

static void a_profile_is_changed_by_its_own_member_alone(void **state)
{
    struct place *p = *state;
    struct member m = add_member(p, "a@example.org"), other = add_member(p, "b@example.org");
    struct profile child = add_profile(p, m.id, "Jo", 10), got;
    struct profile_problem why;
    struct profile_change change = { .sets = PROFILE_NAME | PROFILE_SOUND | PROFILE_AVATAR,
                                     .name = "JO",
                                     .sound = "fr",
                                     .avatar = "owl" };
    assert_int_equal(store_profile_change(p->store, other.id, child.id, &change, &why),
                     ERR_NOT_FOUND);
    assert_int_equal(store_profile_change(p->store, m.id, child.id, &change, &why), OK);
    assert_int_equal(store_profile_get(p->store, p->arena, m.id, child.id, &got), OK);
    assert_string_equal(got.name, "JO");
    assert_string_equal(got.sound, "fr");
    assert_string_equal(got.avatar, "owl");
    assert_null(got.captions);
    assert_int_equal(got.max_age, 10);
    assert_int_equal(got.created.us, child.created.us);
    change = (struct profile_change){ .sets = PROFILE_NAME, .name = "j\xc3\xb3" };
    assert_int_equal(store_profile_change(p->store, m.id, profile_main(m.id), &change, &why),
                     ERR_EXISTS);
    change = (struct profile_change){ .sets = PROFILE_MAX_AGE, .max_age = 12 };
    assert_int_equal(store_profile_change(p->store, m.id, profile_main(m.id), &change, &why),
                     ERR_STATE);
    change = (struct profile_change){ .sets = PROFILE_MAX_AGE, .max_age = 99 };
    assert_int_equal(store_profile_change(p->store, m.id, child.id, &change, &why), ERR_ARGUMENT);
    assert_string_equal(why.field, "max_age");
}

static void a_session_is_put_on_profiles_of_its_own_member(void **state)
{
    struct place *p = *state;
    struct member m = add_member(p, "a@example.org"), other = add_member(p, "b@example.org");
    struct profile child = add_profile(p, m.id, "C", 10),
                   foreign = add_profile(p, other.id, "C", 10);
    add_sessions(p, m.id);
    assert_int_equal(store_profile_choose(p->store, here, foreign.id), ERR_NOT_FOUND);
    assert_int_equal(store_profile_choose(p->store, nowhere, child.id), ERR_NOT_FOUND);
    assert_int_equal(store_session_unlock(p->store, here, INSTANT(50)), OK);
    assert_int_equal(session_of(p, here).unlocked_until.us, INSTANT(50).us);
    assert_int_equal(store_profile_choose(p->store, here, child.id), OK);
    struct store_session session = session_of(p, here);
    assert_string_equal(session.profile.id.s, child.id.s);
    assert_int_equal(session.profile.max_age, 10);
    assert_true(session.profile.is_child);
    assert_int_equal(session.unlocked_until.us, 0); /* locked again */
    assert_string_equal(session_of(p, there).profile.id.s, m.id.s);
    assert_int_equal(store_profile_choose(p->store, here, profile_main(m.id)), OK);
    assert_string_equal(session_of(p, here).profile.id.s, m.id.s);
}

static void a_child_does_not_become_grown_up_when_its_profile_is_removed(void **state)
{
    struct place *p = *state;
    struct member m = add_member(p, "a@example.org"), other = add_member(p, "b@example.org");
    struct profile child = add_profile(p, m.id, "C", 10), adult = add_profile(p, m.id, "A", 0);
    struct store_session session;
    add_sessions(p, m.id);
    assert_int_equal(store_profile_choose(p->store, here, child.id), OK);
    assert_int_equal(store_profile_choose(p->store, there, child.id), OK);
    assert_int_equal(store_profile_remove(p->store, other.id, child.id, NULL), ERR_NOT_FOUND);
    assert_int_equal(store_profile_remove(p->store, m.id, profile_main(m.id), NULL), ERR_STATE);
    assert_int_equal(store_profile_remove(p->store, m.id, child.id, here), OK);
    assert_string_equal(session_of(p, here).profile.id.s, m.id.s); /* whoever removed it */
    assert_int_equal(store_session_get(p->store, p->arena, there, INSTANT(1), &session),
                     ERR_NOT_FOUND);
    assert_int_equal(store_profile_choose(p->store, here, adult.id), OK);
    assert_int_equal(store_profile_remove(p->store, m.id, adult.id, NULL), OK);
    assert_string_equal(session_of(p, here).profile.id.s, m.id.s);
}

static void a_profiles_history_is_its_own_and_goes_with_it(void **state)
{
    struct place *p = *state;
    struct member m = add_member(p, "a@example.org");
    struct profile adult = add_profile(p, m.id, "A", 0);
    struct title t = a_title(TITLE_FILM, "F", 0);
    struct store_progress row = { .playable = playable_of(t.id),
                                  .title = t.id,
                                  .position_ms = 1000,
                                  .duration_ms = 5000,
                                  .changed = INSTANT(1) },
                          got;
    struct store_playback playback = { .member = m.id,
                                       .profile = adult.id,
                                       .playable = row.playable,
                                       .created = INSTANT(0),
                                       .expires = INSTANT(50) };
    const char **problems;
    size_t n = 0;
    id_new(playback.id.s);
    assert_int_equal(store_title_add(p->store, &t), OK);
    assert_int_equal(store_playback_add(p->store, &playback), OK);
    assert_int_equal(store_progress_put(p->store, adult.id, &row), OK);
    assert_int_equal(store_progress_get(p->store, profile_main(m.id), row.playable, &got),
                     ERR_NOT_FOUND);
    row.position_ms = 2000;
    assert_int_equal(store_progress_put(p->store, profile_main(m.id), &row), OK);
    assert_int_equal(store_progress_get(p->store, adult.id, row.playable, &got), OK);
    assert_int_equal(got.position_ms, 1000);
    assert_int_equal(store_profile_remove(p->store, m.id, adult.id, NULL), OK);
    assert_int_equal(store_progress_get(p->store, adult.id, row.playable, &got), ERR_NOT_FOUND);
    assert_int_equal(store_playback_get(p->store, playback.id, &playback), ERR_NOT_FOUND);
    assert_int_equal(store_progress_get(p->store, profile_main(m.id), row.playable, &got), OK);
    assert_int_equal(got.position_ms, 2000);
    assert_int_equal(store_check(p->store, p->arena, &problems, &n), OK);
    assert_int_equal(n, 0);
}

static void a_new_pin_locks_every_session_and_begins_without_failures(void **state)
{
    struct place *p = *state;
    struct member m = add_member(p, "a@example.org");
    struct store_pin pin;
    char hash[STORE_PIN_HASH];
    int64_t wait = 0;
    add_sessions(p, m.id);
    assert_int_equal(store_pin_get(p->store, m.id, &pin), OK);
    assert_false(pin.is_set);
    assert_int_equal(store_pin_try(p->store, m.id, INSTANT(0), hash, &wait), ERR_NOT_FOUND);
    assert_int_equal(store_pin_set(p->store, m.id, "first", 16), OK);
    assert_int_equal(store_session_unlock(p->store, here, INSTANT(50)), OK);
    for (int i = 0; i < 6; i++)
        assert_int_equal(store_pin_try(p->store, m.id, INSTANT(0), hash, &wait), OK);
    assert_int_equal(wait, 30 * UTC_SECOND);
    assert_int_equal(session_of(p, here).pin.locked_age, 16);
    assert_int_equal(store_pin_set(p->store, m.id, "second", 0), OK);
    assert_int_equal(session_of(p, here).unlocked_until.us, 0);
    assert_true(session_of(p, here).pin.is_set);
    assert_int_equal(store_pin_try(p->store, m.id, INSTANT(0), hash, &wait), OK);
    assert_int_equal(wait, 0);
    assert_string_equal(hash, "second");
    assert_int_equal(store_pin_set(p->store, m.id, NULL, 0), OK);
    assert_false(session_of(p, here).pin.is_set);
}

static void guesses_at_a_pin_are_counted_before_they_are_looked_at(void **state)
{
    struct place *p = *state;
    struct member m = add_member(p, "a@example.org");
    char hash[STORE_PIN_HASH];
    int64_t wait = 0;
    assert_int_equal(store_pin_set(p->store, m.id, "hash", 0), OK);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(store_pin_try(p->store, m.id, INSTANT(i), hash, &wait), OK);
        assert_int_equal(wait, 0);
    }
    assert_int_equal(store_pin_try(p->store, m.id, INSTANT(5), hash, &wait), OK);
    assert_int_equal(wait, 29 * UTC_SECOND);
    assert_int_equal(store_pin_try(p->store, m.id, INSTANT(34), hash, &wait), OK);
    assert_int_equal(wait, 0);
    assert_int_equal(store_pin_try(p->store, m.id, INSTANT(34), hash, &wait), OK);
    assert_int_equal(wait, 60 * UTC_SECOND);
    /* a clock that was set back makes the wait no longer; a day makes no failure fewer */
    assert_int_equal(store_pin_try(p->store, m.id, INSTANT(-90000), hash, &wait), OK);
    assert_int_equal(wait, 60 * UTC_SECOND);
    assert_int_equal(store_pin_try(p->store, m.id, INSTANT(86400), hash, &wait), OK);
    assert_int_equal(wait, 0);
    assert_int_equal(store_pin_try(p->store, m.id, INSTANT(86400), hash, &wait), OK);
    assert_int_equal(wait, 120 * UTC_SECOND);
    store_close(&p->store);
    assert_int_equal(store_open(p->path, &p->store), OK);
    assert_int_equal(store_pin_try(p->store, m.id, INSTANT(86400), hash, &wait), OK);
    assert_int_equal(wait, 120 * UTC_SECOND);
    assert_int_equal(store_pin_good(p->store, m.id), OK);
    assert_int_equal(store_pin_try(p->store, m.id, INSTANT(86400), hash, &wait), OK);
    assert_int_equal(wait, 0);
}

int main(void)
{
#define ROW(f) cmocka_unit_test_setup_teardown(f, place_make, place_clear)
    const struct CMUnitTest tests[] = {
        ROW(an_account_begins_with_a_profile_that_counts_for_whoever_chose_none),
        ROW(profiles_are_listed_with_the_first_before_the_others),
        ROW(a_profile_is_changed_by_its_own_member_alone),
        ROW(a_session_is_put_on_profiles_of_its_own_member),
        ROW(a_child_does_not_become_grown_up_when_its_profile_is_removed),
        ROW(a_profiles_history_is_its_own_and_goes_with_it),
        ROW(a_new_pin_locks_every_session_and_begins_without_failures),
        ROW(guesses_at_a_pin_are_counted_before_they_are_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
