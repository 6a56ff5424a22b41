#include "box/play/cmcd.h"

#include <assert.h>

const char *const cmcd_names[CMCD_HEADERS] = { "CMCD-Object", "CMCD-Request", "CMCD-Session",
                                               "CMCD-Status" };

enum { ID_MAX = 64 };

static void put_comma(struct buf *out, size_t start)
{
    if (out->size > start)
        buf_u8(out, ',');
}

static void put_number(struct buf *out, size_t start, const char *key, uint64_t value)
{
    put_comma(out, start);
    buf_printf(out, "%s=%llu", key, (unsigned long long)value);
}

static void put_word(struct buf *out, size_t start, const char *word)
{
    put_comma(out, start);
    buf_text(out, word);
}

/* A string of RFC 8941: what it does not allow is left out. */
static void put_text(struct buf *out, size_t start, const char *key, const char *text)
{
    if (text == NULL || text[0] == 0)
        return;
    put_comma(out, start);
    buf_printf(out, "%s=\"", key);
    for (size_t i = 0; text[i] != 0 && i < ID_MAX; i++) {
        if (text[i] < 0x20 || text[i] > 0x7e)
            continue;
        if (text[i] == '"' || text[i] == '\\')
            buf_u8(out, '\\');
        buf_u8(out, (uint8_t)text[i]);
    }
    buf_text(out, "\"");
}

static uint64_t kilobits(uint64_t rate)
{
    return (rate + 500) / 1000;
}

static uint64_t hundreds(double value)
{
    return value > 0 ? (uint64_t)(value / 100 + 0.5) * 100 : 0;
}

static void put_object(const struct cmcd *c, struct buf *out)
{
    static const char *const types[] = {
        [CMCD_MANIFEST] = "ot=m", [CMCD_AUDIO] = "ot=a",   [CMCD_VIDEO] = "ot=v",
        [CMCD_INIT] = "ot=i",     [CMCD_CAPTION] = "ot=c", [CMCD_KEY] = "ot=k"
    };
    size_t start = out->size;
    bool is_media = c->object == CMCD_AUDIO || c->object == CMCD_VIDEO;
    if (is_media && c->bit_rate != 0)
        put_number(out, start, "br", kilobits(c->bit_rate));
    put_word(out, start, types[c->object]);
    if (is_media && c->top_rate != 0)
        put_number(out, start, "tb", kilobits(c->top_rate));
}

static void put_request(const struct cmcd *c, struct buf *out)
{
    size_t start = out->size;
    bool is_media = c->object == CMCD_AUDIO || c->object == CMCD_VIDEO;
    if (is_media && c->has_buffer)
        put_number(out, start, "bl", hundreds(c->buffer * 1000));
    if (c->throughput != 0)
        put_number(out, start, "mtp", hundreds((double)kilobits(c->throughput)));
    if (c->is_starting || c->was_starved)
        put_word(out, start, "su");
}

static void put_session(const struct cmcd *c, struct buf *out)
{
    size_t start = out->size;
    put_text(out, start, "cid", c->content_id);
    put_word(out, start, "sf=d");
    put_text(out, start, "sid", c->session_id);
    put_word(out, start, "st=v");
    put_word(out, start, "v=1");
}

void cmcd_put(const struct cmcd *c, unsigned header, struct buf *out)
{
    assert(header < CMCD_HEADERS);
    if (header == 0)
        put_object(c, out);
    else if (header == 1)
        put_request(c, out);
    else if (header == 2)
        put_session(c, out);
    else if (c->was_starved)
        buf_text(out, "bs");
}
