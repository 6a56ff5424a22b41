/* One decode that feeds all renditions, piece by piece. */
#include <stdlib.h>
#include <string.h>

#include "driver/media/jail.h"
#include "driver/media/jobs.h"
#include "driver/media/picture.h"
#include "driver/media/rendition.h"
#include "driver/media/source.h"
#include "driver/media/still.h"
#include "driver/media/timeline.h"
#include "driver/media/wire.h"

enum {
    DECODER_THREADS = 2,
    DAMAGED_MAX = 48, /* pictures that may be damaged before the film is refused */
};

struct encoding {
    struct report *report;
    const struct message_job *job;
    struct source source;
    const AVStream *stream;
    AVCodecContext *ctx;
    AVPacket *packet;
    AVFrame *decoded;
    struct picture *picture;
    struct timeline timeline;
    AVFrame *held; /* the picture being shown */
    bool prepared; /* rungs are of held */
    AVFrame *rungs[LADDER_RUNGS];
    struct rendition *renditions[LADDER_RUNGS];
    struct stills *stills;
    uint64_t slot; /* pictures put out */
    bool in_piece, skipping, stopped;
    unsigned damaged;
    bool refused;
};

/* ---- pieces ---- */

static uint64_t piece_frames(const struct encoding *e)
{
    return (uint64_t)e->job->plan.piece_gops * e->job->plan.ladder.gop_frames;
}

static uint32_t piece_of(const struct encoding *e, uint64_t slot)
{
    return (uint32_t)(slot / piece_frames(e));
}

static enum err say_piece(struct encoding *e, enum message_type type, uint32_t piece)
{
    struct buf b;
    buf_init(&b, 64);
    size_t at = message_open(&b, type);
    buf_be32(&b, piece);
    message_close(&b, at);
    enum err err = report_send(e->report, &b);
    buf_finish(&b);
    return err;
}

static enum err piece_begin(struct encoding *e)
{
    struct buf payload;
    uint32_t type = 0, next = MEDIA_STOP;
    buf_init(&payload, 16);
    enum err err = say_piece(e, MESSAGE_PIECE_BEGIN, piece_of(e, e->slot));
    if (err == OK)
        err = wire_read(JAIL_PIPE, &type, &payload);
    if (err == OK && type != MESSAGE_NEXT)
        err = ERR_ORDER;
    if (err == OK)
        err = message_get_u32(reader_of(payload.data, payload.size), &next);
    buf_finish(&payload);
    e->in_piece = true;
    e->skipping = next == MEDIA_SKIP;
    e->stopped = next == MEDIA_STOP;
    return err;
}

static enum err piece_end(struct encoding *e)
{
    size_t n = e->job->plan.ladder.n;
    enum err err = OK, other;
    e->in_piece = false;
    if (e->skipping)
        return OK;
    for (size_t i = 0; i < n; i++) {
        other = rendition_end(e->renditions[i]);
        err = err == OK ? other : err;
    }
    if (err == OK)
        err = stills_end_piece(e->stills, piece_of(e, e->slot - 1));
    for (size_t i = 0; i < n; i++) {
        other = rendition_wait(e->renditions[i]);
        err = err == OK ? other : err;
    }
    return err == OK ? say_piece(e, MESSAGE_PIECE_END, piece_of(e, e->slot - 1)) : err;
}

/* ---- slots ---- */

static enum err show(struct encoding *e)
{
    enum err err = OK;
    if (!e->prepared) {
        picture_free(e->rungs);
        err = picture_prepare(e->picture, e->held, e->rungs);
        e->prepared = err == OK;
    }
    if (err == OK)
        err = stills_see(e->stills, e->rungs, e->slot);
    /* The greatest first: it takes the longest. */
    for (size_t i = e->job->plan.ladder.n; i-- > 0 && err == OK;)
        err = rendition_push(e->renditions[i], e->rungs[i], e->slot);
    return err;
}

