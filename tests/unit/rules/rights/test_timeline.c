#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "rules/rights/timeline.h"

static struct arena *arena;

static int make_arena(void **state)
{
    (void)state;
    arena = arena_create();
    return 0;
}

static int drop_arena(void **state)
{
    (void)state;
    arena_destroy(&arena);
    return 0;
}

static struct rights_edge day(int year, int month, int day_of_month)
{
    return (struct rights_edge){ .kind = RIGHTS_EDGE_DAY,
                                 .day = civil_day_of(year, month, day_of_month) };
}

static const struct rights_edge open_edge = { .kind = RIGHTS_EDGE_OPEN },
                                tbd = { .kind = RIGHTS_EDGE_TBD };

static struct rights_edge after(enum rights_event event, int months, int64_t seconds)
{
    return (struct rights_edge){ .kind = RIGHTS_EDGE_EVENT,
                                 .event = event,
                                 .lag = { months, seconds } };
}

static utc_time at(const char *text)
{
    utc_time t = { 0 };
    if (strcmp(text, "ever") == 0)
        return RIGHTS_SINCE_EVER;
    if (strcmp(text, "end") == 0)
        return RIGHTS_FOR_EVER;
    assert_int_equal(utc_parse(text, strlen(text), &t), OK);
    return t;
}

static struct territory_set where(const char *text)
{
    struct territory_set set;
    char bad[3];
    assert_int_equal(territory_set_parse(text, &set, bad), OK);
    return set;
}

static struct rights_right right_in(const char *territories, struct rights_edge start,
                                    struct rights_edge end)
{
    return (struct rights_right){
        .source = "avail", .studio = "Fox", .where = where(territories), .start = start, .end = end
    };
}

static struct rights_question question(const char *territory, const char *zone)
{
    return (struct rights_question){ .territory = territory, .zone = zone_named(zone) };
}

/* "2013-07-15", "open", "tbd", "none", "theatrical+36m", "disc-468000s", "far": near the last
 * instant that can be written. */
static struct rights_edge edge_of(const char *text)
{
    static const struct {
        const char *text;
        struct rights_edge edge;
    } words[] = {
        { "open", { .kind = RIGHTS_EDGE_OPEN } },
        { "tbd", { .kind = RIGHTS_EDGE_TBD } },
        { "none", { .kind = RIGHTS_EDGE_NONE } },
        { "far", { .kind = RIGHTS_EDGE_INSTANT, .instant = { INT64_MAX - 1 } } },
        { "long ago", { .kind = RIGHTS_EDGE_INSTANT, .instant = { INT64_MIN + 1 } } },
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(words[i].text, text) == 0)
            return words[i].edge;
    }
    struct rights_edge edge = { .kind = RIGHTS_EDGE_DAY };
    if (civil_day_parse(text, strlen(text), &edge.day) == OK)
        return edge;
    char name[16] = "";
    size_t n = strcspn(text, "+-"), digits = strlen(text) - n - 2;
    int64_t number = 0;
    memcpy(name, text, n);
    edge.kind = RIGHTS_EDGE_EVENT;
    assert_true(rights_event_parse(name, &edge.event));
    assert_int_equal(text_to_i64(text + n + 1, digits, 0, INT32_MAX, &number), OK);
    number = text[n] == '-' ? -number : number;
    if (text[strlen(text) - 1] == 'm')
        edge.lag.months = (int32_t)number;
    else
        edge.lag.seconds = number * (text[strlen(text) - 1] == 'd' ? 86400 : 1);
    return edge;
}

