#include "scenery.h"

#include <math.h>

enum { STEP = 8 }; /* between points of a skyline */

static double flicker(const struct stage *s, uint32_t seed)
{
    return 0.85 + 0.15 * drift(seed, s->t * 3);
}

/* ---- the sky ---- */

void sky(struct stage *s)
{
    cairo_pattern_t *p = cairo_pattern_create_linear(0, 0, 0, STAGE_HEIGHT);
    struct colour a = s->pal->high, b = s->pal->low, m = colour_mix(a, b, 0.45);
    cairo_pattern_add_color_stop_rgb(p, 0, a.r, a.g, a.b);
    cairo_pattern_add_color_stop_rgb(p, 0.42, m.r, m.g, m.b);
    cairo_pattern_add_color_stop_rgb(p, 0.82, b.r, b.g, b.b);
    cairo_set_source(s->cr, p);
    cairo_paint(s->cr);
    cairo_pattern_destroy(p);
}

void stars(struct stage *s, uint32_t seed, int n, double lowest, double bright)
{
    for (int i = 0; i < n; i++) {
        uint32_t k = (uint32_t)i * 3;
        double x = chance(seed, k) * STAGE_WIDTH, y = pow(chance(seed, k + 1), 1.4) * lowest;
        double size = 0.7 + 1.5 * pow(chance(seed, k + 2), 4);
        double alpha = bright * (0.55 + 0.45 * drift(seed + k, s->t * 1.6));
        alpha *= 1 - ease(y, lowest * 0.6, lowest);
        if (alpha <= 0)
            continue;
        colour_set(s->cr, colour_of(0xfff6dc), alpha);
        cairo_arc(s->cr, x, y, size, 0, 2 * M_PI);
        cairo_fill(s->cr);
    }
}

void shooting_star(struct stage *s, double at, double x, double y)
{
    double part = (s->t - at) / 0.9;
    if (part <= 0 || part >= 1)
        return;
    double head_x = x + 420 * part, head_y = y + 150 * part;
    double tail = 170 * sin(part * M_PI);
    cairo_pattern_t *p =
        cairo_pattern_create_linear(head_x, head_y, head_x - tail, head_y - tail * 0.357);
    cairo_pattern_add_color_stop_rgba(p, 0, 1, 0.98, 0.88, 0.95 * sin(part * M_PI));
    cairo_pattern_add_color_stop_rgba(p, 1, 1, 0.95, 0.8, 0);
    cairo_set_source(s->cr, p);
    cairo_set_line_cap(s->cr, CAIRO_LINE_CAP_ROUND);
    cairo_set_line_width(s->cr, 2.6);
    cairo_move_to(s->cr, head_x, head_y);
    cairo_line_to(s->cr, head_x - tail, head_y - tail * 0.357);
    cairo_stroke(s->cr);
    cairo_pattern_destroy(p);
    glow(s->cr, head_x, head_y, 26, colour_of(0xfff2d0), 0.7 * sin(part * M_PI));
}

void moon(struct stage *s, double x, double y, double r)
{
    static const double marks[][3] = { { -0.3, -0.25, 0.26 },
                                       { 0.28, 0.1, 0.34 },
                                       { -0.2, 0.42, 0.18 },
                                       { 0.4, -0.45, 0.13 },
                                       { -0.55, 0.12, 0.12 } };
    struct colour c = s->pal->light;
    glow(s->cr, x, y, r * 5.2, c, 0.5);
    glow(s->cr, x, y, r * 2.1, c, 0.6);
    colour_set(s->cr, c, 1);
    cairo_arc(s->cr, x, y, r, 0, 2 * M_PI);
    cairo_fill(s->cr);
    colour_set(s->cr, colour_mix(c, s->pal->low, 0.55), 0.28);
    for (int i = 0; i < 5; i++) {
        cairo_arc(s->cr, x + marks[i][0] * r, y + marks[i][1] * r, marks[i][2] * r, 0, 2 * M_PI);
        cairo_fill(s->cr);
    }
}

