#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "service/rights/rights.h"

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static void edges_are_read_and_written_alike(void **state)
{
    (void)state;
    static const struct {
        const char *said, *written;
        enum rights_edge_kind kind;
        enum rights_event event;
        int32_t months;
        int64_t days;
    } rows[] = {
        { "-", "-", RIGHTS_EDGE_NONE, 0, 0, 0 },
        { "", "-", RIGHTS_EDGE_NONE, 0, 0, 0 },
        { "OPEN", "open", RIGHTS_EDGE_OPEN, 0, 0, 0 },
        { "tbd", "tbd", RIGHTS_EDGE_TBD, 0, 0, 0 },
        { "2014-01-31", "2014-01-31", RIGHTS_EDGE_DAY, 0, 0, 0 },
        { "2014-01-31T12:00:00+02:00", "2014-01-31T10:00:00Z", RIGHTS_EDGE_INSTANT, 0, 0, 0 },
        { "theatrical", "theatrical", RIGHTS_EDGE_EVENT, RIGHTS_EVENT_THEATRICAL, 0, 0 },
        { "theatrical+36m", "theatrical+36m", RIGHTS_EDGE_EVENT, RIGHTS_EVENT_THEATRICAL, 36, 0 },
        { "theatrical+3y", "theatrical+36m", RIGHTS_EDGE_EVENT, RIGHTS_EVENT_THEATRICAL, 36, 0 },
        { "Broadcast-10d", "broadcast-10d", RIGHTS_EDGE_EVENT, RIGHTS_EVENT_BROADCAST, 0, -10 },
        { "pay-tv+6m", "pay-tv+6m", RIGHTS_EDGE_EVENT, RIGHTS_EVENT_PAY_TV, 6, 0 },
        { "pay-tv-10d", "pay-tv-10d", RIGHTS_EDGE_EVENT, RIGHTS_EVENT_PAY_TV, 0, -10 },
        { "pay-tv", "pay-tv", RIGHTS_EDGE_EVENT, RIGHTS_EVENT_PAY_TV, 0, 0 },
        { "disc+4m15d", "disc+4m15d", RIGHTS_EDGE_EVENT, RIGHTS_EVENT_DISC, 4, 15 },
        { "est+P36M", "est+36m", RIGHTS_EDGE_EVENT, RIGHTS_EVENT_EST, 36, 0 },
        { "est-P10D", "est-10d", RIGHTS_EDGE_EVENT, RIGHTS_EVENT_EST, 0, -10 },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct rights_edge edge, again;
        char text[RIGHTS_EDGE_TEXT];
        assert_int_equal(rights_edge_parse(rows[i].said, &edge), OK);
        assert_int_equal(edge.kind, rows[i].kind);
        assert_int_equal(edge.event, rows[i].event);
        assert_int_equal(edge.lag.months, rows[i].months);
        assert_int_equal(edge.lag.seconds, rows[i].days * 86400);
        rights_edge_format(&edge, text);
        assert_string_equal(text, rows[i].written);
        assert_int_equal(rights_edge_parse(text, &again), OK);
        assert_memory_equal(&edge, &again, sizeof edge);
    }
}

static void hours_of_a_lag_survive_the_way_through_text(void **state)
{
    (void)state;
    struct rights_edge edge, again;
    char text[RIGHTS_EDGE_TEXT];
    assert_int_equal(rights_edge_parse("theatrical+PT36H30M", &edge), OK);
    rights_edge_format(&edge, text);
    assert_int_equal(rights_edge_parse(text, &again), OK);
    assert_memory_equal(&edge, &again, sizeof edge);
    assert_int_equal(rights_edge_parse("theatrical-PT36H30M", &edge), OK);
    rights_edge_format(&edge, text);
    assert_int_equal(rights_edge_parse(text, &again), OK);
    assert_memory_equal(&edge, &again, sizeof edge);
}

static void what_is_no_edge_is_refused(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "2014-02-30",          "2014-1-1",         "soon",
        "theatrical+",         "theatrical+m",     "theatrical+36",
        "theatrical+36w",      "theatrical36m",    "theatrical+99999m",
        "theatrical+-36m",     "theatrical+1m-2d", "+36m",
        "2014-01-01T25:00:00Z"
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct rights_edge edge = { .kind = RIGHTS_EDGE_TBD };
        assert_int_equal(rights_edge_parse(rows[i], &edge), ERR_MALFORMED);
        assert_int_equal(edge.kind, RIGHTS_EDGE_TBD);
    }
}

static void instants_without_an_offset_are_the_zones(void **state)
{
    (void)state;
    static const struct {
        const char *said, *zone, *utc;
    } rows[] = {
        { "2013-07-15", "Europe/Paris", "2013-07-14T22:00:00Z" },
        { "2013-07-15T00:00", "America/New_York", "2013-07-15T04:00:00Z" },
        { "2013-07-15T20:30:15", "Europe/Paris", "2013-07-15T18:30:15Z" },
        { "2013-07-15T20:00:00+02:00", "America/New_York", "2013-07-15T18:00:00Z" },
        { "2013-07-15T18:00:00Z", "America/New_York", "2013-07-15T18:00:00Z" },
        { "2013-02-30", "Europe/Paris", NULL },
        { "2013-07-15T24:00", "Europe/Paris", NULL },
        { "2013-07-15 20:00:00", "Europe/Paris", NULL },
        { "2013-07-15T20:00:-1", "Europe/Paris", NULL },
        { "20130715T2000", "Europe/Paris", NULL },
        { "", "Europe/Paris", NULL },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        utc_time t;
        char text[UTC_TEXT];
        enum err err = rights_instant_parse(rows[i].said, zone_named(rows[i].zone), &t);
        assert_int_equal(err, rows[i].utc != NULL ? OK : ERR_MALFORMED);
        if (err != OK)
            continue;
        utc_format(t, text);
        assert_string_equal(text, rows[i].utc);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edges_are_read_and_written_alike),
        cmocka_unit_test(hours_of_a_lag_survive_the_way_through_text),
        cmocka_unit_test(what_is_no_edge_is_refused),
        cmocka_unit_test(instants_without_an_offset_are_the_zones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
