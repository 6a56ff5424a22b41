/* Fragments (ISO/IEC 14496-12 8.8) and the index of a track (8.16.3). */
#include "format/cmaf/fragment.h"

#include <string.h>

#include "format/cmaf/box.h"
#include "format/cmaf/config.h"
#include "format/cmaf/senc.h"
#include "format/cmaf/subsample.h"
#include "format/cmaf/track.h"

enum {
    TRACK_ID = 1,
    REFERENCE_MAX = 0x7fffffff, /* bytes: referenced_size has 31 bits */
    FRAGMENTS_MAX = 65535,      /* reference_count has 16 */
    MDAT_HEADER = 8,

    TFHD_DURATION = 0x8,
    TFHD_SIZE = 0x10,
    TFHD_FLAGS = 0x20,
    TFHD_BASE_IS_MOOF = 0x20000,

    TRUN_DATA_OFFSET = 0x1,
    TRUN_FIRST_FLAGS = 0x4,
    TRUN_DURATION = 0x100,
    TRUN_SIZE = 0x200,
    TRUN_FLAGS = 0x400,
    TRUN_CTS = 0x800,
};

static const uint32_t sync_flags = 0x02000000;     /* depends on no other */
static const uint32_t non_sync_flags = 0x01010000; /* depends on others, is no sync sample */

static uint32_t flags_of(bool sync)
{
    return sync ? sync_flags : non_sync_flags;
}

/* What a fragment needs to say sample by sample, and its sizes. */
struct plan {
    uint32_t tfhd, trun; /* flags */
    uint64_t payload;    /* bytes of mdat's content */
    size_t moof;         /* bytes */
    size_t row;          /* bytes a sample in trun */
    struct senc_plan senc;
    struct subsample_map map;
};

/* A fragment opens with a key frame that is shown first: nothing in it needs the one before. */
static enum err check_samples(const struct fragment *f, uint64_t *payload)
{
    const struct cmaf_sample *s = f->samples;
    size_t n = f->n;
    uint64_t ticks = 0;
    if (n == 0 || !s[0].sync)
        return ERR_ARGUMENT;
    for (size_t i = 0; i < n; i++) {
        if (s[i].size == 0 || s[i].duration == 0 || s[i].data == NULL)
            return ERR_ARGUMENT;
        bool first = i == 0 && s[i].cts_offset != 0;
        if (!f->is_taken_over && (first || (int64_t)ticks + s[i].cts_offset < 0))
            return ERR_ORDER;
        ticks += s[i].duration;
        *payload += s[i].size;
        if (ticks > UINT32_MAX || *payload > REFERENCE_MAX)
            return ERR_FULL;
    }
    return OK;
}

/* What runs and headers have to say of the samples. */
static enum err plan_runs(const struct fragment *f, struct plan *p)
{
    const struct cmaf_sample *s = f->samples;
    size_t n = f->n;
    enum err err = check_samples(f, &p->payload);
    if (err != OK)
        return err;
    bool durations = false, sizes = false, syncs = false, offsets = s[0].cts_offset != 0;
    for (size_t i = 1; i < n; i++) {
        durations = durations || s[i].duration != s[0].duration;
        sizes = sizes || s[i].size != s[0].size;
        syncs = syncs || s[i].sync != s[1].sync;
        offsets = offsets || s[i].cts_offset != 0;
    }
    if (offsets && f->track->kind == CMAF_AUDIO)
        return ERR_ORDER;
    bool first = n > 1 && !syncs && !s[1].sync;
    p->tfhd = TFHD_BASE_IS_MOOF | (durations ? 0 : TFHD_DURATION) | (sizes ? 0 : TFHD_SIZE) |
              (syncs ? 0 : TFHD_FLAGS);
    p->trun = TRUN_DATA_OFFSET | (durations ? TRUN_DURATION : 0) | (sizes ? TRUN_SIZE : 0) |
              (syncs ? TRUN_FLAGS : 0) | (offsets ? TRUN_CTS : 0) | (first ? TRUN_FIRST_FLAGS : 0);
    size_t listed = (durations ? 1u : 0u) + (sizes ? 1u : 0u) + (syncs ? 1u : 0u);
    p->row = 4 * (listed + (offsets ? 1u : 0u));
    size_t tfhd = 16 + 4 * (3 - listed);
    size_t trun = 20 + (first ? 4u : 0u) + n * p->row;
    p->moof = 8 + 16 + 8 + tfhd + 20 + trun;
    return OK;
}

