#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rules/rights/deal.h"

static struct arena *arena;

static int make_arena(void **state)
{
    (void)state;
    arena = arena_create();
    return 0;
}

static int drop_arena(void **state)
{
    (void)state;
    arena_destroy(&arena);
    return 0;
}

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

static struct rights_right right_of(const char *source, const char *studio)
{
    return (struct rights_right){ .source = source,
                                  .studio = studio,
                                  .where = where("FR BE"),
                                  .start = day(2013, 1, 1),
                                  .end = day(2013, 12, 31) };
}

static struct deal deal_with(const char *name, const char *party)
{
    return (struct deal){ .name = name,
                          .party = party,
                          .from = civil_day_of(2012, 1, 1),
                          .until = civil_day_of(2015, 12, 31),
                          .where = where("ZZ"),
                          .media = DEAL_SVOD | DEAL_VOD };
}

static struct deal_finding *found;
static size_t n_found;

static void check(const struct rights_right *rights, size_t n_rights, const struct deal *deals,
                  size_t n_deals, const struct rights_block *blocks, size_t n_blocks)
{
    static const char territories[][3] = { "FR", "BE", "US" };
    const struct zone *zones[] = { zone_named("Europe/Paris"), zone_named("Europe/Brussels"),
                                   zone_named("America/New_York") };
    struct deal_check c = { .title = "t1",
                            .n_rights = n_rights,
                            .n_deals = n_deals,
                            .n_blocks = n_blocks,
                            .n_territories = 3,
                            .rights = rights,
                            .deals = deals,
                            .blocks = blocks,
                            .territories = territories,
                            .zones = zones };
    assert_int_equal(deal_check_title(arena, &c, &found, &n_found), OK);
}

static void expect(size_t i, enum deal_finding_kind kind, const char *territory, const char *text)
{
    assert_true(i < n_found);
    assert_string_equal(deal_finding_kind_name(found[i].kind), deal_finding_kind_name(kind));
    assert_string_equal(found[i].territory, territory);
    assert_string_equal(found[i].text, text);
    assert_non_null(found[i].first);
    assert_non_null(found[i].second);
}

static void contracts_that_go_together_are_not_spoken_of(void **state)
{
    (void)state;
    struct rights_right r = right_of("avail A", "Fox");
    struct deal deals[] = { deal_with("Fox 2013", "FOX"),
                            deal_with("Path\303\251 2013", "Path\303\251") };
    struct rights_block blocks[] = {
        { .source = "past", .licences = 1, .where = where("ZZ"), .until = day(2012, 12, 31) },
        { .source = "elsewhere", .licences = 1, .where = where("US") },
        { .source = "another way", .licences = 1 << RIGHTS_VOD, .where = where("ZZ") },
        { .source = "another's", .licences = 1, .where = where("ZZ"), .studio = "Path\303\251" },
        { .source = "the term",
          .licences = 1,
          .where = where("ZZ"),
          .kind = RIGHTS_BLOCK_DEAL_TERM },
        { .source = "a law",
          .licences = 1,
          .where = where("ZZ"),
          .until = { .kind = RIGHTS_EDGE_EVENT } },
    };
    deals[1].exclusive_media = DEAL_SVOD; /* of its own titles */
    check(&r, 1, deals, 2, blocks, 6);
    assert_int_equal(n_found, 0);
    r.is_exclusive = true;
    check(&r, 1, deals, 2, blocks, 6);
    assert_int_equal(n_found, 0);
    check(&r, 1, NULL, 0, NULL, 0); /* no deal with the studio: by its avails alone */
    assert_int_equal(n_found, 0);
    check(NULL, 0, deals, 2, NULL, 0);
    assert_int_equal(n_found, 0);
}

