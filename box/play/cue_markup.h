/* Cue text of WebVTT (as format/caption gives it) into the markup that Pango draws. Pure. */
#ifndef LANTERNE_BOX_PLAY_CUE_MARKUP_H
#define LANTERNE_BOX_PLAY_CUE_MARKUP_H

#include <stddef.h>

#include "base/buf.h"

/* Appends the cue; italic, bold, underlined and the eight colours stay, voices and languages leave
 * their text, a reading stands in brackets after what it is of. What Pango refuses all the same is
 * appended as plain text. */
void cue_markup_put(struct buf *out, const char *text, size_t n);

#endif
