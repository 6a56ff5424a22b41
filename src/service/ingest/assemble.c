/* The last step: finished pieces become track files, each init + sidx + fragments, written once;
 * then the edition stands in the store in one transaction, and only then is the work thrown away.
 */
#include "service/ingest/work.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "driver/store/media.h"
#include "driver/store/titles.h"
#include "format/cmaf/index.h"

enum { HEAD_MAX = CMAF_HEAD_MAX };

struct assembly {
    struct work *w;
    struct piece *notes; /* one a piece of the picture */
    struct piece sound;
    struct store_rendition renditions[LADDER_RUNGS + MEDIA_TRACKS_MAX * 2];
    size_t n_renditions;
    int64_t duration_ms;
};

/* One track as it will stand in its file. */
struct track_parts {
    struct cmaf_track track;
    const char *name;
    struct cmaf_span *spans; /* in the arena */
    size_t n;
    uint64_t duration; /* ticks */
    uint64_t bytes;    /* of all fragments */
};

static enum err load_notes(struct assembly *a)
{
    struct work *w = a->w;
    char name[WORK_BLOB];
    work_sound_note(w->job.id, name);
    enum err err = work_load_note(w, name, &a->sound);
    a->notes = ARENA_ARRAY(w->arena, struct piece, w->plan->pieces);
    for (uint32_t k = 0; k < w->plan->pieces && err == OK; k++) {
        work_piece_file(w->job.id, k, "note", name);
        err = work_load_note(w, name, &a->notes[k]);
        if (err == OK && a->notes[k].n_tracks != w->plan->media.ladder.n)
            err = ERR_MALFORMED;
    }
    if (err == OK && a->sound.n_tracks != w->plan->media.n_sounds)
        err = ERR_MALFORMED;
    return err;
}

/* All pieces of one rendition must share their configuration: one init segment serves them. */
static enum err picture_parts(struct assembly *a, size_t r, struct track_parts *out)
{
    struct work *w = a->w;
    const struct piece_track *first = &a->notes[0].tracks[r];
    size_t n = 0;
    for (uint32_t k = 0; k < w->plan->pieces; k++) {
        const struct piece_track *t = &a->notes[k].tracks[r];
        if (t->config_size != first->config_size ||
            memcmp(t->config, first->config, first->config_size) != 0)
            return ERR_MALFORMED;
        n += t->n;
    }
    *out = (struct track_parts){ .name = w->plan->media.ladder.renditions[r].name,
                                 .spans = ARENA_ARRAY(w->arena, struct cmaf_span, n) };
    out->track = work_picture_track(w, r, first->config, first->config_size);
    for (uint32_t k = 0; k < w->plan->pieces; k++) {
        const struct piece_track *t = &a->notes[k].tracks[r];
        memcpy(out->spans + out->n, t->spans, t->n * sizeof *t->spans);
        out->n += t->n;
    }
    return OK;
}

static void sound_parts(struct assembly *a, size_t s, struct track_parts *out)
{
    const struct piece_track *t = &a->sound.tracks[s];
    *out = (struct track_parts){
        .name = a->w->plan->sounds[s].name,
        .spans = t->spans,
        .n = t->n,
    };
    out->track = work_sound_track(a->w, s, t->sample_rate, t->channels, t->config, t->config_size);
}

static uint32_t bits_per_second(uint64_t bytes, uint64_t ticks, uint32_t timescale)
{
    double rate = ticks == 0 ? 0 : (double)bytes * 8 * timescale / (double)ticks;
    return rate > UINT32_MAX ? UINT32_MAX : (uint32_t)rate;
}

static void measure(struct track_parts *parts)
{
    uint32_t peak = 0;
    for (size_t i = 0; i < parts->n; i++) {
        const struct cmaf_span *span = &parts->spans[i];
        uint32_t rate = bits_per_second(span->size, span->duration, parts->track.timescale);
        parts->bytes += span->size;
        parts->duration += span->duration;
        peak = rate > peak ? rate : peak;
    }
    parts->track.bitrate_average =
        bits_per_second(parts->bytes, parts->duration, parts->track.timescale);
    parts->track.bitrate_peak = peak;
}

