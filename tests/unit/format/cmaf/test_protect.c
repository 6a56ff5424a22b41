#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/reader.h"
#include "film.h"
#include "format/cmaf/box.h"
#include "format/cmaf/cipher.h"
#include "format/cmaf/index.h"
#include "format/cmaf/protect.h"
#include "format/cmaf/subsample.h"
#include "nist.h"

enum { ROOM = 8 * 1024 * 1024, N = 12 };

static const struct cmaf_protection cbcs = {
    .scheme = CMAF_CBCS,
    .kid = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 },
    .key = { 0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6, 0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf,
             0x4f, 0x3c },
    .iv = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 },
};
static const struct cmaf_protection cenc = {
    .scheme = CMAF_CENC,
    .kid = { 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1 },
    .key = { 0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6, 0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf,
             0x4f, 0x3c },
    .iv = { 0, 0, 0, 0, 0, 0, 0, 0x10 },
};

/* ---- the cipher ---- */

static const struct sample_cipher counter = { .iv = { 0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6,
                                                      0xf7, 0xf8, 0xf9, 0xfa, 0xfb, 0xfc, 0xfd,
                                                      0xfe, 0xff } };

static void assert_cipher(const struct cmaf_protection *p, enum cmaf_kind kind,
                          const struct sample_cipher *how, const uint8_t *from, const uint8_t *to,
                          size_t n)
{
    uint8_t out[2048];
    struct cipher c;
    assert_in_range(n, 1, sizeof out);
    for (int encrypt = 0; encrypt < 2; encrypt++) {
        assert_int_equal(cipher_open(&c, p, kind, encrypt), OK);
        cipher_sample(&c, how, encrypt ? from : to, out, n);
        assert_memory_equal(out, encrypt ? to : from, n);
        memcpy(out, encrypt ? from : to, n); /* and in place */
        cipher_sample(&c, how, out, out, n);
        assert_memory_equal(out, encrypt ? to : from, n);
        assert_int_equal(cipher_close(&c), OK);
    }
}

static struct sample_cipher whole(const struct cmaf_protection *p)
{
    struct sample_cipher how = { .runs = NULL };
    memcpy(how.iv, p->iv, 16);
    return how;
}

static void sound_under_cbcs_is_one_chain_of_whole_blocks(void **state)
{
    (void)state;
    struct sample_cipher how = whole(&cbcs);
    uint8_t from[64 + 15], to[64 + 15];
    memset(from, 0x5a, sizeof from);
    memcpy(from, plain, 64);
    memcpy(to, from, sizeof to);
    memcpy(to, cbc, 64);
    assert_cipher(&cbcs, CMAF_AUDIO, &how, from, to, 64);
    assert_cipher(&cbcs, CMAF_AUDIO, &how, from, to, sizeof from);
    assert_cipher(&cbcs, CMAF_AUDIO, &how, from + 64, from + 64, 15);
}

static void pictures_under_cbcs_are_one_block_of_ten_in_one_chain(void **state)
{
    (void)state;
    enum { SIZE = 7 + 3 * 160 + 16 + 5 };
    struct subsample runs[] = { { 7, SIZE - 7 }, { 4, 16 }, { 9, 15 }, { 2, 0 } };
    struct sample_cipher how = whole(&cbcs);
    uint8_t from[SIZE + 20 + 24 + 2], to[sizeof from];
    memset(from, 0xa5, sizeof from);
    for (size_t i = 0; i < 4; i++)
        memcpy(from + 7 + i * 160, plain + i * 16, 16);
    memcpy(from + SIZE + 4, plain, 16);
    memcpy(to, from, sizeof to);
    for (size_t i = 0; i < 4; i++)
        memcpy(to + 7 + i * 160, cbc + i * 16, 16);
    memcpy(to + SIZE + 4, cbc, 16); /* each subsample begins again with the IV */
    how.runs = runs;
    how.n_runs = 4;
    assert_cipher(&cbcs, CMAF_VIDEO, &how, from, to, sizeof from);
}

/* Gathers the blocks of the pattern of one run into one chain, or puts them back. */
static size_t move_blocks(uint8_t *run, size_t n, uint8_t *chain, bool back)
{
    size_t blocks = 0;
    for (size_t at = 0; at + 16 <= n; at += 160, blocks++)
        memcpy(back ? run + at : chain + blocks * 16, back ? chain + blocks * 16 : run + at, 16);
    return blocks;
}

enum { LONG = 7 + 123457 + 4 + 15 + 9 + 41003 };
static const struct subsample long_runs[] = { { 7, 123457 }, { 4, 15 }, { 9, 41003 } };
static const struct sample_cipher long_picture = {
    .iv = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 }, .runs = long_runs, .n_runs = 3
};

/* The same, each run's chain by itself and as sound has it. */
static void encrypt_slowly(const uint8_t *from, uint8_t *to)
{
    static uint8_t chain[LONG];
    struct sample_cipher how = whole(&cbcs);
    memcpy(to, from, LONG);
    for (size_t i = 0; i < 3; i++) {
        struct cipher c;
        to += long_runs[i].clear;
        size_t blocks = move_blocks(to, long_runs[i].secret, chain, false);
        assert_int_equal(cipher_open(&c, &cbcs, CMAF_AUDIO, true), OK);
        cipher_sample(&c, &how, chain, chain, blocks * 16);
        assert_int_equal(cipher_close(&c), OK);
        move_blocks(to, long_runs[i].secret, chain, true);
        to += long_runs[i].secret;
    }
}

