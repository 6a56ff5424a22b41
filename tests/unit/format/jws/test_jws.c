#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "format/jws/jws.h"

#define HEADER "{\"alg\":\"EdDSA\",\"kid\":\"k\"}"
#define CLAIMS                                                                                     \
    "{\"iss\":\"i\",\"sub\":\"s\",\"aud\":\"https://a.example\",\"exp\":200,\"iat\":100,"          \
    "\"jti\":\"j\"}"

static enum err parse(const char *header, const char *claims, size_t signature, struct jws *out)
{
    uint8_t bytes[128];
    struct buf b;
    memset(bytes, 7, sizeof bytes);
    buf_init(&b, 16 * 1024);
    text_put_base64url(&b, header, strlen(header));
    buf_text(&b, ".");
    text_put_base64url(&b, claims, strlen(claims));
    buf_text(&b, ".");
    text_put_base64url(&b, bytes, signature);
    assert_int_equal(b.err, OK);
    enum err err = jws_parse((const char *)b.data, b.size, out);
    if (err == OK) {
        assert_ptr_equal(out->signed_text, b.data);
        assert_int_equal(out->signed_size, b.size - 87); /* 64 bytes and the dot */
        assert_memory_equal(out->signature, bytes, JWS_SIGNATURE);
    }
    buf_finish(&b);
    return err;
}

static void an_assertion_says_who_whom_where_and_until_when(void **state)
{
    struct jws jws;
    (void)state;
    assert_int_equal(parse(HEADER, CLAIMS, 64, &jws), OK);
    assert_int_equal(jws.algorithm, JWS_EDDSA);
    assert_string_equal(jws.key, "k");
    assert_string_equal(jws.issuer, "i");
    assert_string_equal(jws.subject, "s");
    assert_string_equal(jws.id, "j");
    assert_int_equal(jws.expires, 200);
    assert_int_equal(jws.issued, 100);
    assert_false(jws.has_not_before);
    assert_true(jws_is_for(&jws, "https://a.example"));
    assert_false(jws_is_for(&jws, "https://a.example/"));
    assert_false(jws_is_for(&jws, ""));
}

static void a_header_may_say_one_of_two_algorithms_and_nothing_critical(void **state)
{
    static const struct {
        const char *header;
        enum err err;
    } rows[] = {
        { "{\"alg\":\"EdDSA\"}", OK },
        { "{\"alg\":\"ES256\"}", OK },
        { "{\"typ\":\"JWT\",\"alg\":\"ES256\",\"x5c\":[\"a\",{\"b\":1}]}", OK },
        { "{\"alg\":\"none\"}", ERR_UNSUPPORTED },
        { "{\"alg\":\"NONE\"}", ERR_UNSUPPORTED },
        { "{\"alg\":\"\"}", ERR_UNSUPPORTED },
        { "{\"alg\":\"eddsa\"}", ERR_UNSUPPORTED },
        { "{\"alg\":\"HS256\"}", ERR_UNSUPPORTED },
        { "{\"alg\":\"an algorithm with a long name\"}", ERR_UNSUPPORTED },
        { "{\"alg\":7}", ERR_MALFORMED },
        { "{\"alg\":null}", ERR_MALFORMED },
        { "{}", ERR_NOT_FOUND },
        { "{\"\\u0061lg\":\"none\"}", ERR_UNSUPPORTED },
        { "{\"alg\":\"EdDSA\",\"alg\":\"EdDSA\"}", ERR_MALFORMED },
        { "{\"alg\":\"EdDSA\",\"crit\":[]}", ERR_UNSUPPORTED },
        { "{\"alg\":\"EdDSA\",\"b64\":true}", ERR_UNSUPPORTED },
        { "{\"alg\":\"EdDSA\",\"kid\":1}", ERR_MALFORMED },
        { "[\"EdDSA\"]", ERR_MALFORMED },
        { "", ERR_MALFORMED },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct jws jws;
        print_message("%s\n", rows[i].header);
        assert_int_equal(parse(rows[i].header, CLAIMS, 64, &jws), rows[i].err);
    }
}

