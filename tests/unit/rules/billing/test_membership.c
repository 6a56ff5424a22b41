#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "life.h"

enum { BASIC, STANDARD, PREMIUM, FREE };
#define OWN (-1)

static const means_id card = { "kaaaaaaaaaaaaaaaaaaaaaaaaa" };
static const means_id other_card = { "kaaaaaaaaaaaaaaaaaaaaaaaab" };
static const char partner[] = "paaaaaaaaaaaaaaaaaaaaaaaaa";

static struct life life;

static void fine(const char *what)
{
    if (life.broken != NULL)
        print_error("%s: %s\n", what, life.broken);
    assert_null(life.broken);
}

static enum err say(enum membership_event_kind kind, const char *when, int plan, int months)
{
    struct membership_event e = { .kind = kind,
                                  .now = life_at(when),
                                  .months = months,
                                  .partner = partner,
                                  .reason = REASON_HOUSE };
    if (kind == MEMBERSHIP_TAKE || kind == MEMBERSHIP_MEANS)
        e.means = card;
    enum err err = life_event(&life, e, plan);
    fine(membership_event_name(kind));
    return err;
}

static void does(enum membership_event_kind kind, const char *when, int plan, int months)
{
    enum err err = say(kind, when, plan, months);
    if (err != OK)
        print_error("%s at %s: %s\n", membership_event_name(kind), when, life.why);
    assert_int_equal(err, OK);
}

static void paid(const char *when)
{
    assert_non_null(life_charge(&life));
    assert_int_equal(life_outcome(&life, life_at(when), CHARGE_TRY_PAID), OK);
    fine("paid");
}

static void fails(const char *when)
{
    assert_non_null(life_charge(&life));
    assert_int_equal(life_outcome(&life, life_at(when), CHARGE_TRY_DECLINED), OK);
    fine("failed");
}

static void renews(const char *when, enum charge_outcome outcome)
{
    life_renew(&life, life_at(when), outcome);
    fine("renew");
}

#define IS(word) assert_string_equal(membership_state_name(life.m.state), word)
#define INSTANT(got, text) assert_instant(got, text, __LINE__)

static void assert_instant(utc_time got, const char *wanted, int line)
{
    char text[UTC_TEXT];
    utc_format(got, text);
    if (got.us != life_at(wanted).us)
        print_error("line %d: %s, not %s\n", line, text, wanted);
    assert_int_equal(got.us, life_at(wanted).us);
}

static bool has_row(enum membership_row_kind kind)
{
    for (size_t i = 0; i < life.last.n_rows; i++)
        if (life.last.rows[i].kind == kind)
            return true;
    return false;
}

static void take(const char *zone, const char *when, int plan)
{
    life_begin(&life, zone);
    does(MEMBERSHIP_TAKE, when, plan, 0);
    paid(when);
    IS("active");
}

/* ---- every pair -------------------------------------------------------------------------------
 */

/* Brings the life into a state on 2013-03-10 at noon: paid until the 20th where it is. */
static void bring(enum membership_state state)
{
    life_begin(&life, "UTC");
    switch (state) {
    case MEMBERSHIP_NONE: break;
    case MEMBERSHIP_TRIAL:
        life.terms.trial_days = 30;
        does(MEMBERSHIP_SIGN_UP, "2013-03-01T12:00:00Z", OWN, 0);
        does(MEMBERSHIP_TAKE, "2013-03-02T12:00:00Z", STANDARD, 0);
        break;
    case MEMBERSHIP_ACTIVE: take("UTC", "2013-02-20T12:00:00Z", STANDARD); break;
    case MEMBERSHIP_PAST_DUE:
        take("UTC", "2013-02-09T12:00:00Z", STANDARD);
        renews("2013-03-09T12:00:00Z", CHARGE_TRY_DECLINED);
        break;
    case MEMBERSHIP_SUSPENDED:
        take("UTC", "2013-02-01T12:00:00Z", STANDARD);
        renews("2013-03-01T01:00:00Z", CHARGE_TRY_DECLINED);
        renews("2013-03-09T12:00:00Z", CHARGE_TRY_DECLINED);
        break;
    case MEMBERSHIP_PAUSED:
        take("UTC", "2013-02-09T12:00:00Z", STANDARD);
        does(MEMBERSHIP_PAUSE, "2013-02-20T12:00:00Z", OWN, 1);
        renews("2013-03-09T13:00:00Z", CHARGE_TRY_PAID);
        break;
    case MEMBERSHIP_PARTNER: does(MEMBERSHIP_PARTNER_ON, "2013-02-09T12:00:00Z", BASIC, 0); break;
    case MEMBERSHIP_ENDED:
        take("UTC", "2013-01-09T12:00:00Z", STANDARD);
        does(MEMBERSHIP_CANCEL, "2013-01-20T12:00:00Z", OWN, 0);
        renews("2013-02-20T12:00:00Z", CHARGE_TRY_PAID);
        break;
    case MEMBERSHIP_STATE_COUNT: break;
    }
    assert_int_equal(life.m.state, state);
}

#define NO MEMBERSHIP_STATE_COUNT
#define NONE MEMBERSHIP_NONE
#define TRIAL MEMBERSHIP_TRIAL
#define ACTIVE MEMBERSHIP_ACTIVE
#define PAST MEMBERSHIP_PAST_DUE
#define SUSP MEMBERSHIP_SUSPENDED
#define PAUSED MEMBERSHIP_PAUSED
#define PARTNER MEMBERSHIP_PARTNER
#define ENDED MEMBERSHIP_ENDED

