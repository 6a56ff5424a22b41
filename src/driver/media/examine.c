#include "driver/media/examine.h"

#include <math.h>
#include <string.h>

#include <libswscale/swscale.h>

#include "driver/media/jail.h"

enum {
    LUMA_BLACK = 28,  /* limited range, where black is 16: dark, and not yet a dark picture */
    LIGHT_SHARE = 50, /* one sample in so many is light: titles on black are not black */
    WIDTH = 320,      /* that a frame is looked at in */
    BACK_US = 10000000,
    BACK_GROWS = 4, /* from one look back to the next */
};

struct watch {
    const struct examine_film *film;
    struct source source;
    AVStream *stream;
    AVCodecContext *ctx;
    AVPacket *packet;
    AVFrame *frame, *small;
    struct SwsContext *sws;
    bool stop_at_light;
    int64_t floor; /* frames before it miss what they refer to; AV_NOPTS_VALUE: not known yet */
    bool found;
    int64_t light, after; /* the last light frame (or the first), and the frame that follows it */
};

/* ---- one frame ---- */

static enum err small_init(struct watch *w)
{
    const AVFrame *f = w->frame;
    int width = f->width < WIDTH ? f->width : WIDTH;
    int height = (int)((int64_t)f->height * width / f->width);
    height = height < 1 ? 1 : height;
    w->sws = sws_getCachedContext(w->sws, f->width, f->height, (enum AVPixelFormat)f->format, width,
                                  height, AV_PIX_FMT_YUV420P, SWS_AREA, NULL, NULL, NULL);
    if (w->sws == NULL)
        return ERR_UNSUPPORTED;
    /* Only the range matters here; which matrix does not. */
    const int *matrix = sws_getCoefficients(SWS_CS_DEFAULT);
    (void)sws_setColorspaceDetails(w->sws, matrix, f->color_range == AVCOL_RANGE_JPEG, matrix, 0, 0,
                                   1 << 16, 1 << 16);
    if (w->small->width == width && w->small->height == height)
        return OK;
    av_frame_unref(w->small);
    w->small->width = width;
    w->small->height = height;
    w->small->format = AV_PIX_FMT_YUV420P;
    return av_frame_get_buffer(w->small, 0) < 0 ? ERR_MEMORY : OK;
}

static bool is_black(const AVFrame *f)
{
    int light = 0, most = f->width * f->height / LIGHT_SHARE;
    for (int y = 0; y < f->height; y++) {
        const uint8_t *line = f->data[0] + (ptrdiff_t)y * f->linesize[0];
        for (int x = 0; x < f->width; x++)
            light += line[x] > LUMA_BLACK;
    }
    return light <= most;
}

static enum err look_at(struct watch *w)
{
    int64_t at = w->frame->best_effort_timestamp;
    if (at == AV_NOPTS_VALUE || (w->floor != AV_NOPTS_VALUE && at < w->floor))
        return OK;
    enum err err = small_init(w);
    if (err != OK)
        return err;
    if (sws_scale(w->sws, (const uint8_t *const *)w->frame->data, w->frame->linesize, 0,
                  w->frame->height, w->small->data, w->small->linesize) != w->small->height)
        return ERR_UNSUPPORTED;
    if (!is_black(w->small)) {
        w->found = true;
        w->light = at;
        w->after = AV_NOPTS_VALUE;
    } else if (w->found && w->after == AV_NOPTS_VALUE) {
        w->after = at;
    }
    return OK;
}

/* ---- a stretch of the film ---- */

static bool is_done(const struct watch *w)
{
    return w->stop_at_light && w->found;
}

static enum err drain(struct watch *w)
{
    enum err err = OK;
    while (err == OK && !is_done(w) && avcodec_receive_frame(w->ctx, w->frame) >= 0) {
        err = look_at(w);
        av_frame_unref(w->frame);
    }
    return err;
}

