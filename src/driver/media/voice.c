#include "driver/media/voice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <libavcodec/avcodec.h>
#include <libavutil/audio_fifo.h>
#include <libavutil/opt.h>
#include <libswresample/swresample.h>

#include "driver/media/limiter.h"

enum { RATE = 48000, FRAME = 1024, BLOCK = 4096, GROUP_MAX = 4 * 1024 * 1024 };

/* Of a sample: half a decibel is left to true peaks between samples and to the coder, so that what
 * is heard stays under -1 dBTP (EBU R 128 s2). */
#define CEILING 0.84

struct voice {
    const struct media_plan *plan;
    const struct media_sound_plan *row;
    size_t number;
    struct report *report;
    int channels;
    AVChannelLayout layout;
    SwrContext *swr;
    struct limiter limiter;
    uint64_t to_drop; /* of the limiter's first samples */
    AVAudioFifo *fifo;
    AVCodecContext *enc;
    AVPacket *packet;
    AVFrame *frame;
    uint64_t frames;           /* of the picture */
    uint64_t total, fed, sent; /* samples: of the film, into the fifo, into the encoder */
    uint64_t n_packets;        /* AAC frames that were kept */
    uint32_t group_number;
    uint64_t n_groups;
    struct buf data, out;
    size_t offsets[MESSAGE_SAMPLES_MAX];
    struct message_group group;
};

/* ---- making ---- */

/* Layouts that AAC has a number for; others are mixed to the next smaller. */
static enum err layout_for(uint16_t channels, AVChannelLayout *out)
{
    static const uint64_t masks[] = { 0,
                                      AV_CH_LAYOUT_MONO,
                                      AV_CH_LAYOUT_STEREO,
                                      AV_CH_LAYOUT_SURROUND,
                                      AV_CH_LAYOUT_4POINT0,
                                      AV_CH_LAYOUT_5POINT0_BACK,
                                      AV_CH_LAYOUT_5POINT1_BACK };
    enum { MOST = sizeof masks / sizeof masks[0] - 1 };
    if (channels == 0)
        return ERR_ARGUMENT;
    uint64_t mask = masks[channels > MOST ? MOST : channels];
    return av_channel_layout_from_mask(out, mask) < 0 ? ERR_UNSUPPORTED : OK;
}

static enum err encoder_open(struct voice *v)
{
    const AVCodec *codec = avcodec_find_encoder(AV_CODEC_ID_AAC);
    v->enc = codec == NULL ? NULL : avcodec_alloc_context3(codec);
    if (v->enc == NULL)
        return codec == NULL ? ERR_UNSUPPORTED : ERR_MEMORY;
    v->enc->sample_fmt = AV_SAMPLE_FMT_FLTP;
    v->enc->sample_rate = RATE;
    v->enc->time_base = (AVRational){ 1, RATE };
    v->enc->bit_rate = v->row->bitrate;
    v->enc->profile = FF_PROFILE_AAC_LOW;
    v->enc->thread_count = 1;
    v->enc->flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_BITEXACT;
    if (av_channel_layout_copy(&v->enc->ch_layout, &v->layout) < 0)
        return ERR_MEMORY;
    if (avcodec_open2(v->enc, codec, NULL) < 0 || v->enc->frame_size != FRAME)
        return ERR_UNSUPPORTED;
    return v->enc->extradata_size > 0 && v->enc->extradata_size <= MESSAGE_CONFIG_MAX
               ? OK
               : ERR_INTERNAL;
}

enum err voice_create(const struct media_plan *plan, size_t number, uint64_t frames,
                      struct report *report, struct voice **out)
{
    const struct ladder_rate rate = plan->ladder.rate;
    *out = NULL;
    struct voice *v = calloc(1, sizeof *v);
    if (v == NULL)
        return ERR_MEMORY;
    v->plan = plan;
    v->row = &plan->sounds[number];
    v->number = number;
    v->report = report;
    v->frames = frames;
    v->n_groups = (frames + plan->ladder.gop_frames - 1) / plan->ladder.gop_frames;
    v->total = (uint64_t)av_rescale((int64_t)frames, (int64_t)rate.den * RATE, rate.num);
    v->to_drop = LIMITER_DELAY;
    buf_init(&v->data, GROUP_MAX);
    buf_init(&v->out, GROUP_MAX + MESSAGE_SMALL_MAX);
    v->packet = av_packet_alloc();
    v->frame = av_frame_alloc();
    enum err err = v->packet == NULL || v->frame == NULL ? ERR_MEMORY : OK;
    if (err == OK)
        err = layout_for(v->row->channels, &v->layout);
    v->channels = v->layout.nb_channels;
    if (err == OK)
        err = encoder_open(v);
    if (err == OK &&
        (v->fifo = av_audio_fifo_alloc(AV_SAMPLE_FMT_FLTP, v->channels, BLOCK)) == NULL)
        err = ERR_MEMORY;
    limiter_init(&v->limiter, (size_t)v->channels, pow(10, v->row->gain_db / 20), CEILING);
    if (err == OK)
        *out = v;
    else
        voice_destroy(&v);
    return err;
}

