#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "format/pass/pass.h"

enum { TEXT = 132, SIGNED = 67 }; /* six characters of languages */

static const utc_time before = { INT64_C(1374523199) * UTC_SECOND };

static struct pass_key key_of(uint8_t id)
{
    struct pass_key key = { .id = id };
    for (size_t i = 0; i < sizeof key.bytes; i++)
        key.bytes[i] = (uint8_t)i;
    return key;
}

static struct pass a_pass(void)
{
    return (struct pass){ .member = "abcdefghijklmnopqrstuvwxyz",
                          .playback = "z7y6x5w4v3u2tsrqponmlkjihg",
                          .playable = "aaaaaaaaaaaaaaaaaaaaaaaaa7",
                          .expires = { INT64_C(1374523200) * UTC_SECOND },
                          .lines = 576,
                          .languages = "+fr,en" };
}

static void signed_text(char text[PASS_TEXT_MAX])
{
    struct pass_key key = key_of(7);
    struct pass pass = a_pass();
    assert_int_equal(pass_sign(&key, &pass, text), OK);
}

static enum err check(const char *text, size_t n, utc_time now)
{
    struct pass_key key = key_of(7);
    struct pass out;
    return pass_check(&key, 1, text, n, now, &out);
}

/* Computed by another program from the description at the top of pass.c. */
static void a_pass_is_written_as_its_layout_says(void **state)
{
    (void)state;
    static const struct {
        uint16_t lines;
        const char *languages, *text;
    } rows[] = {
        { 576, "+fr,en",
          "AgcAAABR7Y9AAEQyFMdCVLY1z4RlOlbXxnP8ev23K7pqcowe5rFqSg5gAAAAAAAAAAAAAAAAAAAAfAJABitmcixl"
          "bmkYtTwswvxKmCEKBrBafrV4UQvrUNc-c-zD00DZ7HzP" },
        { 0, "",
          "AgcAAABR7Y9AAEQyFMdCVLY1z4RlOlbXxnP8ev23K7pqcowe5rFqSg5gAAAAAAAAAAAAAAAAAAAAfAAAAPh2oco2"
          "4Jrb-iQ0TsGkeWjmfrU9tBz6hMpE7ompoTY_" },
        { 2160, "-es-419:dub",
          "AgcAAABR7Y9AAEQyFMdCVLY1z4RlOlbXxnP8ev23K7pqcowe5rFqSg5gAAAAAAAAAAAAAAAAAAAAfAhwCy1lcy00"
          "MTk6ZHViADr7nNZL1VTy5BuIH7XBYCOZJf8AwUdbtGIOPNFQ-kw5" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct pass_key key = key_of(7);
        struct pass pass = a_pass();
        char text[PASS_TEXT_MAX];
        pass.lines = rows[i].lines;
        memset(pass.languages, 0, sizeof pass.languages);
        memcpy(pass.languages, rows[i].languages, strlen(rows[i].languages));
        assert_int_equal(pass_sign(&key, &pass, text), OK);
        assert_string_equal(text, rows[i].text);
    }
}

static void a_pass_comes_back_as_it_was_signed(void **state)
{
    (void)state;
    static const int64_t seconds[] = { 0, 1, 1374523200, INT64_MAX / UTC_SECOND };
    for (size_t i = 0; i < sizeof seconds / sizeof seconds[0]; i++) {
        struct pass_key key = key_of((uint8_t)(i * 85));
        struct pass pass = { .expires = { seconds[i] * UTC_SECOND } }, out = { .member = "x" };
        char text[PASS_TEXT_MAX];
        id_new(pass.member);
        id_new(pass.playback);
        id_new(pass.playable);
        assert_int_equal(pass_sign(&key, &pass, text), OK);
        utc_time now = { pass.expires.us - 1 };
        assert_int_equal(pass_check(&key, 1, text, strlen(text), now, &out), OK);
        assert_string_equal(out.member, pass.member);
        assert_string_equal(out.playback, pass.playback);
        assert_string_equal(out.playable, pass.playable);
        assert_int_equal(out.expires.us, pass.expires.us);
    }
}

static void the_picture_and_the_languages_come_back_as_they_were_signed(void **state)
{
    (void)state;
    struct pass_key key = key_of(1);
    for (size_t n = 0; n <= PASS_LANGUAGES_MAX; n++) {
        struct pass pass = a_pass(), out;
        char text[PASS_TEXT_MAX];
        memset(pass.languages, 0, sizeof pass.languages);
        for (size_t i = 0; i < n; i++)
            pass.languages[i] = "+es,!es-419:dub;-Fr"[i % 19];
        pass.lines = (uint16_t)(n * 257);
        assert_int_equal(pass_sign(&key, &pass, text), OK);
        memset(&out, 0x5a, sizeof out);
        assert_int_equal(pass_check(&key, 1, text, strlen(text), before, &out), OK);
        assert_string_equal(out.languages, pass.languages);
        assert_int_equal(out.lines, pass.lines);
    }
}

static void a_pass_is_good_until_just_before_it_expires(void **state)
{
    (void)state;
    char text[PASS_TEXT_MAX];
    signed_text(text);
    static const struct {
        int64_t us;
        enum err err;
    } rows[] = {
        { -UTC_SECOND, OK },         { -1, OK }, { 0, ERR_EXPIRED }, { 1, ERR_EXPIRED },
        { UTC_SECOND, ERR_EXPIRED },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        utc_time now = { a_pass().expires.us + rows[i].us };
        assert_int_equal(check(text, TEXT, now), rows[i].err);
    }
}

static void an_expired_pass_still_says_whose_it_was(void **state)
{
    (void)state;
    char text[PASS_TEXT_MAX];
    signed_text(text);
    struct pass_key key = key_of(7);
    struct pass out;
    assert_int_equal(pass_check(&key, 1, text, TEXT, a_pass().expires, &out), ERR_EXPIRED);
    assert_string_equal(out.playback, a_pass().playback);
}

static void parts_of_a_second_are_cut_off_never_added(void **state)
{
    (void)state;
    struct pass_key key = key_of(7);
    struct pass pass = a_pass(), out;
    char text[PASS_TEXT_MAX];
    pass.expires.us += UTC_SECOND - 1;
    assert_int_equal(pass_sign(&key, &pass, text), OK);
    assert_int_equal(pass_check(&key, 1, text, TEXT, before, &out), OK);
    assert_int_equal(out.expires.us, a_pass().expires.us);
}

static void what_cannot_be_written_is_refused_and_nothing_written(void **state)
{
    (void)state;
    struct pass_key key = key_of(7);
    enum { ROWS = 9 };
    struct pass rows[ROWS];
    for (size_t i = 0; i < ROWS; i++)
        rows[i] = a_pass();
    rows[0].member[0] = 0;
    rows[1].playback[25] = 0;
    rows[2].playable[3] = 'A';
    rows[3].playable[3] = '1';
    rows[4].expires.us = -1;
    memcpy(rows[5].languages, "fr", sizeof "fr"); /* no sign */
    memcpy(rows[6].languages, "+f r", sizeof "+f r");
    memcpy(rows[7].languages, "-fr/", sizeof "-fr/");
    memset(rows[8].languages, '+', sizeof rows[8].languages); /* no NUL in the field */
    for (size_t i = 0; i < ROWS; i++) {
        char text[PASS_TEXT_MAX] = "untouched";
        assert_int_equal(pass_sign(&key, &rows[i], text), ERR_ARGUMENT);
        assert_string_equal(text, "untouched");
    }
    memset(rows[0].member, 'a', sizeof rows[0].member); /* no NUL in the field */
    char text[PASS_TEXT_MAX];
    assert_int_equal(pass_sign(&key, &rows[0], text), ERR_ARGUMENT);
}

static void every_bit_of_the_text_counts(void **state)
{
    (void)state;
    char text[PASS_TEXT_MAX];
    signed_text(text);
    for (size_t i = 0; i < TEXT * 8; i++) {
        text[i / 8] ^= (char)(1 << i % 8);
        enum err err = check(text, TEXT, before);
        assert_true(err == ERR_MALFORMED || err == ERR_DENIED);
        text[i / 8] ^= (char)(1 << i % 8);
    }
    assert_int_equal(check(text, TEXT, before), OK);
}

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static char next_digit(char c, unsigned step)
{
    return digits[((size_t)(strchr(digits, c) - digits) + step) % 64];
}

/* Stays inside the alphabet, so that every one of the 792 bits reaches the signature. */
static void every_bit_of_the_pass_counts(void **state)
{
    (void)state;
    char text[PASS_TEXT_MAX];
    signed_text(text);
    size_t denied = 0;
    for (size_t i = 0; i < TEXT; i++) {
        char kept = text[i];
        for (unsigned bit = 0; bit < 6; bit++) {
            size_t v = (size_t)(strchr(digits, kept) - digits) ^ (1u << bit);
            text[i] = digits[v];
            enum err err = check(text, TEXT, before);
            assert_true(err == ERR_MALFORMED || err == ERR_DENIED);
            denied += err == ERR_DENIED;
        }
        text[i] = kept;
    }
    /* Malformed: the version, an expiry past the end of time, the two spare bits, languages that
     * are none or of another length. */
    assert_in_range(denied, 792 - 8 - 13 - 2 - 8 - 48, 792);
}

static void a_pass_cut_or_continued_is_none(void **state)
{
    (void)state;
    char text[PASS_TEXT_MAX + 8] = { 0 };
    signed_text(text);
    for (size_t n = 0; n < TEXT; n++)
        assert_int_equal(check(text, n, before), ERR_MALFORMED);
    for (size_t n = 1; n <= 4; n++) {
        text[TEXT + n - 1] = 'A';
        assert_int_equal(check(text, TEXT + n, before), ERR_MALFORMED);
    }
    assert_int_equal(check(text + 1, TEXT, before), ERR_MALFORMED);
}

static void a_pass_has_one_spelling(void **state)
{
    (void)state;
    char text[PASS_TEXT_MAX];
    static const struct {
        char from, to;
    } rows[] = { { '-', '+' },  { '_', '/' }, { 'A', '=' }, { 'A', ' ' },
                 { 'A', '\n' }, { 'A', 0 },   { 'A', '%' }, { 'A', -1 } };
    signed_text(text);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char other[PASS_TEXT_MAX];
        memcpy(other, text, sizeof other);
        char *at = memchr(other, rows[i].from, TEXT);
        if (at == NULL)
            continue;
        *at = rows[i].to;
        assert_int_equal(check(other, TEXT, before), ERR_MALFORMED);
    }
    char padded[PASS_TEXT_MAX + 4];
    snprintf(padded, sizeof padded, "%s==", text);
    assert_int_equal(check(padded, TEXT + 2, before), ERR_MALFORMED);
}

