#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "driver/signature/es256.h"

/* RFC 7515, A.3: the key, what is signed and the signature. */
static const uint8_t key[SIGNATURE_ES256_PUBLIC] = {
    0x7f, 0xcd, 0xce, 0x27, 0x70, 0xf6, 0xc4, 0x5d, 0x41, 0x83, 0xcb, 0xee, 0x6f, 0xdb, 0x4b, 0x7b,
    0x58, 0x07, 0x33, 0x35, 0x7b, 0xe9, 0xef, 0x13, 0xba, 0xcf, 0x6e, 0x3c, 0x7b, 0xd1, 0x54, 0x45,
    0xc7, 0xf1, 0x44, 0xcd, 0x1b, 0xbd, 0x9b, 0x7e, 0x87, 0x2c, 0xdf, 0xed, 0xb9, 0xee, 0xb9, 0xf4,
    0xb3, 0x69, 0x5d, 0x6e, 0xa9, 0x0b, 0x24, 0xad, 0x8a, 0x46, 0x23, 0x28, 0x85, 0x88, 0xe5, 0xad
};
static const char text[] = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogIm"
                           "h0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
static const uint8_t signature[SIGNATURE_ES256] = {
    0x0e, 0xd1, 0x21, 0x53, 0x79, 0x63, 0x6c, 0x48, 0x3c, 0x2f, 0x7f, 0x15, 0x58, 0x07, 0xd4, 0x02,
    0xa3, 0xb2, 0x28, 0x03, 0x3a, 0xf9, 0x7c, 0x7e, 0x17, 0x81, 0x9a, 0xc3, 0x16, 0x9e, 0xa6, 0x65,
    0xc5, 0x0a, 0x07, 0xd3, 0x8c, 0x3c, 0x70, 0xe5, 0xd8, 0xf1, 0x2d, 0xaf, 0x08, 0x4a, 0x54, 0x80,
    0xa6, 0x65, 0x90, 0xc5, 0xf2, 0x93, 0x50, 0x9a, 0x8f, 0x3f, 0x7f, 0x8a, 0x83, 0xa3, 0x54, 0xd5
};

static void the_example_of_rfc_7515_is_good(void **state)
{
    (void)state;
    assert_true(signature_es256_is_good(key, text, sizeof text - 1, signature, sizeof signature));
}

static void a_changed_bit_anywhere_is_not_good(void **state)
{
    char other[sizeof text];
    uint8_t wrong[sizeof signature];
    (void)state;
    for (size_t i = 0; i < sizeof text - 1; i += 7) {
        memcpy(other, text, sizeof text);
        other[i] ^= 1;
        assert_false(
            signature_es256_is_good(key, other, sizeof text - 1, signature, sizeof signature));
    }
    for (size_t i = 0; i < sizeof signature; i++) {
        memcpy(wrong, signature, sizeof wrong);
        wrong[i] ^= 0x10;
        assert_false(signature_es256_is_good(key, text, sizeof text - 1, wrong, sizeof wrong));
    }
    assert_false(signature_es256_is_good(key, text, sizeof text - 2, signature, sizeof signature));
    assert_false(signature_es256_is_good(key, text, sizeof text - 1, signature, 63));
}

/* CVE-2022-21449: r and s of 0 were good for any text elsewhere. */
static void a_signature_of_zeros_is_not_good(void **state)
{
    uint8_t zeros[SIGNATURE_ES256] = { 0 };
    (void)state;
    assert_false(signature_es256_is_good(key, text, sizeof text - 1, zeros, sizeof zeros));
    memcpy(zeros, signature, 32);
    assert_false(signature_es256_is_good(key, text, sizeof text - 1, zeros, sizeof zeros));
}

static void a_point_that_is_not_on_the_curve_is_no_key(void **state)
{
    uint8_t other[sizeof key];
    (void)state;
    assert_true(signature_es256_is_key(key));
    memcpy(other, key, sizeof other);
    other[63] ^= 1;
    assert_false(signature_es256_is_key(other));
    assert_false(
        signature_es256_is_good(other, text, sizeof text - 1, signature, sizeof signature));
    memset(other, 0, sizeof other);
    assert_false(signature_es256_is_key(other));
}

static void a_key_is_read_from_pem_and_from_its_base64(void **state)
{
    static const char base64[] = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV7"
                                 "6e8Tus9uPHvRVEXH8UTNG72bfocs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==";
    static const char pem[] = "-----BEGIN PUBLIC KEY-----\n"
                              "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV7\n"
                              "6e8Tus9uPHvRVEXH8UTNG72bfocs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==\n"
                              "-----END PUBLIC KEY-----\n";
    uint8_t out[SIGNATURE_ES256_PUBLIC];
    (void)state;
    assert_int_equal(signature_es256_read(pem, sizeof pem - 1, out), OK);
    assert_memory_equal(out, key, sizeof key);
    assert_int_equal(signature_es256_read(base64, sizeof base64 - 1, out), OK);
    assert_memory_equal(out, key, sizeof key);
    for (size_t n = 0; n < sizeof base64 - 1; n++)
        assert_int_equal(signature_es256_read(base64, n, out), ERR_MALFORMED);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_of_rfc_7515_is_good),
        cmocka_unit_test(a_changed_bit_anywhere_is_not_good),
        cmocka_unit_test(a_signature_of_zeros_is_not_good),
        cmocka_unit_test(a_point_that_is_not_on_the_curve_is_no_key),
        cmocka_unit_test(a_key_is_read_from_pem_and_from_its_base64),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
