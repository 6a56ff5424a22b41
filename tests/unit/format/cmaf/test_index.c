#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "film.h"
#include "format/cmaf/index.h"

static enum err read_head(struct arena *arena, const uint8_t *bytes, size_t n,
                          struct cmaf_index *out)
{
    size_t needed = 0;
    /* A copy that ends where the bytes end: reading on is then seen by the sanitizer. */
    uint8_t *copy = malloc(n == 0 ? 1 : n);
    assert_non_null(copy);
    memcpy(copy, bytes, n);
    enum err err = cmaf_index_read(arena, copy, n, out, &needed);
    if (err == ERR_TRUNCATED)
        assert_true(needed > n);
    else
        assert_int_equal(needed, 0);
    free(copy);
    return err;
}

static enum err verdict(const uint8_t *bytes, size_t n)
{
    struct arena *arena = arena_create();
    struct cmaf_index index;
    enum err err = read_head(arena, bytes, n, &index);
    arena_destroy(&arena);
    return err;
}

static size_t find_type(const struct buf *b, const char *type)
{
    for (size_t i = 4; i + 4 <= b->size; i++) {
        if (memcmp(b->data + i, type, 4) == 0)
            return i - 4;
    }
    fail_msg("no %s", type);
    return 0;
}

static void a_picture_track_is_read_back_as_it_was_written(void **state)
{
    (void)state;
    struct cmaf_track t = film_video_track();
    struct film film;
    struct cmaf_index x;
    struct arena *arena = arena_create();
    t.par_num = 64;
    t.par_den = 45;
    t.language = "es-419";
    film_make(&film, &t, 7, 50, 0x100000000);
    assert_int_equal(read_head(arena, film.file.data, film.file.size, &x), OK);
    assert_int_equal(x.kind, CMAF_VIDEO);
    assert_string_equal(x.codec, "avc1.64001f");
    assert_string_equal(x.language, "es-419");
    assert_int_equal(x.timescale, 12800);
    assert_int_equal(x.width, 1280);
    assert_int_equal(x.height, 720);
    assert_int_equal(x.par_num, 64);
    assert_int_equal(x.par_den, 45);
    assert_int_equal(x.primaries, 1);
    assert_int_equal(x.transfer, 1);
    assert_int_equal(x.matrix, 1);
    assert_int_equal(x.frame_num, 25);
    assert_int_equal(x.frame_den, 1);
    assert_int_equal(x.init_size, film.init_size);
    assert_int_equal(x.n, 7);
    assert_int_equal(x.duration, (6 * 50 + 26) * 512);
    uint64_t offset = film.head, start = 0x100000000;
    for (size_t i = 0; i < x.n; i++) {
        assert_int_equal(x.fragments[i].offset, offset);
        assert_int_equal(x.fragments[i].start, start);
        assert_int_equal(x.fragments[i].size, film.spans[i].size);
        assert_int_equal(x.fragments[i].duration, film.spans[i].duration);
        assert_int_equal(x.fragments[i].key_size, 0);
        offset += film.spans[i].size;
        start += film.spans[i].duration;
    }
    assert_int_equal(offset, film.file.size);
    film_finish(&film);
    arena_destroy(&arena);
}

static void a_sound_track_is_read_back_as_it_was_written(void **state)
{
    (void)state;
    struct cmaf_track t = film_audio_track();
    struct film film;
    struct cmaf_index x;
    struct arena *arena = arena_create();
    t.language = "fr";
    film_make(&film, &t, 3, 94, 0);
    assert_int_equal(read_head(arena, film.file.data, film.head, &x), OK);
    assert_int_equal(x.kind, CMAF_AUDIO);
    assert_string_equal(x.codec, "mp4a.40.2");
    assert_string_equal(x.language, "fr");
    assert_int_equal(x.sample_rate, 48000);
    assert_int_equal(x.channels, 2);
    assert_int_equal(x.n, 3);
    assert_int_equal(x.frame_num, 0);
    film_finish(&film);
    arena_destroy(&arena);
}

static void frames_a_second_come_from_the_first_fragment_or_the_parameter_set(void **state)
{
    (void)state;
    static const struct {
        uint32_t timescale, ticks, num, den;
    } rows[] = { { 24000, 1001, 24000, 1001 },
                 { 30000, 1001, 30000, 1001 },
                 { 12800, 512, 25, 1 },
                 { 60000, 1000, 60, 1 } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct cmaf_track t = film_video_track();
        struct film film;
        struct cmaf_index x;
        struct arena *arena = arena_create();
        t.timescale = rows[i].timescale;
        t.frame_ticks = rows[i].ticks;
        film_make(&film, &t, 2, 24, 0);
        assert_int_equal(read_head(arena, film.file.data, film.file.size, &x), OK);
        assert_int_equal(x.frame_num, rows[i].num);
        assert_int_equal(x.frame_den, rows[i].den);
        /* The parameter set of the fixture says 25. */
        assert_int_equal(read_head(arena, film.file.data, film.head + 20, &x), OK);
        assert_int_equal(x.frame_num, 25);
        assert_int_equal(x.frame_den, 1);
        film_finish(&film);
        arena_destroy(&arena);
    }
}

/* A parameter set bit by bit. */
struct set {
    uint8_t bytes[256];
    size_t bits;
};

