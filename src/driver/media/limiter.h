/* A gain, and a ceiling that no sample goes over: a look-ahead limiter that does nothing at all
 * while nothing is too loud. Pure. */
#ifndef LANTERNE_DRIVER_MEDIA_LIMITER_H
#define LANTERNE_DRIVER_MEDIA_LIMITER_H

#include <stddef.h>
#include <stdint.h>

enum { LIMITER_DELAY = 240, LIMITER_CHANNELS_MAX = 8 }; /* samples: 5 ms at 48 kHz */

struct limiter {
    size_t channels;
    float gain, ceiling;
    uint64_t at;                                        /* samples taken */
    float delayed[LIMITER_CHANNELS_MAX][LIMITER_DELAY]; /* ring */
    float need[LIMITER_DELAY];                          /* of the samples in delayed */
    struct {
        uint64_t at;
        float v;
    } least[LIMITER_DELAY + 1]; /* ring of falling minima: the sliding minimum's candidates */
    size_t first, n;
    float held;                 /* the minimum, let go of slowly */
    float steps[LIMITER_DELAY]; /* the last held values, whose mean is the gain */
    double sum;
};

/* ceiling: of a sample's amount, 1 is full scale. */
void limiter_init(struct limiter *l, size_t channels, double gain, double ceiling);

/* Replaces n samples of each plane by the limited ones from LIMITER_DELAY samples before: the first
 * LIMITER_DELAY that ever come out are silence. */
void limiter_run(struct limiter *l, float *const *planes, size_t n);

#endif
