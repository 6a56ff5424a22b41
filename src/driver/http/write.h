/* Writes the heads of answers. */
#ifndef LANTERNE_DRIVER_HTTP_WRITE_H
#define LANTERNE_DRIVER_HTTP_WRITE_H

#include <time.h>

#include "base/buf.h"
#include "driver/http/exchange.h"

/* The line "Date: ..." of this second. The machine's time, not the service's: caches compare it
 * with their own. Used by one thread. */
struct http_date {
    time_t at;
    char line[64];
    size_t size;
};

/* What the heads of a server's answers have in common. Used by one thread. */
struct http_writer {
    struct http_date date;
    struct buf common; /* the lines of the common headers */
    uint64_t serial;   /* whose prepared answers count */
};
void http_writer_init(struct http_writer *writer, const struct http_server_params *params,
                      uint64_t serial);
void http_writer_finish(struct http_writer *writer);

/* Appends the whole head of ex's settled reply. close: say that this was the last. */
void http_write_head(struct buf *out, struct http_writer *writer, struct http_exchange *ex,
                     bool close);

#endif
