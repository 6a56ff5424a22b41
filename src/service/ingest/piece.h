/* What a finished piece of the picture, or the finished sound, consists of: the note that lies
 * beside its fragments in work/JOB/ and that assembly reads back. Written by us, read as if a
 * stranger had. */
#ifndef LANTERNE_SERVICE_INGEST_PIECE_H
#define LANTERNE_SERVICE_INGEST_PIECE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "format/cmaf/track.h"

enum { PIECE_TRACKS_MAX = 64, PIECE_CONFIG_MAX = 256, PIECE_NOTE_MAX = 4 * 1024 * 1024 };

struct piece_track {
    uint8_t config[PIECE_CONFIG_MAX];
    size_t config_size;
    uint32_t sample_rate; /* sound */
    uint16_t channels;
    size_t n, room;
    struct cmaf_span *spans; /* one a fragment; owned, freed by piece_finish */
};

struct piece {
    size_t n_tracks;
    struct piece_track tracks[PIECE_TRACKS_MAX];
    /* picture only */
    uint16_t columns, rows, tile_width, tile_height; /* 0: no sheet */
    uint32_t sheet_size;                             /* bytes */
    double still_score;                              /* below 0: no still */
};

void piece_init(struct piece *p);
void piece_finish(struct piece *p);
/* Adds a fragment to track number `track`; its config must be what it was (ERR_STATE). */
MUST_CHECK enum err piece_add(struct piece *p, size_t track, const uint8_t *config,
                              size_t config_size, struct cmaf_span span);
void piece_write(const struct piece *p, struct buf *out);
/* ERR_MALFORMED, ERR_TRUNCATED: not a note; p is then finished. */
MUST_CHECK enum err piece_read(struct piece *p, const uint8_t *bytes, size_t n);

#endif
