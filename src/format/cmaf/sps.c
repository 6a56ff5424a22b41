#include "format/cmaf/sps.h"

/* Bits of a NAL unit; the byte 3 behind two zero bytes is no content (7.4.1). */
struct bits {
    struct reader r;
    unsigned zeros, held, n_held;
};

static unsigned next_byte(struct bits *b)
{
    unsigned byte = read_u8(&b->r);
    if (b->zeros >= 2 && byte == 3) {
        byte = read_u8(&b->r);
        b->zeros = 0;
    }
    b->zeros = byte == 0 ? b->zeros + 1 : 0;
    return byte;
}

static uint32_t bits_read(struct bits *b, unsigned n)
{
    uint32_t v = 0;
    for (unsigned i = 0; i < n; i++) {
        if (b->n_held == 0) {
            b->held = next_byte(b);
            b->n_held = 8;
        }
        v = v << 1 | (b->held >> --b->n_held & 1);
    }
    return v;
}

/* ue(v), 9.1; more than 31 leading zeros fail. */
static uint32_t bits_golomb(struct bits *b)
{
    unsigned zeros = 0;
    while (!b->r.failed && zeros < 32 && bits_read(b, 1) == 0)
        zeros++;
    if (zeros == 32)
        b->r.failed = true;
    return b->r.failed ? 0 : (1u << zeros) - 1 + bits_read(b, zeros);
}

/* se(v), modulo 2^32. */
static uint32_t bits_signed_golomb(struct bits *b)
{
    uint32_t v = bits_golomb(b);
    return (v & 1) != 0 ? v / 2 + 1 : 0 - v / 2;
}

static void skip_scaling_list(struct bits *b, unsigned size)
{
    uint32_t last = 8, next = 8;
    for (unsigned i = 0; i < size && !b->r.failed; i++) {
        if (next != 0)
            next = (last + bits_signed_golomb(b)) & 255;
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

static void skip_chroma_format(struct bits *b)
{
    uint32_t chroma = bits_golomb(b);
    if (chroma == 3)
        bits_read(b, 1);
    bits_golomb(b);
    bits_golomb(b);
    bits_read(b, 1);
    if (bits_read(b, 1) == 0)
        return;
    for (unsigned i = 0; i < (chroma == 3 ? 12 : 8); i++) {
        if (bits_read(b, 1) != 0)
            skip_scaling_list(b, i < 6 ? 16 : 64);
    }
}

static void skip_picture_order(struct bits *b)
{
    uint32_t type = bits_golomb(b);
    if (type == 0)
        bits_golomb(b);
    if (type != 1)
        return;
    bits_read(b, 1);
    bits_golomb(b);
    bits_golomb(b);
    uint32_t cycle = bits_golomb(b);
    b->r.failed = b->r.failed || cycle > 255;
    for (uint32_t i = 0; i < cycle && !b->r.failed; i++)
        bits_golomb(b);
}

/* From max_num_ref_frames to the flag of the VUI. */
static void skip_geometry(struct bits *b)
{
    bits_golomb(b);
    bits_read(b, 1);
    bits_golomb(b);
    bits_golomb(b);
    if (bits_read(b, 1) == 0)
        bits_read(b, 1);
    bits_read(b, 1);
    for (unsigned n = bits_read(b, 1) != 0 ? 4 : 0; n > 0; n--)
        bits_golomb(b);
}

static void read_vui_timing(struct bits *b, struct sps_timing *out)
{
    enum { EXTENDED_SAR = 255 };
    if (bits_read(b, 1) != 0 && bits_read(b, 8) == EXTENDED_SAR)
        bits_read(b, 32);
    if (bits_read(b, 1) != 0)
        bits_read(b, 1);
    if (bits_read(b, 1) != 0) {
        bits_read(b, 4);
        if (bits_read(b, 1) != 0)
            bits_read(b, 24);
    }
    if (bits_read(b, 1) != 0) {
        bits_golomb(b);
        bits_golomb(b);
    }
    if (bits_read(b, 1) == 0)
        return;
    uint64_t tick = bits_read(b, 32), scale = bits_read(b, 32);
    if (b->r.failed || tick == 0 || scale == 0)
        return;
    out->frame_num = scale; /* ticks are fields: two a frame (E.2.1) */
    out->frame_den = 2 * tick;
}

void sps_timing_read(struct reader avcc, struct sps_timing *out)
{
    *out = (struct sps_timing){ 0 };
    read_skip(&avcc, 6);
    uint16_t size = read_u16(&avcc);
    struct bits b = { .r = read_part(&avcc, size) };
    bits_read(&b, 8); /* NAL unit header */
    uint32_t profile = bits_read(&b, 8);
    bits_read(&b, 16);
    bits_golomb(&b);
    if (has_chroma_format(profile))
        skip_chroma_format(&b);
    bits_golomb(&b);
    skip_picture_order(&b);
    skip_geometry(&b);
    if (bits_read(&b, 1) != 0 && !b.r.failed)
        read_vui_timing(&b, out);
}
