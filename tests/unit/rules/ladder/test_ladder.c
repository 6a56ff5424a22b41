#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "rules/ladder/ladder.h"
#include "rules/ladder/level.h"

static struct ladder_video video(uint16_t width, uint16_t height, uint32_t num, uint32_t den)
{
    return (struct ladder_video){ .width = width, .height = height, .rate = { num, den } };
}

static void a_source_is_never_made_greater_and_keeps_its_shape(void **state)
{
    (void)state;
    static const struct {
        uint16_t width, height;
        uint32_t par_num, par_den;
        size_t n;
        const char *top;
        uint16_t top_width, top_height;
    } rows[] = {
        { 1920, 1080, 1, 1, 7, "v1080", 1920, 1080 },
        { 3840, 2160, 1, 1, 7, "v1080", 1920, 1080 },
        { 1280, 720, 0, 0, 6, "v720", 1280, 720 },
        { 1920, 804, 1, 1, 7, "v1080", 1920, 804 },
        { 1080, 1920, 1, 1, 7, "v1080", 608, 1080 },
        { 854, 480, 1, 1, 4, "v480", 854, 480 },    /* 432 is too near to 480 */
        { 720, 576, 16, 11, 5, "v589", 1048, 576 }, /* 16:9 PAL with its wide pixels */
        { 720, 480, 8, 9, 4, "v480", 640, 480 },    /* 4:3 NTSC with its narrow ones */
        { 1440, 1080, 4, 3, 7, "v1080", 1920, 1080 },
        { 853, 479, 1, 1, 4, "v479", 852, 478 },
        { 320, 180, 1, 1, 1, "v180", 320, 180 },
        { 16, 16, 1, 1, 1, "v16", 16, 16 },
        { 2, 2, 1, 1, 1, "v2", 2, 2 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct ladder_video v = video(rows[i].width, rows[i].height, 25, 1);
        struct ladder_plan p;
        v.par_num = rows[i].par_num;
        v.par_den = rows[i].par_den;
        assert_int_equal(ladder_plan(&v, NULL, &p), OK);
        assert_int_equal(p.n, rows[i].n);
        const struct ladder_rendition *top = &p.renditions[p.n - 1];
        assert_string_equal(top->name, rows[i].top);
        assert_int_equal(top->width, rows[i].top_width);
        assert_int_equal(top->height, rows[i].top_height);
    }
}

/* Over a wide grid of sources: what every plan promises. */
static void every_plan_goes_up_by_steps_and_stays_even(void **state)
{
    (void)state;
    for (uint16_t height = 16; height < 2200; height = (uint16_t)(height + 37))
        for (uint16_t width = 16; width < 4100; width = (uint16_t)(width + 119)) {
            struct ladder_video v = video(width, height, 30, 1);
            struct ladder_plan p;
            assert_int_equal(ladder_plan(&v, NULL, &p), OK);
            assert_true(p.n >= 1 && p.n <= LADDER_RUNGS);
            for (size_t i = 0; i < p.n; i++) {
                const struct ladder_rendition *r = &p.renditions[i];
                assert_true(r->width % 2 == 0 && r->height % 2 == 0 && r->width > 0);
                assert_true(r->width <= width && r->height <= height);
                assert_true(r->maxrate >= 64000 && r->bufsize > r->maxrate);
                if (i > 0) {
                    assert_true(r->height >= p.renditions[i - 1].height);
                    assert_true(r->maxrate >= p.renditions[i - 1].maxrate);
                    assert_string_not_equal(r->name, p.renditions[i - 1].name);
                }
            }
        }
}

static void frames_are_whole_ticks_and_gops_about_two_seconds(void **state)
{
    (void)state;
    static const struct {
        uint32_t num, den, out_num, out_den, timescale, ticks;
        uint16_t gop;
    } rows[] = {
        { 24000, 1001, 24000, 1001, 24000, 1001, 48 },
        { 24, 1, 24, 1, 24000, 1000, 48 },
        { 25, 1, 25, 1, 25000, 1000, 50 },
        { 30000, 1001, 30000, 1001, 30000, 1001, 60 },
        { 30, 1, 30, 1, 30000, 1000, 60 },
        { 50, 1, 50, 1, 50000, 1000, 100 },
        { 60000, 1001, 60000, 1001, 60000, 1001, 120 },
        { 60, 1, 60, 1, 60000, 1000, 120 },
        { 25, 2, 25, 2, 25000, 2000, 25 },
        { 120, 1, 60, 1, 60000, 1000, 120 },
        { 120000, 1001, 60000, 1001, 60000, 1001, 120 },
        { 100, 1, 50, 1, 50000, 1000, 100 },
        { 125, 1, 125, 4, 12500, 400, 63 },
        { 5, 1, 10, 1, 10000, 1000, 20 },
        { 1, 1, 16, 1, 16000, 1000, 32 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct ladder_video v = video(640, 360, rows[i].num, rows[i].den);
        struct ladder_plan p;
        assert_int_equal(ladder_plan(&v, NULL, &p), OK);
        assert_int_equal(p.rate.num, rows[i].out_num);
        assert_int_equal(p.rate.den, rows[i].out_den);
        assert_int_equal(p.timescale, rows[i].timescale);
        assert_int_equal(p.frame_ticks, rows[i].ticks);
        assert_int_equal(p.gop_frames, rows[i].gop);
        assert_int_equal((uint64_t)p.frame_ticks * p.rate.num, (uint64_t)p.timescale * p.rate.den);
    }
}

static void what_no_film_has_is_refused(void **state)
{
    (void)state;
    struct ladder_plan p = { .n = 77 };
    const struct ladder_video rows[] = {
        video(0, 1080, 25, 1),     video(1920, 0, 25, 1),           video(1920, 1080, 0, 1),
        video(1920, 1080, 25, 0),  video(20000, 80, 25, 1),         video(1920, 1080, 90000, 1),
        video(1920, 1080, 1, 100), { 720, 576, 100, 1, { 25, 1 } }, { 720, 576, 1, 100, { 25, 1 } },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(ladder_plan(&rows[i], NULL, &p), ERR_ARGUMENT);
    assert_int_equal(p.n, 77);
}

static void a_ceiling_takes_the_top_away(void **state)
{
    (void)state;
    struct ladder_video v = video(1920, 1080, 25, 1);
    struct ladder_plan p;
    assert_int_equal(ladder_plan(&v, &(struct ladder_params){ .max_height = 720 }, &p), OK);
    assert_int_equal(p.n, 6);
    assert_string_equal(p.renditions[5].name, "v720");
    assert_int_equal(p.renditions[5].maxrate, 3500000);
}

static void levels_hold_the_picture_they_are_given_for(void **state)
{
    (void)state;
    struct ladder_video v = video(1920, 1080, 30, 1);
    struct ladder_plan p;
    assert_int_equal(ladder_plan(&v, NULL, &p), OK);
    for (size_t i = 0; i < p.n; i++)
        assert_string_equal(p.renditions[i].level, ladder_rungs[i].level);
    v.rate.num = 60;
    assert_int_equal(ladder_plan(&v, NULL, &p), OK);
    assert_string_equal(p.renditions[6].level, "4.2");
    assert_string_equal(p.renditions[5].level, "3.2");
    assert_string_equal(level_for(4096, 2304, (struct ladder_rate){ 25, 1 }, 1000, 1000, NULL),
                        "5.1");
    assert_string_equal(level_for(416, 234, (struct ladder_rate){ 25, 1 }, 1000, 1000, "4"), "4");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_source_is_never_made_greater_and_keeps_its_shape),
        cmocka_unit_test(every_plan_goes_up_by_steps_and_stays_even),
        cmocka_unit_test(frames_are_whole_ticks_and_gops_about_two_seconds),
        cmocka_unit_test(what_no_film_has_is_refused),
        cmocka_unit_test(a_ceiling_takes_the_top_away),
        cmocka_unit_test(levels_hold_the_picture_they_are_given_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
