/* From a line of libav's subtitle decoders (ASS dialogue) to WebVTT cue text. Pure. */
#ifndef LANTERNE_DRIVER_MEDIA_CUE_H
#define LANTERNE_DRIVER_MEDIA_CUE_H

#include "base/buf.h"

/* Appends the text of a dialogue line (eight commas, then text with overrides in braces) as UTF-8:
 * <i>, <b>, <u> well nested, & < > escaped, no blank line. Appends nothing for a drawing. */
void cue_from_ass(const char *line, struct buf *out);

#endif
