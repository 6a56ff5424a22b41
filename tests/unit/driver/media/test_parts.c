/* The pure parts: rates, times, byte streams, colours, limits, cues. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "driver/media/avcc.h"
#include "driver/media/cue.h"
#include "driver/media/frames.h"
#include "driver/media/limiter.h"
#include "driver/media/rate.h"
#include "driver/media/still.h"
#include "driver/media/timeline.h"
#include "driver/media/tracks.h"

/* ---- rate ---- */

enum { TIMES = 400 };

static struct ladder_rate judge(const int64_t *ticks, size_t n, double tick,
                                struct ladder_rate claimed, bool *variable)
{
    return rate_judge(&(struct rate_times){ ticks, n, tick }, claimed, variable);
}

static void even_times_give_the_standard_rate_even_in_milliseconds(void **state)
{
    (void)state;
    static const struct ladder_rate rates[] = { { 24000, 1001 }, { 24, 1 },       { 25, 1 },
                                                { 30000, 1001 }, { 30, 1 },       { 48, 1 },
                                                { 50, 1 },       { 60000, 1001 }, { 60, 1 },
                                                { 25, 2 },       { 15, 1 } };
    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
        int64_t ticks[TIMES];
        bool variable = true;
        for (int n = 0; n < TIMES; n++)
            ticks[n] = llround(n * 1000.0 * rates[i].den / rates[i].num);
        struct ladder_rate r = judge(ticks, TIMES, 0.001, (struct ladder_rate){ 0, 0 }, &variable);
        assert_int_equal(r.num, rates[i].num);
        assert_int_equal(r.den, rates[i].den);
        assert_false(variable);
    }
}

static void film_in_pulldown_has_the_rate_of_film(void **state)
{
    (void)state;
    int64_t ticks[TIMES], at = 0;
    bool variable = false;
    for (int n = 0; n < TIMES; n++) { /* fields of 1501.5 ticks of 90 kHz, 2 and 3 by turns */
        ticks[n] = at;
        at += n % 2 == 0 ? 3003 : 4504 + n % 4 / 2;
    }
    struct ladder_rate r =
        judge(ticks, TIMES, 1 / 90000.0, (struct ladder_rate){ 60000, 1001 }, &variable);
    assert_int_equal(r.num, 24000);
    assert_int_equal(r.den, 1001);
    assert_true(variable);
}

static void uneven_times_have_the_rate_of_most_pictures(void **state)
{
    (void)state;
    int64_t ticks[TIMES], at = 0;
    bool variable = false;
    for (int n = 0; n < TIMES; n++) {
        ticks[n] = at;
        at += n % 11 == 0 ? 90 : 33 + (n % 3 == 0);
    }
    struct ladder_rate r =
        judge(ticks, TIMES, 0.001, (struct ladder_rate){ 30000, 1001 }, &variable);
    assert_int_equal(r.num, 30000);
    assert_int_equal(r.den, 1001);
    assert_true(variable);
}

static void an_odd_rate_is_kept_as_it_is(void **state)
{
    (void)state;
    int64_t ticks[TIMES];
    bool variable = true;
    for (int n = 0; n < TIMES; n++)
        ticks[n] = n * INT64_C(90000) / 18;
    struct ladder_rate r =
        judge(ticks, TIMES, 1 / 90000.0, (struct ladder_rate){ 0, 0 }, &variable);
    assert_int_equal(r.num, 18);
    assert_int_equal(r.den, 1);
    assert_false(variable);
}

/* ---- timeline ---- */

