/* ES256: ECDSA on P-256 with SHA-256 as JOSE writes it (RFC 7518, 3.4), by OpenSSL. Any thread. */
#ifndef LANTERNE_DRIVER_SIGNATURE_ES256_H
#define LANTERNE_DRIVER_SIGNATURE_ES256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
    SIGNATURE_ES256 = 64,        /* bytes of one: r and s */
    SIGNATURE_ES256_PUBLIC = 64, /* of a public key: x and y */
};

/* Whether the point is on the curve. */
bool signature_es256_is_key(const uint8_t key[SIGNATURE_ES256_PUBLIC]);
bool signature_es256_is_good(const uint8_t key[SIGNATURE_ES256_PUBLIC], const void *message,
                             size_t n, const uint8_t *signature, size_t size);
/* A public key as PEM or its base64 alone (SubjectPublicKeyInfo, RFC 5480, uncompressed).
 * ERR_MALFORMED: not one, or a point that is not on the curve. */
MUST_CHECK enum err signature_es256_read(const char *text, size_t n,
                                         uint8_t out[SIGNATURE_ES256_PUBLIC]);

#endif
