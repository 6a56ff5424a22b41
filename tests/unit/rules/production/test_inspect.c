/* A delivery held against its terms: every row is a master, what is wrong with it, and the sentence
 * that says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "rules/production/production.h"

static struct delivery_sound sounds[4];
static const char *captions[4];

static const struct delivery_terms terms = { .audio = "fr,en",
                                             .captions = "fr,en",
                                             .channels = 2,
                                             .loudness_lufs = -23,
                                             .tolerance_lu = 1,
                                             .true_peak_dbtp = -1,
                                             .lines = 1080,
                                             .black_seconds = 5,
                                             .silent_seconds = 5,
                                             .runtime_seconds_least = 3000,
                                             .runtime_seconds_most = 3600 };

/* A master that is as it was asked for. */
static struct delivery_facts made(void)
{
    for (int i = 0; i < 4; i++)
        sounds[i] = (struct delivery_sound){
            .language = "fr", .channels = 6, .loudness_lufs = -23.4, .true_peak_dbtp = -3
        };
    memcpy(sounds[1].language, "en-GB", 6);
    sounds[1].channels = 2;
    captions[0] = "en";
    captions[1] = "fr-CA";
    return (struct delivery_facts){ .seconds = 3240,
                                    .width = 1920,
                                    .height = 1080,
                                    .head_black = 2,
                                    .tail_black = 5,
                                    .n_sounds = 2,
                                    .n_captions = 2,
                                    .sounds = sounds,
                                    .captions = captions };
}

static struct arena *arena;

static int begin(void **state)
{
    (void)state;
    arena = arena_create();
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_destroy(&arena);
    return 0;
}

static size_t inspect(const struct delivery_terms *t, const struct delivery_facts *facts,
                      struct delivery_finding **found)
{
    size_t n = 0;
    assert_int_equal(delivery_inspect(arena, t, facts, found, &n), OK);
    return n;
}

/* One finding, a fault, of this code and with these words. */
static void one(const struct delivery_facts *facts, const char *code, const char *text)
{
    struct delivery_finding *found = NULL;
    size_t n = inspect(&terms, facts, &found);
    for (size_t i = 0; i < n && n != 1; i++)
        print_error("  %s: %s\n", found[i].code, found[i].text);
    assert_int_equal(n, 1);
    assert_true(found[0].is_fault);
    assert_string_equal(found[0].code, code);
    assert_string_equal(found[0].text, text);
}

static void a_master_that_is_as_asked_for_has_no_findings(void **state)
{
    (void)state;
    struct delivery_facts facts = made();
    struct delivery_finding *found = NULL;
    assert_int_equal(inspect(&terms, &facts, &found), 0);
    facts.height = 800; /* 2.40:1 is 1080 lines all the same */
    assert_int_equal(inspect(&terms, &facts, &found), 0);
}

static void each_fault_is_said_with_what_was_measured_and_what_was_asked(void **state)
{
    (void)state;
    struct delivery_facts f = made();
    sounds[0].loudness_lufs = -18.2;
    one(&f, "loudness",
        "Sound 1 (fr) has a loudness of -18.2 LUFS; -23.0 LUFS is asked for, within 1.0 LU. Make "
        "it 4.8 dB softer.");
    f = made();
    sounds[1].loudness_lufs = -30;
    one(&f, "loudness",
        "Sound 2 (en-GB) has a loudness of -30.0 LUFS; -23.0 LUFS is asked for, within 1.0 LU. "
        "Make it 7.0 dB louder.");
    f = made();
    sounds[0].true_peak_dbtp = -0.4;
    one(&f, "true-peak",
        "Sound 1 (fr) has a true peak of -0.4 dBTP; at most -1.0 dBTP is asked for.");
    f = made();
    sounds[0].tail_silence = 9.5;
    one(&f, "silence", "Sound 1 (fr) is silent for the last 9.5 s; at most 5.0 s is asked for.");
    f = made();
    sounds[0].loudness_lufs = sounds[0].true_peak_dbtp = -HUGE_VAL;
    sounds[0].head_silence = sounds[0].tail_silence = 3240;
    one(&f, "silence", "Sound 1 (fr) is silent from beginning to end.");
    f = made();
    f.head_black = 5.2;
    one(&f, "black", "The picture is black for the first 5.2 s; at most 5.0 s is asked for.");
    f = made();
    f.head_black = f.tail_black = 3240;
    one(&f, "black", "The picture is black from beginning to end.");
    f = made();
    f.width = 1280;
    f.height = 720;
    one(&f, "height",
        "The picture is 1280 x 720; at least 1080 lines, or 1920 samples across, are asked for.");
    f = made();
    f.seconds = 2400;
    one(&f, "runtime", "It lasts 2400.0 s; at least 3000 s is asked for.");
    f = made();
    f.seconds = 3700;
    one(&f, "runtime", "It lasts 3700.0 s; at most 3600 s is asked for.");
}