/* What orders make of each state; a plan that has to be paid for is paid at once. */
static void every_pair_of_state_and_order_moves_as_the_table_says(void **unused)
{
    (void)unused;
    static const struct {
        enum membership_event_kind kind;
        int plan, months;
        enum membership_state to[MEMBERSHIP_STATE_COUNT];
    } rows[] = {
        { MEMBERSHIP_SIGN_UP, OWN, 0, { TRIAL, NO, NO, NO, NO, NO, NO, NO } },
        { MEMBERSHIP_TAKE, BASIC, 0, { ACTIVE, TRIAL, NO, NO, ACTIVE, ACTIVE, NO, ACTIVE } },
        { MEMBERSHIP_TAKE, FREE, 0, { ACTIVE, TRIAL, NO, NO, ACTIVE, ACTIVE, NO, ACTIVE } },
        { MEMBERSHIP_CHANGE, BASIC, 0, { NO, TRIAL, ACTIVE, NO, NO, PAUSED, NO, NO } },
        { MEMBERSHIP_CHANGE, PREMIUM, 0, { NO, TRIAL, ACTIVE, NO, NO, PAUSED, NO, NO } },
        { MEMBERSHIP_CHANGE, STANDARD, 0, { NO, NO, NO, NO, NO, NO, NO, NO } },
        { MEMBERSHIP_CANCEL, OWN, 0, { NO, TRIAL, ACTIVE, ENDED, ENDED, ENDED, NO, NO } },
        { MEMBERSHIP_KEEP, OWN, 0, { NO, NO, NO, NO, NO, NO, NO, NO } },
        { MEMBERSHIP_PAUSE, OWN, 1, { NO, NO, ACTIVE, NO, NO, NO, NO, NO } },
        { MEMBERSHIP_RESUME, OWN, 0, { NO, NO, NO, NO, NO, ACTIVE, NO, NO } },
        { MEMBERSHIP_MEANS, OWN, 0, { NO, TRIAL, ACTIVE, ACTIVE, ACTIVE, PAUSED, NO, NO } },
        { MEMBERSHIP_GIFT,
          STANDARD,
          2,
          { ACTIVE, TRIAL, ACTIVE, ACTIVE, ACTIVE, PAUSED, PARTNER, ACTIVE } },
        { MEMBERSHIP_GIFT,
          PREMIUM,
          2,
          { ACTIVE, TRIAL, ACTIVE, ACTIVE, ACTIVE, PAUSED, PARTNER, ACTIVE } },
        /* a try of the schedule, which is paid */
        { MEMBERSHIP_DUE, OWN, 0, { NONE, TRIAL, ACTIVE, ACTIVE, SUSP, PAUSED, PARTNER, ENDED } },
        { MEMBERSHIP_PARTNER_ON,
          PREMIUM,
          0,
          { PARTNER, PARTNER, PARTNER, PARTNER, PARTNER, PARTNER, PARTNER, PARTNER } },
        { MEMBERSHIP_PARTNER_OFF, OWN, 0, { NO, NO, NO, NO, NO, NO, ENDED, NO } },
        { MEMBERSHIP_STOP, OWN, 0, { NONE, ENDED, ENDED, ENDED, ENDED, ENDED, ENDED, ENDED } },
    };
    static const char now[] = "2013-03-10T11:00:00Z";
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (unsigned from = 0; from < MEMBERSHIP_STATE_COUNT; from++) {
            bring((enum membership_state)from);
            life.terms.trial_days = rows[i].kind == MEMBERSHIP_SIGN_UP ? 30 : 0;
            enum err err = say(rows[i].kind, now, rows[i].plan, rows[i].months);
            if (err == OK && (life.last.open.id.s[0] != 0 || life.last.collect_again))
                paid(now);
            enum membership_state to = err == OK ? life.m.state : NO;
            if (to != rows[i].to[from])
                print_error("%s in %s: %s\n", membership_event_name(rows[i].kind),
                            membership_state_name((enum membership_state)from),
                            to == NO ? life.why : membership_state_name(to));
            assert_int_equal(to, rows[i].to[from]);
            assert_true(err == OK || err == ERR_STATE);
        }
    }
}

/* A charge that nobody waits for changes nothing; the one that is waited for moves as drawn. */
static void every_pair_of_state_and_outcome_moves_as_the_table_says(void **unused)
{
    (void)unused;
    static const char now[] = "2013-03-10T11:00:00Z";
    struct charge stranger = { .id = { "caaaaaaaaaaaaaaaaaaaaaaaz7" },
                               .state = CHARGE_PAID,
                               .amount = { 1299, "EUR" },
                               .subject = "period 1 1" };
    static const enum membership_state returned[] = { NONE, TRIAL, PAST,    PAST,
                                                      SUSP, SUSP,  PARTNER, ENDED };
    for (unsigned from = 0; from < MEMBERSHIP_STATE_COUNT; from++) {
        bring((enum membership_state)from);
        struct membership_event e = { .now = life_at(now), .charge = &stranger };
        e.kind = MEMBERSHIP_PAID;
        assert_int_equal(life_event(&life, e, OWN), ERR_STATE);
        e.kind = MEMBERSHIP_FAILED;
        assert_int_equal(life_event(&life, e, OWN), ERR_STATE);
        e.charge = NULL;
        assert_int_equal(life_event(&life, e, OWN), ERR_ARGUMENT);
        life.charges[life.n_charges++] = stranger;
        if (from == MEMBERSHIP_ACTIVE || from == MEMBERSHIP_PAUSED)
            life.n_charges--; /* its own last one comes back */
        life.charges[life.n_charges - 1].tax_permille = 200;
        memcpy(life.charges[life.n_charges - 1].territory, "FR", 3);
        assert_int_equal(life_return(&life, life_at(now), life.n_charges - 1), OK);
        fine("returned");
        assert_int_equal(life.m.state, returned[from]);
        assert_true(has_row(ROW_RETURN));
    }
}

static void what_is_said_of_memberships_has_names(void **unused)
{
    (void)unused;
    assert_string_equal(membership_state_name(MEMBERSHIP_PAST_DUE), "past-due");
    assert_string_equal(membership_row_name(ROW_REJOIN), "rejoin");
    assert_string_equal(membership_reason_name(REASON_PLAN_GONE), "plan-gone");
    assert_string_equal(membership_event_name(MEMBERSHIP_PARTNER_OFF), "partner-off");
}

/* ---- periods ----------------------------------------------------------------------------------
 */

static void a_life_from_the_31st_keeps_its_day(void **unused)
{
    (void)unused;
    take("Europe/Paris", "2012-12-31T22:30:00Z", STANDARD);
    static const char *const ends[] = { "2013-01-31T22:30:00Z", "2013-02-28T22:30:00Z",
                                        "2013-03-31T21:30:00Z", "2013-04-30T21:30:00Z",
                                        "2013-05-31T21:30:00Z" };
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        INSTANT(life.m.subscription.paid_until, ends[i]);
        utc_time due = life.m.due;
        assert_true(due.us < life.m.subscription.paid_until.us); /* its day's first instant */
        assert_int_equal(life_renew(&life, (utc_time){ due.us - 1 }, CHARGE_TRY_PAID), 0);
        assert_int_equal(life_renew(&life, due, CHARGE_TRY_PAID), 1);
        fine("renew");
        assert_true(has_row(ROW_RENEW));
        assert_true(life.last.is_invoiced);
        INSTANT(life.last.invoice_from, ends[i]);
    }
    assert_int_equal(life.n_charges, 6);
    assert_int_equal(life.charged, 6 * 1299);
}

