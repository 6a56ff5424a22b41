/* The AVC sequence parameter set (ITU-T H.264 7.3.2.1.1, E.1.1), as far as its timing and the
 * slice headers that refer to it need it. For format/cmaf only. */
#ifndef LANTERNE_FORMAT_CMAF_SPS_H
#define LANTERNE_FORMAT_CMAF_SPS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/reader.h"

struct sps_timing {
    uint64_t frame_num, frame_den; /* frames a second; 0, 0: not said, or not readable */
};

struct sps {
    bool is_read;
    uint8_t id;             /* 0 to 31 */
    uint8_t chroma;         /* ChromaArrayType */
    bool has_planes;        /* separate_colour_plane_flag */
    uint8_t frame_num_bits; /* 4 to 16 */
    uint8_t order_type;     /* pic_order_cnt_type, 0 to 2 */
    uint8_t order_bits;     /* of pic_order_cnt_lsb, 4 to 16 */
    bool order_is_zero;     /* delta_pic_order_always_zero_flag */
    bool is_frames_only;    /* frame_mbs_only_flag */
    struct sps_timing timing;
};

/* nal: a whole NAL unit of type 7. false: it cannot be read, and *out->is_read is false. */
bool sps_read(struct reader nal, struct sps *out);

/* avcc: an AVCDecoderConfigurationRecord that avc_config_read took. Never fails: a set that cannot
 * be read says nothing. */
void sps_timing_read(struct reader avcc, struct sps_timing *out);

#endif