static void long_pictures_are_encrypted_decrypted_and_exchanged_alike(void **state)
{
    (void)state;
    static uint8_t clear[LONG], closed[LONG], out[LONG], stream[LONG];
    struct cipher c;
    for (size_t i = 0; i < LONG; i++) {
        clear[i] = (uint8_t)(i * 31 + i / 251);
        stream[i] = (uint8_t)(i * 17 + i / 7);
    }
    encrypt_slowly(clear, closed);
    assert_int_equal(cipher_open(&c, &cbcs, CMAF_VIDEO, true), OK);
    for (int times = 0; times < 3; times++) { /* what came before leaves no trace */
        cipher_sample(&c, &long_picture, clear, out, LONG);
        assert_memory_equal(out, closed, LONG);
    }
    assert_int_equal(cipher_close(&c), OK);
    assert_int_equal(cipher_open(&c, &cbcs, CMAF_VIDEO, false), OK);
    for (int times = 0; times < 3; times++) {
        cipher_sample(&c, &long_picture, closed, out, LONG);
        assert_memory_equal(out, clear, LONG);
        for (size_t i = 0; i < LONG; i++)
            out[i] = closed[i] ^ stream[i];
        cipher_exchange(&c, &long_picture, closed, out);
        for (size_t i = 0; i < LONG; i++)
            assert_int_equal(out[i] ^ stream[i], clear[i]);
    }
    assert_int_equal(cipher_close(&c), OK);
}

static void samples_under_cenc_are_one_stream_over_their_subsamples(void **state)
{
    (void)state;
    static const struct subsample runs[] = { { 3, 16 }, { 5, 21 }, { 1, 0 }, { 0, 27 } };
    struct sample_cipher how = counter;
    uint8_t from[3 + 5 + 1 + 64], to[sizeof from];
    assert_cipher(&cenc, CMAF_VIDEO, &how, plain, ctr, 64);
    assert_cipher(&cenc, CMAF_AUDIO, &how, plain, ctr, 61);
    memset(from, 0x77, sizeof from);
    memset(to, 0x77, sizeof to);
    memcpy(from + 3, plain, 16), memcpy(to + 3, ctr, 16);
    memcpy(from + 24, plain + 16, 21), memcpy(to + 24, ctr + 16, 21);
    memcpy(from + 46, plain + 37, 27), memcpy(to + 46, ctr + 37, 27);
    how.runs = runs;
    how.n_runs = 4;
    assert_cipher(&cenc, CMAF_VIDEO, &how, from, to, sizeof from);
}

/* 9.3: bytes 8 to 15 count alone, and roll over without touching the others. */
static void the_counter_of_blocks_has_64_bits(void **state)
{
    (void)state;
    uint8_t zeros[48] = { 0 }, high[16], low[32], all[48];
    struct sample_cipher how = { .iv = { 9, 9, 9, 9, 9, 9, 9, 9 } };
    struct cipher c;
    assert_int_equal(cipher_open(&c, &cenc, CMAF_AUDIO, true), OK);
    cipher_sample(&c, &how, zeros, low, 32);
    memset(how.iv + 8, 0xff, 8);
    cipher_sample(&c, &how, zeros, high, 16);
    cipher_sample(&c, &how, zeros, all, 48);
    assert_memory_equal(all, high, 16);
    assert_memory_equal(all + 16, low, 32);
    assert_int_equal(cipher_close(&c), OK);
}

/* ---- IVs ---- */

static uint64_t iv_number(const struct cmaf_protection *p, uint32_t sequence, size_t sample)
{
    uint8_t iv[16];
    cipher_iv(p, sequence, sample, iv);
    struct reader r = reader_of(iv, 16);
    uint64_t number = read_u64(&r);
    assert_int_equal(read_u64(&r), 0);
    return number;
}

static void no_two_samples_of_a_key_share_an_iv(void **state)
{
    (void)state;
    struct cmaf_protection other = cenc;
    memset(other.iv, 0xff, 8);
    assert_int_equal(iv_number(&cenc, 1, 0), 0x10010);
    assert_int_equal(iv_number(&cenc, 1, 1), 0x10011);
    assert_int_equal(iv_number(&cenc, 1, 65535) + 1, iv_number(&cenc, 2, 0));
    /* counting past the end of the number begins it again: tracks stay 2^48 apart */
    assert_int_equal(iv_number(&other, 1, 0), 0xffff);
    uint64_t last = iv_number(&other, UINT32_MAX, 65535);
    other.track = 1;
    assert_int_equal(iv_number(&other, 0, 0), last + 1);
}

/* ---- pictures of the usual make ---- */

struct picture {
    struct buf bytes;
    struct cmaf_sample samples[64];
    size_t offsets[64], n;
};

static void put_nal(struct buf *b, const void *start, size_t n, size_t fill)
{
    buf_be32(b, (uint32_t)(n + fill));
    buf_put(b, start, n);
    for (size_t i = 0; i < fill; i++)
        buf_u8(b, (uint8_t)(i * 7 + fill + 1) | 1);
}

