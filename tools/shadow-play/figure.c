#include "figure.h"

#include <math.h>

static void black(const struct stage *s)
{
    colour_set(s->cr, colour_mix(s->pal->near, colour_of(0x000000), 0.35), 1);
}

/* ---- the lantern ---- */

void lantern(struct stage *s, double x, double y, double size, double lit)
{
    cairo_t *cr = s->cr;
    double breath = lit * (0.9 + 0.1 * drift(901, s->t * 4));
    glow(cr, x, y, 320 * size, colour_of(0xff9a3c), 0.6 * breath);
    glow(cr, x, y, 90 * size, colour_of(0xffd98a), 0.8 * breath);
    cairo_save(cr);
    cairo_translate(cr, x, y);
    cairo_scale(cr, size, size);
    cairo_pattern_t *p = cairo_pattern_create_radial(0, 4, 2, 0, 0, 24);
    struct colour in = colour_mix(colour_of(0x3a2418), colour_of(0xfff3c4), breath),
                  out = colour_mix(colour_of(0x24150f), colour_of(0xf08a2c), breath);
    cairo_pattern_add_color_stop_rgb(p, 0, in.r, in.g, in.b);
    cairo_pattern_add_color_stop_rgb(p, 1, out.r, out.g, out.b);
    cairo_set_source(cr, p);
    cairo_save(cr);
    cairo_scale(cr, 18, 21);
    cairo_arc(cr, 0, 0, 1, 0, 2 * M_PI);
    cairo_restore(cr);
    cairo_fill(cr);
    cairo_pattern_destroy(p);
    cairo_set_source_rgba(cr, 0.3, 0.1, 0.03, 0.55);
    cairo_set_line_width(cr, 1.1);
    for (int i = -2; i <= 2; i++) {
        double w = 18 * sqrt(1 - (i * 7.0 / 21) * (i * 7.0 / 21));
        cairo_move_to(cr, -w, i * 7.0);
        cairo_curve_to(cr, -w * 0.5, i * 7.0 + 3, w * 0.5, i * 7.0 + 3, w, i * 7.0);
        cairo_stroke(cr);
    }
    black(s);
    cairo_rectangle(cr, -8, -24, 16, 5);
    cairo_rectangle(cr, -7, 19, 14, 4);
    cairo_rectangle(cr, -1, 22, 2, 12);
    cairo_fill(cr);
    cairo_restore(cr);
}

/* ---- the girl ---- */

static void leg(cairo_t *cr, double hip_x, double swing, double lift)
{
    double knee_x = hip_x + sin(swing) * 32, knee_y = -60 + cos(swing) * 30;
    double low = swing * 0.75 - lift, foot_x = knee_x + sin(low) * 30;
    double foot_y = knee_y + cos(low) * 29;
    limb(cr, hip_x, -66, knee_x, knee_y, 15, 11);
    limb(cr, knee_x, knee_y, foot_x, foot_y, 11, 8);
    cairo_save(cr);
    cairo_translate(cr, foot_x, foot_y);
    cairo_rotate(cr, -low * 0.6);
    cairo_move_to(cr, -7, -5);
    cairo_line_to(cr, 6, -5);
    cairo_curve_to(cr, 12, -1, 19, 0, 20, 5);
    cairo_line_to(cr, -7, 5);
    cairo_close_path(cr);
    cairo_fill(cr);
    cairo_restore(cr);
}

static void legs(cairo_t *cr, enum pose pose, double step)
{
    if (pose == POSE_SIT) {
        limb(cr, 4, -26, 44, -28, 16, 12);
        limb(cr, 44, -28, 50, 2, 12, 9);
        limb(cr, 0, -24, 38, -20, 16, 12);
        limb(cr, 38, -20, 42, 6, 12, 9);
        return;
    }
    double a = pose == POSE_WALK ? sin(step * M_PI) * 0.52 : 0.08;
    double lift = pose == POSE_WALK ? fmax(0, cos(step * M_PI)) * 0.75 : 0;
    double other = pose == POSE_WALK ? fmax(0, -cos(step * M_PI)) * 0.75 : 0;
    leg(cr, -4, -a, other);
    leg(cr, 4, a, lift);
}

