#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/reader.h"
#include "film.h"

enum { ROOM = 1024 * 1024 };

/* A reader of its own, so that writer and reader cannot be wrong together: the content of the box
 * at the end of a path of four-letter names, each searched among the children of the one before. */
static const uint8_t *box_at(const struct buf *b, const char *path, size_t *n)
{
    const uint8_t *at = b->data;
    size_t left = b->size;
    for (; *path != 0; path += path[4] == 0 ? 4 : 5) {
        const uint8_t *found = NULL;
        size_t found_size = 0;
        for (size_t i = 0; i + 8 <= left;) {
            size_t size =
                (size_t)at[i] << 24 | (size_t)at[i + 1] << 16 | (size_t)at[i + 2] << 8 | at[i + 3];
            assert_in_range(size, 8, left - i);
            if (found == NULL && memcmp(at + i + 4, path, 4) == 0) {
                found = at + i + 8;
                found_size = size - 8;
            }
            i += size;
        }
        if (found == NULL)
            return NULL;
        size_t skip = memcmp(path, "stsd", 4) == 0   ? 8
                      : memcmp(path, "avc1", 4) == 0 ? 78
                      : memcmp(path, "mp4a", 4) == 0 ? 28
                                                     : 0;
        skip = path[4] == 0 ? 0 : skip;
        at = found + skip;
        left = found_size - skip;
    }
    *n = left;
    return at;
}

static void assert_box(const struct buf *b, const char *path, const void *bytes, size_t n)
{
    size_t size = 0;
    const uint8_t *at = box_at(b, path, &size);
    if (at == NULL)
        fail_msg("no box %s", path);
    assert_int_equal(size, n);
    assert_memory_equal(at, bytes, n);
}

static void assert_no_box(const struct buf *b, const char *path)
{
    size_t size = 0;
    assert_null(box_at(b, path, &size));
}

#define ASSERT_BOX(b, path, ...)                                                                   \
    do {                                                                                           \
        static const uint8_t expected_[] = { __VA_ARGS__ };                                        \
        assert_box((b), (path), expected_, sizeof expected_);                                      \
    } while (0)

static struct buf init_of(const struct cmaf_track *track, uint64_t duration)
{
    struct buf b;
    buf_init(&b, ROOM);
    assert_int_equal(cmaf_init(track, duration, &b), OK);
    return b;
}

static void the_brands_are_those_of_cmaf(void **state)
{
    (void)state;
    struct cmaf_track video = film_video_track(), audio = film_audio_track();
    struct buf v = init_of(&video, 0), a = init_of(&audio, 0);
    assert_box(&v, "ftyp", "iso6\0\0\0\0iso6cmfccmf2cfhdmp41", 28);
    assert_box(&a, "ftyp", "iso6\0\0\0\0iso6cmfccmf2caacmp41", 28);
    buf_finish(&v);
    buf_finish(&a);
}

