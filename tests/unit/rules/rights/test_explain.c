#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rules/rights/timeline.h"

static struct territory_set where(const char *text)
{
    struct territory_set set;
    char bad[3];
    assert_int_equal(territory_set_parse(text, &set, bad), OK);
    return set;
}

static struct rights_edge day(int year, int month, int day_of_month)
{
    return (struct rights_edge){ .kind = RIGHTS_EDGE_DAY,
                                 .day = civil_day_of(year, month, day_of_month) };
}

static struct rights_edge instant(int64_t us)
{
    return (struct rights_edge){ .kind = RIGHTS_EDGE_INSTANT, .instant = { us } };
}

static const struct rights_edge open_edge = { .kind = RIGHTS_EDGE_OPEN },
                                tbd = { .kind = RIGHTS_EDGE_TBD },
                                premiere = { .kind = RIGHTS_EDGE_EVENT };

/* 2013-07-15 20:00 in Paris. */
#define NOW INT64_C(1373911200)

/* What is said at that instant of one right and one block, and whether they hold. */
static void say(const struct rights_right *right, const struct rights_block *block,
                const char *wanted_right, bool right_holds, const char *wanted_block,
                bool block_holds)
{
    struct arena *arena = arena_create();
    struct rights_question q = { .territory = "FR",
                                 .zone = zone_named("Europe/Paris"),
                                 .n_rights = 1,
                                 .rights = right,
                                 .n_blocks = block != NULL ? 1 : 0,
                                 .blocks = block };
    struct rights_reason *chain;
    size_t n;
    assert_int_equal(rights_explain(arena, &q, (utc_time){ NOW * UTC_SECOND }, &chain, &n), OK);
    assert_int_equal(n, block != NULL ? 2 : 1);
    assert_string_equal(chain[0].text, wanted_right);
    assert_int_equal(chain[0].holds, right_holds);
    assert_false(chain[0].is_block);
    if (block != NULL) {
        assert_string_equal(chain[1].text, wanted_block);
        assert_int_equal(chain[1].holds, block_holds);
        assert_true(chain[1].is_block);
    }
    arena_destroy(&arena);
}

struct told {
    struct rights_right right;
    const char *text;
    bool holds;
};

static void say_all(const struct told *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct rights_right right = rows[i].right;
        right.where = where("FR BE");
        say(&right, NULL, rows[i].text, rows[i].holds, NULL, false);
    }
}

static void a_window_is_told_in_one_sentence(void **state)
{
    (void)state;
    const struct told rows[] = {
        { { .start = day(2013, 7, 15), .end = day(2014, 7, 14), .format = RIGHTS_HD },
          "SVOD in HD from 2013-07-15 00:00 until 2014-07-15 00:00 (Europe/Paris): open, ends in "
          "364 days",
          true },
        { { .start = open_edge, .end = open_edge },
          "SVOD in SD for all time (Europe/Paris): open",
          true },
        { { .start = open_edge, .end = instant((NOW + 3723) * UTC_SECOND) },
          "SVOD in SD until 2013-07-15 21:02:03 (Europe/Paris): open, ends in 1 hour",
          true },
        { { .licence = RIGHTS_VOD, .start = day(2013, 7, 17), .end = open_edge },
          "VOD in SD from 2013-07-17 00:00 without end (Europe/Paris): opens in 1 day",
          false },
        { { .start = day(2013, 7, 17), .announce = day(2013, 7, 1) },
          "SVOD in SD from 2013-07-17 00:00 without end (Europe/Paris): opens in 1 day; to be "
          "announced from 2013-07-01 00:00 on",
          false },
        { { .start = day(2013, 7, 17), .announce = day(2013, 7, 17) },
          "SVOD in SD from 2013-07-17 00:00 without end (Europe/Paris): opens in 1 day",
          false },
        { { .start = day(2013, 7, 18), .status = RIGHTS_STATUS_PENDING },
          "SVOD in SD from 2013-07-18 00:00 without end (Europe/Paris): opens in 2 days, but the "
          "studio says pending",
          false },
        { { .start = open_edge, .end = instant(NOW * UTC_SECOND) },
          "SVOD in SD until 2013-07-15 20:00 (Europe/Paris): ended less than a second ago",
          false },
        { { .start = open_edge, .end = instant((NOW - 61) * UTC_SECOND) },
          "SVOD in SD until 2013-07-15 19:58:59 (Europe/Paris): ended 1 minute ago",
          false },
        { { .start = open_edge, .end = instant((NOW - 59) * UTC_SECOND) },
          "SVOD in SD until 2013-07-15 19:59:01 (Europe/Paris): ended 59 seconds ago",
          false },
    };
    say_all(rows, sizeof rows / sizeof rows[0]);
}

