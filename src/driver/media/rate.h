/* From the times of all pictures to the film's nominal rate. Pure. */
#ifndef LANTERNE_DRIVER_MEDIA_RATE_H
#define LANTERNE_DRIVER_MEDIA_RATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/ladder/ladder.h"

struct rate_times {
    const int64_t *ticks; /* ascending; borrowed */
    size_t n;
    double tick; /* seconds of one */
};

/* What the container claims (0/0: nothing) breaks ties between rates as near as 29.97 and 30.
 * *is_variable: some pictures are shown longer than others, beyond what rounding explains. */
struct ladder_rate rate_judge(const struct rate_times *times, struct ladder_rate claimed,
                              bool *is_variable);

#endif