static enum err fill_slots(struct encoding *e, uint64_t n)
{
    enum err err = OK;
    uint64_t all = e->job->facts.frames;
    for (; n > 0 && e->slot < all && err == OK && !e->stopped; n--) {
        if (e->slot % piece_frames(e) == 0)
            err = piece_begin(e);
        if (err == OK && !e->stopped && !e->skipping)
            err = show(e);
        e->slot++;
        if (err == OK && !e->stopped && (e->slot % piece_frames(e) == 0 || e->slot == all))
            err = piece_end(e);
        report_progress(e->report, (double)e->slot / (double)all);
    }
    return err;
}

/* ---- decoding ---- */

static enum err take_shown(struct encoding *e, AVFrame *frame)
{
    if (frame->pts == AV_NOPTS_VALUE)
        return OK;
    enum err err = OK;
    if (e->held->buf[0] != NULL)
        err = fill_slots(e, timeline_take(&e->timeline, frame->pts));
    else
        (void)timeline_take(&e->timeline, frame->pts);
    av_frame_unref(e->held);
    av_frame_move_ref(e->held, frame);
    e->prepared = false;
    return err;
}

static enum err pull_all(struct encoding *e)
{
    AVFrame *shown = av_frame_alloc();
    enum err err = shown == NULL ? ERR_MEMORY : OK;
    while (err == OK && !e->stopped) {
        err = picture_pull(e->picture, shown);
        if (err == OK)
            err = take_shown(e, shown);
        av_frame_unref(shown);
    }
    av_frame_free(&shown);
    return err == ERR_NOT_FOUND ? OK : err;
}

static int64_t film_us(const struct encoding *e)
{
    const struct ladder_rate r = e->job->plan.ladder.rate;
    return av_rescale((int64_t)e->slot, INT64_C(1000000) * r.den, r.num);
}

static void count_damage(struct encoding *e)
{
    char when[REPORT_TIME];
    if (e->decoded->decode_error_flags == 0 && !(e->decoded->flags & AV_FRAME_FLAG_CORRUPT))
        return;
    if (++e->damaged <= DAMAGED_MAX)
        return;
    e->refused = true;
    report_refuse(
        e->report, "damaged-picture",
        "The picture (stream %d) is damaged: %u pictures up to %s cannot be decoded whole. "
        "Deliver the file again and compare checksums.",
        e->stream->index, e->damaged, report_time(film_us(e), when));
}

static void refuse_size(struct encoding *e)
{
    char when[REPORT_TIME];
    e->refused = true;
    report_refuse(e->report, "variable-size",
                  "The picture (stream %d) changes its size or format at %s. Deliver one from "
                  "beginning to end.",
                  e->stream->index, report_time(film_us(e), when));
}

static enum err take_decoded(struct encoding *e)
{
    if (e->decoded->best_effort_timestamp == AV_NOPTS_VALUE)
        return OK;
    count_damage(e);
    enum err err = picture_push(e->picture, e->decoded);
    if (err == ERR_STATE) {
        refuse_size(e);
        return OK;
    }
    return err == OK ? pull_all(e) : err;
}

static bool is_over(const struct encoding *e)
{
    return e->stopped || e->refused || e->slot >= e->job->facts.frames;
}

static enum err decode(struct encoding *e, const AVPacket *packet)
{
    enum err err = OK;
    int bad = avcodec_send_packet(e->ctx, packet);
    if (bad == AVERROR(ENOMEM))
        return ERR_MEMORY;
    if (bad < 0 && packet != NULL)
        e->damaged++;
    while (err == OK && !is_over(e)) {
        bad = avcodec_receive_frame(e->ctx, e->decoded);
        if (bad == AVERROR(EAGAIN) || bad == AVERROR_EOF)
            break;
        if (bad == AVERROR(ENOMEM))
            err = ERR_MEMORY;
        else if (bad >= 0)
            err = take_decoded(e);
        else
            e->damaged++;
        av_frame_unref(e->decoded);
    }
    return err;
}

static enum err drain(struct encoding *e)
{
    enum err err = decode(e, NULL);
    if (err == OK && !is_over(e))
        err = picture_push(e->picture, NULL);
    if (err == OK && !is_over(e))
        err = pull_all(e);
    return err;
}

