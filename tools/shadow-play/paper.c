#include "paper.h"

#include <math.h>
#include <stddef.h>

struct colour colour_of(uint32_t rgb)
{
    return (struct colour){ (double)(rgb >> 16 & 255) / 255, (double)(rgb >> 8 & 255) / 255,
                            (double)(rgb & 255) / 255 };
}

struct colour colour_mix(struct colour a, struct colour b, double part)
{
    return (struct colour){ a.r + (b.r - a.r) * part, a.g + (b.g - a.g) * part,
                            a.b + (b.b - a.b) * part };
}

void colour_set(cairo_t *cr, struct colour c, double alpha)
{
    cairo_set_source_rgba(cr, c.r, c.g, c.b, alpha);
}

double chance(uint32_t seed, uint32_t n)
{
    uint64_t x = ((uint64_t)seed << 32 | n) + UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return (double)((x ^ x >> 31) >> 11) / 9007199254740992.0;
}

double drift(uint32_t seed, double x)
{
    double cell = floor(x), part = x - cell;
    uint32_t n = (uint32_t)(int32_t)cell;
    double a = chance(seed, n), b = chance(seed, n + 1);
    part = part * part * (3 - 2 * part);
    return (a + (b - a) * part) * 2 - 1;
}

double ease(double v, double a, double b)
{
    double part = (v - a) / (b - a);
    part = part < 0 ? 0 : part > 1 ? 1 : part;
    return part * part * (3 - 2 * part);
}

struct colour paper(const struct stage *s, double depth)
{
    return colour_mix(s->pal->near, s->pal->far, depth);
}

/* ---- lights ---- */

enum { LIGHTS_MAX = 256, SHADES = 24 };

/* Lights that were drawn before: a gradient costs more than all the paper it falls on. */
static struct light {
    int r, shade; /* pixels; of SHADES */
    struct colour c;
    cairo_surface_t *surface;
} lights[LIGHTS_MAX];
static int n_lights;

static cairo_surface_t *light_draw(int r, struct colour c, double alpha)
{
    cairo_surface_t *out = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, 2 * r, 2 * r);
    cairo_pattern_t *p = cairo_pattern_create_radial(r, r, 0, r, r, r);
    cairo_pattern_add_color_stop_rgba(p, 0, c.r, c.g, c.b, alpha);
    cairo_pattern_add_color_stop_rgba(p, 0.25, c.r, c.g, c.b, alpha * 0.5);
    cairo_pattern_add_color_stop_rgba(p, 0.6, c.r, c.g, c.b, alpha * 0.14);
    cairo_pattern_add_color_stop_rgba(p, 1, c.r, c.g, c.b, 0);
    cairo_t *cr = cairo_create(out);
    cairo_set_source(cr, p);
    cairo_paint(cr);
    cairo_destroy(cr);
    cairo_pattern_destroy(p);
    return out;
}

static cairo_surface_t *light_of(int r, struct colour c, int shade)
{
    for (int i = 0; i < n_lights; i++) {
        const struct light *l = &lights[i];
        if (l->r == r && l->shade == shade && l->c.r == c.r && l->c.g == c.g && l->c.b == c.b)
            return l->surface;
    }
    struct light *l = &lights[n_lights < LIGHTS_MAX ? n_lights++ : LIGHTS_MAX - 1];
    if (l->surface != NULL)
        cairo_surface_destroy(l->surface);
    *l = (struct light){ r, shade, c, light_draw(r, c, (double)shade / SHADES) };
    return l->surface;
}

void lights_forget(void)
{
    while (n_lights > 0)
        cairo_surface_destroy(lights[--n_lights].surface);
}

void glow(cairo_t *cr, double x, double y, double r, struct colour c, double alpha)
{
    double wide = r, high = 0;
    int shade = (int)(alpha * SHADES + 0.5);
    cairo_user_to_device(cr, &x, &y);
    cairo_user_to_device_distance(cr, &wide, &high);
    int radius = (int)(sqrt(wide * wide + high * high) / 3 + 0.5) * 3;
    if (shade <= 0 || radius <= 0)
        return;
    cairo_save(cr);
    cairo_identity_matrix(cr);
    cairo_set_operator(cr, CAIRO_OPERATOR_ADD);
    cairo_set_source_surface(cr, light_of(radius, c, shade < SHADES ? shade : SHADES),
                             floor(x) - radius, floor(y) - radius);
    cairo_paint(cr);
    cairo_restore(cr);
}

/* Catmull-Rom through the points, as Bezier curves. */
void blob(cairo_t *cr, const double (*points)[2], int n)
{
    cairo_new_path(cr);
    for (int i = 0; i < n; i++) {
        const double *a = points[(i + n - 1) % n], *b = points[i], *c = points[(i + 1) % n],
                     *d = points[(i + 2) % n];
        if (i == 0)
            cairo_move_to(cr, b[0], b[1]);
        cairo_curve_to(cr, b[0] + (c[0] - a[0]) / 6, b[1] + (c[1] - a[1]) / 6,
                       c[0] - (d[0] - b[0]) / 6, c[1] - (d[1] - b[1]) / 6, c[0], c[1]);
    }
    cairo_close_path(cr);
}

void limb(cairo_t *cr, double x0, double y0, double x1, double y1, double wide, double thin)
{
    double angle = atan2(y1 - y0, x1 - x0) + M_PI / 2;
    cairo_new_path(cr);
    cairo_arc(cr, x0, y0, wide / 2, angle, angle + M_PI);
    cairo_arc(cr, x1, y1, thin / 2, angle + M_PI, angle + 2 * M_PI);
    cairo_close_path(cr);
    cairo_fill(cr);
}
