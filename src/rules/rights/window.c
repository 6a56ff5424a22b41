#include "rules/rights/window.h"

#include <string.h>

#include "rules/rights/studio.h"

enum { DAY = 86400, LAG_DAYS_MAX = 1000 * 366 };

enum side { AS_START, AS_END };

static utc_time first_of(const struct rights_question *q, civil_day day)
{
    return zone_instant(q->zone, day, 0);
}

/* Days of a contract are the calendar's: thirty days after a midnight is a midnight, also over the
 * change of the clocks. */
static utc_time add_days(const struct rights_question *q, utc_time t, int32_t days)
{
    int32_t second = 0;
    int64_t fraction = t.us % UTC_SECOND;
    civil_day day = zone_day(q->zone, t, &second);
    t = zone_instant(q->zone, (civil_day){ day.days + days }, second);
    return (utc_time){ t.us + fraction + (fraction < 0 ? UTC_SECOND : 0) };
}

static utc_time add(const struct rights_question *q, utc_time t, const struct duration *d)
{
    const struct duration months = { .months = d->months };
    struct duration rest = { .seconds = d->seconds };
    int64_t days = d->seconds / DAY;
    if (duration_is_zero(d) || t.us < RIGHTS_CALENDAR_FIRST || t.us > RIGHTS_CALENDAR_LAST)
        return t;
    t = zone_add(q->zone, t, &months);
    if (days != 0 && days > -LAG_DAYS_MAX && days < LAG_DAYS_MAX) {
        rest.seconds -= days * DAY;
        t = add_days(q, t, (int32_t)days);
    }
    return zone_add(q->zone, t, &rest);
}

static utc_time day_edge(const struct rights_question *q, civil_day day, enum side side)
{
    return first_of(q, (civil_day){ day.days + (side == AS_END ? 1 : 0) });
}

static bool event_known(const struct rights_question *q, enum rights_event event,
                        const char *territory, utc_time *out)
{
    for (size_t i = 0; i < q->n_events; i++) {
        const struct rights_event_date *e = &q->events[i];
        if (e->event == event && strcmp(e->territory, territory) == 0) {
            *out = first_of(q, e->day);
            return true;
        }
    }
    return false;
}

/* The first window of a sale that does not itself hang on an event. */
static bool first_sale(const struct rights_question *q, utc_time *out)
{
    bool found = false;
    for (size_t i = 0; i < q->n_rights; i++) {
        const struct rights_right *r = &q->rights[i];
        utc_time t = r->start.instant;
        if (r->licence != RIGHTS_EST || !territory_set_has(&r->where, q->territory) ||
            (r->start.kind != RIGHTS_EDGE_INSTANT && r->start.kind != RIGHTS_EDGE_DAY))
            continue;
        if (r->start.kind == RIGHTS_EDGE_DAY)
            t = first_of(q, r->start.day);
        if (!found || t.us < out->us)
            *out = t;
        found = true;
    }
    return found;
}

static bool event_instant(const struct rights_question *q, enum rights_event event, bool by_law,
                          utc_time *out)
{
    if (event_known(q, event, q->territory, out))
        return true;
    if (event == RIGHTS_EVENT_THEATRICAL && by_law)
        return event_known(q, event, "", out);
    return event == RIGHTS_EVENT_EST && first_sale(q, out);
}

/* An edge of kind NONE is the caller's to read. */
static struct rights_gap edge_instant(const struct rights_edge *edge,
                                      const struct rights_question *q, enum side side, bool by_law,
                                      utc_time *out)
{
    struct rights_gap gap = { 0 };
    utc_time t = side == AS_START ? RIGHTS_SINCE_EVER : RIGHTS_FOR_EVER;
    switch (edge->kind) {
    case RIGHTS_EDGE_NONE:
    case RIGHTS_EDGE_OPEN: break;
    case RIGHTS_EDGE_INSTANT: t = edge->instant; break;
    case RIGHTS_EDGE_DAY: t = day_edge(q, edge->day, side); break;
    case RIGHTS_EDGE_TBD: gap.what = RIGHTS_MISSING_TBD; break;
    case RIGHTS_EDGE_EVENT:
        if (event_instant(q, edge->event, by_law, &t))
            t = add(q, t, &edge->lag);
        else
            gap = (struct rights_gap){ RIGHTS_MISSING_EVENT, edge->event };
        break;
    }
    if (gap.what == RIGHTS_MISSING_NOTHING)
        *out = t;
    return gap;
}