static void put(struct set *s, unsigned n, uint64_t v)
{
    while (n-- > 0) {
        if ((v >> n & 1) != 0)
            s->bytes[s->bits / 8] |= (uint8_t)(0x80 >> s->bits % 8);
        s->bits++;
    }
}

static void put_golomb(struct set *s, uint32_t v)
{
    unsigned n = 0;
    while ((v + 1) >> (n + 1) != 0)
        n++;
    put(s, n, 0);
    put(s, n + 1, v + 1);
}

enum shape { PLAIN, SCALED, CHROMA_444, ORDER_1, ORDER_2, EXTRAS, ENDLESS, LONG_CYCLE, N_SHAPES };

/* Numbers whose bytes need no emulation prevention. */
static void put_vui(struct set *s, enum shape shape)
{
    bool extras = shape == EXTRAS;
    put(s, 1, extras);
    if (extras) {
        put(s, 8, 255);
        put(s, 32, 0x00400021);
    }
    put(s, 1, extras);
    put(s, extras ? 1 : 0, 1);
    put(s, 1, extras);
    if (extras) {
        put(s, 4, 11);
        put(s, 1, 1);
        put(s, 24, 0x010101);
    }
    put(s, 1, extras);
    for (int i = 0; extras && i < 2; i++)
        put_golomb(s, 3);
    put(s, 1, 1);
    put(s, 32, 0x0f0f0f01);
    put(s, 32, 0x77777777);
}

/* Every other list is there; the second of those says "the default" with its first value. */
static void put_scaling(struct set *s)
{
    put(s, 1, 1);
    for (int i = 0; i < 8; i++) {
        put(s, 1, i % 2 == 0);
        if (i == 2)
            put_golomb(s, 16); /* 8 less than 8 */
        for (int k = 0; i != 2 && i % 2 == 0 && k < (i < 6 ? 16 : 64); k++)
            put_golomb(s, k == 3 ? 16 : 1);
    }
}

static void make_set(struct set *s, enum shape shape)
{
    *s = (struct set){ 0 };
    put(s, 8, 0x67);
    put(s, 8, shape == CHROMA_444 ? 244 : shape == ORDER_1 ? 77 : 100);
    put(s, 16, 0x001f);
    put_golomb(s, 0);
    if (shape == ENDLESS) {
        put(s, 40, 0);
        return;
    }
    if (shape != ORDER_1) {
        put_golomb(s, shape == CHROMA_444 ? 3 : 1);
        put(s, shape == CHROMA_444 ? 1 : 0, 0);
        put_golomb(s, 0);
        put_golomb(s, 0);
        put(s, 1, 0);
        if (shape == SCALED)
            put_scaling(s);
        else
            put(s, 1, 0);
    }
    put_golomb(s, 4);
    bool cycles = shape == ORDER_1 || shape == LONG_CYCLE;
    put_golomb(s, cycles ? 1 : shape == ORDER_2 ? 2 : 0);
    if (cycles) {
        put(s, 1, 1);
        put_golomb(s, 7);
        put_golomb(s, 8);
        put_golomb(s, shape == LONG_CYCLE ? 256 : 3);
        for (int i = 0; i < 3; i++)
            put_golomb(s, 9);
    } else if (shape != ORDER_2) {
        put_golomb(s, 5);
    }
    put_golomb(s, 3);
    put(s, 1, 0);
    put_golomb(s, 79);
    put_golomb(s, 44);
    put(s, 1, shape != EXTRAS); /* frames only */
    put(s, shape == EXTRAS ? 1 : 0, 1);
    put(s, 1, 1);
    put(s, 1, shape == EXTRAS); /* cropped */
    for (int i = 0; shape == EXTRAS && i < 4; i++)
        put_golomb(s, 2);
    put(s, 1, 1);
    put_vui(s, shape);
}

static void timing_is_found_in_every_kind_of_parameter_set(void **state)
{
    (void)state;
    for (enum shape shape = PLAIN; shape < N_SHAPES; shape++) {
        struct set set;
        struct film film;
        struct cmaf_index x;
        struct arena *arena = arena_create();
        struct cmaf_track t = film_video_track();
        uint8_t config[300] = { 1, 100, 0, 31, 0xff, 0xe1 };
        make_set(&set, shape);
        size_t n = (set.bits + 7) / 8;
        config[7] = (uint8_t)n;
        memcpy(config + 8, set.bytes, n);
        memcpy(config + 8 + n, "\x01\x00\x02\x68\xee", 5);
        t.config = config;
        t.config_size = n + 13;
        film_make(&film, &t, 1, 10, 0);
        assert_int_equal(read_head(arena, film.file.data, film.head, &x), OK);
        bool said = shape != ENDLESS && shape != LONG_CYCLE;
        if (said) {
            assert_int_equal((uint64_t)x.frame_num * 2 * 0x0f0f0f01,
                             (uint64_t)x.frame_den * 0x77777777);
            assert_true(x.frame_num != 0);
        } else {
            assert_int_equal(x.frame_num, 0);
            assert_int_equal(x.frame_den, 0);
        }
        film_finish(&film);
        arena_destroy(&arena);
    }
}

