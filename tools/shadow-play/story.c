#include "story.h"

#include <math.h>

#include "figure.h"
#include "scenery.h"

const char *const story_title[TONGUES] = { "La Petite Lanterne", "The Little Lantern" };
const char *const story_synopsis[TONGUES] = {
    "Lise doit porter une lumière de l'autre côté de la nuit. Treize petites histoires d'ombres, "
    "entre le soir et le matin.",
    "Lise has to carry a light to the other side of the night. Thirteen small shadow plays, "
    "between "
    "evening and morning.",
};

/* What walks goes by at this pace, and a step is so long. */
#define PACE 92.0
#define STRIDE 66.0
#define WALK_X 500.0

static void walker(struct stage *s, const struct land *ground, double size)
{
    girl(s, WALK_X, land_at(ground, WALK_X) + 6, size, POSE_WALK, ground->scroll / (STRIDE * size));
}

/* ---- 1: a hill, a tree, an evening ---- */

static void dusk(struct stage *s)
{
    const struct land ground = {
        .seed = 4, .base = 596, .height = 46, .width = 520, .scroll = 240
    };
    sky(s);
    stars(s, 11, 70, 330, 0.5 * ease(s->t, 2, 8));
    sun(s, 900, 400 + s->t * 11, 62);
    clouds(s, 21, 200, 9, 0.95, 0.5);
    clouds(s, 22, 330, 15, 0.8, 0.55);
    hills(s, &(struct land){ 1, 500, 80, 420, 0, 0.85 });
    birds(s, 330 + s->t * 44, 190, 0.55, 5, 8);
    hills(s, &(struct land){ 2, 546, 70, 330, 60, 0.5 });
    grass(s, &ground);
    tree(s, 292, land_at(&ground, 292) + 12, 470, 5, 0);
    double here = land_at(&ground, 640) + 6;
    girl(s, 640, here, 1.05, POSE_STAND, 0);
    if (s->t < 4.6) { /* not lit yet */
        double match = ease(s->t, 3.4, 4.6) * (0.7 + 0.3 * drift(5, s->t * 9));
        glow(s->cr, s->lamp_x, s->lamp_y, 120 * match + 1, colour_of(0xffd27a), match);
    }
    leaves(s, 3);
}

/* ---- 2: the bridge ---- */

static void leaping(struct stage *s, double at, double x, double y, double size)
{
    double part = (s->t - at) / 1.3;
    if (part > 0 && part < 1)
        fish(s, x + 150 * part, y - 190 * sin(part * M_PI) * size, size, -1.1 + 2.2 * part);
    if (part > 0.92 && part < 1.7) {
        double ring = (part - 0.92) / 0.78;
        colour_set(s->cr, s->pal->light, 0.55 * (1 - ring));
        cairo_set_line_width(s->cr, 2.2);
        cairo_save(s->cr);
        cairo_translate(s->cr, x + 150, y + 4);
        cairo_scale(s->cr, 1, 0.22);
        cairo_arc(s->cr, 0, 0, 20 + 90 * ring, 0, 2 * M_PI);
        cairo_restore(s->cr);
        cairo_stroke(s->cr);
    }
}

static void river(struct stage *s)
{
    double scroll = s->t * PACE * 0.55;
    sky(s);
    stars(s, 31, 130, 420, 0.9);
    moon(s, 880, 170, 66);
    clouds(s, 32, 270, -7, 0.95, 0.4);
    mountains(s, &(struct land){ 7, 520, 190, 300, scroll * 0.12, 0.9 });
    city(s, &(struct land){ 8, 560, 70, 58, scroll * 0.25, 0.72 }, 0.2);
    sea_ribbon(s, 0, 560, 0, scroll * 0.4);
    light_on_water(s, 880, 566);
    leaping(s, 3.4, 720, 640, 0.9);
    leaping(s, 5.9, 860, 660, 1.15);
    bridge(s, 500, scroll);
    girl(s, WALK_X - 20, 476, 0.86, POSE_WALK, scroll / (STRIDE * 0.86));
    reeds(s, 720, scroll * 1.5, 12);
}

