#include <math.h>

#include "box/draw/canvas.h"

static void source(struct canvas *c, struct colour k)
{
    cairo_set_source_rgba(c->cr, k.r, k.g, k.b, k.a);
}

void fill(struct canvas *c, struct rect r, struct colour colour)
{
    if (!canvas_needs(c, r))
        return;
    source(c, colour);
    cairo_rectangle(c->cr, r.x, r.y, r.w, r.h);
    cairo_fill(c->cr);
}

static void round_path(cairo_t *cr, double x, double y, double w, double h, double radius)
{
    double most = (w < h ? w : h) / 2, q = radius < most ? radius : most;
    cairo_new_sub_path(cr);
    cairo_arc(cr, x + w - q, y + q, q, -M_PI / 2, 0);
    cairo_arc(cr, x + w - q, y + h - q, q, 0, M_PI / 2);
    cairo_arc(cr, x + q, y + h - q, q, M_PI / 2, M_PI);
    cairo_arc(cr, x + q, y + q, q, M_PI, 3 * M_PI / 2);
    cairo_close_path(cr);
}

void fill_round(struct canvas *c, struct rect r, double radius, struct colour colour)
{
    if (!canvas_needs(c, r))
        return;
    source(c, colour);
    round_path(c->cr, r.x, r.y, r.w, r.h, radius * c->scale);
    cairo_fill(c->cr);
}

void ring(struct canvas *c, struct rect r, double radius, double width, struct colour colour)
{
    double line = width * c->scale, out = line / 2 + 2 * c->scale;
    if (!canvas_needs(c, rect_around(r, (int)(line + 3 * c->scale) + 1)))
        return;
    source(c, colour);
    cairo_set_line_width(c->cr, line);
    round_path(c->cr, r.x - out, r.y - out, r.w + 2 * out, r.h + 2 * out, radius * c->scale + out);
    cairo_stroke(c->cr);
}

void blit(struct canvas *c, cairo_surface_t *picture, int x, int y)
{
    struct rect r = { x, y, cairo_image_surface_get_width(picture),
                      cairo_image_surface_get_height(picture) };
    if (!canvas_needs(c, r))
        return;
    cairo_set_source_surface(c->cr, picture, x, y);
    cairo_pattern_set_filter(cairo_get_source(c->cr), CAIRO_FILTER_NEAREST);
    cairo_rectangle(c->cr, r.x, r.y, r.w, r.h);
    cairo_fill(c->cr);
}

void fade(struct canvas *c, struct rect r, struct colour k, bool is_across, bool is_reverse)
{
    if (!canvas_needs(c, r))
        return;
    cairo_pattern_t *p = cairo_pattern_create_linear(r.x, r.y, is_across ? r.x + r.w : r.x,
                                                     is_across ? r.y : r.y + r.h);
    cairo_pattern_add_color_stop_rgba(p, is_reverse ? 1 : 0, k.r, k.g, k.b, 0);
    cairo_pattern_add_color_stop_rgba(p, is_reverse ? 0 : 1, k.r, k.g, k.b, k.a);
    cairo_set_source(c->cr, p);
    cairo_rectangle(c->cr, r.x, r.y, r.w, r.h);
    cairo_fill(c->cr);
    cairo_pattern_destroy(p);
}

void fill_circle(struct canvas *c, struct rect r, struct colour colour)
{
    if (!canvas_needs(c, r))
        return;
    source(c, colour);
    cairo_new_sub_path(c->cr);
    cairo_arc(c->cr, r.x + r.w / 2.0, r.y + r.h / 2.0, r.w / 2.0, 0, 2 * M_PI);
    cairo_fill(c->cr);
}

/* Icons are drawn in a square of 24. */
static void path_play(cairo_t *cr)
{
    cairo_move_to(cr, 7, 4);
    cairo_line_to(cr, 20, 12);
    cairo_line_to(cr, 7, 20);
    cairo_close_path(cr);
    cairo_fill(cr);
}

static void path_pause(cairo_t *cr)
{
    cairo_rectangle(cr, 6, 4, 4, 16);
    cairo_rectangle(cr, 14, 4, 4, 16);
    cairo_fill(cr);
}

