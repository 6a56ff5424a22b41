/* The pass that opens an address: CTA-5007-B Common Access Token, a CWT (RFC 8392) signed as
 * COSE_Sign1 with Ed25519, so that a machine that checks cannot make one, or as COSE_Mac0 with
 * HMAC-SHA-256 for CDNs that want that; base64url without padding, a segment of the path
 * (/media/PASS/..., so that relative addresses inherit it).
 *
 * A claim that is there is enforced, or the pass is refused with the claim's name. Passes for media
 * and tokens for licences differ in audience and in keys: neither opens the other's door. One pass
 * has one spelling.
 *
 * Checking is two steps. pass_check takes text apart and verifies the signature: tens of
 * microseconds, and what it finds never changes. pass_allows holds a pass that was found good
 * against what is asked for now: to be done every time.
 *
 * Pure: nothing is allocated, the time is handed in. Everything may be called on any thread. */
#ifndef LANTERNE_FORMAT_PASS_PASS_H
#define LANTERNE_FORMAT_PASS_PASS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/id.h"
#include "format/cbor/cbor.h"

enum {
    PASS_KEY = 32,             /* bytes of what a key is made from */
    PASS_KEY_ID = 8,           /* bytes of the id that is written into passes */
    PASS_KEYS_MAX = 4,         /* keys of a kind that are accepted at a time while they roll */
    PASS_ISSUER_MAX = 96,      /* characters */
    PASS_LANGUAGES_MAX = 255,  /* characters; some forty tags: a film has fewer tracks */
    PASS_TERRITORIES_MAX = 32, /* the European Union, and some */
    PASS_URIS_MAX = 4,         /* conditions on the path; we write one */
    PASS_URI_TEXT = 97,        /* characters of one, with the NUL */
    PASS_BYTES_MAX = 960,      /* all of the above at their longest take 850 */
    PASS_TEXT_MAX = PASS_BYTES_MAX / 3 * 4 + 1, /* characters with the NUL; ours have some 400 */
};

/* ---- what a pass says ------------------------------------------------------------------------ */

enum pass_kind { PASS_MEDIA, PASS_LICENCE, PASS_KINDS };
const char *pass_kind_name(enum pass_kind kind); /* the audience: "media", "licence" */

/* Bits of what may be done with an address. */
enum pass_method {
    PASS_GET = 1,
    PASS_HEAD = 2,
    PASS_POST = 4,
    PASS_OPTIONS = 8,
    PASS_OTHER_METHOD = 16, /* named by no pass */
    PASS_ANY_METHOD = 31,
};

/* A condition on the path, the pass itself taken out of it: "/media/EDITION/v720/1.m4s". */
enum pass_uri_part {
    PASS_PATH = 3,
    PASS_PARENT = 5,    /* up to the last slash, without it */
    PASS_FILE = 6,      /* after the last slash */
    PASS_STEM = 7,      /* of that, before the first full stop */
    PASS_EXTENSION = 8, /* of that, from the first full stop on */
};
enum pass_uri_match { PASS_EXACT, PASS_PREFIX, PASS_SUFFIX, PASS_CONTAINS };
struct pass_uri {
    enum pass_uri_part part;
    enum pass_uri_match match;
    char text[PASS_URI_TEXT]; /* UTF-8 */
};

