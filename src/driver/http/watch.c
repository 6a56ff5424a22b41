#include "driver/http/watch.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

enum {
    LINGER_MAX = 64, /* connections; more are closed as they are */
    LINGER_MS = 2000,
    LOOK_MS = 250,      /* how late we may be in seeing that somebody is late */
    BYTES_PER_S = 4096, /* who is slower than this is cut in the end */
};

struct lingering {
    int fd;
    int64_t until_us;
};

struct http_watch {
    int64_t idle_us;
    atomic_bool stopping, ending;
    pthread_mutex_t lock; /* guards all below */
    pthread_cond_t empty;
    struct http_watched *first;
    unsigned n;
    struct lingering lingering[LINGER_MAX];
    size_t n_lingering;
    int wake;
    pthread_t thread;
};

/* Who is slow on purpose keeps some bytes moving: they buy time, but less than they take. */
static int64_t bought_us(const struct http_watched *w)
{
    return (int64_t)(atomic_load(&w->bytes) / BYTES_PER_S) * UTC_SECOND;
}

static bool is_late(const struct http_watch *watch, struct http_watched *w, int64_t now)
{
    int64_t waited = now - atomic_load(&w->since_us);
    switch ((enum http_phase)atomic_load(&w->phase)) {
    case HTTP_PHASE_HEAD: return waited > watch->idle_us;
    case HTTP_PHASE_BODY: return waited > watch->idle_us + bought_us(w);
    case HTTP_PHASE_SEND:
        return now - atomic_load(&w->progress_us) > watch->idle_us ||
               waited > watch->idle_us + bought_us(w);
    case HTTP_PHASE_BUSY: return false;
    }
    return false;
}

static void cut_the_late(struct http_watch *watch, int64_t now)
{
    pthread_mutex_lock(&watch->lock);
    for (struct http_watched *w = watch->first; w != NULL; w = w->next)
        if (is_late(watch, w, now))
            shutdown(w->fd, SHUT_RDWR);
    pthread_mutex_unlock(&watch->lock);
}

/* True when the other end is done, or is not going to be. */
static bool read_out(const struct lingering *l, int64_t now)
{
    char bytes[16 * 1024];
    ssize_t n = 0;
    for (int i = 0; i < 64; i++) {
        n = recv(l->fd, bytes, sizeof bytes, MSG_DONTWAIT);
        if (n <= 0)
            break;
    }
    return n == 0 || now > l->until_us;
}

static void read_out_all(struct http_watch *watch, int64_t now)
{
    pthread_mutex_lock(&watch->lock);
    for (size_t i = 0; i < watch->n_lingering;) {
        if (!read_out(&watch->lingering[i], now) && !atomic_load(&watch->ending)) {
            i++;
            continue;
        }
        close(watch->lingering[i].fd);
        watch->lingering[i] = watch->lingering[--watch->n_lingering];
    }
    pthread_mutex_unlock(&watch->lock);
}

static nfds_t list_fds(struct http_watch *watch, struct pollfd *fds)
{
    nfds_t n = 0;
    fds[n++] = (struct pollfd){ .fd = watch->wake, .events = POLLIN };
    pthread_mutex_lock(&watch->lock);
    for (size_t i = 0; i < watch->n_lingering; i++)
        fds[n++] = (struct pollfd){ .fd = watch->lingering[i].fd, .events = POLLIN };
    pthread_mutex_unlock(&watch->lock);
    return n;
}

static void *keep(void *arg)
{
    struct http_watch *watch = arg;
    struct pollfd fds[LINGER_MAX + 1];
    int64_t last_look = 0;
    while (!atomic_load(&watch->ending)) {
        poll(fds, list_fds(watch, fds), LOOK_MS);
        int64_t now = clock_monotonic_us();
        eventfd_t ignored = 0;
        if ((fds[0].revents & POLLIN) != 0)
            eventfd_read(watch->wake, &ignored);
        read_out_all(watch, now);
        if (now - last_look < LOOK_MS * 1000)
            continue;
        last_look = now;
        cut_the_late(watch, now);
    }
    read_out_all(watch, clock_monotonic_us());
    return NULL;
}

static void init_condition(pthread_cond_t *condition)
{
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &attr);
    pthread_condattr_destroy(&attr);
}

enum err http_watch_create(unsigned idle_seconds, struct http_watch **out)
{
    struct http_watch *watch = calloc(1, sizeof *watch);
    if (watch == NULL)
        return ERR_MEMORY;
    watch->idle_us = (int64_t)idle_seconds * UTC_SECOND;
    pthread_mutex_init(&watch->lock, NULL);
    init_condition(&watch->empty);
    watch->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (watch->wake >= 0 && pthread_create(&watch->thread, NULL, keep, watch) == 0) {
        *out = watch;
        return OK;
    }
    if (watch->wake >= 0)
        close(watch->wake);
    free(watch);
    return ERR_FULL;
}