static void scarf(const struct stage *s, double x, double y)
{
    cairo_t *cr = s->cr;
    for (int end = 0; end < 2; end++) {
        double phase = s->t * 5 + end * 1.3;
        cairo_move_to(cr, x, y - 3);
        cairo_curve_to(cr, x - 26, y - 8 + 8 * sin(phase), x - 48,
                       y + 10 + end * 10 + 10 * sin(phase - 1), x - 84 + end * 12,
                       y + 4 + end * 20 + 14 * sin(phase - 2));
        cairo_line_to(cr, x - 82 + end * 12, y + 16 + end * 20 + 14 * sin(phase - 2.2));
        cairo_curve_to(cr, x - 46, y + 22 + end * 8 + 10 * sin(phase - 1.2), x - 26,
                       y + 6 + 8 * sin(phase - 0.2), x, y + 10);
        cairo_fill(cr);
    }
}

/* A pointed hood over a small round face. */
static void head(cairo_t *cr)
{
    static const double hood[][2] = { { -17, -154 }, { -27, -176 }, { -20, -200 }, { -40, -224 },
                                      { -8, -213 },  { 12, -206 },  { 22, -190 },  { 12, -158 } };
    blob(cr, hood, 8);
    cairo_fill(cr);
    cairo_arc(cr, 7, -178, 18, 0, 2 * M_PI);
    cairo_fill(cr);
    cairo_move_to(cr, 21, -188); /* brow, nose, lips, chin */
    cairo_curve_to(cr, 25, -184, 24, -182, 31, -176);
    cairo_curve_to(cr, 30, -173, 26, -173, 26, -172);
    cairo_curve_to(cr, 28, -169, 27, -166, 25, -166);
    cairo_curve_to(cr, 26, -162, 20, -159, 14, -160);
    cairo_close_path(cr);
    cairo_fill(cr);
}

static void coat(cairo_t *cr, enum pose pose, double sway)
{
    double hem = pose == POSE_SIT ? -14 : -52, wide = pose == POSE_SIT ? 30 : 40;
    cairo_move_to(cr, -8, -164);
    cairo_curve_to(cr, -22, -150, -24, -120, -wide - sway, hem);
    cairo_curve_to(cr, -wide * 0.5 - sway, hem + 9, -8, hem - 3, 0, hem + 6);
    cairo_curve_to(cr, 12, hem - 3, wide * 0.6 - sway, hem + 8, wide - 4 - sway, hem - 2);
    cairo_curve_to(cr, 22, -110, 20, -150, 14, -164);
    cairo_close_path(cr);
    cairo_fill(cr);
}

static void arm(cairo_t *cr, double x, double y)
{
    double mid_x = 12 + (x - 8) * 0.5, mid_y = -140 + (y + 146) * 0.5 + 12;
    limb(cr, 8, -146, mid_x, mid_y, 17, 13);
    limb(cr, mid_x, mid_y, x, y, 13, 8);
    cairo_arc(cr, x, y, 5.5, 0, 2 * M_PI);
    cairo_fill(cr);
}

/* The pole over her shoulder's height, and what hangs from it. */
static void carry(struct stage *s, double lift, double swing, double *x, double *y)
{
    cairo_t *cr = s->cr;
    double tip_x = 98, tip_y = -204 - lift;
    black(s);
    cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
    cairo_set_line_width(cr, 4.2);
    cairo_move_to(cr, 22, -92);
    cairo_curve_to(cr, 50, -140, 76, -186, tip_x, tip_y);
    cairo_stroke(cr);
    arm(cr, 45, -132 - lift * 0.4);
    *x = tip_x + sin(swing) * 46;
    *y = tip_y + cos(swing) * 46;
    cairo_set_line_width(cr, 1.6);
    cairo_move_to(cr, tip_x, tip_y);
    cairo_line_to(cr, *x, *y - 22);
    cairo_stroke(cr);
}