static void a_trial_is_charged_at_its_end_and_not_before(void **unused)
{
    (void)unused;
    life_begin(&life, "America/New_York");
    life.terms.trial_days = 30;
    does(MEMBERSHIP_SIGN_UP, "2013-03-01T15:00:00.5Z", OWN, 0);
    IS("trial");
    does(MEMBERSHIP_TAKE, "2013-03-05T10:00:00Z", STANDARD, 0);
    INSTANT(life.m.due, "2013-03-31T15:00:00.5Z");
    assert_int_equal(life_renew(&life, life_at("2013-03-31T15:00:00.499999Z"), CHARGE_TRY_PAID), 0);
    assert_int_equal(life.n_charges, 0);
    renews("2013-03-31T15:00:00.5Z", CHARGE_TRY_PAID);
    IS("active");
    assert_true(has_row(ROW_CONVERT));
    INSTANT(life.m.subscription.paid_until, "2013-04-30T15:00:00Z");
    assert_int_equal(life.charged, 1299);
}

static void a_trial_that_nobody_takes_ends_by_itself(void **unused)
{
    (void)unused;
    life_begin(&life, "UTC");
    life.terms.trial_days = 30;
    life.terms.win_back_days = 60;
    does(MEMBERSHIP_SIGN_UP, "2013-03-01T15:00:00Z", OWN, 0);
    assert_int_equal(say(MEMBERSHIP_CANCEL, "2013-03-02", OWN, 0), ERR_STATE);
    renews("2013-04-01", CHARGE_TRY_PAID);
    IS("ended");
    assert_int_equal(life.last.rows[0].reason, REASON_NOT_TAKEN);
    INSTANT(life.last.rows[0].effective, "2013-03-31T15:00:00Z");
    assert_int_equal(life.last.letter, LETTER_TRIAL_ENDED);
    INSTANT(life.m.due, "2013-05-31");
    renews("2013-05-31", CHARGE_TRY_PAID);
    assert_int_equal(life.last.letter, LETTER_WIN_BACK);
    assert_int_equal(life.m.due.us, 0);
    /* there is one trial in a life */
    does(MEMBERSHIP_TAKE, "2013-06-01", BASIC, 0);
    assert_int_equal(life.last.open.amount.minor, 799);
}

static void means_that_had_a_trial_pay_at_once(void **unused)
{
    (void)unused;
    life_begin(&life, "UTC");
    life.terms.trial_days = 30;
    does(MEMBERSHIP_SIGN_UP, "2013-03-01T15:00:00Z", OWN, 0);
    life.has_means_had_trial = true;
    does(MEMBERSHIP_TAKE, "2013-03-05T10:00:00Z", STANDARD, 0);
    IS("trial");
    fails("2013-03-05T10:00:01Z"); /* the trial goes on */
    IS("trial");
    assert_string_equal(life.m.plan, "");
    assert_string_equal(life.m.means.s, "");
    assert_int_equal(life_sees(&life, life_at("2013-03-06")), SUBSCRIPTION_TRIAL);
    does(MEMBERSHIP_TAKE, "2013-03-07T10:00:00Z", STANDARD, 0);
    paid("2013-03-07T10:00:02Z");
    IS("active");
    INSTANT(life.m.subscription.trial_until, "2013-03-07T10:00:02Z");
    INSTANT(life.m.subscription.paid_until, "2013-04-07T10:00:02Z");
    /* with the first plan, where trials begin with means */
    life_begin(&life, "UTC");
    life.terms.trial_days = 30;
    does(MEMBERSHIP_TAKE, "2013-03-01T15:00:00Z", STANDARD, 0);
    IS("trial");
    assert_string_equal(life.m.plan, "standard");
    life_begin(&life, "UTC");
    life.terms.trial_days = 30;
    life.has_means_had_trial = true;
    does(MEMBERSHIP_TAKE, "2013-03-01T15:00:00Z", STANDARD, 0);
    IS("none");
    assert_non_null(life_charge(&life));
}

static void an_ask_that_fails_or_is_not_answered_leaves_nothing(void **unused)
{
    (void)unused;
    life_begin(&life, "UTC");
    does(MEMBERSHIP_TAKE, "2013-03-01T15:00:00Z", STANDARD, 0);
    fails("2013-03-01T15:00:05Z");
    IS("none");
    assert_int_equal(life.charges[0].state, CHARGE_VOID);
    assert_int_equal(life.m.due.us, 0);
    does(MEMBERSHIP_TAKE, "2013-03-01T15:01:00Z", STANDARD, 0);
    does(MEMBERSHIP_TAKE, "2013-03-01T15:02:00Z", STANDARD, 0); /* the same: asked again */
    assert_true(life.last.collect_again);
    assert_int_equal(life.n_charges, 2);
    does(MEMBERSHIP_TAKE, "2013-03-01T15:03:00Z", BASIC, 0); /* another: instead */
    assert_int_equal(life.charges[1].state, CHARGE_VOID);
    renews("2013-03-02T15:02:59Z", CHARGE_TRY_PAID);
    assert_int_equal(life.charges[2].state, CHARGE_OPEN);
    renews("2013-03-02T15:03:00Z", CHARGE_TRY_PAID);
    assert_int_equal(life.charges[2].state, CHARGE_VOID);
    IS("none");
    assert_string_equal(life.m.means.s, "");
    struct membership_event e = { .kind = MEMBERSHIP_TAKE, .now = life_at("2013-03-03") };
    assert_int_equal(life_event(&life, e, STANDARD), ERR_ARGUMENT); /* no means */
    life.prices[STANDARD].price.currency[0] = 0;
    assert_int_equal(say(MEMBERSHIP_TAKE, "2013-03-03", STANDARD, 0), ERR_ARGUMENT);
}

/* ---- what is not paid -------------------------------------------------------------------------
 */

