/* Small blobs as they lie in the blob store: pictures, captions, notes of jobs. What is put is
 * sealed as it is written (XChaCha20-Poly1305), under a key that the vault wraps and the store
 * keeps, and bound to its name; what is read is opened in memory. One that was altered, cut, or put
 * under another's name is refused.
 *
 * A blob from before there was sealing, or of a house that wants none, lies in clear and is read as
 * it is, until everything is sealed: from then on what lies in clear is not ours and refused.
 *
 * Common errors of reading: ERR_NOT_FOUND; ERR_MALFORMED: altered; ERR_STATE: in clear, and all
 * that is ours is sealed; ERR_DENIED: the key it is sealed under does not open; ERR_FULL, ERR_IO.
 * Any thread. */
#ifndef LANTERNE_DRIVER_COFFER_COFFER_H
#define LANTERNE_DRIVER_COFFER_COFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "driver/blob/blob.h"
#include "driver/store/store.h"
#include "driver/vault/vault.h"

struct coffer;
struct coffer_params {
    struct store *store; /* borrowed, like all here */
    struct blob_store *blobs;
    struct vault *vault; /* NULL: nothing that is sealed is opened, and nothing sealed */
    bool is_clear;       /* what is put from now on lies in clear */
};
MUST_CHECK enum err coffer_create(const struct coffer_params *params, struct coffer **out);
void coffer_destroy(struct coffer **coffer);

/* Whether a blob of this name is one for a coffer; the others are track files, their fragments and
 * masters, which are encrypted in ways of their own. */
bool coffer_is_for(const char *name);
/* Why a blob is refused, as what follows its name in a sentence; for other errors their text. */
const char *coffer_why(enum err err);

/* In place of what was there, whole or not at all. The first that is sealed makes the key. */
MUST_CHECK enum err coffer_put(struct coffer *coffer, const char *name, const void *bytes,
                               size_t n);
/* The whole blob in the arena, with a NUL after it. ERR_FULL: larger than max. */
MUST_CHECK enum err coffer_read(struct coffer *coffer, struct arena *arena, const char *name,
                                size_t max, uint8_t **bytes, size_t *n);
/* Puts what lies under one name under another, too, sealed for that one. */
MUST_CHECK enum err coffer_copy(struct coffer *coffer, const char *from, const char *to);

/* A file of the bytes, open for reading, the caller's to close: the blob itself, or one without a
 * name in memory. */
struct coffer_file {
    int fd;
    int64_t size;
    bool is_memory;
};
MUST_CHECK enum err coffer_open(struct coffer *coffer, const char *name, struct coffer_file *out);

/* ---- sealing what is there ---- */

/* Opens nothing. COFFER_BEFORE: sealed, under another key than the one that seals now. */
enum coffer_look { COFFER_CLEAR, COFFER_BEFORE, COFFER_SEALED };
MUST_CHECK enum err coffer_look(struct coffer *coffer, const char *name, enum coffer_look *out);
/* Seals what does not lie sealed under the key of now; *did: whether there was anything to do. */
MUST_CHECK enum err coffer_seal(struct coffer *coffer, const char *name, bool *did);
/* Makes a new key; what is put from now on is sealed under it. */
MUST_CHECK enum err coffer_key_new(struct coffer *coffer);
/* Whether nothing of ours lies in clear, as far as is known. */
MUST_CHECK enum err coffer_is_whole(struct coffer *coffer, bool *is_whole);
/* Everything has been looked at and is sealed under the key of now. Keys before it are forgotten
 * when it is so old that nobody writes under them any more (a day); *forgotten: how many. */
MUST_CHECK enum err coffer_whole(struct coffer *coffer, int64_t *forgotten);

#endif
