#include "driver/media/still.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <libavcodec/avcodec.h>
#include <libavutil/opt.h>
#include <libswscale/swscale.h>

#include "driver/media/frames.h"

enum {
    COLUMNS = 5,
    WIDE_MAX = 1280,
    LOOKS = 2,       /* times a second that a picture is looked at */
    QUALITY = 4,     /* of JPEG: libav's scale, 2 to 31, less is better */
    TONES = 32,      /* steps of the histogram */
    SHEET_MAX = 512, /* tiles of a sheet */
};

struct stills {
    const struct media_plan *plan;
    uint64_t frames;
    struct report *report;
    struct frames tile_pool, sheet_pool;
    bool has_tiles;
    AVFrame *sheet; /* of the piece in progress; NULL: none yet */
    unsigned tiles, room;
    double best;
    AVFrame *best_frame;
};

/* ---- judging ---- */

struct tones {
    uint32_t n[TONES], all;
    double mean;
};

static void count_tones(const AVFrame *f, struct tones *t)
{
    memset(t, 0, sizeof *t);
    double sum = 0;
    for (int y = 0; y < f->height; y += 2) {
        const uint8_t *line = f->data[0] + (ptrdiff_t)y * f->linesize[0];
        for (int x = 0; x < f->width; x += 2) {
            t->n[line[x] * TONES / 256]++;
            sum += line[x];
            t->all++;
        }
    }
    t->mean = t->all == 0 ? 0 : sum / t->all;
}

/* 0 for one flat tone, 1 for all tones alike. */
static double entropy(const struct tones *t)
{
    double h = 0;
    for (int i = 0; i < TONES; i++)
        if (t->n[i] > 0) {
            double p = (double)t->n[i] / t->all;
            h -= p * log2(p);
        }
    return h / log2(TONES);
}

static double largest_tones(const struct tones *t)
{
    uint32_t first = 0, second = 0;
    for (int i = 0; i < TONES; i++)
        if (t->n[i] > first) {
            second = first;
            first = t->n[i];
        } else if (t->n[i] > second) {
            second = t->n[i];
        }
    return t->all == 0 ? 1 : (double)(first + second) / t->all;
}

static double spread(const struct tones *t)
{
    double sum = 0;
    for (int i = 0; i < TONES; i++) {
        double off = (i + 0.5) * 256 / TONES - t->mean;
        sum += off * off * t->n[i];
    }
    return t->all == 0 ? 0 : sqrt(sum / t->all);
}

/* The mean of the discrete Laplacian: soft and smeared pictures have little. */
static double sharpness(const AVFrame *f)
{
    double sum = 0;
    unsigned n = 0;
    for (int y = 1; y + 1 < f->height; y += 2) {
        const uint8_t *line = f->data[0] + (ptrdiff_t)y * f->linesize[0];
        for (int x = 1; x + 1 < f->width; x++, n++)
            sum += abs(4 * line[x] - line[x - 1] - line[x + 1] - line[x - f->linesize[0]] -
                       line[x + f->linesize[0]]);
    }
    return n == 0 ? 0 : sum / n;
}

static double colourfulness(const AVFrame *f)
{
    double sum = 0;
    unsigned n = 0;
    for (int y = 0; y < f->height / 2; y++) {
        const uint8_t *cb = f->data[1] + (ptrdiff_t)y * f->linesize[1];
        const uint8_t *cr = f->data[2] + (ptrdiff_t)y * f->linesize[2];
        for (int x = 0; x < f->width / 2; x++, n++)
            sum += abs(cb[x] - 128) + abs(cr[x] - 128);
    }
    return n == 0 ? 0 : sum / n;
}

static double saturating(double v, double half)
{
    return v <= 0 ? 0 : v / (v + half);
}

double still_score(const AVFrame *f)
{
    struct tones t;
    count_tones(f, &t);
    /* Nearly black, nearly white, or two tones that fill the picture: a fade or a title card. */
    if (t.mean < 28 || t.mean > 225 || largest_tones(&t) > 0.85)
        return 0;
    double light = 1 - fabs(t.mean - 118) / 118;
    double tones = entropy(&t);
    return 100 * saturating(sharpness(f), 14) * (0.3 + saturating(spread(&t), 45)) * tones * tones *
           (0.5 + saturating(colourfulness(f), 20)) * (0.5 + 0.5 * light);
}