static void a_window_that_is_cut_is_named_with_what_cuts_it(void **state)
{
    (void)state;
    struct rights_right r = right_of("avail A", "Fox");
    struct rights_block block = { .source = "the 36 months",
                                  .kind = RIGHTS_BLOCK_LAW,
                                  .licences = 1,
                                  .where = where("FR"),
                                  .until = day(2013, 6, 30) };
    check(&r, 1, NULL, 0, &block, 1);
    assert_int_equal(n_found, 1);
    expect(0, DEAL_FINDING_CUT, "FR",
           "avail A is held back in FR from 2013-01-01 00:00 until 2013-07-01 00:00 by the 36 "
           "months");
    block.where = where("ZZ");
    check(&r, 1, NULL, 0, &block, 1);
    assert_int_equal(n_found, 1);
    expect(0, DEAL_FINDING_CUT, "",
           "avail A is held back in BE, FR from 2013-01-01 00:00 until 2013-07-01 00:00 by the 36 "
           "months");
    r.licence = RIGHTS_EST; /* what we do not sell is not cut */
    block.licences = 127;
    check(&r, 1, NULL, 0, &block, 1);
    assert_int_equal(n_found, 0);
    /* the times of several countries together */
    struct rights_right wide = right_of("avail B", "Fox");
    wide.where = where("US FR");
    block.licences = 1;
    check(&wide, 1, NULL, 0, &block, 1);
    assert_int_equal(n_found, 1);
    utc_time until;
    assert_int_equal(utc_parse("2013-07-01T04:00:00Z", 20, &until), OK);
    assert_int_equal(found[0].until.us, until.us);
    /* from the first to begin, whichever that is in the list */
    static const char westward[][3] = { "US", "FR" };
    const struct zone *zones[] = { zone_named("America/New_York"), zone_named("Europe/Paris") };
    utc_time from;
    struct deal_check c = { .title = "t1",
                            .n_rights = 1,
                            .n_blocks = 1,
                            .n_territories = 2,
                            .rights = &wide,
                            .blocks = &block,
                            .territories = westward,
                            .zones = zones };
    assert_int_equal(deal_check_title(arena, &c, &found, &n_found), OK);
    assert_int_equal(utc_parse("2012-12-31T23:00:00Z", 20, &from), OK);
    assert_int_equal(n_found, 1);
    assert_int_equal(found[0].from.us, from.us);
}

static void each_right_and_each_block_is_a_finding_of_its_own(void **state)
{
    (void)state;
    enum { MANY = 20 };
    struct rights_right rights[MANY];
    struct rights_block blocks[2] = { { .source = "one", .licences = 1, .where = where("FR") },
                                      { .source = "two", .licences = 1, .where = where("BE") } };
    for (int i = 0; i < MANY; i++)
        rights[i] = right_of(arena_printf(arena, "avail %d", i), "Fox");
    check(rights, MANY, NULL, 0, blocks, 1);
    assert_int_equal(n_found, MANY);
    check(rights, MANY, NULL, 0, blocks, 2);
    assert_int_equal(n_found, 2 * MANY);
    for (size_t i = 0; i < n_found; i++) {
        assert_string_equal(found[i].first, rights[i / 2].source);
        assert_string_equal(found[i].second, blocks[i % 2].source);
        assert_string_equal(found[i].title, "t1");
    }
}

static void a_right_beyond_its_deals_is_found_where_it_is(void **state)
{
    (void)state;
    struct rights_right r = right_of("avail A", "Fox");
    struct deal deals[] = { deal_with("one", "Fox"), deal_with("two", "Fox"),
                            deal_with("three", "Fox"), deal_with("ours", "Fox") };
    deals[3].direction = DEAL_BY_US;
    r.where = where("FR");
    deals[0].until = civil_day_of(2013, 3, 31);
    check(&r, 1, deals, 1, NULL, 0);
    assert_int_equal(n_found, 1);
    expect(0, DEAL_FINDING_OUTSIDE_DEAL, "FR",
           "avail A opens in FR from 2013-04-01 00:00 until 2014-01-01 00:00, which is not granted "
           "by deal \"one\" with Fox");
    deals[1].from = civil_day_of(2013, 6, 1); /* a gap between two */
    check(&r, 1, deals, 2, NULL, 0);
    expect(0, DEAL_FINDING_OUTSIDE_DEAL, "FR",
           "avail A opens in FR from 2013-04-01 00:00 until 2013-06-01 00:00, which is not granted "
           "by deal \"one\" with Fox");
    deals[2].from = civil_day_of(2013, 4, 1); /* which a third one fills */
    deals[2].until = civil_day_of(2013, 5, 31);
    check(&r, 1, deals, 4, NULL, 0);
    assert_int_equal(n_found, 0);
    deals[2].where = where("BE");
    check(&r, 1, deals, 3, NULL, 0);
    assert_int_equal(n_found, 1);
    deals[2].where = where("FR");
    deals[2].media = DEAL_VOD;
    check(&r, 1, deals, 3, NULL, 0);
    assert_int_equal(n_found, 1);
    deals[2].media = DEAL_SVOD;
    deals[2].party = "Gaumont";
    check(&r, 1, deals, 3, NULL, 0);
    assert_int_equal(n_found, 1);
}

