#include "format/jws/scan.h"

#include <string.h>

#include "base/text.h"

static void fail(struct scan *s, enum err err)
{
    if (s->err == OK)
        s->err = err;
    s->at = s->end;
}

static void step_over_space(struct scan *s)
{
    while (s->at < s->end && (*s->at == ' ' || *s->at == '\t' || *s->at == '\n' || *s->at == '\r'))
        s->at++;
}

/* The next character that is no space; 0 at the end. */
static char peek(struct scan *s)
{
    step_over_space(s);
    return s->at < s->end ? *s->at : 0;
}

static void expect(struct scan *s, char c)
{
    if (peek(s) == c && s->err == OK)
        s->at++;
    else
        fail(s, ERR_MALFORMED);
}

struct scan scan_of(const void *bytes, size_t n)
{
    struct scan s = { .at = bytes, .end = (const char *)bytes + n };
    if (!text_is_utf8(bytes, n))
        fail(&s, ERR_MALFORMED);
    return s;
}

/* ---- texts ----------------------------------------------------------------------------------- */

/* Where a text goes; out NULL: nowhere. */
struct sink {
    char *out;
    size_t room, n;
    bool is_cut;
};

static void put(struct sink *sink, const char *bytes, size_t n)
{
    if (sink->out == NULL)
        return;
    if (sink->room - sink->n <= n) {
        sink->is_cut = true;
        return;
    }
    memcpy(sink->out + sink->n, bytes, n);
    sink->n += n;
}

static void put_point(struct sink *sink, uint32_t c)
{
    char b[4];
    size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const uint8_t first[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
    for (size_t i = n; i-- > 1; c >>= 6)
        b[i] = (char)(0x80 | (c & 0x3f));
    b[0] = (char)(first[n] | c);
    put(sink, b, n);
}

/* Four hexadecimal digits. */
static uint32_t read_unit(struct scan *s)
{
    uint32_t v = 0;
    if (s->end - s->at < 4) {
        fail(s, ERR_MALFORMED);
        return 0;
    }
    for (int i = 0; i < 4; i++, s->at++) {
        int digit = text_hex_digit(*s->at);
        if (digit < 0) {
            fail(s, ERR_MALFORMED);
            return 0;
        }
        v = v << 4 | (uint32_t)digit;
    }
    return v;
}

/* After "\u": a code point, of two units where it takes a pair. */
static void read_point(struct scan *s, struct sink *sink)
{
    uint32_t c = read_unit(s);
    if (c >= 0xd800 && c < 0xdc00) {
        bool is_pair = s->end - s->at >= 2 && s->at[0] == '\\' && s->at[1] == 'u';
        s->at += is_pair ? 2 : 0;
        uint32_t low = is_pair ? read_unit(s) : 0;
        c = low >= 0xdc00 && low < 0xe000 ? 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00) : 0;
    } else if (c >= 0xdc00 && c < 0xe000) {
        c = 0;
    }
    if (c == 0)
        fail(s, ERR_MALFORMED); /* half of a pair, or a NUL */
    else
        put_point(sink, c);
}