void sun(struct stage *s, double x, double y, double r)
{
    struct colour c = s->pal->light;
    glow(s->cr, x, y, r * 7, c, 0.5);
    glow(s->cr, x, y, r * 2.6, c, 0.42);
    cairo_save(s->cr);
    cairo_set_operator(s->cr, CAIRO_OPERATOR_ADD);
    for (int i = 0; i < 18; i++) {
        double a = i * M_PI / 9 + s->t * 0.03, wide = i % 2 == 0 ? 0.045 : 0.025;
        colour_set(s->cr, c, 0.06);
        cairo_move_to(s->cr, x, y);
        cairo_line_to(s->cr, x + cos(a - wide) * 1300, y + sin(a - wide) * 1300);
        cairo_line_to(s->cr, x + cos(a + wide) * 1300, y + sin(a + wide) * 1300);
        cairo_fill(s->cr);
    }
    cairo_restore(s->cr);
    colour_set(s->cr, colour_mix(c, colour_of(0xffffff), 0.35), 1);
    cairo_arc(s->cr, x, y, r, 0, 2 * M_PI);
    cairo_fill(s->cr);
}

static void cloud(struct stage *s, double x, double y, double size, uint32_t seed)
{
    cairo_new_path(s->cr);
    for (int i = 0; i < 7; i++) {
        double part = (i - 3) / 3.0, r = (1 - part * part * 0.75) * 0.4;
        r *= 0.75 + 0.5 * chance(seed, (uint32_t)i);
        cairo_new_sub_path(s->cr);
        cairo_arc(s->cr, x + part * size, y - r * size * 0.42, r * size * 0.72, 0, 2 * M_PI);
    }
    double low = size * 0.085;
    cairo_new_sub_path(s->cr);
    cairo_arc(s->cr, x - size * 1.02, y - low * 0.4, low, M_PI / 2, M_PI * 1.5);
    cairo_arc(s->cr, x + size * 1.02, y - low * 0.4, low, -M_PI / 2, M_PI / 2);
    cairo_close_path(s->cr);
    cairo_fill(s->cr);
}

void clouds(struct stage *s, uint32_t seed, double y, double speed, double depth, double alpha)
{
    const double span = 1900;
    cairo_save(s->cr);
    cairo_rectangle(s->cr, 0, y - 190, STAGE_WIDTH, 270);
    cairo_clip(s->cr);
    cairo_push_group(s->cr);
    colour_set(s->cr, paper(s, depth), 1);
    for (uint32_t i = 0; i < 5; i++) {
        double x = (chance(seed, i) + i) / 5 * span + s->t * speed;
        x = fmod(fmod(x, span) + span, span) - 310;
        cloud(s, x, y + (chance(seed, i + 9) - 0.5) * 90, 90 + 130 * chance(seed, i + 20),
              seed + i * 7);
    }
    cairo_pop_group_to_source(s->cr);
    cairo_paint_with_alpha(s->cr, alpha);
    cairo_restore(s->cr);
}

/* ---- the land ---- */

double land_at(const struct land *l, double x)
{
    double u = (x + l->scroll) / l->width;
    return l->base - l->height * (0.62 * drift(l->seed, u) + 0.28 * drift(l->seed + 1, u * 2.3) +
                                  0.1 * drift(l->seed + 2, u * 5.1));
}

/* A sheet of paper from the skyline down, a little lighter towards its edge, as lit from behind. */
static void sheet(struct stage *s, double top, double depth)
{
    cairo_pattern_t *p = cairo_pattern_create_linear(0, top, 0, STAGE_HEIGHT);
    struct colour c = paper(s, depth), down = colour_mix(c, s->pal->near, 0.55);
    cairo_pattern_add_color_stop_rgb(p, 0, c.r, c.g, c.b);
    cairo_pattern_add_color_stop_rgb(p, 1, down.r, down.g, down.b);
    cairo_set_source(s->cr, p);
    cairo_fill(s->cr);
    cairo_pattern_destroy(p);
}

void hills(struct stage *s, const struct land *l)
{
    cairo_new_path(s->cr);
    cairo_move_to(s->cr, -STEP, STAGE_HEIGHT + 4);
    for (double x = -STEP; x <= STAGE_WIDTH + STEP; x += STEP)
        cairo_line_to(s->cr, x, land_at(l, x));
    cairo_line_to(s->cr, STAGE_WIDTH + STEP, STAGE_HEIGHT + 4);
    cairo_close_path(s->cr);
    sheet(s, l->base - l->height, l->depth);
}

