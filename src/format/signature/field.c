#include "format/signature/field.h"

#include <string.h>

int field_peek(const struct reader *r)
{
    return r->failed || r->at == r->end ? -1 : *r->at;
}

bool field_take(struct reader *r, char c)
{
    if (field_peek(r) != (unsigned char)c)
        return false;
    read_skip(r, 1);
    return true;
}

void field_spaces(struct reader *r)
{
    while (field_take(r, ' '))
        continue;
}

static void spaces_and_tabs(struct reader *r)
{
    while (field_take(r, ' ') || field_take(r, '\t'))
        continue;
}

bool field_more(struct reader *r)
{
    spaces_and_tabs(r);
    if (read_left(r) == 0 || r->failed)
        return false;
    if (!field_take(r, ',')) {
        r->failed = true;
        return false;
    }
    spaces_and_tabs(r);
    if (read_left(r) == 0)
        r->failed = true; /* a comma ends it: 4.2.2 */
    return !r->failed;
}

static bool is_lower(int c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_digit(int c)
{
    return c >= '0' && c <= '9';
}

static bool is_key(int c)
{
    return is_lower(c) || is_digit(c) || c == '_' || c == '-' || c == '.' || c == '*';
}

void field_key(struct reader *r, char *out, size_t room)
{
    size_t n = 0;
    int first = field_peek(r);
    if (!is_lower(first) && first != '*')
        r->failed = true;
    while (n + 1 < room && is_key(field_peek(r)))
        out[n++] = (char)read_u8(r);
    if (is_key(field_peek(r)))
        r->failed = true;
    out[n] = 0;
}

void field_string(struct reader *r, char *out, size_t room)
{
    size_t n = 0;
    if (!field_take(r, '"'))
        r->failed = true;
    while (!r->failed && field_peek(r) != '"') {
        int c = read_u8(r);
        if (c == '\\') {
            c = read_u8(r);
            r->failed = r->failed || (c != '"' && c != '\\');
        }
        if (c < 0x20 || c > 0x7e || n + 1 == room)
            r->failed = true;
        else
            out[n++] = (char)c;
    }
    if (!field_take(r, '"'))
        r->failed = true;
    out[n] = 0;
}

int64_t field_integer(struct reader *r)
{
    enum { DIGITS = 15 };
    int64_t v = 0;
    size_t n = 0;
    bool is_negative = field_take(r, '-');
    for (; n < DIGITS && is_digit(field_peek(r)); n++)
        v = v * 10 + (read_u8(r) - '0');
    if (n == 0 || is_digit(field_peek(r)) || field_peek(r) == '.')
        r->failed = true;
    return is_negative ? -v : v;
}

/* The value of a sign of base64 (RFC 4648, section 4); -1: none. */
static int sign_value(int c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (is_lower(c))
        return c - 'a' + 26;
    if (is_digit(c))
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

size_t field_bytes(struct reader *r, uint8_t *out, size_t room)
{
    uint32_t kept = 0;
    unsigned bits = 0;
    size_t n = 0, padding = 0, signs = 0;
    if (!field_take(r, ':'))
        r->failed = true;
    for (; !r->failed && field_peek(r) != ':' && field_peek(r) != '='; signs++) {
        int v = sign_value(read_u8(r));
        r->failed = r->failed || v < 0;
        kept = (kept << 6 | (uint32_t)(v & 63)) & 0xfff;
        bits += 6;
        if (bits < 8)
            continue;
        bits -= 8;
        if (n == room)
            r->failed = true;
        else
            out[n++] = (uint8_t)(kept >> bits);
    }
    while (field_take(r, '='))
        padding++;
    /* One way to write it: padded, and nothing but zeros behind the last byte. */
    if (!field_take(r, ':') || (signs + padding) % 4 != 0 || padding > 2 || signs % 4 == 1 ||
        (kept & ((1U << bits) - 1)) != 0)
        r->failed = true;
    return n;
}

void field_put_string(struct buf *out, const char *text)
{
    buf_u8(out, '"');
    for (; *text != 0; text++) {
        if (*text == '"' || *text == '\\')
            buf_u8(out, '\\');
        buf_u8(out, (uint8_t)*text);
    }
    buf_u8(out, '"');
}