static void what_fails_is_tried_by_the_schedule_then_suspended_then_ended(void **unused)
{
    (void)unused;
    take("Europe/Paris", "2013-02-10T12:00:00Z", STANDARD);
    INSTANT(life.m.subscription.grace_until, "2013-03-17T12:00:00Z");
    INSTANT(life.m.due, "2013-03-09T23:00:00Z");
    renews("2013-03-10T05:00:00Z", CHARGE_TRY_DECLINED);
    IS("past-due");
    assert_int_equal(life.last.letter, LETTER_PAYMENT_FAILED);
    INSTANT(life.last.letter_at, "2013-03-17T12:00:00Z");
    INSTANT(life.m.due, "2013-03-10T23:00:00Z");
    renews("2013-03-11T05:00:00Z", CHARGE_TRY_DECLINED);
    INSTANT(life.m.due, "2013-03-12T23:00:00Z");
    renews("2013-03-13T05:00:00Z", CHARGE_TRY_DECLINED);
    INSTANT(life.m.due, "2013-03-16T23:00:00Z");
    assert_int_equal(life_sees(&life, life_at("2013-03-17T11:59:59Z")), SUBSCRIPTION_ACTIVE);
    assert_int_equal(life_sees(&life, life_at("2013-03-17T12:00:00Z")), SUBSCRIPTION_ENDED);
    renews("2013-03-17T05:00:00Z", CHARGE_TRY_DECLINED);
    assert_int_equal(life.m.failures, 4);
    IS("past-due");
    renews("2013-03-17T12:00:00Z", CHARGE_TRY_DECLINED);
    IS("suspended");
    assert_int_equal(life.charges[1].tries, 4);
    INSTANT(life.m.due, "2013-03-23T23:00:00Z");
    renews("2013-03-24T05:00:00Z", CHARGE_TRY_DECLINED);
    IS("ended");
    assert_int_equal(life.last.rows[0].reason, REASON_UNPAID);
    INSTANT(life.last.rows[0].effective, "2013-03-23T23:00:00Z");
    assert_int_equal(life.charges[1].state, CHARGE_VOID);
    assert_int_equal(life.n_charges, 2);
}

/* Who began at midnight: a try and the end of grace fall together, and both happen once. */
static void a_try_at_the_instant_grace_ends_comes_first(void **unused)
{
    (void)unused;
    take("UTC", "2013-02-10", STANDARD);
    renews("2013-03-10", CHARGE_TRY_DECLINED);
    INSTANT(life.m.subscription.grace_until, "2013-03-17");
    renews("2013-03-11", CHARGE_TRY_DECLINED);
    renews("2013-03-13", CHARGE_TRY_DECLINED);
    IS("past-due");
    renews("2013-03-17", CHARGE_TRY_DECLINED);
    IS("past-due");
    assert_int_equal(life.charges[1].tries, 4);
    assert_int_equal(life_sees(&life, life_at("2013-03-17")), SUBSCRIPTION_ENDED);
    renews("2013-03-17T00:00:01Z", CHARGE_TRY_DECLINED);
    IS("suspended");
    assert_int_equal(life.charges[1].tries, 4);
}

static void paid_in_grace_it_keeps_its_days_after_that_it_begins_anew(void **unused)
{
    (void)unused;
    take("UTC", "2013-01-31T12:00:00Z", STANDARD);
    renews("2013-02-28T05:00:00Z", CHARGE_TRY_DECLINED);
    renews("2013-03-03T05:00:00Z", CHARGE_TRY_PAID);
    IS("active");
    assert_true(has_row(ROW_RECOVER) && has_row(ROW_RENEW));
    INSTANT(life.m.subscription.paid_until, "2013-03-31T12:00:00Z");
    renews("2013-03-31T05:00:00Z", CHARGE_TRY_DECLINED);
    renews("2013-04-07T13:00:00Z", CHARGE_TRY_DECLINED);
    IS("suspended");
    does(MEMBERSHIP_MEANS, "2013-04-09T20:00:00Z", OWN, 0);
    assert_true(life.last.collect_again);
    paid("2013-04-09T20:00:03Z");
    IS("active");
    INSTANT(life.m.subscription.paid_until, "2013-05-09T20:00:03Z");
    INSTANT(life.m.subscription.paid_from, "2013-04-09T20:00:03Z");
    assert_int_equal(life.charged, 3 * 1299);
}

static void means_that_will_never_pay_are_not_asked_again(void **unused)
{
    (void)unused;
    take("UTC", "2013-01-10T12:00:00Z", STANDARD);
    renews("2013-02-10T05:00:00Z", CHARGE_TRY_REFUSED);
    IS("past-due");
    assert_string_equal(life.m.means.s, "");
    renews("2013-02-14T05:00:00Z", CHARGE_TRY_PAID);
    assert_int_equal(life.charges[1].tries, 1);
    struct membership_event e = { .kind = MEMBERSHIP_MEANS,
                                  .now = life_at("2013-02-14T06:00:00Z"),
                                  .means = other_card };
    assert_int_equal(life_event(&life, e, OWN), OK);
    assert_true(life.last.collect_again);
    paid("2013-02-14T06:00:01Z");
    INSTANT(life.m.subscription.paid_until, "2013-03-10T12:00:00Z");
}

static void a_late_run_tries_before_it_suspends(void **unused)
{
    (void)unused;
    take("UTC", "2013-01-10T12:00:00Z", STANDARD);
    renews("2013-02-10T05:00:00Z", CHARGE_TRY_DECLINED);
    renews("2013-04-10T05:00:00Z", CHARGE_TRY_DECLINED); /* nobody ran for two months */
    IS("ended");
    assert_int_equal(life.charges[1].tries, 2);
}

static void three_months_of_no_look_are_made_up_in_their_order(void **unused)
{
    (void)unused;
    take("UTC", "2013-01-31T12:00:00Z", STANDARD);
    assert_int_equal(life_renew(&life, life_at("2013-05-01T05:00:00Z"), CHARGE_TRY_PAID), 3);
    fine("renew");
    INSTANT(life.m.subscription.paid_until, "2013-05-31T12:00:00Z");
    assert_int_equal(life.n_charges, 4);
    for (int i = 1; i < 4; i++) {
        char subject[CHARGE_SUBJECT];
        snprintf(subject, sizeof subject, "period %d %d", civil_day_of(2013, 1, 31).days, i);
        assert_string_equal(life.charges[i].subject, subject);
    }
}

