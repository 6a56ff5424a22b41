/* The source as libav sees it: one descriptor, one forced demuxer, the decoders of the allow-list,
 * and nothing that could be opened besides. Inside the jail only. */
#ifndef LANTERNE_DRIVER_MEDIA_SOURCE_H
#define LANTERNE_DRIVER_MEDIA_SOURCE_H

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>

#include "driver/media/report.h"
#include "driver/media/sniff.h"

struct source {
    int fd;
    int64_t size, at;
    bool read_failed; /* the descriptor gave an error */
    AVIOContext *io;
    AVFormatContext *fmt;
};

/* Swallows what libav would print; the last error is kept for source_last_word(). Call once. */
void source_quiet(void);
/* The last error that libav mentioned: one line of ASCII, "" when none. */
const char *source_last_word(void);

/* Opens and learns the streams. Refuses through report (and returns OK with out->fmt NULL) what is
 * no film; an error is ours (ERR_IO, ERR_MEMORY). */
MUST_CHECK enum err source_open(int fd, const struct sniff *sniff, struct report *report,
                                struct source *out);
void source_close(struct source *s);

/* The next packet of any stream. ERR_NOT_FOUND: the end; ERR_IO; ERR_MEMORY. Damage in the
 * container is skipped over as libav does, and the end comes early then. */
MUST_CHECK enum err source_read(struct source *s, AVPacket *packet);

/* A decoder for a stream, from the allow-list only. ERR_UNSUPPORTED when there is none. */
MUST_CHECK enum err source_decoder(const AVStream *stream, int threads, AVCodecContext **out);

/* Sound that does not say which channel is which gets the usual places for its number of them. */
void source_place_channels(AVFrame *frame);

/* The stream that is the picture: the first that is no attached cover and marked default, else the
 * first; -1 when there is none. */
int source_picture(const AVFormatContext *fmt);

#endif