/* ---- 3: the city ---- */

static void town(struct stage *s)
{
    double scroll = 300 + s->t * PACE;
    double lit = 0.04 + 0.62 * ease(s->t, 2.2, 9);
    const struct land ground = {
        .seed = 6, .base = 642, .height = 6, .width = 300, .scroll = scroll
    };
    sky(s);
    stars(s, 41, 80, 300, 0.7);
    moon(s, 1010, 150, 48);
    city(s, &(struct land){ 11, 560, 250, 74, scroll * 0.16, 0.92 }, lit * 0.6);
    city(s, &(struct land){ 12, 600, 260, 104, scroll * 0.36, 0.6 }, lit * 0.8);
    city(s, &(struct land){ 13, 640, 250, 150, scroll * 0.7, 0.28 }, lit);
    hills(s, &ground);
    for (double x = 150 - fmod(scroll, 420); x < STAGE_WIDTH + 200; x += 420) {
        double on = ease(WALK_X + 260 - x, 0, 60);
        colour_set(s->cr, paper(s, 0), 1);
        limb(s->cr, x, 646, x, 400, 12, 7);
        cairo_rectangle(s->cr, x - 14, 372, 28, 34);
        cairo_fill(s->cr);
        limb(s->cr, x - 20, 372, x + 20, 372, 6, 6);
        colour_set(s->cr, colour_mix(colour_of(0x33261c), colour_of(0xffdf9a), on), 1);
        cairo_rectangle(s->cr, x - 9, 378, 18, 24);
        cairo_fill(s->cr);
        glow(s->cr, x, 390, 230, colour_of(0xffb95c), 0.6 * on);
    }
    walker(s, &ground, 1);
}

/* ---- 4: the rooftops ---- */

static void rooftops(struct stage *s)
{
    double scroll = s->t * PACE;
    const struct land ground = { 21, 560, 0, 330, scroll, 0 };
    sky(s);
    stars(s, 51, 110, 380, 0.9);
    moon(s, 760, 232, 128);
    clouds(s, 52, 360, 10, 0.9, 0.4);
    city(s, &(struct land){ 22, 600, 190, 84, scroll * 0.2, 0.85 }, 0.35);
    roofs(s, &(struct land){ 23, 620, 0, 260, scroll * 0.55, 0.45 }, 0.5);
    roofs(s, &ground, 0.4);
    girl(s, WALK_X + 90, 562, 0.95, POSE_WALK, scroll / (STRIDE * 0.95));
    double shy = 130 * ease(s->t, 3, 6);
    cat(s, WALK_X - 300 + shy, 562, 1.15, scroll / 36);
}

/* ---- 5: the forest ---- */

static void forest(struct stage *s)
{
    double scroll = s->t * PACE;
    const struct land ground = { 31, 610, 24, 420, scroll, 0 };
    sky(s);
    stars(s, 61, 60, 260, 0.6);
    moon(s, 360, 190, 74);
    pines(s, &(struct land){ 32, 470, 330, 84, scroll * 0.15, 0.9 });
    clouds(s, 62, 470, 14, 1, 0.4);
    pines(s, &(struct land){ 33, 530, 420, 120, scroll * 0.35, 0.62 });
    pines(s, &(struct land){ 34, 590, 520, 230, scroll * 0.7, 0.3 });
    grass(s, &ground);
    walker(s, &ground, 0.98);
    for (uint32_t i = 0; i < 3; i++) {
        double x = 250 + i * 560.0 - fmod(scroll * 1.25, 560), y = 300 + 40 * chance(63, i);
        double open = ease(s->t, 3 + i * 0.8, 3.4 + i * 0.8);
        open *= fmod(s->t + i * 0.7, 2.6) < 0.14 ? 0.1 : 1;
        colour_set(s->cr, paper(s, 0), 1);
        limb(s->cr, x - 220, y + 60, x + 130, y - 6, 22, 6);
        owl(s, x, y + 20, 0.85, open);
    }
    leaves(s, 9);
}