/* What x264 begins slices with, under the parameter sets of film_video_track. */
static const uint8_t idr_start[] = { 0x65, 0x88, 0x84, 0x00, 0x33 };
static const uint8_t p_start[] = { 0x41, 0x9a, 0x24, 0x6c, 0x43 };
static const uint8_t delimiter[] = { 0x09, 0xf0 };
static const uint8_t sei[] = { 0x06, 0x05 };

static void begin_sample(struct picture *p)
{
    p->offsets[p->n++] = p->bytes.size;
}

static void end_samples(struct picture *p)
{
    for (size_t i = 0; i < p->n; i++) {
        size_t end = i + 1 < p->n ? p->offsets[i + 1] : p->bytes.size;
        p->samples[i] = (struct cmaf_sample){ .data = p->bytes.data + p->offsets[i],
                                              .size = (uint32_t)(end - p->offsets[i]),
                                              .duration = 512,
                                              .sync = i == 0 };
    }
}

static void make_picture(struct picture *p, size_t slices)
{
    *p = (struct picture){ .n = 0 };
    buf_init(&p->bytes, ROOM);
    for (size_t i = 0; i < N; i++) {
        begin_sample(p);
        put_nal(&p->bytes, delimiter, sizeof delimiter, 0);
        if (i == 0)
            put_nal(&p->bytes, sei, sizeof sei, 90);
        for (size_t k = 0; k < slices; k++)
            put_nal(&p->bytes, i == 0 ? idr_start : p_start, 5, 3000 / (i + 1) + 41 * k);
    }
    end_samples(p);
}

static struct buf fragment_of(const struct cmaf_track *track, const struct cmaf_sample *samples,
                              size_t n)
{
    struct buf b;
    buf_init(&b, ROOM);
    assert_int_equal(cmaf_fragment(track, 7, 512 * 48, samples, n, &b), OK);
    return b;
}

static struct reader at_path(const struct buf *b, const uint32_t *path, size_t n)
{
    struct reader r = reader_of(b->data, b->size);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(box_find(r, path[i], &r), OK);
    return r;
}

static const uint32_t moof_type = BOX_TYPE('m', 'o', 'o', 'f'),
                      traf_type = BOX_TYPE('t', 'r', 'a', 'f'),
                      saiz_type = BOX_TYPE('s', 'a', 'i', 'z'),
                      saio_type = BOX_TYPE('s', 'a', 'i', 'o'),
                      senc_type = BOX_TYPE('s', 'e', 'n', 'c');

static struct reader in_traf(const struct buf *b, uint32_t type)
{
    const uint32_t path[] = { moof_type, traf_type, type };
    return at_path(b, path, 3);
}

static bool has_in_traf(const struct buf *b, uint32_t type)
{
    const uint32_t path[] = { moof_type, traf_type };
    struct reader r;
    return box_find(at_path(b, path, 2), type, &r) == OK;
}

/* Reads senc beside the samples as a player would, and holds saiz and saio against it. */
static void assert_senc(const struct buf *b, const struct picture *p, size_t iv_size,
                        size_t expected_runs)
{
    struct reader saiz = in_traf(b, saiz_type), saio = in_traf(b, saio_type);
    struct reader senc = in_traf(b, senc_type);
    assert_int_equal(read_u32(&saiz), 0);
    uint8_t same = read_u8(&saiz);
    assert_int_equal(read_u32(&saiz), p->n);
    assert_int_equal(read_u32(&senc), 2);
    assert_int_equal(read_u32(&senc), p->n);
    assert_int_equal(read_u32(&saio), 0);
    assert_int_equal(read_u32(&saio), 1);
    assert_int_equal(read_u32(&saio), senc.at - b->data);
    for (size_t i = 0; i < p->n; i++) {
        size_t size = same != 0 ? same : read_u8(&saiz), total = 0;
        if (iv_size > 0)
            assert_int_equal(read_u64(&senc), iv_number(&cenc, 7, i));
        uint16_t runs = read_u16(&senc);
        assert_int_equal(runs, expected_runs);
        assert_int_equal(size, iv_size + 2 + 6 * runs);
        for (uint16_t k = 0; k < runs; k++) {
            total += read_u16(&senc);
            uint32_t secret = read_u32(&senc);
            assert_true(iv_size == 0 || secret % 16 == 0);
            total += secret;
        }
        assert_int_equal(total, p->samples[i].size);
    }
    assert_false(senc.failed || saiz.failed);
    assert_int_equal(read_left(&senc) + read_left(&saiz), 0);
}

static void a_fragment_says_how_its_pictures_are_decrypted(void **state)
{
    (void)state;
    struct cmaf_track track = film_video_track();
    for (size_t slices = 1; slices < 5; slices += 3) {
        struct picture p;
        make_picture(&p, slices);
        track.protection = &cbcs;
        struct buf b = fragment_of(&track, p.samples, p.n);
        assert_senc(&b, &p, 0, slices);
        buf_finish(&b);
        track.protection = &cenc;
        b = fragment_of(&track, p.samples, p.n);
        assert_senc(&b, &p, 8, slices);
        buf_finish(&b);
        buf_finish(&p.bytes);
    }
}

