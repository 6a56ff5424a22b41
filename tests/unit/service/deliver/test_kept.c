#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/id.h"
#include "service/deliver/kept.h"

static struct http_content *content_of(const char *text)
{
    return http_content_create(text, strlen(text),
                               &(struct http_content_params){ .content_type = "text/plain" });
}

static const struct kept_key key = { .pass = "aaaaaaaaaaaaaaaaaaaaaaaaaa",
                                     .expires = { 7 },
                                     .base = "https://video.example.org",
                                     .name = "manifest.mpd",
                                     .tag = 99,
                                     .size = 1000 };

static bool has(struct kept *k, const struct kept_key *wanted)
{
    struct http_content *c = kept_find(k, wanted);
    bool is_there = c != NULL;
    http_content_unref(&c);
    return is_there;
}

static void what_was_kept_is_found_by_all_of_its_key_and_by_nothing_less(void **state)
{
    (void)state;
    struct kept *k = kept_create();
    struct http_content *c = content_of("one");
    struct kept_key others[] = { key, key, key, key, key, key };
    others[0].pass = "aaaaaaaaaaaaaaaaaaaaaaaaab";
    others[1].expires.us = 8;
    others[2].base = "https://video.example.com";
    others[3].name = "master.m3u8";
    others[4].tag = 98;
    others[5].size = 1001;
    assert_false(has(k, &key));
    kept_put(k, &key, c, 3);
    struct http_content *found = kept_find(k, &key);
    assert_ptr_equal(found, c);
    http_content_unref(&found);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_false(has(k, &others[i]));
    http_content_unref(&c);
    assert_true(has(k, &key));
    kept_destroy(&k);
    assert_null(k);
}

static void what_no_id_tells_apart_or_is_too_long_is_not_kept(void **state)
{
    (void)state;
    static char base[300];
    struct kept *k = kept_create();
    struct http_content *c = content_of("one");
    struct kept_key odd[] = { key, key, key };
    memset(base, 'b', sizeof base - 1);
    odd[0].pass = "";
    odd[1].base = base;
    odd[2].name = base;
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        kept_put(k, &odd[i], c, 3);
        assert_false(has(k, &odd[i]));
    }
    kept_put(k, &key, c, (size_t)KEPT_BYTES_MAX + 1);
    assert_false(has(k, &key));
    http_content_unref(&c);
    kept_destroy(&k);
}

static void no_more_than_the_ceiling_is_kept_and_the_newest_gets_in(void **state)
{
    (void)state;
    enum { EACH = KEPT_BYTES_MAX / 64, N = 5000 };
    struct kept *k = kept_create();
    struct http_content *c = content_of("large, it says");
    static char ids[N][ID_TEXT];
    size_t kept = 0, late = 0;
    for (size_t i = 0; i < N; i++) {
        struct kept_key one = key;
        id_new(ids[i]);
        one.pass = ids[i];
        kept_put(k, &one, c, EACH);
    }
    for (size_t i = 0; i < N; i++) {
        struct kept_key one = key;
        one.pass = ids[i];
        bool is_there = has(k, &one);
        kept += is_there;
        late += is_there && i >= N / 2;
    }
    assert_in_range(kept, 1, 64);
    assert_true(late > 0);
    http_content_unref(&c);
    kept_destroy(&k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_kept_is_found_by_all_of_its_key_and_by_nothing_less),
        cmocka_unit_test(what_no_id_tells_apart_or_is_too_long_is_not_kept),
        cmocka_unit_test(no_more_than_the_ceiling_is_kept_and_the_newest_gets_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
