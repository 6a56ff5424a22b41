#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <string.h>

#include "service/deliver/passes.h"

static struct pass_key keys[2], foreign;
static struct pass_door door = { .kind = PASS_MEDIA, .keys = keys, .n_keys = 2 };

static int make_keys(void **state)
{
    (void)state;
    pass_key_make(PASS_EDDSA, PASS_MEDIA, (const uint8_t[PASS_KEY]){ 2 }, &keys[0]);
    pass_key_make(PASS_EDDSA, PASS_MEDIA, (const uint8_t[PASS_KEY]){ 1 }, &keys[1]);
    pass_key_make(PASS_EDDSA, PASS_MEDIA, (const uint8_t[PASS_KEY]){ 3 }, &foreign);
    return 0;
}

static void sign(const struct pass_key *key, int64_t expires_us, char text[PASS_TEXT_MAX],
                 struct pass *pass)
{
    id_new(pass->playback);
    id_new(pass->playable);
    pass->expires.us = expires_us;
    pass_bind(pass, "/media/", "aaaaaaaaaaaaaaaaaaaaaaaaaa", "/");
    assert_int_equal(pass_sign(key, pass, text), OK);
}

static enum pass_verdict ask(struct passes *p, const char *text, size_t n, int64_t now_us,
                             struct pass *out)
{
    struct pass_question q = { .now = { now_us },
                               .method = PASS_GET,
                               .path = "/media/aaaaaaaaaaaaaaaaaaaaaaaaaa/master.m3u8" };
    return passes_check(p, text, n, &q, out);
}

static enum pass_verdict check(struct passes *p, const char *text, int64_t now_us,
                               char playable[ID_TEXT])
{
    struct pass pass;
    enum pass_verdict verdict = ask(p, text, strlen(text), now_us, &pass);
    if (verdict == PASS_GOOD)
        memcpy(playable, pass.playable, ID_TEXT);
    return verdict;
}

static void a_pass_is_good_until_its_instant_also_when_it_was_seen_before(void **state)
{
    (void)state;
    struct passes *p = passes_create(&door);
    char text[PASS_TEXT_MAX], playable[ID_TEXT];
    struct pass pass = { .kind = PASS_MEDIA };
    sign(&keys[0], 100 * UTC_SECOND, text, &pass);
    for (int round = 0; round < 3; round++) {
        assert_int_equal(check(p, text, 100 * UTC_SECOND - 1, playable), PASS_GOOD);
        assert_string_equal(playable, pass.playable);
        assert_int_equal(check(p, text, 100 * UTC_SECOND, playable), PASS_EXPIRED);
    }
    passes_destroy(&p);
    assert_null(p);
}

/* What was once found good is asked again for each address, method and place. */
static void a_pass_that_was_seen_opens_no_other_address(void **state)
{
    (void)state;
    struct passes *p = passes_create(&door);
    char text[PASS_TEXT_MAX];
    struct pass pass = { .methods = PASS_GET, .territories = { "FR" }, .n_territories = 1 }, out;
    sign(&keys[0], 100 * UTC_SECOND, text, &pass);
    static const struct {
        struct pass_question q;
        enum pass_verdict verdict;
    } rows[] = {
        { { .method = PASS_GET, .path = "/media/aaaaaaaaaaaaaaaaaaaaaaaaaa/x" }, PASS_GOOD },
        { { .method = PASS_GET, .path = "/media/baaaaaaaaaaaaaaaaaaaaaaaaa/x" }, PASS_PATH_WRONG },
        { { .method = PASS_HEAD, .path = "/media/aaaaaaaaaaaaaaaaaaaaaaaaaa/x" },
          PASS_METHOD_WRONG },
        { { .method = PASS_GET, .path = "/media/aaaaaaaaaaaaaaaaaaaaaaaaaa/x", .territory = "BE" },
          PASS_TERRITORY_WRONG },
    };
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
            assert_int_equal(passes_check(p, text, strlen(text), &rows[i].q, &out),
                             rows[i].verdict);
    passes_destroy(&p);
}

static void a_pass_says_the_same_limits_whenever_it_is_seen(void **state)
{
    (void)state;
    struct passes *p = passes_create(&door);
    char text[PASS_TEXT_MAX];
    struct pass pass = { .lines = 576, .languages = "-fr:dub" };
    sign(&keys[0], 100 * UTC_SECOND, text, &pass);
    for (int round = 0; round < 3; round++) {
        struct pass out = { .lines = 1 };
        assert_int_equal(ask(p, text, strlen(text), 0, &out), PASS_GOOD);
        assert_int_equal(out.lines, 576);
        assert_string_equal(out.languages, "-fr:dub");
        assert_string_equal(out.playback, pass.playback);
    }
    passes_destroy(&p);
}

