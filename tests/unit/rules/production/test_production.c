/* The life of a production: which states there are, what the deliveries make of them, and what
 * stands in the way of a release. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "rules/production/production.h"
#include "rules/production/production_json.h"

enum { EPISODES = 13 };

static struct delivery deliveries[EPISODES];
static struct production_instalment instalments[2];

static struct production made(void)
{
    struct production p = { .state = PRODUCTION_COMMISSIONED,
                            .studio = "Atelier",
                            .creators = "Ann B, Carl",
                            .episodes = EPISODES,
                            .budget = { 130000000, "EUR" },
                            .n_instalments = 2,
                            .n_deliveries = EPISODES,
                            .instalments = instalments,
                            .deliveries = deliveries };
    for (int i = 0; i < EPISODES; i++)
        deliveries[i] = (struct delivery){ .season = 1, .number = i + 1 };
    instalments[0] = (struct production_instalment){ .name = "on signature", .minor = 30000000 };
    instalments[1] = (struct production_instalment){ .name = "on delivery", .minor = 100000000 };
    return p;
}

static void names_of_states_come_back(void **state)
{
    (void)state;
    for (int i = 0; i < PRODUCTION_STATES; i++) {
        enum production_state back = PRODUCTION_STATES;
        assert_true(production_state_parse(production_state_name((enum production_state)i), &back));
        assert_int_equal(back, i);
    }
    for (int i = 0; i <= DELIVERY_REFUSED; i++) {
        enum delivery_state back = DELIVERY_DUE;
        assert_true(delivery_state_parse(delivery_state_name((enum delivery_state)i), &back));
        assert_int_equal(back, i);
    }
    enum production_state kept = PRODUCTION_READY;
    assert_false(production_state_parse("finished", &kept));
    assert_int_equal(kept, PRODUCTION_READY);
}

static void only_the_moves_that_are_drawn_are_allowed(void **state)
{
    (void)state;
    /* Rows from, columns to, in the order of the states. */
    static const char *const table[PRODUCTION_STATES] = {
        ".ooo..o", "..oo..o", "...o..o", "..o.o.o", "..o..oo", ".......", ".......",
    };
    for (int from = 0; from < PRODUCTION_STATES; from++)
        for (int to = 0; to < PRODUCTION_STATES; to++)
            assert_int_equal(
                production_may_move((enum production_state)from, (enum production_state)to),
                table[from][to] == 'o');
}

static void the_deliveries_say_the_state(void **state)
{
    (void)state;
    struct production p = made();
    assert_int_equal(production_state_of(&p), PRODUCTION_COMMISSIONED);
    p.state = PRODUCTION_IN_PRODUCTION;
    assert_int_equal(production_state_of(&p), PRODUCTION_IN_PRODUCTION);
    deliveries[4].state = DELIVERY_DELIVERED;
    assert_int_equal(production_state_of(&p), PRODUCTION_DELIVERING);
    for (int i = 0; i < EPISODES; i++)
        deliveries[i].state = DELIVERY_DELIVERED;
    assert_int_equal(production_state_of(&p), PRODUCTION_IN_REVIEW);
    for (int i = 0; i < EPISODES - 1; i++)
        deliveries[i].state = DELIVERY_ACCEPTED;
    assert_int_equal(production_state_of(&p), PRODUCTION_IN_REVIEW);
    deliveries[EPISODES - 1].state = DELIVERY_ACCEPTED;
    assert_int_equal(production_state_of(&p), PRODUCTION_READY);
    deliveries[2].state = DELIVERY_REFUSED;
    assert_int_equal(production_state_of(&p), PRODUCTION_DELIVERING);
    p.state = PRODUCTION_CANCELLED;
    assert_int_equal(production_state_of(&p), PRODUCTION_CANCELLED);
}