/* Only slice data differs from the clear fragment, and of that one block of ten. */
static void headers_stay_in_clear_and_nothing_else_does(void **state)
{
    (void)state;
    struct cmaf_track track = film_video_track();
    struct picture p;
    make_picture(&p, 1);
    track.protection = &cbcs;
    struct buf b = fragment_of(&track, p.samples, p.n);
    const uint8_t *mdat = b.data + b.size - p.bytes.size;
    size_t header = 0, changed = 0;
    struct avc_sets sets;
    avc_sets_read(reader_of(track.config, track.config_size), &sets);
    size_t slice_at = 6 + 4 + 92 + 4;
    struct reader slice = reader_of(p.bytes.data + slice_at, p.samples[0].size - slice_at);
    assert_int_equal(slice_header_size(&sets, slice, &header), OK);
    assert_in_range(header, 5, 8);
    size_t data_at = slice_at + header;
    assert_memory_equal(mdat, p.bytes.data, data_at);
    for (size_t i = 0; data_at + i < p.samples[0].size; i++) {
        bool is_changed = mdat[data_at + i] != p.bytes.data[data_at + i];
        assert_false(is_changed && i % 160 >= 16);
        changed += is_changed;
    }
    assert_in_range(changed, (3000 / 160 + 1) * 14, (3000 / 160 + 1) * 16);
    buf_finish(&b);
    buf_finish(&p.bytes);
}

static void sound_under_cbcs_carries_no_information_of_its_own(void **state)
{
    (void)state;
    static const uint32_t types[] = { BOX_TYPE('s', 'a', 'i', 'z'), BOX_TYPE('s', 'a', 'i', 'o'),
                                      BOX_TYPE('s', 'e', 'n', 'c') };
    struct cmaf_track track = film_audio_track();
    struct cmaf_sample samples[N];
    film_gop(&track, samples, N, 1);
    track.protection = &cbcs;
    struct buf b = fragment_of(&track, samples, N);
    for (size_t i = 0; i < 3; i++)
        assert_false(has_in_traf(&b, types[i]));
    buf_finish(&b);
    track.protection = &cenc;
    b = fragment_of(&track, samples, N);
    struct reader senc = in_traf(&b, senc_type), saiz = in_traf(&b, saiz_type);
    read_u32(&saiz);
    assert_int_equal(read_u8(&saiz), 8);
    assert_int_equal(read_u32(&senc), 0);
    assert_int_equal(read_u32(&senc), N);
    assert_int_equal(read_u64(&senc), iv_number(&cenc, 7, 0));
    assert_int_equal(read_left(&senc), 8 * (N - 1));
    buf_finish(&b);
}

static void the_key_part_is_found_behind_all_that_a_moof_says(void **state)
{
    (void)state;
    struct cmaf_track track = film_video_track();
    struct picture p;
    uint32_t key = 0;
    make_picture(&p, 40); /* as many as can be said */
    track.protection = &cenc;
    struct buf b = fragment_of(&track, p.samples, p.n);
    size_t payload = p.bytes.size;
    assert_int_equal(cmaf_key_size(b.data, CMAF_FRAGMENT_HEAD, &key), OK);
    assert_int_equal(key, b.size - payload + p.samples[0].size);
    buf_finish(&b);
    buf_finish(&p.bytes);
}

static void long_clear_parts_are_told_in_pieces(void **state)
{
    (void)state;
    struct cmaf_track track = film_video_track();
    struct picture p = { .n = 0 };
    buf_init(&p.bytes, ROOM);
    begin_sample(&p);
    put_nal(&p.bytes, sei, sizeof sei, 150000);
    put_nal(&p.bytes, idr_start, sizeof idr_start, 1000);
    end_samples(&p);
    track.protection = &cbcs;
    struct buf b = fragment_of(&track, p.samples, p.n);
    assert_senc(&b, &p, 0, 3);
    buf_finish(&b);
    buf_finish(&p.bytes);
}

static void assert_refused(const struct picture *p, const struct cmaf_track *track, enum err err)
{
    struct buf b;
    buf_init(&b, ROOM);
    buf_text(&b, "before");
    assert_int_equal(cmaf_fragment(track, 1, 0, p->samples, p->n, &b), err);
    assert_int_equal(b.size, 6);
    assert_int_equal(b.err, OK);
    buf_finish(&b);
}

static void pictures_that_cannot_be_split_are_refused(void **state)
{
    (void)state;
    static const struct {
        uint8_t start[3];
        size_t slices;
        enum err err;
    } rows[] = {
        { { 0x65, 0x88, 0x84 }, 42, OK },
        { { 0x65, 0x88, 0x84 }, 43, ERR_FULL },       /* saiz cannot say it */
        { { 0x62, 0x88, 0x84 }, 1, ERR_UNSUPPORTED }, /* a partition */
        { { 0x74, 0x88, 0x84 }, 1, ERR_UNSUPPORTED }, /* another view */
        { { 0x65, 0x00, 0x00 }, 1, ERR_MALFORMED },   /* a header without end */
        { { 0x65, 0x88, 0x04 }, 1, ERR_MALFORMED },   /* parameter sets that are not there */
    };
    struct cmaf_track track = film_video_track();
    track.protection = &cbcs;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct picture p = { .n = 0 };
        buf_init(&p.bytes, ROOM);
        begin_sample(&p);
        for (size_t k = 0; k < rows[i].slices; k++)
            put_nal(&p.bytes, rows[i].start, 3, rows[i].err == ERR_MALFORMED ? 0 : 40);
        end_samples(&p);
        if (rows[i].err == OK) {
            struct buf b = fragment_of(&track, p.samples, p.n);
            buf_finish(&b);
        } else {
            assert_refused(&p, &track, rows[i].err);
        }
        p.samples[0].size--; /* a unit longer than its sample */
        assert_refused(&p, &track, ERR_MALFORMED);
        buf_finish(&p.bytes);
    }
}