static void a_media_profile_is_claimed_only_within_its_limits(void **state)
{
    (void)state;
    static const struct {
        uint16_t width, height, primaries, matrix;
        uint8_t level;
        uint32_t ticks;
        const char *brand;
    } rows[] = {
        { 640, 360, 1, 1, 30, 512, "cfsd" },   { 720, 576, 5, 5, 31, 512, "cfsd" },
        { 720, 576, 5, 5, 32, 512, "mp41" },   { 1280, 720, 1, 1, 31, 512, "cfhd" },
        { 1920, 1080, 1, 1, 40, 512, "cfhd" }, { 1920, 1080, 1, 1, 42, 256, "chdf" },
        { 1920, 1080, 1, 1, 42, 200, "mp41" }, { 3840, 2160, 1, 1, 51, 512, "mp41" },
        { 1920, 1080, 9, 9, 40, 512, "mp41" }, { 1920, 1080, 2, 2, 40, 512, "mp41" },
        { 1920, 1080, 1, 1, 40, 0, "mp41" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct cmaf_track t = film_video_track();
        uint8_t config[64];
        memcpy(config, t.config, t.config_size);
        config[3] = rows[i].level;
        t.config = config;
        t.width = rows[i].width;
        t.height = rows[i].height;
        t.primaries = rows[i].primaries;
        t.matrix = rows[i].matrix;
        t.frame_ticks = rows[i].ticks;
        struct buf b = init_of(&t, 0);
        assert_memory_equal(b.data + 28, rows[i].brand, 4);
        buf_finish(&b);
    }
}

static void the_length_is_told_by_mehd_alone(void **state)
{
    (void)state;
    struct cmaf_track t = film_video_track();
    struct buf b = init_of(&t, 0x123456789), unknown = init_of(&t, 0);
    size_t n = 0;
    ASSERT_BOX(&b, "moov.mvex.mehd", 1, 0, 0, 0, 0, 0, 0, 1, 0x23, 0x45, 0x67, 0x89);
    assert_no_box(&unknown, "moov.mvex.mehd");
    const uint8_t *mvhd = box_at(&b, "moov.mvhd", &n);
    static const uint8_t none[8];
    assert_memory_equal(mvhd + 24, none, 8);
    ASSERT_BOX(&b, "moov.trak.mdia.mdhd", 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
               0, 0, 0, 0x32, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x55, 0xc4, 0, 0);
    ASSERT_BOX(&b, "moov.mvex.trex", 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0,
               0, 0, 0);
    assert_no_box(&b, "moov.trak.edts");
    buf_finish(&b);
    buf_finish(&unknown);
}

static void a_picture_track_says_its_colour_shape_and_rate(void **state)
{
    (void)state;
    struct cmaf_track t = film_video_track();
    t.par_num = 64;
    t.par_den = 45;
    t.full_range = true;
    t.bitrate_average = 0x10203;
    t.bitrate_peak = 0x40506;
    struct buf b = init_of(&t, 0);
    size_t n = 0;
    ASSERT_BOX(&b, "moov.trak.mdia.minf.stbl.stsd.avc1.colr", 'n', 'c', 'l', 'x', 0, 1, 0, 1, 0, 1,
               0x80);
    ASSERT_BOX(&b, "moov.trak.mdia.minf.stbl.stsd.avc1.pasp", 0, 0, 0, 64, 0, 0, 0, 45);
    ASSERT_BOX(&b, "moov.trak.mdia.minf.stbl.stsd.avc1.btrt", 0, 0, 0, 0, 0, 4, 5, 6, 0, 1, 2, 3);
    assert_box(&b, "moov.trak.mdia.minf.stbl.stsd.avc1.avcC", t.config, t.config_size);
    const uint8_t *tkhd = box_at(&b, "moov.trak.tkhd", &n);
    /* 1280 * 64 / 45 = 1820.44: shown width in 16.16 */
    static const uint8_t shown[] = { 0x07, 0x1c, 0x71, 0xc7, 0x02, 0xd0, 0, 0 };
    assert_memory_equal(tkhd + n - 8, shown, 8);
    assert_int_equal(tkhd[3], 7);
    buf_finish(&b);
}

static void what_is_not_known_is_not_said(void **state)
{
    (void)state;
    struct cmaf_track t = film_video_track();
    t.primaries = t.transfer = t.matrix = 2;
    struct buf b = init_of(&t, 0);
    assert_no_box(&b, "moov.trak.mdia.minf.stbl.stsd.avc1.colr");
    assert_no_box(&b, "moov.trak.mdia.minf.stbl.stsd.avc1.btrt");
    ASSERT_BOX(&b, "moov.trak.mdia.minf.stbl.stsd.avc1.pasp", 0, 0, 0, 1, 0, 0, 0, 1);
    assert_no_box(&b, "moov.trak.mdia.elng");
    buf_finish(&b);
    t.primaries = t.transfer = t.matrix = 0;
    b = init_of(&t, 0);
    assert_no_box(&b, "moov.trak.mdia.minf.stbl.stsd.avc1.colr");
    buf_finish(&b);
    t.matrix = 6; /* one of three is something */
    b = init_of(&t, 0);
    ASSERT_BOX(&b, "moov.trak.mdia.minf.stbl.stsd.avc1.colr", 'n', 'c', 'l', 'x', 0, 2, 0, 2, 0, 6,
               0);
    buf_finish(&b);
}

static void a_sound_track_carries_its_decoder_configuration(void **state)
{
    (void)state;
    struct cmaf_track t = film_audio_track();
    t.bitrate_average = 128000;
    t.bitrate_peak = 130000;
    struct buf b = init_of(&t, 0);
    size_t n = 0;
    ASSERT_BOX(&b, "moov.trak.mdia.minf.stbl.stsd.mp4a.esds", 0, 0, 0, 0, 3, 28, 0, 0, 0, 4, 20,
               0x40, 0x15, 0, 0, 0, 0, 1, 0xfb, 0xd0, 0, 1, 0xf4, 0, 5, 5, 0x11, 0x90, 0x56, 0xe5,
               0, 6, 1, 2);
    const uint8_t *entry = box_at(&b, "moov.trak.mdia.minf.stbl.stsd.mp4a", &n);
    static const uint8_t shape[] = { 0, 2, 0, 16, 0, 0, 0, 0, 0xbb, 0x80, 0, 0 };
    assert_memory_equal(entry + 16, shape, sizeof shape);
    assert_non_null(box_at(&b, "moov.trak.mdia.minf.smhd", &n));
    buf_finish(&b);
}

static void a_rate_above_16_bits_is_left_to_the_configuration(void **state)
{
    (void)state;
    struct cmaf_track t = film_audio_track();
    static const uint8_t asc[] = { 0x10, 0x10 }; /* AAC-LC, 96 kHz, stereo */
    t.config = asc;
    t.config_size = 2;
    t.sample_rate = t.timescale = 96000;
    struct buf b = init_of(&t, 0);
    size_t n = 0;
    const uint8_t *entry = box_at(&b, "moov.trak.mdia.minf.stbl.stsd.mp4a", &n);
    static const uint8_t none[4];
    assert_memory_equal(entry + 24, none, 4);
    buf_finish(&b);
}

static void a_language_is_three_letters_and_longer_ones_have_a_box_of_their_own(void **state)
{
    (void)state;
    static const struct {
        const char *tag;
        const char *three;
        bool elng;
    } rows[] = {
        { NULL, "und", false },     { "und", "und", false },     { "fr", "fra", false },
        { "en", "eng", false },     { "de", "deu", false },      { "zh", "zho", false },
        { "cs", "ces", false },     { "nl", "nld", false },      { "aa", "aar", false },
        { "zu", "zul", false },     { "es-419", "spa", true },   { "pt-BR", "por", true },
        { "cmn", "zho", true },     { "yue-Hant", "zho", true }, { "fil", "fil", false },
        { "zh-Hans", "zho", true }, { "xx", "und", true },       { "fra", "fra", true },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct cmaf_track t = film_audio_track();
        t.language = rows[i].tag;
        struct buf b = init_of(&t, 0);
        size_t n = 0;
        const uint8_t *mdhd = box_at(&b, "moov.trak.mdia.mdhd", &n);
        unsigned packed = (unsigned)mdhd[32] << 8 | mdhd[33];
        for (size_t k = 0; k < 3; k++)
            assert_int_equal((packed >> (10 - 5 * k) & 31) + 0x60, rows[i].three[k]);
        if (rows[i].elng) {
            const uint8_t *elng = box_at(&b, "moov.trak.mdia.elng", &n);
            assert_non_null(elng);
            assert_string_equal((const char *)elng + 4, rows[i].tag);
        } else {
            assert_no_box(&b, "moov.trak.mdia.elng");
        }
        buf_finish(&b);
    }
}

enum { N_BAD = 22 };

static void spoil(struct cmaf_track *t, int how)
{
    static const uint8_t not_avcc[] = { 2, 100, 0, 31, 255, 225, 0, 1, 103, 1, 0, 1, 104 };
    static const uint8_t short_nal[] = { 1, 100, 0, 31, 252, 225, 0, 1, 103, 1, 0, 1, 104 };
    static const uint8_t no_sps[] = { 1, 100, 0, 31, 255, 224, 1, 0, 1, 104 };
    static const uint8_t no_pps[] = { 1, 100, 0, 31, 255, 225, 0, 1, 103, 0 };
    static const uint8_t empty_sps[] = { 1, 100, 0, 31, 255, 225, 0, 0, 1, 0, 1, 104 };
    static const uint8_t three_byte_nal[] = { 1, 100, 0, 31, 254, 225, 0, 1, 103, 1, 0, 1, 104 };
    static const uint8_t mp3[] = { 0xf8, 0x40, 0x20, 0 };    /* object type 34 */
    static const uint8_t no_rate[] = { 0x16, 0x90 };         /* frequency index 13 */
    static const uint8_t reserved_layout[] = { 0x11, 0xc8 }; /* channel configuration 9 */
    static uint8_t large[65];
    large[0] = 0x11;
    large[1] = 0x90;
    static const struct {
        const uint8_t *config;
        size_t n;
        bool audio;
    } configs[] = {
        { not_avcc, sizeof not_avcc, false },
        { short_nal, sizeof short_nal, false },
        { no_sps, sizeof no_sps, false },
        { no_pps, sizeof no_pps, false },
        { empty_sps, sizeof empty_sps, false },
        { three_byte_nal, sizeof three_byte_nal, false },
        { short_nal, 12, false },
        { mp3, sizeof mp3, true },
        { no_rate, sizeof no_rate, true },
        { reserved_layout, sizeof reserved_layout, true },
        { large, sizeof large, true },
        { mp3, 0, true },
    };
    enum { N_CONFIGS = sizeof configs / sizeof configs[0] };
    if (how < N_CONFIGS) {
        *t = configs[how].audio ? film_audio_track() : film_video_track();
        t->config = configs[how].config;
        t->config_size = configs[how].n;
        return;
    }
    *t = how >= 19 ? film_audio_track() : film_video_track();
    switch (how) {
    case 12: t->timescale = 0; break;
    case 13: t->config = NULL; break;
    case 14: t->width = 0; break;
    case 15: t->height = 0; break;
    case 16: t->par_num = 1; break;
    case 17: t->language = "Klingon"; break;
    case 18: memcpy(t->sample_entry, "hvc1", 5); break;
    case 19: t->channels = 0; break;
    case 20: t->sample_rate = 0; break;
    default: memcpy(t->sample_entry, "ac-3", 5); break;
    }
}

static void what_describes_no_track_is_refused_and_nothing_written(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, ROOM);
    buf_text(&b, "before");
    for (int i = 0; i < N_BAD; i++) {
        struct cmaf_track t;
        spoil(&t, i);
        assert_int_equal(cmaf_init(&t, 0, &b), ERR_ARGUMENT);
        assert_int_equal(b.size, 6);
        assert_int_equal(b.err, OK);
    }
    struct cmaf_track t = film_video_track();
    t.config_size = 70000;
    assert_int_equal(cmaf_init(&t, 0, &b), ERR_ARGUMENT);
    buf_finish(&b);
}