void mountains(struct stage *s, const struct land *l)
{
    cairo_new_path(s->cr);
    cairo_move_to(s->cr, -400, STAGE_HEIGHT + 4);
    int first = (int)floor(l->scroll / l->width) - 2;
    for (int i = first; i < first + 4 + (int)(1700 / l->width); i++) {
        uint32_t k = (uint32_t)(i + 1000);
        double x = i * l->width - l->scroll + chance(l->seed, k) * l->width * 0.4;
        double top = l->base - l->height * (0.45 + 0.55 * chance(l->seed + 1, k));
        double foot = l->base - l->height * 0.25 * chance(l->seed + 2, k);
        cairo_line_to(s->cr, x, foot);
        cairo_line_to(s->cr, x + l->width * 0.3, top + (foot - top) * 0.38);
        cairo_line_to(s->cr, x + l->width * 0.36, top + (foot - top) * 0.42);
        cairo_line_to(s->cr, x + l->width * 0.5, top);
        cairo_line_to(s->cr, x + l->width * 0.66, top + (foot - top) * 0.5);
        cairo_line_to(s->cr, x + l->width * 0.7, top + (foot - top) * 0.47);
    }
    cairo_line_to(s->cr, STAGE_WIDTH + 400, STAGE_HEIGHT + 4);
    cairo_close_path(s->cr);
    sheet(s, l->base - l->height, l->depth);
}

/* ---- the city ---- */

static void windows(struct stage *s, double x, double y, double w, double h, uint32_t seed,
                    double lit)
{
    int columns = (int)((w - 10) / 17), rows = (int)((h - 16) / 25);
    for (int i = 0; i < columns * rows && columns > 0; i++) {
        double luck = chance(seed, (uint32_t)i + 40);
        if (luck > lit)
            continue;
        double grown = ease(lit - luck, 0, 0.04);
        struct colour c = colour_mix(colour_of(0xffd27a), colour_of(0xff9d4d), luck / (lit + 0.01));
        double wx = x + (w - columns * 17.0) / 2 + (i % columns) * 17.0 + 4.5;
        double wy = y + 14 + (double)(i / columns) * 25.0;
        colour_set(s->cr, c, grown * 0.92 * flicker(s, seed + (uint32_t)i));
        cairo_rectangle(s->cr, wx, wy, 8, 12);
        cairo_fill(s->cr);
    }
}

static void roof(struct stage *s, double x, double y, double w, uint32_t seed)
{
    double kind = chance(seed, 3), h = 16 + 38 * chance(seed, 4);
    cairo_new_path(s->cr);
    if (kind < 0.4) { /* a gable with a chimney */
        cairo_move_to(s->cr, x - 5, y + 1);
        cairo_line_to(s->cr, x + w / 2, y - h);
        cairo_line_to(s->cr, x + w + 5, y + 1);
        cairo_fill(s->cr);
        cairo_rectangle(s->cr, x + w * 0.7, y - h * 0.95, 9, h * 0.7);
    } else if (kind < 0.62) { /* a dome */
        cairo_arc(s->cr, x + w / 2, y + 1, w * 0.42, M_PI, 2 * M_PI);
        cairo_fill(s->cr);
        cairo_rectangle(s->cr, x + w / 2 - 1.5, y - w * 0.42 - 26, 3, 30);
    } else if (kind < 0.8) { /* a spire */
        cairo_move_to(s->cr, x + w * 0.2, y + 1);
        cairo_line_to(s->cr, x + w / 2, y - h * 2.6);
        cairo_line_to(s->cr, x + w * 0.8, y + 1);
    } else { /* a mansard */
        cairo_move_to(s->cr, x - 3, y + 1);
        cairo_line_to(s->cr, x + w * 0.14, y - h * 0.7);
        cairo_line_to(s->cr, x + w * 0.86, y - h * 0.7);
        cairo_line_to(s->cr, x + w + 3, y + 1);
    }
    cairo_fill(s->cr);
}

void city(struct stage *s, const struct land *l, double lit)
{
    int first = (int)floor(l->scroll / l->width) - 1;
    int last = first + 3 + (int)(STAGE_WIDTH / l->width);
    for (int i = first; i <= last; i++) {
        uint32_t seed = l->seed * 977 + (uint32_t)(i + 5000);
        double x = i * l->width - l->scroll, w = l->width * (0.8 + 0.35 * chance(seed, 1));
        double y = l->base - l->height * (0.3 + 0.7 * chance(seed, 2));
        colour_set(s->cr, paper(s, l->depth), 1);
        cairo_rectangle(s->cr, x, y, w, STAGE_HEIGHT - y + 4);
        cairo_fill(s->cr);
        roof(s, x, y, w, seed);
        windows(s, x, y, w, l->base - y + 40, seed, lit);
    }
}

