#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "rules/viewing/streams.h"

#define AT(seconds) ((utc_time){ (seconds)*UTC_SECOND })

static struct stream a_stream(const char *playback, const char *profile, uint8_t device, int seat,
                              int64_t ends)
{
    struct stream s = { .seat = seat, .ends = AT(ends), .session = { device } };
    snprintf(s.playback.s, sizeof s.playback.s, "%s", playback);
    snprintf(s.profile.s, sizeof s.profile.s, "%s", profile);
    return s;
}

static void the_seats_are_the_plans_while_it_runs_and_a_settings_without_one(void **state)
{
    (void)state;
    static const struct {
        enum member_role role;
        int64_t trial_until, paid_until, grace_until;
        int streams, without, seats;
    } rows[] = {
        { MEMBER_ROLE_MEMBER, 0, 200, 0, 4, 2, 4 },
        { MEMBER_ROLE_MEMBER, 0, 100, 0, 4, 2, 2 },   /* has ended */
        { MEMBER_ROLE_MEMBER, 0, 100, 101, 4, 2, 4 }, /* is being collected */
        { MEMBER_ROLE_MEMBER, 0, 0, 0, 0, 3, 3 },     /* rentals alone */
        { MEMBER_ROLE_MEMBER, 200, 0, 0, 0, 2, 2 },   /* a trial before a plan is taken */
        { MEMBER_ROLE_MEMBER, 200, 0, 0, 1, 2, 1 },   /* and with one */
        { MEMBER_ROLE_MEMBER, 0, INT64_MAX / UTC_SECOND, 0, 3, 2, 3 }, /* a partner pays */
        { MEMBER_ROLE_MEMBER, 0, 200, 0, 99, 2, STREAM_SEATS_MAX },
        { MEMBER_ROLE_MEMBER, 0, 0, 0, 0, 0, 1 },
        { MEMBER_ROLE_ADMINISTRATOR, 0, 0, 0, 0, 1, STREAM_SEATS_MAX },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct member m = { .role = rows[i].role,
                            .subscription = { .trial_from = { rows[i].trial_until ? 1 : 0 },
                                              .trial_until = AT(rows[i].trial_until),
                                              .paid_from = { rows[i].paid_until ? 1 : 0 },
                                              .paid_until = AT(rows[i].paid_until),
                                              .grace_until = AT(rows[i].grace_until),
                                              .streams = rows[i].streams } };
        assert_int_equal(stream_seats(&m, rows[i].without, AT(100)), rows[i].seats);
    }
}

static void a_lease_lives_until_just_before_its_end_and_not_once_stopped(void **state)
{
    (void)state;
    struct stream s = a_stream("a", "p", 1, 0, 60);
    assert_true(stream_is_live(&s, (utc_time){ 60 * UTC_SECOND - 1 }));
    assert_false(stream_is_live(&s, AT(60)));
    s.stop = STREAM_STOPPED;
    assert_false(stream_is_live(&s, AT(0)));
}

static void a_stream_finds_the_first_free_seat_or_none(void **state)
{
    (void)state;
    struct stream all[] = {
        a_stream("a", "p", 1, 0, 60), a_stream("b", "p", 2, 2, 60),
        a_stream("c", "p", 3, 1, 10), /* has lapsed at 20 */
    };
    struct stream who = a_stream("n", "p", 9, 0, 0);
    assert_int_equal(stream_seat(all, 3, &who, 3, AT(20)).seat, 1);
    assert_int_equal(stream_seat(all, 3, &who, 3, AT(5)).seat, -1);
    assert_int_equal(stream_seat(all, 3, &who, 4, AT(5)).seat, 3);
    assert_int_equal(stream_seat(all, 0, &who, 1, AT(5)).seat, 0);
    all[0].stop = STREAM_LEFT;
    assert_int_equal(stream_seat(all, 3, &who, 3, AT(5)).seat, 0);
}

static void the_same_profile_on_the_same_device_gets_its_own_seat_again(void **state)
{
    (void)state;
    struct stream all[] = { a_stream("a", "p", 1, 0, 60), a_stream("b", "q", 1, 1, 60) };
    struct stream same = a_stream("n", "p", 1, 0, 0), device = a_stream("n", "r", 1, 0, 0),
                  profile = a_stream("n", "p", 2, 0, 0);
    struct stream_seating got = stream_seat(all, 2, &same, 2, AT(5));
    assert_int_equal(got.seat, 0);
    assert_ptr_equal(got.replaces, &all[0]);
    assert_int_equal(stream_seat(all, 2, &device, 2, AT(5)).seat, -1);
    got = stream_seat(all, 2, &profile, 2, AT(5));
    assert_int_equal(got.seat, -1);
    assert_null(got.replaces);
}

