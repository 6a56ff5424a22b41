/* All connections there are, whichever engine has them: who is late is cut, who is refused in the
 * middle of sending is read out, and a stop waits for who is being answered. */
#ifndef LANTERNE_DRIVER_HTTP_WATCH_H
#define LANTERNE_DRIVER_HTTP_WATCH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/*  HEAD -head complete-> BODY -body complete-> BUSY -answer sent-> HEAD
 *  HEAD -head complete-> SEND -answer sent-> HEAD */
enum http_phase {
    HTTP_PHASE_HEAD, /* idle, or a head has begun to come */
    HTTP_PHASE_BODY,
    HTTP_PHASE_BUSY, /* being answered; the engine's own time limit counts */
    HTTP_PHASE_SEND, /* being sent to, with progress told to us */
};

/* Part of an engine's connection. Written by the thread that has the connection, but the links. */
struct http_watched {
    struct http_watched *next, **link;
    int fd;
    atomic_int phase;
    _Atomic int64_t since_us;    /* monotonic: when the phase began */
    _Atomic int64_t progress_us; /* SEND: when the last byte went out */
    _Atomic uint64_t bytes;      /* BODY: come so far; SEND: gone so far */
};

struct http_watch;
MUST_CHECK enum err http_watch_create(unsigned idle_seconds, struct http_watch **out);
void http_watch_destroy(struct http_watch **watch);

/* The descriptor stays open until _remove has returned. */
void http_watch_add(struct http_watch *watch, struct http_watched *w, int fd);
void http_watch_remove(struct http_watch *watch, struct http_watched *w);
/* A new phase. Returning to HEAD while stopping ends the connection's reading. */
void http_watch_phase(struct http_watch *watch, struct http_watched *w, enum http_phase phase);
/* Bytes of the phase BODY or SEND have come or gone. */
void http_watch_progress(struct http_watched *w, uint64_t bytes);
/* Counts a connection that is on its way from one engine to another, until released. */
void http_watch_hold(struct http_watch *watch);
void http_watch_release(struct http_watch *watch);
/* How many connections there are. */
unsigned http_watch_count(struct http_watch *watch);

/* Takes fd, whose writing end is or will be shut: reads what still comes for a while, so that the
 * other end gets to see our answer and not a reset, and closes it. */
void http_watch_linger(struct http_watch *watch, int fd);

/* Idle connections are ended, those that become idle too. */
void http_watch_stop(struct http_watch *watch);
bool http_watch_stopping(const struct http_watch *watch);
/* Waits until no connection is left, at most until the monotonic time given. */
bool http_watch_wait(struct http_watch *watch, int64_t deadline_us);
/* Cuts all connections; returns how many were not idle. */
unsigned http_watch_cut(struct http_watch *watch);

#endif
