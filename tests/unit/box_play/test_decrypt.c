#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "box/play/decrypt.h"
#include "format/cmaf/cipher.h"
#include "format/cmaf/index.h"
#include "format/cmaf/moof.h"
#include "format/cmaf/protect.h"
#include "format/cmaf/senc.h"
#include "tests/unit/format/cmaf/film.h"
#include "tests/unit/format/cmaf/nist.h"

enum { ROOM = 1 << 16, RUNS = 64 };

static const uint8_t key[16] = { 0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6,
                                 0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf, 0x4f, 0x3c };
static const uint8_t count[16] = { 0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7,
                                   0xf8, 0xf9, 0xfa, 0xfb, 0xfc, 0xfd, 0xfe, 0xff };
static const uint8_t chain[16] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };

static struct decrypt_how how_of(enum decrypt_scheme scheme)
{
    struct decrypt_how how = { .scheme = scheme, .iv_size = 16 };
    memcpy(how.iv, scheme == DECRYPT_CENC ? count : chain, 16);
    return how;
}

static enum err decrypt_once(const struct decrypt_how *how, uint8_t *sample, size_t size)
{
    struct decrypter *d = NULL;
    assert_int_equal(decrypter_create(&d), OK);
    enum err err = decrypt_sample(d, key, how, sample, size);
    decrypter_destroy(&d);
    assert_null(d);
    return err;
}

static void put_run(uint8_t *runs, size_t i, unsigned clear, uint32_t secret)
{
    const uint8_t run[DECRYPT_RUN] = { (uint8_t)(clear >> 8),   (uint8_t)clear,
                                       (uint8_t)(secret >> 24), (uint8_t)(secret >> 16),
                                       (uint8_t)(secret >> 8),  (uint8_t)secret };
    memcpy(runs + i * DECRYPT_RUN, run, DECRYPT_RUN);
}

static void whole_samples_follow_the_published_examples(void **state)
{
    (void)state;
    uint8_t sample[64 + 7];
    struct decrypt_how how = how_of(DECRYPT_CENC);
    memcpy(sample, ctr, 64);
    assert_int_equal(decrypt_once(&how, sample, 61), OK);
    assert_memory_equal(sample, plain, 61);
    assert_memory_equal(sample + 61, ctr + 61, 3);
    how = how_of(DECRYPT_CBCS);
    memcpy(sample, cbc, 64);
    memset(sample + 64, 0x5a, 7);
    assert_int_equal(decrypt_once(&how, sample, sizeof sample), OK);
    assert_memory_equal(sample, plain, 64);
    for (size_t i = 64; i < sizeof sample; i++)
        assert_int_equal(sample[i], 0x5a); /* what is left of a block is in clear */
}

static void an_iv_of_eight_bytes_is_followed_by_zeros(void **state)
{
    (void)state;
    struct decrypt_how eight = { .scheme = DECRYPT_CENC, .iv_size = 8 }, sixteen = eight;
    uint8_t a[100] = { 0 }, b[100] = { 0 };
    memcpy(eight.iv, count, 16); /* the second half must not count */
    memcpy(sixteen.iv, count, 8);
    sixteen.iv_size = 16;
    assert_int_equal(decrypt_once(&eight, a, sizeof a), OK);
    assert_int_equal(decrypt_once(&sixteen, b, sizeof b), OK);
    assert_memory_equal(a, b, sizeof a);
}

static void the_counter_turns_over_without_a_carry(void **state)
{
    (void)state;
    struct decrypt_how how = { .scheme = DECRYPT_CENC, .iv_size = 16, .iv = { 9, 9 } };
    uint8_t zero[32] = { 0 }, turned[48] = { 0 };
    assert_int_equal(decrypt_once(&how, zero, sizeof zero), OK);
    memset(how.iv + 8, 0xff, 8);
    assert_int_equal(decrypt_once(&how, turned, sizeof turned), OK);
    assert_memory_equal(turned + 16, zero, 32);
}