void girl(struct stage *s, double x, double y, double size, enum pose pose, double step)
{
    cairo_t *cr = s->cr;
    double bob = pose == POSE_WALK ? -3.5 * fabs(cos(step * M_PI)) : 1.2 * sin(s->t * 1.8);
    double swing = 0.2 * sin(step * M_PI * 2 + 0.6) + 0.08 * sin(s->t * 2.3);
    double lx = 0, ly = 0, down = pose == POSE_SIT ? 40 : 0;
    cairo_save(cr);
    cairo_translate(cr, x, y);
    cairo_scale(cr, size, fabs(size));
    black(s);
    legs(cr, pose, step);
    cairo_translate(cr, 0, bob + down);
    scarf(s, -8, -156);
    coat(cr, pose, 3 * sin(step * M_PI * 2) + 2 * drift(33, s->t));
    head(cr);
    if (pose == POSE_RELEASE) {
        arm(cr, 40, -196);
        arm(cr, 56, -186);
    } else {
        carry(s, 0, swing, &lx, &ly);
        s->lamp_x = lx;
        s->lamp_y = ly;
        cairo_user_to_device(cr, &s->lamp_x, &s->lamp_y);
        lantern(s, lx, ly, 1, 1);
    }
    cairo_restore(cr);
    if (pose != POSE_RELEASE)
        cairo_device_to_user(cr, &s->lamp_x, &s->lamp_y);
}

/* ---- animals ---- */

static void tail(cairo_t *cr, const double (*p)[2], double wide)
{
    cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
    cairo_set_line_width(cr, wide);
    cairo_move_to(cr, p[0][0], p[0][1]);
    cairo_curve_to(cr, p[1][0], p[1][1], p[2][0], p[2][1], p[3][0], p[3][1]);
    cairo_stroke(cr);
}

static void paws(cairo_t *cr, double front, double back, double high, double step, double wide)
{
    const double places[4] = { back, front, back + 8, front + 8 };
    for (int i = 0; i < 4; i++) {
        double a = sin(step * M_PI + i * M_PI / 2) * 0.5;
        double kx = places[i] + sin(a) * high * 0.5, ky = -high * 0.52;
        limb(cr, places[i], -high, kx, ky, wide, wide * 0.75);
        limb(cr, kx, ky, places[i] + sin(a) * high * 0.85, -3, wide * 0.75, wide * 0.6);
    }
}

static void eye(cairo_t *cr, double x, double y, double r)
{
    colour_set(cr, colour_of(0xffdf8e), 1);
    cairo_arc(cr, x, y, r, 0, 2 * M_PI);
    cairo_fill(cr);
}

void cat(struct stage *s, double x, double y, double size, double step)
{
    static const double body[][2] = { { -44, -40 }, { -30, -56 }, { 0, -52 },
                                      { 34, -58 },  { 42, -40 },  { 0, -32 } };
    static const double ears[][2] = { { 34, -74 }, { 33, -94 }, { 44, -82 }, { 52, -82 },
                                      { 60, -95 }, { 62, -72 }, { 56, -56 }, { 40, -56 } };
    cairo_t *cr = s->cr;
    double wave = 16 * sin(s->t * 2.2);
    const double p[4][2] = { { -42, -50 }, { -80, -60 }, { -64, -104 }, { -88, -112 + wave } };
    cairo_save(cr);
    cairo_translate(cr, x, y);
    cairo_scale(cr, size, fabs(size));
    black(s);
    tail(cr, p, 8);
    paws(cr, 26, -38, 40, step, 11);
    blob(cr, body, 6);
    cairo_fill(cr);
    cairo_move_to(cr, ears[0][0], ears[0][1]);
    for (int i = 1; i < 8; i++)
        cairo_line_to(cr, ears[i][0], ears[i][1]);
    cairo_close_path(cr);
    cairo_fill(cr);
    cairo_arc(cr, 48, -68, 16, 0, 2 * M_PI);
    cairo_fill(cr);
    eye(cr, 54, -71, 2.3);
    cairo_restore(cr);
}

