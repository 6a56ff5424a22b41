#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "rules/partners/subscription.h"

enum { HOUR = 3600 };

static utc_time at(int64_t seconds)
{
    return (utc_time){ (INT64_C(1790000000) + seconds) * UTC_SECOND };
}

static const member_id one = { "aaaaaaaaaaaaaaaaaaaaaaaaaa" };

static struct partner_change call(const struct partner_subscription *s, enum partner_call what,
                                  int64_t seconds)
{
    struct partner_order order = {
        .call = what, .now = at(seconds), .bundle = "other", .member = one
    };
    return partner_apply(s, &order);
}

static struct partner_subscription ordered(void)
{
    struct partner_subscription s = { .id = { "bbbbbbbbbbbbbbbbbbbbbbbbbb" },
                                      .account = "A-1",
                                      .bundle = "triple" };
    return partner_subscription_of(&s, false, at(0));
}

/* One in each state, seen at 100 hours: whether it was activated in `state` is in is_activated. */
static struct partner_subscription in_state(enum partner_state state, bool is_activated)
{
    struct partner_subscription s = ordered();
    int64_t token = state == PARTNER_EXPIRED ? 0 : 90 * HOUR;
    if (is_activated || state == PARTNER_ACTIVE)
        s = call(&s, PARTNER_ACTIVATE, HOUR).after;
    if (state != PARTNER_ORDERED)
        s = call(&s, PARTNER_TOKEN, token).after;
    if (state == PARTNER_LINKED || state == PARTNER_ACTIVE || state == PARTNER_SUSPENDED)
        s = call(&s, PARTNER_LINK, 95 * HOUR).after;
    if (state == PARTNER_SUSPENDED)
        s = call(&s, PARTNER_SUSPEND, 96 * HOUR).after;
    if (state == PARTNER_ENDED)
        s = call(&s, PARTNER_CANCEL, 96 * HOUR).after;
    assert_int_equal(partner_state_at(&s, at(100 * HOUR)), state);
    return s;
}

