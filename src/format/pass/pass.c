#include "format/pass/pass.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "base/text.h"
#include "format/pass/parts.h"

static_assert(PASS_BYTES_MAX % 3 == 0, "its text is a third longer");

const char *pass_verdict_code(enum pass_verdict verdict)
{
    switch (verdict) {
#define X(name, code, text)                                                                        \
    case name: return code;
        PASS_VERDICTS(X)
#undef X
    }
    return "?";
}

const char *pass_verdict_text(enum pass_verdict verdict)
{
    switch (verdict) {
#define X(name, code, text)                                                                        \
    case name: return text;
        PASS_VERDICTS(X)
#undef X
    }
    return "?";
}

void pass_bind(struct pass *pass, const char *first, const char *second, const char *third)
{
    struct pass_uri *u = &pass->uris[0];
    size_t a = strlen(first), b = strlen(second), c = strlen(third);
    assert(a + b + c < sizeof u->text);
    pass->n_uris = 1;
    *u = (struct pass_uri){ .part = PASS_PATH, .match = PASS_PREFIX };
    memcpy(u->text, first, a);
    memcpy(u->text + a, second, b);
    memcpy(u->text + a + b, third, c);
}

/* ---- signing --------------------------------------------------------------------------------- */

/* base64url without padding (RFC 4648, 5). */
static void put_text(const uint8_t *bytes, size_t n, char out[PASS_TEXT_MAX])
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    char *at = out;
    for (size_t i = 0; i < n; i += 3) {
        size_t left = n - i < 3 ? n - i : 3;
        uint32_t v = (uint32_t)bytes[i] << 16;
        v |= left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0;
        v |= left > 2 ? bytes[i + 2] : 0u;
        for (unsigned k = 0; k <= left; k++)
            *at++ = digits[v >> (18 - 6 * k) & 63];
    }
    *at = 0;
}

/* The key id is protected: nothing of a pass of ours can be changed unseen. */
static size_t write_headers(const struct pass_key *key, uint8_t *out, size_t room)
{
    struct cbor_writer w = cbor_writer_of(out, room);
    cbor_put_map(&w, 2);
    cbor_put_uint(&w, COSE_ALG);
    cbor_put_int(&w, key->algorithm == PASS_HMAC ? COSE_HMAC_256 : COSE_EDDSA);
    cbor_put_uint(&w, COSE_KID);
    cbor_put_bytes(&w, key->id, sizeof key->id);
    assert(w.err == OK);
    return w.size;
}

enum err pass_sign(const struct pass_key *key, const struct pass *pass, char out[PASS_TEXT_MAX])
{
    uint8_t headers[32], payload[PASS_BYTES_MAX], bytes[SIGNED_MAX], signature[64];
    if (!key->can_sign || key->kind != pass->kind || !claims_are_sound(pass))
        return ERR_ARGUMENT;
    size_t n_headers = write_headers(key, headers, sizeof headers);
    struct cbor_writer claims = cbor_writer_of(payload, sizeof payload);
    claims_write(pass, &claims);
    if (claims.err != OK)
        return ERR_ARGUMENT;
    size_t n = parts_signed_bytes(key->algorithm, (struct cbor_span){ headers, n_headers },
                                  (struct cbor_span){ payload, claims.size }, bytes);
    size_t n_signature = pass_key_sign(key, bytes, n, signature);
    struct cbor_writer w = cbor_writer_of(bytes, PASS_BYTES_MAX);
    cbor_put_tag(&w, CWT_TAG);
    cbor_put_tag(&w, key->algorithm == PASS_HMAC ? COSE_TAG_MAC0 : COSE_TAG_SIGN1);
    cbor_put_array(&w, 4);
    cbor_put_bytes(&w, headers, n_headers);
    cbor_put_map(&w, 0);
    cbor_put_bytes(&w, payload, claims.size);
    cbor_put_bytes(&w, signature, n_signature);
    if (w.err != OK)
        return ERR_ARGUMENT;
    put_text(bytes, w.size, out);
    return OK;
}

/* ---- checking -------------------------------------------------------------------------------- */

