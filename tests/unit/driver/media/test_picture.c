/* That the picture is the source's: in time, upright, whole, in its colours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fixtures.h"

#define FAST "-c:v", "libx264", "-preset", "ultrafast", "-crf", "12", "-pix_fmt", "yuv420p"
/* A picture whose luma says when it was: 40 at 0 s, 20 more each second. */
#define CLOCK "geq=lum='40+20*T':cb=128:cr=128"

static struct media_facts facts;
static struct media_plan plan;
static struct gathered one;

static void encode(const char *path, struct gathered *g)
{
    g->stop_at = -1;
    fixture_facts(path, &facts);
    fixture_plan(&facts, &plan);
    assert_int_equal(gather(path, &facts, &plan, NULL, g), OK);
    assert_int_equal(g->answer.n_refusals, 0);
    assert_int_equal(g->frames, facts.frames);
}

static void all_gops_are_there(const struct gathered *g)
{
    size_t gop = plan.ladder.gop_frames, n = (facts.frames + gop - 1) / gop;
    for (size_t r = 0; r < plan.ladder.n; r++)
        assert_int_equal(g->n_gops[r], n);
}

/* ---- time ---- */

/* Each output picture shows the source as it was at its time, give or take `off` seconds. */
static void clock_is_right(struct gathered *g, double off)
{
    struct buf pictures;
    const struct ladder_rendition *row = &plan.ladder.renditions[plan.ladder.n - 1];
    gathered_decode(g, plan.ladder.n - 1, &pictures);
    size_t size = (size_t)row->width * row->height * 3 / 2;
    assert_int_equal(pictures.size, size * facts.frames);
    for (size_t n = 0; n < facts.frames; n++) {
        double at = (double)n * plan.ladder.rate.den / plan.ladder.rate.num;
        double seen =
            luma_mean(&pictures, row->width, row->height, n, 0, 0, row->width, row->height);
        if (fabs((seen - 40) / 20 - at) > off)
            print_error("picture %zu: %.3f s instead of %.3f s\n", n, (seen - 40) / 20, at);
        assert_true(fabs((seen - 40) / 20 - at) <= off);
    }
    buf_finish(&pictures);
}