static void the_shortest_code_of_every_language_comes_back(void **state)
{
    (void)state;
    static const char *const tags[] = { "fr",      "en", "de",  "nl",       "und",   "fil",
                                        "pt-BR",   "zh", "cmn", "sr-Latn",  "haw",   "ja",
                                        "zh-Hans", "cs", "xx",  "yue-Hant", "es-419" };
    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
        struct cmaf_track t = film_audio_track();
        struct film film;
        struct cmaf_index x;
        struct arena *arena = arena_create();
        t.language = tags[i];
        film_make(&film, &t, 1, 10, 0);
        assert_int_equal(read_head(arena, film.file.data, film.file.size, &x), OK);
        assert_string_equal(x.language, tags[i]);
        film_finish(&film);
        arena_destroy(&arena);
    }
}

static void old_and_empty_language_codes_are_understood(void **state)
{
    (void)state;
    static const struct {
        uint16_t packed;
        const char *tag;
    } rows[] = {
        { (6 << 10) | (18 << 5) | 5, "fr" }, /* fre */
        { (7 << 10) | (5 << 5) | 18, "de" }, /* ger */
        { (13 << 10) | (9 << 5) | 19, "mis" }, { 0, "und" }, { 0x7fff, "und" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct cmaf_track t = film_audio_track();
        struct film film;
        struct cmaf_index x;
        struct arena *arena = arena_create();
        film_make(&film, &t, 1, 10, 0);
        size_t at = find_type(&film.file, "mdhd") + 8 + 32;
        film.file.data[at] = (uint8_t)(rows[i].packed >> 8);
        film.file.data[at + 1] = (uint8_t)rows[i].packed;
        assert_int_equal(read_head(arena, film.file.data, film.file.size, &x), OK);
        assert_string_equal(x.language, rows[i].tag);
        film_finish(&film);
        arena_destroy(&arena);
    }
}

static void sound_says_its_codec_rate_and_channels_from_the_configuration(void **state)
{
    (void)state;
    static const struct {
        const char *codec;
        uint32_t rate;
        uint16_t channels;
        uint8_t n, asc[8];
    } rows[] = {
        { "mp4a.40.2", 48000, 2, 2, { 0x11, 0x90 } },
        { "mp4a.40.2", 44100, 1, 2, { 0x12, 0x08 } },
        { "mp4a.40.2", 48000, 6, 2, { 0x11, 0xb0 } },
        { "mp4a.40.2", 48000, 8, 2, { 0x11, 0xb8 } },
        { "mp4a.40.2", 48000, 7, 2, { 0x11, 0xd8 } },
        /* a rate in full: index 15, 24 bits 37800 */
        { "mp4a.40.2", 37800, 2, 5, { 0x17, 0x80, 0x49, 0xd4, 0x10 } },
        /* HE-AAC, said at once: 5, 24000, stereo, 48000, 2 */
        { "mp4a.40.5", 48000, 2, 4, { 0x2b, 0x11, 0x88, 0x00 } },
        /* HE-AAC v2, said at once: 29, 24000, mono, 48000, 2 */
        { "mp4a.40.29", 48000, 2, 4, { 0xeb, 0x09, 0x88, 0x00 } },
        /* HE-AAC, said behind: 2, 24000, stereo; 0x2b7, 5, 1, 48000 */
        { "mp4a.40.5", 48000, 2, 5, { 0x13, 0x10, 0x56, 0xe5, 0x98 } },
        /* the same without SBR */
        { "mp4a.40.2", 48000, 2, 5, { 0x11, 0x90, 0x56, 0xe5, 0x00 } },
        /* HE-AAC v2, said behind: 2, 24000, mono; 0x2b7, 5, 1, 48000; 0x548, 1 */
        { "mp4a.40.29", 48000, 2, 7, { 0x13, 0x08, 0x56, 0xe5, 0x9d, 0x48, 0x80 } },
        /* with a core coder's delay; error resilient, BSAC and scalable with their extensions */
        { "mp4a.40.2", 48000, 2, 4, { 0x11, 0x92, 0x00, 0x00 } },
        { "mp4a.40.17", 48000, 2, 3, { 0x89, 0x91, 0x00 } },
        { "mp4a.40.22", 48000, 2, 5, { 0xb1, 0x91, 0x00, 0x00, 0x00 } },
        { "mp4a.40.20", 48000, 2, 3, { 0xa1, 0x91, 0x00 } },
        /* a program config element: the sample entry's channels count */
        { "mp4a.40.2", 48000, 2, 4, { 0x11, 0x80, 0x04, 0xc8 } },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct cmaf_track t = film_audio_track();
        struct film film;
        struct cmaf_index x;
        struct arena *arena = arena_create();
        t.config = rows[i].asc;
        t.config_size = rows[i].n;
        film_make(&film, &t, 1, 10, 0);
        assert_int_equal(read_head(arena, film.file.data, film.file.size, &x), OK);
        assert_string_equal(x.codec, rows[i].codec);
        assert_int_equal(x.sample_rate, rows[i].rate);
        assert_int_equal(x.channels, rows[i].channels);
        film_finish(&film);
        arena_destroy(&arena);
    }
}

static void a_reader_that_is_told_what_is_needed_gets_there(void **state)
{
    (void)state;
    struct cmaf_track t = film_video_track();
    struct film film;
    struct cmaf_index x;
    struct arena *arena = arena_create();
    film_make(&film, &t, 40, 50, 0);
    size_t n = 0, needed = 0, rounds = 0;
    while (cmaf_index_read(arena, film.file.data, n, &x, &needed) == ERR_TRUNCATED) {
        assert_in_range(needed, n + 1, film.file.size);
        n = needed;
        rounds++;
    }
    assert_int_equal(x.n, 40);
    assert_in_range(rounds, 1, 4);
    film_finish(&film);
    arena_destroy(&arena);
}

static void a_head_cut_anywhere_is_truncated_and_nothing_else(void **state)
{
    (void)state;
    struct cmaf_track tracks[] = { film_video_track(), film_audio_track() };
    for (size_t i = 0; i < 2; i++) {
        struct film film;
        film_make(&film, &tracks[i], 3, 10, 0);
        for (size_t n = 0; n < film.head; n++)
            assert_int_equal(verdict(film.file.data, n), ERR_TRUNCATED);
        for (size_t n = film.head; n <= film.file.size; n++)
            assert_int_equal(verdict(film.file.data, n), OK);
        film_finish(&film);
    }
}

/* Whatever single byte is wrong: an answer, and when it is OK one that holds together. */
static void a_wrong_byte_anywhere_gives_a_sound_answer(void **state)
{
    (void)state;
    struct cmaf_track tracks[] = { film_video_track(), film_audio_track() };
    static const uint8_t values[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
    for (size_t i = 0; i < 2; i++) {
        struct film film;
        tracks[i].language = "pt-BR";
        film_make(&film, &tracks[i], 3, 10, 0);
        for (size_t at = 0; at < film.head + 200; at++) {
            uint8_t kept = film.file.data[at];
            for (size_t k = 0; k < sizeof values; k++) {
                struct arena *arena = arena_create();
                struct cmaf_index x;
                film.file.data[at] = values[k];
                if (read_head(arena, film.file.data, film.head + 300, &x) == OK) {
                    assert_true(x.timescale != 0 && x.n > 0 && x.duration != 0);
                    assert_true(x.codec[0] != 0 && x.language[0] != 0);
                    assert_in_range(x.init_size, 1, film.head);
                }
                arena_destroy(&arena);
            }
            film.file.data[at] = kept;
        }
        film_finish(&film);
    }
}

struct change {
    const char *what;
    const char *box; /* its first occurrence */
    size_t at;       /* from the first byte behind its header */
    uint8_t n, bytes[8];
    enum err err;
};

static void assert_changes(const struct cmaf_track *track, const struct change *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct film film;
        film_make(&film, track, 3, 10, 0);
        size_t at = find_type(&film.file, rows[i].box) + 8 + rows[i].at;
        assert_in_range(at + rows[i].n, 0, film.file.size);
        memcpy(film.file.data + at, rows[i].bytes, rows[i].n);
        enum err err = verdict(film.file.data, film.file.size);
        if (err != rows[i].err)
            fail_msg("%s: %s instead of %s", rows[i].what, err_name(err), err_name(rows[i].err));
        film_finish(&film);
    }
}

static void a_file_that_is_not_one_of_ours_is_refused(void **state)
{
    (void)state;
    struct cmaf_track t = film_video_track();
    static const struct change rows[] = {
        { "no brand first", "ftyp", -4ul, 4, "free", ERR_MALFORMED },
        { "a box smaller than its header", "ftyp", -8ul, 4, { 0, 0, 0, 7 }, ERR_MALFORMED },
        { "brands shorter than a brand", "ftyp", -8ul, 4, { 0, 0, 0, 12 }, ERR_MALFORMED },
        { "a box to the end of the file", "moov", -8ul, 4, { 0, 0, 0, 0 }, ERR_MALFORMED },
        { "a box of 4 GiB", "moov", -8ul, 4, { 255, 255, 255, 255 }, ERR_FULL },
        { "a child larger than its parent", "trak", -8ul, 4, { 0, 1, 0, 0 }, ERR_MALFORMED },
        { "no track", "trak", -4ul, 4, "free", ERR_MALFORMED },
        { "no media", "mdia", -4ul, 4, "free", ERR_MALFORMED },
        { "no media header", "mdhd", -4ul, 4, "free", ERR_MALFORMED },
        { "no ticks a second", "mdhd", 20, 4, { 0, 0, 0, 0 }, ERR_MALFORMED },
        { "media header cut off", "mdhd", -8ul, 4, { 0, 0, 0, 28 }, ERR_MALFORMED },
        { "handler cut off", "hdlr", -8ul, 4, { 0, 0, 0, 16 }, ERR_MALFORMED },
        { "time table cut off", "stts", -8ul, 4, { 0, 0, 0, 14 }, ERR_MALFORMED },
        { "colour cut off", "colr", -8ul, 4, { 0, 0, 0, 17 }, ERR_MALFORMED },
        { "no handler", "hdlr", -4ul, 4, "free", ERR_MALFORMED },
        { "a subtitle track", "hdlr", 8, 4, "subt", ERR_UNSUPPORTED },
        { "sound in pictures' clothes", "hdlr", 8, 4, "soun", ERR_UNSUPPORTED },
        { "no media information", "minf", -4ul, 4, "free", ERR_MALFORMED },
        { "no sample table", "stbl", -4ul, 4, "free", ERR_MALFORMED },
        { "no sample description", "stsd", -4ul, 4, "free", ERR_MALFORMED },
        { "no entry", "stsd", 4, 4, { 0, 0, 0, 0 }, ERR_MALFORMED },
        { "two entries", "stsd", 4, 4, { 0, 0, 0, 2 }, ERR_UNSUPPORTED },
        { "encrypted, and it does not say how", "avc1", -4ul, 4, "encv", ERR_MALFORMED },
        { "parameter sets in band", "avc1", -4ul, 4, "avc3", ERR_UNSUPPORTED },
        { "no width", "avc1", 24, 2, { 0, 0 }, ERR_MALFORMED },
        { "no height", "avc1", 26, 2, { 0, 0 }, ERR_MALFORMED },
        { "no configuration", "avcC", -4ul, 4, "free", ERR_MALFORMED },
        { "another configuration", "avcC", 0, 1, { 2 }, ERR_MALFORMED },
        { "pixel shape cut off", "pasp", -8ul, 4, { 0, 0, 0, 15 }, ERR_MALFORMED },
        { "samples in moov", "stts", 4, 4, { 0, 0, 0, 1 }, ERR_UNSUPPORTED },
        { "no time table", "stts", -4ul, 4, "free", ERR_MALFORMED },
        { "not fragmented", "mvex", -4ul, 4, "free", ERR_UNSUPPORTED },
        { "no defaults", "trex", -4ul, 4, "free", ERR_MALFORMED },
        { "two moov", "sidx", -4ul, 4, "moov", ERR_MALFORMED },
        { "fragments in front of the index", "sidx", -4ul, 4, "moof", ERR_UNSUPPORTED },
        { "media in front of the index", "sidx", -4ul, 4, "mdat", ERR_UNSUPPORTED },
        { "index in front of moov", "moov", -4ul, 4, "sidx", ERR_MALFORMED },
        { "index in other ticks", "sidx", 8, 4, { 0, 0, 0, 1 }, ERR_UNSUPPORTED },
        { "start past 2^60", "sidx", 12, 1, { 0x10 }, ERR_MALFORMED },
        { "first fragment far away", "sidx", 20, 4, { 0, 0, 0, 1 }, ERR_UNSUPPORTED },
        { "first fragment elsewhere", "sidx", 27, 1, { 4 }, ERR_MALFORMED },
        { "no fragments", "sidx", 30, 2, { 0, 0 }, ERR_MALFORMED },
        { "more fragments than bytes", "sidx", 30, 2, { 0, 4 }, ERR_MALFORMED },
        { "65,535 fragments", "sidx", 30, 2, { 255, 255 }, ERR_MALFORMED },
        { "an index of indexes", "sidx", 32, 1, { 0x80 }, ERR_UNSUPPORTED },
        { "an empty fragment", "sidx", 32, 4, { 0, 0, 0, 0 }, ERR_MALFORMED },
        { "a fragment without duration", "sidx", 36, 4, { 0, 0, 0, 0 }, ERR_MALFORMED },
        { "a fragment without access", "sidx", 40, 1, { 0x10 }, ERR_UNSUPPORTED },
        { "a second index behind", "moof", -4ul, 4, "sidx", ERR_UNSUPPORTED },
        { "something else behind", "moof", -4ul, 4, "free", ERR_MALFORMED },
        { "segment type behind", "moof", -4ul, 4, "styp", OK },
        { "unknown access type", "sidx", 40, 1, { 0x80 }, OK },
        { "unchanged", "sidx", 27, 1, { 0 }, OK },
    };
    assert_changes(&t, rows, sizeof rows / sizeof rows[0]);
}

static void sound_that_is_not_aac_is_refused(void **state)
{
    (void)state;
    struct cmaf_track t = film_audio_track();
    static const struct change rows[] = {
        { "pictures in sound's clothes", "hdlr", 8, 4, "vide", ERR_UNSUPPORTED },
        { "encrypted, and it does not say how", "mp4a", -4ul, 4, "enca", ERR_MALFORMED },
        { "no descriptor", "esds", -4ul, 4, "free", ERR_MALFORMED },
        { "another descriptor", "esds", 4, 1, { 4 }, ERR_MALFORMED },
        { "a configuration cut off", "esds", 25, 1, { 1 }, ERR_MALFORMED },
        { "a length without end", "esds", 5, 4, { 255, 255, 255, 255 }, ERR_MALFORMED },
        { "longer than its box", "esds", 5, 1, { 127 }, ERR_MALFORMED },
        { "no decoder", "esds", 9, 1, { 9 }, ERR_MALFORMED },
        { "MP3", "esds", 11, 1, { 0x6b }, ERR_UNSUPPORTED },
        { "no configuration", "esds", 24, 1, { 9 }, ERR_MALFORMED },
        { "an empty configuration", "esds", 25, 1, { 0 }, ERR_MALFORMED },
        { "object type 31 + 1", "esds", 26, 2, { 0xf8, 0x20 }, ERR_UNSUPPORTED },
        { "channels 9", "esds", 27, 1, { 0xc8 }, ERR_UNSUPPORTED },
        { "rate 13", "esds", 26, 2, { 0x16, 0x90 }, ERR_MALFORMED },
        { "unchanged", "esds", 4, 1, { 3 }, OK },
    };
    assert_changes(&t, rows, sizeof rows / sizeof rows[0]);
}

/* Puts bytes in front of the first box of that type at top level. */
static void insert_at(struct buf *b, size_t at, const void *bytes, size_t n)
{
    struct buf whole;
    buf_init(&whole, b->ceiling);
    buf_put(&whole, b->data, at);
    buf_put(&whole, bytes, n);
    buf_put(&whole, b->data + at, b->size - at);
    assert_int_equal(whole.err, OK);
    buf_finish(b);
    *b = whole;
}

static void padding_between_init_and_index_is_stepped_over(void **state)
{
    (void)state;
    struct cmaf_track t = film_video_track();
    struct film film;
    struct cmaf_index x;
    struct arena *arena = arena_create();
    struct buf padding;
    film_make(&film, &t, 3, 10, 0);
    buf_init(&padding, 8192);
    assert_int_equal(cmaf_padding(5000, &padding), OK);
    insert_at(&film.file, film.init_size, padding.data, padding.size);
    assert_int_equal(read_head(arena, film.file.data, film.file.size, &x), OK);
    assert_int_equal(x.init_size, film.init_size);
    assert_int_equal(x.fragments[0].offset, film.head + 5000);
    buf_finish(&padding);
    film_finish(&film);
    arena_destroy(&arena);
}

static void very_many_small_boxes_are_refused_at_once(void **state)
{
    (void)state;
    struct cmaf_track t = film_video_track();
    struct film film;
    struct buf tiny;
    film_make(&film, &t, 3, 10, 0);
    buf_init(&tiny, 1024 * 1024);
    for (size_t i = 0; i < 100000; i++) {
        buf_be32(&tiny, 8);
        buf_be32(&tiny, (uint32_t)i + 0x20202020);
    }
    insert_at(&film.file, film.init_size, tiny.data, tiny.size);
    assert_int_equal(verdict(film.file.data, film.file.size), ERR_UNSUPPORTED);
    buf_finish(&tiny);
    film_finish(&film);
}

/* moov, grown by n bytes inside trak. */
static void insert_in_trak(struct film *film, size_t at, const void *bytes, uint32_t n)
{
    static const char *const around[] = { "moov", "trak" };
    for (size_t i = 0; i < 2; i++) {
        size_t box = find_type(&film->file, around[i]);
        uint32_t size = (uint32_t)film->file.data[box] << 24 |
                        (uint32_t)film->file.data[box + 1] << 16 |
                        (uint32_t)film->file.data[box + 2] << 8 | film->file.data[box + 3];
        buf_set_be32(&film->file, box, size + n);
    }
    insert_at(&film->file, at, bytes, n);
}

static void an_edit_is_refused_unless_it_edits_nothing(void **state)
{
    (void)state;
    static const struct {
        uint8_t version, count, media_time, rate;
        enum err err;
    } rows[] = {
        { 0, 0, 0, 1, OK },
        { 0, 1, 0, 1, OK },
        { 0, 1, 5, 1, ERR_UNSUPPORTED },
        { 0, 1, 0, 2, ERR_UNSUPPORTED },
        { 0, 2, 0, 1, ERR_UNSUPPORTED },
        { 1, 1, 0, 1, OK },
        { 1, 1, 5, 1, ERR_UNSUPPORTED },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct cmaf_track t = film_video_track();
        struct film film;
        struct buf edts;
        film_make(&film, &t, 3, 10, 0);
        buf_init(&edts, 1024);
        uint8_t wide = rows[i].version == 1 ? 4 : 0;
        uint32_t list = 16u + rows[i].count * (12u + 2u * wide);
        buf_be32(&edts, list + 8);
        buf_text(&edts, "edts");
        buf_be32(&edts, list);
        buf_text(&edts, "elst");
        buf_u8(&edts, rows[i].version);
        buf_be24(&edts, 0);
        buf_be32(&edts, rows[i].count);
        for (uint8_t k = 0; k < rows[i].count; k++) {
            buf_zero(&edts, wide);
            buf_be32(&edts, 100);
            buf_zero(&edts, wide);
            buf_be32(&edts, rows[i].media_time);
            buf_be32(&edts, (uint32_t)rows[i].rate << 16);
        }
        insert_in_trak(&film, find_type(&film.file, "mdia"), edts.data, (uint32_t)edts.size);
        assert_int_equal(verdict(film.file.data, film.file.size), rows[i].err);
        buf_finish(&edts);
        film_finish(&film);
    }
}

static void a_second_track_is_refused(void **state)
{
    (void)state;
    struct cmaf_track t = film_video_track();
    struct film film;
    film_make(&film, &t, 3, 10, 0);
    size_t trak = find_type(&film.file, "trak"), mvex = find_type(&film.file, "mvex");
    struct buf copy;
    buf_init(&copy, FILM_BYTES_MAX);
    buf_put(&copy, film.file.data + trak, mvex - trak);
    size_t moov = find_type(&film.file, "moov");
    uint32_t size = (uint32_t)film.file.data[moov + 2] << 8 | film.file.data[moov + 3];
    buf_set_be32(&film.file, moov, size + (uint32_t)copy.size);
    insert_at(&film.file, mvex, copy.data, copy.size);
    assert_int_equal(verdict(film.file.data, film.file.size), ERR_UNSUPPORTED);
    buf_finish(&copy);
    film_finish(&film);
}

static void boxes_nested_without_end_are_not_followed(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 4 * 1024 * 1024);
    buf_be32(&b, 16);
    buf_text(&b, "ftypiso6");
    buf_be32(&b, 0);
    enum { DEPTH = 100000 };
    for (uint32_t i = 0; i < DEPTH; i++) {
        buf_be32(&b, (DEPTH - i) * 8);
        buf_text(&b, i == 0 ? "moov" : "trak");
    }
    assert_int_equal(verdict(b.data, b.size), ERR_MALFORMED);
    buf_finish(&b);
}

