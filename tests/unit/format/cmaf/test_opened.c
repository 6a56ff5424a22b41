/* Encrypted tracks of real pictures and sound, opened by another's decryptor (ffmpeg's) and taken
 * from one protection to another. Needs ffmpeg; what is not installed is skipped, and said so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "format/cmaf/config.h"
#include "format/cmaf/index.h"
#include "format/cmaf/slice.h"
#include "real.h"

static const struct cmaf_protection cbcs = {
    .scheme = CMAF_CBCS,
    .kid = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 },
    .key = { 0x10, 0x32, 0x54, 0x76, 0x98, 0xba, 0xdc, 0xfe, 0xef, 0xcd, 0xab, 0x89, 0x67, 0x45,
             0x23, 0x01 },
    .iv = { 0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8, 0xa9, 0xaa, 0xab, 0xac, 0xad,
            0xae, 0xaf },
};
static const struct cmaf_protection cenc = {
    .scheme = CMAF_CENC,
    .kid = { 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1 },
    .key = { 0xde, 0xad, 0xbe, 0xef, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a,
             0x0b, 0x0c },
    .iv = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xf0 }, /* counts past its end on the way */
    .track = 3,
};
static const struct cmaf_protection other_key = { .scheme = CMAF_CBCS, .key = { 1 }, .iv = { 2 } };

static const char *key_text(const struct cmaf_protection *p)
{
    static char text[33];
    for (size_t i = 0; i < 16; i++)
        snprintf(text + 2 * i, 3, "%02x", p->key[i]);
    return text;
}

static struct buf file_under(struct real_source *s, const struct cmaf_protection *p)
{
    s->track.protection = p;
    struct buf file = real_track_file(s);
    s->track.protection = NULL;
    return file;
}

/* Every frame of a file, decoded: its hash in a list. NULL: in clear. */
static void list_frames(const char *name, const struct cmaf_protection *p, const char *list)
{
    char command[2048], key[64] = "";
    if (p != NULL)
        snprintf(key, sizeof key, "-decryption_key %s", key_text(p));
    snprintf(command, sizeof command,
             "ffmpeg -v error %s%s-i %s -fps_mode passthrough -f framemd5 -y %s", key,
             p != NULL ? " " : "", real_path(name), real_path(list));
    real_assert_silent(command);
}

static void assert_opened(struct real_source *s, const struct cmaf_protection *p)
{
    struct buf clear = file_under(s, NULL), closed = file_under(s, p);
    real_write(real_path("clear.mp4"), clear.data, clear.size);
    real_write(real_path("closed.mp4"), closed.data, closed.size);
    list_frames("clear.mp4", NULL, "clear.list");
    list_frames("closed.mp4", p, "closed.list");
    real_assert_same("clear.list", "closed.list");
    buf_finish(&clear);
    buf_finish(&closed);
}

static const enum AVMediaType both[] = { AVMEDIA_TYPE_VIDEO, AVMEDIA_TYPE_AUDIO };
static const struct cmaf_protection *const schemes[] = { &cbcs, &cenc };

static const char *const encodings[] = {
    "-t 3 -g 24 -bf 3 -x264-params open-gop=0:keyint=24:b-pyramid=normal:ref=8:weightp=2",
    "-t 3 -g 24 -x264-params slices=7:aud=1:weightb=1:direct=spatial",
    "-t 3 -g 24 -profile:v baseline -x264-params cabac=0:no-deblock=1",
    "-t 3 -g 24 -x264-params interlaced=1:bff=1:open-gop=0:bframes=2",
    "-t 3 -g 24 -x264-params fake-interlaced=1:slice-max-size=700:open-gop=0",
};

static void another_decryptor_sees_the_same_frames(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof encodings / sizeof encodings[0]; i++) {
        if (!real_make_source(encodings[i]))
            return;
        for (size_t k = 0; k < (i == 0 ? 4 : 2); k++) {
            struct real_source s;
            real_open(&s, real_path("source.mp4"), both[k / 2]);
            assert_opened(&s, schemes[k % 2]);
            real_close(&s);
        }
    }
}

