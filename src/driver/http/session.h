/* One connection of the fallback engine. */
#ifndef LANTERNE_DRIVER_HTTP_SESSION_H
#define LANTERNE_DRIVER_HTTP_SESSION_H

#include <microhttpd.h>

#include "driver/http/exchange.h"
#include "driver/http/fallback.h"

struct http_fallback {
    struct http_fallback_params params;
    struct MHD_Daemon *daemon;
};

/* HEAD -checked-> BODY -all read-> POOL -handled-> DONE; NOW goes from BODY to DONE at once. */
enum stage { STAGE_HEAD, STAGE_BODY, STAGE_POOL, STAGE_DONE };

/* One connection, and the request that is on it. Used by its event thread; while stage is POOL, by
 * the pool's. */
struct session {
    struct http_watched watched;
    struct http_fallback *engine;
    struct MHD_Connection *connection;
    struct http_exchange ex;
    struct http_job job;
    enum stage stage;
    uint64_t received;
    struct http_verdict verdict; /* of the body: what to refuse with once it is read */
    bool linger;
    const char *raw; /* the target as libmicrohttpd has it, which it will cut up */
    char *target;    /* a copy, in room that is kept between requests */
    size_t target_size, target_room;
};

/* Fills in s->ex.head (session_head.c); false when its lines do not lie as plain lines do. */
bool http_session_read_head(struct session *s, const char *method, const char *version);
/* The bytes of the head, its empty line included. */
size_t http_session_head_size(const struct session *s);
/* Hands the settled reply to libmicrohttpd (session_send.c). MHD_NO: cut the connection. */
enum MHD_Result http_session_send(struct session *s);

#endif