static void segments_tile_the_fragments_exactly(void **state)
{
    (void)state;
    struct cmaf_track t = film_video_track();
    for (size_t n = 1; n <= 13; n++) {
        struct film film;
        struct cmaf_index x;
        struct arena *arena = arena_create();
        film_make(&film, &t, n, 10, 777);
        assert_int_equal(read_head(arena, film.file.data, film.file.size, &x), OK);
        for (size_t per = 0; per <= 15; per++) {
            uint64_t offset = film.head, start = 777;
            size_t count = cmaf_segment_count(&x, per);
            struct cmaf_segment s;
            for (uint64_t i = 1; i <= count; i++) {
                assert_int_equal(cmaf_segment_at(&x, per, i, &s), OK);
                assert_int_equal(s.offset, offset);
                assert_int_equal(s.start, start);
                assert_true(s.size > 0 && s.duration > 0);
                offset += s.size;
                start += s.duration;
            }
            assert_int_equal(offset, film.file.size);
            assert_int_equal(start, 777 + x.duration);
            assert_int_equal(cmaf_segment_at(&x, per, 0, &s), ERR_NOT_FOUND);
            assert_int_equal(cmaf_segment_at(&x, per, count + 1, &s), ERR_NOT_FOUND);
            assert_int_equal(cmaf_segment_at(&x, per, UINT64_MAX, &s), ERR_NOT_FOUND);
        }
        film_finish(&film);
        arena_destroy(&arena);
    }
}

