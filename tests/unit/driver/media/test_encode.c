/* What comes out of the picture's encode: aligned, exact, within its caps, the same every time. */
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
static struct media_facts facts;
static struct media_plan plan;
static struct gathered one, two;

static void encode(const char *path, struct gathered *g)
{
    g->stop_at = -1;
    fixture_facts(path, &facts);
    fixture_plan(&facts, &plan);
    assert_int_equal(gather(path, &facts, &plan, NULL, g), OK);
    assert_int_equal(g->answer.n_refusals, 0);
    assert_int_equal(g->frames, facts.frames);
}

/* ---- shape ---- */

static void gops_are_closed_aligned_and_whole(const struct gathered *g)
{
    size_t gop = plan.ladder.gop_frames, n = (facts.frames + gop - 1) / gop;
    for (size_t r = 0; r < plan.ladder.n; r++) {
        assert_int_equal(g->n_gops[r], n);
        for (size_t i = 0; i < n; i++) {
            size_t want = i + 1 < n ? gop : facts.frames - i * gop;
            assert_int_equal(g->gops[r][i].number, i);
            assert_int_equal(g->gops[r][i].n, want);
        }
    }
}

/* A leaky bucket as x264 keeps it, begun nine tenths full at each piece. Only decoding order
 * counts, and the tolerance is what x264 itself calls an underflow. */
static void caps_are_kept(const struct gathered *g)
{
    for (size_t r = 0; r < plan.ladder.n; r++) {
        const struct ladder_rendition *row = &plan.ladder.renditions[r];
        double per_frame = (double)row->maxrate * plan.ladder.rate.den / plan.ladder.rate.num,
               full = 0;
        for (size_t i = 0; i < g->n_gops[r]; i++) {
            if (g->gops[r][i].number % plan.piece_gops == 0)
                full = 0.9 * row->bufsize;
            for (size_t k = 0; k < g->gops[r][i].n; k++) {
                full -= 8.0 * (double)g->gops[r][i].sizes[k];
                assert_true(full > -0.02 * row->bufsize);
                full = fmin(full + per_frame, row->bufsize);
            }
        }
    }
}

static void probe_rendition(struct gathered *g, size_t r, const char *want)
{
    const char *path = fixture_path("probe.h264");
    struct buf out;
    buf_init(&out, 4096);
    fixture_write(path, g->stream[r].data, g->stream[r].size);
    const char *const arguments[] = {
        "/usr/bin/ffprobe",
        "-v",
        "error",
        "-of",
        "csv=p=0",
        "-show_entries",
        "stream=profile,width,height,sample_aspect_ratio,pix_fmt,level,color_range,color_space,"
        "color_transfer,color_primaries,r_frame_rate",
        path,
        NULL
    };
    assert_int_equal(fixture_run(arguments, &out), 0);
    assert_string_equal(buf_string(&out), want);
    buf_finish(&out);
}

static void a_ladder_is_aligned_capped_and_tagged(void **state)
{
    (void)state;
    /* noise, so that the caps have something to cap */
    encode(FIXTURE("ladder.mkv", "-f", "lavfi", "-i", "testsrc2=s=640x360:r=30000/1001:d=5", "-vf",
                   "noise=alls=60:allf=t", FAST),
           &one);
    assert_int_equal(plan.ladder.n, 3);
    assert_int_equal(plan.ladder.gop_frames, 60);
    assert_int_equal(facts.frames, 150);
    gops_are_closed_aligned_and_whole(&one);
    caps_are_kept(&one);
    assert_int_equal(one.begun, 2);
    assert_int_equal(one.ended, 2);
    assert_int_equal(one.tiles, 2);
    assert_int_equal(one.stills, 2);
    probe_rendition(&one, 2, "High,640,360,1:1,yuv420p,30,tv,bt709,bt709,bt709,30000/1001\n");
    probe_rendition(&one, 0, "High,416,234,1:1,yuv420p,13,tv,bt709,bt709,bt709,30000/1001\n");
    gathered_finish(&one);
}

