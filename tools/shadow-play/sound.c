#include "sound.h"

#include <ebur128.h>
#include <math.h>
#include <stdlib.h>

#include "paper.h"

#define TARGET_LUFS (-23.0)
#define PEAK_MAX 0.7 /* -3 dBFS: what lies between samples stays under -1 */
#define FADE 0.35    /* seconds */

struct mixer {
    const struct music *m;
    float *out;
    int n;
};

static double pitch(double note)
{
    return 440 * pow(2, (note - 69) / 12);
}

/* A note of the scale, counted in its steps from the root. */
static double step_note(const struct music *m, int step)
{
    static const int scales[SCALES][8] = {
        [SCALE_PENTATONIC] = { 5, 0, 2, 4, 7, 9 },
        [SCALE_MAJOR] = { 7, 0, 2, 4, 5, 7, 9, 11 },
        [SCALE_MINOR] = { 7, 0, 2, 3, 5, 7, 8, 10 },
        [SCALE_DORIAN] = { 7, 0, 2, 3, 5, 7, 9, 10 },
    };
    const int *s = scales[m->scale];
    int octave = step >= 0 ? step / s[0] : -((-step + s[0] - 1) / s[0]);
    return m->root + octave * 12 + s[1 + step - octave * s[0]];
}

static void add(struct mixer *x, int i, double v, double pan)
{
    if (i < 0 || i >= x->n)
        return;
    x->out[2 * i] += (float)(v * cos((pan + 1) * M_PI / 4));
    x->out[2 * i + 1] += (float)(v * sin((pan + 1) * M_PI / 4));
}

/* ---- notes ---- */

/* A tooth of the music box: a bright strike that rings. */
static void tooth(struct mixer *x, double at, double note, double loud, double pan)
{
    static const double parts[][3] = { /* multiple, loudness, seconds */
                                       { 1, 1, 1.1 },
                                       { 2.003, 0.35, 0.7 },
                                       { 3.01, 0.16, 0.35 },
                                       { 5.43, 0.1, 0.12 }
    };
    double f = pitch(note);
    int begin = (int)(at * SOUND_RATE), length = 2 * SOUND_RATE;
    for (int i = 0; i < length; i++) {
        double t = (double)i / SOUND_RATE, v = 0;
        for (int k = 0; k < 4; k++)
            v += parts[k][1] * exp(-t / parts[k][2] * 2.6) * sin(2 * M_PI * f * parts[k][0] * t);
        add(x, begin + i, v * loud * ease(t, 0, 0.004), pan);
    }
}

/* A soft tone that swells and goes. */
static void reed(struct mixer *x, double at, double length, double note, double loud, double pan)
{
    double f = pitch(note);
    int begin = (int)(at * SOUND_RATE), n = (int)(length * SOUND_RATE);
    for (int i = 0; i < n; i++) {
        double t = (double)i / SOUND_RATE;
        double shape = ease(t, 0, length * 0.35) * (1 - ease(t, length * 0.6, length));
        double vibrato = 0.004 * sin(2 * M_PI * 4.6 * t);
        double v = sin(2 * M_PI * f * t + vibrato * f) + 0.3 * sin(4 * M_PI * f * t) +
                   0.5 * sin(2 * M_PI * f * 1.0035 * t);
        add(x, begin + i, v * loud * shape, pan);
    }
}

/* A tune of four bars, the same walk over the scale and back, never twice the same way. */
static void tune(struct mixer *x)
{
    const struct music *m = x->m;
    double length = (double)x->n / SOUND_RATE;
    int step = 4 + (int)(chance(m->seed, 1) * 3), beats = (int)((length - 1.2) / m->beat);
    for (int b = 0; b < beats; b++) {
        uint32_t k = (uint32_t)b * 4 + 10;
        double at = 0.3 + b * m->beat, pan = 0.5 * drift(m->seed + 3, b * 0.37);
        double luck = chance(m->seed, k);
        bool rests = b % 8 == 7 || (b % 4 == 3 && luck < 0.45);
        step += (int)(chance(m->seed, k + 1) * 5) - 2;
        step = step < 1 ? 3 : step > 10 ? 8 : step;
        if (b >= beats - 2)
            step = b == beats - 1 ? 5 : 6;
        if (rests)
            continue;
        tooth(x, at, step_note(m, step) + 12, b % 4 == 0 ? 0.3 : 0.2, pan);
        if (luck > 0.72)
            tooth(x, at + m->beat / 2, step_note(m, step + 1) + 12, 0.15, -pan);
        if (b % 4 == 0)
            tooth(x, at, step_note(m, (b / 4) % 2 == 0 ? 0 : 3), 0.24, 0);
    }
}