static void every_claim_that_is_needed_is_there_once_and_of_its_kind(void **state)
{
    static const char *const parts[] = { "\"iss\":\"i\"", "\"sub\":\"s\"", "\"aud\":\"a\"",
                                         "\"exp\":2",     "\"iat\":1",     "\"jti\":\"j\"" };
    static const char *const wrong[] = { "\"iss\":1",     "\"sub\":[\"s\"]", "\"aud\":{}",
                                         "\"exp\":\"2\"", "\"iat\":1.5",     "\"jti\":null" };
    (void)state;
    for (size_t i = 0; i < 6; i++) {
        char without[256] = "{\"x\":1", twice[256] = "{\"x\":1", other[256] = "{\"x\":1";
        struct jws jws;
        for (size_t k = 0; k < 6; k++) {
            size_t n = strlen(without), m = strlen(twice), o = strlen(other);
            if (k != i)
                snprintf(without + n, sizeof without - n, ",%s", parts[k]);
            snprintf(twice + m, sizeof twice - m, k == i ? ",%s,%s" : ",%s", parts[k], parts[k]);
            snprintf(other + o, sizeof other - o, ",%s", k == i ? wrong[k] : parts[k]);
        }
        without[strlen(without)] = twice[strlen(twice)] = other[strlen(other)] = '}';
        print_message("%s\n%s\n%s\n", without, twice, other);
        assert_int_equal(parse(HEADER, without, 64, &jws), ERR_NOT_FOUND);
        assert_int_equal(parse(HEADER, twice, 64, &jws), ERR_MALFORMED);
        assert_int_equal(parse(HEADER, other, 64, &jws), ERR_MALFORMED);
    }
}

static void an_audience_may_be_a_short_list(void **state)
{
    static const struct {
        const char *aud;
        enum err err;
    } rows[] = {
        { "[\"x\",\"here\"]", OK },
        { "[\"x\",\"y\",\"z\",\"here\"]", OK },
        { "[\"x\",\"y\",\"z\",\"u\",\"here\"]", ERR_FULL },
        { "[]", ERR_NOT_FOUND },
        { "[1]", ERR_MALFORMED },
        { "[\"here\"", ERR_MALFORMED },
        { "[[\"here\"]]", ERR_MALFORMED },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char claims[256];
        struct jws jws;
        snprintf(claims, sizeof claims,
                 "{\"iss\":\"i\",\"sub\":\"s\",\"aud\":%s,\"exp\":2,\"iat\":1,\"jti\":\"j\"}",
                 rows[i].aud);
        print_message("%s\n", claims);
        assert_int_equal(parse(HEADER, claims, 64, &jws), rows[i].err);
        if (rows[i].err == OK)
            assert_true(jws_is_for(&jws, "here"));
    }
}

static void a_signature_has_64_bytes(void **state)
{
    struct jws jws;
    (void)state;
    for (size_t n = 0; n < 128; n++)
        assert_int_equal(parse(HEADER, CLAIMS, n, &jws) == OK, n == JWS_SIGNATURE);
}

static void there_are_three_parts_of_base64url_without_padding(void **state)
{
    static const char good[] =
        "eyJhbGciOiJFZERTQSJ9."
        "eyJpc3MiOiJpIiwic3ViIjoicyIsImF1ZCI6ImEiLCJleHAiOjIsImlhdCI6MSwianRpIjoiaiJ9."
        "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBw";
    char other[sizeof good + 8];
    struct jws jws;
    (void)state;
    assert_int_equal(jws_parse(good, sizeof good - 1, &jws), OK);
    for (size_t n = 0; n < sizeof good - 1; n++)
        assert_true(jws_parse(good, n, &jws) != OK);
    static const char *const more[] = { "=", ".", "\n", " ", "A", ".AAAA" };
    for (size_t i = 0; i < sizeof more / sizeof more[0]; i++) {
        snprintf(other, sizeof other, "%s%s", good, more[i]);
        assert_true(jws_parse(other, strlen(other), &jws) != OK);
    }
    for (size_t i = 0; i < sizeof good - 1; i++) {
        memcpy(other, good, sizeof good);
        other[i] = '+';
        assert_true(jws_parse(other, sizeof good - 1, &jws) != OK);
    }
}