/* What one walks on above a city: pitched roofs with chimneys, one against the other. */
void roofs(struct stage *s, const struct land *l, double lit)
{
    int first = (int)floor(l->scroll / l->width) - 1;
    for (int i = first; i <= first + 3 + (int)(STAGE_WIDTH / l->width); i++) {
        uint32_t seed = l->seed * 613 + (uint32_t)(i + 5000);
        double x = i * l->width - l->scroll, w = l->width;
        colour_set(s->cr, paper(s, l->depth), 1);
        cairo_rectangle(s->cr, x - 1, l->base, w + 2, STAGE_HEIGHT - l->base + 4);
        cairo_fill(s->cr);
        double cx = x + w * (0.2 + 0.5 * chance(seed, 1)), h = 40 + 50 * chance(seed, 2);
        cairo_rectangle(s->cr, cx, l->base - h, 34, h + 2);
        cairo_rectangle(s->cr, cx - 5, l->base - h - 8, 44, 9);
        cairo_rectangle(s->cr, cx + 3, l->base - h - 24, 9, 18);
        cairo_rectangle(s->cr, cx + 21, l->base - h - 20, 9, 14);
        cairo_fill(s->cr);
        if (chance(seed, 5) < lit) {
            double wx = x + w * (0.15 + 0.6 * chance(seed, 6)), wy = l->base + 44;
            colour_set(s->cr, colour_of(0xffc465), 0.9 * flicker(s, seed));
            cairo_arc(s->cr, wx + 15, wy, 15, M_PI, 2 * M_PI);
            cairo_rectangle(s->cr, wx, wy, 30, 26);
            cairo_fill(s->cr);
            colour_set(s->cr, paper(s, l->depth), 1);
            cairo_rectangle(s->cr, wx + 14, wy - 16, 2.4, 44);
            cairo_rectangle(s->cr, wx, wy + 4, 30, 2.4);
            cairo_fill(s->cr);
            glow(s->cr, wx + 15, wy + 6, 80, colour_of(0xffb050), 0.35);
        }
    }
}

/* ---- what grows ---- */

static void pine(struct stage *s, double x, double y, double h)
{
    double w = h * 0.2;
    cairo_rectangle(s->cr, x - h * 0.022, y - h * 0.2, h * 0.044, h * 0.24);
    cairo_fill(s->cr);
    cairo_move_to(s->cr, x, y - h);
    for (int i = 1; i <= 5; i++) {
        double part = i / 5.0, yy = y - h + h * 0.86 * part;
        cairo_line_to(s->cr, x + w * part, yy + h * 0.02);
        cairo_line_to(s->cr, x + w * part * 0.5, yy - h * 0.012);
    }
    for (int i = 5; i >= 1; i--) {
        double part = i / 5.0, yy = y - h + h * 0.86 * part;
        cairo_line_to(s->cr, x - w * part * 0.5, yy - h * 0.012);
        cairo_line_to(s->cr, x - w * part, yy + h * 0.02);
    }
    cairo_close_path(s->cr);
    cairo_fill(s->cr);
}

void pines(struct stage *s, const struct land *l)
{
    double gap = l->width;
    int first = (int)floor((l->scroll - 200) / gap);
    hills(s, &(struct land){ .seed = l->seed,
                             .base = l->base,
                             .height = 18,
                             .width = 300,
                             .scroll = l->scroll,
                             .depth = l->depth });
    colour_set(s->cr, paper(s, l->depth), 1);
    for (int i = first; i <= first + (int)(1700 / gap); i++) {
        uint32_t seed = l->seed * 331 + (uint32_t)(i + 5000);
        double x = (i + chance(seed, 1) * 0.7) * gap - l->scroll;
        pine(s, x, l->base + 16, l->height * (0.55 + 0.45 * chance(seed, 2)));
    }
}

static void branch(cairo_t *cr, double x, double y, double angle, double length, double wide,
                   uint32_t seed, int left)
{
    double x1 = x + cos(angle) * length, y1 = y + sin(angle) * length;
    limb(cr, x, y, x1, y1, wide, wide * 0.62);
    if (left == 0)
        return;
    for (uint32_t i = 0; i < 3; i++) {
        double turn = (i - 1.0) * 0.52 + (chance(seed, i) - 0.5) * 0.55;
        branch(cr, x1, y1, angle + turn, length * (0.62 + 0.2 * chance(seed, i + 5)), wide * 0.6,
               seed * 3 + i + 1, left - 1);
    }
}

void tree(struct stage *s, double x, double y, double size, uint32_t seed, double depth)
{
    double sway = 0.015 * drift(seed, s->t * 0.7);
    colour_set(s->cr, paper(s, depth), 1);
    branch(s->cr, x, y, -M_PI / 2 + 0.06 * (chance(seed, 90) - 0.5) + sway, size * 0.3,
           size * 0.075, seed, 5);
}

