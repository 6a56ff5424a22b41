#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "place.h"

static struct member add_member(struct place *p, const char *email, int seconds)
{
    struct member m = { .email = email,
                        .language = "fr",
                        .territory = "FR",
                        .created = INSTANT(seconds),
                        .subscription = subscription_trial(INSTANT(seconds), 30) };
    id_new(m.id.s);
    assert_int_equal(store_member_add(p->store, &m, "hash"), OK);
    return m;
}

static void an_address_has_one_account_whatever_its_case(void **state)
{
    struct place *p = *state;
    struct member m = add_member(p, "Jeanne@Example.org", 0), got, again = m;
    const char *hash;
    id_new(again.id.s);
    again.email = "jEANNE@example.ORG";
    assert_int_equal(store_member_add(p->store, &again, "other"), ERR_EXISTS);
    again.email = "no address";
    assert_int_equal(store_member_add(p->store, &again, "other"), ERR_ARGUMENT);
    assert_int_equal(store_member_by_email(p->store, p->arena, "jeanne@example.org", &got, &hash),
                     OK);
    assert_string_equal(got.id.s, m.id.s);
    assert_string_equal(got.email, "Jeanne@Example.org");
    assert_string_equal(hash, "hash");
    assert_int_equal(got.subscription.trial_until.us, m.subscription.trial_until.us);
    assert_int_equal(store_member_by_email(p->store, p->arena, "x@example.org", &got, &hash),
                     ERR_NOT_FOUND);
    assert_int_equal(store_member_language(p->store, m.id, "en"), OK);
    assert_int_equal(store_member_get(p->store, p->arena, m.id, &got), OK);
    assert_string_equal(got.language, "en");
    assert_memory_equal(&got.subscription, &m.subscription, sizeof m.subscription);
    assert_int_equal(store_member_language(p->store, again.id, "en"), ERR_NOT_FOUND);
}

static void members_are_listed_newest_first_each_once(void **state)
{
    struct place *p = *state;
    char email[32];
    for (int i = 0; i < 7; i++) {
        snprintf(email, sizeof email, "m%d@example.org", i);
        add_member(p, arena_strdup(p->arena, email), i / 2);
    }
    size_t total = 0, n;
    int64_t last = INT64_MAX;
    const char *after = NULL;
    do {
        struct member *list;
        assert_int_equal(store_members_list(p->store, p->arena, after, 2, &list, &n, &after), OK);
        for (size_t i = 0; i < n; i++) {
            assert_true(list[i].created.us <= last);
            last = list[i].created.us;
        }
        total += n;
    } while (after != NULL);
    assert_int_equal(total, 7);
}

static void a_session_lives_until_its_end_and_ends_with_the_password(void **state)
{
    struct place *p = *state;
    struct member m = add_member(p, "a@example.org", 0);
    struct store_session got;
    uint8_t one[32] = { 1 }, two[32] = { 2 }, three[32] = { 3 };
    assert_int_equal(session_start(p, one, m.id, INSTANT(0), INSTANT(10)), OK);
    assert_int_equal(session_start(p, one, m.id, INSTANT(0), INSTANT(10)), ERR_EXISTS);
    assert_int_equal(session_start(p, two, m.id, INSTANT(0), INSTANT(99)), OK);
    utc_time last = { INSTANT(10).us - 1 };
    assert_int_equal(store_session_get(p->store, p->arena, one, last, &got), OK);
    assert_string_equal(got.member.id.s, m.id.s);
    assert_int_equal(store_session_get(p->store, p->arena, one, INSTANT(10), &got), ERR_NOT_FOUND);
    assert_int_equal(store_session_get(p->store, p->arena, three, last, &got), ERR_NOT_FOUND);
    assert_int_equal(store_member_password(p->store, m.id, "new", two), OK);
    assert_int_equal(store_session_get(p->store, p->arena, one, last, &got), ERR_NOT_FOUND);
    assert_int_equal(store_session_get(p->store, p->arena, two, last, &got), OK);
    assert_int_equal(store_session_end(p->store, two), OK);
    assert_int_equal(store_session_end(p->store, two), ERR_NOT_FOUND);
    assert_int_equal(session_start(p, three, m.id, INSTANT(0), INSTANT(9)), OK);
    assert_int_equal(store_member_password(p->store, m.id, "newer", NULL), OK);
    assert_int_equal(store_session_get(p->store, p->arena, three, INSTANT(1), &got), ERR_NOT_FOUND);
}

