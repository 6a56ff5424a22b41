#include "driver/media/avcc.h"

#include <stdbool.h>
#include <string.h>

enum { NAL_SEI = 6, NAL_SPS = 7, NAL_PPS = 8, NAL_DELIMITER = 9, NAL_FILLER = 12 };
enum { SEI_USER_DATA = 5 };
enum { SETS_MAX = 8, HIGH = 100 };

/* The place of the next start code (00 00 01), or the end. */
static const uint8_t *next_start(const uint8_t *at, const uint8_t *end)
{
    const uint8_t *one = at + 2;
    while (one < end && (one = memchr(one, 1, (size_t)(end - one))) != NULL) {
        if (one[-1] == 0 && one[-2] == 0)
            return one - 2;
        one++;
    }
    return end;
}

/* Steps over one NAL unit and lends it, without start code and trailing zeros. */
static bool next_nal(struct reader *r, struct reader *nal)
{
    if (read_left(r) < 3)
        return false;
    const uint8_t *start = next_start(r->at, r->end);
    if (start == r->end)
        return false;
    const uint8_t *body = start + 3, *stop = next_start(body, r->end);
    if (stop < body || body >= r->end)
        stop = r->end;
    const uint8_t *last = stop;
    while (last > body && last[-1] == 0)
        last--;
    *nal = reader_of(body, (size_t)(last - body));
    r->at = stop;
    return true;
}

static unsigned type_of(const struct reader *nal)
{
    return read_left(nal) == 0 ? 0 : nal->at[0] & 0x1f;
}

static void put_sets(struct buf *out, const struct reader *sets, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        buf_be16(out, (uint16_t)read_left(&sets[i]));
        buf_put(out, sets[i].at, read_left(&sets[i]));
    }
}

/* ISO/IEC 14496-15 5.3.3.1. Ours are 4:2:0 of 8 bits, said again after the sets from High on. */
static void put_record(struct buf *out, const struct reader *sps, size_t n_sps,
                       const struct reader *pps, size_t n_pps)
{
    buf_u8(out, 1);
    buf_put(out, sps[0].at + 1, 3); /* profile, constraints, level */
    buf_u8(out, 0xfc | 3);
    buf_u8(out, (uint8_t)(0xe0 | n_sps));
    put_sets(out, sps, n_sps);
    buf_u8(out, (uint8_t)n_pps);
    put_sets(out, pps, n_pps);
    if (sps[0].at[1] >= HIGH) {
        buf_u8(out, 0xfc | 1);
        buf_u8(out, 0xf8);
        buf_u8(out, 0xf8);
        buf_u8(out, 0);
    }
}

enum err avcc_config(struct reader annexb, struct buf *out)
{
    struct reader sps[SETS_MAX], pps[SETS_MAX], nal;
    size_t n_sps = 0, n_pps = 0;
    while (next_nal(&annexb, &nal)) {
        if (read_left(&nal) > UINT16_MAX)
            return ERR_MALFORMED;
        if (type_of(&nal) == NAL_SPS && read_left(&nal) >= 4 && n_sps < SETS_MAX)
            sps[n_sps++] = nal;
        else if (type_of(&nal) == NAL_PPS && n_pps < SETS_MAX)
            pps[n_pps++] = nal;
    }
    if (n_sps == 0 || n_pps == 0)
        return ERR_MALFORMED;
    put_record(out, sps, n_sps, pps, n_pps);
    return out->err;
}

static bool is_kept(const struct reader *nal)
{
    switch (type_of(nal)) {
    case NAL_SPS:
    case NAL_PPS:
    case NAL_DELIMITER:
    case NAL_FILLER: return false;
    case NAL_SEI: return read_left(nal) < 2 || nal->at[1] != SEI_USER_DATA;
    default: return read_left(nal) > 0;
    }
}

enum err avcc_sample(struct reader annexb, struct buf *out)
{
    struct reader nal;
    size_t before = out->size;
    while (next_nal(&annexb, &nal)) {
        if (!is_kept(&nal))
            continue;
        buf_be32(out, (uint32_t)read_left(&nal));
        buf_put(out, nal.at, read_left(&nal));
    }
    if (out->err != OK)
        return out->err;
    return out->size == before ? ERR_MALFORMED : OK;
}
