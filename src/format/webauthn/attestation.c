/* What an authenticator says: attestation objects, authenticator data, public keys. No key of a map
 * may come twice, so that nothing is read in two ways; their order, which CTAP 2.1 (8) prescribes,
 * nobody could be hurt by. */
#include <string.h>

#include "base/reader.h"
#include "format/cbor/cbor.h"
#include "format/webauthn/webauthn.h"

enum { AAGUID = 16, COORDINATE = 32, MODULUS = 256, EXPONENT = 3 };

enum webauthn_fault webauthn_attestation_read(const void *bytes, size_t n, const uint8_t **data,
                                              size_t *data_size)
{
    struct cbor_span auth = { NULL, 0 };
    bool has_format = false, has_statement = false;
    struct cbor_reader r = cbor_reader_of(bytes, n, CBOR_SHORTEST);
    for (size_t left = cbor_map(&r); left > 0; left--) {
        struct cbor_span key = cbor_text(&r);
        if (cbor_span_is(key, "authData")) {
            auth = cbor_bytes(&r);
        } else if (cbor_span_is(key, "fmt")) {
            has_format = cbor_text(&r).at != NULL;
        } else {
            if (cbor_span_is(key, "attStmt"))
                has_statement = cbor_peek(&r) == CBOR_MAP;
            cbor_skip(&r);
        }
    }
    if (cbor_end(&r) != OK || auth.at == NULL || !has_format || !has_statement)
        return WEBAUTHN_FORMAT;
    *data = auth.at;
    *data_size = auth.n;
    return WEBAUTHN_GOOD;
}

/* The attested credential data (6.5.1). */
static enum webauthn_fault read_credential(struct reader *r, struct webauthn_authenticator *out)
{
    read_skip(r, AAGUID);
    out->credential_size = read_u16(r);
    if (!r->failed && (out->credential_size == 0 || out->credential_size > WEBAUTHN_CREDENTIAL_MAX))
        return WEBAUTHN_CREDENTIAL;
    out->credential = read_bytes(r, out->credential_size);
    struct cbor_reader key = cbor_reader_of(r->at, read_left(r), CBOR_SHORTEST);
    struct cbor_span whole = cbor_whole(&key);
    out->cose = whole.at;
    out->cose_size = whole.n;
    read_skip(r, whole.n);
    return r->failed || whole.at == NULL ? WEBAUTHN_FORMAT : WEBAUTHN_GOOD;
}

static enum webauthn_fault skip_extensions(struct reader *r)
{
    struct cbor_reader all = cbor_reader_of(r->at, read_left(r), CBOR_SHORTEST);
    if (r->failed || cbor_peek(&all) != CBOR_MAP)
        return WEBAUTHN_FORMAT;
    struct cbor_span whole = cbor_whole(&all);
    read_skip(r, whole.n);
    return whole.at == NULL ? WEBAUTHN_FORMAT : WEBAUTHN_GOOD;
}

enum webauthn_fault webauthn_authenticator_read(const void *bytes, size_t n,
                                                struct webauthn_authenticator *out)
{
    enum webauthn_fault fault = WEBAUTHN_GOOD;
    struct reader r = reader_of(bytes, n);
    *out = (struct webauthn_authenticator){ .rp_id_hash = read_bytes(&r, WEBAUTHN_HASH) };
    out->flags = read_u8(&r);
    out->counter = read_u32(&r);
    if (r.failed)
        return WEBAUTHN_FORMAT;
    if ((out->flags & WEBAUTHN_HAS_CREDENTIAL) != 0)
        fault = read_credential(&r, out);
    if (fault == WEBAUTHN_GOOD && (out->flags & WEBAUTHN_HAS_EXTENSIONS) != 0)
        fault = skip_extensions(&r);
    if (fault != WEBAUTHN_GOOD)
        return fault;
    return r.failed || read_left(&r) > 0 ? WEBAUTHN_FORMAT : WEBAUTHN_GOOD;
}

/* ---- public keys ----------------------------------------------------------------------------- */

