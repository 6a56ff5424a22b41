/* The init segment: `ftyp` and `moov` (ISO/IEC 23000-19 7.3.2, 7.5). */
#include <string.h>

#include "base/text.h"
#include "format/cmaf/box.h"
#include "format/cmaf/cipher.h"
#include "format/cmaf/config.h"
#include "format/cmaf/language.h"
#include "format/cmaf/sinf.h"
#include "format/cmaf/track.h"

enum {
    TRACK_ID = 1,
    CONFIG_MAX = 64 * 1024, /* bytes of an avcC: 31 SPS and 255 PPS, far more than any encoder's */
    ASC_MAX = 64,           /* bytes: a program config element and its extensions; see put_esds */
    NOT_KNOWN = 2,          /* ISO/IEC 23091-2: unspecified */
};

static bool is_within(uint32_t v, uint32_t max)
{
    return v != 0 && v <= max;
}

/* The media profile (ISO/IEC 23000-19 annex A) whose limits the track keeps; NULL: none of them. */
static const char *video_profile(const struct cmaf_track *t, const struct avc_config *avc)
{
    static const struct {
        const char *brand;
        uint8_t level;
        uint16_t width, height;
        bool sd_colour;
    } rows[] = {
        { "cfsd", 31, 864, 576, true },
        { "cfhd", 40, 1920, 1080, false },
        { "chdf", 42, 1920, 1080, false },
    };
    bool profile = avc->profile == 66 || avc->profile == 77 || avc->profile == 100;
    bool rate = t->frame_ticks != 0 && t->timescale / t->frame_ticks <= 60;
    bool hd = t->primaries == 1 && t->transfer == 1 && t->matrix == 1;
    bool sd = (t->primaries == 1 || t->primaries == 5 || t->primaries == 6) &&
              (t->transfer == 1 || t->transfer == 6) &&
              (t->matrix == 1 || t->matrix == 5 || t->matrix == 6);
    for (size_t i = 0; profile && rate && i < sizeof rows / sizeof rows[0]; i++) {
        if (avc->level <= rows[i].level && t->width <= rows[i].width &&
            t->height <= rows[i].height && (hd || (sd && rows[i].sd_colour)))
            return rows[i].brand;
    }
    return NULL;
}

static const char *audio_profile(const struct aac_config *aac)
{
    bool type = aac->object_type == 2 || aac->object_type == 5 || aac->object_type == 29;
    return type && is_within(aac->channels, 2) && aac->sample_rate <= 48000 ? "caac" : NULL;
}

/* `iso6` is what default-base-is-moof and version 1 runs need; `cmf2` adds to `cmfc`: no edit
 * list, defaults in the fragments and not in `trex`. Fragments carry no `styp`: they are ranges of
 * one file that says its brands once. */
static void put_ftyp(struct buf *b, const char *profile)
{
    size_t at = box_open(b, "ftyp");
    buf_put(b, "iso6", 4);
    buf_be32(b, 0);
    buf_put(b, "iso6cmfccmf2", 12);
    if (profile != NULL)
        buf_put(b, profile, 4);
    buf_put(b, "mp41", 4);
    box_close(b, at);
}

static void put_matrix(struct buf *b)
{
    static const uint32_t unity[9] = { 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000 };
    for (size_t i = 0; i < 9; i++)
        buf_be32(b, unity[i]);
}

/* Durations of mvhd, tkhd and mdhd count samples described in moov: none (23000-19 7.5.2 to 7.5.5).
 * `mehd` says how long it is with its fragments. */
static void put_mvhd(struct buf *b, const struct cmaf_track *t)
{
    size_t at = box_open_full(b, "mvhd", 1, 0);
    buf_zero(b, 16); /* creation, modification: the same samples make the same bytes */
    buf_be32(b, t->timescale);
    buf_be64(b, 0);
    buf_be32(b, 0x10000); /* rate */
    buf_be16(b, 0x100);   /* volume */
    buf_zero(b, 10);
    put_matrix(b);
    buf_zero(b, 24);
    buf_be32(b, TRACK_ID + 1);
    box_close(b, at);
}

/* Shown size in square pixels, 16.16: the width takes the pixel's shape. */
static uint32_t shown_width(const struct cmaf_track *t)
{
    uint64_t width = (uint64_t)t->width << 16;
    if (t->par_num != 0)
        width = width * t->par_num / t->par_den;
    return width > UINT32_MAX ? UINT32_MAX : (uint32_t)width;
}

static void put_tkhd(struct buf *b, const struct cmaf_track *t)
{
    size_t at = box_open_full(b, "tkhd", 1, 7); /* enabled, in movie, in preview */
    buf_zero(b, 16);
    buf_be32(b, TRACK_ID);
    buf_zero(b, 4 + 8 + 8); /* reserved, duration, reserved */
    buf_be16(b, 0);         /* layer */
    buf_be16(b, 0);         /* alternate group */
    buf_be16(b, t->kind == CMAF_AUDIO ? 0x100 : 0);
    buf_be16(b, 0);
    put_matrix(b);
    buf_be32(b, t->kind == CMAF_VIDEO ? shown_width(t) : 0);
    buf_be32(b, t->kind == CMAF_VIDEO ? (uint32_t)t->height << 16 : 0);
    box_close(b, at);
}

