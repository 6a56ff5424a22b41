#include "driver/media/rendition.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libavcodec/avcodec.h>
#include <libavutil/opt.h>

#include "driver/media/avcc.h"

enum { QUEUE = 6, GOP_MAX = MESSAGE_MAX - MESSAGE_SMALL_MAX };

struct rendition {
    const struct ladder_plan *ladder;
    const struct ladder_rendition *row;
    size_t track;
    struct report *report;
    pthread_t thread;
    bool has_thread;

    pthread_mutex_t lock; /* of what follows, up to err */
    pthread_cond_t changed;
    AVFrame *queue[QUEUE]; /* NULL frame: the end of a piece */
    size_t first, n;
    bool quit;
    unsigned ends; /* pieces' ends that are not worked off yet */
    enum err err;

    /* the thread's own */
    AVCodecContext *enc;
    AVPacket *packet;
    struct buf config, data, out;
    uint64_t piece_start; /* number of the piece's first picture */
    uint32_t gop;         /* number of the GOP being gathered */
    size_t offsets[MESSAGE_SAMPLES_MAX + 1];
    struct message_group group;
};

/* ---- the encoder ---- */

static int level_number(const char *level)
{
    int n = 10 * (level[0] - '0');
    return level[1] == '.' ? n + (level[2] - '0') : n;
}

static enum err set_options(AVCodecContext *c, const struct ladder_rendition *row)
{
    /* Scene cuts would move key frames apart between renditions; the rest makes each GOP stand for
     * itself and the bytes depend on nothing but the pictures. */
    int bad = av_opt_set(c, "preset", "medium", AV_OPT_SEARCH_CHILDREN);
    bad |= av_opt_set(c, "profile", "high", AV_OPT_SEARCH_CHILDREN);
    bad |= av_opt_set_double(c, "crf", row->crf, AV_OPT_SEARCH_CHILDREN);
    bad |= av_opt_set_int(c, "forced-idr", 1, AV_OPT_SEARCH_CHILDREN);
    bad |=
        av_opt_set(c, "x264-params", "scenecut=0:open-gop=0:stitchable=1", AV_OPT_SEARCH_CHILDREN);
    return bad < 0 ? ERR_UNSUPPORTED : OK;
}

static void set_fields(AVCodecContext *c, const struct rendition *r)
{
    const struct ladder_plan *p = r->ladder;
    c->width = r->row->width;
    c->height = r->row->height;
    c->pix_fmt = AV_PIX_FMT_YUV420P;
    c->sample_aspect_ratio = av_make_q(1, 1);
    c->time_base = av_make_q((int)p->rate.den, (int)p->rate.num);
    c->framerate = av_make_q((int)p->rate.num, (int)p->rate.den);
    c->gop_size = c->keyint_min = p->gop_frames;
    c->max_b_frames = 3;
    c->thread_count = 1;
    c->rc_max_rate = r->row->maxrate;
    c->rc_buffer_size = (int)r->row->bufsize;
    c->level = level_number(r->row->level);
    c->color_primaries = AVCOL_PRI_BT709;
    c->color_trc = AVCOL_TRC_BT709;
    c->colorspace = AVCOL_SPC_BT709;
    c->color_range = AVCOL_RANGE_MPEG;
    c->chroma_sample_location = AVCHROMA_LOC_LEFT;
    unsigned flags =
        AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_CLOSED_GOP | AV_CODEC_FLAG_BITEXACT;
    c->flags |= (int)flags;
}

static enum err encoder_open(struct rendition *r)
{
    const AVCodec *codec = avcodec_find_encoder_by_name("libx264");
    r->enc = codec == NULL ? NULL : avcodec_alloc_context3(codec);
    if (r->enc == NULL)
        return codec == NULL ? ERR_UNSUPPORTED : ERR_MEMORY;
    set_fields(r->enc, r);
    enum err err = set_options(r->enc, r->row);
    if (err == OK && avcodec_open2(r->enc, codec, NULL) < 0)
        err = ERR_UNSUPPORTED;
    buf_clear(&r->config);
    if (err == OK)
        err = avcc_config(reader_of(r->enc->extradata, (size_t)r->enc->extradata_size), &r->config);
    return err;
}

/* ---- what comes out of it ---- */

static enum err gop_send(struct rendition *r)
{
    struct message_group *g = &r->group;
    if (g->n == 0)
        return OK;
    g->track = (uint32_t)r->track;
    g->number = r->gop++;
    g->config = r->config.data;
    g->config_size = r->config.size;
    for (size_t i = 0; i < g->n; i++)
        g->samples[i].data = r->data.data + r->offsets[i];
    size_t at = message_open(&r->out, MESSAGE_GROUP);
    message_put_group(&r->out, g);
    message_close(&r->out, at);
    g->n = 0;
    buf_clear(&r->data);
    return report_send(r->report, &r->out);
}

/* Pictures are decoded in the order they come, one frame's time after another from the GOP's first;
 * they are shown at their own times, some before they would have been decoded (ISO/IEC 14496-12
 * 8.8.8 has signed offsets for that), so that no edit list has to move the track. */
static enum err take_packet(struct rendition *r)
{
    struct message_group *g = &r->group;
    enum err err = OK;
    bool key = (r->packet->flags & AV_PKT_FLAG_KEY) != 0;
    if (key)
        err = gop_send(r);
    if (err == OK && (g->n == r->ladder->gop_frames || (g->n == 0 && !key)))
        err = ERR_INTERNAL;
    if (err != OK)
        return err;
    size_t before = r->data.size;
    err = avcc_sample(reader_of(r->packet->data, (size_t)r->packet->size), &r->data);
    uint64_t first = (uint64_t)r->gop * r->ladder->gop_frames - r->piece_start;
    int64_t shown = r->packet->pts - (int64_t)first;
    r->offsets[g->n] = before;
    g->samples[g->n] = (struct media_sample){
        .size = (uint32_t)(r->data.size - before),
        .duration = r->ladder->frame_ticks,
        .cts_offset = (int32_t)((shown - (int64_t)g->n) * r->ladder->frame_ticks),
        .sync = g->n == 0,
    };
    g->n++;
    return err;
}

