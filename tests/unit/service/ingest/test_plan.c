#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "service/ingest/plan.h"

static const struct ingest_basis basis = { -23, 1080, 30, false, "it" };

static struct media_facts film(void)
{
    struct media_facts f = {
        .duration_us = 61 * INT64_C(1000000),
        .video = { .width = 1920, .height = 1080, .rate = { 24, 1 } },
        .frames = 61 * 24,
    };
    return f;
}

static struct media_sound *add_sound(struct media_facts *f, const char *language, uint16_t channels)
{
    struct media_sound *s = &f->sounds[f->n_sounds];
    s->stream = (int)++f->n_sounds;
    s->channels = channels;
    s->loudness_lufs = -20;
    s->true_peak_dbtp = -3;
    text_copy(s->language, sizeof s->language, language);
    return s;
}

static void a_film_is_cut_into_pieces_of_the_wanted_length(void **state)
{
    (void)state;
    struct media_facts f = film();
    struct ingest_plan plan;
    assert_int_equal(ingest_plan_make(&basis, &f, &plan), OK);
    assert_int_equal(plan.media.piece_gops, 15);
    assert_int_equal(plan.pieces, 3);
    f.frames = 60 * 24;
    assert_int_equal(ingest_plan_make(&basis, &f, &plan), OK);
    assert_int_equal(plan.pieces, 2);
    f.frames = 0;
    assert_int_equal(ingest_plan_make(&basis, &f, &plan), ERR_ARGUMENT);
}

static void surround_is_kept_beside_stereo_and_names_are_unique(void **state)
{
    (void)state;
    struct media_facts f = film();
    add_sound(&f, "fr", 6);
    add_sound(&f, "fr", 2);
    add_sound(&f, "zh-Hans", 8);
    struct ingest_plan plan;
    assert_int_equal(ingest_plan_make(&basis, &f, &plan), OK);
    static const char *const names[] = { "a-fr-2", "a-fr-6", "a-fr-2-x2", "a-zh-hans-2",
                                         "a-zh-hans-6" };
    assert_int_equal(plan.media.n_sounds, 5);
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(plan.sounds[i].name, names[i]);
    assert_string_equal(plan.sounds[0].label, "français");
    assert_string_equal(plan.sounds[1].label, "français 5.1");
    assert_true(plan.sounds[0].is_default);
    assert_false(plan.sounds[2].is_default);
    assert_int_equal(plan.media.sounds[4].channels, 6);
}

static void sound_that_says_no_language_has_the_titles(void **state)
{
    (void)state;
    struct media_facts f = film();
    struct ingest_plan plan;
    struct ingest_basis unknown = basis;
    add_sound(&f, "und", 2);
    assert_int_equal(ingest_plan_make(&basis, &f, &plan), OK);
    assert_string_equal(plan.sounds[0].name, "a-it-2");
    assert_string_equal(plan.sounds[0].label, "italiano");
    text_copy(unknown.language, sizeof unknown.language, "und");
    assert_int_equal(ingest_plan_make(&unknown, &f, &plan), OK);
    assert_string_equal(plan.sounds[0].name, "a-und-2");
}

static void gain_reaches_the_target_but_never_passes_the_peak_ceiling(void **state)
{
    (void)state;
    static const struct {
        double loudness, peak, gain;
    } rows[] = {
        { -20, -3, -3 },
        { -30, -10, 7 },
        { -30, -4, 3 },
        { -60, -50, 20 },
        { -INFINITY, -INFINITY, 0 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct media_facts f = film();
        struct media_sound *s = add_sound(&f, "en", 2);
        s->loudness_lufs = rows[i].loudness;
        s->true_peak_dbtp = rows[i].peak;
        struct ingest_plan plan;
        assert_int_equal(ingest_plan_make(&basis, &f, &plan), OK);
        assert_true(fabs(plan.media.sounds[0].gain_db - rows[i].gain) < 1e-9);
    }
}

static void facts_come_back_as_they_were_written(void **state)
{
    (void)state;
    struct media_facts f = film(), back;
    struct ingest_basis b;
    add_sound(&f, "fr", 6)->is_description = true;
    add_sound(&f, "en", 2)->loudness_lufs = -INFINITY;
    f.n_texts = 1;
    f.texts[0].stream = 4;
    f.texts[0].is_sdh = true;
    text_copy(f.texts[0].language, sizeof f.texts[0].language, "es-419");
    text_copy(f.texts[0].title, sizeof f.texts[0].title, "a \"quoted\" title\n");
    struct buf json;
    buf_init(&json, 65536);
    facts_write(&f, &basis, &json);
    assert_int_equal(facts_read(buf_string(&json), &back, &b), OK);
    assert_int_equal(back.frames, f.frames);
    assert_int_equal(back.video.width, 1920);
    assert_int_equal(back.n_sounds, 2);
    assert_true(back.sounds[0].is_description);
    assert_true(fabs(back.sounds[0].loudness_lufs + 20) < 1e-6);
    assert_true(isinf(back.sounds[1].loudness_lufs));
    assert_string_equal(back.texts[0].language, "es-419");
    assert_string_equal(back.texts[0].title, "a \"quoted\" title\n");
    assert_true(back.texts[0].is_sdh);
    assert_int_equal(b.piece_seconds, 30);
    assert_string_equal(b.language, "it");
    assert_int_equal(facts_read("{\"version\":2}", &back, &b), ERR_MALFORMED);
    assert_int_equal(facts_read("nonsense", &back, &b), ERR_MALFORMED);
    buf_finish(&json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_film_is_cut_into_pieces_of_the_wanted_length),
        cmocka_unit_test(surround_is_kept_beside_stereo_and_names_are_unique),
        cmocka_unit_test(sound_that_says_no_language_has_the_titles),
        cmocka_unit_test(gain_reaches_the_target_but_never_passes_the_peak_ceiling),
        cmocka_unit_test(facts_come_back_as_they_were_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
