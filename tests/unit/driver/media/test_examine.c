/* What a delivery is held against: black and silence at both ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fixtures.h"

#define INPUT "-f", "lavfi", "-i"
#define FAST "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"

static struct media_examination seen;
static struct media_answer answer;

static enum err examine(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    enum err err = media_examine(fd, NULL, NULL, NULL, &seen, &answer);
    close(fd);
    return err;
}

static void good(const char *path)
{
    enum err err = examine(path);
    for (size_t i = 0; i < answer.n_refusals; i++)
        print_error("  %s: %s\n", answer.refusals[i].code, answer.refusals[i].text);
    assert_int_equal(err, OK);
    assert_int_equal(answer.n_refusals, 0);
}

static void is_near(double is, double wanted, double slack)
{
    if (fabs(is - wanted) > slack)
        print_error("%.3f instead of %.3f\n", is, wanted);
    assert_true(fabs(is - wanted) <= slack);
}

/* Black from 0 to `head` and from `tail` on, in a film of `length`. */
static const char *with_black(const char *name, double head, double tail, double length,
                              const char *codec, const char *gop)
{
    char picture[256];
    snprintf(picture, sizeof picture,
             "testsrc2=s=320x180:r=25:d=%g,drawbox=c=black:t=fill:enable='lt(t,%g)+gte(t,%g)'",
             length, head, tail);
    return FIXTURE(name, INPUT, picture, "-c:v", codec, "-pix_fmt", "yuv420p", "-g", gop);
}

static void black_at_both_ends_is_measured_to_the_frame(void **state)
{
    (void)state;
    good(with_black("black.mp4", 1.2, 4.6, 6, "libx264", "250"));
    is_near(seen.black.head, 1.2, 0.001);
    is_near(seen.black.tail, 1.4, 0.001);
    good(with_black("black.mpg.ts", 0.4, 5.6, 6, "mpeg2video", "12"));
    is_near(seen.black.head, 0.4, 0.001);
    is_near(seen.black.tail, 0.4, 0.001);
    good(with_black("light.mkv", 0, 6, 6, "libx264", "12"));
    is_near(seen.black.head, 0, 0);
    is_near(seen.black.tail, 0, 0);
}

static void a_long_black_end_is_followed_back_to_its_beginning(void **state)
{
    (void)state;
    good(with_black("tail.mkv", 2, 20, 75, "libx264", "50"));
    is_near(seen.black.head, 2, 0.001);
    is_near(seen.black.tail, 55, 0.001);
    assert_true(seen.black.head < 3);
}

static void a_film_that_is_black_is_black_at_both_ends(void **state)
{
    (void)state;
    good(FIXTURE("all.mp4", INPUT, "color=black:s=320x180:r=25:d=3", FAST));
    is_near(seen.black.head, 3, 0.001);
    is_near(seen.black.tail, 3, 0.001);
}

static void titles_on_black_and_dark_pictures_are_no_black(void **state)
{
    (void)state;
    good(FIXTURE("title.mp4", INPUT,
                 "color=black:s=320x180:r=25:d=3,drawbox=x=60:y=80:w=200:h=12:c=white:t=fill",
                 FAST));
    is_near(seen.black.head, 0, 0);
    good(FIXTURE("dark.mp4", INPUT, "color=0x222222:s=320x180:r=25:d=3", FAST));
    is_near(seen.black.head, 0, 0);
    is_near(seen.black.tail, 0, 0);
    /* Noise around black, and a speck of dust, are. */
    good(FIXTURE("dust.mp4", INPUT,
                 "color=black:s=320x180:r=25:d=3,noise=alls=6:allf=t,"
                 "drawbox=x=60:y=80:w=8:h=8:c=white:t=fill",
                 FAST));
    is_near(seen.black.head, 3, 0.001);
}