void cat_sitting(struct stage *s, double x, double y, double size)
{
    static const double body[][2] = { { -26, 0 }, { -30, -34 }, { -12, -66 },
                                      { 8, -74 }, { 22, -50 },  { 22, 0 } };
    cairo_t *cr = s->cr;
    double wave = 14 * sin(s->t * 2.4);
    const double p[4][2] = { { -18, -6 }, { -58, 4 }, { -66, -26 }, { -56 + wave, -48 } };
    cairo_save(cr);
    cairo_translate(cr, x, y);
    cairo_scale(cr, size, fabs(size));
    black(s);
    tail(cr, p, 8);
    blob(cr, body, 6);
    cairo_fill(cr);
    cairo_arc(cr, 8, -84, 18, 0, 2 * M_PI);
    cairo_fill(cr);
    cairo_move_to(cr, -8, -92);
    cairo_line_to(cr, -7, -114);
    cairo_line_to(cr, 6, -100);
    cairo_line_to(cr, 12, -100);
    cairo_line_to(cr, 23, -114);
    cairo_line_to(cr, 25, -90);
    cairo_fill(cr);
    eye(cr, 3, -87, 2.2);
    eye(cr, 15, -87, 2.2);
    cairo_restore(cr);
}

void fox(struct stage *s, double x, double y, double size, double step)
{
    static const double body[][2] = { { -50, -46 }, { -34, -64 }, { 4, -58 },
                                      { 40, -66 },  { 48, -48 },  { 2, -36 } };
    static const double brush[][2] = { { -46, -56 },  { -74, -74 },  { -112, -66 },
                                       { -146, -40 }, { -112, -34 }, { -72, -44 } };
    cairo_t *cr = s->cr;
    cairo_save(cr);
    cairo_translate(cr, x, y);
    cairo_scale(cr, size, fabs(size));
    black(s);
    cairo_save(cr);
    cairo_translate(cr, -46, -54);
    cairo_rotate(cr, 0.12 * sin(s->t * 3));
    cairo_translate(cr, 46, 54);
    blob(cr, brush, 6);
    cairo_fill(cr);
    cairo_restore(cr);
    paws(cr, 30, -44, 46, step, 11);
    blob(cr, body, 6);
    cairo_fill(cr);
    cairo_move_to(cr, 34, -78);
    cairo_line_to(cr, 36, -108);
    cairo_line_to(cr, 48, -90);
    cairo_line_to(cr, 56, -106);
    cairo_line_to(cr, 62, -84);
    cairo_line_to(cr, 92, -66);
    cairo_line_to(cr, 62, -60);
    cairo_line_to(cr, 38, -52);
    cairo_close_path(cr);
    cairo_fill(cr);
    eye(cr, 62, -78, 2.2);
    cairo_restore(cr);
}

void owl(struct stage *s, double x, double y, double size, double open)
{
    static const double body[][2] = { { -22, 0 },   { -28, -40 }, { -22, -66 },
                                      { -26, -86 }, { 0, -74 },   { 26, -86 },
                                      { 22, -66 },  { 28, -40 },  { 22, 0 } };
    cairo_t *cr = s->cr;
    cairo_save(cr);
    cairo_translate(cr, x, y);
    cairo_scale(cr, size, size);
    black(s);
    blob(cr, body, 9);
    cairo_fill(cr);
    for (int i = -1; i <= 1; i += 2) {
        colour_set(cr, colour_of(0xffd36b), 1);
        cairo_save(cr);
        cairo_translate(cr, i * 10.0, -58);
        cairo_scale(cr, 8, 8 * open + 0.2);
        cairo_arc(cr, 0, 0, 1, 0, 2 * M_PI);
        cairo_restore(cr);
        cairo_fill(cr);
        black(s);
        cairo_arc(cr, i * 10.0 + 1.5 * sin(s->t), -58, 3.2 * open, 0, 2 * M_PI);
        cairo_fill(cr);
    }
    cairo_restore(cr);
}

