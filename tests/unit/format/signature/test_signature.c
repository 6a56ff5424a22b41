/* With the examples of RFC 9421, appendix B, and RFC 9530. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sodium.h>
#include <string.h>

#include "driver/signature/signature.h"
#include "format/signature/signature.h"

static const char body[] = "{\"hello\": \"world\"}";

static const char *field(void *context, const char *name)
{
    static const char *const fields[][2] = {
        { "host", "example.com" },
        { "date", "Tue, 20 Apr 2021 02:07:55 GMT" },
        { "content-type", "application/json" },
        { "content-digest", "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYll"
                            "u7BNNyealdVLvRwEmTHWXvJwew==:" },
        { "content-length", "18" },
        { "spaced", " \t two  words\t " },
    };
    (void)context;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        if (strcmp(fields[i][0], name) == 0)
            return fields[i][1];
    return NULL;
}

/* B.2: test-request. */
static struct signature_request request(void)
{
    static const char target[] = "/foo?param=Value&Pet=dog";
    return (struct signature_request){ .method = "POST",
                                       .scheme = "https",
                                       .authority = "example.com",
                                       .target = target,
                                       .target_size = strlen(target),
                                       .field = field };
}

static enum err parse(const char *input, const char *value, struct signature *out)
{
    return signature_parse(input, strlen(input), value, strlen(value), out);
}

static void base_of(const char *input, const char *value, struct signature *s, struct buf *out)
{
    struct signature_request rq = request();
    assert_int_equal(parse(input, value, s), OK);
    buf_init(out, SIGNATURE_BASE_MAX);
    assert_int_equal(signature_base(s, &rq, out), OK);
}

static const char b25_input[] = "sig-b25=(\"date\" \"@authority\" \"content-type\");"
                                "created=1618884473;keyid=\"test-shared-secret\"";
static const char b25_value[] = "sig-b25=:pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=:";

static void the_hmac_example_of_the_rfc_is_good(void **state)
{
    (void)state;
    struct signature s;
    struct buf base;
    uint8_t key[64];
    size_t n = 0;
    base_of(b25_input, b25_value, &s, &base);
    assert_string_equal(buf_string(&base),
                        "\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n"
                        "\"@authority\": example.com\n"
                        "\"content-type\": application/json\n"
                        "\"@signature-params\": (\"date\" \"@authority\" \"content-type\")"
                        ";created=1618884473;keyid=\"test-shared-secret\"");
    static const char secret[] = "uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtb"
                                 "mHhIDi6pcl8jsasjlTMtDQ==";
    assert_int_equal(sodium_base642bin(key, sizeof key, secret, sizeof secret - 1, NULL, &n, NULL,
                                       sodium_base64_VARIANT_ORIGINAL),
                     0);
    assert_true(signature_hmac_sha256_is_good(key, n, base.data, base.size, s.bytes, s.size));
    s.bytes[31] ^= 1;
    assert_false(signature_hmac_sha256_is_good(key, n, base.data, base.size, s.bytes, s.size));
    s.bytes[31] ^= 1;
    assert_false(signature_hmac_sha256_is_good(key, n, base.data, base.size - 1, s.bytes, s.size));
    assert_false(signature_hmac_sha256_is_good(key, n, base.data, base.size, s.bytes, 31));
    assert_false(signature_hmac_sha256_is_good(key, 0, base.data, base.size, s.bytes, s.size));
    buf_finish(&base);
}

static void the_ed25519_example_of_the_rfc_is_good(void **state)
{
    (void)state;
    static const char pem[] = "-----BEGIN PUBLIC KEY-----\n"
                              "MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=\n"
                              "-----END PUBLIC KEY-----\n";
    struct signature s;
    struct buf base;
    uint8_t key[SIGNATURE_ED25519_PUBLIC], same[SIGNATURE_ED25519_PUBLIC];
    base_of("sig-b26=(\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" "
            "\"content-length\");created=1618884473;keyid=\"test-key-ed25519\"",
            "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lI"
            "p5WPpBKRCw==:",
            &s, &base);
    assert_int_equal(signature_ed25519_read(pem, sizeof pem - 1, key), OK);
    assert_int_equal(
        signature_ed25519_read("JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=\n", 45, same), OK);
    assert_memory_equal(key, same, sizeof key);
    assert_true(signature_ed25519_is_good(key, base.data, base.size, s.bytes, s.size));
    s.bytes[5] ^= 0x10;
    assert_false(signature_ed25519_is_good(key, base.data, base.size, s.bytes, s.size));
    assert_false(signature_ed25519_is_good(key, base.data, base.size, s.bytes, 63));
    buf_finish(&base);
}

