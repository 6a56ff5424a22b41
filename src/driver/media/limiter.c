#include "driver/media/limiter.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* From full reduction back to none in a fifth of a second. */
#define RELEASE (1.0f / 9600)

void limiter_init(struct limiter *l, size_t channels, double gain, double ceiling)
{
    assert(channels <= LIMITER_CHANNELS_MAX);
    memset(l, 0, sizeof *l);
    l->channels = channels;
    l->gain = (float)gain;
    l->ceiling = (float)ceiling;
    l->held = 1;
    for (size_t i = 0; i < LIMITER_DELAY; i++)
        l->steps[i] = l->need[i] = 1;
    l->sum = LIMITER_DELAY;
}

static float need_of(const struct limiter *l, float *const *planes, size_t i)
{
    float peak = 0;
    for (size_t c = 0; c < l->channels; c++) {
        float v = fabsf(planes[c][i] * l->gain);
        peak = v > peak ? v : peak;
    }
    return peak > l->ceiling ? l->ceiling / peak : 1;
}

/* The least of the last LIMITER_DELAY needs, this one included. */
static float sliding_minimum(struct limiter *l, float need)
{
    enum { ROOM = LIMITER_DELAY + 1 };
    while (l->n > 0 && l->least[(l->first + l->n - 1) % ROOM].v >= need)
        l->n--;
    size_t last = (l->first + l->n++) % ROOM;
    l->least[last].at = l->at;
    l->least[last].v = need;
    if (l->at - l->least[l->first].at >= LIMITER_DELAY) {
        l->first = (l->first + 1) % ROOM;
        l->n--;
    }
    return l->least[l->first].v;
}

/* Each of the averaged minima covers the sample that leaves now, so their mean is never above what
 * it needs, and never jumps. */
static float gain_now(struct limiter *l, float need)
{
    float least = sliding_minimum(l, need), risen = l->held + RELEASE;
    l->held = least < risen ? least : risen;
    size_t slot = l->at % LIMITER_DELAY;
    l->sum += (double)l->held - (double)l->steps[slot];
    l->steps[slot] = l->held;
    float mean = (float)(l->sum / LIMITER_DELAY);
    return mean < 1 ? mean : 1;
}

void limiter_run(struct limiter *l, float *const *planes, size_t n)
{
    for (size_t i = 0; i < n; i++, l->at++) {
        size_t slot = l->at % LIMITER_DELAY;
        float need = need_of(l, planes, i), leaving = l->need[slot];
        float gain = gain_now(l, need);
        /* The mean is exact to the rounding of its sum, the ceiling to nothing. */
        gain = (gain < leaving ? gain : leaving) * l->gain;
        l->need[slot] = need;
        for (size_t c = 0; c < l->channels; c++) {
            float out = l->delayed[c][slot] * gain;
            l->delayed[c][slot] = planes[c][i];
            planes[c][i] = out;
        }
    }
}
