/* The ladder: which renditions a master is encoded into. Facts of the picture and sound go in, a
 * plan comes out; the rungs are one table. Capped constant quality: each rung has an x264 CRF and a
 * VBV cap. */
#ifndef LANTERNE_RULES_LADDER_LADDER_H
#define LANTERNE_RULES_LADDER_LADDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct ladder_rate {
    uint32_t num, den; /* a second: 24000/1001 */
};

struct ladder_rung {
    const char *name; /* "v1080": also the rendition's name in addresses */
    uint16_t height;  /* shown lines of a 16:9 picture that fills the rung */
    uint8_t crf;
    uint32_t maxrate;  /* bits a second: the VBV cap */
    const char *level; /* H.264 level at up to 30 frames a second */
};

/* The rungs from the smallest to the greatest: 234p to 1080p. */
enum { LADDER_RUNGS = 7 };
extern const struct ladder_rung ladder_rungs[LADDER_RUNGS];

struct ladder_video {
    uint16_t width, height;    /* decoded samples, after rotation, before the pixel's shape */
    uint32_t par_num, par_den; /* pixel aspect ratio; 0: square */
    struct ladder_rate rate;   /* nominal */
};

struct ladder_rendition {
    char name[16];
    uint16_t width, height; /* even; square pixels */
    uint8_t crf;
    uint32_t maxrate, bufsize; /* bits a second, bits */
    char level[4];
};

struct ladder_params {
    uint16_t max_height; /* 0: 1080 */
};

struct ladder_plan {
    struct ladder_rate rate; /* constant output rate; above 60 it is halved */
    uint32_t timescale;      /* ticks a second, such that a frame is a whole number of ticks */
    uint32_t frame_ticks;
    uint16_t gop_frames; /* frames of a closed GOP of about 2 s */
    size_t n;
    struct ladder_rendition renditions[LADDER_RUNGS]; /* from small to great; at least one */
};

/* Plans the ladder: never above the source's size, aspect kept, pixels made square, the source's
 * own height as the top when it lies between rungs. ERR_ARGUMENT: a size or rate of 0 or beyond
 * limits. */
MUST_CHECK enum err ladder_plan(const struct ladder_video *video,
                                const struct ladder_params *params, struct ladder_plan *out);

#endif