static const struct {
    const char *territory, *zone, *start, *end;
    struct duration window;
    const char *from, *until; /* from NULL: not known; "": as it was said */
} windows[] = {
#define PARIS "FR", "Europe/Paris"
#define NEW_YORK "US", "America/New_York"
    { PARIS, "2013-07-15", "2014-07-14", { 0 }, "2013-07-14T22:00:00Z", "2014-07-14T22:00:00Z" },
    { NEW_YORK, "2013-07-15", "2014-07-14", { 0 }, "2013-07-15T04:00:00Z", "2014-07-15T04:00:00Z" },
    { "JP",
      "Asia/Tokyo",
      "2013-07-15",
      "2013-07-15",
      { 0 },
      "2013-07-14T15:00:00Z",
      "2013-07-15T15:00:00Z" },
    /* the day on which the clocks go forward, and the day on which they go back */
    { PARIS, "2013-03-31", "2013-03-31", { 0 }, "2013-03-30T23:00:00Z", "2013-03-31T22:00:00Z" },
    { PARIS, "2013-10-27", "2013-10-27", { 0 }, "2013-10-26T22:00:00Z", "2013-10-27T23:00:00Z" },
    /* a day without a midnight: the clocks leap from 24:00 to 01:00 */
    { "BR", "America/Sao_Paulo", "2013-10-20", "open", { 0 }, "2013-10-20T03:00:00Z", "end" },
    { PARIS, "open", "open", { 0 }, "ever", "end" },
    { PARIS, "open", "none", { 0 }, "ever", "end" },
    { PARIS, "none", "open", { 0 }, NULL, NULL },
    { PARIS, "tbd", "open", { 0 }, NULL, NULL },
    { PARIS, "2013-07-15", "tbd", { 0 }, NULL, NULL },
    /* a duration ends it, if that is sooner */
    { PARIS,
      "2013-07-15",
      "open",
      { 0, 30 * 86400 },
      "2013-07-14T22:00:00Z",
      "2013-08-13T22:00:00Z" },
    { PARIS,
      "2013-10-15",
      "open",
      { 0, 30 * 86400 },
      "2013-10-14T22:00:00Z",
      "2013-11-13T23:00:00Z" },
    { PARIS, "2013-07-15", "2013-07-20", { 1, 0 }, "2013-07-14T22:00:00Z", "2013-07-20T22:00:00Z" },
    { PARIS, "2013-07-15", "2013-12-31", { 1, 0 }, "2013-07-14T22:00:00Z", "2013-08-14T22:00:00Z" },
    { PARIS, "open", "open", { 1, 0 }, NULL, NULL },
    /* from an event of the territory's own, with a lag by its calendar */
    { PARIS, "theatrical+36m", "open", { 0 }, "2016-07-13T22:00:00Z", "end" },
    { PARIS, "theatrical+4m", "open", { 0 }, "2013-11-13T23:00:00Z", "end" },
    { PARIS, "theatrical+120d", "open", { 0 }, "2013-11-10T23:00:00Z", "end" },
    { PARIS, "theatrical-468000s", "open", { 0 }, "2013-07-08T12:00:00Z", "end" },
    { PARIS, "2013-01-01", "theatrical+0d", { 0 }, "2012-12-31T23:00:00Z", "2013-07-13T22:00:00Z" },
    { "BE", "Europe/Brussels", "theatrical+0d", "open", { 0 }, NULL, NULL },
    /* the original day is nobody's: a contract waits for the territory's */
    { PARIS, "broadcast+0d", "open", { 0 }, NULL, NULL },
    { PARIS, "disc+0d", "open", { 0 }, NULL, NULL },
    { NEW_YORK, "disc+0d", "open", { 0 }, "2013-07-14T04:00:00Z", "end" },
    /* lags and instants that no calendar holds */
    { PARIS, "theatrical+500000d", "open", { 0 }, "3382-06-26T22:00:00Z", "end" },
    { PARIS, "far", "open", { 1, 0 }, "", "" },
    { PARIS, "long ago", "open", { 1, 0 }, "", "" },
};

static void a_window_is_read_by_the_clocks_of_the_territory(void **state)
{
    (void)state;
    static const struct rights_event_date events[] = {
        { RIGHTS_EVENT_THEATRICAL, "FR", { 15900 } }, /* 2013-07-14 */
        { RIGHTS_EVENT_BROADCAST, "", { 15900 } },
        { RIGHTS_EVENT_DISC, "US", { 15900 } },
    };
    for (size_t i = 0; i < sizeof windows / sizeof windows[0]; i++) {
        struct rights_question q = question(windows[i].territory, windows[i].zone);
        struct rights_right r =
            right_in(windows[i].territory, edge_of(windows[i].start), edge_of(windows[i].end));
        utc_time from = { 7 }, until = { 7 };
        r.window = windows[i].window;
        q.n_events = 3;
        q.events = events;
        bool known = rights_window(&r, &q, &from, &until);
        assert_int_equal(known, windows[i].from != NULL);
        if (!known) {
            assert_true(from.us == 7 && until.us == 7);
        } else if (windows[i].from[0] == 0) {
            assert_true(from.us == r.start.instant.us && until.us == from.us);
        } else {
            assert_int_equal(from.us, at(windows[i].from).us);
            assert_int_equal(until.us, at(windows[i].until).us);
        }
    }
}

