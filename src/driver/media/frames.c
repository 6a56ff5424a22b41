#include "driver/media/frames.h"

#include <math.h>
#include <string.h>

enum { LINE_UNIT = 64, SPARE = 256 };

static int line_size(int width)
{
    return (width + LINE_UNIT - 1) / LINE_UNIT * LINE_UNIT;
}

static int half(int n)
{
    return (n + 1) / 2;
}

enum err frames_init(struct frames *f, int width, int height)
{
    size_t luma = (size_t)line_size(width) * (size_t)height;
    size_t chroma = (size_t)line_size(half(width)) * (size_t)half(height);
    f->width = width;
    f->height = height;
    f->pool = av_buffer_pool_init(luma + 2 * chroma + SPARE, NULL);
    return f->pool == NULL ? ERR_MEMORY : OK;
}

void frames_finish(struct frames *f)
{
    av_buffer_pool_uninit(&f->pool);
}

enum err frames_get(struct frames *f, AVFrame **out)
{
    AVFrame *x = av_frame_alloc();
    *out = x;
    if (x != NULL)
        x->buf[0] = av_buffer_pool_get(f->pool);
    if (x == NULL || x->buf[0] == NULL) {
        av_frame_free(out);
        return ERR_MEMORY;
    }
    x->width = f->width;
    x->height = f->height;
    x->format = AV_PIX_FMT_YUV420P;
    x->sample_aspect_ratio = (AVRational){ 1, 1 };
    x->color_primaries = AVCOL_PRI_BT709;
    x->color_trc = AVCOL_TRC_BT709;
    x->colorspace = AVCOL_SPC_BT709;
    x->color_range = AVCOL_RANGE_MPEG;
    x->chroma_location = AVCHROMA_LOC_LEFT;
    x->linesize[0] = line_size(f->width);
    x->linesize[1] = x->linesize[2] = line_size(half(f->width));
    x->data[0] = x->buf[0]->data;
    x->data[1] = x->data[0] + (ptrdiff_t)x->linesize[0] * f->height;
    x->data[2] = x->data[1] + (ptrdiff_t)x->linesize[1] * half(f->height);
    return OK;
}

enum frames_matrix frames_matrix_of(int matrix, int width, int height)
{
    switch (matrix) {
    case AVCOL_SPC_BT470BG:
    case AVCOL_SPC_SMPTE170M:
    case AVCOL_SPC_FCC: return FRAMES_BT601;
    case AVCOL_SPC_UNSPECIFIED: return width < 1280 && height <= 576 ? FRAMES_BT601 : FRAMES_BT709;
    default: return FRAMES_BT709;
    }
}

/* ---- from matrix to matrix ----
 *
 * Going from one YCbCr through RGB to another, luma keeps its own weight of exactly 1 and takes a
 * little of both chromas, while the chromas only mix with each other. So five factors do it, in
 * fixed point of 14 bits. */
enum { SHIFT = 14 };

struct mix {
    int y, y_cb, y_cr, y_add;
    int cb_cb, cb_cr, cr_cb, cr_cr;
};

static void weights(enum frames_matrix m, double *r, double *b)
{
    *r = m == FRAMES_BT601 ? 0.299 : 0.2126;
    *b = m == FRAMES_BT601 ? 0.114 : 0.0722;
}

static int fixed(double v)
{
    return (int)lround(v * (1 << SHIFT));
}

static struct mix mix_of(enum frames_matrix from, enum frames_matrix to, bool full_range)
{
    double r1, b1, r2, b2;
    weights(from, &r1, &b1);
    weights(to, &r2, &b2);
    double g1 = 1 - r1 - b1, g2 = 1 - r2 - b2;
    /* RGB of a chroma of 1 beside luma 0, in units of luma */
    double r_cr = 2 * (1 - r1), b_cb = 2 * (1 - b1);
    double g_cr = -r_cr * r1 / g1, g_cb = -b_cb * b1 / g1;
    double y_cb = g2 * g_cb + b2 * b_cb, y_cr = r2 * r_cr + g2 * g_cr;
    double luma = full_range ? 255.0 / 219 : 1, chroma = full_range ? 255.0 / 224 : 1;
    /* chroma samples have 224 steps where luma has 219 */
    double c2l = 219.0 / 224;
    return (struct mix){
        .y = fixed(luma),
        .y_cb = fixed(y_cb * c2l * luma),
        .y_cr = fixed(y_cr * c2l * luma),
        .y_add = full_range ? -16 : 0,
        .cb_cb = fixed((b_cb - y_cb) / (2 * (1 - b2)) * chroma),
        .cb_cr = fixed(-y_cr / (2 * (1 - b2)) * chroma),
        .cr_cb = fixed(-y_cb / (2 * (1 - r2)) * chroma),
        .cr_cr = fixed((r_cr - y_cr) / (2 * (1 - r2)) * chroma),
    };
}

static uint8_t clip(int v)
{
    return v < 0 ? 0 : v > 255 ? 255 : (uint8_t)v;
}

/* A pair of lines' luma, from the chroma that both share. */
static void luma_line(const uint8_t *y, const uint8_t *cb, const uint8_t *cr, uint8_t *out,
                      int width, const struct mix *m)
{
    const int round = 1 << (SHIFT - 1);
    for (int x = 0; x < width; x++) {
        int u = cb[x / 2] - 128, v = cr[x / 2] - 128;
        out[x] = clip(((y[x] + m->y_add) * m->y + u * m->y_cb + v * m->y_cr + round) >> SHIFT);
    }
}

static void copy_line(const uint8_t *y, uint8_t *out, int width)
{
    if (y != out)
        memcpy(out, y, (size_t)width);
}

static void chroma_line(const uint8_t *cb, const uint8_t *cr, uint8_t *out_cb, uint8_t *out_cr,
                        int width, const struct mix *m)
{
    const int round = (1 << (SHIFT - 1)) + (128 << SHIFT);
    for (int x = 0; x < width; x++) {
        int u = cb[x] - 128, v = cr[x] - 128;
        out_cb[x] = clip((u * m->cb_cb + v * m->cb_cr + round) >> SHIFT);
        out_cr[x] = clip((u * m->cr_cb + v * m->cr_cr + round) >> SHIFT);
    }
}

void frames_recolour(const AVFrame *in, enum frames_matrix from, AVFrame *out,
                     enum frames_matrix to, bool full_range)
{
    const struct mix m = mix_of(from, to, full_range);
    bool same = from == to && !full_range;
    for (int line = 0; line < in->height; line++) {
        const uint8_t *y = in->data[0] + (ptrdiff_t)line * in->linesize[0];
        uint8_t *to_y = out->data[0] + (ptrdiff_t)line * out->linesize[0];
        if (same)
            copy_line(y, to_y, in->width);
        else
            luma_line(y, in->data[1] + (ptrdiff_t)(line / 2) * in->linesize[1],
                      in->data[2] + (ptrdiff_t)(line / 2) * in->linesize[2], to_y, in->width, &m);
        /* The chroma only after both lines that it is shared by. */
        if (line % 2 == 0 && line + 1 < in->height)
            continue;
        ptrdiff_t c = line / 2;
        chroma_line(in->data[1] + c * in->linesize[1], in->data[2] + c * in->linesize[2],
                    out->data[1] + c * out->linesize[1], out->data[2] + c * out->linesize[2],
                    half(in->width), &m);
    }
}
