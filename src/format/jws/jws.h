/* Signed assertions: a JWS in its compact form (RFC 7515) whose payload are the claims of a JWT
 * (RFC 7519), as RFC 7523 has clients present them; and public keys as JWK (RFC 7517). Read without
 * allocating. What is read here is not to be believed before its signature was verified, which is a
 * driver's business; nothing but the algorithm and the key's id is taken from the header, so that
 * no assertion chooses what it is verified by. */
#ifndef LANTERNE_FORMAT_JWS_JWS_H
#define LANTERNE_FORMAT_JWS_JWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* X(name, word): as RFC 7518 and RFC 8037 name them. */
#define JWS_ALGORITHMS(X)                                                                          \
    X(JWS_EDDSA, "EdDSA") /* on Ed25519 alone */                                                   \
    X(JWS_ES256, "ES256")
enum jws_algorithm {
#define X(name, word) name,
    JWS_ALGORITHMS(X)
#undef X
        JWS_ALGORITHM_COUNT
};
const char *jws_algorithm_name(enum jws_algorithm algorithm);
bool jws_algorithm_parse(const char *name, enum jws_algorithm *out);

enum {
    JWS_MAX = 4096,       /* bytes of a whole assertion; ours have some 400 */
    JWS_HEADER_MAX = 512, /* decoded */
    JWS_TEXT = 129,       /* of a key's id, iss, sub and jti, with the NUL */
    JWS_AUDIENCE = 257,   /* of an address, with the NUL */
    JWS_AUDIENCES_MAX = 4,
    JWS_SIGNATURE = 64, /* of either algorithm */
};

struct jws {
    enum jws_algorithm algorithm;
    char key[JWS_TEXT];      /* kid; "" : not said */
    const char *signed_text; /* lent from what was read */
    size_t signed_size;
    uint8_t signature[JWS_SIGNATURE];
    /* Of the payload: all of them are there but not_before. Others were stepped over. */
    char issuer[JWS_TEXT], subject[JWS_TEXT], id[JWS_TEXT];
    size_t n_audiences;
    char audiences[JWS_AUDIENCES_MAX][JWS_AUDIENCE];
    int64_t expires, issued; /* seconds since 1970 */
    bool has_not_before;
    int64_t not_before;
};

/* ERR_MALFORMED: not three parts of base64url without padding, not JSON, a claim of another kind or
 * twice. ERR_UNSUPPORTED: another algorithm ("none" among them), a critical extension, or a payload
 * that is not encoded. ERR_NOT_FOUND: alg, iss, sub, aud, exp, iat or jti is missing or empty.
 * ERR_FULL: longer than the ceilings above. */
MUST_CHECK enum err jws_parse(const char *text, size_t n, struct jws *out);
bool jws_is_for(const struct jws *jws, const char *audience);

/* ---- keys --------------------------------------------------------------------------------------
 */

enum { JWK_MAX = 4096, JWK_PUBLIC_MAX = 64 };
struct jwk {
    enum jws_algorithm algorithm;
    uint8_t bytes[JWK_PUBLIC_MAX]; /* EdDSA: 32; ES256: x and y */
    size_t size;
};
/* One public key. ERR_MALFORMED: not a JWK, or its coordinates have another size. ERR_UNSUPPORTED:
 * another kind of key, use or algorithm. ERR_DENIED: it is a private key. Whether the point is on
 * its curve is not looked at. */
MUST_CHECK enum err jwk_parse(const char *text, size_t n, struct jwk *out);

#endif
