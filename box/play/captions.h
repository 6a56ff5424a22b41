/* The captions of one track: read once, asked by the time. One thread at a time. */
#ifndef LANTERNE_BOX_PLAY_CAPTIONS_H
#define LANTERNE_BOX_PLAY_CAPTIONS_H

#include <stddef.h>

#include "base/err.h"

enum { CAPTIONS_FILE_MAX = 4 * 1024 * 1024, CAPTIONS_SHOWN_MAX = 16 * 1024 };

struct captions;

/* Of a whole WebVTT file. Errors as caption_read's; nothing is held then. */
MUST_CHECK enum err captions_read(const void *bytes, size_t n, struct captions **out);
void captions_destroy(struct captions **captions);
/* All cues of an instant as Pango markup, one a line, in the file's order; "" when there are none.
 * Lent until the next call. */
const char *captions_at(struct captions *captions, double seconds);

#endif