static void any_rate_comes_out_constant_and_in_time(void **state)
{
    (void)state;
    static const struct {
        const char *name, *source, *filter;
        uint32_t num, den;
        uint64_t frames;
        double off;
    } rows[] = {
        { "r1.mp4", "color=s=64x64:r=24000/1001:d=5", CLOCK, 24000, 1001, 120, 0.06 },
        { "r2.mkv", "color=s=64x64:r=24000/1001:d=5", CLOCK, 24000, 1001, 120, 0.06 },
        { "r3.mp4", "color=s=64x64:r=30000/1001:d=5", CLOCK, 30000, 1001, 150, 0.06 },
        { "r4.mkv", "color=s=64x64:r=60000/1001:d=5", CLOCK, 60000, 1001, 300, 0.06 },
        { "r5.mp4", "color=s=64x64:r=12.5:d=5", CLOCK, 25, 2, 63, 0.06 },
        { "r6.mp4", "color=s=64x64:r=120:d=4", CLOCK, 60, 1, 240, 0.06 },
        { "r7.mp4", "color=s=64x64:r=50:d=4", CLOCK, 50, 1, 200, 0.06 },
        /* variable: every seventh picture is missing */
        { "r8.mp4", "color=s=64x64:r=30:d=5", CLOCK ",select='mod(n,7)'", 30, 1, 149, 0.1 },
        { "r9.mkv", "color=s=64x64:r=25:d=5", CLOCK ",select='mod(n,5)+gt(n,60)'", 25, 1, 124,
          0.1 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        encode(FIXTURE(rows[i].name, "-f", "lavfi", "-i", rows[i].source, "-vf", rows[i].filter,
                       "-vsync", "0", FAST),
               &one);
        if (plan.ladder.rate.num != rows[i].num || facts.frames != rows[i].frames)
            print_error("%s: %u/%u, %u frames\n", rows[i].name, plan.ladder.rate.num,
                        plan.ladder.rate.den, (unsigned)facts.frames);
        assert_int_equal(plan.ladder.rate.num, rows[i].num);
        assert_int_equal(plan.ladder.rate.den, rows[i].den);
        assert_int_equal(facts.frames, rows[i].frames);
        all_gops_are_there(&one);
        clock_is_right(&one, rows[i].off);
        gathered_finish(&one);
    }
}

/* An edit list that begins 1 s in: what is before is not shown. */
static void edit_lists_are_obeyed(void **state)
{
    (void)state;
    const char *whole = FIXTURE("whole.mp4", "-f", "lavfi", "-i", "color=s=64x64:r=25:d=5", "-vf",
                                "geq=lum='20+20*T':cb=128:cr=128", FAST, "-g", "25", "-bf", "2");
    /* -ss before a copy keeps the key frame's pictures and hides them by an edit list */
    const char *path = FIXTURE("edited.mp4", "-ss", "1.4", "-i", whole, "-c", "copy");
    encode(path, &one);
    assert_int_equal(facts.frames, 90);
    struct buf pictures;
    gathered_decode(&one, 0, &pictures);
    double first = luma_mean(&pictures, 64, 64, 0, 0, 0, 64, 64);
    assert_true(fabs(first - (20 + 20 * 1.4)) < 2);
    buf_finish(&pictures);
    gathered_finish(&one);
}

/* ---- shape of the picture ---- */

static void a_turned_picture_is_set_upright(void **state)
{
    (void)state;
    static const struct {
        const char *name, *turn;
        int x, y; /* where the bright half's middle must be, of 2 */
    } rows[] = {
        /* ffmpeg's "rotate" turns to the left */
        { "t90.mp4", "90", 0, -1 },   /* the top goes to the left */
        { "t180.mp4", "180", -1, 1 }, /* to the bottom */
        { "t270.mp4", "270", 1, -1 }, /* to the right */
    };
    const char *flat = FIXTURE("flat.mp4", "-f", "lavfi", "-i", "color=s=128x64:r=25:d=2", "-vf",
                               "geq=lum='if(lt(Y,32),220,20)':cb=128:cr=128", FAST);
    char from[FIXTURE_PATH], turn[64];
    snprintf(from, sizeof from, "%s", flat);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        snprintf(turn, sizeof turn, "rotate=%s", rows[i].turn);
        encode(FIXTURE(rows[i].name, "-i", from, "-c", "copy", "-metadata:s:v:0", turn), &one);
        const struct ladder_rendition *row = &plan.ladder.renditions[0];
        bool aside = rows[i].y < 0;
        assert_int_equal(row->width, aside ? 64 : 128);
        assert_int_equal(row->height, aside ? 128 : 64);
        int w = row->width, h = row->height;
        struct buf pictures;
        gathered_decode(&one, 0, &pictures);
        double left = luma_mean(&pictures, w, h, 3, 0, 0, w / 2, h);
        double right = luma_mean(&pictures, w, h, 3, w / 2, 0, w, h);
        double top = luma_mean(&pictures, w, h, 3, 0, 0, w, h / 2);
        double bottom = luma_mean(&pictures, w, h, 3, 0, h / 2, w, h);
        if (rows[i].x == 1)
            assert_true(right > 180 && left < 60);
        if (rows[i].x == 0)
            assert_true(left > 180 && right < 60);
        if (rows[i].y == 1)
            assert_true(bottom > 180 && top < 60);
        buf_finish(&pictures);
        gathered_finish(&one);
    }
}

/* Lines that differ from both neighbours, per thousand. */
static unsigned combs(const struct buf *pictures, int w, int h, size_t n)
{
    const uint8_t *p = pictures->data + n * (size_t)(w * h * 3 / 2);
    unsigned bad = 0;
    for (int y = 1; y + 1 < h; y++)
        for (int x = 0; x < w; x++) {
            int a = p[y * w + x] - p[(y - 1) * w + x], b = p[y * w + x] - p[(y + 1) * w + x];
            bad += (a > 30 && b > 30) || (a < -30 && b < -30);
        }
    return bad * 1000u / (unsigned)(w * h);
}