struct pass {
    enum pass_kind kind;                       /* aud */
    char issuer[PASS_ISSUER_MAX + 1];          /* iss; "" : none */
    char playback[ID_TEXT];                    /* sub: whose it is knows only the store */
    char id[ID_TEXT];                          /* cti; "" : none, or not one of ours */
    utc_time issued, not_before, expires;      /* iat, nbf, exp; whole seconds (rounded
                                                * down); us 0: not said. Good before
                                                * expires, which must be there */
    struct pass_uri uris[PASS_URIS_MAX];       /* catu: all of them hold */
    size_t n_uris;                             /* at least one */
    unsigned methods;                          /* catm: bits; 0: any */
    char territories[PASS_TERRITORIES_MAX][3]; /* catgeoiso3166 */
    size_t n_territories;                      /* 0: anywhere */
    /* catr, by redirect: a fresh pass is good for renewal_seconds, and can be had until
     * deadline_seconds after this one has expired. 0: it cannot be renewed. */
    uint32_t renewal_seconds, deadline_seconds;
    char playable[ID_TEXT];
    uint16_t lines; /* greatest picture: as high as this, as wide as 16:9 makes it; 0: any */
    /* As a showing says them (rules/viewing/showing.h): "" all, "+fr,en" these alone, "-fr" all but
     * these. A sign, then letters, digits and "+-,:;!". */
    char languages[PASS_LANGUAGES_MAX + 1];
    int64_t claim; /* of a check that ends with PASS_CLAIM_...: which; 0: it has no number */
};

/* Binds the pass to what lies below a folder: pass_bind(&p, "/media/", edition, "/"). The texts
 * together are at most PASS_URI_TEXT - 1 characters. */
void pass_bind(struct pass *pass, const char *first, const char *second, const char *third);

/* ---- keys ------------------------------------------------------------------------------------ */

enum pass_algorithm { PASS_EDDSA, PASS_HMAC };

struct pass_key {
    enum pass_algorithm algorithm;
    enum pass_kind kind;
    bool can_sign;
    uint8_t id[PASS_KEY_ID]; /* kid: of the key itself, so that it stays when a file is renamed */
    uint8_t public[32];      /* EdDSA */
    uint8_t secret[64];      /* EdDSA: as libsodium has it; HMAC: the first 32 bytes */
};

/* A key made of 32 random bytes; of the same bytes, each kind and algorithm makes another. The key
 * is to be wiped by the caller. */
void pass_key_make(enum pass_algorithm algorithm, enum pass_kind kind, const uint8_t from[PASS_KEY],
                   struct pass_key *out);
/* An HMAC key that is used as it is, because a CDN has the same. */
void pass_key_shared(enum pass_kind kind, const uint8_t key[PASS_KEY], struct pass_key *out);
/* A key that only checks. */
void pass_key_public(enum pass_kind kind, const uint8_t public[32], struct pass_key *out);

/* The signature of bytes alone: 64 bytes of EdDSA, 32 of HMAC; how many. */
size_t pass_key_sign(const struct pass_key *key, const uint8_t *bytes, size_t n, uint8_t out[64]);
bool pass_key_verify(const struct pass_key *key, const uint8_t *bytes, size_t n,
                     const uint8_t *signature, size_t n_signature);

/* ---- signing and checking -------------------------------------------------------------------- */

/* Writes the pass as text. ERR_ARGUMENT: the key cannot sign or is of another kind, an id is not
 * written as one, expires is not after 1970, nothing binds it to a path, a text or a territory is
 * none; out is then as it was. */
MUST_CHECK enum err pass_sign(const struct pass_key *key, const struct pass *pass,
                              char out[PASS_TEXT_MAX]);

/* X(name, code, text). The text can follow "the pass ". */
#define PASS_VERDICTS(X)                                                                           \
    X(PASS_GOOD, "good", "is good")                                                                \
    X(PASS_NOT_ONE, "not-a-pass", "is none")                                                       \
    X(PASS_KEY_UNKNOWN, "unknown-key", "is signed with a key that is not ours")                    \
    X(PASS_SIGNATURE_WRONG, "wrong-signature", "is not signed with the key that it names")         \
    X(PASS_CLAIM_UNKNOWN, "unknown-claim", "has a claim that is not enforced here")                \
    X(PASS_CLAIM_MISSING, "missing-claim", "lacks a claim that is needed here")                    \
    X(PASS_ISSUER_WRONG, "wrong-issuer", "is somebody else's")                                     \
    X(PASS_KIND_WRONG, "wrong-kind", "is for something else")                                      \
    X(PASS_METHOD_WRONG, "wrong-method", "does not allow this method")                             \
    X(PASS_PATH_WRONG, "wrong-path", "is for another address")                                     \
    X(PASS_TERRITORY_WRONG, "wrong-territory", "is for another territory")                         \
    X(PASS_NOT_YET, "not-yet", "is not good yet")                                                  \
    X(PASS_RENEWABLE, "renewable", "has expired and can be renewed")                               \
    X(PASS_EXPIRED, "expired", "has expired")

