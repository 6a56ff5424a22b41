#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "driver/store/account.h"
#include "driver/store/passkeys.h"
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

static struct store_challenge challenge(uint8_t n)
{
    struct store_challenge c = { .expires = INSTANT(300) };
    c.digest[0] = n;
    return c;
}

static struct store_passkey passkey_of(const struct member *m, const char *credential)
{
    struct store_passkey k = { .member = m->id,
                               .credential = (const uint8_t *)credential,
                               .credential_size = strlen(credential),
                               .algorithm = -7,
                               .key = (const uint8_t *)"KEY",
                               .key_size = 3,
                               .counter = 5,
                               .name = "Phone",
                               .transports = 6,
                               .may_be_backed_up = true,
                               .created = INSTANT(1) };
    id_new(k.id.s);
    return k;
}

static enum err add(struct place *p, const struct store_passkey *k, uint8_t n)
{
    struct store_challenge c = challenge(n);
    return store_passkey_add(p->store, k, &c, NULL);
}

static enum err find(struct place *p, const char *credential, struct store_passkey *out,
                     struct member *member)
{
    return store_passkey_find(p->store, p->arena, (const uint8_t *)credential, strlen(credential),
                              out, member);
}

static void a_passkey_is_found_as_it_was_added_with_its_member(void **state)
{
    struct place *p = *state;
    struct member m = add_member(p, "a@example.org"), whose;
    struct store_passkey k = passkey_of(&m, "one"), got;
    assert_int_equal(find(p, "one", &got, &whose), ERR_NOT_FOUND);
    assert_int_equal(add(p, &k, 1), OK);
    assert_int_equal(find(p, "one", &got, &whose), OK);
    assert_string_equal(whose.email, "a@example.org");
    assert_string_equal(got.id.s, k.id.s);
    assert_string_equal(got.member.s, m.id.s);
    assert_memory_equal(got.credential, "one", 3);
    assert_memory_equal(got.key, "KEY", 3);
    assert_int_equal(got.algorithm, -7);
    assert_int_equal(got.counter, 5);
    assert_int_equal(got.transports, 6);
    assert_true(got.may_be_backed_up && !got.is_backed_up);
    assert_true(got.created.us == INSTANT(1).us && got.used.us == 0);
    assert_int_equal(find(p, "on", &got, &whose), ERR_NOT_FOUND);
    assert_int_equal(find(p, "ones", &got, &whose), ERR_NOT_FOUND);
}

static void a_credential_is_of_one_member_and_a_challenge_is_taken_once(void **state)
{
    struct place *p = *state;
    struct member a = add_member(p, "a@example.org"), b = add_member(p, "b@example.org");
    struct store_passkey one = passkey_of(&a, "one"), same = passkey_of(&b, "one"),
                         two = passkey_of(&b, "two");
    assert_int_equal(add(p, &one, 1), OK);
    assert_int_equal(add(p, &same, 2), ERR_EXISTS);
    assert_int_equal(add(p, &two, 1), ERR_EXPIRED);
    assert_int_equal(add(p, &two, 2), OK); /* what was refused took none */
    struct store_passkey late = passkey_of(&b, "three");
    late.created = INSTANT(300);
    assert_int_equal(add(p, &late, 1), OK); /* forgotten: who made it knows its time has passed */
}

static void a_member_has_ten_at_most_and_one_who_is_gone_has_none(void **state)
{
    struct place *p = *state;
    struct member a = add_member(p, "a@example.org"), b = add_member(p, "b@example.org");
    char name[8];
    for (uint8_t i = 0; i <= STORE_PASSKEYS_MAX; i++) {
        snprintf(name, sizeof name, "key-%u", (unsigned)i);
        struct store_passkey k = passkey_of(&a, name);
        assert_int_equal(add(p, &k, i), i < STORE_PASSKEYS_MAX ? OK : ERR_FULL);
    }
    struct store_passkey other = passkey_of(&b, "other"), *all = NULL;
    size_t n = 0;
    assert_int_equal(add(p, &other, 100), OK);
    assert_int_equal(store_passkeys_list(p->store, p->arena, a.id, &all, &n), OK);
    assert_int_equal(n, STORE_PASSKEYS_MAX);
    id_new(other.member.s);
    other.credential = (const uint8_t *)"else!";
    assert_int_equal(add(p, &other, 101), ERR_NOT_FOUND);
}