static void bytes_do_not_depend_on_the_run_or_on_what_was_skipped(void **state)
{
    (void)state;
    const char *path =
        FIXTURE("same.mp4", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=9", FAST);
    encode(path, &one);
    encode(path, &two);
    assert_true(one.picture_hash == two.picture_hash);
    for (size_t r = 0; r < plan.ladder.n; r++)
        for (size_t i = 0; i < one.n_gops[r]; i++)
            assert_true(one.gops[r][i].hash == two.gops[r][i].hash);
    gathered_finish(&two);
    two.skip = 1;
    encode(path, &two);
    two.skip = 0;
    assert_int_equal(one.n_gops[0], 5);
    assert_int_equal(two.n_gops[0], 3);
    for (size_t r = 0; r < plan.ladder.n; r++)
        for (size_t i = 0; i < two.n_gops[r]; i++) {
            assert_int_equal(two.gops[r][i].number, i + 2);
            assert_true(two.gops[r][i].hash == one.gops[r][i + 2].hash);
        }
    gathered_finish(&one);
    gathered_finish(&two);
}

/* ---- pictures for people ---- */

static void sheets_and_posters_have_their_sizes(void **state)
{
    (void)state;
    encode(FIXTURE("poster.mp4", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=4", FAST), &one);
    assert_int_equal(one.tiles, 1);
    assert_int_equal(one.columns, 2);
    assert_int_equal(one.rows, 1);
    static const struct {
        const char *name, *size;
    } rows[] = { { "tiles.jpg", "160,46\n" },
                 { "wide.jpg", "320,180\n" },
                 { "tall.jpg", "120,180\n" } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf out;
        buf_init(&out, 4096);
        const char *const arguments[] = { "/usr/bin/ffprobe",
                                          "-v",
                                          "error",
                                          "-of",
                                          "csv=p=0",
                                          "-show_entries",
                                          "stream=width,height",
                                          fixture_path(rows[i].name),
                                          NULL };
        assert_int_equal(fixture_run(arguments, &out), 0);
        assert_string_equal(buf_string(&out), rows[i].size);
        buf_finish(&out);
    }
    gathered_finish(&one);
}

/* ---- ends ---- */

static void an_encode_can_be_stopped_failed_and_cancelled(void **state)
{
    (void)state;
    const char *path =
        FIXTURE("stop.mp4", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=9", FAST);
    fixture_facts(path, &facts);
    fixture_plan(&facts, &plan);
    one.stop_at = 1;
    assert_int_equal(gather(path, &facts, &plan, NULL, &one), OK);
    assert_int_equal(one.ended, 1);
    assert_int_equal(one.n_gops[0], 2);
    gathered_finish(&one);
    one.stop_at = -1;
    one.fail = ERR_NO_SPACE;
    assert_int_equal(gather(path, &facts, &plan, NULL, &one), ERR_NO_SPACE);
    assert_int_equal(one.ended, 1);
    gathered_finish(&one);
    one.fail = OK;
    one.cancel = true;
    assert_int_equal(gather(path, &facts, &plan, NULL, &one), ERR_CANCELLED);
    gathered_finish(&one);
    one.cancel = false;
}

static void time_of_the_jail_is_limited(void **state)
{
    (void)state;
    const char *path =
        FIXTURE("long.mp4", "-f", "lavfi", "-i", "testsrc2=s=640x360:r=50:d=6", "-vf",
                "noise=alls=40:allf=t", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "30");
    const struct media_limits limits = { .cpu_seconds = 2 };
    fixture_facts(path, &facts);
    fixture_plan(&facts, &plan);
    one.stop_at = -1;
    assert_int_equal(gather(path, &facts, &plan, &limits, &one), ERR_TIMEOUT);
    gathered_finish(&one);
}

static void another_file_than_the_one_inspected_is_found_out(void **state)
{
    (void)state;
    const char *path =
        FIXTURE("one.mp4", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=40", FAST);
    fixture_facts(path, &facts);
    fixture_plan(&facts, &plan);
    one.stop_at = -1;
    path = FIXTURE("other.mp4", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=3", FAST);
    assert_int_equal(gather(path, &facts, &plan, NULL, &one), OK);
    assert_int_equal(one.answer.n_refusals, 1);
    assert_string_equal(one.answer.refusals[0].code, "truncated");
    gathered_finish(&one);
}

static void plans_that_make_no_sense_are_refused_before_any_jail(void **state)
{
    (void)state;
    struct media_facts f = { .frames = 100 };
    struct media_plan p = { .piece_gops = 1 };
    one.stop_at = -1;
    assert_int_equal(gather("/dev/null", &f, &p, NULL, &one), ERR_ARGUMENT);
    gathered_finish(&one);
}

int main(int argc, char *argv[])
{
    if (argc == 2 && strcmp(argv[1], MEDIA_JAIL_ARGUMENT) == 0)
        media_jail_main();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ladder_is_aligned_capped_and_tagged),
        cmocka_unit_test(bytes_do_not_depend_on_the_run_or_on_what_was_skipped),
        cmocka_unit_test(sheets_and_posters_have_their_sizes),
        cmocka_unit_test(an_encode_can_be_stopped_failed_and_cancelled),
        cmocka_unit_test(time_of_the_jail_is_limited),
        cmocka_unit_test(another_file_than_the_one_inspected_is_found_out),
        cmocka_unit_test(plans_that_make_no_sense_are_refused_before_any_jail),
    };
    return cmocka_run_group_tests(tests, fixtures_setup, fixtures_teardown);
}