static void black_of_the_full_range_is_black(void **state)
{
    (void)state;
    good(FIXTURE("full.mkv", INPUT, "color=black:s=320x180:r=25:d=3", "-vf", "scale=out_range=full",
                 "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuvj420p"));
    is_near(seen.black.head, 3, 0.001);
    good(FIXTURE("full-dark.mkv", INPUT, "color=0x151515:s=320x180:r=25:d=3", "-vf",
                 "scale=out_range=full", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt",
                 "yuvj420p"));
    is_near(seen.black.head, 0, 0.001);
}

static void silence_is_measured_at_the_ends_of_the_picture(void **state)
{
    (void)state;
    good(FIXTURE("silence.mkv", INPUT, "testsrc2=s=320x180:r=25:d=8", INPUT,
                 "aevalsrc='0.2*sin(2764*t)*between(t,1.5,6)':s=48000:d=8", INPUT,
                 "sine=f=440:r=48000:d=8", INPUT, "anullsrc=r=48000:cl=stereo:d=8", "-map", "0:v",
                 "-map", "1:a", "-map", "2:a", "-map", "3:a", FAST, "-c:a", "flac",
                 "-metadata:s:a:0", "language=fre", "-metadata:s:a:1", "language=eng", "-t", "8"));
    assert_int_equal(seen.facts.n_sounds, 3);
    is_near(seen.silence[0].head, 1.5, 0.002);
    is_near(seen.silence[0].tail, 2, 0.002);
    is_near(seen.silence[1].head, 0, 0.002);
    is_near(seen.silence[1].tail, 0, 0.002);
    is_near(seen.silence[2].head, 8, 0.001);
    is_near(seen.silence[2].tail, 8, 0.001);
    assert_true(isinf(seen.facts.sounds[2].loudness_lufs));
    assert_string_equal(seen.facts.sounds[0].language, "fr");
}

static void hiss_under_sixty_decibels_is_silence(void **state)
{
    (void)state;
    good(FIXTURE("hiss.mkv", INPUT, "testsrc2=s=320x180:r=25:d=5", INPUT,
                 "aevalsrc='0.0008*sin(2764*t)+0.3*sin(2764*t)*between(t,2,3)':s=48000:d=5", FAST,
                 "-c:a", "pcm_s16le"));
    is_near(seen.silence[0].head, 2, 0.002);
    is_near(seen.silence[0].tail, 2, 0.002);
}

static void a_master_that_is_refused_is_refused_here_too(void **state)
{
    (void)state;
    const char *path = fixture_path("none.mp4");
    fixture_write(path, "hello", 5);
    assert_int_equal(examine(path), OK);
    assert_int_equal(answer.n_refusals, 1);
    assert_string_equal(answer.refusals[0].code, "not-a-film");
    path = FIXTURE("only.mka", INPUT, "sine=f=440:d=2", "-c:a", "flac");
    assert_int_equal(examine(path), OK);
    assert_string_equal(answer.refusals[0].code, "no-video");
}

static bool never(void *context, double part)
{
    (void)context, (void)part;
    return false;
}

static void an_examination_can_be_cancelled(void **state)
{
    (void)state;
    const char *path = with_black("cancel.mp4", 0, 6, 6, "libx264", "12");
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_int_equal(media_examine(fd, NULL, never, NULL, &seen, &answer), ERR_CANCELLED);
    close(fd);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], MEDIA_JAIL_ARGUMENT) == 0)
        media_jail_main();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(black_at_both_ends_is_measured_to_the_frame),
        cmocka_unit_test(a_long_black_end_is_followed_back_to_its_beginning),
        cmocka_unit_test(a_film_that_is_black_is_black_at_both_ends),
        cmocka_unit_test(titles_on_black_and_dark_pictures_are_no_black),
        cmocka_unit_test(black_of_the_full_range_is_black),
        cmocka_unit_test(silence_is_measured_at_the_ends_of_the_picture),
        cmocka_unit_test(hiss_under_sixty_decibels_is_silence),
        cmocka_unit_test(a_master_that_is_refused_is_refused_here_too),
        cmocka_unit_test(an_examination_can_be_cancelled),
    };
    return cmocka_run_group_tests_name("driver/media/examine", tests, fixtures_setup,
                                       fixtures_teardown);
}