static void failures_are_counted_in_a_window_from_the_first(void **state)
{
    struct place *p = *state;
    unsigned count = 9;
    utc_time last;
    for (int i = 0; i < 3; i++)
        assert_int_equal(store_sign_in_failed(p->store, "a", INSTANT(i)), OK);
    assert_int_equal(store_sign_in_failures(p->store, "a", INSTANT(3599), &count, &last), OK);
    assert_int_equal(count, 3);
    assert_int_equal(last.us, INSTANT(2).us);
    assert_int_equal(store_sign_in_failures(p->store, "a", INSTANT(3600), &count, &last), OK);
    assert_int_equal(count, 0);
    store_close(&p->store);
    assert_int_equal(store_open(p->path, &p->store), OK);
    assert_int_equal(store_sign_in_failures(p->store, "a", INSTANT(3599), &count, &last), OK);
    assert_int_equal(count, 3);
    assert_int_equal(store_sign_in_failed(p->store, "a", INSTANT(3600)), OK);
    assert_int_equal(store_sign_in_failures(p->store, "a", INSTANT(3601), &count, &last), OK);
    assert_int_equal(count, 1);
    assert_int_equal(store_sign_in_good(p->store, "a", NULL), OK);
    assert_int_equal(store_sign_in_failures(p->store, "a", INSTANT(3601), &count, &last), OK);
    assert_int_equal(count, 0);
}

static void guessing_is_slowed_by_address_and_by_network(void **state)
{
    struct place *p = *state;
    int64_t wait = 0;
    for (int i = 0; i < 5; i++) {
        assert_int_equal(store_sign_in_begin(p->store, "a", "n", INSTANT(0), &wait), OK);
        assert_int_equal(wait, 0);
    }
    assert_int_equal(store_sign_in_begin(p->store, "a", "n", INSTANT(0), &wait), OK);
    assert_int_equal(wait, UTC_SECOND);
    utc_time almost = { INSTANT(1).us - 1 };
    assert_int_equal(store_sign_in_begin(p->store, "a", "n", almost, &wait), OK);
    assert_int_equal(wait, 1);
    assert_int_equal(store_sign_in_begin(p->store, "a", "n", INSTANT(1), &wait), OK);
    assert_int_equal(wait, 0);
    assert_int_equal(store_sign_in_begin(p->store, "a", "n", INSTANT(1), &wait), OK);
    assert_int_equal(wait, 2 * UTC_SECOND);
    /* another address of the same network goes on, until the network has had enough */
    assert_int_equal(store_sign_in_begin(p->store, "b", "n", INSTANT(1), &wait), OK);
    assert_int_equal(wait, 0);
    assert_int_equal(store_sign_in_good(p->store, "b", "n"), OK);
    unsigned count;
    utc_time last;
    assert_int_equal(store_sign_in_failures(p->store, "n", INSTANT(1), &count, &last), OK);
    assert_int_equal(count, 6);
    for (int i = 0; i < 44; i++) {
        char key[16];
        snprintf(key, sizeof key, "c%d", i);
        assert_int_equal(store_sign_in_begin(p->store, key, "n", INSTANT(1), &wait), OK);
        assert_int_equal(wait, 0);
    }
    assert_int_equal(store_sign_in_begin(p->store, "d", "n", INSTANT(1), &wait), OK);
    assert_int_equal(wait, UTC_SECOND);
    assert_int_equal(store_sign_in_begin(p->store, "d", "other", INSTANT(1), &wait), OK);
    assert_int_equal(wait, 0);
    assert_int_equal(store_sign_in_begin(p->store, "e", NULL, INSTANT(1), &wait), OK);
    assert_int_equal(wait, 0);
}

static void progress_is_kept_by_profile_and_playable(void **state)
{
    struct place *p = *state;
    struct member a = add_member(p, "a@example.org", 0), b = add_member(p, "b@example.org", 0);
    struct store_progress rows[3], got, *list;
    size_t n;
    for (int i = 0; i < 3; i++) {
        struct title t = a_title(TITLE_FILM, "F", i);
        assert_int_equal(store_title_add(p->store, &t), OK);
        rows[i] = (struct store_progress){ .playable = playable_of(t.id),
                                           .title = t.id,
                                           .position_ms = 1000 + i,
                                           .duration_ms = 5000,
                                           .is_finished = i == 1,
                                           .changed = INSTANT(i) };
        assert_int_equal(store_progress_put(p->store, profile_main(a.id), &rows[i]), OK);
    }
    assert_int_equal(store_progress_get(p->store, profile_main(b.id), rows[0].playable, &got),
                     ERR_NOT_FOUND);
    rows[0].position_ms = 4000;
    rows[0].changed = INSTANT(9);
    assert_int_equal(store_progress_put(p->store, profile_main(a.id), &rows[0]), OK);
    assert_int_equal(store_progress_get(p->store, profile_main(a.id), rows[0].playable, &got), OK);
    assert_int_equal(got.position_ms, 4000);
    assert_int_equal(
        store_progress_list(p->store, p->arena, profile_main(a.id), false, 0, &list, &n), OK);
    assert_int_equal(n, 3);
    assert_string_equal(list[0].playable.s, rows[0].playable.s);
    assert_int_equal(
        store_progress_list(p->store, p->arena, profile_main(a.id), true, 0, &list, &n), OK);
    assert_int_equal(n, 2);
    assert_int_equal(
        store_progress_list(p->store, p->arena, profile_main(a.id), true, 1, &list, &n), OK);
    assert_int_equal(n, 1);
    id_new(rows[0].playable.s);
    assert_int_equal(store_progress_put(p->store, profile_main(a.id), &rows[0]), ERR_NOT_FOUND);
}

