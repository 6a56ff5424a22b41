/* The timing in an AVC sequence parameter set (ITU-T H.264 7.3.2.1.1, E.1.1). For format/cmaf
 * only. */
#ifndef LANTERNE_FORMAT_CMAF_SPS_H
#define LANTERNE_FORMAT_CMAF_SPS_H

#include <stdint.h>

#include "base/reader.h"

struct sps_timing {
    uint64_t frame_num, frame_den; /* frames a second; 0, 0: not said, or not readable */
};

/* avcc: an AVCDecoderConfigurationRecord that avc_config_read took. Never fails: a set that cannot
 * be read says nothing. */
void sps_timing_read(struct reader avcc, struct sps_timing *out);

#endif
