#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "rules/rights/timeline.h"
#include "rules/territory/law.h"

static civil_day day(const char *text)
{
    civil_day out;
    assert_int_equal(civil_day_parse(text, strlen(text), &out), OK);
    return out;
}

static utc_time instant(const char *text)
{
    utc_time out;
    assert_int_equal(utc_parse(text, strlen(text), &out), OK);
    return out;
}

static struct law chronology(const char *id, const char *from, const char *until, int months)
{
    struct law law = { .id = id,
                       .territory = "FR",
                       .kind = LAW_CHRONOLOGY,
                       .from = day(from),
                       .is_open_ended = until == NULL,
                       .source = id,
                       .text = "x",
                       .what = LAW_FILMS,
                       .licences = 1u << RIGHTS_SVOD,
                       .event = RIGHTS_EVENT_THEATRICAL,
                       .months = months,
                       .is_enforced = true };
    if (until != NULL)
        law.until = day(until);
    return law;
}

static void a_law_counts_from_its_first_day_to_its_last_in_the_zone(void **state)
{
    (void)state;
    struct law law = chronology("x", "2011-01-01", "2021-06-30", 36);
    const struct zone *paris = zone_named("Europe/Paris");
    static const struct {
        const char *at;
        bool applies;
    } rows[] = {
        { "2010-12-31T22:59:59Z", false },
        { "2010-12-31T23:00:00Z", true },
        { "2021-06-30T21:59:59Z", true },
        { "2021-06-30T22:00:00Z", false },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(law_applies(&law, "FR", instant(rows[i].at), (utc_time){ 0 }, paris),
                         rows[i].applies);
    assert_false(law_applies(&law, "BE", instant("2015-01-01"), (utc_time){ 0 }, paris));
    law.is_open_ended = true;
    assert_true(law_applies(&law, "FR", instant("2099-01-01"), (utc_time){ 0 }, paris));
}

static void a_law_of_the_union_counts_in_its_members_alone(void **state)
{
    (void)state;
    struct law law = chronology("x", "2011-01-01", NULL, 36);
    memcpy(law.territory, "EU", 3);
    civil_day then = day("2020-01-01");
    static const struct {
        const char *code;
        bool counts;
    } rows[] = { { "FR", true },  { "DE", true }, { "NO", false }, { "GB", false },
                 { "US", false }, { "EU", true }, { "ZZ", false } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(law_in_force(&law, rows[i].code, then), rows[i].counts);
}

static void steps_are_taken_on_the_day_of_the_year_on_which_it_opened(void **state)
{
    (void)state;
    const struct zone *paris = zone_named("Europe/Paris");
    struct law first = chronology("x", "2011-01-01", NULL, 36), later = first;
    first.years_until = 3;
    later.years_from = 3;
    static const struct {
        const char *opened, *at;
        int years;
    } rows[] = {
        { "2014-09-15T00:00:00+02:00", "2014-09-15T00:00:00+02:00", 0 },
        { "2014-09-15T00:00:00+02:00", "2015-09-14T23:59:59+02:00", 0 },
        { "2014-09-15T00:00:00+02:00", "2015-09-15T00:00:00+02:00", 1 },
        { "2014-09-15T00:00:00+02:00", "2017-09-14T23:59:59+02:00", 2 },
        { "2014-09-15T00:00:00+02:00", "2017-09-15T00:00:00+02:00", 3 },
        { "2012-02-29T12:00:00+01:00", "2013-02-28T00:00:00+01:00", 1 },
        { "2014-09-15T00:00:00+02:00", "2013-07-15T00:00:00+02:00", 0 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        utc_time opened = instant(rows[i].opened), at = instant(rows[i].at);
        assert_int_equal(law_years_of_service(opened, at, paris), rows[i].years);
        assert_int_equal(law_applies(&first, "FR", at, opened, paris), rows[i].years < 3);
        assert_int_equal(law_applies(&later, "FR", at, opened, paris), rows[i].years >= 3);
    }
    utc_time never = { 0 };
    assert_true(law_applies(&first, "FR", instant("2013-07-15"), never, paris));
    assert_false(law_applies(&later, "FR", instant("2013-07-15"), never, paris));
}

/* The first instant of a right without end at which the film is open; 0: at once. */
static utc_time opens(struct arena *arena, const struct law *laws, size_t n, const char *release,
                      const char *territory, const char *asked_in)
{
    struct rights_block *blocks;
    struct rights_timeline timeline;
    const struct zone *paris = zone_named("Europe/Paris");
    struct rights_question q = { .territory = asked_in, .zone = paris, .n_rights = 1 };
    struct rights_right right = { .id = "r",
                                  .source = "right",
                                  .licence = RIGHTS_SVOD,
                                  .start = { .kind = RIGHTS_EDGE_OPEN },
                                  .end = { .kind = RIGHTS_EDGE_OPEN } };
    struct rights_event_date event = { .event = RIGHTS_EVENT_THEATRICAL };
    territory_set_world(&right.where);
    q.rights = &right;
    if (release != NULL) {
        event.day = day(release);
        memcpy(event.territory, territory, strlen(territory));
        q.events = &event;
        q.n_events = 1;
    }
    assert_int_equal(law_blocks(arena, laws, n, asked_in, paris, &blocks, &q.n_blocks), OK);
    q.blocks = blocks;
    assert_int_equal(rights_timeline_make(arena, &q, &timeline), OK);
    for (size_t i = timeline.n; i-- > 0;) {
        if (timeline.spans[i].state == RIGHTS_OPEN)
            continue;
        assert_int_equal(timeline.spans[i].why, RIGHTS_WHY_BLOCKED);
        return timeline.spans[i].until;
    }
    return (utc_time){ 0 };
}

static void a_film_is_held_back_until_the_months_of_the_law_then_in_force(void **state)
{
    (void)state;
    struct arena *arena = arena_create();
    const struct law laws[] = { chronology("2009", "2009-07-12", "2022-02-09", 36),
                                chronology("2022", "2022-02-10", "2025-02-09", 17),
                                chronology("2025", "2025-02-10", NULL, 17) };
    static const struct {
        const char *release, *opens;
    } rows[] = {
        { "2010-07-15", "2013-07-15T00:00:00+02:00" },
        { "2013-07-17", "2016-07-17T00:00:00+02:00" },
        /* 36 months would be March 2023; the law of 2022 lets it go 17 months on, which are over */
        { "2020-03-04", "2022-02-10T00:00:00+01:00" },
        { "2021-03-03", "2022-08-03T00:00:00+02:00" },
        { "2024-01-31", "2025-06-30T00:00:00+02:00" },
        { "2025-09-30", "2027-02-28T00:00:00+01:00" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        utc_time got = opens(arena, laws, 3, rows[i].release, "FR", "FR");
        utc_time want = instant(rows[i].opens);
        char text[ZONE_TIME_TEXT];
        zone_format(zone_named("Europe/Paris"), got, text);
        if (got.us != want.us)
            fail_msg("%s: opens %s instead of %s", rows[i].release, text, rows[i].opens);
    }
    assert_int_equal(opens(arena, laws, 3, NULL, "", "FR").us, 0);
    assert_int_equal(opens(arena, laws, 3, "2013-07-17", "FR", "BE").us, 0);
    arena_destroy(&arena);
}

static void only_what_is_enforced_of_this_territory_makes_blocks(void **state)
{
    (void)state;
    struct arena *arena = arena_create();
    struct law laws[] = { chronology("a", "2009-07-12", NULL, 36),
                          chronology("b", "2009-07-12", NULL, 36),
                          chronology("c", "2009-07-12", NULL, 36),
                          chronology("d", "2009-07-12", NULL, 36) };
    struct rights_block *blocks;
    size_t n;
    laws[1].is_enforced = false;
    laws[2].kind = LAW_QUOTA;
    memcpy(laws[3].territory, "EU", 3);
    assert_int_equal(law_blocks(arena, laws, 4, "FR", zone_named("Europe/Paris"), &blocks, &n), OK);
    assert_int_equal(n, 2);
    assert_string_equal(blocks[0].id, "a");
    assert_string_equal(blocks[1].id, "d");
    assert_true(territory_set_has(&blocks[1].where, "FR"));
    assert_false(territory_set_has(&blocks[1].where, "DE"));
    assert_int_equal(blocks[0].kind, RIGHTS_BLOCK_LAW);
    assert_false(blocks[0].blocks_when_unknown);
    assert_int_equal(law_blocks(arena, laws, 4, "US", zone_named("UTC"), &blocks, &n), OK);
    assert_int_equal(n, 0);
    arena_destroy(&arena);
}

static void the_locked_age_is_the_lowest_in_force(void **state)
{
    (void)state;
    const struct zone *paris = zone_named("Europe/Paris");
    struct law laws[] = {
        { .id = "a", .territory = "FR", .kind = LAW_AGE, .age = 18, .is_enforced = true },
        { .id = "b", .territory = "EU", .kind = LAW_AGE, .age = 16, .is_enforced = true },
        { .id = "c", .territory = "FR", .kind = LAW_AGE, .age = 12, .is_enforced = false },
        { .id = "d", .territory = "FR", .kind = LAW_AGE_HOURS, .age = 10, .is_enforced = true },
    };
    laws[0].from = day("2011-12-20");
    laws[0].is_open_ended = true;
    laws[1].from = day("2030-01-01");
    laws[1].until = day("2030-12-31");
    laws[2].is_open_ended = true;
    laws[3].is_open_ended = true;
    assert_int_equal(law_locked_age(laws, 4, "FR", instant("2011-12-19T22:59:59Z"), paris), 0);
    assert_int_equal(law_locked_age(laws, 4, "FR", instant("2011-12-19T23:00:00Z"), paris), 18);
    assert_int_equal(law_locked_age(laws, 4, "FR", instant("2030-06-01"), paris), 16);
    assert_int_equal(law_locked_age(laws, 4, "FR", instant("2031-06-01"), paris), 18);
    assert_int_equal(law_locked_age(laws, 4, "US", instant("2030-06-01"), paris), 0);
}

static void a_law_that_cannot_be_read_says_its_field(void **state)
{
    (void)state;
    struct law good = chronology("fr-x.1", "2011-01-01", "2011-01-01", 36);
    struct law_problem why;
    assert_int_equal(law_validate(&good, &why), OK);
    static const struct {
        int change;
        const char *field;
    } rows[] = { { 0, "id" },        { 1, "id" },       { 2, "territory" }, { 3, "kind" },
                 { 4, "source" },    { 5, "text" },     { 6, "until" },     { 7, "threshold" },
                 { 8, "years" },     { 9, "licences" }, { 10, "months" },   { 11, "percent" },
                 { 12, "language" }, { 13, "age" },     { 14, "hours" },    { 15, "percent" } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct law law = good;
        switch (rows[i].change) {
        case 0: law.id = "Has Spaces"; break;
        case 1: law.id = NULL; break;
        case 2: memcpy(law.territory, "ZZ", 3); break;
        case 3: law.kind = (enum law_kind)99; break;
        case 4: law.source = ""; break;
        case 5: law.text = "two\nlines"; break;
        case 6: law.until = day("2010-12-31"); break;
        case 7: law.threshold = -1; break;
        case 8: law.years_from = 3, law.years_until = 3; break;
        case 9: law.licences = 0; break;
        case 10: law.months = 0; break;
        case 11: law.kind = LAW_QUOTA; break;
        case 12:
            law.kind = LAW_QUOTA;
            law.share_permille = 400;
            law.of = LAW_NATIONAL_LANGUAGE;
            break;
        case 13: law.kind = LAW_AGE; break;
        case 14: law.kind = LAW_AGE_HOURS, law.age = 16; break;
        default: law.kind = LAW_CAPTIONS, law.share_permille = 1001; break;
        }
        assert_int_equal(law_validate(&law, &why), ERR_ARGUMENT);
        assert_string_equal(why.field, rows[i].field);
        assert_true(why.text[0] != 0);
    }
}

static void names_go_there_and_back(void **state)
{
    (void)state;
    for (int i = 0; i < LAW_KINDS; i++) {
        enum law_kind back;
        assert_true(law_kind_parse(law_kind_name((enum law_kind)i), &back));
        assert_int_equal(back, i);
    }
    for (int i = 0; i <= LAW_SERIES; i++) {
        enum law_what back;
        assert_true(law_what_parse(law_what_name((enum law_what)i), &back));
        assert_int_equal(back, i);
    }
    for (int i = 0; i <= LAW_DOMESTIC; i++) {
        enum law_of back;
        assert_true(law_of_parse(law_of_name((enum law_of)i), &back));
        assert_int_equal(back, i);
    }
    enum law_kind kind;
    assert_false(law_kind_parse("quotas", &kind));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_law_counts_from_its_first_day_to_its_last_in_the_zone),
        cmocka_unit_test(a_law_of_the_union_counts_in_its_members_alone),
        cmocka_unit_test(steps_are_taken_on_the_day_of_the_year_on_which_it_opened),
        cmocka_unit_test(a_film_is_held_back_until_the_months_of_the_law_then_in_force),
        cmocka_unit_test(only_what_is_enforced_of_this_territory_makes_blocks),
        cmocka_unit_test(the_locked_age_is_the_lowest_in_force),
        cmocka_unit_test(a_law_that_cannot_be_read_says_its_field),
        cmocka_unit_test(names_go_there_and_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