static void a_head_alone_would_leave_its_samples_in_clear(void **state)
{
    (void)state;
    struct cmaf_track track = film_video_track();
    struct picture p;
    struct buf b;
    buf_init(&b, ROOM);
    make_picture(&p, 1);
    track.protection = &cbcs;
    assert_int_equal(cmaf_fragment_head(&track, 1, 0, p.samples, p.n, &b), ERR_UNSUPPORTED);
    assert_int_equal(b.size, 0);
    buf_finish(&b);
    buf_finish(&p.bytes);
}

/* ---- the init segment ---- */

static const uint8_t sinf_cbcs[] = {
    0,  0,    0, 97, 's', 'i', 'n', 'f', 0, 0, 0, 12, 'f', 'r', 'm', 'a', 'a', 'v', 'c', '1',
    0,  0,    0, 20, 's', 'c', 'h', 'm', 0, 0, 0, 0,  'c', 'b', 'c', 's', 0,   1,   0,   0,
    0,  0,    0, 57, 's', 'c', 'h', 'i', 0, 0, 0, 49, 't', 'e', 'n', 'c', 1,   0,   0,   0,
    0,  0x19, 1, 0,  1,   2,   3,   4,   5, 6, 7, 8,  9,   10,  11,  12,  13,  14,  15,  16,
    16, 0,    1, 2,  3,   4,   5,   6,   7, 8, 9, 10, 11,  12,  13,  14,  15,
};
static const uint8_t sinf_cenc[] = {
    0, 0, 0, 80, 's', 'i', 'n', 'f', 0,  0,  0,  12, 'f', 'r', 'm', 'a', 'm', 'p', '4', 'a',
    0, 0, 0, 20, 's', 'c', 'h', 'm', 0,  0,  0,  0,  'c', 'e', 'n', 'c', 0,   1,   0,   0,
    0, 0, 0, 40, 's', 'c', 'h', 'i', 0,  0,  0,  32, 't', 'e', 'n', 'c', 0,   0,   0,   0,
    0, 0, 1, 8,  16,  15,  14,  13,  12, 11, 10, 9,  8,   7,   6,   5,   4,   3,   2,   1,
};
static const uint8_t pssh_cbcs[] = {
    0,    0,    0,    52,   'p',  's',  's',  'h',  1,    0,    0,    0,    0x10,
    0x77, 0xef, 0xec, 0xc0, 0xb2, 0x4d, 0x02, 0xac, 0xe3, 0x3c, 0x1e, 0x52, 0xe2,
    0xfb, 0x4b, 0,    0,    0,    1,    1,    2,    3,    4,    5,    6,    7,
    8,    9,    10,   11,   12,   13,   14,   15,   16,   0,    0,    0,    0,
};

static struct buf init_of(const struct cmaf_track *track)
{
    struct buf b;
    buf_init(&b, ROOM);
    assert_int_equal(cmaf_init(track, 0, &b), OK);
    return b;
}

static const uint8_t *find_bytes(const struct buf *b, const void *bytes, size_t n)
{
    return memmem(b->data, b->size, bytes, n);
}

static void the_init_segment_names_scheme_key_and_system(void **state)
{
    (void)state;
    struct cmaf_track track = film_video_track();
    track.protection = &cbcs;
    struct buf b = init_of(&track);
    assert_non_null(find_bytes(&b, "encv", 4));
    assert_non_null(find_bytes(&b, sinf_cbcs, sizeof sinf_cbcs));
    assert_memory_equal(b.data + b.size - sizeof pssh_cbcs, pssh_cbcs, sizeof pssh_cbcs);
    assert_null(find_bytes(&b, cbcs.key, 16));
    buf_finish(&b);
    track = film_audio_track();
    track.protection = &cenc;
    b = init_of(&track);
    assert_non_null(find_bytes(&b, "enca", 4));
    assert_non_null(find_bytes(&b, sinf_cenc, sizeof sinf_cenc));
    assert_null(find_bytes(&b, cenc.key, 16));
    buf_finish(&b);
    track.protection = &cbcs; /* sound: no pattern */
    b = init_of(&track);
    assert_non_null(find_bytes(&b, "tenc\1\0\0\0\0\0\1\0", 12));
    buf_finish(&b);
    struct cmaf_protection none = { .scheme = CMAF_CLEAR };
    track.protection = &none;
    b = init_of(&track);
    assert_null(find_bytes(&b, "enca", 4));
    assert_null(find_bytes(&b, "pssh", 4));
    buf_finish(&b);
}

