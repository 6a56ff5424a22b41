/* Key tags. For format/hls only. */
#ifndef LANTERNE_FORMAT_HLS_KEY_H
#define LANTERNE_FORMAT_HLS_KEY_H

#include "base/buf.h"
#include "format/cmaf/presentation.h"

/* The EXT-X-KEY of a rendition; it belongs behind EXT-X-MAP, whose init segment is in clear.
 * Nothing for a rendition that needs none. */
void hls_put_key(struct buf *out, const struct presentation *p, const struct cmaf_index *index);
/* The EXT-X-SESSION-KEY of a multivariant playlist, so that a licence can be asked for at once;
 * nothing where keys are fetched one by one. */
void hls_put_session_key(struct buf *out, const struct presentation *p);

#endif
