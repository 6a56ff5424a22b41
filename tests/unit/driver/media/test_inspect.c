/* What a master is, and why it is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "fixtures.h"

#define PICTURE "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=4"
#define SOUND "-f", "lavfi", "-i", "sine=f=440:r=48000:d=4"
#define FAST "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"

static struct media_facts facts;
static struct media_answer answer;

static enum err look(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    enum err err = media_inspect(fd, NULL, NULL, NULL, &facts, &answer);
    close(fd);
    return err;
}

static bool is_refused_for(const char *code)
{
    for (size_t i = 0; i < answer.n_refusals; i++)
        if (strcmp(answer.refusals[i].code, code) == 0)
            return true;
    return false;
}

static void refused(const char *path, const char *code)
{
    enum err err = look(path);
    if (err != OK || !is_refused_for(code)) {
        print_error("%s: %s instead of %s\n", path, err_name(err), code);
        for (size_t i = 0; i < answer.n_refusals; i++)
            print_error("  %s: %s\n", answer.refusals[i].code, answer.refusals[i].text);
    }
    assert_int_equal(err, OK);
    assert_true(is_refused_for(code));
}

/* ---- facts ---- */

static void a_film_is_known_by_its_facts(void **state)
{
    (void)state;
    fixture_write(fixture_path("a.srt"), "1\n00:00:01,000 --> 00:00:02,000\nHello\n", 39);
    const char *path = FIXTURE(
        "facts.mp4", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=24000/1001:d=4", "-f", "lavfi",
        "-i", "sine=f=440:r=48000:d=4", "-f", "lavfi", "-i", "anoisesrc=d=4:a=0.1:r=44100", "-i",
        fixture_path("a.srt"), "-map", "0:v", "-map", "1:a", "-map", "2:a", "-map", "3:s", FAST,
        "-c:a", "aac", "-filter:a:0", "pan=5.1|FL=c0|FR=c0|FC=c0", "-c:s", "mov_text",
        "-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=fre", "-metadata:s:s:0",
        "language=ger", "-disposition:s:0", "+forced+hearing_impaired", "-colorspace", "bt709",
        "-color_primaries", "bt709", "-color_trc", "bt709");
    assert_int_equal(look(path), OK);
    assert_int_equal(answer.n_refusals, 0);
    assert_string_equal(facts.container, "MP4");
    assert_string_equal(facts.codec, "H.264");
    assert_int_equal(facts.video.width, 320);
    assert_int_equal(facts.video.height, 180);
    assert_int_equal(facts.video.rate.num, 24000);
    assert_int_equal(facts.video.rate.den, 1001);
    assert_int_equal(facts.matrix, 1);
    assert_false(facts.is_variable_rate);
    assert_false(facts.is_interlaced);
    assert_int_equal(facts.frames, 96);
    assert_true(llabs(facts.duration_us - 4004000) < 1000);
    assert_int_equal(facts.n_sounds, 2);
    assert_string_equal(facts.sounds[0].language, "en");
    assert_string_equal(facts.sounds[1].language, "fr");
    assert_int_equal(facts.sounds[0].channels, 6);
    assert_int_equal(facts.sounds[1].sample_rate, 44100);
    assert_true(llabs(facts.sounds[0].start_us) < 1000);
    assert_true(llabs(facts.sounds[0].duration_us - 4000000) < 30000);
    assert_int_equal(facts.n_texts, 1);
    assert_string_equal(facts.texts[0].language, "de");
    assert_true(facts.texts[0].is_forced);
}

