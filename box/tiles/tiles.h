/* The pictures of a title for seeking: sheets of small ones, as a DASH manifest names them (DASH-IF
 * IOP part 11). Pure. */
#ifndef LANTERNE_BOX_TILES_TILES_H
#define LANTERNE_BOX_TILES_TILES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum { TILES_ADDRESS = 2048, TILES_PATTERN = 256 };

struct tiles {
    char folder[TILES_ADDRESS];  /* what the pattern stands after: "https://.../EDITION/" */
    char pattern[TILES_PATTERN]; /* "tiles/$Number$.jpg" */
    unsigned columns, rows, first;
    double sheet_seconds;
    int sheet_width, sheet_height;
};

struct tile {
    char address[TILES_ADDRESS + TILES_PATTERN + 16];
    int x, y, width, height; /* of the sheet */
};

/* ERR_NOT_FOUND: the title has none. ERR_MALFORMED: no manifest. address: where it came from. */
MUST_CHECK enum err tiles_read(const char *mpd, size_t n, const char *address, struct tiles *out);
/* A newer pass: the same sheets elsewhere. */
void tiles_move(struct tiles *t, const char *address);
/* The one for that second. false: there is none. */
bool tiles_at(const struct tiles *t, double seconds, struct tile *out);

#endif
