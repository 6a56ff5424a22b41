/* Whether a passkey signed: Web Authentication Level 3, by libfido2. Any thread. */
#ifndef LANTERNE_DRIVER_SIGNATURE_PASSKEY_H
#define LANTERNE_DRIVER_SIGNATURE_PASSKEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A public key: algorithm -7 (ES256, x and y: 64 bytes), -8 (EdDSA on Ed25519: 32 bytes) or -257
 * (RS256 of 2048 bits, n and e: 259 bytes), as COSE numbers them. */
struct passkey_public {
    int algorithm;
    const uint8_t *bytes; /* borrowed */
    size_t size;
};

/* Whether there is such a key: the algorithm is one of the three, the point is on its curve and no
 * one of the few on which any signature can be based. */
bool signature_passkey_is_key(const struct passkey_public *key);

/* What is signed and by what. All borrowed. */
struct passkey_assertion {
    struct passkey_public key;
    const char *rp_id;
    const uint8_t *authenticator_data, *client_data, *signature;
    size_t authenticator_data_size, client_data_size, signature_size;
};
/* Whether the signature over authenticator data and SHA-256 of the client data (7.2, steps 20 and
 * 21) was made with the key; and the authenticator data is of that RP ID and says that the member
 * was there and verified. */
bool signature_passkey_is_good(const struct passkey_assertion *a);

#endif