/* EBU Tech 3341, case 1: a stereo sine of 1 kHz at -23 dBFS in both channels reads -23 LUFS. */
static void loudness_is_what_ebu_r128_says(void **state)
{
    (void)state;
    static const struct {
        const char *name, *level;
        double lufs, peak;
    } rows[] = {
        { "r128a.mkv", "volume=-23dB", -23, -23 },
        { "r128b.mkv", "volume=-33dB", -33, -33 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char filter[96];
        snprintf(filter, sizeof filter, "volume=18.0618dB,%s,pan=stereo|c0=c0|c1=c0",
                 rows[i].level); /* lavfi's sine has an eighth of full scale */
        const char *path =
            FIXTURE(rows[i].name, "-f", "lavfi", "-i", "testsrc2=s=64x64:r=25:d=20", "-f", "lavfi",
                    "-i", "sine=f=1000:r=48000:d=20", "-af", filter, FAST, "-c:a", "pcm_f32le");
        fixture_facts(path, &facts);
        assert_true(fabs(facts.sounds[0].loudness_lufs - rows[i].lufs) < 0.1);
        assert_true(fabs(facts.sounds[0].true_peak_dbtp - rows[i].peak) < 0.2);
    }
}

static void every_container_of_the_list_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *name, *container, *video, *audio;
    } rows[] = {
        { "c.mp4", "MP4", "libx264", "aac" },       { "c.mov", "MP4", "prores_ks", "pcm_s24le" },
        { "c.mkv", "Matroska", "ffv1", "flac" },    { "c.webm", "Matroska", "libvpx", "libopus" },
        { "c.ts", "MPEG-TS", "mpeg2video", "mp2" }, { "c.mxf", "MXF", "mpeg2video", "pcm_s16le" },
        { "d.mkv", "Matroska", "mpeg4", "ac3" },    { "e.mov", "MP4", "rawvideo", "alac" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *path = FIXTURE(rows[i].name, PICTURE, SOUND, "-c:v", rows[i].video, "-c:a",
                                   rows[i].audio, "-strict", "-2", "-b:v", "1M", "-t", "2");
        fixture_facts(path, &facts);
        assert_string_equal(facts.container, rows[i].container);
        assert_int_equal(facts.video.rate.num, 25);
        assert_int_equal(facts.n_sounds, 1);
        assert_true(facts.frames >= 49 && facts.frames <= 51);
    }
}

static void a_film_without_sound_is_a_film(void **state)
{
    (void)state;
    fixture_facts(FIXTURE("silent.mp4", PICTURE, FAST), &facts);
    assert_int_equal(facts.n_sounds, 0);
    assert_int_equal(facts.frames, 100);
}

/* ---- refusals ---- */

static void what_is_no_film_is_refused_by_name(void **state)
{
    (void)state;
    const char *path = fixture_path("no.mp4");
    fixture_write(path, "", 0);
    refused(path, "empty");
    fixture_write(path, "Dear studio, here is the film.\n", 31);
    refused(path, "not-a-film");
    fixture_write(path, "#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", 38);
    refused(path, "not-a-film");
    fixture_write(path,
                  "\0\0\0\x18"
                  "ftypisom\0\0\0\0isommp42",
                  24);
    refused(path, "no-index");
    fixture_write(path,
                  "\0\0\0\x04"
                  "ftypisom\0\0\0\0isommp42",
                  24);
    refused(path, "malformed");
}

static void a_file_without_picture_is_refused(void **state)
{
    (void)state;
    refused(FIXTURE("audio.mp4", SOUND, "-c:a", "aac"), "no-video");
}

static void codecs_and_containers_not_listed_are_refused(void **state)
{
    (void)state;
    refused(FIXTURE("x.avi", PICTURE, "-c:v", "mpeg4"), "not-a-film");
    refused(FIXTURE("magic.mkv", PICTURE, "-c:v", "magicyuv"), "picture-codec");
    refused(FIXTURE("dts.mkv", PICTURE, SOUND, FAST, "-c:a", "dca", "-strict", "-2"),
            "sound-codec");
}

static void cut(const char *from, const char *name, double part)
{
    struct buf b;
    fixture_read(from, &b);
    fixture_write(fixture_path(name), b.data, (size_t)((double)b.size * part));
    buf_finish(&b);
}

static void a_file_cut_short_is_refused(void **state)
{
    (void)state;
    const char *path =
        FIXTURE("whole.mp4", PICTURE, SOUND, FAST, "-c:a", "aac", "-movflags", "+faststart");
    cut(path, "cut1.mp4", 0.6);
    refused(fixture_path("cut1.mp4"), "truncated");
    path = FIXTURE("whole2.mp4", PICTURE, SOUND, FAST, "-c:a", "aac");
    cut(path, "cut2.mp4", 0.6);
    refused(fixture_path("cut2.mp4"), "no-index");
    assert_true(is_refused_for("truncated"));
    path = FIXTURE("whole.mkv", PICTURE, SOUND, FAST, "-c:a", "flac");
    cut(path, "cut.mkv", 0.6);
    refused(fixture_path("cut.mkv"), "truncated");
    path = FIXTURE("whole.mxf", PICTURE, SOUND, "-c:v", "mpeg2video", "-c:a", "pcm_s16le");
    cut(path, "cut.mxf", 0.6);
    refused(fixture_path("cut.mxf"), "truncated");
    path = FIXTURE("whole.ts", PICTURE, SOUND, FAST, "-c:a", "aac");
    cut(path, "cut.ts", 0.601);
    refused(fixture_path("cut.ts"), "truncated");
}

