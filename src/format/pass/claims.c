#include <string.h>

#include "base/text.h"
#include "format/pass/parts.h"

enum { CATV = 1, CATR_REDIRECT = 3, CATR_CODE = 302, METHODS = 4 };
enum { CATR_TYPE = 0, CATR_EXPADD = 1, CATR_DEADLINE = 2, CATR_STATUS = 7 };

static const struct {
    const char *name;
    enum pass_method bit;
} methods[METHODS] = {
    { "GET", PASS_GET }, { "HEAD", PASS_HEAD }, { "POST", PASS_POST }, { "OPTIONS", PASS_OPTIONS }
};

const char *pass_claim_name(int64_t label)
{
    static const struct {
        int64_t label;
        const char *name;
    } names[] = {
        { 1, "iss" },           { 2, "sub" },         { 3, "aud" },
        { 4, "exp" },           { 5, "nbf" },         { 6, "iat" },
        { 7, "cti" },           { 8, "cnf" },         { 282, "geohash" },
        { 308, "catreplay" },   { 309, "catpor" },    { 310, "catv" },
        { 311, "catnip" },      { 312, "catu" },      { 313, "catm" },
        { 314, "catalpn" },     { 315, "cath" },      { 316, "catgeoiso3166" },
        { 317, "catgeocoord" }, { 318, "catgeoalt" }, { 319, "cattpk" },
        { 320, "catifdata" },   { 321, "catdpop" },   { 322, "catif" },
        { 323, "catr" },        { 324, "cattprint" }, { PASS_CLAIM_SHOWN, "lanterne" },
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i].label == label)
            return names[i].name;
    return NULL;
}

/* ---- what can be said ------------------------------------------------------------------------ */

static bool is_id(const char *text)
{
    char checked[ID_TEXT];
    return id_parse(text, strnlen(text, ID_TEXT), checked);
}

/* Languages as a showing writes them: a sign, then tags. */
static bool are_languages(const char *text, size_t n)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789+-,:;!";
    if (n == 0)
        return true;
    if (n > PASS_LANGUAGES_MAX || (text[0] != '+' && text[0] != '-'))
        return false;
    for (size_t i = 1; i < n; i++)
        if (text[i] == 0 || strchr(allowed, text[i]) == NULL)
            return false;
    return true;
}

/* A text of ours in a field of room bytes: it ends there and is UTF-8. */
static bool is_text(const char *text, size_t room)
{
    size_t n = strnlen(text, room);
    return n < room && text_is_utf8(text, n);
}

static bool is_time(utc_time t)
{
    return t.us >= 0;
}

bool claims_are_sound(const struct pass *p)
{
    bool ok = (unsigned)p->kind < PASS_KINDS && is_text(p->issuer, sizeof p->issuer) &&
              is_id(p->playback) && is_id(p->playable) && (p->id[0] == 0 || is_id(p->id)) &&
              is_time(p->issued) && is_time(p->not_before) && p->expires.us >= UTC_SECOND &&
              p->n_uris > 0 && p->n_uris <= PASS_URIS_MAX && p->methods <= PASS_ANY_METHOD &&
              (p->methods & PASS_OTHER_METHOD) == 0 && p->n_territories <= PASS_TERRITORIES_MAX &&
              are_languages(p->languages, strnlen(p->languages, sizeof p->languages));
    for (size_t i = 0; ok && i < p->n_uris; i++) {
        const struct pass_uri *u = &p->uris[i];
        ok = u->part >= PASS_PATH && u->part <= PASS_EXTENSION && u->part != PASS_PATH + 1 &&
             (unsigned)u->match <= PASS_CONTAINS && is_text(u->text, sizeof u->text) &&
             (i == 0 || u->part > p->uris[i - 1].part); /* one a part: a map's key comes once */
    }
    for (size_t i = 0; ok && i < p->n_territories; i++)
        ok = text_is_territory(p->territories[i], strnlen(p->territories[i], 3));
    return ok;
}

/* ---- writing --------------------------------------------------------------------------------- */