static enum pass_verdict find_signer(const struct pass_door *door, const struct pass_parts *parts)
{
    enum pass_verdict verdict = PASS_KEY_UNKNOWN;
    for (size_t i = 0; i < door->n_keys; i++) {
        const struct pass_key *key = &door->keys[i];
        if (key->kind != door->kind || parts->id.n != sizeof key->id ||
            memcmp(parts->id.at, key->id, sizeof key->id) != 0)
            continue;
        if (pass_parts_are_signed(parts, key))
            return PASS_GOOD;
        verdict = PASS_SIGNATURE_WRONG;
    }
    return verdict;
}

enum pass_verdict pass_check(const struct pass_door *door, const char *text, size_t n,
                             struct pass *out)
{
    struct pass_parts parts;
    struct pass pass;
    enum pass_verdict verdict = pass_open(text, n, CBOR_SHORTEST, &parts);
    if (verdict == PASS_GOOD && (!parts.has_cwt_tag || parts.cose_tag == 0 || parts.has_more))
        verdict = PASS_NOT_ONE; /* one spelling; and no header that nobody here knows */
    if (verdict == PASS_GOOD)
        verdict = find_signer(door, &parts);
    if (verdict != PASS_GOOD)
        return verdict;
    verdict = claims_read(parts.payload, door, &pass);
    if (verdict == PASS_GOOD)
        *out = pass;
    else if (verdict == PASS_CLAIM_UNKNOWN || verdict == PASS_CLAIM_MISSING)
        out->claim = pass.claim;
    return verdict;
}

/* ---- what is asked for ----------------------------------------------------------------------- */

struct part {
    const char *at;
    size_t n;
};

static struct part part_of(const char *path, enum pass_uri_part which)
{
    struct part p = { path, strlen(path) };
    if (which == PASS_PATH)
        return p;
    const char *slash = strrchr(path, '/');
    size_t parent = slash == NULL ? 0 : (size_t)(slash - path);
    if (which == PASS_PARENT)
        return (struct part){ path, parent };
    p.at = slash == NULL ? path : slash + 1;
    p.n = strlen(p.at);
    size_t stem = strcspn(p.at, ".");
    if (which == PASS_STEM)
        p.n = stem;
    else if (which == PASS_EXTENSION)
        p = (struct part){ p.at + stem, p.n - stem };
    return p;
}

static bool uri_matches(const struct pass_uri *u, const char *path)
{
    struct part p = part_of(path, u->part);
    size_t n = strlen(u->text);
    if (n > p.n)
        return false;
    switch (u->match) {
    case PASS_EXACT: return n == p.n && memcmp(p.at, u->text, n) == 0;
    case PASS_PREFIX: return memcmp(p.at, u->text, n) == 0;
    case PASS_SUFFIX: return memcmp(p.at + p.n - n, u->text, n) == 0;
    case PASS_CONTAINS: return memmem(p.at, p.n, u->text, n) != NULL;
    }
    return false;
}

static bool path_fits(const struct pass *pass, const char *path)
{
    for (size_t i = 0; i < pass->n_uris; i++)
        if (!uri_matches(&pass->uris[i], path))
            return false;
    return pass->n_uris > 0;
}

static bool territory_fits(const struct pass *pass, const char *territory)
{
    for (size_t i = 0; i < pass->n_territories; i++)
        if (strcmp(pass->territories[i], territory) == 0)
            return true;
    return pass->n_territories == 0;
}

enum pass_verdict pass_allows(const struct pass *pass, const struct pass_question *q)
{
    bool knows_place = q->territory != NULL && q->territory[0] != 0;
    if (pass->methods != 0 && (pass->methods & q->method) == 0)
        return PASS_METHOD_WRONG;
    if (q->path != NULL && !path_fits(pass, q->path))
        return PASS_PATH_WRONG;
    if (knows_place && !territory_fits(pass, q->territory))
        return PASS_TERRITORY_WRONG;
    if (q->now.us < pass->not_before.us)
        return PASS_NOT_YET;
    if (q->now.us < pass->expires.us)
        return PASS_GOOD;
    int64_t late = (q->now.us - pass->expires.us) / UTC_SECOND;
    bool renews = pass->renewal_seconds > 0 && late < (int64_t)pass->deadline_seconds;
    return renews ? PASS_RENEWABLE : PASS_EXPIRED;
}