static void sound_shorter_than_the_picture_is_refused(void **state)
{
    (void)state;
    refused(FIXTURE("short.mp4", PICTURE, "-f", "lavfi", "-i", "sine=d=2.5", FAST, "-c:a", "aac"),
            "sound-short");
    /* by less than a second it is padded */
    fixture_facts(
        FIXTURE("short2.mp4", PICTURE, "-f", "lavfi", "-i", "sine=d=3.5", FAST, "-c:a", "aac"),
        &facts);
}

static void interlaced_pictures_need_a_flag(void **state)
{
    (void)state;
    const char *weave = "scroll=h=0.004,tinterlace=interleave_top,setfield=prog";
    refused(FIXTURE("unflagged.mp4", "-f", "lavfi", "-i", "testsrc2=s=640x480:r=50:d=4", "-vf",
                    weave, FAST),
            "interlaced-unflagged");
    const char *path = FIXTURE("flagged.mp4", "-f", "lavfi", "-i", "testsrc2=s=640x480:r=50:d=4",
                               "-vf", "scroll=h=0.004,tinterlace=interleave_top", FAST, "-flags",
                               "+ildct+ilme", "-x264-params", "tff=1");
    fixture_facts(path, &facts);
    assert_true(facts.is_interlaced);
    assert_int_equal(facts.video.rate.num, 25);
}

