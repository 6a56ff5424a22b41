#include "format/cmaf/index.h"

static size_t at_least_one(size_t per_segment)
{
    return per_segment == 0 ? 1 : per_segment;
}

size_t cmaf_segment_count(const struct cmaf_index *index, size_t per_segment)
{
    per_segment = at_least_one(per_segment);
    return index->n / per_segment + (index->n % per_segment != 0);
}

enum err cmaf_segment_at(const struct cmaf_index *index, size_t per_segment, uint64_t number,
                         struct cmaf_segment *out)
{
    if (number == 0 || number > cmaf_segment_count(index, per_segment))
        return ERR_NOT_FOUND;
    per_segment = at_least_one(per_segment);
    size_t first = (size_t)(number - 1) * per_segment;
    size_t last = index->n - first > per_segment ? first + per_segment - 1 : index->n - 1;
    const struct cmaf_fragment_entry *a = &index->fragments[first], *b = &index->fragments[last];
    *out = (struct cmaf_segment){ .offset = a->offset,
                                  .size = b->offset + b->size - a->offset,
                                  .start = a->start,
                                  .duration = b->start + b->duration - a->start };
    return OK;
}

/* Rounded up: a promise of less than was measured is no promise. */
static uint32_t bits_a_second(uint64_t bytes, uint64_t ticks, uint32_t timescale)
{
    if (ticks == 0)
        return 0;
    uint64_t product = 0;
    if (!__builtin_mul_overflow(bytes * 8, timescale, &product) && product <= UINT64_MAX - ticks) {
        uint64_t quick = (product + ticks - 1) / ticks;
        return quick > UINT32_MAX ? UINT32_MAX : (uint32_t)quick;
    }
    /* 2^50 bits times 2^32 ticks a second */
    __extension__ typedef unsigned __int128 wide;
    wide rate = ((wide)bytes * 8 * timescale + ticks - 1) / ticks;
    return rate > UINT32_MAX ? UINT32_MAX : (uint32_t)rate;
}

uint32_t cmaf_bitrate_average(const struct cmaf_index *index)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < index->n; i++)
        bytes += index->fragments[i].size;
    return bits_a_second(bytes, index->duration, index->timescale);
}

/* Rounded as EXT-X-TARGETDURATION is, in ticks. */
static uint64_t target_duration(const struct cmaf_index *index, size_t per_segment)
{
    uint64_t longest = 0;
    struct cmaf_segment s;
    for (uint64_t i = 1; cmaf_segment_at(index, per_segment, i, &s) == OK; i++)
        longest = s.duration > longest ? s.duration : longest;
    uint64_t seconds = (longest + index->timescale / 2) / index->timescale;
    return (seconds == 0 ? 1 : seconds) * index->timescale;
}

/* Runs longer than this exist only where one segment lasts far longer than its neighbours; without
 * a limit a hostile index of tiny fragments would cost the square of their number. */
enum { RUN_MAX = 64 };

uint32_t cmaf_bitrate_peak(const struct cmaf_index *index, size_t per_segment)
{
    uint64_t target = target_duration(index, per_segment);
    uint32_t peak = 0;
    struct cmaf_segment a, b;
    for (uint64_t i = 1; cmaf_segment_at(index, per_segment, i, &a) == OK; i++) {
        for (uint64_t k = i; k < i + RUN_MAX && cmaf_segment_at(index, per_segment, k, &b) == OK;
             k++) {
            uint64_t ticks = b.start + b.duration - a.start;
            if (2 * ticks > 3 * target)
                break;
            uint32_t rate = bits_a_second(b.offset + b.size - a.offset, ticks, index->timescale);
            if (2 * ticks >= target && rate > peak)
                peak = rate;
        }
    }
    uint32_t average = cmaf_bitrate_average(index);
    return peak > average ? peak : average;
}
