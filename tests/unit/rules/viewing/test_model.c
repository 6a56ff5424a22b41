/* Random contracts: the timeline, the showings and the decision are held against the slow model at
 * every edge, a microsecond before and after it, and between. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model.h"

enum { CASES = 10000, RANDOM_INSTANTS = 6, VIEWERS = 2, SEEN_MIN = 500 };

/* ---- chance, the same at every run ---- */

static uint64_t seed = UINT64_C(0x9e3779b97f4a7c15);

static uint64_t chance(uint64_t below) /* splitmix64 */
{
    uint64_t z = seed += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (z ^ (z >> 31)) % below;
}

static bool one_in(uint64_t n)
{
    return chance(n) == 0;
}

#define ONE_OF(list) ((list)[chance(sizeof(list) / sizeof((list)[0]))])

/* ---- drawing ---- */

static const char *const territories[] = { "FR", "BE", "US", "DE" };
static const char *const zones[] = { "Europe/Paris", "America/New_York", "UTC" };
static const char *const tags[] = { "fr", "fr-CA", "en", "es", "es-419", "de" };

static civil_day draw_day(void)
{
    /* around the change of the clocks as often as elsewhere */
    static const int turns[] = { 15795, 16005, 15774, 16012 };
    return (civil_day){ one_in(4) ? ONE_OF(turns) + (int32_t)chance(5) - 2
                                  : 15000 + (int32_t)chance(1800) };
}

/* Around noon in London, when no clock is put forward anywhere. */
static utc_time draw_instant(void)
{
    return (utc_time){ draw_day().days * UTC_DAY + UTC_DAY / 2 + (int64_t)chance(3) * UTC_SECOND +
                       (int64_t)chance(2) };
}

static struct duration draw_lag(void)
{
    static const struct duration lags[] = {
        { 0, 0 },      { 4, 0 },          { 36, 0 },
        { -1, 0 },     { 0, 30 * 86400 }, { 0, -5 * 86400 - 36000 },
        { 0, 36000 },  { 0, 86400 },      { 13, 0 },
        { 0, 129600 },
    };
    return ONE_OF(lags);
}

static struct rights_edge draw_edge(void)
{
    struct rights_edge e = { .kind = (enum rights_edge_kind)chance(7) };
    if (e.kind > RIGHTS_EDGE_TBD)
        e.kind = RIGHTS_EDGE_DAY;
    e.instant = draw_instant();
    e.day = draw_day();
    e.event = (enum rights_event)chance(RIGHTS_EVENTS);
    e.lag = draw_lag();
    return e;
}

static struct rights_edge draw_date(uint64_t never)
{
    static const enum rights_edge_kind kinds[] = { RIGHTS_EDGE_DAY, RIGHTS_EDGE_DAY,
                                                   RIGHTS_EDGE_INSTANT, RIGHTS_EDGE_TBD };
    struct rights_edge e = { .kind = one_in(never) ? ONE_OF(kinds) : RIGHTS_EDGE_NONE };
    e.instant = draw_instant();
    e.day = draw_day();
    return e;
}

static struct territory_set draw_where(void)
{
    struct territory_set where = { 0 };
    if (one_in(3))
        territory_set_world(&where);
    for (size_t i = 0; i < sizeof territories / sizeof territories[0]; i++) {
        if (one_in(2))
            territory_set_add(&where, territories[i]);
        else if (one_in(3))
            territory_set_remove(&where, territories[i]);
    }
    return where;
}

static size_t draw_languages(struct rights_language *room)
{
    size_t n = one_in(2) ? 0 : 1 + chance(3);
    for (size_t i = 0; i < n; i++)
        room[i] = (struct rights_language){ ONE_OF(tags), (enum rights_asset)chance(3) };
    return n;
}

/* Told apart by their first letters, in the model and by the names themselves. */
static const char *draw_studio(bool for_block)
{
    static const char *const names[] = { "Gaumont", "GAUMONT", "Path\303\251", "pathe", "Fox" };
    if (one_in(4))
        return for_block && one_in(2) ? "" : NULL;
    return ONE_OF(names);
}

struct drawn {
    struct rights_right rights[MODEL_RIGHTS];
    struct rights_block blocks[MODEL_BLOCKS];
    struct rights_event_date events[4];
    struct rights_language languages[MODEL_RIGHTS][6];
    struct title title;
};