static void an_outcome_nobody_told_is_asked_for_again(void **unused)
{
    (void)unused;
    take("UTC", "2013-01-10T12:00:00Z", STANDARD);
    renews("2013-02-10T05:00:00Z", CHARGE_TRY_UNKNOWN);
    IS("active");
    INSTANT(life.m.due, "2013-02-11");
    renews("2013-02-11T05:00:00Z", CHARGE_TRY_UNKNOWN);
    IS("past-due");
    renews("2013-02-12T05:00:00Z", CHARGE_TRY_UNKNOWN); /* the schedule's first day had its try */
    renews("2013-02-13T05:00:00Z", CHARGE_TRY_PAID);
    IS("active");
    assert_int_equal(life.charges[1].tries, 3);
    INSTANT(life.m.subscription.paid_until, "2013-03-10T12:00:00Z");
}

static void a_debit_that_comes_back_is_owed_again(void **unused)
{
    (void)unused;
    life_begin(&life, "UTC");
    does(MEMBERSHIP_TAKE, "2013-01-10T12:00:00Z", STANDARD, 0);
    assert_int_equal(life_outcome(&life, life_at("2013-01-10T12:00:00Z"), CHARGE_TRY_PENDING), OK);
    IS("active"); /* the bank has it: it plays */
    assert_int_equal(life_balance(&life, "receivable:sepa"), 1299);
    assert_int_equal(life_return(&life, life_at("2013-01-15T09:00:00Z"), 0), OK);
    fine("returned");
    IS("past-due");
    assert_int_equal(life_balance(&life, "receivable:sepa"), 0);
    assert_int_equal(life_balance(&life, "revenue:subscription:FR"), 0);
    assert_int_equal(life_sees(&life, life_at("2013-01-22T11:59:59Z")), SUBSCRIPTION_ACTIVE);
    assert_int_equal(life_sees(&life, life_at("2013-01-22T12:00:00Z")), SUBSCRIPTION_ENDED);
    renews("2013-01-16T05:00:00Z", CHARGE_TRY_PAID);
    IS("active"); /* the same charge, the same period */
    assert_int_equal(life.n_charges, 1);
    INSTANT(life.m.subscription.paid_until, "2013-02-10T12:00:00Z");
    assert_false(life.last.is_invoiced);
    /* it comes back for ever: not for ever is it given */
    for (int i = 0; i < 2; i++) {
        IS("active");
        char when[UTC_TEXT];
        snprintf(when, sizeof when, "2013-01-%02dT09:00:00Z", 17 + 2 * i);
        assert_int_equal(life_return(&life, life_at(when), 0), OK);
        snprintf(when, sizeof when, "2013-01-%02dT05:00:00Z", 18 + 2 * i);
        renews(when, CHARGE_TRY_PENDING);
    }
    assert_int_equal(life_return(&life, life_at("2013-01-21T09:00:00Z"), 0), OK);
    IS("suspended");
    assert_string_equal(life.m.means.s, "");
    renews("2013-02-28", CHARGE_TRY_PAID);
    IS("ended");
}

/* ---- plans, prices, credit --------------------------------------------------------------------
 */

static void up_begins_now_and_what_is_left_pays_first(void **unused)
{
    (void)unused;
    take("UTC", "2013-04-01T00:00:00Z", STANDARD);
    does(MEMBERSHIP_CHANGE, "2013-04-11T00:00:00Z", PREMIUM, 0); /* 20 of 30 days left: 866 */
    assert_int_equal(life.last.open.credit, 866);
    assert_int_equal(life.last.open.amount.minor, 1999 - 866);
    assert_string_equal(life.m.plan, "standard");
    fails("2013-04-11T00:00:10Z");
    assert_string_equal(life.m.plan, "standard");
    assert_int_equal(life.m.credit, 0);
    INSTANT(life.m.subscription.paid_until, "2013-05-01");
    does(MEMBERSHIP_CHANGE, "2013-04-11T00:00:00Z", PREMIUM, 0);
    paid("2013-04-11T00:05:00Z");
    assert_string_equal(life.m.plan, "premium");
    assert_int_equal(life.m.subscription.lines, 2160);
    INSTANT(life.m.subscription.paid_until, "2013-05-11");
    INSTANT(life.m.subscription.paid_from, "2013-04-01");
    assert_int_equal(life.m.credit, 0);
    assert_int_equal(life.charged, 1299 + 1999 - 866);
    assert_int_equal(-life_balance(&life, "revenue:subscription:FR") -
                         life_balance(&life, "tax:FR"),
                     life.charged);
}

static void down_waits_for_the_end_of_what_is_paid(void **unused)
{
    (void)unused;
    take("UTC", "2013-04-01T12:00:00Z", PREMIUM);
    does(MEMBERSHIP_CHANGE, "2013-04-11T00:00:00Z", BASIC, 0);
    assert_string_equal(life.m.plan, "premium");
    assert_string_equal(life.m.next_plan, "basic");
    does(MEMBERSHIP_KEEP, "2013-04-12T00:00:00Z", OWN, 0);
    assert_string_equal(life.m.next_plan, "");
    does(MEMBERSHIP_CHANGE, "2013-04-13T00:00:00Z", BASIC, 0);
    does(MEMBERSHIP_CHANGE, "2013-04-13T00:00:00Z", PREMIUM, 0); /* its own: taken back */
    assert_string_equal(life.m.next_plan, "");
    does(MEMBERSHIP_CHANGE, "2013-04-14T00:00:00Z", BASIC, 0);
    life.prices[BASIC].price.minor = 899; /* they were told 799 */
    renews("2013-05-01T05:00:00Z", CHARGE_TRY_PAID);
    assert_string_equal(life.m.plan, "basic");
    assert_int_equal(life.charges[1].amount.minor, 799);
    assert_int_equal(life.m.subscription.lines, 2160); /* paid until noon */
    renews("2013-05-01T12:00:00Z", CHARGE_TRY_PAID);
    assert_int_equal(life.m.subscription.lines, 576);
    assert_int_equal(life.m.subscription.streams, 1);
}