static void who_counts_from_a_first_sale_counts_from_the_first_window_of_one(void **state)
{
    (void)state;
    struct rights_right rights[] = {
        right_in("FR", after(RIGHTS_EVENT_EST, 0, 30 * 86400), open_edge),
        right_in("FR", after(RIGHTS_EVENT_EST, 0, 0), open_edge), /* a sale that itself waits */
        right_in("FR", day(2013, 9, 1), open_edge),
        right_in("FR", day(2013, 8, 1), open_edge),
        right_in("BE", day(2013, 1, 1), open_edge),
        right_in("FR", day(2013, 2, 1), open_edge),
        right_in("FR",
                 (struct rights_edge){ .kind = RIGHTS_EDGE_INSTANT,
                                       .instant = at("2013-08-15T00:00:00Z") },
                 open_edge),
    };
    for (size_t i = 1; i < sizeof rights / sizeof rights[0]; i++)
        rights[i].licence = RIGHTS_EST;
    rights[5].licence = RIGHTS_VOD;
    struct rights_question q = question("FR", "Europe/Paris");
    q.rights = rights;
    q.n_rights = sizeof rights / sizeof rights[0];
    utc_time from, until;
    assert_true(rights_window(&rights[0], &q, &from, &until));
    assert_int_equal(from.us, at("2013-08-30T22:00:00Z").us);
    q.n_rights = 2;
    assert_false(rights_window(&rights[0], &q, &from, &until));
    /* who says when it was sold is believed */
    struct rights_event_date sold = { RIGHTS_EVENT_EST, "FR", civil_day_of(2013, 5, 1) };
    q.events = &sold;
    q.n_events = 1;
    assert_true(rights_window(&rights[0], &q, &from, &until));
    assert_int_equal(from.us, at("2013-05-30T22:00:00Z").us);
}

struct expected {
    const char *from;
    enum rights_why why;
    int because;
};

static void expect(const struct rights_question *q, const struct expected *rows, size_t n)
{
    struct rights_timeline line;
    assert_int_equal(rights_timeline_make(arena, q, &line), OK);
    assert_int_equal(line.n, n);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(line.spans[i].from.us, at(rows[i].from).us);
        assert_int_equal(line.spans[i].why, rows[i].why);
        assert_int_equal(line.spans[i].because, rows[i].because);
        assert_ptr_equal(rights_timeline_at(&line, line.spans[i].from), &line.spans[i]);
        if (i > 0)
            assert_ptr_equal(rights_timeline_at(&line, (utc_time){ line.spans[i].from.us - 1 }),
                             &line.spans[i - 1]);
    }
}
#define EXPECT(q, rows) expect(q, rows, sizeof(rows) / sizeof((rows)[0]))

static void without_a_right_nothing_is_ever_shown(void **state)
{
    (void)state;
    struct rights_question q = question("FR", "Europe/Paris");
    static const struct expected none[] = { { "ever", RIGHTS_WHY_NO_RIGHT, -1 } };
    EXPECT(&q, none);
    struct rights_right rights[] = {
        right_in("BE", open_edge, open_edge),                 /* elsewhere */
        right_in("FR", open_edge, open_edge),                 /* a sale */
        right_in("FR", day(2014, 1, 2), day(2014, 1, 1)),     /* no time at all */
        right_in("FR", day(2015, 1, 1), open_edge),           /* taken back */
        right_in("FR", (struct rights_edge){ 0 }, open_edge), /* never, and taken back */
    };
    rights[1].licence = RIGHTS_EST;
    rights[3].status = RIGHTS_STATUS_REVOKED;
    rights[4].status = RIGHTS_STATUS_EXPIRED;
    q.rights = rights;
    q.n_rights = 4;
    static const struct expected revoked[] = {
        { "ever", RIGHTS_WHY_NO_RIGHT, -1 },
        { "2014-12-31T23:00:00Z", RIGHTS_WHY_STATUS, 3 },
    };
    EXPECT(&q, revoked);
    rights[3] = rights[4];
    EXPECT(&q, none);
}

