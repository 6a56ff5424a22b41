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

/* Appends the whole head of ex's settled reply. serial: whose prepared answers count. close: say
 * that this was the last. */
void http_write_head(struct buf *out, struct http_date *date, struct http_exchange *ex,
                     uint64_t serial, bool close);

#endif
