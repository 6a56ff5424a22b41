#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "rules/viewing/decide.h"

/* Instants of the tables: published at 100; a trial from 200 until 300; paid from 300 until 400. */
enum who { VISITOR, HOUSE, NEVER, TRIAL, PAID, BOTH };

static const struct member *member_of(enum who who, struct member *room)
{
    static const struct subscription subscriptions[] = {
        [TRIAL] = { .trial_from = { 200 }, .trial_until = { 300 } },
        [PAID] = { .paid_from = { 300 }, .paid_until = { 400 } },
        [BOTH] = { .trial_from = { 200 },
                   .trial_until = { 300 },
                   .paid_from = { 300 },
                   .paid_until = { 400 } },
    };
    *room =
        (struct member){ .role = who == HOUSE ? MEMBER_ROLE_ADMINISTRATOR : MEMBER_ROLE_MEMBER };
    if (who >= TRIAL)
        room->subscription = subscriptions[who];
    return who == VISITOR ? NULL : room;
}

static void the_decision_is_the_same_for_everybody_who_asks(void **state)
{
    (void)state;
    static const struct {
        enum title_state state;
        int64_t published;
        bool is_ready;
        enum who who;
        int64_t now;
        enum viewing_reason reason;
        int64_t until;
    } rows[] = {
        /* what is not out is nobody's to know of */
        { TITLE_DRAFT, 0, true, HOUSE, 250, VIEWING_NOT_PUBLISHED, 0 },
        { TITLE_DRAFT, 100, true, TRIAL, 250, VIEWING_NOT_PUBLISHED, 0 },
        { TITLE_WITHDRAWN, 100, true, TRIAL, 250, VIEWING_NOT_PUBLISHED, 0 },
        { TITLE_WITHDRAWN, 100, true, VISITOR, 250, VIEWING_NOT_PUBLISHED, 0 },
        { TITLE_PUBLISHED, 0, true, TRIAL, 250, VIEWING_NOT_PUBLISHED, 0 },
        { TITLE_PUBLISHED, 100, true, VISITOR, 99, VIEWING_NOT_PUBLISHED, 0 },
        { TITLE_PUBLISHED, 100, true, HOUSE, 99, VIEWING_NOT_PUBLISHED, 0 },
        { TITLE_PUBLISHED, 100, true, VISITOR, 100, VIEWING_JOIN, 0 },
        { TITLE_PUBLISHED, 100, true, VISITOR, 101, VIEWING_JOIN, 0 },
        /* nor is what has no rendition */
        { TITLE_PUBLISHED, 100, false, VISITOR, 250, VIEWING_NOT_READY, 0 },
        { TITLE_PUBLISHED, 100, false, TRIAL, 250, VIEWING_NOT_READY, 0 },
        { TITLE_PUBLISHED, 100, false, HOUSE, 250, VIEWING_NOT_READY, 0 },
        { TITLE_PUBLISHED, 100, false, VISITOR, 99, VIEWING_NOT_PUBLISHED, 0 },
        /* the house looks at what is out */
        { TITLE_PUBLISHED, 100, true, HOUSE, 250, VIEWING_PLAY, 0 },
        /* members by their subscription, to the microsecond */
        { TITLE_PUBLISHED, 100, true, NEVER, 250, VIEWING_SUBSCRIBE, 0 },
        { TITLE_PUBLISHED, 100, true, TRIAL, 199, VIEWING_SUBSCRIBE, 0 },
        { TITLE_PUBLISHED, 100, true, TRIAL, 200, VIEWING_PLAY, 300 },
        { TITLE_PUBLISHED, 100, true, TRIAL, 299, VIEWING_PLAY, 300 },
        { TITLE_PUBLISHED, 100, true, TRIAL, 300, VIEWING_SUBSCRIBE, 0 },
        { TITLE_PUBLISHED, 100, true, TRIAL, 301, VIEWING_SUBSCRIBE, 0 },
        { TITLE_PUBLISHED, 100, true, PAID, 299, VIEWING_SUBSCRIBE, 0 },
        { TITLE_PUBLISHED, 100, true, PAID, 300, VIEWING_PLAY, 400 },
        { TITLE_PUBLISHED, 100, true, PAID, 399, VIEWING_PLAY, 400 },
        { TITLE_PUBLISHED, 100, true, PAID, 400, VIEWING_SUBSCRIBE, 0 },
        { TITLE_PUBLISHED, 100, true, BOTH, 299, VIEWING_PLAY, 300 },
        { TITLE_PUBLISHED, 100, true, BOTH, 300, VIEWING_PLAY, 400 },
        { TITLE_PUBLISHED, 100, true, BOTH, 400, VIEWING_SUBSCRIBE, 0 },
    };
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct member room;
        struct title title = { .state = rows[i].state, .published = { rows[i].published } };
        struct showing *showings;
        size_t n;
        assert_int_equal(showing_make(arena,
                                      &(struct showing_question){ .title = &title,
                                                                  .is_ready = rows[i].is_ready,
                                                                  .min_age = -1 },
                                      &showings, &n),
                         OK);
        utc_time now = { rows[i].now };
        struct viewing_verdict v =
            viewing_decide(&(struct viewing_question){ .showing = showing_at(showings, n, now),
                                                       .territory = TERRITORY_OPEN,
                                                       .member = member_of(rows[i].who, &room),
                                                       .now = now });
        bool shown = rows[i].reason != VIEWING_NOT_PUBLISHED && rows[i].reason != VIEWING_NOT_READY;
        assert_int_equal(v.reason, rows[i].reason);
        assert_int_equal(v.is_shown, shown);
        assert_int_equal(v.may_play, rows[i].reason == VIEWING_PLAY);
        if (v.may_play)
            assert_int_equal(v.until.us, rows[i].until != 0 ? rows[i].until : INT64_MAX);
    }
    arena_destroy(&arena);
}

