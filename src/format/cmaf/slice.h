/* AVC parameter sets and slice headers (ITU-T H.264 7.3.2.2, 7.3.3): where the header of a slice
 * ends, since it stays in clear and what follows does not. For format/cmaf only. */
#ifndef LANTERNE_FORMAT_CMAF_SLICE_H
#define LANTERNE_FORMAT_CMAF_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/reader.h"
#include "format/cmaf/sps.h"

enum { NAL_SLICE = 1, NAL_SLICE_IDR = 5, NAL_SPS = 7, NAL_PPS = 8, NAL_SLICE_EXTENSION = 20 };

struct pps {
    bool is_read;
    uint8_t sps;
    bool has_cabac, has_bottom_order, has_weights, has_redundant, has_deblocking;
    uint8_t bipred;  /* weighted_bipred_idc */
    uint8_t refs[2]; /* num_ref_idx_lX_default_active, 1 to 32 */
};

/* The sets that slices may name, by id: of the configuration record, then those met in samples. */
struct avc_sets {
    struct sps sps[32];
    struct pps pps[256];
};

/* avcc: a record that avc_config_read took. Sets that cannot be read are left out. */
void avc_sets_read(struct reader avcc, struct avc_sets *out);
/* Takes one NAL unit of type 7 or 8 in. */
void avc_sets_take(struct reader nal, struct avc_sets *sets);

/* Bytes of a slice (NAL unit of type 1 or 5) in front of its slice data, with the NAL unit's header
 * and rounded up to a whole byte. ERR_MALFORMED: the header cannot be read, or names sets that are
 * not there. */
MUST_CHECK enum err slice_header_size(const struct avc_sets *sets, struct reader nal, size_t *size);

#endif