static void a_title_that_no_deal_names_is_found(void **state)
{
    (void)state;
    static const char *others[] = { "t2", "t3" }, *this_one[] = { "t2", "t1" };
    struct rights_right r = right_of("avail A", "Fox");
    struct deal deals[] = { deal_with("one", "Fox"), deal_with("two", "Fox") };
    deals[0].titles = others;
    deals[0].n_titles = 2;
    deals[1].titles = this_one;
    deals[1].n_titles = 2;
    deals[1].until = civil_day_of(2013, 1, 31);
    check(&r, 1, deals, 1, NULL, 0);
    expect(0, DEAL_FINDING_OUTSIDE_DEAL, "",
           "avail A opens in BE, FR from 2013-01-01 00:00 until 2014-01-01 00:00, which is not "
           "granted by deal \"one\" with Fox");
    check(&r, 1, deals, 2, NULL, 0);
    expect(0, DEAL_FINDING_OUTSIDE_DEAL, "",
           "avail A opens in BE, FR from 2013-02-01 00:00 until 2014-01-01 00:00, which is not "
           "granted by deal \"two\" with Fox");
}

static void what_is_kept_for_us_alone_is_not_offered_to_others(void **state)
{
    (void)state;
    static const char *this_one[] = { "t1" };
    struct rights_right r = right_of("avail A", "Fox");
    struct deal deals[] = { deal_with("one", "Fox"), deal_with("two", "Gaumont") };
    deals[0].exclusive_media = DEAL_SVOD;
    check(&r, 1, deals, 1, NULL, 0);
    assert_int_equal(n_found, 1);
    expect(0, DEAL_FINDING_RIVAL, "",
           "avail A is not exclusive in BE, FR from 2013-01-01 00:00 until 2014-01-01 00:00, which "
           "is kept for us alone by deal \"one\" with Fox");
    deals[0].exclusive_media = DEAL_VOD;
    check(&r, 1, deals, 1, NULL, 0);
    assert_int_equal(n_found, 0);
    deals[0].exclusive_media = DEAL_SVOD;
    r.is_exclusive = true;
    check(&r, 1, deals, 1, NULL, 0);
    assert_int_equal(n_found, 0);
    /* another studio says that the same title is ours alone by its leave */
    deals[1].exclusive_media = DEAL_SVOD;
    deals[1].titles = this_one;
    deals[1].n_titles = 1;
    deals[1].where = where("BE");
    check(&r, 1, deals, 2, NULL, 0);
    assert_int_equal(n_found, 1);
    expect(0, DEAL_FINDING_EXCLUSIVE_CLASH, "BE",
           "avail A is exclusive in BE from 2013-01-01 00:00 until 2014-01-01 00:00, which is also "
           "granted for us alone by deal \"two\" with Gaumont");
    deals[1].from = civil_day_of(2014, 1, 1);
    check(&r, 1, deals, 2, NULL, 0);
    assert_int_equal(n_found, 0);
    deals[1].from = deals[0].from;
    deals[1].direction = DEAL_BY_US;
    check(&r, 1, deals, 2, NULL, 0);
    assert_int_equal(n_found, 0);
}

static void two_studios_cannot_both_be_the_only_one(void **state)
{
    (void)state;
    struct rights_right rights[] = { right_of("avail A", "Fox"), right_of("avail B", "Gaumont") };
    rights[0].is_exclusive = rights[1].is_exclusive = true;
    rights[1].where = where("FR US");
    rights[1].start = day(2013, 11, 1);
    check(rights, 2, NULL, 0, NULL, 0);
    assert_int_equal(n_found, 1);
    expect(0, DEAL_FINDING_EXCLUSIVE_CLASH, "FR",
           "avail A is exclusive in FR from 2013-11-01 00:00 until 2014-01-01 00:00, and so is "
           "avail B");
    struct rights_right saved = rights[1];
    for (int i = 0; i < 5; i++) {
        rights[1] = saved;
        rights[0].is_exclusive = i != 4;
        switch (i) {
        case 0: rights[1].is_exclusive = false; break;
        case 1: rights[1].licence = RIGHTS_VOD; break;
        case 2: rights[1].studio = "fox"; break;
        case 3: rights[1].start = day(2014, 1, 1); break;
        default: break;
        }
        check(rights, 2, NULL, 0, NULL, 0);
        assert_int_equal(n_found, 0);
    }
}