static void a_right_comes_is_announced_opens_and_ends(void **state)
{
    (void)state;
    struct rights_right r = right_in("FR", day(2013, 7, 15), day(2014, 7, 14));
    struct rights_question q = question("FR", "Europe/Paris");
    q.rights = &r;
    q.n_rights = 1;
    static const struct expected plain[] = {
        { "ever", RIGHTS_WHY_NOT_YET, 0 },
        { "2013-07-14T22:00:00Z", RIGHTS_WHY_OPEN, 0 },
        { "2014-07-14T22:00:00Z", RIGHTS_WHY_ENDED, 0 },
    };
    EXPECT(&q, plain);
    static const struct expected told[] = {
        { "ever", RIGHTS_WHY_NOT_YET, 0 },
        { "2013-06-30T22:00:00Z", RIGHTS_WHY_ANNOUNCED, 0 },
        { "2013-07-14T22:00:00Z", RIGHTS_WHY_OPEN, 0 },
        { "2014-07-14T22:00:00Z", RIGHTS_WHY_ENDED, 0 },
    };
    r.announce = day(2013, 7, 1);
    EXPECT(&q, told);
    r.announce = (struct rights_edge){ 0 }; /* what is lifted before it opens may be spoken of */
    r.suppression_lift = day(2013, 7, 1);
    EXPECT(&q, told);
    r.announce = day(2013, 6, 1); /* but not before, whatever else is said */
    EXPECT(&q, told);
    r.announce = tbd;
    EXPECT(&q, plain);
    static const struct expected hushed[] = {
        { "ever", RIGHTS_WHY_NOT_YET, 0 },
        { "2013-07-14T22:00:00Z", RIGHTS_WHY_SUPPRESSED, 0 },
        { "2013-07-31T22:00:00Z", RIGHTS_WHY_OPEN, 0 },
        { "2014-07-14T22:00:00Z", RIGHTS_WHY_ENDED, 0 },
    };
    r.suppression_lift = day(2013, 8, 1);
    EXPECT(&q, hushed);
    static const struct expected never[] = {
        { "ever", RIGHTS_WHY_NOT_YET, 0 },
        { "2013-07-14T22:00:00Z", RIGHTS_WHY_SUPPRESSED, 0 },
        { "2014-07-14T22:00:00Z", RIGHTS_WHY_ENDED, 0 },
    };
    r.suppression_lift = tbd;
    EXPECT(&q, never);
    static const struct expected pending[] = {
        { "ever", RIGHTS_WHY_NOT_YET, 0 },
        { "2013-07-14T22:00:00Z", RIGHTS_WHY_STATUS, 0 },
        { "2014-07-14T22:00:00Z", RIGHTS_WHY_ENDED, 0 },
    };
    r.suppression_lift = (struct rights_edge){ 0 };
    r.announce = day(2013, 7, 1);
    r.status = RIGHTS_STATUS_PENDING;
    EXPECT(&q, pending);
    r.status = RIGHTS_STATUS_APPROVED;
    EXPECT(&q, told);
}