static void put_time(struct cbor_writer *w, enum pass_claim claim, utc_time t)
{
    if (t.us == 0)
        return;
    cbor_put_int(w, claim);
    cbor_put_uint(w, (uint64_t)(t.us / UTC_SECOND));
}

static void put_uris(struct cbor_writer *w, const struct pass *p)
{
    cbor_put_int(w, PASS_CLAIM_CATU);
    cbor_put_map(w, p->n_uris);
    for (size_t i = 0; i < p->n_uris; i++) {
        cbor_put_uint(w, p->uris[i].part);
        cbor_put_map(w, 1);
        cbor_put_uint(w, p->uris[i].match);
        cbor_put_text(w, p->uris[i].text);
    }
}

static void put_methods(struct cbor_writer *w, unsigned bits)
{
    size_t n = 0;
    for (size_t i = 0; i < METHODS; i++)
        n += (bits & methods[i].bit) != 0;
    if (n == 0)
        return;
    cbor_put_int(w, PASS_CLAIM_CATM);
    cbor_put_array(w, n);
    for (size_t i = 0; i < METHODS; i++)
        if ((bits & methods[i].bit) != 0)
            cbor_put_text(w, methods[i].name);
}

static void put_territories(struct cbor_writer *w, const struct pass *p)
{
    if (p->n_territories == 0)
        return;
    cbor_put_int(w, PASS_CLAIM_CATGEOISO3166);
    cbor_put_array(w, p->n_territories);
    for (size_t i = 0; i < p->n_territories; i++)
        cbor_put_text(w, p->territories[i]);
}

static void put_renewal(struct cbor_writer *w, const struct pass *p)
{
    if (p->renewal_seconds == 0)
        return;
    cbor_put_int(w, PASS_CLAIM_CATR);
    cbor_put_map(w, 4);
    cbor_put_uint(w, CATR_TYPE);
    cbor_put_uint(w, CATR_REDIRECT);
    cbor_put_uint(w, CATR_EXPADD);
    cbor_put_uint(w, p->renewal_seconds);
    cbor_put_uint(w, CATR_DEADLINE);
    cbor_put_uint(w, p->deadline_seconds);
    cbor_put_uint(w, CATR_STATUS);
    cbor_put_uint(w, CATR_CODE);
}

void claims_write(const struct pass *p, struct cbor_writer *w)
{
    /* sub, aud, exp, catv, catu and ours are always there */
    size_t n = 6u + (p->issuer[0] != 0) + (p->not_before.us != 0) + (p->issued.us != 0) +
               (p->id[0] != 0) + (p->methods != 0) + (p->n_territories > 0) +
               (p->renewal_seconds != 0);
    cbor_put_map(w, n);
    if (p->issuer[0] != 0) {
        cbor_put_int(w, PASS_CLAIM_ISS);
        cbor_put_text(w, p->issuer);
    }
    cbor_put_int(w, PASS_CLAIM_SUB);
    cbor_put_text(w, p->playback);
    cbor_put_int(w, PASS_CLAIM_AUD);
    cbor_put_text(w, pass_kind_name(p->kind));
    put_time(w, PASS_CLAIM_EXP, p->expires);
    put_time(w, PASS_CLAIM_NBF, p->not_before);
    put_time(w, PASS_CLAIM_IAT, p->issued);
    if (p->id[0] != 0) {
        cbor_put_int(w, PASS_CLAIM_CTI);
        cbor_put_bytes(w, p->id, ID_TEXT - 1);
    }
    cbor_put_int(w, PASS_CLAIM_CATV);
    cbor_put_uint(w, CATV);
    put_uris(w, p);
    put_methods(w, p->methods);
    put_territories(w, p);
    put_renewal(w, p);
    cbor_put_int(w, PASS_CLAIM_SHOWN);
    cbor_put_array(w, 3);
    cbor_put_text(w, p->playable);
    cbor_put_uint(w, p->lines);
    cbor_put_text(w, p->languages);
}

/* ---- reading --------------------------------------------------------------------------------- */

/* Each reads one claim's value into out. False: not in a form that is enforced. */

