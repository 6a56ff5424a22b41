/* The server's own sweep: what was left to be collected by who died, or had no answer. */
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/log.h"
#include "service/billing/inside.h"

enum { EVERY_SECONDS = 60, LEFT_MAX = 200 };

struct billing_sweep {
    struct billing *billing;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t stopping;
    volatile int is_stopping; /* written under lock */
};

enum err billing_sweep_once(struct billing *b, utc_time now, const volatile int *is_stopping,
                            struct billing_renewal *tally)
{
    struct arena *arena = arena_create();
    struct charge *left;
    size_t n = 0;
    int64_t unknown = tally->unknown;
    enum err err =
        store_charges_left(b->params.store, arena, now, BILLING_LEASE_US, LEFT_MAX, &left, &n);
    for (size_t i = 0; err == OK && i < n && (is_stopping == NULL || !*is_stopping); i++) {
        struct arena *each = arena_create();
        struct billing_result result = { 0 };
        enum err failed = billing_collect_counted(b, each, left[i].id, NULL, tally, &result);
        if (failed != OK)
            log_warning("billing", "charge %s is left for later: %s", left[i].id.s,
                        err_text(failed));
        arena_destroy(&each);
        if (tally->unknown - unknown >= BILLING_UNKNOWN_MAX)
            break; /* the gateway does not answer at all */
    }
    arena_destroy(&arena);
    return err;
}

static bool rest(struct billing_sweep *s)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += EVERY_SECONDS;
    pthread_mutex_lock(&s->lock);
    while (!s->is_stopping && pthread_cond_timedwait(&s->stopping, &s->lock, &until) == 0)
        continue;
    bool is_stopping = s->is_stopping != 0;
    pthread_mutex_unlock(&s->lock);
    return is_stopping;
}

static void *run(void *context)
{
    struct billing_sweep *s = context;
    while (!rest(s)) {
        struct billing_renewal tally = { 0 };
        enum err err = billing_sweep_once(s->billing, clock_now(), &s->is_stopping, &tally);
        if (err != OK)
            log_error("billing", "charges that were left cannot be looked for: %s", err_text(err));
        else if (tally.charged + tally.failed > 0)
            log_info("billing", "of charges that were left %lld were paid, %lld failed",
                     (long long)tally.charged, (long long)tally.failed);
    }
    return NULL;
}

enum err billing_sweep_start(struct billing *b, struct billing_sweep **out)
{
    pthread_condattr_t monotonic;
    struct billing_sweep *s = calloc(1, sizeof *s);
    if (s == NULL)
        return ERR_MEMORY;
    s->billing = b;
    pthread_mutex_init(&s->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&s->stopping, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (pthread_create(&s->thread, NULL, run, s) != 0) {
        free(s);
        return ERR_MEMORY;
    }
    *out = s;
    return OK;
}

void billing_sweep_stop(struct billing_sweep **sweep)
{
    struct billing_sweep *s = *sweep;
    if (s == NULL)
        return;
    pthread_mutex_lock(&s->lock);
    s->is_stopping = 1;
    pthread_cond_signal(&s->stopping);
    pthread_mutex_unlock(&s->lock);
    pthread_join(s->thread, NULL);
    pthread_cond_destroy(&s->stopping);
    pthread_mutex_destroy(&s->lock);
    free(s);
    *sweep = NULL;
}