static void a_wrong_key_shows_nothing_of_the_frames(void **state)
{
    (void)state;
    struct real_source s;
    char command[2048];
    if (!real_make_source("-t 2 -g 24"))
        return;
    real_open(&s, real_path("source.mp4"), AVMEDIA_TYPE_VIDEO);
    struct buf clear = file_under(&s, NULL), closed = file_under(&s, &cbcs);
    real_write(real_path("clear.mp4"), clear.data, clear.size);
    real_write(real_path("closed.mp4"), closed.data, closed.size);
    list_frames("clear.mp4", NULL, "clear.list");
    snprintf(command, sizeof command, "ffmpeg -v quiet -decryption_key %s -i %s -f framemd5 -y %s",
             key_text(&other_key), real_path("closed.mp4"), real_path("closed.list"));
    real_run(command);
    struct buf right = real_read(real_path("clear.list")),
               wrong = real_read(real_path("closed.list"));
    assert_false(right.size == wrong.size && memcmp(right.data, wrong.data, right.size) == 0);
    struct buf *all[] = { &right, &wrong, &clear, &closed };
    for (size_t i = 0; i < 4; i++)
        buf_finish(all[i]);
    real_close(&s);
}

/* ---- from one protection to another ---- */

static struct buf taken_over(const struct real_source *s, const struct buf *file,
                             const struct cmaf_protection *from, const struct cmaf_protection *to)
{
    struct arena *arena = arena_create();
    struct cmaf_track a, b;
    struct cmaf_span spans[512];
    struct cmaf_index x;
    struct buf fragments, out;
    size_t needed = 0;
    buf_init(&fragments, REAL_FILE_MAX);
    buf_init(&out, REAL_FILE_MAX);
    assert_int_equal(cmaf_index_read(arena, file->data, file->size, &x, &needed), OK);
    assert_int_equal(cmaf_track_read(file->data, x.init_size, &a), OK);
    assert_int_equal(a.kind, s->track.kind);
    b = a; /* nothing but the file is needed, and the keys */
    a.protection = from;
    b.protection = to;
    for (size_t i = 0; i < x.n; i++) {
        const struct cmaf_fragment_entry *f = &x.fragments[i];
        size_t before = fragments.size;
        assert_int_equal(
            cmaf_reprotect(&a, &b, (uint32_t)i + 1, file->data + f->offset, f->size, &fragments),
            OK);
        spans[i] = (struct cmaf_span){ (uint32_t)(fragments.size - before), f->duration };
    }
    assert_int_equal(cmaf_reprotect_init(file->data, x.init_size, to, &out), OK);
    assert_int_equal(cmaf_sidx(&b, 0, spans, x.n, &out), OK);
    buf_put(&out, fragments.data, fragments.size);
    buf_finish(&fragments);
    arena_destroy(&arena);
    return out;
}

static void assert_equal(const struct buf *a, const struct buf *b)
{
    assert_int_equal(a->size, b->size);
    assert_memory_equal(a->data, b->data, a->size);
}

static void a_fragment_taken_over_is_the_one_that_would_have_been_written(void **state)
{
    (void)state;
    static const struct cmaf_protection *const all[] = { NULL, &cbcs, &cenc, &other_key };
    for (size_t i = 0; i < sizeof encodings / sizeof encodings[0]; i++) {
        if (!real_make_source(encodings[i]))
            return;
        for (size_t k = 0; k < (i == 0 ? 32 : 16); k++) {
            const struct cmaf_protection *from = all[k % 4], *to = all[k / 4 % 4];
            struct real_source s;
            real_open(&s, real_path("source.mp4"), both[k / 16]);
            struct buf before = file_under(&s, from), after = file_under(&s, to);
            struct buf made = taken_over(&s, &before, from, to);
            assert_equal(&made, &after);
            buf_finish(&before);
            buf_finish(&after);
            buf_finish(&made);
            real_close(&s);
        }
    }
}

