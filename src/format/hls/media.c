#include "format/hls/key.h"
#include "format/hls/playlist.h"
#include "format/hls/text.h"

/* What EXTINF says of the span between two instants: ends are rounded, never lengths, so that the
 * sum of a long film is its length. */
static uint64_t span_us(uint64_t start, uint64_t duration, uint32_t timescale)
{
    return hls_us(start + duration, timescale) - hls_us(start, timescale);
}

/* Every EXTINF, rounded to a whole second, may be at most this (rfc8216bis 4.4.3.1). */
static void put_head(struct buf *out, uint64_t longest_us)
{
    uint64_t seconds = (longest_us + 500000) / 1000000;
    buf_printf(out,
               "#EXTM3U\n#EXT-X-VERSION:" HLS_VERSION "\n#EXT-X-TARGETDURATION:%llu\n"
               "#EXT-X-MEDIA-SEQUENCE:1\n#EXT-X-PLAYLIST-TYPE:VOD\n",
               (unsigned long long)(seconds == 0 ? 1 : seconds));
}

static void put_map(struct buf *out, const struct presentation *p,
                    const struct presentation_rendition *r)
{
    buf_printf(out, "#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-MAP:URI=\"%s/init.mp4\"\n", r->name);
    hls_put_key(out, p, r->index);
}

static void put_inf(struct buf *out, uint64_t us)
{
    buf_text(out, "#EXTINF:");
    hls_put_seconds(out, us);
    buf_text(out, ",\n");
}

enum err hls_media(const struct presentation *p, const struct presentation_rendition *r,
                   struct buf *out)
{
    const struct cmaf_index *x = r->index;
    struct cmaf_segment s;
    uint64_t longest = 0;
    enum err err = presentation_check(p);
    if (err != OK || out->err != OK)
        return err != OK ? err : out->err;
    size_t start = out->size;
    for (uint64_t i = 1; cmaf_segment_at(x, p->per_segment, i, &s) == OK; i++) {
        uint64_t us = span_us(s.start, s.duration, x->timescale);
        longest = us > longest ? us : longest;
    }
    put_head(out, longest);
    put_map(out, p, r);
    for (uint64_t i = 1; cmaf_segment_at(x, p->per_segment, i, &s) == OK; i++) {
        put_inf(out, span_us(s.start, s.duration, x->timescale));
        buf_printf(out, "%s/%llu.m4s\n", r->name, (unsigned long long)i);
    }
    buf_text(out, "#EXT-X-ENDLIST\n");
    return hls_settle(out, start);
}

bool hls_has_iframes(const struct presentation *p, const struct cmaf_index *index)
{
    bool is_whole =
        presentation_is_protected(p, index) && p->protection->hls == PRESENTATION_AES128;
    return presentation_has_keys(index) && !is_whole;
}

enum err hls_iframes(const struct presentation *p, const struct presentation_rendition *r,
                     struct buf *out)
{
    const struct cmaf_index *x = r->index;
    const size_t per_segment = p->per_segment == 0 ? 1 : p->per_segment;
    struct cmaf_segment segment = { 0 };
    uint64_t longest = 0;
    enum err err = presentation_check(p);
    if (err == OK && !hls_has_iframes(p, x))
        err = ERR_ARGUMENT;
    if (err != OK || out->err != OK)
        return err != OK ? err : out->err;
    size_t start = out->size;
    for (size_t i = 0; i < x->n; i++) {
        uint64_t us = span_us(x->fragments[i].start, x->fragments[i].duration, x->timescale);
        longest = us > longest ? us : longest;
    }
    put_head(out, longest);
    buf_text(out, "#EXT-X-I-FRAMES-ONLY\n");
    put_map(out, p, r);
    for (size_t i = 0; err == OK && i < x->n; i++) {
        const struct cmaf_fragment_entry *f = &x->fragments[i];
        uint64_t number = i / per_segment + 1;
        err = cmaf_segment_at(x, per_segment, number, &segment);
        put_inf(out, span_us(f->start, f->duration, x->timescale));
        if (presentation_is_protected(p, x))
            buf_printf(out, "%s/" HLS_KEY_FRAME "%zu.m4s\n", r->name, i + 1);
        else
            buf_printf(out, "#EXT-X-BYTERANGE:%u@%llu\n%s/%llu.m4s\n", f->key_size,
                       (unsigned long long)(f->offset - segment.offset), r->name,
                       (unsigned long long)number);
    }
    buf_text(out, "#EXT-X-ENDLIST\n");
    return hls_settle(out, start);
}

enum err hls_captions(const struct presentation *p, const struct presentation_caption *c,
                      struct buf *out)
{
    enum err err = presentation_check(p);
    if (err != OK || out->err != OK)
        return err != OK ? err : out->err;
    size_t start = out->size;
    put_head(out, p->duration_ms * 1000);
    put_inf(out, p->duration_ms * 1000);
    buf_printf(out, "%s.vtt\n#EXT-X-ENDLIST\n", c->name);
    return hls_settle(out, start);
}

/* The last sheet ends with the film. */
static uint64_t sheet_us(const struct presentation *p, uint32_t sheet)
{
    const struct presentation_tiles *t = &p->tiles;
    uint64_t from = hls_us(sheet * t->sheet_ticks, t->timescale);
    uint64_t to = hls_us((sheet + UINT64_C(1)) * t->sheet_ticks, t->timescale);
    uint64_t film = p->duration_ms * 1000;
    if (to > film && film > from)
        to = film;
    return to - from;
}

enum err hls_tiles(const struct presentation *p, struct buf *out)
{
    const struct presentation_tiles *t = &p->tiles;
    enum err err = presentation_check(p);
    if (err == OK && t->name == NULL)
        err = ERR_ARGUMENT;
    if (err != OK || out->err != OK)
        return err != OK ? err : out->err;
    size_t start = out->size;
    put_head(out, sheet_us(p, 0));
    buf_text(out, "#EXT-X-IMAGES-ONLY\n");
    for (uint32_t i = 0; i < t->sheets; i++) {
        put_inf(out, sheet_us(p, i));
        buf_printf(out, "#EXT-X-TILES:RESOLUTION=%ux%u,LAYOUT=%ux%u,DURATION=", t->width, t->height,
                   t->columns, t->rows);
        hls_put_seconds(out, hls_us(t->interval_ticks, t->timescale));
        buf_printf(out, "\n%s/%u.jpg\n", t->name, i + 1);
    }
    buf_text(out, "#EXT-X-ENDLIST\n");
    return hls_settle(out, start);
}