static void flagged_interlace_is_taken_apart(void **state)
{
    (void)state;
    const char *path = FIXTURE("lace.mp4", "-f", "lavfi", "-i", "color=s=640x480:r=50:d=3", "-vf",
                               "geq=lum='if(lt(mod(X+240*T,80),40),220,20)':cb=128:cr=128,"
                               "tinterlace=interleave_top",
                               FAST, "-flags", "+ildct+ilme", "-x264-params", "tff=1");
    encode(path, &one);
    assert_true(facts.is_interlaced);
    assert_int_equal(facts.frames, 75);
    struct buf pictures;
    gathered_decode(&one, plan.ladder.n - 1, &pictures);
    for (size_t n = 5; n < 70; n += 10)
        assert_true(combs(&pictures, plan.ladder.renditions[plan.ladder.n - 1].width,
                          plan.ladder.renditions[plan.ladder.n - 1].height, n) < 5);
    buf_finish(&pictures);
    gathered_finish(&one);
}

static void declared_pixels_become_square(void **state)
{
    (void)state;
    encode(FIXTURE("anamorph.mkv", "-f", "lavfi", "-i", "testsrc2=s=180x144:r=25:d=2", "-vf",
                   "setsar=16/11", FAST),
           &one);
    assert_int_equal(plan.ladder.renditions[0].width, 262);
    assert_int_equal(plan.ladder.renditions[0].height, 144);
    gathered_finish(&one);
}

/* A red of BT.601 must still be that red when it is read as BT.709. */
static void colours_survive_the_change_of_matrix(void **state)
{
    (void)state;
    static const struct {
        const char *name, *format, *matrix;
    } rows[] = {
        { "red601.mkv", "yuv420p", "smpte170m" }, { "red709.mkv", "yuv420p", "bt709" },
        { "red422.mkv", "yuv422p10le", "bt709" }, { "redpc.mkv", "yuv420p,pc", "smpte170m" },
        { "redrgb.mkv", "gbrp", "rgb" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char scale[96];
        bool rgb = strcmp(rows[i].matrix, "rgb") == 0, full = strstr(rows[i].format, "pc") != NULL;
        snprintf(scale, sizeof scale,
                 "format=gbrp,scale=out_color_matrix=%s:out_range=%s,format=%.*s",
                 rgb ? "bt709" : rows[i].matrix, full ? "pc" : "tv",
                 (int)strcspn(rows[i].format, ","), rows[i].format);
        encode(rgb ? FIXTURE(rows[i].name, "-f", "lavfi", "-i", "color=c=0xc02040:s=64x64:r=25:d=1",
                             "-vf", "format=gbrp", "-c:v", "ffv1")
                   : FIXTURE(rows[i].name, "-f", "lavfi", "-i", "color=c=0xc02040:s=64x64:r=25:d=1",
                             "-vf", scale, "-c:v", "ffv1", "-colorspace", rows[i].matrix,
                             "-color_range", full ? "pc" : "tv"),
               &one);
        struct buf pictures;
        gathered_decode(&one, 0, &pictures);
        const uint8_t *p = pictures.data + 5 * 64 * 64 * 3 / 2;
        double y = p[64 * 20 + 20] - 16, cb = p[4096 + 32 * 9 + 9] - 128,
               cr = p[4096 + 1024 + 32 * 9 + 9] - 128;
        double red = 255 * (y / 219 + 1.5748 * cr / 224);
        double blue = 255 * (y / 219 + 1.8556 * cb / 224);
        double green = 255 * (y / 219 - 0.1873 * cb / 224 - 0.4681 * cr / 224);
        bool good = fabs(red - 0xc0) < 5 && fabs(green - 0x20) < 5 && fabs(blue - 0x40) < 5;
        if (!good)
            print_error("%s: %.0f %.0f %.0f\n", rows[i].name, red, green, blue);
        assert_true(good);
        buf_finish(&pictures);
        gathered_finish(&one);
    }
}

int main(int argc, char *argv[])
{
    if (argc == 2 && strcmp(argv[1], MEDIA_JAIL_ARGUMENT) == 0)
        media_jail_main();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_rate_comes_out_constant_and_in_time),
        cmocka_unit_test(edit_lists_are_obeyed),
        cmocka_unit_test(a_turned_picture_is_set_upright),
        cmocka_unit_test(flagged_interlace_is_taken_apart),
        cmocka_unit_test(declared_pixels_become_square),
        cmocka_unit_test(colours_survive_the_change_of_matrix),
    };
    return cmocka_run_group_tests(tests, fixtures_setup, fixtures_teardown);
}