static struct cmaf_index index_of(struct cmaf_fragment_entry *entries, size_t n, uint32_t timescale)
{
    struct cmaf_index x = { .timescale = timescale, .n = n, .fragments = entries };
    uint64_t offset = 1000;
    for (size_t i = 0; i < n; i++) {
        entries[i].offset = offset;
        entries[i].start = x.duration;
        offset += entries[i].size;
        x.duration += entries[i].duration;
    }
    return x;
}

static void bits_a_second_are_as_measured(void **state)
{
    (void)state;
    /* two seconds each; the last a tenth: too short to be a peak of its own */
    struct cmaf_fragment_entry e[] = { { .size = 250000, .duration = 2000 },
                                       { .size = 500000, .duration = 2000 },
                                       { .size = 125000, .duration = 2000 },
                                       { .size = 100000, .duration = 100 } };
    struct cmaf_index x = index_of(e, 4, 1000);
    assert_int_equal(cmaf_bitrate_average(&x), 1278689);
    assert_int_equal(cmaf_bitrate_peak(&x, 1), 2000000);
    /* segments of two fragments, 4 s and 2.1 s */
    assert_int_equal(cmaf_bitrate_peak(&x, 2), 1500000);
    assert_int_equal(cmaf_bitrate_peak(&x, 4), cmaf_bitrate_average(&x));
}

