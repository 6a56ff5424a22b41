#include "driver/media/timeline.h"

void timeline_init(struct timeline *t, uint32_t tb_num, uint32_t tb_den, struct ladder_rate rate)
{
    *t = (struct timeline){ .tb_num = tb_num, .tb_den = tb_den, .rate = rate };
}

uint64_t timeline_take(struct timeline *t, int64_t ticks)
{
    __extension__ typedef __int128 wide;
    if (!t->begun) {
        t->begun = true;
        t->zero = ticks;
        return 0;
    }
    /* Slot n is still the earlier picture's when n / rate + 1 / (3 rate) < time: the first that is
     * not is the ceiling of (3 time rate - 1) / 3. */
    wide num = (wide)(ticks - t->zero) * t->tb_num * t->rate.num * 3;
    wide den = (wide)t->tb_den * t->rate.den;
    wide top = num - den, low = 3 * den;
    if (top <= 0)
        return 0;
    uint64_t until = (uint64_t)((top + low - 1) / low);
    uint64_t n = until > t->next ? until - t->next : 0;
    t->next += n;
    return n;
}
