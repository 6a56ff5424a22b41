/* Paper, light and chance: what all pictures of the shadow play are made with. The same frame is
 * the same to the byte whenever it is drawn. One thread. */
#ifndef LANTERNE_TOOLS_SHADOW_PLAY_PAPER_H
#define LANTERNE_TOOLS_SHADOW_PLAY_PAPER_H

#include <cairo.h>
#include <stdbool.h>
#include <stdint.h>

/* The stage's own measure, whatever the picture's size. */
enum { STAGE_WIDTH = 1280, STAGE_HEIGHT = 720 };

struct colour {
    double r, g, b;
};

struct palette {
    struct colour high, low; /* of the sky: above, at the horizon */
    struct colour light;     /* of the moon or the sun */
    struct colour far, near; /* of paper, farthest and nearest */
};

struct stage {
    cairo_t *cr;
    double t, length; /* seconds */
    const struct palette *pal;
    double lamp_x, lamp_y; /* where the lantern hangs in this frame; the end closes on it */
};

struct colour colour_of(uint32_t rgb);
struct colour colour_mix(struct colour a, struct colour b, double part);
void colour_set(cairo_t *cr, struct colour c, double alpha);

/* Chance that is always the same: [0, 1) for a seed and a number. */
double chance(uint32_t seed, uint32_t n);
/* Smooth hills of chance: [-1, 1]. */
double drift(uint32_t seed, double x);
/* 0 before a, 1 after b, soft between. */
double ease(double v, double a, double b);

/* The colour of paper at a depth: 0 nearest, 1 farthest. */
struct colour paper(const struct stage *s, double depth);

/* A light that is added to what is there. */
void glow(cairo_t *cr, double x, double y, double r, struct colour c, double alpha);
/* Frees what glow keeps. */
void lights_forget(void);
/* A closed soft curve through points. */
void blob(cairo_t *cr, const double (*points)[2], int n);
/* A line that is wide at its beginning and thin at its end. */
void limb(cairo_t *cr, double x0, double y0, double x1, double y1, double wide, double thin);

#endif
