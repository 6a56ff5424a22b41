/* Encrypting an edition anew, without encoding it again: one step a track file.
 *
 *   rotate: every track under new keys, a new edition with the job's id; the one before stays until
 *           no pass to it lives, as any that is replaced. One in clear becomes an encrypted one.
 *   cenc:   every track under the edition's own keys, but as cenc, beside what it has.
 *
 * New files lie in work/JOB/ until all are whole, so whatever dies when leaves nothing that anybody
 * plays. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "driver/store/keys.h"
#include "format/cmaf/index.h"
#include "service/ingest/work.h"

enum {
    FRAGMENT_MAX = 64 * 1024 * 1024,
    HEAD_FIRST = 64 * 1024, /* enough for the head of an hour */
    FACTS_MAX = 1024,
};

struct rekey {
    struct work *w;
    struct store_edition from;
    struct edition_keys *from_keys, *to_keys; /* NULL: in clear; both may be the same */
    /* of one track file */
    struct cmaf_protection *of; /* [0] from, [1] to: of vault_secret_alloc */
    const char *name;
    size_t number; /* in the edition */
    int fd;
    const uint8_t *head;
    struct cmaf_index index;
    struct cmaf_track was, is;
    struct cmaf_span *spans;
    struct buf in, out;
};

/* ---- what is there ----------------------------------------------------------------------------
 */

static void from_file(const struct rekey *r, char *name)
{
    snprintf(name, WORK_BLOB, "media/%s/%s.mp4", r->from.id.s, r->name);
}

static void new_file(const struct rekey *r, char *name)
{
    snprintf(name, WORK_BLOB, "work/%s/%s.mp4", r->w->job.id.s, r->name);
}

/* Where a new file ends up. */
static void last_file(const struct rekey *r, char *name)
{
    if (r->w->job.task == JOB_CENC)
        snprintf(name, WORK_BLOB, "media/%s/cenc/%s.mp4", r->from.id.s, r->name);
    else
        snprintf(name, WORK_BLOB, "media/%s/%s.mp4", r->w->job.id.s, r->name);
}

