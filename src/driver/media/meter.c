#include "driver/media/meter.h"

#include <math.h>
#include <stdlib.h>

#include <ebur128.h>
#include <libavutil/opt.h>
#include <libswresample/swresample.h>

struct meter {
    AVStream *stream;
    AVCodecContext *ctx;
    AVFrame *frame;
    SwrContext *swr; /* to interleaved floats; no mixing, no resampling */
    AVChannelLayout layout;
    ebur128_state *r128;
    float *floats;
    int room; /* sample frames in floats */
    struct meter_result seen;
    int64_t next_us;
};

enum err meter_create(AVStream *stream, struct meter **out)
{
    *out = NULL;
    struct meter *m = calloc(1, sizeof *m);
    if (m == NULL)
        return ERR_MEMORY;
    m->stream = stream;
    m->seen.first_damage = AV_NOPTS_VALUE;
    m->frame = av_frame_alloc();
    enum err err = m->frame == NULL ? ERR_MEMORY : source_decoder(stream, 1, &m->ctx);
    if (err == OK)
        *out = m;
    else
        meter_destroy(&m);
    return err;
}

/* Channels that R 128 weighs by their place. */
static int place_of(enum AVChannel c)
{
    switch (c) {
    case AV_CHAN_FRONT_LEFT: return EBUR128_LEFT;
    case AV_CHAN_FRONT_RIGHT: return EBUR128_RIGHT;
    case AV_CHAN_FRONT_CENTER: return EBUR128_CENTER;
    case AV_CHAN_LOW_FREQUENCY:
    case AV_CHAN_LOW_FREQUENCY_2: return EBUR128_UNUSED;
    case AV_CHAN_SIDE_LEFT: return EBUR128_Mp090;
    case AV_CHAN_SIDE_RIGHT: return EBUR128_Mm090;
    case AV_CHAN_BACK_LEFT: return EBUR128_LEFT_SURROUND;
    case AV_CHAN_BACK_RIGHT: return EBUR128_RIGHT_SURROUND;
    case AV_CHAN_BACK_CENTER: return EBUR128_Mp180;
    default: return EBUR128_LEFT; /* unknown channels count, unweighted */
    }
}

static enum err meter_begin(struct meter *m)
{
    AVFrame *f = m->frame;
    int n = f->ch_layout.nb_channels;
    if (n < 1 || n > 64 || f->sample_rate < 1000 || f->sample_rate > 768000)
        return ERR_UNSUPPORTED;
    m->r128 = ebur128_init((unsigned)n, (unsigned long)f->sample_rate,
                           EBUR128_MODE_I | EBUR128_MODE_TRUE_PEAK);
    if (m->r128 == NULL || av_channel_layout_copy(&m->layout, &f->ch_layout) < 0)
        return ERR_MEMORY;
    for (int i = 0; i < n; i++) {
        enum AVChannel c = av_channel_layout_channel_from_index(&f->ch_layout, (unsigned)i);
        int place = n == 1 ? EBUR128_LEFT : place_of(c);
        if (ebur128_set_channel(m->r128, (unsigned)i, place) != EBUR128_SUCCESS)
            return ERR_MEMORY;
    }
    m->seen.channels = n;
    m->seen.sample_rate = f->sample_rate;
    int bad =
        swr_alloc_set_opts2(&m->swr, &f->ch_layout, AV_SAMPLE_FMT_FLT, f->sample_rate,
                            &f->ch_layout, (enum AVSampleFormat)f->format, f->sample_rate, 0, NULL);
    if (bad >= 0)
        bad = swr_init(m->swr);
    return bad >= 0 ? OK : ERR_UNSUPPORTED;
}

static enum err make_room(struct meter *m, int samples)
{
    if (samples <= m->room)
        return OK;
    float *more = realloc(m->floats, (size_t)samples * (size_t)m->seen.channels * sizeof *more);
    if (more == NULL)
        return ERR_MEMORY;
    m->floats = more;
    m->room = samples;
    return OK;
}