static enum err write_head(const struct track_parts *parts, struct blob_writer *out)
{
    struct buf head;
    buf_init(&head, HEAD_MAX);
    enum err err = cmaf_init(&parts->track, parts->duration, &head);
    if (err == OK)
        err = cmaf_sidx(&parts->track, 0, parts->spans, parts->n, &head);
    if (err == OK)
        err = blob_writer_append(out, head.data, head.size);
    buf_finish(&head);
    return err;
}

static enum err append_fragments(const struct work *w, const struct track_parts *parts,
                                 struct blob_writer *out)
{
    char name[WORK_BLOB];
    enum err err = OK;
    if (parts->track.kind == CMAF_AUDIO) {
        work_sound_fragments(w->job.id, parts->name, name);
        return work_append(w, name, out);
    }
    for (uint32_t k = 0; k < w->plan->pieces && err == OK; k++) {
        work_piece_fragments(w->job.id, k, parts->name, name);
        err = work_append(w, name, out);
    }
    return err;
}

/* Writes the track file, checks that it is as long as its index says, and lists it. */
static enum err write_track(struct assembly *a, struct track_parts *parts)
{
    struct blob_writer *out = NULL;
    char name[WORK_BLOB];
    measure(parts);
    work_edition_file(a->w->job.id, parts->name, name);
    enum err err = blob_writer_create(a->w->in->blobs, name, &out);
    if (err == OK)
        err = write_head(parts, out);
    int64_t head = err == OK ? blob_writer_size(out) : 0;
    if (err == OK)
        err = append_fragments(a->w, parts, out);
    int64_t size = err == OK ? blob_writer_size(out) : 0;
    if (err == OK && size != head + (int64_t)parts->bytes)
        err = ERR_MALFORMED;
    if (err == OK)
        err = blob_writer_commit(&out);
    blob_writer_abort(&out);
    a->renditions[a->n_renditions++] = (struct store_rendition){
        .name = parts->name,
        .kind = parts->track.kind == CMAF_VIDEO ? "video" : "audio",
        .label = "",
        .size = size,
    };
    return err;
}

static enum err write_tracks(struct assembly *a)
{
    struct work *w = a->w;
    enum err err = OK;
    for (size_t r = 0; r < w->plan->media.ladder.n && err == OK && work_goes_on(w); r++) {
        struct track_parts parts;
        err = picture_parts(a, r, &parts);
        if (err == OK)
            err = write_track(a, &parts);
        if (err == OK)
            a->duration_ms = (int64_t)(parts.duration * 1000 / parts.track.timescale);
    }
    for (size_t s = 0; s < w->plan->media.n_sounds && err == OK && work_goes_on(w); s++) {
        struct track_parts parts;
        const struct ingest_track *track = &w->plan->sounds[s];
        sound_parts(a, s, &parts);
        err = write_track(a, &parts);
        struct store_rendition *listed = &a->renditions[a->n_renditions - 1];
        listed->label = track->label;
        listed->is_default = track->is_default;
        listed->is_description = track->is_description;
    }
    return err == OK && !work_goes_on(w) ? ERR_CANCELLED : err;
}

static enum err write_tiles(struct assembly *a, struct store_tiles *tiles)
{
    struct work *w = a->w;
    const struct ladder_plan *ladder = &w->plan->media.ladder;
    uint64_t gop_ticks = (uint64_t)ladder->gop_frames * ladder->frame_ticks;
    const struct piece *first = &a->notes[0];
    *tiles = (struct store_tiles){
        .width = first->tile_width,
        .height = first->tile_height,
        .columns = first->columns,
        .rows = first->rows,
        .timescale = ladder->timescale,
        .interval_ticks = (int64_t)gop_ticks,
        .sheet_ticks = (int64_t)(gop_ticks * w->plan->media.piece_gops),
    };
    enum err err = OK;
    for (uint32_t k = 0; k < w->plan->pieces && err == OK && a->notes[k].sheet_size > 0; k++) {
        char from[WORK_BLOB], to[WORK_BLOB];
        work_piece_file(w->job.id, k, "tiles", from);
        work_edition_tiles(w->job.id, k + 1, to);
        err = coffer_copy(w->in->coffer, from, to);
        tiles->bytes += a->notes[k].sheet_size;
        tiles->sheets = k + 1;
    }
    return err;
}