/* ---- what is against it ---- */

static const struct member house = { .role = MEMBER_ROLE_ADMINISTRATOR };

/* Open from 100 to 200 by subscription in HD, unless the table says otherwise. */
static const struct showing open_showing = { .from = { 100 },
                                             .until = { 200 },
                                             .state = RIGHTS_OPEN,
                                             .because = "a right",
                                             .in_subscription = true,
                                             .format = RIGHTS_HD,
                                             .rent_format = RIGHTS_HD,
                                             .languages = "",
                                             .rent_languages = "",
                                             .min_age = 12,
                                             .closed = { INT64_MIN } };

static void of_several_reasons_the_first_of_the_enumeration_is_given(void **state)
{
    (void)state;
    static const enum viewing_reason all[] = {
        VIEWING_NOT_PUBLISHED, VIEWING_NOT_READY, VIEWING_TERRITORY, VIEWING_NO_RIGHT,
        VIEWING_NOT_YET,       VIEWING_HELD_BACK, VIEWING_LOCKED,    VIEWING_AGE,
        VIEWING_ANNOUNCED,     VIEWING_PLAY,
    };
    enum { N = sizeof all / sizeof all[0] };
    for (unsigned k = 0; k < N; k++) { /* of the showing */
        for (unsigned held = 0; held < 8; held++) {
            bool is_closed = (held & 1) != 0, is_locked = (held & 2) != 0, is_old = (held & 4) != 0;
            if (all[k] == VIEWING_LOCKED || all[k] == VIEWING_AGE)
                continue;
            struct showing s = open_showing;
            s.reason = all[k];
            s.state = all[k] == VIEWING_PLAY        ? RIGHTS_OPEN
                      : all[k] == VIEWING_ANNOUNCED ? RIGHTS_ANNOUNCED
                                                    : RIGHTS_NOTHING;
            s.is_locked = is_locked;
            unsigned first = k;
            for (unsigned i = 0; i < N; i++) {
                bool holds = (is_closed && all[i] == VIEWING_TERRITORY) ||
                             (is_locked && all[i] == VIEWING_LOCKED) ||
                             (is_old && all[i] == VIEWING_AGE);
                if (holds && i < first)
                    first = i;
            }
            struct viewing_profile profile = { .max_age = is_old ? 11 : 12 };
            struct viewing_verdict v = viewing_decide(&(struct viewing_question){
                .showing = &s,
                .territory = is_closed ? TERRITORY_CLOSED : TERRITORY_OPEN,
                .member = &house,
                .profile = &profile,
                .now = { 150 } });
            bool shown = all[first] == VIEWING_PLAY || all[first] == VIEWING_ANNOUNCED;
            assert_int_equal(v.reason, all[first]);
            assert_int_equal(v.is_shown, shown);
            assert_int_equal(v.may_play, all[first] == VIEWING_PLAY);
            assert_string_equal(viewing_verdict_name(&v), v.may_play ? "playable"
                                                          : shown    ? "visible"
                                                                     : "hidden");
            if (first == k)
                assert_string_equal(v.because, "a right");
            else
                assert_null(v.because);
            bool by_territory = all[first] == VIEWING_TERRITORY;
            assert_int_equal(v.from.us, by_territory ? INT64_MIN : 100);
            assert_int_equal(v.until.us, by_territory ? INT64_MAX : 200);
        }
    }
}

static void only_an_open_territory_shows_anything(void **state)
{
    (void)state;
    for (unsigned i = 0; i < TERRITORY_STATES; i++) {
        struct viewing_verdict v =
            viewing_decide(&(struct viewing_question){ .showing = &open_showing,
                                                       .territory = (enum territory_state)i,
                                                       .member = &house,
                                                       .now = { 150 } });
        assert_int_equal(v.may_play, i == TERRITORY_OPEN);
        assert_int_equal(v.is_shown, i == TERRITORY_OPEN);
    }
}

