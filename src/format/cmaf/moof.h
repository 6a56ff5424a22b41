/* Reading the `moof` of one fragment. For format/cmaf only. */
#ifndef LANTERNE_FORMAT_CMAF_MOOF_H
#define LANTERNE_FORMAT_CMAF_MOOF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/reader.h"
#include "format/cmaf/track.h"

struct moof_facts {
    uint32_t size;       /* bytes of the box */
    uint32_t samples;    /* of the first run */
    uint64_t duration;   /* ticks of the first run; 0: said elsewhere */
    uint32_t first_size; /* bytes of the first sample; 0: said elsewhere */
    uint64_t data_at;    /* of the first sample, from the first byte of the moof */
    bool key;            /* the first sample is one */
};

/* bytes: begin with the moof. ERR_TRUNCATED: it is not whole. ERR_MALFORMED, ERR_UNSUPPORTED: it is
 * not one fragment of one track whose data follows it. */
MUST_CHECK enum err moof_read(struct reader bytes, struct moof_facts *out);

/* What `tfhd` says of samples that do not say it themselves; 0: nothing. */
struct moof_defaults {
    uint32_t duration, size, flags;
};
MUST_CHECK enum err moof_defaults_read(struct reader traf, struct moof_defaults *out);

/* All samples of a fragment. */
struct moof_samples {
    struct reader bytes; /* from the first byte of the moof on */
    struct reader traf;
    uint32_t sequence;
    uint64_t base; /* decode time of the first sample, ticks */
    size_t n;
    struct cmaf_sample *samples; /* in the arena; their data where the fragment has it */
};

enum { MOOF_SAMPLES_MAX = 65536 }; /* sound in frames of 1024: 23 minutes */

/* fragment: a whole one; boxes in front of its moof are stepped over. duration: of
 * samples of which neither run nor `tfhd` says it; 0: not known. ERR_TRUNCATED: a sample lies
 * outside. ERR_MALFORMED, ERR_UNSUPPORTED: as above, or a sample without size or duration.
 * ERR_FULL: more than MOOF_SAMPLES_MAX. */
MUST_CHECK enum err moof_samples_read(struct arena *arena, struct reader fragment,
                                      uint32_t duration, struct moof_samples *out);

#endif
