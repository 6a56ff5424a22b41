#include "format/caption/encoding.h"

#include <errno.h>
#include <iconv.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <uchardet/uchardet.h>

#include "base/buf.h"
#include "base/text.h"
#include "format/caption/lines.h"

static const char replacement[] = "\xef\xbf\xbd";

/* Length of the UTF-8 sequence at text, 0 when it is none. */
static size_t sequence(const char *text, size_t n)
{
    uint8_t first = (uint8_t)text[0];
    size_t size = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    return size != 0 && size <= n && text_is_utf8(text, size) ? size : 0;
}

static void put_line_end(const char *text, size_t n, size_t *i, struct buf *out)
{
    buf_u8(out, '\n');
    *i += *i + 1 < n && text[*i] == '\r' && text[*i + 1] == '\n' ? 2 : 1;
}

void encoding_put_clean(const char *text, size_t n, struct buf *out)
{
    size_t plain = 0; /* bytes before i that can be copied as they are */
    for (size_t i = 0; i < n;) {
        uint8_t c = (uint8_t)text[i];
        size_t size = c == 0 || c == '\r' ? 0 : c < 0x80 ? 1 : sequence(text + i, n - i);
        if (size > 0) {
            i += size;
            plain += size;
            continue;
        }
        buf_put(out, text + i - plain, plain);
        plain = 0;
        if (c == '\r') {
            put_line_end(text, n, &i, out);
        } else {
            buf_text(out, replacement);
            i++;
        }
    }
    buf_put(out, text + n - plain, plain);
}

/* Names that detectors and XML declarations use, and the wider table that is meant by them. */
static const char *iconv_name(const char *name)
{
    static const struct {
        const char *said, *meant;
    } rows[] = {
        { "ASCII", "WINDOWS-1252" },
        { "US-ASCII", "WINDOWS-1252" },
        { "ISO-8859-1", "WINDOWS-1252" },
        { "LATIN1", "WINDOWS-1252" },
        { "SHIFT_JIS", "CP932" },
        { "SHIFT-JIS", "CP932" },
        { "EUC-KR", "UHC" },
        { "GB2312", "GB18030" },
        { "GBK", "GB18030" },
        { "HZ-GB-2312", "GB18030" },
        { "BIG5", "CP950" },
        { "TIS-620", "CP874" },
        { "ISO-8859-11", "CP874" },
        { "WINDOWS-874", "CP874" },
        { "ISO-8859-9", "WINDOWS-1254" },
        { "WINDOWS-949", "UHC" },
    };
    struct span s = span_of(name, strlen(name));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (span_is_nocase(&s, rows[i].said))
            return rows[i].meant;
    }
    return name;
}

/* Reads all of bytes as `from`; what it cannot be becomes U+FFFD, a byte at a time. */
static enum err convert(const char *from, const char *bytes, size_t n, struct buf *out)
{
    iconv_t to = iconv_open("UTF-8", from);
    if (to == (iconv_t)-1)
        return ERR_UNSUPPORTED;
    char *at = (char *)(uintptr_t)bytes; /* iconv's type; it only reads */
    char part[4096];
    while (n > 0 && out->err == OK) {
        char *end = part;
        size_t room = sizeof part;
        size_t done = iconv(to, &at, &n, &end, &room);
        int number = errno;
        buf_put(out, part, sizeof part - room);
        if (done != (size_t)-1 || number == E2BIG)
            continue;
        buf_text(out, replacement);
        at++;
        n--;
    }
    iconv_close(to);
    return out->err;
}

struct guess {
    char name[24];
    size_t skip; /* bytes of the mark */
};

