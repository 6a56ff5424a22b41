#include "driver/media/allow.h"

#include <string.h>

/* No playlists (hls, dash, concat), no AVI, no codec that masters do not come in: what is missing
 * here cannot be attacked. PCM is one row a layout, as libav has it. */
#define PICTURE(id, decoder, name) { AV_CODEC_ID_##id, AVMEDIA_TYPE_VIDEO, decoder, name },
#define SOUND(id, decoder, name) { AV_CODEC_ID_##id, AVMEDIA_TYPE_AUDIO, decoder, name },
#define PCM(id, decoder) { AV_CODEC_ID_PCM_##id, AVMEDIA_TYPE_AUDIO, "pcm_" decoder, "PCM" },
#define TEXT(id, decoder, name) { AV_CODEC_ID_##id, AVMEDIA_TYPE_SUBTITLE, decoder, name },

/* clang-format off */
#define ALLOW(PICTURE, SOUND, PCM, TEXT) \
    PICTURE(H264, "h264", "H.264") \
    PICTURE(HEVC, "hevc", "H.265") \
    PICTURE(MPEG2VIDEO, "mpeg2video", "MPEG-2") \
    PICTURE(MPEG4, "mpeg4", "MPEG-4") \
    PICTURE(PRORES, "prores", "ProRes") \
    PICTURE(DNXHD, "dnxhd", "DNxHD") \
    PICTURE(VP8, "vp8", "VP8") \
    PICTURE(VP9, "vp9", "VP9") \
    PICTURE(AV1, "libdav1d", "AV1") \
    PICTURE(FFV1, "ffv1", "FFV1") \
    PICTURE(RAWVIDEO, "rawvideo", "uncompressed") \
    SOUND(AAC, "aac", "AAC") \
    SOUND(AC3, "ac3", "AC-3") \
    SOUND(EAC3, "eac3", "E-AC-3") \
    SOUND(MP3, "mp3float", "MP3") \
    SOUND(MP2, "mp2float", "MP2") \
    SOUND(OPUS, "opus", "Opus") \
    SOUND(VORBIS, "vorbis", "Vorbis") \
    SOUND(FLAC, "flac", "FLAC") \
    SOUND(ALAC, "alac", "ALAC") \
    PCM(S16LE, "s16le") PCM(S16BE, "s16be") PCM(S24LE, "s24le") PCM(S24BE, "s24be") \
    PCM(S32LE, "s32le") PCM(S32BE, "s32be") PCM(F32LE, "f32le") PCM(F32BE, "f32be") \
    PCM(F64LE, "f64le") PCM(F64BE, "f64be") PCM(U8, "u8") PCM(S8, "s8") \
    PCM(ALAW, "alaw") PCM(MULAW, "mulaw") PCM(BLURAY, "bluray") \
    TEXT(SUBRIP, "subrip", "SubRip") \
    TEXT(WEBVTT, "webvtt", "WebVTT") \
    TEXT(MOV_TEXT, "mov_text", "timed text") \
    TEXT(ASS, "ass", "ASS")
/* clang-format on */

static const struct allow_codec codecs[] = { ALLOW(PICTURE, SOUND, PCM, TEXT) };

const char allow_pictures_text[] =
    "H.264, H.265, ProRes, DNxHD, MPEG-2, MPEG-4, VP8, VP9, AV1, FFV1 or uncompressed";
const char allow_sounds_text[] = "PCM, AAC, AC-3, E-AC-3, FLAC, ALAC, Opus, Vorbis, MP3 or MP2";
const char allow_containers_text[] = "MP4, MOV, MKV, WebM, MXF or MPEG-TS";

const struct allow_codec *allow_codec_find(enum AVCodecID id)
{
    for (size_t i = 0; i < sizeof codecs / sizeof codecs[0]; i++)
        if (codecs[i].id == id)
            return &codecs[i];
    return NULL;
}

const char *allow_formats(void)
{
    return "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mxf,mpegts";
}

#undef PICTURE
#undef SOUND
#undef PCM
#undef TEXT
#define LISTED(id, decoder, name) decoder ","
#define LISTED_PCM(id, decoder) "pcm_" decoder ","

const char *allow_decoders(void)
{
    return ALLOW(LISTED, LISTED, LISTED_PCM, LISTED) "ssa";
}
