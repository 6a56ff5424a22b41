/* Reading a track file back: what it is, where its fragments are, what players must be told.
 * Everything manifests say comes from here, that is from the bytes. */
#ifndef LANTERNE_FORMAT_CMAF_INDEX_H
#define LANTERNE_FORMAT_CMAF_INDEX_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "format/cmaf/protect.h"
#include "format/cmaf/track.h"

enum {
    CMAF_HEAD_MAX = 2 * 1024 * 1024, /* bytes of init and sidx: 65,535 fragments and room */
    CMAF_FRAGMENT_HEAD = 64 * 1024,  /* bytes enough for the `moof` of any fragment of ours */
    CMAF_FRAGMENTS_MAX = 65535,      /* what one sidx can list */
};

struct cmaf_fragment_entry {
    uint64_t offset;   /* of its first byte in the track file */
    uint32_t size;     /* bytes */
    uint64_t start;    /* decode time, ticks */
    uint32_t duration; /* ticks */
    uint32_t key_size; /* bytes from `moof` to the end of the first sample; 0: not looked up */
};

struct cmaf_index {
    enum cmaf_kind kind;
    char codec[32];    /* RFC 6381, from the configuration record: "avc1.640028", "mp4a.40.2" */
    char language[36]; /* BCP 47, "und" when not said */
    uint32_t timescale;
    uint16_t width, height;
    uint32_t par_num, par_den;
    uint16_t primaries, transfer, matrix;
    /* Frames a second: from the samples of the first fragment where head reaches that far (its
     * `moof`), else from the parameter set's timing; 0, 0: not said. */
    uint32_t frame_num, frame_den;
    uint32_t sample_rate;
    uint16_t channels;
    enum cmaf_scheme scheme;         /* CMAF_CLEAR: what follows is zero */
    uint8_t kid[16];                 /* the track's key id, from `tenc` */
    uint8_t iv[16];                  /* cbcs: the constant IV; zero when each sample has its own */
    uint32_t init_size;              /* bytes of the init segment, at offset 0 */
    uint32_t config_at, config_size; /* where the configuration record stands in it */
    size_t n;
    struct cmaf_fragment_entry *fragments; /* in the arena */
    uint64_t duration;                     /* ticks, all fragments */
};

/* Reads the head of a track file (at least init and sidx; more may follow) into *out, the fragments
 * in arena. Other packagers' files are read too when they are of our kind: one AVC or AAC
 * track, clear or under `cbcs` or `cenc`, one sidx in front of all fragments, no edit that shifts
 * time. ERR_TRUNCATED: head ends before the sidx does; *needed then holds a size that helps. Each
 * call with that many bytes gets at least one box further; a file that is shorter is cut off.
 * ERR_MALFORMED, ERR_UNSUPPORTED, ERR_FULL (it asks for more than the ceilings above): it is not
 * one of ours; *needed is 0. *out is undefined on any error. */
MUST_CHECK enum err cmaf_index_read(struct arena *arena, const uint8_t *head, size_t n,
                                    struct cmaf_index *out, size_t *needed);

/* The size of a fragment's key part (`moof` to the end of the first sample), from the fragment's
 * first bytes (CMAF_FRAGMENT_HEAD of them are enough). ERR_TRUNCATED: the `moof` is not whole.
 * ERR_MALFORMED: it does not begin with one that has samples. ERR_UNSUPPORTED: its first sample is
 * no key frame, or its data does not follow it. *key_size is set on OK only. */
MUST_CHECK enum err cmaf_key_size(const uint8_t *fragment, size_t n, uint32_t *key_size);

/* A segment: `per_segment` consecutive fragments under one address, numbered from 1. */
struct cmaf_segment {
    uint64_t offset, size;    /* bytes in the track file */
    uint64_t start, duration; /* ticks */
};
/* per_segment 0 counts as 1, here and below. */
size_t cmaf_segment_count(const struct cmaf_index *index, size_t per_segment);
/* ERR_NOT_FOUND: no segment has that number. */
MUST_CHECK enum err cmaf_segment_at(const struct cmaf_index *index, size_t per_segment,
                                    uint64_t number, struct cmaf_segment *out);

/* Bits a second as measured: over the whole track, and of the worst run of segments that lasts
 * between half and one and a half times the longest segment, rounded to seconds (what rfc8216bis
 * calls the peak segment bit rate). */
uint32_t cmaf_bitrate_average(const struct cmaf_index *index);
uint32_t cmaf_bitrate_peak(const struct cmaf_index *index, size_t per_segment);

#endif