static bool from_mark(const uint8_t *p, size_t n, struct guess *g)
{
    static const struct {
        const char *mark, *name;
        size_t size;
    } rows[] = {
        { "\xef\xbb\xbf", "UTF-8", 3 },    { "\xff\xfe\0\0", "UTF-32LE", 4 },
        { "\0\0\xfe\xff", "UTF-32BE", 4 }, { "\xff\xfe", "UTF-16LE", 2 },
        { "\xfe\xff", "UTF-16BE", 2 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (n < rows[i].size || memcmp(p, rows[i].mark, rows[i].size) != 0)
            continue;
        text_copy(g->name, sizeof g->name, rows[i].name);
        g->skip = rows[i].size;
        return true;
    }
    return false;
}

/* UTF-16 without a mark: line ends, spaces and figures have a zero on one side. */
static bool from_zeros(const uint8_t *p, size_t n, struct guess *g)
{
    enum { LOOK = 4096 };
    size_t look = n < LOOK ? n : LOOK, zeros[2] = { 0, 0 };
    for (size_t i = 0; i < look; i++)
        zeros[i & 1] += p[i] == 0;
    size_t more = zeros[0] > zeros[1] ? zeros[0] : zeros[1], less = zeros[0] + zeros[1] - more;
    if (more < look / 16 || more < 4 || less * 8 > more)
        return false;
    text_copy(g->name, sizeof g->name, zeros[0] > zeros[1] ? "UTF-16BE" : "UTF-16LE");
    return true;
}

/* encoding="..." of an XML declaration that is itself in ASCII. */
static bool from_declaration(const char *text, size_t n, struct guess *g)
{
    enum { LOOK = 200 };
    struct span s = span_of(text, n < LOOK ? n : LOOK);
    if (!span_starts(&s, "<?xml"))
        return false;
    s = span_until(&s, '>');
    const char *found = memmem(s.at, span_size(&s), "encoding", 8);
    if (found == NULL)
        return false;
    s.at = found + 8;
    span_skip_blank(&s);
    if (!span_take(&s, '='))
        return false;
    span_skip_blank(&s);
    char quote = s.at < s.end ? *s.at : 0;
    if ((quote != '"' && quote != '\'') || !span_take(&s, quote))
        return false;
    struct span name = span_until(&s, quote);
    size_t size = span_size(&name);
    if (size == 0 || size >= sizeof g->name || span_is_nocase(&name, "UTF-8"))
        return false; /* said to be UTF-8, and it is not: let the bytes speak */
    memcpy(g->name, name.at, size);
    g->name[size] = 0;
    return strncasecmp(g->name, "UTF-16", 6) != 0;
}

static void from_statistics(const char *text, size_t n, struct guess *g)
{
    enum { LOOK = 512 * 1024 }; /* a whole film's captions and more */
    n = n < LOOK ? n : LOOK;
    uchardet_t detector = uchardet_new();
    const char *name = "";
    if (detector != NULL && uchardet_handle_data(detector, text, n) == 0) {
        uchardet_data_end(detector);
        name = uchardet_get_charset(detector);
    }
    if (name[0] == 0 || !text_copy(g->name, sizeof g->name, name) || strcmp(name, "UTF-8") == 0)
        text_copy(g->name, sizeof g->name, "WINDOWS-1252");
    if (detector != NULL)
        uchardet_delete(detector);
}

static bool is_nearly_utf8(const char *text, size_t n)
{
    size_t good = 0, bad = 0;
    for (size_t i = 0; i < n;) {
        size_t size = text[i] == 0 ? 1 : sequence(text + i, n - i);
        good += size > 1;
        bad += size == 0;
        i += size == 0 ? 1 : size;
    }
    return bad == 0 || good / 10 > bad; /* a broken byte in an otherwise right file */
}

static void guess(const char *text, size_t n, struct guess *g)
{
    *g = (struct guess){ .skip = 0 };
    if (from_mark((const uint8_t *)text, n, g) || from_zeros((const uint8_t *)text, n, g))
        return;
    if (is_nearly_utf8(text, n))
        text_copy(g->name, sizeof g->name, "UTF-8");
    else if (!from_declaration(text, n, g))
        from_statistics(text, n, g);
}

enum err encoding_to_utf8(const void *bytes, size_t n, char *name, size_t room, struct buf *out)
{
    struct guess g;
    guess(bytes, n, &g);
    const char *text = (const char *)bytes + g.skip;
    n -= g.skip;
    if (strcmp(g.name, "UTF-8") == 0) {
        text_copy(name, room, g.name);
        encoding_put_clean(text, n, out);
        return out->err;
    }
    struct buf raw;
    buf_init(&raw, out->ceiling);
    enum err err = convert(iconv_name(g.name), text, n, &raw);
    if (err == ERR_UNSUPPORTED) {
        text_copy(g.name, sizeof g.name, "WINDOWS-1252");
        err = convert(g.name, text, n, &raw);
    }
    text_copy(name, room, g.name);
    if (err == OK)
        encoding_put_clean(buf_string(&raw), raw.size, out);
    buf_finish(&raw);
    return err == OK ? out->err : err;
}
