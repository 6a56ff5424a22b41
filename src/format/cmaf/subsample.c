#include "format/cmaf/subsample.h"

enum {
    RUNS_MAX = 1 << 20,    /* in a fragment: 64 slices a picture, an hour of them */
    SAMPLES_MAX = 1 << 20, /* in a fragment; ours have less than a hundred */
    BLOCK = 16,
};

void subsample_map_init(struct subsample_map *map)
{
    buf_init(&map->runs, RUNS_MAX * sizeof(struct subsample));
    buf_init(&map->ends, SAMPLES_MAX * sizeof(uint32_t));
}

void subsample_map_finish(struct subsample_map *map)
{
    buf_finish(&map->runs);
    buf_finish(&map->ends);
}

void subsample_map_clear(struct subsample_map *map)
{
    buf_clear(&map->runs);
    buf_clear(&map->ends);
}

enum err subsample_map_error(const struct subsample_map *map)
{
    return map->runs.err != OK ? map->runs.err : map->ends.err;
}

void subsample_map_add(struct subsample_map *map, struct subsample run)
{
    buf_put(&map->runs, &run, sizeof run);
}

void subsample_map_end(struct subsample_map *map)
{
    uint32_t end = (uint32_t)(map->runs.size / sizeof(struct subsample));
    buf_put(&map->ends, &end, sizeof end);
}

const struct subsample *subsample_map_at(const struct subsample_map *map, size_t i, size_t *n)
{
    const uint32_t *ends = (const uint32_t *)(const void *)map->ends.data;
    size_t from = 0;
    *n = 0;
    if (i >= map->ends.size / sizeof *ends)
        return NULL;
    if (i > 0)
        from = ends[i - 1];
    *n = ends[i] - from;
    return (const struct subsample *)(const void *)map->runs.data + from;
}

void splitter_init(struct splitter *s, struct reader avcc, bool is_aligned)
{
    struct reader r = avcc;
    read_skip(&r, 4);
    s->length_size = (read_u8(&r) & 3u) + 1;
    s->is_aligned = is_aligned;
    avc_sets_read(avcc, &s->sets);
}

/* Walks the runs of the veil beside the sample. */
struct veil {
    const struct subsample *run, *end;
    size_t from;  /* where the run begins */
    bool is_none; /* all is in clear */
};

/* Whether [at, to) lies in one clear run or in neighbours that touch; asked with rising places. */
static bool is_seen(struct veil *v, size_t at, size_t to)
{
    while (!v->is_none && at < to) {
        if (v->run == v->end)
            return false;
        if (at >= v->from + v->run->clear + v->run->secret) {
            v->from += v->run->clear + v->run->secret;
            v->run++;
            continue;
        }
        if (at >= v->from + v->run->clear)
            return false;
        at = v->from + v->run->clear;
    }
    return true;
}

/* The runs of one sample while they are made. */
struct cut {
    struct splitter *splitter;
    struct subsample_map *map;
    struct veil veil;
    const uint8_t *start;
    size_t clear; /* bytes that the next run begins with */
};

static void put_run(struct cut *c, uint32_t secret)
{
    for (; c->clear > UINT16_MAX; c->clear -= UINT16_MAX)
        subsample_map_add(c->map, (struct subsample){ .clear = UINT16_MAX });
    subsample_map_add(c->map, (struct subsample){ (uint16_t)c->clear, secret });
    c->clear = 0;
}

static enum err take_slice(struct cut *c, struct reader nal)
{
    size_t header = 0, size = read_left(&nal), at = (size_t)(nal.at - c->start);
    enum err err = slice_header_size(&c->splitter->sets, nal, &header);
    /* a header that ends behind the veil was read wrong, and one that is wrong may be so by it */
    if (!is_seen(&c->veil, at, at + (err == OK ? header : size)))
        return ERR_STATE;
    if (err != OK)
        return err;
    size_t secret = size - header;
    if (c->splitter->is_aligned)
        secret -= secret % BLOCK;
    c->clear += size - secret;
    if (secret > 0)
        put_run(c, (uint32_t)secret);
    return OK;
}

static enum err take_nal(struct cut *c, struct reader nal)
{
    struct reader peek = nal;
    size_t at = (size_t)(nal.at - c->start);
    uint8_t type = read_u8(&peek) & 31;
    if (!is_seen(&c->veil, at, at + 1))
        return ERR_STATE;
    if (type == NAL_SLICE || type == NAL_SLICE_IDR)
        return take_slice(c, nal);
    bool is_set = type == NAL_SPS || type == NAL_PPS;
    if (is_set && !is_seen(&c->veil, at, at + read_left(&nal)))
        return ERR_STATE;
    if (is_set)
        avc_sets_take(nal, &c->splitter->sets);
    c->clear += read_left(&nal);
    /* partitions, auxiliary pictures, extensions: pictures too, which must not stay in clear */
    bool is_other_slice = (type > NAL_SLICE && type < NAL_SLICE_IDR) || (type >= 19 && type <= 21);
    return is_other_slice ? ERR_UNSUPPORTED : OK;
}

static enum err take_nals(struct cut *c, struct reader r)
{
    enum err err = OK;
    while (err == OK && read_left(&r) > 0) {
        size_t at = (size_t)(r.at - c->start), size = 0;
        if (!is_seen(&c->veil, at, at + c->splitter->length_size))
            return ERR_STATE;
        for (unsigned i = 0; i < c->splitter->length_size; i++)
            size = size << 8 | read_u8(&r);
        struct reader nal = read_part(&r, size);
        c->clear += c->splitter->length_size;
        if (r.failed)
            return ERR_MALFORMED;
        err = size == 0 ? OK : take_nal(c, nal);
    }
    return err;
}

enum err splitter_sample(struct splitter *s, struct reader sample, const struct subsample *veil,
                         size_t n_veil, struct subsample_map *map)
{
    struct cut c = { .splitter = s,
                     .map = map,
                     .veil = { veil, veil == NULL ? NULL : veil + n_veil, 0, veil == NULL },
                     .start = sample.at };
    enum err err = take_nals(&c, sample);
    if (err != OK)
        return err;
    if (c.clear > 0)
        put_run(&c, 0);
    subsample_map_end(map);
    return subsample_map_error(map);
}
