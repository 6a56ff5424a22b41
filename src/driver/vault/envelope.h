/* The cryptography of a CPIX document for one recipient: values under a document key (AES-256-CBC)
 * with a MAC (HMAC-SHA512), both keys under the recipient's RSA key (OAEP). One document, one
 * envelope, one thread. */
#ifndef LANTERNE_DRIVER_VAULT_ENVELOPE_H
#define LANTERNE_DRIVER_VAULT_ENVELOPE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
    ENVELOPE_CERTIFICATE_MAX = 16 * 1024,
    ENVELOPE_RSA_LEAST = 2048, /* bits */
    ENVELOPE_RSA_MOST = 1024,  /* bytes: 8,192 bits */
    ENVELOPE_VALUE = 48,       /* IV, 16 bytes and their padding */
    ENVELOPE_MAC = 64,
};

struct envelope;

/* certificate: X.509 as PEM or DER. ERR_MALFORMED: it is none. ERR_UNSUPPORTED: its key is not RSA
 * of at least 2,048 bits. ERR_EXPIRED: it is not valid now. */
MUST_CHECK enum err envelope_create(const uint8_t *certificate, size_t n, struct envelope **out);
void envelope_destroy(struct envelope **envelope); /* wipes its keys */

const uint8_t *envelope_certificate(const struct envelope *e, size_t *n);  /* DER, lent */
const uint8_t *envelope_document_key(const struct envelope *e, size_t *n); /* encrypted, lent */
const uint8_t *envelope_mac_key(const struct envelope *e, size_t *n);

MUST_CHECK enum err envelope_seal(struct envelope *e, const uint8_t key[16],
                                  uint8_t value[ENVELOPE_VALUE], uint8_t mac[ENVELOPE_MAC]);

#endif
