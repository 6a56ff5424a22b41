/* One fragment as it is written, whether from samples in clear or from another's ciphertext. For
 * format/cmaf only. */
#ifndef LANTERNE_FORMAT_CMAF_FRAGMENT_H
#define LANTERNE_FORMAT_CMAF_FRAGMENT_H

#include <stdbool.h>

#include "format/cmaf/cipher.h"

struct fragment {
    const struct cmaf_track *track;
    uint32_t sequence;
    uint64_t base; /* ticks */
    const struct cmaf_sample *samples;
    size_t n;
    struct cipher *unveil;             /* NULL: the samples are in clear */
    const struct sample_cipher *veils; /* how each is encrypted, in front of unveil */
    bool is_taken_over; /* another packager chose the composition times: the first may be late */
};

/* As cmaf_fragment, or cmaf_fragment_head. ERR_STATE, too: to split encrypted pictures into
 * subsamples more than their clear bytes is needed. */
MUST_CHECK enum err fragment_put(const struct fragment *f, bool head_only, struct buf *out);

#endif