static bool take_text(struct cbor_reader *r, char *out, size_t room)
{
    struct cbor_span text = cbor_text(r);
    if (r->err != OK || text.n >= room)
        return false;
    memcpy(out, text.at, text.n);
    out[text.n] = 0;
    return true;
}

static bool take_id(struct cbor_reader *r, char out[ID_TEXT])
{
    struct cbor_span text = cbor_text(r);
    return r->err == OK && id_parse((const char *)text.at, text.n, out);
}

/* NumericDate in whole seconds. */
static bool take_time(struct cbor_reader *r, utc_time *out)
{
    uint64_t seconds = cbor_uint(r);
    if (r->err != OK || seconds == 0 || seconds > (uint64_t)(INT64_MAX / UTC_SECOND))
        return false;
    out->us = (int64_t)seconds * UTC_SECOND;
    return true;
}

/* Any bytes tell passes apart; those that are an id of ours are kept. */
static bool take_cti(struct cbor_reader *r, struct pass *out)
{
    struct cbor_span bytes = cbor_bytes(r);
    if (r->err == OK && !id_parse((const char *)bytes.at, bytes.n, out->id))
        out->id[0] = 0;
    return r->err == OK;
}

static bool take_uri(struct cbor_reader *r, uint64_t part, struct pass *out)
{
    size_t n = cbor_map(r);
    for (size_t i = 0; i < n; i++) {
        struct pass_uri *u = &out->uris[out->n_uris];
        uint64_t match = cbor_uint(r);
        if (out->n_uris == PASS_URIS_MAX || match > PASS_CONTAINS ||
            !take_text(r, u->text, sizeof u->text))
            return false;
        u->part = (enum pass_uri_part)part;
        u->match = (enum pass_uri_match)match;
        out->n_uris++;
    }
    return r->err == OK && n > 0;
}

/* Scheme, host, port and query are not known here, and expressions are not tried. */
static bool take_uris(struct cbor_reader *r, struct pass *out)
{
    size_t n = cbor_map(r);
    for (size_t i = 0; i < n; i++) {
        uint64_t part = cbor_uint(r);
        if (part < PASS_PATH || part > PASS_EXTENSION || part == PASS_PATH + 1 ||
            !take_uri(r, part, out))
            return false;
    }
    return r->err == OK && n > 0;
}

/* A method that is not known here is allowed in vain. */
static bool take_methods(struct cbor_reader *r, struct pass *out)
{
    size_t n = cbor_array(r);
    for (size_t i = 0; i < n; i++) {
        struct cbor_span name = cbor_text(r);
        for (size_t k = 0; k < METHODS && r->err == OK; k++)
            if (cbor_span_is(name, methods[k].name))
                out->methods |= methods[k].bit;
    }
    return r->err == OK && out->methods != 0;
}

static bool take_territories(struct cbor_reader *r, struct pass *out)
{
    size_t n = cbor_array(r);
    if (n == 0 || n > PASS_TERRITORIES_MAX)
        return false;
    for (size_t i = 0; i < n; i++) {
        struct cbor_span code = cbor_text(r);
        if (r->err != OK || !text_is_territory((const char *)code.at, code.n))
            return false;
        memcpy(out->territories[out->n_territories++], code.at, 2);
    }
    return true;
}

static bool take_renewal(struct cbor_reader *r, struct pass *out)
{
    uint64_t type = UINT64_MAX, add = 0, deadline = 0, code = CATR_CODE;
    for (size_t left = cbor_map(r); left > 0 && r->err == OK; left--) {
        uint64_t part = cbor_uint(r), value = cbor_uint(r);
        if (part == CATR_TYPE)
            type = value;
        else if (part == CATR_EXPADD)
            add = value;
        else if (part == CATR_DEADLINE)
            deadline = value;
        else if (part == CATR_STATUS)
            code = value;
        else
            return false;
    }
    out->renewal_seconds = (uint32_t)add;
    out->deadline_seconds = (uint32_t)deadline;
    return r->err == OK && type == CATR_REDIRECT && add > 0 && add <= UINT32_MAX &&
           deadline <= UINT32_MAX && code == CATR_CODE;
}