static void an_account_that_has_lost_seats_gets_none_until_enough_have_gone(void **state)
{
    (void)state;
    struct stream all[] = { a_stream("a", "p", 1, 1, 60), a_stream("b", "p", 2, 2, 60),
                            a_stream("c", "p", 3, 3, 60) };
    struct stream who = a_stream("n", "p", 9, 0, 0);
    assert_int_equal(stream_seat(all, 3, &who, 2, AT(5)).seat, -1);    /* though seat 0 is free */
    assert_int_equal(stream_seat(all, 3, &all[2], 2, AT(5)).seat, -1); /* it has to go */
    assert_int_equal(stream_seat(all, 2, &all[1], 2, AT(5)).seat, 0);  /* it moves up */
}

static void a_stream_is_stopped_by_what_the_decision_says(void **state)
{
    (void)state;
    static const struct {
        enum viewing_reason reason;
        bool by_rental;
        const char *territory;
        enum stream_stop stop;
    } rows[] = {
        { VIEWING_PLAY, false, "FR", STREAM_RUNS },
        { VIEWING_PLAY, false, "BE", STREAM_RUNS },
        { VIEWING_NOT_PUBLISHED, false, "FR", STREAM_WITHDRAWN },
        { VIEWING_NOT_READY, false, "FR", STREAM_WITHDRAWN },
        { VIEWING_TERRITORY, false, "FR", STREAM_TERRITORY },
        { VIEWING_NO_RIGHT, false, "FR", STREAM_WINDOW },
        { VIEWING_NO_RIGHT, false, "BE", STREAM_TERRITORY },
        { VIEWING_HELD_BACK, false, "FR", STREAM_WINDOW },
        { VIEWING_ANNOUNCED, false, "BE", STREAM_TERRITORY },
        { VIEWING_AGE, false, "FR", STREAM_PROFILE },
        { VIEWING_AGE, false, "BE", STREAM_TERRITORY },
        { VIEWING_LOCKED, false, "FR", STREAM_PROFILE },
        { VIEWING_SUBSCRIBE, false, "FR", STREAM_SUBSCRIPTION },
        { VIEWING_SUBSCRIBE, true, "FR", STREAM_RENTAL },
        { VIEWING_RENT, true, "FR", STREAM_RENTAL },
        { VIEWING_RENT, false, "FR", STREAM_WINDOW },
        { VIEWING_LANGUAGE, false, "FR", STREAM_WINDOW },
        { VIEWING_LANGUAGE, false, "BE", STREAM_TERRITORY },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct stream s = { .territory = "FR", .by_rental = rows[i].by_rental };
        struct viewing_verdict v = { .reason = rows[i].reason };
        assert_int_equal(stream_stop_of(&v, &s, rows[i].territory), rows[i].stop);
    }
}

static void every_reason_has_a_word_of_its_own(void **state)
{
    (void)state;
    for (unsigned i = 0; i < N_STREAM_STOPS; i++) {
        enum stream_stop got;
        assert_true(stream_stop_parse(stream_stop_name((enum stream_stop)i), &got));
        assert_int_equal(got, i);
    }
    enum stream_stop got = STREAM_LEFT;
    assert_false(stream_stop_parse("", &got));
    assert_int_equal(got, STREAM_LEFT);
}

/* ---- any schedule ---- */

enum { SCHEDULES = 10000, STEPS = 60, PLAYERS = 12, LEASE = 60 };

static uint64_t luck;
static unsigned chance(unsigned n)
{
    luck = luck * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(luck >> 33) % n;
}

/* A plain model: who may be playing, without a thought of seats. */
struct household {
    struct stream rows[PLAYERS * STEPS];
    size_t n;
    int64_t now;
    int seats;
};

static int running(const struct household *h)
{
    int n = 0;
    for (size_t i = 0; i < h->n; i++)
        n += stream_is_live(&h->rows[i], AT(h->now));
    return n;
}