static void what_is_longer_than_its_ceiling_is_refused(void **state)
{
    char claims[1024], name[200];
    static char large[JWS_MAX + 1];
    struct jws jws;
    (void)state;
    memset(name, 'x', sizeof name);
    for (int n = 128; n <= 129; n++) {
        snprintf(claims, sizeof claims,
                 "{\"iss\":\"i\",\"sub\":\"%.*s\",\"aud\":\"a\",\"exp\":2,\"iat\":1,\"jti\":\"j\"}",
                 n, name);
        assert_int_equal(parse(HEADER, claims, 64, &jws), n == 128 ? OK : ERR_FULL);
    }
    memset(large, 'A', sizeof large);
    assert_int_equal(jws_parse(large, sizeof large, &jws), ERR_FULL);
    assert_int_equal(jws_parse(large, sizeof large - 1, &jws), ERR_MALFORMED);
}

/* ---- keys ------------------------------------------------------------------------------------ */

#define C32 "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE"

static void a_jwk_is_a_public_key_to_sign_with(void **state)
{
    static const struct {
        const char *text;
        enum err err;
        size_t size;
    } rows[] = {
        { "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" C32 "\"}", OK, 32 },
        { "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" C32 "\",\"kid\":\"a\",\"alg\":\"EdDSA\"}",
          OK, 32 },
        { "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" C32 "\",\"y\":\"" C32 "\"}", OK, 64 },
        { "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" C32 "\",\"y\":\"" C32
          "\",\"use\":\"sig\",\"key_ops\":[\"verify\"]}",
          OK, 64 },
        { "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" C32 "\"}", ERR_MALFORMED, 0 },
        { "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AQ\"}", ERR_MALFORMED, 0 },
        { "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" C32 "AA\"}", ERR_MALFORMED, 0 },
        { "{\"kty\":\"OKP\",\"crv\":\"Ed25519\"}", ERR_MALFORMED, 0 },
        { "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" C32 "\",\"d\":\"" C32 "\"}", ERR_DENIED,
          0 },
        { "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"" C32 "\"}", ERR_UNSUPPORTED, 0 },
        { "{\"kty\":\"EC\",\"crv\":\"P-384\",\"x\":\"" C32 "\"}", ERR_UNSUPPORTED, 0 },
        { "{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}", ERR_UNSUPPORTED, 0 },
        { "{\"kty\":\"oct\",\"k\":\"AQAB\"}", ERR_UNSUPPORTED, 0 },
        { "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" C32 "\",\"use\":\"enc\"}",
          ERR_UNSUPPORTED, 0 },
        { "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" C32 "\",\"alg\":\"ES256\"}",
          ERR_UNSUPPORTED, 0 },
        { "{\"kty\":\"OKP\",\"kty\":\"EC\"}", ERR_MALFORMED, 0 },
        { "{}", ERR_MALFORMED, 0 },
        { "{", ERR_MALFORMED, 0 },
        { "", ERR_MALFORMED, 0 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct jwk jwk;
        print_message("%s\n", rows[i].text);
        assert_int_equal(jwk_parse(rows[i].text, strlen(rows[i].text), &jwk), rows[i].err);
        if (rows[i].err == OK)
            assert_int_equal(jwk.size, rows[i].size);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_assertion_says_who_whom_where_and_until_when),
        cmocka_unit_test(a_header_may_say_one_of_two_algorithms_and_nothing_critical),
        cmocka_unit_test(every_claim_that_is_needed_is_there_once_and_of_its_kind),
        cmocka_unit_test(an_audience_may_be_a_short_list),
        cmocka_unit_test(a_signature_has_64_bytes),
        cmocka_unit_test(there_are_three_parts_of_base64url_without_padding),
        cmocka_unit_test(what_is_longer_than_its_ceiling_is_refused),
        cmocka_unit_test(a_jwk_is_a_public_key_to_sign_with),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
