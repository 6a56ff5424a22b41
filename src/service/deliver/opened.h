/* An edition opened for delivery: descriptors and indexes of its tracks, manifests and captions
 * ready to be sent. Constant once open; counted references, any thread. */
#ifndef LANTERNE_SERVICE_DELIVER_OPENED_H
#define LANTERNE_SERVICE_DELIVER_OPENED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/id.h"
#include "driver/blob/blob.h"
#include "driver/coffer/coffer.h"
#include "driver/http/server.h"
#include "driver/store/media.h"
#include "format/cmaf/index.h"
#include "format/pass/pass.h"

struct opened_track {
    const char *name;
    struct cmaf_index index;
    struct http_file *file;
    int fd;                  /* of file, as long as that is held */
    uint64_t size;           /* bytes of the file */
    const uint8_t *init;     /* of a protected track, index.init_size bytes; NULL else */
    struct cmaf_track track; /* as init says it, in clear */
};

struct opened_content {
    const char *name;             /* "master.m3u8", "c-fr.vtt" */
    struct http_content *content; /* NULL: it names where licences are asked for, see below */
    const char *type;
    const uint8_t *bytes; /* with a gap at each of places, rising, where the address has to stand */
    size_t size, n_places;
    const size_t *places;
    uint64_t tag; /* of bytes */
};

/* What of an edition is shown: the rest is left out as if it had never been made, so that an
 * address of it is answered like one that nobody ever wrote. Zero: all of it. */
struct opened_limits {
    uint16_t lines;                         /* greatest picture, see struct pass; 0: any */
    char languages[PASS_LANGUAGES_MAX + 1]; /* as a showing says them */
};

struct opened {
    struct opened_limits limits;
    char edition[ID_TEXT], playable[ID_TEXT];
    size_t per_segment; /* fragments */
    size_t n_tracks, n_contents;
    struct opened_track *tracks;
    struct opened_content *contents; /* by name */
    bool is_protected;               /* some of the tracks are */
    uint32_t tile_sheets;            /* "media/EDITION/tiles/N.jpg" for N up to this */
    const char *captions; /* what the store had when this was made: see opened_captions */
    struct opened_own *own;
};

struct opened_params {
    struct store *store;
    struct blob_store *blobs;
    struct coffer *coffer; /* over blobs */
    unsigned segment_ms;
    const char *edition, *playable;     /* ids */
    const struct opened_limits *limits; /* NULL: none */
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

/* Whether a picture lies within so many lines (0: any): as high at most and as wide as 16:9 makes
 * it. A wide film of 1280 x 536 is no picture of 576 lines. */
bool opened_picture_fits(uint32_t width, uint32_t height, uint16_t lines);
/* Whether sound of this language may be heard. What has no language, or none that is known ("zxx",
 * "und", "mul", ""), is nobody's dub. */
bool opened_sound_allowed(const char *languages, const char *tag);

/* Players that know no Common Encryption, or no ClearKey, are offered the same tracks under names
 * of their own: "v1080-identity" has the bytes of "v1080", "v1080-aes" its segments under AES-128.
 */
#define OPENED_IDENTITY "-identity"
#define OPENED_AES128 "-aes"
/* By name; NULL: there is none. */
const struct opened_track *opened_find_track(const struct opened *opened, const char *name,
                                             size_t n);
const struct opened_content *opened_find_content(const struct opened *opened, const char *name);

#endif
