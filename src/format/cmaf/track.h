/* Writing one CMAF track file (ISO/IEC 23000-19): init segment, `sidx`, fragments. One `moof` a
 * fragment, one fragment a closed GOP, exact `tfdt`; no edit list: composition offsets are signed
 * (`cmf2`, trun version 1; decision 0010). Pure: samples in, bytes out. */
#ifndef LANTERNE_FORMAT_CMAF_TRACK_H
#define LANTERNE_FORMAT_CMAF_TRACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

enum cmaf_kind { CMAF_VIDEO, CMAF_AUDIO };

struct cmaf_protection; /* format/cmaf/protect.h */

/* What the init segment says of a track. Everything pointed to is borrowed. */
struct cmaf_track {
    enum cmaf_kind kind;
    char sample_entry[5];  /* "avc1" or "mp4a" */
    uint32_t timescale;    /* ticks a second: 24000 for 23.976, 48000 for sound */
    const char *language;  /* BCP 47; NULL or "und": undetermined; `mdhd` and, if longer, `elng` */
    const uint8_t *config; /* avcC record (ISO/IEC 14496-15 5.3.3) or AudioSpecificConfig */
    size_t config_size;
    uint32_t bitrate_average, bitrate_peak; /* bits a second, for `btrt`; 0: not known */
    /* video */
    uint16_t width, height;    /* coded and shown samples, before the pixel's shape is applied */
    uint32_t par_num, par_den; /* pixel aspect ratio; 0: square */
    uint16_t primaries, transfer, matrix; /* ISO/IEC 23091-2 code points; 2: not known */
    bool full_range;
    uint32_t frame_ticks; /* one frame in ticks (constant rate) */
    /* audio */
    uint32_t sample_rate;
    uint16_t channels;
    /* NULL: clear. Else `cmaf_init` writes `encv` or `enca` with `sinf` and a `pssh`, and
     * `cmaf_fragment` ciphertext with what decrypts it beside (protect.h). */
    const struct cmaf_protection *protection;
};

struct cmaf_sample {
    const uint8_t *data; /* borrowed; AVC with 4-byte lengths, or one raw AAC frame */
    uint32_t size;
    uint32_t duration;  /* ticks */
    int32_t cts_offset; /* composition minus decode time, ticks; may be negative */
    bool sync;
};

/* One fragment as `sidx` lists it. */
struct cmaf_span {
    uint32_t size;     /* bytes */
    uint32_t duration; /* ticks */
};

/* Appends `ftyp` and `moov` for a track of `duration` ticks (0: not said).
 * ERR_ARGUMENT: track does not describe a track (its configuration record is read). ERR_FULL,
 * ERR_MEMORY: as out says. On any error out is as it was. */
MUST_CHECK enum err cmaf_init(const struct cmaf_track *track, uint64_t duration, struct buf *out);

/* Appends one fragment (`moof`, `mdat`) that begins at base_ticks of track. sequence: from 1, one
 * more each fragment. samples: decode order; the first is sync, is shown first and at base_ticks
 * (a closed GOP; sound has no cts_offset), so base_ticks is also where its picture begins.
 * Sound begins at decode time 0 of its track: whoever encodes cuts the encoder's delay off, there
 * is no edit list that could say it. ERR_ARGUMENT: no samples, the first is not sync, or a sample
 * is empty or has no duration. ERR_ORDER: a sample is shown before the first one. ERR_FULL: 2 GiB
 * or more, or out at its ceiling. Of a protected track, too: ERR_MALFORMED, the NAL units of a
 * picture do not fill it or name parameter sets that are neither in config nor in front of them;
 * ERR_UNSUPPORTED, slices of the scalable and multiview extensions or in partitions; ERR_FULL, a
 * picture of more than about 40 slices (`saiz` ends there). On any error out is as it was. */
MUST_CHECK enum err cmaf_fragment(const struct cmaf_track *track, uint32_t sequence,
                                  uint64_t base_ticks, const struct cmaf_sample *samples, size_t n,
                                  struct buf *out);
/* The same without the samples' bytes: `moof` and the header of `mdat`. The samples' bytes, in
 * order, must follow in the file; for writers that gather (writev). ERR_UNSUPPORTED: the track is
 * protected, and those bytes would not be. */
MUST_CHECK enum err cmaf_fragment_head(const struct cmaf_track *track, uint32_t sequence,
                                       uint64_t base_ticks, const struct cmaf_sample *samples,
                                       size_t n, struct buf *out);

/* Appends the `sidx` (version 1, one entry a fragment, ISO/IEC 14496-12 8.16.3) that stands between
 * init and the first fragment. start: decode time of the first fragment. ERR_ARGUMENT: no fragment,
 * or one without bytes or duration. ERR_FULL: more than 65,535 fragments, one of 2 GiB or more, or
 * out at its ceiling. On any error out is as it was. */
MUST_CHECK enum err cmaf_sidx(const struct cmaf_track *track, uint64_t start,
                              const struct cmaf_span *spans, size_t n, struct buf *out);

/* Bytes of a `sidx` of n fragments: a writer that knows n leaves room for it, writes the fragments
 * behind and comes back. One that only knows an upper bound fills what is left with padding
 * between init and sidx. */
size_t cmaf_sidx_size(size_t n);
/* Appends a `free` box of `size` bytes; 0 appends nothing. ERR_ARGUMENT: 1 to 7 bytes. */
MUST_CHECK enum err cmaf_padding(size_t size, struct buf *out);

#endif