static void a_picture_that_changes_its_size_is_refused(void **state)
{
    (void)state;
    struct buf a, b;
    fixture_read(FIXTURE("s1.ts", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=8", FAST), &a);
    fixture_read(FIXTURE("s2.ts", "-f", "lavfi", "-i", "testsrc2=s=480x270:r=25:d=8", FAST,
                         "-output_ts_offset", "8"),
                 &b);
    buf_put(&a, b.data, b.size);
    fixture_write(fixture_path("sizes.ts"), a.data, a.size);
    refused(fixture_path("sizes.ts"), "variable-size");
    buf_finish(&a);
    buf_finish(&b);
}

static void times_that_go_back_are_refused(void **state)
{
    (void)state;
    struct buf a, b;
    fixture_read(FIXTURE("t1.ts", PICTURE, FAST, "-output_ts_offset", "100"), &a);
    fixture_read(FIXTURE("t2.ts", PICTURE, FAST, "-output_ts_offset", "60"), &b);
    buf_put(&a, b.data, b.size);
    fixture_write(fixture_path("back.ts"), a.data, a.size);
    refused(fixture_path("back.ts"), "broken-timestamps");
    buf_finish(&a);
    buf_finish(&b);
}

static void encrypted_films_are_refused(void **state)
{
    (void)state;
    refused(FIXTURE("enc.mp4", PICTURE, FAST, "-encryption_scheme", "cenc-aes-ctr",
                    "-encryption_key", "00112233445566778899aabbccddeeff", "-encryption_kid",
                    "00112233445566778899aabbccddeeff"),
            "encrypted");
}

/* Overwrites bytes behind the first box of a type. */
static void patch(struct buf *b, const char *type, size_t offset, const void *bytes, size_t n)
{
    uint8_t *at = memmem(b->data, b->size, type, 4);
    assert_non_null(at);
    memcpy(at + 4 + offset, bytes, n);
}

static void claims_that_cannot_be_are_refused(void **state)
{
    (void)state;
    struct buf b;
    const char *path = FIXTURE("claims.mp4", PICTURE, FAST);
    const char *changed = fixture_path("claims2.mp4");
    /* a hundred hours: mvhd in thousandths, mdhd in 12800ths of a second */
    fixture_read(path, &b);
    patch(&b, "mvhd", 16, "\x15\x75\x2a\x00", 4);
    patch(&b, "tkhd", 20, "\x15\x75\x2a\x00", 4);
    patch(&b, "mdhd", 16, "\xff\xff\xff\x00", 4);
    fixture_write(changed, b.data, b.size);
    refused(changed, "absurd-duration");
    buf_finish(&b);
    /* 0 x 0 */
    fixture_read(path, &b);
    patch(&b, "avc1", 24, "\0\0\0\0", 4);
    patch(&b, "avcC", 0, "\0\0\0\0\0\0\0\0", 8);
    patch(&b, "tkhd", 76, "\0\0\0\0\0\0\0\0", 8);
    fixture_write(changed, b.data, b.size);
    assert_int_equal(look(changed), OK);
    assert_true(answer.n_refusals > 0);
    buf_finish(&b);
    /* no time for any picture: one stts entry with a step of 0 */
    fixture_read(path, &b);
    patch(&b, "stts", 12, "\0\0\0\0", 4);
    fixture_write(changed, b.data, b.size);
    assert_int_equal(look(changed), OK);
    assert_true(answer.n_refusals > 0);
    buf_finish(&b);
}

static void all_reasons_are_given_at_once(void **state)
{
    (void)state;
    const char *path = FIXTURE("many.mkv", PICTURE, "-f", "lavfi", "-i", "sine=d=2", "-c:v",
                               "magicyuv", "-c:a", "flac");
    refused(path, "picture-codec");
    assert_true(is_refused_for("sound-short"));
    for (size_t i = 0; i < answer.n_refusals; i++) {
        assert_non_null(strstr(answer.refusals[i].text, "Deliver"));
        assert_non_null(strstr(answer.refusals[i].text, "stream"));
    }
}

/* ---- limits ---- */

static bool never(void *context, double part)
{
    (void)context, (void)part;
    return false;
}

static void reading_can_be_cancelled(void **state)
{
    (void)state;
    const char *path = FIXTURE("cancel.mp4", PICTURE, SOUND, FAST, "-c:a", "aac");
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_int_equal(media_inspect(fd, NULL, never, NULL, &facts, &answer), ERR_CANCELLED);
    close(fd);
}

static void memory_of_the_jail_is_watched(void **state)
{
    (void)state;
    const char *path =
        FIXTURE("memory.mkv", "-f", "lavfi", "-i", "testsrc2=s=1280x720:r=25:d=12", "-c:v", "ffv1");
    const struct media_limits limits = { .memory_bytes = 4 << 20 };
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_int_equal(media_inspect(fd, &limits, NULL, NULL, &facts, &answer), ERR_MEMORY);
    close(fd);
}

/* ---- strangers' files ---- */

enum { STRANGERS_MAX = 40 };

static void look_at_folder(const char *folder, unsigned *seen)
{
    DIR *d = opendir(folder);
    unsigned here = 0;
    for (struct dirent *e; d != NULL && here < STRANGERS_MAX && (e = readdir(d)) != NULL;) {
        char path[1024];
        struct stat st;
        snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        if (e->d_name[0] == '.' || stat(path, &st) != 0 || !S_ISREG(st.st_mode))
            continue;
        int64_t began = clock_monotonic_us();
        enum err err = look(path);
        if (err != OK)
            print_error("%s: %s\n", path, err_name(err));
        assert_int_equal(err, OK);
        if (clock_monotonic_us() - began > 10 * UTC_SECOND)
            print_message("slow: %s\n", path);
        here++;
    }
    if (d != NULL)
        closedir(d);
    *seen += here;
}

static void strangers_files_are_answered_and_end_nothing(void **state)
{
    (void)state;
    static const char *const folders[] = { "corpora/mp4-gomp4", "corpora/mkv-libwebm/invalid",
                                           "corpora/mp4-rust", "corpora/mp4-mp4parse" };
    const char *shared = getenv("LANTERNE_SHARED");
    unsigned seen = 0;
    for (size_t i = 0; shared != NULL && i < sizeof folders / sizeof folders[0]; i++) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s", shared, folders[i]);
        look_at_folder(path, &seen);
    }
    if (seen == 0) {
        print_message("skipped: no corpora of hostile files\n");
        skip();
    }
}

int main(int argc, char *argv[])
{
    if (argc == 2 && strcmp(argv[1], MEDIA_JAIL_ARGUMENT) == 0)
        media_jail_main();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_film_is_known_by_its_facts),
        cmocka_unit_test(loudness_is_what_ebu_r128_says),
        cmocka_unit_test(every_container_of_the_list_is_read),
        cmocka_unit_test(a_film_without_sound_is_a_film),
        cmocka_unit_test(what_is_no_film_is_refused_by_name),
        cmocka_unit_test(a_file_without_picture_is_refused),
        cmocka_unit_test(codecs_and_containers_not_listed_are_refused),
        cmocka_unit_test(a_file_cut_short_is_refused),
        cmocka_unit_test(sound_shorter_than_the_picture_is_refused),
        cmocka_unit_test(interlaced_pictures_need_a_flag),
        cmocka_unit_test(a_picture_that_changes_its_size_is_refused),
        cmocka_unit_test(times_that_go_back_are_refused),
        cmocka_unit_test(encrypted_films_are_refused),
        cmocka_unit_test(claims_that_cannot_be_are_refused),
        cmocka_unit_test(all_reasons_are_given_at_once),
        cmocka_unit_test(reading_can_be_cancelled),
        cmocka_unit_test(memory_of_the_jail_is_watched),
        cmocka_unit_test(strangers_files_are_answered_and_end_nothing),
    };
    return cmocka_run_group_tests(tests, fixtures_setup, fixtures_teardown);
}
