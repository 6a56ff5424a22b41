/* A small HTTPS client (libcurl), for talking to one server of somebody else's: forms out, a short
 * answer back. The certificate is checked, redirects are not followed, no proxy is used, and
 * http:// goes to this machine only. Any thread may ask, several at a time; connections are kept.
 */
#ifndef LANTERNE_DRIVER_HTTP_CLIENT_H
#define LANTERNE_DRIVER_HTTP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

struct http_client;

struct http_client_params {
    unsigned timeout_seconds; /* of one request, all of it; 0: 30 */
    size_t answer_max;        /* bytes of a body; 0: 1 MiB */
    const char *ca_file;      /* certificates to trust in place of the system's; NULL */
};
MUST_CHECK enum err http_client_create(const struct http_client_params *params,
                                       struct http_client **out);
/* Nobody may be asking any more. */
void http_client_destroy(struct http_client **client);

/* https://HOST[:PORT][/PATH], or http:// with a HOST that is this machine (127.0.0.0/8, [::1],
 * localhost); no user, no query, no fragment. */
bool http_client_url_is_good(const char *url);
/* The same with query and fragment allowed: a page that a person may be sent to. */
bool http_client_url_is_page(const char *url);

enum { HTTP_CLIENT_HEADERS = 8 };
struct http_client_request {
    const char *url;
    const char *form; /* an application/x-www-form-urlencoded body, for POST; NULL: GET */
    const char *headers[HTTP_CLIENT_HEADERS]; /* "Name: value"; NULLs are left out */
};
struct http_client_answer {
    int status;
    const char *body; /* in the arena, with a NUL after it */
    size_t size;
};
/* OK: a whole answer came, whatever its status. ERR_TIMEOUT; ERR_IO: no connection, a certificate
 * that is not good, or an answer that broke off; ERR_FULL: an answer past the ceiling;
 * ERR_ARGUMENT: the URL. After an error the server may have done what was asked, or not. */
MUST_CHECK enum err http_client_ask(struct http_client *client, struct arena *arena,
                                    const struct http_client_request *request,
                                    struct http_client_answer *out);

#endif
