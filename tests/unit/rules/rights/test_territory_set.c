#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rules/rights/right.h"

static void a_list_of_territories_is_read_and_said_again(void **state)
{
    (void)state;
    static const struct {
        const char *said, *text;
    } rows[] = {
        { "", "nowhere" },
        { "  ", "nowhere" },
        { "-US", "nowhere" },
        { "FR", "FR" },
        { "fr", "FR" },
        { "FR BE", "BE, FR" },
        { "FR,BE;CH\tFR", "BE, CH, FR" },
        { " FR , BE ", "BE, FR" },
        { "FR -FR", "nowhere" },
        { "-FR FR BE", "BE" },
        { "ZZ", "world" },
        { "world", "world" },
        { "WORLD", "world" },
        { "zz -US -CA", "world without CA, US" },
        { "-US -CA world", "world without CA, US" },
        { "ZZ -ZZ", "nowhere" },
        { "AA", NULL },
        { "UK", NULL },
        { "FRA", NULL },
        { "F", NULL },
        { "FR -", NULL },
        { "ZZZ", NULL },
        { "FR XX", NULL },
        { "1A", NULL },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct territory_set set = { 0 };
        char bad[3] = "", text[64];
        enum err err = territory_set_parse(rows[i].said, &set, bad);
        assert_int_equal(err, rows[i].text != NULL ? OK : ERR_ARGUMENT);
        if (err != OK)
            continue;
        territory_set_text(&set, text, sizeof text);
        assert_string_equal(text, rows[i].text);
    }
}

static void what_is_no_territory_is_named_and_nothing_is_taken(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        { "FR XX", "XX" }, { "Q", "Q" }, { "FRANCE", "FR" }, { "\303\251t", "??" }, { "FR -", "-" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct territory_set set = { 0 };
        char bad[3];
        territory_set_add(&set, "IT");
        assert_int_equal(territory_set_parse(rows[i][0], &set, bad), ERR_ARGUMENT);
        assert_string_equal(bad, rows[i][1]);
        assert_true(territory_set_has(&set, "IT") && !territory_set_has(&set, "FR"));
    }
}

static void a_set_takes_and_gives_back_what_is_two_capitals(void **state)
{
    (void)state;
    static const char *const not_codes[] = { "", "F", "fr", "FRA", "F1", "[F", "F[", "@A", "A@" };
    struct territory_set set = { 0 };
    for (size_t i = 0; i < sizeof not_codes / sizeof not_codes[0]; i++) {
        territory_set_add(&set, not_codes[i]);
        assert_true(territory_set_is_empty(&set));
        assert_false(territory_set_has(&set, not_codes[i]));
    }
    territory_set_add(&set, "AA"); /* the first and the last that can be written */
    territory_set_add(&set, "ZZ");
    assert_true(territory_set_has(&set, "AA") && territory_set_has(&set, "ZZ"));
    assert_false(territory_set_has(&set, "AB") || territory_set_has(&set, "ZY"));
    territory_set_remove(&set, "AA");
    territory_set_remove(&set, "aa");
    assert_false(territory_set_has(&set, "AA"));
    assert_false(territory_set_is_empty(&set));
    territory_set_remove(&set, "ZZ");
    assert_true(territory_set_is_empty(&set));
}

static void two_sets_meet_in_what_both_hold(void **state)
{
    (void)state;
    struct territory_set a, b, world;
    char bad[3];
    assert_int_equal(territory_set_parse("FR BE", &a, bad), OK);
    assert_int_equal(territory_set_parse("US BE", &b, bad), OK);
    territory_set_world(&world);
    assert_true(territory_sets_meet(&a, &b) && territory_sets_meet(&world, &a));
    territory_set_take(&a, &b);
    assert_true(territory_set_has(&a, "FR") && !territory_set_has(&a, "BE"));
    assert_false(territory_sets_meet(&a, &b));
    territory_set_join(&a, &b);
    assert_true(territory_set_has(&a, "US") && territory_set_has(&a, "FR"));
    assert_false(territory_set_has(&world, "UK") || territory_set_has(&world, "ZZ"));
    assert_true(territory_set_has(&world, "GB") && territory_set_has(&world, "AD"));
}

static void a_long_list_is_cut_where_a_code_ends(void **state)
{
    (void)state;
    struct territory_set set;
    char bad[3], text[32];
    assert_int_equal(territory_set_parse("AT BE BG CH DE DK EE ES FI FR", &set, bad), OK);
    static const struct {
        size_t room;
        const char *text;
    } rows[] = {
        { 1, "" },
        { 5, "" },
        { 6, ", ..." },
        { 8, "AT, ..." },
        { 12, "AT, BE, ..." },
        { 13, "AT, BE, ..." },
        { 31, "AT, BE, BG, CH, DE, DK, ..." },
        { 32, "AT, BE, BG, CH, DE, DK, EE, ..." },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        memset(text, '#', sizeof text);
        territory_set_text(&set, text, rows[i].room);
        assert_string_equal(text, rows[i].text);
    }
    text[0] = '#';
    territory_set_text(&set, text, 0);
    assert_int_equal(text[0], '#');
}

static void every_name_leads_back_to_what_it_names(void **state)
{
    (void)state;
    for (unsigned i = 0; i < RIGHTS_EVENTS; i++) {
        enum rights_event got;
        assert_true(rights_event_parse(rights_event_name((enum rights_event)i), &got));
        assert_int_equal(got, i);
    }
    for (unsigned i = 0; i < RIGHTS_LICENCES; i++) {
        enum rights_licence got;
        assert_true(rights_licence_parse(rights_licence_name((enum rights_licence)i), &got));
        assert_int_equal(got, i);
    }
    for (unsigned i = RIGHTS_SD; i <= RIGHTS_UHD; i++) {
        enum rights_format got;
        assert_true(rights_format_parse(rights_format_name((enum rights_format)i), &got));
        assert_int_equal(got, i);
    }
    for (unsigned i = RIGHTS_STATUS_PENDING; i <= RIGHTS_STATUS_EXPIRED; i++) {
        enum rights_status got;
        assert_true(rights_status_parse(rights_status_name((enum rights_status)i), &got));
        assert_int_equal(got, i);
    }
    enum rights_status status = RIGHTS_STATUS_REVOKED;
    enum rights_licence licence = RIGHTS_EST;
    assert_false(rights_status_parse("", &status));
    assert_false(rights_status_parse("gone", &status));
    assert_int_equal(status, RIGHTS_STATUS_REVOKED);
    assert_true(rights_licence_parse("svod", &licence));
    assert_int_equal(licence, RIGHTS_SVOD);
    assert_false(rights_licence_parse("FVOD", &licence));
    assert_string_equal(rights_status_name(RIGHTS_STATUS_UNSAID), "");
    assert_int_equal(rights_format_lines(RIGHTS_SD), 576);
    assert_int_equal(rights_format_lines(RIGHTS_HD), 1080);
    assert_int_equal(rights_format_lines(RIGHTS_UHD), 2160);
    assert_string_equal(rights_block_kind_name(RIGHTS_BLOCK_DEAL_TERM), "deal-term");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_of_territories_is_read_and_said_again),
        cmocka_unit_test(what_is_no_territory_is_named_and_nothing_is_taken),
        cmocka_unit_test(a_set_takes_and_gives_back_what_is_two_capitals),
        cmocka_unit_test(two_sets_meet_in_what_both_hold),
        cmocka_unit_test(a_long_list_is_cut_where_a_code_ends),
        cmocka_unit_test(every_name_leads_back_to_what_it_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
