/* An HTTP/1.1 server: the only place that speaks HTTP. One handler answers everything; the caller
 * routes. TLS, HTTP/2 and HTTP/3 are the business of what stands in front.
 *
 * A request is answered in one of two lanes. NOW: on the thread that reads the socket; for answers
 * that neither wait nor compute for long (segments, prepared bytes). LATER: the connection sleeps
 * while a thread of a bounded pool runs the handler; for all that asks the store or hashes. */
#ifndef LANTERNE_DRIVER_HTTP_SERVER_H
#define LANTERNE_DRIVER_HTTP_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

enum http_method {
    HTTP_GET,
    HTTP_HEAD, /* handled like GET by handlers: the server leaves the body out */
    HTTP_POST,
    HTTP_PUT,
    HTTP_PATCH,
    HTTP_DELETE,
    HTTP_OTHER, /* OPTIONS; the server itself refuses the rest with 405 */
};

enum http_lane { HTTP_NOW, HTTP_LATER };

/* One request. Everything it lends lives until the handler has returned; handlers allocate from
 * `arena`, which lives until the answer is sent. */
struct http_request {
    enum http_method method;
    const char *method_name;
    /* Percent-decoded once, UTF-8, starts with '/', has no control character, no "//", no segment
     * "." or "..", no backslash and no escaped slash. "/" when refused for want of all that. */
    const char *path;
    const uint8_t *body; /* NULL when empty */
    size_t body_size;
    const char *peer;    /* the other end's address as text, without port */
    struct arena *arena; /* NULL in the lane NOW until http_arena is called */
    void *own;           /* the server's */
};

/* Lent; NULL when absent. Header and cookie names: header case-insensitive, cookie exact. Query
 * values are percent-decoded. */
const char *http_header(const struct http_request *rq, const char *name);
const char *http_query(const struct http_request *rq, const char *name);
const char *http_cookie(const struct http_request *rq, const char *name);
/* Lent: the target as it was sent, path and query, not decoded; n bytes without a NUL. */
const char *http_target(const struct http_request *rq, size_t *n);

/* Bytes kept in memory with everything prepared, sent any number of times from any thread.
 * Counted references: create gives one, answers take their own. */
struct http_content;
struct http_content_params {
    const char *content_type;
    const char *cache_control;  /* NULL: "no-store" */
    const char *etag;           /* NULL: none; written without the quotes */
    const char *encoding;       /* NULL: identity; "gzip" */
    const char *const *headers; /* NULL, or name, value, name, value, ..., NULL */
};
/* Copies the bytes. NULL when there is no memory. */
struct http_content *http_content_create(const void *bytes, size_t n,
                                         const struct http_content_params *params);
struct http_content *http_content_ref(struct http_content *content);
void http_content_unref(struct http_content **content);
/* Whether anybody but the one who asks has a reference, or is being sent its bytes. */
bool http_content_is_lent(const struct http_content *content);

/* An open file whose ranges are sent with sendfile. Counted references like http_content; create
 * takes fd and never fails. */
struct http_file;
struct http_file *http_file_create(int fd);
struct http_file *http_file_ref(struct http_file *file);
void http_file_unref(struct http_file **file);
/* Whether anybody but the one who asks has a reference, or is being sent its bytes. */
bool http_file_is_lent(const struct http_file *file);

enum http_source { HTTP_EMPTY, HTTP_BYTES, HTTP_CONTENT, HTTP_FILE };

enum { HTTP_HEADERS_MAX = 16 };

/* What the handler fills in; starts as 500 with nothing in it. */
struct http_answer {
    int status;
    enum http_source source;
    const char *content_type;  /* for HTTP_BYTES and HTTP_FILE */
    const char *cache_control; /* NULL: "no-store" */
    const char *etag;          /* NULL: none; without the quotes; If-None-Match is then answered */
    const void *bytes;         /* HTTP_BYTES: in the request's arena */
    size_t size;
    struct http_content *content; /* HTTP_CONTENT: lent, the server takes its own reference */
    struct http_file *file;       /* HTTP_FILE: lent likewise; offset and length name the whole */
    uint64_t offset, length;      /* representation, of which Range asks parts (206, 416) */
    bool give;                    /* content or file is given with its reference, not lent */
    const char *headers[HTTP_HEADERS_MAX][2]; /* name, value; in the arena or static */
    size_t n_headers;
};

void http_answer_header(struct http_answer *answer, const char *name, const char *value);
/* The request's arena, made when first asked for (lane NOW does without unless it asks). */
struct arena *http_arena(struct http_request *rq);

struct http_server_params {
    const char *listen;       /* "127.0.0.1:8080", "[::1]:8080"; port 0: any free one */
    unsigned event_threads;   /* 0: one a processor */
    unsigned pool_threads;    /* 0: 8 */
    unsigned queue_max;       /* requests waiting for the pool; 0: 64 a thread. Full: 503 */
    size_t body_max;          /* bytes; 0: 1 MiB. More is answered 413 before it is read */
    unsigned connections_max; /* 0: 10,000 */
    bool fallback_only;       /* tests and benches: no fast path for answers of the lane NOW */
    unsigned idle_seconds;    /* 0: 30; also the time a client has to send its head, and with 1 s
                               * more for each 4 KiB of it, its body */
    const char *common_headers[HTTP_HEADERS_MAX][2]; /* put on every answer; NULL name ends */
    /* Which lane; called on the event thread with method and path only. */
    enum http_lane (*lane)(void *context, enum http_method method, const char *path);
    /* Fills in the answer. Called on any thread. It has to return: nothing can stop it. */
    void (*handle)(void *context, struct http_request *rq, struct http_answer *answer);
    /* Optional (NULL: a plain text line): the server's own refusals (400, 405, 413, 414, 431, 503)
     * as the API's problem documents. `detail` says what is wrong. */
    void (*refuse)(void *context, struct http_request *rq, int status, const char *detail,
                   struct http_answer *answer);
    void *context;
};

struct http_server;
/* Listens and serves until stopped. ERR_BUSY: the address is taken. ERR_ARGUMENT: it is no address,
 * or a common header cannot stand on a line. */
MUST_CHECK enum err http_server_create(const struct http_server_params *params,
                                       struct http_server **out);
uint16_t http_server_port(const struct http_server *server);
/* Stops accepting, closes idle connections, lets running answers finish for at most grace_seconds,
 * then cuts what is left; returns how many were cut. */
unsigned http_server_stop(struct http_server *server, unsigned grace_seconds);
void http_server_destroy(struct http_server **server);

#endif
