/* The picture: one decode walks the film; each piece nobody has done or holds is claimed and
 * encoded.
 *
 *   piece k:  claim -> gops into work/JOB/pK-NAME.frag -> sheet, stills -> note -> step done
 *
 * The note is written last: a piece without one was never finished. */
#include "service/ingest/work.h"

#include <string.h>

#include "base/clock.h"
#include "base/log.h"

struct picture {
    struct work *w;
    struct piece piece;
    struct blob_writer *writers[LADDER_RUNGS];
    struct buf scratch;
    uint32_t number; /* of the piece being encoded */
    bool is_open;
    bool is_complete; /* nothing is left for anybody: the walk was ended early on purpose */
    uint32_t done_before;
};

enum { FRAGMENT_MAX = 64 * 1024 * 1024 }; /* bytes of one GOP: 2 s at 200 Mb/s and room */

static void close_writers(struct picture *p)
{
    for (size_t i = 0; i < LADDER_RUNGS; i++)
        blob_writer_abort(&p->writers[i]);
    piece_finish(&p->piece);
    p->is_open = false;
}

static struct store_step step_of(const struct picture *p, uint32_t number)
{
    struct store_step step = { .job = p->w->job.id, .kind = "piece", .number = number };
    return step;
}

static enum err open_writers(struct picture *p, uint32_t number)
{
    const struct ladder_plan *ladder = &p->w->plan->media.ladder;
    enum err err = OK;
    p->number = number;
    p->is_open = true;
    for (size_t i = 0; i < ladder->n && err == OK; i++) {
        char name[WORK_BLOB];
        work_piece_fragments(p->w->job.id, number, ladder->renditions[i].name, name);
        err = blob_writer_create(p->w->in->blobs, name, &p->writers[i]);
    }
    return err;
}

enum left { LEFT_SOME, LEFT_NONE, LEFT_OTHERS };

/* Whether any piece is still to do; what is told here also feeds the progress bar. Others: the job
 * was taken back and begun anew with another plan while we held nothing of it. */
static enum left what_is_left(struct picture *p)
{
    struct arena *arena = arena_create();
    struct store_job job;
    enum left left = LEFT_SOME;
    if (store_job_get(p->w->in->store, arena, p->w->job.id, &job) == OK) {
        p->done_before = job.pieces_done;
        if (job.facts == NULL || strcmp(job.facts, p->w->job.facts) != 0)
            left = LEFT_OTHERS;
        else if (job.pieces_done >= job.pieces)
            left = LEFT_NONE;
    }
    arena_destroy(&arena);
    return left;
}

static enum media_next on_piece_begin(void *context, uint32_t number)
{
    struct picture *p = context;
    struct work *w = p->w;
    if (!work_goes_on(w))
        return MEDIA_STOP;
    enum left left = what_is_left(p);
    p->is_complete = number >= w->plan->pieces || left == LEFT_NONE;
    if (p->is_complete || left == LEFT_OTHERS)
        return MEDIA_STOP;
    struct store_step step = step_of(p, number);
    bool is_ours = number == w->step.number;
    enum err err =
        is_ours ? OK : store_step_claim(w->in->store, w->worker, &step, clock_now(), LEASE_US);
    if (err == ERR_BUSY || err == ERR_STATE)
        return MEDIA_SKIP;
    if (err == OK)
        lease_gap_end(w->lease);
    if (err == OK)
        err = open_writers(p, number);
    if (err == OK)
        return MEDIA_ENCODE;
    log_error("ingest", "job %s: piece %u cannot be begun: %s", w->job.id.s, number, err_text(err));
    return MEDIA_STOP;
}

static enum err on_gop(void *context, size_t rendition, uint32_t number, const uint8_t *config,
                       size_t config_size, const struct media_sample *samples, size_t n)
{
    struct picture *p = context;
    const struct ladder_plan *ladder = &p->w->plan->media.ladder;
    if (!p->is_open || rendition >= ladder->n)
        return ERR_MALFORMED;
    struct cmaf_track track = work_picture_track(p->w, rendition, config, config_size);
    uint64_t base = (uint64_t)number * ladder->gop_frames * ladder->frame_ticks;
    struct cmaf_span span;
    enum err err =
        work_fragment(&track, number, base, samples, n, &p->scratch, p->writers[rendition], &span);
    if (err == OK)
        err = piece_add(&p->piece, rendition, config, config_size, span);
    return err;
}