static void put_mdhd(struct buf *b, const struct cmaf_track *t)
{
    size_t at = box_open_full(b, "mdhd", 1, 0);
    buf_zero(b, 16);
    buf_be32(b, t->timescale);
    buf_be64(b, 0);
    buf_be16(b, language_pack(t->language));
    buf_be16(b, 0);
    box_close(b, at);
}

static void put_hdlr(struct buf *b, const struct cmaf_track *t)
{
    bool video = t->kind == CMAF_VIDEO;
    size_t at = box_open_full(b, "hdlr", 0, 0);
    buf_be32(b, 0);
    buf_text(b, video ? "vide" : "soun");
    buf_zero(b, 12);
    buf_text(b, video ? "VideoHandler" : "SoundHandler");
    buf_u8(b, 0);
    box_close(b, at);
}

static void put_elng(struct buf *b, const struct cmaf_track *t)
{
    if (language_is_whole(t->language))
        return;
    size_t at = box_open_full(b, "elng", 0, 0);
    buf_put(b, t->language, strlen(t->language) + 1);
    box_close(b, at);
}

static void put_dinf(struct buf *b)
{
    size_t dinf = box_open(b, "dinf"), dref = box_open_full(b, "dref", 0, 0);
    buf_be32(b, 1);
    box_close(b, box_open_full(b, "url ", 0, 1)); /* in this file */
    box_close(b, dref);
    box_close(b, dinf);
}

static void put_btrt(struct buf *b, const struct cmaf_track *t)
{
    if (t->bitrate_average == 0 && t->bitrate_peak == 0)
        return;
    size_t at = box_open(b, "btrt");
    buf_be32(b, 0);
    buf_be32(b, t->bitrate_peak);
    buf_be32(b, t->bitrate_average);
    box_close(b, at);
}

static bool colour_is_known(const struct cmaf_track *t)
{
    const uint16_t points[] = { t->primaries, t->transfer, t->matrix };
    for (size_t i = 0; i < 3; i++) {
        if (points[i] != 0 && points[i] != NOT_KNOWN)
            return true;
    }
    return t->full_range;
}

static void put_colr(struct buf *b, const struct cmaf_track *t)
{
    if (!colour_is_known(t))
        return;
    size_t at = box_open(b, "colr");
    buf_put(b, "nclx", 4);
    buf_be16(b, t->primaries != 0 ? t->primaries : NOT_KNOWN);
    buf_be16(b, t->transfer != 0 ? t->transfer : NOT_KNOWN);
    buf_be16(b, t->matrix != 0 ? t->matrix : NOT_KNOWN);
    buf_u8(b, t->full_range ? 0x80 : 0);
    box_close(b, at);
}

static void put_visual_entry(struct buf *b, const struct cmaf_track *t)
{
    size_t entry = box_open(b, cipher_protection(t) != NULL ? "encv" : t->sample_entry);
    buf_zero(b, 6);
    buf_be16(b, 1); /* data reference */
    buf_zero(b, 16);
    buf_be16(b, t->width);
    buf_be16(b, t->height);
    buf_be32(b, 72u << 16);
    buf_be32(b, 72u << 16);
    buf_be32(b, 0);
    buf_be16(b, 1);  /* frames a sample */
    buf_zero(b, 32); /* compressor name */
    buf_be16(b, 24); /* depth */
    buf_be16(b, 0xffff);
    size_t avcc = box_open(b, "avcC");
    buf_put(b, t->config, t->config_size);
    box_close(b, avcc);
    put_colr(b, t);
    size_t pasp = box_open(b, "pasp");
    buf_be32(b, t->par_num != 0 ? t->par_num : 1);
    buf_be32(b, t->par_num != 0 ? t->par_den : 1);
    box_close(b, pasp);
    put_btrt(b, t);
    sinf_put(b, t);
    box_close(b, entry);
}

/* ISO/IEC 14496-1 7.2.6.5; every length fits seven bits because of ASC_MAX. */
static void put_esds(struct buf *b, const struct cmaf_track *t)
{
    uint8_t asc = (uint8_t)t->config_size;
    uint8_t decoder = (uint8_t)(13 + 2 + asc);
    size_t at = box_open_full(b, "esds", 0, 0);
    buf_u8(b, 3); /* ES_Descriptor */
    buf_u8(b, (uint8_t)(3 + 2 + decoder + 3));
    buf_be16(b, 0);
    buf_u8(b, 0);
    buf_u8(b, 4); /* DecoderConfigDescriptor */
    buf_u8(b, decoder);
    buf_u8(b, 0x40); /* ISO/IEC 14496-3 */
    buf_u8(b, 5 << 2 | 1);
    buf_be24(b, 0);
    buf_be32(b, t->bitrate_peak);
    buf_be32(b, t->bitrate_average);
    buf_u8(b, 5); /* DecoderSpecificInfo */
    buf_u8(b, asc);
    buf_put(b, t->config, t->config_size);
    buf_u8(b, 6); /* SLConfigDescriptor: as in MP4 files */
    buf_u8(b, 1);
    buf_u8(b, 2);
    box_close(b, at);
}

