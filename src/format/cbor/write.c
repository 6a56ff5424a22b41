#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "format/cbor/cbor.h"

struct cbor_writer cbor_writer_of(uint8_t *bytes, size_t room)
{
    return (struct cbor_writer){ .bytes = bytes, .room = room };
}

struct cbor_writer cbor_writer_of_buf(struct buf *out)
{
    return (struct cbor_writer){ .buf = out, .err = out->err };
}

void cbor_put_raw(struct cbor_writer *w, const void *bytes, size_t n)
{
    if (w->err != OK || n == 0)
        return;
    if (w->buf != NULL) {
        buf_put(w->buf, bytes, n);
        w->err = w->buf->err;
    } else if (n > w->room - w->size) {
        w->err = ERR_FULL;
    } else {
        memcpy(w->bytes + w->size, bytes, n);
    }
    if (w->err == OK)
        w->size += n;
}

/* A head: three bits of major type, then the number in as few bytes as hold it. */
static void put_head(struct cbor_writer *w, uint8_t major, uint64_t v)
{
    uint8_t head[9];
    unsigned follow = 0; /* bytes after the first */
    uint64_t info = v;
    if (v >= 24)
        for (follow = 1, info = 24; follow < 8 && v >> 8 * follow != 0; follow *= 2)
            info++;
    head[0] = (uint8_t)((uint64_t)major << 5 | info);
    for (unsigned i = 0; i < follow; i++)
        head[1 + i] = (uint8_t)(v >> 8 * (follow - 1 - i));
    cbor_put_raw(w, head, 1 + follow);
}

void cbor_put_uint(struct cbor_writer *w, uint64_t v)
{
    put_head(w, 0, v);
}

void cbor_put_int(struct cbor_writer *w, int64_t v)
{
    if (v < 0)
        put_head(w, 1, ~(uint64_t)v);
    else
        put_head(w, 0, (uint64_t)v);
}

void cbor_put_bytes(struct cbor_writer *w, const void *bytes, size_t n)
{
    put_head(w, 2, n);
    cbor_put_raw(w, bytes, n);
}

void cbor_put_text_n(struct cbor_writer *w, const char *text, size_t n)
{
    assert(text_is_utf8(text, n));
    put_head(w, 3, n);
    cbor_put_raw(w, text, n);
}

void cbor_put_text(struct cbor_writer *w, const char *text)
{
    cbor_put_text_n(w, text, strlen(text));
}

void cbor_put_array(struct cbor_writer *w, size_t items)
{
    put_head(w, 4, items);
}

void cbor_put_map(struct cbor_writer *w, size_t pairs)
{
    put_head(w, 5, pairs);
}

void cbor_put_tag(struct cbor_writer *w, uint64_t tag)
{
    put_head(w, 6, tag);
}

void cbor_put_simple(struct cbor_writer *w, uint8_t v)
{
    assert(v < 24 || v > 31);
    put_head(w, 7, v);
}

void cbor_put_bool(struct cbor_writer *w, bool v)
{
    cbor_put_simple(w, v ? CBOR_TRUE : CBOR_FALSE);
}

/* Whether a finite number, given as bits of a float, has a half of the same value. */
static bool half_of(uint32_t bits, uint16_t *half)
{
    uint32_t sign = bits >> 16 & 0x8000, fraction = bits & 0x7fffff;
    int exponent = (int)(bits >> 23 & 0xff) - 127;
    if (exponent == -127) { /* 0; any other is far too small */
        *half = (uint16_t)sign;
        return fraction == 0;
    }
    if (exponent > 15 || exponent < -24)
        return false;
    unsigned cut = exponent < -14 ? (unsigned)(-1 - exponent) : 13;
    uint32_t whole = exponent < -14 ? fraction | 0x800000 : fraction;
    if ((whole & ((UINT32_C(1) << cut) - 1)) != 0)
        return false;
    uint32_t biased = exponent < -14 ? 0 : (uint32_t)(exponent + 15) << 10;
    *half = (uint16_t)(sign | biased | whole >> cut);
    return true;
}

unsigned cbor_real_size(double v, uint64_t *bits)
{
    uint64_t wide;
    memcpy(&wide, &v, sizeof wide);
    bool is_special = (wide >> 52 & 0x7ff) == 0x7ff;
    if (is_special) {
        bool is_nan = (wide & UINT64_C(0xfffffffffffff)) != 0;
        *bits = is_nan ? 0x7e00 : (wide >> 63) << 15 | 0x7c00;
        return 2;
    }
    *bits = wide;
    if (v > 3.4028234663852886e38 || v < -3.4028234663852886e38) /* the greatest float */
        return 8;
    float narrow = (float)v;
    double back = (double)narrow;
    if (memcmp(&back, &v, sizeof v) != 0)
        return 8;
    uint32_t narrow_bits;
    uint16_t half;
    memcpy(&narrow_bits, &narrow, sizeof narrow_bits);
    *bits = narrow_bits;
    if (!half_of(narrow_bits, &half))
        return 4;
    *bits = half;
    return 2;
}

void cbor_put_real(struct cbor_writer *w, double v)
{
    uint64_t bits;
    unsigned n = cbor_real_size(v, &bits);
    uint8_t head[9] = { (uint8_t)(0xe0 | (n == 2 ? 25 : n == 4 ? 26 : 27)) };
    for (unsigned i = 0; i < n; i++)
        head[1 + i] = (uint8_t)(bits >> 8 * (n - 1 - i));
    cbor_put_raw(w, head, 1 + n);
}
