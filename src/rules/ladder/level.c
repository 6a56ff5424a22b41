#include "rules/ladder/level.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static const struct level {
    const char *name;
    uint32_t frame, per_second; /* macroblocks: MaxFS, MaxMBPS */
    uint32_t kbps;              /* MaxBR and MaxCPB of Baseline; High has 1.25 times as much */
    uint32_t kbits;
} levels[] = {
    { "1", 99, 1485, 64, 175 },
    { "1.1", 396, 3000, 192, 500 },
    { "1.2", 396, 6000, 384, 1000 },
    { "1.3", 396, 11880, 768, 2000 },
    { "2", 396, 11880, 2000, 2000 },
    { "2.1", 792, 19800, 4000, 4000 },
    { "2.2", 1620, 20250, 4000, 4000 },
    { "3", 1620, 40500, 10000, 10000 },
    { "3.1", 3600, 108000, 14000, 14000 },
    { "3.2", 5120, 216000, 20000, 20000 },
    { "4", 8192, 245760, 20000, 25000 },
    { "4.1", 8192, 245760, 50000, 62500 },
    { "4.2", 8704, 522240, 50000, 62500 },
    { "5", 22080, 589824, 135000, 135000 },
    { "5.1", 36864, 983040, 240000, 240000 },
    { "5.2", 36864, 2073600, 240000, 240000 },
    { "6.2", 139264, 16711680, 800000, 800000 },
};

static bool level_holds(const struct level *l, uint64_t wide, uint64_t high,
                        struct ladder_rate rate, uint64_t maxrate, uint64_t bufsize)
{
    uint64_t size = wide * high;
    return size <= l->frame && wide * wide <= 8 * (uint64_t)l->frame &&
           high * high <= 8 * (uint64_t)l->frame &&
           size * rate.num <= (uint64_t)l->per_second * rate.den &&
           maxrate <= (uint64_t)l->kbps * 1250 && bufsize <= (uint64_t)l->kbits * 1250;
}

const char *level_for(uint16_t width, uint16_t height, struct ladder_rate rate, uint32_t maxrate,
                      uint32_t bufsize, const char *least)
{
    enum { N_LEVELS = sizeof levels / sizeof levels[0] };
    uint64_t wide = (width + 15u) / 16u, high = (height + 15u) / 16u;
    bool reached = least == NULL;
    for (size_t i = 0; i < N_LEVELS; i++) {
        reached = reached || strcmp(levels[i].name, least) == 0;
        if (reached && level_holds(&levels[i], wide, high, rate, maxrate, bufsize))
            return levels[i].name;
    }
    return levels[N_LEVELS - 1].name;
}
