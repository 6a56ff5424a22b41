/* What the steps of a job share: names of blobs, the plan, progress. */
#ifndef LANTERNE_SERVICE_INGEST_WORK_H
#define LANTERNE_SERVICE_INGEST_WORK_H

#include "driver/store/media.h"
#include "service/ingest/ingest.h"
#include "service/ingest/keys.h"
#include "service/ingest/lease.h"
#include "service/ingest/piece.h"
#include "service/ingest/plan.h"

enum { WORK_BLOB = 160, WORK_GOP_SAMPLES = 2048 };

/* Shares of the whole job's progress; the picture has what is left. */
#define WORK_SHARE_INSPECT 0.02
#define WORK_SHARE_SOUND 0.03
#define WORK_SHARE_ASSEMBLE 0.02

struct work {
    const struct ingest *in;
    const struct ingest_worker_params *params;
    const char *worker;
    struct store_step step;
    struct store_job job; /* as it was when the step was taken; texts in arena */
    struct arena *arena;
    struct lease *lease;
    struct media_facts *facts; /* in arena, after inspection */
    struct ingest_plan *plan;  /* likewise */
    struct edition_keys *keys; /* NULL: the edition is in clear */
    int master_fd;
    uint8_t *seal;               /* NULL: the master lies in clear */
    struct media_limits limits;  /* of the jails, with the seal */
    int64_t started_us, told_us; /* monotonic: this step's start, when progress was last told */
    double progress_at_start;
};

/* Writes a delivered file as a master, sealed by seal (MEDIA_SEAL bytes; NULL: in clear).
 * ERR_CANCELLED: stopped meanwhile. */
MUST_CHECK enum err work_put_master(const struct ingest *in, const char *name, int fd, int64_t size,
                                    const uint8_t *seal);

/* Blob names of a job; out has room for WORK_BLOB. */
void work_master(job_id job, char *out);
void work_master_sealed(job_id job, char *out); /* of one that was in clear for a while */
void work_piece_fragments(job_id job, uint32_t piece, const char *track, char *out);
void work_piece_file(job_id job, uint32_t piece, const char *what,
                     char *out); /* "note", "wide", ... */
void work_sound_fragments(job_id job, const char *track, char *out);
void work_sound_note(job_id job, char *out);
void work_text(job_id job, const char *track, char *out);
void work_tree(job_id job, char *out); /* prefix of all of the above but the master */
void work_edition_file(job_id job, const char *track, char *out);
void work_edition_tree(edition_id edition, char *out); /* prefix of all of an edition */
void work_edition_tiles(job_id job, uint32_t sheet, char *out);
void work_image(job_id job, const char *what, char *out);

/* Whether to go on: not stopped, lease held. */
bool work_goes_on(const struct work *w);
/* Tells the store (at most once a second) how far the step is; part: 0..1 of the whole job. */
void work_tell(struct work *w, const char *stage, double part);

/* Tracks as format/cmaf wants them. */
struct cmaf_track work_picture_track(const struct work *w, size_t rendition, const uint8_t *config,
                                     size_t config_size);
struct cmaf_track work_sound_track(const struct work *w, size_t sound, uint32_t sample_rate,
                                   uint16_t channels, const uint8_t *config, size_t config_size);
/* Makes one fragment of samples and appends it to the blob being written; *size gets its bytes and
 * *duration its ticks. */
MUST_CHECK enum err work_fragment(const struct cmaf_track *track, uint32_t number, uint64_t base,
                                  const struct media_sample *samples, size_t n, struct buf *scratch,
                                  struct blob_writer *out, struct cmaf_span *span);
/* Reads a note of this job; ERR_NOT_FOUND, or what piece_read says. */
MUST_CHECK enum err work_load_note(const struct work *w, const char *name, struct piece *out);

/* Makes the keys that a job of this plan needs, if it is to be encrypted: before it is said to be
 * inspected, so that no step is without. */
MUST_CHECK enum err work_keys_make(const struct ingest *in, job_id job,
                                   const struct ingest_basis *basis,
                                   const struct ingest_plan *plan);

/* Appends a whole blob to what is being written. */
MUST_CHECK enum err work_append(const struct work *w, const char *name, struct blob_writer *out);

/* What a job that begins now is made by; the title is asked for its language. */
MUST_CHECK enum err work_basis(const struct ingest *in, title_id title, struct ingest_basis *out);

/* The steps. Refused: ERR_DENIED with *answer filled. */
MUST_CHECK enum err work_inspect(struct work *w, struct media_answer *answer);
MUST_CHECK enum err work_picture(struct work *w, struct media_answer *answer);
MUST_CHECK enum err work_sound(struct work *w, struct media_answer *answer);
MUST_CHECK enum err work_assemble(struct work *w);
/* Any step of a job that encrypts an edition anew. */
MUST_CHECK enum err work_rekey(struct work *w);

#endif
