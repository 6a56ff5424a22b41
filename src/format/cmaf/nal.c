#include "format/cmaf/nal.h"

struct nal_bits nal_bits_of(struct reader nal)
{
    return (struct nal_bits){ .r = nal };
}

static unsigned next_byte(struct nal_bits *b)
{
    unsigned byte = read_u8(&b->r);
    if (b->zeros >= 2 && byte == 3) {
        byte = read_u8(&b->r);
        b->zeros = 0;
    }
    b->zeros = byte == 0 ? b->zeros + 1 : 0;
    return byte;
}

uint32_t nal_read(struct nal_bits *b, unsigned n)
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

uint32_t nal_golomb(struct nal_bits *b)
{
    unsigned zeros = 0;
    while (!b->r.failed && zeros < 32 && nal_read(b, 1) == 0)
        zeros++;
    if (zeros == 32)
        b->r.failed = true;
    return b->r.failed ? 0 : (1u << zeros) - 1 + nal_read(b, zeros);
}

uint32_t nal_signed_golomb(struct nal_bits *b)
{
    uint32_t v = nal_golomb(b);
    return (v & 1) != 0 ? v / 2 + 1 : 0 - v / 2;
}

size_t nal_bytes_read(const struct nal_bits *b, const uint8_t *start)
{
    return (size_t)(b->r.at - start);
}
