#include "base/rounds.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct rounds {
    rounds_work work;
    void *context;
    unsigned rest; /* seconds */
    atomic_int is_stopping;
    pthread_t thread;
    pthread_mutex_t lock; /* is_stopping turns under it, so that no rest begins after that */
    pthread_cond_t stopping;
};

static void rest(struct rounds *r)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += (time_t)r->rest;
    pthread_mutex_lock(&r->lock);
    while (!atomic_load(&r->is_stopping) &&
           pthread_cond_timedwait(&r->stopping, &r->lock, &until) == 0)
        continue;
    pthread_mutex_unlock(&r->lock);
}

static void *run(void *context)
{
    struct rounds *r = context;
    for (;;) {
        if (r->rest > 0)
            rest(r);
        if (atomic_load(&r->is_stopping))
            return NULL;
        r->rest = r->work(r->context, &r->is_stopping);
    }
}

static void destroy(struct rounds *r)
{
    pthread_cond_destroy(&r->stopping);
    pthread_mutex_destroy(&r->lock);
    free(r);
}

enum err rounds_start(rounds_work work, void *context, unsigned first_rest, struct rounds **out)
{
    pthread_condattr_t monotonic;
    struct rounds *r = calloc(1, sizeof *r);
    if (r == NULL)
        return ERR_MEMORY;
    r->work = work;
    r->context = context;
    r->rest = first_rest;
    pthread_mutex_init(&r->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&r->stopping, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (pthread_create(&r->thread, NULL, run, r) != 0) {
        destroy(r);
        return ERR_MEMORY;
    }
    *out = r;
    return OK;
}

void rounds_end(struct rounds *rounds)
{
    pthread_mutex_lock(&rounds->lock);
    atomic_store(&rounds->is_stopping, 1);
    pthread_cond_signal(&rounds->stopping);
    pthread_mutex_unlock(&rounds->lock);
}

void rounds_stop(struct rounds **rounds)
{
    struct rounds *r = *rounds;
    *rounds = NULL;
    if (r == NULL)
        return;
    rounds_end(r);
    pthread_join(r->thread, NULL);
    destroy(r);
}
