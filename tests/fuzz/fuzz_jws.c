/* The first byte says what the rest is: an assertion, its claims alone, or a JWK. */
#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "format/jws/jws.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void check_text(const char *text, size_t room)
{
    assert(strnlen(text, room) < room);
    assert(text_is_utf8(text, strlen(text)));
}

/* What OK promises. */
static void check_parsed(const struct jws *jws, const char *text, size_t n)
{
    check_text(jws->key, sizeof jws->key);
    check_text(jws->issuer, sizeof jws->issuer);
    check_text(jws->subject, sizeof jws->subject);
    check_text(jws->id, sizeof jws->id);
    assert(jws->issuer[0] != 0 && jws->subject[0] != 0 && jws->id[0] != 0);
    assert(jws->n_audiences > 0 && jws->n_audiences <= JWS_AUDIENCES_MAX);
    for (size_t i = 0; i < jws->n_audiences; i++) {
        check_text(jws->audiences[i], sizeof jws->audiences[i]);
        assert(jws_is_for(jws, jws->audiences[i]));
    }
    assert(jws->algorithm < JWS_ALGORITHM_COUNT);
    assert(jws->signed_text == text && jws->signed_size < n && text[jws->signed_size] == '.');
    assert(memchr(text + jws->signed_size + 1, '.', n - jws->signed_size - 1) == NULL);
}

static void parse(const char *text, size_t n)
{
    static struct jws jws;
    if (jws_parse(text, n, &jws) == OK)
        check_parsed(&jws, text, n);
}

/* Fuzzers do not write base64: the claims are put where they belong. */
static void parse_claims(const uint8_t *bytes, size_t n)
{
    static const char header[] = "eyJhbGciOiJFZERTQSJ9.";
    uint8_t signature[JWS_SIGNATURE] = { 1 };
    struct buf b;
    buf_init(&b, 2 * JWS_MAX);
    buf_text(&b, header);
    text_put_base64url(&b, bytes, n);
    buf_text(&b, ".");
    text_put_base64url(&b, signature, sizeof signature);
    if (b.err == OK)
        parse((const char *)b.data, b.size);
    buf_finish(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct jwk jwk;
    if (n == 0)
        return 0;
    if (bytes[0] == 'a')
        parse((const char *)bytes + 1, n - 1);
    else if (bytes[0] == 'c')
        parse_claims(bytes + 1, n - 1);
    else if (jwk_parse((const char *)bytes + 1, n - 1, &jwk) == OK)
        assert(jwk.size == (jwk.algorithm == JWS_ES256 ? 64U : 32U));
    return 0;
}