void voice_destroy(struct voice **v)
{
    struct voice *gone = *v;
    *v = NULL;
    if (gone == NULL)
        return;
    swr_free(&gone->swr);
    av_channel_layout_uninit(&gone->layout);
    if (gone->fifo != NULL)
        av_audio_fifo_free(gone->fifo);
    avcodec_free_context(&gone->enc);
    av_packet_free(&gone->packet);
    av_frame_free(&gone->frame);
    buf_finish(&gone->data);
    buf_finish(&gone->out);
    free(gone);
}

/* ---- what comes out of the encoder ---- */

/* AAC frames up to the end of group g: the border nearest to the end of the picture's GOP g. */
static uint64_t packets_until(const struct voice *v, uint64_t g)
{
    const struct ladder_plan *p = &v->plan->ladder;
    uint64_t all = (v->total + FRAME - 1) / FRAME;
    if (g + 1 >= v->n_groups)
        return all;
    int64_t end = av_rescale((int64_t)((g + 1) * p->gop_frames), (int64_t)p->rate.den * RATE,
                             (int64_t)p->rate.num * FRAME);
    return (uint64_t)end < all ? (uint64_t)end : all;
}

static enum err group_send(struct voice *v)
{
    struct message_group *g = &v->group;
    g->track = (uint32_t)v->number;
    g->number = v->group_number++;
    g->sample_rate = RATE;
    g->channels = (uint16_t)v->channels;
    g->config = v->enc->extradata;
    g->config_size = (size_t)v->enc->extradata_size;
    for (size_t i = 0; i < g->n; i++)
        g->samples[i].data = v->data.data + v->offsets[i];
    size_t at = message_open(&v->out, MESSAGE_GROUP);
    message_put_group(&v->out, g);
    message_close(&v->out, at);
    g->n = 0;
    buf_clear(&v->data);
    return report_send(v->report, &v->out);
}

/* The encoder's first frame only holds what its window needs before sample 0: without it the frame
 * that follows begins at time 0, and no edit list is needed. The last lasts as long as is left. */
static enum err take_packet(struct voice *v)
{
    struct message_group *g = &v->group;
    uint64_t all = (v->total + FRAME - 1) / FRAME;
    if (v->packet->pts < 0 || v->n_packets == all)
        return OK;
    if (g->n == MESSAGE_SAMPLES_MAX)
        return ERR_FULL;
    v->n_packets++;
    uint64_t left = v->total - (v->n_packets - 1) * FRAME;
    v->offsets[g->n] = v->data.size;
    g->samples[g->n++] = (struct media_sample){
        .size = (uint32_t)v->packet->size,
        .duration = left < FRAME ? (uint32_t)left : FRAME,
        .sync = true,
    };
    buf_put(&v->data, v->packet->data, (size_t)v->packet->size);
    if (v->data.err != OK || v->n_packets < packets_until(v, v->group_number))
        return v->data.err;
    return group_send(v);
}

static enum err take_packets(struct voice *v)
{
    enum err err = OK;
    while (err == OK) {
        int bad = avcodec_receive_packet(v->enc, v->packet);
        if (bad == AVERROR(EAGAIN) || bad == AVERROR_EOF)
            return OK;
        err = bad < 0 ? ERR_INTERNAL : take_packet(v);
        av_packet_unref(v->packet);
    }
    return err;
}

static enum err encode_one(struct voice *v, int samples)
{
    av_frame_unref(v->frame);
    v->frame->nb_samples = FRAME;
    v->frame->format = AV_SAMPLE_FMT_FLTP;
    v->frame->sample_rate = RATE;
    if (av_channel_layout_copy(&v->frame->ch_layout, &v->layout) < 0 ||
        av_frame_get_buffer(v->frame, 0) < 0)
        return ERR_MEMORY;
    av_samples_set_silence(v->frame->extended_data, 0, FRAME, v->channels, AV_SAMPLE_FMT_FLTP);
    if (av_audio_fifo_read(v->fifo, (void **)v->frame->extended_data, samples) != samples)
        return ERR_INTERNAL;
    v->frame->pts = (int64_t)v->sent;
    v->sent += FRAME;
    return avcodec_send_frame(v->enc, v->frame) < 0 ? ERR_INTERNAL : take_packets(v);
}

