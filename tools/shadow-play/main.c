/* shadow-play: the demonstration's own series, "La Petite Lanterne". Draws, plays and tells one of
 * its thirteen episodes of ten seconds; the same to the byte every time.
 *
 *   shadow-play picture N [HEIGHT]   YUV4MPEG2 at 24 a second, 4:2:0, BT.709, limited range
 *   shadow-play sound N              WAV, 48 kHz, stereo, 24 bits, -23 LUFS
 *   shadow-play captions N fr|en     SubRip
 *   shadow-play texts                titles and synopses of all, as JSON
 *   shadow-play still N FRAME [HEIGHT]   PNG of one frame
 *   shadow-play poster               PNG of the series' poster, 2:3
 *
 * All on standard output. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "story.h"
#include "theatre.h"

enum { FRAMES = (int)(STORY_RATE * STORY_SECONDS), SAMPLES = (int)(SOUND_RATE * STORY_SECONDS) };
enum { HEIGHT = 720, HEIGHT_MIN = 90, HEIGHT_MAX = 2160, WAV_HEAD = 44, POSTER_WIDTH = 800 };

static int usage(void)
{
    fputs("usage: shadow-play picture N [HEIGHT] | sound N | captions N fr|en | texts | "
          "still N FRAME [HEIGHT] | poster\n",
          stderr);
    return 2;
}

/* A whole number within limits; -1 when it is none. */
static int number(const char *text, int least, int most)
{
    int v = 0;
    if (text == NULL || *text == 0)
        return -1;
    for (; *text != 0; text++) {
        if (*text < '0' || *text > '9' || v > most)
            return -1;
        v = v * 10 + (*text - '0');
    }
    return v >= least && v <= most ? v : -1;
}

/* ---- pictures ---- */

/* Two lines of a picture at a time, BT.709 in 16 bits of fraction. */
static void convert(const struct theatre *t, uint8_t *planes)
{
    const int w = t->width, h = t->height, stride = cairo_image_surface_get_stride(t->picture);
    const unsigned char *data = cairo_image_surface_get_data(t->picture);
    uint8_t *luma = planes, *cb = planes + (size_t)w * (size_t)h,
            *cr = cb + (size_t)w * (size_t)h / 4;
    for (int y = 0; y < h; y += 2) {
        for (int x = 0; x < w; x += 2) {
            int r = 0, g = 0, b = 0;
            for (int k = 0; k < 4; k++) {
                int px = x + (k & 1), py = y + (k >> 1);
                uint32_t v;
                memcpy(&v, data + (size_t)py * (size_t)stride + (size_t)px * 4, sizeof v);
                int vr = (int)(v >> 16 & 255), vg = (int)(v >> 8 & 255), vb = (int)(v & 255);
                luma[(size_t)py * (size_t)w + (size_t)px] =
                    (uint8_t)((11966 * vr + 40254 * vg + 4064 * vb + (16 << 16) + 32768) >> 16);
                r += vr;
                g += vg;
                b += vb;
            }
            *cb++ = (uint8_t)((-6596 * r - 22189 * g + 28784 * b + (128 << 18) + 131072) >> 18);
            *cr++ = (uint8_t)((28784 * r - 26145 * g - 2639 * b + (128 << 18) + 131072) >> 18);
        }
    }
}

static int picture(int n, int height)
{
    struct theatre t;
    int width = height * 16 / 9 / 2 * 2;
    size_t size = (size_t)width * (size_t)height * 3 / 2;
    uint8_t *planes = malloc(size);
    int ok = theatre_open(&t, width, height) && planes != NULL;
    printf("YUV4MPEG2 W%d H%d F%d:1 Ip A1:1 C420mpeg2 XCOLORRANGE=LIMITED\n", width, height,
           STORY_RATE);
    for (int i = 0; ok && i < FRAMES; i++) {
        theatre_show(&t, n, i);
        convert(&t, planes);
        ok = fputs("FRAME\n", stdout) >= 0 && fwrite(planes, 1, size, stdout) == size;
    }
    theatre_close(&t);
    free(planes);
    return ok;
}

