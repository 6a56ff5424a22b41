/* Text of any script in both directions (Pango), kept as masks: what is drawn again in the next
 * frame costs a blend. The main thread's. */
#ifndef LANTERNE_BOX_DRAW_TEXT_H
#define LANTERNE_BOX_DRAW_TEXT_H

#include <stddef.h>

#include "box/draw/canvas.h"

enum text_align { TEXT_START, TEXT_CENTRE, TEXT_END };
enum text_weight { TEXT_PLAIN, TEXT_STRONG, TEXT_DISPLAY };

/* Zero is the default. */
struct text_look {
    double size; /* units, before the scale of who wants larger letters; 0: 20 */
    enum text_weight weight;
    enum text_align align; /* START: left, and right for what is written from right to left */
    int lines;             /* at most; then "…". 0: 1 */
    bool is_fixed;         /* does not grow with the text size: codes, keys */
    struct colour colour;  /* a 0: the theme's text */
};

struct text_cache;
struct text_cache *text_cache_create(cairo_t *cr);
void text_cache_destroy(struct text_cache **cache);
void text_cache_clear(struct text_cache *cache);
size_t text_cache_bytes(const struct text_cache *cache);

/* Draws within r: from its top, cut by "…" at its width and lines. Answers the height used. */
int text_draw(struct canvas *c, const char *text, struct rect r, struct text_look look);
/* In the middle of r's height. */
void text_middle(struct canvas *c, const char *text, struct rect r, struct text_look look);
/* What it would take, in pixels, when it may be so wide. */
int text_width(struct canvas *c, const char *text, int most, struct text_look look);
int text_height(struct canvas *c, const char *text, int width, struct text_look look);
/* The height of one line of that size. */
int text_line(const struct canvas *c, double size, bool is_fixed);
/* Pango markup, centred, with a dark edge so that it is read on any picture; from the bottom of r
 * upwards. Not kept. Answers what was drawn on. */
struct rect text_caption(struct canvas *c, const char *markup, struct rect r, double size);

#endif