void grass(struct stage *s, const struct land *l)
{
    hills(s, l);
    colour_set(s->cr, paper(s, l->depth), 1);
    double gap = 9, first = floor(l->scroll / gap);
    for (int i = -2; i < 148; i++) {
        uint32_t k = (uint32_t)(int)(first + i + 9000);
        double x = (first + i) * gap - l->scroll, y = land_at(l, x) + 4;
        double h = 10 + 26 * pow(chance(l->seed, k), 2);
        double lean =
            5 * drift(l->seed + 7, s->t * 0.9 + x / 140) + 8 * (chance(l->seed, k + 1) - 0.5);
        cairo_move_to(s->cr, x - 2, y);
        cairo_curve_to(s->cr, x - 1, y - h * 0.5, x + lean * 0.4, y - h * 0.8, x + lean, y - h);
        cairo_curve_to(s->cr, x + lean * 0.4 + 2, y - h * 0.6, x + 2, y - h * 0.4, x + 3, y);
        cairo_fill(s->cr);
    }
}

void reeds(struct stage *s, double y, double scroll, uint32_t seed)
{
    colour_set(s->cr, paper(s, 0), 1);
    for (int i = 0; i < 34; i++) {
        uint32_t k = (uint32_t)i * 4;
        double x = fmod(chance(seed, k) * 1500 - scroll + 6000, 1500) - 110;
        double h = 70 + 120 * chance(seed, k + 1);
        double lean = 16 * drift(seed + k, s->t * 0.6) + 20 * (chance(seed, k + 2) - 0.5);
        cairo_set_line_width(s->cr, 3.4);
        cairo_set_line_cap(s->cr, CAIRO_LINE_CAP_ROUND);
        cairo_move_to(s->cr, x, y + 20);
        cairo_curve_to(s->cr, x, y - h * 0.4, x + lean * 0.3, y - h * 0.7, x + lean, y - h);
        cairo_stroke(s->cr);
        if (chance(seed, k + 3) < 0.5)
            limb(s->cr, x + lean, y - h - 4, x + lean * 0.86, y - h + 26, 9, 8);
    }
}

/* ---- the sea ---- */

double sea_at(const struct stage *s, int ribbon, double y, double rough, double scroll, double x)
{
    double k = ribbon, size = 5 + rough * (16 + 6 * k);
    double u = x + scroll * (0.5 + 0.3 * k), speed = (ribbon % 2 == 0 ? 1 : -0.7);
    return y - size * (sin(u / (105 + 22 * k) + s->t * speed * (0.9 + rough) + k * 1.7) +
                       0.45 * sin(u / 47 - s->t * (1.3 + rough) + k * 4.1));
}

void sea_ribbon(struct stage *s, int ribbon, double y, double rough, double scroll)
{
    double depth = 0.78 - 0.2 * ribbon;
    cairo_new_path(s->cr);
    cairo_move_to(s->cr, -STEP, STAGE_HEIGHT + 4);
    for (double x = -STEP; x <= STAGE_WIDTH + STEP; x += STEP) {
        /* Crests are sharper than troughs. */
        double at = sea_at(s, ribbon, y, rough, scroll, x);
        cairo_line_to(s->cr, x, at - rough * 0.012 * (y - at) * fabs(y - at) * 0.5);
    }
    cairo_line_to(s->cr, STAGE_WIDTH + STEP, STAGE_HEIGHT + 4);
    cairo_close_path(s->cr);
    cairo_path_t *edge = cairo_copy_path(s->cr);
    sheet(s, y - 20, depth < 0 ? 0 : depth);
    cairo_append_path(s->cr, edge);
    cairo_path_destroy(edge);
    colour_set(s->cr, s->pal->light, 0.2);
    cairo_set_line_width(s->cr, 1.6);
    cairo_stroke(s->cr);
}

void sea(struct stage *s, double y, double rough, double scroll)
{
    for (int i = 0; i < 4; i++)
        sea_ribbon(s, i, y + 14 + i * (34 + 14 * i), rough, scroll);
}

void light_on_water(struct stage *s, double x, double y)
{
    cairo_save(s->cr);
    cairo_set_operator(s->cr, CAIRO_OPERATOR_ADD);
    for (int i = 0; i < 26; i++) {
        double part = i / 26.0, yy = y + part * (STAGE_HEIGHT - y);
        double wide = (14 + 110 * part) * (0.55 + 0.45 * drift(77 + (uint32_t)i, s->t * 1.8));
        double xx = x + 22 * drift(190 + (uint32_t)i, s->t * 1.1) * (0.3 + part);
        colour_set(s->cr, s->pal->light, 0.34 * (1 - part * 0.7));
        cairo_save(s->cr);
        cairo_translate(s->cr, xx, yy);
        cairo_scale(s->cr, wide < 4 ? 4 : wide, 1.6 + 2.2 * part);
        cairo_arc(s->cr, 0, 0, 1, 0, 2 * M_PI);
        cairo_restore(s->cr);
        cairo_fill(s->cr);
    }
    cairo_restore(s->cr);
}