static void chronology_holds_a_film_back_by_its_day_in_the_cinemas(void **state)
{
    (void)state;
    struct rights_right rights[] = { right_in("FR", day(2012, 1, 1), open_edge),
                                     right_in("FR", day(2012, 1, 1), open_edge) };
    rights[1].licence = RIGHTS_VOD;
    struct rights_block blocks[] = {
        { .source = "SVOD 36 months",
          .licences = 1 << RIGHTS_SVOD,
          .where = where("FR"),
          .from = day(2010, 11, 1),
          .until = after(RIGHTS_EVENT_THEATRICAL, 36, 0),
          .at_latest = day(2022, 2, 9) },
        { .source = "VOD 4 months",
          .licences = 1 << RIGHTS_VOD,
          .where = where("FR"),
          .until = after(RIGHTS_EVENT_THEATRICAL, 4, 0) },
    };
    struct rights_event_date event = { RIGHTS_EVENT_THEATRICAL, "FR", civil_day_of(2013, 7, 15) };
    struct rights_question q = question("FR", "Europe/Paris");
    q.rights = rights;
    q.n_rights = 2;
    q.blocks = blocks;
    q.n_blocks = 2;
    q.events = &event;
    q.n_events = 1;
    static const struct expected held[] = {
        { "ever", RIGHTS_WHY_NOT_YET, 0 },
        { "2011-12-31T23:00:00Z", RIGHTS_WHY_BLOCKED, 0 },
        { "2013-11-14T23:00:00Z", RIGHTS_WHY_OPEN, 1 }, /* for rent */
        { "2016-07-14T22:00:00Z", RIGHTS_WHY_OPEN, 0 },
    };
    EXPECT(&q, held);
    event.territory[0] = 0; /* the original day stands in for a law */
    EXPECT(&q, held);
    blocks[0].blocks_when_unknown = blocks[1].blocks_when_unknown = true; /* not for a contract */
    static const struct expected unknown[] = {
        { "ever", RIGHTS_WHY_NOT_YET, 0 },
        { "2011-12-31T23:00:00Z", RIGHTS_WHY_BLOCKED, 0 },
        { "2022-02-09T23:00:00Z", RIGHTS_WHY_OPEN, 0 },
    };
    EXPECT(&q, unknown);
    blocks[0].blocks_when_unknown = blocks[1].blocks_when_unknown = false;
    q.n_events = 0; /* never in the cinemas: the law's clock does not begin */
    static const struct expected free[] = {
        { "ever", RIGHTS_WHY_NOT_YET, 0 },
        { "2011-12-31T23:00:00Z", RIGHTS_WHY_OPEN, 0 },
    };
    EXPECT(&q, free);
    event.day = civil_day_of(2021, 1, 1); /* the law ends before the months do */
    q.n_events = 1;
    event.territory[0] = 'F';
    static const struct expected replaced[] = {
        { "ever", RIGHTS_WHY_NOT_YET, 0 },
        { "2011-12-31T23:00:00Z", RIGHTS_WHY_BLOCKED, 0 },
        { "2021-04-30T22:00:00Z", RIGHTS_WHY_OPEN, 1 },
        { "2022-02-09T23:00:00Z", RIGHTS_WHY_OPEN, 0 },
    };
    EXPECT(&q, replaced);
}

static void a_block_is_for_one_studio_or_for_the_house_or_for_all(void **state)
{
    (void)state;
    static const char *const names[] = { NULL, "", "20th century FOX", "Path\303\251", "..." };
    static const char *const owners[] = { "20th Century Fox", "pathe", NULL, "" };
    static const bool held[5][4] = { { true, true, true, true },
                                     { false, false, true, true },
                                     { true, false, false, false },
                                     { false, true, false, false },
                                     { false, false, false, false } };
    for (size_t b = 0; b < 5; b++) {
        for (size_t r = 0; r < 4; r++) {
            struct rights_right right = rights_of_house();
            struct rights_block block = { .licences = 1 << RIGHTS_SVOD,
                                          .where = right.where,
                                          .studio = names[b] };
            struct rights_question q = question("FR", "UTC");
            right.studio = owners[r];
            q.rights = &right;
            q.n_rights = 1;
            q.blocks = &block;
            q.n_blocks = 1;
            struct rights_timeline line;
            assert_int_equal(rights_timeline_make(arena, &q, &line), OK);
            assert_int_equal(line.n, 1);
            assert_int_equal(line.spans[0].why, held[b][r] ? RIGHTS_WHY_BLOCKED : RIGHTS_WHY_OPEN);
        }
    }
}

static void of_many_blocks_the_one_that_lasts_longest_is_named(void **state)
{
    (void)state;
    struct rights_right r = right_in("FR", open_edge, open_edge);
    struct rights_block blocks[] = {
        { .licences = 1, .where = where("FR"), .until = day(2013, 1, 1) },
        { .licences = 1, .where = where("FR"), .studio = "Fox", .until = day(2014, 1, 1) },
        { .licences = 1, .where = where("FR"), .studio = "FOX", .until = day(2014, 1, 1) },
        { .licences = 1, .where = where("FR"), .until = day(2014, 1, 1) },
        { .licences = 1, .where = where("FR"), .until = day(2013, 6, 1) },
        { .licences = 1, .where = where("BE"), .until = day(2020, 6, 1) },
        { .licences = 2, .where = where("FR"), .until = day(2020, 6, 1) },
    };
    struct rights_question q = question("FR", "UTC");
    q.rights = &r;
    q.n_rights = 1;
    q.blocks = blocks;
    q.n_blocks = sizeof blocks / sizeof blocks[0];
    static const struct expected first[] = {
        { "ever", RIGHTS_WHY_BLOCKED, 1 },
        { "2014-01-02T00:00:00Z", RIGHTS_WHY_OPEN, 0 },
    };
    EXPECT(&q, first);
    blocks[3].until = day(2014, 2, 1);
    static const struct expected longer[] = {
        { "ever", RIGHTS_WHY_BLOCKED, 3 },
        { "2014-02-02T00:00:00Z", RIGHTS_WHY_OPEN, 0 },
    };
    EXPECT(&q, longer);
    blocks[3] = blocks[1];
    blocks[3].studio = NULL; /* as long as the studio's own, but named after it */
    EXPECT(&q, first);
    struct rights_block swap = blocks[0];
    blocks[0] = blocks[3];
    blocks[3] = swap;
    static const struct expected all[] = {
        { "ever", RIGHTS_WHY_BLOCKED, 0 },
        { "2014-01-02T00:00:00Z", RIGHTS_WHY_OPEN, 0 },
    };
    EXPECT(&q, all);
}

