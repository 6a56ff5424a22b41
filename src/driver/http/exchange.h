/* One request and its answer, whichever engine reads the socket: checks, the handler's call, and
 * the reply with ranges and conditions settled. Used by one thread at a time. */
#ifndef LANTERNE_DRIVER_HTTP_EXCHANGE_H
#define LANTERNE_DRIVER_HTTP_EXCHANGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "driver/http/head.h"
#include "driver/http/server.h"

enum {
    HTTP_ETAG_MAX = 128, /* bytes */
    HTTP_REPLY_HEADERS_MAX = 3 * HTTP_HEADERS_MAX + 6,
    HTTP_PEER_MAX = 48,
};

/* What is to be sent. Date, Connection and Content-Length are the engine's. */
struct http_reply {
    int status;
    bool close;
    bool prepared; /* exactly the content as it is: an engine may keep its form of it */
    bool failed;   /* the answer could not be sent: an empty 500 */
    const char *headers[HTTP_REPLY_HEADERS_MAX][2];
    size_t n_headers, n_common;   /* the common ones stand first */
    uint64_t size;                /* Content-Length; of HEAD and 304 what GET would have had */
    enum http_source body;        /* HTTP_EMPTY, HTTP_BYTES or HTTP_FILE */
    const uint8_t *bytes;         /* HTTP_BYTES: in the content or the arena */
    uint64_t offset;              /* HTTP_FILE */
    struct http_content *content; /* references, or NULL */
    struct http_file *file;
    char content_range[72];
    char etag[HTTP_ETAG_MAX + 3];
};

struct http_exchange {
    struct http_request rq;
    const struct http_server_params *params; /* lent, with the defaults filled in */
    struct http_head head;
    char *text; /* room for the path and the target's copy, kept between requests */
    size_t text_room;
    const char *query;
    size_t query_size;
    enum http_lane lane;
    struct buf body;
    struct arena *arena;
    struct http_answer answer;
    struct http_reply reply;
    char peer[HTTP_PEER_MAX];
};

void http_exchange_init(struct http_exchange *ex, const struct http_server_params *params);
void http_exchange_finish(struct http_exchange *ex);
/* Forgets the last request and what its answer held. */
void http_exchange_reset(struct http_exchange *ex);

/* Checks ex->head (filled in by the engine, which has seen head_size bytes of it) and readies
 * ex->rq. Status 0: go on; else refuse with it. */
struct http_verdict http_exchange_begin(struct http_exchange *ex, size_t head_size);
/* Adds to the body. Status 413 when it gets too large. */
struct http_verdict http_exchange_body(struct http_exchange *ex, const void *bytes, size_t n);
/* Calls the handler and settles the reply, all but its headers (http_reply_describe). */
void http_exchange_run(struct http_exchange *ex);
/* Settles the reply as a refusal. */
void http_exchange_refuse(struct http_exchange *ex, struct http_verdict verdict);

/* The words behind a status number. */
const char *http_reason(int status);

#endif