#define D PARTNER_DONE
#define S PARTNER_IS_SO
#define R PARTNER_REFUSED
static const struct {
    enum partner_state state;
    enum partner_call call;
    enum partner_outcome outcome;
    const char *reason;
    enum partner_state after;
} rows[] = {
    { PARTNER_ORDERED, PARTNER_TOKEN, D, "", PARTNER_TOKEN_ISSUED },
    { PARTNER_ORDERED, PARTNER_ACTIVATE, D, "", PARTNER_ORDERED },
    { PARTNER_ORDERED, PARTNER_BUNDLE, D, "", PARTNER_ORDERED },
    { PARTNER_ORDERED, PARTNER_SUSPEND, D, "", PARTNER_SUSPENDED },
    { PARTNER_ORDERED, PARTNER_RESUME, S, "", PARTNER_ORDERED },
    { PARTNER_ORDERED, PARTNER_CANCEL, D, "", PARTNER_ENDED },
    { PARTNER_ORDERED, PARTNER_LINK, R, "token", PARTNER_ORDERED },
    { PARTNER_ORDERED, PARTNER_GONE, S, "", PARTNER_ORDERED },
    { PARTNER_ORDERED, PARTNER_END, S, "", PARTNER_ORDERED },
    { PARTNER_TOKEN_ISSUED, PARTNER_TOKEN, D, "", PARTNER_TOKEN_ISSUED },
    { PARTNER_TOKEN_ISSUED, PARTNER_ACTIVATE, D, "", PARTNER_TOKEN_ISSUED },
    { PARTNER_TOKEN_ISSUED, PARTNER_BUNDLE, D, "", PARTNER_TOKEN_ISSUED },
    { PARTNER_TOKEN_ISSUED, PARTNER_SUSPEND, D, "", PARTNER_SUSPENDED },
    { PARTNER_TOKEN_ISSUED, PARTNER_RESUME, S, "", PARTNER_TOKEN_ISSUED },
    { PARTNER_TOKEN_ISSUED, PARTNER_CANCEL, D, "", PARTNER_ENDED },
    { PARTNER_TOKEN_ISSUED, PARTNER_LINK, D, "", PARTNER_LINKED },
    { PARTNER_TOKEN_ISSUED, PARTNER_GONE, S, "", PARTNER_TOKEN_ISSUED },
    { PARTNER_TOKEN_ISSUED, PARTNER_END, S, "", PARTNER_TOKEN_ISSUED },
    { PARTNER_EXPIRED, PARTNER_TOKEN, D, "", PARTNER_TOKEN_ISSUED },
    { PARTNER_EXPIRED, PARTNER_ACTIVATE, D, "", PARTNER_EXPIRED },
    { PARTNER_EXPIRED, PARTNER_BUNDLE, D, "", PARTNER_EXPIRED },
    { PARTNER_EXPIRED, PARTNER_SUSPEND, D, "", PARTNER_SUSPENDED },
    { PARTNER_EXPIRED, PARTNER_RESUME, S, "", PARTNER_EXPIRED },
    { PARTNER_EXPIRED, PARTNER_CANCEL, D, "", PARTNER_ENDED },
    { PARTNER_EXPIRED, PARTNER_LINK, R, "token", PARTNER_EXPIRED },
    { PARTNER_EXPIRED, PARTNER_GONE, S, "", PARTNER_EXPIRED },
    { PARTNER_EXPIRED, PARTNER_END, S, "", PARTNER_EXPIRED },
    { PARTNER_LINKED, PARTNER_TOKEN, R, "linked", PARTNER_LINKED },
    { PARTNER_LINKED, PARTNER_ACTIVATE, D, "", PARTNER_ACTIVE },
    { PARTNER_LINKED, PARTNER_BUNDLE, D, "", PARTNER_LINKED },
    { PARTNER_LINKED, PARTNER_SUSPEND, D, "", PARTNER_SUSPENDED },
    { PARTNER_LINKED, PARTNER_RESUME, S, "", PARTNER_LINKED },
    { PARTNER_LINKED, PARTNER_CANCEL, D, "", PARTNER_ENDED },
    { PARTNER_LINKED, PARTNER_LINK, R, "token", PARTNER_LINKED },
    { PARTNER_LINKED, PARTNER_GONE, D, "", PARTNER_ORDERED },
    { PARTNER_LINKED, PARTNER_END, S, "", PARTNER_LINKED },
    { PARTNER_ACTIVE, PARTNER_TOKEN, R, "linked", PARTNER_ACTIVE },
    { PARTNER_ACTIVE, PARTNER_ACTIVATE, S, "", PARTNER_ACTIVE },
    { PARTNER_ACTIVE, PARTNER_BUNDLE, D, "", PARTNER_ACTIVE },
    { PARTNER_ACTIVE, PARTNER_SUSPEND, D, "", PARTNER_SUSPENDED },
    { PARTNER_ACTIVE, PARTNER_RESUME, S, "", PARTNER_ACTIVE },
    { PARTNER_ACTIVE, PARTNER_CANCEL, D, "", PARTNER_ENDED },
    { PARTNER_ACTIVE, PARTNER_LINK, R, "token", PARTNER_ACTIVE },
    { PARTNER_ACTIVE, PARTNER_GONE, D, "", PARTNER_ORDERED },
    { PARTNER_ACTIVE, PARTNER_END, S, "", PARTNER_ACTIVE },
    { PARTNER_SUSPENDED, PARTNER_TOKEN, R, "suspended", PARTNER_SUSPENDED },
    { PARTNER_SUSPENDED, PARTNER_ACTIVATE, R, "suspended", PARTNER_SUSPENDED },
    { PARTNER_SUSPENDED, PARTNER_BUNDLE, D, "", PARTNER_SUSPENDED },
    { PARTNER_SUSPENDED, PARTNER_SUSPEND, S, "", PARTNER_SUSPENDED },
    { PARTNER_SUSPENDED, PARTNER_RESUME, D, "", PARTNER_LINKED },
    { PARTNER_SUSPENDED, PARTNER_CANCEL, D, "", PARTNER_ENDED },
    { PARTNER_SUSPENDED, PARTNER_LINK, R, "suspended", PARTNER_SUSPENDED },
    { PARTNER_SUSPENDED, PARTNER_GONE, D, "", PARTNER_SUSPENDED },
    { PARTNER_SUSPENDED, PARTNER_END, S, "", PARTNER_SUSPENDED },
    { PARTNER_ENDED, PARTNER_TOKEN, R, "ended", PARTNER_ENDED },
    { PARTNER_ENDED, PARTNER_ACTIVATE, R, "ended", PARTNER_ENDED },
    { PARTNER_ENDED, PARTNER_BUNDLE, R, "ended", PARTNER_ENDED },
    { PARTNER_ENDED, PARTNER_SUSPEND, R, "ended", PARTNER_ENDED },
    { PARTNER_ENDED, PARTNER_RESUME, R, "ended", PARTNER_ENDED },
    { PARTNER_ENDED, PARTNER_CANCEL, S, "", PARTNER_ENDED },
    { PARTNER_ENDED, PARTNER_LINK, R, "token", PARTNER_ENDED },
    { PARTNER_ENDED, PARTNER_GONE, S, "", PARTNER_ENDED },
    { PARTNER_ENDED, PARTNER_END, S, "", PARTNER_ENDED },
};

