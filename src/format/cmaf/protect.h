/* Common Encryption (ISO/IEC 23001-7) of track files: `cbcs` (one block of ten of the picture,
 * whole samples of sound, a constant IV) and `cenc` (AES-CTR, an IV of its own for each sample). */
#ifndef LANTERNE_FORMAT_CMAF_PROTECT_H
#define LANTERNE_FORMAT_CMAF_PROTECT_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "format/cmaf/track.h"

enum { CMAF_KIDS_MAX = 64 };

enum cmaf_scheme { CMAF_CLEAR, CMAF_CBCS, CMAF_CENC };

/* How one track is protected. Borrowed by the track; whoever made it wipes it.
 * cbcs: iv is the constant IV of all samples. cenc: the IV of a sample is the number in the first 8
 * bytes of iv plus track * 2^48 + sequence * 2^16 + the sample's place in its fragment, so under
 * one key and iv no two samples share one as long as
 *   - each track file under the key (each rendition, each language) has a `track` of its own, and
 *   - a sequence stands for the same samples for ever.
 * The rest of iv is not used then. track means nothing to cbcs. */
struct cmaf_protection {
    enum cmaf_scheme scheme;
    uint8_t kid[16], key[16], iv[16];
    uint16_t track; /* cenc: which of the tracks under this key it is */
    /* The key ids of all tracks of the film, which the `pssh` lists beside kid (that may be among
     * them): a player that opens one session, as hls.js does, asks for all keys at once. */
    const uint8_t (*kids)[16];
    size_t n_kids; /* at most CMAF_KIDS_MAX */
};

/* "cbcs", "cenc"; "" for CMAF_CLEAR. Static storage. */
const char *cmaf_scheme_name(enum cmaf_scheme scheme);

/* Appends one fragment that holds the same samples under `to`'s protection instead of `from`'s;
 * either may be clear. Nothing is encoded again: from a fragment of ours comes what cmaf_fragment
 * would have made of the same samples with `to` and `sequence`, to the byte.
 * fragment: `moof` and `mdat` of ours or of another packager: one track, data counted from the
 * moof, IVs of 8 or 16 bytes or constant, no key that changes within the track. Boxes that we do
 * not write are left out. Of both tracks kind, config and protection count; from's frame_ticks are
 * the duration of samples whose fragment does not say it. ERR_MALFORMED, ERR_TRUNCATED,
 * ERR_UNSUPPORTED: it is not such a fragment, or not encrypted as `from` says in a way that shows
 * (a wrong key may show, or make noise). ERR_ARGUMENT, ERR_ORDER, ERR_FULL: as cmaf_fragment, but
 * that the first picture may be shown late. ERR_MEMORY, ERR_INTERNAL. On any error out is as it
 * was. */
MUST_CHECK enum err cmaf_reprotect(const struct cmaf_track *from, const struct cmaf_track *to,
                                   uint32_t sequence, const uint8_t *fragment, size_t n,
                                   struct buf *out);

/* What cmaf_reprotect has to know of a track, from its init segment: kind, sample_entry, timescale,
 * config (borrowed from init), sizes and rates, frame_ticks where `trex` says it. protection is
 * left NULL: the key is not in there. ERR_MALFORMED, ERR_TRUNCATED, ERR_UNSUPPORTED: as
 * cmaf_index_read says. */
MUST_CHECK enum err cmaf_track_read(const uint8_t *init, size_t n, struct cmaf_track *out);

/* Appends the init segment under another protection (NULL: clear): the same boxes, but for the
 * sample entry's type, `sinf` and `pssh`. From one of ours comes what cmaf_init would have written.
 * Errors as cmaf_track_read; ERR_FULL, ERR_MEMORY. On any error out is as it was. */
MUST_CHECK enum err cmaf_reprotect_init(const uint8_t *init, size_t n,
                                        const struct cmaf_protection *to, struct buf *out);

#endif