static void a_public_key_that_is_none_is_refused(void **state)
{
    (void)state;
    uint8_t key[SIGNATURE_ED25519_PUBLIC];
    static const char *const wrong[] = {
        "",
        "-----BEGIN PUBLIC KEY-----",
        "AAAA",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",                 /* of small order */
        "MCowBQYDK2VuAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=", /* X25519 */
        "JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=!",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(signature_ed25519_read(wrong[i], strlen(wrong[i]), key), ERR_MALFORMED);
}

static void derived_components_are_as_the_rfc_has_them(void **state)
{
    (void)state;
    struct signature s;
    struct buf base;
    struct signature_request rq = request();
    base_of("s=(\"@method\" \"@target-uri\" \"@authority\" \"@scheme\" \"@path\" \"@query\" "
            "\"spaced\")",
            "s=:AA==:", &s, &base);
    assert_string_equal(buf_string(&base),
                        "\"@method\": POST\n"
                        "\"@target-uri\": https://example.com/foo?param=Value&Pet=dog\n"
                        "\"@authority\": example.com\n\"@scheme\": https\n\"@path\": /foo\n"
                        "\"@query\": ?param=Value&Pet=dog\n\"spaced\": two  words\n"
                        "\"@signature-params\": (\"@method\" \"@target-uri\" \"@authority\" "
                        "\"@scheme\" \"@path\" \"@query\" \"spaced\")");
    buf_clear(&base);
    rq.target_size = 4;
    assert_int_equal(parse("s=(\"@query\")", "s=:AA==:", &s), OK);
    assert_int_equal(signature_base(&s, &rq, &base), OK);
    assert_string_equal(buf_string(&base), "\"@query\": ?\n\"@signature-params\": (\"@query\")");
    buf_finish(&base);
}

static void what_the_request_lacks_cannot_be_covered(void **state)
{
    (void)state;
    struct signature s;
    struct buf base;
    struct signature_request rq = request();
    buf_init(&base, SIGNATURE_BASE_MAX);
    assert_int_equal(parse("s=(\"x-none\")", "s=:AA==:", &s), OK);
    assert_int_equal(signature_base(&s, &rq, &base), ERR_NOT_FOUND);
    assert_int_equal(parse("s=(\"@status\")", "s=:AA==:", &s), OK);
    assert_int_equal(signature_base(&s, &rq, &base), ERR_UNSUPPORTED);
    buf_finish(&base);
}

static void parameters_are_read_and_spelled_in_one_way(void **state)
{
    (void)state;
    struct signature s;
    assert_int_equal(parse("a1=(  \"@method\"   \"date\" );created=1;expires=-2;nonce=\"n\\\"\\\\\""
                           ";keyid=\"k\";alg=\"ed25519\"; tag=\"t\"  ",
                           "a1=:AAEC:", &s),
                     OK);
    assert_true(s.has_created && s.has_expires);
    assert_int_equal(s.created, 1);
    assert_int_equal(s.expires, -2);
    assert_string_equal(s.nonce, "n\"\\");
    assert_string_equal(s.params, "(\"@method\" \"date\");created=1;expires=-2;nonce=\"n\\\"\\\\\""
                                  ";keyid=\"k\";alg=\"ed25519\";tag=\"t\"");
    assert_int_equal(s.size, 3);
    assert_true(signature_covers(&s, "date"));
    assert_false(signature_covers(&s, "dat"));
}

static void what_is_not_well_formed_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *input, *value;
        enum err err;
    } rows[] = {
        { "", "s=:AA==:", ERR_MALFORMED },
        { "s", "s=:AA==:", ERR_MALFORMED },
        { "s=(", "s=:AA==:", ERR_MALFORMED },
        { "s=()", "s=:AA==:", OK },
        { "s=(\"a\"\"b\")", "s=:AA==:", ERR_MALFORMED },
        { "s=(\"a\" \"a\")", "s=:AA==:", ERR_MALFORMED },
        { "s=(\"\")", "s=:AA==:", ERR_MALFORMED },
        { "s=(\"a\";sf)", "s=:AA==:", ERR_UNSUPPORTED },
        { "s=(a)", "s=:AA==:", ERR_MALFORMED },
        { "S=()", "S=:AA==:", ERR_MALFORMED },
        { "s=();created", "s=:AA==:", ERR_MALFORMED },
        { "s=();created=1.5", "s=:AA==:", ERR_MALFORMED },
        { "s=();created=1;created=1", "s=:AA==:", ERR_MALFORMED },
        { "s=();created=1234567890123456", "s=:AA==:", ERR_MALFORMED },
        { "s=();created=\"1\"", "s=:AA==:", ERR_MALFORMED },
        { "s=();keyid=k", "s=:AA==:", ERR_MALFORMED },
        { "s=();keyid=\"\"", "s=:AA==:", ERR_MALFORMED },
        { "s=();keyid=\"a\";keyid=\"a\"", "s=:AA==:", ERR_MALFORMED },
        { "s=();keyid=\"a\\b\"", "s=:AA==:", ERR_MALFORMED },
        { "s=();other=1", "s=:AA==:", ERR_UNSUPPORTED },
        { "s=(), t=()", "s=:AA==:", ERR_UNSUPPORTED },
        { "s=(),", "s=:AA==:", ERR_MALFORMED },
        { "s=() x", "s=:AA==:", ERR_MALFORMED },
        { "s=()", "t=:AA==:", ERR_MALFORMED },
        { "s=()", "s=AA==", ERR_MALFORMED },
        { "s=()", "s=::", ERR_MALFORMED },
        { "s=()", "s=:A:", ERR_MALFORMED },
        { "s=()", "s=:AA:", ERR_MALFORMED },
        { "s=()", "s=:AB==:", ERR_MALFORMED },
        { "s=()", "s=:A===:", ERR_MALFORMED },
        { "s=()", "s=:AA-=:", ERR_MALFORMED },
        { "s=()", "s=:AA==:, t=:AA==:", ERR_UNSUPPORTED },
    };
    struct signature s;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(parse(rows[i].input, rows[i].value, &s), rows[i].err);
}