static void a_profile_sees_what_is_for_its_age_and_is_unlocked(void **state)
{
    (void)state;
    static const struct {
        int min_age, max_age;
        bool is_locked, is_unlocked;
        enum viewing_reason reason;
        int locked_age;
    } rows[] = {
        { 12, 0, false, false, VIEWING_PLAY, 0 },    { 12, 12, false, false, VIEWING_PLAY, 0 },
        { 12, 11, false, false, VIEWING_AGE, 0 },    { 12, 13, false, false, VIEWING_PLAY, 0 },
        { 0, 1, false, false, VIEWING_PLAY, 0 },     { -1, 0, false, false, VIEWING_PLAY, 0 },
        { -1, 18, false, false, VIEWING_AGE, 0 },    { 18, 0, true, false, VIEWING_LOCKED, 0 },
        { 18, 0, true, true, VIEWING_PLAY, 0 },      { 18, 0, false, true, VIEWING_PLAY, 0 },
        { 18, 16, true, true, VIEWING_AGE, 0 },      { 16, 0, false, false, VIEWING_LOCKED, 16 },
        { 15, 0, false, false, VIEWING_PLAY, 16 },   { 16, 0, false, true, VIEWING_PLAY, 16 },
        { -1, 0, false, false, VIEWING_LOCKED, 16 }, { -1, 0, false, true, VIEWING_PLAY, 16 },
        { 12, 10, false, true, VIEWING_AGE, 12 },    { 18, 0, true, false, VIEWING_LOCKED, 21 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct showing s = open_showing;
        struct viewing_profile profile = { .max_age = rows[i].max_age,
                                           .locked_age = rows[i].locked_age,
                                           .is_unlocked = rows[i].is_unlocked };
        s.min_age = rows[i].min_age;
        s.is_locked = rows[i].is_locked;
        struct viewing_verdict v =
            viewing_decide(&(struct viewing_question){ .showing = &s,
                                                       .territory = TERRITORY_OPEN,
                                                       .member = &house,
                                                       .profile = &profile,
                                                       .now = { 150 } });
        assert_int_equal(v.reason, rows[i].reason);
    }
    struct showing s = open_showing;
    s.is_locked = true; /* nobody in particular has not opened the locked area */
    struct viewing_verdict v = viewing_decide(&(struct viewing_question){
        .showing = &s, .territory = TERRITORY_OPEN, .member = &house, .now = { 150 } });
    assert_int_equal(v.reason, VIEWING_LOCKED);
}

/* ---- who may, and how ---- */

/* A rental that runs for as long as these tables look. */
static const struct rental running = { .format = RIGHTS_UHD,
                                       .ordered = { 1 },
                                       .bought = { 1 },
                                       .start_by = { INT64_MAX - 1 },
                                       .started = { 1 },
                                       .ends = { INT64_MAX - 1 } };

static void it_is_played_in_the_way_that_the_member_has(void **state)
{
    (void)state;
    static const struct {
        enum who who;
        bool in_subscription, for_rent, is_rented;
        const char *language;
        enum rights_format format, rent_format;
        const char *languages, *rent_languages;
        enum viewing_reason reason;
        enum rights_format got; /* when played */
    } rows[] = {
        { VISITOR, true, false, false, NULL, RIGHTS_HD, RIGHTS_HD, "", "", VIEWING_JOIN, 0 },
        { VISITOR, true, true, true, NULL, RIGHTS_HD, RIGHTS_HD, "", "", VIEWING_JOIN, 0 },
        { NEVER, true, false, false, NULL, RIGHTS_HD, RIGHTS_HD, "", "", VIEWING_SUBSCRIBE, 0 },
        { NEVER, true, true, false, NULL, RIGHTS_HD, RIGHTS_HD, "", "", VIEWING_SUBSCRIBE, 0 },
        { NEVER, false, true, false, NULL, RIGHTS_HD, RIGHTS_HD, "", "", VIEWING_RENT, 0 },
        { NEVER, false, true, true, NULL, RIGHTS_HD, RIGHTS_UHD, "", "", VIEWING_PLAY, RIGHTS_UHD },
        { NEVER, true, true, true, NULL, RIGHTS_UHD, RIGHTS_SD, "", "", VIEWING_PLAY, RIGHTS_SD },
        { NEVER, true, false, true, NULL, RIGHTS_HD, RIGHTS_HD, "", "", VIEWING_SUBSCRIBE, 0 },
        { PAID, true, false, false, NULL, RIGHTS_HD, RIGHTS_SD, "", "", VIEWING_PLAY, RIGHTS_HD },
        { PAID, false, true, false, NULL, RIGHTS_HD, RIGHTS_SD, "", "", VIEWING_RENT, 0 },
        { PAID, true, true, false, NULL, RIGHTS_HD, RIGHTS_UHD, "", "", VIEWING_PLAY, RIGHTS_HD },
        /* both: the language first, then the picture, then the subscription */
        { PAID, true, true, true, NULL, RIGHTS_HD, RIGHTS_UHD, "", "", VIEWING_PLAY, RIGHTS_UHD },
        { PAID, true, true, true, NULL, RIGHTS_HD, RIGHTS_SD, "", "", VIEWING_PLAY, RIGHTS_HD },
        { PAID, true, true, true, "fr", RIGHTS_HD, RIGHTS_UHD, "", "-fr", VIEWING_PLAY, RIGHTS_HD },
        { PAID, true, true, true, "fr", RIGHTS_HD, RIGHTS_SD, "+en", "", VIEWING_PLAY, RIGHTS_SD },
        { PAID, true, true, true, "fr", RIGHTS_HD, RIGHTS_UHD, "-fr", "-fr", VIEWING_LANGUAGE, 0 },
        { PAID, true, true, false, "fr", RIGHTS_HD, RIGHTS_SD, "+en", "", VIEWING_LANGUAGE, 0 },
        { PAID, true, false, false, "fr", RIGHTS_HD, RIGHTS_HD, "+fr:sub", "", VIEWING_LANGUAGE,
          0 },
        { PAID, true, false, false, NULL, RIGHTS_HD, RIGHTS_HD, "+en", "", VIEWING_PLAY,
          RIGHTS_HD },
        /* the house needs neither, but no way is made for it */
        { HOUSE, true, false, false, NULL, RIGHTS_SD, RIGHTS_UHD, "", "", VIEWING_PLAY, RIGHTS_SD },
        { HOUSE, false, true, false, NULL, RIGHTS_UHD, RIGHTS_SD, "", "", VIEWING_PLAY, RIGHTS_SD },
        { HOUSE, true, true, false, NULL, RIGHTS_SD, RIGHTS_UHD, "", "", VIEWING_PLAY, RIGHTS_UHD },
        { HOUSE, true, false, false, "fr", RIGHTS_SD, RIGHTS_UHD, "-fr", "", VIEWING_LANGUAGE, 0 },
        { HOUSE, false, false, true, NULL, RIGHTS_UHD, RIGHTS_UHD, "", "", VIEWING_RENT, 0 },
        { PAID, false, false, true, NULL, RIGHTS_UHD, RIGHTS_UHD, "", "", VIEWING_RENT, 0 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct member room;
        struct showing s = open_showing;
        s.until.us = 1000;
        s.in_subscription = rows[i].in_subscription;
        s.for_rent = rows[i].for_rent;
        s.format = rows[i].format;
        s.rent_format = rows[i].rent_format;
        s.languages = rows[i].languages;
        s.rent_languages = rows[i].rent_languages;
        struct viewing_verdict v = viewing_decide(
            &(struct viewing_question){ .showing = &s,
                                        .territory = TERRITORY_OPEN,
                                        .member = member_of(rows[i].who, &room),
                                        .now = { 350 },
                                        .language = rows[i].language,
                                        .rental = rows[i].is_rented ? &running : NULL });
        assert_int_equal(v.reason, rows[i].reason);
        assert_true(v.is_shown);
        assert_int_equal(v.may_play, rows[i].reason == VIEWING_PLAY);
        if (v.may_play)
            assert_int_equal(v.format, rows[i].got);
    }
}

static void a_verdict_ends_with_the_window_or_the_period(void **state)
{
    (void)state;
    static const struct {
        enum who who;
        int64_t window;
        bool is_rented;
        int64_t until;
    } rows[] = {
        { PAID, 390, false, 390 },    { PAID, 400, false, 400 },    { PAID, 1000, false, 400 },
        { PAID, 1000, true, 1000 }, /* rented in the greater picture: to the window's end */
        { HOUSE, 1000, false, 1000 }, { NEVER, 1000, false, 1000 }, { VISITOR, 1000, false, 1000 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct member room;
        struct showing s = open_showing;
        s.until.us = rows[i].window;
        s.for_rent = rows[i].is_rented;
        s.rent_format = RIGHTS_UHD;
        struct viewing_verdict v = viewing_decide(
            &(struct viewing_question){ .showing = &s,
                                        .territory = TERRITORY_OPEN,
                                        .member = member_of(rows[i].who, &room),
                                        .now = { 350 },
                                        .rental = rows[i].is_rented ? &running : NULL });
        assert_int_equal(v.until.us, rows[i].until);
        assert_int_equal(v.from.us, 100);
    }
}

static void a_device_gets_the_least_format_that_fills_it(void **state)
{
    (void)state;
    static const struct {
        int lines;
        enum rights_format allowed, got;
    } rows[] = {
        { 0, RIGHTS_UHD, RIGHTS_UHD },    { 480, RIGHTS_UHD, RIGHTS_SD },
        { 576, RIGHTS_UHD, RIGHTS_SD },   { 577, RIGHTS_UHD, RIGHTS_HD },
        { 720, RIGHTS_UHD, RIGHTS_HD },   { 1080, RIGHTS_UHD, RIGHTS_HD },
        { 1081, RIGHTS_UHD, RIGHTS_UHD }, { 2160, RIGHTS_UHD, RIGHTS_UHD },
        { 4320, RIGHTS_UHD, RIGHTS_UHD }, { 2160, RIGHTS_HD, RIGHTS_HD },
        { 480, RIGHTS_HD, RIGHTS_SD },    { 2160, RIGHTS_SD, RIGHTS_SD },
        { 1, RIGHTS_SD, RIGHTS_SD },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct showing s = open_showing;
        s.format = rows[i].allowed;
        struct viewing_verdict v =
            viewing_decide(&(struct viewing_question){ .showing = &s,
                                                       .territory = TERRITORY_OPEN,
                                                       .member = &house,
                                                       .now = { 150 },
                                                       .device_lines = rows[i].lines });
        assert_int_equal(v.format, rows[i].got);
    }
}

/* ---- what ended in mid-film ---- */

#define HOUR (INT64_C(3600) * UTC_SECOND)

/* It was open until 10 h and is not since; another right comes at 12 h. */
static void what_was_begun_in_the_window_is_finished_by_policy(void **state)
{
    (void)state;
    static const struct {
        enum viewing_reason reason; /* of the showing */
        int64_t started, closed, from, now;
        int hours;
        enum who who;
        bool is_rented;
        enum viewing_reason got;
        int64_t until; /* when played */
    } rows[] = {
#define ROW(reason, started, closed, from, now, hours, who, rented, got, until)                    \
    { VIEWING_##reason, started, closed, from, now, hours, who, rented != 0, VIEWING_##got, until }
        ROW(NO_RIGHT, 9 * HOUR, 10 * HOUR, 10 * HOUR, 10 * HOUR, 4, HOUSE, 0, PLAY, 14 * HOUR),
        ROW(NO_RIGHT, 9 * HOUR, 10 * HOUR, 10 * HOUR, 14 * HOUR - 1, 4, HOUSE, 0, PLAY, 14 * HOUR),
        ROW(NO_RIGHT, 9 * HOUR, 10 * HOUR, 10 * HOUR, 14 * HOUR, 4, HOUSE, 0, NO_RIGHT, 0),
        ROW(NO_RIGHT, 10 * HOUR - 1, 10 * HOUR, 10 * HOUR, 11 * HOUR, 1, HOUSE, 0, NO_RIGHT, 0),
        ROW(NO_RIGHT, 10 * HOUR - 1, 10 * HOUR, 10 * HOUR, 10 * HOUR, 1, HOUSE, 0, PLAY, 11 * HOUR),
        ROW(NO_RIGHT, 10 * HOUR, 10 * HOUR, 10 * HOUR, 10 * HOUR, 1, HOUSE, 0, NO_RIGHT, 0),
        ROW(NO_RIGHT, 0, 10 * HOUR, 10 * HOUR, 10 * HOUR, 4, HOUSE, 0, NO_RIGHT, 0),
        ROW(NO_RIGHT, 9 * HOUR, 10 * HOUR, 10 * HOUR, 10 * HOUR, 0, HOUSE, 0, NO_RIGHT, 0),
        /* a later span of not being shown grants no more time */
        ROW(NOT_YET, 9 * HOUR, 10 * HOUR, 13 * HOUR, 13 * HOUR, 4, HOUSE, 0, PLAY, 14 * HOUR),
        ROW(NOT_YET, 9 * HOUR, 10 * HOUR, 13 * HOUR, 15 * HOUR, 4, HOUSE, 0, NOT_YET, 0),
        /* one that was made without knowing when it closed: since it began */
        ROW(NO_RIGHT, 9 * HOUR, 0, 10 * HOUR, 13 * HOUR, 4, HOUSE, 0, PLAY, 14 * HOUR),
        ROW(NO_RIGHT, 9 * HOUR, INT64_MIN, 10 * HOUR, 10 * HOUR, 4, HOUSE, 0, NO_RIGHT, 0),
        ROW(HELD_BACK, 9 * HOUR, 10 * HOUR, 10 * HOUR, 10 * HOUR, 4, HOUSE, 0, PLAY, 14 * HOUR),
        ROW(ANNOUNCED, 9 * HOUR, 10 * HOUR, 10 * HOUR, 10 * HOUR, 4, HOUSE, 0, PLAY, 14 * HOUR),
        /* the house took it away, or it has nothing to show: that is no window */
        ROW(NOT_PUBLISHED, 9 * HOUR, 10 * HOUR, 10 * HOUR, 10 * HOUR, 4, HOUSE, 0, NOT_PUBLISHED,
            0),
        ROW(NOT_READY, 9 * HOUR, 10 * HOUR, 10 * HOUR, 10 * HOUR, 4, HOUSE, 0, NOT_READY, 0),
        /* by who may still watch at all */
        ROW(NO_RIGHT, 9 * HOUR, 10 * HOUR, 10 * HOUR, 10 * HOUR, 4, VISITOR, 0, NO_RIGHT, 0),
        ROW(NO_RIGHT, 9 * HOUR, 10 * HOUR, 10 * HOUR, 10 * HOUR, 4, NEVER, 0, NO_RIGHT, 0),
        ROW(NO_RIGHT, 9 * HOUR, 10 * HOUR, 10 * HOUR, 10 * HOUR, 4, NEVER, 1, PLAY, 14 * HOUR),
        ROW(NO_RIGHT, 9 * HOUR, 10 * HOUR, 10 * HOUR, 10 * HOUR, 4, PAID, 0, PLAY, 12 * HOUR),
        ROW(NO_RIGHT, 9 * HOUR, 10 * HOUR, 10 * HOUR, 12 * HOUR, 4, PAID, 0, NO_RIGHT, 0),
#undef ROW
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct member room;
        struct showing s = open_showing;
        const struct member *member = member_of(rows[i].who, &room);
        if (rows[i].who == PAID)
            room.subscription =
                (struct subscription){ .paid_from = { 1 }, .paid_until = { 12 * HOUR } };
        s.state = rows[i].reason == VIEWING_ANNOUNCED ? RIGHTS_ANNOUNCED : RIGHTS_NOTHING;
        s.reason = rows[i].reason;
        s.in_subscription = false;
        s.from.us = rows[i].from;
        s.until.us = 20 * HOUR;
        s.closed.us = rows[i].closed;
        s.rent_format = RIGHTS_SD;
        s.languages = "+en";
        struct viewing_verdict v = viewing_decide(
            &(struct viewing_question){ .showing = &s,
                                        .territory = TERRITORY_OPEN,
                                        .member = member,
                                        .now = { rows[i].now },
                                        .started = { rows[i].started },
                                        .finish_hours = rows[i].hours,
                                        .rental = rows[i].is_rented ? &running : NULL });
        assert_int_equal(v.reason, rows[i].got);
        assert_int_equal(v.may_play, rows[i].got == VIEWING_PLAY);
        assert_int_equal(v.is_shown, rows[i].reason == VIEWING_ANNOUNCED);
        if (!v.may_play)
            continue;
        assert_int_equal(v.until.us, rows[i].until);
        assert_int_equal(v.format, rows[i].is_rented ? RIGHTS_SD : RIGHTS_HD);
        assert_string_equal(v.languages, rows[i].is_rented ? "" : "+en");
        assert_string_equal(viewing_verdict_name(&v), "playable");
    }
}

static void what_is_against_the_viewer_ends_a_film_at_once(void **state)
{
    (void)state;
    for (int held = 0; held < 4; held++) {
        struct showing s = open_showing;
        struct viewing_profile profile = { .max_age = held == 2 ? 10 : 0 };
        s.state = RIGHTS_NOTHING;
        s.reason = VIEWING_NO_RIGHT;
        s.from.us = s.closed.us = 10 * HOUR;
        s.until.us = INT64_MAX;
        s.is_locked = held == 1;
        struct viewing_verdict v = viewing_decide(
            &(struct viewing_question){ .showing = &s,
                                        .territory = held == 3 ? TERRITORY_CLOSED : TERRITORY_OPEN,
                                        .member = &house,
                                        .profile = &profile,
                                        .now = { 11 * HOUR },
                                        .started = { 9 * HOUR },
                                        .finish_hours = 4 });
        assert_int_equal(v.may_play, held == 0);
        assert_false(v.is_shown);
    }
}

static void a_window_that_opened_again_is_no_matter_of_policy(void **state)
{
    (void)state;
    struct showing s = open_showing;
    s.closed.us = 90;
    struct viewing_verdict v =
        viewing_decide(&(struct viewing_question){ .showing = &s,
                                                   .territory = TERRITORY_OPEN,
                                                   .member = &house,
                                                   .now = { 150 },
                                                   .started = { 50 },
                                                   .finish_hours = 4 });
    assert_true(v.may_play && v.is_shown);
    assert_int_equal(v.until.us, 200);
}

/* ---- rentals ---- */

#define BOUGHT (100 * HOUR)
#define STARTED (200 * HOUR)
#define RUNS (48 * HOUR)
#define START_BY (BOUGHT + 720 * HOUR)

enum film { OPEN, SUB_ONLY, RENT_ONLY, OWN, ENDED, HELD, ANNOUNCED, WITHDRAWN, UNREADY };

/* As it stands at some instant: for rent in HD and in SD by subscription until 300 h. */
static struct showing film_that_is(enum film film)
{
    struct showing s = open_showing;
    static const enum viewing_reason reasons[] = {
        [ENDED] = VIEWING_NO_RIGHT,      [HELD] = VIEWING_HELD_BACK,
        [ANNOUNCED] = VIEWING_ANNOUNCED, [WITHDRAWN] = VIEWING_NOT_PUBLISHED,
        [UNREADY] = VIEWING_NOT_READY,
    };
    s.until.us = 300 * HOUR;
    s.format = RIGHTS_SD;
    s.in_subscription = film == OPEN || film == SUB_ONLY || film == OWN;
    s.for_rent = film == OPEN || film == RENT_ONLY;
    if (film == OWN) {
        s.because = NULL;
        s.format = s.rent_format = RIGHTS_UHD;
    }
    if (film >= ENDED) {
        s.reason = reasons[film];
        s.state = film == ANNOUNCED ? RIGHTS_ANNOUNCED : RIGHTS_NOTHING;
        s.rent_format = RIGHTS_SD; /* of whatever was open last */
    }
    return s;
}

enum sale { NOWHERE, ELSEWHERE, SOLD, SOLD_OWN, SOLD_HELD, TAKEN_BACK };
enum life { UNPAID, WAITS, RUNS_NOW, REFUNDED };

static const struct {
    enum film film;
    enum sale sale;
    enum life life;
    enum who who;
    int64_t now;
    enum viewing_reason got;
    int64_t until;
    bool starts;
    enum rights_format format;
} sales[] = {
#define ROW(film, sale, life, who, now, got, until, starts, format)                                \
    {                                                                                              \
        film, sale, life, who, now, VIEWING_##got, until, starts != 0, RIGHTS_##format             \
    }
    /* it waits until its last day, and no playback after it */
    ROW(RENT_ONLY, SOLD, WAITS, NEVER, BOUGHT, PLAY, BOUGHT + RUNS, 1, HD),
    ROW(RENT_ONLY, SOLD, WAITS, NEVER, START_BY - 1, PLAY, START_BY - 1 + RUNS, 1, HD),
    ROW(RENT_ONLY, SOLD, WAITS, NEVER, START_BY, RENT, 0, 0, HD),
    ROW(RENT_ONLY, SOLD, UNPAID, NEVER, BOUGHT, RENT, 0, 0, HD),
    /* it runs, and not a microsecond more */
    ROW(RENT_ONLY, SOLD, RUNS_NOW, NEVER, STARTED, PLAY, STARTED + RUNS, 0, HD),
    ROW(RENT_ONLY, SOLD, RUNS_NOW, NEVER, STARTED + RUNS - 1, PLAY, STARTED + RUNS, 0, HD),
    ROW(RENT_ONLY, SOLD, RUNS_NOW, NEVER, STARTED + RUNS, RENT, 0, 0, HD),
    ROW(RENT_ONLY, SOLD, REFUNDED, NEVER, STARTED + 1, RENT, 0, 0, HD),
    /* past windows and what holds others back, to its clock's end */
    ROW(ENDED, SOLD, WAITS, NEVER, 400 * HOUR, PLAY, 400 * HOUR + RUNS, 1, HD),
    ROW(ENDED, SOLD, RUNS_NOW, NEVER, STARTED + RUNS - 1, PLAY, STARTED + RUNS, 0, HD),
    ROW(ENDED, SOLD, RUNS_NOW, NEVER, STARTED + RUNS, NO_RIGHT, 0, 0, HD),
    ROW(HELD, SOLD, RUNS_NOW, NEVER, STARTED, PLAY, STARTED + RUNS, 0, HD),
    ROW(HELD, SOLD_HELD, RUNS_NOW, NEVER, STARTED, PLAY, STARTED + RUNS, 0, SD),
    ROW(ANNOUNCED, SOLD, WAITS, NEVER, 400 * HOUR, PLAY, 400 * HOUR + RUNS, 1, HD),
    ROW(SUB_ONLY, SOLD, WAITS, NEVER, 400 * HOUR, PLAY, 400 * HOUR + RUNS, 1, HD),
    ROW(OWN, SOLD_OWN, WAITS, NEVER, 400 * HOUR, PLAY, 400 * HOUR + RUNS, 1, UHD),
    ROW(ENDED, SOLD_OWN, RUNS_NOW, NEVER, STARTED, PLAY, STARTED + RUNS, 0, UHD),
    /* but not past what the house or the studio took back */
    ROW(WITHDRAWN, SOLD, RUNS_NOW, NEVER, STARTED, NOT_PUBLISHED, 0, 0, HD),
    ROW(UNREADY, SOLD, RUNS_NOW, NEVER, STARTED, NOT_READY, 0, 0, HD),
    ROW(ENDED, TAKEN_BACK, RUNS_NOW, NEVER, STARTED, NO_RIGHT, 0, 0, HD),
    ROW(SUB_ONLY, TAKEN_BACK, RUNS_NOW, NEVER, STARTED, SUBSCRIBE, 0, 0, HD),
    /* what was sold elsewhere plays while it is for rent here, and no longer */
    ROW(RENT_ONLY, ELSEWHERE, RUNS_NOW, NEVER, STARTED, PLAY, STARTED + RUNS, 0, HD),
    ROW(RENT_ONLY, ELSEWHERE, WAITS, NEVER, 299 * HOUR, PLAY, 300 * HOUR, 1, HD),
    ROW(OWN, ELSEWHERE, WAITS, NEVER, 200 * HOUR, PLAY, 248 * HOUR, 1, UHD),
    ROW(SUB_ONLY, ELSEWHERE, RUNS_NOW, NEVER, STARTED, SUBSCRIBE, 0, 0, HD),
    ROW(ENDED, ELSEWHERE, RUNS_NOW, NEVER, STARTED, NO_RIGHT, 0, 0, HD),
    /* nobody else's, and the house needs none */
    ROW(ENDED, SOLD, RUNS_NOW, VISITOR, STARTED, NO_RIGHT, 0, 0, HD),
    ROW(RENT_ONLY, SOLD, RUNS_NOW, VISITOR, STARTED, JOIN, 0, 0, HD),
    ROW(RENT_ONLY, SOLD, WAITS, HOUSE, STARTED, PLAY, 300 * HOUR, 0, HD),
    ROW(RENT_ONLY, NOWHERE, WAITS, NEVER, STARTED, RENT, 0, 0, HD),
#undef ROW
};

static void a_sale_is_a_sale_and_ends_with_its_own_clock(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof sales / sizeof sales[0]; i++) {
        struct member room;
        struct showing s = film_that_is(sales[i].film),
                       sold = film_that_is(sales[i].sale == SOLD_OWN    ? OWN
                                           : sales[i].sale == SOLD_HELD ? HELD
                                           : sales[i].sale == SOLD      ? RENT_ONLY
                                                                        : ENDED);
        struct rental rental = { .format = RIGHTS_UHD,
                                 .ordered = { BOUGHT },
                                 .bought = { sales[i].life == UNPAID ? 0 : BOUGHT },
                                 .start_by = { START_BY },
                                 .watch_us = RUNS };
        if (sales[i].life == RUNS_NOW)
            rental.started.us = STARTED;
        if (sales[i].life == RUNS_NOW || sales[i].life == REFUNDED)
            rental.ends.us = sales[i].life == REFUNDED ? STARTED + 1 : STARTED + RUNS;
        struct viewing_verdict v = viewing_decide(
            &(struct viewing_question){ .showing = &s,
                                        .territory = TERRITORY_OPEN,
                                        .member = member_of(sales[i].who, &room),
                                        .now = { sales[i].now },
                                        .rental = sales[i].sale != NOWHERE ? &rental : NULL,
                                        .sold = sales[i].sale > ELSEWHERE ? &sold : NULL });
        bool plays = sales[i].got == VIEWING_PLAY;
        assert_int_equal(v.reason, sales[i].got);
        assert_int_equal(v.may_play, plays);
        assert_int_equal(v.starts_rental, sales[i].starts);
        assert_int_equal(v.by_rental, plays && sales[i].who != HOUSE);
        if (!plays)
            continue;
        assert_true(v.is_shown);
        assert_int_equal(v.until.us, sales[i].until);
        assert_int_equal(v.format, sales[i].format);
    }
}

static void what_is_against_the_viewer_stands_against_a_rental_too(void **state)
{
    (void)state;
    for (int held = 0; held < 4; held++) {
        struct showing s = film_that_is(ENDED), sold = film_that_is(RENT_ONLY);
        struct member room;
        struct viewing_profile profile = { .max_age = held == 2 ? 10 : 0 };
        s.is_locked = held == 1;
        struct viewing_verdict v = viewing_decide(
            &(struct viewing_question){ .showing = &s,
                                        .territory = held == 3 ? TERRITORY_CLOSED : TERRITORY_OPEN,
                                        .member = member_of(NEVER, &room),
                                        .profile = &profile,
                                        .now = { 400 * HOUR },
                                        .rental = &running,
                                        .sold = &sold });
        assert_int_equal(v.may_play, held == 0);
        assert_int_equal(v.is_shown, held == 0);
    }
}

/* The subscription shows SD, the rental HD in any language but "fr". */
static void a_subscription_that_gives_as_much_starts_no_clock(void **state)
{
    (void)state;
    static const struct {
        enum rights_format sub, rental;
        int lines;
        const char *language;
        enum who who;
        bool starts;
        enum rights_format format;
    } rows[] = {
        { RIGHTS_HD, RIGHTS_UHD, 0, NULL, PAID, false, RIGHTS_HD },
        { RIGHTS_SD, RIGHTS_UHD, 0, NULL, PAID, true, RIGHTS_HD },
        { RIGHTS_SD, RIGHTS_SD, 0, NULL, PAID, false, RIGHTS_SD },
        { RIGHTS_SD, RIGHTS_UHD, 480, NULL, PAID, false, RIGHTS_SD },
        { RIGHTS_SD, RIGHTS_UHD, 720, NULL, PAID, true, RIGHTS_HD },
        { RIGHTS_SD, RIGHTS_UHD, 0, "fr", PAID, false, RIGHTS_SD },
        { RIGHTS_UHD, RIGHTS_SD, 0, "de", PAID, true, RIGHTS_SD },
        { RIGHTS_UHD, RIGHTS_SD, 0, "en", PAID, false, RIGHTS_UHD },
        { RIGHTS_UHD, RIGHTS_SD, 0, NULL, NEVER, true, RIGHTS_SD },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct member room;
        struct showing s = film_that_is(OPEN);
        struct rental waits = { .format = rows[i].rental,
                                .ordered = { 300 },
                                .bought = { 300 },
                                .start_by = { 400 },
                                .watch_us = 5 };
        s.format = rows[i].sub;
        s.languages = "+fr,en";
        s.rent_languages = "-fr";
        struct viewing_verdict v =
            viewing_decide(&(struct viewing_question){ .showing = &s,
                                                       .territory = TERRITORY_OPEN,
                                                       .member = member_of(rows[i].who, &room),
                                                       .now = { 350 },
                                                       .device_lines = rows[i].lines,
                                                       .language = rows[i].language,
                                                       .rental = &waits,
                                                       .sold = &s });
        assert_true(v.may_play);
        assert_int_equal(v.starts_rental, rows[i].starts);
        assert_int_equal(v.by_rental, rows[i].starts);
        assert_int_equal(v.until.us, rows[i].starts ? 355 : 400);
        assert_int_equal(v.format, rows[i].format);
    }
}

static void a_plan_caps_the_picture_of_the_subscription_alone(void **state)
{
    (void)state;
    static const struct {
        int lines;
        enum rights_format allowed, got;
        enum who who;
    } rows[] = {
        { 0, RIGHTS_UHD, RIGHTS_UHD, PAID },    { 2160, RIGHTS_UHD, RIGHTS_UHD, PAID },
        { 1080, RIGHTS_UHD, RIGHTS_HD, PAID },  { 576, RIGHTS_UHD, RIGHTS_SD, PAID },
        { 480, RIGHTS_UHD, RIGHTS_SD, PAID },   { 1080, RIGHTS_SD, RIGHTS_SD, PAID },
        { 576, RIGHTS_UHD, RIGHTS_UHD, HOUSE },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct member room;
        struct showing s = open_showing, sold = film_that_is(OWN);
        const struct member *member = member_of(rows[i].who, &room);
        room.subscription.lines = rows[i].lines;
        s.until.us = 1000;
        s.format = rows[i].allowed;
        struct viewing_question q = {
            .showing = &s, .territory = TERRITORY_OPEN, .member = member, .now = { 350 }
        };
        assert_int_equal(viewing_decide(&q).format, rows[i].got);
        q.rental = &running;
        q.sold = &sold;
        assert_int_equal(viewing_decide(&q).format,
                         RIGHTS_UHD > rows[i].got ? RIGHTS_UHD : rows[i].got);
    }
}

static void nothing_is_played_past_the_closing_of_a_territory(void **state)
{
    (void)state;
    struct showing ended = film_that_is(ENDED), sold = film_that_is(RENT_ONLY);
    struct member room;
    struct viewing_question q = { .showing = &open_showing,
                                  .territory = TERRITORY_OPEN,
                                  .territory_until = { 180 },
                                  .member = &house,
                                  .now = { 150 } };
    assert_int_equal(viewing_decide(&q).until.us, 180);
    q.territory_until.us = 220;
    assert_int_equal(viewing_decide(&q).until.us, 200);
    q.showing = &ended;
    q.member = member_of(NEVER, &room);
    q.rental = &running;
    q.sold = &sold;
    assert_int_equal(viewing_decide(&q).until.us, 220);
}

static void reasons_have_names_of_their_own(void **state)
{
    (void)state;
    for (unsigned i = 0; i < VIEWING_REASONS; i++) {
        const char *name = viewing_reason_name((enum viewing_reason)i);
        for (unsigned k = 0; k < i; k++)
            assert_string_not_equal(name, viewing_reason_name((enum viewing_reason)k));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_decision_is_the_same_for_everybody_who_asks),
        cmocka_unit_test(of_several_reasons_the_first_of_the_enumeration_is_given),
        cmocka_unit_test(only_an_open_territory_shows_anything),
        cmocka_unit_test(a_profile_sees_what_is_for_its_age_and_is_unlocked),
        cmocka_unit_test(it_is_played_in_the_way_that_the_member_has),
        cmocka_unit_test(a_verdict_ends_with_the_window_or_the_period),
        cmocka_unit_test(a_device_gets_the_least_format_that_fills_it),
        cmocka_unit_test(what_was_begun_in_the_window_is_finished_by_policy),
        cmocka_unit_test(what_is_against_the_viewer_ends_a_film_at_once),
        cmocka_unit_test(a_window_that_opened_again_is_no_matter_of_policy),
        cmocka_unit_test(a_sale_is_a_sale_and_ends_with_its_own_clock),
        cmocka_unit_test(what_is_against_the_viewer_stands_against_a_rental_too),
        cmocka_unit_test(a_subscription_that_gives_as_much_starts_no_clock),
        cmocka_unit_test(a_plan_caps_the_picture_of_the_subscription_alone),
        cmocka_unit_test(nothing_is_played_past_the_closing_of_a_territory),
        cmocka_unit_test(reasons_have_names_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
