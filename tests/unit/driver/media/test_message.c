#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "driver/media/message.h"

static struct media_facts facts(void)
{
    struct media_facts f = {
        .container = "MP4",
        .duration_us = 5000000,
        .codec = "H.264",
        .video = { 640, 360, 1, 1, { 24000, 1001 } },
        .frames = 120,
        .rotation = 90,
        .n_sounds = 1,
        .n_texts = 1,
    };
    f.sounds[0] = (struct media_sound){ .stream = 1,
                                        .language = "fr",
                                        .codec = "AAC",
                                        .title = "Fran\xc3\xa7"
                                                 "ais",
                                        .sample_rate = 48000,
                                        .channels = 6,
                                        .start_us = -20000,
                                        .duration_us = 5000000,
                                        .loudness_lufs = -HUGE_VAL,
                                        .true_peak_dbtp = -1.5 };
    f.texts[0] = (struct media_text){ .stream = 2, .language = "es-419", .codec = "SubRip" };
    return f;
}

static void facts_come_back_as_they_went(void **state)
{
    (void)state;
    struct media_facts in = facts(), out;
    struct buf b;
    buf_init(&b, MESSAGE_SMALL_MAX);
    message_put_facts(&b, &in);
    assert_int_equal(message_get_facts(reader_of(b.data, b.size), &out), OK);
    assert_string_equal(out.sounds[0].title, in.sounds[0].title);
    assert_true(out.sounds[0].loudness_lufs == -HUGE_VAL);
    assert_int_equal(out.sounds[0].start_us, -20000);
    assert_string_equal(out.texts[0].language, "es-419");
    assert_int_equal(out.video.rate.den, 1001);
    assert_int_equal(out.rotation, 90);
    /* no shorter, no longer */
    for (size_t n = 0; n < b.size; n++)
        assert_int_equal(message_get_facts(reader_of(b.data, n), &out), ERR_MALFORMED);
    buf_u8(&b, 0);
    assert_int_equal(message_get_facts(reader_of(b.data, b.size), &out), ERR_MALFORMED);
    buf_finish(&b);
}

static enum err facts_err(const struct media_facts *in)
{
    struct media_facts out;
    struct buf b;
    buf_init(&b, MESSAGE_SMALL_MAX);
    message_put_facts(&b, in);
    enum err err = message_get_facts(reader_of(b.data, b.size), &out);
    buf_finish(&b);
    return err;
}

static enum err ends_err(const struct message_ends *in, size_t cut)
{
    struct message_ends out;
    struct buf b;
    buf_init(&b, MESSAGE_SMALL_MAX);
    message_put_ends(&b, in);
    enum err err = message_get_ends(reader_of(b.data, b.size - cut), &out);
    if (err == OK)
        assert_memory_equal(&out, in, sizeof out);
    buf_finish(&b);
    return err;
}

static void ends_come_back_and_those_that_cannot_be_are_not_believed(void **state)
{
    (void)state;
    struct message_ends m = { .black = { 1.5, 0 }, .n_sounds = 2 };
    m.sounds[1] = (struct media_ends){ 2, 3.25 };
    assert_int_equal(ends_err(&m, 0), OK);
    for (size_t cut = 1; cut <= 52; cut++)
        assert_int_equal(ends_err(&m, cut), ERR_MALFORMED);
    m.black.tail = -0.5;
    assert_int_equal(ends_err(&m, 0), ERR_MALFORMED);
    m.black.tail = NAN;
    assert_int_equal(ends_err(&m, 0), ERR_MALFORMED);
    m.black.tail = -HUGE_VAL;
    assert_int_equal(ends_err(&m, 0), ERR_MALFORMED);
    m.black.tail = 1e6;
    assert_int_equal(ends_err(&m, 0), ERR_MALFORMED);
    m.black.tail = 0;
    m.n_sounds = MEDIA_TRACKS_MAX;
    assert_int_equal(ends_err(&m, 0), OK);
}