static void the_peak_looks_at_short_segments_together(void **state)
{
    (void)state;
    /* 4 s, then eight of 0.5 s with a dense pair in the middle */
    struct cmaf_fragment_entry e[9] = { { .size = 400000, .duration = 4000 } };
    for (size_t i = 1; i < 9; i++)
        e[i] = (struct cmaf_fragment_entry){ .size = i == 4 || i == 5 ? 250000 : 50000,
                                             .duration = 500 };
    struct cmaf_index x = index_of(e, 9, 1000);
    /* half the target of 4 s: four of them, two dense */
    assert_int_equal(cmaf_bitrate_peak(&x, 1), (2 * 250000 + 2 * 50000) * 8 / 2);
}

static void a_rate_that_does_not_fit_is_the_greatest_that_does(void **state)
{
    (void)state;
    struct cmaf_fragment_entry e[1] = { { .size = 0x7fffffff, .duration = 1 } };
    struct cmaf_index x = index_of(e, 1, UINT32_MAX);
    assert_int_equal(cmaf_bitrate_average(&x), UINT32_MAX);
    assert_int_equal(cmaf_bitrate_peak(&x, 1), UINT32_MAX);
}

static void the_key_part_ends_with_the_first_sample(void **state)
{
    (void)state;
    struct cmaf_track tracks[] = { film_video_track(), film_audio_track() };
    for (size_t i = 0; i < 2; i++) {
        for (size_t n = 1; n < 40; n += 6) {
            struct cmaf_sample s[40];
            struct buf b;
            uint32_t key = 0;
            film_gop(&tracks[i], s, n, (uint32_t)n);
            buf_init(&b, FILM_BYTES_MAX);
            assert_int_equal(cmaf_fragment(&tracks[i], 1, 0, s, n, &b), OK);
            assert_int_equal(cmaf_key_size(b.data, b.size, &key), OK);
            assert_memory_equal(b.data + key - s[0].size, s[0].data, s[0].size);
            size_t payload = 0;
            for (size_t k = 1; k < n; k++)
                payload += s[k].size;
            assert_int_equal(key, b.size - payload);
            buf_finish(&b);
        }
    }
}

