#include "driver/media/probe.h"

#include <stdlib.h>
#include <string.h>

#include <libavutil/pixdesc.h>

#include "driver/media/graph.h"

enum {
    STRETCH = 20, /* pictures of a stretch */
    STRETCHES_MAX = 6,
    STRETCH_US = 8000000,   /* a further stretch for this much of film */
    LACED_HEIGHT_MIN = 400, /* lines; no interlaced picture has fewer than 480 */
    PACKETS_MAX = 2000,     /* of all streams, for one stretch */
};

struct look {
    struct source *s;
    AVStream *stream;
    AVCodecContext *ctx;
    AVPacket *packet;
    AVFrame *frame, *judged;
    struct graph *judge;
    struct probe *out;
    unsigned wanted; /* pictures left of this stretch */
};

bool probe_field_order_counts(const AVStream *stream)
{
    enum AVFieldOrder order = stream->codecpar->field_order;
    bool woven = order == AV_FIELD_TT || order == AV_FIELD_BB || order == AV_FIELD_TB ||
                 order == AV_FIELD_BT;
    switch (stream->codecpar->codec_id) {
    case AV_CODEC_ID_FFV1:
    case AV_CODEC_ID_RAWVIDEO:
    case AV_CODEC_ID_DNXHD: return woven;
    default: return false;
    }
}

void probe_mark_fields(const AVStream *stream, AVFrame *frame)
{
    enum AVFieldOrder order = stream->codecpar->field_order;
    if (frame->interlaced_frame || !probe_field_order_counts(stream))
        return;
    frame->interlaced_frame = 1;
    frame->top_field_first = order == AV_FIELD_TT || order == AV_FIELD_BT;
}

unsigned probe_combed(const struct probe *p)
{
    return p->combed_top + p->combed_bottom;
}

/* Woven fields have one order; what only looks so has both. */
bool probe_is_combed(const struct probe *p)
{
    unsigned combed = probe_combed(p);
    unsigned more = p->combed_top > p->combed_bottom ? p->combed_top : p->combed_bottom;
    return combed >= 6 && more * 10 >= combed * 8 && combed * 10 > (combed + p->smooth) * 3;
}

/* ---- looking at one picture ---- */

static void first_picture(struct look *l)
{
    struct probe *p = l->out;
    const AVFrame *f = l->frame;
    p->found = true;
    p->first = f->best_effort_timestamp;
    p->width = f->width;
    p->height = f->height;
    p->shape = av_guess_sample_aspect_ratio(l->s->fmt, l->stream, l->frame);
    p->primaries = f->color_primaries;
    p->transfer = f->color_trc;
    p->matrix = f->colorspace;
}

/* One sample of luma as 8 bits. */
static int luma(const uint8_t *line, int x, int depth)
{
    if (depth == 8)
        return line[x];
    uint16_t v;
    memcpy(&v, line + 2 * (size_t)x, sizeof v);
    return v >> (depth - 8);
}

/* How much of a picture is combed: of a thousand samples, those that stand out from the lines above
 * and below to one side, while these two agree. */
static unsigned comb_of(const AVFrame *f)
{
    enum { STANDS_OUT = 18, AGREE = 12 };
    const AVPixFmtDescriptor *d = av_pix_fmt_desc_get((enum AVPixelFormat)f->format);
    if (d == NULL || d->comp[0].step != (d->comp[0].depth > 8 ? 2 : 1) ||
        (d->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_BE | AV_PIX_FMT_FLAG_BITSTREAM)))
        return 1000; /* no opinion: the other test decides */
    uint64_t combed = 0, all = 0;
    for (int y = 1; y + 1 < f->height; y += 3) {
        const uint8_t *line = f->data[0] + (ptrdiff_t)y * f->linesize[0];
        for (int x = 0; x < f->width; x++, all++) {
            int here = luma(line, x, d->comp[0].depth);
            int up = luma(line - f->linesize[0], x, d->comp[0].depth);
            int down = luma(line + f->linesize[0], x, d->comp[0].depth);
            int a = here - up, b = here - down;
            combed += abs(up - down) < AGREE &&
                      ((a > STANDS_OUT && b > STANDS_OUT) || (a < -STANDS_OUT && b < -STANDS_OUT));
        }
    }
    return all == 0 ? 0 : (unsigned)(combed * 1000 / all);
}

/* libavfilter's idet tells by motion, but takes grain and fades for lines now and then; so a
 * picture only counts as woven when it also looks so by itself. */
static void count_lines(struct probe *p, const AVFrame *f)
{
    enum { COMBED = 5 };
    const AVDictionaryEntry *e =
        av_dict_get(f->metadata, "lavfi.idet.single.current_frame", NULL, 0);
    if (e == NULL)
        return;
    bool top = strcmp(e->value, "tff") == 0, bottom = strcmp(e->value, "bff") == 0;
    if ((top || bottom) && comb_of(f) >= COMBED) {
        p->combed_top += top;
        p->combed_bottom += bottom;
    } else if (top || bottom || strcmp(e->value, "progressive") == 0) {
        p->smooth++;
    }
}