static void a_digest_is_read_among_others(void **state)
{
    (void)state;
    struct content_digest d;
    uint8_t ours[64];
    const char *value = field(NULL, "content-digest");
    assert_int_equal(content_digest_parse(value, strlen(value), &d), OK);
    assert_true(d.has_sha512 && !d.has_sha256);
    signature_sha512(body, sizeof body - 1, ours);
    assert_memory_equal(d.sha512, ours, 64);
    /* RFC 9530, appendix D: the same content by SHA-256 */
    static const char two[] = "md5=:AA==:, sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:";
    assert_int_equal(content_digest_parse(two, sizeof two - 1, &d), OK);
    signature_sha256(body, sizeof body - 1, ours);
    assert_true(d.has_sha256);
    assert_memory_equal(d.sha256, ours, 32);
    static const char *const wrong[] = {
        "",
        "sha-256",
        "sha-256=:AA==:",
        "sha-256=X48E",
        "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:,",
        ("sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:, "
         "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:")
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(content_digest_parse(wrong[i], strlen(wrong[i]), &d), ERR_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_hmac_example_of_the_rfc_is_good),
        cmocka_unit_test(the_ed25519_example_of_the_rfc_is_good),
        cmocka_unit_test(a_public_key_that_is_none_is_refused),
        cmocka_unit_test(derived_components_are_as_the_rfc_has_them),
        cmocka_unit_test(what_the_request_lacks_cannot_be_covered),
        cmocka_unit_test(parameters_are_read_and_spelled_in_one_way),
        cmocka_unit_test(what_is_not_well_formed_is_refused),
        cmocka_unit_test(a_digest_is_read_among_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
