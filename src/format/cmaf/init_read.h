/* Reading the `moov` of a track file of our kind. For format/cmaf only. */
#ifndef LANTERNE_FORMAT_CMAF_INIT_READ_H
#define LANTERNE_FORMAT_CMAF_INIT_READ_H

#include "format/cmaf/config.h"
#include "format/cmaf/index.h"
#include "format/cmaf/sps.h"

/* The init segment while it is read. */
struct init {
    struct cmaf_index *out;
    struct reader moov, trak, mdia, stbl;
    struct avc_config avc;
    struct sps_timing timing;
    struct reader config; /* the record, or the AudioSpecificConfig */
    uint32_t frame_ticks; /* what `trex` says of every sample; 0: nothing */
};

/* moov and out are set; fills the rest, and of *out what the init segment says. */
MUST_CHECK enum err init_read(struct init *init);

#endif
