/* An edition opened for delivery: descriptors and indexes of its tracks, manifests and captions
 * ready to be sent. Constant once open; counted references, any thread. */
#ifndef LANTERNE_SERVICE_DELIVER_OPENED_H
#define LANTERNE_SERVICE_DELIVER_OPENED_H

#include <stddef.h>
#include <stdint.h>

#include "base/id.h"
#include "driver/blob/blob.h"
#include "driver/http/server.h"
#include "driver/store/media.h"
#include "format/cmaf/index.h"

struct opened_track {
    const char *name;
    struct cmaf_index index;
    struct http_file *file;
    uint64_t size; /* bytes of the file */
};

struct opened_content {
    const char *name; /* "master.m3u8", "c-fr.vtt" */
    struct http_content *content;
};

struct opened {
    char edition[ID_TEXT], playable[ID_TEXT];
    size_t per_segment; /* fragments */
    size_t n_tracks, n_contents;
    struct opened_track *tracks;
    struct opened_content *contents;
    uint32_t tile_sheets; /* "media/EDITION/tiles/N.jpg" for N up to this */
    const char *captions; /* what the store had when this was made: see opened_captions */
    struct opened_own *own;
};

struct opened_params {
    struct store *store;
    struct blob_store *blobs;
    unsigned segment_ms;
    const char *edition, *playable; /* ids */
};

/* Opens an edition of the playable, the current one or one that was replaced while somebody watched
 * it. ERR_NOT_FOUND: it is of another, or its files are gone. ERR_MALFORMED and others: a file is
 * not what it should be. */
MUST_CHECK enum err opened_create(const struct opened_params *params, struct opened **out);
struct opened *opened_ref(struct opened *opened);
void opened_unref(struct opened **opened);

/* The playable's captions as one text in the arena; differs when any of them does. */
MUST_CHECK enum err opened_captions(struct store *store, struct arena *arena, const char *playable,
                                    const char **out);

/* By name; NULL: there is none. */
const struct opened_track *opened_find_track(const struct opened *opened, const char *name,
                                             size_t n);
struct http_content *opened_find_content(const struct opened *opened, const char *name);

#endif
