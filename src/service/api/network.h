/* Addresses of the internet as text: read without asking anybody, compared by their leading bits.
 * Pure. */
#ifndef LANTERNE_SERVICE_API_NETWORK_H
#define LANTERNE_SERVICE_API_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* IPv4 as ::ffff:a.b.c.d, so that both written forms of an address are the same. */
struct network_address {
    uint8_t bytes[16];
};

struct network {
    struct network_address address;
    unsigned bits; /* leading bits that count, 0..128 */
};

enum { NETWORK_TEXT = 48 };

/* "192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1"; brackets and a port may stand around it, as
 * proxies write it. ERR_MALFORMED. */
MUST_CHECK enum err network_address_read(const char *text, size_t n, struct network_address *out);
/* An address alone, or with "/BITS". ERR_MALFORMED. */
MUST_CHECK enum err network_read(const char *text, size_t n, struct network *out);
bool network_has(const struct network *network, const struct network_address *address);
/* Its numeric text: "192.0.2.1", or eight groups "2001:db8:0:0:0:0:0:1". */
void network_address_text(const struct network_address *address, char out[NETWORK_TEXT]);
/* What failed sign-ins are counted by: the /24 of an IPv4 address, the /56 of another; one line
 * may have all of either. */
void network_key(const struct network_address *address, char out[NETWORK_TEXT]);

#endif
