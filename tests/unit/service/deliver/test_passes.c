#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <string.h>

#include "service/deliver/passes.h"

static const struct pass_key old_key = { .id = 1, .bytes = { 1 } };
static const struct pass_key keys[] = { { .id = 2, .bytes = { 2 } }, { .id = 1, .bytes = { 1 } } };
static const struct pass_key foreign = { .id = 2, .bytes = { 3 } };

static void sign(const struct pass_key *key, int64_t expires_us, char text[PASS_TEXT_MAX],
                 struct pass *pass)
{
    id_new(pass->member);
    id_new(pass->playback);
    id_new(pass->playable);
    pass->expires.us = expires_us;
    assert_int_equal(pass_sign(key, pass, text), OK);
}

static bool check(struct passes *p, const char *text, int64_t now_us, char playable[ID_TEXT])
{
    struct pass pass;
    bool good = passes_check(p, text, strlen(text), (utc_time){ now_us }, &pass);
    if (good)
        memcpy(playable, pass.playable, ID_TEXT);
    return good;
}

static void a_pass_is_good_until_its_instant_also_when_it_was_seen_before(void **state)
{
    (void)state;
    struct passes *p = passes_create(keys, 2);
    char text[PASS_TEXT_MAX], playable[ID_TEXT];
    struct pass pass = { 0 };
    sign(&keys[0], 100 * UTC_SECOND, text, &pass);
    for (int round = 0; round < 3; round++) {
        assert_true(check(p, text, 100 * UTC_SECOND - 1, playable));
        assert_string_equal(playable, pass.playable);
        assert_false(check(p, text, 100 * UTC_SECOND, playable));
    }
    passes_destroy(&p);
    assert_null(p);
}

static void a_pass_says_the_same_limits_whenever_it_is_seen(void **state)
{
    (void)state;
    struct passes *p = passes_create(keys, 2);
    char text[PASS_TEXT_MAX];
    struct pass pass = { .lines = 576, .languages = "-fr:dub" };
    sign(&keys[0], 100 * UTC_SECOND, text, &pass);
    for (int round = 0; round < 3; round++) {
        struct pass out = { .lines = 1 };
        assert_true(passes_check(p, text, strlen(text), (utc_time){ 0 }, &out));
        assert_int_equal(out.lines, 576);
        assert_string_equal(out.languages, "-fr:dub");
        assert_string_equal(out.playback, pass.playback);
    }
    passes_destroy(&p);
}

static void only_our_keys_open_and_any_of_them(void **state)
{
    (void)state;
    struct passes *p = passes_create(keys, 2);
    char text[PASS_TEXT_MAX], playable[ID_TEXT];
    struct pass pass = { 0 };
    sign(&old_key, 100 * UTC_SECOND, text, &pass);
    assert_true(check(p, text, 0, playable));
    sign(&foreign, 100 * UTC_SECOND, text, &pass);
    assert_false(check(p, text, 0, playable));
    passes_destroy(&p);
}

static void a_pass_with_one_character_changed_opens_nothing(void **state)
{
    (void)state;
    struct passes *p = passes_create(keys, 2);
    char text[PASS_TEXT_MAX], playable[ID_TEXT];
    struct pass pass = { 0 }, unused;
    sign(&keys[0], 100 * UTC_SECOND, text, &pass);
    assert_true(check(p, text, 0, playable));
    for (size_t i = 0; text[i] != 0; i++) {
        char kept = text[i];
        text[i] = kept == 'A' ? 'B' : 'A';
        assert_false(check(p, text, 0, playable));
        text[i] = kept;
    }
    assert_false(passes_check(p, text, strlen(text) - 1, (utc_time){ 0 }, &unused));
    assert_false(passes_check(p, "", 0, (utc_time){ 0 }, &unused));
    assert_true(check(p, text, 0, playable));
    passes_destroy(&p);
}

enum { MANY = 6000 }; /* more than there is room for */
static char texts[MANY][PASS_TEXT_MAX];
static struct pass passes[MANY];

static void *ask_for_all(void *context)
{
    char playable[ID_TEXT];
    size_t wrong = 0;
    for (size_t i = 0; i < MANY; i++)
        if (!check(context, texts[i], 0, playable) || strcmp(playable, passes[i].playable) != 0)
            wrong++;
    return wrong == 0 ? context : NULL;
}

static void threads_with_more_passes_than_room_all_get_their_own(void **state)
{
    (void)state;
    struct passes *p = passes_create(keys, 2);
    pthread_t threads[4];
    for (size_t i = 0; i < MANY; i++)
        sign(&keys[0], 100 * UTC_SECOND, texts[i], &passes[i]);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask_for_all, p), 0);
    for (size_t i = 0; i < 4; i++) {
        void *result = NULL;
        pthread_join(threads[i], &result);
        assert_ptr_equal(result, p);
    }
    passes_destroy(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pass_is_good_until_its_instant_also_when_it_was_seen_before),
        cmocka_unit_test(a_pass_says_the_same_limits_whenever_it_is_seen),
        cmocka_unit_test(only_our_keys_open_and_any_of_them),
        cmocka_unit_test(a_pass_with_one_character_changed_opens_nothing),
        cmocka_unit_test(threads_with_more_passes_than_room_all_get_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
