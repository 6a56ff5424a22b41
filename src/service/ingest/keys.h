/* The content keys of an edition: made when its job begins, the same for every worker, step and
 * piece of it, and in clear only while a step encrypts. */
#ifndef LANTERNE_SERVICE_INGEST_KEYS_H
#define LANTERNE_SERVICE_INGEST_KEYS_H

#include "driver/store/media.h"
#include "format/cmaf/protect.h"
#include "rules/viewing/key_class.h"
#include "service/ingest/ingest.h"

struct edition_keys {
    bool has[KEY_CLASSES];
    struct cmaf_protection of[KEY_CLASSES]; /* cbcs, track 0; each lists all the key ids */
    uint8_t kids[KEY_CLASSES][16];
};

/* Makes those keys that the edition needs and has not yet. */
MUST_CHECK enum err edition_keys_make(const struct ingest *in, edition_id edition,
                                      const bool needed[KEY_CLASSES]);
/* Unwraps an edition's keys into memory of the vault. ERR_NOT_FOUND: it has none, or the master key
 * that wrapped one is not ours. ERR_DENIED: one does not open. */
MUST_CHECK enum err edition_keys_open(const struct ingest *in, edition_id edition,
                                      struct edition_keys **out);
/* Wipes and frees; nothing to do for NULL inside. */
void edition_keys_close(struct edition_keys **keys);
/* A new key for a master, wrapped, and the bytes it is sealed by (MEDIA_SEAL bytes of
 * vault_secret_alloc); or those of a job's. */
MUST_CHECK enum err master_seal_make(const struct ingest *in, struct store_seal *wrapped,
                                     uint8_t **seal);
/* *seal is NULL when the master is in clear. */
MUST_CHECK enum err master_seal_open(const struct ingest *in, const struct store_seal *wrapped,
                                     uint8_t **seal);

/* The protection of a class; NULL: the edition has no such key, or keys is NULL. */
const struct cmaf_protection *edition_keys_of(const struct edition_keys *keys,
                                              enum key_class class);

#endif