/* ---- what people have built ---- */

void bridge(struct stage *s, double y, double scroll)
{
    const double span = 330;
    colour_set(s->cr, paper(s, 0), 1);
    cairo_set_fill_rule(s->cr, CAIRO_FILL_RULE_EVEN_ODD);
    cairo_rectangle(s->cr, -20, y, STAGE_WIDTH + 40, STAGE_HEIGHT - y + 10);
    double first = -fmod(scroll, span) - span;
    for (double x = first; x < STAGE_WIDTH + span; x += span) {
        cairo_new_sub_path(s->cr);
        cairo_move_to(s->cr, x + 34, STAGE_HEIGHT + 10);
        cairo_line_to(s->cr, x + 34, y + 120);
        cairo_curve_to(s->cr, x + 40, y + 20, x + span - 40, y + 20, x + span - 34, y + 120);
        cairo_line_to(s->cr, x + span - 34, STAGE_HEIGHT + 10);
        cairo_close_path(s->cr);
    }
    cairo_fill(s->cr);
    cairo_set_fill_rule(s->cr, CAIRO_FILL_RULE_WINDING);
    for (double x = first; x < STAGE_WIDTH + span; x += span / 11) {
        cairo_rectangle(s->cr, x, y - 26, 4, 28);
        cairo_arc(s->cr, x + span / 22 + 2, y - 2, span / 22 - 6, M_PI, 2 * M_PI);
        cairo_close_path(s->cr);
    }
    cairo_set_line_width(s->cr, 3);
    cairo_rectangle(s->cr, -20, y - 30, STAGE_WIDTH + 40, 5);
    cairo_stroke_preserve(s->cr);
    cairo_new_path(s->cr);
    cairo_rectangle(s->cr, -20, y - 30, STAGE_WIDTH + 40, 5);
    for (double x = first; x < STAGE_WIDTH + span; x += span / 11)
        cairo_rectangle(s->cr, x, y - 28, 4, 30);
    cairo_fill(s->cr);
}

void viaduct(struct stage *s, double y, double scroll)
{
    const double span = 150;
    colour_set(s->cr, paper(s, 0.3), 1);
    cairo_set_fill_rule(s->cr, CAIRO_FILL_RULE_EVEN_ODD);
    cairo_rectangle(s->cr, -20, y, STAGE_WIDTH + 40, STAGE_HEIGHT - y + 10);
    for (double x = -fmod(scroll, span) - span; x < STAGE_WIDTH + span; x += span) {
        cairo_new_sub_path(s->cr);
        cairo_move_to(s->cr, x + 14, STAGE_HEIGHT + 10);
        cairo_line_to(s->cr, x + 14, y + 22 + span / 2 - 14);
        cairo_arc(s->cr, x + span / 2, y + 22 + span / 2 - 14, span / 2 - 14, M_PI, 2 * M_PI);
        cairo_line_to(s->cr, x + span - 14, STAGE_HEIGHT + 10);
        cairo_close_path(s->cr);
    }
    cairo_fill(s->cr);
    cairo_set_fill_rule(s->cr, CAIRO_FILL_RULE_WINDING);
    cairo_rectangle(s->cr, -20, y - 6, STAGE_WIDTH + 40, 7);
    cairo_fill(s->cr);
}

static void beam(struct stage *s, double x, double y, double angle)
{
    double wide = 0.085, far = 1500;
    cairo_pattern_t *p = cairo_pattern_create_radial(x, y, 0, x, y, far * 0.75);
    cairo_pattern_add_color_stop_rgba(p, 0, 1, 0.93, 0.7, 0.85);
    cairo_pattern_add_color_stop_rgba(p, 0.35, 1, 0.9, 0.65, 0.3);
    cairo_pattern_add_color_stop_rgba(p, 1, 1, 0.9, 0.65, 0);
    cairo_save(s->cr);
    cairo_set_operator(s->cr, CAIRO_OPERATOR_ADD);
    cairo_set_source(s->cr, p);
    cairo_move_to(s->cr, x, y);
    cairo_line_to(s->cr, x + cos(angle - wide) * far, y + sin(angle - wide) * far);
    cairo_line_to(s->cr, x + cos(angle + wide) * far, y + sin(angle + wide) * far);
    cairo_fill(s->cr);
    cairo_restore(s->cr);
    cairo_pattern_destroy(p);
}