/* What the film still lacks is shown by its last picture, when that is little. */
static enum err finish_film(struct encoding *e)
{
    char end[REPORT_TIME], promised[REPORT_TIME];
    const struct ladder_rate r = e->job->plan.ladder.rate;
    uint64_t all = e->job->facts.frames, left = all - e->slot;
    /* As long as the last picture may be shown, and a second. */
    uint64_t slack = 21 * (uint64_t)r.num / r.den;
    if (e->held->buf[0] != NULL && left <= slack)
        return fill_slots(e, left);
    e->refused = true;
    report_refuse(e->report, "truncated",
                  "The picture (stream %d) ends at %s instead of %s: the rest cannot be decoded. "
                  "Deliver the whole file.",
                  e->stream->index, report_time(film_us(e), end),
                  report_time(e->job->facts.duration_us, promised));
    return OK;
}

static enum err run(struct encoding *e)
{
    enum err err = OK;
    while (err == OK && !is_over(e)) {
        err = source_read(&e->source, e->packet);
        if (err == OK && e->packet->stream_index == e->stream->index)
            err = decode(e, e->packet);
        report_progress(e->report, (double)e->slot / (double)e->job->facts.frames);
        av_packet_unref(e->packet);
    }
    if (err == ERR_NOT_FOUND)
        err = drain(e);
    if (err == OK && !is_over(e))
        err = finish_film(e);
    return err;
}

/* ---- the order of it all ---- */

static enum err open_source(struct encoding *e)
{
    struct sniff sniff;
    enum err err = sniff_file(JAIL_SOURCE, &sniff);
    if (err == OK && (sniff.kind == SNIFF_UNKNOWN || sniff.is_absurd))
        err = ERR_MALFORMED;
    if (err == OK)
        err = source_open(JAIL_SOURCE, &sniff, e->report, &e->source);
    if (err == OK &&
        (e->source.fmt == NULL || e->job->facts.stream >= (int)e->source.fmt->nb_streams))
        err = ERR_MALFORMED;
    if (err != OK)
        return err;
    e->stream = e->source.fmt->streams[e->job->facts.stream];
    for (unsigned i = 0; i < e->source.fmt->nb_streams; i++)
        if ((int)i != e->job->facts.stream)
            e->source.fmt->streams[i]->discard = AVDISCARD_ALL;
    return source_decoder(e->stream, DECODER_THREADS, &e->ctx);
}

static enum err open_all(struct encoding *e)
{
    const struct ladder_plan *ladder = &e->job->plan.ladder;
    enum err err = open_source(e);
    if (err != OK)
        return err;
    timeline_init(&e->timeline, (uint32_t)e->stream->time_base.num,
                  (uint32_t)e->stream->time_base.den, ladder->rate);
    e->packet = av_packet_alloc();
    e->decoded = av_frame_alloc();
    e->held = av_frame_alloc();
    if (e->packet == NULL || e->decoded == NULL || e->held == NULL)
        return ERR_MEMORY;
    err = picture_create(e->stream, &e->job->facts, ladder, &e->picture);
    if (err == OK)
        err = stills_create(&e->job->plan, e->job->facts.frames, e->report, &e->stills);
    for (size_t i = 0; i < ladder->n && err == OK; i++)
        err = rendition_create(ladder, i, e->report, &e->renditions[i]);
    return err;
}

static void close_all(struct encoding *e)
{
    for (size_t i = 0; i < LADDER_RUNGS; i++)
        rendition_destroy(&e->renditions[i]);
    stills_destroy(&e->stills);
    picture_free(e->rungs);
    picture_destroy(&e->picture);
    av_frame_free(&e->held);
    av_frame_free(&e->decoded);
    av_packet_free(&e->packet);
    avcodec_free_context(&e->ctx);
    source_close(&e->source);
}

enum err job_encode(struct report *report, const struct message_job *job, uint64_t *frames)
{
    struct encoding e = { .report = report, .job = job };
    enum err err = open_all(&e);
    if (err == OK)
        err = run(&e);
    *frames = e.slot;
    close_all(&e);
    return err;
}