static void only_the_keys_that_are_given_open(void **state)
{
    (void)state;
    char text[PASS_TEXT_MAX];
    struct pass out;
    signed_text(text);
    struct pass_key keys[PASS_KEYS_MAX] = { key_of(1), key_of(2), key_of(3), key_of(7) };
    assert_int_equal(pass_check(keys, 4, text, TEXT, before, &out), OK);
    assert_int_equal(pass_check(keys, 3, text, TEXT, before, &out), ERR_DENIED);
    assert_int_equal(pass_check(NULL, 0, text, TEXT, before, &out), ERR_DENIED);
    for (size_t bit = 0; bit < (size_t)PASS_KEY * 8; bit++) {
        struct pass_key other = key_of(7);
        other.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_equal(pass_check(&other, 1, text, TEXT, before, &out), ERR_DENIED);
    }
    /* Two keys under one number, as while a key is replaced: either opens. */
    keys[2] = key_of(7);
    keys[2].bytes[0] ^= 1;
    assert_int_equal(pass_check(keys, 4, text, TEXT, before, &out), OK);
}

static void a_refused_pass_tells_nothing(void **state)
{
    (void)state;
    char text[PASS_TEXT_MAX];
    signed_text(text);
    struct pass_key key = key_of(7);
    struct pass out, kept;
    memset(&out, 0x5a, sizeof out);
    kept = out;
    text[60] = next_digit(text[60], 1);
    assert_int_equal(pass_check(&key, 1, text, TEXT, before, &out), ERR_DENIED);
    assert_memory_equal(&out, &kept, sizeof out);
}

