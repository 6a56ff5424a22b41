#include "theatre.h"

#include <fontconfig/fontconfig.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "figure.h"
#include "scenery.h"

#define FACE "DejaVu Serif"

enum { FIBRES = 5200 };

/* ---- what is made once ---- */

/* Handmade paper: short threads, lighter and darker than the sheet. */
static cairo_surface_t *make_fibre(int width, int height)
{
    cairo_surface_t *out = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width, height);
    cairo_t *cr = cairo_create(out);
    cairo_scale(cr, width / (double)STAGE_WIDTH, height / (double)STAGE_HEIGHT);
    cairo_set_line_width(cr, 1);
    for (uint32_t i = 0; i < FIBRES; i++) {
        double x = chance(700, i) * STAGE_WIDTH, y = chance(701, i) * STAGE_HEIGHT;
        double a = chance(702, i) * M_PI, l = 4 + 16 * chance(703, i);
        double tone = chance(704, i) < 0.5 ? 0 : 1;
        cairo_set_source_rgba(cr, tone, tone, tone, 0.03 + 0.03 * chance(705, i));
        cairo_move_to(cr, x, y);
        cairo_curve_to(cr, x + cos(a) * l, y + sin(a) * l, x + cos(a + 0.5) * l,
                       y + sin(a + 0.5) * l, x + cos(a + 0.3) * l * 1.8,
                       y + sin(a + 0.3) * l * 1.8);
        cairo_stroke(cr);
    }
    cairo_destroy(cr);
    return out;
}

static cairo_surface_t *make_shade(int width, int height)
{
    cairo_surface_t *out = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width, height);
    cairo_t *cr = cairo_create(out);
    cairo_scale(cr, width, height);
    cairo_pattern_t *p = cairo_pattern_create_radial(0.5, 0.48, 0.3, 0.5, 0.5, 0.78);
    cairo_pattern_add_color_stop_rgba(p, 0, 0.02, 0, 0.02, 0);
    cairo_pattern_add_color_stop_rgba(p, 0.6, 0.02, 0, 0.02, 0.22);
    cairo_pattern_add_color_stop_rgba(p, 1, 0.02, 0, 0.02, 0.72);
    cairo_set_source(cr, p);
    cairo_paint(cr);
    cairo_pattern_destroy(p);
    cairo_destroy(cr);
    return out;
}

int theatre_open(struct theatre *t, int width, int height)
{
    *t = (struct theatre){ width, height, NULL, make_fibre(width, height),
                           make_shade(width, height) };
    t->picture = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    return cairo_surface_status(t->picture) == CAIRO_STATUS_SUCCESS;
}

void theatre_close(struct theatre *t)
{
    cairo_surface_destroy(t->picture);
    cairo_surface_destroy(t->fibre);
    cairo_surface_destroy(t->shade);
    lights_forget();
    cairo_debug_reset_static_data(); /* letters are kept by both, for ever */
    FcFini();
}

/* ---- letters ---- */

static void letters(cairo_t *cr, const char *text, double y, double size, double spread,
                    double alpha)
{
    cairo_text_extents_t e;
    char glyphs[64][8];
    double width = 0, widths[64];
    int n = 0;
    cairo_set_font_size(cr, size);
    for (const char *at = text; *at != 0 && n < 64; n++) {
        int bytes = 1;
        while ((at[bytes] & 0xc0) == 0x80)
            bytes++;
        memcpy(glyphs[n], at, (size_t)bytes);
        glyphs[n][bytes] = 0;
        cairo_text_extents(cr, glyphs[n], &e);
        widths[n] = e.x_advance + spread;
        width += widths[n];
        at += bytes;
    }
    double x = (STAGE_WIDTH - width + spread) / 2;
    for (int pass = 0; pass < 2; pass++) {
        double at = x;
        colour_set(cr, colour_of(pass == 0 ? 0x200a05 : 0xffe7b8), alpha * (pass == 0 ? 0.55 : 1));
        for (int i = 0; i < n; at += widths[i++]) {
            cairo_move_to(cr, at + (pass == 0 ? 2 : 0), y + (pass == 0 ? 3 : 0));
            cairo_show_text(cr, glyphs[i]);
        }
    }
}

static void rule(cairo_t *cr, double y, double half, double alpha)
{
    colour_set(cr, colour_of(0xe9b268), alpha);
    cairo_set_line_width(cr, 1.6);
    for (int side = -1; side <= 1; side += 2) {
        cairo_move_to(cr, STAGE_WIDTH / 2.0 + side * 26, y);
        cairo_curve_to(cr, STAGE_WIDTH / 2.0 + side * 80, y - 7, STAGE_WIDTH / 2.0 + side * 120,
                       y + 7, STAGE_WIDTH / 2.0 + side * half, y);
        cairo_stroke(cr);
    }
    cairo_save(cr);
    cairo_translate(cr, STAGE_WIDTH / 2.0, y);
    cairo_rotate(cr, M_PI / 4);
    cairo_rectangle(cr, -6, -6, 12, 12);
    cairo_restore(cr);
    cairo_fill(cr);
}

/* ---- cards ---- */

static void veil(cairo_t *cr, double alpha)
{
    cairo_set_source_rgba(cr, 0.06, 0.02, 0.05, alpha);
    cairo_paint(cr);
}

