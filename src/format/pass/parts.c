#include "format/pass/parts.h"

#include <string.h>

#include "base/text.h"

/* Takes key ids and algorithm out of a header map. */
static void read_headers(struct cbor_reader *r, bool is_protected, struct pass_parts *out)
{
    for (size_t left = cbor_map(r); left > 0 && r->err == OK; left--) {
        struct cbor_item label = cbor_next(r);
        bool is_alg = label.kind == CBOR_UINT && label.number == COSE_ALG && is_protected;
        bool is_kid = label.kind == CBOR_UINT && label.number == COSE_KID;
        if (is_alg && (cbor_peek(r) == CBOR_UINT || cbor_peek(r) == CBOR_NEGATIVE)) {
            out->algorithm = cbor_int(r);
        } else if (is_kid && cbor_peek(r) == CBOR_BYTES) {
            if (out->id.at != NULL) /* RFC 9052, 3: in one of the two at most */
                cbor_fail(r, ERR_MALFORMED);
            out->id = cbor_bytes(r);
            out->id_is_protected = is_protected;
        } else {
            out->has_more = true;
            cbor_skip(r);
        }
    }
}

/* An empty map may be written as no bytes at all (RFC 9052, 3). */
static void read_protected(struct cbor_reader *r, enum cbor_form form, struct pass_parts *out)
{
    out->headers = cbor_bytes(r);
    if (r->err != OK || out->headers.n == 0)
        return;
    struct cbor_reader inner = cbor_reader_of(out->headers.at, out->headers.n, form);
    read_headers(&inner, true, out);
    if (cbor_end(&inner) != OK)
        cbor_fail(r, ERR_MALFORMED);
}

/* None, COSE's, or a CWT's and then COSE's (RFC 8392, 6). */
static void read_tags(struct cbor_reader *r, struct pass_parts *out)
{
    if (cbor_peek(r) != CBOR_TAG)
        return;
    uint64_t tag = cbor_tag(r);
    out->has_cwt_tag = tag == CWT_TAG;
    if (out->has_cwt_tag)
        tag = cbor_tag(r);
    if (tag != COSE_TAG_SIGN1 && tag != COSE_TAG_MAC0)
        cbor_fail(r, ERR_UNSUPPORTED);
    out->cose_tag = tag;
}

enum pass_verdict pass_open(const char *text, size_t n, enum cbor_form form, struct pass_parts *out)
{
    *out = (struct pass_parts){ .n = 0 };
    if (n == 0 || text_base64url_decode(text, n, out->bytes, sizeof out->bytes, &out->n) != OK)
        return PASS_NOT_ONE;
    struct cbor_reader r = cbor_reader_of(out->bytes, out->n, form);
    read_tags(&r, out);
    if (cbor_array(&r) != 4)
        return PASS_NOT_ONE;
    read_protected(&r, form, out);
    read_headers(&r, false, out);
    out->payload = cbor_bytes(&r);
    out->signature = cbor_bytes(&r);
    if (cbor_end(&r) != OK || cbor_check(out->payload.at, out->payload.n, form) != OK)
        return PASS_NOT_ONE;
    return PASS_GOOD;
}

size_t parts_signed_bytes(enum pass_algorithm algorithm, struct cbor_span headers,
                          struct cbor_span payload, uint8_t out[SIGNED_MAX])
{
    struct cbor_writer w = cbor_writer_of(out, SIGNED_MAX);
    cbor_put_array(&w, 4);
    cbor_put_text(&w, algorithm == PASS_EDDSA ? "Signature1" : "MAC0");
    cbor_put_bytes(&w, headers.at, headers.n);
    cbor_put_bytes(&w, NULL, 0);
    cbor_put_bytes(&w, payload.at, payload.n);
    return w.err == OK ? w.size : 0;
}

bool pass_parts_are_signed(const struct pass_parts *parts, const struct pass_key *key)
{
    uint8_t bytes[SIGNED_MAX];
    bool is_mac = key->algorithm == PASS_HMAC;
    if (parts->algorithm != (is_mac ? COSE_HMAC_256 : COSE_EDDSA) ||
        (parts->cose_tag != 0 && parts->cose_tag != (is_mac ? COSE_TAG_MAC0 : COSE_TAG_SIGN1)))
        return false;
    size_t n = parts_signed_bytes(key->algorithm, parts->headers, parts->payload, bytes);
    return n > 0 && pass_key_verify(key, bytes, n, parts->signature.at, parts->signature.n);
}
