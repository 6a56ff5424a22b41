/* Addresses of objects in PKCS#11 tokens (RFC 7512). Only for driver/vault. */
#ifndef LANTERNE_DRIVER_VAULT_URI_H
#define LANTERNE_DRIVER_VAULT_URI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { URI_PART = 256 };

/* "" : not said. Parts are decoded. */
struct token_uri {
    char object[URI_PART], token[URI_PART], serial[URI_PART], manufacturer[URI_PART],
        model[URI_PART];
    uint8_t id[URI_PART];
    size_t id_size;
    char module_path[URI_PART], module_name[URI_PART];
    char pin_value[URI_PART], pin_source[URI_PART]; /* a path, or "file:PATH" */
};

/* ERR_MALFORMED: not an address, or a part of it is said twice, unknown or too long. */
MUST_CHECK enum err token_uri_parse(const char *text, struct token_uri *out);

#endif