static void a_right_that_does_not_open_says_why(void **state)
{
    (void)state;
    const struct told rows[] = {
        { { .start = day(2013, 7, 1), .status = RIGHTS_STATUS_REVOKED },
          "SVOD in SD from 2013-07-01 00:00 without end (Europe/Paris): in its window, but the "
          "studio says revoked",
          false },
        { { .start = day(2013, 7, 1), .suppression_lift = day(2013, 8, 1) },
          "SVOD in SD from 2013-07-01 00:00 without end (Europe/Paris): in its window, but not to "
          "be shown before 2013-08-01 00:00",
          false },
        { { .start = day(2013, 7, 1), .suppression_lift = tbd },
          "SVOD in SD from 2013-07-01 00:00 without end (Europe/Paris): in its window, but not to "
          "be shown until the studio says so",
          false },
        { { .start = day(2013, 7, 2), .end = day(2013, 7, 1) },
          "SVOD in SD from 2013-07-02 00:00 until 2013-07-02 00:00 (Europe/Paris): its window ends "
          "before it begins",
          false },
        { { .licence = RIGHTS_EST, .format = RIGHTS_UHD, .start = open_edge },
          "EST in UHD opens nothing: the service shows by subscription and rents, it does not sell",
          false },
        { { .end = open_edge }, "SVOD in SD does not open, as no start is said", false },
        { { .start = tbd },
          "SVOD in SD does not open, as its date is to be said later (TBD)",
          false },
        { { .start = premiere },
          "SVOD in SD does not open, as the theatrical date in FR is not known",
          false },
        { { .start = open_edge, .window = { .months = 1 } },
          "SVOD in SD does not open, as its duration has no start to count from",
          false },
        { { .start = instant(INT64_MIN + 1), .end = instant(INT64_MAX - 1) },
          "SVOD in SD from long ago until far ahead (Europe/Paris): open, ends in 106736089 days",
          true },
    };
    say_all(rows, sizeof rows / sizeof rows[0]);
    struct rights_right right = { .where = where("US CA"), .start = open_edge };
    say(&right, NULL, "SVOD in SD for CA, US, not for FR", false, NULL, false);
}

