/* Reading the `moof` of one fragment. For format/cmaf only. */
#ifndef LANTERNE_FORMAT_CMAF_MOOF_H
#define LANTERNE_FORMAT_CMAF_MOOF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/reader.h"

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

#endif
