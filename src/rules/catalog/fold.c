#include "rules/catalog/fold.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"

/* One character a code point: the letter it becomes; a capital stands for two letters (`pairs`), a
 * dot for "stays as it is", a space for "parts words". */
static const char latin[] = /* U+00C0 to U+024F */
    "aaaaaaAceeeeiiiidnooooo ouuuuyTSaaaaaaAceeeeiiiidnooooo ouuuuyTy"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiIIjjkkklllllll"
    "lllnnnnnnnnnooooooOOrrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs"
    "................................oo.............uu..............."
    "....DDDLLLNNNaaiioouuuuuuuuuu.aaaa....ggkkoooo..jDDDgg..nnaa...."
    "aaaaeeeeiiiioooorrrruuuusstt..hh......aaeeooooooooyy............"
    "................";
static const char latin_additional[] = /* U+1E00 to U+1EFF */
    "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm"
    "mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv"
    "wwwwwwwwwwxxxxyyzzzzzzhtwy.s..S.aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee"
    "eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy......";

static const struct {
    char mark;
    const char *letters;
} pairs[] = { { 'A', "ae" }, { 'O', "oe" }, { 'S', "ss" }, { 'T', "th" },
              { 'I', "ij" }, { 'D', "dz" }, { 'L', "lj" }, { 'N', "nj" } };

/* Greek and Cyrillic letters that become another; both ends belong to the range. */
static const struct {
    uint32_t from, to;
    int32_t step;
} shifts[] = {
    { 0x0386, 0x0386, 0x2b },  { 0x0388, 0x0388, 0x2d },  { 0x0389, 0x0389, 0x2e },
    { 0x038a, 0x038a, 0x2f },  { 0x038c, 0x038c, 0x33 },  { 0x038e, 0x038e, 0x37 },
    { 0x038f, 0x038f, 0x3a },  { 0x0390, 0x0390, 0x29 },  { 0x0391, 0x03a9, 0x20 },
    { 0x03aa, 0x03aa, 0x0f },  { 0x03ab, 0x03ab, 0x1a },  { 0x03ac, 0x03ac, 0x05 },
    { 0x03ad, 0x03ad, 0x08 },  { 0x03ae, 0x03ae, 0x09 },  { 0x03af, 0x03af, 0x0a },
    { 0x03b0, 0x03b0, 0x15 },  { 0x03c2, 0x03c2, 1 },     { 0x03ca, 0x03ca, -0x11 },
    { 0x03cb, 0x03cb, -0x06 }, { 0x03cc, 0x03cc, -0x0d }, { 0x03cd, 0x03cd, -0x08 },
    { 0x03ce, 0x03ce, -0x05 }, { 0x0401, 0x0401, 0x34 },  { 0x0400, 0x040f, 0x50 },
    { 0x0410, 0x042f, 0x20 },  { 0x0451, 0x0451, -0x1c },
};

static bool is_in(uint32_t v, uint32_t from, uint32_t to)
{
    return v >= from && v <= to;
}

static bool is_ascii_word(uint32_t v)
{
    return is_in(v, 'a', 'z') || is_in(v, 'A', 'Z') || is_in(v, '0', '9');
}

/* Spaces and punctuation of ASCII, Latin-1, General Punctuation, CJK and the full-width forms. */
static bool parts_words(uint32_t v)
{
    if (v < 0x80)
        return !is_ascii_word(v);
    return (is_in(v, 0x80, 0xbf) && v != 0xaa && v != 0xba) || is_in(v, 0x2000, 0x206f) ||
           is_in(v, 0x3000, 0x303f) || is_in(v, 0xff01, 0xff0f) || v == 0xfeff;
}

static char latin_of(uint32_t v)
{
    if (is_in(v, 'A', 'Z'))
        return (char)(v - 'A' + 'a');
    if (v < 0x80)
        return (char)v;
    if (v == 0xaa || v == 0xba)
        return v == 0xaa ? 'a' : 'o';
    if (is_in(v, 0xc0, 0x24f))
        return latin[v - 0xc0];
    return is_in(v, 0x1e00, 0x1eff) ? latin_additional[v - 0x1e00] : '.';
}

static void put_latin(struct buf *out, char c)
{
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        if (pairs[i].mark == c) {
            buf_text(out, pairs[i].letters);
            return;
        }
    }
    buf_u8(out, (uint8_t)c);
}

/* Greek and Cyrillic lie where UTF-8 takes two bytes, before and after a shift. */
static bool put_shifted(struct buf *out, uint32_t v)
{
    for (size_t i = 0; i < sizeof shifts / sizeof shifts[0]; i++) {
        if (!is_in(v, shifts[i].from, shifts[i].to))
            continue;
        uint32_t to = (uint32_t)((int32_t)v + shifts[i].step);
        buf_u8(out, (uint8_t)(0xc0 | to >> 6));
        buf_u8(out, (uint8_t)(0x80 | (to & 0x3f)));
        return true;
    }
    return false;
}

void fold_put(struct buf *out, const char *text, size_t n)
{
    bool between = true;
    size_t used = 1;
    for (size_t i = 0; i < n; i += used) {
        uint32_t v = text_next(text + i, n - i, &used);
        if (is_in(v, 0x300, 0x36f))
            continue;
        char c = v == UINT32_MAX || parts_words(v) ? ' ' : latin_of(v);
        if (c == ' ') {
            between = true;
            continue;
        }
        if (between)
            buf_u8(out, ' ');
        between = false;
        if (c != '.')
            put_latin(out, c);
        else if (!put_shifted(out, v))
            buf_put(out, text + i, used);
    }
}