/* The best still of the film becomes its pictures where the house has chosen none. */
static enum err write_stills(struct assembly *a)
{
    struct work *w = a->w;
    uint32_t best = 0;
    for (uint32_t k = 1; k < w->plan->pieces; k++) {
        if (a->notes[k].still_score > a->notes[best].still_score)
            best = k;
    }
    if (a->notes[best].still_score < 0)
        return OK;
    char from[WORK_BLOB], wide[WORK_BLOB], tall[WORK_BLOB];
    work_piece_file(w->job.id, best, "wide", from);
    work_image(w->job.id, "wide", wide);
    enum err err = coffer_copy(w->in->coffer, from, wide);
    work_piece_file(w->job.id, best, "tall", from);
    work_image(w->job.id, "tall", tall);
    if (err == OK)
        err = coffer_copy(w->in->coffer, from, tall);
    bool is_film = strcmp(w->job.playable.s, w->job.title.s) == 0;
    if (err == OK && !is_film)
        err = store_title_image(w->in->store, w->job.playable.s, "still", wide, true);
    if (err == OK)
        err = store_title_image(w->in->store, w->job.title.s, "backdrop", wide, true);
    if (err == OK)
        err = store_title_image(w->in->store, w->job.title.s, "poster", tall, true);
    return err;
}

static size_t list_captions(const struct assembly *a, struct store_caption *out)
{
    const struct ingest_plan *plan = a->w->plan;
    for (size_t i = 0; i < plan->media.n_texts; i++) {
        const struct ingest_track *track = &plan->texts[i];
        char name[WORK_BLOB];
        work_text(a->w->job.id, track->name, name);
        out[i] = (struct store_caption){
            .name = track->name,
            .language = track->language,
            .label = track->label,
            .kind = track->kind,
            .is_default = track->is_default,
            .blob = arena_strdup(a->w->arena, name),
        };
    }
    return plan->media.n_texts;
}

static enum err stand(struct assembly *a, const struct store_tiles *tiles)
{
    struct work *w = a->w;
    struct store_caption captions[MEDIA_TRACKS_MAX];
    size_t n = list_captions(a, captions);
    struct store_edition edition = {
        .playable = w->job.playable,
        .duration_ms = a->duration_ms,
        .ready = clock_now(),
        .n_renditions = a->n_renditions,
        .renditions = a->renditions,
        .tiles = *tiles,
    };
    text_copy(edition.id.s, sizeof edition.id.s, w->job.id.s);
    char replaced[ID_TEXT] = "";
    enum err err = store_job_ready(w->in->store, w->worker, w->job.id, &edition, captions, n,
                                   clock_now(), replaced);
    if (err != OK)
        return err;
    char tree[WORK_BLOB];
    work_tree(w->job.id, tree);
    enum err swept = blob_remove_tree(w->in->blobs, tree);
    if (swept != OK)
        log_warning("ingest", "job %s: its work cannot be removed: %s", w->job.id.s,
                    err_text(swept));
    return OK;
}

static enum err assemble(struct assembly *a)
{
    struct store_tiles tiles;
    enum err err = load_notes(a);
    if (err == OK)
        err = write_tracks(a);
    if (err == OK)
        err = write_tiles(a, &tiles);
    if (err == OK)
        err = write_stills(a);
    return err == OK ? stand(a, &tiles) : err;
}

enum err work_assemble(struct work *w)
{
    struct assembly *a = ARENA_NEW(w->arena, struct assembly);
    a->w = w;
    piece_init(&a->sound);
    work_tell(w, "assemble", 1 - WORK_SHARE_ASSEMBLE);
    enum err err = assemble(a);
    for (uint32_t k = 0; a->notes != NULL && k < w->plan->pieces; k++)
        piece_finish(&a->notes[k]);
    piece_finish(&a->sound);
    return err;
}
