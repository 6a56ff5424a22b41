#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "service/launch/launch.h"
#include "service/launch/shipped.h"

static struct law *shipped(struct arena *arena, size_t *n)
{
    struct law *all = ARENA_ARRAY(arena, struct law, LAUNCH_LAWS_MAX);
    *n = 0;
    for (size_t i = 0; i < launch_n_shipped; i++) {
        struct launch_laws_problem why;
        struct law *laws;
        size_t n_laws;
        enum err err = launch_laws_read(arena, launch_shipped[i].bytes, launch_shipped[i].size,
                                        &laws, &n_laws, &why);
        if (err != OK)
            fail_msg("%s: %s: %s", launch_shipped[i].name, why.where, why.text);
        memcpy(all + *n, laws, n_laws * sizeof *all);
        *n += n_laws;
    }
    return all;
}

static const struct law *find(const struct law *laws, size_t n, const char *id)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(laws[i].id, id) == 0)
            return &laws[i];
    }
    fail_msg("there is no law %s", id);
    return NULL;
}

static void what_is_shipped_is_sound_and_says_its_source(void **state)
{
    (void)state;
    struct arena *arena = arena_create();
    size_t n;
    const struct law *laws = shipped(arena, &n);
    static const char *const countries[] = { "FR", "EU", "US", "DE", "GB" };
    for (size_t c = 0; c < sizeof countries / sizeof countries[0]; c++) {
        int found = 0;
        for (size_t i = 0; i < n; i++)
            found += strcmp(laws[i].territory, countries[c]) == 0;
        assert_true(found > 0);
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(laws[i].id, laws[k].id);
    }
    arena_destroy(&arena);
}

/* The days on which the rules of France change, one before and one on each. */
static void the_rules_of_france_change_on_their_days(void **state)
{
    (void)state;
    struct arena *arena = arena_create();
    size_t n;
    const struct law *laws = shipped(arena, &n);
    static const struct {
        const char *id, *day;
        bool in_force;
    } rows[] = {
        { "fr-2010-1379-european-films", "2010-12-31", false },
        { "fr-2010-1379-european-films", "2011-01-01", true },
        { "fr-2010-1379-european-films", "2021-06-30", true },
        { "fr-2010-1379-european-films", "2021-07-01", false },
        { "fr-2021-793-28-european-films", "2021-06-30", false },
        { "fr-2021-793-28-european-films", "2021-07-01", true },
        { "fr-chronology-2009-svod", "2013-07-15", true },
        { "fr-chronology-2009-svod", "2019-02-09", true },
        { "fr-chronology-2009-svod", "2019-02-10", false },
        { "fr-chronology-2018-svod", "2019-02-10", true },
        { "fr-chronology-2018-svod", "2022-02-09", true },
        { "fr-chronology-2022-svod", "2022-02-09", false },
        { "fr-chronology-2022-svod", "2022-02-10", true },
        { "fr-chronology-2022-svod", "2025-02-09", true },
        { "fr-chronology-2025-svod", "2025-02-10", true },
        { "fr-chronology-2025-svod", "2028-02-09", true },
        { "fr-chronology-2025-svod", "2028-02-10", false },
        { "eu-2018-1808-13-1", "2020-09-18", false },
        { "eu-2018-1808-13-1", "2020-09-19", true },
        { "fr-csa-2011-category-5", "2011-12-19", false },
        { "fr-csa-2011-category-5", "2011-12-20", true },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        civil_day day;
        assert_int_equal(civil_day_parse(rows[i].day, strlen(rows[i].day), &day), OK);
        if (law_in_force(find(laws, n, rows[i].id), "FR", day) != rows[i].in_force)
            fail_msg("%s on %s", rows[i].id, rows[i].day);
    }
    arena_destroy(&arena);
}

static void the_figures_of_france_are_those_of_its_decrees(void **state)
{
    (void)state;
    struct arena *arena = arena_create();
    size_t n;
    const struct law *laws = shipped(arena, &n);
    static const struct {
        const char *id;
        int permille, threshold, years_from, years_until, months;
    } rows[] = {
        { "fr-2010-1379-european-films-first-years", 500, 20, 0, 3, 0 },
        { "fr-2010-1379-french-series-first-years", 350, 20, 0, 3, 0 },
        { "fr-2010-1379-european-series", 600, 20, 3, 0, 0 },
        { "fr-2010-1379-french-films", 400, 20, 3, 0, 0 },
        { "fr-2021-793-28-european-series", 600, 10, 0, 0, 0 },
        { "fr-2021-793-28-french-films", 400, 10, 0, 0, 0 },
        { "fr-chronology-2009-svod", 0, 0, 0, 0, 36 },
        { "fr-chronology-2009-vod", 0, 0, 0, 0, 4 },
        { "fr-chronology-2022-svod", 0, 0, 0, 0, 17 },
        { "fr-chronology-2025-svod", 0, 0, 0, 0, 17 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct law *law = find(laws, n, rows[i].id);
        assert_int_equal(law->share_permille, rows[i].permille);
        assert_int_equal(law->threshold, rows[i].threshold);
        assert_int_equal(law->years_from, rows[i].years_from);
        assert_int_equal(law->years_until, rows[i].years_until);
        assert_int_equal(law->months, rows[i].months);
        assert_true(law->is_enforced);
    }
    arena_destroy(&arena);
}

static void on_no_day_are_two_laws_on_one_clock(void **state)
{
    (void)state;
    struct arena *arena = arena_create();
    size_t n;
    const struct law *laws = shipped(arena, &n);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < i; k++) {
            const struct law *a = &laws[i], *b = &laws[k];
            if (a->kind != LAW_CHRONOLOGY || b->kind != LAW_CHRONOLOGY ||
                a->licences != b->licences || strcmp(a->territory, b->territory) != 0)
                continue;
            assert_true((!a->is_open_ended && a->until.days < b->from.days) ||
                        (!b->is_open_ended && b->until.days < a->from.days));
        }
    }
    arena_destroy(&arena);
}