static void keep_time(struct meter *m)
{
    const AVFrame *f = m->frame;
    int64_t at = f->best_effort_timestamp == AV_NOPTS_VALUE
                     ? m->next_us
                     : av_rescale_q(f->best_effort_timestamp, m->stream->time_base, AV_TIME_BASE_Q);
    if (m->seen.samples == 0)
        m->seen.start_us = at;
    m->next_us = at + av_rescale(f->nb_samples, AV_TIME_BASE, m->seen.sample_rate);
    if (m->next_us > m->seen.end_us || m->seen.samples == 0)
        m->seen.end_us = m->next_us;
    m->seen.samples += (uint64_t)f->nb_samples;
}

/* -60 dBFS: below it is what a room or a dither makes. */
#define LOUD 0.001f

static bool is_loud(const struct meter *m, int sample)
{
    for (int c = 0; c < m->seen.channels; c++) {
        if (fabsf(m->floats[(size_t)sample * (size_t)m->seen.channels + (size_t)c]) >= LOUD)
            return true;
    }
    return false;
}

/* The samples that were counted last: only the ends of the loud ones are looked for. */
static void keep_loud(struct meter *m, int n)
{
    uint64_t begin = m->seen.samples - (uint64_t)m->frame->nb_samples;
    int last = n - 1;
    for (int i = 0; i < n && !m->seen.is_heard; i++) {
        m->seen.is_heard = is_loud(m, i);
        m->seen.first_loud = begin + (uint64_t)i;
    }
    while (last >= 0 && !is_loud(m, last))
        last--;
    if (last >= 0)
        m->seen.last_loud = begin + (uint64_t)last;
}

static enum err measure(struct meter *m)
{
    AVFrame *f = m->frame;
    source_place_channels(f);
    enum err err = m->r128 == NULL ? meter_begin(m) : OK;
    if (err != OK)
        return err;
    if (f->sample_rate != m->seen.sample_rate ||
        av_channel_layout_compare(&f->ch_layout, &m->layout) != 0) {
        m->seen.changes = true;
        return OK;
    }
    keep_time(m);
    err = make_room(m, f->nb_samples);
    if (err != OK)
        return err;
    uint8_t *out = (uint8_t *)m->floats;
    int n = swr_convert(m->swr, &out, m->room, (const uint8_t **)f->extended_data, f->nb_samples);
    if (n > 0 && ebur128_add_frames_float(m->r128, m->floats, (size_t)n) != EBUR128_SUCCESS)
        return ERR_MEMORY;
    keep_loud(m, n);
    return OK;
}

enum err meter_hear(struct meter *m, const AVPacket *packet)
{
    enum err err = OK;
    if (packet != NULL)
        m->seen.packets++;
    int bad = avcodec_send_packet(m->ctx, packet);
    while (err == OK && bad >= 0) {
        bad = avcodec_receive_frame(m->ctx, m->frame);
        if (bad >= 0)
            err = measure(m);
        av_frame_unref(m->frame);
    }
    if (bad == AVERROR(ENOMEM))
        return ERR_MEMORY;
    if (bad < 0 && bad != AVERROR(EAGAIN) && bad != AVERROR_EOF && packet != NULL) {
        if (m->seen.damaged++ == 0)
            m->seen.first_damage = packet->pts;
    }
    return err;
}

void meter_result(struct meter *m, struct meter_result *out)
{
    double peak = 0;
    m->seen.loudness_lufs = -HUGE_VAL;
    if (m->r128 != NULL)
        (void)ebur128_loudness_global(m->r128, &m->seen.loudness_lufs);
    for (int i = 0; i < m->seen.channels; i++) {
        double one = 0;
        if (ebur128_true_peak(m->r128, (unsigned)i, &one) == EBUR128_SUCCESS && one > peak)
            peak = one;
    }
    m->seen.true_peak_dbtp = peak > 0 ? 20 * log10(peak) : -HUGE_VAL;
    *out = m->seen;
}

void meter_destroy(struct meter **m)
{
    struct meter *gone = *m;
    *m = NULL;
    if (gone == NULL)
        return;
    avcodec_free_context(&gone->ctx);
    av_frame_free(&gone->frame);
    swr_free(&gone->swr);
    av_channel_layout_uninit(&gone->layout);
    if (gone->r128 != NULL)
        ebur128_destroy(&gone->r128);
    free(gone->floats);
    free(gone);
}
