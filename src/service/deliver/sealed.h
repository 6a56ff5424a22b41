/* Segments under AES-128 as a whole, made from protected tracks when somebody asks for them: read,
 * decrypted, encrypted. What is kept of them or still being sent to somebody slow stays below a
 * ceiling; what is being made, one for each thread, comes on top. Who asks while one is being made
 * makes it, too, and gets the one that is kept. Any thread. */
#ifndef LANTERNE_SERVICE_DELIVER_SEALED_H
#define LANTERNE_SERVICE_DELIVER_SEALED_H

#include <stddef.h>
#include <stdint.h>

#include "driver/store/store.h"
#include "driver/vault/vault.h"
#include "service/deliver/opened.h"

struct sealed;
struct sealed_params {
    struct store *store;
    struct vault *vault;
    size_t bytes_max; /* 0: 128 MiB */
    const char *cache_control;
};

/* NULL when there is no memory. */
struct sealed *sealed_create(const struct sealed_params *params);
void sealed_destroy(struct sealed **sealed);

/* A reference to the segment of that number. ERR_NOT_FOUND: there is none, or the track is in
 * clear. ERR_BUSY: all that may be in memory is being sent. Others: its file or its key is not
 * what it should be. Reads files and the store. */
MUST_CHECK enum err sealed_take(struct sealed *sealed, const struct opened *opened,
                                const struct opened_track *track, uint64_t number,
                                struct http_content **out);

#endif
