#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "driver/password/password.h"

static void a_password_is_known_again_and_no_other(void **state)
{
    (void)state;
    char hash[PASSWORD_HASH_TEXT];
    bool good = false;
    assert_int_equal(password_hash("lumi\xc3\xa8re 1895", 14, hash), OK);
    assert_non_null(strstr(hash, "$argon2id$v=19$m=19456,t=2,p=1$"));
    assert_int_equal(password_check(hash, "lumi\xc3\xa8re 1895", 14, &good), OK);
    assert_true(good);
    assert_int_equal(password_check(hash, "lumi\xc3\xa8re 1896", 14, &good), OK);
    assert_false(good);
    assert_int_equal(password_check(hash, "", 0, &good), OK);
    assert_false(good);
    assert_int_equal(password_check("not a hash", "x", 1, &good), OK);
    assert_false(good);
    assert_false(password_is_outdated(hash));
    assert_true(password_is_outdated("$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$aGFzaA"));
}

static double seconds_of_check(const char *hash)
{
    struct timespec a, b;
    bool good;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &a);
    assert_int_equal(password_check(hash, "some password", 13, &good), OK);
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &b);
    assert_false(good);
    return (double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) / 1e9;
}

static void an_unknown_account_takes_as_long_as_a_known_one(void **state)
{
    (void)state;
    char hash[PASSWORD_HASH_TEXT];
    double known = 1e9, unknown = 1e9;
    assert_int_equal(password_hash("another", 7, hash), OK);
    for (int i = 0; i < 5; i++) {
        double k = seconds_of_check(hash), u = seconds_of_check(NULL);
        known = k < known ? k : known;
        unknown = u < unknown ? u : unknown;
    }
    assert_true(unknown > known * 0.5 && unknown < known * 2);
}

static void *hash_one(void *out)
{
    char hash[PASSWORD_HASH_TEXT];
    *(enum err *)out = password_hash("password of many", 16, hash);
    return NULL;
}

static void many_threads_wait_their_turn(void **state)
{
    (void)state;
    enum { THREADS = 12 };
    pthread_t threads[THREADS];
    enum err errs[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, hash_one, &errs[i]), 0);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(errs[i], OK);
    }
}

static void tokens_differ_and_only_their_digest_is_needed(void **state)
{
    (void)state;
    char a[TOKEN_TEXT], b[TOKEN_TEXT];
    uint8_t of_a[TOKEN_DIGEST], of_b[TOKEN_DIGEST], again[TOKEN_DIGEST];
    token_new(a, of_a);
    token_new(b, of_b);
    assert_int_equal(strlen(a), TOKEN_TEXT - 1);
    assert_string_not_equal(a, b);
    assert_int_equal(token_digest(a, strlen(a), again), OK);
    assert_memory_equal(again, of_a, TOKEN_DIGEST);
    assert_memory_not_equal(of_a, of_b, TOKEN_DIGEST);
    assert_int_equal(token_digest(a, strlen(a) - 1, again), ERR_MALFORMED);
    a[5] = '=';
    assert_int_equal(token_digest(a, strlen(a), again), ERR_MALFORMED);
    assert_int_equal(token_digest("", 0, again), ERR_MALFORMED);
}

static void a_new_password_can_be_read_to_somebody(void **state)
{
    (void)state;
    char a[PASSWORD_NEW_TEXT], b[PASSWORD_NEW_TEXT];
    password_new(a);
    password_new(b);
    assert_string_not_equal(a, b);
    assert_int_equal(strlen(a), 29);
    assert_int_equal(strspn(a, "abcdefghijkmnpqrstuvwxyz23456789-"), 29);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_password_is_known_again_and_no_other),
        cmocka_unit_test(an_unknown_account_takes_as_long_as_a_known_one),
        cmocka_unit_test(many_threads_wait_their_turn),
        cmocka_unit_test(tokens_differ_and_only_their_digest_is_needed),
        cmocka_unit_test(a_new_password_can_be_read_to_somebody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