static cairo_status_t put_png(void *to, const unsigned char *bytes, unsigned n)
{
    return fwrite(bytes, 1, n, to) == n ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static int still(int n, int frame, int height)
{
    struct theatre t;
    int ok = theatre_open(&t, height * 16 / 9 / 2 * 2, height);
    if (ok)
        theatre_show(&t, n, frame);
    ok =
        ok && cairo_surface_write_to_png_stream(t.picture, put_png, stdout) == CAIRO_STATUS_SUCCESS;
    theatre_close(&t);
    return ok;
}

static int poster(void)
{
    struct theatre t;
    int ok = theatre_open(&t, POSTER_WIDTH, POSTER_WIDTH * 3 / 2);
    if (ok)
        theatre_poster(&t);
    ok =
        ok && cairo_surface_write_to_png_stream(t.picture, put_png, stdout) == CAIRO_STATUS_SUCCESS;
    theatre_close(&t);
    return ok;
}

/* ---- sound ---- */

static void le(uint8_t *to, uint32_t v, int bytes)
{
    for (int i = 0; i < bytes; i++)
        to[i] = (uint8_t)(v >> (8 * i));
}

static void wav_head(uint8_t head[WAV_HEAD], uint32_t bytes)
{
    memcpy(head, "RIFF....WAVEfmt ................data....", WAV_HEAD - 4);
    le(head + 4, bytes + WAV_HEAD - 8, 4);
    le(head + 16, 16, 4);
    le(head + 20, 1, 2);
    le(head + 22, 2, 2);
    le(head + 24, SOUND_RATE, 4);
    le(head + 28, SOUND_RATE * 6, 4);
    le(head + 32, 6, 2);
    le(head + 34, 24, 2);
    memcpy(head + 36, "data", 4);
    le(head + 40, bytes, 4);
}

static int sound(int n)
{
    uint8_t head[WAV_HEAD];
    float *samples = calloc(2 * (size_t)SAMPLES, sizeof *samples);
    int ok = samples != NULL && sound_make(&story[n].music, samples, SAMPLES);
    wav_head(head, 6u * SAMPLES);
    ok = ok && fwrite(head, 1, sizeof head, stdout) == sizeof head;
    for (int i = 0; ok && i < 2 * SAMPLES; i++) {
        uint8_t bytes[3];
        le(bytes, (uint32_t)(int32_t)(samples[i] * 8388607.0f), 3);
        ok = fwrite(bytes, 1, 3, stdout) == 3;
    }
    free(samples);
    return ok;
}

/* ---- words ---- */

static void srt_time(double seconds)
{
    int ms = (int)(seconds * 1000 + 0.5);
    printf("00:00:%02d,%03d", ms / 1000, ms % 1000);
}

static int captions(int n, enum tongue tongue)
{
    for (int i = 0; i < STORY_LINES; i++) {
        const struct line *l = &story[n].lines[i];
        printf("%d\n", i + 1);
        srt_time(l->from);
        fputs(" --> ", stdout);
        srt_time(l->until);
        printf("\n%s\n\n", l->text[tongue]);
    }
    return 1;
}

/* Our own texts: nothing but quotes is escaped. */
static void json_text(const char *key, const char *text, const char *after)
{
    printf("\"%s\": \"", key);
    for (; *text != 0; text++) {
        if (*text == '"' || *text == '\\')
            putchar('\\');
        putchar(*text);
    }
    printf("\"%s", after);
}

static void json_both(const char *const title[TONGUES], const char *const synopsis[TONGUES])
{
    fputs("\"title\": { ", stdout);
    json_text("fr", title[FRENCH], ", ");
    json_text("en", title[ENGLISH], " }, \"synopsis\": { ");
    json_text("fr", synopsis[FRENCH], ", ");
    json_text("en", synopsis[ENGLISH], " }");
}

static int texts(void)
{
    fputs("{ ", stdout);
    json_both(story_title, story_synopsis);
    fputs(", \"episodes\": [\n", stdout);
    for (int i = 0; i < EPISODES; i++) {
        fputs("{ ", stdout);
        json_both(story[i].title, story[i].synopsis);
        fputs(i + 1 < EPISODES ? " },\n" : " } ] }\n", stdout);
    }
    return 1;
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "", *third = argc > 3 ? argv[3] : NULL;
    int n = argc > 2 ? number(argv[2], 1, EPISODES) - 1 : -1, ok = -1;
    int height = HEIGHT, place = strcmp(what, "still") == 0 ? 4 : 3;
    if (argc > place)
        height = number(argv[place], HEIGHT_MIN, HEIGHT_MAX);
    if (strcmp(what, "texts") == 0 && argc == 2)
        ok = texts();
    else if (strcmp(what, "poster") == 0 && argc == 2)
        ok = poster();
    else if (n < 0)
        return usage();
    else if (strcmp(what, "picture") == 0 && height > 0 && height % 2 == 0)
        ok = picture(n, height);
    else if (strcmp(what, "still") == 0 && height > 0 && number(third, 0, FRAMES - 1) >= 0)
        ok = still(n, number(third, 0, FRAMES - 1), height);
    else if (strcmp(what, "sound") == 0 && argc == 3)
        ok = sound(n);
    else if (strcmp(what, "captions") == 0 && third != NULL)
        ok = strcmp(third, "fr") == 0   ? captions(n, FRENCH)
             : strcmp(third, "en") == 0 ? captions(n, ENGLISH)
                                        : -1;
    if (ok < 0)
        return usage();
    return ok && fflush(stdout) == 0 ? 0 : 1;
}