static void a_clock_without_a_date_is_found(void **state)
{
    (void)state;
    struct rights_right r = right_of("avail A", "Fox");
    struct rights_block block = { .source = "the theatrical window",
                                  .licences = 1,
                                  .where = where("FR US"),
                                  .until = { .kind = RIGHTS_EDGE_EVENT,
                                             .event = RIGHTS_EVENT_BROADCAST },
                                  .blocks_when_unknown = true };
    r.start = (struct rights_edge){ .kind = RIGHTS_EDGE_EVENT, .event = RIGHTS_EVENT_THEATRICAL };
    check(&r, 1, NULL, 0, &block, 1);
    assert_int_equal(n_found, 2);
    expect(0, DEAL_FINDING_UNKNOWN_DATE, "",
           "avail A does not open: it counts from the theatrical date, which is not known in BE, "
           "FR");
    expect(1, DEAL_FINDING_UNKNOWN_DATE, "",
           "the theatrical window holds back until somebody says so: it counts from the broadcast "
           "date, which is not known in FR, US");
    r.start = (struct rights_edge){ .kind = RIGHTS_EDGE_TBD };
    check(&r, 1, NULL, 0, NULL, 0); /* that is said, and known to be open */
    assert_int_equal(n_found, 0);
}

static void more_than_a_title_can_have_is_refused(void **state)
{
    (void)state;
    struct deal_check c = { .n_rights = RIGHTS_PER_TITLE_MAX + 1 };
    assert_int_equal(deal_check_title(arena, &c, &found, &n_found), ERR_FULL);
    c = (struct deal_check){ .n_blocks = RIGHTS_PER_TITLE_MAX + 1 };
    assert_int_equal(deal_check_title(arena, &c, &found, &n_found), ERR_FULL);
}

/* ---- deals against deals ---- */

static void grants_of_the_same_to_one_alone_clash(void **state)
{
    (void)state;
    static const char *first[] = { "t3", "t1", "t2" }, *second[] = { "t4", "t2" },
                      *third[] = { "t2", "t3" };
    struct deal a = deal_with("one", "Canal"), b = deal_with("two", "Arte");
    a.titles = first;
    a.n_titles = 3;
    b.titles = second;
    b.n_titles = 2;
    a.exclusive_media = b.exclusive_media = DEAL_SVOD;
    a.where = where("FR BE");
    b.where = where("FR US");
    b.from = civil_day_of(2015, 12, 31);
    b.until = civil_day_of(2019, 12, 31);
    struct deal deals[2] = { a, b };
    assert_int_equal(deal_check_deals(arena, deals, 2, &found, &n_found), OK);
    assert_int_equal(n_found, 1);
    expect(0, DEAL_FINDING_EXCLUSIVE_CLASH, "FR",
           "deal \"one\" with Canal grants svod in FR from 2015-12-31 00:00 until 2016-01-01 00:00 "
           "for one alone, and so does deal \"two\" with Arte");
    assert_string_equal(found[0].title, "t2");
    deals[1].titles = third;
    assert_int_equal(deal_check_deals(arena, deals, 2, &found, &n_found), OK);
    assert_int_equal(n_found, 1);
    assert_null(found[0].title); /* two */
    static const struct {
        const char *titles[1], *party, *where;
        uint32_t media;
        int year;
        size_t n, found;
    } rows[] = {
        { { "t2" }, "Arte", "FR", DEAL_SVOD, 2015, 1, 1 },
        { { "t9" }, "Arte", "FR", DEAL_SVOD, 2015, 1, 0 },
        { { "t2" }, "canal", "FR", DEAL_SVOD, 2015, 1, 0 }, /* the same contract twice */
        { { "t2" }, "Arte", "US", DEAL_SVOD, 2015, 1, 0 },
        { { "t2" }, "Arte", "FR", DEAL_VOD, 2015, 1, 0 },
        { { "t2" }, "Arte", "FR", DEAL_SVOD, 2016, 1, 0 },
        { { "t2" }, "Arte", "FR", DEAL_SVOD, 2015, 0, 0 }, /* all of another studio */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *titles[] = { rows[i].titles[0] };
        deals[1].titles = titles;
        deals[1].n_titles = rows[i].n;
        deals[1].party = rows[i].party;
        deals[1].where = where(rows[i].where);
        deals[1].exclusive_media = rows[i].media;
        deals[1].from = civil_day_of(rows[i].year, 1, 1);
        assert_int_equal(deal_check_deals(arena, deals, 2, &found, &n_found), OK);
        assert_int_equal(n_found, rows[i].found);
    }
}

