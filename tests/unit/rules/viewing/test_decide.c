#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rules/viewing/decide.h"

/* Instants of the tables: published at 100; a trial from 200 until 300; paid from 300 until 400. */
enum who { VISITOR, HOUSE, NEVER, TRIAL, PAID, BOTH };

static const struct member *member_of(enum who who, struct member *room)
{
    static const struct subscription subscriptions[] = {
        [TRIAL] = { .trial_from = { 200 }, .trial_until = { 300 } },
        [PAID] = { .paid_from = { 300 }, .paid_until = { 400 } },
        [BOTH] = { { 200 }, { 300 }, { 300 }, { 400 } },
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
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct member room;
        struct showing showing = showing_of_own(rows[i].state, (utc_time){ rows[i].published },
                                                rows[i].is_ready, (utc_time){ rows[i].now });
        struct viewing_verdict v =
            viewing_decide(&(struct viewing_question){ .showing = &showing,
                                                       .territory = TERRITORY_OPEN,
                                                       .member = member_of(rows[i].who, &room),
                                                       .now = { rows[i].now } });
        bool shown = rows[i].reason != VIEWING_NOT_PUBLISHED && rows[i].reason != VIEWING_NOT_READY;
        assert_int_equal(v.reason, rows[i].reason);
        assert_int_equal(v.is_shown, shown);
        assert_int_equal(v.may_play, rows[i].reason == VIEWING_PLAY);
        if (v.may_play)
            assert_int_equal(v.until.us, rows[i].until != 0 ? rows[i].until : INT64_MAX);
    }
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
        cmocka_unit_test(reasons_have_names_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
