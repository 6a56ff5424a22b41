/* Nothing here trusts a size or a count before it is held against the bytes that are there, and
 * nothing descends into a box that is not named below: depth is bounded by the code. */
#include "format/cmaf/index.h"

#include <string.h>

#include "base/text.h"
#include "format/cmaf/box.h"
#include "format/cmaf/config.h"
#include "format/cmaf/language.h"
#include "format/cmaf/moof.h"
#include "format/cmaf/sinf.h"
#include "format/cmaf/sps.h"

enum {
    TOP_BOXES_MAX = 32, /* boxes in front of the first fragment; ours has four */
    START_BITS = 60,    /* a first decode time beyond is an overflow, not a time */
};

static const uint32_t edit_rate_one = 0x10000;

/* The init segment while it is read. */
struct init {
    struct cmaf_index *out;
    struct reader moov, trak, mdia, stbl;
    struct avc_config avc;
    struct sps_timing timing;
};

/* What has to be there is malformed when it is not. */
static enum err find(struct reader r, uint32_t type, struct reader *body)
{
    enum err err = box_find(r, type, body);
    return err == ERR_NOT_FOUND ? ERR_MALFORMED : err;
}

static enum err find_trak(struct init *init)
{
    struct reader r = init->moov;
    struct box box;
    size_t n = 0;
    while (box_next(&r, &box)) {
        if (box.type == BOX_TYPE('t', 'r', 'a', 'k') && n++ == 0)
            init->trak = box.body;
    }
    if (r.failed || n == 0)
        return ERR_MALFORMED;
    return n == 1 ? OK : ERR_UNSUPPORTED;
}

/* An edit list may be there as long as it says that nothing is edited: players apply it, and the
 * times of the manifests do not. */
static enum err check_edits(const struct init *init)
{
    struct reader edts, r;
    uint32_t flags = 0;
    enum err err = box_find(init->trak, BOX_TYPE('e', 'd', 't', 's'), &edts);
    if (err != OK)
        return err == ERR_NOT_FOUND ? OK : err;
    err = box_find(edts, BOX_TYPE('e', 'l', 's', 't'), &r);
    if (err != OK)
        return err == ERR_NOT_FOUND ? OK : err;
    bool wide = box_version(&r, &flags) != 0;
    uint32_t count = read_u32(&r);
    if (r.failed || count > 1)
        return r.failed ? ERR_MALFORMED : ERR_UNSUPPORTED;
    if (count == 0)
        return OK;
    read_skip(&r, wide ? 8 : 4);
    uint64_t media_time = wide ? read_u64(&r) : read_u32(&r);
    uint32_t rate = read_u32(&r);
    if (r.failed)
        return ERR_MALFORMED;
    return media_time == 0 && rate == edit_rate_one ? OK : ERR_UNSUPPORTED;
}

static enum err read_mdhd(struct init *init)
{
    struct reader r;
    uint32_t flags = 0;
    enum err err = find(init->mdia, BOX_TYPE('m', 'd', 'h', 'd'), &r);
    if (err != OK)
        return err;
    bool wide = box_version(&r, &flags) != 0;
    read_skip(&r, wide ? 16 : 8);
    init->out->timescale = read_u32(&r);
    read_skip(&r, wide ? 8 : 4);
    language_unpack(read_u16(&r), init->out->language);
    return r.failed || init->out->timescale == 0 ? ERR_MALFORMED : OK;
}

/* The extended language wins over the three letters; nonsense in it does not. */
static enum err read_elng(struct init *init)
{
    struct reader r;
    uint32_t flags = 0;
    enum err err = box_find(init->mdia, BOX_TYPE('e', 'l', 'n', 'g'), &r);
    if (err != OK)
        return err == ERR_NOT_FOUND ? OK : err;
    box_version(&r, &flags);
    size_t n = read_left(&r);
    const char *text = (const char *)read_bytes(&r, n);
    if (text == NULL || n == 0)
        return ERR_MALFORMED;
    n = strnlen(text, n);
    if (n < sizeof init->out->language && text_is_language(text, n)) {
        memcpy(init->out->language, text, n);
        init->out->language[n] = 0;
    }
    return OK;
}