/* ---- 6: the fox ---- */

static void snow(struct stage *s)
{
    for (int i = 0; i < 190; i++) {
        uint32_t k = (uint32_t)i * 3;
        double near = chance(71, k + 2), speed = 26 + 60 * near;
        double y = fmod(chance(71, k) * 760 + s->t * speed, 760) - 20;
        double x = fmod(chance(71, k + 1) * 1400 - s->t * (30 + 60 * near) + 2800, 1400) - 60;
        x += 14 * drift(72 + k, s->t * 0.8);
        colour_set(s->cr, colour_of(0xffffff), 0.35 + 0.5 * near);
        cairo_arc(s->cr, x, y, 1.1 + 2.6 * near, 0, 2 * M_PI);
        cairo_fill(s->cr);
    }
}

static void fox_trail(struct stage *s)
{
    double scroll = s->t * PACE * 0.9;
    const struct land ground = { 41, 604, 42, 560, scroll, 0 };
    sky(s);
    stars(s, 73, 90, 320, 0.7);
    moon(s, 1000, 150, 56);
    mountains(s, &(struct land){ 42, 520, 250, 340, scroll * 0.1, 0.95 });
    hills(s, &(struct land){ 43, 540, 60, 380, scroll * 0.3, 0.78 });
    pines(s, &(struct land){ 44, 566, 190, 190, scroll * 0.5, 0.45 });
    hills(s, &ground);
    double behind = WALK_X - 330 + 190 * ease(s->t, 3, 7.5);
    fox(s, behind, land_at(&ground, behind) + 6, 1.05, scroll / 40);
    girl(s, WALK_X + 110, land_at(&ground, WALK_X + 110) + 6, 1, POSE_WALK, scroll / STRIDE);
    snow(s);
}

/* ---- 7: the rain ---- */

static void shower(struct stage *s)
{
    double scroll = s->t * PACE * 0.8;
    const struct land ground = { 51, 620, 10, 400, scroll, 0 };
    double open = ease(s->t, 3.6, 4.3);
    sky(s);
    clouds(s, 81, 130, 24, 0.75, 0.75);
    clouds(s, 82, 230, 36, 0.6, 0.6);
    city(s, &(struct land){ 52, 580, 170, 96, scroll * 0.2, 0.85 }, 0.3);
    hills(s, &(struct land){ 53, 560, 50, 300, scroll * 0.5, 0.5 });
    for (double x = 100 - fmod(scroll * 0.8, 460); x < STAGE_WIDTH + 300; x += 460)
        tree(s, x, 616, 330, 17, 0.3);
    hills(s, &ground);
    walker(s, &ground, 1.02);
    if (s->t > 3.4)
        umbrella(s, s->lamp_x - 30, s->lamp_y + 70, 1.3, open);
    rain(s, 0.35 + 0.65 * ease(s->t, 1.5, 4), 0.16);
}

/* ---- 8: the train ---- */

static void night_train(struct stage *s)
{
    const struct land ground = { 61, 620, 40, 480, 90, 0 };
    double x = -260 + ease(s->t, 1.6, 9.6) * 2050;
    sky(s);
    stars(s, 91, 120, 380, 0.9);
    moon(s, 300, 150, 54);
    mountains(s, &(struct land){ 62, 500, 260, 330, 40, 0.95 });
    hills(s, &(struct land){ 63, 520, 60, 360, 0, 0.7 });
    viaduct(s, 440, 30);
    train(s, x, 436, 0.92);
    hills(s, &(struct land){ 64, 640, 60, 420, 300, 0.25 });
    grass(s, &ground);
    girl(s, 900, land_at(&ground, 900) + 8, -1, POSE_STAND, 0);
    cat_sitting(s, 1006, land_at(&ground, 1006) + 6, 0.9);
}

