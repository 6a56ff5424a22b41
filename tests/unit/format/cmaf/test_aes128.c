#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "format/cmaf/aes128.h"

/* Values of the openssl command line: `openssl enc -aes-128-cbc -K .. -iv ..` and `openssl dgst
 * -sha256 -mac HMAC`. */
static void segments_are_encrypted_as_others_do(void **state)
{
    (void)state;
    static const uint8_t key[16] = "0123456789abcdef";
    static const struct {
        const char *text;
        uint64_t number;
        uint8_t sealed[32];
        size_t n;
    } rows[] = {
        { "a segment",
          UINT64_C(1),
          { 0x56, 0x9a, 0xe1, 0xb8, 0xe5, 0x01, 0x46, 0x56, 0x49, 0x44, 0x15, 0x27, 0xd0, 0x96,
            0xe8, 0x34 },
          16 },
        { "sixteen bytes...",
          UINT64_C(2),
          { 0x10, 0x4c, 0x77, 0x62, 0xc0, 0xf5, 0x1c, 0x41, 0x4a, 0x1b, 0x7e,
            0xb7, 0xd3, 0xb6, 0xc7, 0xd8, 0x8d, 0xd1, 0xb5, 0xf6, 0xf3, 0xf6,
            0x45, 0x64, 0x15, 0x9a, 0x28, 0x23, 0xe8, 0x5d, 0x79, 0xf6 },
          32 },
        { "",
          UINT64_C(72623859790382856),
          { 0xec, 0xcc, 0xa8, 0x22, 0x51, 0xa1, 0xa6, 0x99, 0x4f, 0x8e, 0x0d, 0x57, 0x45, 0x91,
            0xd6, 0x28 },
          16 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf b;
        buf_init(&b, 64);
        buf_text(&b, rows[i].text);
        assert_int_equal(cmaf_aes128_seal(key, rows[i].number, &b), OK);
        assert_int_equal(b.size, rows[i].n);
        assert_memory_equal(b.data, rows[i].sealed, b.size);
        buf_finish(&b);
    }
}

static void a_key_for_segments_is_another_for_each_key_and_id(void **state)
{
    (void)state;
    static const uint8_t key[16] = "0123456789abcdef", kid[16] = "fedcba9876543210";
    static const uint8_t expected[16] = { 0x2a, 0x07, 0x9f, 0x95, 0x4b, 0xf7, 0x32, 0x87,
                                          0xf9, 0x3d, 0x28, 0x59, 0xba, 0xf2, 0x14, 0x0a };
    uint8_t got[16], other[16];
    assert_int_equal(cmaf_aes128_key(key, kid, got), OK);
    assert_memory_equal(got, expected, sizeof got);
    assert_int_equal(cmaf_aes128_key(key, key, other), OK);
    assert_memory_not_equal(got, other, sizeof got);
    assert_memory_not_equal(got, key, sizeof got);
}

static void a_segment_that_has_no_room_for_its_padding_is_refused(void **state)
{
    (void)state;
    static const uint8_t key[16] = "0123456789abcdef";
    struct buf b;
    buf_init(&b, 16);
    buf_text(&b, "sixteen bytes...");
    assert_int_equal(cmaf_aes128_seal(key, 1, &b), ERR_FULL);
    buf_finish(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(segments_are_encrypted_as_others_do),
        cmocka_unit_test(a_key_for_segments_is_another_for_each_key_and_id),
        cmocka_unit_test(a_segment_that_has_no_room_for_its_padding_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
