/* Which bytes of each picture stay in clear (ISO/IEC 23001-7 9.5, ISO/IEC 23000-19 8.2.3): NAL
 * units' lengths, headers and slice headers, and whole NAL units that are no slices. For
 * format/cmaf only. */
#ifndef LANTERNE_FORMAT_CMAF_SUBSAMPLE_H
#define LANTERNE_FORMAT_CMAF_SUBSAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "format/cmaf/slice.h"

struct subsample {
    uint16_t clear;
    uint32_t secret;
};

/* The subsamples of a run of samples, in order. */
struct subsample_map {
    struct buf runs; /* struct subsample */
    struct buf ends; /* uint32_t a sample: how many runs there are up to its end */
};

void subsample_map_init(struct subsample_map *map);
void subsample_map_finish(struct subsample_map *map);
void subsample_map_clear(struct subsample_map *map);
enum err subsample_map_error(const struct subsample_map *map); /* ERR_FULL, ERR_MEMORY or OK */
/* Ends a sample: the runs added since the last call are its. */
void subsample_map_end(struct subsample_map *map);
void subsample_map_add(struct subsample_map *map, struct subsample run);
/* Lends the runs of sample i; none: the sample is encrypted as a whole. */
const struct subsample *subsample_map_at(const struct subsample_map *map, size_t i, size_t *n);

struct splitter {
    struct avc_sets sets;
    unsigned length_size;
    bool is_aligned; /* secret runs are whole blocks (cenc) */
};
/* avcc: a record that avc_config_read took. */
void splitter_init(struct splitter *s, struct reader avcc, bool is_aligned);
/* Adds one AVC sample to map. veil: the clear runs of a sample that is encrypted, n_veil of them;
 * NULL: it is in clear. ERR_MALFORMED: its NAL units do not fill it, or a slice header cannot be
 * read. ERR_UNSUPPORTED: slices of other kinds than 1 and 5. ERR_STATE: what has to be read lies
 * behind the veil. ERR_FULL, ERR_MEMORY. */
MUST_CHECK enum err splitter_sample(struct splitter *s, struct reader sample,
                                    const struct subsample *veil, size_t n_veil,
                                    struct subsample_map *map);

#endif
