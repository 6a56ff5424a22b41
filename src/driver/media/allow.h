/* The containers and codecs a master may have: all of libav that strangers' bytes can reach. */
#ifndef LANTERNE_DRIVER_MEDIA_ALLOW_H
#define LANTERNE_DRIVER_MEDIA_ALLOW_H

#include <libavcodec/codec_id.h>
#include <libavutil/avutil.h>

struct allow_codec {
    enum AVCodecID id;
    enum AVMediaType type;
    const char *decoder; /* libav's name of the one decoder that is used for it */
    const char *name;    /* for people */
};

/* The row of a codec; NULL: not allowed. */
const struct allow_codec *allow_codec_find(enum AVCodecID id);

/* libav's list options, made once from the tables. */
const char *allow_formats(void);
const char *allow_decoders(void);

/* What a refusal tells the studio to deliver. */
extern const char allow_pictures_text[], allow_sounds_text[], allow_containers_text[];

#endif
