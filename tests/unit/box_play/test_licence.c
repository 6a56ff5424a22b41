#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <string.h>

#include "box/play/keys.h"
#include "box/play/licence.h"

static struct keys *some_keys(void)
{
    struct keys *keys = NULL;
    assert_int_equal(keys_create(&keys), OK);
    return keys;
}

static void a_licence_is_asked_for_as_browsers_do(void **state)
{
    (void)state;
    static const uint8_t kids[2][KEYS_ID] = { { 0, 1, 2 }, { 0xff, 0xfe } };
    struct buf b;
    buf_init(&b, 4096);
    licence_ask(&b, kids, 2);
    assert_string_equal(buf_string(&b), "{\"kids\":[\"AAECAAAAAAAAAAAAAAAAAA\","
                                        "\"__4AAAAAAAAAAAAAAAAAAA\"],\"type\":\"temporary\"}");
    buf_finish(&b);
}

static void the_keys_of_an_answer_are_found_by_their_ids(void **state)
{
    (void)state;
    static const char text[] =
        "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"AAECAAAAAAAAAAAAAAAAAA\",\"k\":"
        "\"EREREREREREREREREREREQ\"},{\"kty\":\"oct\",\"alg\":\"A128KW\",\"kid\":"
        "\"__4AAAAAAAAAAAAAAAAAAA\",\"k\":\"IiIiIiIiIiIiIiIiIiIiIg\"}],\"type\":\"temporary\"}";
    static const uint8_t first[KEYS_ID] = { 0, 1, 2 }, second[KEYS_ID] = { 0xff, 0xfe },
                         none[KEYS_ID] = { 7 };
    uint8_t key[KEYS_KEY];
    struct keys *keys = some_keys();
    size_t put = 0;
    assert_int_equal(licence_read(text, sizeof text - 1, keys, &put), OK);
    assert_int_equal(put, 2);
    assert_true(keys_find(keys, first, key));
    assert_int_equal(key[0], 0x11);
    assert_true(keys_find(keys, second, key));
    assert_int_equal(key[15], 0x22);
    assert_false(keys_find(keys, none, key));
    keys_unref(&keys);
    assert_null(keys);
}

static void what_is_no_licence_is_refused(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "",
        "[]",
        "{}",
        "{\"keys\":{}}",
        "{\"keys\":[1]}",
        "{\"keys\":[{}]}",
        "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"AAECAAAAAAAAAAAAAAAAAA\",\"k\":"
        "\"EREREREREREREREREREREQ\"}]}",
        "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"AAEC\",\"k\":\"EREREREREREREREREREREQ\"}]}",
        "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"AAECAAAAAAAAAAAAAAAAAA\",\"k\":\"ERE\"}]}",
        "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"AAECAAAAAAAAAAAAAAAAAA\",\"k\":"
        "\"EREREREREREREREREREREREREREQ\"}]}",
        "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"AAECAAAAAAAAAAAAAAAAAA\",\"k\":"
        "\"EREREREREREREREREREREQ==\"}]}",
        "{\"keys\":[]",
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct keys *keys = some_keys();
        size_t put = 9;
        assert_int_equal(licence_read(rows[i], strlen(rows[i]), keys, &put), ERR_MALFORMED);
        assert_int_equal(put, 0);
        keys_unref(&keys);
    }
}

static void there_is_room_for_so_many_and_none_after_the_end(void **state)
{
    (void)state;
    struct keys *keys = some_keys(), *other = keys_ref(keys);
    uint8_t id[KEYS_ID] = { 0 }, key[KEYS_KEY] = { 1 }, found[KEYS_KEY];
    for (unsigned i = 0; i < KEYS_MAX; i++) {
        id[0] = (uint8_t)i;
        assert_int_equal(keys_put(keys, id, key), OK);
    }
    id[0] = KEYS_MAX;
    assert_int_equal(keys_put(keys, id, key), ERR_FULL);
    id[0] = 3;
    key[0] = 2;
    assert_int_equal(keys_put(keys, id, key), OK); /* a new one takes the old one's place */
    assert_true(keys_find(other, id, found));
    assert_int_equal(found[0], 2);
    keys_unref(&keys);
    keys_wipe(other);
    assert_false(keys_find(other, id, found));
    assert_int_equal(keys_put(other, id, key), ERR_FULL);
    keys_unref(&other);
    keys_unref(&other);
}

static void *look_for_keys(void *context)
{
    struct keys *keys = keys_ref(context);
    uint8_t id[KEYS_ID] = { 1 }, key[KEYS_KEY];
    for (int i = 0; i < 20000; i++) {
        if (keys_find(keys, id, key))
            assert_int_equal(key[0], 9);
    }
    keys_unref(&keys);
    return NULL;
}

static void elements_look_for_keys_while_the_player_wipes_them(void **state)
{
    (void)state;
    struct keys *keys = some_keys();
    static const uint8_t id[KEYS_ID] = { 1 }, key[KEYS_KEY] = { 9 };
    pthread_t threads[3];
    assert_int_equal(keys_put(keys, id, key), OK);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, look_for_keys, keys), 0);
    keys_wipe(keys);
    for (size_t i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    keys_unref(&keys);
}

static void a_refusal_is_told_in_a_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *line;
    } rows[] = {
        { "{\"title\":\"The stream runs no more\",\"status\":403,\"reason\":\"seats\"}",
          "The stream runs no more (seats)" },
        { "{\"title\":\"There is no such key\"}", "There is no such key" },
        { "{\"reason\":\"seats\"}", "seats" },
        { "{\"title\":\"two\\nlines\"}", "" },
        { "{\"title\":7}", "" },
        { "<html>", "" },
        { "", "" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char line[64] = "before";
        licence_problem(rows[i].text, strlen(rows[i].text), line, sizeof line);
        assert_string_equal(line, rows[i].line);
    }
    char small[8];
    licence_problem(rows[0].text, strlen(rows[0].text), small, sizeof small);
    assert_in_range(strlen(small), 0, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_licence_is_asked_for_as_browsers_do),
        cmocka_unit_test(the_keys_of_an_answer_are_found_by_their_ids),
        cmocka_unit_test(what_is_no_licence_is_refused),
        cmocka_unit_test(there_is_room_for_so_many_and_none_after_the_end),
        cmocka_unit_test(elements_look_for_keys_while_the_player_wipes_them),
        cmocka_unit_test(a_refusal_is_told_in_a_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