static void each_subsample_of_cbcs_begins_a_chain_and_one_block_of_ten_is_in_it(void **state)
{
    (void)state;
    enum { FIRST = 3 * 160 + 16 + 5, SIZE = 7 + FIRST + 4 + 16 };
    uint8_t runs[2 * DECRYPT_RUN], sample[SIZE], want[SIZE];
    struct decrypt_how how = how_of(DECRYPT_CBCS);
    memset(want, 0xa5, SIZE);
    memcpy(sample, want, SIZE);
    for (size_t i = 0; i < 4; i++) {
        memcpy(want + 7 + i * 160, plain + i * 16, 16);
        memcpy(sample + 7 + i * 160, cbc + i * 16, 16);
    }
    memcpy(want + SIZE - 16, plain, 16);
    memcpy(sample + SIZE - 16, cbc, 16);
    put_run(runs, 0, 7, FIRST);
    put_run(runs, 1, 4, 16);
    how.runs = runs;
    how.n_runs = 2;
    how.crypt_blocks = 1;
    how.skip_blocks = 9;
    assert_int_equal(decrypt_once(&how, sample, SIZE), OK);
    assert_memory_equal(sample, want, SIZE);
}

/* ---- maps that lie ---- */

static void a_map_that_does_not_fill_its_sample_leaves_it_alone(void **state)
{
    (void)state;
    static const struct {
        unsigned clear;
        uint32_t secret;
    } rows[][2] = {
        { { 0, 63 }, { 0, 0 } },          { { 0, 65 }, { 0, 0 } },
        { { 65535, 0 }, { 0, 0 } },       { { 0, UINT32_MAX }, { 0, 0 } },
        { { 1, UINT32_MAX }, { 0, 0 } },  { { 0, 32 }, { 0, 33 } },
        { { 0, 0 }, { 0, 0 } },           { { 65535, UINT32_MAX }, { 65535, UINT32_MAX } },
        { { 0, 64 }, { 0, UINT32_MAX } }, { { 32, UINT32_MAX - 31 }, { 0, 64 } },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (int scheme = 0; scheme < 2; scheme++) {
            uint8_t runs[2 * DECRYPT_RUN], sample[64];
            struct decrypt_how how = how_of((enum decrypt_scheme)scheme);
            put_run(runs, 0, rows[i][0].clear, rows[i][0].secret);
            put_run(runs, 1, rows[i][1].clear, rows[i][1].secret);
            how.runs = runs;
            how.n_runs = 2;
            memcpy(sample, ctr, 64);
            assert_int_equal(decrypt_once(&how, sample, 64), ERR_MALFORMED);
            assert_memory_equal(sample, ctr, 64);
        }
    }
}

static void other_schemes_and_ivs_are_refused(void **state)
{
    (void)state;
    uint8_t sample[64];
    static const size_t sizes[] = { 0, 1, 7, 9, 15, 17, SIZE_MAX };
    memcpy(sample, ctr, 64);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct decrypt_how how = how_of(DECRYPT_CENC);
        how.iv_size = sizes[i];
        assert_int_equal(decrypt_once(&how, sample, 64), ERR_MALFORMED);
    }
    struct decrypt_how how = how_of(DECRYPT_CENC);
    how.n_runs = SIZE_MAX / 2;
    assert_int_equal(decrypt_once(&how, sample, 64), ERR_MALFORMED);
    how = how_of((enum decrypt_scheme)7);
    assert_int_equal(decrypt_once(&how, sample, 64), ERR_UNSUPPORTED);
    assert_memory_equal(sample, ctr, 64);
    how = how_of(DECRYPT_CBCS);
    assert_int_equal(decrypt_once(&how, sample, 0), OK);
}

/* ---- what our own packager encrypts ---- */

static uint32_t luck = 12345;

static uint32_t next_number(uint32_t below)
{
    luck = luck * 1664525u + 1013904223u;
    return (luck >> 8) % below;
}

