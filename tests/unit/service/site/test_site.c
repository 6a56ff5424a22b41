#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "service/site/site.h"

static void the_page_is_there_and_is_asked_for_again_each_time(void **state)
{
    (void)state;
    const struct site_asset *page = site_find("/");
    assert_non_null(page);
    assert_string_equal(page->content_type, "text/html; charset=utf-8");
    assert_false(page->is_immutable);
    assert_memory_equal(page->bytes, "<!doctype html>", 15);
    assert_true(strlen(page->etag) > 0);
}

static void every_asset_is_found_by_its_path_and_nothing_else_is(void **state)
{
    (void)state;
    size_t n;
    const struct site_asset *assets = site_assets(&n);
    assert_true(n >= 1);
    for (size_t i = 0; i < n; i++) {
        assert_ptr_equal(site_find(assets[i].path), &assets[i]);
        assert_true(assets[i].size > 0);
        assert_int_equal(assets[i].is_immutable, strncmp(assets[i].path, "/assets/", 8) == 0);
    }
    static const char *const strangers[] = { "",        "/index.html",           "/assets/",
                                             "/assets", "/assets/../index.html", "//",
                                             "/nothing" };
    for (size_t i = 0; i < sizeof strangers / sizeof strangers[0]; i++)
        assert_null(site_find(strangers[i]));
}

static void compressed_bytes_are_gzip_and_smaller(void **state)
{
    (void)state;
    size_t n;
    const struct site_asset *assets = site_assets(&n);
    for (size_t i = 0; i < n; i++) {
        if (assets[i].gzip_bytes == NULL)
            continue;
        assert_true(assets[i].gzip_size < assets[i].size);
        assert_memory_equal(assets[i].gzip_bytes, "\x1f\x8b\x08", 3);
        const uint8_t *tail = assets[i].gzip_bytes + assets[i].gzip_size - 4; /* RFC 1952: ISIZE */
        size_t size =
            (size_t)tail[0] | (size_t)tail[1] << 8 | (size_t)tail[2] << 16 | (size_t)tail[3] << 24;
        assert_int_equal(size, assets[i].size);
    }
}

/* The page may only name assets that are in the binary. */
static void what_the_page_names_is_served(void **state)
{
    (void)state;
    const struct site_asset *page = site_find("/");
    const char *at = (const char *)page->bytes, *end = at + page->size;
    size_t named = 0, n;
    while ((at = memmem(at, (size_t)(end - at), "\"/assets/", 9)) != NULL) {
        at++;
        const char *quote = memchr(at, '"', (size_t)(end - at));
        assert_non_null(quote);
        char path[200];
        assert_true((size_t)(quote - at) < sizeof path);
        memcpy(path, at, (size_t)(quote - at));
        path[quote - at] = '\0';
        const struct site_asset *asset = site_find(path);
        assert_non_null(asset);
        assert_true(asset->is_immutable);
        named++;
    }
    (void)site_assets(&n);
    if (n == 1)
        print_message("built without the site: only its notice was looked at\n");
    else
        assert_true(named >= 3); /* icon, style, script */
}

static void the_addresses_of_the_site_are_told_from_others(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        bool is_page;
    } rows[] = {
        { "/", true },
        { "/join", true },
        { "/sign-in", true },
        { "/account", true },
        { "/forgot", true },
        { "/reset", true },
        { "/verify", true },
        { "/profiles", true },
        { "/plans", true },
        { "/subscribe", true },
        { "/rent", true },
        { "/link", true },
        { "/search", true },
        { "/title/abc", true },
        { "/watch/abc", true },
        { "/console", true },
        { "/console/titles/abc", true },
        { "", false },
        { "/title/", false },
        { "/title", false },
        { "/joined", false },
        { "/consoles", false },
        { "/assets/main.js", false },
        { "/api/v1/home", false },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(site_is_page(rows[i].path), rows[i].is_page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_page_is_there_and_is_asked_for_again_each_time),
        cmocka_unit_test(every_asset_is_found_by_its_path_and_nothing_else_is),
        cmocka_unit_test(compressed_bytes_are_gzip_and_smaller),
        cmocka_unit_test(what_the_page_names_is_served),
        cmocka_unit_test(the_addresses_of_the_site_are_told_from_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
