#include "box/draw/canvas.h"

#include <math.h>
#include <string.h>

#include "box/draw/text.h"

enum { UNITS_HIGH = 720 };

enum err canvas_init(struct canvas *c, int width, int height)
{
    memset(c, 0, sizeof *c);
    c->surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width, height);
    c->cr = cairo_create(c->surface);
    if (cairo_status(c->cr) != CAIRO_STATUS_SUCCESS) {
        canvas_finish(c);
        return ERR_MEMORY;
    }
    c->width = width;
    c->height = height;
    c->scale = (double)height / UNITS_HIGH;
    c->texts = text_cache_create(c->cr);
    theme_default(&c->theme);
    canvas_damage_all(c);
    return OK;
}

void canvas_finish(struct canvas *c)
{
    text_cache_destroy(&c->texts);
    cairo_destroy(c->cr);
    cairo_surface_destroy(c->surface);
    memset(c, 0, sizeof *c);
}

bool rect_meets(struct rect a, struct rect b)
{
    return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

struct rect rect_around(struct rect r, int by)
{
    return (struct rect){ r.x - by, r.y - by, r.w + 2 * by, r.h + 2 * by };
}

struct rect rect_union(struct rect a, struct rect b)
{
    int x = a.x < b.x ? a.x : b.x, y = a.y < b.y ? a.y : b.y;
    int right = a.x + a.w > b.x + b.w ? a.x + a.w : b.x + b.w;
    int bottom = a.y + a.h > b.y + b.h ? a.y + a.h : b.y + b.h;
    return (struct rect){ x, y, right - x, bottom - y };
}

struct rect rect_common(struct rect a, struct rect b)
{
    int x = a.x > b.x ? a.x : b.x, y = a.y > b.y ? a.y : b.y;
    int right = a.x + a.w < b.x + b.w ? a.x + a.w : b.x + b.w;
    int bottom = a.y + a.h < b.y + b.h ? a.y + a.h : b.y + b.h;
    if (right <= x || bottom <= y)
        return (struct rect){ x, y, 0, 0 };
    return (struct rect){ x, y, right - x, bottom - y };
}

void canvas_damage(struct canvas *c, struct rect r)
{
    r = rect_common(r, (struct rect){ 0, 0, c->width, c->height });
    if (r.w == 0)
        return;
    for (unsigned i = 0; i < c->n_damage; i++) {
        if (rect_meets(c->damage[i], r)) {
            struct rect both = rect_union(c->damage[i], r);
            c->damage[i] = c->damage[--c->n_damage];
            canvas_damage(c, both); /* may meet others by now */
            return;
        }
    }
    if (c->n_damage == DAMAGE_MAX) {
        for (unsigned i = 0; i < c->n_damage; i++)
            r = rect_union(r, c->damage[i]);
        c->n_damage = 0;
    }
    c->damage[c->n_damage++] = r;
}

void canvas_damage_all(struct canvas *c)
{
    c->n_damage = 1;
    c->damage[0] = (struct rect){ 0, 0, c->width, c->height };
}

void canvas_clean(struct canvas *c)
{
    c->n_damage = 0;
}

bool canvas_needs(const struct canvas *c, struct rect r)
{
    for (unsigned i = 0; i < c->n_damage; i++) {
        if (rect_meets(c->damage[i], r))
            return true;
    }
    return false;
}

void canvas_begin(struct canvas *c)
{
    struct colour g = c->theme.ground;
    cairo_save(c->cr);
    for (unsigned i = 0; i < c->n_damage; i++)
        cairo_rectangle(c->cr, c->damage[i].x, c->damage[i].y, c->damage[i].w, c->damage[i].h);
    cairo_clip(c->cr);
    cairo_set_operator(c->cr, CAIRO_OPERATOR_SOURCE);
    cairo_set_source_rgba(c->cr, g.r, g.g, g.b, c->is_clear ? 0 : 1);
    if (c->is_clear)
        cairo_set_source_rgba(c->cr, 0, 0, 0, 0);
    cairo_paint(c->cr);
    cairo_set_operator(c->cr, CAIRO_OPERATOR_OVER);
}

void canvas_end(struct canvas *c)
{
    cairo_restore(c->cr);
    cairo_surface_flush(c->surface);
}

int px(const struct canvas *c, double units)
{
    return (int)lround(units * c->scale);
}

struct rect rect_of(const struct canvas *c, double x, double y, double w, double h)
{
    struct rect r = { px(c, x), px(c, y), 0, 0 };
    r.w = px(c, x + w) - r.x;
    r.h = px(c, y + h) - r.y;
    return r;
}