void birds(struct stage *s, double x, double y, double size, int n, uint32_t seed)
{
    cairo_t *cr = s->cr;
    black(s);
    for (int i = 0; i < n; i++) {
        uint32_t k = (uint32_t)i * 3;
        double bx = x + (chance(seed, k) - 0.5) * 420 * size + 20 * drift(seed + k, s->t);
        double by = y + (chance(seed, k + 1) - 0.5) * 170 * size + 16 * drift(seed + k + 1, s->t);
        double one = size * (0.5 + 0.6 * chance(seed, k + 2));
        double flap = sin(s->t * (7 + 3 * chance(seed, k + 2)) + (double)k) * 15;
        cairo_save(cr);
        cairo_translate(cr, bx, by);
        cairo_scale(cr, one, one);
        cairo_move_to(cr, -34, -flap);
        cairo_curve_to(cr, -20, -10 - flap * 0.4, -8, -8, 0, 0);
        cairo_curve_to(cr, 8, -8, 20, -10 - flap * 0.4, 34, -flap);
        cairo_curve_to(cr, 20, -3 - flap * 0.4, 10, 3, 4, 6);
        cairo_curve_to(cr, 0, 8, -3, 8, -4, 6);
        cairo_curve_to(cr, -10, 3, -20, -3 - flap * 0.4, -34, -flap);
        cairo_fill(cr);
        cairo_restore(cr);
    }
}

void fish(struct stage *s, double x, double y, double size, double angle)
{
    static const double body[][2] = { { -30, 0 }, { -8, -12 }, { 18, -10 },
                                      { 34, 0 },  { 18, 10 },  { -8, 11 } };
    cairo_t *cr = s->cr;
    cairo_save(cr);
    cairo_translate(cr, x, y);
    cairo_rotate(cr, angle);
    cairo_scale(cr, size, size);
    black(s);
    blob(cr, body, 6);
    cairo_fill(cr);
    cairo_move_to(cr, -24, 0);
    cairo_line_to(cr, -50, -15 + 4 * sin(s->t * 12));
    cairo_line_to(cr, -44, 0);
    cairo_line_to(cr, -50, 15 + 4 * sin(s->t * 12));
    cairo_close_path(cr);
    cairo_fill(cr);
    eye(cr, 22, -3, 1.8);
    cairo_restore(cr);
}

void whale(struct stage *s, double x, double y, double size, double angle)
{
    static const double body[][2] = { { -250, -6 }, { -170, -46 }, { -60, -86 }, { 70, -92 },
                                      { 170, -54 }, { 196, -6 },   { 150, 36 },  { 30, 58 },
                                      { -110, 40 }, { -200, 12 } };
    static const double fin[][2] = { { 40, 30 }, { 6, 92 }, { -54, 120 }, { -14, 60 } };
    cairo_t *cr = s->cr;
    cairo_save(cr);
    cairo_translate(cr, x, y);
    cairo_rotate(cr, angle);
    cairo_scale(cr, size, size);
    black(s);
    blob(cr, body, 10);
    cairo_fill(cr);
    blob(cr, fin, 4);
    cairo_fill(cr);
    cairo_move_to(cr, -232, -4);
    cairo_curve_to(cr, -270, -30, -300, -74, -352, -84);
    cairo_curve_to(cr, -330, -40, -318, -22, -306, -6);
    cairo_curve_to(cr, -322, 8, -340, 26, -356, 56);
    cairo_curve_to(cr, -304, 50, -268, 26, -232, 8);
    cairo_fill(cr);
    colour_set(cr, s->pal->far, 0.35);
    cairo_set_line_width(cr, 2);
    for (int i = 0; i < 6; i++) {
        cairo_move_to(cr, 186 - i * 6.0, 4 + i * 7.0);
        cairo_curve_to(cr, 120, 18 + i * 7.0, 60, 24 + i * 6.0, -10 - i * 10.0, 26 + i * 4.0);
        cairo_stroke(cr);
    }
    eye(cr, 138, -14, 4);
    cairo_restore(cr);
}