static void press_play(struct household *h)
{
    struct stream s = a_stream("", "", (uint8_t)chance(5), 0, 0);
    snprintf(s.playback.s, sizeof s.playback.s, "%zu", h->n);
    snprintf(s.profile.s, sizeof s.profile.s, "%u", chance(2));
    int before = running(h);
    bool has_own = false;
    for (size_t i = 0; i < h->n; i++)
        has_own = has_own || (stream_is_live(&h->rows[i], AT(h->now)) &&
                              strcmp(h->rows[i].profile.s, s.profile.s) == 0 &&
                              h->rows[i].session[0] == s.session[0]);
    struct stream_seating got = stream_seat(h->rows, h->n, &s, h->seats, AT(h->now));
    assert_int_equal(got.replaces != NULL, has_own);
    assert_int_equal(got.seat >= 0, before - has_own < h->seats);
    if (got.seat < 0)
        return;
    if (got.replaces != NULL)
        h->rows[got.replaces - h->rows].stop = STREAM_REPLACED;
    s.seat = got.seat;
    s.ends = AT(h->now + LEASE);
    h->rows[h->n++] = s;
}

static void beat(struct household *h)
{
    struct stream *s = h->n > 0 ? &h->rows[chance((unsigned)h->n)] : NULL;
    if (s == NULL || s->stop != STREAM_RUNS)
        return;
    bool lives = stream_is_live(s, AT(h->now));
    if (!lives || s->seat >= h->seats) {
        int others = running(h) - lives;
        struct stream_seating got = stream_seat(h->rows, h->n, s, h->seats, AT(h->now));
        if (got.replaces == NULL)
            assert_int_equal(got.seat >= 0, others < h->seats);
        if (got.seat < 0) {
            s->stop = STREAM_PLAN;
            return;
        }
        if (got.replaces != NULL)
            h->rows[got.replaces - h->rows].stop = STREAM_REPLACED;
        s->seat = got.seat;
    }
    s->ends = AT(h->now + LEASE);
}

static void check_seats(const struct household *h, bool is_fewer)
{
    uint32_t taken = 0;
    for (size_t i = 0; i < h->n; i++) {
        if (!stream_is_live(&h->rows[i], AT(h->now)))
            continue;
        assert_int_equal(taken >> h->rows[i].seat & 1, 0);
        taken |= UINT32_C(1) << h->rows[i].seat;
    }
    if (!is_fewer)
        assert_true(running(h) <= h->seats);
}

static void no_schedule_passes_the_limit(void **state)
{
    (void)state;
    static struct household h;
    for (unsigned schedule = 0; schedule < SCHEDULES; schedule++) {
        luck = schedule;
        h.n = 0;
        h.now = 0;
        h.seats = 1 + (int)chance(4);
        int64_t fewer_until = 0; /* who has lost a seat is out with the next heartbeat */
        for (int step = 0; step < STEPS; step++) {
            unsigned what = chance(10);
            if (what < 3)
                press_play(&h);
            else if (what < 7)
                beat(&h);
            else if (what == 7 && h.n > 0)
                h.rows[chance((unsigned)h.n)].stop = STREAM_STOPPED;
            else if (what == 8 && chance(4) == 0) {
                h.seats = 1 + (int)chance(4);
                for (size_t i = 0; i < h.n; i++)
                    if (stream_is_live(&h.rows[i], AT(h.now)) &&
                        h.rows[i].ends.us / UTC_SECOND > fewer_until)
                        fewer_until = h.rows[i].ends.us / UTC_SECOND;
            } else
                h.now += chance(LEASE / 2); /* who is silent meanwhile has crashed */
            check_seats(&h, h.now < fewer_until);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_seats_are_the_plans_while_it_runs_and_a_settings_without_one),
        cmocka_unit_test(a_lease_lives_until_just_before_its_end_and_not_once_stopped),
        cmocka_unit_test(a_stream_finds_the_first_free_seat_or_none),
        cmocka_unit_test(the_same_profile_on_the_same_device_gets_its_own_seat_again),
        cmocka_unit_test(an_account_that_has_lost_seats_gets_none_until_enough_have_gone),
        cmocka_unit_test(a_stream_is_stopped_by_what_the_decision_says),
        cmocka_unit_test(every_reason_has_a_word_of_its_own),
        cmocka_unit_test(no_schedule_passes_the_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