static void a_rise_is_told_and_counts_after_its_notice(void **unused)
{
    (void)unused;
    take("UTC", "2013-01-15T12:00:00Z", STANDARD);
    life.prices[STANDARD].price.minor = 1499;
    renews("2013-02-15T05:00:00Z", CHARGE_TRY_UNKNOWN);
    assert_int_equal(life.charges[1].amount.minor, 1299);
    assert_int_equal(life.last.letter, LETTER_PRICE);
    assert_int_equal(life.last.letter_amount.minor, 1499);
    INSTANT(life.last.letter_at, "2013-04-15T12:00:00Z"); /* March is 28 days away */
    paid("2013-02-15T06:00:00Z");
    renews("2013-03-15T05:00:00Z", CHARGE_TRY_PAID);
    assert_int_equal(life.charges[2].amount.minor, 1299);
    renews("2013-04-15T05:00:00Z", CHARGE_TRY_PAID);
    assert_int_equal(life.charges[3].amount.minor, 1499);
    life.prices[STANDARD].price.minor = 999; /* a fall counts at once */
    renews("2013-05-15T05:00:00Z", CHARGE_TRY_UNKNOWN);
    assert_int_equal(life.charges[4].amount.minor, 999);
    assert_true(life.last.n_rows == 1 && life.last.rows[0].kind == ROW_PRICE);
    assert_false(life.last.has_letter);
}

static void who_pays_by_the_year_is_told_in_time(void **unused)
{
    (void)unused;
    life_begin(&life, "UTC");
    life.plans[STANDARD].months = 12;
    does(MEMBERSHIP_TAKE, "2013-01-15T12:00:00Z", STANDARD, 0);
    paid("2013-01-15T12:00:00Z");
    INSTANT(life.m.due, "2013-12-16");
    life.prices[STANDARD].price.minor = 1499;
    renews("2013-12-16T05:00:00Z", CHARGE_TRY_PAID);
    assert_int_equal(life.last.letter, LETTER_PRICE);
    INSTANT(life.last.letter_at, "2014-01-15T12:00:00Z");
    INSTANT(life.m.due, "2014-01-15");
    renews("2014-01-15T05:00:00Z", CHARGE_TRY_PAID);
    assert_int_equal(life.charges[1].amount.minor, 1499);
}

static void a_plan_for_nothing_needs_neither_means_nor_charge(void **unused)
{
    (void)unused;
    life_begin(&life, "UTC");
    struct membership_event e = { .kind = MEMBERSHIP_TAKE, .now = life_at("2013-01-15T12:00:00Z") };
    assert_int_equal(life_event(&life, e, FREE), OK);
    IS("active");
    renews("2013-02-15T05:00:00Z", CHARGE_TRY_PAID);
    INSTANT(life.m.subscription.paid_until, "2013-03-15T12:00:00Z");
    assert_int_equal(life.n_charges, 0);
    /* behind a trial it waits, paid for already */
    life_begin(&life, "UTC");
    life.terms.trial_days = 30;
    does(MEMBERSHIP_SIGN_UP, "2013-01-15T12:00:00Z", OWN, 0);
    e.now = life_at("2013-01-16");
    assert_int_equal(life_event(&life, e, FREE), OK);
    IS("trial");
    INSTANT(life.m.subscription.paid_until, "2013-03-14T12:00:00Z");
    assert_int_equal(life_event(&life, e, FREE), ERR_STATE);
    renews("2013-02-14T12:00:00Z", CHARGE_TRY_PAID);
    IS("active");
    INSTANT(life.m.subscription.paid_until, "2013-03-14T12:00:00Z");
    fine("free");
}

static void a_plan_that_is_gone_ends_with_what_is_paid(void **unused)
{
    (void)unused;
    take("UTC", "2013-01-15T12:00:00Z", STANDARD);
    life.prices[STANDARD].price.currency[0] = 0;
    renews("2013-02-15T05:00:00Z", CHARGE_TRY_PAID);
    IS("active");
    assert_int_equal(life_sees(&life, life_at("2013-02-15T12:00:00Z")), SUBSCRIPTION_ENDED);
    renews("2013-02-16T05:00:00Z", CHARGE_TRY_PAID);
    IS("ended");
    assert_int_equal(life.last.rows[0].reason, REASON_PLAN_GONE);
    INSTANT(life.last.rows[0].effective, "2013-02-15T12:00:00Z");
}

/* ---- cancel, pause, gifts, partners -----------------------------------------------------------
 */

static void who_cancels_plays_to_the_end_of_what_is_paid(void **unused)
{
    (void)unused;
    take("UTC", "2013-01-15T12:00:00Z", STANDARD);
    does(MEMBERSHIP_CANCEL, "2013-01-20", OWN, 0);
    assert_int_equal(life.m.subscription.grace_until.us, 0);
    INSTANT(life.m.due, "2013-02-15T12:00:00Z");
    does(MEMBERSHIP_KEEP, "2013-01-21", OWN, 0);
    INSTANT(life.m.due, "2013-02-15");
    INSTANT(life.m.subscription.grace_until, "2013-02-22T12:00:00Z");
    does(MEMBERSHIP_CANCEL, "2013-01-22", OWN, 0);
    assert_int_equal(life_sees(&life, life_at("2013-02-15T11:59:59Z")), SUBSCRIPTION_ACTIVE);
    renews("2013-02-16T05:00:00Z", CHARGE_TRY_PAID);
    IS("ended");
    assert_int_equal(life.n_charges, 1);
    does(MEMBERSHIP_TAKE, "2013-02-20T10:00:00Z", BASIC, 0);
    paid("2013-02-20T10:00:00Z");
    assert_true(has_row(ROW_REJOIN));
    /* the day before the end, with the next payment under way: that period is the last */
    renews("2013-03-20T05:00:00Z", CHARGE_TRY_UNKNOWN);
    does(MEMBERSHIP_CANCEL, "2013-03-20T06:00:00Z", OWN, 0);
    INSTANT(life.m.subscription.grace_until, "2013-03-27T10:00:00Z");
    struct life was = life;
    paid("2013-03-20T07:00:00Z");
    INSTANT(life.m.subscription.paid_until, "2013-04-20T10:00:00Z");
    assert_true(life.m.is_cancelled);
    life = was; /* or it fails, and nobody owes anything */
    fails("2013-03-20T07:00:00Z");
    IS("active");
    assert_int_equal(life.charges[2].state, CHARGE_VOID);
    renews("2013-03-20T10:00:00Z", CHARGE_TRY_PAID);
    IS("ended");
    assert_int_equal(life.last.rows[0].reason, REASON_CANCELLED);
}

