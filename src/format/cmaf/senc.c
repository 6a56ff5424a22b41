#include "format/cmaf/senc.h"

#include <string.h>

#include "format/cmaf/box.h"

enum {
    INFO_MAX = 255, /* bytes: saiz has 8 bits for it */
    SAMPLES_MAX = 65536,
    FULL = 12,           /* bytes in front of a full box's content */
    SAIZ = FULL + 1 + 4, /* and a byte a sample where they differ */
    SAIO = FULL + 4 + 4,
    SENC = FULL + 4,
    HAS_SUBSAMPLES = 0x2,
};

/* ---- writing ---- */

static size_t info_size(const struct senc_plan *plan, size_t i)
{
    size_t n = 0;
    if (plan->map == NULL)
        return plan->iv_size;
    subsample_map_at(plan->map, i, &n);
    return plan->iv_size + 2 + 6 * n;
}

enum err senc_plan(struct senc_plan *plan)
{
    plan->iv_size = plan->protection->scheme == CMAF_CENC ? 8 : 0;
    plan->bytes = 0;
    plan->same = info_size(plan, 0);
    if (plan->iv_size > 0 && plan->n > SAMPLES_MAX)
        return ERR_FULL;
    size_t first = plan->same;
    for (size_t i = 0; i < plan->n; i++) {
        size_t size = info_size(plan, i);
        if (size > INFO_MAX)
            return ERR_FULL;
        plan->same = size == first ? plan->same : 0;
        plan->bytes += size;
    }
    return OK;
}

size_t senc_size(const struct senc_plan *plan)
{
    if (plan->bytes == 0)
        return 0;
    return SAIZ + (plan->same == 0 ? plan->n : 0) + SAIO + SENC + plan->bytes;
}

static void put_runs(struct buf *b, const struct senc_plan *plan, size_t i)
{
    size_t n = 0;
    const struct subsample *runs = subsample_map_at(plan->map, i, &n);
    buf_be16(b, (uint16_t)n);
    for (size_t k = 0; k < n; k++) {
        buf_be16(b, runs[k].clear);
        buf_be32(b, runs[k].secret);
    }
}

void senc_put(struct buf *b, const struct senc_plan *plan, size_t moof_at)
{
    if (plan->bytes == 0)
        return;
    size_t at = box_open_full(b, "saiz", 0, 0);
    buf_u8(b, (uint8_t)plan->same);
    buf_be32(b, (uint32_t)plan->n);
    for (size_t i = 0; plan->same == 0 && i < plan->n; i++)
        buf_u8(b, (uint8_t)info_size(plan, i));
    box_close(b, at);
    at = box_open_full(b, "saio", 0, 0);
    buf_be32(b, 1);
    buf_be32(b, (uint32_t)(b->size + 4 + SENC - moof_at));
    box_close(b, at);
    at = box_open_full(b, "senc", 0, plan->map != NULL ? HAS_SUBSAMPLES : 0);
    buf_be32(b, (uint32_t)plan->n);
    for (size_t i = 0; i < plan->n; i++) {
        uint8_t iv[16];
        cipher_iv(plan->protection, plan->sequence, i, iv);
        buf_put(b, iv, plan->iv_size);
        if (plan->map != NULL)
            put_runs(b, plan, i);
    }
    box_close(b, at);
}

/* ---- reading ---- */

/* Where the information is, whichever way it is told. */
struct told {
    struct reader bytes;
    bool has_subsamples;
};

static enum err refuse_groups(struct reader traf)
{
    struct reader r = traf;
    struct box box;
    while (box_next(&r, &box)) {
        uint32_t flags = 0;
        bool is_group =
            box.type == BOX_TYPE('s', 'b', 'g', 'p') || box.type == BOX_TYPE('s', 'g', 'p', 'd');
        if (!is_group)
            continue;
        box_version(&box.body, &flags);
        if (read_u32(&box.body) == BOX_TYPE('s', 'e', 'i', 'g'))
            return ERR_UNSUPPORTED;
    }
    return r.failed ? ERR_MALFORMED : OK;
}

static enum err find_senc(const struct moof_samples *moof, struct told *out)
{
    uint32_t flags = 0;
    enum err err = box_find(moof->traf, BOX_TYPE('s', 'e', 'n', 'c'), &out->bytes);
    if (err != OK)
        return err;
    box_version(&out->bytes, &flags);
    uint32_t n = read_u32(&out->bytes);
    if ((flags & ~(uint32_t)HAS_SUBSAMPLES) != 0)
        return ERR_UNSUPPORTED;
    out->has_subsamples = (flags & HAS_SUBSAMPLES) != 0;
    return out->bytes.failed || n != moof->n ? ERR_MALFORMED : OK;
}