static enum err give(struct watch *w)
{
    const AVPacket *p = w->packet;
    if (p->stream_index != w->stream->index)
        return OK;
    if (w->floor == AV_NOPTS_VALUE && (p->flags & AV_PKT_FLAG_KEY))
        w->floor = p->pts != AV_NOPTS_VALUE ? p->pts : p->dts;
    (void)avcodec_send_packet(w->ctx, p);
    return drain(w);
}

static enum err watch_on(struct watch *w)
{
    enum err err = OK;
    while (err == OK && !is_done(w)) {
        err = source_read(&w->source, w->packet);
        if (err == OK)
            err = give(w);
        av_packet_unref(w->packet);
        report_progress(w->film->report, (double)w->source.at / (double)w->film->sniff->size);
    }
    if (err != ERR_NOT_FOUND)
        return err;
    (void)avcodec_send_packet(w->ctx, NULL);
    return drain(w);
}

static void watch_close(struct watch *w)
{
    sws_freeContext(w->sws);
    av_packet_free(&w->packet);
    av_frame_free(&w->frame);
    av_frame_free(&w->small);
    avcodec_free_context(&w->ctx);
    source_close(&w->source);
}

/* back_us: from the end; 0: from the beginning. Where seeking fails all of it is watched. */
static enum err watch_open(struct watch *w, int64_t back_us)
{
    const struct examine_film *film = w->film;
    enum err err = source_open(JAIL_SOURCE, film->sniff, film->report, &w->source);
    if (err != OK || w->source.fmt == NULL)
        return err == OK ? ERR_UNSUPPORTED : err;
    if (film->stream >= (int)w->source.fmt->nb_streams)
        return ERR_UNSUPPORTED;
    w->stream = w->source.fmt->streams[film->stream];
    w->packet = av_packet_alloc();
    w->frame = av_frame_alloc();
    w->small = av_frame_alloc();
    if (w->packet == NULL || w->frame == NULL || w->small == NULL)
        return ERR_MEMORY;
    w->floor = film->first;
    if (back_us > 0 && back_us < film->duration_us) {
        int64_t at = film->first + av_rescale_q(film->duration_us - back_us, AV_TIME_BASE_Q,
                                                w->stream->time_base);
        if (av_seek_frame(w->source.fmt, film->stream, at, AVSEEK_FLAG_BACKWARD) >= 0)
            w->floor = AV_NOPTS_VALUE;
    }
    return source_decoder(w->stream, 1, &w->ctx);
}

/* Watches a stretch; w says what was seen and is closed. */
static enum err watch(struct watch *w, int64_t back_us)
{
    enum err err = watch_open(w, back_us);
    if (err == OK)
        err = watch_on(w);
    return err;
}

/* ---- both ends ---- */

static double seconds(const struct watch *w, int64_t ticks)
{
    double s = (double)ticks * av_q2d(w->stream->time_base);
    double most = (double)w->film->duration_us / 1e6;
    return s < 0 ? 0 : fmin(s, most);
}

static enum err find_head(const struct examine_film *film, double *head, bool *found)
{
    struct watch w = { .film = film, .stop_at_light = true };
    enum err err = watch(&w, 0);
    *found = w.found;
    if (err == OK && w.found)
        *head = seconds(&w, w.light - film->first);
    watch_close(&w);
    return err;
}

static enum err find_tail(const struct examine_film *film, double *tail)
{
    enum err err = OK;
    bool found = false;
    for (int64_t back = BACK_US; err == OK && !found; back *= BACK_GROWS) {
        struct watch w = { .film = film };
        err = watch(&w, back);
        found = w.found;
        if (err == OK && w.found && w.after != AV_NOPTS_VALUE) {
            double until = seconds(&w, w.after - film->first);
            *tail = (double)film->duration_us / 1e6 - until;
        }
        watch_close(&w);
        if (!found && back >= film->duration_us)
            break; /* light at the beginning that is not there from it: damage, and no black */
    }
    return err;
}

enum err examine_black(const struct examine_film *film, double *head, double *tail)
{
    bool found = false;
    *head = *tail = (double)film->duration_us / 1e6;
    enum err err = find_head(film, head, &found);
    if (err != OK || !found)
        return err;
    *tail = 0;
    return find_tail(film, tail);
}
