/* All sounds and text tracks of the master in one pass. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "driver/media/cue.h"
#include "driver/media/jail.h"
#include "driver/media/jobs.h"
#include "driver/media/probe.h"
#include "driver/media/source.h"
#include "driver/media/voice.h"

enum {
    SLACK_MS = 15,         /* timestamps may be off by this before sound is moved */
    SILENCE = 4096,        /* samples of a block of it */
    CUE_DEFAULT_MS = 4000, /* of a cue that does not say how long it is shown */
    PROGRESS_PACKETS = 256,
};

/* One sound of the source, heard by all voices that are made of it. */
struct ear {
    AVStream *stream;
    AVCodecContext *ctx;
    AVFrame *frame;
    bool begun;
    int64_t at; /* samples since the picture's first instant that were passed on */
    int rate, format;
    AVChannelLayout layout;
    struct voice *voices[MEDIA_TRACKS_MAX * 2]; /* owned; the first n_voices */
    size_t n_voices;
};

struct reading {
    const AVStream *stream;
    AVCodecContext *ctx;
    size_t number; /* in the plan */
};

struct listening {
    struct report *report;
    const struct message_job *job;
    struct source source;
    int64_t zero_us, film_us;
    struct ear ears[MEDIA_TRACKS_MAX * 2];
    size_t n_ears;
    struct reading readings[MEDIA_TRACKS_MAX];
    size_t n_readings;
};

/* ---- sound ---- */

static enum err feed(struct ear *e, const uint8_t *const *planes, int samples)
{
    enum err err = OK;
    for (size_t i = 0; i < e->n_voices && err == OK; i++)
        err = voice_feed(e->voices[i], e->frame, planes, samples);
    e->at += samples;
    return err;
}

static enum err feed_silence(struct ear *e, int64_t samples)
{
    uint8_t *planes[AV_NUM_DATA_POINTERS * 8] = { NULL };
    enum AVSampleFormat format = (enum AVSampleFormat)e->format;
    if (e->layout.nb_channels > AV_NUM_DATA_POINTERS * 8)
        return ERR_UNSUPPORTED;
    if (av_samples_alloc(planes, NULL, e->layout.nb_channels, SILENCE, format, 0) < 0)
        return ERR_MEMORY;
    av_samples_set_silence(planes, 0, SILENCE, e->layout.nb_channels, format);
    enum err err = OK;
    while (samples > 0 && err == OK) {
        int n = samples < SILENCE ? (int)samples : SILENCE;
        err = feed(e, (const uint8_t *const *)planes, n);
        samples -= n;
    }
    av_freep(&planes[0]);
    return err;
}

/* Passes on what is after the first `drop` samples of the frame. */
static enum err feed_frame(struct ear *e, int64_t drop)
{
    const uint8_t *planes[AV_NUM_DATA_POINTERS * 8] = { NULL };
    enum AVSampleFormat format = (enum AVSampleFormat)e->format;
    int channels = e->layout.nb_channels, bytes = av_get_bytes_per_sample(format);
    bool planar = av_sample_fmt_is_planar(format) != 0;
    int n_planes = planar ? channels : 1;
    if (drop >= e->frame->nb_samples)
        return OK;
    if (n_planes > AV_NUM_DATA_POINTERS * 8)
        return ERR_UNSUPPORTED;
    ptrdiff_t skip = (ptrdiff_t)drop * bytes * (planar ? 1 : channels);
    for (int i = 0; i < n_planes; i++)
        planes[i] = e->frame->extended_data[i] + skip;
    return feed(e, planes, e->frame->nb_samples - (int)drop);
}

static enum err ear_begin(struct ear *e)
{
    e->begun = true;
    e->rate = e->frame->sample_rate;
    e->format = e->frame->format;
    return av_channel_layout_copy(&e->layout, &e->frame->ch_layout) < 0 ? ERR_MEMORY : OK;
}

/* Where the frame belongs, in samples from the picture's first instant. */
static int64_t place_of(const struct listening *l, const struct ear *e)
{
    const AVFrame *f = e->frame;
    if (f->best_effort_timestamp == AV_NOPTS_VALUE)
        return e->at;
    int64_t zero = av_rescale_q(l->zero_us, AV_TIME_BASE_Q, e->stream->time_base);
    return av_rescale_q(f->best_effort_timestamp - zero, e->stream->time_base,
                        (AVRational){ 1, e->rate });
}

