/* What comes out of the sound's encode: in time to the sample, as long as the picture, as loud as
 * asked; and the cues of text tracks. */
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

#define PICTURE "-f", "lavfi", "-i", "testsrc2=s=64x64:r=25:d=5"
#define FAST "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"

enum { SOUNDS = 4, CUES = 16 };

struct heard {
    struct buf adts[SOUNDS];
    uint16_t channels[SOUNDS];
    uint32_t rate[SOUNDS], groups[SOUNDS];
    uint64_t ticks[SOUNDS], border[SOUNDS][64]; /* ticks up to the end of each group */
    struct {
        size_t text;
        int64_t start_us, end_us;
        char words[256];
    } cues[CUES];
    size_t n_cues;
};

static struct media_facts facts;
static struct media_plan plan;
static struct heard heard;

static enum err on_group(void *context, size_t sound, uint32_t number, uint32_t sample_rate,
                         uint16_t channels, const uint8_t *config, size_t config_size,
                         const struct media_sample *samples, size_t n)
{
    struct heard *h = context;
    assert_true(sound < SOUNDS && number < 64 && config_size >= 2);
    unsigned rate = (config[0] & 7u) << 1 | config[1] >> 7, layout = config[1] >> 3 & 15;
    assert_int_equal(config[0] >> 3, 2); /* AAC-LC */
    assert_int_equal(number, h->groups[sound]++);
    h->channels[sound] = channels;
    h->rate[sound] = sample_rate;
    for (size_t i = 0; i < n; i++) {
        size_t size = samples[i].size + 7;
        const uint8_t head[7] = { 0xff,
                                  0xf1,
                                  (uint8_t)(1 << 6 | rate << 2 | layout >> 2),
                                  (uint8_t)((layout & 3) << 6 | size >> 11),
                                  (uint8_t)(size >> 3),
                                  (uint8_t)((size & 7) << 5 | 0x1f),
                                  0xfc };
        assert_true(samples[i].sync && samples[i].cts_offset == 0);
        h->ticks[sound] += samples[i].duration;
        buf_put(&h->adts[sound], head, sizeof head);
        buf_put(&h->adts[sound], samples[i].data, samples[i].size);
    }
    h->border[sound][number] = h->ticks[sound];
    return OK;
}

static enum err on_cue(void *context, size_t text, int64_t start_us, int64_t end_us,
                       const char *utf8, size_t size)
{
    struct heard *h = context;
    assert_true(h->n_cues < CUES && size < 256);
    h->cues[h->n_cues].text = text;
    h->cues[h->n_cues].start_us = start_us;
    h->cues[h->n_cues].end_us = end_us;
    memcpy(h->cues[h->n_cues++].words, utf8, size);
    return OK;
}

static void listen_to(const char *path)
{
    struct media_answer answer;
    const struct media_sound_sink sink = { .context = &heard, .group = on_group, .cue = on_cue };
    memset(&heard, 0, sizeof heard);
    for (size_t i = 0; i < SOUNDS; i++)
        buf_init(&heard.adts[i], 16 * 1024 * 1024);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(media_encode_sound(fd, &facts, &plan, NULL, &sink, &answer), OK);
    close(fd);
    assert_int_equal(answer.n_refusals, 0);
}

static void forget(void)
{
    for (size_t i = 0; i < SOUNDS; i++)
        buf_finish(&heard.adts[i]);
}

static void encode(const char *path)
{
    fixture_facts(path, &facts);
    fixture_plan(&facts, &plan);
    listen_to(path);
}