void http_watch_destroy(struct http_watch **watch)
{
    struct http_watch *w = *watch;
    *watch = NULL;
    if (w == NULL)
        return;
    atomic_store(&w->ending, true);
    eventfd_write(w->wake, 1);
    pthread_join(w->thread, NULL);
    close(w->wake);
    pthread_cond_destroy(&w->empty);
    pthread_mutex_destroy(&w->lock);
    free(w);
}

void http_watch_add(struct http_watch *watch, struct http_watched *w, int fd)
{
    w->fd = fd;
    atomic_store(&w->phase, HTTP_PHASE_HEAD);
    atomic_store(&w->since_us, clock_monotonic_us());
    pthread_mutex_lock(&watch->lock);
    w->next = watch->first;
    w->link = &watch->first;
    if (w->next != NULL)
        w->next->link = &w->next;
    watch->first = w;
    watch->n++;
    if (atomic_load(&watch->stopping))
        shutdown(fd, SHUT_RD);
    pthread_mutex_unlock(&watch->lock);
}

static void count_down(struct http_watch *watch)
{
    if (--watch->n == 0)
        pthread_cond_broadcast(&watch->empty);
}

void http_watch_remove(struct http_watch *watch, struct http_watched *w)
{
    pthread_mutex_lock(&watch->lock);
    *w->link = w->next;
    if (w->next != NULL)
        w->next->link = w->link;
    count_down(watch);
    pthread_mutex_unlock(&watch->lock);
}

void http_watch_phase(struct http_watch *watch, struct http_watched *w, enum http_phase phase)
{
    int64_t now = clock_monotonic_us();
    atomic_store_explicit(&w->bytes, 0, memory_order_relaxed);
    atomic_store_explicit(&w->since_us, now, memory_order_relaxed);
    atomic_store_explicit(&w->progress_us, now, memory_order_relaxed);
    atomic_store(&w->phase, (int)phase);
    if (phase == HTTP_PHASE_HEAD && atomic_load(&watch->stopping))
        shutdown(w->fd, SHUT_RD);
}

void http_watch_progress(struct http_watched *w, uint64_t bytes)
{
    if (bytes == 0)
        return;
    atomic_store_explicit(&w->progress_us, clock_monotonic_us(), memory_order_relaxed);
    atomic_fetch_add_explicit(&w->bytes, bytes, memory_order_relaxed);
}

void http_watch_hold(struct http_watch *watch)
{
    pthread_mutex_lock(&watch->lock);
    watch->n++;
    pthread_mutex_unlock(&watch->lock);
}

void http_watch_release(struct http_watch *watch)
{
    pthread_mutex_lock(&watch->lock);
    count_down(watch);
    pthread_mutex_unlock(&watch->lock);
}

unsigned http_watch_count(struct http_watch *watch)
{
    pthread_mutex_lock(&watch->lock);
    unsigned n = watch->n;
    pthread_mutex_unlock(&watch->lock);
    return n;
}

void http_watch_linger(struct http_watch *watch, int fd)
{
    pthread_mutex_lock(&watch->lock);
    bool room = watch->n_lingering < LINGER_MAX;
    if (room)
        watch->lingering[watch->n_lingering++] =
            (struct lingering){ fd, clock_monotonic_us() + LINGER_MS * 1000 };
    pthread_mutex_unlock(&watch->lock);
    if (room)
        eventfd_write(watch->wake, 1);
    else
        close(fd);
}

void http_watch_stop(struct http_watch *watch)
{
    pthread_mutex_lock(&watch->lock);
    atomic_store(&watch->stopping, true);
    for (struct http_watched *w = watch->first; w != NULL; w = w->next)
        if (atomic_load(&w->phase) == HTTP_PHASE_HEAD)
            shutdown(w->fd, SHUT_RD);
    pthread_mutex_unlock(&watch->lock);
}

bool http_watch_stopping(const struct http_watch *watch)
{
    return atomic_load_explicit(&watch->stopping, memory_order_relaxed);
}

bool http_watch_wait(struct http_watch *watch, int64_t deadline_us)
{
    struct timespec until = { .tv_sec = deadline_us / UTC_SECOND,
                              .tv_nsec = deadline_us % UTC_SECOND * 1000 };
    pthread_mutex_lock(&watch->lock);
    int failed = 0;
    while (watch->n > 0 && failed == 0)
        failed = pthread_cond_timedwait(&watch->empty, &watch->lock, &until);
    bool none = watch->n == 0;
    pthread_mutex_unlock(&watch->lock);
    return none;
}

unsigned http_watch_cut(struct http_watch *watch)
{
    unsigned busy = 0;
    pthread_mutex_lock(&watch->lock);
    for (struct http_watched *w = watch->first; w != NULL; w = w->next) {
        busy += atomic_load(&w->phase) != HTTP_PHASE_HEAD ? 1 : 0;
        shutdown(w->fd, SHUT_RDWR);
    }
    pthread_mutex_unlock(&watch->lock);
    return busy;
}
