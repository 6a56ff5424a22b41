#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rules/rights/right.h"

static void releases_are_the_events_that_clocks_count_from(void **state)
{
    (void)state;
    static const struct {
        const char *type;
        bool is_event;
        enum rights_event event;
    } rows[] = {
        { "Theatrical", true, RIGHTS_EVENT_THEATRICAL },
        { "theatrical limited", true, RIGHTS_EVENT_THEATRICAL },
        { "Broadcast", true, RIGHTS_EVENT_BROADCAST },
        { "Original Broadcast", true, RIGHTS_EVENT_BROADCAST },
        { "Pay TV", true, RIGHTS_EVENT_PAY_TV },
        { "InternetBuy", true, RIGHTS_EVENT_EST },
        { "DVD", true, RIGHTS_EVENT_DISC },
        { "Blu-ray", true, RIGHTS_EVENT_DISC },
        { "original", false, 0 },
        { "InternetRental", false, 0 },
        { "SVOD", false, 0 },
        { "", false, 0 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        enum rights_event event = RIGHTS_EVENT_COMPLETED;
        assert_int_equal(rights_event_of_release(rows[i].type, &event), rows[i].is_event);
        assert_int_equal(event, rows[i].is_event ? rows[i].event : RIGHTS_EVENT_COMPLETED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(releases_are_the_events_that_clocks_count_from),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