static void path_check(cairo_t *cr)
{
    cairo_move_to(cr, 4, 13);
    cairo_line_to(cr, 9.5, 18.5);
    cairo_line_to(cr, 20, 7);
    cairo_stroke(cr);
}

static void path_search(cairo_t *cr)
{
    cairo_arc(cr, 10.5, 10.5, 6.5, 0, 2 * M_PI);
    cairo_stroke(cr);
    cairo_move_to(cr, 15.5, 15.5);
    cairo_line_to(cr, 21, 21);
    cairo_stroke(cr);
}

static void path_settings(cairo_t *cr)
{
    for (int i = 0; i < 3; i++) {
        static const double knobs[] = { 16, 8, 14 };
        double y = 6 + 6 * i;
        cairo_move_to(cr, 3, y);
        cairo_line_to(cr, 21, y);
        cairo_stroke(cr);
        cairo_arc(cr, knobs[i], y, 2.6, 0, 2 * M_PI);
        cairo_fill(cr);
    }
}

static void path_lock(cairo_t *cr)
{
    cairo_rectangle(cr, 5, 11, 14, 10);
    cairo_fill(cr);
    cairo_arc(cr, 12, 11, 4.5, M_PI, 2 * M_PI);
    cairo_stroke(cr);
}

static void path_next(cairo_t *cr)
{
    cairo_move_to(cr, 5, 4);
    cairo_line_to(cr, 16, 12);
    cairo_line_to(cr, 5, 20);
    cairo_close_path(cr);
    cairo_rectangle(cr, 17, 4, 3, 16);
    cairo_fill(cr);
}

static void path_back(cairo_t *cr)
{
    cairo_move_to(cr, 14, 5);
    cairo_line_to(cr, 7, 12);
    cairo_line_to(cr, 14, 19);
    cairo_stroke(cr);
}

void icon_draw(struct canvas *c, enum icon icon, struct rect r, struct colour colour)
{
    static void (*const paths[])(cairo_t *) = {
        [ICON_PLAY] = path_play,         [ICON_PAUSE] = path_pause, [ICON_CHECK] = path_check,
        [ICON_SEARCH] = path_search,     [ICON_LOCK] = path_lock,   [ICON_NEXT] = path_next,
        [ICON_SETTINGS] = path_settings, [ICON_BACK] = path_back,
    };
    if (icon >= ICON_NONE || !canvas_needs(c, r))
        return;
    cairo_save(c->cr);
    cairo_translate(c->cr, r.x, r.y);
    cairo_scale(c->cr, r.w / 24.0, r.h / 24.0);
    cairo_set_line_width(c->cr, 2.4);
    cairo_set_line_cap(c->cr, CAIRO_LINE_CAP_ROUND);
    cairo_set_line_join(c->cr, CAIRO_LINE_JOIN_ROUND);
    source(c, colour);
    paths[icon](c->cr);
    cairo_restore(c->cr);
}

/* A lantern with a ring to carry it by; light: 0 to 1, how bright its flame is. */
void lantern_draw(struct canvas *c, struct rect r, double light)
{
    struct colour a = c->theme.accent;
    if (!canvas_needs(c, r))
        return;
    cairo_t *cr = c->cr;
    cairo_save(cr);
    cairo_translate(cr, r.x, r.y);
    cairo_scale(cr, r.w / 24.0, r.h / 24.0);
    cairo_set_line_width(cr, 1.5);
    cairo_set_source_rgba(cr, a.r, a.g, a.b, 1);
    cairo_arc(cr, 12, 3.4, 1.9, 0, 2 * M_PI);
    cairo_stroke(cr);
    cairo_rectangle(cr, 7, 5.5, 10, 1.8);
    cairo_rectangle(cr, 6, 20.2, 12, 2);
    cairo_fill(cr);
    round_path(cr, 7, 7.8, 10, 12, 2);
    cairo_stroke(cr);
    cairo_set_source_rgba(cr, a.r, a.g, a.b, 0.25 + 0.75 * light);
    cairo_move_to(cr, 12, 9.5);
    cairo_curve_to(cr, 16.5, 14, 14.5, 18, 12, 18);
    cairo_curve_to(cr, 9.5, 18, 7.5, 14, 12, 9.5);
    cairo_fill(cr);
    cairo_restore(cr);
}
