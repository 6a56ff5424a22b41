#include "service/ingest/lease.h"

#include "base/clock.h"

enum { LOOK_SECONDS = 5 }; /* also how soon a cancelled job is noticed */

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

static unsigned round_of(void *context, const atomic_int *is_stopping)
{
    (void)is_stopping; /* a round is short */
    lease_renew(context);
    return LOOK_SECONDS;
}

enum err lease_init(struct lease *lease, struct store *store, const char *worker, job_id job)
{
    *lease = (struct lease){ .store = store, .worker = worker, .job = job };
    return rounds_start(round_of, lease, LOOK_SECONDS, &lease->rounds);
}

void lease_finish(struct lease *lease)
{
    rounds_stop(&lease->rounds);
}

bool lease_is_lost(struct lease *lease)
{
    return atomic_load(&lease->is_lost);
}