/* ---- what carries ---- */

void boat(struct stage *s, double x, double y, double size, double roll)
{
    cairo_t *cr = s->cr;
    double lx = 6, ly = -170;
    cairo_save(cr);
    cairo_translate(cr, x, y);
    cairo_rotate(cr, roll);
    cairo_scale(cr, size, size);
    cairo_save(cr);
    cairo_translate(cr, -46, -12);
    cairo_scale(cr, 0.72, 0.72);
    black(s);
    cairo_translate(cr, 0, 26);
    legs(cr, POSE_SIT, 0);
    cairo_translate(cr, 0, 40);
    scarf(s, -8, -156);
    coat(cr, POSE_SIT, 0);
    head(cr);
    arm(cr, 46, -112);
    cairo_restore(cr);
    black(s);
    cairo_set_line_width(cr, 5);
    cairo_move_to(cr, 6, -10);
    cairo_line_to(cr, 6, -214);
    cairo_stroke(cr);
    cairo_set_line_width(cr, 1.5);
    cairo_move_to(cr, 6, -212);
    cairo_line_to(cr, 128, -30);
    cairo_move_to(cr, 6, -212);
    cairo_line_to(cr, -122, -30);
    cairo_stroke(cr);
    cairo_move_to(cr, -150, -44); /* folded from a sheet of paper */
    cairo_line_to(cr, -72, 34);
    cairo_line_to(cr, 78, 34);
    cairo_line_to(cr, 156, -44);
    cairo_line_to(cr, 60, -16);
    cairo_line_to(cr, 6, -40);
    cairo_line_to(cr, -54, -16);
    cairo_close_path(cr);
    cairo_fill(cr);
    lantern(s, lx + 22, ly - 8, 1, 1);
    s->lamp_x = lx + 22;
    s->lamp_y = ly - 8;
    cairo_user_to_device(cr, &s->lamp_x, &s->lamp_y);
    cairo_restore(cr);
    cairo_device_to_user(cr, &s->lamp_x, &s->lamp_y);
}

static void wagon(struct stage *s, double x, uint32_t seed)
{
    cairo_t *cr = s->cr;
    black(s);
    cairo_rectangle(cr, x, -62, 190, 50);
    cairo_move_to(cr, x - 4, -60);
    cairo_curve_to(cr, x + 40, -78, x + 150, -78, x + 194, -60);
    cairo_rectangle(cr, x - 16, -22, 20, 5);
    cairo_fill(cr);
    for (int i = 0; i < 6; i++) {
        colour_set(cr, colour_of(0xffd486), 0.7 + 0.25 * chance(seed, (uint32_t)i));
        cairo_rectangle(cr, x + 12 + i * 29.0, -52, 20, 20);
        cairo_fill(cr);
        black(s);
        if (chance(seed + 1, (uint32_t)i) < 0.5) {
            cairo_arc(cr, x + 22 + i * 29.0, -42, 5.5, 0, 2 * M_PI);
            cairo_rectangle(cr, x + 15 + i * 29.0, -37, 14, 6);
            cairo_fill(cr);
        }
    }
    black(s);
    for (int i = 0; i < 4; i++) {
        cairo_arc(cr, x + 26 + (i % 2) * 26.0 + (i / 2) * 112.0, -8, 9, 0, 2 * M_PI);
        cairo_fill(cr);
    }
}

