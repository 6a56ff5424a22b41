/* What the init segment says of protection: `sinf` (ISO/IEC 14496-12 8.12), `tenc` and `pssh`
 * (ISO/IEC 23001-7 8.1, 8.2). For format/cmaf only. */
#ifndef LANTERNE_FORMAT_CMAF_SINF_H
#define LANTERNE_FORMAT_CMAF_SINF_H

#include "base/buf.h"
#include "base/reader.h"
#include "format/cmaf/index.h"
#include "format/cmaf/track.h"

/* Nothing is appended for a clear track. */
void sinf_put(struct buf *b, const struct cmaf_track *track);
void sinf_put_pssh(struct buf *b, const struct cmaf_track *track);

/* boxes: those of an `encv` or `enca` entry. Sets scheme, kid and iv of *out, whose kind is set,
 * and the entry's type as it was in clear. */
MUST_CHECK enum err sinf_read(struct reader boxes, struct cmaf_index *out, uint32_t *original);

#endif