static void read_escape(struct scan *s, struct sink *sink)
{
    static const char signs[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    char c = s->at < s->end ? *s->at++ : 0;
    const char *at = c != 0 ? strchr(signs, c) : NULL;
    if (c == 'u')
        read_point(s, sink);
    else if (at != NULL)
        put(sink, &meant[at - signs], 1);
    else
        fail(s, ERR_MALFORMED);
}

static void read_text(struct scan *s, struct sink *sink)
{
    expect(s, '"');
    while (s->err == OK) {
        const char *from = s->at;
        while (s->at < s->end && *s->at != '"' && *s->at != '\\' && (uint8_t)*s->at >= 0x20)
            s->at++;
        put(sink, from, (size_t)(s->at - from));
        char c = s->at < s->end ? *s->at++ : 0;
        if (c == '"')
            break;
        if (c == '\\')
            read_escape(s, sink);
        else
            fail(s, ERR_MALFORMED);
    }
    if (sink->out != NULL)
        sink->out[sink->n] = 0;
}

void scan_text(struct scan *s, char *out, size_t room)
{
    struct sink sink = { .out = out, .room = room };
    read_text(s, &sink);
    if (sink.is_cut)
        fail(s, ERR_FULL);
    if (s->err != OK)
        out[0] = 0;
}

/* ---- objects and lists ----------------------------------------------------------------------- */

void scan_open(struct scan *s)
{
    expect(s, '{');
    s->has_members = false;
}

bool scan_member(struct scan *s, char *name, size_t room)
{
    struct sink sink = { .out = name, .room = room };
    char c = peek(s);
    name[0] = 0;
    if (c == '}' || s->err != OK) {
        s->at += s->err == OK;
        return false;
    }
    if (s->has_members)
        expect(s, ',');
    read_text(s, &sink);
    expect(s, ':');
    s->has_members = true;
    if (sink.is_cut || s->err != OK)
        name[0] = 0;
    return s->err == OK;
}

bool scan_is_list(const struct scan *s)
{
    struct scan copy = *s;
    return peek(&copy) == '[';
}

void scan_list(struct scan *s)
{
    expect(s, '[');
}

bool scan_entry(struct scan *s, size_t *n)
{
    if (peek(s) == ']' || s->err != OK) {
        s->at += s->err == OK;
        return false;
    }
    if (*n > 0)
        expect(s, ',');
    *n += 1;
    return s->err == OK;
}

enum err scan_end(struct scan *s)
{
    step_over_space(s);
    if (s->at < s->end)
        fail(s, ERR_MALFORMED);
    return s->err;
}

/* ---- numbers --------------------------------------------------------------------------------- */

static size_t digits(struct scan *s)
{
    const char *from = s->at;
    while (s->at < s->end && *s->at >= '0' && *s->at <= '9')
        s->at++;
    return (size_t)(s->at - from);
}

/* The sign and the whole part, as RFC 8259 section 6 has it. */
static void read_whole_part(struct scan *s)
{
    char c = peek(s);
    s->at += c == '-';
    bool begins_with_0 = s->at < s->end && *s->at == '0';
    size_t n = digits(s);
    if (n == 0 || (begins_with_0 && n > 1))
        fail(s, ERR_MALFORMED);
}

void scan_whole(struct scan *s, int64_t *out)
{
    step_over_space(s);
    const char *from = s->at;
    read_whole_part(s);
    if (s->err == OK && s->at < s->end && strchr(".eE", *s->at) != NULL)
        fail(s, ERR_MALFORMED);
    if (s->err != OK)
        return;
    enum err err = text_to_i64(from, (size_t)(s->at - from), INT64_MIN, INT64_MAX, out);
    if (err != OK)
        fail(s, err);
}

static void skip_number(struct scan *s)
{
    read_whole_part(s);
    if (s->err == OK && s->at < s->end && *s->at == '.') {
        s->at++;
        if (digits(s) == 0)
            fail(s, ERR_MALFORMED);
    }
    if (s->err == OK && s->at < s->end && (*s->at == 'e' || *s->at == 'E')) {
        s->at++;
        s->at += s->at < s->end && (*s->at == '+' || *s->at == '-');
        if (digits(s) == 0)
            fail(s, ERR_MALFORMED);
    }
}

/* ---- what nobody asks for -------------------------------------------------------------------- */

static void skip_word(struct scan *s, const char *word)
{
    size_t n = strlen(word);
    if ((size_t)(s->end - s->at) >= n && memcmp(s->at, word, n) == 0)
        s->at += n;
    else
        fail(s, ERR_MALFORMED);
}

static void skip_plain(struct scan *s, char c)
{
    struct sink nowhere = { 0 };
    if (c == '"')
        read_text(s, &nowhere);
    else if (c == 't')
        skip_word(s, "true");
    else if (c == 'f')
        skip_word(s, "false");
    else if (c == 'n')
        skip_word(s, "null");
    else
        skip_number(s);
}

/* What is open, innermost last. */
struct nest {
    char closes[SCAN_DEPTH_MAX];
    size_t n;
};

/* The name before a value, where one has to be. */
static void skip_name(struct scan *s, const struct nest *nest)
{
    struct sink nowhere = { 0 };
    if (nest->n == 0 || nest->closes[nest->n - 1] == ']')
        return;
    read_text(s, &nowhere);
    expect(s, ':');
}

/* Opens what begins here. False: it was closed at once, or is plain; a value is complete. */
static bool enter(struct scan *s, struct nest *nest)
{
    char c = peek(s);
    if (c != '{' && c != '[') {
        skip_plain(s, c);
        return false;
    }
    s->at++;
    if (peek(s) == (c == '{' ? '}' : ']')) {
        s->at++;
        return false;
    }
    if (nest->n == SCAN_DEPTH_MAX) {
        fail(s, ERR_FULL);
        return false;
    }
    nest->closes[nest->n++] = c == '{' ? '}' : ']';
    return true;
}

/* Closes what ends after a value. True: another value follows inside what is still open. */
static bool leave(struct scan *s, struct nest *nest)
{
    while (nest->n > 0 && s->err == OK) {
        char c = peek(s);
        if (c == ',') {
            s->at++;
            return true;
        }
        if (c != nest->closes[nest->n - 1])
            fail(s, ERR_MALFORMED);
        else
            s->at++;
        nest->n--;
    }
    return false;
}

void scan_skip(struct scan *s)
{
    struct nest nest = { .n = 0 };
    bool goes_on = s->err == OK;
    while (goes_on && s->err == OK) {
        skip_name(s, &nest);
        goes_on = s->err == OK && (enter(s, &nest) || leave(s, &nest));
    }
}
