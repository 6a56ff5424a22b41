#include "driver/http/connection.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "driver/http/parse.h"
#include "driver/http/peer.h"
#include "driver/http/reply.h"

enum { TURN_REQUESTS = 16 }; /* of one connection, before others have their turn */

bool http_connection_open(struct http_loop *loop, int fd, const struct sockaddr_in6 *address,
                          socklen_t address_size)
{
    struct http_connection *c = calloc(1, sizeof *c);
    if (c == NULL)
        abort();
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    c->loop = loop;
    c->address = *address;
    c->address_size = address_size;
    http_peer_format((const struct sockaddr *)(const void *)address, c->peer);
    http_watch_add(loop->params->watch, &c->watched, fd);
    struct epoll_event event = { .events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
                                 .data.ptr = c };
    if (epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &event) == 0)
        return true;
    http_connection_close(c);
    return false;
}

/* Forgets the connection without touching its socket. */
static void detach(struct http_connection *c)
{
    http_watch_remove(c->loop->params->watch, &c->watched);
    http_out_finish(&c->out);
    c->closed = true;
    if (!c->queued)
        free(c);
}

void http_connection_close(struct http_connection *c)
{
    int fd = c->watched.fd;
    detach(c);
    close(fd);
}

static void end(struct http_connection *c)
{
    struct http_watch *watch = c->loop->params->watch;
    int fd = c->watched.fd;
    if (!c->out.linger) {
        http_connection_close(c);
        return;
    }
    epoll_ctl(c->loop->epoll, EPOLL_CTL_DEL, fd, NULL);
    shutdown(fd, SHUT_WR);
    detach(c);
    http_watch_linger(watch, fd);
}

static void wait_for_turn(struct http_connection *c)
{
    if (c->queued)
        return;
    c->queued = true;
    c->next_ready = NULL;
    *c->loop->last_ready = c;
    c->loop->last_ready = &c->next_ready;
}

/* The request is still on the socket, where the other engine will find it. */
static void give_away(struct http_connection *c)
{
    struct http_loop *loop = c->loop;
    int fd = c->watched.fd;
    struct sockaddr_in6 address = c->address;
    socklen_t size = c->address_size;
    epoll_ctl(loop->epoll, EPOLL_CTL_DEL, fd, NULL);
    http_watch_hold(loop->params->watch);
    detach(c);
    http_fallback_give(loop->params->fallback, fd, (const struct sockaddr *)(const void *)&address,
                       size);
}

static void begin_answer(struct http_connection *c, bool linger)
{
    struct http_loop *loop = c->loop;
    struct http_exchange *ex = &loop->ex;
    bool close = ex->reply.close || http_watch_stopping(loop->params->watch);
    buf_clear(&loop->head);
    http_write_head(&loop->head, &loop->writer, ex, close);
    if (loop->head.err != OK) { /* larger than any head should be */
        http_reply_fail(&ex->reply);
        buf_clear(&loop->head);
        http_write_head(&loop->head, &loop->writer, ex, close);
    }
    http_out_begin(&c->out, ex, &loop->head);
    c->out.close = close;
    c->out.linger = linger;
    http_exchange_reset(ex);
}

static void refuse(struct http_connection *c, struct http_verdict verdict)
{
    struct http_exchange *ex = &c->loop->ex;
    http_exchange_refuse(ex, verdict);
    begin_answer(c, true);
}

static bool is_ours(const struct http_exchange *ex)
{
    enum http_method method = ex->head.known;
    return ex->lane == HTTP_NOW && (method == HTTP_GET || method == HTTP_HEAD) &&
           !ex->head.chunked && ex->head.content_length == 0;
}

static bool is_get_or_head(const struct http_head *head)
{
    return strcmp(head->method, "GET") == 0 || strcmp(head->method, "HEAD") == 0;
}

enum step { STEP_WAIT, STEP_ANSWER, STEP_GONE };

