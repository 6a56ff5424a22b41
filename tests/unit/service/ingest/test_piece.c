#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "service/ingest/piece.h"

static void make(struct piece *p)
{
    piece_init(p);
    for (uint32_t i = 0; i < 100; i++) {
        struct cmaf_span span = { .size = 1000 + i, .duration = 48000 };
        assert_int_equal(piece_add(p, i % 3, (const uint8_t *)"conf", 4, span), OK);
    }
    p->columns = 5;
    p->rows = 3;
    p->tile_width = 320;
    p->tile_height = 180;
    p->sheet_size = 54321;
    p->still_score = 0.75;
}

static void a_note_comes_back_as_it_was_written(void **state)
{
    (void)state;
    struct piece p, back;
    struct buf b;
    make(&p);
    buf_init(&b, PIECE_NOTE_MAX);
    piece_write(&p, &b);
    assert_int_equal(b.err, OK);
    assert_int_equal(piece_read(&back, b.data, b.size), OK);
    assert_int_equal(back.n_tracks, 3);
    assert_int_equal(back.rows, 3);
    assert_true(back.still_score > 0.74 && back.still_score < 0.76);
    for (size_t t = 0; t < 3; t++) {
        assert_int_equal(back.tracks[t].n, p.tracks[t].n);
        assert_memory_equal(back.tracks[t].spans, p.tracks[t].spans,
                            p.tracks[t].n * sizeof(struct cmaf_span));
    }
    piece_finish(&p);
    piece_finish(&back);
    buf_finish(&b);
}

static void a_note_cut_anywhere_or_longer_is_refused(void **state)
{
    (void)state;
    struct piece p, back;
    struct buf b;
    make(&p);
    buf_init(&b, PIECE_NOTE_MAX);
    piece_write(&p, &b);
    for (size_t n = 0; n < b.size; n++)
        assert_int_not_equal(piece_read(&back, b.data, n), OK);
    buf_u8(&b, 0);
    assert_int_not_equal(piece_read(&back, b.data, b.size), OK);
    piece_finish(&p);
    buf_finish(&b);
}

static void a_count_that_the_bytes_do_not_hold_allocates_nothing(void **state)
{
    (void)state;
    struct piece p, back;
    struct buf b;
    make(&p);
    buf_init(&b, PIECE_NOTE_MAX);
    piece_write(&p, &b);
    enum { HEAD = 4 + 2 * 5 + 4 + 8, COUNT_AT = HEAD + 2 + 4 + 4 + 2 };
    buf_set_be32(&b, COUNT_AT, 0xffffffff);
    assert_int_not_equal(piece_read(&back, b.data, b.size), OK);
    piece_finish(&p);
    buf_finish(&b);
}

static void another_configuration_in_the_same_track_is_an_error(void **state)
{
    (void)state;
    struct piece p;
    make(&p);
    struct cmaf_span span = { .size = 1, .duration = 1 };
    assert_int_equal(piece_add(&p, 0, (const uint8_t *)"conF", 4, span), ERR_STATE);
    assert_int_equal(piece_add(&p, PIECE_TRACKS_MAX, (const uint8_t *)"conf", 4, span), ERR_FULL);
    piece_finish(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_note_comes_back_as_it_was_written),
        cmocka_unit_test(a_note_cut_anywhere_or_longer_is_refused),
        cmocka_unit_test(a_count_that_the_bytes_do_not_hold_allocates_nothing),
        cmocka_unit_test(another_configuration_in_the_same_track_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