static enum err hear_frame(struct listening *l, struct ear *e)
{
    AVFrame *f = e->frame;
    bool first = !e->begun;
    source_place_channels(f);
    enum err err = first ? ear_begin(e) : OK;
    if (err != OK || f->sample_rate != e->rate || f->format != e->format ||
        av_channel_layout_compare(&f->ch_layout, &e->layout) != 0)
        return err;
    int64_t place = place_of(l, e), gap = place - e->at;
    int64_t slack = first ? 0 : (int64_t)e->rate * SLACK_MS / 1000;
    int64_t film = av_rescale(l->film_us, e->rate, AV_TIME_BASE);
    if (place > film)
        return OK; /* nothing of it will be heard */
    if (gap > slack)
        err = feed_silence(e, gap);
    return err == OK ? feed_frame(e, gap < -slack ? -gap : 0) : err;
}

static enum err hear(struct listening *l, struct ear *e, const AVPacket *packet)
{
    enum err err = OK;
    int bad = avcodec_send_packet(e->ctx, packet);
    if (bad == AVERROR(ENOMEM))
        return ERR_MEMORY;
    /* A damaged packet is a hole, and holes are filled with silence. */
    while (err == OK && avcodec_receive_frame(e->ctx, e->frame) >= 0) {
        err = hear_frame(l, e);
        av_frame_unref(e->frame);
    }
    return err;
}

/* ---- text ---- */

static enum err send_cue(struct listening *l, const struct message_cue *cue)
{
    struct buf b;
    buf_init(&b, MESSAGE_SMALL_MAX);
    size_t at = message_open(&b, MESSAGE_CUE);
    message_put_cue(&b, cue);
    message_close(&b, at);
    enum err err = report_send(l->report, &b);
    buf_finish(&b);
    return err;
}

static void gather(const AVSubtitle *sub, struct buf *text)
{
    for (unsigned i = 0; i < sub->num_rects; i++) {
        size_t before = text->size;
        if (sub->rects[i]->ass == NULL)
            continue;
        if (before > 0)
            buf_u8(text, '\n');
        size_t start = text->size;
        cue_from_ass(sub->rects[i]->ass, text);
        if (text->size == start)
            buf_truncate(text, before);
    }
}

static enum err pass_on(struct listening *l, const struct reading *r, const AVPacket *packet,
                        const AVSubtitle *sub)
{
    struct buf text;
    enum err err = OK;
    int64_t start = av_rescale_q(packet->pts, r->stream->time_base, AV_TIME_BASE_Q) - l->zero_us +
                    (int64_t)sub->start_display_time * 1000;
    int64_t lasts = av_rescale_q(packet->duration, r->stream->time_base, AV_TIME_BASE_Q);
    if (lasts <= 0)
        lasts = sub->end_display_time > 0 && sub->end_display_time != UINT32_MAX
                    ? (int64_t)sub->end_display_time * 1000
                    : CUE_DEFAULT_MS * INT64_C(1000);
    int64_t end = start + lasts;
    end = end < l->film_us ? end : l->film_us;
    start = start > 0 ? start : 0;
    buf_init(&text, MESSAGE_CUE_MAX);
    gather(sub, &text);
    if (end > start && text.err == OK && text.size > 0 &&
        text_is_utf8((const char *)text.data, text.size)) {
        const struct message_cue cue = { (uint32_t)r->number, start, end, (const char *)text.data,
                                         text.size };
        err = send_cue(l, &cue);
    }
    buf_finish(&text);
    return err;
}

static enum err read_text(struct listening *l, struct reading *r, AVPacket *packet)
{
    AVSubtitle sub = { 0 };
    int got = 0;
    if (packet->pts == AV_NOPTS_VALUE || avcodec_decode_subtitle2(r->ctx, &sub, &got, packet) < 0 ||
        got == 0)
        return OK;
    enum err err = pass_on(l, r, packet, &sub);
    avsubtitle_free(&sub);
    return err;
}

/* ---- the order of it all ---- */

static enum err open_source(struct listening *l)
{
    struct sniff sniff;
    enum err err = sniff_file(JAIL_SOURCE, &sniff);
    if (err == OK && (sniff.kind == SNIFF_UNKNOWN || sniff.is_absurd))
        err = ERR_MALFORMED;
    if (err == OK)
        err = source_open(JAIL_SOURCE, &sniff, l->report, &l->source);
    return err == OK && l->source.fmt == NULL ? ERR_MALFORMED : err;
}

/* Time 0 is the first picture's, which only decoding tells. */
static enum err find_zero(struct listening *l)
{
    struct probe probe = { 0 };
    int picture = l->job->facts.stream;
    enum err err = open_source(l);
    if (err == OK && picture >= (int)l->source.fmt->nb_streams)
        err = ERR_MALFORMED;
    if (err == OK)
        err = probe_first(&l->source, picture, &probe);
    if (err == OK && !probe.found)
        err = ERR_MALFORMED;
    if (err == OK)
        l->zero_us =
            av_rescale_q(probe.first, l->source.fmt->streams[picture]->time_base, AV_TIME_BASE_Q);
    source_close(&l->source);
    return err;
}