/* What is written of a law can be read again, and says the same. */
static void a_law_is_written_as_it_is_read(void **state)
{
    (void)state;
    struct arena *arena = arena_create();
    size_t n;
    const struct law *laws = shipped(arena, &n);
    struct buf first, second;
    buf_init(&first, 1 << 20);
    buf_init(&second, 1 << 20);
    struct buf *outs[] = { &first, &second };
    for (int round = 0; round < 2; round++) {
        struct json_writer w = json_writer_of(outs[round]);
        json_object(&w, NULL);
        json_array(&w, "laws");
        for (size_t i = 0; i < n; i++)
            launch_law_json(&w, NULL, &laws[i]);
        json_end(&w);
        json_end(&w);
        struct launch_laws_problem why;
        struct law *again;
        size_t n_again;
        if (launch_laws_read(arena, outs[round]->data, outs[round]->size, &again, &n_again, &why) !=
            OK)
            fail_msg("%s: %s", why.where, why.text);
        assert_int_equal(n_again, n);
        laws = again;
    }
    assert_int_equal(first.size, second.size);
    assert_memory_equal(first.data, second.data, first.size);
    buf_finish(&first);
    buf_finish(&second);
    arena_destroy(&arena);
}

static void a_file_that_cannot_be_read_says_where(void **state)
{
    (void)state;
#define LAW "\"id\":\"x\",\"territory\":\"FR\",\"source\":\"s\",\"text\":\"t\""
    static const struct {
        const char *json, *where;
    } rows[] = {
        { "", "" },
        { "[]", "" },
        { "{}", "laws" },
        { "{\"laws\":[{}]}", "laws[0].territory" },
        { "{\"laws\":[{" LAW ",\"kind\":\"age\",\"from\":\"2013-02-30\",\"age\":18}]}",
          "laws[0].from" },
        { "{\"laws\":[{" LAW ",\"kind\":\"tax\",\"from\":\"2013-02-28\"}]}", "laws[0].kind" },
        { "{\"laws\":[{" LAW ",\"kind\":\"age\",\"from\":\"2013-02-28\"}]}", "laws[0].age" },
        { "{\"laws\":[{" LAW ",\"kind\":\"age\",\"from\":\"2013-02-28\",\"age\":18,\"x\":1}]}",
          "laws[0].x" },
        { "{\"laws\":[{" LAW ",\"kind\":\"age-hours\",\"from\":\"2013-02-28\",\"age\":16,"
          "\"hours\":[\"22:30\",\"25:00\"]}]}",
          "laws[0].hours" },
        { "{\"laws\":[{" LAW ",\"kind\":\"chronology\",\"from\":\"2013-02-28\",\"months\":4,"
          "\"licences\":[\"TV\"]}]}",
          "laws[0].licences" },
        { "{\"laws\":[{" LAW ",\"kind\":\"age\",\"from\":\"2013-02-28\",\"age\":18},{" LAW
          ",\"kind\":\"age\",\"from\":\"2013-02-28\",\"age\":18}]}",
          "laws" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena = arena_create();
        struct launch_laws_problem why;
        struct law *laws;
        size_t n;
        assert_true(launch_laws_read(arena, rows[i].json, strlen(rows[i].json), &laws, &n, &why) <
                    0);
        assert_string_equal(why.where, rows[i].where);
        assert_true(why.text[0] != 0);
        arena_destroy(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_shipped_is_sound_and_says_its_source),
        cmocka_unit_test(the_rules_of_france_change_on_their_days),
        cmocka_unit_test(the_figures_of_france_are_those_of_its_decrees),
        cmocka_unit_test(on_no_day_are_two_laws_on_one_clock),
        cmocka_unit_test(a_law_is_written_as_it_is_read),
        cmocka_unit_test(a_file_that_cannot_be_read_says_where),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
