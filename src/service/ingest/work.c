#include "service/ingest/work.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "driver/store/titles.h"

void work_master(job_id job, char *out)
{
    snprintf(out, WORK_BLOB, "masters/%s", job.s);
}

void work_master_sealed(job_id job, char *out)
{
    snprintf(out, WORK_BLOB, "masters/%s-sealed", job.s);
}

void work_piece_fragments(job_id job, uint32_t piece, const char *track, char *out)
{
    snprintf(out, WORK_BLOB, "work/%s/p%u-%s.frag", job.s, piece, track);
}

void work_piece_file(job_id job, uint32_t piece, const char *what, char *out)
{
    snprintf(out, WORK_BLOB, "work/%s/p%u.%s", job.s, piece, what);
}

void work_sound_fragments(job_id job, const char *track, char *out)
{
    snprintf(out, WORK_BLOB, "work/%s/sound-%s.frag", job.s, track);
}

void work_sound_note(job_id job, char *out)
{
    snprintf(out, WORK_BLOB, "work/%s/sound.note", job.s);
}

void work_text(job_id job, const char *track, char *out)
{
    snprintf(out, WORK_BLOB, "captions/%s/%s.vtt", job.s, track);
}

void work_tree(job_id job, char *out)
{
    snprintf(out, WORK_BLOB, "work/%s", job.s);
}

void work_edition_file(job_id job, const char *track, char *out)
{
    snprintf(out, WORK_BLOB, "media/%s/%s.mp4", job.s, track);
}

void work_edition_tree(edition_id edition, char *out)
{
    snprintf(out, WORK_BLOB, "media/%s", edition.s);
}

void work_edition_tiles(job_id job, uint32_t sheet, char *out)
{
    snprintf(out, WORK_BLOB, "media/%s/tiles/%u.jpg", job.s, sheet);
}

void work_image(job_id job, const char *what, char *out)
{
    snprintf(out, WORK_BLOB, "images/%s-%s.jpg", job.s, what);
}

enum err work_basis(const struct ingest *in, title_id title, struct ingest_basis *out)
{
    struct arena *arena = arena_create();
    struct title t;
    *out = (struct ingest_basis){ .loudness_lufs = in->loudness_lufs,
                                  .max_height = in->max_height,
                                  .piece_seconds = in->piece_seconds,
                                  .is_protected = !in->is_clear,
                                  .language = "und" };
    enum err err = store_title_get(in->store, arena, title, &t);
    if (err == OK && t.language != NULL)
        text_copy(out->language, sizeof out->language, t.language);
    arena_destroy(&arena);
    return err;
}

enum err work_keys_make(const struct ingest *in, job_id job, const struct ingest_basis *basis,
                        const struct ingest_plan *plan)
{
    bool needed[KEY_CLASSES] = { [KEY_AUDIO] = plan->media.n_sounds > 0 };
    edition_id edition;
    memcpy(edition.s, job.s, sizeof edition.s);
    for (size_t r = 0; r < plan->media.ladder.n; r++) {
        const struct ladder_rendition *of = &plan->media.ladder.renditions[r];
        needed[key_class_of_picture(of->width, of->height)] = true;
    }
    return basis->is_protected ? edition_keys_make(in, edition, needed) : OK;
}

bool work_goes_on(const struct work *w)
{
    return *w->in->stop == 0 && !lease_is_lost(w->lease);
}

void work_tell(struct work *w, const char *stage, double part)
{
    int64_t now = clock_monotonic_us();
    if (now - w->told_us < UTC_SECOND)
        return;
    w->told_us = now;
    double gained = part - w->progress_at_start;
    int64_t spent = now - w->started_us;
    bool is_known = gained > 0.005 && spent > 2 * UTC_SECOND;
    int64_t left = is_known ? (int64_t)((double)spent / gained * (1 - part)) : -1;
    enum err err = store_job_progress(w->in->store, w->job.id, stage, part, left, clock_now());
    (void)err; /* a bar that lags is no reason to stop; what matters is written by the steps */
    if (w->params->on_progress != NULL)
        w->params->on_progress(w->params->context, &w->job.id);
}

struct cmaf_track work_picture_track(const struct work *w, size_t rendition, const uint8_t *config,
                                     size_t config_size)
{
    const struct ladder_plan *ladder = &w->plan->media.ladder;
    enum { BT709 = 1 }; /* what the engines convert everything to */
    const struct ladder_rendition *of = &ladder->renditions[rendition];
    return (struct cmaf_track){
        .kind = CMAF_VIDEO,
        .sample_entry = "avc1",
        .timescale = ladder->timescale,
        .config = config,
        .config_size = config_size,
        .width = of->width,
        .height = of->height,
        .primaries = BT709,
        .transfer = BT709,
        .matrix = BT709,
        .frame_ticks = ladder->frame_ticks,
        .protection = edition_keys_of(w->keys, key_class_of_picture(of->width, of->height)),
    };
}

struct cmaf_track work_sound_track(const struct work *w, size_t sound, uint32_t sample_rate,
                                   uint16_t channels, const uint8_t *config, size_t config_size)
{
    return (struct cmaf_track){
        .kind = CMAF_AUDIO,
        .sample_entry = "mp4a",
        .timescale = sample_rate,
        .language = w->plan->sounds[sound].language,
        .config = config,
        .config_size = config_size,
        .sample_rate = sample_rate,
        .channels = channels,
        .protection = edition_keys_of(w->keys, KEY_AUDIO),
    };
}

enum err work_fragment(const struct cmaf_track *track, uint32_t number, uint64_t base,
                       const struct media_sample *samples, size_t n, struct buf *scratch,
                       struct blob_writer *out, struct cmaf_span *span)
{
    struct cmaf_sample copy[WORK_GOP_SAMPLES];
    uint32_t duration = 0;
    if (n == 0 || n > WORK_GOP_SAMPLES)
        return ERR_FULL;
    for (size_t i = 0; i < n; i++) {
        copy[i] = (struct cmaf_sample){ .data = samples[i].data,
                                        .size = samples[i].size,
                                        .duration = samples[i].duration,
                                        .cts_offset = samples[i].cts_offset,
                                        .sync = samples[i].sync };
        duration += samples[i].duration;
    }
    buf_clear(scratch);
    enum err err = cmaf_fragment(track, number + 1, base, copy, n, scratch);
    if (err == OK)
        err = blob_writer_append(out, scratch->data, scratch->size);
    *span = (struct cmaf_span){ .size = (uint32_t)scratch->size, .duration = duration };
    return err;
}

enum err work_load_note(const struct work *w, const char *name, struct piece *out)
{
    uint8_t *bytes = NULL;
    size_t n = 0;
    enum err err = coffer_read(w->in->coffer, w->arena, name, PIECE_NOTE_MAX, &bytes, &n);
    return err == OK ? piece_read(out, bytes, n) : err;
}

enum err work_append(const struct work *w, const char *name, struct blob_writer *out)
{
    int fd = -1;
    int64_t size = 0;
    enum err err = blob_open(w->in->blobs, name, &fd, &size);
    if (err != OK)
        return err;
    err = blob_writer_append_fd(out, fd, 0, size);
    close(fd);
    return err;
}