static void every_key_of_the_film_is_listed_once(void **state)
{
    (void)state;
    uint8_t kids[3][16] = { { 1 }, { 0 }, { 2 } };
    memcpy(kids[1], cbcs.kid, 16);
    struct cmaf_protection p = cbcs;
    p.kids = (const uint8_t(*)[16])kids;
    p.n_kids = 3;
    struct cmaf_track track = film_video_track();
    track.protection = &p;
    struct buf b = init_of(&track);
    const uint8_t *pssh = b.data + b.size - 84;
    assert_memory_equal(pssh, "\0\0\0\x54pssh\1", 9);
    assert_memory_equal(pssh + 28, "\0\0\0\3", 4);
    assert_memory_equal(pssh + 32, cbcs.kid, 16);
    assert_memory_equal(pssh + 48, kids[0], 16);
    assert_memory_equal(pssh + 64, kids[2], 16);
    p.n_kids = CMAF_KIDS_MAX + 1;
    assert_int_equal(cmaf_init(&track, 0, &b), ERR_ARGUMENT);
    buf_finish(&b);
}

static struct buf head_of(const struct cmaf_track *track)
{
    static const struct cmaf_span span = { 1000, 1024 };
    struct buf b = init_of(track);
    assert_int_equal(cmaf_sidx(track, 0, &span, 1, &b), OK);
    return b;
}

static void an_encrypted_track_is_read_back_as_it_was_written(void **state)
{
    (void)state;
    static const struct cmaf_protection *const all[] = { &cbcs, &cenc, NULL };
    for (size_t i = 0; i < 6; i++) {
        struct arena *arena = arena_create();
        struct cmaf_track track = i % 2 == 0 ? film_video_track() : film_audio_track();
        const struct cmaf_protection *p = all[i / 2];
        struct cmaf_index x;
        size_t needed = 0;
        track.protection = p;
        struct buf b = head_of(&track);
        assert_int_equal(cmaf_index_read(arena, b.data, b.size, &x, &needed), OK);
        assert_string_equal(x.codec, i % 2 == 0 ? "avc1.64001f" : "mp4a.40.2");
        assert_int_equal(x.scheme, p == NULL ? CMAF_CLEAR : p->scheme);
        static const uint8_t none[16];
        assert_memory_equal(x.kid, p == NULL ? none : p->kid, 16);
        assert_memory_equal(x.iv, p == &cbcs ? p->iv : none, 16);
        buf_finish(&b);
        arena_destroy(&arena);
    }
}

static void protection_of_another_kind_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *find;
        size_t n, at;
        uint8_t byte;
        enum err err;
    } rows[] = {
        { "sinf", 4, 0, 'x', ERR_MALFORMED },
        { "frma", 4, 0, 'x', ERR_MALFORMED },
        { "frmaavc1", 8, 7, '3', ERR_UNSUPPORTED },
        { "schm", 4, 0, 'x', ERR_MALFORMED },
        { "cbcs", 4, 3, '1', ERR_UNSUPPORTED },
        { "schi", 4, 0, 'x', ERR_MALFORMED },
        { "tenc", 4, 0, 'x', ERR_MALFORMED },
        { "tenc", 4, 9, 0x28, ERR_UNSUPPORTED },
        { "tenc", 4, 10, 0, ERR_UNSUPPORTED },
        { "tenc", 4, 11, 7, ERR_MALFORMED },
        { "tenc", 4, 11, 8, OK },
        { "tenc", 4, 28, 15, ERR_MALFORMED },
        { "encv", 4, 3, 'a', ERR_UNSUPPORTED },
    };
    struct cmaf_track track = film_video_track();
    track.protection = &cbcs;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena = arena_create();
        struct cmaf_index x;
        size_t needed = 0;
        struct buf b = head_of(&track);
        uint8_t *at = memmem(b.data, b.size, rows[i].find, rows[i].n);
        assert_non_null(at);
        at[rows[i].at] = rows[i].byte;
        assert_int_equal(cmaf_index_read(arena, b.data, b.size, &x, &needed), rows[i].err);
        buf_finish(&b);
        arena_destroy(&arena);
    }
}

static void an_init_segment_cut_or_changed_gets_an_answer(void **state)
{
    (void)state;
    struct cmaf_track track = film_video_track(), read;
    struct buf out;
    buf_init(&out, ROOM);
    track.protection = &cbcs;
    struct buf b = init_of(&track);
    for (size_t i = 0; i < b.size; i++) {
        buf_clear(&out);
        assert_int_not_equal(cmaf_reprotect_init(b.data, i, &cenc, &out), OK);
        assert_int_equal(out.size, 0);
    }
    for (size_t i = 0; i < b.size; i++) {
        for (unsigned change = 1; change < 256; change <<= 1) {
            b.data[i] ^= (uint8_t)change;
            buf_clear(&out);
            enum err err = cmaf_reprotect_init(b.data, b.size, &cenc, &out);
            assert_int_equal(cmaf_track_read(b.data, b.size, &read), err);
            assert_true(err == OK || out.size == 0);
            b.data[i] ^= (uint8_t)change;
        }
    }
    buf_finish(&b);
    buf_finish(&out);
}

/* ---- from one protection to another ---- */

