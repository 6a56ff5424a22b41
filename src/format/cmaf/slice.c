#include "format/cmaf/slice.h"

#include "format/cmaf/nal.h"

enum { REFS_MAX = 32, LIST_MAX = 66 /* commands in a list: 32 fields, twice, and the end */ };

static uint8_t read_refs(struct nal_bits *b)
{
    uint32_t v = nal_golomb(b);
    b->r.failed = b->r.failed || v >= REFS_MAX;
    return (uint8_t)((v & 31) + 1);
}

/* A set with slice groups (Baseline and Extended only) counts as one that cannot be read: no
 * profile of CMAF has them. */
static void pps_read(struct reader nal, struct avc_sets *sets)
{
    struct nal_bits b = nal_bits_of(nal);
    struct pps pps = { .is_read = false };
    nal_read(&b, 8);
    uint32_t id = nal_golomb(&b), sps = nal_golomb(&b);
    pps.has_cabac = nal_read(&b, 1) != 0;
    pps.has_bottom_order = nal_read(&b, 1) != 0;
    uint32_t groups = nal_golomb(&b);
    pps.refs[0] = read_refs(&b);
    pps.refs[1] = read_refs(&b);
    pps.has_weights = nal_read(&b, 1) != 0;
    pps.bipred = (uint8_t)nal_read(&b, 2);
    nal_signed_golomb(&b);
    nal_signed_golomb(&b);
    nal_signed_golomb(&b);
    pps.has_deblocking = nal_read(&b, 1) != 0;
    nal_read(&b, 1); /* constrained_intra_pred_flag */
    pps.has_redundant = nal_read(&b, 1) != 0;
    pps.sps = (uint8_t)(sps & 31);
    pps.is_read = !b.r.failed && groups == 0 && sps < 32;
    if (id < 256)
        sets->pps[id] = pps;
}

void avc_sets_take(struct reader nal, struct avc_sets *sets)
{
    struct reader peek = nal;
    uint8_t type = read_u8(&peek) & 31;
    struct sps sps;
    if (type == NAL_PPS)
        pps_read(nal, sets);
    else if (type == NAL_SPS && sps_read(nal, &sps))
        sets->sps[sps.id] = sps;
}

static void take_list(struct reader *r, uint8_t n, struct avc_sets *out)
{
    for (uint8_t i = 0; i < n; i++) {
        uint16_t size = read_u16(r);
        avc_sets_take(read_part(r, size), out);
    }
}

void avc_sets_read(struct reader avcc, struct avc_sets *out)
{
    *out = (struct avc_sets){ .sps = { { .is_read = false } } };
    read_skip(&avcc, 5);
    take_list(&avcc, read_u8(&avcc) & 31, out);
    take_list(&avcc, read_u8(&avcc), out);
}

/* One slice header while it is read. */
struct slice {
    struct nal_bits b;
    const struct sps *sps;
    const struct pps *pps;
    bool is_idr, is_reference;
    uint32_t type; /* slice_type modulo 5: see below */
    uint8_t refs[2];
};

enum { P, B, I, SP, SI };

static bool refers(const struct slice *s) /* to list 0 */
{
    return s->type != I && s->type != SI;
}

static void find_sets(struct slice *s, const struct avc_sets *sets)
{
    nal_golomb(&s->b); /* first_mb_in_slice */
    uint32_t type = nal_golomb(&s->b), id = nal_golomb(&s->b);
    s->pps = &sets->pps[id & 255];
    s->sps = &sets->sps[s->pps->sps];
    s->type = type % 5;
    bool known = type < 10 && id < 256 && s->pps->is_read && s->sps->is_read;
    s->b.r.failed = s->b.r.failed || !known;
}

static void skip_place(struct slice *s)
{
    struct nal_bits *b = &s->b;
    bool is_field = false;
    if (s->sps->has_planes)
        nal_read(b, 2);
    nal_read(b, s->sps->frame_num_bits);
    if (!s->sps->is_frames_only)
        is_field = nal_read(b, 1) != 0;
    if (is_field)
        nal_read(b, 1);
    if (s->is_idr)
        nal_golomb(b);
    bool bottom = s->pps->has_bottom_order && !is_field;
    if (s->sps->order_type == 0) {
        nal_read(b, s->sps->order_bits);
        if (bottom)
            nal_signed_golomb(b);
    } else if (s->sps->order_type == 1 && !s->sps->order_is_zero) {
        nal_signed_golomb(b);
        if (bottom)
            nal_signed_golomb(b);
    }
    if (s->pps->has_redundant)
        nal_golomb(b);
}