static enum err read_hdlr(struct init *init)
{
    struct reader r;
    enum err err = find(init->mdia, BOX_TYPE('h', 'd', 'l', 'r'), &r);
    if (err != OK)
        return err;
    read_skip(&r, 8);
    uint32_t handler = read_u32(&r);
    if (r.failed)
        return ERR_MALFORMED;
    init->out->kind = handler == BOX_TYPE('v', 'i', 'd', 'e') ? CMAF_VIDEO : CMAF_AUDIO;
    bool known = init->out->kind == CMAF_VIDEO || handler == BOX_TYPE('s', 'o', 'u', 'n');
    return known ? OK : ERR_UNSUPPORTED;
}

static enum err read_pasp(struct reader entry, struct cmaf_index *out)
{
    struct reader r;
    out->par_num = 1;
    out->par_den = 1;
    enum err err = box_find(entry, BOX_TYPE('p', 'a', 's', 'p'), &r);
    if (err != OK)
        return err == ERR_NOT_FOUND ? OK : err;
    uint32_t num = read_u32(&r), den = read_u32(&r);
    if (r.failed)
        return ERR_MALFORMED;
    if (num != 0 && den != 0) {
        out->par_num = num;
        out->par_den = den;
    }
    return OK;
}

static enum err read_colr(struct reader entry, struct cmaf_index *out)
{
    struct reader r;
    out->primaries = out->transfer = out->matrix = 2;
    enum err err = box_find(entry, BOX_TYPE('c', 'o', 'l', 'r'), &r);
    if (err != OK)
        return err == ERR_NOT_FOUND ? OK : err;
    uint32_t type = read_u32(&r);
    bool points = type == BOX_TYPE('n', 'c', 'l', 'x') || type == BOX_TYPE('n', 'c', 'l', 'c');
    if (points) {
        out->primaries = read_u16(&r);
        out->transfer = read_u16(&r);
        out->matrix = read_u16(&r);
    }
    return r.failed ? ERR_MALFORMED : OK;
}

/* An encrypted entry is read as what it was in clear. */
static enum err read_original(struct init *init, struct reader boxes, uint32_t *type)
{
    uint32_t encrypted =
        init->out->kind == CMAF_VIDEO ? BOX_TYPE('e', 'n', 'c', 'v') : BOX_TYPE('e', 'n', 'c', 'a');
    return *type == encrypted ? sinf_read(boxes, init->out, type) : OK;
}

static enum err read_visual(struct init *init, struct reader r, uint32_t type)
{
    struct reader avcc;
    struct cmaf_index *out = init->out;
    read_skip(&r, 24);
    out->width = read_u16(&r);
    out->height = read_u16(&r);
    read_skip(&r, 50);
    if (r.failed || out->width == 0 || out->height == 0)
        return ERR_MALFORMED;
    enum err err = read_original(init, r, &type);
    if (err == OK && type != BOX_TYPE('a', 'v', 'c', '1'))
        err = ERR_UNSUPPORTED;
    if (err == OK)
        err = find(r, BOX_TYPE('a', 'v', 'c', 'C'), &avcc);
    if (err == OK)
        err = avc_config_read(avcc, &init->avc);
    if (err != OK)
        return err;
    avc_codec_text(&init->avc, "avc1", out->codec);
    sps_timing_read(avcc, &init->timing);
    err = read_pasp(r, out);
    return err == OK ? read_colr(r, out) : err;
}

/* Steps into the descriptor of that tag (ISO/IEC 14496-1 8.3.3). */
static enum err open_descriptor(struct reader *r, uint8_t tag, struct reader *body)
{
    uint32_t size = 0;
    uint8_t byte = 0x80;
    if (read_u8(r) != tag)
        return ERR_MALFORMED;
    for (int i = 0; i < 4 && (byte & 0x80) != 0; i++) {
        byte = read_u8(r);
        size = size << 7 | (byte & 0x7f);
    }
    *body = read_part(r, size);
    return r->failed || (byte & 0x80) != 0 ? ERR_MALFORMED : OK;
}