static void a_pause_begins_with_the_end_of_what_is_paid(void **unused)
{
    (void)unused;
    take("UTC", "2013-01-15T12:00:00Z", STANDARD);
    assert_int_equal(say(MEMBERSHIP_PAUSE, "2013-01-20", OWN, 0), ERR_ARGUMENT);
    assert_int_equal(say(MEMBERSHIP_PAUSE, "2013-01-20", OWN, 4), ERR_ARGUMENT);
    does(MEMBERSHIP_PAUSE, "2013-01-20", OWN, 2);
    renews("2013-02-15T05:00:00Z", CHARGE_TRY_PAID);
    IS("active");
    renews("2013-02-16T05:00:00Z", CHARGE_TRY_PAID);
    IS("paused");
    INSTANT(life.m.pause_until, "2013-04-15T12:00:00Z");
    assert_int_equal(life.n_charges, 1);
    renews("2013-04-16T05:00:00Z", CHARGE_TRY_PAID);
    IS("active");
    INSTANT(life.m.subscription.paid_until, "2013-05-16T05:00:00Z");
    does(MEMBERSHIP_PAUSE, "2013-05-01", OWN, 3);
    renews("2013-05-17T05:00:00Z", CHARGE_TRY_PAID);
    does(MEMBERSHIP_RESUME, "2013-05-20T08:00:00Z", OWN, 0);
    fails("2013-05-20T08:00:00Z");
    IS("paused"); /* nothing was given for it */
    does(MEMBERSHIP_RESUME, "2013-05-21T08:00:00Z", OWN, 0);
    paid("2013-05-21T08:00:00Z");
    IS("active");
    does(MEMBERSHIP_CANCEL, "2013-05-30", OWN, 0); /* instead of a pause, and the other way round */
    assert_int_equal(say(MEMBERSHIP_PAUSE, "2013-05-31", OWN, 1), ERR_STATE);
    does(MEMBERSHIP_KEEP, "2013-05-31", OWN, 0);
    does(MEMBERSHIP_PAUSE, "2013-05-31", OWN, 1);
    does(MEMBERSHIP_CANCEL, "2013-05-31", OWN, 0);
    assert_int_equal(life.m.pause_months, 0);
    does(MEMBERSHIP_KEEP, "2013-05-31", OWN, 0);
    does(MEMBERSHIP_PAUSE, "2013-06-01", OWN, 1);
    renews("2013-06-22T05:00:00Z", CHARGE_TRY_PAID);
    renews("2013-07-22T05:00:00Z", CHARGE_TRY_DECLINED); /* by the clock: it is owed */
    IS("suspended");
}

static void a_gift_is_added_to_what_runs_or_waits_for_it(void **unused)
{
    (void)unused;
    take("UTC", "2013-01-31T12:00:00Z", STANDARD);
    does(MEMBERSHIP_GIFT, "2013-02-10", STANDARD, 2);
    INSTANT(life.m.subscription.paid_until, "2013-04-30T12:00:00Z");
    INSTANT(life.m.due, "2013-04-30");
    renews("2013-04-30T05:00:00Z", CHARGE_TRY_PAID);
    INSTANT(life.m.subscription.paid_until, "2013-05-31T12:00:00Z");
    does(MEMBERSHIP_GIFT, "2013-05-10", PREMIUM, 1);
    INSTANT(life.m.subscription.paid_until, "2013-05-31T12:00:00Z");
    assert_int_equal(say(MEMBERSHIP_GIFT, "2013-05-10", BASIC, 1), ERR_STATE);
    does(MEMBERSHIP_GIFT, "2013-05-11", PREMIUM, 1);
    renews("2013-05-31T05:00:00Z", CHARGE_TRY_PAID);
    assert_string_equal(life.m.plan, "premium");
    assert_string_equal(life.m.next_plan, "standard");
    INSTANT(life.m.subscription.paid_until, "2013-07-31T12:00:00Z");
    size_t n = life.n_charges;
    renews("2013-07-31T05:00:00Z", CHARGE_TRY_PAID);
    assert_string_equal(life.m.plan, "standard");
    assert_int_equal(life.n_charges, n + 1);
    assert_int_equal(life.charges[n].amount.minor, 1299);
    /* with nothing else it ends with the gift */
    life_begin(&life, "UTC");
    does(MEMBERSHIP_GIFT, "2013-02-28T12:00:00Z", PREMIUM, 3);
    IS("active");
    INSTANT(life.m.subscription.paid_until, "2013-05-28T12:00:00Z");
    renews("2013-05-29", CHARGE_TRY_PAID);
    IS("ended");
    assert_int_equal(life.last.rows[0].reason, REASON_NOT_TAKEN);
    assert_int_equal(say(MEMBERSHIP_GIFT, "2013-06-01", PREMIUM, 0), ERR_ARGUMENT);
}

static void a_gift_of_months_to_a_plan_of_a_year_moves_its_end(void **unused)
{
    (void)unused;
    life_begin(&life, "UTC");
    life.plans[STANDARD].months = 12;
    does(MEMBERSHIP_TAKE, "2013-01-31T12:00:00Z", STANDARD, 0);
    paid("2013-01-31T12:00:00Z");
    does(MEMBERSHIP_GIFT, "2013-02-10", STANDARD, 1);
    INSTANT(life.m.subscription.paid_until, "2014-02-28T12:00:00Z");
    renews("2014-02-28T05:00:00Z", CHARGE_TRY_PAID);
    INSTANT(life.m.subscription.paid_until, "2015-02-28T12:00:00Z");
    assert_int_equal(life.charged, 2 * 1299);
}

