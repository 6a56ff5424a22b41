#include "rules/ladder/ladder.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "rules/ladder/level.h"

/* Capped constant quality. The factor says what the picture is worth, the cap what a line can
 * carry; small rungs are for thin lines and small screens, where a coarser picture is not seen. */
const struct ladder_rung ladder_rungs[LADDER_RUNGS] = {
    { "v234", 234, 25, 200000, "1.3" },  { "v288", 288, 25, 400000, "2.1" },
    { "v360", 360, 24, 730000, "3" },    { "v432", 432, 24, 1100000, "3" },
    { "v540", 540, 23, 2000000, "3.1" }, { "v720", 720, 23, 3500000, "3.1" },
    { "v1080", 1080, 22, 6000000, "4" },
};

enum {
    SIDE_MAX = 16384,
    SHAPE_MAX = 8,   /* pixels more stretched than this are an error in the file */
    RATE_MAX = 1000, /* frames a second a source may claim */
    OUTPUT_RATE_MAX = 60,
    OUTPUT_RATE_MIN = 10, /* players stall on less: such films show each frame twice or more */
    TIMESCALE_MIN = 10000,
    GOP_SECONDS = 2,
    HIGH_RATE = 30,     /* above it a rung's cap is raised */
    RATE_FLOOR = 64000, /* bits a second; a cap below it starves x264 of any choice */
};

/* A rung this much smaller than the source's own height is worth having besides it. */
#define STEP_MIN 1.14

static bool rate_above(struct ladder_rate r, uint32_t frames)
{
    return (uint64_t)r.num > (uint64_t)frames * r.den;
}

static bool rate_below(struct ladder_rate r, uint32_t frames)
{
    return (uint64_t)r.num < (uint64_t)frames * r.den;
}

static enum err rate_plan(struct ladder_rate rate, struct ladder_plan *out)
{
    if (rate.num == 0 || rate.den == 0 || rate_above(rate, RATE_MAX) ||
        (uint64_t)rate.num * 60 < rate.den || rate.num > UINT32_MAX / 64 ||
        rate.den > UINT32_MAX / 64)
        return ERR_ARGUMENT;
    while (rate_above(rate, OUTPUT_RATE_MAX)) {
        if (rate.num % 2 == 0)
            rate.num /= 2;
        else
            rate.den *= 2;
    }
    while (rate_below(rate, OUTPUT_RATE_MIN)) {
        if (rate.den % 2 == 0)
            rate.den /= 2;
        else
            rate.num *= 2;
    }
    out->rate = rate;
    out->timescale = rate.num;
    out->frame_ticks = rate.den;
    while (out->timescale < TIMESCALE_MIN) {
        out->timescale *= 10;
        out->frame_ticks *= 10;
    }
    uint64_t twice = (uint64_t)rate.num * GOP_SECONDS * 2 / rate.den;
    out->gop_frames = (uint16_t)((twice + 1) / 2);
    return OK;
}

struct shape {
    double width, height; /* shown, in square pixels, at the source's own lines */
    double lines;         /* of the 16:9 picture that it fills */
};

static enum err shape_of(const struct ladder_video *v, struct shape *out)
{
    uint64_t num = v->par_num, den = v->par_den;
    if (num == 0 || den == 0)
        num = den = 1;
    if (v->width == 0 || v->height == 0 || v->width > SIDE_MAX || v->height > SIDE_MAX ||
        num > den * SHAPE_MAX || den > num * SHAPE_MAX)
        return ERR_ARGUMENT;
    out->width = (double)v->width * (double)num / (double)den;
    out->height = v->height;
    double lines = out->width * 9 / 16;
    out->lines = lines > out->height ? lines : out->height;
    return OK;
}

/* The nearest even number that is not above the source's own size. */
static uint16_t even(double v, double source)
{
    uint32_t n = 2 * (uint32_t)(v / 2 + 0.5);
    if (n - 1 >= source) /* above it, rounded up */
        n = 2 * (uint32_t)(source / 2);
    return n < 2 ? 2 : (uint16_t)n;
}

/* The cap of a picture between two rungs goes by its area. */
static uint32_t cap_between(const struct ladder_rung *below, const struct ladder_rung *above,
                            double lines)
{
    double low = below == NULL ? 0 : (double)below->height * below->height;
    double low_rate = below == NULL ? 0 : below->maxrate;
    double part = (lines * lines - low) / ((double)above->height * above->height - low);
    double rate = low_rate + part * (above->maxrate - low_rate);
    uint32_t rounded = (uint32_t)(rate / 1000) * 1000;
    return rounded < RATE_FLOOR ? RATE_FLOOR : rounded;
}

static void rendition_add(struct ladder_plan *plan, const struct shape *shape, double lines,
                          const struct ladder_rung *rung, uint32_t maxrate, const char *name)
{
    struct ladder_rendition *r = &plan->renditions[plan->n++];
    double scale = lines / shape->lines;
    text_copy(r->name, sizeof r->name, name);
    r->width = even(shape->width * scale, shape->width);
    r->height = even(shape->height * scale, shape->height);
    r->crf = rung->crf;
    r->maxrate = rate_above(plan->rate, HIGH_RATE) ? maxrate / 10 * 14 : maxrate;
    r->bufsize = r->maxrate / 2 * 3;
    bool is_rung = (int)lines == rung->height;
    const char *level = level_for(r->width, r->height, plan->rate, r->maxrate, r->bufsize,
                                  is_rung ? rung->level : NULL);
    text_copy(r->level, sizeof r->level, level);
}

enum err ladder_plan(const struct ladder_video *video, const struct ladder_params *params,
                     struct ladder_plan *out)
{
    struct shape shape;
    struct ladder_plan plan = { 0 };
    enum err err = shape_of(video, &shape);
    if (err == OK)
        err = rate_plan(video->rate, &plan);
    if (err != OK)
        return err;
    double most = params == NULL || params->max_height == 0 ? ladder_rungs[LADDER_RUNGS - 1].height
                                                            : params->max_height;
    if (most > ladder_rungs[LADDER_RUNGS - 1].height)
        most = ladder_rungs[LADDER_RUNGS - 1].height;
    double top = shape.lines < most ? shape.lines : most;
    const struct ladder_rung *below = NULL, *rung = ladder_rungs;
    for (; rung->height < top; below = rung++)
        if (rung->height * STEP_MIN <= top)
            rendition_add(&plan, &shape, rung->height, rung, rung->maxrate, rung->name);
    char name[16];
    snprintf(name, sizeof name, "v%u", (unsigned)top);
    rendition_add(&plan, &shape, top, rung, cap_between(below, rung, top), name);
    *out = plan;
    return OK;
}