static void hostile_fragments_get_an_answer(void **state)
{
    (void)state;
    static const struct cmaf_protection *const all[] = { &cbcs, &cenc };
    for (size_t k = 0; k < 4; k++) {
        struct cmaf_track from = film_video_track(), to = from;
        struct picture p;
        struct buf out;
        buf_init(&out, ROOM);
        make_picture(&p, 1 + k / 2);
        from.protection = all[k % 2];
        to.protection = all[1 - k % 2];
        struct buf b = fragment_of(&from, p.samples, p.n);
        size_t head = b.size - p.bytes.size;
        for (size_t i = 0; i < b.size; i += i < head ? 1 : 97) {
            buf_clear(&out);
            enum err err = cmaf_reprotect(&from, &to, 1, b.data, i, &out);
            assert_int_not_equal(err, OK);
            assert_int_equal(out.size, 0);
        }
        for (size_t i = 0; i < head + 16; i++) {
            for (unsigned change = 1; change < 256; change <<= 1) {
                b.data[i] ^= (uint8_t)change;
                buf_clear(&out);
                enum err err = cmaf_reprotect(&from, &to, 1, b.data, b.size, &out);
                assert_true(err == OK || out.size == 0);
                b.data[i] ^= (uint8_t)change;
            }
        }
        buf_finish(&b);
        buf_finish(&out);
        buf_finish(&p.bytes);
    }
}

static void tracks_of_two_kinds_are_an_error_of_the_caller(void **state)
{
    (void)state;
    struct cmaf_track a = film_video_track(), b = film_audio_track();
    struct buf out;
    buf_init(&out, ROOM);
    assert_int_equal(cmaf_reprotect(&a, &b, 1, a.config, 8, &out), ERR_ARGUMENT);
    buf_finish(&out);
}

/* Where headers of slices were encrypted too, they are found all the same. */
static void pictures_encrypted_to_their_first_byte_are_opened(void **state)
{
    (void)state;
    struct cmaf_track track = film_video_track(), clear = track;
    struct picture p;
    struct buf back;
    buf_init(&back, ROOM);
    make_picture(&p, 1);
    struct buf right = fragment_of(&clear, p.samples, p.n);
    track.protection = &cenc;
    struct buf b = fragment_of(&track, p.samples, p.n);
    uint8_t *senc = (uint8_t *)(uintptr_t)in_traf(&b, senc_type).at + 8;
    uint8_t *mdat = b.data + b.size - p.bytes.size;
    memcpy(mdat, p.bytes.data, p.bytes.size);
    struct cipher c;
    assert_int_equal(cipher_open(&c, &cenc, CMAF_VIDEO, true), OK);
    for (size_t i = 0; i < p.n; i++) {
        uint16_t first = i == 0 ? 6 + 4 + 92 + 5 : 6 + 5; /* up to the type of the slice */
        struct subsample run = { first, p.samples[i].size - first };
        struct sample_cipher how = { .runs = &run, .n_runs = 1 };
        memcpy(how.iv, senc, 8);
        senc[10] = (uint8_t)(first >> 8);
        senc[11] = (uint8_t)first;
        senc[12] = senc[13] = 0;
        senc[14] = (uint8_t)(run.secret >> 8);
        senc[15] = (uint8_t)run.secret;
        cipher_sample(&c, &how, mdat + p.offsets[i], mdat + p.offsets[i], p.samples[i].size);
        senc += 16;
    }
    assert_int_equal(cipher_close(&c), OK);
    assert_int_equal(cmaf_reprotect(&track, &clear, 7, b.data, b.size, &back), OK);
    assert_int_equal(back.size, right.size);
    assert_memory_equal(back.data, right.data, right.size);
    struct cmaf_track to = clear;
    to.protection = &cbcs;
    struct buf there = fragment_of(&to, p.samples, p.n);
    buf_clear(&back);
    assert_int_equal(cmaf_reprotect(&track, &to, 7, b.data, b.size, &back), OK);
    assert_int_equal(back.size, there.size);
    assert_memory_equal(back.data, there.data, there.size);
    struct buf *all[] = { &right, &b, &back, &there, &p.bytes };
    for (size_t i = 0; i < 5; i++)
        buf_finish(all[i]);
}

/* ---- files of other packagers, where their keys are known ---- */

static bool read_corpus(const char *name, struct buf *b)
{
    char path[512];
    const char *shared = getenv("LANTERNE_SHARED");
    snprintf(path, sizeof path, "%s/corpora/mp4-mp4ff/mp4/testdata/%s",
             shared == NULL ? "" : shared, name);
    FILE *f = fopen(path, "rb");
    if (f == NULL) {
        print_message("skipped: %s is not there\n", path);
        return false;
    }
    buf_init(b, ROOM);
    uint8_t part[4096];
    for (size_t n = 1; n > 0;) {
        n = fread(part, 1, sizeof part, f);
        buf_put(b, part, n);
    }
    fclose(f);
    return b->err == OK;
}

/* The nth moof and what follows; it ends with its mdat. */
static struct reader nth_fragment(const struct buf *b, size_t n)
{
    struct reader r = reader_of(b->data, b->size), at = r;
    struct box box;
    for (const uint8_t *moof = NULL; box_next(&r, &box);) {
        if (box.type == moof_type)
            moof = box.body.at - 8;
        if (box.type == BOX_TYPE('m', 'd', 'a', 't') && n-- == 0) {
            at.at = moof;
            at.end = r.at;
            return at;
        }
    }
    fail();
    return at;
}

