/* What a player tells whoever serves it about a request: Common Media Client Data (CTA-5004), as
 * headers. Pure. */
#ifndef LANTERNE_BOX_PLAY_CMCD_H
#define LANTERNE_BOX_PLAY_CMCD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

enum cmcd_object { CMCD_MANIFEST, CMCD_AUDIO, CMCD_VIDEO, CMCD_INIT, CMCD_CAPTION, CMCD_KEY };

struct cmcd {
    const char *session_id, *content_id; /* NULL: left out; at most 64 characters count */
    enum cmcd_object object;
    uint64_t bit_rate, top_rate; /* bit/s of this rendition, of the greatest; 0: not known */
    uint64_t throughput;         /* bit/s as measured; 0: not known */
    bool has_buffer;
    double buffer; /* seconds of this kind of media that are there */
    bool is_starting, was_starved;
};

/* The four headers' names, and their values appended to `out`, which may stay empty. Keys are in
 * alphabetical order, as the paper wants them. */
enum { CMCD_HEADERS = 4 };
extern const char *const cmcd_names[CMCD_HEADERS];
void cmcd_put(const struct cmcd *c, unsigned header, struct buf *out);

#endif