static enum err encode_whole_frames(struct voice *v)
{
    enum err err = OK;
    while (err == OK && av_audio_fifo_size(v->fifo) >= FRAME)
        err = encode_one(v, FRAME);
    return err;
}

/* ---- what goes in ---- */

static enum err swr_open(struct voice *v, AVFrame *like)
{
    int bad = swr_alloc_set_opts2(&v->swr, &v->layout, AV_SAMPLE_FMT_FLTP, RATE, &like->ch_layout,
                                  (enum AVSampleFormat)like->format, like->sample_rate, 0, NULL);
    /* The bass channel is left out of a mix, as ITU-R BS.775 has it; levels stay as they are, and
     * the limiter has the last word. */
    if (bad >= 0)
        bad = av_opt_set_double(v->swr, "lfe_mix_level", 0, 0);
    if (bad >= 0)
        bad = swr_init(v->swr);
    return bad >= 0 ? OK : ERR_UNSUPPORTED;
}

/* Limits a block and puts it into the fifo, past the limiter's own delay and up to the end. */
static enum err put_block(struct voice *v, float **planes, int samples)
{
    limiter_run(&v->limiter, planes, (size_t)samples);
    uint64_t skip = v->to_drop < (uint64_t)samples ? v->to_drop : (uint64_t)samples;
    uint64_t n = (uint64_t)samples - skip, left = v->total - v->fed;
    n = n < left ? n : left;
    v->to_drop -= skip;
    float *from[LIMITER_CHANNELS_MAX];
    for (int c = 0; c < v->channels; c++)
        from[c] = planes[c] + skip;
    if (n > 0 && av_audio_fifo_write(v->fifo, (void **)from, (int)n) != (int)n)
        return ERR_MEMORY;
    v->fed += n;
    return encode_whole_frames(v);
}

static enum err drain_swr(struct voice *v, const uint8_t *const *planes, int samples)
{
    float block[LIMITER_CHANNELS_MAX][BLOCK];
    float *to[LIMITER_CHANNELS_MAX];
    enum err err = OK;
    for (int c = 0; c < LIMITER_CHANNELS_MAX; c++)
        to[c] = block[c];
    int n = swr_convert(v->swr, (uint8_t **)to, BLOCK, (const uint8_t **)planes, samples);
    while (n > 0 && err == OK) {
        err = put_block(v, to, n);
        /* What did not fit the block waits inside. */
        n = err == OK && n == BLOCK ? swr_convert(v->swr, (uint8_t **)to, BLOCK, NULL, 0) : 0;
    }
    return n < 0 ? ERR_INTERNAL : err;
}

enum err voice_feed(struct voice *v, AVFrame *like, const uint8_t *const *planes, int samples)
{
    if (v->fed == v->total)
        return OK;
    enum err err = v->swr == NULL ? swr_open(v, like) : OK;
    return err == OK ? drain_swr(v, planes, samples) : err;
}

static enum err pad(struct voice *v)
{
    float silence[LIMITER_CHANNELS_MAX][BLOCK];
    float *planes[LIMITER_CHANNELS_MAX];
    enum err err = OK;
    for (int c = 0; c < LIMITER_CHANNELS_MAX; c++)
        planes[c] = silence[c];
    while (v->fed < v->total && err == OK) {
        memset(silence, 0, sizeof silence);
        err = put_block(v, planes, BLOCK);
    }
    return err;
}

enum err voice_end(struct voice *v)
{
    /* The resampler's own tail: a few samples, got by flushing it. */
    enum err err = v->swr != NULL && v->fed < v->total ? drain_swr(v, NULL, 0) : OK;
    if (err == OK)
        err = pad(v);
    if (err == OK && av_audio_fifo_size(v->fifo) > 0)
        err = encode_one(v, av_audio_fifo_size(v->fifo));
    if (err == OK && avcodec_send_frame(v->enc, NULL) < 0)
        err = ERR_INTERNAL;
    if (err == OK)
        err = take_packets(v);
    if (err == OK && v->group.n > 0)
        err = group_send(v);
    return err == OK && v->n_packets != (v->total + FRAME - 1) / FRAME ? ERR_INTERNAL : err;
}