/* A whole head of size bytes has been parsed; n have come. */
static enum step take_request(struct http_connection *c, size_t size, size_t n)
{
    struct http_loop *loop = c->loop;
    struct http_exchange *ex = &loop->ex;
    if (!is_get_or_head(&ex->head)) {
        give_away(c);
        return STEP_GONE;
    }
    struct http_verdict verdict = http_exchange_begin(ex, size);
    if (verdict.status != 0) {
        refuse(c, verdict);
        return STEP_ANSWER;
    }
    if (!is_ours(ex)) {
        give_away(c);
        return STEP_GONE;
    }
    http_watch_phase(loop->params->watch, &c->watched, HTTP_PHASE_SEND);
    /* With MSG_TRUNC nothing is copied: `bytes`, from which the head lends, stays as it is. */
    if (recv(c->watched.fd, loop->bytes, size, MSG_TRUNC | MSG_DONTWAIT) != (ssize_t)size) {
        http_connection_close(c);
        return STEP_GONE;
    }
    c->readable = n > size;
    http_exchange_run(ex);
    begin_answer(c, ex->head.close && n > size);
    return STEP_ANSWER;
}

static enum step look(struct http_connection *c)
{
    struct http_loop *loop = c->loop;
    struct http_exchange *ex = &loop->ex;
    struct http_verdict verdict = { 0, NULL };
    size_t size = 0;
    ssize_t n = recv(c->watched.fd, loop->bytes, HTTP_HEAD_MAX + 1, MSG_PEEK | MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return STEP_WAIT;
    if (n <= 0) {
        http_connection_close(c);
        return STEP_GONE;
    }
    switch (http_head_parse(loop->bytes, (size_t)n, &ex->head, &size, &verdict)) {
    case HTTP_PARTIAL:
        if (!c->ended)
            return STEP_WAIT;
        http_connection_close(c);
        return STEP_GONE;
    case HTTP_PARSED:
        memcpy(ex->peer, c->peer, sizeof ex->peer);
        return take_request(c, size, (size_t)n);
    case HTTP_REFUSED:
        ex->rq = (struct http_request){ .method = HTTP_OTHER,
                                        .method_name = ex->head.method,
                                        .path = "/",
                                        .peer = c->peer,
                                        .own = ex };
        refuse(c, verdict);
        return STEP_ANSWER;
    }
    return STEP_WAIT;
}

/* True while there is more to do. */
static bool go_on_sending(struct http_connection *c)
{
    uint64_t left = c->out.left;
    enum http_sent sent = http_out_send(&c->out, c->watched.fd);
    http_watch_progress(&c->watched, left - c->out.left);
    switch (sent) {
    case HTTP_SENT_BLOCKED: return false;
    case HTTP_SENT_TURN: wait_for_turn(c); return false;
    case HTTP_SENT_FAILED: http_connection_close(c); return false;
    case HTTP_SENT_ALL: break;
    }
    if (c->out.close) {
        end(c);
        return false;
    }
    http_out_finish(&c->out);
    http_watch_phase(c->loop->params->watch, &c->watched, HTTP_PHASE_HEAD);
    return true;
}

static void run(struct http_connection *c)
{
    for (int i = 0; i < TURN_REQUESTS; i++) {
        if (c->out.sending && !go_on_sending(c))
            return;
        if (!c->readable)
            return;
        switch (look(c)) {
        case STEP_WAIT: c->readable = false; return;
        case STEP_GONE: return;
        case STEP_ANSWER: break;
        }
    }
    wait_for_turn(c);
}

void http_connection_event(struct http_connection *c, uint32_t events)
{
    if ((events & (EPOLLERR | EPOLLHUP)) != 0) {
        http_connection_close(c);
        return;
    }
    c->ended = c->ended || (events & EPOLLRDHUP) != 0;
    c->readable = c->readable || (events & (EPOLLIN | EPOLLRDHUP)) != 0;
    run(c);
}

void http_connection_turn(struct http_connection *c)
{
    c->queued = false;
    if (c->closed)
        free(c);
    else
        run(c);
}

void http_connection_end_turn(struct http_connection *c)
{
    c->queued = false;
    if (c->closed)
        free(c);
    else
        http_connection_close(c);
}
