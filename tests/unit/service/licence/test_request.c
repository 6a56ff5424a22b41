#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "service/licence/request.h"

#define A "AAECAwQFBgcICQoLDA0ODw"
#define B "_-7dzLuqmYh3ZlVEMyIRAA"

static void a_request_is_read_as_players_send_it(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum err err;
        size_t n;
    } rows[] = {
        { "{\"kids\":[\"" A "\"],\"type\":\"temporary\"}", OK, 1 },
        { " { \"type\" : \"temporary\" , \"kids\" : [ \"" A "\" , \"" B "\" ] } ", OK, 2 },
        { "{\"kids\":[\"" A "\"]}", OK, 1 },
        { "{\"kids\":[\"" A "\",\"" A "\"]}", OK, 1 },
        { "{\"kids\":[\"" A "\"],\"type\":\"persistent-license\"}", ERR_UNSUPPORTED, 0 },
        { "{\"kids\":[]}", ERR_MALFORMED, 0 },
        { "{\"type\":\"temporary\"}", ERR_MALFORMED, 0 },
        { "{\"kids\":\"" A "\"}", ERR_MALFORMED, 0 },
        { "{\"kids\":[1]}", ERR_MALFORMED, 0 },
        { "{\"kids\":[null]}", ERR_MALFORMED, 0 },
        { "{\"kids\":[[\"" A "\"]]}", ERR_MALFORMED, 0 },
        { "{\"kids\":[\"" A "==\"]}", ERR_MALFORMED, 0 },
        { "{\"kids\":[\"AAECAwQFBgcICQoLDA0OD\"]}", ERR_MALFORMED, 0 },
        { "{\"kids\":[\"AAECAwQFBgcICQoLDA0ODx\"]}", ERR_MALFORMED, 0 }, /* trailing bits */
        { "{\"kids\":[\"AAECAwQFBgcICQoLDA0OD+\"]}", ERR_MALFORMED, 0 }, /* not base64url */
        { "{\"kids\":[\"" A "\"],\"more\":1}", ERR_MALFORMED, 0 },
        { "{\"kids\":[\"" A "\"],\"kids\":[\"" B "\"]}", ERR_MALFORMED, 0 },
        { "{\"kids\":[\"" A "\"],}", ERR_MALFORMED, 0 },
        { "{\"kids\":[\"" A "\"]}x", ERR_MALFORMED, 0 },
        { "[\"" A "\"]", ERR_MALFORMED, 0 },
        { "", ERR_MALFORMED, 0 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct request_kids kids;
        char why[REQUEST_WHY];
        enum err err = request_read(rows[i].text, strlen(rows[i].text), &kids, why);
        if (err != rows[i].err)
            print_message("row %zu: %s\n", i, rows[i].text);
        assert_int_equal(err, rows[i].err);
        if (err == OK)
            assert_int_equal(kids.n, rows[i].n);
        if (err == ERR_MALFORMED)
            assert_true(why[0] != 0);
    }
}

static void a_request_has_ceilings(void **state)
{
    (void)state;
    static char text[REQUEST_MAX + 2];
    struct request_kids kids;
    char why[REQUEST_WHY];
    memset(text, ' ', sizeof text);
    assert_int_equal(request_read(text, REQUEST_MAX + 1, &kids, why), ERR_FULL);
    size_t n = (size_t)snprintf(text, sizeof text, "{\"kids\":[");
    for (unsigned i = 0; i <= REQUEST_KIDS_MAX; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s\"AAECAwQFBgcICQoLDA0O%c%c\"",
                              i > 0 ? "," : "", 'A' + (int)(i % 26), 'Q');
    snprintf(text + n, sizeof text - n, "]}");
    assert_int_equal(request_read(text, strlen(text), &kids, why), ERR_MALFORMED);
}

static void a_key_id_in_an_address_has_two_spellings(void **state)
{
    (void)state;
    static const uint8_t a[16] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
    static const char *const good[] = { A, "000102030405060708090a0b0c0d0e0f",
                                        "000102030405060708090A0B0C0D0E0F" };
    static const char *const bad[] = { "", "00", "000102030405060708090a0b0c0d0e0g",
                                       "000102030405060708090a0b0c0d0e0f00",
                                       "00010203-0405-0607-0809-0a0b0c0d0e0f" };
    uint8_t got[16];
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_int_equal(request_kid(good[i], strlen(good[i]), got), OK);
        assert_memory_equal(got, a, sizeof got);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(request_kid(bad[i], strlen(bad[i]), got), ERR_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_read_as_players_send_it),
        cmocka_unit_test(a_request_has_ceilings),
        cmocka_unit_test(a_key_id_in_an_address_has_two_spellings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