static struct ear *ear_for(struct listening *l, int stream)
{
    for (size_t i = 0; i < l->n_ears; i++)
        if (l->ears[i].stream->index == stream)
            return &l->ears[i];
    return NULL;
}

static enum err add_voice(struct listening *l, size_t number)
{
    int stream = l->job->plan.sounds[number].stream;
    if (stream >= (int)l->source.fmt->nb_streams)
        return ERR_ARGUMENT;
    struct ear *e = ear_for(l, stream);
    enum err err = OK;
    if (e == NULL) {
        e = &l->ears[l->n_ears++];
        e->stream = l->source.fmt->streams[stream];
        e->frame = av_frame_alloc();
        err = e->frame == NULL ? ERR_MEMORY : source_decoder(e->stream, 1, &e->ctx);
    }
    if (err == OK)
        err = voice_create(&l->job->plan, number, l->job->facts.frames, l->report,
                           &e->voices[e->n_voices]);
    if (err == OK)
        e->n_voices++;
    return err;
}

static enum err add_reading(struct listening *l, size_t number)
{
    int stream = l->job->plan.texts[number];
    if (stream >= (int)l->source.fmt->nb_streams)
        return ERR_ARGUMENT;
    struct reading *r = &l->readings[l->n_readings++];
    r->stream = l->source.fmt->streams[stream];
    r->number = number;
    return source_decoder(r->stream, 1, &r->ctx);
}

static enum err open_all(struct listening *l)
{
    const struct ladder_rate rate = l->job->plan.ladder.rate;
    l->film_us =
        av_rescale((int64_t)l->job->facts.frames, (int64_t)AV_TIME_BASE * rate.den, rate.num);
    enum err err = find_zero(l);
    if (err == OK)
        err = open_source(l);
    for (size_t i = 0; i < l->job->plan.n_sounds && err == OK; i++)
        err = add_voice(l, i);
    for (size_t i = 0; i < l->job->plan.n_texts && err == OK; i++)
        err = add_reading(l, i);
    return err;
}

static enum err take_packet(struct listening *l, AVPacket *packet)
{
    struct ear *e = ear_for(l, packet->stream_index);
    if (e != NULL)
        return hear(l, e, packet);
    for (size_t i = 0; i < l->n_readings; i++)
        if (l->readings[i].stream->index == packet->stream_index)
            return read_text(l, &l->readings[i], packet);
    return OK;
}

static void ignore_others(struct listening *l)
{
    for (unsigned i = 0; i < l->source.fmt->nb_streams; i++) {
        bool wanted = ear_for(l, (int)i) != NULL;
        for (size_t k = 0; k < l->n_readings; k++)
            wanted = wanted || l->readings[k].stream->index == (int)i;
        if (!wanted)
            l->source.fmt->streams[i]->discard = AVDISCARD_ALL;
    }
}

static enum err read_all(struct listening *l)
{
    AVPacket *packet = av_packet_alloc();
    enum err err = packet == NULL ? ERR_MEMORY : OK;
    ignore_others(l);
    for (unsigned n = 0; err == OK; n++) {
        err = source_read(&l->source, packet);
        if (err == OK)
            err = take_packet(l, packet);
        if (n % PROGRESS_PACKETS == 0)
            report_progress(l->report, (double)l->source.at / (double)(l->source.size + 1));
        av_packet_unref(packet);
    }
    av_packet_free(&packet);
    return err == ERR_NOT_FOUND ? OK : err;
}

static enum err end_all(struct listening *l)
{
    enum err err = OK;
    for (size_t i = 0; i < l->n_ears && err == OK; i++) {
        err = hear(l, &l->ears[i], NULL);
        for (size_t k = 0; k < l->ears[i].n_voices && err == OK; k++)
            err = voice_end(l->ears[i].voices[k]);
    }
    return err;
}

static void close_all(struct listening *l)
{
    for (size_t i = 0; i < l->n_ears; i++) {
        struct ear *e = &l->ears[i];
        for (size_t k = 0; k < e->n_voices; k++)
            voice_destroy(&e->voices[k]);
        avcodec_free_context(&e->ctx);
        av_frame_free(&e->frame);
        av_channel_layout_uninit(&e->layout);
    }
    for (size_t i = 0; i < l->n_readings; i++)
        avcodec_free_context(&l->readings[i].ctx);
    source_close(&l->source);
}

enum err job_sound(struct report *report, const struct message_job *job, uint64_t *frames)
{
    static struct listening l;
    l.report = report;
    l.job = job;
    enum err err = open_all(&l);
    if (err == OK)
        err = read_all(&l);
    if (err == OK)
        err = end_all(&l);
    *frames = job->facts.frames;
    close_all(&l);
    return err;
}