/* ---- the headers of slices ---- */

/* The next slice header that ffmpeg's trace tells of: bits up to its end, without the bytes that
 * prevent start codes. 0: there is none. */
static size_t next_traced(const char **at)
{
    size_t end = 0;
    bool is_slice = false;
    while (**at != 0) {
        const char *line = *at, *stop = strchr(line, '\n');
        size_t n = stop == NULL ? strlen(line) : (size_t)(stop - line);
        const char *text = memchr(line, ']', n);
        bool is_title = text != NULL && strncmp(text, "] Slice Header", 14) == 0;
        if (is_slice && (text == NULL || text[2] < '0' || text[2] > '9'))
            return end;
        *at = line + n + (stop != NULL);
        is_slice = is_slice || is_title;
        if (!is_slice || is_title)
            continue;
        int64_t place = 0;
        const char *number = text + 2;
        assert_int_equal(text_to_i64(number, strspn(number, "0123456789"), 0, 1 << 20, &place), OK);
        const char *bits = number + strcspn(number, " ");
        bits += strspn(bits, " ");
        bits += strcspn(bits, " ");
        bits += strspn(bits, " ");
        end = (size_t)place + strspn(bits, "01");
    }
    return end;
}

static size_t preventing_bytes(const uint8_t *nal, size_t n)
{
    size_t found = 0;
    for (size_t i = 2, zeros = 0; i < n; i++) {
        zeros = nal[i - 1] == 0 && nal[i - 2] == 0;
        found += zeros != 0 && nal[i] == 3;
    }
    return found;
}

static size_t assert_headers(const struct real_source *s, const char *trace)
{
    static struct avc_sets sets;
    size_t slices = 0;
    avc_sets_read(reader_of(s->config, s->track.config_size), &sets);
    for (size_t i = 0; i < s->list.n; i++) {
        struct reader r = reader_of(s->list.samples[i].data, s->list.samples[i].size);
        while (read_left(&r) > 0) {
            uint32_t size = read_u32(&r);
            struct reader nal = read_part(&r, size);
            size_t header = 0;
            if ((nal.at[0] & 31) != NAL_SLICE && (nal.at[0] & 31) != NAL_SLICE_IDR)
                continue;
            assert_int_equal(slice_header_size(&sets, nal, &header), OK);
            size_t traced = next_traced(&trace);
            assert_int_equal(header - preventing_bytes(nal.at, header), (traced + 7) / 8);
            slices++;
        }
    }
    assert_int_equal(next_traced(&trace), 0);
    return slices;
}

static void headers_of_slices_end_where_another_parser_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof encodings / sizeof encodings[0]; i++) {
        char command[2048];
        struct real_source s;
        if (!real_make_source(encodings[i]))
            return;
        snprintf(command, sizeof command,
                 "ffmpeg -v verbose -i %s -map 0:v -c copy -bsf:v trace_headers -f null -",
                 real_path("source.mp4"));
        assert_int_equal(real_run(command), 0);
        struct buf said = real_read(real_path("err"));
        real_open(&s, real_path("source.mp4"), AVMEDIA_TYPE_VIDEO);
        assert_true(assert_headers(&s, buf_string(&said)) > 20);
        real_close(&s);
        buf_finish(&said);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_decryptor_sees_the_same_frames),
        cmocka_unit_test(a_wrong_key_shows_nothing_of_the_frames),
        cmocka_unit_test(a_fragment_taken_over_is_the_one_that_would_have_been_written),
        cmocka_unit_test(headers_of_slices_end_where_another_parser_says),
    };
    return cmocka_run_group_tests(tests, real_make_folder, real_remove_folder);
}