/* Of IANA's "COSE Key Types" and "COSE Elliptic Curves". */
enum { KTY_OKP = 1, KTY_EC2 = 2, KTY_RSA = 3, CRV_P256 = 1, CRV_ED25519 = 6 };

struct cose {
    int64_t kty, alg, crv;
    struct cbor_span n, x, y; /* n: -1 of RSA; x: -2 (e of RSA); y: -3 */
    unsigned seen;
};
enum { SEEN_KTY = 1, SEEN_ALG = 2, SEEN_1 = 4, SEEN_2 = 8, SEEN_3 = 16, SEEN_MORE = 32 };

static void read_parameter(struct cbor_reader *r, struct cose *key)
{
    switch (cbor_int(r)) {
    case 1:
        key->seen |= SEEN_KTY;
        key->kty = cbor_int(r);
        break;
    case 3:
        key->seen |= SEEN_ALG;
        key->alg = cbor_int(r);
        break;
    case -1: /* crv, or n */
        key->seen |= SEEN_1;
        if (cbor_peek(r) == CBOR_BYTES)
            key->n = cbor_bytes(r);
        else
            key->crv = cbor_int(r);
        break;
    case -2:
        key->seen |= SEEN_2;
        key->x = cbor_bytes(r);
        break;
    case -3:
        key->seen |= SEEN_3;
        key->y =
            cbor_bytes(r); /* compressed points have a bool here; RFC 9053 lets us refuse them */
        break;
    default: key->seen |= SEEN_MORE; cbor_skip(r);
    }
}

static enum webauthn_fault take(struct webauthn_key *out, int algorithm, struct cbor_span a,
                                struct cbor_span b)
{
    out->algorithm = algorithm;
    out->size = a.n + b.n;
    memcpy(out->bytes, a.at, a.n);
    if (b.n > 0)
        memcpy(out->bytes + a.n, b.at, b.n);
    return WEBAUTHN_GOOD;
}

static enum webauthn_fault take_key(const struct cose *k, struct webauthn_key *out)
{
    const unsigned two = SEEN_KTY | SEEN_ALG | SEEN_1 | SEEN_2;
    switch (k->alg) {
    case WEBAUTHN_ES256:
        if (k->seen != (two | SEEN_3) || k->kty != KTY_EC2 || k->crv != CRV_P256 || k->n.n > 0 ||
            k->x.n != COORDINATE || k->y.n != COORDINATE)
            return WEBAUTHN_KEY;
        return take(out, WEBAUTHN_ES256, k->x, k->y);
    case WEBAUTHN_EDDSA:
        if (k->seen != two || k->kty != KTY_OKP || k->crv != CRV_ED25519 || k->n.n > 0 ||
            k->x.n != COORDINATE)
            return WEBAUTHN_KEY;
        return take(out, WEBAUTHN_EDDSA, k->x, (struct cbor_span){ NULL, 0 });
    case WEBAUTHN_RS256:
        /* no longer numbers than 2048 bits need, which have no zeros before them (RFC 8230, 4) */
        if (k->seen != two || k->kty != KTY_RSA || k->n.n != MODULUS || k->n.at[0] == 0 ||
            k->x.n != EXPONENT || k->x.at[0] == 0)
            return WEBAUTHN_KEY;
        return take(out, WEBAUTHN_RS256, k->n, k->x);
    default: return WEBAUTHN_ALGORITHM;
    }
}

enum webauthn_fault webauthn_key_read(const void *bytes, size_t n, struct webauthn_key *out)
{
    struct cose key = { 0 };
    struct cbor_reader r = cbor_reader_of(bytes, n, CBOR_SHORTEST);
    *out = (struct webauthn_key){ 0 };
    for (size_t left = cbor_map(&r); left > 0; left--)
        read_parameter(&r, &key);
    if (cbor_end(&r) != OK)
        return WEBAUTHN_FORMAT;
    return (key.seen & SEEN_ALG) == 0 ? WEBAUTHN_KEY : take_key(&key, out);
}