static void only_our_keys_open_and_any_of_them(void **state)
{
    (void)state;
    struct passes *p = passes_create(&door);
    char text[PASS_TEXT_MAX], playable[ID_TEXT];
    struct pass pass = { .kind = PASS_MEDIA };
    sign(&keys[1], 100 * UTC_SECOND, text, &pass);
    assert_int_equal(check(p, text, 0, playable), PASS_GOOD);
    sign(&foreign, 100 * UTC_SECOND, text, &pass);
    assert_int_equal(check(p, text, 0, playable), PASS_KEY_UNKNOWN);
    passes_destroy(&p);
}

static void a_pass_with_one_character_changed_opens_nothing(void **state)
{
    (void)state;
    struct passes *p = passes_create(&door);
    char text[PASS_TEXT_MAX], playable[ID_TEXT];
    struct pass pass = { .kind = PASS_MEDIA }, unused;
    sign(&keys[0], 100 * UTC_SECOND, text, &pass);
    assert_int_equal(check(p, text, 0, playable), PASS_GOOD);
    for (size_t i = 0; text[i] != 0; i++) {
        char kept = text[i];
        text[i] = kept == 'A' ? 'B' : 'A';
        assert_int_not_equal(check(p, text, 0, playable), PASS_GOOD);
        text[i] = kept;
    }
    assert_int_not_equal(ask(p, text, strlen(text) - 1, 0, &unused), PASS_GOOD);
    assert_int_not_equal(ask(p, "", 0, 0, &unused), PASS_GOOD);
    assert_int_equal(check(p, text, 0, playable), PASS_GOOD);
    passes_destroy(&p);
}

static void what_a_pass_was_renewed_by_is_kept_while_it_is_of_use(void **state)
{
    (void)state;
    struct passes *p = passes_create(&door);
    char text[PASS_TEXT_MAX], other[PASS_TEXT_MAX], playable[ID_TEXT], fresh[PASS_TEXT_MAX];
    struct pass pass = { .renewal_seconds = 60, .deadline_seconds = 1000 };
    sign(&keys[0], 100 * UTC_SECOND, text, &pass);
    sign(&keys[0], 100 * UTC_SECOND, other, &pass);
    size_t n = strlen(text);
    passes_renewed(p, text, n, "fresh", (utc_time){ 160 * UTC_SECOND }); /* nobody knows it yet */
    assert_false(passes_fresh(p, text, n, (utc_time){ 0 }, 0, fresh));
    assert_int_equal(check(p, text, 100 * UTC_SECOND, playable), PASS_RENEWABLE);
    assert_int_equal(check(p, other, 100 * UTC_SECOND, playable), PASS_RENEWABLE);
    passes_renewed(p, text, n, "fresh", (utc_time){ 160 * UTC_SECOND });
    assert_true(passes_fresh(p, text, n, (utc_time){ 145 * UTC_SECOND }, 15, fresh));
    assert_string_equal(fresh, "fresh");
    assert_false(passes_fresh(p, text, n, (utc_time){ 145 * UTC_SECOND + 1 }, 15, fresh));
    assert_false(passes_fresh(p, other, strlen(other), (utc_time){ 0 }, 0, fresh));
    passes_destroy(&p);
}

enum { MANY = 40000 }; /* more than there is room for */
static char texts[MANY][PASS_TEXT_MAX];
static struct pass passes[MANY];

static void *ask_for_all(void *context)
{
    char playable[ID_TEXT];
    size_t wrong = 0;
    for (size_t i = 0; i < MANY; i++)
        if (check(context, texts[i], 0, playable) != PASS_GOOD ||
            strcmp(playable, passes[i].playable) != 0)
            wrong++;
    return wrong == 0 ? context : NULL;
}

static void threads_with_more_passes_than_room_all_get_their_own(void **state)
{
    (void)state;
    struct passes *p = passes_create(&door);
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
        cmocka_unit_test(a_pass_that_was_seen_opens_no_other_address),
        cmocka_unit_test(a_pass_says_the_same_limits_whenever_it_is_seen),
        cmocka_unit_test(only_our_keys_open_and_any_of_them),
        cmocka_unit_test(a_pass_with_one_character_changed_opens_nothing),
        cmocka_unit_test(what_a_pass_was_renewed_by_is_kept_while_it_is_of_use),
        cmocka_unit_test(threads_with_more_passes_than_room_all_get_their_own),
    };
    return cmocka_run_group_tests(tests, make_keys, NULL);
}