/* Signed by whoever has the key, but not as this service writes: nothing else is read into it. */
static void a_pass_that_was_never_written_so_is_refused(void **state)
{
    (void)state;
    static const struct {
        size_t at;
        uint8_t value;
        enum err err;
    } rows[] = { { 0, 0, ERR_MALFORMED },     { 0, 1, ERR_MALFORMED },
                 { 2, 1, ERR_MALFORMED },     { 3, 64, ERR_MALFORMED },
                 { 3, 12, ERR_MALFORMED },    { 57, 1, ERR_MALFORMED },
                 { 57, 2, ERR_MALFORMED },    { 8, 0, OK },
                 { 60, 1, ERR_MALFORMED },    { 60, 0xff, ERR_MALFORMED },
                 { 61, 0x80, ERR_MALFORMED }, { 58, 1, OK } };
    struct pass_key key = key_of(7);
    char text[PASS_TEXT_MAX], forged[PASS_TEXT_MAX];
    signed_text(text);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t bytes[SIGNED + 32];
        size_t size = 0;
        assert_int_equal(text_base64url_decode(text, TEXT, bytes, sizeof bytes, &size), OK);
        bytes[rows[i].at] = (uint8_t)((rows[i].at == 0 ? 0 : bytes[rows[i].at]) | rows[i].value);
        crypto_auth_hmacsha256_state mac;
        crypto_auth_hmacsha256_init(&mac, key.bytes, sizeof key.bytes);
        crypto_auth_hmacsha256_update(&mac, (const unsigned char *)"lanterne media pass", 20);
        crypto_auth_hmacsha256_update(&mac, bytes, SIGNED);
        crypto_auth_hmacsha256_final(&mac, bytes + SIGNED);
        sodium_bin2base64(forged, sizeof forged, bytes, sizeof bytes,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING);
        assert_int_equal(check(forged, TEXT, before), rows[i].err);
    }
}