static void what_we_gave_to_one_alone_is_not_given_again(void **state)
{
    (void)state;
    static const char *one[] = { "t1" };
    struct deal deals[] = { deal_with("one", "Canal"), deal_with("two", "Arte") };
    deals[0].direction = deals[1].direction = DEAL_BY_US;
    deals[0].exclusive_media = DEAL_VOD;
    deals[1].titles = one; /* the other: all that is ours */
    deals[1].n_titles = 1;
    for (int turned = 0; turned < 2; turned++) {
        assert_int_equal(deal_check_deals(arena, deals, 2, &found, &n_found), OK);
        assert_int_equal(n_found, 1);
        assert_non_null(strstr(found[0].text, "grants vod in world"));
        assert_non_null(strstr(found[0].text, "although one alone was to have it, as does"));
        assert_string_equal(found[0].title, "t1");
        struct deal swap = deals[0];
        deals[0] = deals[1];
        deals[1] = swap;
    }
    deals[1].n_titles = 0;
    assert_int_equal(deal_check_deals(arena, deals, 2, &found, &n_found), OK);
    assert_int_equal(n_found, 1);
    assert_null(found[0].title);
    /* what is granted to us with others is ours to grant on with others */
    deals[1].direction = DEAL_TO_US;
    deals[1].titles = deals[0].titles = one;
    deals[1].n_titles = deals[0].n_titles = 1;
    assert_int_equal(deal_check_deals(arena, deals, 2, &found, &n_found), OK);
    assert_int_equal(n_found, 0);
    deals[1].exclusive_media = DEAL_VOD; /* but not what is granted to us alone */
    assert_int_equal(deal_check_deals(arena, deals, 2, &found, &n_found), OK);
    assert_int_equal(n_found, 1);
    deals[0].party = deals[1].party; /* even with the same studio */
    assert_int_equal(deal_check_deals(arena, deals, 2, &found, &n_found), OK);
    assert_int_equal(n_found, 1);
    deals[1].n_titles = 0; /* all titles of a studio are none of ours */
    assert_int_equal(deal_check_deals(arena, deals, 2, &found, &n_found), OK);
    assert_int_equal(n_found, 0);
    deals[0].is_open_ended = deals[1].is_open_ended = true;
    deals[1].n_titles = 1;
    assert_int_equal(deal_check_deals(arena, deals, 2, &found, &n_found), OK);
    assert_int_equal(found[0].until.us, INT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contracts_that_go_together_are_not_spoken_of),
        cmocka_unit_test(a_window_that_is_cut_is_named_with_what_cuts_it),
        cmocka_unit_test(each_right_and_each_block_is_a_finding_of_its_own),
        cmocka_unit_test(a_right_beyond_its_deals_is_found_where_it_is),
        cmocka_unit_test(a_title_that_no_deal_names_is_found),
        cmocka_unit_test(what_is_kept_for_us_alone_is_not_offered_to_others),
        cmocka_unit_test(two_studios_cannot_both_be_the_only_one),
        cmocka_unit_test(a_clock_without_a_date_is_found),
        cmocka_unit_test(more_than_a_title_can_have_is_refused),
        cmocka_unit_test(grants_of_the_same_to_one_alone_clash),
        cmocka_unit_test(what_we_gave_to_one_alone_is_not_given_again),
    };
    return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
