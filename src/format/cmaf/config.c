#include "format/cmaf/config.h"

#include <stdio.h>

/* Steps over n parameter sets, none of them empty. */
static void skip_sets(struct reader *r, uint8_t n)
{
    for (uint8_t i = 0; i < n; i++) {
        uint16_t size = read_u16(r);
        read_skip(r, size);
        r->failed = r->failed || size == 0;
    }
}

enum err avc_config_read(struct reader r, struct avc_config *out)
{
    uint8_t version = read_u8(&r);
    out->profile = read_u8(&r);
    out->compatibility = read_u8(&r);
    out->level = read_u8(&r);
    out->length_size = (uint8_t)((read_u8(&r) & 3) + 1);
    out->n_sps = read_u8(&r) & 31;
    skip_sets(&r, out->n_sps);
    out->n_pps = read_u8(&r);
    skip_sets(&r, out->n_pps);
    if (r.failed || version != 1)
        return ERR_MALFORMED;
    /* `avc1` has its parameter sets here, and CMAF one or more of each (ISO/IEC 23000-19 9.4.2). */
    return out->n_sps == 0 || out->n_pps == 0 || out->length_size == 3 ? ERR_MALFORMED : OK;
}

void avc_codec_text(const struct avc_config *avc, const char *sample_entry, char out[CODEC_TEXT])
{
    snprintf(out, CODEC_TEXT, "%.4s.%02x%02x%02x", sample_entry, avc->profile, avc->compatibility,
             avc->level);
}

struct bits {
    struct reader r;
    uint32_t held; /* low n_held bits are still to be given */
    unsigned n_held;
};

static uint32_t bits_read(struct bits *b, unsigned n)
{
    uint32_t v = 0;
    for (unsigned i = 0; i < n; i++) {
        if (b->n_held == 0) {
            b->held = read_u8(&b->r);
            b->n_held = 8;
        }
        v = v << 1 | (b->held >> --b->n_held & 1);
    }
    return v;
}

static size_t bits_left(const struct bits *b)
{
    return b->r.failed ? 0 : read_left(&b->r) * 8 + b->n_held;
}

static uint32_t read_object_type(struct bits *b)
{
    uint32_t type = bits_read(b, 5);
    return type == 31 ? 32 + bits_read(b, 6) : type;
}

static uint32_t read_rate(struct bits *b)
{
    static const uint32_t rates[16] = { 96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050,
                                        16000, 12000, 11025, 8000,  7350,  0,     0,     0 };
    uint32_t index = bits_read(b, 4);
    return index == 15 ? bits_read(b, 24) : rates[index];
}

enum { AAC_LC = 2, SBR = 5, PS = 29 };

static bool is_general_audio(uint32_t type)
{
    return (type >= 1 && type <= 4) || type == 6 || type == 7 || type == 17 || type == 19 ||
           (type >= 20 && type <= 23);
}

/* GASpecificConfig (4.4.1) as far as its length decides where the extension begins. */
static void read_general_audio(struct bits *b, uint32_t type)
{
    bits_read(b, 1); /* frameLengthFlag */
    if (bits_read(b, 1) != 0)
        bits_read(b, 14); /* coreCoderDelay */
    bool extension = bits_read(b, 1) != 0;
    if (type == 6 || type == 20)
        bits_read(b, 3); /* layerNr */
    if (!extension)
        return;
    if (type == 22)
        bits_read(b, 16);
    if (type == 17 || type == 19 || type == 20 || type == 23)
        bits_read(b, 3);
    bits_read(b, 1);
}

/* The backward compatible signal behind the rest (1.6.2.1, syncExtensionType). */
static void read_sync_extension(struct bits *b, struct aac_config *out)
{
    enum { SYNC_SBR = 0x2b7, SYNC_PS = 0x548 };
    if (bits_left(b) < 16 || bits_read(b, 11) != SYNC_SBR || read_object_type(b) != SBR)
        return;
    if (bits_read(b, 1) == 0)
        return;
    out->object_type = SBR;
    out->sample_rate = read_rate(b);
    if (bits_left(b) >= 12 && bits_read(b, 11) == SYNC_PS && bits_read(b, 1) != 0)
        out->object_type = PS;
}

enum err aac_config_read(struct reader r, struct aac_config *out)
{
    static const uint8_t counts[16] = { 0, 1, 2, 3, 4, 5, 6, 8, 0, 0, 0, 7, 8, 24, 8, 0 };
    struct bits b = { .r = r };
    uint32_t type = read_object_type(&b);
    uint32_t core_rate = read_rate(&b);
    uint32_t layout = bits_read(&b, 4);
    *out = (struct aac_config){ .object_type = (uint8_t)type, .sample_rate = core_rate };
    bool hierarchical = type == SBR || type == PS;
    if (hierarchical) {
        out->sample_rate = read_rate(&b);
        type = read_object_type(&b);
    }
    if (b.r.failed)
        return ERR_MALFORMED;
    if (!is_general_audio(type) || (layout != 0 && counts[layout] == 0))
        return ERR_UNSUPPORTED;
    read_general_audio(&b, type);
    if (b.r.failed)
        return ERR_MALFORMED;
    if (!hierarchical && layout != 0)
        read_sync_extension(&b, out);
    if (b.r.failed || core_rate == 0 || out->sample_rate == 0)
        return ERR_MALFORMED;
    out->channels = counts[layout];
    if (out->object_type == PS && out->channels == 1)
        out->channels = 2;
    return OK;
}

void aac_codec_text(const struct aac_config *aac, char out[CODEC_TEXT])
{
    snprintf(out, CODEC_TEXT, "mp4a.40.%u", (unsigned)aac->object_type);
}