/* The sum of what saiz says; whether a sample's information is more than an IV. */
static enum err read_saiz(const struct moof_samples *moof, uint64_t *sum, bool *has_subsamples)
{
    struct reader r;
    uint32_t flags = 0;
    enum err err = box_find(moof->traf, BOX_TYPE('s', 'a', 'i', 'z'), &r);
    if (err != OK)
        return err;
    box_version(&r, &flags);
    read_skip(&r, (flags & 1) != 0 ? 8 : 0);
    uint8_t same = read_u8(&r);
    uint32_t n = read_u32(&r);
    *sum = 0;
    *has_subsamples = false;
    if (r.failed || n != moof->n)
        return ERR_MALFORMED;
    for (uint32_t i = 0; i < n; i++) {
        uint8_t size = same != 0 ? same : read_u8(&r);
        *has_subsamples = *has_subsamples || (size != 8 && size != 16);
        *sum += size;
    }
    return r.failed ? ERR_MALFORMED : OK;
}

static enum err find_saio(const struct moof_samples *moof, struct told *out)
{
    struct reader r, fragment = moof->bytes;
    uint32_t flags = 0;
    uint64_t sum = 0;
    enum err err = read_saiz(moof, &sum, &out->has_subsamples);
    if (err == OK)
        err = box_find(moof->traf, BOX_TYPE('s', 'a', 'i', 'o'), &r);
    if (err != OK)
        return err;
    bool wide = box_version(&r, &flags) != 0;
    read_skip(&r, (flags & 1) != 0 ? 8 : 0);
    uint32_t count = read_u32(&r);
    uint64_t at = wide ? read_u64(&r) : read_u32(&r);
    if (r.failed)
        return ERR_MALFORMED;
    if (count != 1)
        return ERR_UNSUPPORTED;
    if (at > read_left(&fragment))
        return ERR_MALFORMED;
    read_skip(&fragment, (size_t)at);
    if (sum > read_left(&fragment))
        return ERR_MALFORMED;
    out->bytes = read_part(&fragment, (size_t)sum);
    return OK;
}

static enum err take_runs(struct reader *r, uint32_t size, struct subsample_map *map)
{
    uint64_t sum = 0;
    uint16_t n = read_u16(r);
    for (uint16_t i = 0; i < n && !r->failed; i++) {
        struct subsample run = { .clear = read_u16(r) };
        run.secret = read_u32(r);
        sum += (uint64_t)run.clear + run.secret;
        subsample_map_add(map, run);
    }
    return r->failed || sum != size ? ERR_MALFORMED : OK;
}

/* Reads it all as if IVs had that size: nothing in the fragment says which it is. */
static enum err read_as(const struct moof_samples *moof, struct told told, size_t iv_size,
                        struct subsample_map *map, struct sample_cipher *out)
{
    enum err err = OK;
    subsample_map_clear(map);
    for (size_t i = 0; i < moof->n && err == OK; i++) {
        const uint8_t *iv = read_bytes(&told.bytes, iv_size);
        if (iv == NULL)
            return ERR_MALFORMED;
        if (iv_size > 0) {
            memset(out[i].iv, 0, sizeof out[i].iv);
            memcpy(out[i].iv, iv, iv_size);
        }
        if (told.has_subsamples)
            err = take_runs(&told.bytes, moof->samples[i].size, map);
        subsample_map_end(map);
    }
    if (err == OK && read_left(&told.bytes) != 0)
        err = ERR_MALFORMED;
    return err == OK ? subsample_map_error(map) : err;
}

static enum err read_told(const struct moof_samples *moof, const struct told *told,
                          enum cmaf_scheme scheme, struct subsample_map *map,
                          struct sample_cipher *out)
{
    static const size_t cbcs[] = { 0, 16, 8 }, cenc[] = { 8, 16 };
    bool is_cbcs = scheme == CMAF_CBCS;
    enum err err = ERR_MALFORMED;
    for (size_t i = 0; i < (is_cbcs ? 3 : 2) && err == ERR_MALFORMED; i++)
        err = read_as(moof, *told, is_cbcs ? cbcs[i] : cenc[i], map, out);
    for (size_t i = 0; err == OK && told->has_subsamples && i < moof->n; i++)
        out[i].runs = subsample_map_at(map, i, &out[i].n_runs);
    return err;
}

enum err senc_read(const struct moof_samples *moof, const struct cmaf_track *from,
                   struct arena *arena, struct subsample_map *map, struct sample_cipher **out)
{
    const struct cmaf_protection *p = cipher_protection(from);
    struct told told = { .has_subsamples = false };
    *out = ARENA_ARRAY(arena, struct sample_cipher, moof->n);
    for (size_t i = 0; i < moof->n; i++)
        memcpy((*out)[i].iv, p->iv, sizeof p->iv);
    enum err err = refuse_groups(moof->traf);
    if (err != OK)
        return err;
    err = find_senc(moof, &told);
    if (err == ERR_NOT_FOUND)
        err = find_saio(moof, &told);
    if (err == ERR_NOT_FOUND) /* only sound can do without, under a constant IV */
        return p->scheme == CMAF_CBCS && from->kind == CMAF_AUDIO ? OK : ERR_MALFORMED;
    return err == OK ? read_told(moof, &told, p->scheme, map, *out) : err;
}
