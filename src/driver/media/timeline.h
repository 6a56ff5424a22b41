/* A constant rate out of pictures shown whenever: slot n of the output is at n / rate after the
 * first picture, and shows the last picture that has come by then. Pure. */
#ifndef LANTERNE_DRIVER_MEDIA_TIMELINE_H
#define LANTERNE_DRIVER_MEDIA_TIMELINE_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/ladder/ladder.h"

struct timeline {
    int64_t zero;            /* ticks of the first picture */
    uint32_t tb_num, tb_den; /* seconds of a tick */
    struct ladder_rate rate;
    bool begun;
    uint64_t next; /* the slot to be filled next */
};

void timeline_init(struct timeline *t, uint32_t tb_num, uint32_t tb_den, struct ladder_rate rate);

/* A picture comes at `ticks`: how many slots from t->next on are filled by the one before it. A
 * picture counts for a slot that it misses by less than a third of a step, which takes up
 * timestamps rounded to milliseconds and the unevenness of 3:2 pulldown. */
uint64_t timeline_take(struct timeline *t, int64_t ticks);

#endif