static void a_partner_takes_over_and_what_was_paid_is_owed(void **unused)
{
    (void)unused;
    take("UTC", "2013-04-01T00:00:00Z", STANDARD);
    does(MEMBERSHIP_PARTNER_ON, "2013-04-11T00:00:00Z", PREMIUM, 0);
    IS("partner");
    assert_int_equal(life.m.credit, 866);
    assert_int_equal(-life_balance(&life, "credit:members"), 866);
    assert_int_equal(life.m.subscription.lines, 2160);
    renews("2023-04-11T00:00:00Z", CHARGE_TRY_PAID);
    assert_int_equal(life_sees(&life, life_at("2023-04-11T00:00:00Z")), SUBSCRIPTION_ACTIVE);
    does(MEMBERSHIP_PARTNER_OFF, "2023-05-01T00:00:00Z", OWN, 0);
    IS("ended");
    assert_int_equal(life.last.rows[0].reason, REASON_PARTNER);
    assert_string_equal(life.last.rows[0].partner, partner);
    assert_int_equal(life_sees(&life, life_at("2023-05-01T00:00:00Z")), SUBSCRIPTION_ENDED);
    does(MEMBERSHIP_TAKE, "2023-06-01T00:00:00Z", STANDARD, 0);
    assert_int_equal(life.last.open.amount.minor, 1299 - 866);
    paid("2023-06-01T00:00:00Z");
    assert_int_equal(life.m.credit, 0);
    /* credit that pays for all of it needs no charge */
    life_begin(&life, "UTC");
    does(MEMBERSHIP_TAKE, "2013-04-01T00:00:00Z", PREMIUM, 0);
    paid("2013-04-01T00:00:00Z");
    does(MEMBERSHIP_PARTNER_ON, "2013-04-02T00:00:00Z", PREMIUM, 0);
    does(MEMBERSHIP_PARTNER_OFF, "2013-05-02T00:00:00Z", OWN, 0);
    assert_int_equal(life.m.credit, 1932);
    struct membership_event e = { .kind = MEMBERSHIP_TAKE, .now = life_at("2013-05-03") };
    assert_int_equal(life_event(&life, e, BASIC), OK);
    fine("credit");
    IS("active");
    assert_int_equal(life.m.credit, 1932 - 799);
    assert_int_equal(life.n_charges, 1);
    renews("2013-06-03", CHARGE_TRY_PAID);
    assert_int_equal(life.m.credit, 1932 - 2 * 799);
    renews("2013-07-03T00:00:00Z", CHARGE_TRY_PAID); /* the rest does not do, and no means */
    IS("ended");
    assert_int_equal(life.m.credit, 334);
}

static void amounts_past_the_range_are_refused_by_name(void **unused)
{
    (void)unused;
    life_begin(&life, "UTC");
    life.prices[STANDARD].price.minor = -1;
    assert_int_equal(say(MEMBERSHIP_TAKE, "2013-04-01", STANDARD, 0), ERR_ARGUMENT);
    life.prices[STANDARD].price = (struct money){ 5, "EUX" };
    assert_int_equal(say(MEMBERSHIP_TAKE, "2013-04-01", STANDARD, 0), ERR_ARGUMENT);
    life.prices[STANDARD].price = (struct money){ INT64_MAX, "EUR" };
    does(MEMBERSHIP_TAKE, "2013-04-01", STANDARD, 0);
    paid("2013-04-01");
    does(MEMBERSHIP_PARTNER_ON, "2013-04-01T00:00:01Z", BASIC, 0);
    assert_true(life.m.credit > INT64_MAX / 2);
    does(MEMBERSHIP_PARTNER_OFF, "2013-04-02", OWN, 0);
    life.m.credit = INT64_MAX - 1;
    struct membership m = life.m;
    struct membership_event e = { .kind = MEMBERSHIP_PARTNER_ON,
                                  .now = life_at("2013-04-03"),
                                  .partner = partner };
    m.state = MEMBERSHIP_ACTIVE;
    m.period = 0;
    m.price = (struct money){ INT64_MAX, "EUR" };
    m.anchor = period_anchor_at(zone_named("UTC"), life_at("2013-04-02"), 1);
    m.subscription.paid_from = life_at("2013-04-02");
    m.subscription.paid_until = life_at("2013-05-02");
    life.terms.plan = &life.plans[BASIC];
    assert_int_equal(membership_apply(&m, &life.terms, &e, &life.last, life.why), ERR_FULL);
    assert_string_not_equal(life.why, "");
    life.why[0] = 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pair_of_state_and_order_moves_as_the_table_says),
        cmocka_unit_test(every_pair_of_state_and_outcome_moves_as_the_table_says),
        cmocka_unit_test(what_is_said_of_memberships_has_names),
        cmocka_unit_test(a_life_from_the_31st_keeps_its_day),
        cmocka_unit_test(a_trial_is_charged_at_its_end_and_not_before),
        cmocka_unit_test(a_trial_that_nobody_takes_ends_by_itself),
        cmocka_unit_test(means_that_had_a_trial_pay_at_once),
        cmocka_unit_test(an_ask_that_fails_or_is_not_answered_leaves_nothing),
        cmocka_unit_test(what_fails_is_tried_by_the_schedule_then_suspended_then_ended),
        cmocka_unit_test(a_try_at_the_instant_grace_ends_comes_first),
        cmocka_unit_test(paid_in_grace_it_keeps_its_days_after_that_it_begins_anew),
        cmocka_unit_test(means_that_will_never_pay_are_not_asked_again),
        cmocka_unit_test(a_late_run_tries_before_it_suspends),
        cmocka_unit_test(three_months_of_no_look_are_made_up_in_their_order),
        cmocka_unit_test(an_outcome_nobody_told_is_asked_for_again),
        cmocka_unit_test(a_debit_that_comes_back_is_owed_again),
        cmocka_unit_test(up_begins_now_and_what_is_left_pays_first),
        cmocka_unit_test(down_waits_for_the_end_of_what_is_paid),
        cmocka_unit_test(a_rise_is_told_and_counts_after_its_notice),
        cmocka_unit_test(who_pays_by_the_year_is_told_in_time),
        cmocka_unit_test(a_plan_for_nothing_needs_neither_means_nor_charge),
        cmocka_unit_test(a_plan_that_is_gone_ends_with_what_is_paid),
        cmocka_unit_test(who_cancels_plays_to_the_end_of_what_is_paid),
        cmocka_unit_test(a_pause_begins_with_the_end_of_what_is_paid),
        cmocka_unit_test(a_gift_is_added_to_what_runs_or_waits_for_it),
        cmocka_unit_test(a_gift_of_months_to_a_plan_of_a_year_moves_its_end),
        cmocka_unit_test(a_partner_takes_over_and_what_was_paid_is_owed),
        cmocka_unit_test(amounts_past_the_range_are_refused_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
