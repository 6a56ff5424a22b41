/* Public keys as people hand them over. Only for driver/signature. */
#ifndef LANTERNE_DRIVER_SIGNATURE_PEM_H
#define LANTERNE_DRIVER_SIGNATURE_PEM_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* The bytes of what stands between PEM's lines of a public key, or of the whole text in base64.
 * ERR_MALFORMED: neither, or more than there is room for. */
MUST_CHECK enum err pem_read(const char *text, size_t n, uint8_t *out, size_t room, size_t *size);

#endif