static struct store_playback a_playback(member_id member, title_id film, int from, int until)
{
    struct store_playback p = { .member = member,
                                .profile = profile_main(member),
                                .playable = playable_of(film),
                                .created = INSTANT(from),
                                .expires = INSTANT(until) };
    id_new(p.id.s);
    return p;
}

static void a_playback_knows_who_started_it(void **state)
{
    struct place *p = *state;
    struct member m = add_member(p, "a@example.org", 0);
    struct title t = a_title(TITLE_FILM, "F", 0);
    struct store_playback one = a_playback(m.id, t.id, 0, 10), got,
                          second = a_playback(m.id, t.id, 10, 20);
    assert_int_equal(store_title_add(p->store, &t), OK);
    assert_int_equal(store_playback_add(p->store, &one), OK);
    assert_int_equal(store_playback_get(p->store, one.id, &got), OK);
    assert_string_equal(got.id.s, one.id.s);
    assert_string_equal(got.member.s, m.id.s);
    assert_string_equal(got.profile.s, m.id.s);
    assert_string_equal(got.playable.s, t.id.s);
    assert_int_equal(got.created.us, one.created.us);
    assert_int_equal(got.expires.us, one.expires.us);
    assert_int_equal(store_playback_get(p->store, second.id, &got), ERR_NOT_FOUND);
    assert_int_equal(store_playback_add(p->store, &second), OK); /* sweeps what has ended */
    assert_int_equal(store_playback_get(p->store, one.id, &got), ERR_NOT_FOUND);
}

static void a_run_of_playbacks_begins_with_the_first_that_was_not_broken_off(void **state)
{
    struct place *p = *state;
    struct member m = add_member(p, "a@example.org", 0), other = add_member(p, "b@example.org", 0);
    struct title t = a_title(TITLE_FILM, "Played", 0);
    utc_time began;
    assert_int_equal(store_title_add(p->store, &t), OK);
    static const struct {
        int at, until, began;
    } rows[] = { { 0, 100, 0 }, { 50, 150, 0 }, { 149, 200, 0 }, { 200, 300, 200 } };
    assert_int_equal(store_playback_first(p->store, m.id, playable_of(t.id), INSTANT(0), &began),
                     ERR_NOT_FOUND);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct store_playback one = a_playback(m.id, t.id, rows[i].at, rows[i].until);
        assert_int_equal(store_playback_add(p->store, &one), OK);
        assert_int_equal(
            store_playback_first(p->store, m.id, playable_of(t.id), INSTANT(rows[i].at), &began),
            OK);
        assert_int_equal(began.us, INSTANT(rows[i].began).us);
    }
    assert_int_equal(store_playback_first(p->store, m.id, playable_of(t.id), INSTANT(300), &began),
                     ERR_NOT_FOUND);
    assert_int_equal(
        store_playback_first(p->store, other.id, playable_of(t.id), INSTANT(200), &began),
        ERR_NOT_FOUND);
}

int main(void)
{
#define ROW(f) cmocka_unit_test_setup_teardown(f, place_make, place_clear)
    const struct CMUnitTest tests[] = {
        ROW(an_address_has_one_account_whatever_its_case),
        ROW(members_are_listed_newest_first_each_once),
        ROW(a_session_lives_until_its_end_and_ends_with_the_password),
        ROW(failures_are_counted_in_a_window_from_the_first),
        ROW(guessing_is_slowed_by_address_and_by_network),
        ROW(progress_is_kept_by_profile_and_playable),
        ROW(a_playback_knows_who_started_it),
        ROW(a_run_of_playbacks_begins_with_the_first_that_was_not_broken_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
