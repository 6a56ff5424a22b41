/* Ingest jobs and their pieces. Workers take pieces by lease; a lease that is not renewed is taken
 * by another.
 *
 *   QUEUED -take-> RUNNING -finish-> READY
 *                  RUNNING -refuse-> REFUSED   (the master's fault: reasons)
 *                  RUNNING -fail---> FAILED    (ours, after too many tries)
 *   QUEUED, RUNNING -cancel-> CANCELLED
 *   REFUSED, FAILED, CANCELLED -retry-> QUEUED
 */
#ifndef LANTERNE_DRIVER_STORE_JOBS_H
#define LANTERNE_DRIVER_STORE_JOBS_H

#include <stdint.h>

#include "driver/store/keys.h"
#include "driver/store/store.h"
#include "rules/catalog/title.h"

ID_TYPE(job_id);

enum job_state { JOB_QUEUED, JOB_RUNNING, JOB_READY, JOB_REFUSED, JOB_FAILED, JOB_CANCELLED };
const char *job_state_name(enum job_state state);

/* What a job does: ingest a master, or encrypt an edition anew without encoding it again, under new
 * keys as a new edition, or under cenc beside what it has. */
enum job_task { JOB_INGEST, JOB_ROTATE, JOB_CENC };
const char *job_task_name(enum job_task task); /* "ingest", "rotate", "cenc" */

/* The key a master in the blob store is read with, wrapped; is_sealed false: it is in clear. */
struct store_seal {
    bool is_sealed;
    uint8_t kid[STORE_KEY];
    uint8_t wrapped[STORE_WRAPPED];
    char master[STORE_MASTER_NAME];
};

struct store_job {
    job_id id;
    playable_id playable;
    title_id title;
    const char *file_name; /* as delivered, for people; may hold anything printable */
    const char *source;    /* blob name of the master; "" where there is none */
    enum job_task task;
    edition_id edition; /* what is encrypted anew; "" of an ingest */
    struct store_seal seal;
    enum job_state state;
    const char *stage;    /* "inspect", "encode", "sound", "assemble", "" */
    double progress;      /* 0..1 over the whole job */
    int64_t remaining_us; /* estimate; -1: not known */
    const char *facts;    /* JSON of the inspection, NULL before it */
    const char *refusals; /* JSON array of {"code","text"}, NULL: none */
    int tries;
    utc_time created, changed;
    uint32_t pieces; /* picture pieces, 0 before inspection */
    uint32_t pieces_done;
};

/* Adds it as QUEUED; id, playable, title, file_name, source, task, edition, seal, created and
 * changed are the caller's.
 * ERR_EXISTS: the playable has a queued or running job; cancel that first. */
MUST_CHECK enum err store_job_add(struct store *store, const struct store_job *job);
MUST_CHECK enum err store_job_get(struct store *store, struct arena *arena, job_id id,
                                  struct store_job *out);
struct job_filter {
    bool open_only; /* queued and running */
    const char *after;
    unsigned limit; /* 0: 50 */
};
MUST_CHECK enum err store_jobs_list(struct store *store, struct arena *arena,
                                    const struct job_filter *filter, struct store_job **out,
                                    size_t *n, const char **next);

/* Takes work: the oldest queued or running job that has a step nobody holds. Steps: "inspect", then
 * "sound" and one "piece" for each picture piece (once store_job_inspected told how many), then
 * "assemble" when all others are done. ERR_NOT_FOUND: nothing to do. The lease ends at now +
 * lease_us unless renewed. */
struct store_step {
    job_id job;
    char kind[16];   /* "inspect", "sound", "piece", "assemble" */
    uint32_t number; /* of the piece */
};
/* worker: a text that names the worker uniquely. only_job: NULL, or take steps of this job only. */
MUST_CHECK enum err store_step_take(struct store *store, const char *worker, const job_id *only_job,
                                    utc_time now, int64_t lease_us, struct store_step *out);
/* Takes this very piece of a job one is working on; ERR_BUSY: another holds it; ERR_STATE: it is
 * done. */
MUST_CHECK enum err store_step_claim(struct store *store, const char *worker,
                                     const struct store_step *step, utc_time now, int64_t lease_us);
/* A worker may hold several steps. Claiming what one holds renews it.
 * Renews every lease of the worker in the job. ERR_STATE: the job was cancelled, or a lease was
 * lost: stop working. ERR_NOT_FOUND: it holds none there. */
MUST_CHECK enum err store_step_renew(struct store *store, const char *worker, job_id job,
                                     utc_time now, int64_t lease_us);
/* The step is done for good. ERR_STATE: the lease was lost (somebody else does it). */
MUST_CHECK enum err store_step_done(struct store *store, const char *worker,
                                    const struct store_step *step);
/* Gives the step back undone; count_try: it failed for a reason that may come again. After 3 such
 * tries the job is FAILED with the reason. */
MUST_CHECK enum err store_step_release(struct store *store, const char *worker,
                                       const struct store_step *step, bool count_try,
                                       const char *reason, utc_time now);
/* Inspection done: facts, and the pieces that follow. Also ends the inspect step. */
MUST_CHECK enum err store_job_inspected(struct store *store, const char *worker, job_id id,
                                        const char *facts, uint32_t pieces, utc_time now);
/* Ends a running job as REFUSED (refusals: JSON) or, moved by the states above, otherwise. READY is
 * set together with the edition by store_job_ready. All leases end. A retry (to QUEUED) of a
 * REFUSED or CANCELLED job begins anew with the inspection; that of a FAILED one goes on from the
 * steps that are done, with its tries forgotten. */
MUST_CHECK enum err store_job_move(struct store *store, job_id id, enum job_state to,
                                   const char *refusals, utc_time now);
/* The job's master lies sealed now, under another name. ERR_STATE: the job is open, or its master
 * lies elsewhere or is sealed already. */
MUST_CHECK enum err store_job_seal(struct store *store, job_id id, const char *from, const char *to,
                                   const struct store_seal *seal);
struct store_edition;
struct store_caption;
/* In one transaction: edition becomes current, captions (n) are put, job is READY. */
MUST_CHECK enum err store_job_ready(struct store *store, const char *worker, job_id id,
                                    const struct store_edition *edition,
                                    const struct store_caption *captions, size_t n, utc_time now,
                                    char replaced_edition[ID_TEXT]);
/* In one transaction: the edition that the job was for has its second ciphertext, the job is READY.
 * ERR_NOT_FOUND: the edition is not the current one any more. */
MUST_CHECK enum err store_job_cenc_ready(struct store *store, const char *worker, job_id id,
                                         utc_time now);
MUST_CHECK enum err store_job_progress(struct store *store, job_id id, const char *stage,
                                       double progress, int64_t remaining_us, utc_time now);

/* Workers say that they are alive, so that `ingest --wait` knows whether to run its own. */
MUST_CHECK enum err store_worker_seen(struct store *store, const char *worker, utc_time now);
MUST_CHECK enum err store_workers_alive(struct store *store, utc_time since, unsigned *count);

#endif