static enum err read_at(int fd, uint8_t *into, size_t n, uint64_t at)
{
    for (size_t done = 0; done < n;) {
        ssize_t got = pread(fd, into + done, n - done, (off_t)(at + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got == 0 ? ERR_TRUNCATED : ERR_IO;
        done += (size_t)got;
    }
    return OK;
}

static enum err read_head(struct rekey *r, int64_t size)
{
    size_t wanted = HEAD_FIRST;
    for (;;) {
        size_t n = (uint64_t)size < wanted ? (size_t)size : wanted;
        uint8_t *head = arena_alloc(r->w->arena, n);
        enum err err = read_at(r->fd, head, n, 0);
        if (err == OK)
            err = cmaf_index_read(r->w->arena, head, n, &r->index, &wanted);
        r->head = head;
        if (err != ERR_TRUNCATED || (int64_t)n == size || wanted <= n)
            return err;
    }
}

static struct cmaf_track track_of(const struct rekey *r)
{
    const struct cmaf_index *x = &r->index;
    bool is_video = x->kind == CMAF_VIDEO;
    return (struct cmaf_track){
        .kind = x->kind,
        .sample_entry = { is_video ? 'a' : 'm', is_video ? 'v' : 'p', is_video ? 'c' : '4',
                          is_video ? '1' : 'a' },
        .timescale = x->timescale,
        .language = x->language,
        .config = r->head + x->config_at,
        .config_size = x->config_size,
        .width = x->width,
        .height = x->height,
        .par_num = x->par_num,
        .par_den = x->par_den,
        .primaries = x->primaries,
        .transfer = x->transfer,
        .matrix = x->matrix,
        .frame_ticks = x->frame_num == 0
                           ? 0
                           : (uint32_t)((uint64_t)x->timescale * x->frame_den / x->frame_num),
        .sample_rate = x->sample_rate,
        .channels = x->channels,
    };
}

static enum key_class class_of(const struct cmaf_index *x)
{
    return x->kind == CMAF_AUDIO ? KEY_AUDIO : key_class_of_picture(x->width, x->height);
}

/* Opens the track file and says how it is and how it will be protected. */
static enum err open_track(struct rekey *r, size_t number)
{
    char name[WORK_BLOB];
    int64_t size = 0;
    r->number = number;
    r->name = r->from.renditions[number].name;
    from_file(r, name);
    enum err err = blob_open(r->w->in->blobs, name, &r->fd, &size);
    if (err == OK)
        err = read_head(r, size);
    if (err == OK)
        r->was = r->is = track_of(r);
    return err;
}

static enum err protect_track(struct rekey *r)
{
    enum key_class class = class_of(&r->index);
    const struct cmaf_protection *from = edition_keys_of(r->from_keys, class);
    const struct cmaf_protection *to = edition_keys_of(r->to_keys, class);
    bool is_clear = r->index.scheme == CMAF_CLEAR;
    if (to == NULL || (!is_clear && (from == NULL || r->index.scheme != CMAF_CBCS ||
                                     memcmp(r->index.kid, from->kid, sizeof from->kid) != 0)))
        return ERR_STATE;
    r->of[1] = *to;
    r->of[1].track = (uint16_t)r->number;
    r->of[1].scheme = r->w->job.task == JOB_CENC ? CMAF_CENC : CMAF_CBCS;
    r->is.protection = &r->of[1];
    if (!is_clear) {
        r->of[0] = *from;
        r->was.protection = &r->of[0];
    }
    return OK;
}

static void close_track(struct rekey *r)
{
    if (r->fd >= 0)
        close(r->fd);
    r->fd = -1;
}

/* ---- one track file ---------------------------------------------------------------------------
 */

static uint32_t rate_of(uint64_t bytes, uint64_t ticks, uint32_t timescale)
{
    double rate = ticks == 0 ? 0 : (double)bytes * 8 * timescale / (double)ticks;
    return rate > UINT32_MAX ? UINT32_MAX : (uint32_t)rate;
}

/* As assembly measures: over all of it, and of the worst fragment. */
static void measure(struct rekey *r)
{
    uint64_t bytes = 0, ticks = 0;
    uint32_t peak = 0;
    for (size_t i = 0; i < r->index.n; i++) {
        uint32_t rate = rate_of(r->spans[i].size, r->spans[i].duration, r->is.timescale);
        peak = rate > peak ? rate : peak;
        bytes += r->spans[i].size;
        ticks += r->spans[i].duration;
    }
    r->is.bitrate_average = rate_of(bytes, ticks, r->is.timescale);
    r->is.bitrate_peak = peak;
}

/* Init segment and index; its size is the same whatever the spans say. */
static enum err make_head(struct rekey *r, struct buf *head)
{
    buf_clear(head);
    measure(r);
    enum err err = cmaf_init(&r->is, r->index.duration, head);
    uint64_t start = r->index.n > 0 ? r->index.fragments[0].start : 0;
    return err == OK ? cmaf_sidx(&r->is, start, r->spans, r->index.n, head) : err;
}

static enum err put_fragment(struct rekey *r, size_t i, struct blob_writer *out)
{
    const struct cmaf_fragment_entry *at = &r->index.fragments[i];
    buf_clear(&r->in);
    buf_clear(&r->out);
    uint8_t *bytes = buf_grow(&r->in, at->size);
    if (bytes == NULL)
        return r->in.err;
    enum err err = read_at(r->fd, bytes, at->size, at->offset);
    if (err == OK)
        err = cmaf_reprotect(&r->was, &r->is, (uint32_t)i + 1, bytes, at->size, &r->out);
    if (err == OK)
        err = blob_writer_append(out, r->out.data, r->out.size);
    r->spans[i].size = (uint32_t)r->out.size;
    return err;
}

static void tell(struct rekey *r, size_t i)
{
    double tracks = (double)r->from.n_renditions;
    double within = (double)i / (double)r->index.n;
    double done = ((double)r->w->job.pieces_done + within) / tracks;
    work_tell(r->w, "encrypt", done > 1 ? 1 : done);
}

static enum err put_fragments(struct rekey *r, struct blob_writer *out)
{
    enum err err = OK;
    for (size_t i = 0; i < r->index.n && err == OK; i++) {
        err = work_goes_on(r->w) ? put_fragment(r, i, out) : ERR_CANCELLED;
        tell(r, i);
    }
    return err;
}

static enum err write_track(struct rekey *r)
{
    struct blob_writer *out = NULL;
    struct buf head;
    char name[WORK_BLOB];
    r->spans = ARENA_ARRAY(r->w->arena, struct cmaf_span, r->index.n);
    for (size_t i = 0; i < r->index.n; i++)
        r->spans[i] = (struct cmaf_span){ .size = r->index.fragments[i].size,
                                          .duration = r->index.fragments[i].duration };
    buf_init(&head, CMAF_HEAD_MAX);
    new_file(r, name);
    enum err err = make_head(r, &head);
    size_t room = head.size;
    if (err == OK)
        err = blob_writer_create(r->w->in->blobs, name, &out);
    if (err == OK)
        err = blob_writer_append(out, head.data, head.size);
    if (err == OK)
        err = put_fragments(r, out);
    if (err == OK)
        err = make_head(r, &head);
    if (err == OK && head.size != room)
        err = ERR_INTERNAL;
    if (err == OK)
        err = blob_writer_patch(out, 0, head.data, head.size);
    if (err == OK)
        err = blob_writer_commit(&out);
    blob_writer_abort(&out);
    buf_finish(&head);
    return err;
}

/* ---- the steps --------------------------------------------------------------------------------
 */

static enum err load_edition(struct rekey *r)
{
    return store_edition_find(r->w->in->store, r->w->arena, r->w->job.edition, &r->from);
}

static edition_id edition_of_job(const struct work *w)
{
    edition_id id;
    memcpy(id.s, w->job.id.s, sizeof id.s);
    return id;
}

static enum err make_keys(struct rekey *r)
{
    bool needed[KEY_CLASSES] = { false };
    enum err err = OK;
    for (size_t i = 0; i < r->from.n_renditions && err == OK; i++) {
        err = open_track(r, i);
        if (err == OK)
            needed[class_of(&r->index)] = true;
        close_track(r);
    }
    return err == OK ? edition_keys_make(r->w->in, edition_of_job(r->w), needed) : err;
}

static enum err begin(struct rekey *r)
{
    struct work *w = r->w;
    struct buf facts;
    enum err err = w->job.task == JOB_ROTATE ? make_keys(r) : OK;
    if (err != OK)
        return err;
    buf_init(&facts, FACTS_MAX);
    struct json_writer json = json_writer_of(&facts);
    json_object(&json, NULL);
    json_text(&json, "task", job_task_name(w->job.task));
    json_text(&json, "edition", w->job.edition.s);
    json_end(&json);
    err = facts.err;
    if (err == OK)
        err = store_job_inspected(w->in->store, w->worker, w->job.id, buf_string(&facts),
                                  (uint32_t)r->from.n_renditions, clock_now());
    buf_finish(&facts);
    return err;
}

static enum err open_keys(struct rekey *r)
{
    struct work *w = r->w;
    enum err err = edition_keys_open(w->in, w->job.edition, &r->from_keys);
    if (err == ERR_NOT_FOUND && w->job.task == JOB_ROTATE)
        err = OK; /* in clear, unless its tracks say something else */
    if (err == OK && w->job.task == JOB_ROTATE)
        return edition_keys_open(w->in, edition_of_job(w), &r->to_keys);
    r->to_keys = r->from_keys;
    return err;
}

static enum err encrypt(struct rekey *r)
{
    struct work *w = r->w;
    if (w->step.number >= r->from.n_renditions)
        return ERR_STATE;
    enum err err = open_keys(r);
    r->of = err == OK ? vault_secret_alloc(2 * sizeof *r->of) : NULL;
    if (err == OK && r->of == NULL)
        err = ERR_MEMORY;
    if (err == OK)
        err = open_track(r, w->step.number);
    if (err == OK)
        err = protect_track(r);
    if (err == OK)
        err = write_track(r);
    close_track(r);
    vault_secret_free(&r->of);
    if (r->to_keys != r->from_keys)
        edition_keys_close(&r->to_keys);
    edition_keys_close(&r->from_keys);
    return err == OK ? store_step_done(w->in->store, w->worker, &w->step) : err;
}

/* A file that was moved before we were killed is where it belongs. */
static enum err move_file(struct rekey *r, size_t number, int64_t *size)
{
    char from[WORK_BLOB], to[WORK_BLOB];
    r->name = r->from.renditions[number].name;
    new_file(r, from);
    last_file(r, to);
    enum err err = blob_rename(r->w->in->blobs, from, to);
    if (err == OK || err == ERR_NOT_FOUND)
        err = blob_size(r->w->in->blobs, to, size);
    return err;
}

static enum err copy_tiles(struct rekey *r)
{
    struct work *w = r->w;
    enum err err = OK;
    for (uint32_t k = 1; k <= r->from.tiles.sheets && err == OK; k++) {
        char from[WORK_BLOB], to[WORK_BLOB];
        snprintf(from, sizeof from, "media/%s/tiles/%u.jpg", r->from.id.s, k);
        work_edition_tiles(w->job.id, k, to);
        err = coffer_copy(w->in->coffer, from, to);
    }
    return err;
}

static enum err stand(struct rekey *r)
{
    struct work *w = r->w;
    struct store_edition edition = r->from;
    char replaced[ID_TEXT] = "";
    edition.id = edition_of_job(w);
    edition.ready = clock_now();
    enum err err = copy_tiles(r);
    return err == OK ? store_job_ready(w->in->store, w->worker, w->job.id, &edition, NULL, 0,
                                       edition.ready, replaced)
                     : err;
}

/* Only what is still shown is replaced. */
static enum err check_current(struct rekey *r)
{
    struct store_edition now;
    enum err err = store_edition_get(r->w->in->store, r->w->arena, r->w->job.playable, &now);
    return err == OK && strcmp(now.id.s, r->from.id.s) != 0 ? ERR_STATE : err;
}

static enum err finish(struct rekey *r)
{
    struct work *w = r->w;
    enum err err = check_current(r);
    for (size_t i = 0; i < r->from.n_renditions && err == OK; i++) {
        int64_t size = 0;
        err = work_goes_on(w) ? move_file(r, i, &size) : ERR_CANCELLED;
        if (w->job.task == JOB_ROTATE)
            r->from.renditions[i].size = size;
    }
    if (err == OK)
        err = w->job.task == JOB_ROTATE
                  ? stand(r)
                  : store_job_cenc_ready(w->in->store, w->worker, w->job.id, clock_now());
    return err;
}

enum err work_rekey(struct work *w)
{
    struct rekey *r = ARENA_NEW(w->arena, struct rekey);
    r->w = w;
    r->fd = -1;
    buf_init(&r->in, FRAGMENT_MAX);
    buf_init(&r->out, FRAGMENT_MAX + CMAF_FRAGMENT_HEAD);
    enum err err = load_edition(r);
    if (err == OK && strcmp(w->step.kind, "inspect") == 0)
        err = begin(r);
    else if (err == OK && strcmp(w->step.kind, "piece") == 0)
        err = encrypt(r);
    else if (err == OK && strcmp(w->step.kind, "assemble") == 0)
        err = finish(r);
    else if (err == OK) /* a step of jobs that have sound to encode */
        err = store_step_done(w->in->store, w->worker, &w->step);
    buf_finish(&r->in);
    buf_finish(&r->out);
    return err;
}