static void put_audio_entry(struct buf *b, const struct cmaf_track *t)
{
    size_t entry = box_open(b, cipher_protection(t) != NULL ? "enca" : t->sample_entry);
    buf_zero(b, 6);
    buf_be16(b, 1);
    buf_zero(b, 8);
    buf_be16(b, t->channels);
    buf_be16(b, 16);
    buf_be32(b, 0);
    buf_be32(b, t->sample_rate > UINT16_MAX ? 0 : t->sample_rate << 16);
    put_esds(b, t);
    put_btrt(b, t);
    sinf_put(b, t);
    box_close(b, entry);
}

static void put_stbl(struct buf *b, const struct cmaf_track *t)
{
    size_t stbl = box_open(b, "stbl"), stsd = box_open_full(b, "stsd", 0, 0);
    buf_be32(b, 1);
    if (t->kind == CMAF_VIDEO)
        put_visual_entry(b, t);
    else
        put_audio_entry(b, t);
    box_close(b, stsd);
    static const char *const empty[] = { "stts", "stsc", "stco" };
    size_t at = 0;
    for (size_t i = 0; i < 3; i++) {
        at = box_open_full(b, empty[i], 0, 0);
        buf_be32(b, 0);
        box_close(b, at);
        if (i != 1)
            continue;
        at = box_open_full(b, "stsz", 0, 0);
        buf_be64(b, 0);
        box_close(b, at);
    }
    box_close(b, stbl);
}

static void put_trak(struct buf *b, const struct cmaf_track *t)
{
    size_t trak = box_open(b, "trak");
    put_tkhd(b, t);
    size_t mdia = box_open(b, "mdia");
    put_mdhd(b, t);
    put_hdlr(b, t);
    put_elng(b, t);
    size_t minf = box_open(b, "minf");
    bool video = t->kind == CMAF_VIDEO;
    size_t at = video ? box_open_full(b, "vmhd", 0, 1) : box_open_full(b, "smhd", 0, 0);
    buf_zero(b, video ? 8 : 4);
    box_close(b, at);
    put_dinf(b);
    put_stbl(b, t);
    box_close(b, minf);
    box_close(b, mdia);
    box_close(b, trak);
}

static void put_mvex(struct buf *b, uint64_t duration)
{
    size_t mvex = box_open(b, "mvex");
    if (duration != 0) {
        size_t mehd = box_open_full(b, "mehd", 1, 0);
        buf_be64(b, duration);
        box_close(b, mehd);
    }
    size_t trex = box_open_full(b, "trex", 0, 0);
    buf_be32(b, TRACK_ID);
    buf_be32(b, 1); /* sample description */
    buf_zero(b, 12);
    box_close(b, trex);
    box_close(b, mvex);
}

static enum err check_video(const struct cmaf_track *t, const char **profile)
{
    struct avc_config avc;
    bool shape = (t->par_num == 0) == (t->par_den == 0);
    if (strcmp(t->sample_entry, "avc1") != 0 || t->width == 0 || t->height == 0 || !shape)
        return ERR_ARGUMENT;
    if (t->config_size == 0 || t->config_size > CONFIG_MAX)
        return ERR_ARGUMENT;
    if (avc_config_read(reader_of(t->config, t->config_size), &avc) != OK || avc.length_size != 4)
        return ERR_ARGUMENT;
    *profile = video_profile(t, &avc);
    return OK;
}

static enum err check_audio(const struct cmaf_track *t, const char **profile)
{
    struct aac_config aac;
    if (strcmp(t->sample_entry, "mp4a") != 0 || t->channels == 0 || t->sample_rate == 0)
        return ERR_ARGUMENT;
    if (t->config_size == 0 || t->config_size > ASC_MAX)
        return ERR_ARGUMENT;
    if (aac_config_read(reader_of(t->config, t->config_size), &aac) != OK)
        return ERR_ARGUMENT;
    *profile = audio_profile(&aac);
    return OK;
}

enum err cmaf_init(const struct cmaf_track *track, uint64_t duration, struct buf *out)
{
    const char *profile = NULL;
    const char *language = track->language;
    if (track->timescale == 0 || track->config == NULL)
        return ERR_ARGUMENT;
    if (track->protection != NULL && track->protection->n_kids > CMAF_KIDS_MAX)
        return ERR_ARGUMENT;
    if (language != NULL && !text_is_language(language, strlen(language)))
        return ERR_ARGUMENT;
    enum err err =
        track->kind == CMAF_VIDEO ? check_video(track, &profile) : check_audio(track, &profile);
    if (err != OK)
        return err;
    if (out->err != OK)
        return out->err;
    size_t start = out->size;
    put_ftyp(out, profile);
    size_t moov = box_open(out, "moov");
    put_mvhd(out, track);
    put_trak(out, track);
    put_mvex(out, duration);
    sinf_put_pssh(out, track);
    box_close(out, moov);
    return box_settle(out, start);
}
