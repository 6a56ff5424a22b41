/* Key frames as fragments of their own, for players that show a film in single pictures. */
#ifndef LANTERNE_FORMAT_CMAF_KEY_FRAME_H
#define LANTERNE_FORMAT_CMAF_KEY_FRAME_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/* Appends a fragment (`moof`, `mdat`) that holds the first sample of a fragment of ours alone and
 * lasts as long as all of it. What was encrypted stays so, under the same key and IV: it is copied,
 * not opened. fragment: its first bytes, from `moof` to the end of the first sample at least
 * (cmaf_key_size). ERR_TRUNCATED: they are not there. ERR_MALFORMED, ERR_UNSUPPORTED: as
 * cmaf_key_size says, or nothing says how long the fragment is. ERR_FULL, ERR_MEMORY: as out says.
 * On any error out is as it was. */
MUST_CHECK enum err cmaf_key_fragment(const uint8_t *fragment, size_t n, struct buf *out);

#endif