int still_window(const AVFrame *f, int width)
{
    int columns = f->width - width;
    if (columns <= 0 || f->height < 3)
        return 0;
    double *energy = calloc((size_t)f->width + 1, sizeof *energy);
    if (energy == NULL)
        return columns / 2;
    for (int y = 1; y + 1 < f->height; y++) {
        const uint8_t *line = f->data[0] + (ptrdiff_t)y * f->linesize[0];
        for (int x = 1; x + 1 < f->width; x++)
            energy[x + 1] += abs(line[x + 1] - line[x - 1]) +
                             abs(line[x + f->linesize[0]] - line[x - f->linesize[0]]);
    }
    for (int x = 0; x < f->width; x++)
        energy[x + 1] += energy[x];
    int best = 0;
    double most = -1;
    for (int x = 0; x <= columns; x++) {
        /* The middle wins over an edge with as much to see. */
        double off = fabs(x - columns / 2.0) / (columns / 2.0 + 1);
        double here = (energy[x + width] - energy[x]) * (1 - 0.15 * off);
        if (here > most) {
            most = here;
            best = x;
        }
    }
    free(energy);
    return best - best % 2;
}

/* ---- making ---- */

/* Crops by moving in, scales, and recolours as JPEG has it (BT.601, full range). */
static enum err resize(const AVFrame *from, int left, int width, struct frames *pool, AVFrame **out)
{
    enum err err = frames_get(pool, out);
    if (err != OK)
        return err;
    struct SwsContext *s = sws_getContext(
        width, from->height, AV_PIX_FMT_YUV420P, pool->width, pool->height, AV_PIX_FMT_YUV420P,
        SWS_AREA | SWS_ACCURATE_RND | SWS_BITEXACT, NULL, NULL, NULL);
    if (s == NULL)
        return ERR_MEMORY;
    const uint8_t *planes[4] = { from->data[0] + left, from->data[1] + left / 2,
                                 from->data[2] + left / 2, NULL };
    int lines =
        sws_scale(s, planes, from->linesize, 0, from->height, (*out)->data, (*out)->linesize);
    sws_freeContext(s);
    return lines == pool->height ? OK : ERR_INTERNAL;
}

static enum err jpeg_encode(AVCodecContext *c, const AVFrame *frame, struct buf *out)
{
    AVPacket *packet = av_packet_alloc();
    enum err err = packet == NULL ? ERR_MEMORY : OK;
    if (err == OK && (avcodec_send_frame(c, frame) < 0 || avcodec_receive_packet(c, packet) < 0))
        err = ERR_INTERNAL;
    if (err == OK)
        buf_put(out, packet->data, (size_t)packet->size);
    av_packet_free(&packet);
    return err == OK ? out->err : err;
}

/* frame: ours to change. */
static enum err jpeg(AVFrame *frame, struct buf *out)
{
    const AVCodec *codec = avcodec_find_encoder(AV_CODEC_ID_MJPEG);
    AVCodecContext *c = codec == NULL ? NULL : avcodec_alloc_context3(codec);
    if (c == NULL)
        return ERR_MEMORY;
    frames_recolour(frame, FRAMES_BT709, frame, FRAMES_BT601, true);
    c->width = frame->width;
    c->height = frame->height;
    c->pix_fmt = AV_PIX_FMT_YUVJ420P;
    c->color_range = AVCOL_RANGE_JPEG;
    c->time_base = (AVRational){ 1, 25 };
    c->thread_count = 1;
    c->flags |= AV_CODEC_FLAG_QSCALE | AV_CODEC_FLAG_BITEXACT;
    c->global_quality = QUALITY * FF_QP2LAMBDA;
    frame->format = AV_PIX_FMT_YUVJ420P;
    frame->color_range = AVCOL_RANGE_JPEG;
    frame->quality = c->global_quality;
    frame->pts = 0;
    enum err err = avcodec_open2(c, codec, NULL) < 0 ? ERR_UNSUPPORTED : OK;
    if (err == OK)
        err = jpeg_encode(c, frame, out);
    avcodec_free_context(&c);
    return err;
}