static enum err split_pictures(const struct fragment *f, struct subsample_map *map)
{
    struct splitter splitter;
    struct avc_config avc;
    struct reader avcc = reader_of(f->track->config, f->track->config_size);
    if (f->track->config == NULL || avc_config_read(avcc, &avc) != OK)
        return ERR_ARGUMENT;
    splitter_init(&splitter, avcc, f->track->protection->scheme == CMAF_CENC);
    enum err err = OK;
    for (size_t i = 0; i < f->n && err == OK; i++) {
        const struct sample_cipher *veil = f->unveil != NULL ? &f->veils[i] : NULL;
        if (veil != NULL && veil->runs == NULL)
            return ERR_STATE;
        if (i + 1 < f->n) /* while this one is read, so that its head need not be waited for */
            __builtin_prefetch(f->samples[i + 1].data);
        err =
            splitter_sample(&splitter, reader_of(f->samples[i].data, f->samples[i].size),
                            veil != NULL ? veil->runs : NULL, veil != NULL ? veil->n_runs : 0, map);
    }
    return err;
}

static enum err plan_protection(const struct fragment *f, struct plan *p)
{
    const struct cmaf_protection *protection = cipher_protection(f->track);
    bool is_split = f->track->kind == CMAF_VIDEO;
    if (protection == NULL)
        return OK;
    p->senc = (struct senc_plan){ .protection = protection,
                                  .map = is_split ? &p->map : NULL,
                                  .sequence = f->sequence,
                                  .n = f->n };
    enum err err = is_split ? split_pictures(f, &p->map) : OK;
    if (err == OK)
        err = senc_plan(&p->senc);
    p->moof += senc_size(&p->senc);
    return err;
}

static enum err make_plan(const struct fragment *f, struct plan *p)
{
    enum err err = plan_runs(f, p);
    if (err == OK)
        err = plan_protection(f, p);
    if (err == OK && p->payload + p->moof + MDAT_HEADER > REFERENCE_MAX)
        err = ERR_FULL;
    return err;
}

static void put_tfhd(struct buf *b, const struct cmaf_sample *s, size_t n, uint32_t flags)
{
    size_t at = box_open_full(b, "tfhd", 0, flags);
    buf_be32(b, TRACK_ID);
    if ((flags & TFHD_DURATION) != 0)
        buf_be32(b, s[0].duration);
    if ((flags & TFHD_SIZE) != 0)
        buf_be32(b, s[0].size);
    if ((flags & TFHD_FLAGS) != 0)
        buf_be32(b, flags_of(n > 1 ? s[1].sync : s[0].sync));
    box_close(b, at);
}

static uint8_t *put32(uint8_t *at, uint32_t v)
{
    at[0] = (uint8_t)(v >> 24);
    at[1] = (uint8_t)(v >> 16);
    at[2] = (uint8_t)(v >> 8);
    at[3] = (uint8_t)v;
    return at + 4;
}

/* Version 1 whether or not an offset is negative: readers then meet one form of it. */
static void put_trun(struct buf *b, const struct cmaf_sample *s, size_t n, const struct plan *p)
{
    size_t box = box_open_full(b, "trun", 1, p->trun);
    buf_be32(b, (uint32_t)n);
    buf_be32(b, (uint32_t)(p->moof + MDAT_HEADER));
    if ((p->trun & TRUN_FIRST_FLAGS) != 0)
        buf_be32(b, sync_flags);
    uint8_t *at = buf_grow(b, n * p->row);
    for (size_t i = 0; at != NULL && p->row != 0 && i < n; i++) {
        if ((p->trun & TRUN_DURATION) != 0)
            at = put32(at, s[i].duration);
        if ((p->trun & TRUN_SIZE) != 0)
            at = put32(at, s[i].size);
        if ((p->trun & TRUN_FLAGS) != 0)
            at = put32(at, flags_of(s[i].sync));
        if ((p->trun & TRUN_CTS) != 0)
            at = put32(at, (uint32_t)s[i].cts_offset);
    }
    box_close(b, box);
}

static void put_head(struct buf *b, const struct plan *p, const struct fragment *f)
{
    size_t moof = box_open(b, "moof"), mfhd = box_open_full(b, "mfhd", 0, 0);
    buf_be32(b, f->sequence);
    box_close(b, mfhd);
    size_t traf = box_open(b, "traf");
    put_tfhd(b, f->samples, f->n, p->tfhd);
    size_t tfdt = box_open_full(b, "tfdt", 1, 0);
    buf_be64(b, f->base);
    box_close(b, tfdt);
    put_trun(b, f->samples, f->n, p);
    senc_put(b, &p->senc, moof);
    box_close(b, traf);
    box_close(b, moof);
    buf_be32(b, (uint32_t)(p->payload + MDAT_HEADER));
    buf_put(b, "mdat", 4);
}