static void title_card(struct stage *s, int number)
{
    static const char *const counted[EPISODES] = { "I",    "II", "III", "IV", "V",   "VI",  "VII",
                                                   "VIII", "IX", "X",   "XI", "XII", "XIII" };
    cairo_t *cr = s->cr;
    const struct episode *e = &story[number];
    double alpha = ease(s->t, 0.1, 0.6) * (1 - ease(s->t, 2.0, 2.5));
    if (alpha <= 0)
        return;
    veil(cr, 0.25 * alpha);
    cairo_select_font_face(cr, FACE, CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
    lantern(s, STAGE_WIDTH / 2.0, 176, 1.25, alpha);
    letters(cr, story_title[FRENCH], 292, 34, 7, alpha * 0.92);
    rule(cr, 330, 250, alpha);
    letters(cr, e->title[FRENCH], 424, 78, 4, alpha);
    cairo_select_font_face(cr, FACE, CAIRO_FONT_SLANT_ITALIC, CAIRO_FONT_WEIGHT_NORMAL);
    letters(cr, e->title[ENGLISH], 478, 31, 2, alpha * 0.8);
    cairo_select_font_face(cr, FACE, CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
    letters(cr, counted[number], 560, 26, 8, alpha * 0.85);
}

/* The picture closes on the lantern, as silent films did. */
static void iris(struct stage *s)
{
    double part = ease(s->t, s->length - 1.15, s->length - 0.25);
    if (part <= 0)
        return;
    double r = 900 * pow(1 - part, 1.6) + 54;
    double x = s->lamp_x, y = s->lamp_y;
    cairo_set_fill_rule(s->cr, CAIRO_FILL_RULE_EVEN_ODD);
    cairo_set_source_rgb(s->cr, 0.045, 0.015, 0.035);
    cairo_rectangle(s->cr, -4, -4, STAGE_WIDTH + 8, STAGE_HEIGHT + 8);
    cairo_new_sub_path(s->cr);
    cairo_arc(s->cr, x, y, r, 0, 2 * M_PI);
    cairo_fill(s->cr);
    cairo_set_fill_rule(s->cr, CAIRO_FILL_RULE_WINDING);
}

static void end_card(struct stage *s, int number)
{
    double alpha = ease(s->t, s->length - 0.65, s->length - 0.3);
    const char *text = number == EPISODES - 1 ? "Fin  ·  The End" : "à suivre  ·  to be continued";
    if (alpha <= 0)
        return;
    cairo_select_font_face(s->cr, FACE, CAIRO_FONT_SLANT_ITALIC, CAIRO_FONT_WEIGHT_NORMAL);
    letters(s->cr, text, s->lamp_y > 420 ? 250 : 600, 30, 3, alpha);
}

/* ---- the frame ---- */

static void lay_over(struct theatre *t, cairo_t *cr)
{
    cairo_save(cr);
    cairo_identity_matrix(cr);
    cairo_set_source_surface(cr, t->shade, 0, 0);
    cairo_paint(cr);
    cairo_set_source_surface(cr, t->fibre, 0, 0);
    cairo_paint(cr);
    cairo_restore(cr);
}

void theatre_show(struct theatre *t, int number, int frame)
{
    struct stage s = { .cr = cairo_create(t->picture),
                       .t = (double)frame / STORY_RATE,
                       .length = STORY_SECONDS,
                       .pal = &story[number].pal,
                       .lamp_x = STAGE_WIDTH / 2.0,
                       .lamp_y = STAGE_HEIGHT / 2.0 };
    cairo_scale(s.cr, t->width / (double)STAGE_WIDTH, t->height / (double)STAGE_HEIGHT);
    story[number].draw(&s);
    lay_over(t, s.cr);
    iris(&s);
    end_card(&s, number);
    curtain(&s, ease(s.t, 1.8, 3));
    title_card(&s, number);
    cairo_destroy(s.cr);
    cairo_surface_flush(t->picture);
}

void theatre_poster(struct theatre *t)
{
    const double left = 462, middle = left + STAGE_HEIGHT / 3.0;
    struct stage s = {
        .cr = cairo_create(t->picture), .t = 6.4, .length = STORY_SECONDS, .pal = &story[0].pal
    };
    cairo_scale(s.cr, t->height / (double)STAGE_HEIGHT, t->height / (double)STAGE_HEIGHT);
    cairo_translate(s.cr, -left, 0);
    story[0].draw(&s);
    lay_over(t, s.cr);
    cairo_translate(s.cr, middle - STAGE_WIDTH / 2.0, 0);
    cairo_select_font_face(s.cr, FACE, CAIRO_FONT_SLANT_ITALIC, CAIRO_FONT_WEIGHT_NORMAL);
    letters(s.cr, "La Petite", 96, 40, 3, 0.95);
    cairo_select_font_face(s.cr, FACE, CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
    letters(s.cr, "Lanterne", 166, 74, 3, 1);
    rule(s.cr, 204, 150, 1);
    letters(s.cr, "ATELIER DES OMBRES", 684, 17, 6, 0.75);
    cairo_destroy(s.cr);
    cairo_surface_flush(t->picture);
}
