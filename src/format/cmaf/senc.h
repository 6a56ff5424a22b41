/* What decrypts the samples of one fragment: `saiz`, `saio` (ISO/IEC 14496-12 8.7.8, 8.7.9) and
 * `senc` (ISO/IEC 23001-7 7.2). For format/cmaf only. */
#ifndef LANTERNE_FORMAT_CMAF_SENC_H
#define LANTERNE_FORMAT_CMAF_SENC_H

#include "base/arena.h"
#include "base/buf.h"
#include "format/cmaf/cipher.h"
#include "format/cmaf/moof.h"
#include "format/cmaf/subsample.h"

/* Sound under cbcs needs none of it (its IV is in `tenc`), and says none: readers were seen to
 * stumble over empty ones. */
struct senc_plan {
    const struct cmaf_protection *protection;
    const struct subsample_map *map; /* NULL: samples are encrypted whole */
    uint32_t sequence;
    size_t n;
    size_t iv_size; /* bytes a sample */
    size_t same;    /* bytes of every sample's information; 0: they differ */
    size_t bytes;   /* of all samples' information; 0: no boxes */
};

/* ERR_FULL: a sample has more subsamples than `saiz` can say (about 40), or there are more samples
 * than a sequence has IVs for. */
MUST_CHECK enum err senc_plan(struct senc_plan *plan);
size_t senc_size(const struct senc_plan *plan); /* bytes of the boxes */
/* moof_at: where in b the moof begins, which places are counted from. */
void senc_put(struct buf *b, const struct senc_plan *plan, size_t moof_at);

/* How to decrypt each sample of a fragment. The runs stay in map, whose end is the caller's.
 * ERR_MALFORMED: what is said does not fit the samples. ERR_UNSUPPORTED: keys by groups of samples,
 * or information that lies elsewhere. */
MUST_CHECK enum err senc_read(const struct moof_samples *moof, const struct cmaf_track *from,
                              struct arena *arena, struct subsample_map *map,
                              struct sample_cipher **out);

#endif
