#include "format/hls/text.h"

#include <string.h>

#include "base/text.h"

/* What text[i] becomes. A quote stays one here: put_quoted writes it as U+201D. */
static char quoted_byte(const char *text, size_t i, bool utf8)
{
    uint8_t c = (uint8_t)text[i], next = (uint8_t)text[i + 1];
    uint8_t before = i > 0 ? (uint8_t)text[i - 1] : 0;
    bool c1 =
        (c == 0xc2 && next >= 0x80 && next < 0xa0) || (before == 0xc2 && c >= 0x80 && c < 0xa0);
    if (c < 0x20 || c == 0x7f || (utf8 && c1))
        return ' ';
    return c >= 0x80 && !utf8 ? '?' : (char)c;
}

void hls_put_quoted(struct buf *out, const char *text)
{
    size_t n = text == NULL ? 0 : strlen(text);
    bool utf8 = n > 0 && text_is_utf8(text, n);
    for (size_t i = 0; i < n; i++) {
        char c = quoted_byte(text, i, utf8);
        if (c == '"')
            buf_text(out, "\xe2\x80\x9d");
        else
            buf_u8(out, (uint8_t)c);
    }
}

bool hls_same_quoted(const char *a, const char *b)
{
    size_t n = strlen(a);
    bool utf8_a = text_is_utf8(a, n), utf8_b = text_is_utf8(b, strlen(b));
    if (n != strlen(b))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (quoted_byte(a, i, utf8_a) != quoted_byte(b, i, utf8_b))
            return false;
    }
    return true;
}

void hls_put_seconds(struct buf *out, uint64_t us)
{
    buf_printf(out, "%llu.%06llu", (unsigned long long)(us / 1000000),
               (unsigned long long)(us % 1000000));
}

uint64_t hls_us(uint64_t ticks, uint32_t timescale)
{
    uint64_t rest = ticks % timescale;
    return ticks / timescale * 1000000 + (rest * 1000000 + timescale / 2) / timescale;
}

enum err hls_settle(struct buf *out, size_t start)
{
    enum err err = out->err;
    if (err != OK) {
        buf_truncate(out, start);
        out->err = OK;
    }
    return err;
}
