/* The head of a request, and the forms of it that we refuse: two readers of one connection must
 * never see different requests in it (RFC 9112, section 11.2). Pure. */
#ifndef LANTERNE_DRIVER_HTTP_HEAD_H
#define LANTERNE_DRIVER_HTTP_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "driver/http/server.h"

enum {
    HTTP_FIELDS_MAX = 64,       /* a browser sends about 20 */
    HTTP_TARGET_MAX = 8 * 1024, /* bytes; a pass in a path has about 1,000 */
    HTTP_HEAD_MAX = 16 * 1024,  /* bytes, the empty line included */
};

struct http_field {
    const char *name, *value; /* lent, NUL after each; value without space around it */
    size_t name_size, value_size;
};

struct http_head {
    const char *method; /* lent, with a NUL behind it */
    size_t method_size;
    const char *target; /* lent, no NUL behind it */
    size_t target_size;
    unsigned minor; /* of HTTP/1.x */
    struct http_field fields[HTTP_FIELDS_MAX];
    size_t n_fields;
    /* Found by http_head_check: */
    enum http_method known;
    bool chunked;
    bool close; /* the client wants the connection closed after this answer */
    uint64_t content_length;
};

/* What to refuse a request with. status 0: nothing is wrong. */
struct http_verdict {
    int status;
    const char *detail; /* a sentence; static */
};

/* Checks everything that is not the grammar of lines: names, values, Host, the body's framing. */
struct http_verdict http_head_check(struct http_head *head);
/* The first field of that name (case-insensitive); NULL when absent. */
const struct http_field *http_head_find(const struct http_head *head, const char *name);
/* True for the characters of a method or a field name (RFC 9110, section 5.6.2). */
bool http_is_token(const char *text, size_t n);
/* No control character but the tab: what a field value may hold. */
bool http_is_value(const char *text, size_t n);

#endif
