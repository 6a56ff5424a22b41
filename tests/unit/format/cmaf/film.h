/* A small film made up for tests: pictures in closed GOPs with B-frames, sound in frames of 1024.
 */
#ifndef LANTERNE_TESTS_FORMAT_CMAF_FILM_H
#define LANTERNE_TESTS_FORMAT_CMAF_FILM_H

#include "base/buf.h"
#include "format/cmaf/track.h"

enum { FILM_SAMPLES_MAX = 256, FILM_FRAGMENTS_MAX = 64, FILM_BYTES_MAX = 16 * 1024 * 1024 };

/* 1280x720, 25 frames a second in 12800 ticks, High level 3.1, BT.709. */
struct cmaf_track film_video_track(void);
/* AAC-LC, stereo, 48 kHz. */
struct cmaf_track film_audio_track(void);

/* Fills samples[0..n) with one closed GOP, I P b b P b b ..., or n frames of sound. Sizes and bytes
 * come from seed. */
void film_gop(const struct cmaf_track *track, struct cmaf_sample *samples, size_t n, uint32_t seed);

struct film {
    struct buf file;        /* init, sidx, fragments */
    size_t init_size, head; /* bytes of init; of init and sidx */
    size_t n;
    struct cmaf_span spans[FILM_FRAGMENTS_MAX];
};

/* Writes a whole track file of n fragments, the last one shorter, from decode time start on. */
void film_make(struct film *film, const struct cmaf_track *track, size_t n, size_t per_fragment,
               uint64_t start);
void film_finish(struct film *film);

#endif