static void promised_languages_are_looked_for_by_what_their_tags_mean(void **state)
{
    (void)state;
    struct delivery_facts f = made();
    f.n_sounds = 1;
    one(&f, "audio-language",
        "Sound in en was promised and is not there; the master has sound in: fr.");
    f = made();
    memcpy(sounds[1].language, "eng", 4); /* no tag begins so: "en" is another word */
    struct delivery_finding *found = NULL;
    assert_int_equal(inspect(&terms, &f, &found), 2);
    assert_true(found[0].is_fault);
    assert_false(found[1].is_fault);
    assert_string_equal(found[1].text, "Sound 2 is in eng, which was not promised.");
    f = made();
    f.n_captions = 1;
    one(&f, "captions", "Captions in fr were promised and are not there; delivered: en.");
    f = made();
    sounds[1].channels = 1;
    one(&f, "audio-layout", "The sound in en has 1 channel; at least 2 are asked for.");
}

static void a_master_without_sound_lacks_all_that_was_promised_of_it(void **state)
{
    (void)state;
    struct delivery_facts f = made();
    struct delivery_finding *found = NULL;
    f.n_sounds = 0;
    assert_int_equal(inspect(&terms, &f, &found), 3);
    assert_string_equal(found[0].code, "audio-layout");
    assert_string_equal(found[0].text, "The master has no sound; at least 2 channels are asked "
                                       "for.");
    assert_string_equal(found[1].code, "audio-language");
    assert_string_equal(found[2].code, "audio-language");
}

static void what_is_not_asked_for_is_no_fault(void **state)
{
    (void)state;
    const struct delivery_terms none = { 0 };
    struct delivery_facts f = made();
    struct delivery_finding *found = NULL;
    f.seconds = 2;
    f.height = 16;
    f.head_black = f.tail_black = 2;
    f.n_captions = 0;
    sounds[0].loudness_lufs = -3;
    sounds[1].head_silence = 1.5;
    assert_int_equal(inspect(&none, &f, &found), 0);
    sounds[0].true_peak_dbtp = 1.2;
    assert_int_equal(inspect(&none, &f, &found), 1);
    assert_false(found[0].is_fault);
    assert_string_equal(found[0].text, "Sound 1 (fr) has a true peak of 1.2 dBTP: it may clip.");
}

static void what_lies_at_the_limit_is_good(void **state)
{
    (void)state;
    struct delivery_facts f = made();
    struct delivery_finding *found = NULL;
    sounds[0].loudness_lufs = -22;
    sounds[1].loudness_lufs = -24;
    sounds[0].true_peak_dbtp = -1;
    sounds[0].head_silence = 5;
    f.head_black = 5;
    assert_int_equal(inspect(&terms, &f, &found), 0);
    sounds[0].loudness_lufs = -21.9;
    assert_int_equal(inspect(&terms, &f, &found), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_master_that_is_as_asked_for_has_no_findings),
        cmocka_unit_test(each_fault_is_said_with_what_was_measured_and_what_was_asked),
        cmocka_unit_test(promised_languages_are_looked_for_by_what_their_tags_mean),
        cmocka_unit_test(a_master_without_sound_lacks_all_that_was_promised_of_it),
        cmocka_unit_test(what_is_not_asked_for_is_no_fault),
        cmocka_unit_test(what_lies_at_the_limit_is_good),
    };
    return cmocka_run_group_tests_name("rules/production/inspect", tests, begin, end);
}
