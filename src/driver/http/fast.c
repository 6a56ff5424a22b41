#include "driver/http/fast.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "driver/http/connection.h"

enum {
    EVENTS = 64,
    ACCEPTS = 16,  /* at once, so that threads share a crowd */
    PAUSE_MS = 50, /* how long we do not accept when there are too many, or no descriptors */
    HEAD_CEILING = 64 * 1024, /* bytes of an answer's head: clients take 8 KiB to 256 KiB */
};

struct worker {
    struct http_loop loop;
    struct http_fast *engine;
    pthread_t thread;
    int wake;
    bool accepting;
    int64_t paused_us; /* monotonic: when we stopped accepting */
};

struct http_fast {
    struct http_fast_params params;
    atomic_bool ending;
    unsigned n_workers;
    struct worker *workers;
};

static void watch_listener(struct worker *w, bool on)
{
    struct epoll_event event = { .events = EPOLLIN | EPOLLEXCLUSIVE, .data.ptr = w->engine };
    if (on == w->accepting)
        return;
    w->accepting = on;
    w->paused_us = clock_monotonic_us();
    epoll_ctl(w->loop.epoll, on ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, w->engine->params.listener,
              &event);
}

static bool has_room(const struct http_fast *engine)
{
    return http_watch_count(engine->params.watch) < engine->params.server->connections_max;
}

static bool is_of_the_client(int error)
{
    return error == ECONNABORTED || error == EINTR || error == EPROTO;
}

/* Stops listening for a moment when nothing more can be taken; for good when the listener is shut.
 */
static void accept_some(struct worker *w)
{
    for (int i = 0; i < ACCEPTS; i++) {
        struct sockaddr_in6 address = { 0 };
        socklen_t size = sizeof address;
        if (!has_room(w->engine)) {
            watch_listener(w, false);
            return;
        }
        int fd = accept4(w->engine->params.listener, (struct sockaddr *)(void *)&address, &size,
                         SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0)
            (void)http_connection_open(&w->loop, fd, &address, size);
        else if (errno == EAGAIN)
            return;
        else if (!is_of_the_client(errno))
            watch_listener(w, false);
    }
}

static void give_turns(struct http_loop *loop)
{
    struct http_connection *c = loop->ready;
    loop->ready = NULL;
    loop->last_ready = &loop->ready;
    while (c != NULL) {
        struct http_connection *next = c->next_ready;
        http_connection_turn(c);
        c = next;
    }
}

/* Those that wait for a turn that will not come. */
static void end_turns(struct http_loop *loop)
{
    for (struct http_connection *next, *c = loop->ready; c != NULL; c = next) {
        next = c->next_ready;
        http_connection_end_turn(c);
    }
}

static int patience(const struct worker *w)
{
    if (w->loop.ready != NULL)
        return 0;
    return w->accepting || http_watch_stopping(w->engine->params.watch) ? -1 : PAUSE_MS;
}

static void resume_accepting(struct worker *w)
{
    if (w->accepting || http_watch_stopping(w->engine->params.watch))
        return;
    if (clock_monotonic_us() - w->paused_us >= PAUSE_MS * 1000 && has_room(w->engine))
        watch_listener(w, true);
}

/* sendfile() has no MSG_NOSIGNAL. The signal goes to the thread that wrote, so this holds it off.
 */
static void hold_off_sigpipe(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
}

static void *work(void *arg)
{
    struct worker *w = arg;
    struct epoll_event events[EVENTS];
    hold_off_sigpipe();
    while (!atomic_load(&w->engine->ending)) {
        int n = epoll_wait(w->loop.epoll, events, EVENTS, patience(w));
        for (int i = 0; i < n; i++) {
            if (events[i].data.ptr == w->engine)
                accept_some(w);
            else if (events[i].data.ptr != w)
                http_connection_event(events[i].data.ptr, events[i].events);
        }
        give_turns(&w->loop);
        resume_accepting(w);
    }
    end_turns(&w->loop);
    return NULL;
}

static enum err worker_start(struct http_fast *engine, struct worker *w)
{
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = w };
    w->engine = engine;
    w->loop.params = &engine->params;
    w->loop.last_ready = &w->loop.ready;
    http_exchange_init(&w->loop.ex, engine->params.server);
    http_writer_init(&w->loop.writer, engine->params.server, engine->params.serial);
    buf_init(&w->loop.head, HEAD_CEILING);
    w->loop.epoll = epoll_create1(EPOLL_CLOEXEC);
    w->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (w->loop.epoll < 0 || w->wake < 0 ||
        epoll_ctl(w->loop.epoll, EPOLL_CTL_ADD, w->wake, &event) != 0)
        return ERR_FULL;
    watch_listener(w, true);
    return err_from_errno(pthread_create(&w->thread, NULL, work, w));
}

static void worker_finish(struct worker *w)
{
    if (w->loop.epoll >= 0)
        close(w->loop.epoll);
    if (w->wake >= 0)
        close(w->wake);
    http_exchange_finish(&w->loop.ex);
    http_writer_finish(&w->loop.writer);
    buf_finish(&w->loop.head);
}

void http_fast_destroy(struct http_fast **engine)
{
    struct http_fast *e = *engine;
    *engine = NULL;
    if (e == NULL)
        return;
    atomic_store(&e->ending, true);
    for (unsigned i = 0; i < e->n_workers; i++)
        eventfd_write(e->workers[i].wake, 1);
    for (unsigned i = 0; i < e->n_workers; i++) {
        pthread_join(e->workers[i].thread, NULL);
        worker_finish(&e->workers[i]);
    }
    free(e->workers);
    free(e);
}

enum err http_fast_create(const struct http_fast_params *params, struct http_fast **out)
{
    struct http_fast *engine = calloc(1, sizeof *engine);
    if (engine == NULL)
        return ERR_MEMORY;
    engine->params = *params;
    engine->workers = calloc(params->server->event_threads, sizeof *engine->workers);
    enum err err = engine->workers == NULL ? ERR_MEMORY : OK;
    while (err == OK && engine->n_workers < params->server->event_threads) {
        struct worker *w = &engine->workers[engine->n_workers];
        err = worker_start(engine, w);
        if (err == OK)
            engine->n_workers++;
        else
            worker_finish(w);
    }
    if (err != OK)
        http_fast_destroy(&engine);
    *out = engine;
    return err;
}
