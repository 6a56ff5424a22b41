/* Nothing here trusts a size or a count before it is held against the bytes that are there, and
 * nothing descends into a box that is not named below: depth is bounded by the code. */
#include "format/cmaf/index.h"

#include "format/cmaf/box.h"
#include "format/cmaf/init_read.h"
#include "format/cmaf/moof.h"

enum {
    TOP_BOXES_MAX = 32, /* boxes in front of the first fragment; ours has four */
    START_BITS = 60,    /* a first decode time beyond is an overflow, not a time */
};

/* One entry: 31 bits of size behind the type bit, duration, SAP. */
static enum err read_reference(struct reader *r, struct cmaf_fragment_entry *out)
{
    uint32_t size = read_u32(r), duration = read_u32(r), sap = read_u32(r);
    if ((size >> 31) != 0 || (sap >> 31) == 0)
        return ERR_UNSUPPORTED; /* an index of indexes; a fragment nobody can start at */
    *out = (struct cmaf_fragment_entry){ .size = size, .duration = duration };
    return size == 0 || duration == 0 ? ERR_MALFORMED : OK;
}

/* at: of the first byte behind the sidx, which its offsets count from. */
static enum err read_sidx(struct arena *arena, struct reader r, uint64_t at, struct cmaf_index *out)
{
    uint32_t flags = 0;
    bool wide = box_version(&r, &flags) != 0;
    read_skip(&r, 4);
    uint32_t timescale = read_u32(&r);
    uint64_t start = wide ? read_u64(&r) : read_u32(&r);
    uint64_t first = wide ? read_u64(&r) : read_u32(&r);
    read_skip(&r, 2);
    uint16_t count = read_u16(&r);
    if (r.failed || count == 0 || count > read_left(&r) / 12 || (start >> START_BITS) != 0)
        return ERR_MALFORMED;
    if (timescale != out->timescale || first > CMAF_HEAD_MAX)
        return ERR_UNSUPPORTED;
    out->n = count;
    out->fragments = ARENA_ARRAY(arena, struct cmaf_fragment_entry, count);
    uint64_t offset = at + first;
    for (size_t i = 0; i < count; i++) {
        enum err err = read_reference(&r, &out->fragments[i]);
        if (err != OK)
            return err;
        out->fragments[i].offset = offset;
        out->fragments[i].start = start + out->duration;
        offset += out->fragments[i].size;
        out->duration += out->fragments[i].duration;
    }
    return OK;
}

/* Frames a second of the first fragment, else of the parameter set. */
static void find_frame_rate(const struct init *init, const uint8_t *head, size_t n)
{
    struct cmaf_index *out = init->out;
    struct moof_facts moof;
    uint64_t num = init->timing.frame_num, den = init->timing.frame_den;
    uint64_t at = out->fragments[0].offset;
    if (out->kind != CMAF_VIDEO)
        return;
    if (at < n && moof_read(reader_of(head + at, n - (size_t)at), &moof) == OK &&
        moof.duration != 0) {
        num = (uint64_t)moof.samples * out->timescale;
        den = moof.duration;
    }
    uint64_t a = num, b = den;
    while (b != 0) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    if (den == 0 || num / a > UINT32_MAX || den / a > UINT32_MAX)
        return;
    out->frame_num = (uint32_t)(num / a);
    out->frame_den = (uint32_t)(den / a);
}

/* What may stand in front of the fragments. */
enum place { AT_FTYP, AT_MOOV, AT_SIDX, AT_END };

/* Takes the next box at top level. ERR_TRUNCATED: *needed says up to where it is wanted. */
static enum err take_top_box(const uint8_t *head, size_t n, size_t at, struct box *box,
                             size_t *needed)
{
    struct reader r = reader_of(head + at, n - at);
    size_t header = 0;
    if (!box_peek(&r, &box->type, &header, &box->size)) {
        *needed = at + 16;
        return ERR_TRUNCATED;
    }
    if (box->size < header)
        return ERR_MALFORMED;
    if (box->size > CMAF_HEAD_MAX - at)
        return ERR_FULL;
    *needed = at + (size_t)box->size + 16; /* and the next one's header */
    return box_next(&r, box) ? OK : ERR_TRUNCATED;
}

