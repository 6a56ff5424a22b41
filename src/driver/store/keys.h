/* Content keys, always wrapped (driver/vault), and what is said of them to other systems. Key ids
 * are public; what opens media is not in the store. */
#ifndef LANTERNE_DRIVER_STORE_KEYS_H
#define LANTERNE_DRIVER_STORE_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "driver/store/media.h"
#include "driver/store/store.h"
#include "rules/viewing/key_class.h"

enum {
    STORE_KEY = 16,         /* bytes of a key id and of an IV */
    STORE_WRAPPED = 74,     /* bytes of a wrapped key, as driver/vault makes it */
    STORE_MASTER_NAME = 17, /* name of the master key that wrapped it, and a NUL */
};

/* One key serves both ciphertexts of an edition, cbcs and cenc. */
struct store_content_key {
    uint8_t kid[STORE_KEY];
    edition_id edition;
    enum key_class class;
    uint8_t iv[STORE_KEY]; /* cbcs: the constant one; cenc: its first 8 bytes begin the IVs */
    uint8_t wrapped[STORE_WRAPPED];
    char master[STORE_MASTER_NAME]; /* what wrapped it */
    utc_time created;
};

/* Keeps those of the n keys whose class their edition has no key of yet; the others are left as
 * they are, so that whoever begins an edition, and however often, it has one key a class. */
MUST_CHECK enum err store_content_keys_add(struct store *store,
                                           const struct store_content_key *keys, size_t n);
/* An edition's keys by class; none: it is in clear. */
MUST_CHECK enum err store_content_keys(struct store *store, struct arena *arena, edition_id edition,
                                       struct store_content_key **out, size_t *n);
MUST_CHECK enum err store_content_key_get(struct store *store, const uint8_t kid[STORE_KEY],
                                          struct store_content_key *out);

/* ---- the second ciphertext ---- */

/* Whether "media/EDITION/cenc/NAME.mp4" lies beside every track file of the edition. */
MUST_CHECK enum err store_edition_has_cenc(struct store *store, edition_id edition, bool *has);

/* ---- a new master key ---- */

/* Everything that is wrapped: content keys, the keys that sealed masters are read with, and those
 * of small blobs (seals.h). */
enum store_wrapped_kind { STORE_WRAPPED_CONTENT, STORE_WRAPPED_SEAL, STORE_WRAPPED_SEAL_KEY };
struct store_wrapped {
    enum store_wrapped_kind kind;
    uint8_t kid[STORE_KEY];
    uint8_t wrapped[STORE_WRAPPED];
    char master[STORE_MASTER_NAME];
};
/* One of each master key that something is wrapped by, so that each can be tried. */
MUST_CHECK enum err store_wrapped_samples(struct store *store, struct arena *arena,
                                          struct store_wrapped **out, size_t *n);
/* Up to limit of what is wrapped by another master key than this; *left: how many there are. */
MUST_CHECK enum err store_wrapped_by_others(struct store *store, struct arena *arena,
                                            const char *master, unsigned limit,
                                            struct store_wrapped **out, size_t *n, int64_t *left);
/* Puts to[i] in the place of from[i] where that is still what the store has; all or none. */
MUST_CHECK enum err store_wrapped_replace(struct store *store, const struct store_wrapped *from,
                                          const struct store_wrapped *to, size_t n);

/* ---- other systems of protection ---- */

enum { STORE_DRM_TEXT_MAX = 16 * 1024 };

/* What a DRM system wants said of a key (CPIX): texts are base64 as they came, or NULL. */
struct store_drm {
    uint8_t kid[STORE_KEY];
    enum key_class class;      /* when read */
    uint8_t system[STORE_KEY]; /* its UUID: edef8ba9-... is Widevine */
    const char *pssh;          /* the whole box */
    const char *dash;          /* XML inside ContentProtection, besides the pssh */
    const char *hls_media;     /* lines of a media playlist */
    const char *hls_master;    /* lines of a multivariant playlist */
};
/* Each takes the place of what was said of the same key and system; all or none. ERR_NOT_FOUND: a
 * key id is none of ours. */
MUST_CHECK enum err store_drm_put(struct store *store, const struct store_drm *drm, size_t n);
/* All of an edition's keys, by class and system. */
MUST_CHECK enum err store_drm_list(struct store *store, struct arena *arena, edition_id edition,
                                   struct store_drm **out, size_t *n);

#endif
