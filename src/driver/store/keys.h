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

#endif
