/* Whether a signature was made with a key, by libsodium, in constant time. Any thread. */
#ifndef LANTERNE_DRIVER_SIGNATURE_SIGNATURE_H
#define LANTERNE_DRIVER_SIGNATURE_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
    SIGNATURE_HMAC_SHA256 = 32,    /* bytes of it */
    SIGNATURE_ED25519 = 64,        /* likewise */
    SIGNATURE_ED25519_PUBLIC = 32, /* of a public key */
};

bool signature_hmac_sha256_is_good(const void *key, size_t key_size, const void *message, size_t n,
                                   const uint8_t *signature, size_t size);
/* Whether the point is on the curve, and no one of the few on which any signature can be based. */
bool signature_ed25519_is_key(const uint8_t key[SIGNATURE_ED25519_PUBLIC]);
bool signature_ed25519_is_good(const uint8_t public_key[SIGNATURE_ED25519_PUBLIC],
                               const void *message, size_t n, const uint8_t *signature,
                               size_t size);
void signature_sha256(const void *bytes, size_t n, uint8_t out[32]);
void signature_sha512(const void *bytes, size_t n, uint8_t out[64]);
/* A public key as people hand it over: PEM (SubjectPublicKeyInfo, RFC 8410), its base64 alone, or
 * the 32 bytes in base64. ERR_MALFORMED: not one, or a point on which no signature may be based. */
MUST_CHECK enum err signature_ed25519_read(const char *text, size_t n,
                                           uint8_t out[SIGNATURE_ED25519_PUBLIC]);
/* 32 bytes as base64, padded (RFC 4648, section 4). */
enum { SIGNATURE_BASE64_OF_32 = 45 };
void signature_base64(const uint8_t bytes[32], char out[SIGNATURE_BASE64_OF_32]);

#endif