enum pass_verdict {
#define X(name, code, text) name,
    PASS_VERDICTS(X)
#undef X
};
const char *pass_verdict_code(enum pass_verdict verdict); /* "wrong-path" */
const char *pass_verdict_text(enum pass_verdict verdict);

/* Whose passes are taken. */
struct pass_door {
    enum pass_kind kind;
    const struct pass_key *keys; /* keys of another kind open nothing */
    size_t n_keys;
    const char *issuer; /* passes that say one must say this; NULL: any */
};

/* Up to PASS_KIND_WRONG. *out is filled on PASS_GOOD; on PASS_CLAIM_... its `claim` is, the rest of
 * it means nothing; else it is as it was. Signatures are compared in constant time. */
MUST_CHECK enum pass_verdict pass_check(const struct pass_door *door, const char *text, size_t n,
                                        struct pass *out);

struct pass_question {
    utc_time now;
    enum pass_method method;
    const char *path;      /* the pass taken out of it; NULL: not asked */
    const char *territory; /* where the asker is; NULL or "": nobody knows */
};
/* From PASS_METHOD_WRONG on. PASS_RENEWABLE: all but the time is right. */
MUST_CHECK enum pass_verdict pass_allows(const struct pass *pass, const struct pass_question *q);

/* ---- looking into any --------------------------------------------------------------------------
 */

/* A CWT in COSE, whoever made it, taken apart; nothing is verified. The spans lie in bytes. */
struct pass_parts {
    uint8_t bytes[PASS_BYTES_MAX];
    size_t n;
    bool has_cwt_tag;         /* 61 */
    uint64_t cose_tag;        /* 18: COSE_Sign1, 17: COSE_Mac0; 0: none */
    int64_t algorithm;        /* COSE's number: -8 EdDSA, 5 HMAC 256/256, -7 ES256; 0: not said */
    struct cbor_span id;      /* kid; n 0: none */
    bool id_is_protected;     /* where kid stands */
    bool has_more;            /* header parameters besides those two */
    struct cbor_span headers; /* the protected ones, as they were signed */
    struct cbor_span payload, signature;
};

/* PASS_GOOD, or PASS_NOT_ONE; *out then means nothing. */
MUST_CHECK enum pass_verdict pass_open(const char *text, size_t n, enum cbor_form form,
                                       struct pass_parts *out);
/* Whether the key signed it. */
bool pass_parts_are_signed(const struct pass_parts *parts, const struct pass_key *key);
/* "exp"; NULL: nobody knows the claim. */
const char *pass_claim_name(int64_t label);

/* Numbers of claims: RFC 8392, CTA-5007-B, and one of our own (less than -65536: private use). */
enum pass_claim {
    PASS_CLAIM_ISS = 1,
    PASS_CLAIM_SUB = 2,
    PASS_CLAIM_AUD = 3,
    PASS_CLAIM_EXP = 4,
    PASS_CLAIM_NBF = 5,
    PASS_CLAIM_IAT = 6,
    PASS_CLAIM_CTI = 7,
    PASS_CLAIM_CATV = 310,
    PASS_CLAIM_CATU = 312,
    PASS_CLAIM_CATM = 313,
    PASS_CLAIM_CATGEOISO3166 = 316,
    PASS_CLAIM_CATR = 323,
    PASS_CLAIM_SHOWN = -65537, /* [playable, lines, languages] */
};

#endif
