#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "service/rights/judge.h"

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static const char *french[] = { "fr-FR" };

struct row {
    const char *about;
    struct rights_right right;
    struct masters_state masters;
    struct judge_question q; /* right and masters are put in */
    enum offer_progress progress;
    const char *word; /* of the comments; NULL: none */
};

#define HD                                                                                         \
    {                                                                                              \
        .licence = RIGHTS_SVOD, .format = RIGHTS_HD                                                \
    }
#define READY                                                                                      \
    {                                                                                              \
        .n = 1, .ready = 1, .lines = 1080, .n_audio = 1, .audio = french                           \
    }

static const struct judge_language wants_french = { "fr", RIGHTS_DUB },
                                   wants_german = { "de", RIGHTS_ANY };

static const struct row rows[] = {
    { "unlinked", HD, { 0 }, { .is_due = false }, OFFER_IN_PROCESS, "nothing is known" },
    { "unlinked and due", HD, { 0 }, { .is_due = true }, OFFER_ISSUE, "nothing is known" },
    { "no master", HD, { .n = 1, .missing = 1 }, { .is_linked = true }, OFFER_IN_PROCESS, "HD" },
    { "no master, due",
      HD,
      { .n = 1, .missing = 1 },
      { .is_linked = true, .is_due = true },
      OFFER_ISSUE,
      "Missing HD" },
    { "some episodes",
      HD,
      { .n = 13, .ready = 11, .missing = 2, .first_missing = "S1E4", .lines = 1080 },
      { .is_linked = true, .is_due = true },
      OFFER_ISSUE,
      "2 of 13 episodes, first S1E4" },
    { "no episodes", HD, { 0 }, { .is_linked = true }, OFFER_IN_PROCESS, "no episode" },
    { "encoding",
      HD,
      { .n = 1, .running = 1 },
      { .is_linked = true, .is_due = true },
      OFFER_IN_PROCESS,
      "being encoded" },
    { "our fault",
      HD,
      { .n = 1, .failed = 1 },
      { .is_linked = true, .is_due = true },
      OFFER_IN_PROCESS,
      "on our side" },
    { "refused before it is due",
      HD,
      { .n = 1, .refused = 1, .refusal = "no sound" },
      { .is_linked = true },
      OFFER_ISSUE,
      "no sound" },
    { "small", { .format = RIGHTS_UHD }, READY, { .is_linked = true }, OFFER_IN_PROCESS, "UHD" },
    { "language here",
      HD,
      READY,
      { .is_linked = true,
        .is_published = true,
        .is_open_somewhere = true,
        .n_required = 1,
        .required = &wants_french },
      OFFER_READY,
      NULL },
    { "language missing",
      HD,
      READY,
      { .is_linked = true, .is_due = true, .n_required = 1, .required = &wants_german },
      OFFER_ISSUE,
      "Audio or Subtitles in de" },
    { "captions",
      HD,
      READY,
      { .is_linked = true, .wants_captions = true },
      OFFER_IN_PROCESS,
      "Captions" },
    { "pending",
      { .format = RIGHTS_HD, .status = RIGHTS_STATUS_PENDING },
      READY,
      { .is_linked = true, .is_due = true, .is_live = true },
      OFFER_ISSUE,
      "Pending" },
    { "revoked",
      { .format = RIGHTS_HD, .status = RIGHTS_STATUS_REVOKED },
      READY,
      { .is_linked = true },
      OFFER_ISSUE,
      "revoked" },
    { "for sale", { .licence = RIGHTS_EST }, READY, { .is_linked = true }, OFFER_ISSUE, "EST" },
    { "unpublished",
      HD,
      READY,
      { .is_linked = true, .is_due = true },
      OFFER_READY,
      "Not published" },
    { "closed",
      HD,
      READY,
      { .is_linked = true, .is_published = true, .is_due = true },
      OFFER_READY,
      "not open" },
    { "held",
      HD,
      READY,
      { .is_linked = true,
        .is_published = true,
        .is_due = true,
        .is_open_somewhere = true,
        .held = "Held back: X" },
      OFFER_READY,
      "Held back: X" },
    { "live",
      HD,
      READY,
      { .is_linked = true,
        .is_published = true,
        .is_due = true,
        .is_open_somewhere = true,
        .is_live = true },
      OFFER_LIVE,
      NULL },
};

static void every_offer_is_told_what_it_waits_for(void **state)
{
    (void)state;
    struct arena *arena = arena_create();
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct judge_question q = rows[i].q;
        q.right = &rows[i].right;
        q.masters = &rows[i].masters;
        struct judge_answer answer = judge_offer(arena, &q);
        if (answer.progress != rows[i].progress)
            print_error("%s\n", rows[i].about);
        assert_int_equal(answer.progress, rows[i].progress);
        assert_int_equal(answer.comments == NULL, rows[i].word == NULL);
        if (rows[i].word != NULL && strstr(answer.comments, rows[i].word) == NULL)
            fail_msg("%s: %s", rows[i].about, answer.comments);
    }
    arena_destroy(&arena);
}

static void a_cropped_picture_is_of_its_class(void **state)
{
    (void)state;
    static const struct {
        int lines;
        enum rights_format format;
        bool is_enough;
    } classes[] = {
        { 576, RIGHTS_SD, true },   { 144, RIGHTS_SD, true },    { 576, RIGHTS_HD, false },
        { 720, RIGHTS_HD, true },   { 1080, RIGHTS_UHD, false }, { 2160, RIGHTS_UHD, true },
        { 1600, RIGHTS_UHD, true },
    };
    struct arena *arena = arena_create();
    for (size_t i = 0; i < COUNT(classes); i++) {
        struct rights_right right = { .format = classes[i].format };
        struct masters_state masters = { .n = 1, .ready = 1, .lines = classes[i].lines };
        struct judge_question q = {
            .right = &right, .masters = &masters, .is_linked = true, .is_live = true
        };
        assert_int_equal(judge_offer(arena, &q).progress == OFFER_LIVE, classes[i].is_enough);
    }
    arena_destroy(&arena);
}

static void a_language_is_known_by_its_first_part(void **state)
{
    (void)state;
    static const char *const list[] = { "fr", "es-419", "cmn" };
    assert_true(masters_has_language(list, COUNT(list), "fr-CA"));
    assert_true(masters_has_language(list, COUNT(list), "ES"));
    assert_true(masters_has_language(list, COUNT(list), "cmn-Hans"));
    assert_false(masters_has_language(list, COUNT(list), "f"));
    assert_false(masters_has_language(list, COUNT(list), "cm"));
    assert_false(masters_has_language(list, 0, "fr"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_offer_is_told_what_it_waits_for),
        cmocka_unit_test(a_cropped_picture_is_of_its_class),
        cmocka_unit_test(a_language_is_known_by_its_first_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