/* The samples of one channel, as an independent decoder has them. */
static size_t decode(size_t sound, int channel, float **out)
{
    struct buf raw;
    const char *path = fixture_path("heard.aac");
    char pan[64];
    snprintf(pan, sizeof pan, "pan=mono|c0=c%d", channel);
    fixture_write(path, heard.adts[sound].data, heard.adts[sound].size);
    const char *const arguments[] = {
        "/usr/bin/ffmpeg", "-v", "error", "-nostdin", "-i", path, "-af", pan, "-f",
        "f32le",           "-",  NULL
    };
    buf_init(&raw, 256 * 1024 * 1024);
    assert_int_equal(fixture_run(arguments, &raw), 0);
    *out = malloc(raw.size + 1);
    assert_non_null(*out);
    memcpy(*out, raw.data, raw.size);
    size_t n = raw.size / sizeof(float);
    buf_finish(&raw);
    return n;
}

/* Where the loudest sample is, in seconds. */
static double loudest(const float *samples, size_t n)
{
    size_t best = 0;
    for (size_t i = 0; i < n; i++)
        if (fabsf(samples[i]) > fabsf(samples[best]))
            best = i;
    return (double)best / 48000;
}

/* A burst of 2 ms at 2 s of its own time. */
#define CLICK(rate) "aevalsrc='if(between(t,2,2.002),0.9*sin(2*PI*1500*(t-2)),0)':s=" rate ":d=5"

