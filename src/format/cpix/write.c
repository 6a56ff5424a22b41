#include <string.h>

#include "base/text.h"
#include "format/cpix/cpix.h"

#define OAEP "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p"
#define AES256_CBC "http://www.w3.org/2001/04/xmlenc#aes256-cbc"
#define HMAC_SHA512 "http://www.w3.org/2001/04/xmldsig-more#hmac-sha512"

static void put_kid(struct buf *out, const char *name, const uint8_t id[CPIX_ID])
{
    char text[CPIX_UUID_TEXT];
    cpix_uuid_format(id, text);
    buf_printf(out, " %s=\"%s\"", name, text);
}

static void put_cipher(struct buf *out, const char *algorithm, const uint8_t *bytes, size_t n)
{
    buf_printf(out, "<enc:EncryptionMethod Algorithm=\"%s\"/><enc:CipherData><enc:CipherValue>",
               algorithm);
    cpix_put_base64(out, bytes, n);
    buf_text(out, "</enc:CipherValue></enc:CipherData>");
}

static void put_delivery(struct buf *out, const struct cpix_delivery *d)
{
    buf_text(out, "  <DeliveryDataList>\n    <DeliveryData>\n      <DeliveryKey><ds:X509Data>"
                  "<ds:X509Certificate>");
    cpix_put_base64(out, d->certificate, d->certificate_size);
    buf_text(out, "</ds:X509Certificate></ds:X509Data></DeliveryKey>\n"
                  "      <DocumentKey Algorithm=\"" AES256_CBC "\"><Data><pskc:Secret>"
                  "<pskc:EncryptedValue>");
    put_cipher(out, OAEP, d->document_key, d->document_key_size);
    buf_text(out, "</pskc:EncryptedValue></pskc:Secret></Data></DocumentKey>\n"
                  "      <MACMethod Algorithm=\"" HMAC_SHA512 "\"><Key>");
    put_cipher(out, OAEP, d->mac_key, d->mac_key_size);
    buf_text(out, "</Key></MACMethod>\n    </DeliveryData>\n  </DeliveryDataList>\n");
}

static void put_key(struct buf *out, const struct cpix_key *k)
{
    buf_text(out, "    <ContentKey");
    put_kid(out, "kid", k->kid);
    if (k->has_iv) {
        buf_text(out, " explicitIV=\"");
        cpix_put_base64(out, k->iv, sizeof k->iv);
        buf_text(out, "\"");
    }
    if (k->scheme != NULL)
        buf_printf(out, " commonEncryptionScheme=\"%s\"", k->scheme);
    buf_text(out, "><Data><pskc:Secret>");
    if (k->encrypted_size > 0) {
        buf_text(out, "<pskc:EncryptedValue>");
        put_cipher(out, AES256_CBC, k->encrypted, k->encrypted_size);
        buf_text(out, "</pskc:EncryptedValue><pskc:ValueMAC>");
        cpix_put_base64(out, k->mac, sizeof k->mac);
        buf_text(out, "</pskc:ValueMAC>");
    } else {
        buf_text(out, "<pskc:PlainValue>");
        cpix_put_base64(out, k->plain, sizeof k->plain);
        buf_text(out, "</pskc:PlainValue>");
    }
    buf_text(out, "</pskc:Secret></Data></ContentKey>\n");
}

static void put_part(struct buf *out, const char *open, const char *text, const char *close)
{
    if (text != NULL)
        buf_printf(out, "      <%s>%s</%s>\n", open, text, close);
}

static void put_system(struct buf *out, const struct cpix_system *s)
{
    buf_text(out, "    <DRMSystem");
    put_kid(out, "kid", s->kid);
    put_kid(out, "systemId", s->system);
    buf_text(out, ">\n");
    put_part(out, "PSSH", s->pssh, "PSSH");
    put_part(out, "ContentProtectionData", s->dash, "ContentProtectionData");
    put_part(out, "HLSSignalingData playlist=\"master\"", s->hls_master, "HLSSignalingData");
    put_part(out, "HLSSignalingData playlist=\"media\"", s->hls_media, "HLSSignalingData");
    buf_text(out, "    </DRMSystem>\n");
}

static void put_rule(struct buf *out, const struct cpix_key *k)
{
    buf_text(out, "    <ContentKeyUsageRule");
    put_kid(out, "kid", k->kid);
    buf_printf(out, " intendedTrackType=\"%s\">", k->track_type);
    if (k->is_audio) {
        buf_text(out, "<AudioFilter/>");
    } else {
        buf_text(out, "<VideoFilter");
        if (k->least_pixels > 0)
            buf_printf(out, " minPixels=\"%llu\"", (unsigned long long)k->least_pixels);
        if (k->most_pixels > 0)
            buf_printf(out, " maxPixels=\"%llu\"", (unsigned long long)k->most_pixels);
        buf_text(out, "/>");
    }
    buf_text(out, "</ContentKeyUsageRule>\n");
}

/* The order of the lists is the schema's. */
void cpix_write(const struct cpix *d, struct buf *out)
{
    buf_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                  "<CPIX xmlns=\"urn:dashif:org:cpix\""
                  " xmlns:pskc=\"urn:ietf:params:xml:ns:keyprov:pskc\""
                  " xmlns:enc=\"http://www.w3.org/2001/04/xmlenc#\""
                  " xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\" version=\"2.3\"");
    if (d->content_id != NULL) {
        buf_text(out, " contentId=\"");
        text_put_xml(out, d->content_id, strlen(d->content_id));
        buf_text(out, "\"");
    }
    buf_text(out, ">\n");
    if (d->delivery != NULL)
        put_delivery(out, d->delivery);
    buf_text(out, "  <ContentKeyList>\n");
    for (size_t i = 0; i < d->n_keys; i++)
        put_key(out, &d->keys[i]);
    buf_text(out, "  </ContentKeyList>\n");
    if (d->n_systems > 0)
        buf_text(out, "  <DRMSystemList>\n");
    for (size_t i = 0; i < d->n_systems; i++)
        put_system(out, &d->systems[i]);
    if (d->n_systems > 0)
        buf_text(out, "  </DRMSystemList>\n");
    buf_text(out, "  <ContentKeyUsageRuleList>\n");
    for (size_t i = 0; i < d->n_keys; i++) {
        if (d->keys[i].track_type != NULL)
            put_rule(out, &d->keys[i]);
    }
    buf_text(out, "  </ContentKeyUsageRuleList>\n</CPIX>\n");
}