static void skip_counts(struct slice *s)
{
    struct nal_bits *b = &s->b;
    s->refs[0] = s->pps->refs[0];
    s->refs[1] = s->pps->refs[1];
    if (s->type == B)
        nal_read(b, 1); /* direct_spatial_mv_pred_flag */
    if (!refers(s) || nal_read(b, 1) == 0)
        return;
    s->refs[0] = read_refs(b);
    if (s->type == B)
        s->refs[1] = read_refs(b);
}

/* ref_pic_list_modification, 7.3.3.1, of one list. */
static void skip_modification(struct nal_bits *b)
{
    enum { END = 3 };
    if (nal_read(b, 1) == 0)
        return;
    for (unsigned i = 0; i < LIST_MAX && !b->r.failed; i++) {
        uint32_t command = nal_golomb(b);
        if (command == END)
            return;
        nal_golomb(b);
        b->r.failed = b->r.failed || command > END;
    }
    b->r.failed = true;
}

/* pred_weight_table, 7.3.3.2, of one list. */
static void skip_weights(struct slice *s, uint8_t refs)
{
    struct nal_bits *b = &s->b;
    for (unsigned i = 0; i < refs && !b->r.failed; i++) {
        for (unsigned n = nal_read(b, 1) != 0 ? 2 : 0; n > 0; n--)
            nal_signed_golomb(b);
        if (s->sps->chroma == 0)
            continue;
        for (unsigned n = nal_read(b, 1) != 0 ? 4 : 0; n > 0; n--)
            nal_signed_golomb(b);
    }
}

static void skip_prediction(struct slice *s)
{
    if (refers(s))
        skip_modification(&s->b);
    if (s->type == B)
        skip_modification(&s->b);
    bool explicit = s->type == B ? s->pps->bipred == 1 : refers(s) && s->pps->has_weights;
    if (!explicit)
        return;
    nal_golomb(&s->b);
    if (s->sps->chroma != 0)
        nal_golomb(&s->b);
    skip_weights(s, s->refs[0]);
    if (s->type == B)
        skip_weights(s, s->refs[1]);
}

/* dec_ref_pic_marking, 7.3.3.3. */
static void skip_marking(struct slice *s)
{
    struct nal_bits *b = &s->b;
    static const uint8_t values[7] = { 0, 1, 1, 2, 1, 0, 1 }; /* of each operation */
    if (s->is_idr) {
        nal_read(b, 2);
        return;
    }
    if (nal_read(b, 1) == 0)
        return;
    for (unsigned i = 0; i < LIST_MAX && !b->r.failed; i++) {
        uint32_t operation = nal_golomb(b);
        if (operation == 0)
            return;
        b->r.failed = b->r.failed || operation > 6;
        for (unsigned n = b->r.failed ? 0 : values[operation]; n > 0; n--)
            nal_golomb(b);
    }
    b->r.failed = true;
}

static void skip_rest(struct slice *s)
{
    enum { NO_DEBLOCKING = 1 };
    struct nal_bits *b = &s->b;
    if (s->pps->has_cabac && refers(s))
        nal_golomb(b);
    nal_signed_golomb(b);
    if (s->type == SP)
        nal_read(b, 1);
    if (s->type == SP || s->type == SI)
        nal_signed_golomb(b);
    if (s->pps->has_deblocking && nal_golomb(b) != NO_DEBLOCKING) {
        nal_signed_golomb(b);
        nal_signed_golomb(b);
    }
}

enum err slice_header_size(const struct avc_sets *sets, struct reader nal, size_t *size)
{
    struct slice s = { .b = nal_bits_of(nal) };
    uint32_t header = nal_read(&s.b, 8);
    s.is_idr = (header & 31) == NAL_SLICE_IDR;
    s.is_reference = (header >> 5 & 3) != 0;
    find_sets(&s, sets);
    if (s.b.r.failed)
        return ERR_MALFORMED;
    skip_place(&s);
    skip_counts(&s);
    skip_prediction(&s);
    if (s.is_reference)
        skip_marking(&s);
    skip_rest(&s);
    *size = nal_bytes_read(&s.b, nal.at);
    return s.b.r.failed ? ERR_MALFORMED : OK;
}
