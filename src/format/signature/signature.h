/* HTTP Message Signatures (RFC 9421) of requests: what was signed, by which key and when, and the
 * bytes the signature is over. Verifying them is a driver's business. Pure: nothing is allocated
 * but what the caller's buffer holds.
 *
 * One signature a request. Components are fields by name, and @method, @target-uri, @authority,
 * @scheme, @path and @query, without parameters (;sf, ;bs, ;key, ;req, ;tr are refused). */
#ifndef LANTERNE_FORMAT_SIGNATURE_SIGNATURE_H
#define LANTERNE_FORMAT_SIGNATURE_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

enum {
    SIGNATURE_COMPONENTS_MAX = 24,
    SIGNATURE_NAME = 64,      /* of a component or label, with the NUL */
    SIGNATURE_TEXT = 129,     /* of keyid, nonce, alg and tag, with the NUL */
    SIGNATURE_BYTES_MAX = 64, /* HMAC has 32, Ed25519 64 */
    SIGNATURE_PARAMS_MAX = 2560,
    SIGNATURE_BASE_MAX = 32 * 1024, /* twice the longest head we read */
};

struct signature {
    char label[SIGNATURE_NAME];
    size_t n_components;
    char components[SIGNATURE_COMPONENTS_MAX][SIGNATURE_NAME];
    bool has_created, has_expires;
    int64_t created, expires; /* seconds since 1970 */
    /* "" when not said */
    char nonce[SIGNATURE_TEXT], keyid[SIGNATURE_TEXT], algorithm[SIGNATURE_TEXT],
        tag[SIGNATURE_TEXT];
    char params[SIGNATURE_PARAMS_MAX]; /* the value of @signature-params, in its one spelling */
    uint8_t bytes[SIGNATURE_BYTES_MAX];
    size_t size;
};

/* The values of the fields Signature-Input and Signature. ERR_MALFORMED: they are not well formed,
 * a component or parameter comes twice, or the labels differ. ERR_UNSUPPORTED: more than one
 * signature, a parameter of a component, or one of the signature that RFC 9421 does not have.
 * ERR_FULL: longer than the ceilings above. */
MUST_CHECK enum err signature_parse(const char *input, size_t input_size, const char *value,
                                    size_t value_size, struct signature *out);
bool signature_covers(const struct signature *s, const char *component);

/* The request as it was sent. */
struct signature_request {
    const char *method;    /* "POST" */
    const char *scheme;    /* "https" */
    const char *authority; /* host in lower case, with the port unless it is the scheme's own */
    const char *target;    /* path and query as sent, "/a?b=c"; not decoded */
    size_t target_size;
    /* The value of a field by its name in lower case; NULL: the request has none. */
    const char *(*field)(void *context, const char *name);
    void *context;
};
/* Appends the signature base (2.5). ERR_NOT_FOUND: the request lacks a field that is covered.
 * ERR_UNSUPPORTED: a derived component that is not one of the above. ERR_FULL: out's ceiling. */
MUST_CHECK enum err signature_base(const struct signature *s, const struct signature_request *rq,
                                   struct buf *out);

/* Content-Digest (RFC 9530): sha-256 and sha-512; others are stepped over. */
struct content_digest {
    bool has_sha256, has_sha512;
    uint8_t sha256[32], sha512[64];
};
/* ERR_MALFORMED. */
MUST_CHECK enum err content_digest_parse(const char *value, size_t n, struct content_digest *out);

#endif