static struct rights_right draw_right(struct rights_language *languages)
{
    static const enum rights_licence sold[] = { RIGHTS_SVOD, RIGHTS_VOD, RIGHTS_AVOD };
    struct rights_right r = { .id = "1", .source = "avail", .studio = draw_studio(false) };
    r.licence = one_in(5) ? (enum rights_licence)chance(RIGHTS_LICENCES) : ONE_OF(sold);
    r.status = one_in(3) ? (enum rights_status)chance(5) : RIGHTS_STATUS_UNSAID;
    r.where = draw_where();
    r.start = draw_edge();
    r.end = draw_edge();
    /* windows that are windows, more often than not */
    if (r.start.kind == RIGHTS_EDGE_DAY && r.end.kind == RIGHTS_EDGE_DAY && !one_in(8))
        r.end.day.days = r.start.day.days + (int32_t)chance(400) - 1;
    if (one_in(4))
        r.window = (struct duration){ 0, (int64_t)chance(200) * 43200 };
    r.announce = draw_date(3);
    r.suppression_lift = draw_date(4);
    if (r.announce.kind == RIGHTS_EDGE_DAY && r.start.kind == RIGHTS_EDGE_DAY && !one_in(4))
        r.announce.day.days = r.start.day.days - (int32_t)chance(60);
    r.format = (enum rights_format)chance(3);
    r.allowed = languages;
    r.n_allowed = draw_languages(languages);
    r.holdback = languages + 3;
    r.n_holdback = draw_languages(languages + 3);
    return r;
}

static struct rights_block draw_block(void)
{
    struct rights_block b = { .id = "2", .source = "deal", .studio = draw_studio(true) };
    b.kind = (enum rights_block_kind)chance(4);
    b.licences = (uint32_t)chance(1 << RIGHTS_LICENCES);
    b.where = draw_where();
    b.from = draw_edge();
    b.until = draw_edge();
    if (b.from.kind == RIGHTS_EDGE_DAY && b.until.kind == RIGHTS_EDGE_DAY && !one_in(8))
        b.until.day.days = b.from.day.days + (int32_t)chance(200);
    b.at_latest = draw_date(4);
    b.blocks_when_unknown = one_in(2);
    return b;
}

static void draw_title(struct title *title, struct showing_question *s)
{
    *title = (struct title){ .state = TITLE_PUBLISHED, .is_licensed = true };
    title->published = one_in(8) ? (utc_time){ 0 } : draw_instant();
    if (one_in(8))
        title->state = one_in(2) ? TITLE_DRAFT : TITLE_WITHDRAWN;
    s->title = title;
    s->now = one_in(2) ? (utc_time){ INT64_MAX } : draw_instant();
    s->is_ready = !one_in(6);
    s->min_age = (int)chance(4) * 6 - 1;
    s->is_locked = one_in(6);
}

static void draw(struct drawn *d, struct model *m)
{
    static const char *const places[] = { "", "FR", "BE", "US" };
    *m = (struct model){ .q = { .territory = ONE_OF(territories),
                                .zone = zone_named(ONE_OF(zones)) } };
    m->q.n_rights = chance(4) == 0 ? chance(MODEL_RIGHTS + 1) : chance(4);
    m->q.n_blocks = one_in(2) ? 0 : chance(MODEL_BLOCKS + 1);
    m->q.n_events = chance(5);
    m->q.rights = d->rights;
    m->q.blocks = d->blocks;
    m->q.events = d->events;
    bool is_sold = one_in(10); /* sales, and windows that count from the first of them */
    for (size_t i = 0; i < m->q.n_rights; i++) {
        d->rights[i] = draw_right(d->languages[i]);
        if (is_sold && one_in(2))
            d->rights[i].licence = RIGHTS_EST;
        else if (is_sold && d->rights[i].start.kind == RIGHTS_EDGE_EVENT)
            d->rights[i].start.event = RIGHTS_EVENT_EST;
    }
    for (size_t i = 0; i < m->q.n_blocks; i++)
        d->blocks[i] = draw_block();
    for (size_t i = 0; i < m->q.n_events; i++) {
        d->events[i].event = (enum rights_event)chance(RIGHTS_EVENTS);
        snprintf(d->events[i].territory, sizeof d->events[i].territory, "%s", ONE_OF(places));
        d->events[i].day = draw_day();
    }
    draw_title(&d->title, &m->s);
}

