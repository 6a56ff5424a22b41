#include "format/jws/jws.h"

#include <string.h>

#include "base/text.h"
#include "format/jws/scan.h"

static const char *const algorithms[] = {
#define X(name, word) [name] = word,
    JWS_ALGORITHMS(X)
#undef X
};

const char *jws_algorithm_name(enum jws_algorithm algorithm)
{
    return algorithms[algorithm];
}

bool jws_algorithm_parse(const char *name, enum jws_algorithm *out)
{
    for (unsigned i = 0; i < JWS_ALGORITHM_COUNT; i++) {
        if (strcmp(algorithms[i], name) == 0) {
            *out = (enum jws_algorithm)i;
            return true;
        }
    }
    return false;
}

/* ---- members that are asked for -------------------------------------------------------------- */

/* Names may come once: of two the one could be judged and the other believed (RFC 7515, 4). */
static enum err first_time(unsigned *seen, unsigned bit)
{
    if ((*seen & 1U << bit) != 0)
        return ERR_MALFORMED;
    *seen |= 1U << bit;
    return OK;
}

enum { ALG, KID, CRIT, B64, HEADER_NAMES };
static const char *const header_names[HEADER_NAMES] = { "alg", "kid", "crit", "b64" };
enum { ISS, SUB, AUD, EXP, IAT, JTI, NBF, CLAIM_NAMES };
static const char *const claim_names[CLAIM_NAMES] = { "iss", "sub", "aud", "exp",
                                                      "iat", "jti", "nbf" };

static unsigned place_of(const char *name, const char *const *names, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return n;
}

/* ---- the header ------------------------------------------------------------------------------ */

static enum err read_algorithm(struct scan *s, struct jws *out)
{
    char name[16];
    scan_text(s, name, sizeof name);
    if (s->err == ERR_MALFORMED)
        return s->err;
    return s->err == OK && jws_algorithm_parse(name, &out->algorithm) ? OK : ERR_UNSUPPORTED;
}

static enum err read_header_member(struct scan *s, unsigned which, struct jws *out)
{
    switch (which) {
    case ALG: return read_algorithm(s, out);
    case KID: scan_text(s, out->key, sizeof out->key); return s->err;
    case CRIT:
    case B64: return ERR_UNSUPPORTED;
    default: scan_skip(s); return s->err;
    }
}

static enum err read_header(const uint8_t *bytes, size_t n, struct jws *out)
{
    char name[16];
    unsigned seen = 0;
    enum err err = OK;
    struct scan s = scan_of(bytes, n);
    scan_open(&s);
    while (err == OK && scan_member(&s, name, sizeof name)) {
        unsigned which = place_of(name, header_names, HEADER_NAMES);
        if (which < HEADER_NAMES)
            err = first_time(&seen, which);
        if (err == OK)
            err = read_header_member(&s, which, out);
    }
    if (err == OK)
        err = scan_end(&s);
    return err == OK && (seen & 1U << ALG) == 0 ? ERR_NOT_FOUND : err;
}

/* ---- the claims ------------------------------------------------------------------------------ */

static void read_audiences(struct scan *s, struct jws *out)
{
    if (!scan_is_list(s)) {
        scan_text(s, out->audiences[0], JWS_AUDIENCE);
        out->n_audiences = 1;
        return;
    }
    scan_list(s);
    while (scan_entry(s, &out->n_audiences)) {
        if (out->n_audiences > JWS_AUDIENCES_MAX) {
            s->err = ERR_FULL;
            return;
        }
        scan_text(s, out->audiences[out->n_audiences - 1], JWS_AUDIENCE);
    }
}

static void read_claim(struct scan *s, unsigned which, struct jws *out)
{
    switch (which) {
    case ISS: scan_text(s, out->issuer, JWS_TEXT); return;
    case SUB: scan_text(s, out->subject, JWS_TEXT); return;
    case JTI: scan_text(s, out->id, JWS_TEXT); return;
    case AUD: read_audiences(s, out); return;
    case EXP: scan_whole(s, &out->expires); return;
    case IAT: scan_whole(s, &out->issued); return;
    case NBF: scan_whole(s, &out->not_before); return;
    default: scan_skip(s);
    }
}

static enum err read_claims(const uint8_t *bytes, size_t n, struct jws *out)
{
    enum { NEEDED = (1U << NBF) - 1 };
    char name[16];
    unsigned seen = 0;
    enum err err = OK;
    struct scan s = scan_of(bytes, n);
    scan_open(&s);
    while (err == OK && scan_member(&s, name, sizeof name)) {
        unsigned which = place_of(name, claim_names, CLAIM_NAMES);
        if (which < CLAIM_NAMES)
            err = first_time(&seen, which);
        if (err == OK)
            read_claim(&s, which, out);
        err = err == OK ? s.err : err;
    }
    if (err == OK)
        err = scan_end(&s);
    out->has_not_before = (seen & 1U << NBF) != 0;
    bool has_all = (seen & NEEDED) == NEEDED && out->issuer[0] != 0 && out->subject[0] != 0 &&
                   out->id[0] != 0 && out->n_audiences > 0;
    return err == OK && !has_all ? ERR_NOT_FOUND : err;
}

/* ---- the whole ------------------------------------------------------------------------------- */

struct part {
    const char *at;
    size_t n;
};

/* Exactly three, none of them empty: a JWS whose signature is empty is an unsecured one. */
static bool split(const char *text, size_t n, struct part parts[3])
{
    const char *end = text + n;
    for (size_t i = 0; i < 3; i++) {
        const char *dot = i < 2 ? memchr(text, '.', (size_t)(end - text)) : end;
        if (dot == NULL || dot == text)
            return false;
        parts[i] = (struct part){ .at = text, .n = (size_t)(dot - text) };
        text = dot + (i < 2);
    }
    return true;
}

enum err jws_parse(const char *text, size_t n, struct jws *out)
{
    uint8_t bytes[JWS_MAX];
    struct part parts[3];
    size_t size = 0;
    memset(out, 0, sizeof *out);
    if (n > JWS_MAX)
        return ERR_FULL;
    if (!split(text, n, parts))
        return ERR_MALFORMED;
    enum err err = text_base64url_decode(parts[0].at, parts[0].n, bytes, JWS_HEADER_MAX, &size);
    if (err == OK)
        err = read_header(bytes, size, out);
    if (err == OK)
        err = text_base64url_decode(parts[1].at, parts[1].n, bytes, sizeof bytes, &size);
    if (err == OK)
        err = read_claims(bytes, size, out);
    if (err == OK)
        err = text_base64url_decode(parts[2].at, parts[2].n, out->signature, JWS_SIGNATURE, &size);
    if (err == OK && size != JWS_SIGNATURE)
        err = ERR_MALFORMED;
    out->signed_text = text;
    out->signed_size = (size_t)(parts[1].at + parts[1].n - text);
    return err;
}

bool jws_is_for(const struct jws *jws, const char *audience)
{
    for (size_t i = 0; i < jws->n_audiences && i < JWS_AUDIENCES_MAX; i++)
        if (strcmp(jws->audiences[i], audience) == 0)
            return true;
    return false;
}