static enum err key_verdict(const uint8_t *bytes, size_t n)
{
    uint32_t key = 0x5a5a5a5a;
    uint8_t *copy = malloc(n == 0 ? 1 : n);
    assert_non_null(copy);
    memcpy(copy, bytes, n);
    enum err err = cmaf_key_size(copy, n, &key);
    free(copy);
    assert_true((err == OK) == (key != 0x5a5a5a5a));
    return err;
}

static void a_fragment_without_a_key_part_is_refused(void **state)
{
    (void)state;
    static const struct change rows[] = {
        { "no moof", "moof", -4ul, 4, "free", ERR_MALFORMED },
        { "a moof of 4 GiB", "moof", -8ul, 4, { 255, 255, 255, 255 }, ERR_MALFORMED },
        { "a moof smaller than its header", "moof", -8ul, 4, { 0, 0, 0, 4 }, ERR_MALFORMED },
        { "no traf", "traf", -4ul, 4, "free", ERR_MALFORMED },
        { "no tfhd", "tfhd", -4ul, 4, "free", ERR_MALFORMED },
        { "data counted from the file", "tfhd", 1, 3, { 0, 0, 0x29 }, ERR_UNSUPPORTED },
        { "data counted from the last run", "tfhd", 1, 3, { 0, 0, 0x28 }, ERR_UNSUPPORTED },
        { "defaults cut off", "tfhd", 1, 3, { 2, 0, 0x3a }, ERR_MALFORMED },
        { "no trun", "trun", -4ul, 4, "free", ERR_MALFORMED },
        { "no samples", "trun", 4, 4, { 0, 0, 0, 0 }, ERR_MALFORMED },
        { "more samples than bytes", "trun", 4, 4, { 0, 0, 0, 11 }, ERR_MALFORMED },
        { "2^32 samples", "trun", 4, 4, { 255, 255, 255, 255 }, ERR_MALFORMED },
        { "data inside moof", "trun", 8, 4, { 0, 0, 0, 9 }, ERR_UNSUPPORTED },
        { "data before moof", "trun", 8, 4, { 255, 255, 255, 255 }, ERR_UNSUPPORTED },
        { "no key frame", "trun", 12, 4, { 1, 1, 0, 0 }, ERR_UNSUPPORTED },
        { "an empty key frame", "trun", 16, 4, { 0, 0, 0, 0 }, ERR_UNSUPPORTED },
        { "a key frame of 2 GiB", "trun", 16, 4, { 0x7f, 255, 255, 255 }, ERR_MALFORMED },
        { "unchanged", "trun", 4, 4, { 0, 0, 0, 10 }, OK },
    };
    struct cmaf_track t = film_video_track();
    struct cmaf_sample s[10];
    film_gop(&t, s, 10, 3);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf b;
        buf_init(&b, FILM_BYTES_MAX);
        assert_int_equal(cmaf_fragment(&t, 1, 0, s, 10, &b), OK);
        memcpy(b.data + find_type(&b, rows[i].box) + 8 + rows[i].at, rows[i].bytes, rows[i].n);
        enum err err = key_verdict(b.data, b.size);
        if (err != rows[i].err)
            fail_msg("%s: %s", rows[i].what, err_name(err));
        buf_finish(&b);
    }
}