static enum err take_ftyp(const struct box *box)
{
    return box->type == BOX_TYPE('f', 't', 'y', 'p') && read_left(&box->body) >= 8 ? OK
                                                                                   : ERR_MALFORMED;
}

struct head {
    struct arena *arena;
    struct init init;
    enum place place;
};

static enum err take_box(struct head *h, const struct box *box, size_t end)
{
    struct cmaf_index *out = h->init.out;
    enum err err = OK;
    if (h->place == AT_FTYP) {
        h->place = AT_MOOV;
        return take_ftyp(box);
    }
    switch (box->type) {
    case BOX_TYPE('m', 'o', 'o', 'v'):
        if (h->place != AT_MOOV)
            return ERR_MALFORMED;
        h->init.moov = box->body;
        h->place = AT_SIDX;
        out->init_size = (uint32_t)end;
        return init_read(&h->init);
    case BOX_TYPE('s', 'i', 'd', 'x'):
        if (h->place != AT_SIDX)
            return ERR_MALFORMED;
        h->place = AT_END;
        err = read_sidx(h->arena, box->body, end, out);
        return err;
    case BOX_TYPE('m', 'o', 'o', 'f'):
    case BOX_TYPE('m', 'd', 'a', 't'): return ERR_UNSUPPORTED; /* samples before an index */
    default: return OK;
    }
}

/* What stands where the index says the first fragment is, as far as head shows it: a second sidx
 * would mean that this one lists a part only. */
static enum err check_first_fragment(const struct cmaf_index *out, const uint8_t *head, size_t n)
{
    uint64_t at = out->fragments[0].offset, size = 0;
    uint32_t type = 0;
    size_t header = 0;
    if (at >= n)
        return OK;
    struct reader r = reader_of(head + at, n - (size_t)at);
    if (!box_peek(&r, &type, &header, &size))
        return OK;
    if (type == BOX_TYPE('s', 'i', 'd', 'x'))
        return ERR_UNSUPPORTED;
    bool fragment = type == BOX_TYPE('m', 'o', 'o', 'f') || type == BOX_TYPE('s', 't', 'y', 'p');
    return fragment ? OK : ERR_MALFORMED;
}

enum err cmaf_index_read(struct arena *arena, const uint8_t *head, size_t n, struct cmaf_index *out,
                         size_t *needed)
{
    *out = (struct cmaf_index){ .kind = CMAF_VIDEO };
    struct head h = { .arena = arena, .init = { .out = out } };
    enum err err = OK;
    size_t at = 0;
    for (size_t i = 0; err == OK && h.place != AT_END; i++) {
        struct box box;
        if (i == TOP_BOXES_MAX)
            err = ERR_UNSUPPORTED;
        else
            err = take_top_box(head, n, at, &box, needed);
        if (err == OK) {
            at += (size_t)box.size;
            err = take_box(&h, &box, at);
        }
    }
    if (err == OK) {
        size_t config = read_left(&h.init.config);
        out->config_size = (uint32_t)config;
        out->config_at = (uint32_t)(h.init.config.at - head);
    }
    if (err == OK)
        err = check_first_fragment(out, head, n);
    if (err == OK)
        find_frame_rate(&h.init, head, n);
    if (err != ERR_TRUNCATED)
        *needed = 0;
    return err;
}

enum err cmaf_key_size(const uint8_t *fragment, size_t n, uint32_t *key_size)
{
    struct moof_facts moof;
    enum err err = moof_read(reader_of(fragment, n), &moof);
    if (err != OK)
        return err;
    if (!moof.key || moof.first_size == 0)
        return ERR_UNSUPPORTED;
    uint64_t size = moof.data_at + moof.first_size;
    if (size > INT32_MAX)
        return ERR_MALFORMED;
    *key_size = (uint32_t)size;
    return OK;
}
