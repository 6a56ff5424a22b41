#include "format/cmaf/key_frame.h"

#include "format/cmaf/box.h"
#include "format/cmaf/moof.h"

enum {
    TRACK_ID = 1,
    MDAT_HEADER = 8,
    TFHD_DURATION_SIZE_FLAGS_BASE = 0x20038, /* all three are said, data counts from the moof */
    TRUN_DATA_OFFSET = 0x1,
};

static const uint32_t sync_flags = 0x02000000; /* depends on no other */

struct key_frame {
    struct moof_facts moof;
    uint32_t sequence, duration;
    uint64_t base;
    struct reader data;   /* of the sample */
    bool is_protected;    /* and senc says how; then: */
    uint32_t senc_flags;  /* of senc */
    struct reader secret; /* what senc says of the sample */
};

/* How long the sample's part of senc is stands in saiz alone. */
static enum err read_secret(struct reader traf, struct key_frame *k)
{
    struct reader saiz, senc;
    uint32_t flags = 0;
    enum err err = box_find(traf, BOX_TYPE('s', 'e', 'n', 'c'), &senc);
    if (err != OK)
        return err == ERR_NOT_FOUND ? OK : err;
    if (box_find(traf, BOX_TYPE('s', 'a', 'i', 'z'), &saiz) != OK)
        return ERR_UNSUPPORTED;
    box_version(&saiz, &flags);
    read_skip(&saiz, (flags & 1) != 0 ? 8 : 0);
    uint8_t size = read_u8(&saiz);
    read_skip(&saiz, 4);
    size = size != 0 ? size : read_u8(&saiz);
    box_version(&senc, &k->senc_flags);
    read_skip(&senc, 4);
    k->secret = read_part(&senc, size);
    k->is_protected = size > 0; /* a constant IV and the whole sample: nothing is said of it */
    return saiz.failed || senc.failed ? ERR_MALFORMED : OK;
}

static enum err read_boxes(struct reader fragment, struct key_frame *k)
{
    struct box moof;
    struct reader mfhd, traf, tfdt;
    uint32_t flags = 0;
    if (!box_next(&fragment, &moof))
        return ERR_TRUNCATED;
    enum err err = box_find(moof.body, BOX_TYPE('m', 'f', 'h', 'd'), &mfhd);
    if (err == OK)
        err = box_find(moof.body, BOX_TYPE('t', 'r', 'a', 'f'), &traf);
    if (err == OK)
        err = box_find(traf, BOX_TYPE('t', 'f', 'd', 't'), &tfdt);
    if (err != OK)
        return ERR_MALFORMED;
    read_skip(&mfhd, 4);
    k->sequence = read_u32(&mfhd);
    k->base = box_version(&tfdt, &flags) != 0 ? read_u64(&tfdt) : read_u32(&tfdt);
    return mfhd.failed || tfdt.failed ? ERR_MALFORMED : read_secret(traf, k);
}

static enum err read_key_frame(struct reader fragment, struct key_frame *k)
{
    enum err err = moof_read(fragment, &k->moof);
    if (err == OK)
        err = read_boxes(fragment, k);
    if (err != OK)
        return err;
    if (!k->moof.key || k->moof.first_size == 0 || k->moof.duration == 0)
        return ERR_UNSUPPORTED;
    if (k->moof.duration > UINT32_MAX || k->moof.first_size > INT32_MAX)
        return ERR_MALFORMED;
    k->duration = (uint32_t)k->moof.duration;
    read_skip(&fragment, (size_t)k->moof.data_at);
    k->data = read_part(&fragment, k->moof.first_size);
    return fragment.failed ? ERR_TRUNCATED : OK;
}

static size_t secret_size(const struct key_frame *k)
{
    const size_t saiz = 17, saio = 20, senc = 16;
    return k->is_protected ? saiz + saio + senc + read_left(&k->secret) : 0;
}

static void put_secret(struct buf *b, const struct key_frame *k, size_t moof)
{
    size_t at = box_open_full(b, "saiz", 0, 0);
    uint8_t size = (uint8_t)read_left(&k->secret);
    buf_put(b, &size, 1);
    buf_be32(b, 1);
    box_close(b, at);
    at = box_open_full(b, "saio", 0, 0);
    buf_be32(b, 1);
    buf_be32(b, (uint32_t)(b->size + 4 + 16 - moof)); /* behind the head of senc */
    box_close(b, at);
    at = box_open_full(b, "senc", 0, k->senc_flags);
    buf_be32(b, 1);
    buf_put(b, k->secret.at, read_left(&k->secret));
    box_close(b, at);
}

static void put_traf(struct buf *b, const struct key_frame *k, size_t moof)
{
    const size_t head = 8 + 16 + 8 + 28 + 20 + 20;
    size_t traf = box_open(b, "traf"),
           at = box_open_full(b, "tfhd", 0, TFHD_DURATION_SIZE_FLAGS_BASE);
    buf_be32(b, TRACK_ID);
    buf_be32(b, k->duration);
    buf_be32(b, k->moof.first_size);
    buf_be32(b, sync_flags);
    box_close(b, at);
    at = box_open_full(b, "tfdt", 1, 0);
    buf_be64(b, k->base);
    box_close(b, at);
    at = box_open_full(b, "trun", 1, TRUN_DATA_OFFSET);
    buf_be32(b, 1);
    buf_be32(b, (uint32_t)(head + secret_size(k) + MDAT_HEADER));
    box_close(b, at);
    if (k->is_protected)
        put_secret(b, k, moof);
    box_close(b, traf);
}

enum err cmaf_key_fragment(const uint8_t *fragment, size_t n, struct buf *out)
{
    struct key_frame k = { .sequence = 0 };
    enum err err = read_key_frame(reader_of(fragment, n), &k);
    if (err != OK || out->err != OK)
        return err != OK ? err : out->err;
    size_t moof = box_open(out, "moof"), at = box_open_full(out, "mfhd", 0, 0);
    buf_be32(out, k.sequence);
    box_close(out, at);
    put_traf(out, &k, moof);
    box_close(out, moof);
    at = box_open(out, "mdat");
    buf_put(out, k.data.at, k.moof.first_size);
    box_close(out, at);
    return box_settle(out, moof);
}
