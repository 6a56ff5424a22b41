#include "format/hls/key.h"

#include "format/hls/text.h"

static const char *method_of(const struct presentation *p, const struct cmaf_index *index)
{
    if (p->protection->hls == PRESENTATION_AES128)
        return "AES-128";
    return index->scheme == CMAF_CENC ? "SAMPLE-AES-CTR" : "SAMPLE-AES";
}

/* Each key has an address of its own in every format: players know keys apart by it. AES-128 has no
 * IV attribute: it is then the media sequence number (rfc8216bis 4.4.4.4). KEYID is no attribute of
 * the draft's, but where players read the key id from before they have the init segment. */
static void put_key(struct buf *out, const char *tag, const struct presentation *p,
                    const struct cmaf_index *index)
{
    char kid[37];
    presentation_kid_text(index->kid, false, kid);
    buf_printf(out, "#%s:METHOD=%s,URI=\"", tag, method_of(p, index));
    hls_put_quoted(out, p->protection->licence);
    buf_printf(out, "/%s\"", kid);
    if (p->protection->hls == PRESENTATION_CLEARKEY)
        buf_printf(out, ",KEYID=0x%s,KEYFORMAT=\"org.w3.clearkey\",KEYFORMATVERSIONS=\"1\"", kid);
    else if (p->protection->hls == PRESENTATION_IDENTITY)
        buf_text(out, ",KEYFORMAT=\"identity\",KEYFORMATVERSIONS=\"1\"");
    buf_text(out, "\n");
}

void hls_put_key(struct buf *out, const struct presentation *p, const struct cmaf_index *index)
{
    if (presentation_is_protected(p, index))
        put_key(out, "EXT-X-KEY", p, index);
}

void hls_put_session_keys(struct buf *out, const struct presentation *p)
{
    const struct presentation_rendition *r = p->renditions;
    if (p->protection == NULL || p->protection->hls != PRESENTATION_CLEARKEY)
        return;
    for (size_t i = 0; i < p->n_renditions; i++) {
        bool is_said = !presentation_is_protected(p, r[i].index);
        for (size_t k = 0; k < i; k++)
            is_said = is_said || presentation_same_key(r[k].index, r[i].index);
        if (!is_said)
            put_key(out, "EXT-X-SESSION-KEY", p, r[i].index);
    }
}