static void engine(struct stage *s)
{
    cairo_t *cr = s->cr;
    black(s);
    cairo_rectangle(cr, -150, -92, 56, 80);
    cairo_rectangle(cr, -158, -100, 72, 9);
    cairo_rectangle(cr, -96, -66, 92, 44);
    cairo_arc(cr, -4, -44, 22, -M_PI / 2, M_PI / 2);
    cairo_fill(cr);
    cairo_move_to(cr, -22, -64);
    cairo_line_to(cr, -28, -104);
    cairo_line_to(cr, -2, -104);
    cairo_line_to(cr, -8, -64);
    cairo_fill(cr);
    cairo_arc(cr, -60, -68, 12, M_PI, 2 * M_PI);
    cairo_fill(cr);
    cairo_move_to(cr, 6, -22);
    cairo_line_to(cr, 34, -4);
    cairo_line_to(cr, -10, -4);
    cairo_fill(cr);
    for (int i = 0; i < 3; i++) {
        cairo_arc(cr, -124 + i * 40.0, -15, 17, 0, 2 * M_PI);
        cairo_fill(cr);
    }
    cairo_set_line_width(cr, 4);
    double turn = s->t * 9;
    cairo_move_to(cr, -124 + 9 * cos(turn), -15 + 9 * sin(turn));
    cairo_line_to(cr, -44 + 9 * cos(turn), -15 + 9 * sin(turn));
    colour_set(cr, s->pal->far, 0.8);
    cairo_stroke(cr);
    colour_set(cr, colour_of(0xffd486), 0.9);
    cairo_rectangle(cr, -142, -82, 22, 24);
    cairo_fill(cr);
}

/* Puffs that grow and fade behind the chimney. */
static void steam(struct stage *s, double x, double y, double size)
{
    for (int i = 13; i >= 0; i--) {
        double age = (i + fmod(s->t * 5, 1)) / 14;
        colour_set(s->cr, colour_mix(s->pal->far, s->pal->light, 0.35), 0.42 * (1 - age));
        cairo_arc(s->cr, x - age * 520 * size, y - (20 + 90 * sqrt(age)) * size,
                  (12 + 46 * age) * size, 0, 2 * M_PI);
        cairo_fill(s->cr);
    }
}

void train(struct stage *s, double x, double y, double size)
{
    cairo_t *cr = s->cr;
    steam(s, x - 15 * size, y - 96 * size, size);
    cairo_save(cr);
    cairo_translate(cr, x, y + 1.2 * sin(s->t * 18));
    cairo_scale(cr, size, size);
    engine(s);
    for (uint32_t i = 0; i < 4; i++)
        wagon(s, -372 - 208.0 * i, 70 + i * 5);
    cairo_restore(cr);
    glow(cr, x + 20 * size, y - 44 * size, 220 * size, colour_of(0xffe2a4), 0.7);
}

void umbrella(struct stage *s, double x, double y, double size, double open)
{
    cairo_t *cr = s->cr;
    double w = 24 + 86 * open, h = 70 - 24 * open;
    cairo_save(cr);
    cairo_translate(cr, x, y);
    cairo_scale(cr, size, size);
    black(s);
    cairo_set_line_width(cr, 4);
    cairo_move_to(cr, 0, 0);
    cairo_line_to(cr, 0, -130);
    cairo_stroke(cr);
    cairo_move_to(cr, 0, -134);
    cairo_curve_to(cr, w * 0.6, -134, w, -134 + h * 0.5, w, -120 + h);
    for (int i = 0; i < 4; i++) {
        double from = w - i * w / 2, to = from - w / 2;
        cairo_curve_to(cr, from - w * 0.12, -134 + h, to + w * 0.12, -134 + h, to, -120 + h);
    }
    cairo_curve_to(cr, -w, -134 + h * 0.5, -w * 0.6, -134, 0, -134);
    cairo_fill(cr);
    cairo_rectangle(cr, -1.5, -148, 3, 16);
    cairo_fill(cr);
    cairo_restore(cr);
}