static void chords(struct mixer *x)
{
    static const int steps[] = { 0, -2, 1, 0 };
    double length = (double)x->n / SOUND_RATE, each = length / 3.6;
    for (int c = 0; c < 4; c++) {
        double at = c * each * 0.9;
        for (int v = 0; v < 3; v++)
            reed(x, at, each * 1.25, step_note(x->m, steps[c] + v * 2), 0.055, 0.5 * (v - 1));
        reed(x, at, each * 1.25, step_note(x->m, steps[c]) - 12, 0.08, 0);
    }
}

/* ---- noise ---- */

struct noise {
    uint32_t seed, n;
    double low, band;
};

/* White noise through a filter with a peak at f. */
static double noise(struct noise *z, double f, double damp)
{
    double white = chance(z->seed, z->n++) * 2 - 1, k = 2 * sin(M_PI * f / SOUND_RATE);
    z->low += k * z->band;
    z->band += k * (white - z->low - damp * z->band);
    return z->band;
}

static void weather(struct mixer *x)
{
    const struct music *m = x->m;
    struct noise wind = { .seed = m->seed + 50 }, wave[2] = { { .seed = 70 }, { .seed = 71 } },
                 drop[2] = { { .seed = 80 }, { .seed = 81 } };
    for (int i = 0; i < x->n; i++) {
        double t = (double)i / SOUND_RATE;
        if (m->wind > 0) {
            double gust = 0.5 + 0.5 * drift(m->seed + 51, t * 0.5);
            add(x, i, m->wind * 0.05 * gust * noise(&wind, 260 + 420 * gust, 0.25),
                0.6 * drift(m->seed + 52, t * 0.3));
        }
        for (int s = 0; s < 2 && m->waves > 0; s++) {
            double swell = pow(0.5 + 0.5 * sin(2 * M_PI * t / 4.6 + s * 1.1), 2);
            add(x, i, m->waves * 0.1 * (0.15 + swell) * noise(&wave[s], 320 + 500 * swell, 1.1),
                s == 0 ? -0.8 : 0.8);
        }
        for (int s = 0; s < 2 && m->rain > 0; s++) {
            double grown = 0.3 + 0.7 * ease(t, 1.5, 4);
            add(x, i, m->rain * grown * 0.06 * noise(&drop[s], 5200, 1.2), s == 0 ? -0.9 : 0.9);
        }
    }
}

static void thunder(struct mixer *x, double at, double loud)
{
    struct noise z = { .seed = (uint32_t)(at * 100) };
    int begin = (int)(at * SOUND_RATE), n = (int)(2.4 * SOUND_RATE);
    for (int i = 0; i < n; i++) {
        double t = (double)i / SOUND_RATE;
        double v = exp(-t * 1.7) * (0.6 + 0.4 * drift(7, t * 11)) * ease(t, 0, 0.03);
        add(x, begin + i, loud * 0.9 * v * noise(&z, 60 + 160 * exp(-t * 2), 0.6), 0.3);
    }
}

/* ---- creatures and machines ---- */

/* A whistle that slides. */
static void call(struct mixer *x, double at, double length, double f0, double f1, double loud,
                 double pan)
{
    double phase = 0;
    int begin = (int)(at * SOUND_RATE), n = (int)(length * SOUND_RATE);
    for (int i = 0; i < n; i++) {
        double part = (double)i / n;
        phase += 2 * M_PI * (f0 + (f1 - f0) * ease(part, 0, 1)) / SOUND_RATE;
        add(x, begin + i, loud * sin(part * M_PI) * (sin(phase) + 0.15 * sin(2 * phase)), pan);
    }
}