/* ---- 9: the lighthouse ---- */

static void harbour(struct stage *s)
{
    double scroll = s->t * PACE * 0.55;
    sky(s);
    stars(s, 101, 90, 330, 0.8);
    clouds(s, 102, 190, 12, 0.95, 0.45);
    mountains(s, &(struct land){ 71, 510, 120, 380, 0, 0.9 });
    sea_ribbon(s, 0, 500, 0.06, scroll * 0.2);
    static const double rock[][2] = { { 790, 560 }, { 842, 520 },  { 880, 502 }, { 930, 498 },
                                      { 978, 504 }, { 1026, 524 }, { 1080, 560 } };
    colour_set(s->cr, paper(s, 0.1), 1);
    blob(s->cr, rock, 7);
    cairo_fill(s->cr);
    lighthouse(s, 930, 505, 0.96);
    hills(s, &(struct land){ 72, 566, 66, 760, 560, 0.3 });
    sea_ribbon(s, 1, 590, 0.1, scroll * 0.3);
    birds(s, 500 + s->t * 26, 200, 0.8, 6, 14);
    const struct land quay = { 73, 634, 0, 900, scroll, 0 };
    hills(s, &quay);
    for (double x = 120 - fmod(scroll, 260); x < STAGE_WIDTH + 100; x += 260) {
        limb(s->cr, x, 650, x, 606, 26, 22);
        limb(s->cr, x - 14, 606, x + 14, 606, 12, 12);
    }
    girl(s, WALK_X - 90, 636, 1, POSE_WALK, scroll / STRIDE);
}

/* ---- 10: a boat of paper ---- */

static void setting_out(struct stage *s)
{
    double scroll = s->t * 60, x = 420 + s->t * 34;
    sky(s);
    stars(s, 111, 150, 420, 1);
    moon(s, 820, 210, 104);
    clouds(s, 112, 330, 8, 0.95, 0.4);
    hills(s, &(struct land){ 81, 512, 40, 420, scroll * 0.08, 0.85 });
    sea_ribbon(s, 0, 520, 0.05, scroll);
    light_on_water(s, 820, 520);
    sea_ribbon(s, 1, 566, 0.06, scroll);
    double y = sea_at(s, 2, 612, 0.08, scroll, x);
    boat(s, x, y - 8, 1.05, 0.035 * sin(s->t * 1.4));
    sea_ribbon(s, 2, 612, 0.08, scroll);
    sea_ribbon(s, 3, 668, 0.1, scroll);
}

/* ---- 11: the storm ---- */

static void storm(struct stage *s)
{
    double scroll = s->t * 190, x = 560 + 60 * drift(121, s->t * 0.5);
    sky(s);
    clouds(s, 122, 90, 60, 0.6, 0.85);
    clouds(s, 123, 190, 90, 0.4, 0.8);
    lightning(s, 3.1, 960, 124);
    lightning(s, 5.4, 260, 125);
    lightning(s, 7.7, 780, 129);
    sea_ribbon(s, 0, 470, 0.9, scroll);
    sea_ribbon(s, 1, 530, 1, scroll);
    double y = sea_at(s, 2, 590, 1, scroll, x);
    double ahead = sea_at(s, 2, 590, 1, scroll, x + 90),
           back = sea_at(s, 2, 590, 1, scroll, x - 90);
    boat(s, x, y - 4, 0.96, atan2(ahead - back, 180) * 0.8);
    sea_ribbon(s, 2, 590, 1, scroll);
    rain(s, 1, 0.42);
    sea_ribbon(s, 3, 672, 1, scroll);
}

/* ---- 12: the whale ---- */

