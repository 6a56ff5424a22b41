#include "base/reader.h"

struct reader reader_of(const void *bytes, size_t n)
{
    const uint8_t *at = bytes;
    return (struct reader){ .at = at, .end = n == 0 ? at : at + n };
}

size_t read_left(const struct reader *r)
{
    return (size_t)(r->end - r->at);
}

const uint8_t *read_bytes(struct reader *r, size_t n)
{
    if (r->failed || n > read_left(r)) {
        r->failed = true;
        r->at = r->end;
        return NULL;
    }
    const uint8_t *at = r->at;
    if (n > 0)
        r->at += n;
    return at;
}

static uint64_t read_be(struct reader *r, size_t n)
{
    const uint8_t *p = read_bytes(r, n);
    uint64_t v = 0;
    for (size_t i = 0; p != NULL && i < n; i++)
        v = v << 8 | p[i];
    return v;
}

uint8_t read_u8(struct reader *r)
{
    return (uint8_t)read_be(r, 1);
}

uint16_t read_u16(struct reader *r)
{
    return (uint16_t)read_be(r, 2);
}

uint32_t read_u24(struct reader *r)
{
    return (uint32_t)read_be(r, 3);
}

uint32_t read_u32(struct reader *r)
{
    return (uint32_t)read_be(r, 4);
}

uint64_t read_u64(struct reader *r)
{
    return read_be(r, 8);
}

void read_skip(struct reader *r, size_t n)
{
    (void)read_bytes(r, n);
}

struct reader read_part(struct reader *r, size_t n)
{
    const uint8_t *p = read_bytes(r, n);
    if (r->failed)
        return (struct reader){ .failed = true };
    return reader_of(p, n);
}