/* A GOP of five: I P b b P, all sizes different. */
static void a_fragment_says_no_more_than_it_must(void **state)
{
    (void)state;
    struct cmaf_track t = film_video_track();
    static const uint8_t bytes[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
    struct cmaf_sample s[4] = {
        { bytes, 4, 512, 0, true },
        { bytes + 4, 2, 512, 1024, false },
        { bytes + 6, 1, 512, -512, false },
        { bytes + 7, 1, 512, -512, false },
    };
    struct buf b;
    buf_init(&b, ROOM);
    assert_int_equal(cmaf_fragment(&t, 7, 0x100000000, s, 4, &b), OK);
    ASSERT_BOX(&b, "moof.mfhd", 0, 0, 0, 0, 0, 0, 0, 7);
    /* default-base-is-moof, default duration and flags: no sync, depends on others */
    ASSERT_BOX(&b, "moof.traf.tfhd", 0, 2, 0, 0x28, 0, 0, 0, 1, 0, 0, 2, 0, 1, 1, 0, 0);
    ASSERT_BOX(&b, "moof.traf.tfdt", 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0);
    /* version 1; data offset, first flags, sizes, signed offsets */
    ASSERT_BOX(&b, "moof.traf.trun", 1, 0, 0xa, 5, 0, 0, 0, 4, 0, 0, 0, 140, 2, 0, 0, 0, 0, 0, 0, 4,
               0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 4, 0, 0, 0, 0, 1, 0xff, 0xff, 0xfe, 0, 0, 0, 0, 1,
               0xff, 0xff, 0xfe, 0);
    assert_box(&b, "mdat", bytes, 8);
    assert_int_equal(b.size, 140 + 8);
    assert_memory_equal(b.data + 140, bytes, 8);
    buf_finish(&b);
}

static void sound_of_one_shape_needs_only_sizes(void **state)
{
    (void)state;
    struct cmaf_track t = film_audio_track();
    static const uint8_t bytes[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
    struct cmaf_sample s[3] = { { bytes, 3, 1024, 0, true },
                                { bytes + 3, 3, 1024, 0, true },
                                { bytes + 6, 2, 1024, 0, true } };
    struct buf b;
    buf_init(&b, ROOM);
    assert_int_equal(cmaf_fragment(&t, 1, 0, s, 3, &b), OK);
    ASSERT_BOX(&b, "moof.traf.tfhd", 0, 2, 0, 0x28, 0, 0, 0, 1, 0, 0, 4, 0, 2, 0, 0, 0);
    ASSERT_BOX(&b, "moof.traf.trun", 1, 0, 2, 1, 0, 0, 0, 3, 0, 0, 0, 116, 0, 0, 0, 3, 0, 0, 0, 3,
               0, 0, 0, 2);
    buf_clear(&b);
    /* two of one size: not even sizes */
    assert_int_equal(cmaf_fragment(&t, 1, 0, s, 2, &b), OK);
    ASSERT_BOX(&b, "moof.traf.tfhd", 0, 2, 0, 0x38, 0, 0, 0, 1, 0, 0, 4, 0, 0, 0, 0, 3, 2, 0, 0, 0);
    ASSERT_BOX(&b, "moof.traf.trun", 1, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 108);
    buf_clear(&b);
    /* the last frame shorter */
    s[1].duration = 500;
    assert_int_equal(cmaf_fragment(&t, 1, 0, s, 2, &b), OK);
    ASSERT_BOX(&b, "moof.traf.tfhd", 0, 2, 0, 0x30, 0, 0, 0, 1, 0, 0, 0, 3, 2, 0, 0, 0);
    ASSERT_BOX(&b, "moof.traf.trun", 1, 0, 1, 1, 0, 0, 0, 2, 0, 0, 0, 112, 0, 0, 4, 0, 0, 0, 1,
               0xf4);
    buf_finish(&b);
}

static void key_frames_inside_a_fragment_are_marked_one_by_one(void **state)
{
    (void)state;
    struct cmaf_track t = film_video_track();
    static const uint8_t bytes[3] = { 1, 2, 3 };
    struct cmaf_sample s[3] = { { bytes, 1, 512, 0, true },
                                { bytes, 1, 512, 0, false },
                                { bytes, 1, 512, 0, true } };
    struct buf b;
    buf_init(&b, ROOM);
    assert_int_equal(cmaf_fragment(&t, 1, 0, s, 3, &b), OK);
    ASSERT_BOX(&b, "moof.traf.tfhd", 0, 2, 0, 0x18, 0, 0, 0, 1, 0, 0, 2, 0, 0, 0, 0, 1);
    ASSERT_BOX(&b, "moof.traf.trun", 1, 0, 4, 1, 0, 0, 0, 3, 0, 0, 0, 116, 2, 0, 0, 0, 1, 1, 0, 0,
               2, 0, 0, 0);
    buf_finish(&b);
}

static void the_head_alone_is_the_fragment_without_its_samples(void **state)
{
    (void)state;
    struct cmaf_track tracks[] = { film_video_track(), film_audio_track() };
    for (size_t i = 0; i < 2; i++) {
        struct cmaf_sample s[30];
        film_gop(&tracks[i], s, 30, 5);
        struct buf whole, head;
        buf_init(&whole, ROOM);
        buf_init(&head, ROOM);
        assert_int_equal(cmaf_fragment(&tracks[i], 3, 99, s, 30, &whole), OK);
        assert_int_equal(cmaf_fragment_head(&tracks[i], 3, 99, s, 30, &head), OK);
        for (size_t k = 0; k < 30; k++)
            buf_put(&head, s[k].data, s[k].size);
        assert_int_equal(head.size, whole.size);
        assert_memory_equal(head.data, whole.data, head.size);
        buf_finish(&whole);
        buf_finish(&head);
    }
}

static void a_fragment_that_is_no_closed_gop_is_refused(void **state)
{
    (void)state;
    static const uint8_t bytes[1] = { 1 };
    static const struct {
        size_t n;
        enum err err;
        struct cmaf_sample s[3];
    } rows[] = {
        { 0, ERR_ARGUMENT, { { bytes, 1, 512, 0, true } } },
        { 1, ERR_ARGUMENT, { { bytes, 1, 512, 0, false } } },
        { 1, ERR_ARGUMENT, { { bytes, 0, 512, 0, true } } },
        { 1, ERR_ARGUMENT, { { NULL, 1, 512, 0, true } } },
        { 1, ERR_ARGUMENT, { { bytes, 1, 0, 0, true } } },
        { 1, ERR_ORDER, { { bytes, 1, 512, 1, true } } },
        { 1, ERR_ORDER, { { bytes, 1, 512, -1, true } } },
        { 2, ERR_ORDER, { { bytes, 1, 512, 0, true }, { bytes, 1, 512, -513, false } } },
        { 2, OK, { { bytes, 1, 512, 0, true }, { bytes, 1, 512, -512, false } } },
        { 2, ERR_FULL, { { bytes, 1, UINT32_MAX, 0, true }, { bytes, 1, 1, 0, false } } },
        { 1, ERR_FULL, { { bytes, 0x80000000, 512, 0, true } } },
        { 1, ERR_FULL, { { bytes, 0x7fffffff, 512, 0, true } } }, /* with its moof */
    };
    struct cmaf_track t = film_video_track();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf b;
        buf_init(&b, ROOM);
        buf_text(&b, "before");
        assert_int_equal(cmaf_fragment_head(&t, 1, 0, rows[i].s, rows[i].n, &b), rows[i].err);
        if (rows[i].err != OK) {
            assert_int_equal(cmaf_fragment(&t, 1, 0, rows[i].s, rows[i].n, &b), rows[i].err);
            assert_int_equal(b.size, 6);
        }
        buf_finish(&b);
    }
    struct cmaf_track a = film_audio_track();
    struct cmaf_sample s[2] = { { bytes, 1, 1024, 0, true }, { bytes, 1, 1024, 1, true } };
    struct buf b;
    buf_init(&b, ROOM);
    assert_int_equal(cmaf_fragment(&a, 1, 0, s, 2, &b), ERR_ORDER);
    buf_finish(&b);
}

static void the_index_lists_every_fragment(void **state)
{
    (void)state;
    struct cmaf_track t = film_video_track();
    static const struct cmaf_span spans[2] = { { 0x1234, 25600 }, { 0x7fffffff, 1 } };
    struct buf b;
    buf_init(&b, ROOM);
    assert_int_equal(cmaf_sidx(&t, 0x100000002, spans, 2, &b), OK);
    ASSERT_BOX(&b, "sidx", 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0x32, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0,
               0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0x12, 0x34, 0, 0, 0x64, 0, 0x90, 0, 0, 0, 0x7f,
               0xff, 0xff, 0xff, 0, 0, 0, 1, 0x90, 0, 0, 0);
    assert_int_equal(b.size, cmaf_sidx_size(2));
    buf_finish(&b);
}

static void an_index_that_cannot_be_written_is_refused(void **state)
{
    (void)state;
    struct cmaf_track t = film_video_track();
    static struct cmaf_span spans[65536];
    struct buf b;
    buf_init(&b, ROOM);
    for (size_t i = 0; i < 65536; i++)
        spans[i] = (struct cmaf_span){ 1, 1 };
    assert_int_equal(cmaf_sidx(&t, 0, spans, 65536, &b), ERR_FULL);
    assert_int_equal(cmaf_sidx(&t, 0, spans, 65535, &b), OK);
    assert_int_equal(b.size, cmaf_sidx_size(65535));
    buf_clear(&b);
    assert_int_equal(cmaf_sidx(&t, 0, spans, 0, &b), ERR_ARGUMENT);
    spans[0].size = 0;
    assert_int_equal(cmaf_sidx(&t, 0, spans, 1, &b), ERR_ARGUMENT);
    spans[0] = (struct cmaf_span){ 1, 0 };
    assert_int_equal(cmaf_sidx(&t, 0, spans, 1, &b), ERR_ARGUMENT);
    spans[0] = (struct cmaf_span){ 0x80000000, 1 };
    assert_int_equal(cmaf_sidx(&t, 0, spans, 1, &b), ERR_FULL);
    assert_int_equal(b.size, 0);
    buf_finish(&b);
}

static void padding_is_a_free_box_of_the_size_that_is_asked(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 64);
    assert_int_equal(cmaf_padding(0, &b), OK);
    assert_int_equal(b.size, 0);
    for (size_t n = 1; n < 8; n++)
        assert_int_equal(cmaf_padding(n, &b), ERR_ARGUMENT);
    assert_int_equal(cmaf_padding(11, &b), OK);
    ASSERT_BOX(&b, "free", 0, 0, 0);
    assert_int_equal(cmaf_padding(54, &b), ERR_FULL);
    assert_int_equal(b.size, 11);
    assert_int_equal(cmaf_padding((size_t)UINT32_MAX + 1, &b), ERR_ARGUMENT);
    buf_finish(&b);
}

