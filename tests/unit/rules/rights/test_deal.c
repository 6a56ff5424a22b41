#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rules/rights/deal.h"

static struct territory_set where(const char *text)
{
    struct territory_set set;
    char bad[3];
    assert_int_equal(territory_set_parse(text, &set, bad), OK);
    return set;
}

static struct rights_edge day_edge(int year, int month, int day)
{
    return (struct rights_edge){ .kind = RIGHTS_EDGE_DAY, .day = civil_day_of(year, month, day) };
}

static struct deal good_deal(void)
{
    return (struct deal){ .id = { "d1" },
                          .name = "Fox 2013",
                          .party = "20th Century Fox",
                          .from = civil_day_of(2013, 1, 1),
                          .until = civil_day_of(2014, 12, 31),
                          .where = where("FR BE"),
                          .media = DEAL_SVOD };
}

/* ---- words ---- */

static void media_are_read_and_said_again(void **state)
{
    (void)state;
    static const struct {
        const char *said, *text; /* text NULL: refused */
        uint32_t licences;
    } rows[] = {
        { "", "", 0 },
        { "svod", "svod", 1 << RIGHTS_SVOD },
        { "SVOD, vod", "svod,vod", 1 << RIGHTS_SVOD | 1 << RIGHTS_VOD },
        { "avod svod", "svod,avod", 1 << RIGHTS_SVOD | 1 << RIGHTS_AVOD },
        { "est", "est", 1 << RIGHTS_EST | 1 << RIGHTS_POEST | 1 << RIGHTS_PRE_RELEASE },
        { "free-tv,pay-tv,cinema,disc", "free-tv,pay-tv,cinema,disc", 0 },
        { "all", "all", 0x3f },
        { "All,svod", "all", 0x3f },
        { "svod,tv", NULL, 0 },
        { "svo", NULL, 0 },
        { "allx", NULL, 0 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint32_t media = 7;
        char text[80];
        enum err err = deal_media_parse(rows[i].said, &media);
        assert_int_equal(err, rows[i].text != NULL ? OK : ERR_ARGUMENT);
        if (err != OK) {
            assert_int_equal(media, 7);
            continue;
        }
        deal_media_text(media, text, sizeof text);
        assert_string_equal(text, rows[i].text);
        assert_int_equal(deal_media_licences(media), rows[i].licences);
    }
    char text[8] = "#", tiny[6];
    deal_media_text(DEAL_SVOD | DEAL_VOD, text, 0);
    assert_string_equal(text, "#");
    deal_media_text(DEAL_SVOD | DEAL_FREE_TV, tiny, sizeof tiny);
    assert_string_equal(tiny, "svod,");
}

static void directions_have_names(void **state)
{
    (void)state;
    enum deal_direction d = DEAL_TO_US;
    assert_true(deal_direction_parse("BY-us", &d));
    assert_int_equal(d, DEAL_BY_US);
    assert_true(deal_direction_parse(deal_direction_name(DEAL_TO_US), &d));
    assert_int_equal(d, DEAL_TO_US);
    assert_false(deal_direction_parse("us", &d));
}

/* ---- validation ---- */

static struct deal_holdback holdbacks[51];
static const char *titles[5001];

static void set_holdback(struct deal *d, struct deal_holdback h)
{
    holdbacks[0] = h;
    d->holdbacks = holdbacks;
    d->n_holdbacks = 1;
}

static struct deal_holdback good_holdback(void)
{
    return (struct deal_holdback){ .name = "theatrical window",
                                   .media = DEAL_SVOD,
                                   .where = where("FR"),
                                   .until = { .kind = RIGHTS_EDGE_EVENT, .lag = { 36, 0 } } };
}

/* One change each that makes a good deal a bad one; 0: none. */
static void spoil(struct deal *d, int how)
{
    static char long_name[202];
    struct deal_holdback h = good_holdback();
    memset(long_name, 'x', sizeof long_name - 1);
    switch (how) {
    case 1: d->name = NULL; break;
    case 2: d->name = ""; break;
    case 3: d->name = " Fox"; break;
    case 4: d->name = "two\nlines"; break;
    case 5: d->name = long_name; break;
    case 6: d->party = ""; break;
    case 7: d->until = civil_day_of(2012, 12, 31); break;
    case 8: d->where = (struct territory_set){ { 0 } }; break;
    case 9: d->media = 0; break;
    case 10: d->media = 256; break;
    case 11: d->exclusive_media = 512; break;
    case 12: d->n_titles = 5001; break;
    case 13: d->n_holdbacks = 51; break;
    case 14: d->streams_max = -1; break;
    case 15: d->streams_max = 1000001; break;
    case 16: d->fee = (struct money){ 100, "FFF" }; break;
    case 17: d->fee = (struct money){ -1, "EUR" }; break;
    case 18: d->fee = (struct money){ 1, "EUR" }; break; /* for what? */
    case 19:
        d->fee = (struct money){ 1, "EUR" };
        d->fee_per = "week";
        break;
    case 20:
        h.name = NULL;
        set_holdback(d, h);
        break;
    case 21:
        h.media = DEAL_FREE_TV;
        set_holdback(d, h);
        break;
    case 22:
        h.where = (struct territory_set){ { 0 } };
        set_holdback(d, h);
        break;
    case 23:
        h.until.kind = RIGHTS_EDGE_NONE;
        set_holdback(d, h);
        break;
    case 24:
        h.until.kind = RIGHTS_EDGE_OPEN;
        set_holdback(d, h);
        break;
    case 25:
        h.from = day_edge(2013, 1, 2);
        h.until = day_edge(2013, 1, 1);
        set_holdback(d, h);
        break;
    case 26:
        h.from = (struct rights_edge){ .kind = RIGHTS_EDGE_INSTANT, .instant = { 7 } };
        h.until = h.from;
        set_holdback(d, h);
        break;
    case 27:
        d->direction = DEAL_BY_US;
        set_holdback(d, h);
        break;
    case 28:
        d->direction = DEAL_BY_US;
        d->exclusive_media = DEAL_VOD;
        break;
    default: break;
    }
}

static void a_deal_that_cannot_be_meant_is_refused_by_field(void **state)
{
    (void)state;
    static const char *const fields[] = {
        NULL,
        "name",
        "name",
        "name",
        "name",
        "name",
        "party",
        "until",
        "where",
        "media",
        "media",
        "exclusive_media",
        "titles",
        "holdbacks",
        "streams_max",
        "streams_max",
        "fee",
        "fee",
        "fee_per",
        "fee_per",
        "holdbacks[0]",
        "holdbacks[0]",
        "holdbacks[0]",
        "holdbacks[0]",
        "holdbacks[0]",
        "holdbacks[0]",
        "holdbacks[0]",
        "holdbacks",
        "exclusive_media",
    };
    for (int i = 0; i < (int)(sizeof fields / sizeof fields[0]); i++) {
        struct deal d = good_deal();
        struct deal_problem why = { "", "" };
        d.titles = titles;
        spoil(&d, i);
        assert_int_equal(deal_validate(&d, &why), fields[i] != NULL ? ERR_ARGUMENT : OK);
        if (fields[i] != NULL) {
            assert_string_equal(why.field, fields[i]);
            assert_true(strlen(why.text) > 10);
        }
    }
}

static void a_deal_may_be_all_that_a_deal_can_be(void **state)
{
    (void)state;
    static const char *const periods[] = { "term", "year", "month", "title" };
    struct deal d = good_deal();
    struct deal_problem why;
    struct deal_holdback h = good_holdback();
    h.from = h.until = day_edge(2013, 1, 1); /* one day */
    set_holdback(&d, h);
    assert_int_equal(deal_validate(&d, &why), OK);
    set_holdback(&d, good_holdback()); /* since ever, until so long after an event */
    d.fee = (struct money){ 0, "JPY" };
    d.exclusive_media = DEAL_FREE_TV;
    for (size_t i = 0; i < 4; i++) {
        d.fee_per = periods[i];
        assert_int_equal(deal_validate(&d, &why), OK);
    }
    d.until = d.from;
    assert_int_equal(deal_validate(&d, &why), OK);
    d.is_open_ended = true;
    d.until = civil_day_of(1990, 1, 1);
    assert_int_equal(deal_validate(&d, &why), OK);
    d.n_holdbacks = 0;
    d.direction = DEAL_BY_US;
    d.media = d.exclusive_media = DEAL_SVOD;
    assert_int_equal(deal_validate(&d, &why), OK);
}

/* ---- blocks ---- */

/* Whether any block of the kind holds such a right back on that day of 2010 to 2019. */
static bool holds(const struct rights_block *blocks, size_t n, enum rights_block_kind kind,
                  enum rights_licence licence, const char *studio, const char *territory,
                  const char *date)
{
    struct arena *arena = arena_create();
    struct rights_right right = { .source = "avail",
                                  .studio = studio,
                                  .licence = licence,
                                  .where = where("ZZ"),
                                  .start = { .kind = RIGHTS_EDGE_OPEN } };
    struct rights_question q = { .territory = territory,
                                 .zone = zone_named("UTC"),
                                 .n_rights = 1,
                                 .rights = &right,
                                 .n_blocks = n,
                                 .blocks = blocks };
    struct rights_reason *chain;
    size_t n_chain;
    utc_time t;
    assert_int_equal(utc_parse(date, strlen(date), &t), OK);
    assert_int_equal(rights_explain(arena, &q, t, &chain, &n_chain), OK);
    bool held = false;
    for (size_t i = 1; i < n_chain; i++)
        held = held || (chain[i].holds && blocks[chain[i].index].kind == kind);
    arena_destroy(&arena);
    return held;
}

static void what_a_studio_keeps_for_others_holds_its_own_rights_back(void **state)
{
    (void)state;
    struct arena *arena = arena_create();
    struct deal d = good_deal();
    struct rights_block *blocks;
    size_t n;
    struct deal_holdback h = { .name = "free TV",
                               .media = DEAL_SVOD | DEAL_FREE_TV,
                               .where = where("BE"),
                               .from = day_edge(2014, 1, 1),
                               .until = day_edge(2014, 6, 30) };
    set_holdback(&d, h);
    assert_int_equal(deal_blocks(arena, &d, 1, "t1", &blocks, &n), OK);
    assert_string_equal(blocks[0].source, "\"free TV\" of deal \"Fox 2013\" with 20th Century Fox");
    static const struct {
        const char *studio, *territory, *date;
        enum rights_licence licence;
        bool held;
    } rows[] = {
        { "20th Century FOX", "BE", "2014-01-01", RIGHTS_SVOD, true },
        { "20th Century Fox", "BE", "2014-06-30T23:59:59Z", RIGHTS_SVOD, true },
        { "20th Century Fox", "BE", "2014-07-01", RIGHTS_SVOD, false },
        { "20th Century Fox", "BE", "2013-12-31T23:59:59Z", RIGHTS_SVOD, false },
        { "20th Century Fox", "FR", "2014-01-01", RIGHTS_SVOD, false },
        { "20th Century Fox", "BE", "2014-01-01", RIGHTS_VOD, false },
        { "Gaumont", "BE", "2014-01-01", RIGHTS_SVOD, false },
        { NULL, "BE", "2014-01-01", RIGHTS_SVOD, false },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(holds(blocks, n, RIGHTS_BLOCK_HOLDBACK, rows[i].licence, rows[i].studio,
                               rows[i].territory, rows[i].date),
                         rows[i].held);
    arena_destroy(&arena);
}

static void outside_its_deals_a_studios_right_opens_nothing(void **state)
{
    (void)state;
    struct arena *arena = arena_create();
    static const char *only_t1[] = { "t1" }, *only_t2[] = { "t2" };
    struct deal deals[] = { good_deal(), good_deal(), good_deal(), good_deal() };
    struct rights_block *blocks;
    size_t n;
    deals[0].n_titles = 1;
    deals[0].titles = only_t1;
    deals[1].n_titles = 1; /* the same in one country more, in the second half of the term and on */
    deals[1].titles = only_t1;
    deals[1].party = "20th century fox";
    deals[1].where = where("BE DE");
    deals[1].media = DEAL_SVOD | DEAL_VOD;
    deals[1].from = civil_day_of(2014, 7, 1);
    deals[1].is_open_ended = true;
    deals[2].n_titles = 1; /* another title */
    deals[2].titles = only_t2;
    deals[2].where = where("ZZ");
    deals[3].party = "Gaumont"; /* another studio, all titles */
    deals[3].where = where("US");
    assert_int_equal(deal_blocks(arena, deals, 4, "t1", &blocks, &n), OK);
    static const struct {
        const char *studio, *territory, *date;
        enum rights_licence licence;
        bool held;
    } rows[] = {
        { "20th Century Fox", "FR", "2012-12-31T23:59:59Z", RIGHTS_SVOD, true },
        { "20th Century Fox", "FR", "2013-01-01", RIGHTS_SVOD, false },
        { "20th Century Fox", "FR", "2014-12-31T23:59:59Z", RIGHTS_SVOD, false },
        { "20th Century Fox", "FR", "2015-01-01", RIGHTS_SVOD, true },
        { "20th Century Fox", "BE", "2015-01-01", RIGHTS_SVOD, false },
        { "20th Century Fox", "DE", "2014-06-30T23:59:59Z", RIGHTS_SVOD, true },
        { "20th Century Fox", "DE", "2014-07-01", RIGHTS_SVOD, false },
        { "20th Century Fox", "BE", "2014-06-30", RIGHTS_VOD, true },
        { "20th Century Fox", "BE", "2014-07-01", RIGHTS_VOD, false },
        { "20th Century Fox", "FR", "2014-07-01", RIGHTS_VOD, true },
        { "20th Century Fox", "FR", "2014-07-01", RIGHTS_AVOD, true },
        { "Gaumont", "US", "2014-07-01", RIGHTS_SVOD, false },
        { "Gaumont", "FR", "2014-07-01", RIGHTS_SVOD, true },
        { "Path\303\251", "FR", "2019-07-01", RIGHTS_SVOD, false }, /* no deal: by avails alone */
        { NULL, "FR", "2019-07-01", RIGHTS_SVOD, false },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(holds(blocks, n, RIGHTS_BLOCK_DEAL_TERM, rows[i].licence, rows[i].studio,
                               rows[i].territory, rows[i].date),
                         rows[i].held);
    assert_string_equal(blocks[0].source,
                        "outside what is granted by deal \"Fox 2013\" with 20th Century Fox "
                        "(2013-01-01 to 2014-12-31); deal \"Fox 2013\" with 20th century fox "
                        "(2014-07-01 and on)");
    /* a deal of one day grants that day */
    deals[0].until = deals[0].from;
    assert_int_equal(deal_blocks(arena, deals, 1, "t1", &blocks, &n), OK);
    for (int i = 0; i < 3; i++) {
        static const char *const days[] = { "2012-12-31", "2013-01-01", "2013-01-02" };
        assert_int_equal(holds(blocks, n, RIGHTS_BLOCK_DEAL_TERM, RIGHTS_SVOD, "20th Century Fox",
                               "FR", days[i]),
                         i != 1);
    }
    /* a title that no deal of its studio names may be under one that was not entered */
    assert_int_equal(deal_blocks(arena, deals, 3, "t3", &blocks, &n), OK);
    assert_int_equal(n, 0);
    /* everywhere, for ever, every way: nothing is outside */
    deals[0].is_open_ended = true;
    deals[0].from = civil_day_of(1, 1, 1);
    deals[0].where = where("ZZ");
    deals[0].media = 255;
    assert_int_equal(deal_blocks(arena, deals, 1, "t1", &blocks, &n), OK);
    assert_int_equal(n, 1);
    assert_int_equal(blocks[0].until.day.days, deals[0].from.days - 1);
    assert_int_equal(blocks[0].licences, 0x3f);
    arena_destroy(&arena);
}

static void what_we_granted_to_one_alone_is_not_ours_meanwhile(void **state)
{
    (void)state;
    struct arena *arena = arena_create();
    static const char *only_t1[] = { "t1" };
    struct deal d = good_deal();
    struct rights_block *blocks;
    size_t n;
    d.direction = DEAL_BY_US;
    d.party = "Canal";
    d.exclusive_media = DEAL_SVOD;
    d.titles = only_t1;
    d.n_titles = 1;
    assert_int_equal(deal_blocks(arena, &d, 1, "t1", &blocks, &n), OK);
    assert_int_equal(n, 1);
    assert_string_equal(blocks[0].source, "granted for them alone by deal \"Fox 2013\" with Canal");
    assert_true(holds(blocks, n, RIGHTS_BLOCK_GRANTED, RIGHTS_SVOD, NULL, "FR", "2013-01-01"));
    assert_true(holds(blocks, n, RIGHTS_BLOCK_GRANTED, RIGHTS_SVOD, "Fox", "FR", "2014-12-31"));
    assert_false(holds(blocks, n, RIGHTS_BLOCK_GRANTED, RIGHTS_SVOD, NULL, "FR", "2015-01-01"));
    assert_false(holds(blocks, n, RIGHTS_BLOCK_GRANTED, RIGHTS_VOD, NULL, "FR", "2014-01-01"));
    assert_false(holds(blocks, n, RIGHTS_BLOCK_GRANTED, RIGHTS_SVOD, NULL, "DE", "2014-01-01"));
    assert_int_equal(deal_blocks(arena, &d, 1, "t2", &blocks, &n), OK);
    assert_int_equal(n, 0);
    d.n_titles = 0; /* all that is ours: nobody else's */
    d.is_open_ended = true;
    assert_int_equal(deal_blocks(arena, &d, 1, "t2", &blocks, &n), OK);
    assert_true(holds(blocks, n, RIGHTS_BLOCK_GRANTED, RIGHTS_SVOD, NULL, "FR", "2019-01-01"));
    assert_false(holds(blocks, n, RIGHTS_BLOCK_GRANTED, RIGHTS_SVOD, "Fox", "FR", "2014-01-01"));
    d.exclusive_media = DEAL_FREE_TV; /* television is not what we do */
    assert_int_equal(deal_blocks(arena, &d, 1, "t2", &blocks, &n), OK);
    assert_int_equal(n, 0);
    arena_destroy(&arena);
}

static void many_deals_on_one_title_reach_a_ceiling(void **state)
{
    (void)state;
    struct arena *arena = arena_create();
    enum { MANY = 90 };
    struct deal *deals = ARENA_ARRAY(arena, struct deal, MANY);
    struct rights_block *blocks;
    size_t n;
    for (int i = 0; i < 50; i++)
        holdbacks[i] = good_holdback();
    for (int i = 0; i < MANY; i++) {
        deals[i] = good_deal();
        deals[i].holdbacks = holdbacks;
        deals[i].n_holdbacks = 50;
    }
    assert_int_equal(deal_blocks(arena, deals, MANY, "t1", &blocks, &n), ERR_FULL);
    assert_int_equal(deal_blocks(arena, deals, 80, "t1", &blocks, &n), OK);
    arena_destroy(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(media_are_read_and_said_again),
        cmocka_unit_test(directions_have_names),
        cmocka_unit_test(a_deal_that_cannot_be_meant_is_refused_by_field),
        cmocka_unit_test(a_deal_may_be_all_that_a_deal_can_be),
        cmocka_unit_test(what_a_studio_keeps_for_others_holds_its_own_rights_back),
        cmocka_unit_test(outside_its_deals_a_studios_right_opens_nothing),
        cmocka_unit_test(what_we_granted_to_one_alone_is_not_ours_meanwhile),
        cmocka_unit_test(many_deals_on_one_title_reach_a_ceiling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