struct theirs {
    const char *closed, *open;
    struct cmaf_protection protection;
    struct cmaf_track track;
    size_t fragments;
    size_t drop; /* which traf is not looked at; 0: there is one alone */
};

/* One traf alone, as in a file of one track. */
static void drop_traf(struct reader fragment, size_t which)
{
    struct reader moof;
    struct box box;
    assert_int_equal(box_find(fragment, moof_type, &moof), OK);
    for (size_t i = 0; which != 0 && box_next(&moof, &box);) {
        if (box.type == traf_type && ++i == which)
            memcpy((uint8_t *)(uintptr_t)box.body.at - 4, "free", 4);
    }
}

static void assert_theirs(const struct theirs *t)
{
    struct buf closed, open, out;
    if (!read_corpus(t->closed, &closed))
        return;
    assert_true(read_corpus(t->open, &open));
    struct cmaf_track from = t->track, to = t->track;
    from.protection = &t->protection;
    for (size_t i = 0; i < t->fragments; i++) {
        struct reader fragment = nth_fragment(&closed, i), mdat, right;
        buf_init(&out, ROOM);
        drop_traf(fragment, t->drop);
        assert_int_equal(cmaf_reprotect(&from, &to, 1, fragment.at, read_left(&fragment), &out),
                         OK);
        assert_int_equal(
            box_find(reader_of(out.data, out.size), BOX_TYPE('m', 'd', 'a', 't'), &mdat), OK);
        assert_int_equal(box_find(nth_fragment(&open, i), BOX_TYPE('m', 'd', 'a', 't'), &right),
                         OK);
        assert_true(read_left(&mdat) > 10000);
        assert_non_null(memmem(right.at, read_left(&right), mdat.at, read_left(&mdat)));
        buf_finish(&out);
    }
    buf_finish(&closed);
    buf_finish(&open);
}

static void fragments_of_other_packagers_are_decrypted(void **state)
{
    (void)state;
    static const uint8_t key[16] = { 0x63, 0xcb, 0x5f, 0x71, 0x84, 0xdd, 0x4b, 0x68,
                                     0x9a, 0x5c, 0x5f, 0xf1, 0x1e, 0xe6, 0xa3, 0x28 };
    struct theirs film = { .closed = "prog_8s_enc_dashinit.mp4",
                           .open = "prog_8s_dec_dashinit.mp4",
                           .protection = { .scheme = CMAF_CENC },
                           .track = film_video_track(),
                           .fragments = 2,
                           .drop = 2 };
    memcpy(film.protection.key, key, 16);
    assert_theirs(&film);
    film.track = film_audio_track();
    film.track.frame_ticks = 1024;
    film.drop = 1;
    assert_theirs(&film);
    struct theirs sound = {
        .closed = "cbcs_audio.mp4",
        .open = "cbcs_audiodec.mp4",
        .protection = { .scheme = CMAF_CBCS,
                        .key = { 0x5f, 0xfd, 0x93, 0x86, 0x1f, 0xa7, 0x76, 0xe9, 0x6c, 0xcc, 0xd9,
                                 0x34, 0x89, 0x8f, 0xc1, 0xc8 } },
        .track = film_audio_track(),
        .fragments = 1,
    };
    struct buf b;
    if (!read_corpus(sound.closed, &b))
        return;
    const uint8_t *tenc = find_bytes(&b, "tenc", 4);
    memcpy(sound.protection.iv, tenc + 29, 16);
    buf_finish(&b);
    assert_theirs(&sound);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sound_under_cbcs_is_one_chain_of_whole_blocks),
        cmocka_unit_test(pictures_under_cbcs_are_one_block_of_ten_in_one_chain),
        cmocka_unit_test(long_pictures_are_encrypted_decrypted_and_exchanged_alike),
        cmocka_unit_test(samples_under_cenc_are_one_stream_over_their_subsamples),
        cmocka_unit_test(the_counter_of_blocks_has_64_bits),
        cmocka_unit_test(no_two_samples_of_a_key_share_an_iv),
        cmocka_unit_test(a_fragment_says_how_its_pictures_are_decrypted),
        cmocka_unit_test(headers_stay_in_clear_and_nothing_else_does),
        cmocka_unit_test(sound_under_cbcs_carries_no_information_of_its_own),
        cmocka_unit_test(the_key_part_is_found_behind_all_that_a_moof_says),
        cmocka_unit_test(long_clear_parts_are_told_in_pieces),
        cmocka_unit_test(pictures_that_cannot_be_split_are_refused),
        cmocka_unit_test(a_head_alone_would_leave_its_samples_in_clear),
        cmocka_unit_test(the_init_segment_names_scheme_key_and_system),
        cmocka_unit_test(every_key_of_the_film_is_listed_once),
        cmocka_unit_test(an_encrypted_track_is_read_back_as_it_was_written),
        cmocka_unit_test(protection_of_another_kind_is_refused),
        cmocka_unit_test(an_init_segment_cut_or_changed_gets_an_answer),
        cmocka_unit_test(hostile_fragments_get_an_answer),
        cmocka_unit_test(tracks_of_two_kinds_are_an_error_of_the_caller),
        cmocka_unit_test(pictures_encrypted_to_their_first_byte_are_opened),
        cmocka_unit_test(fragments_of_other_packagers_are_decrypted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