/* Every ceiling below what is needed, for each of the writers. */
static void a_writer_that_meets_the_ceiling_leaves_the_buffer_as_it_was(void **state)
{
    (void)state;
    struct cmaf_track t = film_video_track();
    struct cmaf_sample s[5];
    static const struct cmaf_span spans[2] = { { 1, 1 }, { 1, 1 } };
    film_gop(&t, s, 5, 1);
    t.language = "pt-BR";
    for (int writer = 0; writer < 4; writer++) {
        enum err err = ERR_FULL;
        for (size_t ceiling = 6; err != OK; ceiling++) {
            struct buf b;
            buf_init(&b, ceiling);
            buf_text(&b, "before");
            err = writer == 0   ? cmaf_init(&t, 1, &b)
                  : writer == 1 ? cmaf_fragment(&t, 1, 0, s, 5, &b)
                  : writer == 2 ? cmaf_fragment_head(&t, 1, 0, s, 5, &b)
                                : cmaf_sidx(&t, 0, spans, 2, &b);
            assert_true(err == OK || err == ERR_FULL);
            assert_int_equal(b.err, OK);
            if (err != OK)
                assert_int_equal(b.size, 6);
            buf_finish(&b);
        }
    }
}

static void a_buffer_that_failed_before_stays_failed(void **state)
{
    (void)state;
    struct cmaf_track t = film_video_track();
    struct cmaf_sample s[5];
    static const struct cmaf_span spans[1] = { { 1, 1 } };
    film_gop(&t, s, 5, 1);
    struct buf b;
    buf_init(&b, 4);
    buf_text(&b, "longer");
    assert_int_equal(cmaf_init(&t, 1, &b), ERR_FULL);
    assert_int_equal(cmaf_fragment(&t, 1, 0, s, 5, &b), ERR_FULL);
    assert_int_equal(cmaf_fragment_head(&t, 1, 0, s, 5, &b), ERR_FULL);
    assert_int_equal(cmaf_sidx(&t, 0, spans, 1, &b), ERR_FULL);
    assert_int_equal(cmaf_padding(8, &b), ERR_FULL);
    assert_int_equal(b.err, ERR_FULL);
    buf_finish(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_brands_are_those_of_cmaf),
        cmocka_unit_test(a_media_profile_is_claimed_only_within_its_limits),
        cmocka_unit_test(the_length_is_told_by_mehd_alone),
        cmocka_unit_test(a_picture_track_says_its_colour_shape_and_rate),
        cmocka_unit_test(what_is_not_known_is_not_said),
        cmocka_unit_test(a_sound_track_carries_its_decoder_configuration),
        cmocka_unit_test(a_rate_above_16_bits_is_left_to_the_configuration),
        cmocka_unit_test(a_language_is_three_letters_and_longer_ones_have_a_box_of_their_own),
        cmocka_unit_test(what_describes_no_track_is_refused_and_nothing_written),
        cmocka_unit_test(a_fragment_says_no_more_than_it_must),
        cmocka_unit_test(sound_of_one_shape_needs_only_sizes),
        cmocka_unit_test(key_frames_inside_a_fragment_are_marked_one_by_one),
        cmocka_unit_test(the_head_alone_is_the_fragment_without_its_samples),
        cmocka_unit_test(a_fragment_that_is_no_closed_gop_is_refused),
        cmocka_unit_test(the_index_lists_every_fragment),
        cmocka_unit_test(an_index_that_cannot_be_written_is_refused),
        cmocka_unit_test(padding_is_a_free_box_of_the_size_that_is_asked),
        cmocka_unit_test(a_writer_that_meets_the_ceiling_leaves_the_buffer_as_it_was),
        cmocka_unit_test(a_buffer_that_failed_before_stays_failed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
