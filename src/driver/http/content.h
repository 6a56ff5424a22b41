/* Inside of http_content and http_file, for the engines. */
#ifndef LANTERNE_DRIVER_HTTP_CONTENT_H
#define LANTERNE_DRIVER_HTTP_CONTENT_H

#include <stdatomic.h>
#include <stdint.h>

#include "driver/http/server.h"

/* What an engine keeps with a content so that it is made once: its own form of the whole answer
 * 200. It holds no reference of the content. */
struct http_prepared {
    uint64_t server; /* whose: it has that server's common headers */
    void (*destroy)(struct http_prepared *prepared);
};

enum http_slot { HTTP_SLOT_FALLBACK, HTTP_SLOT_FAST, HTTP_SLOTS };

/* Two counts: `holders` are those of the interface; `users` also counts answers being sent from
 * the bytes, so that prepared forms can be dropped when the last holder goes. */
struct http_content {
    atomic_uint holders, users;
    uint8_t *bytes;
    size_t size;
    struct http_content_params params; /* deep copies */
    const char **headers;
    _Atomic(struct http_prepared *) prepared[HTTP_SLOTS];
};

struct http_file {
    atomic_uint holders;
    int fd;
};

void http_content_use(struct http_content *content);
void http_content_unuse(struct http_content *content);
/* The prepared form of this server, or NULL. */
struct http_prepared *http_content_prepared(struct http_content *content, enum http_slot slot,
                                            uint64_t server);
/* Keeps it and returns true, unless there is one already: the caller still owns it then. */
bool http_content_prepare(struct http_content *content, enum http_slot slot,
                          struct http_prepared *prepared);

#endif