static void open_rights_stand_by_picture_then_by_length(void **state)
{
    (void)state;
    struct rights_right rights[] = {
        right_in("FR", open_edge, day(2015, 1, 1)),
        right_in("FR", open_edge, day(2016, 1, 1)),
        right_in("FR", open_edge, day(2014, 1, 1)),
        right_in("FR", open_edge, day(2016, 1, 1)),
    };
    rights[2].format = RIGHTS_UHD;
    struct rights_question q = question("FR", "UTC");
    q.rights = rights;
    q.n_rights = 4;
    struct rights_timeline line;
    assert_int_equal(rights_timeline_make(arena, &q, &line), OK);
    static const uint16_t order[] = { 2, 1, 3, 0 };
    const struct rights_span *span = rights_timeline_at(&line, at("2013-01-01T00:00:00Z"));
    assert_int_equal(span->n_open, 4);
    assert_memory_equal(span->open, order, sizeof order);
    span = rights_timeline_at(&line, at("2015-06-01T00:00:00Z"));
    assert_int_equal(span->n_open, 2);
    assert_int_equal(rights_timeline_at(&line, RIGHTS_FOR_EVER)->why, RIGHTS_WHY_ENDED);
    assert_int_equal(rights_timeline_at(&line, RIGHTS_FOR_EVER)->because, 1);
}

static void more_than_a_title_can_have_is_refused(void **state)
{
    (void)state;
    struct rights_question q = question("FR", "UTC");
    struct rights_timeline line;
    struct rights_right *rights = ARENA_ARRAY(arena, struct rights_right, RIGHTS_PER_TITLE_MAX);
    struct rights_block *blocks = ARENA_ARRAY(arena, struct rights_block, RIGHTS_PER_TITLE_MAX);
    for (int i = 0; i < RIGHTS_PER_TITLE_MAX; i++)
        rights[i] = right_in("BE", open_edge, open_edge);
    q.rights = rights;
    q.blocks = blocks;
    q.n_rights = q.n_blocks = RIGHTS_PER_TITLE_MAX;
    assert_int_equal(rights_timeline_make(arena, &q, &line), OK);
    q.n_rights++;
    assert_int_equal(rights_timeline_make(arena, &q, &line), ERR_FULL);
    q.n_rights--;
    q.n_blocks++;
    assert_int_equal(rights_timeline_make(arena, &q, &line), ERR_FULL);
    q.n_blocks = 0;
    for (int i = 0; i < RIGHTS_PER_TITLE_MAX; i++) { /* each day one more is open */
        rights[i] = right_in("FR", day(2013, 1, 1), open_edge);
        rights[i].start.day.days += i;
    }
    assert_int_equal(rights_timeline_make(arena, &q, &line), ERR_FULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_window_is_read_by_the_clocks_of_the_territory),
        cmocka_unit_test(who_counts_from_a_first_sale_counts_from_the_first_window_of_one),
        cmocka_unit_test(without_a_right_nothing_is_ever_shown),
        cmocka_unit_test(a_right_comes_is_announced_opens_and_ends),
        cmocka_unit_test(chronology_holds_a_film_back_by_its_day_in_the_cinemas),
        cmocka_unit_test(a_block_is_for_one_studio_or_for_the_house_or_for_all),
        cmocka_unit_test(of_many_blocks_the_one_that_lasts_longest_is_named),
        cmocka_unit_test(open_rights_stand_by_picture_then_by_length),
        cmocka_unit_test(more_than_a_title_can_have_is_refused),
    };
    return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
