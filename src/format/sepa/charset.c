#include "format/sepa/charset.h"

#include <string.h>

#include "base/text.h"

bool sepa_char_is_good(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != 0 && strchr("/-?:().,'+ ", c) != NULL);
}

/* Rows of letters one after the other from a code point on, parted by spaces. */
static const struct run {
    uint32_t first;
    const char *letters;
} runs[] = {
    { 0xa0, "' . . . E . . . . C a ' . - R - . . 2 3 ' u . . , 1 o ' 1/4 1/2 3/4 ?" },
    { 0xc0, "A A A A A A AE C E E E E I I I I D N O O O O O . O U U U U Y TH ss" },
    { 0xe0, "a a a a a a ae c e e e e i i i i d n o o o o o . o u u u u y th y" },
    { 0x100, "A a A a A a C c C c C c C c D d D d E e E e E e E e E e G g G g G g G g H h H h" },
    { 0x128, "I i I i I i I i I i IJ ij J j K k k L l L l L l L l L l N n N n N n n N n O o O o" },
    { 0x150, "O o OE oe R r R r R r S s S s S s S s T t T t T t U u U u U u U u U u U u W w" },
    { 0x176, "Y y Y Z z Z z Z z s" },
    { 0x218, "S s T t" },
    { 0x386, "A . E I I . O . Y O i A V G D E Z I TH I K L M N X O P R . S T Y F CH PS O I Y a" },
    { 0x3ad, "e i i y a v g d e z i th i k l m n x o p r s s t y f ch ps o i y o y o" },
    { 0x410, "A B V G D E ZH Z I Y K L M N O P R S T U F H TS CH SH SHT A Y Y E YU YA" },
    { 0x430, "a b v g d e zh z i y k l m n o p r s t u f h ts ch sh sht a y y e yu ya" },
    { 0x2010, "- - - - - - . . ' ' , ' ' ' , ' . . . . . . ..." },
    { 0x20ac, "E" },
};

/* What ASCII has and SEPA has not. */
static const char *ascii_likeness(uint32_t c)
{
    switch (c) {
    case '&': return "+";
    case '_':
    case '~': return "-";
    case '"':
    case '`':
    case '^': return "'";
    case '[':
    case '{':
    case '<': return "(";
    case ']':
    case '}':
    case '>': return ")";
    case '|':
    case '\\': return "/";
    case ';': return ",";
    case '\t':
    case '\r':
    case '\n': return " ";
    default: return ".";
    }
}

/* The likeness of c, *n bytes, not ended by a NUL. */
static const char *likeness(uint32_t c, size_t *n)
{
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
        const char *at = runs[i].letters;
        for (uint32_t k = runs[i].first; k <= c && *at != 0; k++) {
            *n = strcspn(at, " ");
            if (k == c)
                return at;
            at += *n;
            at += strspn(at, " ");
        }
    }
    const char *plain = c < 0x80 ? ascii_likeness(c) : ".";
    *n = strlen(plain);
    return plain;
}

static void put(struct buf *out, size_t from, size_t most, char c)
{
    bool is_blank = c == ' ';
    bool after_blank = out->size == from || out->data[out->size - 1] == ' ';
    if (out->err == OK && out->size - from < most && !(is_blank && after_blank))
        buf_u8(out, (uint8_t)c);
}

void sepa_put_text(struct buf *out, const char *text, size_t n, size_t most)
{
    size_t from = out->size;
    for (size_t i = 0; i < n;) {
        size_t used = 1, size = 1;
        uint32_t c = text_next(text + i, n - i, &used);
        if (c == 0xa0)
            c = ' ';
        if (c < 0x80 && sepa_char_is_good((char)c)) {
            put(out, from, most, (char)c);
        } else if (c < 0x300 || c > 0x36f) { /* not a mark that goes over the letter before */
            const char *like = likeness(c, &size);
            for (size_t k = 0; k < size; k++)
                put(out, from, most, like[k]);
        }
        i += used;
    }
    while (out->err == OK && out->size > from && out->data[out->size - 1] == ' ')
        buf_truncate(out, out->size - 1);
}