static void creatures(struct mixer *x)
{
    const struct music *m = x->m;
    for (uint32_t i = 0; m->birds > 0 && i < 9; i++) {
        double at = 1 + chance(m->seed, 200 + i) * 8, f = 2300 + 1500 * chance(m->seed, 220 + i);
        for (int k = 0; k < 3; k++)
            call(x, at + k * 0.11, 0.08, f, f * 1.25, 0.035 * m->birds,
                 chance(m->seed, 240 + i) * 1.6 - 0.8);
    }
    for (int i = 0; m->owls > 0 && i < 3; i++) {
        double at = 3.1 + i * 2.1, pan = i % 2 == 0 ? -0.7 : 0.6;
        call(x, at, 0.3, 392, 372, 0.09 * m->owls, pan);
        call(x, at + 0.42, 0.62, 400, 352, 0.11 * m->owls, pan);
    }
    for (int i = 0; m->whale > 0 && i < 3; i++) {
        call(x, 3.4 + i * 1.9, 1.7, 170 + 40 * i, 96 + 30 * i, 0.13 * m->whale, 0.3 - 0.3 * i);
        call(x, 4.1 + i * 1.9, 1.2, 240, 330, 0.05 * m->whale, -0.4);
    }
    for (int i = 0; m->bells > 0 && i < 4; i++)
        tooth(x, 2.6 + i * 1.8, step_note(m, i % 2 == 0 ? 0 : 4) - 12, 0.16 * m->bells, 0.4);
    for (int i = 0; m->pluck > 0 && i < 19; i++)
        tooth(x, 0.6 + i * m->beat * 1.27, step_note(m, (i * 3) % 5) - 12, 0.09 * m->pluck, -0.3);
}

/* Wheels over joints, near and gone again, and a whistle far away. */
static void wheels(struct mixer *x)
{
    struct noise z = { .seed = 90 };
    if (x->m->train <= 0)
        return;
    for (int i = 0; i < x->n; i++) {
        double t = (double)i / SOUND_RATE, near = ease(t, 1.4, 4) * (1 - ease(t, 7, 9.7));
        double beat = fmod(t * 2.1, 1), hit = exp(-beat * 26) + 0.7 * exp(-fabs(beat - 0.19) * 40);
        add(x, i, x->m->train * near * (0.028 + 0.17 * hit) * noise(&z, 210, 0.9),
            ease(t, 2, 9) * 1.6 - 0.8);
    }
    for (int i = 0; i < 3; i++)
        call(x, 2.1, 1.2, 466 * (1 + 0.25 * i), 460 * (1 + 0.25 * i), 0.03, -0.7);
}

/* ---- the whole ---- */

/* A small room: a few echoes, each fed back into the other side. */
static void room(float *out, int n)
{
    static const int delays[] = { 1427, 2029, 2851, 3709 };
    for (int d = 0; d < 4; d++) {
        for (int i = delays[d]; i < n; i++) {
            float l = out[2 * (i - delays[d])], r = out[2 * (i - delays[d]) + 1];
            out[2 * i] += 0.13f * r;
            out[2 * i + 1] += 0.13f * l;
        }
    }
}

static void fade(float *out, int n)
{
    for (int i = 0; i < n; i++) {
        double t = (double)i / SOUND_RATE, left = (double)(n - i) / SOUND_RATE;
        double v = ease(t, 0, FADE) * ease(left, 0, FADE * 2);
        out[2 * i] *= (float)v;
        out[2 * i + 1] *= (float)v;
    }
}

static double gain(float *out, int n, double db)
{
    double by = pow(10, db / 20), peak = 0;
    for (int i = 0; i < 2 * n; i++) {
        /* Above the knee it bends, so that no strike stands out of the rest. */
        double v = out[i] * by, a = fabs(v), knee = PEAK_MAX * 0.6;
        if (a > knee)
            v = copysign(knee + (PEAK_MAX - knee) * tanh((a - knee) / (PEAK_MAX - knee)), v);
        out[i] = (float)v;
        peak = fmax(peak, fabs(v));
    }
    return peak;
}

static int level(float *out, int n)
{
    for (int round = 0; round < 2; round++) { /* the knee takes a little: the second time sets it */
        double is = 0;
        ebur128_state *r = ebur128_init(2, SOUND_RATE, EBUR128_MODE_I);
        if (r == NULL)
            return 0;
        int ok = ebur128_add_frames_float(r, out, (size_t)n) == EBUR128_SUCCESS &&
                 ebur128_loudness_global(r, &is) == EBUR128_SUCCESS;
        ebur128_destroy(&r);
        if (!ok)
            return 0;
        gain(out, n, TARGET_LUFS - is);
    }
    return 1;
}

int sound_make(const struct music *m, float *out, int n)
{
    struct mixer x = { m, out, n };
    for (int i = 0; i < 2 * n; i++)
        out[i] = 0;
    tune(&x);
    chords(&x);
    creatures(&x);
    wheels(&x);
    weather(&x);
    if (m->thunder > 0) {
        thunder(&x, 3.25, m->thunder);
        thunder(&x, 5.6, m->thunder);
        thunder(&x, 7.9, m->thunder);
    }
    room(out, n);
    fade(out, n);
    return level(out, n);
}