void lighthouse(struct stage *s, double x, double y, double size)
{
    double h = 330 * size, w = 34 * size, top = y - h;
    double turn = s->t * 0.9;
    beam(s, x, top - 14 * size, cos(turn) * 0.24 + (sin(turn) > 0 ? 0 : M_PI) + 0.02);
    colour_set(s->cr, paper(s, 0.05), 1);
    cairo_move_to(s->cr, x - w, y + 10);
    cairo_line_to(s->cr, x - w * 0.55, top);
    cairo_line_to(s->cr, x + w * 0.55, top);
    cairo_line_to(s->cr, x + w, y + 10);
    cairo_fill(s->cr);
    cairo_rectangle(s->cr, x - w * 0.9, top - 4 * size, w * 1.8, 8 * size);
    cairo_rectangle(s->cr, x - w * 0.5, top - 32 * size, 4 * size, 30 * size);
    cairo_rectangle(s->cr, x + w * 0.5 - 4 * size, top - 32 * size, 4 * size, 30 * size);
    cairo_fill(s->cr);
    cairo_move_to(s->cr, x - w * 0.72, top - 30 * size);
    cairo_line_to(s->cr, x, top - 62 * size);
    cairo_line_to(s->cr, x + w * 0.72, top - 30 * size);
    cairo_fill(s->cr);
    colour_set(s->cr, colour_of(0xffe9b0), 1);
    cairo_rectangle(s->cr, x - w * 0.36, top - 28 * size, w * 0.72, 24 * size);
    cairo_fill(s->cr);
    glow(s->cr, x, top - 16 * size, 150 * size, colour_of(0xffe3a0), 0.9);
    for (int i = 0; i < 4; i++) {
        colour_set(s->cr, colour_of(0xffc870), 0.85);
        cairo_rectangle(s->cr, x - 4 * size, top + (50 + i * 68) * size, 8 * size, 15 * size);
        cairo_fill(s->cr);
    }
}

/* ---- the weather ---- */

void rain(struct stage *s, double amount, double wind)
{
    int n = (int)(amount * 260);
    cairo_set_line_cap(s->cr, CAIRO_LINE_CAP_ROUND);
    for (int i = 0; i < n; i++) {
        uint32_t k = (uint32_t)i * 3;
        double near = chance(301, k + 2), speed = 620 + 620 * near;
        double y = fmod(chance(301, k) * 900 + s->t * speed, 900) - 100;
        double x = fmod(chance(301, k + 1) * 1700 + y * wind + s->t * 40, 1700) - 200;
        double length = 14 + 30 * near;
        colour_set(s->cr, s->pal->light, 0.13 + 0.25 * near);
        cairo_set_line_width(s->cr, 0.9 + 1.2 * near);
        cairo_move_to(s->cr, x, y);
        cairo_line_to(s->cr, x - wind * length, y - length);
        cairo_stroke(s->cr);
    }
}

void lightning(struct stage *s, double at, double x, uint32_t seed)
{
    double since = s->t - at;
    if (since < 0 || since > 0.55)
        return;
    double bright = since < 0.09 ? 1 : since < 0.15 ? 0.25 : 1 - ease(since, 0.15, 0.55);
    cairo_save(s->cr);
    cairo_set_operator(s->cr, CAIRO_OPERATOR_ADD);
    cairo_set_source_rgba(s->cr, 0.75, 0.82, 1, 0.4 * bright);
    cairo_paint(s->cr);
    cairo_restore(s->cr);
    cairo_set_line_join(s->cr, CAIRO_LINE_JOIN_ROUND);
    for (int pass = 0; pass < 2; pass++) {
        double px = x;
        cairo_set_line_width(s->cr, pass == 0 ? 9 : 3);
        cairo_set_source_rgba(s->cr, 0.93, 0.96, 1, bright * (pass == 0 ? 0.25 : 1));
        cairo_move_to(s->cr, px, -10);
        for (uint32_t i = 1; i <= 12; i++) {
            px += (chance(seed, i) - 0.47) * 84;
            cairo_line_to(s->cr, px, i * 36.0);
        }
        cairo_stroke(s->cr);
    }
}

/* ---- the theatre ---- */

