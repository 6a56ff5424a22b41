#include "format/cmaf/sinf.h"

#include <string.h>

#include "format/cmaf/box.h"
#include "format/cmaf/cipher.h"

enum { CRYPT_SKIP = 1 << 4 | 9 }; /* blocks encrypted, blocks not */

/* The common system: whoever reads it learns the key ids and nothing else. */
static const uint8_t common_system[16] = { 0x10, 0x77, 0xef, 0xec, 0xc0, 0xb2, 0x4d, 0x02,
                                           0xac, 0xe3, 0x3c, 0x1e, 0x52, 0xe2, 0xfb, 0x4b };

/* Sound under cbcs is encrypted whole: its pattern is none. */
static uint8_t pattern_of(enum cmaf_kind kind)
{
    return kind == CMAF_VIDEO ? CRYPT_SKIP : 0;
}

static void put_tenc(struct buf *b, const struct cmaf_track *t, const struct cmaf_protection *p)
{
    bool is_cbcs = p->scheme == CMAF_CBCS;
    size_t at = box_open_full(b, "tenc", is_cbcs ? 1 : 0, 0);
    buf_u8(b, 0);
    buf_u8(b, is_cbcs ? pattern_of(t->kind) : 0);
    buf_u8(b, 1); /* protected */
    buf_u8(b, is_cbcs ? 0 : 8);
    buf_put(b, p->kid, sizeof p->kid);
    if (is_cbcs) {
        buf_u8(b, sizeof p->iv);
        buf_put(b, p->iv, sizeof p->iv);
    }
    box_close(b, at);
}

void sinf_put(struct buf *b, const struct cmaf_track *track)
{
    const struct cmaf_protection *p = cipher_protection(track);
    if (p == NULL)
        return;
    size_t sinf = box_open(b, "sinf"), at = box_open(b, "frma");
    buf_put(b, track->sample_entry, 4);
    box_close(b, at);
    at = box_open_full(b, "schm", 0, 0);
    buf_put(b, cmaf_scheme_name(p->scheme), 4);
    buf_be32(b, 0x10000);
    box_close(b, at);
    at = box_open(b, "schi");
    put_tenc(b, track, p);
    box_close(b, at);
    box_close(b, sinf);
}

void sinf_put_pssh(struct buf *b, const struct cmaf_track *track)
{
    const struct cmaf_protection *p = cipher_protection(track);
    if (p == NULL)
        return;
    uint32_t n = 1;
    for (size_t i = 0; i < p->n_kids; i++)
        n += memcmp(p->kids[i], p->kid, sizeof p->kid) != 0;
    size_t at = box_open_full(b, "pssh", 1, 0);
    buf_put(b, common_system, sizeof common_system);
    buf_be32(b, n);
    buf_put(b, p->kid, sizeof p->kid);
    for (size_t i = 0; i < p->n_kids; i++) {
        if (memcmp(p->kids[i], p->kid, sizeof p->kid) != 0)
            buf_put(b, p->kids[i], sizeof p->kids[i]);
    }
    buf_be32(b, 0);
    box_close(b, at);
}

static enum err read_schm(struct reader sinf, struct cmaf_index *out)
{
    struct reader r;
    uint32_t flags = 0;
    if (box_find(sinf, BOX_TYPE('s', 'c', 'h', 'm'), &r) != OK)
        return ERR_MALFORMED;
    box_version(&r, &flags);
    uint32_t scheme = read_u32(&r);
    if (r.failed)
        return ERR_MALFORMED;
    out->scheme = scheme == BOX_TYPE('c', 'b', 'c', 's')   ? CMAF_CBCS
                  : scheme == BOX_TYPE('c', 'e', 'n', 'c') ? CMAF_CENC
                                                           : CMAF_CLEAR;
    return out->scheme == CMAF_CLEAR ? ERR_UNSUPPORTED : OK;
}

/* A constant IV of 8 bytes is followed by zeros (9.1). */
static enum err read_constant_iv(struct reader *r, struct cmaf_index *out)
{
    uint8_t size = read_u8(r);
    const uint8_t *iv = read_bytes(r, size);
    if (iv == NULL || (size != 8 && size != 16))
        return ERR_MALFORMED;
    memcpy(out->iv, iv, size);
    return OK;
}

static enum err read_tenc(struct reader sinf, struct cmaf_index *out)
{
    struct reader schi, r;
    uint32_t flags = 0;
    if (box_find(sinf, BOX_TYPE('s', 'c', 'h', 'i'), &schi) != OK ||
        box_find(schi, BOX_TYPE('t', 'e', 'n', 'c'), &r) != OK)
        return ERR_MALFORMED;
    uint8_t version = box_version(&r, &flags);
    read_u8(&r);
    uint8_t pattern = read_u8(&r), is_protected = read_u8(&r), iv_size = read_u8(&r);
    const uint8_t *kid = read_bytes(&r, sizeof out->kid);
    if (kid == NULL || (iv_size != 0 && iv_size != 8 && iv_size != 16))
        return ERR_MALFORMED;
    memcpy(out->kid, kid, sizeof out->kid);
    pattern = version == 0 ? 0 : pattern;
    bool is_cbcs = out->scheme == CMAF_CBCS;
    if (is_protected != 1 || pattern != (is_cbcs ? pattern_of(out->kind) : 0))
        return ERR_UNSUPPORTED; /* keys by groups of samples; another pattern */
    if (iv_size != 0)
        return OK;
    return is_cbcs ? read_constant_iv(&r, out) : ERR_UNSUPPORTED;
}

enum err sinf_read(struct reader boxes, struct cmaf_index *out, uint32_t *original)
{
    struct reader sinf, frma;
    if (box_find(boxes, BOX_TYPE('s', 'i', 'n', 'f'), &sinf) != OK ||
        box_find(sinf, BOX_TYPE('f', 'r', 'm', 'a'), &frma) != OK)
        return ERR_MALFORMED;
    *original = read_u32(&frma);
    enum err err = frma.failed ? ERR_MALFORMED : read_schm(sinf, out);
    return err == OK ? read_tenc(sinf, out) : err;
}