static size_t make_map(struct subsample *runs, uint8_t *bytes, size_t *n)
{
    static const uint32_t sizes[] = { 0, 1, 15, 16, 17, 159, 160, 161, 4095, 4096, 4097, 9000 };
    size_t size = 0;
    *n = 1 + next_number(6);
    for (size_t i = 0; i < *n; i++) {
        runs[i].clear = (uint16_t)next_number(200);
        runs[i].secret = sizes[next_number(sizeof sizes / sizeof sizes[0])] + next_number(3);
        put_run(bytes, i, runs[i].clear, runs[i].secret);
        size += runs[i].clear + runs[i].secret;
    }
    return size;
}

/* The packager's cipher there, the player's back, over any map, with one decrypter for all. */
static void any_map_of_ours_comes_back(void **state)
{
    (void)state;
    static uint8_t clear[ROOM], sample[ROOM];
    struct decrypter *d = NULL;
    assert_int_equal(decrypter_create(&d), OK);
    for (size_t i = 0; i < ROOM; i++)
        clear[i] = (uint8_t)next_number(256);
    for (unsigned round = 0; round < 3000; round++) {
        bool is_cenc = round % 6 < 3, is_video = round % 2 == 0;
        struct cmaf_protection p = { .scheme = is_cenc ? CMAF_CENC : CMAF_CBCS };
        struct subsample runs[RUNS];
        uint8_t bytes[RUNS * DECRYPT_RUN];
        size_t n, size = make_map(runs, bytes, &n);
        struct sample_cipher veil = { .runs = is_video ? runs : NULL, .n_runs = is_video ? n : 0 };
        struct decrypt_how how = { .scheme = is_cenc ? DECRYPT_CENC : DECRYPT_CBCS,
                                   .iv_size = 16,
                                   .crypt_blocks = !is_cenc && is_video ? 1 : 0,
                                   .skip_blocks = !is_cenc && is_video ? 9 : 0,
                                   .runs = bytes,
                                   .n_runs = veil.n_runs };
        struct cipher c;
        assert_in_range(size, 0, ROOM);
        memcpy(p.key, round % 3 == 0 ? key : chain, 16); /* keys change under way, too */
        for (size_t i = 0; i < 16; i++)
            veil.iv[i] = round % 16 == 0 && i >= 8 ? 0xff : (uint8_t)next_number(256);
        memcpy(how.iv, veil.iv, 16);
        assert_int_equal(cipher_open(&c, &p, is_video ? CMAF_VIDEO : CMAF_AUDIO, true), OK);
        cipher_sample(&c, &veil, clear, sample, size);
        assert_int_equal(cipher_close(&c), OK);
        assert_int_equal(decrypt_sample(d, p.key, &how, sample, size), OK);
        assert_memory_equal(sample, clear, size);
    }
    decrypter_destroy(&d);
}

static void put_unit(struct buf *b, const uint8_t *start, size_t n, size_t fill)
{
    buf_be32(b, (uint32_t)(n + fill));
    buf_put(b, start, n);
    for (size_t i = 0; i < fill; i++)
        buf_u8(b, (uint8_t)(next_number(255) + 1));
}

/* Pictures whose slices begin as x264 begins them under film_video_track's parameter sets. */
static void make_pictures(struct buf *bytes, struct cmaf_sample *samples, size_t n)
{
    static const uint8_t first[] = { 0x65, 0x88, 0x84, 0x00, 0x33 };
    static const uint8_t other[] = { 0x41, 0x9a, 0x24, 0x6c, 0x43 };
    static const uint8_t delimiter[] = { 0x09, 0xf0 };
    size_t ends[16];
    for (size_t i = 0; i < n; i++) {
        put_unit(bytes, delimiter, sizeof delimiter, 0);
        for (size_t k = 0; k <= i % 5; k++)
            put_unit(bytes, i == 0 ? first : other, 5, next_number(4000));
        ends[i] = bytes->size;
    }
    assert_int_equal(bytes->err, OK);
    for (size_t i = 0; i < n; i++) {
        size_t start = i == 0 ? 0 : ends[i - 1];
        samples[i] = (struct cmaf_sample){ .data = bytes->data + start,
                                           .size = (uint32_t)(ends[i] - start),
                                           .duration = 512,
                                           .sync = i == 0 };
    }
}

