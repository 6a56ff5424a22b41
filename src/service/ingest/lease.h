/* A worker's hold on the steps it took: renewed by a thread of its own while engines work, so that
 * a long step never loses its lease and a dead worker's steps are free after LEASE_US. */
#ifndef LANTERNE_SERVICE_INGEST_LEASE_H
#define LANTERNE_SERVICE_INGEST_LEASE_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/rounds.h"
#include "driver/store/jobs.h"

#define LEASE_US (60 * INT64_C(1000000))

struct lease {
    struct store *store;
    const char *worker;
    job_id job;
    atomic_bool is_lost; /* cancelled, or taken by another: stop and write nothing more */
    atomic_uint gaps;    /* odd: between two steps, when it is no loss to hold none */
    struct rounds *rounds;
};

/* Begins to renew. The lease struct must not move until lease_finish. */
MUST_CHECK enum err lease_init(struct lease *lease, struct store *store, const char *worker,
                               job_id job);
void lease_finish(struct lease *lease);
bool lease_is_lost(struct lease *lease);
/* Say, by the thread that works, that a step is about to be done, and that the next is claimed: a
 * film is decoded past the pieces of others for longer than a renewal takes to come. */
void lease_gap_begin(struct lease *lease);
void lease_gap_end(struct lease *lease);
/* What the thread does every few seconds. */
void lease_renew(struct lease *lease);

#endif
