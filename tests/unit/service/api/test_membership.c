#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "service/api/membership.h"

enum { NOW = 1000 };

/* What is kept was written when somebody last looked; the clock has gone on since. */
static void a_subscription_is_told_as_the_clock_has_left_it(void **state)
{
    (void)state;
    static const struct {
        enum membership_state kept;
        int64_t trial, paid, grace;
        const char *word;
        int64_t until;
    } rows[] = {
        { MEMBERSHIP_NONE, 0, 0, 0, "none", 0 },
        { MEMBERSHIP_TRIAL, NOW + 1, 0, 0, "trial", NOW + 1 },
        { MEMBERSHIP_TRIAL, NOW, 0, 0, "ended", NOW },
        { MEMBERSHIP_TRIAL, 900, 0, NOW + 5, "active", NOW + 5 },
        { MEMBERSHIP_ACTIVE, 0, NOW + 1, 0, "active", NOW + 1 },
        { MEMBERSHIP_ACTIVE, 0, NOW, 0, "ended", NOW },
        { MEMBERSHIP_PAST_DUE, 0, 900, NOW + 5, "past-due", NOW + 5 },
        { MEMBERSHIP_PAST_DUE, 0, 900, NOW, "suspended", NOW },
        { MEMBERSHIP_SUSPENDED, 0, 900, 0, "suspended", 900 },
        { MEMBERSHIP_PAUSED, 0, 900, 0, "paused", 900 },
        { MEMBERSHIP_PARTNER, 0, INT64_MAX, 0, "partner", 0 },
        { MEMBERSHIP_ENDED, 0, 900, 0, "ended", 900 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct membership m = { .state = rows[i].kept };
        struct subscription *s = &m.subscription;
        utc_time until;
        s->trial_from.us = rows[i].trial != 0 ? 1 : 0;
        s->trial_until.us = rows[i].trial;
        s->paid_from.us = rows[i].paid != 0 ? 1 : 0;
        s->paid_until.us = rows[i].paid;
        s->grace_until.us = rows[i].grace;
        assert_string_equal(membership_word(&m, (utc_time){ NOW }, &until), rows[i].word);
        assert_int_equal(until.us, rows[i].until);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_subscription_is_told_as_the_clock_has_left_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