static void deep(struct stage *s)
{
    double scroll = s->t * 46, x = 760;
    double rise = ease(s->t, 3, 5.6) * (1 - ease(s->t, 6.6, 9));
    sky(s);
    stars(s, 131, 260, 520, 1);
    shooting_star(s, 2.9, 180, 60);
    shooting_star(s, 4.7, 640, 40);
    shooting_star(s, 7.2, 380, 100);
    moon(s, 250, 170, 58);
    sea_ribbon(s, 0, 500, 0.08, scroll);
    light_on_water(s, 250, 506);
    double angle = -0.32 + 0.62 * ease(s->t, 4.6, 8.4);
    whale(s, 370 + 60 * rise, 790 - 225 * rise, 1, angle);
    sea_ribbon(s, 1, 570, 0.1, scroll);
    double y = sea_at(s, 2, 622, 0.14, scroll, x);
    boat(s, x + 130, y - 6, 0.82, 0.05 * sin(s->t * 1.5) - 0.06 * rise);
    sea_ribbon(s, 2, 622, 0.14, scroll);
    sea_ribbon(s, 3, 676, 0.16, scroll);
}

/* ---- 13: the morning ---- */

static void flying(struct stage *s, uint32_t i)
{
    double at = 3.3 + 0.22 * i, since = s->t - at;
    if (since < 0)
        return;
    double x = i == 0 ? 726 : 120 + 1060 * chance(141, i),
           size = i == 0 ? 1 : 0.28 + 0.5 * chance(142, i);
    double y0 = i == 0 ? 372 : 640, speed = i == 0 ? 30 : 40 + 46 * size;
    double y = y0 - since * speed - since * since * 2;
    x += 26 * drift(143 + i, s->t * 0.4);
    lantern(s, x, y, size, ease(since, 0, 0.8) * (i == 0 ? 1 : 0.6));
    if (i == 0) {
        s->lamp_x = x;
        s->lamp_y = y;
    }
}

static void morning(struct stage *s)
{
    const struct land ground = { 91, 612, 50, 640, 180, 0 };
    double up = ease(s->t, 1, 9.5);
    sky(s);
    stars(s, 144, 70, 260, 0.6 * (1 - ease(s->t, 1, 5)));
    sun(s, 420, 560 - 190 * up, 74);
    clouds(s, 145, 160, 7, 1, 0.45);
    clouds(s, 146, 270, 11, 0.9, 0.45);
    sea_ribbon(s, 0, 520, 0.04, s->t * 20);
    light_on_water(s, 420, 524);
    hills(s, &(struct land){ 92, 560, 50, 420, 0, 0.5 });
    for (uint32_t i = 26; i > 0; i--)
        flying(s, i);
    birds(s, 820 - s->t * 20, 200, 0.7, 8, 19);
    grass(s, &ground);
    tree(s, 1060, land_at(&ground, 1060) + 10, 430, 23, 0);
    double here = land_at(&ground, 640) + 6;
    cat_sitting(s, 520, land_at(&ground, 520) + 6, 0.9);
    if (s->t < 3.3) {
        girl(s, 640, here, 1.05, POSE_STAND, 0);
    } else {
        girl(s, 640, here, 1.05, POSE_RELEASE, 0);
        flying(s, 0);
    }
}

/* ---- all of it ---- */

#define PAL(high, low, light, far, near)                                                           \
    {                                                                                              \
        high, low, light, far, near                                                                \
    }
#define C(rgb)                                                                                     \
    {                                                                                              \
        ((rgb) >> 16 & 255) / 255.0, ((rgb) >> 8 & 255) / 255.0, ((rgb)&255) / 255.0               \
    }