/* One JPEG of a part of a frame, as wide as it is but for the ceiling. */
static enum err cut(const AVFrame *from, int left, int width, int to_width, int to_height,
                    struct buf *out)
{
    struct frames pool;
    AVFrame *small = NULL;
    enum err err = frames_init(&pool, to_width, to_height);
    if (err == OK)
        err = resize(from, left, width, &pool, &small);
    if (err == OK)
        err = jpeg(small, out);
    av_frame_free(&small);
    frames_finish(&pool);
    return err;
}

static int even(double v)
{
    int n = (int)(v / 2) * 2;
    return n < 2 ? 2 : n;
}

/* ---- tiles ---- */

static enum err tiles_init(struct stills *s)
{
    const struct ladder_rendition *r = &s->plan->ladder.renditions[0];
    int width = s->plan->tile_width;
    unsigned gops = s->plan->piece_gops;
    s->has_tiles = width >= 2 && gops <= SHEET_MAX;
    if (!s->has_tiles)
        return OK;
    width = even(width);
    int height = even((double)width * r->height / r->width + 1);
    s->room = (gops + COLUMNS - 1) / COLUMNS * COLUMNS;
    enum err err = frames_init(&s->tile_pool, width, height);
    if (err == OK)
        err = frames_init(&s->sheet_pool, width * COLUMNS, height * (int)(s->room / COLUMNS));
    return err;
}

static void fill_black(AVFrame *f)
{
    for (int p = 0; p < 3; p++)
        memset(f->data[p], p == 0 ? 16 : 128,
               (size_t)f->linesize[p] * (size_t)(p == 0 ? f->height : f->height / 2));
}

static void paste(const AVFrame *tile, AVFrame *sheet, unsigned number)
{
    int left = (int)(number % COLUMNS) * tile->width, top = (int)(number / COLUMNS) * tile->height;
    for (int p = 0; p < 3; p++) {
        int shift = p == 0 ? 0 : 1;
        uint8_t *to =
            sheet->data[p] + (ptrdiff_t)(top >> shift) * sheet->linesize[p] + (left >> shift);
        for (int y = 0; y < tile->height >> shift; y++)
            memcpy(to + (ptrdiff_t)y * sheet->linesize[p],
                   tile->data[p] + (ptrdiff_t)y * tile->linesize[p],
                   (size_t)(tile->width >> shift));
    }
}

static enum err add_tile(struct stills *s, AVFrame *const rungs[LADDER_RUNGS])
{
    size_t i = 0;
    while (i + 1 < s->plan->ladder.n && rungs[i]->width < s->tile_pool.width)
        i++;
    enum err err = OK;
    AVFrame *tile = NULL;
    if (s->sheet == NULL) {
        err = frames_get(&s->sheet_pool, &s->sheet);
        if (err == OK)
            fill_black(s->sheet);
    }
    if (err == OK)
        err = resize(rungs[i], 0, rungs[i]->width, &s->tile_pool, &tile);
    if (err == OK && s->tiles < s->room)
        paste(tile, s->sheet, s->tiles++);
    av_frame_free(&tile);
    return err;
}

static enum err send_tiles(struct stills *s, uint32_t piece)
{
    struct buf jpegs, out;
    if (s->tiles == 0)
        return OK;
    buf_init(&jpegs, MESSAGE_JPEG_MAX);
    buf_init(&out, MESSAGE_MAX);
    unsigned columns = s->tiles < COLUMNS ? s->tiles : COLUMNS;
    unsigned rows = (s->tiles + COLUMNS - 1) / COLUMNS;
    s->sheet->width = (int)columns * s->tile_pool.width;
    s->sheet->height = (int)rows * s->tile_pool.height;
    enum err err = jpeg(s->sheet, &jpegs);
    const struct message_tiles m = {
        .piece = piece,
        .columns = (uint16_t)columns,
        .rows = (uint16_t)rows,
        .width = (uint16_t)s->tile_pool.width,
        .height = (uint16_t)s->tile_pool.height,
        .jpeg = jpegs.data,
        .size = jpegs.size,
    };
    size_t at = message_open(&out, MESSAGE_TILES);
    message_put_tiles(&out, &m);
    message_close(&out, at);
    if (err == OK)
        err = report_send(s->report, &out);
    buf_finish(&jpegs);
    buf_finish(&out);
    av_frame_free(&s->sheet);
    s->tiles = 0;
    return err;
}