/* One half of the curtain in folds, drawn aside; side: -1 left, 1 right. */
static void drape(struct stage *s, double open, int side)
{
    double wide = 700 * (1 - open) + 74, edge = side < 0 ? 0 : STAGE_WIDTH;
    const int folds = 9;
    for (int i = folds - 1; i >= 0; i--) {
        double a = wide * i / folds, b = wide * (i + 1) / folds + 6;
        double sway = 5 * drift(500 + (uint32_t)i, s->t * 0.8) * (1 - open * 0.5);
        double pull = open * 46 * sin((i + 1.0) / folds * M_PI / 2);
        struct colour c = colour_mix(colour_of(0x1d0609), colour_of(0x6d1a1d),
                                     0.2 + 0.6 * fabs(sin(i * 1.9 + 0.6)));
        cairo_pattern_t *p = cairo_pattern_create_linear(edge - side * a, 0, edge - side * b, 0);
        cairo_pattern_add_color_stop_rgb(p, 0, c.r * 0.35, c.g * 0.35, c.b * 0.35);
        cairo_pattern_add_color_stop_rgb(p, 0.55, c.r, c.g, c.b);
        cairo_pattern_add_color_stop_rgb(p, 1, c.r * 0.3, c.g * 0.3, c.b * 0.3);
        cairo_set_source(s->cr, p);
        cairo_move_to(s->cr, edge - side * a, -4);
        cairo_line_to(s->cr, edge - side * b, -4);
        cairo_curve_to(s->cr, edge - side * (b + sway), 260, edge - side * (b - pull + sway), 420,
                       edge - side * (b - pull * 0.4 + sway), STAGE_HEIGHT + 4);
        cairo_line_to(s->cr, edge - side * (a - pull * 0.3), STAGE_HEIGHT + 4);
        cairo_close_path(s->cr);
        cairo_fill(s->cr);
        cairo_pattern_destroy(p);
    }
}

/* The scalloped cloth above the stage. */
static void valance(struct stage *s, double open)
{
    double drop = 62 - 22 * open;
    for (int i = 0; i < 9; i++) {
        double x = -60 + i * 156.0;
        cairo_pattern_t *p = cairo_pattern_create_linear(0, 0, 0, drop + 26);
        cairo_pattern_add_color_stop_rgb(p, 0, 0.09, 0.02, 0.03);
        cairo_pattern_add_color_stop_rgb(p, 0.8, 0.4, 0.09, 0.1);
        cairo_pattern_add_color_stop_rgb(p, 1, 0.75, 0.5, 0.2);
        cairo_set_source(s->cr, p);
        cairo_move_to(s->cr, x, -4);
        cairo_line_to(s->cr, x + 160, -4);
        cairo_line_to(s->cr, x + 160, drop * 0.45);
        cairo_curve_to(s->cr, x + 120, drop + 26, x + 40, drop + 26, x, drop * 0.45);
        cairo_close_path(s->cr);
        cairo_fill(s->cr);
        cairo_pattern_destroy(p);
    }
}

void curtain(struct stage *s, double open)
{
    drape(s, open, -1);
    drape(s, open, 1);
    valance(s, open);
}

/* Twigs that hang into the picture at its corners. */
void leaves(struct stage *s, uint32_t seed)
{
    colour_set(s->cr, paper(s, 0), 1);
    for (uint32_t k = 0; k < 2; k++) {
        double side = k == 0 ? 1 : -1, x = k == 0 ? 60 : STAGE_WIDTH - 60;
        for (uint32_t i = 0; i < 4; i++) {
            double sway = 0.05 * drift(seed + i + k * 9, s->t * 0.8);
            double angle = (k == 0 ? 0.25 : M_PI - 0.25) + side * (0.2 * i + sway);
            double length = 120 + 90 * chance(seed + k, i);
            double x1 = x + cos(angle) * length, y1 = 30 + sin(angle) * length;
            limb(s->cr, x, 30, x1, y1, 7, 2);
            for (uint32_t n = 1; n < 7; n++) {
                double part = n / 7.0, lx = x + (x1 - x) * part, ly = 30 + (y1 - 30) * part;
                double turn = angle + (n % 2 == 0 ? 0.9 : -0.9) + sway * 3;
                cairo_save(s->cr);
                cairo_translate(s->cr, lx, ly);
                cairo_rotate(s->cr, turn);
                cairo_move_to(s->cr, 0, 0);
                cairo_curve_to(s->cr, 8, -12, 26, -11, 38, 0);
                cairo_curve_to(s->cr, 26, 9, 8, 9, 0, 0);
                cairo_fill(s->cr);
                cairo_restore(s->cr);
            }
        }
    }
}