static void facts_that_cannot_be_are_not_believed(void **state)
{
    (void)state;
    struct media_facts f = facts();
    f.frames = UINT64_C(1) << 40;
    assert_int_equal(facts_err(&f), ERR_MALFORMED);
    f = facts();
    f.video.width = 0;
    assert_int_equal(facts_err(&f), ERR_MALFORMED);
    f = facts();
    f.duration_us = 0;
    assert_int_equal(facts_err(&f), ERR_MALFORMED);
    f = facts();
    memcpy(f.sounds[0].language, "../..", 6);
    assert_int_equal(facts_err(&f), ERR_MALFORMED);
    f = facts();
    memcpy(f.sounds[0].title, "two\nlines", 10);
    assert_int_equal(facts_err(&f), ERR_MALFORMED);
    f = facts();
    f.sounds[0].loudness_lufs = NAN;
    assert_int_equal(facts_err(&f), ERR_MALFORMED);
    f = facts();
    f.sounds[0].channels = 0;
    assert_int_equal(facts_err(&f), ERR_MALFORMED);
    f = facts();
    assert_int_equal(facts_err(&f), OK);
}

static void a_group_comes_back_and_lends_its_bytes(void **state)
{
    (void)state;
    struct message_group in = {
        .track = 3, .number = 7, .config = (const uint8_t *)"cfg", .config_size = 3, .n = 2
    };
    static struct message_group out;
    struct buf b;
    in.samples[0] = (struct media_sample){ (const uint8_t *)"hello", 5, 1001, -2002, true };
    in.samples[1] = (struct media_sample){ (const uint8_t *)"you", 3, 1001, 1001, false };
    buf_init(&b, MESSAGE_MAX);
    message_put_group(&b, &in);
    assert_int_equal(message_get_group(reader_of(b.data, b.size), &out), OK);
    assert_int_equal(out.n, 2);
    assert_memory_equal(out.samples[0].data, "hello", 5);
    assert_memory_equal(out.samples[1].data, "you", 3);
    assert_int_equal(out.samples[0].cts_offset, -2002);
    for (size_t n = 0; n < b.size; n++)
        assert_int_equal(message_get_group(reader_of(b.data, n), &out), ERR_MALFORMED);
    /* a count above the ceiling: byte 21 to 24 behind the config */
    b.data[21] = 0xff;
    assert_int_equal(message_get_group(reader_of(b.data, b.size), &out), ERR_MALFORMED);
    buf_finish(&b);
}

static void a_picture_that_is_no_jpeg_is_not_passed_on(void **state)
{
    (void)state;
    struct message_tiles in = { 0, 5, 1, 160, 90, (const uint8_t *)"<html>", 6 }, out;
    struct buf b;
    buf_init(&b, 1024);
    message_put_tiles(&b, &in);
    assert_int_equal(message_get_tiles(reader_of(b.data, b.size), &out), ERR_MALFORMED);
    buf_clear(&b);
    in.jpeg = (const uint8_t *)"\xff\xd8\xff\xe0";
    in.size = 4;
    message_put_tiles(&b, &in);
    assert_int_equal(message_get_tiles(reader_of(b.data, b.size), &out), OK);
    buf_finish(&b);
}

static void a_cue_has_text_and_a_time(void **state)
{
    (void)state;
    static const struct {
        int64_t start, end;
        const char *text;
        enum err err;
    } rows[] = {
        { 0, 1, "a", OK },
        { 5, 5, "a", ERR_MALFORMED },
        { -1, 5, "a", ERR_MALFORMED },
        { 0, 5, "", ERR_MALFORMED },
        { 0, 5, "\xff", ERR_MALFORMED },
        { 0, INT64_MAX, "a", ERR_MALFORMED },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct message_cue in = { 0, rows[i].start, rows[i].end, rows[i].text,
                                  strlen(rows[i].text) };
        struct message_cue out;
        struct buf b;
        buf_init(&b, 1024);
        message_put_cue(&b, &in);
        assert_int_equal(message_get_cue(reader_of(b.data, b.size), &out), rows[i].err);
        buf_finish(&b);
    }
}

static void unknown_messages_have_no_room(void **state)
{
    (void)state;
    assert_int_equal(message_ceiling(0), 0);
    assert_int_equal(message_ceiling(MESSAGE_TYPES), 0);
    assert_int_equal(message_ceiling(UINT32_MAX), 0);
    assert_true(message_ceiling(MESSAGE_GROUP) == MESSAGE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_come_back_as_they_went),
        cmocka_unit_test(ends_come_back_and_those_that_cannot_be_are_not_believed),
        cmocka_unit_test(facts_that_cannot_be_are_not_believed),
        cmocka_unit_test(a_group_comes_back_and_lends_its_bytes),
        cmocka_unit_test(a_picture_that_is_no_jpeg_is_not_passed_on),
        cmocka_unit_test(a_cue_has_text_and_a_time),
        cmocka_unit_test(unknown_messages_have_no_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
