#include "format/cmaf/sps.h"

#include "format/cmaf/nal.h"

static void skip_scaling_list(struct nal_bits *b, unsigned size)
{
    uint32_t last = 8, next = 8;
    for (unsigned i = 0; i < size && !b->r.failed; i++) {
        if (next != 0)
            next = (last + nal_signed_golomb(b)) & 255;
        last = next == 0 ? last : next;
    }
}

static bool has_chroma_format(uint32_t profile)
{
    static const uint8_t profiles[] = {
        100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135
    };
    for (unsigned i = 0; i < sizeof profiles; i++) {
        if (profile == profiles[i])
            return true;
    }
    return false;
}

static void read_chroma_format(struct nal_bits *b, struct sps *out)
{
    uint32_t chroma = nal_golomb(b);
    out->has_planes = chroma == 3 && nal_read(b, 1) != 0;
    out->chroma = out->has_planes ? 0 : (uint8_t)(chroma & 3);
    b->r.failed = b->r.failed || chroma > 3;
    nal_golomb(b);
    nal_golomb(b);
    nal_read(b, 1);
    if (nal_read(b, 1) == 0)
        return;
    for (unsigned i = 0; i < (chroma == 3 ? 12 : 8); i++) {
        if (nal_read(b, 1) != 0)
            skip_scaling_list(b, i < 6 ? 16 : 64);
    }
}

/* log2 of a maximum, from 4 to 16 (7.4.2.1.1). */
static uint8_t read_bit_count(struct nal_bits *b)
{
    uint32_t v = nal_golomb(b);
    b->r.failed = b->r.failed || v > 12;
    return (uint8_t)(4 + (v & 15));
}

static void read_picture_order(struct nal_bits *b, struct sps *out)
{
    uint32_t type = nal_golomb(b);
    b->r.failed = b->r.failed || type > 2;
    out->order_type = (uint8_t)(type & 3);
    if (type == 0)
        out->order_bits = read_bit_count(b);
    if (type != 1)
        return;
    out->order_is_zero = nal_read(b, 1) != 0;
    nal_golomb(b);
    nal_golomb(b);
    uint32_t cycle = nal_golomb(b);
    b->r.failed = b->r.failed || cycle > 255;
    for (uint32_t i = 0; i < cycle && !b->r.failed; i++)
        nal_golomb(b);
}

/* From max_num_ref_frames to the flag of the VUI. */
static void read_geometry(struct nal_bits *b, struct sps *out)
{
    nal_golomb(b);
    nal_read(b, 1);
    nal_golomb(b);
    nal_golomb(b);
    out->is_frames_only = nal_read(b, 1) != 0;
    if (!out->is_frames_only)
        nal_read(b, 1);
    nal_read(b, 1);
    for (unsigned n = nal_read(b, 1) != 0 ? 4 : 0; n > 0; n--)
        nal_golomb(b);
}

static void read_vui_timing(struct nal_bits *b, struct sps_timing *out)
{
    enum { EXTENDED_SAR = 255 };
    if (nal_read(b, 1) != 0 && nal_read(b, 8) == EXTENDED_SAR)
        nal_read(b, 32);
    if (nal_read(b, 1) != 0)
        nal_read(b, 1);
    if (nal_read(b, 1) != 0) {
        nal_read(b, 4);
        if (nal_read(b, 1) != 0)
            nal_read(b, 24);
    }
    if (nal_read(b, 1) != 0) {
        nal_golomb(b);
        nal_golomb(b);
    }
    if (nal_read(b, 1) == 0)
        return;
    uint64_t tick = nal_read(b, 32), scale = nal_read(b, 32);
    if (b->r.failed || tick == 0 || scale == 0)
        return;
    out->frame_num = scale; /* ticks are fields: two a frame (E.2.1) */
    out->frame_den = 2 * tick;
}

bool sps_read(struct reader nal, struct sps *out)
{
    struct nal_bits b = nal_bits_of(nal);
    *out = (struct sps){ .chroma = 1 };
    nal_read(&b, 8); /* NAL unit header */
    uint32_t profile = nal_read(&b, 8);
    nal_read(&b, 16);
    uint32_t id = nal_golomb(&b);
    if (has_chroma_format(profile))
        read_chroma_format(&b, out);
    out->frame_num_bits = read_bit_count(&b);
    read_picture_order(&b, out);
    read_geometry(&b, out);
    bool has_vui = nal_read(&b, 1) != 0;
    out->id = (uint8_t)(id & 31);
    out->is_read = !b.r.failed && id < 32;
    if (has_vui && out->is_read)
        read_vui_timing(&b, &out->timing);
    return out->is_read;
}

void sps_timing_read(struct reader avcc, struct sps_timing *out)
{
    struct sps sps;
    read_skip(&avcc, 6);
    uint16_t size = read_u16(&avcc);
    sps_read(read_part(&avcc, size), &sps);
    *out = sps.timing;
}