static void a_block_is_told_with_what_it_does_to_the_right(void **state)
{
    (void)state;
    struct rights_right right = { .where = where("FR"), .studio = "Fox", .start = open_edge };
    const char *open = "SVOD in SD for all time (Europe/Paris): open";
    const char *held = "SVOD in SD for all time (Europe/Paris): in its window, but held back by "
                       "the law";
    const struct {
        struct rights_block block;
        const char *territories, *right, *text;
        bool holds;
    } rows[] = {
        { { .licences = 1 }, "FR", held, "holdback for all time (Europe/Paris): in force", true },
        { { .licences = 1, .until = day(2013, 7, 20) },
          "FR",
          held,
          "holdback until 2013-07-21 00:00 (Europe/Paris): in force",
          true },
        { { .licences = 1, .kind = RIGHTS_BLOCK_LAW, .until = day(2013, 7, 12) },
          "FR",
          open,
          "law until 2013-07-13 00:00 (Europe/Paris): ended 2 days ago",
          false },
        { { .licences = 1, .from = day(2013, 7, 16), .until = tbd },
          "FR",
          open,
          "holdback does not begin, as its date is to be said later (TBD)",
          false },
        { { .licences = 1, .from = day(2013, 7, 16), .until = tbd, .blocks_when_unknown = true },
          "FR",
          open,
          "holdback from 2013-07-16 00:00 without end (Europe/Paris): begins in 4 hours, as its "
          "date is to be said later (TBD)",
          false },
        { { .licences = 1, .until = premiere, .blocks_when_unknown = true },
          "FR",
          held,
          "holdback for all time (Europe/Paris): in force, as the theatrical date in FR is not "
          "known",
          true },
        { { .licences = 1, .from = day(2014, 1, 1), .until = day(2013, 1, 1) },
          "FR",
          open,
          "holdback ends before it begins",
          false },
        { { .licences = 1 }, "BE", open, "holdback for BE, not for FR", false },
        { { .licences = 2 }, "FR", open, "holdback that concerns none of the rights", false },
        { { .licences = 1, .studio = "Path\303\251" },
          "FR",
          open,
          "holdback that concerns none of the rights",
          false },
        { { .licences = 1, .studio = "FOX" },
          "FR",
          held,
          "holdback for all time (Europe/Paris): in force",
          true },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct rights_block block = rows[i].block;
        block.source = "the law";
        block.where = where(rows[i].territories);
        say(&right, &block, rows[i].right, rows[i].right == open, rows[i].text, rows[i].holds);
    }
    /* a right that is for sale, or elsewhere, is none that it could hold back */
    struct rights_block block = { .licences = 127, .where = where("FR"), .source = "the law" };
    right.licence = RIGHTS_EST;
    say(&right, &block,
        "EST in SD opens nothing: the service shows by subscription and rents, it does not sell",
        false, "holdback that concerns none of the rights", false);
    right.licence = RIGHTS_SVOD;
    right.where = where("BE");
    say(&right, &block, "SVOD in SD for BE, not for FR", false,
        "holdback that concerns none of the rights", false);
}

static void of_two_blocks_the_chain_names_the_longer(void **state)
{
    (void)state;
    struct arena *arena = arena_create();
    struct rights_right right = { .where = where("FR"), .start = open_edge };
    struct rights_block blocks[] = {
        { .source = "the short one",
          .licences = 1,
          .where = where("FR"),
          .until = day(2013, 8, 1) },
        { .source = "the long one", .licences = 1, .where = where("FR"), .until = day(2014, 8, 1) },
        { .source = "the other", .licences = 1, .where = where("FR"), .until = day(2013, 9, 1) },
    };
    struct rights_question q = { .territory = "FR",
                                 .zone = zone_named("Europe/Paris"),
                                 .n_rights = 1,
                                 .rights = &right,
                                 .n_blocks = 3,
                                 .blocks = blocks };
    struct rights_reason *chain;
    size_t n;
    assert_int_equal(rights_explain(arena, &q, (utc_time){ NOW * UTC_SECOND }, &chain, &n), OK);
    assert_int_equal(n, 4);
    assert_non_null(strstr(chain[0].text, "held back by the long one"));
    assert_int_equal(chain[3].index, 2);
    q.n_rights = RIGHTS_PER_TITLE_MAX + 1;
    assert_int_equal(rights_explain(arena, &q, (utc_time){ 0 }, &chain, &n), ERR_FULL);
    q.n_rights = 0;
    q.n_blocks = RIGHTS_PER_TITLE_MAX + 1;
    assert_int_equal(rights_explain(arena, &q, (utc_time){ 0 }, &chain, &n), ERR_FULL);
    arena_destroy(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_window_is_told_in_one_sentence),
        cmocka_unit_test(a_right_that_does_not_open_says_why),
        cmocka_unit_test(a_block_is_told_with_what_it_does_to_the_right),
        cmocka_unit_test(of_two_blocks_the_chain_names_the_longer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
