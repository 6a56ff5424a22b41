/* Who is at the other end, seen through the proxies we trust: network, scheme, host; and whether
 * the request was made by a page of ours. */
#ifndef LANTERNE_SERVICE_API_CLIENT_H
#define LANTERNE_SERVICE_API_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "driver/http/server.h"
#include "service/api/network.h"

struct client {
    char network[NETWORK_TEXT]; /* what failed sign-ins are counted by */
    char address[NETWORK_TEXT]; /* numeric; "" when the peer has none */
    bool is_secure;             /* it came over TLS, as a trusted proxy says */
    bool is_proxied;            /* a trusted proxy sent it: what that says of the client counts */
};

/* trusted: networks of proxies whose X-Forwarded-For and -Proto count. */
void client_find(const struct http_request *rq, const struct network *trusted, size_t n_trusted,
                 struct client *out);

/* Where absolute addresses begin, without a slash at the end: public_url when there is one, else
 * scheme and Host as the request has them. In the arena. */
const char *client_base_url(const struct http_request *rq, const struct client *client,
                            const char *public_url, struct arena *arena);

/* Whether a browser sent this from another site's page (Origin, Sec-Fetch-Site). What is no browser
 * sends neither header and passes. */
bool client_is_cross_site(const struct http_request *rq, const char *public_url);

/* The language of Accept-Language that fits best among those offered; NULL when none does. */
const char *client_language(const struct http_request *rq, const char *const *offered, size_t n);

#endif