static enum err take_packets(struct rendition *r)
{
    enum err err = OK;
    while (err == OK) {
        int bad = avcodec_receive_packet(r->enc, r->packet);
        if (bad == AVERROR(EAGAIN) || bad == AVERROR_EOF)
            return OK;
        err = bad < 0 ? ERR_INTERNAL : take_packet(r);
        av_packet_unref(r->packet);
    }
    return err;
}

static enum err encode(struct rendition *r, AVFrame *frame)
{
    enum err err = OK;
    uint64_t at = (uint64_t)frame->pts;
    if (r->enc == NULL) {
        err = encoder_open(r);
        r->piece_start = at;
        r->gop = (uint32_t)(at / r->ladder->gop_frames);
    }
    if (err != OK)
        return err;
    frame->pts = (int64_t)(at - r->piece_start);
    frame->pict_type =
        frame->pts % r->ladder->gop_frames == 0 ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    if (avcodec_send_frame(r->enc, frame) < 0)
        return ERR_INTERNAL;
    return take_packets(r);
}

static enum err flush(struct rendition *r)
{
    enum err err = OK;
    if (r->enc != NULL && avcodec_send_frame(r->enc, NULL) < 0)
        err = ERR_INTERNAL;
    if (err == OK && r->enc != NULL)
        err = take_packets(r);
    if (err == OK)
        err = gop_send(r);
    avcodec_free_context(&r->enc);
    return err;
}

/* ---- the thread ---- */

static bool next_frame(struct rendition *r, AVFrame **frame)
{
    pthread_mutex_lock(&r->lock);
    while (r->n == 0 && !r->quit)
        pthread_cond_wait(&r->changed, &r->lock);
    bool got = r->n > 0;
    if (got) {
        *frame = r->queue[r->first];
        r->first = (r->first + 1) % QUEUE;
        r->n--;
        pthread_cond_broadcast(&r->changed);
    }
    pthread_mutex_unlock(&r->lock);
    return got;
}

static void finish_one(struct rendition *r, bool was_end, enum err err)
{
    pthread_mutex_lock(&r->lock);
    if (r->err == OK)
        r->err = err;
    r->ends -= was_end;
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&r->lock);
}

/* After an error the queue is still emptied, so that nobody waits for room in it. */
static void *run(void *context)
{
    struct rendition *r = context;
    AVFrame *frame = NULL;
    enum err err = OK;
    while (next_frame(r, &frame)) {
        bool end = frame == NULL;
        if (err == OK)
            err = end ? flush(r) : encode(r, frame);
        av_frame_free(&frame);
        finish_one(r, end, err);
    }
    return NULL;
}

/* Takes frame. */
static enum err put(struct rendition *r, AVFrame *frame)
{
    pthread_mutex_lock(&r->lock);
    while (r->n == QUEUE)
        pthread_cond_wait(&r->changed, &r->lock);
    r->queue[(r->first + r->n++) % QUEUE] = frame;
    r->ends += frame == NULL;
    enum err err = r->err;
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&r->lock);
    return err;
}

enum err rendition_push(struct rendition *r, const AVFrame *frame, uint64_t at)
{
    AVFrame *own = av_frame_clone(frame);
    if (own == NULL)
        return ERR_MEMORY;
    own->pts = (int64_t)at;
    return put(r, own);
}

enum err rendition_end(struct rendition *r)
{
    return put(r, NULL);
}

enum err rendition_wait(struct rendition *r)
{
    pthread_mutex_lock(&r->lock);
    while (r->ends > 0)
        pthread_cond_wait(&r->changed, &r->lock);
    enum err err = r->err;
    pthread_mutex_unlock(&r->lock);
    return err;
}

enum err rendition_create(const struct ladder_plan *ladder, size_t track, struct report *report,
                          struct rendition **out)
{
    *out = NULL;
    struct rendition *r = calloc(1, sizeof *r);
    if (r == NULL)
        return ERR_MEMORY;
    r->ladder = ladder;
    r->row = &ladder->renditions[track];
    r->track = track;
    r->report = report;
    pthread_mutex_init(&r->lock, NULL);
    pthread_cond_init(&r->changed, NULL);
    buf_init(&r->config, MESSAGE_CONFIG_MAX);
    buf_init(&r->data, GOP_MAX);
    buf_init(&r->out, MESSAGE_MAX);
    r->packet = av_packet_alloc();
    r->has_thread = r->packet != NULL && pthread_create(&r->thread, NULL, run, r) == 0;
    if (r->has_thread)
        *out = r;
    else
        rendition_destroy(&r);
    return *out == NULL ? ERR_MEMORY : OK;
}

void rendition_destroy(struct rendition **r)
{
    struct rendition *gone = *r;
    *r = NULL;
    if (gone == NULL)
        return;
    if (gone->has_thread) {
        pthread_mutex_lock(&gone->lock);
        gone->quit = true;
        pthread_cond_broadcast(&gone->changed);
        pthread_mutex_unlock(&gone->lock);
        pthread_join(gone->thread, NULL);
    }
    avcodec_free_context(&gone->enc);
    av_packet_free(&gone->packet);
    buf_finish(&gone->config);
    buf_finish(&gone->data);
    buf_finish(&gone->out);
    pthread_cond_destroy(&gone->changed);
    pthread_mutex_destroy(&gone->lock);
    free(gone);
}