/* ---- holding against the model ---- */

static int number; /* of the case, for who reads a failure */
/* How often each answer was given: one that chance never draws would not be held to anything. */
static int seen_why[RIGHTS_WHY_BLOCKED + 1], seen_reason[VIEWING_REASONS], finished, rented,
    rented_after;

#define HOLD(what, got, wanted)                                                                    \
    do {                                                                                           \
        if ((int64_t)(got) != (int64_t)(wanted))                                                   \
            fail_msg("case %d, at %lld: %s is %lld, the model says %lld", number, (long long)t,    \
                     what, (long long)(got), (long long)(wanted));                                 \
    } while (0)

static void hold_timeline(const struct model *m, const struct rights_timeline *timeline, int64_t t)
{
    const struct rights_span *span = rights_timeline_at(timeline, (utc_time){ t });
    struct model_answer a = model_rights(m, t);
    size_t n_open = 0;
    seen_why[a.why]++;
    HOLD("the span", span->from.us <= t && (t < span->until.us), true);
    HOLD("state", span->state, a.state);
    HOLD("why", span->why, a.why);
    for (size_t i = 0; i < m->q.n_rights; i++)
        n_open += model_right_is_open(m, i, t) ? 1 : 0;
    HOLD("number of open rights", span->n_open, n_open);
    for (size_t i = 0; i < span->n_open; i++) {
        HOLD("a right named as open", model_right_is_open(m, span->open[i], t), true);
        if (i == 0)
            continue;
        size_t a_index = span->open[i - 1], b_index = span->open[i];
        bool in_order =
            m->q.rights[a_index].format > m->q.rights[b_index].format ||
            (m->q.rights[a_index].format == m->q.rights[b_index].format &&
             (m->rights[a_index].until > m->rights[b_index].until ||
              (m->rights[a_index].until == m->rights[b_index].until && a_index < b_index)));
        HOLD("best first", in_order, true);
    }
    if (a.why == RIGHTS_WHY_BLOCKED)
        HOLD("the block named", model_block_is_in_force(m, (size_t)span->because, t), true);
    HOLD("a reason named", span->because >= 0, a.why != RIGHTS_WHY_NO_RIGHT);
}

static void hold_way(const struct model *m, const struct showing *s, bool rent, int64_t t)
{
    enum rights_format format;
    bool is_open = model_is_way_open(m, rent, t, &format);
    HOLD(rent ? "for rent" : "in the subscription", rent ? s->for_rent : s->in_subscription,
         is_open);
    if (!is_open)
        return;
    HOLD("format", rent ? s->rent_format : s->format, format);
    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
        const char *text = rent ? s->rent_languages : s->languages;
        for (enum rights_asset asset = RIGHTS_SUB; asset <= RIGHTS_DUB; asset++)
            HOLD(text, showing_language_allowed(text, tags[i], asset),
                 model_allows(m, rent, t, tags[i], asset));
    }
}

static void hold_showing(const struct model *m, const struct showing *s, int64_t t)
{
    enum viewing_reason reason;
    struct model_answer a = model_showing(m, t, &reason);
    HOLD("the showing", s->from.us <= t && (t < s->until.us), true);
    HOLD("state of the showing", s->state, a.state);
    HOLD("reason of the showing", s->reason, reason);
    if (s->state == RIGHTS_OPEN) {
        hold_way(m, s, false, t);
        hold_way(m, s, true, t);
    }
}

struct made {
    struct rights_timeline timeline;
    struct showing *showings;
    size_t n;
};

/* When a playback began: with something that changes as often as at any time. */
static int64_t draw_start(const struct model *m)
{
    int64_t edge = m->n_edges > 0 ? m->edges[chance(m->n_edges)] : 0;
    return one_in(2) && edge != INT64_MIN && edge != INT64_MAX ? edge : draw_instant().us;
}