static void a_click_stays_where_it_was_to_a_millisecond(void **state)
{
    (void)state;
    static const struct {
        const char *name, *source, *codec, *offset;
        double at;
    } rows[] = {
        { "c1.mov", CLICK("48000"), "pcm_s16le", "0", 2 },
        { "c2.mov", CLICK("44100"), "pcm_s16le", "0", 2 },
        { "c3.mp4", CLICK("48000"), "aac", "0", 2 },
        { "c4.mkv", CLICK("48000"), "ac3", "0", 2 },
        { "c5.ts", CLICK("48000"), "mp2", "0", 2 },
        { "c6.mkv", CLICK("48000"), "flac", "0.7", 2.7 }, /* sound begins late */
        { "c7.mov", CLICK("96000"), "pcm_s24le", "0.25", 2.25 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        encode(FIXTURE(rows[i].name, PICTURE, "-itsoffset", rows[i].offset, "-f", "lavfi", "-i",
                       rows[i].source, "-map", "0:v", "-map", "1:a", FAST, "-c:a", rows[i].codec,
                       "-t", "5"));
        float *samples = NULL;
        size_t n = decode(0, 0, &samples);
        double at = loudest(samples, n);
        /* the burst's strongest sample is in its first third of a millisecond */
        if (fabs(at - rows[i].at - 0.001) > 0.0015)
            print_error("%s: %.5f s\n", rows[i].name, at);
        assert_true(fabs(at - rows[i].at - 0.001) <= 0.0015);
        /* exactly as long as the picture */
        assert_int_equal(heard.ticks[0], facts.frames * 48000 / 25);
        assert_true(n >= heard.ticks[0] && n < heard.ticks[0] + 1024);
        free(samples);
        forget();
    }
}

static void groups_are_cut_beside_the_gops(void **state)
{
    (void)state;
    encode(FIXTURE("cut.mov", "-f", "lavfi", "-i", "testsrc2=s=64x64:r=30000/1001:d=9", "-f",
                   "lavfi", "-i", "sine=d=9.1", FAST, "-c:a", "pcm_s16le"));
    size_t gops = (facts.frames + plan.ladder.gop_frames - 1) / plan.ladder.gop_frames;
    assert_int_equal(heard.groups[0], gops);
    for (size_t g = 0; g + 1 < gops; g++) {
        double border = (double)(g + 1) * 60 * 1001 / 30000 * 48000;
        assert_true(fabs((double)heard.border[0][g] - border) <= 512.5);
        assert_int_equal(heard.border[0][g] % 1024, 0);
    }
    assert_int_equal(heard.border[0][gops - 1],
                     llround((double)facts.frames * 1001 / 30000 * 48000));
    forget();
}

static void surround_is_kept_and_mixed_down(void **state)
{
    (void)state;
    const char *path = FIXTURE("surround.mov", PICTURE, "-f", "lavfi", "-i",
                               "aevalsrc=0.01*sin(400*t)|0.01*sin(500*t)|0.5*sin(600*t)|"
                               "0.9*sin(30*t)|0|0.3*sin(900*t):c=5.1:s=48000:d=5",
                               FAST, "-c:a", "pcm_s16le");
    fixture_facts(path, &facts);
    fixture_plan(&facts, &plan);
    plan.sounds[1] = (struct media_sound_plan){ facts.sounds[0].stream, 6, 384000, 0 };
    plan.n_sounds = 2;
    listen_to(path);
    assert_int_equal(facts.sounds[0].channels, 6);
    assert_int_equal(heard.channels[0], 2);
    assert_int_equal(heard.channels[1], 6);
    float *left = NULL, *right = NULL, *centre = NULL;
    size_t n = decode(0, 0, &left);
    assert_int_equal(decode(0, 1, &right), n);
    double l = 0, r = 0, c = 0;
    for (size_t i = 48000; i < n; i++) {
        l = fmax(l, fabs(left[i]));
        r = fmax(r, fabs(right[i]));
    }
    /* centre at -3 dB in both, the right surround at -3 dB in the right, no bass */
    assert_true(fabs(l - 0.5 * 0.7071 - 0.01) < 0.03);
    assert_true(fabs(r - (0.5 + 0.3) * 0.7071 - 0.01) < 0.05);
    n = decode(1, 2, &centre);
    for (size_t i = 48000; i < n; i++)
        c = fmax(c, fabs(centre[i]));
    assert_true(fabs(c - 0.5) < 0.03);
    free(left);
    free(right);
    free(centre);
    forget();
}

static double level(const float *s, size_t from, size_t to)
{
    double sum = 0;
    for (size_t i = from; i < to; i++)
        sum += (double)s[i] * (double)s[i];
    return 10 * log10(sum / (double)(to - from) + 1e-20);
}

static void gain_is_applied_and_peaks_are_held(void **state)
{
    (void)state;
    static const struct {
        double gain, level, peak;
    } rows[] = {
        { 0, -21.07, 0.13 }, /* an eighth of full scale, as a sine: -18.06 - 3.01 */
        { 6, -15.07, 0.26 },
        { -10, -31.07, 0.05 },
        { 30, -4.5, 0.9 }, /* limited to 0.84: -1.51 - 3.01 */
    };
    const char *path = FIXTURE("gain.mov", PICTURE, "-f", "lavfi", "-i", "sine=f=997:r=48000:d=5",
                               FAST, "-c:a", "pcm_s16le");
    fixture_facts(path, &facts);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        float *samples = NULL;
        double peak = 0;
        fixture_plan(&facts, &plan);
        plan.sounds[0].channels = 1;
        plan.sounds[0].gain_db = rows[i].gain;
        listen_to(path);
        assert_int_equal(heard.channels[0], 1);
        size_t n = decode(0, 0, &samples);
        for (size_t k = 0; k < n; k++)
            peak = fmax(peak, fabs(samples[k]));
        assert_true(fabs(level(samples, 24000, 192000) - rows[i].level) < 0.2);
        assert_true(peak < rows[i].peak);
        free(samples);
        forget();
    }
}

static void a_hole_in_the_sound_stays_a_hole(void **state)
{
    (void)state;
    const char *path = FIXTURE("hole.mkv", PICTURE, "-f", "lavfi", "-i", "sine=f=997:r=48000:d=5",
                               "-af", "aselect='not(between(t,2,3))'", FAST, "-c:a", "flac");
    float *samples = NULL;
    encode(path);
    size_t n = decode(0, 0, &samples);
    assert_true(n > 230000);
    assert_true(level(samples, 48000, 91000) > -30);
    assert_true(level(samples, 100000, 140000) < -60);
    assert_true(level(samples, 150000, 220000) > -30);
    free(samples);
    forget();
}