static void judge_lines(struct look *l)
{
    static const struct graph_step steps[] = { { .filter = "idet" } };
    if (l->judge == NULL && graph_create(l->frame, l->stream->time_base, steps, 1, &l->judge) != OK)
        return;
    if (graph_push(l->judge, l->frame) != OK)
        return;
    while (graph_pull(l->judge, l->judged) == OK) {
        count_lines(l->out, l->judged);
        av_frame_unref(l->judged);
    }
}

static void look_at(struct look *l)
{
    struct probe *p = l->out;
    probe_mark_fields(l->stream, l->frame);
    if (!p->found)
        first_picture(l);
    if (l->frame->width != p->width || l->frame->height != p->height) {
        if (!p->size_changes)
            p->size_change_us = av_rescale_q(l->frame->best_effort_timestamp - p->first,
                                             l->stream->time_base, AV_TIME_BASE_Q);
        p->size_changes = true;
        graph_destroy(&l->judge);
    }
    p->pictures++;
    p->damaged += l->frame->decode_error_flags != 0 || (l->frame->flags & AV_FRAME_FLAG_CORRUPT);
    if (l->frame->interlaced_frame)
        p->flagged++;
    else if (!p->size_changes && l->wanted > 1 && p->height >= LACED_HEIGHT_MIN)
        judge_lines(l);
    if (l->wanted > 0)
        l->wanted--;
}

/* ---- stretches ---- */

static enum err look_finish(struct look *l, enum err err)
{
    graph_destroy(&l->judge);
    av_packet_free(&l->packet);
    av_frame_free(&l->frame);
    av_frame_free(&l->judged);
    avcodec_free_context(&l->ctx);
    return err;
}

static enum err look_init(struct look *l)
{
    l->packet = av_packet_alloc();
    l->frame = av_frame_alloc();
    l->judged = av_frame_alloc();
    if (l->packet == NULL || l->frame == NULL || l->judged == NULL)
        return ERR_MEMORY;
    return source_decoder(l->stream, 1, &l->ctx);
}

static void drain(struct look *l)
{
    while (l->wanted > 0 && avcodec_receive_frame(l->ctx, l->frame) >= 0) {
        if (l->frame->best_effort_timestamp != AV_NOPTS_VALUE)
            look_at(l);
        av_frame_unref(l->frame);
    }
}

static enum err stretch(struct look *l, unsigned pictures)
{
    enum err err = OK;
    l->wanted = pictures;
    for (unsigned i = 0; i < PACKETS_MAX && l->wanted > 0 && err == OK; i++) {
        err = source_read(l->s, l->packet);
        if (err == OK && l->packet->stream_index == l->stream->index)
            (void)avcodec_send_packet(l->ctx, l->packet);
        else if (err == ERR_NOT_FOUND)
            (void)avcodec_send_packet(l->ctx, NULL);
        drain(l);
        av_packet_unref(l->packet);
    }
    return err == ERR_NOT_FOUND ? OK : err;
}

enum err probe_first(struct source *s, int stream, struct probe *out)
{
    struct look l = { .s = s, .stream = s->fmt->streams[stream], .out = out };
    *out = (struct probe){ 0 };
    enum err err = look_init(&l);
    if (err == OK)
        err = stretch(&l, 1);
    return look_finish(&l, err);
}

/* Where seeking fails, the stretches seen so far must do. */
static enum err stretches(struct look *l, int64_t duration_us)
{
    enum err err = stretch(l, STRETCH);
    int64_t n = duration_us / STRETCH_US;
    n = n > STRETCHES_MAX ? STRETCHES_MAX : n;
    for (int64_t i = 1; i <= n && err == OK && l->out->found; i++) {
        int64_t at = l->out->first +
                     av_rescale_q(duration_us / (n + 1) * i, AV_TIME_BASE_Q, l->stream->time_base);
        if (av_seek_frame(l->s->fmt, l->stream->index, at, AVSEEK_FLAG_BACKWARD) < 0)
            break;
        avcodec_flush_buffers(l->ctx);
        graph_destroy(&l->judge);
        err = stretch(l, STRETCH);
    }
    return err;
}

enum err probe_picture(struct source *s, int stream, int64_t duration_us, struct probe *out)
{
    struct look l = { .s = s, .stream = s->fmt->streams[stream], .out = out };
    *out = (struct probe){ 0 };
    enum err err = look_init(&l);
    if (err == OK)
        err = stretches(&l, duration_us);
    return look_finish(&l, err);
}