static enum err read_esds(struct reader r, struct cmaf_index *out)
{
    enum { ES = 3, DECODER_CONFIG = 4, DECODER_SPECIFIC = 5, AUDIO_ISO_14496_3 = 0x40 };
    struct reader es, decoder, specific;
    struct aac_config aac;
    uint32_t flags = 0;
    box_version(&r, &flags);
    enum err err = open_descriptor(&r, ES, &es);
    if (err != OK)
        return err;
    read_skip(&es, 2);
    uint8_t es_flags = read_u8(&es);
    read_skip(&es, (es_flags & 0x80) != 0 ? 2 : 0);
    read_skip(&es, (es_flags & 0x40) != 0 ? read_u8(&es) : 0);
    read_skip(&es, (es_flags & 0x20) != 0 ? 2 : 0);
    err = open_descriptor(&es, DECODER_CONFIG, &decoder);
    if (err != OK)
        return err;
    uint8_t object = read_u8(&decoder);
    read_skip(&decoder, 12);
    if (!decoder.failed && object != AUDIO_ISO_14496_3)
        return ERR_UNSUPPORTED;
    err = open_descriptor(&decoder, DECODER_SPECIFIC, &specific);
    if (err == OK)
        err = aac_config_read(specific, &aac);
    if (err != OK)
        return err;
    aac_codec_text(&aac, out->codec);
    out->sample_rate = aac.sample_rate;
    out->channels = aac.channels != 0 ? aac.channels : out->channels;
    return OK;
}

static enum err read_sound(struct init *init, struct reader r, uint32_t type)
{
    struct reader esds;
    read_skip(&r, 16);
    init->out->channels = read_u16(&r);
    read_skip(&r, 10);
    if (r.failed)
        return ERR_MALFORMED;
    enum err err = read_original(init, r, &type);
    if (err == OK && type != BOX_TYPE('m', 'p', '4', 'a'))
        err = ERR_UNSUPPORTED;
    if (err == OK)
        err = find(r, BOX_TYPE('e', 's', 'd', 's'), &esds);
    if (err == OK)
        err = read_esds(esds, init->out);
    return err == OK && init->out->channels == 0 ? ERR_MALFORMED : err;
}

static enum err read_stsd(struct init *init)
{
    struct reader r;
    struct box entry;
    uint32_t flags = 0;
    enum err err = find(init->stbl, BOX_TYPE('s', 't', 's', 'd'), &r);
    if (err != OK)
        return err;
    box_version(&r, &flags);
    uint32_t count = read_u32(&r);
    if (!box_next(&r, &entry) || count == 0)
        return ERR_MALFORMED;
    if (count != 1)
        return ERR_UNSUPPORTED;
    static const uint32_t known[2][2] = {
        [CMAF_VIDEO] = { BOX_TYPE('a', 'v', 'c', '1'), BOX_TYPE('e', 'n', 'c', 'v') },
        [CMAF_AUDIO] = { BOX_TYPE('m', 'p', '4', 'a'), BOX_TYPE('e', 'n', 'c', 'a') },
    };
    enum cmaf_kind kind = init->out->kind;
    if (entry.type != known[kind][0] && entry.type != known[kind][1])
        return ERR_UNSUPPORTED; /* another codec */
    return kind == CMAF_VIDEO ? read_visual(init, entry.body, entry.type)
                              : read_sound(init, entry.body, entry.type);
}

/* Samples described in moov itself would be in none of the fragments. */
static enum err check_fragmented(const struct init *init)
{
    struct reader mvex, trex, stts;
    uint32_t flags = 0;
    enum err err = box_find(init->moov, BOX_TYPE('m', 'v', 'e', 'x'), &mvex);
    if (err == ERR_NOT_FOUND)
        return ERR_UNSUPPORTED;
    if (err == OK)
        err = find(mvex, BOX_TYPE('t', 'r', 'e', 'x'), &trex);
    if (err == OK)
        err = find(init->stbl, BOX_TYPE('s', 't', 't', 's'), &stts);
    if (err != OK)
        return err;
    box_version(&stts, &flags);
    uint32_t entries = read_u32(&stts);
    if (stts.failed)
        return ERR_MALFORMED;
    return entries == 0 ? OK : ERR_UNSUPPORTED;
}

static enum err read_moov(struct init *init)
{
    struct reader minf;
    enum err err = find_trak(init);
    if (err == OK)
        err = find(init->trak, BOX_TYPE('m', 'd', 'i', 'a'), &init->mdia);
    if (err == OK)
        err = find(init->mdia, BOX_TYPE('m', 'i', 'n', 'f'), &minf);
    if (err == OK)
        err = find(minf, BOX_TYPE('s', 't', 'b', 'l'), &init->stbl);
    if (err == OK)
        err = check_fragmented(init);
    if (err == OK)
        err = check_edits(init);
    if (err == OK)
        err = read_mdhd(init);
    if (err == OK)
        err = read_elng(init);
    if (err == OK)
        err = read_hdlr(init);
    return err == OK ? read_stsd(init) : err;
}

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
        return read_moov(&h->init);
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
