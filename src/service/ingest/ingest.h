/* Ingest: a delivered master becomes an edition (track files, captions, pictures) of a playable.
 *
 * submit: inspected in the jail and refused with reasons, or copied into the blob store and queued.
 * worker: takes steps by lease (inspect, sound, each piece of the picture, assemble), any number of
 * workers at a time. Whatever dies when, the next worker goes on from the last finished piece, and
 * the track files come out the same to the byte.
 *
 * Track files are encrypted as they are written, pieces too, under keys made with the job; masters
 * under a key of their own; pictures, captions and notes sealed as small blobs are (driver/coffer).
 *
 *   masters/JOB          the master, sealed, kept (JOB-sealed: it lay in clear before)
 *   work/JOB/...         finished pieces, gone once the edition stands
 *   media/EDITION/...    the edition; its id is the job's
 *   images/, captions/   pictures picked from the film, captions */
#ifndef LANTERNE_SERVICE_INGEST_INGEST_H
#define LANTERNE_SERVICE_INGEST_INGEST_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "driver/blob/blob.h"
#include "driver/coffer/coffer.h"
#include "driver/media/media.h"
#include "driver/store/jobs.h"
#include "driver/store/store.h"
#include "driver/vault/vault.h"

struct ingest {
    struct store *store; /* borrowed, like all here */
    struct blob_store *blobs;
    struct coffer *coffer; /* over blobs; NULL: for what puts and reads no small blob */
    struct vault *vault;   /* NULL: for what neither encrypts nor decrypts */
    bool is_clear;         /* the house wants what it ingests from now on in clear */
    double loudness_lufs;  /* the service's target */
    uint16_t max_height;   /* of the ladder */
    unsigned piece_seconds;
    struct media_limits limits; /* of one jail */
    const atomic_int *stop;     /* not 0: give everything back and return */
};

struct ingest_submission {
    const char *path; /* of the delivered file */
    title_id title;
    int season, episode; /* 0, 0: a film */
};

/* Inspects and queues. ERR_DENIED: refused, reasons in *answer, nothing kept. ERR_EXISTS: an open
 * job for the playable takes this very file already; *job is that one. ERR_BUSY: an open job takes
 * another file. ERR_ARGUMENT: no such playable. ERR_NOT_FOUND: no such file. ERR_UNSUPPORTED: it is
 * no regular file. ERR_CANCELLED: stopped meanwhile, nothing kept. ERR_IO: it cannot be read. */
MUST_CHECK enum err ingest_submit(const struct ingest *in, const struct ingest_submission *what,
                                  job_id *job, struct media_answer *answer);

/* Runs steps until stopped; only_job: until that job is not open any more. idle_exit: returns when
 * there is nothing to do. on_progress (optional) is called about once a second while a step runs.
 */
struct ingest_worker_params {
    const job_id *only_job;
    bool idle_exit;
    void (*on_progress)(void *context, const job_id *job);
    void *context;
};
MUST_CHECK enum err ingest_work(const struct ingest *in, const struct ingest_worker_params *params);

/* Adds a caption file to a playable; why: what is wrong and where, for the person who sent it.
 * name: the caption's name in manifests ("c-fr-sdh"). kind: "subtitles", "sdh", "forced". */
struct ingest_caption {
    const char *path;
    playable_id playable;
    const char *language, *kind, *label; /* label NULL: the language's own name */
    bool is_default;
};
MUST_CHECK enum err ingest_caption_add(const struct ingest *in, const struct ingest_caption *what,
                                       char name[64], size_t *cues, char *why, size_t room);

/* Seals what lies in clear: pictures, captions, notes of jobs, masters of jobs that are not open.
 * Killed in the middle, the next call goes on. When nothing is left, only what is sealed is shown
 * from then on. ERR_STATE: the house encrypts nothing. ERR_CANCELLED: stopped meanwhile. */
struct ingest_sealing {
    bool new_key; /* under a new key, and all that is sealed already, too */
    void (*refused)(void *context, const char *blob, const char *why); /* it stays as it is */
    void *context;
};
struct ingest_sealed {
    int64_t blobs, masters, refused;
    int64_t forgotten; /* keys that nothing is sealed under any more */
};
MUST_CHECK enum err ingest_seal(const struct ingest *in, const struct ingest_sealing *what,
                                struct ingest_sealed *out);
/* Every blob that ingest_seal would seal because it lies in clear. Opens none. */
struct ingest_clear {
    const char **blobs; /* names, in the arena */
    size_t n;
};
MUST_CHECK enum err ingest_find_clear(const struct ingest *in, struct arena *arena,
                                      struct ingest_clear *out);

/* Cancels a queued or running job and removes its finished pieces; its master is kept for a retry.
 * ERR_STATE: it is not open. */
MUST_CHECK enum err ingest_cancel(const struct ingest *in, job_id job);

#endif