/* ---- posters ---- */

/* Films begin with the studios' marks and end with names. */
static double place_weight(const struct stills *s, uint64_t at)
{
    double part = s->frames == 0 ? 0.5 : (double)at / (double)s->frames;
    if (part < 0.04)
        return 0.6;
    return part > 0.9 ? 0.5 : 1;
}

static enum err consider(struct stills *s, AVFrame *const rungs[LADDER_RUNGS], uint64_t at)
{
    double score = still_score(rungs[0]) * place_weight(s, at);
    if (s->best_frame != NULL && score <= s->best)
        return OK;
    av_frame_free(&s->best_frame);
    s->best = score;
    s->best_frame = av_frame_clone(rungs[s->plan->ladder.n - 1]);
    return s->best_frame == NULL ? ERR_MEMORY : OK;
}

static enum err send_still(struct stills *s, uint32_t piece)
{
    struct buf wide, tall, out;
    const AVFrame *f = s->best_frame;
    if (f == NULL)
        return OK;
    buf_init(&wide, MESSAGE_JPEG_MAX);
    buf_init(&tall, MESSAGE_JPEG_MAX);
    buf_init(&out, MESSAGE_MAX);
    int width = f->width > WIDE_MAX ? WIDE_MAX : f->width;
    int height = even((double)f->height * width / f->width + 1);
    int window = even(f->height * 2.0 / 3);
    if (window > f->width)
        window = even(f->width);
    double part = f->height > 1080 ? 1080.0 / f->height : 1;
    enum err err = cut(f, 0, f->width, width, height, &wide);
    if (err == OK)
        err = cut(f, still_window(f, window), window, even(window * part), even(f->height * part),
                  &tall);
    const struct message_still m = { piece, s->best, wide.data, tall.data, wide.size, tall.size };
    size_t at = message_open(&out, MESSAGE_STILL);
    message_put_still(&out, &m);
    message_close(&out, at);
    if (err == OK)
        err = report_send(s->report, &out);
    buf_finish(&wide);
    buf_finish(&tall);
    buf_finish(&out);
    av_frame_free(&s->best_frame);
    s->best = 0;
    return err;
}

/* ---- all of it ---- */

enum err stills_create(const struct media_plan *plan, uint64_t frames, struct report *report,
                       struct stills **out)
{
    *out = NULL;
    struct stills *s = calloc(1, sizeof *s);
    if (s == NULL)
        return ERR_MEMORY;
    s->plan = plan;
    s->frames = frames;
    s->report = report;
    enum err err = tiles_init(s);
    if (err == OK)
        *out = s;
    else
        stills_destroy(&s);
    return err;
}

enum err stills_see(struct stills *s, AVFrame *const rungs[LADDER_RUNGS], uint64_t at)
{
    const struct ladder_plan *p = &s->plan->ladder;
    uint64_t in_gop = at % p->gop_frames;
    unsigned every = p->gop_frames / (2 * LOOKS);
    enum err err = OK;
    if (s->has_tiles && in_gop == 0)
        err = add_tile(s, rungs);
    if (err == OK && in_gop % (every == 0 ? 1 : every) == 0)
        err = consider(s, rungs, at);
    return err;
}

enum err stills_end_piece(struct stills *s, uint32_t piece)
{
    enum err err = send_tiles(s, piece);
    return err == OK ? send_still(s, piece) : err;
}

void stills_destroy(struct stills **s)
{
    struct stills *gone = *s;
    *s = NULL;
    if (gone == NULL)
        return;
    av_frame_free(&gone->sheet);
    av_frame_free(&gone->best_frame);
    if (gone->has_tiles) {
        frames_finish(&gone->tile_pool);
        frames_finish(&gone->sheet_pool);
    }
    free(gone);
}