static uint32_t random_next(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

static void a_hundred_thousand_mutants_open_nothing(void **state)
{
    (void)state;
    uint32_t seed = 2463534242u;
    char text[PASS_TEXT_MAX];
    signed_text(text);
    for (size_t i = 0; i < 100000; i++) {
        char mutant[PASS_TEXT_MAX];
        memcpy(mutant, text, sizeof mutant);
        size_t changes = 1 + random_next(&seed) % 8;
        for (size_t k = 0; k < changes; k++) {
            size_t at = random_next(&seed) % TEXT;
            bool inside = random_next(&seed) % 4 != 0;
            mutant[at] = inside ? next_digit(text[at], 1 + random_next(&seed) % 63)
                                : (char)random_next(&seed);
        }
        if (memcmp(mutant, text, TEXT) == 0)
            continue;
        enum err err = check(mutant, TEXT, before);
        assert_true(err == ERR_MALFORMED || err == ERR_DENIED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pass_is_written_as_its_layout_says),
        cmocka_unit_test(a_pass_comes_back_as_it_was_signed),
        cmocka_unit_test(the_picture_and_the_languages_come_back_as_they_were_signed),
        cmocka_unit_test(a_pass_is_good_until_just_before_it_expires),
        cmocka_unit_test(an_expired_pass_still_says_whose_it_was),
        cmocka_unit_test(parts_of_a_second_are_cut_off_never_added),
        cmocka_unit_test(what_cannot_be_written_is_refused_and_nothing_written),
        cmocka_unit_test(every_bit_of_the_text_counts),
        cmocka_unit_test(every_bit_of_the_pass_counts),
        cmocka_unit_test(a_pass_cut_or_continued_is_none),
        cmocka_unit_test(a_pass_has_one_spelling),
        cmocka_unit_test(only_the_keys_that_are_given_open),
        cmocka_unit_test(a_pass_that_was_never_written_so_is_refused),
        cmocka_unit_test(a_refused_pass_tells_nothing),
        cmocka_unit_test(a_hundred_thousand_mutants_open_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
