/* The engine for what there is most of: GET and HEAD of answers that are ready, sent from files and
 * memory by our own event threads. It looks at each request before taking it off the socket;
 * whatever is not of that kind goes, with its connection, to the fallback engine. */
#ifndef LANTERNE_DRIVER_HTTP_FAST_H
#define LANTERNE_DRIVER_HTTP_FAST_H

#include <stdint.h>

#include "base/err.h"
#include "driver/http/fallback.h"
#include "driver/http/server.h"
#include "driver/http/watch.h"

struct http_fast;
struct http_fast_params {
    const struct http_server_params *server; /* lent, with the defaults filled in */
    uint64_t serial;                         /* tells this server's prepared answers */
    struct http_fallback *fallback;          /* lent, as is watch */
    struct http_watch *watch;
    int listener; /* lent */
};

MUST_CHECK enum err http_fast_create(const struct http_fast_params *params, struct http_fast **out);
/* Ends the threads; no connection may be left. */
void http_fast_destroy(struct http_fast **engine);

#endif
