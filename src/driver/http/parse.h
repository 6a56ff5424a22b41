/* Reads the lines of a request's head (RFC 9112), with no leniency at all. Pure. */
#ifndef LANTERNE_DRIVER_HTTP_PARSE_H
#define LANTERNE_DRIVER_HTTP_PARSE_H

#include "driver/http/head.h"

enum http_parsed {
    HTTP_PARSED,  /* *head is filled in, but not checked (http_head_check), *size its bytes */
    HTTP_PARTIAL, /* so far it can become one; nothing else is written but *bytes */
    HTTP_REFUSED, /* *verdict says why; *head has a method and a target, perhaps empty ones */
};

/* bytes: what has come, n of it; when HTTP_PARSED or HTTP_REFUSED, NULs have been written into it
 * and *head lends from it. One empty line in front is stepped over and counted in *size. */
enum http_parsed http_head_parse(char *bytes, size_t n, struct http_head *head, size_t *size,
                                 struct http_verdict *verdict);

#endif
