#include "driver/media/picture.h"

#include <stdlib.h>
#include <string.h>

#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>

#include "driver/media/frames.h"
#include "driver/media/graph.h"
#include "driver/media/probe.h"

struct picture {
    const AVStream *stream;
    const struct media_facts *facts;
    struct ladder_plan ladder;
    /* filters; NULL graph: none is needed */
    bool decided, ended;
    struct graph *graph;
    AVFrame *passed; /* without a graph: the one picture under way */
    int width, height, format;
    /* scaling */
    struct SwsContext *top;
    int top_width, top_height, top_format, top_full;
    struct SwsContext *down[LADDER_RUNGS]; /* [i]: from i + 1 to i */
    struct frames pools[LADDER_RUNGS];
};

/* Exact and the same on every processor: pieces made on two machines must fit together. */
enum { SCALE_FLAGS = SWS_BICUBIC | SWS_ACCURATE_RND | SWS_BITEXACT };

enum err picture_create(const AVStream *stream, const struct media_facts *facts,
                        const struct ladder_plan *ladder, struct picture **out)
{
    *out = NULL;
    struct picture *p = calloc(1, sizeof *p);
    if (p == NULL)
        return ERR_MEMORY;
    p->stream = stream;
    p->facts = facts;
    p->ladder = *ladder;
    p->passed = av_frame_alloc();
    enum err err = p->passed == NULL ? ERR_MEMORY : OK;
    for (size_t i = 0; i < ladder->n && err == OK; i++)
        err = frames_init(&p->pools[i], ladder->renditions[i].width, ladder->renditions[i].height);
    if (err == OK)
        *out = p;
    else
        picture_destroy(&p);
    return err;
}

void picture_destroy(struct picture **p)
{
    struct picture *gone = *p;
    *p = NULL;
    if (gone == NULL)
        return;
    graph_destroy(&gone->graph);
    av_frame_free(&gone->passed);
    sws_freeContext(gone->top);
    for (size_t i = 0; i < LADDER_RUNGS; i++) {
        sws_freeContext(gone->down[i]);
        frames_finish(&gone->pools[i]);
    }
    free(gone);
}

/* ---- filters ---- */

static const struct graph_step deinterlace = {
    .filter = "bwdif",
    .options = { { "mode", "send_frame" }, { "parity", "auto" }, { "deint", "interlaced" } },
};
static const struct graph_step turns[] = {
    { .filter = "transpose", .options = { { "dir", "clock" } } },
    { .filter = "transpose", .options = { { "dir", "cclock" } } },
    { .filter = "hflip" },
    { .filter = "vflip" },
};
/* BT.2100 to what a screen of 100 cd/m2 shows. */
static const struct graph_step tone_map[] = {
    { .filter = "zscale", .options = { { "transfer", "linear" }, { "npl", "100" } } },
    { .filter = "format", .options = { { "pix_fmts", "gbrpf32le" } } },
    { .filter = "zscale", .options = { { "primaries", "bt709" } } },
    { .filter = "tonemap", .options = { { "tonemap", "hable" }, { "desat", "0" } } },
    { .filter = "zscale",
      .options = { { "transfer", "bt709" }, { "matrix", "bt709" }, { "range", "tv" } } },
    { .filter = "format", .options = { { "pix_fmts", "yuv420p" } } },
};
static const struct graph_step narrow_gamut[] = {
    { .filter = "zscale",
      .options = { { "primaries", "bt709" },
                   { "transfer", "bt709" },
                   { "matrix", "bt709" },
                   { "range", "tv" } } },
};

static bool is_wide_gamut(const AVFrame *f)
{
    return f->colorspace == AVCOL_SPC_BT2020_NCL || f->colorspace == AVCOL_SPC_BT2020_CL;
}

static bool is_hdr(const AVFrame *f)
{
    return f->color_trc == AVCOL_TRC_SMPTE2084 || f->color_trc == AVCOL_TRC_ARIB_STD_B67;
}

static size_t add_turns(struct graph_step *steps, size_t n, int rotation)
{
    if (rotation == 90)
        steps[n++] = turns[0];
    if (rotation == 270)
        steps[n++] = turns[1];
    if (rotation == 180) {
        steps[n++] = turns[2];
        steps[n++] = turns[3];
    }
    return n;
}

