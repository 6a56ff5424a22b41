/* Addresses as text. */
#ifndef LANTERNE_DRIVER_HTTP_PEER_H
#define LANTERNE_DRIVER_HTTP_PEER_H

#include <stdint.h>
#include <sys/socket.h>

#include "base/err.h"
#include "driver/http/exchange.h"

/* Writes the address without its port; an IPv4 address in IPv6 clothes as IPv4. "" when unknown. */
void http_peer_format(const struct sockaddr *address, char out[HTTP_PEER_MAX]);

/* Opens a listening, non-blocking socket on "127.0.0.1:8080" or "[::1]:8080" and tells its port.
 * ERR_ARGUMENT: that is no address. ERR_BUSY: it is taken. */
MUST_CHECK enum err http_listen(const char *address, int *fd, uint16_t *port);

#endif