/* A whole fragment, with the subsamples that our writer chose for the slices. */
static void check_fragment(struct cmaf_track track, const struct cmaf_protection *p)
{
    enum { N = 12 };
    struct cmaf_sample samples[N];
    struct buf out, pictures;
    struct moof_samples moof;
    struct subsample_map map;
    struct sample_cipher *veils = NULL;
    struct arena *arena = arena_create();
    struct decrypter *d = NULL;
    buf_init(&out, 8 * 1024 * 1024);
    buf_init(&pictures, 8 * 1024 * 1024);
    if (track.kind == CMAF_VIDEO)
        make_pictures(&pictures, samples, N);
    else
        film_gop(&track, samples, N, 3);
    track.protection = p;
    assert_int_equal(cmaf_fragment(&track, 5, 0, samples, N, &out), OK);
    subsample_map_init(&map);
    assert_int_equal(
        moof_samples_read(arena, reader_of(out.data, out.size), track.frame_ticks, &moof), OK);
    assert_int_equal(senc_read(&moof, &track, arena, &map, &veils), OK);
    assert_int_equal(moof.n, N);
    assert_int_equal(decrypter_create(&d), OK);
    for (size_t i = 0; i < N; i++) {
        uint8_t bytes[RUNS * DECRYPT_RUN];
        struct decrypt_how how = { .scheme = p->scheme == CMAF_CENC ? DECRYPT_CENC : DECRYPT_CBCS,
                                   .iv_size = 16,
                                   .runs = bytes,
                                   .n_runs = veils[i].n_runs };
        bool is_pattern = p->scheme == CMAF_CBCS && track.kind == CMAF_VIDEO;
        uint8_t *sample = malloc(moof.samples[i].size);
        assert_in_range(how.n_runs, track.kind == CMAF_VIDEO ? 1 : 0, RUNS);
        how.crypt_blocks = is_pattern ? 1 : 0;
        how.skip_blocks = is_pattern ? 9 : 0;
        memcpy(how.iv, veils[i].iv, 16);
        for (size_t k = 0; k < how.n_runs; k++)
            put_run(bytes, k, veils[i].runs[k].clear, veils[i].runs[k].secret);
        memcpy(sample, moof.samples[i].data, moof.samples[i].size);
        assert_memory_not_equal(sample, samples[i].data, samples[i].size);
        assert_int_equal(decrypt_sample(d, p->key, &how, sample, moof.samples[i].size), OK);
        assert_int_equal(moof.samples[i].size, samples[i].size);
        assert_memory_equal(sample, samples[i].data, samples[i].size);
        free(sample);
    }
    decrypter_destroy(&d);
    subsample_map_finish(&map);
    arena_destroy(&arena);
    buf_finish(&pictures);
    buf_finish(&out);
}

static void fragments_of_our_packager_come_back(void **state)
{
    (void)state;
    static const struct cmaf_protection protections[] = {
        { .scheme = CMAF_CBCS, .kid = { 1 }, .key = { 2, 3 }, .iv = { 3, 5, 7, 11, 13 } },
        { .scheme = CMAF_CENC, .kid = { 4 }, .key = { 5, 6 }, .iv = { 6 }, .track = 9 },
    };
    for (size_t i = 0; i < 2; i++) {
        check_fragment(film_video_track(), &protections[i]);
        check_fragment(film_audio_track(), &protections[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_samples_follow_the_published_examples),
        cmocka_unit_test(an_iv_of_eight_bytes_is_followed_by_zeros),
        cmocka_unit_test(the_counter_turns_over_without_a_carry),
        cmocka_unit_test(each_subsample_of_cbcs_begins_a_chain_and_one_block_of_ten_is_in_it),
        cmocka_unit_test(a_map_that_does_not_fill_its_sample_leaves_it_alone),
        cmocka_unit_test(other_schemes_and_ivs_are_refused),
        cmocka_unit_test(any_map_of_ours_comes_back),
        cmocka_unit_test(fragments_of_our_packager_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