struct rights_gap rights_window_find(const struct rights_right *right,
                                     const struct rights_question *q, struct rights_interval *out)
{
    struct rights_interval window = { { 0 }, { 0 } };
    if (right->start.kind == RIGHTS_EDGE_NONE)
        return (struct rights_gap){ .what = RIGHTS_MISSING_START };
    struct rights_gap gap = edge_instant(&right->start, q, AS_START, false, &window.from);
    if (gap.what == RIGHTS_MISSING_NOTHING)
        gap = edge_instant(&right->end, q, AS_END, false, &window.until);
    if (gap.what != RIGHTS_MISSING_NOTHING)
        return gap;
    if (!duration_is_zero(&right->window)) {
        if (right->start.kind == RIGHTS_EDGE_OPEN)
            return (struct rights_gap){ .what = RIGHTS_MISSING_BASE };
        utc_time run_out = add(q, window.from, &right->window);
        if (run_out.us < window.until.us)
            window.until = run_out;
    }
    *out = window;
    return gap;
}

bool rights_window(const struct rights_right *right, const struct rights_question *q,
                   utc_time *from, utc_time *until)
{
    struct rights_interval window;
    if (rights_window_find(right, q, &window).what != RIGHTS_MISSING_NOTHING)
        return false;
    *from = window.from;
    *until = window.until;
    return true;
}

/* A contract's clock that nobody can read holds back on both sides; a law's does not begin. */
struct rights_gap rights_block_interval(const struct rights_block *block,
                                        const struct rights_question *q,
                                        struct rights_interval *out)
{
    bool by_law = !block->blocks_when_unknown;
    struct rights_interval held = { RIGHTS_SINCE_EVER, RIGHTS_FOR_EVER };
    utc_time last = RIGHTS_FOR_EVER;
    struct rights_gap from = edge_instant(&block->from, q, AS_START, by_law, &held.from);
    struct rights_gap until = edge_instant(&block->until, q, AS_END, by_law, &held.until);
    struct rights_gap latest = edge_instant(&block->at_latest, q, AS_END, by_law, &last);
    struct rights_gap gap = from.what != RIGHTS_MISSING_NOTHING ? from : until;
    if (gap.what != RIGHTS_MISSING_NOTHING && by_law)
        held = (struct rights_interval){ RIGHTS_SINCE_EVER, RIGHTS_SINCE_EVER };
    if (latest.what == RIGHTS_MISSING_NOTHING && last.us < held.until.us)
        held.until = last;
    *out = held;
    return gap;
}

utc_time rights_lifted_from(const struct rights_right *right, const struct rights_question *q)
{
    utc_time t = RIGHTS_FOR_EVER;
    return edge_instant(&right->suppression_lift, q, AS_START, false, &t).what ==
                   RIGHTS_MISSING_NOTHING
               ? t
               : RIGHTS_FOR_EVER;
}

utc_time rights_announced_from(const struct rights_right *right, const struct rights_question *q)
{
    const struct rights_edge *said =
        right->announce.kind != RIGHTS_EDGE_NONE ? &right->announce : &right->suppression_lift;
    utc_time t = RIGHTS_FOR_EVER, lifted = rights_lifted_from(right, q);
    if (said->kind == RIGHTS_EDGE_NONE ||
        edge_instant(said, q, AS_START, false, &t).what != RIGHTS_MISSING_NOTHING)
        return RIGHTS_FOR_EVER;
    return t.us > lifted.us ? t : lifted;
}

bool rights_licence_is_sold(enum rights_licence licence)
{
    return licence == RIGHTS_SVOD || licence == RIGHTS_AVOD || licence == RIGHTS_VOD;
}

bool rights_block_bears_on(const struct rights_block *block, const struct rights_right *right)
{
    return (block->licences >> right->licence & 1) != 0 &&
           (block->studio == NULL || studio_is_same(block->studio, right->studio));
}

bool rights_goes_live(const struct rights_right *right)
{
    return right->status == RIGHTS_STATUS_UNSAID || right->status == RIGHTS_STATUS_APPROVED;
}

struct rights_right rights_of_house(void)
{
    struct rights_right house = { .id = "house",
                                  .source = "the house's own",
                                  .licence = RIGHTS_SVOD,
                                  .start = { .kind = RIGHTS_EDGE_OPEN },
                                  .end = { .kind = RIGHTS_EDGE_OPEN },
                                  .format = RIGHTS_UHD,
                                  .is_hdr = true };
    territory_set_world(&house.where);
    return house;
}