static enum err use(struct place *p, const struct store_passkey *k, uint32_t counter, uint8_t n)
{
    struct store_challenge c = challenge(n);
    return store_passkey_use(p->store, k, counter, true, &c, INSTANT(9));
}

static void of_two_uses_at_once_the_one_that_counts_further_stays(void **state)
{
    struct place *p = *state;
    struct member m = add_member(p, "a@example.org"), whose;
    struct store_passkey k = passkey_of(&m, "one"), before, got;
    assert_int_equal(add(p, &k, 1), OK);
    assert_int_equal(find(p, "one", &before, &whose), OK);
    assert_int_equal(use(p, &before, 8, 2), OK);
    assert_int_equal(use(p, &before, 9, 2), ERR_EXPIRED);
    assert_int_equal(use(p, &before, 8, 3), ERR_ORDER); /* judged by what was there before */
    assert_int_equal(use(p, &before, 7, 3), ERR_ORDER);
    assert_int_equal(use(p, &before, 9, 3), OK);
    assert_int_equal(find(p, "one", &got, &whose), OK);
    assert_int_equal(got.counter, 9);
    assert_true(got.is_backed_up && got.used.us == INSTANT(9).us);
    assert_int_equal(store_passkey_remove(p->store, m.id, k.id.s, NULL), OK);
    assert_int_equal(use(p, &got, 10, 4), ERR_NOT_FOUND);
}

static void one_that_does_not_count_is_used_again_and_again(void **state)
{
    struct place *p = *state;
    struct member m = add_member(p, "a@example.org");
    struct store_passkey k = passkey_of(&m, "one");
    k.counter = 0;
    assert_int_equal(add(p, &k, 1), OK);
    assert_int_equal(use(p, &k, 0, 2), OK);
    assert_int_equal(use(p, &k, 0, 3), OK);
    assert_int_equal(use(p, &k, 0, 3), ERR_EXPIRED);
}

static void only_their_member_names_and_removes_them_and_they_go_with_the_member(void **state)
{
    struct place *p = *state;
    struct member a = add_member(p, "a@example.org"), b = add_member(p, "b@example.org"), whose;
    struct store_passkey k = passkey_of(&a, "one"), got;
    assert_int_equal(add(p, &k, 1), OK);
    assert_int_equal(store_passkey_rename(p->store, b.id, k.id.s, "Mine"), ERR_NOT_FOUND);
    assert_int_equal(store_passkey_remove(p->store, b.id, k.id.s, NULL), ERR_NOT_FOUND);
    assert_int_equal(store_passkey_rename(p->store, a.id, k.id.s, "Key"), OK);
    assert_int_equal(find(p, "one", &got, &whose), OK);
    assert_string_equal(got.name, "Key");
    assert_int_equal(store_account_delete(p->store, a.id, "a@example.org", NULL), OK);
    assert_int_equal(find(p, "one", &got, &whose), ERR_NOT_FOUND);
}

int main(void)
{
#define ROW(f) cmocka_unit_test_setup_teardown(f, place_make, place_clear)
    const struct CMUnitTest tests[] = {
        ROW(a_passkey_is_found_as_it_was_added_with_its_member),
        ROW(a_credential_is_of_one_member_and_a_challenge_is_taken_once),
        ROW(a_member_has_ten_at_most_and_one_who_is_gone_has_none),
        ROW(of_two_uses_at_once_the_one_that_counts_further_stays),
        ROW(one_that_does_not_count_is_used_again_and_again),
        ROW(only_their_member_names_and_removes_them_and_they_go_with_the_member),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