static void every_language_comes_out(void **state)
{
    (void)state;
    encode(FIXTURE("two.mp4", PICTURE, "-f", "lavfi", "-i", "sine=f=300:d=5", "-f", "lavfi", "-i",
                   "sine=f=900:d=5", "-map", "0:v", "-map", "1:a", "-map", "2:a", FAST, "-c:a",
                   "aac", "-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=fra"));
    assert_int_equal(plan.n_sounds, 2);
    assert_true(heard.adts[0].size > 1000 && heard.adts[1].size > 1000);
    assert_int_equal(heard.ticks[0], heard.ticks[1]);
    forget();
}

static void the_same_sound_gives_the_same_bytes(void **state)
{
    (void)state;
    const char *path = FIXTURE("again.mp4", PICTURE, "-f", "lavfi", "-i",
                               "anoisesrc=d=5:c=pink:seed=3:r=44100", FAST, "-c:a", "aac");
    struct buf first;
    encode(path);
    buf_init(&first, 16 * 1024 * 1024);
    buf_put(&first, heard.adts[0].data, heard.adts[0].size);
    forget();
    listen_to(path);
    assert_int_equal(first.size, heard.adts[0].size);
    assert_memory_equal(first.data, heard.adts[0].data, first.size);
    buf_finish(&first);
    forget();
}

static void texts_come_as_cues_in_the_films_time(void **state)
{
    (void)state;
    static const char srt[] = "1\n00:00:00,500 --> 00:00:01,250\n<i>Bonjour</i> & <b>toi</b>\n\n"
                              "2\n00:00:02,000 --> 00:00:03,000\nDeux\nlignes\n\n"
                              "3\n00:00:04,500 --> 00:00:09,000\nTrop long\n\n"
                              "4\n00:00:20,000 --> 00:00:21,000\nTrop tard\n\n";
    static const struct {
        const char *name, *codec;
    } rows[] = {
        { "t.mkv", "srt" }, { "t.mp4", "mov_text" }, { "u.mkv", "ass" }, { "v.mkv", "webvtt" }
    };
    fixture_write(fixture_path("t.srt"), srt, sizeof srt - 1);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        encode(FIXTURE(rows[i].name, PICTURE, "-i", fixture_path("t.srt"), "-map", "0:v", "-map",
                       "1:s", FAST, "-c:s", rows[i].codec, "-metadata:s:s:0", "language=fre"));
        assert_string_equal(facts.texts[0].language, "fr");
        assert_int_equal(heard.n_cues, 3);
        assert_true(llabs(heard.cues[0].start_us - 500000) < 11000);
        assert_true(llabs(heard.cues[0].end_us - 1250000) < 11000);
        assert_string_equal(heard.cues[0].words, "<i>Bonjour</i> &amp; <b>toi</b>");
        assert_string_equal(heard.cues[1].words, "Deux\nlignes");
        assert_int_equal(heard.cues[2].end_us, 5000000);
        forget();
    }
}

int main(int argc, char *argv[])
{
    if (argc == 2 && strcmp(argv[1], MEDIA_JAIL_ARGUMENT) == 0)
        media_jail_main();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_click_stays_where_it_was_to_a_millisecond),
        cmocka_unit_test(groups_are_cut_beside_the_gops),
        cmocka_unit_test(surround_is_kept_and_mixed_down),
        cmocka_unit_test(gain_is_applied_and_peaks_are_held),
        cmocka_unit_test(a_hole_in_the_sound_stays_a_hole),
        cmocka_unit_test(every_language_comes_out),
        cmocka_unit_test(the_same_sound_gives_the_same_bytes),
        cmocka_unit_test(texts_come_as_cues_in_the_films_time),
    };
    return cmocka_run_group_tests(tests, fixtures_setup, fixtures_teardown);
}
