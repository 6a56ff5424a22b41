/* What screens draw on: pixels in memory (Cairo, premultiplied), of which only what was damaged is
 * drawn again. Lengths are in units of a 1280 x 720 screen; rects are in pixels. The main thread's.
 */
#ifndef LANTERNE_BOX_DRAW_CANVAS_H
#define LANTERNE_BOX_DRAW_CANVAS_H

#include <cairo/cairo.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct rect {
    int x, y, w, h;
};

struct colour {
    double r, g, b, a;
};

/* What a partner, and who needs more contrast, may change. */
struct theme {
    struct colour ground, panel, panel_2, text, dim, accent, on_accent, bad;
    double text_scale; /* 1, 1.2, 1.4 */
    bool is_contrast;
};

enum { DAMAGE_MAX = 16 };

struct canvas {
    cairo_surface_t *surface;
    cairo_t *cr;
    int width, height;
    double scale; /* pixels a unit */
    struct theme theme;
    struct rect damage[DAMAGE_MAX];
    unsigned n_damage;
    bool is_clear; /* what lies under it shines through: the picture */
    struct text_cache *texts;
};

/* ERR_MEMORY: there is none for so many pixels. */
MUST_CHECK enum err canvas_init(struct canvas *c, int width, int height);
void canvas_finish(struct canvas *c);

/* Marks what is to be drawn again. More rects than it can keep become one around all. */
void canvas_damage(struct canvas *c, struct rect r);
void canvas_damage_all(struct canvas *c);
/* Whether r is to be drawn now: skip what is not. */
bool canvas_needs(const struct canvas *c, struct rect r);
/* Clips to the damage, and wipes it with the ground (or nothing when is_clear). */
void canvas_begin(struct canvas *c);
void canvas_end(struct canvas *c); /* the damage stays, for who takes the pixels */
void canvas_clean(struct canvas *c);

int px(const struct canvas *c, double units);
struct rect rect_of(const struct canvas *c, double x, double y, double w, double h);
bool rect_meets(struct rect a, struct rect b);
struct rect rect_around(struct rect r, int by);
struct rect rect_union(struct rect a, struct rect b);
struct rect rect_common(struct rect a, struct rect b); /* w, h 0: nothing in common */

void theme_default(struct theme *t);
/* "#rrggbb"; false: it is not, *out is as it was. */
bool colour_parse(const char *text, struct colour *out);
/* How well one is read on the other: 1 to 21 (WCAG 2.1, 1.4.3). */
double colour_contrast(struct colour a, struct colour b);

void fill(struct canvas *c, struct rect r, struct colour colour);
void fill_round(struct canvas *c, struct rect r, double radius, struct colour colour);
/* The sign of focus: around r, outside of it. */
void ring(struct canvas *c, struct rect r, double radius, double width, struct colour colour);
/* Pixels that are ready, at their size. */
void blit(struct canvas *c, cairo_surface_t *picture, int x, int y);
/* Fades from nothing to colour, from left to right or from top to bottom. */
void fade(struct canvas *c, struct rect r, struct colour colour, bool is_across, bool is_reverse);
void fill_circle(struct canvas *c, struct rect r, struct colour colour);
/* A triangle, two bars, a check, a lens, a wheel: drawn, no font has them for sure. */
enum icon {
    ICON_PLAY,
    ICON_PAUSE,
    ICON_CHECK,
    ICON_SEARCH,
    ICON_SETTINGS,
    ICON_LOCK,
    ICON_NEXT,
    ICON_BACK,
    ICON_NONE
};
void icon_draw(struct canvas *c, enum icon icon, struct rect r, struct colour colour);
/* The service's sign, as large as r. */
void lantern_draw(struct canvas *c, struct rect r, double light);

#endif
