#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/money.h"
#include "base/text.h"
#include "rules/territory/rating.h"
#include "rules/territory/territory.h"

static void only_the_drawn_moves_are_allowed(void **state)
{
    (void)state;
    /* rows: from; columns: planned, held, ready, open, closed */
    static const bool drawn[TERRITORY_STATES][TERRITORY_STATES] = {
        { false, true, true, false, false },  { true, false, true, false, false },
        { true, false, false, true, false },  { false, false, false, false, true },
        { false, false, true, false, false },
    };
    for (int from = 0; from < TERRITORY_STATES; from++) {
        for (int to = 0; to < TERRITORY_STATES; to++)
            assert_int_equal(
                territory_may_move((enum territory_state)from, (enum territory_state)to),
                drawn[from][to]);
    }
}

static void the_state_changes_at_the_microsecond_of_its_row(void **state)
{
    (void)state;
    static const struct territory_change changes[] = {
        { TERRITORY_READY, { 100 }, NULL },
        { TERRITORY_OPEN, { 200 }, NULL },
        { TERRITORY_CLOSED, { 300 }, NULL },
    };
    static const struct {
        int64_t at;
        enum territory_state state;
    } rows[] = { { 0, TERRITORY_PLANNED },  { 99, TERRITORY_PLANNED },
                 { 100, TERRITORY_READY },  { 199, TERRITORY_READY },
                 { 200, TERRITORY_OPEN },   { 299, TERRITORY_OPEN },
                 { 300, TERRITORY_CLOSED }, { INT64_MAX, TERRITORY_CLOSED } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(territory_state_at(changes, 3, (utc_time){ rows[i].at }), rows[i].state);
    assert_int_equal(territory_state_at(NULL, 0, (utc_time){ 5 }), TERRITORY_PLANNED);
}

static void a_change_fits_between_what_is_before_and_what_is_planned_after(void **state)
{
    (void)state;
    static const struct territory_change life[] = {
        { TERRITORY_READY, { 100 }, NULL },
        { TERRITORY_OPEN, { 200 }, NULL },
    };
    static const struct {
        enum territory_state to;
        int64_t at;
        enum err err;
    } rows[] = {
        { TERRITORY_CLOSED, 300, OK },        { TERRITORY_OPEN, 300, ERR_STATE },
        { TERRITORY_CLOSED, 150, ERR_STATE }, { TERRITORY_PLANNED, 150, ERR_STATE },
        { TERRITORY_HELD, 50, OK },           { TERRITORY_PLANNED, 50, ERR_STATE },
        { TERRITORY_CLOSED, 200, ERR_STATE }, { TERRITORY_READY, 100, ERR_STATE },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct territory_change next = { rows[i].to, { rows[i].at }, NULL };
        assert_int_equal(territory_change_allowed(life, 2, &next), rows[i].err);
    }
    struct territory_change first = { TERRITORY_OPEN, { 1 }, NULL };
    assert_int_equal(territory_change_allowed(NULL, 0, &first), ERR_STATE);
}

static void every_list_of_a_country_can_be_used(const struct territory_facts *facts)
{
    char item[64];
    for (const char *at = facts->zones; *at != 0;) {
        size_t n = strcspn(at, ",");
        assert_true(n > 0 && n < sizeof item);
        memcpy(item, at, n);
        item[n] = 0;
        if (zone_named(item) == NULL)
            fail_msg("%s: no zone %s", facts->code, item);
        at += n + (at[n] == ',');
    }
    for (const char *at = facts->languages; *at != 0;) {
        size_t n = strcspn(at, ",");
        assert_true(text_is_language(at, n));
        at += n + (at[n] == ',');
    }
    for (const char *at = facts->ratings; *at != 0;) {
        size_t n = strcspn(at, ",");
        assert_true(n < sizeof item);
        memcpy(item, at, n);
        item[n] = 0;
        if (!rating_system_is_known(item))
            fail_msg("%s: no rating system %s", facts->code, item);
        at += n + (at[n] == ',');
    }
}

static void every_country_has_facts_that_can_be_used(void **state)
{
    (void)state;
    size_t n, european = 0, eu = 0;
    const struct territory_facts *all = territory_facts_all(&n);
    assert_int_equal(n, 249);
    for (size_t i = 0; i < n; i++) {
        assert_true(text_is_territory(all[i].code, 2));
        assert_ptr_equal(territory_facts(all[i].code), &all[i]);
        assert_true(i == 0 || strcmp(all[i - 1].code, all[i].code) < 0);
        if (currency_digits(all[i].currency) < 0)
            fail_msg("%s: no currency %s", all[i].code, all[i].currency);
        assert_true(all[i].name_en[0] != 0 && all[i].name_fr[0] != 0 && all[i].languages[0] != 0);
        every_list_of_a_country_can_be_used(&all[i]);
        assert_true(!all[i].in_eu || all[i].in_eea);
        assert_true(!all[i].in_eea || all[i].is_european);
        european += all[i].is_european;
        eu += all[i].in_eu;
    }
    assert_int_equal(eu, 27 + 7); /* members, and parts of theirs that have codes */
    assert_true(european > eu);
    assert_null(territory_facts("ZZ"));
    assert_null(territory_facts("fr"));
    assert_null(territory_facts(""));
    assert_null(territory_facts("FRA"));
    assert_null(territory_facts(NULL));
}

static void what_is_known_stands_in_for_what_is_not_set(void **state)
{
    (void)state;
    static const struct {
        const char *code, *zone, *currency;
    } rows[] = { { "US", "America/New_York", "USD" }, { "CA", "America/Toronto", "CAD" },
                 { "ES", "Europe/Madrid", "EUR" },    { "FR", "Europe/Paris", "EUR" },
                 { "RU", "Europe/Moscow", "RUB" },    { "BR", "America/Sao_Paulo", "BRL" },
                 { "AU", "Australia/Sydney", "AUD" }, { "JP", "Asia/Tokyo", "JPY" } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct territory t = { 0 };
        memcpy(t.code, rows[i].code, 3);
        assert_string_equal(zone_name(territory_zone(&t)), rows[i].zone);
        assert_string_equal(territory_currency(&t), rows[i].currency);
    }
    struct territory own = { .code = "ES",
                             .zone = "Atlantic/Canary",
                             .currency = "USD",
                             .languages = "ca",
                             .ratings = "BBFC" };
    assert_string_equal(zone_name(territory_zone(&own)), "Atlantic/Canary");
    assert_string_equal(territory_currency(&own), "USD");
    assert_string_equal(territory_languages(&own), "ca");
    assert_string_equal(territory_ratings(&own), "BBFC");
    struct territory nowhere = { .code = "ZZ" };
    assert_string_equal(zone_name(territory_zone(&nowhere)), "UTC");
    assert_string_equal(territory_currency(&nowhere), "");
}

static void a_member_abroad_sees_the_catalogue_that_roaming_says(void **state)
{
    (void)state;
    static const struct {
        enum territory_roaming roaming;
        const char *home, *place, *seen;
    } rows[] = {
        { TERRITORY_ROAMING_PLACE, "FR", "DE", "DE" },
        { TERRITORY_ROAMING_PLACE, "FR", "FR", "FR" },
        { TERRITORY_ROAMING_PLACE, "FR", "", "FR" },
        { TERRITORY_ROAMING_HOME, "FR", "US", "FR" },
        { TERRITORY_ROAMING_UNION, "FR", "DE", "FR" },
        { TERRITORY_ROAMING_UNION, "FR", "US", "US" },
        { TERRITORY_ROAMING_UNION, "GB", "FR", "FR" },
        { TERRITORY_ROAMING_HOME, "", "US", "US" },
        { TERRITORY_ROAMING_HOME, "", "", "BE" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct territory rules = { .roaming = rows[i].roaming };
        assert_string_equal(territory_of_viewer(&rules, rows[i].home, rows[i].place, "BE"),
                            rows[i].seen);
    }
    assert_string_equal(territory_of_viewer(NULL, "FR", "US", "BE"), "US");
}

static void names_go_there_and_back(void **state)
{
    (void)state;
    for (int i = 0; i < TERRITORY_STATES; i++) {
        enum territory_state back;
        assert_true(territory_state_parse(territory_state_name((enum territory_state)i), &back));
        assert_int_equal(back, i);
    }
    for (int i = 0; i <= TERRITORY_ROAMING_UNION; i++) {
        enum territory_roaming back;
        assert_true(
            territory_roaming_parse(territory_roaming_name((enum territory_roaming)i), &back));
        assert_int_equal(back, i);
    }
    enum territory_state untouched = TERRITORY_OPEN;
    assert_false(territory_state_parse("opened", &untouched));
    assert_int_equal(untouched, TERRITORY_OPEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_drawn_moves_are_allowed),
        cmocka_unit_test(the_state_changes_at_the_microsecond_of_its_row),
        cmocka_unit_test(a_change_fits_between_what_is_before_and_what_is_planned_after),
        cmocka_unit_test(every_country_has_facts_that_can_be_used),
        cmocka_unit_test(what_is_known_stands_in_for_what_is_not_set),
        cmocka_unit_test(a_member_abroad_sees_the_catalogue_that_roaming_says),
        cmocka_unit_test(names_go_there_and_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
