#include "model.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SECOND INT64_C(1000000)
#define DAY_SECONDS INT64_C(86400)

/* ---- the calendar, counted by hand ---- */

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    return days[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

/* Days since 1970, by counting months from there. */
static int day_number(int year, int month, int day)
{
    int n = 0;
    for (int y = 1970; y < year; y++)
        n += is_leap(y) ? 366 : 365;
    for (int m = 1; m < month; m++)
        n += days_in(year, m);
    return n + day - 1;
}

static int add_months(int days, int months)
{
    int year = 1970, month = 1;
    while (days >= days_in(year, month)) {
        days -= days_in(year, month);
        year += month == 12 ? 1 : 0;
        month = month == 12 ? 1 : month + 1;
    }
    for (; months > 0; months--) {
        year += month == 12 ? 1 : 0;
        month = month == 12 ? 1 : month + 1;
    }
    for (; months < 0; months++) {
        year -= month == 1 ? 1 : 0;
        month = month == 1 ? 12 : month - 1;
    }
    int day = days + 1;
    return day_number(year, month, day < days_in(year, month) ? day : days_in(year, month));
}

/* ---- three zones, by the rules that were in force from 2008 to 2021 ---- */

static int sunday(int year, int month, int nth) /* nth 0: the last */
{
    int day = nth == 0 ? days_in(year, month) : 7 * nth;
    while ((day_number(year, month, day) + 4) % 7 != 0) /* 1970-01-01 was a Thursday */
        day--;
    return day_number(year, month, day);
}

static int year_of(int64_t seconds)
{
    int year = 1970;
    while ((int64_t)day_number(year + 1, 1, 1) * DAY_SECONDS <= seconds)
        year++;
    return year;
}

static int64_t offset_at(const char *zone, int64_t seconds)
{
    if (strcmp(zone, "UTC") == 0 || seconds < 0)
        return 0;
    int year = year_of(seconds);
    if (strcmp(zone, "Europe/Paris") == 0) { /* both changes at 01:00 UTC */
        int64_t from = (int64_t)sunday(year, 3, 0) * DAY_SECONDS + 3600,
                until = (int64_t)sunday(year, 10, 0) * DAY_SECONDS + 3600;
        return seconds >= from && seconds < until ? 7200 : 3600;
    }
    assert(strcmp(zone, "America/New_York") == 0); /* both at 02:00 by its clocks */
    int64_t from = (int64_t)sunday(year, 3, 2) * DAY_SECONDS + 7 * 3600,
            until = (int64_t)sunday(year, 11, 1) * DAY_SECONDS + 6 * 3600;
    return seconds >= from && seconds < until ? -4 * 3600 : -5 * 3600;
}

/* Neither zone changes its clocks around midnight or noon: a time of day then is a time of day. */
static int64_t instant_of(const char *zone, int64_t local)
{
    for (int64_t offset = -5 * 3600; offset <= 7200; offset += 3600) {
        if (offset_at(zone, local - offset) == offset)
            return (local - offset) * SECOND;
    }
    abort(); /* a time that the clocks leap over */
}

static int64_t start_of_day(const struct model *m, int day)
{
    return instant_of(zone_name(m->q.zone), day * DAY_SECONDS);
}

/* Months, then days, by the calendar; then what is left, by the clock. */
static int64_t later_by(const struct model *m, int64_t t, const struct duration *d)
{
    const char *zone = zone_name(m->q.zone);
    int64_t fraction = t % SECOND, seconds = t / SECOND, local = seconds + offset_at(zone, seconds);
    int day = (int)(local / DAY_SECONDS);
    int64_t time = local % DAY_SECONDS, days = d->seconds / DAY_SECONDS;
    if (d->months == 0 && days == 0)
        return t + d->seconds * SECOND;
    day = add_months(day, d->months) + (int)days;
    return instant_of(zone, day * DAY_SECONDS + time) + fraction +
           (d->seconds - days * DAY_SECONDS) * SECOND;
}

/* ---- edges ---- */

static bool event_of(const struct model *m, enum rights_event event, const char *where, int *day)
{
    for (size_t i = 0; i < m->q.n_events; i++) {
        if (m->q.events[i].event == event && strcmp(m->q.events[i].territory, where) == 0) {
            *day = m->q.events[i].day.days;
            return true;
        }
    }
    return false;
}

static bool event_start(const struct model *m, const struct rights_edge *e, bool by_law, int64_t *t)
{
    int day;
    bool found = event_of(m, e->event, m->q.territory, &day);
    if (!found && by_law && e->event == RIGHTS_EVENT_THEATRICAL)
        found = event_of(m, e->event, "", &day);
    if (found)
        *t = start_of_day(m, day);
    if (found || e->event != RIGHTS_EVENT_EST)
        return found;
    /* nobody said when it was first sold: the sales of the contracts say it */
    for (size_t i = 0; i < m->q.n_rights; i++) {
        const struct rights_right *r = &m->q.rights[i];
        int64_t begins;
        if (r->licence != RIGHTS_EST || !territory_set_has(&r->where, m->q.territory))
            continue;
        if (r->start.kind == RIGHTS_EDGE_DAY)
            begins = start_of_day(m, r->start.day.days);
        else if (r->start.kind == RIGHTS_EDGE_INSTANT)
            begins = r->start.instant.us;
        else
            continue;
        if (!found || begins < *t)
            *t = begins;
        found = true;
    }
    return found;
}

/* False: not known. none: what an edge that is not said stands for. */
static bool edge(const struct model *m, const struct rights_edge *e, bool is_end, bool by_law,
                 int64_t none, int64_t *t)
{
    *t = none;
    if (e->kind == RIGHTS_EDGE_OPEN)
        *t = is_end ? INT64_MAX : INT64_MIN;
    if (e->kind == RIGHTS_EDGE_INSTANT)
        *t = e->instant.us;
    if (e->kind == RIGHTS_EDGE_DAY) /* to 23:59:59 and the rest of that second */
        *t = start_of_day(m, e->day.days + (is_end ? 1 : 0));
    if (e->kind == RIGHTS_EDGE_EVENT) {
        if (!event_start(m, e, by_law, t))
            return false;
        *t = later_by(m, *t, &e->lag);
    }
    return e->kind != RIGHTS_EDGE_TBD;
}

static void read_right(const struct model *m, const struct rights_right *r, struct model_right *out)
{
    int64_t run_out, announced;
    bool has_start = edge(m, &r->start, false, false, 0, &out->from);
    bool has_end = edge(m, &r->end, true, false, INT64_MAX, &out->until);
    out->is_known = r->start.kind != RIGHTS_EDGE_NONE && has_start && has_end;
    if (out->is_known && (r->window.months != 0 || r->window.seconds != 0)) {
        if (r->start.kind == RIGHTS_EDGE_OPEN)
            out->is_known = false;
        else {
            run_out = later_by(m, out->from, &r->window);
            out->until = run_out < out->until ? run_out : out->until;
        }
    }
    if (!edge(m, &r->suppression_lift, false, false, INT64_MIN, &out->lifted))
        out->lifted = INT64_MAX;
    out->announced = INT64_MAX;
    if (r->announce.kind != RIGHTS_EDGE_NONE) {
        if (edge(m, &r->announce, false, false, 0, &announced))
            out->announced = announced > out->lifted ? announced : out->lifted;
    } else if (r->suppression_lift.kind != RIGHTS_EDGE_NONE) {
        out->announced = out->lifted;
    }
}

static void read_block(const struct model *m, const struct rights_block *b, struct model_block *out)
{
    bool by_law = !b->blocks_when_unknown;
    int64_t latest;
    bool has_from = edge(m, &b->from, false, by_law, INT64_MIN, &out->from);
    bool has_until = edge(m, &b->until, true, by_law, INT64_MAX, &out->until);
    out->holds_ever = b->blocks_when_unknown || (has_from && has_until);
    if (!has_from)
        out->from = INT64_MIN;
    if (!has_until)
        out->until = INT64_MAX;
    if (edge(m, &b->at_latest, true, by_law, INT64_MAX, &latest) && latest < out->until)
        out->until = latest;
}

void model_read(struct model *m)
{
    m->n_edges = 0;
    for (size_t i = 0; i < m->q.n_rights; i++) {
        struct model_right *r = &m->rights[i];
        read_right(m, &m->q.rights[i], r);
        if (!r->is_known)
            continue;
        m->edges[m->n_edges++] = r->from;
        m->edges[m->n_edges++] = r->until;
        m->edges[m->n_edges++] = r->lifted;
        m->edges[m->n_edges++] = r->announced;
    }
    for (size_t i = 0; i < m->q.n_blocks; i++) {
        read_block(m, &m->q.blocks[i], &m->blocks[i]);
        m->edges[m->n_edges++] = m->blocks[i].from;
        m->edges[m->n_edges++] = m->blocks[i].until;
    }
    if (m->s.title != NULL)
        m->edges[m->n_edges++] = m->s.title->published.us;
}

/* ---- rights ---- */

static bool is_ours(const struct model *m, const struct rights_right *r)
{
    return territory_set_has(&r->where, m->q.territory) &&
           (r->licence == RIGHTS_SVOD || r->licence == RIGHTS_AVOD || r->licence == RIGHTS_VOD);
}

static bool is_approved(const struct rights_right *r)
{
    return r->status != RIGHTS_STATUS_PENDING && r->status != RIGHTS_STATUS_REVOKED &&
           r->status != RIGHTS_STATUS_EXPIRED;
}

/* In these tests a studio is told by the first letter of its name, in any case. */
static bool is_same_studio(const char *a, const char *b)
{
    const char *left = a != NULL ? a : "", *right = b != NULL ? b : "";
    return strncasecmp(left, right, 1) == 0;
}

bool model_block_is_in_force(const struct model *m, size_t block, int64_t t)
{
    const struct model_block *b = &m->blocks[block];
    return territory_set_has(&m->q.blocks[block].where, m->q.territory) && b->holds_ever &&
           t >= b->from && t < b->until;
}

static bool is_held(const struct model *m, size_t right, int64_t t)
{
    for (size_t i = 0; i < m->q.n_blocks; i++) {
        const struct rights_block *b = &m->q.blocks[i];
        if (model_block_is_in_force(m, i, t) &&
            (b->licences & (1U << m->q.rights[right].licence)) != 0 &&
            (b->studio == NULL || is_same_studio(b->studio, m->q.rights[right].studio)))
            return true;
    }
    return false;
}

static bool is_in_window(const struct model *m, size_t right, int64_t t)
{
    const struct model_right *r = &m->rights[right];
    return is_ours(m, &m->q.rights[right]) && r->is_known && t >= r->from && t < r->until;
}

bool model_right_is_open(const struct model *m, size_t right, int64_t t)
{
    return is_in_window(m, right, t) && is_approved(&m->q.rights[right]) &&
           t >= m->rights[right].lifted && !is_held(m, right, t);
}

static bool is_announced(const struct model *m, size_t right, int64_t t)
{
    const struct model_right *r = &m->rights[right];
    return is_ours(m, &m->q.rights[right]) && r->is_known && r->from < r->until && t < r->from &&
           t >= r->announced && is_approved(&m->q.rights[right]) && !is_held(m, right, r->from);
}

/* Whether any right is of some kind at t. */
enum kind { OPEN, ANNOUNCED, HELD, SUPPRESSED, NOT_LIVE, TO_COME, UNKNOWN, ENDED };

static bool is_of_kind(const struct model *m, size_t i, enum kind kind, int64_t t)
{
    const struct rights_right *r = &m->q.rights[i];
    const struct model_right *w = &m->rights[i];
    bool may_come = is_approved(r) || r->status == RIGHTS_STATUS_PENDING;
    bool is_real = w->is_known && w->from < w->until;
    switch (kind) {
    case OPEN: return model_right_is_open(m, i, t);
    case ANNOUNCED: return is_announced(m, i, t);
    case HELD: return is_in_window(m, i, t) && is_approved(r) && t >= w->lifted && is_held(m, i, t);
    case SUPPRESSED: return is_in_window(m, i, t) && is_approved(r) && t < w->lifted;
    case NOT_LIVE: return is_in_window(m, i, t) && !is_approved(r);
    case TO_COME: return is_ours(m, r) && is_real && t < w->from && may_come;
    case UNKNOWN: return is_ours(m, r) && !w->is_known && may_come;
    case ENDED: return is_ours(m, r) && is_real && t >= w->until;
    }
    return false;
}

static bool any_is(const struct model *m, enum kind kind, int64_t t)
{
    for (size_t i = 0; i < m->q.n_rights; i++) {
        if (is_of_kind(m, i, kind, t))
            return true;
    }
    return false;
}

struct model_answer model_rights(const struct model *m, int64_t t)
{
    static const struct model_answer answers[] = {
        [OPEN] = { RIGHTS_OPEN, RIGHTS_WHY_OPEN },
        [ANNOUNCED] = { RIGHTS_ANNOUNCED, RIGHTS_WHY_ANNOUNCED },
        [HELD] = { RIGHTS_NOTHING, RIGHTS_WHY_BLOCKED },
        [SUPPRESSED] = { RIGHTS_NOTHING, RIGHTS_WHY_SUPPRESSED },
        [NOT_LIVE] = { RIGHTS_NOTHING, RIGHTS_WHY_STATUS },
        [TO_COME] = { RIGHTS_NOTHING, RIGHTS_WHY_NOT_YET },
        [UNKNOWN] = { RIGHTS_NOTHING, RIGHTS_WHY_UNKNOWN },
        [ENDED] = { RIGHTS_NOTHING, RIGHTS_WHY_ENDED },
    };
    for (enum kind kind = OPEN; kind <= ENDED; kind++) {
        if (any_is(m, kind, t))
            return answers[kind];
    }
    return (struct model_answer){ RIGHTS_NOTHING, RIGHTS_WHY_NO_RIGHT };
}

/* ---- showings ---- */

static bool is_published(const struct model *m, int64_t t)
{
    const struct title *title = m->s.title;
    return title->state == TITLE_PUBLISHED && title->published.us != 0 &&
           (title->published.us <= m->s.now.us || title->published.us <= t);
}

struct model_answer model_showing(const struct model *m, int64_t t, enum viewing_reason *reason)
{
    static const enum viewing_reason reasons[] = {
        [RIGHTS_WHY_OPEN] = VIEWING_PLAY,          [RIGHTS_WHY_ANNOUNCED] = VIEWING_ANNOUNCED,
        [RIGHTS_WHY_NO_RIGHT] = VIEWING_NO_RIGHT,  [RIGHTS_WHY_NOT_YET] = VIEWING_NOT_YET,
        [RIGHTS_WHY_ENDED] = VIEWING_NO_RIGHT,     [RIGHTS_WHY_STATUS] = VIEWING_NO_RIGHT,
        [RIGHTS_WHY_SUPPRESSED] = VIEWING_NOT_YET, [RIGHTS_WHY_UNKNOWN] = VIEWING_NOT_YET,
        [RIGHTS_WHY_BLOCKED] = VIEWING_HELD_BACK,
    };
    struct model_answer a = { RIGHTS_OPEN, RIGHTS_WHY_OPEN };
    if (m->s.timeline != NULL)
        a = model_rights(m, t);
    *reason = reasons[a.why];
    for (size_t i = 0; a.why == RIGHTS_WHY_STATUS && i < m->q.n_rights; i++) {
        if (is_of_kind(m, i, NOT_LIVE, t)) { /* the first one speaks */
            *reason =
                m->q.rights[i].status == RIGHTS_STATUS_PENDING ? VIEWING_NOT_YET : VIEWING_NO_RIGHT;
            break;
        }
    }
    if (a.state == RIGHTS_OPEN && !m->s.is_ready) {
        a.state = RIGHTS_NOTHING;
        *reason = VIEWING_NOT_READY;
    }
    if (!is_published(m, t)) {
        a.state = RIGHTS_NOTHING;
        *reason = VIEWING_NOT_PUBLISHED;
    }
    return a;
}

bool model_is_way_open(const struct model *m, bool rent, int64_t t, enum rights_format *format)
{
    bool found = false;
    *format = RIGHTS_SD;
    if (m->s.timeline == NULL && !rent) {
        *format = RIGHTS_UHD;
        return true;
    }
    for (size_t i = 0; m->s.timeline != NULL && i < m->q.n_rights; i++) {
        const struct rights_right *r = &m->q.rights[i];
        if ((r->licence == RIGHTS_VOD) != rent || !model_right_is_open(m, i, t))
            continue;
        found = true;
        *format = r->format > *format ? r->format : *format;
    }
    return found;
}

static bool is_listed(const struct rights_language *list, size_t n, const char *tag,
                      enum rights_asset asset)
{
    for (size_t i = 0; i < n; i++) {
        size_t size = strlen(list[i].tag);
        if ((list[i].asset == RIGHTS_ANY || list[i].asset == asset) &&
            strncasecmp(list[i].tag, tag, size) == 0 && (tag[size] == 0 || tag[size] == '-'))
            return true;
    }
    return false;
}

bool model_allows(const struct model *m, bool rent, int64_t t, const char *tag,
                  enum rights_asset asset)
{
    enum rights_format greatest;
    if (!model_is_way_open(m, rent, t, &greatest))
        return false;
    if (m->s.timeline == NULL)
        return true;
    for (size_t i = 0; i < m->q.n_rights; i++) {
        const struct rights_right *r = &m->q.rights[i];
        if ((r->licence == RIGHTS_VOD) == rent && r->format == greatest &&
            model_right_is_open(m, i, t) &&
            (r->n_allowed == 0 || is_listed(r->allowed, r->n_allowed, tag, asset)) &&
            !is_listed(r->holdback, r->n_holdback, tag, asset))
            return true;
    }
    return false;
}

/* ---- decisions ---- */

static bool is_open_to_all(const struct model *m, int64_t t)
{
    enum viewing_reason reason;
    return model_showing(m, t, &reason).state == RIGHTS_OPEN;
}

/* The last instant before t at which it was open; false: it never was, or is open at t. */
static bool last_open(const struct model *m, int64_t t, int64_t *out)
{
    bool found = false;
    if (is_open_to_all(m, t))
        return false;
    for (size_t i = 0; i < m->n_edges; i++) {
        int64_t before = m->edges[i];
        if (before == INT64_MIN || before > t)
            continue;
        before--;
        if (is_open_to_all(m, before) && (!found || before > *out)) {
            *out = before;
            found = true;
        }
    }
    return found;
}

static bool is_against(const struct model *m, const struct model_viewer *v,
                       enum viewing_reason *why)
{
    if (v->territory != TERRITORY_OPEN)
        *why = VIEWING_TERRITORY;
    else if (m->s.is_locked && !v->is_unlocked)
        *why = VIEWING_LOCKED;
    else if (v->locked_age > 0 && !v->is_unlocked &&
             (m->s.min_age == -1 || m->s.min_age >= v->locked_age))
        *why = VIEWING_LOCKED;
    else if (v->max_age > 0 && (m->s.min_age == -1 || m->s.min_age > v->max_age))
        *why = VIEWING_AGE;
    else
        return false;
    return true;
}

static enum rights_format on_device(const struct model_viewer *v, enum rights_format format)
{
    enum rights_format needed = v->lines == 0      ? RIGHTS_UHD
                                : v->lines <= 576  ? RIGHTS_SD
                                : v->lines <= 1080 ? RIGHTS_HD
                                                   : RIGHTS_UHD;
    return needed < format ? needed : format;
}

static enum rights_format on_plan(const struct model_viewer *v, enum rights_format format)
{
    enum rights_format most = v->plan_lines == 0 || v->plan_lines >= 2160 ? RIGHTS_UHD
                              : v->plan_lines >= 1080                     ? RIGHTS_HD
                                                                          : RIGHTS_SD;
    return most < format && !v->is_administrator ? most : format;
}

/* The format and the languages of a way at an instant; of one that was not open then, those of the
 * other. */
static enum rights_format look(const struct model *m, const struct model_viewer *v, bool rent,
                               int64_t t, bool *speaks)
{
    enum rights_format format = RIGHTS_UHD;
    bool from_rent = rent;
    if (m->s.timeline == NULL) {
        *speaks = true;
        return format;
    }
    if (!model_is_way_open(m, rent, t, &format)) {
        from_rent = !rent;
        model_is_way_open(m, from_rent, t, &format);
    }
    *speaks = v->language == NULL || model_allows(m, from_rent, t, v->language, RIGHTS_DUB);
    return format;
}

static bool is_rental_good(const struct model_viewer *v, int64_t t)
{
    if (!v->is_member || v->rented == 0)
        return false;
    return v->clock_began != 0 ? t < v->clock_began + v->clock_runs : t < v->start_by;
}

/* Whether it goes by its clock alone, and the instant whose picture and languages it has. */
static bool is_sale(const struct model *m, const struct model_viewer *v, int64_t t, int64_t *at)
{
    enum viewing_reason reason;
    enum rights_format format;
    if (!is_rental_good(v, t) || !v->rented_here)
        return false;
    *at = v->rented;
    struct model_answer then = model_showing(m, v->rented, &reason);
    if (then.state == RIGHTS_OPEN)
        return m->s.timeline == NULL || model_is_way_open(m, true, v->rented, &format);
    if (reason != VIEWING_HELD_BACK)
        return false;
    if (!last_open(m, v->rented, at))
        *at = INT64_MIN; /* it never was: SD, in all languages */
    return true;
}

/* By the member's own rental. open: whether it is for rent at t, without that. */
static bool take_rental(const struct model *m, const struct model_viewer *v, int64_t now, int64_t t,
                        bool open, struct model_verdict *out, bool *speaks)
{
    int64_t at;
    bool sold = is_sale(m, v, now, &at);
    if (!is_rental_good(v, now) || !(open || sold))
        return false;
    if (!sold)
        at = t;
    *speaks = true;
    enum rights_format format = at == INT64_MIN ? RIGHTS_SD : look(m, v, true, at, speaks);
    *out = (struct model_verdict){
        .by_rental = true,
        .starts_rental = v->clock_began == 0,
        .format = on_device(v, format < v->rented_format ? format : v->rented_format),
        .until = !sold                 ? INT64_MAX
                 : v->clock_began != 0 ? v->clock_began + v->clock_runs
                                       : now + v->clock_runs,
    };
    return true;
}

/* What the member plays now of what is open at t: by subscription, or for rent. */
static void watch(const struct model *m, const struct model_viewer *v, int64_t now, int64_t t,
                  bool sub_open, bool rent_open, struct model_verdict *out)
{
    struct model_verdict sub = { 0 }, rent = { 0 };
    bool sub_speaks = false, rent_speaks = false;
    bool by_sub = sub_open && (v->is_administrator || v->is_paid);
    bool by_rent = rent_open && v->is_administrator;
    if (by_sub)
        sub.format = on_device(v, on_plan(v, look(m, v, false, t, &sub_speaks)));
    if (by_rent)
        rent.format = on_device(v, look(m, v, true, t, &rent_speaks));
    else
        by_rent = take_rental(m, v, now, t, rent_open, &rent, &rent_speaks);
    bool take_rent =
        !by_sub || (by_rent && ((rent_speaks && !sub_speaks) ||
                                (rent_speaks == sub_speaks && rent.format > sub.format)));
    *out = take_rent ? rent : sub;
    out->is_shown = true;
    if (!v->is_member)
        out->reason = VIEWING_JOIN;
    else if (!by_sub && !by_rent)
        out->reason = sub_open ? VIEWING_SUBSCRIBE : VIEWING_RENT;
    else
        out->reason = (take_rent ? rent_speaks : sub_speaks) ? VIEWING_PLAY : VIEWING_LANGUAGE;
    out->may_play = out->reason == VIEWING_PLAY;
}

struct model_verdict model_decide(const struct model *m, const struct model_viewer *v, int64_t t)
{
    struct model_verdict out = { 0 };
    enum rights_format format;
    enum viewing_reason reason, viewer = VIEWING_PLAY;
    struct model_answer a = model_showing(m, t, &reason);
    bool is_hidden = is_against(m, v, &viewer);
    int64_t closed, sold_at;
    if (a.state == RIGHTS_OPEN && !is_hidden) {
        watch(m, v, t, t, model_is_way_open(m, false, t, &format),
              m->s.timeline == NULL || model_is_way_open(m, true, t, &format), &out);
        return out;
    }
    if (!is_hidden && reason != VIEWING_NOT_PUBLISHED && reason != VIEWING_NOT_READY) {
        bool sold = is_sale(m, v, t, &sold_at);
        bool finishes = v->started != 0 && last_open(m, t, &closed) && v->started <= closed &&
                        t <= closed + v->finish_hours * 3600 * SECOND;
        if (sold || finishes)
            watch(m, v, t, finishes ? closed : t, finishes, finishes, &out);
        if (out.may_play || sold) {
            out.is_shown = sold || a.state == RIGHTS_ANNOUNCED;
            return out;
        }
    }
    out = (struct model_verdict){ .reason = reason };
    if (is_hidden && (reason == VIEWING_PLAY || reason == VIEWING_ANNOUNCED ||
                      (viewer == VIEWING_TERRITORY && reason > VIEWING_TERRITORY)))
        out.reason = viewer;
    out.is_shown = out.reason == VIEWING_ANNOUNCED;
    return out;
}
