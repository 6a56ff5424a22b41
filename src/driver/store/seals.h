/* Keys that small blobs (pictures, captions, notes of jobs) are sealed under, always wrapped
 * (driver/vault), and whether all such blobs are sealed. */
#ifndef LANTERNE_DRIVER_STORE_SEALS_H
#define LANTERNE_DRIVER_STORE_SEALS_H

#include <stdbool.h>
#include <stdint.h>

#include "driver/store/keys.h"

struct store_seal_key {
    uint8_t kid[STORE_KEY];
    uint8_t wrapped[STORE_WRAPPED];
    char master[STORE_MASTER_NAME]; /* what wrapped it */
    utc_time created;
};

/* The one that seals. ERR_NOT_FOUND: there is none yet. */
MUST_CHECK enum err store_seal_key_newest(struct store *store, struct store_seal_key *out);
MUST_CHECK enum err store_seal_key_get(struct store *store, const uint8_t kid[STORE_KEY],
                                       struct store_seal_key *out);
/* From now on this one seals. is_first: only where there is none yet (ERR_EXISTS); is_whole is then
 * what store_seal_state says from here on. */
MUST_CHECK enum err store_seal_key_add(struct store *store, const struct store_seal_key *key,
                                       bool is_first, bool is_whole);
/* Forgets all but the one that seals, if that was made before `before`; *n: how many. */
MUST_CHECK enum err store_seal_keys_forget(struct store *store, utc_time before, int64_t *n);

struct store_seal_state {
    bool has_key;  /* something has been sealed */
    bool is_whole; /* and all of it is: what lies in clear is not ours */
};
MUST_CHECK enum err store_seal_state(struct store *store, struct store_seal_state *out);
MUST_CHECK enum err store_seal_whole(struct store *store, bool is_whole, utc_time now);

#endif