static enum err on_tiles(void *context, uint32_t number, uint16_t columns, uint16_t rows,
                         uint16_t width, uint16_t height, const uint8_t *jpeg, size_t size)
{
    struct picture *p = context;
    char name[WORK_BLOB];
    if (!p->is_open || size > UINT32_MAX)
        return ERR_MALFORMED;
    p->piece.columns = columns;
    p->piece.rows = rows;
    p->piece.tile_width = width;
    p->piece.tile_height = height;
    p->piece.sheet_size = (uint32_t)size;
    work_piece_file(p->w->job.id, number, "tiles", name);
    return coffer_put(p->w->in->coffer, name, jpeg, size);
}

static enum err on_still(void *context, uint32_t number, double score, const uint8_t *wide,
                         size_t wide_size, const uint8_t *tall, size_t tall_size)
{
    struct picture *p = context;
    char name[WORK_BLOB];
    if (!p->is_open)
        return ERR_MALFORMED;
    p->piece.still_score = score;
    work_piece_file(p->w->job.id, number, "wide", name);
    enum err err = coffer_put(p->w->in->coffer, name, wide, wide_size);
    work_piece_file(p->w->job.id, number, "tall", name);
    return err == OK ? coffer_put(p->w->in->coffer, name, tall, tall_size) : err;
}

static enum err save_note(struct picture *p)
{
    struct buf note;
    char name[WORK_BLOB];
    buf_init(&note, PIECE_NOTE_MAX);
    piece_write(&p->piece, &note);
    work_piece_file(p->w->job.id, p->number, "note", name);
    enum err err =
        note.err == OK ? coffer_put(p->w->in->coffer, name, note.data, note.size) : note.err;
    buf_finish(&note);
    return err;
}

static enum err on_piece_end(void *context, uint32_t number)
{
    struct picture *p = context;
    if (!p->is_open || number != p->number || p->piece.n_tracks != p->w->plan->media.ladder.n)
        return ERR_MALFORMED;
    enum err err = OK;
    for (size_t i = 0; i < p->piece.n_tracks && err == OK; i++)
        err = blob_writer_commit(&p->writers[i]);
    if (err == OK)
        err = save_note(p);
    struct store_step step = step_of(p, number);
    lease_gap_begin(p->w->lease);
    if (err == OK)
        err = store_step_done(p->w->in->store, p->w->worker, &step);
    close_writers(p);
    return err;
}

static bool on_progress(void *context, double part)
{
    struct picture *p = context;
    double pieces = p->w->plan->pieces, within = part * pieces - p->number;
    within = within < 0 ? 0 : within > 1 ? 1 : within;
    double done = (p->done_before + (p->is_open ? within : 0)) / pieces;
    double share = 1 - WORK_SHARE_INSPECT - WORK_SHARE_SOUND - WORK_SHARE_ASSEMBLE;
    work_tell(p->w, "encode",
              WORK_SHARE_INSPECT + WORK_SHARE_SOUND + share * (done > 1 ? 1 : done));
    return work_goes_on(p->w);
}

/* The piece that was open when the walk ended was claimed beside the step that the caller gives
 * back. */
static void give_back_claim(const struct picture *p, enum err err)
{
    struct work *w = p->w;
    if (!p->is_open || p->number == w->step.number)
        return;
    struct store_step step = step_of(p, p->number);
    bool is_fault = err != ERR_CANCELLED && work_goes_on(w);
    enum err freed =
        store_step_release(w->in->store, w->worker, &step, is_fault, err_text(err), clock_now());
    if (freed != OK && freed != ERR_STATE && freed != ERR_NOT_FOUND)
        log_error("ingest", "job %s: piece %u cannot be given back: %s", w->job.id.s, p->number,
                  err_text(freed));
}

enum err work_picture(struct work *w, struct media_answer *answer)
{
    struct picture p = { .w = w };
    uint64_t frames = 0;
    piece_init(&p.piece);
    buf_init(&p.scratch, FRAGMENT_MAX);
    const struct media_sink sink = {
        .context = &p,
        .piece_begin = on_piece_begin,
        .gop = on_gop,
        .tiles = on_tiles,
        .still = on_still,
        .piece_end = on_piece_end,
        .progress = on_progress,
    };
    enum err err =
        media_encode(w->master_fd, w->facts, &w->plan->media, &w->limits, &sink, &frames, answer);
    give_back_claim(&p, err);
    close_writers(&p);
    buf_finish(&p.scratch);
    if (err == OK && answer->n_refusals > 0)
        return ERR_DENIED;
    return err == ERR_CANCELLED && p.is_complete ? OK : err;
}