static void a_fragment_cut_inside_its_moof_is_truncated(void **state)
{
    (void)state;
    struct cmaf_track t = film_video_track();
    struct cmaf_sample s[10];
    struct buf b;
    film_gop(&t, s, 10, 3);
    buf_init(&b, FILM_BYTES_MAX);
    assert_int_equal(cmaf_fragment(&t, 1, 0, s, 10, &b), OK);
    size_t moof = find_type(&b, "mdat");
    for (size_t n = 0; n < moof; n++)
        assert_int_equal(key_verdict(b.data, n), ERR_TRUNCATED);
    for (size_t n = moof; n <= b.size; n += 97)
        assert_int_equal(key_verdict(b.data, n), OK);
    buf_finish(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_picture_track_is_read_back_as_it_was_written),
        cmocka_unit_test(a_sound_track_is_read_back_as_it_was_written),
        cmocka_unit_test(frames_a_second_come_from_the_first_fragment_or_the_parameter_set),
        cmocka_unit_test(timing_is_found_in_every_kind_of_parameter_set),
        cmocka_unit_test(the_shortest_code_of_every_language_comes_back),
        cmocka_unit_test(old_and_empty_language_codes_are_understood),
        cmocka_unit_test(sound_says_its_codec_rate_and_channels_from_the_configuration),
        cmocka_unit_test(a_reader_that_is_told_what_is_needed_gets_there),
        cmocka_unit_test(a_head_cut_anywhere_is_truncated_and_nothing_else),
        cmocka_unit_test(a_wrong_byte_anywhere_gives_a_sound_answer),
        cmocka_unit_test(a_file_that_is_not_one_of_ours_is_refused),
        cmocka_unit_test(sound_that_is_not_aac_is_refused),
        cmocka_unit_test(padding_between_init_and_index_is_stepped_over),
        cmocka_unit_test(very_many_small_boxes_are_refused_at_once),
        cmocka_unit_test(an_edit_is_refused_unless_it_edits_nothing),
        cmocka_unit_test(a_second_track_is_refused),
        cmocka_unit_test(boxes_nested_without_end_are_not_followed),
        cmocka_unit_test(segments_tile_the_fragments_exactly),
        cmocka_unit_test(bits_a_second_are_as_measured),
        cmocka_unit_test(the_peak_looks_at_short_segments_together),
        cmocka_unit_test(a_rate_that_does_not_fit_is_the_greatest_that_does),
        cmocka_unit_test(the_key_part_ends_with_the_first_sample),
        cmocka_unit_test(a_fragment_without_a_key_part_is_refused),
        cmocka_unit_test(a_fragment_cut_inside_its_moof_is_truncated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