const struct episode story[EPISODES] = {
    { { "Le Crépuscule", "Dusk" },
      { "Le soir tombe sur la colline. Lise allume sa lanterne, et la nuit peut commencer.",
        "Evening falls on the hill. Lise lights her lantern, and the night may begin." },
      PAL(C(0x3c3a6b), C(0xf7a35c), C(0xffdf9a), C(0xd9785a), C(0x1b1124)),
      dusk,
      { { 2.7,
          4.9,
          { "Quand le soir tombe,\nLise allume sa lanterne.",
            "When evening falls,\nLise lights her lantern." } },
        { 5.1,
          7.2,
          { "Elle doit la porter\nde l'autre côté de la nuit.",
            "She has to carry it\nto the other side of the night." } },
        { 7.4,
          9.4,
          { "Treize pas, lui a-t-on dit.\nPas un de moins.",
            "Thirteen steps, she was told.\nNot one less." } } },
      { .root = 57,
        .scale = SCALE_PENTATONIC,
        .beat = 0.5,
        .wind = 0.5,
        .birds = 0.6,
        .seed = 1 } },
    { { "Le Pont", "The Bridge" },
      { "Sous le pont, la rivière compte les étoiles. Un poisson veut voir la lumière de plus "
        "près.",
        "Under the bridge the river counts the stars. A fish wants to see the light from nearby." },
      PAL(C(0x12304a), C(0x6fb3b8), C(0xf3f0d2), C(0x4a8f9c), C(0x07151f)),
      river,
      { { 2.7,
          4.8,
          { "Sous le pont,\nla rivière compte les étoiles.",
            "Under the bridge\nthe river counts the stars." } },
        { 5.0,
          7.1,
          { "Un poisson saute\npour voir la lumière de plus près.",
            "A fish leaps\nto see the light from nearby." } },
        { 7.3,
          9.4,
          { "Il retombe, content :\nc'était bien la lune.",
            "It falls back, content:\nit was the moon indeed." } } },
      { .root = 60, .scale = SCALE_PENTATONIC, .beat = 0.46, .waves = 0.35, .seed = 2 } },
    { { "La Ville", "The City" },
      { "Une ville endormie. Sur le passage de Lise, les fenêtres s'allument l'une après l'autre.",
        "A city asleep. As Lise goes by, the windows light up one after another." },
      PAL(C(0x1d1b45), C(0xd9718a), C(0xffe6c2), C(0xa3567f), C(0x120c20)),
      town,
      { { 2.7,
          4.8,
          { "La ville dort.\nPas une fenêtre.", "The city is asleep.\nNot one window." } },
        { 5.0,
          7.1,
          { "Lise passe sans bruit.\nQuelqu'un se lève.",
            "Lise goes by without a sound.\nSomebody gets up." } },
        { 7.3,
          9.4,
          { "Puis quelqu'un d'autre.\nEt d'autres encore.",
            "Then somebody else.\nAnd others still." } } },
      { .root = 62, .scale = SCALE_MINOR, .beat = 0.42, .wind = 0.25, .bells = 0.8, .seed = 3 } },
    { { "Les Toits", "The Rooftops" },
      { "Là-haut, entre les cheminées, quelqu'un marche derrière elle à pas de velours.",
        "Up there among the chimneys somebody walks behind her on velvet feet." },
      PAL(C(0x10264f), C(0x8f9fd8), C(0xfff4cf), C(0x5a6db0), C(0x0a1024)),
      rooftops,
      { { 2.7,
          4.8,
          { "Pour aller plus vite,\nLise prend par les toits.",
            "To go faster,\nLise takes to the rooftops." } },
        { 5.0,
          7.1,
          { "Elle n'est pas seule.\nDes pas de velours.",
            "She is not alone.\nVelvet footsteps." } },
        { 7.3,
          9.4,
          { "Le chat n'a peur de rien,\nsauf d'être seul.",
            "The cat fears nothing,\nbut to be alone." } } },
      { .root = 59, .scale = SCALE_DORIAN, .beat = 0.38, .wind = 0.4, .pluck = 0.7, .seed = 4 } },
    { { "La Forêt", "The Forest" },
      { "Dans la forêt, la nuit a des yeux. Ils s'ouvrent un à un.",
        "In the forest the night has eyes. They open one by one." },
      PAL(C(0x0d2f35), C(0x86b98f), C(0xf0f5cf), C(0x4d8a78), C(0x06140f)),
      forest,
      { { 2.7,
          4.8,
          { "Dans la forêt,\nla nuit a des yeux.", "In the forest\nthe night has eyes." } },
        { 5.0,
          7.1,
          { "Ils s'ouvrent.\nIls regardent la lumière.", "They open.\nThey look at the light." } },
        { 7.3,
          9.4,
          { "« Hou », dit l'un.\nC'est tout ce qu'il y a à dire.",
            "\"Hoo\", says one.\nThere is no more to say." } } },
      { .root = 55, .scale = SCALE_MINOR, .beat = 0.54, .wind = 0.6, .owls = 0.8, .seed = 5 } },
    { { "Le Renard", "The Fox" },
      { "Il neige. Un renard suit Lise de loin, puis d'un peu moins loin.",
        "It snows. A fox follows Lise from afar, then from not quite so far." },
      PAL(C(0x28406e), C(0xc9d7ee), C(0xffffff), C(0x8ea9d2), C(0x101b33)),
      fox_trail,
      { { 2.7, 4.8, { "Il neige sur la montagne.", "It snows on the mountain." } },
        { 5.0, 7.1, { "Un renard suit Lise,\nde loin.", "A fox follows Lise,\nfrom afar." } },
        { 7.3, 9.4, { "Puis d'un peu moins loin.", "Then from not quite so far." } } },
      { .root = 64, .scale = SCALE_PENTATONIC, .beat = 0.5, .wind = 0.8, .seed = 6 } },
    { { "La Pluie", "The Rain" },
      { "Une lanterne de papier n'aime pas la pluie. Lise a pensé à tout.",
        "A paper lantern does not like the rain. Lise has thought of everything." },
      PAL(C(0x2b3a4a), C(0x9fb0ab), C(0xe6efe8), C(0x6f868c), C(0x10181d)),
      shower,
      { { 2.7,
          4.8,
          { "Une goutte. Puis deux.\nPuis toutes.", "One drop. Then two.\nThen all of them." } },
        { 5.0,
          7.1,
          { "Une lanterne de papier\nn'aime pas la pluie.",
            "A paper lantern\ndoes not like the rain." } },
        { 7.3, 9.4, { "Lise a pensé à tout.", "Lise has thought of everything." } } },
      { .root = 57, .scale = SCALE_DORIAN, .beat = 0.44, .rain = 1, .seed = 7 } },
    { { "Le Train", "The Train" },
      { "Sur le viaduc passe le train de nuit. À chaque fenêtre, quelqu'un rêve.",
        "The night train crosses the viaduct. At every window somebody is dreaming." },
      PAL(C(0x1a1f4d), C(0xc98bb5), C(0xffeccb), C(0x7d6ba8), C(0x0d0b22)),
      night_train,
      { { 2.7,
          4.8,
          { "Le train de nuit\nne s'arrête pas ici.", "The night train\ndoes not stop here." } },
        { 5.0,
          7.1,
          { "À chaque fenêtre,\nquelqu'un rêve.", "At every window\nsomebody is dreaming." } },
        { 7.3,
          9.4,
          { "Un enfant a vu la lanterne.\nIl croira l'avoir rêvée.",
            "A child has seen the lantern.\nIt will think it was a dream." } } },
      { .root = 60, .scale = SCALE_MINOR, .beat = 0.36, .train = 1, .wind = 0.2, .seed = 8 } },
    { { "Le Phare", "The Lighthouse" },
      { "Au bout de la terre, une grande lumière en salue une petite.",
        "Where the land ends, a great light greets a small one." },
      PAL(C(0x16324f), C(0xf0b48a), C(0xffe9bd), C(0x8e8ba0), C(0x0c1624)),
      harbour,
      { { 2.7,
          4.8,
          { "Au bout de la terre,\nil y a le phare.",
            "Where the land ends\nstands the lighthouse." } },
        { 5.0,
          7.1,
          { "Il fait signe aux bateaux,\net à Lise aussi.",
            "It beckons to the ships,\nand to Lise too." } },
        { 7.3, 9.4, { "Entre lumières,\non se comprend.", "Lights\nunderstand one another." } } },
      { .root = 62,
        .scale = SCALE_PENTATONIC,
        .beat = 0.48,
        .waves = 0.7,
        .birds = 0.3,
        .seed = 9 } },
    { { "Le Bateau de papier", "The Paper Boat" },
      { "Lise plie une feuille, une fois, deux fois, trois fois, et prend la mer.",
        "Lise folds a sheet once, twice, three times, and puts out to sea." },
      PAL(C(0x0e2a5a), C(0x7fc0d6), C(0xfdf6d8), C(0x4c8fbb), C(0x06122b)),
      setting_out,
      { { 2.7,
          4.8,
          { "Une feuille, pliée une fois,\ndeux fois, trois fois.",
            "A sheet, folded once,\ntwice, three times." } },
        { 5.0,
          7.1,
          { "La mer est calme.\nElle fait semblant de dormir.",
            "The sea is calm.\nIt pretends to sleep." } },
        { 7.3, 9.4, { "Cap sur le matin.", "Bound for the morning." } } },
      { .root = 65, .scale = SCALE_PENTATONIC, .beat = 0.56, .waves = 0.8, .seed = 10 } },
    { { "La Tempête", "The Storm" },
      { "La mer se lève. Le papier plie et ne rompt pas.",
        "The sea gets up. Paper bends and does not break." },
      PAL(C(0x232b3f), C(0x7d8f9d), C(0xdfe8f2), C(0x55677c), C(0x0a0f18)),
      storm,
      { { 2.7, 4.8, { "La mer ne dormait pas.", "The sea was not asleep." } },
        { 5.0, 7.1, { "Le papier plie\net ne rompt pas.", "Paper bends\nand does not break." } },
        { 7.3, 9.4, { "Tiens bon, petite lumière.", "Hold fast, little light." } } },
      { .root = 50,
        .scale = SCALE_MINOR,
        .beat = 0.34,
        .waves = 1,
        .rain = 0.7,
        .thunder = 1,
        .seed = 11 } },
    { { "La Baleine", "The Whale" },
      { "Après la tempête, tout se tait. Quelque chose de très grand vient regarder.",
        "After the storm all is still. Something very large comes to look." },
      PAL(C(0x0b1440), C(0x6f7fd0), C(0xf1ecff), C(0x4453a3), C(0x05081d)),
      deep,
      { { 2.7, 4.8, { "Après la tempête,\ntout se tait.", "After the storm\nall is still." } },
        { 5.0,
          7.1,
          { "Quelque chose de très grand\nvient regarder.",
            "Something very large\ncomes to look." } },
        { 7.3,
          9.4,
          { "La baleine n'avait jamais vu\nune étoile d'aussi près.",
            "The whale had never seen\na star so near." } } },
      { .root = 53, .scale = SCALE_DORIAN, .beat = 0.6, .waves = 0.6, .whale = 1, .seed = 12 } },
    { { "L'Aube", "Dawn" },
      { "Le matin est là. Lise ouvre la main, et d'autres l'attendaient.",
        "The morning has come. Lise opens her hand, and others were waiting for her." },
      PAL(C(0x6f86c6), C(0xffc58a), C(0xfff1c4), C(0xe08d74), C(0x2a1626)),
      morning,
      { { 2.7,
          4.8,
          { "De l'autre côté de la nuit,\nil y a le matin.",
            "On the other side of the night\nthere is the morning." } },
        { 5.0, 7.1, { "Lise ouvre la main.", "Lise opens her hand." } },
        { 7.3,
          9.4,
          { "Elle n'était pas la seule\nà porter une lumière.",
            "She was not the only one\nto carry a light." } } },
      { .root = 65,
        .scale = SCALE_MAJOR,
        .beat = 0.42,
        .waves = 0.3,
        .birds = 1,
        .bells = 0.5,
        .seed = 13 } },
};
