#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "driver/password/password.h"
#include "driver/store/account.h"
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

static struct store_letter letter_to(const struct member *m, int seconds)
{
    struct store_letter l = { .member = m->id,
                              .kind = "verify",
                              .to = m->email,
                              .sealed = (const uint8_t *)"sealed",
                              .sealed_size = 6,
                              .created = INSTANT(seconds) };
    id_new(l.id.s);
    return l;
}

static void a_letter_that_was_taken_is_kept_from_others_until_its_lease_ends(void **state)
{
    struct place *p = *state;
    struct member m = add_member(p, "a@example.org");
    struct store_letter l = letter_to(&m, 1), got;
    assert_int_equal(store_letter_add(p->store, &l), OK);
    assert_int_equal(store_letter_take(p->store, p->arena, INSTANT(0), UTC_SECOND, &got),
                     ERR_NOT_FOUND);
    assert_int_equal(store_letter_take(p->store, p->arena, INSTANT(1), UTC_SECOND, &got), OK);
    assert_string_equal(got.id.s, l.id.s);
    assert_int_equal(got.sealed_size, 6);
    assert_memory_equal(got.sealed, "sealed", 6);
    assert_int_equal(store_letter_take(p->store, p->arena, INSTANT(1), UTC_SECOND, &got),
                     ERR_NOT_FOUND);
    assert_int_equal(store_letter_take(p->store, p->arena, INSTANT(2), UTC_SECOND, &got), OK);
    assert_int_equal(got.tries, 2);
    assert_int_equal(store_letter_later(p->store, l.id, INSTANT(10), "451"), OK);
    assert_int_equal(store_letter_take(p->store, p->arena, INSTANT(9), UTC_SECOND, &got),
                     ERR_NOT_FOUND);
    assert_int_equal(store_letter_failed(p->store, l.id, "550"), OK);
    assert_int_equal(store_letter_take(p->store, p->arena, INSTANT(99), UTC_SECOND, &got),
                     ERR_NOT_FOUND);
    size_t n = 0;
    assert_int_equal(store_letter_retry(p->store, &l.id, INSTANT(100), &n), OK);
    assert_int_equal(n, 1);
    assert_int_equal(store_letter_take(p->store, p->arena, INSTANT(100), UTC_SECOND, &got), OK);
    assert_int_equal(store_letter_sent(p->store, l.id, l.to, INSTANT(100)), OK);
    assert_int_equal(store_letter_retry(p->store, &l.id, INSTANT(101), NULL), ERR_STATE);
    assert_int_equal(store_letter_retry(p->store, &(letter_id){ "x" }, INSTANT(101), NULL),
                     ERR_NOT_FOUND);
}

static void a_letter_of_nobody_goes_from_the_store_once_sent(void **state)
{
    struct place *p = *state;
    struct member m = add_member(p, "a@example.org");
    struct store_letter farewell = letter_to(&m, 1), waiting = letter_to(&m, 0), *list, got;
    const char *next;
    size_t n = 0;
    farewell.member.s[0] = 0;
    assert_int_equal(store_letter_add(p->store, &waiting), OK);
    assert_int_equal(store_account_delete(p->store, m.id, "a@example.org", &farewell), OK);
    assert_int_equal(store_letters_list(p->store, p->arena, true, NULL, 0, &list, &n, &next), OK);
    assert_int_equal(n, 1);
    assert_string_equal(list[0].id.s, farewell.id.s);
    assert_int_equal(store_letter_later(p->store, waiting.id, INSTANT(5), ""), ERR_NOT_FOUND);
    assert_int_equal(store_letter_take(p->store, p->arena, INSTANT(2), UTC_SECOND, &got), OK);
    assert_int_equal(store_letter_sent(p->store, got.id, got.to, INSTANT(2)), OK);
    assert_int_equal(store_letters_list(p->store, p->arena, false, NULL, 0, &list, &n, &next), OK);
    assert_int_equal(n, 0);
}

static void a_token_and_its_letter_are_written_together_or_not_at_all(void **state)
{
    struct place *p = *state;
    struct member m = add_member(p, "a@example.org"), other = m;
    struct store_letter l = letter_to(&m, 1), *list;
    const char *next;
    size_t n = 0;
    assert_int_equal(store_account_add(p->store, &other, "hash", NULL, &l), ERR_EXISTS);
    assert_int_equal(store_letters_list(p->store, p->arena, false, NULL, 0, &list, &n, &next), OK);
    assert_int_equal(n, 0);
}

static void sealed_bytes_open_with_their_key_and_for_their_thing_alone(void **state)
{
    (void)state;
    struct secret_key key = { { 1 } }, another = { { 2 } };
    uint8_t sealed[5 + SECRET_EXTRA], out[5];
    secret_seal(&key, "letter a", "hello", 5, sealed);
    assert_int_equal(secret_open(&key, "letter a", sealed, sizeof sealed, out), OK);
    assert_memory_equal(out, "hello", 5);
    assert_int_equal(secret_open(&key, "letter b", sealed, sizeof sealed, out), ERR_MALFORMED);
    assert_int_equal(secret_open(&another, "letter a", sealed, sizeof sealed, out), ERR_MALFORMED);
    assert_int_equal(secret_open(&key, "letter a", sealed, SECRET_EXTRA - 1, out), ERR_MALFORMED);
    sealed[30] ^= 1;
    assert_int_equal(secret_open(&key, "letter a", sealed, sizeof sealed, out), ERR_MALFORMED);
}

static void a_member_has_so_many_devices_and_the_oldest_is_forgotten(void **state)
{
    struct place *p = *state;
    struct member m = add_member(p, "a@example.org");
    bool is_known;
    for (int i = 0; i <= STORE_DEVICES_MAX; i++) {
        uint8_t digest[32] = { (uint8_t)i, 7 }, device[32] = { (uint8_t)i, 9 };
        struct store_session_start s = { .digest = digest,
                                         .member = m.id,
                                         .agent = "",
                                         .place = "FR",
                                         .now = INSTANT(i),
                                         .expires = INSTANT(1000),
                                         .device = device };
        assert_int_equal(store_session_start(p->store, &s), OK);
    }
    uint8_t first[32] = { 0, 9 }, second[32] = { 1, 9 };
    assert_int_equal(store_device_known(p->store, m.id, first, &is_known), OK);
    assert_false(is_known);
    assert_int_equal(store_device_known(p->store, m.id, second, &is_known), OK);
    assert_true(is_known);
}

int main(void)
{
#define ROW(f) cmocka_unit_test_setup_teardown(f, place_make, place_clear)
    const struct CMUnitTest tests[] = {
        ROW(a_letter_that_was_taken_is_kept_from_others_until_its_lease_ends),
        ROW(a_letter_of_nobody_goes_from_the_store_once_sent),
        ROW(a_token_and_its_letter_are_written_together_or_not_at_all),
        ROW(sealed_bytes_open_with_their_key_and_for_their_thing_alone),
        ROW(a_member_has_so_many_devices_and_the_oldest_is_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