/* Bought before t, when something changes as often as at any time; waiting, running or over. */
static void draw_rental(const struct model *m, int64_t t, struct model_viewer *out)
{
    static const int64_t runs[] = { 1, 2 * UTC_DAY, 4000 * UTC_DAY, 4000 * UTC_DAY };
    int64_t at = draw_start(m);
    if (!out->is_member || one_in(6) || at > t || at <= 0 || t > INT64_MAX / 2)
        return;
    out->rented = at;
    out->rented_here = !one_in(5);
    out->rented_format = (enum rights_format)chance(3);
    out->clock_runs = ONE_OF(runs);
    out->start_by = one_in(4) ? t : one_in(3) ? t + 1 : t + (int64_t)chance(40) * UTC_DAY;
    if (one_in(2))
        out->clock_began = one_in(3) && t - out->clock_runs > at ? t - out->clock_runs : at;
}

static void hold_decision(const struct model *m, const struct made *made, const struct showing *s,
                          int64_t t)
{
    static const int lines[] = { 0, 480, 576, 720, 1080, 2160, 4320 };
    static const int plans[] = { 576, 1080, 2160 };
    const struct model_viewer v = {
        .territory = one_in(8) ? TERRITORY_CLOSED : TERRITORY_OPEN,
        .is_member = !one_in(5),
        .is_unlocked = one_in(2),
        .max_age = one_in(3) ? 0 : (int)chance(3) * 6 + 5,
        .locked_age = one_in(3) ? (int)chance(3) * 6 + 6 : 0,
        .finish_hours = (int)chance(3) * 2000,
        .lines = ONE_OF(lines),
        .language = one_in(2) ? NULL : ONE_OF(tags),
        .started = one_in(3) ? 0 : draw_start(m),
    };
    struct model_viewer viewer = v;
    viewer.is_administrator = v.is_member && one_in(6);
    viewer.is_paid = v.is_member && one_in(2);
    viewer.plan_lines = one_in(2) ? 0 : ONE_OF(plans);
    draw_rental(m, t, &viewer);
    struct member member = { .role = viewer.is_administrator ? MEMBER_ROLE_ADMINISTRATOR
                                                             : MEMBER_ROLE_MEMBER };
    if (viewer.is_paid)
        member.subscription = (struct subscription){ .paid_from = { INT64_MIN },
                                                     .paid_until = { INT64_MAX },
                                                     .lines = viewer.plan_lines };
    struct rental rental = { .format = viewer.rented_format,
                             .ordered = { viewer.rented },
                             .bought = { viewer.rented },
                             .start_by = { viewer.start_by },
                             .watch_us = viewer.clock_runs,
                             .started = { viewer.clock_began } };
    if (viewer.clock_began != 0)
        rental.ends.us = viewer.clock_began + viewer.clock_runs;
    struct viewing_profile profile = { .max_age = viewer.max_age,
                                       .locked_age = viewer.locked_age,
                                       .is_unlocked = viewer.is_unlocked };
    struct viewing_verdict got = viewing_decide(&(struct viewing_question){
        .showing = s,
        .territory = viewer.territory,
        .member = viewer.is_member ? &member : NULL,
        .profile = &profile,
        .now = { t },
        .device_lines = viewer.lines,
        .language = viewer.language,
        .started = { viewer.started },
        .finish_hours = viewer.finish_hours,
        .rental = viewer.rented != 0 ? &rental : NULL,
        .sold = viewer.rented_here ? showing_at(made->showings, made->n, rental.ordered) : NULL });
    struct model_verdict wanted = model_decide(m, &viewer, t);
    seen_reason[wanted.reason]++;
    finished += wanted.may_play && s->state != RIGHTS_OPEN ? 1 : 0;
    HOLD("reason", got.reason, wanted.reason);
    HOLD("is shown", got.is_shown, wanted.is_shown);
    HOLD("may play", got.may_play, wanted.may_play);
    if (got.may_play)
        HOLD("format of the verdict", got.format, wanted.format);
    HOLD("by rental", got.by_rental, wanted.may_play && wanted.by_rental);
    HOLD("starts the rental", got.starts_rental, wanted.may_play && wanted.starts_rental);
    if (got.by_rental && wanted.until != INT64_MAX)
        HOLD("until the rental ends", got.until.us == wanted.until, true);
    rented += got.by_rental ? 1 : 0;
    rented_after += got.by_rental && s->state != RIGHTS_OPEN ? 1 : 0;
    HOLD("ends later than now", got.until.us > t, true);
}