static void every_call_in_every_state_is_decided(void **state)
{
    (void)state;
    bool seen[PARTNER_STATE_COUNT][PARTNER_CALL_COUNT] = { 0 };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct partner_subscription before = in_state(rows[i].state, false);
        struct partner_change c = call(&before, rows[i].call, 100 * HOUR);
        assert_int_equal(c.outcome, rows[i].outcome);
        assert_string_equal(partner_reason_name(c.reason), rows[i].reason);
        assert_int_equal(partner_state_at(&c.after, at(100 * HOUR)), rows[i].after);
        assert_int_equal(c.after.version, before.version + (c.outcome == PARTNER_DONE));
        if (c.outcome != PARTNER_DONE)
            assert_memory_equal(&c.after, &before, sizeof before);
        seen[rows[i].state][rows[i].call] = true;
    }
    for (unsigned s = 0; s < PARTNER_STATE_COUNT; s++)
        for (unsigned k = PARTNER_TOKEN; k < PARTNER_CALL_COUNT; k++)
            assert_true(seen[s][k]);
}

static void the_same_call_again_changes_nothing(void **state)
{
    (void)state;
    static const enum partner_call calls[] = { PARTNER_ACTIVATE, PARTNER_BUNDLE, PARTNER_SUSPEND,
                                               PARTNER_RESUME,   PARTNER_CANCEL, PARTNER_GONE };
    for (unsigned s = 0; s < PARTNER_STATE_COUNT; s++) {
        for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
            struct partner_subscription before = in_state((enum partner_state)s, false);
            struct partner_change once = call(&before, calls[i], 100 * HOUR);
            struct partner_change twice = call(&once.after, calls[i], 100 * HOUR);
            assert_int_not_equal(twice.outcome, PARTNER_DONE);
            assert_memory_equal(&twice.after, &once.after, sizeof once.after);
        }
    }
}

static void a_token_opens_until_just_before_24_hours_are_over(void **state)
{
    (void)state;
    struct partner_subscription s = ordered();
    s = call(&s, PARTNER_TOKEN, 0).after;
    assert_int_equal(call(&s, PARTNER_LINK, 24 * HOUR - 1).outcome, PARTNER_DONE);
    assert_int_equal(call(&s, PARTNER_LINK, 24 * HOUR).outcome, PARTNER_REFUSED);
    assert_int_equal(partner_state_at(&s, at(24 * HOUR)), PARTNER_EXPIRED);
}

static void a_token_opens_once(void **state)
{
    (void)state;
    struct partner_subscription s = ordered();
    s = call(&s, PARTNER_TOKEN, 0).after;
    struct partner_change first = call(&s, PARTNER_LINK, HOUR);
    assert_true(first.forgets_token);
    assert_int_equal(call(&first.after, PARTNER_LINK, HOUR).outcome, PARTNER_REFUSED);
}

static void the_partner_pays_from_the_later_of_link_and_activation(void **state)
{
    (void)state;
    struct partner_subscription s = ordered();
    s = call(&s, PARTNER_TOKEN, 0).after;
    struct partner_change linked = call(&s, PARTNER_LINK, HOUR);
    assert_int_equal(linked.effect, PARTNER_NOTHING);
    assert_int_equal(call(&linked.after, PARTNER_ACTIVATE, 2 * HOUR).effect, PARTNER_TURNS_ON);
    struct partner_change activated = call(&s, PARTNER_ACTIVATE, HOUR);
    assert_int_equal(activated.effect, PARTNER_NOTHING);
    struct partner_change both = call(&activated.after, PARTNER_LINK, 2 * HOUR);
    assert_int_equal(both.effect, PARTNER_TURNS_ON);
    assert_string_equal(both.member.s, one.s);
    assert_int_equal(partner_state_since(&both.after, at(3 * HOUR)).us, at(2 * HOUR).us);
}

static void suspending_turns_off_and_resuming_on(void **state)
{
    (void)state;
    struct partner_subscription s = in_state(PARTNER_ACTIVE, true);
    struct partner_change off = call(&s, PARTNER_SUSPEND, 100 * HOUR);
    assert_int_equal(off.effect, PARTNER_TURNS_OFF);
    assert_false(off.after.is_on);
    assert_int_equal(call(&off.after, PARTNER_BUNDLE, 100 * HOUR).effect, PARTNER_NOTHING);
    assert_int_equal(call(&off.after, PARTNER_CANCEL, 100 * HOUR).effect, PARTNER_NOTHING);
    assert_int_equal(call(&off.after, PARTNER_RESUME, 101 * HOUR).effect, PARTNER_TURNS_ON);
}