static void the_first_master_begins_the_delivering_even_when_it_is_refused(void **state)
{
    (void)state;
    struct production p = made();
    deliveries[0].state = DELIVERY_REFUSED;
    assert_int_equal(production_state_of(&p), PRODUCTION_DELIVERING);
    deliveries[0].state = DELIVERY_DUE;
    p.state = PRODUCTION_DELIVERING;
    assert_int_equal(production_state_of(&p), PRODUCTION_DELIVERING);
}

static void a_release_comes_at_its_very_instant(void **state)
{
    (void)state;
    struct production p = made();
    p.state = PRODUCTION_READY;
    p.release.us = 1000;
    assert_int_equal(production_state_at(&p, (utc_time){ 999 }), PRODUCTION_READY);
    assert_int_equal(production_state_at(&p, (utc_time){ 1000 }), PRODUCTION_RELEASED);
    p.release.us = 0;
    assert_int_equal(production_state_at(&p, (utc_time){ 1000 }), PRODUCTION_READY);
    p.state = PRODUCTION_CANCELLED;
    p.release.us = 1000;
    assert_int_equal(production_state_at(&p, (utc_time){ 2000 }), PRODUCTION_CANCELLED);
}

static void a_release_is_held_up_by_every_episode_that_is_not_there(void **state)
{
    (void)state;
    struct arena *arena = arena_create();
    struct production p = made();
    bool encoded[EPISODES];
    const char *why = NULL;
    const utc_time now = { 50 }, at = { 100 };
    for (int i = 0; i < EPISODES; i++) {
        deliveries[i].state = DELIVERY_ACCEPTED;
        encoded[i] = true;
    }
    p.state = PRODUCTION_READY;
    assert_int_equal(production_may_release(arena, &p, encoded, at, now, &why), OK);
    assert_null(why);
    deliveries[2].state = DELIVERY_DUE;
    deliveries[4].state = DELIVERY_REFUSED;
    deliveries[6].state = DELIVERY_DELIVERED;
    encoded[8] = false;
    assert_int_equal(production_may_release(arena, &p, encoded, at, now, &why), ERR_STATE);
    assert_string_equal(why, "season 1 episode 3: no master has been delivered\n"
                             "season 1 episode 5: its master was refused, and no other has come\n"
                             "season 1 episode 7: its master is delivered and not yet accepted\n"
                             "season 1 episode 9: its master is not encoded yet");
    arena_destroy(&arena);
}

static void a_release_cannot_lie_behind_nor_happen_twice(void **state)
{
    (void)state;
    struct arena *arena = arena_create();
    struct production p = made();
    bool encoded[EPISODES];
    const char *why = NULL;
    for (int i = 0; i < EPISODES; i++) {
        deliveries[i].state = DELIVERY_ACCEPTED;
        encoded[i] = true;
    }
    p.state = PRODUCTION_READY;
    const utc_time now = { 5000000 }, before = { 4000000 };
    assert_int_equal(production_may_release(arena, &p, encoded, before, now, &why), ERR_STATE);
    assert_non_null(strstr(why, "1970-01-01T00:00:04Z has passed"));
    p.release = before;
    assert_int_equal(production_may_release(arena, &p, encoded, now, now, &why), ERR_STATE);
    assert_string_equal(why, "it is released already");
    p.release.us = 6000000; /* one that lies ahead can be moved */
    assert_int_equal(production_may_release(arena, &p, encoded, now, now, &why), OK);
    p.state = PRODUCTION_CANCELLED;
    assert_int_equal(production_may_release(arena, &p, encoded, now, now, &why), ERR_STATE);
    assert_string_equal(why, "it was cancelled");
    arena_destroy(&arena);
}

static void refused(const struct production *p, const char *field)
{
    struct production_problem why = { "", "" };
    assert_int_equal(production_validate(p, &why), ERR_ARGUMENT);
    assert_string_equal(why.field, field);
    assert_true(why.text[0] != 0);
}

