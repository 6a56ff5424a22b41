#include "format/hls/key.h"

#include "format/hls/text.h"

static const char *method_of(const struct presentation *p, const struct cmaf_index *index)
{
    if (p->protection->hls == PRESENTATION_AES128)
        return "AES-128";
    return index->scheme == CMAF_CENC ? "SAMPLE-AES-CTR" : "SAMPLE-AES";
}

static void put_format(struct buf *out, const char *format)
{
    buf_printf(out, ",KEYFORMAT=\"%s\",KEYFORMATVERSIONS=\"1\"", format);
}

/* AES-128 has no IV attribute: it is then the media sequence number (rfc8216bis 4.4.4.4). KEYID is
 * no attribute of the draft's, but what players of Common Encryption read the key id from before
 * they have the init segment. */
void hls_put_key(struct buf *out, const struct presentation *p, const struct cmaf_index *index)
{
    char kid[37];
    if (!presentation_is_protected(p, index))
        return;
    presentation_kid_text(index->kid, false, kid);
    buf_printf(out, "#EXT-X-KEY:METHOD=%s,URI=\"", method_of(p, index));
    hls_put_quoted(out, p->protection->licence);
    if (p->protection->hls != PRESENTATION_CLEARKEY)
        buf_printf(out, "/%s", kid);
    buf_text(out, "\"");
    if (p->protection->hls == PRESENTATION_CLEARKEY) {
        buf_printf(out, ",KEYID=0x%s", kid);
        put_format(out, "org.w3.clearkey");
    } else if (p->protection->hls == PRESENTATION_IDENTITY) {
        put_format(out, "identity");
    }
    buf_text(out, "\n");
}

void hls_put_session_key(struct buf *out, const struct presentation *p)
{
    for (size_t i = 0; i < p->n_renditions; i++) {
        const struct cmaf_index *index = p->renditions[i].index;
        if (!presentation_is_protected(p, index) || p->protection->hls != PRESENTATION_CLEARKEY)
            continue;
        buf_printf(out, "#EXT-X-SESSION-KEY:METHOD=%s,URI=\"", method_of(p, index));
        hls_put_quoted(out, p->protection->licence);
        buf_text(out, "\"");
        put_format(out, "org.w3.clearkey");
        buf_text(out, "\n");
        return; /* all keys of a licence come from one address, and a tag may stand here once */
    }
}