static size_t add_colours(struct graph_step *steps, size_t n, const AVFrame *f)
{
    if (is_hdr(f))
        for (size_t i = 0; i < sizeof tone_map / sizeof tone_map[0]; i++)
            steps[n++] = tone_map[i];
    else if (is_wide_gamut(f))
        steps[n++] = narrow_gamut[0];
    return n;
}

/* What the first frame and the facts ask for; nothing in the usual case. */
static enum err decide(struct picture *p, const AVFrame *f)
{
    struct graph_step steps[GRAPH_STEPS_MAX];
    size_t n = 0;
    p->decided = true;
    p->width = f->width;
    p->height = f->height;
    p->format = f->format;
    if (p->facts->is_interlaced)
        steps[n++] = deinterlace;
    n = add_turns(steps, n, p->facts->rotation);
    n = add_colours(steps, n, f);
    return n == 0 ? OK : graph_create(f, p->stream->time_base, steps, n, &p->graph);
}

/* zscale asks for all three of these. */
static void complete_tags(AVFrame *f)
{
    if (!is_hdr(f) && !is_wide_gamut(f))
        return;
    if (f->color_primaries == AVCOL_PRI_UNSPECIFIED)
        f->color_primaries = AVCOL_PRI_BT2020;
    if (f->colorspace == AVCOL_SPC_UNSPECIFIED)
        f->colorspace = AVCOL_SPC_BT2020_NCL;
    if (f->color_trc == AVCOL_TRC_UNSPECIFIED)
        f->color_trc = AVCOL_TRC_BT709;
    if (f->color_range == AVCOL_RANGE_UNSPECIFIED)
        f->color_range = AVCOL_RANGE_MPEG;
}

enum err picture_push(struct picture *p, AVFrame *frame)
{
    if (frame == NULL) {
        p->ended = true;
        return p->graph == NULL ? OK : graph_push(p->graph, NULL);
    }
    probe_mark_fields(p->stream, frame);
    complete_tags(frame);
    frame->pts = frame->best_effort_timestamp;
    if (!p->decided) {
        enum err err = decide(p, frame);
        if (err != OK)
            return err;
    }
    if (frame->width != p->width || frame->height != p->height || frame->format != p->format)
        return ERR_STATE;
    if (p->graph != NULL)
        return graph_push(p->graph, frame);
    av_frame_unref(p->passed);
    return av_frame_ref(p->passed, frame) < 0 ? ERR_MEMORY : OK;
}

enum err picture_pull(struct picture *p, AVFrame *out)
{
    if (p->graph != NULL)
        return graph_pull(p->graph, out);
    if (p->passed->buf[0] == NULL)
        return ERR_NOT_FOUND;
    av_frame_move_ref(out, p->passed);
    return OK;
}

/* ---- scaling ---- */

static bool is_full_range(const AVFrame *f)
{
    return f->color_range == AVCOL_RANGE_JPEG || f->format == AV_PIX_FMT_YUVJ420P ||
           f->format == AV_PIX_FMT_YUVJ422P || f->format == AV_PIX_FMT_YUVJ444P;
}

static int plain_format(int format)
{
    switch (format) {
    case AV_PIX_FMT_YUVJ420P: return AV_PIX_FMT_YUV420P;
    case AV_PIX_FMT_YUVJ422P: return AV_PIX_FMT_YUV422P;
    case AV_PIX_FMT_YUVJ444P: return AV_PIX_FMT_YUV444P;
    default: return format;
    }
}

static struct SwsContext *scaler(int width, int height, int format, bool full, int to_width,
                                 int to_height)
{
    struct SwsContext *s = sws_alloc_context();
    if (s == NULL)
        return NULL;
    /* The same factors on both sides: YCbCr stays in its own matrix here (see frames_recolour),
     * while RGB becomes BT.709. */
    const int *bt709 = sws_getCoefficients(SWS_CS_ITU709);
    av_opt_set_int(s, "srcw", width, 0);
    av_opt_set_int(s, "srch", height, 0);
    av_opt_set_int(s, "src_format", plain_format(format), 0);
    av_opt_set_int(s, "dstw", to_width, 0);
    av_opt_set_int(s, "dsth", to_height, 0);
    av_opt_set_int(s, "dst_format", AV_PIX_FMT_YUV420P, 0);
    av_opt_set_int(s, "src_range", full, 0);
    av_opt_set_int(s, "dst_range", 0, 0);
    av_opt_set_int(s, "sws_flags", SCALE_FLAGS, 0);
    (void)sws_setColorspaceDetails(s, bt709, full, bt709, 0, 0, 1 << 16, 1 << 16);
    if (sws_init_context(s, NULL, NULL) >= 0)
        return s;
    sws_freeContext(s);
    return NULL;
}

