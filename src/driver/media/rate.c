#include "driver/media/rate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct ladder_rate standards[] = {
    { 12, 1 },       { 25, 2 },  { 15, 1 },        { 24000, 1001 }, { 24, 1 }, { 25, 1 },
    { 30000, 1001 }, { 30, 1 },  { 48000, 1001 },  { 48, 1 },       { 50, 1 }, { 60000, 1001 },
    { 60, 1 },       { 100, 1 }, { 120000, 1001 }, { 120, 1 },
};

static double value(struct ladder_rate r)
{
    return r.den == 0 ? 0 : (double)r.num / (double)r.den;
}

/* The standard rate nearest to x within a relative tolerance; the claimed one first if it is one.
 * num 0: none. */
static struct ladder_rate snap(double x, double tolerance, struct ladder_rate claimed)
{
    struct ladder_rate best = { 0, 1 };
    double best_off = tolerance, claim = value(claimed);
    for (size_t i = 0; i < sizeof standards / sizeof standards[0]; i++) {
        double off = fabs(value(standards[i]) / x - 1);
        if (off <= tolerance && claim > 0 && fabs(claim / value(standards[i]) - 1) < 0.0002)
            return standards[i];
        if (off <= best_off) {
            best = standards[i];
            best_off = off;
        }
    }
    return best;
}

/* The simplest fraction near x: 12.5 is 25/2. */
static struct ladder_rate as_is(double x)
{
    for (uint32_t den = 1; den < 100; den++) {
        double num = round(x * den);
        if (num >= 1 && fabs(num / den / x - 1) < 0.0005)
            return (struct ladder_rate){ (uint32_t)num, den };
    }
    return (struct ladder_rate){ (uint32_t)lround(x * 1000), 1000 };
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* The mean step of the pictures that are shown about as long as most are. 0: none. */
static double core_step(const struct rate_times *t)
{
    int64_t *steps = calloc(t->n - 1, sizeof *steps);
    if (steps == NULL)
        return 0;
    for (size_t i = 1; i < t->n; i++)
        steps[i - 1] = t->ticks[i] - t->ticks[i - 1];
    qsort(steps, t->n - 1, sizeof *steps, compare);
    double median = (double)steps[(t->n - 1) / 2], sum = 0;
    size_t n = 0;
    for (size_t i = 0; i < t->n - 1; i++)
        if (fabs((double)steps[i] - median) <= 0.3 * median) {
            sum += (double)steps[i];
            n++;
        }
    free(steps);
    return n == 0 ? 0 : sum / (double)n;
}

/* How many steps differ from `step` by more than rounding to ticks or milliseconds explains. */
static size_t count_uneven(const struct rate_times *t, double step)
{
    double slack = fmax(fmax(1.5, 0.0015 / t->tick), 0.05 * step);
    size_t n = 0;
    for (size_t i = 1; i < t->n; i++)
        n += fabs((double)(t->ticks[i] - t->ticks[i - 1]) - step) > slack;
    return n;
}

/* Whether picture i is never shown further than a third of a step from i steps: so with film in
 * 3:2 pulldown, whose steps alternate. */
static bool fits(const struct rate_times *t, double step)
{
    for (size_t i = 0; i < t->n; i++)
        if (fabs((double)(t->ticks[i] - t->ticks[0]) - (double)i * step) > step / 3)
            return false;
    return true;
}

/* The line through all times that has the least squares: one picture shown longer at either end, or
 * rounding, hardly moves it. */
static double mean_step(const struct rate_times *t)
{
    double mid = (double)(t->n - 1) / 2, sum = 0, squares = 0;
    for (size_t i = 0; i < t->n; i++) {
        double off = (double)i - mid;
        sum += off * (double)(t->ticks[i] - t->ticks[0]);
        squares += off * off;
    }
    return sum / squares;
}

struct ladder_rate rate_judge(const struct rate_times *t, struct ladder_rate claimed,
                              bool *is_variable)
{
    *is_variable = false;
    double span = t->n < 2 ? 0 : (double)(t->ticks[t->n - 1] - t->ticks[0]);
    if (span <= 0)
        return value(claimed) > 0 && value(claimed) <= 240 ? claimed
                                                           : (struct ladder_rate){ 25, 1 };
    double step = mean_step(t);
    double tolerance = fmin(0.01, fmax(0.0004, 0.002 / (span * t->tick)));
    bool even = fits(t, step);
    if (!even) {
        double core = core_step(t);
        step = core > 0 ? core : step;
        tolerance = 0.02;
    }
    *is_variable = count_uneven(t, step) > t->n / 200;
    double x = 1 / (step * t->tick);
    struct ladder_rate standard = snap(x, tolerance, claimed);
    /* A claimed rate up to twice the usual one is the clock that pictures were left out of. */
    if (!even && standard.num == 0 && value(claimed) > x && value(claimed) < 2.05 * x)
        standard = snap(value(claimed), 0.0002, claimed);
    return standard.num != 0 ? standard : as_is(x);
}