static void another_bundle_is_another_plan_only_while_it_runs(void **state)
{
    (void)state;
    struct partner_subscription s = in_state(PARTNER_ACTIVE, true);
    assert_int_equal(call(&s, PARTNER_BUNDLE, 100 * HOUR).effect, PARTNER_OTHER_PLAN);
    s = in_state(PARTNER_LINKED, false);
    assert_int_equal(call(&s, PARTNER_BUNDLE, 100 * HOUR).effect, PARTNER_NOTHING);
}

static void an_end_on_a_day_comes_by_the_clock_and_is_carried_out_once(void **state)
{
    (void)state;
    struct partner_subscription s = in_state(PARTNER_ACTIVE, true);
    struct partner_order cancel = { .call = PARTNER_CANCEL,
                                    .now = at(100 * HOUR),
                                    .ends = at(200 * HOUR) };
    struct partner_change c = partner_apply(&s, &cancel);
    assert_int_equal(c.outcome, PARTNER_DONE);
    assert_int_equal(c.effect, PARTNER_NOTHING);
    assert_int_equal(partner_apply(&c.after, &cancel).outcome, PARTNER_IS_SO);
    assert_int_equal(partner_state_at(&c.after, at(200 * HOUR - 1)), PARTNER_ACTIVE);
    assert_int_equal(partner_state_at(&c.after, at(200 * HOUR)), PARTNER_ENDED);
    assert_int_equal(call(&c.after, PARTNER_END, 199 * HOUR).outcome, PARTNER_IS_SO);
    struct partner_change end = call(&c.after, PARTNER_END, 201 * HOUR);
    assert_int_equal(end.effect, PARTNER_TURNS_OFF);
    assert_int_equal(call(&end.after, PARTNER_END, 202 * HOUR).outcome, PARTNER_IS_SO);
    assert_int_equal(call(&c.after, PARTNER_RESUME, 150 * HOUR).outcome, PARTNER_DONE);
    struct partner_subscription kept = call(&c.after, PARTNER_RESUME, 150 * HOUR).after;
    assert_int_equal(partner_state_at(&kept, at(300 * HOUR)), PARTNER_ACTIVE);
}

static void whoever_deleted_the_account_leaves_an_order(void **state)
{
    (void)state;
    struct partner_subscription s = in_state(PARTNER_ACTIVE, true);
    memset(&s.member, 0, sizeof s.member); /* as the store has it then */
    struct partner_change c = call(&s, PARTNER_GONE, 100 * HOUR);
    assert_int_equal(c.outcome, PARTNER_DONE);
    assert_int_equal(c.effect, PARTNER_TURNS_OFF);
    assert_int_equal(c.member.s[0], 0);
    assert_int_equal(partner_state_at(&c.after, at(100 * HOUR)), PARTNER_ORDERED);
    assert_int_equal(call(&c.after, PARTNER_TOKEN, 101 * HOUR).outcome, PARTNER_DONE);
}

static void names_are_read_back(void **state)
{
    (void)state;
    enum partner_state s;
    enum partner_call c;
    for (unsigned i = 0; i < PARTNER_STATE_COUNT; i++) {
        assert_true(partner_state_parse(partner_state_name((enum partner_state)i), &s));
        assert_int_equal(s, i);
    }
    for (unsigned i = 0; i < PARTNER_CALL_COUNT; i++) {
        assert_true(partner_call_parse(partner_call_name((enum partner_call)i), &c));
        assert_int_equal(c, i);
    }
    assert_false(partner_state_parse("running", &s));
}

static void history_tells_what_was_so_at_an_instant(void **state)
{
    (void)state;
    struct partner_event events[3] = { { .at = at(0) }, { .at = at(10) }, { .at = at(10) } };
    events[0].after.version = 1;
    events[1].after.version = 2;
    events[2].after.version = 3;
    assert_null(partner_history_at(events, 3, at(-1)));
    assert_int_equal(partner_history_at(events, 3, at(9))->version, 1);
    assert_int_equal(partner_history_at(events, 3, at(10))->version, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_call_in_every_state_is_decided),
        cmocka_unit_test(the_same_call_again_changes_nothing),
        cmocka_unit_test(a_token_opens_until_just_before_24_hours_are_over),
        cmocka_unit_test(a_token_opens_once),
        cmocka_unit_test(the_partner_pays_from_the_later_of_link_and_activation),
        cmocka_unit_test(suspending_turns_off_and_resuming_on),
        cmocka_unit_test(another_bundle_is_another_plan_only_while_it_runs),
        cmocka_unit_test(an_end_on_a_day_comes_by_the_clock_and_is_carried_out_once),
        cmocka_unit_test(whoever_deleted_the_account_leaves_an_order),
        cmocka_unit_test(names_are_read_back),
        cmocka_unit_test(history_tells_what_was_so_at_an_instant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