static void slots_show_the_last_picture_that_has_come(void **state)
{
    (void)state;
    struct timeline t;
    timeline_init(&t, 1, 1000, (struct ladder_rate){ 25, 1 }); /* slots each 40 ms */
    static const struct {
        int64_t at;
        uint64_t filled;
    } rows[] = {
        { 1000, 0 },                           /* the first: time 0 */
        { 1040, 1 }, { 1081, 1 }, { 1119, 1 }, /* rounded: still slot 3 */
        { 1161, 1 }, { 1170, 0 }, /* between two slots: it takes slot 4 over, or is never seen */
        { 1300, 4 }, /* 4, 5, 6 (240) and 7 (280): a slot at 280 + 13.3 begins before 300 */
        { 1300, 0 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(timeline_take(&t, rows[i].at), rows[i].filled);
    assert_int_equal(t.next, 8);
}

static void sixty_halved_shows_every_second_picture(void **state)
{
    (void)state;
    struct timeline t;
    uint64_t slots = 0;
    timeline_init(&t, 1, 60, (struct ladder_rate){ 30, 1 });
    for (int n = 0; n < 120; n++)
        slots += timeline_take(&t, n);
    assert_int_equal(slots, 60);
}

/* ---- avcc ---- */

static void a_byte_stream_becomes_lengths_without_what_is_told_elsewhere(void **state)
{
    (void)state;
    static const uint8_t stream[] = { 0, 0, 0, 1,    9,    0xf0,                /* delimiter */
                                      0, 0, 1, 6,    5,    1,    0xaa, 0x80,    /* user data */
                                      0, 0, 1, 6,    6,    1,    0xbb, 0x80,    /* recovery point */
                                      0, 0, 0, 1,    0x67, 100,  0,    30,   1, /* SPS */
                                      0, 0, 1, 0x68, 2,    3,                   /* PPS */
                                      0, 0, 1, 0x65, 0,    0,    3,    1,    7, 0, 0 };
    static const uint8_t want[] = {
        0, 0, 0, 5, 6, 6, 1, 0xbb, 0x80, 0, 0, 0, 6, 0x65, 0, 0, 3, 1, 7
    };
    struct buf b;
    buf_init(&b, 1024);
    assert_int_equal(avcc_sample(reader_of(stream, sizeof stream), &b), OK);
    assert_int_equal(b.size, sizeof want);
    assert_memory_equal(b.data, want, sizeof want);
    buf_clear(&b);
    assert_int_equal(avcc_config(reader_of(stream, sizeof stream), &b), OK);
    static const uint8_t record[] = { 1, 100, 0, 30, 0xff, 0xe1, 0, 5,    0x67, 100,  0, 30,
                                      1, 1,   0, 3,  0x68, 2,    3, 0xfd, 0xf8, 0xf8, 0 };
    assert_int_equal(b.size, sizeof record);
    assert_memory_equal(b.data, record, sizeof record);
    buf_clear(&b);
    assert_int_equal(avcc_config(reader_of(stream, 12), &b), ERR_MALFORMED);
    assert_int_equal(avcc_sample(reader_of(stream, 6), &b), ERR_MALFORMED);
    assert_int_equal(avcc_sample(reader_of("", 0), &b), ERR_MALFORMED);
    buf_finish(&b);
}

/* ---- colours ---- */

/* A colour's samples by the definition, from R'G'B' of 0 to 1. */
static void samples_of(const double rgb[3], bool bt601, bool full, double out[3])
{
    double kr = bt601 ? 0.299 : 0.2126, kb = bt601 ? 0.114 : 0.0722;
    double y = kr * rgb[0] + (1 - kr - kb) * rgb[1] + kb * rgb[2];
    double cb = (rgb[2] - y) / (2 * (1 - kb)), cr = (rgb[0] - y) / (2 * (1 - kr));
    out[0] = full ? 255 * y : 16 + 219 * y;
    out[1] = 128 + (full ? 255 : 224) * cb;
    out[2] = 128 + (full ? 255 : 224) * cr;
}

static void a_colour_stays_the_same_from_matrix_to_matrix(void **state)
{
    (void)state;
    struct frames pool;
    assert_int_equal(frames_init(&pool, 4, 3), OK);
    for (int i = 0; i < 125; i++)
        for (int way = 0; way < 4; way++) {
            const double rgb[3] = { (i % 5) / 4.0, (i / 5 % 5) / 4.0, i / 25 / 4.0 };
            bool from601 = (way & 1) == 0, full = (way & 2) != 0;
            double in[3], want[3];
            AVFrame *f = NULL;
            samples_of(rgb, from601, false, in);
            samples_of(rgb, !from601, full, want);
            assert_int_equal(frames_get(&pool, &f), OK);
            for (int p = 0; p < 3; p++)
                for (int y = 0; y < (p == 0 ? 3 : 2); y++)
                    memset(f->data[p] + y * f->linesize[p], (int)lround(in[p]), p == 0 ? 4 : 2);
            frames_recolour(f, from601 ? FRAMES_BT601 : FRAMES_BT709, f,
                            from601 ? FRAMES_BT709 : FRAMES_BT601, full);
            for (int p = 0; p < 3; p++) {
                double most = full ? 255 : 240;
                double near = want[p] > most ? most : want[p];
                assert_true(fabs(f->data[p][0] - near) < 2);
                assert_int_equal(f->data[p][0], f->data[p][(p == 0 ? 2 : 1) * f->linesize[p] + 1]);
            }
            av_frame_free(&f);
        }
    frames_finish(&pool);
}

/* ---- stills ---- */

static void fill(AVFrame *f, int (*luma)(int x, int y))
{
    for (int y = 0; y < f->height; y++)
        for (int x = 0; x < f->width; x++) {
            f->data[0][y * f->linesize[0] + x] = (uint8_t)luma(x, y);
            f->data[1][y / 2 * f->linesize[1] + x / 2] = (uint8_t)(100 + x % 40);
            f->data[2][y / 2 * f->linesize[2] + x / 2] = (uint8_t)(110 + y % 50);
        }
}

static int black(int x, int y)
{
    (void)x, (void)y;
    return 16;
}

static int white(int x, int y)
{
    (void)x, (void)y;
    return 235;
}

static int title_card(int x, int y)
{
    return y > 40 && y < 50 && x % 7 < 3 ? 235 : 16;
}

static int soft(int x, int y)
{
    return 60 + (x + y) / 3;
}

static int lively(int x, int y)
{
    return 40 + (x * 7 + y * 13 + (x * y) % 31 * 4) % 160;
}

static int lively_right(int x, int y)
{
    return x > 110 ? lively(x, y) : 100;
}

static void posters_are_lively_and_no_title_cards(void **state)
{
    (void)state;
    struct frames pool;
    AVFrame *f = NULL;
    assert_int_equal(frames_init(&pool, 160, 90), OK);
    assert_int_equal(frames_get(&pool, &f), OK);
    fill(f, black);
    assert_true(still_score(f) == 0);
    fill(f, white);
    assert_true(still_score(f) == 0);
    fill(f, title_card);
    assert_true(still_score(f) == 0);
    fill(f, soft);
    double low = still_score(f);
    fill(f, lively);
    assert_true(still_score(f) > 2 * low);
    fill(f, lively_right);
    assert_true(still_window(f, 60) > 80);
    av_frame_free(&f);
    frames_finish(&pool);
}

/* ---- limiter ---- */

static void quiet_sound_passes_untouched_but_for_the_gain(void **state)
{
    (void)state;
    static struct limiter l;
    float a[2000], b[2000], *planes[] = { a, b };
    limiter_init(&l, 2, 0.5, 0.84);
    for (int i = 0; i < 2000; i++)
        a[i] = b[i] = (float)sin(i * 0.05);
    limiter_run(&l, planes, 2000);
    for (int i = LIMITER_DELAY; i < 2000; i++)
        assert_true(fabs(a[i] - 0.5 * sin((i - LIMITER_DELAY) * 0.05)) < 1e-6);
}

static void loud_sound_never_goes_over_the_ceiling(void **state)
{
    (void)state;
    static struct limiter l;
    float a[100], *planes[] = { a };
    double last = 0, most = 0, step = 0;
    limiter_init(&l, 1, 4, 0.84);
    srand(1);
    for (int block = 0; block < 500; block++) {
        for (int i = 0; i < 100; i++) {
            double t = (block * 100 + i) / 48000.0;
            a[i] = (float)(sin(t * 500) * (block % 50 < 10 ? 1.0 : 0.05));
            if (rand() % 997 == 0)
                a[i] = 3;
        }
        limiter_run(&l, planes, 100);
        for (int i = 0; i < 100; i++) {
            most = fmax(most, fabs(a[i]));
            step = fmax(step, fabs(a[i] - last));
            last = a[i];
        }
    }
    assert_true(most <= 0.84 + 1e-6);
    assert_true(most > 0.8);
}

/* ---- cues ---- */

static void subtitle_lines_become_safe_cue_text(void **state)
{
    (void)state;
    static const struct {
        const char *line, *text;
    } rows[] = {
        { "0,0,Default,,0,0,0,,Hello", "Hello" },
        { "0,0,Default,,0,0,0,,one, two", "one, two" },
        { "0,0,Default,,0,0,0,,{\\i1}Hi{\\i0} you", "<i>Hi</i> you" },
        { "0,0,Default,,0,0,0,,{\\i1\\b1}Hi{\\i0} you", "<i><b>Hi</b></i><b> you</b>" },
        { "0,0,Default,,0,0,0,,{\\b700}x{\\r}y", "<b>x</b>y" },
        { "0,0,Default,,0,0,0,,a\\N\\Nb", "a\nb" },
        { "0,0,Default,,0,0,0,,\\Na\\N", "a" },
        { "0,0,Default,,0,0,0,,<script> & co", "&lt;script&gt; &amp; co" },
        { "0,0,Default,,0,0,0,,{\\p1}m 0 0 l 10 10{\\p0}x", "x" },
        { "0,0,Default,,0,0,0,,{\\pos(1,2)\\an8}up", "up" },
        { "0,0,Default,,0,0,0,,{unclosed", "" },
        { "0,0,Default,,0,0,0,,a\\hb", "a b" },
        { "0,0,Default,,0,0,0,,{\\i1}a\\Nb", "<i>a</i>\n<i>b</i>" },
        { "too,few,commas", "" },
        { "", "" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf b;
        buf_init(&b, 1024);
        cue_from_ass(rows[i].line, &b);
        assert_string_equal(buf_string(&b), rows[i].text);
        buf_finish(&b);
    }
}

static void languages_are_told_in_bcp_47(void **state)
{
    (void)state;
    static const struct {
        const char *tag, *language;
    } rows[] = {
        { "eng", "en" },
        { "fre", "fr" },
        { "fra", "fr" },
        { "ENG", "en" },
        { "und", "und" },
        { NULL, "und" },
        { "", "und" },
        { "es-419", "es-419" },
        { "cmn", "cmn" },
        { "en", "en" },
        { "!", "und" },
        { "zho", "zh" },
        { "../../../../etc", "und" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char out[TRACKS_LANGUAGE];
        tracks_language(rows[i].tag, out);
        assert_string_equal(out, rows[i].language);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(even_times_give_the_standard_rate_even_in_milliseconds),
        cmocka_unit_test(film_in_pulldown_has_the_rate_of_film),
        cmocka_unit_test(uneven_times_have_the_rate_of_most_pictures),
        cmocka_unit_test(an_odd_rate_is_kept_as_it_is),
        cmocka_unit_test(slots_show_the_last_picture_that_has_come),
        cmocka_unit_test(sixty_halved_shows_every_second_picture),
        cmocka_unit_test(a_byte_stream_becomes_lengths_without_what_is_told_elsewhere),
        cmocka_unit_test(a_colour_stays_the_same_from_matrix_to_matrix),
        cmocka_unit_test(posters_are_lively_and_no_title_cards),
        cmocka_unit_test(quiet_sound_passes_untouched_but_for_the_gain),
        cmocka_unit_test(loud_sound_never_goes_over_the_ceiling),
        cmocka_unit_test(subtitle_lines_become_safe_cue_text),
        cmocka_unit_test(languages_are_told_in_bcp_47),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