static void hold_chain(struct arena *arena, const struct model *m, int64_t t)
{
    struct rights_reason *chain;
    size_t n;
    HOLD("the chain", rights_explain(arena, &m->q, (utc_time){ t }, &chain, &n), OK);
    HOLD("length of the chain", n, m->q.n_rights + m->q.n_blocks);
    for (size_t i = 0; i < m->q.n_rights; i++)
        HOLD(chain[i].text, chain[i].holds, model_right_is_open(m, i, t));
    for (size_t i = 0; i < m->q.n_blocks; i++) {
        if (chain[m->q.n_rights + i].holds)
            HOLD(chain[m->q.n_rights + i].text, model_block_is_in_force(m, i, t), true);
    }
}

static void hold_at(const struct model *m, const struct made *made, int64_t t)
{
    const struct showing *s = showing_at(made->showings, made->n, (utc_time){ t });
    hold_timeline(m, &made->timeline, t);
    hold_showing(m, s, t);
    for (int i = 0; i < VIEWERS; i++)
        hold_decision(m, made, s, t);
}

static void hold_around(const struct model *m, const struct made *made, int64_t t)
{
    if (t < INT64_MAX) /* for ever is no instant, what lies just before it is */
        hold_at(m, made, t);
    if (t > INT64_MIN)
        hold_at(m, made, t - 1);
    if (t < INT64_MAX - 1)
        hold_at(m, made, t + 1);
}

/* Whole and without gaps, and no span goes on in the next one. */
static void hold_shape(const struct made *made)
{
    const struct rights_timeline *line = &made->timeline;
    assert_true(line->n >= 1 && made->n >= 1);
    assert_int_equal(line->spans[0].from.us, INT64_MIN);
    assert_int_equal(line->spans[line->n - 1].until.us, INT64_MAX);
    for (size_t i = 1; i < line->n; i++) {
        const struct rights_span *a = &line->spans[i - 1], *b = &line->spans[i];
        assert_int_equal(a->until.us, b->from.us);
        assert_true(a->from.us < a->until.us);
        assert_true(a->why != b->why || a->because != b->because || a->n_open != b->n_open ||
                    memcmp(a->open, b->open, a->n_open * sizeof a->open[0]) != 0);
    }
    assert_int_equal(made->showings[0].from.us, INT64_MIN);
    assert_int_equal(made->showings[made->n - 1].until.us, INT64_MAX);
    for (size_t i = 1; i < made->n; i++)
        assert_int_equal(made->showings[i - 1].until.us, made->showings[i].from.us);
}

static void hold_case(struct arena *arena, struct model *m)
{
    struct made made;
    bool is_own = one_in(20);
    assert_int_equal(rights_timeline_make(arena, &m->q, &made.timeline), OK);
    m->s.timeline = is_own ? NULL : &made.timeline;
    m->s.rights = m->q.rights;
    m->s.blocks = m->q.blocks;
    model_read(m);
    assert_int_equal(showing_make(arena, &m->s, &made.showings, &made.n), OK);
    hold_shape(&made);
    for (size_t i = 0; i < m->n_edges; i++)
        hold_around(m, &made, m->edges[i]);
    for (size_t i = 0; i < made.timeline.n; i++)
        hold_around(m, &made, made.timeline.spans[i].from.us);
    for (size_t i = 0; i < made.n; i++)
        hold_around(m, &made, made.showings[i].from.us);
    for (int i = 0; i < RANDOM_INSTANTS; i++) {
        utc_time t = draw_instant();
        hold_at(m, &made, t.us);
        hold_chain(arena, m, t.us);
    }
}

static void contracts_are_decided_as_the_slow_model_decides_them(void **state)
{
    (void)state;
    static struct drawn d;
    static struct model m;
    for (number = 0; number < CASES; number++) {
        struct arena *arena = arena_create();
        draw(&d, &m);
        hold_case(arena, &m);
        arena_destroy(&arena);
    }
    for (unsigned i = 0; i < sizeof seen_why / sizeof seen_why[0]; i++)
        assert_in_range(seen_why[i], SEEN_MIN, INT32_MAX);
    for (unsigned i = 0; i < VIEWING_REASONS; i++)
        assert_in_range(seen_reason[i], SEEN_MIN, INT32_MAX);
    assert_in_range(finished, SEEN_MIN, INT32_MAX);
    assert_in_range(rented, SEEN_MIN, INT32_MAX);
    assert_in_range(rented_after, SEEN_MIN, INT32_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contracts_are_decided_as_the_slow_model_decides_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
