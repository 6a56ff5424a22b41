#include "service/ingest/lease.h"

#include <time.h>

#include "base/clock.h"

static bool is_odd(unsigned n)
{
    return n % 2 != 0;
}

void lease_gap_begin(struct lease *lease)
{
    if (!is_odd(atomic_load(&lease->gaps)))
        atomic_fetch_add(&lease->gaps, 1);
}

void lease_gap_end(struct lease *lease)
{
    if (is_odd(atomic_load(&lease->gaps)))
        atomic_fetch_add(&lease->gaps, 1);
}

void lease_renew(struct lease *lease)
{
    utc_time now = clock_now();
    unsigned gaps = atomic_load(&lease->gaps);
    enum err err = store_step_renew(lease->store, lease->worker, lease->job, now, LEASE_US);
    bool in_gap = is_odd(gaps) || atomic_load(&lease->gaps) != gaps;
    if (err == ERR_STATE || (err == ERR_NOT_FOUND && !in_gap))
        atomic_store(&lease->is_lost, true);
    err = store_worker_seen(lease->store, lease->worker, now);
    (void)err; /* only tells others that a worker lives; the next round says it again */
}

static void *renew_until_ended(void *argument)
{
    struct lease *lease = argument;
    pthread_mutex_lock(&lease->lock);
    while (!lease->is_ending) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += 5; /* also how soon a cancelled job is noticed */
        int waited = pthread_cond_timedwait(&lease->ended, &lease->lock, &until);
        if (waited == 0 || lease->is_ending)
            continue;
        pthread_mutex_unlock(&lease->lock);
        lease_renew(lease);
        pthread_mutex_lock(&lease->lock);
    }
    pthread_mutex_unlock(&lease->lock);
    return NULL;
}

enum err lease_init(struct lease *lease, struct store *store, const char *worker, job_id job)
{
    *lease = (struct lease){ .store = store, .worker = worker, .job = job };
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&lease->lock, NULL);
    pthread_cond_init(&lease->ended, &attributes);
    pthread_condattr_destroy(&attributes);
    if (pthread_create(&lease->thread, NULL, renew_until_ended, lease) == 0)
        return OK;
    pthread_cond_destroy(&lease->ended);
    pthread_mutex_destroy(&lease->lock);
    return ERR_MEMORY;
}

void lease_finish(struct lease *lease)
{
    pthread_mutex_lock(&lease->lock);
    lease->is_ending = true;
    pthread_cond_signal(&lease->ended);
    pthread_mutex_unlock(&lease->lock);
    pthread_join(lease->thread, NULL);
    pthread_cond_destroy(&lease->ended);
    pthread_mutex_destroy(&lease->lock);
}

bool lease_is_lost(struct lease *lease)
{
    return atomic_load(&lease->is_lost);
}
