#include "format/caption/entity.h"

#include <stdbool.h>
#include <string.h>

#include "base/text.h"

static const struct {
    const char *name, *text;
} names[] = {
#include "entity_table.inc"
};

enum { NAMES = sizeof names / sizeof names[0], NAME_MAX_SIZE = 33 };

size_t entity_put_utf8(unsigned long v, char out[ENTITY_TEXT])
{
    if (v == 0 || v > 0x10ffff || (v >= 0xd800 && v <= 0xdfff))
        v = 0xfffd;
    size_t n = v < 0x80 ? 1 : v < 0x800 ? 2 : v < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = { 0, 0x00, 0xc0, 0xe0, 0xf0 };
    for (size_t i = n; i > 1; i--) {
        out[i - 1] = (char)(0x80 | (v & 0x3f));
        v >>= 6;
    }
    out[0] = (char)(lead[n] | v);
    out[n] = 0;
    return n;
}

static int digit_of(char c, unsigned long base)
{
    int v = text_hex_digit(c);
    return v < (int)base ? v : -1;
}

/* What old pages meant by &#128; to &#159;: windows-1252, as HTML says. */
static unsigned long from_windows(unsigned long v)
{
    static const unsigned short rows[32] = {
        0x20ac, 0x81,   0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
        0x2039, 0x0152, 0x8d,   0x017d, 0x8f,   0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
        0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x9d,   0x017e, 0x0178,
    };
    return v >= 0x80 && v < 0xa0 ? rows[v - 0x80] : v;
}

static size_t read_number(const char *text, size_t n, char out[ENTITY_TEXT])
{
    size_t i = 2;
    bool hex = n > 2 && (text[2] == 'x' || text[2] == 'X');
    i += hex;
    size_t first = i;
    unsigned long v = 0, base = hex ? 16 : 10;
    for (int d; i < n && (d = digit_of(text[i], base)) >= 0; i++)
        v = v > 0x10ffff ? v : v * base + (unsigned long)d;
    if (i == first)
        return 0;
    entity_put_utf8(from_windows(v), out);
    return i < n && text[i] == ';' ? i + 1 : i;
}

static const char *find(const char *name, size_t n)
{
    size_t low = 0, high = NAMES;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int order = strncmp(name, names[mid].name, n);
        if (order == 0 && names[mid].name[n] != 0)
            order = -1;
        if (order == 0)
            return names[mid].text;
        if (order < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return NULL;
}

static bool is_alnum(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

size_t entity_read(const char *text, size_t n, char out[ENTITY_TEXT])
{
    if (n > 1 && text[1] == '#')
        return read_number(text, n, out);
    size_t size = 0;
    while (1 + size < n && size < NAME_MAX_SIZE && is_alnum(text[1 + size]))
        size++;
    size += 1 + size < n && text[1 + size] == ';';
    for (; size > 1; size--) {
        const char *found = find(text + 1, size);
        if (found == NULL)
            continue;
        memcpy(out, found, strlen(found) + 1);
        return 1 + size;
    }
    return 0;
}
