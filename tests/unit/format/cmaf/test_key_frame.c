/* Key frames as fragments of their own, of real pictures in clear and under both schemes. Needs
 * ffmpeg for its source; without it this is skipped, and said so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "format/cmaf/index.h"
#include "format/cmaf/key_frame.h"
#include "format/cmaf/moof.h"
#include "format/cmaf/protect.h"
#include "real.h"

enum { ROOM = 4 * 1024 * 1024 };

static const struct cmaf_protection protections[] = {
    { .scheme = CMAF_CLEAR },
    { .scheme = CMAF_CBCS, .kid = { 1 }, .key = { 2, 3 }, .iv = { 4, 5, 6 } },
    { .scheme = CMAF_CENC, .kid = { 7 }, .key = { 8, 9 }, .iv = { 10, 11, 12 }, .track = 2 },
};

struct tape {
    struct arena *arena;
    struct buf file;
    struct cmaf_track track; /* with its protection */
    struct cmaf_index index;
};

static void tape_open(struct tape *t, struct real_source *s, const struct cmaf_protection *p)
{
    size_t needed = 0;
    s->track.protection = p->scheme == CMAF_CLEAR ? NULL : p;
    t->arena = arena_create();
    t->track = s->track;
    t->file = real_track_file(s);
    assert_int_equal(cmaf_index_read(t->arena, t->file.data, t->file.size, &t->index, &needed), OK);
    s->track.protection = NULL;
}

static void tape_close(struct tape *t)
{
    buf_finish(&t->file);
    arena_destroy(&t->arena);
}

static const uint8_t *fragment_at(const struct tape *t, size_t i)
{
    return t->file.data + t->index.fragments[i].offset;
}

/* What the key frame of a fragment in clear is, written by the packager itself. */
static struct buf expected(const struct tape *clear, size_t i)
{
    const struct cmaf_fragment_entry *f = &clear->index.fragments[i];
    struct moof_samples all;
    struct buf out;
    assert_int_equal(
        moof_samples_read(clear->arena, reader_of(fragment_at(clear, i), f->size), 0, &all), OK);
    struct cmaf_sample first = all.samples[0];
    first.duration = f->duration;
    buf_init(&out, ROOM);
    assert_int_equal(cmaf_fragment(&clear->track, (uint32_t)i + 1, f->start, &first, 1, &out), OK);
    return out;
}

static void assert_key_frames(const struct tape *t, const struct tape *clear)
{
    for (size_t i = 0; i < t->index.n; i++) {
        struct buf key, opened, right = expected(clear, i);
        uint32_t size = 0;
        buf_init(&key, ROOM);
        buf_init(&opened, ROOM);
        assert_int_equal(cmaf_key_size(fragment_at(t, i), t->index.fragments[i].size, &size), OK);
        for (uint32_t cut = size - 1; cut > size - 70; cut -= 13)
            assert_int_equal(cmaf_key_fragment(fragment_at(t, i), cut, &key), ERR_TRUNCATED);
        assert_int_equal(key.size, 0);
        assert_int_equal(cmaf_key_fragment(fragment_at(t, i), size, &key), OK);
        assert_true(key.size <= size);
        assert_int_equal(
            cmaf_reprotect(&t->track, &clear->track, (uint32_t)i + 1, key.data, key.size, &opened),
            OK);
        assert_int_equal(opened.size, right.size);
        assert_memory_equal(opened.data, right.data, right.size);
        buf_finish(&key);
        buf_finish(&opened);
        buf_finish(&right);
    }
}

static void a_key_frame_alone_is_opened_to_the_picture_that_was_encoded(void **state)
{
    (void)state;
    struct real_source s;
    struct tape clear, t;
    if (!real_make_source("-t 6 -g 24 -bf 2 -x264-params slices=3:open-gop=0"))
        return;
    real_open(&s, real_path("source.mp4"), AVMEDIA_TYPE_VIDEO);
    tape_open(&clear, &s, &protections[0]);
    assert_true(clear.index.n >= 5);
    for (size_t i = 0; i < sizeof protections / sizeof protections[0]; i++) {
        tape_open(&t, &s, &protections[i]);
        assert_key_frames(&t, &clear);
        tape_close(&t);
    }
    tape_close(&clear);
    real_close(&s);
}

static void fragments_cut_or_changed_get_an_answer(void **state)
{
    (void)state;
    struct real_source s;
    struct tape t;
    if (!real_make_source("-t 1 -g 24"))
        return;
    real_open(&s, real_path("source.mp4"), AVMEDIA_TYPE_VIDEO);
    for (size_t k = 1; k < 3; k++) {
        uint32_t size = 0;
        struct buf out;
        buf_init(&out, ROOM);
        tape_open(&t, &s, &protections[k]);
        uint8_t *f = t.file.data + t.index.fragments[0].offset;
        assert_int_equal(cmaf_key_size(f, t.index.fragments[0].size, &size), OK);
        for (size_t i = 0; i < 1024; i++) {
            for (unsigned change = 1; change < 256; change <<= 1) {
                f[i] ^= (uint8_t)change;
                buf_clear(&out);
                enum err err = cmaf_key_fragment(f, size, &out);
                assert_true(err == OK || out.size == 0);
                f[i] ^= (uint8_t)change;
            }
        }
        buf_finish(&out);
        tape_close(&t);
    }
    real_close(&s);
}

static void a_full_buffer_is_left_as_it_was(void **state)
{
    (void)state;
    struct real_source s;
    struct tape t;
    struct buf out;
    if (!real_make_source("-t 1 -g 24"))
        return;
    real_open(&s, real_path("source.mp4"), AVMEDIA_TYPE_VIDEO);
    tape_open(&t, &s, &protections[1]);
    buf_init(&out, 300);
    buf_text(&out, "before");
    assert_int_equal(cmaf_key_fragment(fragment_at(&t, 0), t.index.fragments[0].size, &out),
                     ERR_FULL);
    assert_int_equal(out.size, 6);
    buf_finish(&out);
    tape_close(&t);
    real_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_frame_alone_is_opened_to_the_picture_that_was_encoded),
        cmocka_unit_test(fragments_cut_or_changed_get_an_answer),
        cmocka_unit_test(a_full_buffer_is_left_as_it_was),
    };
    return cmocka_run_group_tests(tests, real_make_folder, real_remove_folder);
}
