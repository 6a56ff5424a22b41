/* The engine that can do everything, on libmicrohttpd. */
#ifndef LANTERNE_DRIVER_HTTP_FALLBACK_H
#define LANTERNE_DRIVER_HTTP_FALLBACK_H

#include <stdint.h>
#include <sys/socket.h>

#include "base/err.h"
#include "driver/http/pool.h"
#include "driver/http/server.h"
#include "driver/http/watch.h"

struct http_fallback;
struct http_fallback_params {
    const struct http_server_params *server; /* lent, with the defaults filled in */
    uint64_t serial;                         /* tells this server's prepared answers */
    struct http_pool *pool;                  /* lent, as is watch */
    struct http_watch *watch;
    int listener; /* lent; -1: connections come by http_fallback_give alone */
};

MUST_CHECK enum err http_fallback_create(const struct http_fallback_params *params,
                                         struct http_fallback **out);
/* Takes fd, a connection that http_watch_hold has counted and on which nothing was read yet. */
void http_fallback_give(struct http_fallback *engine, int fd, const struct sockaddr *address,
                        socklen_t size);
/* Accepts no more. */
void http_fallback_quiet(struct http_fallback *engine);
/* No request may be in the pool any more. */
void http_fallback_destroy(struct http_fallback **engine);

#endif
