/* What players ask for, read strictly. */
#ifndef LANTERNE_SERVICE_LICENCE_REQUEST_H
#define LANTERNE_SERVICE_LICENCE_REQUEST_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
    REQUEST_MAX = 4096,    /* bytes of a body: the greatest list below and room for spaces */
    REQUEST_KIDS_MAX = 32, /* an edition has one key a class, two ciphertexts share them */
    REQUEST_KID = 16,
    REQUEST_WHY = 200,
};

struct request_kids {
    size_t n; /* at least 1, each once */
    uint8_t kids[REQUEST_KIDS_MAX][REQUEST_KID];
};

/* Reads {"kids":["<base64url>"],"type":"temporary"}; type may be left out.
 * ERR_MALFORMED: it is not that, or names more than REQUEST_KIDS_MAX, why says where; ERR_FULL:
 * more than REQUEST_MAX bytes; ERR_UNSUPPORTED: another type: what is ours is not stored.
 * ERR_MEMORY. */
MUST_CHECK enum err request_read(const void *bytes, size_t n, struct request_kids *out,
                                 char why[REQUEST_WHY]);
/* A key id in an address: 32 hexadecimal digits, in either case, or 22 of base64url. */
MUST_CHECK enum err request_kid(const char *text, size_t n, uint8_t out[REQUEST_KID]);

#endif
