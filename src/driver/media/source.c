#include "driver/media/source.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <libavutil/opt.h>

#include "driver/media/allow.h"
#include "driver/media/seal.h"

enum {
    IO_BUFFER = 256 * 1024,
    STREAMS_MAX = 100,
    PROBE_BYTES = 20 * 1024 * 1024,
    PROBE_SECONDS = 20,
    SIDE_MAX = 8192,
};

/* ---- log ---- */

static char last_word[160];
static pthread_mutex_t last_word_lock = PTHREAD_MUTEX_INITIALIZER;

__attribute__((format(printf, 3, 0))) static void keep_log(void *from, int level,
                                                           const char *format, va_list args)
{
    (void)from;
    if (level > AV_LOG_ERROR)
        return;
    pthread_mutex_lock(&last_word_lock);
    int n = vsnprintf(last_word, sizeof last_word, format, args);
    for (int i = 0; i < n && i < (int)sizeof last_word; i++)
        if (last_word[i] < ' ' || last_word[i] > '~')
            last_word[i] = last_word[i] == 0 ? 0 : ' ';
    pthread_mutex_unlock(&last_word_lock);
}

void source_quiet(void)
{
    av_log_set_callback(keep_log);
}

const char *source_last_word(void)
{
    size_t n = strlen(last_word);
    while (n > 0 && (last_word[n - 1] == ' ' || last_word[n - 1] == '.'))
        last_word[--n] = 0;
    return last_word;
}

/* ---- bytes ---- */

static int io_read(void *opaque, uint8_t *into, int n)
{
    struct source *s = opaque;
    ssize_t got;
    do
        got = seal_pread(s->fd, into, (size_t)n, s->at);
    while (got < 0 && errno == EINTR);
    if (got < 0) {
        s->read_failed = true;
        return AVERROR(EIO);
    }
    s->at += got;
    return got == 0 ? AVERROR_EOF : (int)got;
}

static int64_t io_seek(void *opaque, int64_t offset, int whence)
{
    struct source *s = opaque;
    if (whence & AVSEEK_SIZE)
        return s->size;
    int64_t base = 0;
    switch (whence & ~AVSEEK_FORCE) {
    case SEEK_SET: break;
    case SEEK_CUR: base = s->at; break;
    case SEEK_END: base = s->size; break;
    default: return AVERROR(EINVAL);
    }
    if (offset > INT64_MAX - base || base + offset < 0)
        return AVERROR(EINVAL);
    s->at = base + offset;
    return s->at;
}

static int io_refuse(AVFormatContext *fmt, AVIOContext **io, const char *url, int flags,
                     AVDictionary **options)
{
    (void)fmt, (void)io, (void)url, (void)flags, (void)options;
    return AVERROR(EACCES);
}

/* ---- opening ---- */

static enum err io_open(struct source *s)
{
    uint8_t *buffer = av_malloc(IO_BUFFER);
    s->io =
        buffer == NULL ? NULL : avio_alloc_context(buffer, IO_BUFFER, 0, s, io_read, NULL, io_seek);
    if (s->io == NULL)
        av_free(buffer);
    s->fmt = avformat_alloc_context();
    return s->io == NULL || s->fmt == NULL ? ERR_MEMORY : OK;
}

static enum err options_set(AVFormatContext *fmt)
{
    fmt->flags |= AVFMT_FLAG_CUSTOM_IO;
    fmt->io_open = io_refuse;
    fmt->format_whitelist = av_strdup(allow_formats());
    fmt->codec_whitelist = av_strdup(allow_decoders());
    fmt->protocol_whitelist = av_strdup("none");
    fmt->max_streams = STREAMS_MAX;
    fmt->probesize = PROBE_BYTES;
    fmt->max_analyze_duration = (int64_t)PROBE_SECONDS * AV_TIME_BASE;
    return fmt->format_whitelist == NULL || fmt->codec_whitelist == NULL ||
                   fmt->protocol_whitelist == NULL
               ? ERR_MEMORY
               : OK;
}

/* A demuxer that gives up has freed fmt already. */
static enum err demuxer_open(struct source *s, const char *name, struct report *report)
{
    s->fmt->pb = s->io;
    int bad = avformat_open_input(&s->fmt, "", av_find_input_format(name), NULL);
    if (bad >= 0)
        bad = avformat_find_stream_info(s->fmt, NULL);
    if (bad >= 0)
        return OK;
    avformat_close_input(&s->fmt);
    if (bad == AVERROR(ENOMEM))
        return ERR_MEMORY;
    if (s->read_failed)
        return ERR_IO;
    report_refuse(report, "unreadable",
                  "The file cannot be read as a film (%s). Export it again and check that it plays "
                  "before it is delivered.",
                  source_last_word()[0] != 0 ? source_last_word() : "its structure is broken");
    return OK;
}

enum err source_open(int fd, const struct sniff *sniff, struct report *report, struct source *out)
{
    *out = (struct source){ .fd = fd, .size = sniff->size };
    enum err err = io_open(out);
    if (err == OK)
        err = options_set(out->fmt);
    if (err == OK)
        err = demuxer_open(out, sniff_demuxer(sniff->kind), report);
    if (err != OK || out->fmt == NULL)
        source_close(out);
    return err;
}

void source_close(struct source *s)
{
    avformat_close_input(&s->fmt);
    if (s->io != NULL)
        av_freep(&s->io->buffer);
    avio_context_free(&s->io);
}

enum err source_read(struct source *s, AVPacket *packet)
{
    int bad = av_read_frame(s->fmt, packet);
    if (bad >= 0)
        return OK;
    if (bad == AVERROR(ENOMEM))
        return ERR_MEMORY;
    return s->read_failed ? ERR_IO : ERR_NOT_FOUND;
}

enum err source_decoder(const AVStream *stream, int threads, AVCodecContext **out)
{
    *out = NULL;
    const struct allow_codec *row = allow_codec_find(stream->codecpar->codec_id);
    const AVCodec *codec = row == NULL ? NULL : avcodec_find_decoder_by_name(row->decoder);
    if (codec == NULL)
        return ERR_UNSUPPORTED;
    AVCodecContext *ctx = avcodec_alloc_context3(codec);
    if (ctx == NULL)
        return ERR_MEMORY;
    int bad = avcodec_parameters_to_context(ctx, stream->codecpar);
    ctx->pkt_timebase = stream->time_base;
    ctx->thread_count = threads;
    ctx->max_pixels = (int64_t)SIDE_MAX * SIDE_MAX;
    if (bad >= 0)
        bad = avcodec_open2(ctx, codec, NULL);
    if (bad < 0) {
        avcodec_free_context(&ctx);
        return bad == AVERROR(ENOMEM) ? ERR_MEMORY : ERR_UNSUPPORTED;
    }
    *out = ctx;
    return OK;
}

void source_place_channels(AVFrame *frame)
{
    int n = frame->ch_layout.nb_channels;
    if (frame->ch_layout.order == AV_CHANNEL_ORDER_UNSPEC && n > 0)
        av_channel_layout_default(&frame->ch_layout, n);
}

int source_picture(const AVFormatContext *fmt)
{
    int found = -1;
    for (unsigned i = 0; i < fmt->nb_streams; i++) {
        const AVStream *st = fmt->streams[i];
        if (st->codecpar->codec_type != AVMEDIA_TYPE_VIDEO ||
            (st->disposition & AV_DISPOSITION_ATTACHED_PIC))
            continue;
        if (st->disposition & AV_DISPOSITION_DEFAULT)
            return (int)i;
        if (found < 0)
            found = (int)i;
    }
    return found;
}
