#include "service/ingest/piece.h"

#include <stdlib.h>
#include <string.h>

#include "base/reader.h"

enum { MAGIC = 0x6c6e7001, SPANS_MAX = 65535 };

void piece_init(struct piece *p)
{
    memset(p, 0, sizeof *p);
    p->still_score = -1;
}

void piece_finish(struct piece *p)
{
    for (size_t i = 0; i < PIECE_TRACKS_MAX; i++)
        free(p->tracks[i].spans);
    piece_init(p);
}

static enum err add_span(struct piece_track *t, struct cmaf_span span)
{
    if (t->n == SPANS_MAX)
        return ERR_FULL;
    if (t->n == t->room) {
        size_t room = t->room == 0 ? 32 : t->room * 2;
        struct cmaf_span *spans = realloc(t->spans, room * sizeof *spans);
        if (spans == NULL)
            return ERR_MEMORY;
        t->spans = spans;
        t->room = room;
    }
    t->spans[t->n++] = span;
    return OK;
}

enum err piece_add(struct piece *p, size_t track, const uint8_t *config, size_t config_size,
                   struct cmaf_span span)
{
    if (track >= PIECE_TRACKS_MAX || config_size == 0 || config_size > PIECE_CONFIG_MAX)
        return ERR_FULL;
    struct piece_track *t = &p->tracks[track];
    if (t->config_size == 0) {
        memcpy(t->config, config, config_size);
        t->config_size = config_size;
    }
    if (t->config_size != config_size || memcmp(t->config, config, config_size) != 0)
        return ERR_STATE;
    if (p->n_tracks <= track)
        p->n_tracks = track + 1;
    return add_span(t, span);
}

void piece_write(const struct piece *p, struct buf *out)
{
    uint64_t score;
    memcpy(&score, &p->still_score, sizeof score);
    buf_be32(out, MAGIC);
    buf_be16(out, (uint16_t)p->n_tracks);
    buf_be16(out, p->columns);
    buf_be16(out, p->rows);
    buf_be16(out, p->tile_width);
    buf_be16(out, p->tile_height);
    buf_be32(out, p->sheet_size);
    buf_be64(out, score);
    for (size_t i = 0; i < p->n_tracks; i++) {
        const struct piece_track *t = &p->tracks[i];
        buf_be16(out, (uint16_t)t->config_size);
        buf_put(out, t->config, t->config_size);
        buf_be32(out, t->sample_rate);
        buf_be16(out, t->channels);
        buf_be32(out, (uint32_t)t->n);
        for (size_t k = 0; k < t->n; k++) {
            buf_be32(out, t->spans[k].size);
            buf_be32(out, t->spans[k].duration);
        }
    }
}

static enum err read_track(struct piece_track *t, struct reader *r)
{
    t->config_size = read_u16(r);
    const uint8_t *config =
        t->config_size <= PIECE_CONFIG_MAX ? read_bytes(r, t->config_size) : NULL;
    if (config == NULL)
        return ERR_MALFORMED;
    memcpy(t->config, config, t->config_size);
    t->sample_rate = read_u32(r);
    t->channels = read_u16(r);
    uint32_t n = read_u32(r);
    if (r->failed || n > SPANS_MAX || read_left(r) / 8 < n)
        return ERR_TRUNCATED;
    enum err err = OK;
    for (uint32_t k = 0; k < n && err == OK; k++) {
        struct cmaf_span span = { .size = read_u32(r) };
        span.duration = read_u32(r);
        err = add_span(t, span);
    }
    return err;
}

enum err piece_read(struct piece *p, const uint8_t *bytes, size_t n)
{
    struct reader r = reader_of(bytes, n);
    piece_init(p);
    if (read_u32(&r) != MAGIC)
        return ERR_MALFORMED;
    size_t n_tracks = read_u16(&r);
    p->columns = read_u16(&r);
    p->rows = read_u16(&r);
    p->tile_width = read_u16(&r);
    p->tile_height = read_u16(&r);
    p->sheet_size = read_u32(&r);
    uint64_t score = read_u64(&r);
    memcpy(&p->still_score, &score, sizeof score);
    enum err err = r.failed || n_tracks > PIECE_TRACKS_MAX ? ERR_MALFORMED : OK;
    for (size_t i = 0; i < n_tracks && err == OK; i++) {
        err = read_track(&p->tracks[i], &r);
        p->n_tracks = i + 1;
    }
    if (err == OK && (r.failed || read_left(&r) != 0))
        err = ERR_MALFORMED;
    if (err != OK)
        piece_finish(p);
    return err;
}
