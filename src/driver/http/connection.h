/* One connection of the fast engine. */
#ifndef LANTERNE_DRIVER_HTTP_CONNECTION_H
#define LANTERNE_DRIVER_HTTP_CONNECTION_H

#include <netinet/in.h>

#include "base/buf.h"
#include "driver/http/exchange.h"
#include "driver/http/fast.h"
#include "driver/http/write.h"

/* What one event thread has; all its connections use it in turn. */
struct http_loop {
    const struct http_fast_params *params;
    int epoll;
    struct http_exchange ex;
    struct http_writer writer;
    struct buf head;                             /* of the answer being begun */
    char bytes[HTTP_HEAD_MAX + 2];               /* of the request being looked at */
    struct http_connection *ready, **last_ready; /* have more to do than their turn allowed */
};

/* What is being sent. */
struct http_out {
    bool sending, close, linger;
    const uint8_t *head, *bytes;
    size_t head_left;
    uint64_t left; /* of the body */
    int64_t offset;
    uint8_t *head_copy; /* owned, when the head did not go out at once */
    struct http_file *file;
    struct http_content *content;
    struct arena *arena;
};

/*  READING -request-> SENDING -answer sent-> READING; used by its loop's thread alone */
struct http_connection {
    struct http_watched watched;
    struct http_loop *loop;
    struct http_connection *next_ready;
    bool queued, closed;
    bool readable; /* there may be bytes that we have not looked at */
    bool ended;    /* the other end sends no more */
    struct http_out out;
    struct sockaddr_in6 address; /* or a sockaddr_in */
    socklen_t address_size;
    char peer[HTTP_PEER_MAX];
};

/* Takes fd, a new connection. False when it had to be closed at once. */
bool http_connection_open(struct http_loop *loop, int fd, const struct sockaddr_in6 *address,
                          socklen_t address_size);
/* Something happened: epoll's events. */
void http_connection_event(struct http_connection *c, uint32_t events);
/* Its turn has come again. Frees it when it was closed meanwhile. */
void http_connection_turn(struct http_connection *c);
/* Its turn will not come: it is closed and freed. */
void http_connection_end_turn(struct http_connection *c);
void http_connection_close(struct http_connection *c);

/* Sending (send.c). */
enum http_sent {
    HTTP_SENT_ALL,
    HTTP_SENT_BLOCKED, /* wait for room */
    HTTP_SENT_TURN,    /* there is room, but others wait too */
    HTTP_SENT_FAILED,
};
/* Begins to send the exchange's reply, whose references it takes. head: lent until the first
 * http_out_send has returned. */
void http_out_begin(struct http_out *out, struct http_exchange *ex, const struct buf *head);
enum http_sent http_out_send(struct http_out *out, int fd);
void http_out_finish(struct http_out *out);

#endif