/* One sample on its way: from under one key, if it has one, to under another. */
static void put_sample(const struct fragment *f, const struct plan *p, struct cipher *veil,
                       size_t i, uint8_t *at)
{
    struct sample_cipher how = { .runs = NULL };
    struct cipher *unveil = f->unveil;
    const uint8_t *from = f->samples[i].data;
    size_t size = f->samples[i].size;
    bool is_exchanged = unveil != NULL && unveil->is_pattern && veil != NULL &&
                        veil->scheme == CMAF_CENC && f->veils[i].runs != NULL;
    if (unveil != NULL && !is_exchanged) {
        cipher_sample(unveil, &f->veils[i], from, at, size);
        from = at;
    }
    if (veil != NULL) {
        cipher_iv(p->senc.protection, f->sequence, i, how.iv);
        if (p->senc.map != NULL)
            how.runs = subsample_map_at(p->senc.map, i, &how.n_runs);
        cipher_sample(veil, &how, from, at, size);
    } else if (from != at) {
        memcpy(at, from, size);
    }
    if (is_exchanged)
        cipher_exchange(unveil, &f->veils[i], from, at);
}

static enum err put_samples(const struct fragment *f, const struct plan *p, struct buf *out)
{
    struct cipher veil;
    bool is_protected = p->senc.protection != NULL;
    uint8_t *at = buf_grow(out, (size_t)p->payload);
    if (at == NULL)
        return out->err;
    if (is_protected) {
        enum err err = cipher_open(&veil, p->senc.protection, f->track->kind, true);
        if (err != OK)
            return err;
    }
    for (size_t i = 0; i < f->n; i++) {
        put_sample(f, p, is_protected ? &veil : NULL, i, at);
        at += f->samples[i].size;
    }
    return is_protected ? cipher_close(&veil) : OK;
}

enum err fragment_put(const struct fragment *f, bool head_only, struct buf *out)
{
    struct plan plan = { .payload = 0 };
    size_t start = out->size;
    subsample_map_init(&plan.map);
    enum err err = make_plan(f, &plan);
    if (err == OK)
        err = out->err;
    if (err == OK) {
        put_head(out, &plan, f);
        if (!head_only)
            err = put_samples(f, &plan, out);
        enum err written = box_settle(out, start);
        err = err == OK ? written : err;
        if (err != OK)
            buf_truncate(out, start);
    }
    subsample_map_finish(&plan.map);
    return err;
}

enum err cmaf_fragment_head(const struct cmaf_track *track, uint32_t sequence, uint64_t base_ticks,
                            const struct cmaf_sample *samples, size_t n, struct buf *out)
{
    if (cipher_protection(track) != NULL)
        return ERR_UNSUPPORTED;
    struct fragment f = {
        .track = track, .sequence = sequence, .base = base_ticks, .samples = samples, .n = n
    };
    return fragment_put(&f, true, out);
}

enum err cmaf_fragment(const struct cmaf_track *track, uint32_t sequence, uint64_t base_ticks,
                       const struct cmaf_sample *samples, size_t n, struct buf *out)
{
    struct fragment f = {
        .track = track, .sequence = sequence, .base = base_ticks, .samples = samples, .n = n
    };
    return fragment_put(&f, false, out);
}

size_t cmaf_sidx_size(size_t n)
{
    return 40 + 12 * n;
}

enum err cmaf_sidx(const struct cmaf_track *track, uint64_t start, const struct cmaf_span *spans,
                   size_t n, struct buf *out)
{
    if (n == 0)
        return ERR_ARGUMENT;
    if (n > FRAGMENTS_MAX)
        return ERR_FULL;
    for (size_t i = 0; i < n; i++) {
        if (spans[i].size == 0 || spans[i].duration == 0)
            return ERR_ARGUMENT;
        if (spans[i].size > REFERENCE_MAX)
            return ERR_FULL;
    }
    if (out->err != OK)
        return out->err;
    size_t before = out->size, box = box_open_full(out, "sidx", 1, 0);
    buf_be32(out, TRACK_ID);
    buf_be32(out, track->timescale);
    buf_be64(out, start); /* earliest presentation time: cmaf_fragment holds the two together */
    buf_be64(out, 0);     /* the first fragment follows at once */
    buf_be16(out, 0);
    buf_be16(out, (uint16_t)n);
    uint8_t *at = buf_grow(out, n * 12);
    for (size_t i = 0; at != NULL && i < n; i++) {
        at = put32(at, spans[i].size);
        at = put32(at, spans[i].duration);
        at = put32(at, 0x90000000); /* starts with SAP of type 1 */
    }
    box_close(out, box);
    return box_settle(out, before);
}

enum err cmaf_padding(size_t size, struct buf *out)
{
    if ((size > 0 && size < 8) || size > UINT32_MAX)
        return ERR_ARGUMENT;
    if (size == 0 || out->err != OK)
        return out->err;
    size_t before = out->size, box = box_open(out, "free");
    buf_zero(out, size - 8);
    box_close(out, box);
    return box_settle(out, before);
}