static void an_order_that_does_not_add_up_is_refused(void **state)
{
    (void)state;
    struct production_problem why;
    struct production p = made();
    assert_int_equal(production_validate(&p, &why), OK);
    instalments[1].minor--;
    assert_int_equal(production_validate(&p, &why), ERR_ARGUMENT);
    assert_string_equal(why.text,
                        "they add up to 1299999.99 EUR, and the budget is 1300000.00 EUR");
    p = made();
    instalments[1].name = "on signature";
    refused(&p, "instalment");
    p = made();
    instalments[0].minor = 0;
    refused(&p, "instalment");
    p = made();
    p.n_instalments = 0;
    assert_int_equal(production_validate(&p, &why), OK);
    instalments[0].minor = INT64_MAX;
    p.n_instalments = 2;
    refused(&p, "instalment");
    p = made();
    memcpy(p.budget.currency, "EUX", 4);
    refused(&p, "currency");
}

static void an_order_that_cannot_be_is_refused(void **state)
{
    (void)state;
    struct production p = made();
    p.studio = "";
    refused(&p, "studio");
    p = made();
    p.creators = "two\nlines";
    refused(&p, "creators");
    p = made();
    p.episodes = PRODUCTION_EPISODES_MAX + 1;
    refused(&p, "episodes");
    p = made();
    p.n_deliveries = EPISODES - 1;
    refused(&p, "episodes");
    p = made();
    deliveries[3].number = 1;
    refused(&p, "episodes");
    p = made();
    p.terms.audio = "fr,,en";
    refused(&p, "audio");
    p = made();
    p.terms.captions = "fr,";
    refused(&p, "captions");
    p = made();
    p.terms.loudness_lufs = 3;
    refused(&p, "loudness");
    p = made();
    p.terms.runtime_seconds_least = 20;
    p.terms.runtime_seconds_most = 10;
    refused(&p, "runtime");
}

static void a_production_is_said_in_json(void **state)
{
    (void)state;
    struct production p = made();
    struct buf out;
    deliveries[0].state = DELIVERY_ACCEPTED;
    deliveries[1].due.days = 2;
    instalments[0].is_paid = true;
    p.terms.audio = "fr,en";
    p.state = PRODUCTION_DELIVERING;
    buf_init(&out, 1 << 20);
    struct json_writer w = json_writer_of(&out);
    json_object(&w, NULL);
    production_json_fields(&p, "La Petite Lanterne", (utc_time){ 3 * UTC_DAY }, &w);
    json_end(&w);
    const char *text = buf_string(&out);
    static const char *const parts[] = {
        "\"name\":\"La Petite Lanterne\"",
        "\"state\":\"delivering\"",
        "\"budget\":{\"amount\":\"1300000.00\",\"currency\":\"EUR\",\"paid\":\"300000.00\"}",
        "\"audio\":[\"fr\",\"en\"]",
        "\"accepted\":1",
        "\"due\":\"1970-01-03\",\"state\":\"due\",\"late\":true",
        "\"state\":\"accepted\",\"late\":false",
    };
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (strstr(text, parts[i]) == NULL)
            fail_msg("%s is not in %s", parts[i], text);
    }
    buf_finish(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_states_come_back),
        cmocka_unit_test(only_the_moves_that_are_drawn_are_allowed),
        cmocka_unit_test(the_deliveries_say_the_state),
        cmocka_unit_test(the_first_master_begins_the_delivering_even_when_it_is_refused),
        cmocka_unit_test(a_release_comes_at_its_very_instant),
        cmocka_unit_test(a_release_is_held_up_by_every_episode_that_is_not_there),
        cmocka_unit_test(a_release_cannot_lie_behind_nor_happen_twice),
        cmocka_unit_test(an_order_that_does_not_add_up_is_refused),
        cmocka_unit_test(an_order_that_cannot_be_is_refused),
        cmocka_unit_test(a_production_is_said_in_json),
    };
    return cmocka_run_group_tests_name("rules/production/production", tests, NULL, NULL);
}
