#include "format/cmaf/init_read.h"

#include <string.h>

#include "base/text.h"
#include "format/cmaf/box.h"
#include "format/cmaf/language.h"
#include "format/cmaf/sinf.h"

static const uint32_t edit_rate_one = 0x10000;

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
    init->config = avcc;
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

static enum err read_esds(struct init *init, struct reader r)
{
    enum { ES = 3, DECODER_CONFIG = 4, DECODER_SPECIFIC = 5, AUDIO_ISO_14496_3 = 0x40 };
    struct cmaf_index *out = init->out;
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
    init->config = specific;
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
        err = read_esds(init, esds);
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
static enum err check_fragmented(struct init *init)
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
    box_version(&trex, &flags);
    read_skip(&trex, 8);
    init->frame_ticks = read_u32(&trex);
    box_version(&stts, &flags);
    uint32_t entries = read_u32(&stts);
    if (stts.failed)
        return ERR_MALFORMED;
    return entries == 0 ? OK : ERR_UNSUPPORTED;
}

enum err init_read(struct init *init)
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
