#include "driver/http/server.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "driver/http/fallback.h"
#include "driver/http/fast.h"
#include "driver/http/head.h"
#include "driver/http/peer.h"
#include "driver/http/pool.h"
#include "driver/http/watch.h"

enum {
    POOL_THREADS = 8,
    QUEUE_PER_THREAD = 64,
    BODY_MAX = 1024 * 1024,
    CONNECTIONS_MAX = 10000,
    IDLE_SECONDS = 30,
    CUT_SECONDS = 10, /* for the engines to see that a connection was cut */
};

/* RUNNING -stop-> STOPPED -destroy */
struct http_server {
    struct http_server_params params;
    int listener;
    uint16_t port;
    struct http_watch *watch;
    struct http_pool *pool;
    struct http_fallback *fallback;
    struct http_fast *fast; /* NULL: the fallback accepts */
};

static void fill_in_defaults(struct http_server_params *params)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    if (params->event_threads == 0)
        params->event_threads = processors > 0 ? (unsigned)processors : 1;
    if (params->pool_threads == 0)
        params->pool_threads = POOL_THREADS;
    if (params->queue_max == 0)
        params->queue_max = QUEUE_PER_THREAD * params->pool_threads;
    if (params->body_max == 0)
        params->body_max = BODY_MAX;
    if (params->connections_max == 0)
        params->connections_max = CONNECTIONS_MAX;
    if (params->idle_seconds == 0)
        params->idle_seconds = IDLE_SECONDS;
}

static bool headers_are_good(const struct http_server_params *params)
{
    for (size_t i = 0; i < HTTP_HEADERS_MAX && params->common_headers[i][0] != NULL; i++) {
        const char *name = params->common_headers[i][0], *value = params->common_headers[i][1];
        if (!http_is_token(name, strlen(name)) || !http_is_value(value, strlen(value)))
            return false;
    }
    return true;
}

static void copy_headers(struct http_server_params *params)
{
    for (size_t i = 0; i < HTTP_HEADERS_MAX && params->common_headers[i][0] != NULL; i++)
        for (size_t k = 0; k < 2; k++)
            if ((params->common_headers[i][k] = strdup(params->common_headers[i][k])) == NULL)
                abort();
}

static void free_headers(struct http_server_params *params)
{
    for (size_t i = 0; i < HTTP_HEADERS_MAX && params->common_headers[i][0] != NULL; i++)
        for (size_t k = 0; k < 2; k++)
            free((void *)params->common_headers[i][k]);
}

static enum err start_engines(struct http_server *server)
{
    static atomic_uint_fast64_t last_serial;
    uint64_t serial = atomic_fetch_add(&last_serial, 1) + 1;
    bool alone = server->params.fallback_only;
    enum err err = http_fallback_create(
        &(struct http_fallback_params){
            .server = &server->params,
            .serial = serial,
            .pool = server->pool,
            .watch = server->watch,
            .listener = alone ? server->listener : -1,
        },
        &server->fallback);
    if (err != OK || alone)
        return err;
    return http_fast_create(
        &(struct http_fast_params){
            .server = &server->params,
            .serial = serial,
            .fallback = server->fallback,
            .watch = server->watch,
            .listener = server->listener,
        },
        &server->fast);
}

static enum err start(struct http_server *server)
{
    enum err err = http_watch_create(server->params.idle_seconds, &server->watch);
    if (err == OK)
        err =
            http_pool_create(server->params.pool_threads, server->params.queue_max, &server->pool);
    if (err == OK)
        err = start_engines(server);
    return err;
}

enum err http_server_create(const struct http_server_params *params, struct http_server **out)
{
    if (params->lane == NULL || params->handle == NULL || !headers_are_good(params))
        return ERR_ARGUMENT;
    struct http_server *server = calloc(1, sizeof *server);
    if (server == NULL)
        return ERR_MEMORY;
    server->params = *params;
    server->listener = -1;
    fill_in_defaults(&server->params);
    copy_headers(&server->params);
    enum err err = http_listen(params->listen, &server->listener, &server->port);
    if (err == OK)
        err = start(server);
    if (err != OK)
        http_server_destroy(&server);
    *out = server;
    return err;
}

uint16_t http_server_port(const struct http_server *server)
{
    return server->port;
}

unsigned http_server_stop(struct http_server *server, unsigned grace_seconds)
{
    int64_t deadline = clock_monotonic_us() + (int64_t)grace_seconds * UTC_SECOND;
    unsigned cut = 0;
    if (server->fallback == NULL)
        return 0;
    http_fallback_quiet(server->fallback);
    shutdown(server->listener, SHUT_RD); /* refuses from now on; the engines may still name it */
    http_watch_stop(server->watch);
    if (!http_watch_wait(server->watch, deadline))
        cut = http_watch_cut(server->watch);
    http_pool_end(server->pool);
    (void)http_watch_wait(server->watch, clock_monotonic_us() + CUT_SECONDS * UTC_SECOND);
    http_fast_destroy(&server->fast);
    http_fallback_destroy(&server->fallback);
    http_pool_destroy(&server->pool);
    http_watch_destroy(&server->watch);
    return cut;
}

void http_server_destroy(struct http_server **server)
{
    struct http_server *s = *server;
    *server = NULL;
    if (s == NULL)
        return;
    http_server_stop(s, 0);
    http_pool_destroy(&s->pool); /* what an interrupted create left */
    http_watch_destroy(&s->watch);
    if (s->listener >= 0)
        close(s->listener);
    free_headers(&s->params);
    free(s);
}