static bool take_shown(struct cbor_reader *r, struct pass *out)
{
    if (cbor_array(r) != 3 || !take_id(r, out->playable))
        return false;
    uint64_t lines = cbor_uint(r);
    out->lines = (uint16_t)lines;
    return lines <= UINT16_MAX && take_text(r, out->languages, sizeof out->languages) &&
           are_languages(out->languages, strlen(out->languages));
}

static bool take_kind(struct cbor_reader *r, struct pass *out)
{
    struct cbor_span audience = cbor_text(r);
    for (unsigned kind = 0; kind < PASS_KINDS; kind++) {
        out->kind = (enum pass_kind)kind;
        if (r->err == OK && cbor_span_is(audience, pass_kind_name(out->kind)))
            return true;
    }
    out->kind = PASS_KINDS; /* for somebody else altogether */
    return r->err == OK;
}

static bool take_claim(struct cbor_reader *r, int64_t label, struct pass *out)
{
    switch (label) {
    case PASS_CLAIM_ISS: return take_text(r, out->issuer, sizeof out->issuer);
    case PASS_CLAIM_SUB: return take_id(r, out->playback);
    case PASS_CLAIM_AUD: return take_kind(r, out);
    case PASS_CLAIM_EXP: return take_time(r, &out->expires);
    case PASS_CLAIM_NBF: return take_time(r, &out->not_before);
    case PASS_CLAIM_IAT: return take_time(r, &out->issued);
    case PASS_CLAIM_CTI: return take_cti(r, out);
    case PASS_CLAIM_CATV: return cbor_uint(r) == CATV && r->err == OK;
    case PASS_CLAIM_CATU: return take_uris(r, out);
    case PASS_CLAIM_CATM: return take_methods(r, out);
    case PASS_CLAIM_CATGEOISO3166: return take_territories(r, out);
    case PASS_CLAIM_CATR: return take_renewal(r, out);
    case PASS_CLAIM_SHOWN: return take_shown(r, out);
    default: return false;
    }
}

/* What no door opens without. */
static bool has_all(struct pass *p)
{
    const struct {
        int64_t label;
        bool is_there;
    } needed[] = {
        { PASS_CLAIM_SUB, p->playback[0] != 0 },
        { PASS_CLAIM_EXP, p->expires.us != 0 },
        { PASS_CLAIM_CATU, p->n_uris > 0 },
        { PASS_CLAIM_SHOWN, p->playable[0] != 0 },
    };
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        p->claim = needed[i].label;
        if (!needed[i].is_there)
            return false;
    }
    p->claim = 0;
    return true;
}

enum pass_verdict claims_read(struct cbor_span payload, const struct pass_door *door,
                              struct pass *out)
{
    struct cbor_reader r = cbor_reader_of(payload.at, payload.n, CBOR_SHORTEST);
    bool has_kind = false;
    *out = (struct pass){ .kind = PASS_KINDS };
    for (size_t left = cbor_map(&r); left > 0; left--) {
        bool is_number = cbor_peek(&r) == CBOR_UINT || cbor_peek(&r) == CBOR_NEGATIVE;
        out->claim = is_number ? cbor_int(&r) : 0;
        has_kind = has_kind || out->claim == PASS_CLAIM_AUD;
        if (!is_number || !take_claim(&r, out->claim, out))
            return PASS_CLAIM_UNKNOWN;
    }
    if (cbor_end(&r) != OK)
        return PASS_NOT_ONE;
    out->claim = PASS_CLAIM_AUD;
    if (!has_kind)
        return PASS_CLAIM_MISSING;
    if (out->kind != door->kind)
        return PASS_KIND_WRONG;
    if (out->issuer[0] != 0 && door->issuer != NULL && strcmp(out->issuer, door->issuer) != 0)
        return PASS_ISSUER_WRONG;
    return has_all(out) ? PASS_GOOD : PASS_CLAIM_MISSING;
}
