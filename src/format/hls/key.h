/* Key tags. For format/hls only. */
#ifndef LANTERNE_FORMAT_HLS_KEY_H
#define LANTERNE_FORMAT_HLS_KEY_H

#include "base/buf.h"
#include "format/cmaf/presentation.h"

/* The EXT-X-KEY of a rendition; it belongs behind EXT-X-MAP, whose init segment is in clear.
 * Nothing for a rendition that needs none. */
void hls_put_key(struct buf *out, const struct presentation *p, const struct cmaf_index *index);
/* An EXT-X-SESSION-KEY for each key of a film, for its multivariant playlist: licences can then be
 * asked for at once. Nothing where keys are fetched raw. */
void hls_put_session_keys(struct buf *out, const struct presentation *p);

#endif
