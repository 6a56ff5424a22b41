/* The pass that opens media addresses: the second segment of their path, /media/PASS/..., so that
 * relative addresses inherit it. It says for whom (the playback), for what (the playable), until
 * when and how (the greatest picture, the languages), and is signed with HMAC-SHA-256 under a key
 * of its own kind: no other token opens media and a pass opens nothing else. Pure: nothing is
 * allocated, `now` is handed in. */
#ifndef LANTERNE_FORMAT_PASS_PASS_H
#define LANTERNE_FORMAT_PASS_PASS_H

#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/id.h"

enum {
    PASS_KEY = 32,            /* bytes of a signing key */
    PASS_LANGUAGES_MAX = 255, /* characters; some forty tags: a film has fewer tracks */
    PASS_TEXT_MAX = 480,      /* characters with the NUL */
    PASS_KEYS_MAX = 4,        /* keys that are accepted at a time while they roll */
};

struct pass {
    char member[ID_TEXT], playback[ID_TEXT], playable[ID_TEXT];
    utc_time expires; /* whole seconds (rounded down); the pass is good before this instant */
    uint16_t lines;   /* greatest picture: as high as this, as wide as 16:9 makes it; 0: any */
    /* As a showing says them (rules/viewing/showing.h): "" all, "+fr,en" these alone, "-fr" all but
     * these. A sign, then letters, digits and "+-,:;!". */
    char languages[PASS_LANGUAGES_MAX + 1];
};

struct pass_key {
    uint8_t id; /* written into the pass */
    uint8_t bytes[PASS_KEY];
};

/* Writes the pass as text: base64url, 124 characters and those of its languages. ERR_ARGUMENT: an
 * id is not written as one, expires lies before 1970, or the languages are none or too many; out is
 * then as it was. */
MUST_CHECK enum err pass_sign(const struct pass_key *key, const struct pass *pass,
                              char out[PASS_TEXT_MAX]);
/* ERR_MALFORMED: not a pass. ERR_DENIED: signed by none of keys. ERR_EXPIRED: it was one. In
 * constant time where the signature is compared. *out is filled on OK and ERR_EXPIRED. */
MUST_CHECK enum err pass_check(const struct pass_key *keys, size_t n_keys, const char *text,
                               size_t n, utc_time now, struct pass *out);

#endif