static enum err scale(struct SwsContext *s, const AVFrame *from, AVFrame *to)
{
    int lines = sws_scale(s, (const uint8_t *const *)from->data, from->linesize, 0, from->height,
                          to->data, to->linesize);
    return lines == to->height ? OK : ERR_UNSUPPORTED;
}

static enum err top_scaler(struct picture *p, const AVFrame *f)
{
    const struct frames *pool = &p->pools[p->ladder.n - 1];
    int full = is_full_range(f);
    if (p->top != NULL && p->top_width == f->width && p->top_height == f->height &&
        p->top_format == f->format && p->top_full == full)
        return OK;
    sws_freeContext(p->top);
    p->top = scaler(f->width, f->height, f->format, full, pool->width, pool->height);
    p->top_width = f->width;
    p->top_height = f->height;
    p->top_format = f->format;
    p->top_full = full;
    return p->top == NULL ? ERR_UNSUPPORTED : OK;
}

static bool is_rgb(const AVFrame *f)
{
    const AVPixFmtDescriptor *d = av_pix_fmt_desc_get((enum AVPixelFormat)f->format);
    return d != NULL && (d->flags & AV_PIX_FMT_FLAG_RGB) != 0;
}

/* The greatest rendition's frame. A picture that is as it should be already is not touched. */
static enum err make_top(struct picture *p, AVFrame *pulled, AVFrame **out)
{
    struct frames *pool = &p->pools[p->ladder.n - 1];
    enum frames_matrix matrix =
        is_rgb(pulled) ? FRAMES_BT709
                       : frames_matrix_of((int)pulled->colorspace, pulled->width, pulled->height);
    bool fits = pulled->format == AV_PIX_FMT_YUV420P && pulled->width == pool->width &&
                pulled->height == pool->height && !is_full_range(pulled);
    if (fits && matrix == FRAMES_BT709) {
        *out = av_frame_clone(pulled);
        return *out == NULL ? ERR_MEMORY : OK;
    }
    enum err err = frames_get(pool, out);
    if (err == OK && fits) {
        frames_recolour(pulled, matrix, *out, FRAMES_BT709, false);
        return OK;
    }
    if (err == OK)
        err = top_scaler(p, pulled);
    if (err == OK)
        err = scale(p->top, pulled, *out);
    if (err == OK && matrix != FRAMES_BT709)
        frames_recolour(*out, matrix, *out, FRAMES_BT709, false);
    return err;
}

static enum err make_rung(struct picture *p, size_t i, AVFrame *rungs[LADDER_RUNGS])
{
    const AVFrame *from = rungs[i + 1];
    enum err err = frames_get(&p->pools[i], &rungs[i]);
    if (err == OK && p->down[i] == NULL)
        p->down[i] = scaler(from->width, from->height, AV_PIX_FMT_YUV420P, false, p->pools[i].width,
                            p->pools[i].height);
    if (err == OK && p->down[i] == NULL)
        err = ERR_UNSUPPORTED;
    return err == OK ? scale(p->down[i], from, rungs[i]) : err;
}

enum err picture_prepare(struct picture *p, AVFrame *pulled, AVFrame *rungs[LADDER_RUNGS])
{
    memset(rungs, 0, LADDER_RUNGS * sizeof *rungs);
    enum err err = make_top(p, pulled, &rungs[p->ladder.n - 1]);
    for (size_t i = p->ladder.n - 1; i-- > 0 && err == OK;)
        err = make_rung(p, i, rungs);
    if (err != OK)
        picture_free(rungs);
    return err;
}

void picture_free(AVFrame *rungs[LADDER_RUNGS])
{
    for (size_t i = 0; i < LADDER_RUNGS; i++)
        av_frame_free(&rungs[i]);
}
