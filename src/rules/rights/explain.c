#include <stdio.h>
#include <string.h>

#include "rules/rights/timeline.h"
#include "rules/rights/window.h"

/* ---- words for times ---- */

void rights_time_text(const struct zone *zone, utc_time t, char out[RIGHTS_TIME_TEXT])
{
    if (t.us < RIGHTS_CALENDAR_FIRST || t.us > RIGHTS_CALENDAR_LAST) {
        snprintf(out, RIGHTS_TIME_TEXT, "%s", t.us < 0 ? "long ago" : "far ahead");
        return;
    }
    int32_t second = 0;
    char day[CIVIL_DAY_TEXT], seconds[8] = "";
    civil_day_format(zone_day(zone, t, &second), day);
    if (second % 60 != 0)
        snprintf(seconds, sizeof seconds, ":%02d", second % 60);
    snprintf(out, RIGHTS_TIME_TEXT, "%.10s %02d:%02d%s", day, second / 3600 % 24, second / 60 % 60,
             seconds);
}

const char *rights_interval_text(struct arena *arena, const struct zone *zone,
                                 const struct rights_interval *interval)
{
    char from[RIGHTS_TIME_TEXT], until[RIGHTS_TIME_TEXT];
    bool has_from = interval->from.us != RIGHTS_SINCE_EVER.us,
         has_until = interval->until.us != RIGHTS_FOR_EVER.us;
    rights_time_text(zone, interval->from, from);
    rights_time_text(zone, interval->until, until);
    if (!has_from && !has_until)
        return "for all time";
    if (!has_until)
        return arena_printf(arena, "from %s without end", from);
    return has_from ? arena_printf(arena, "from %s until %s", from, until)
                    : arena_printf(arena, "until %s", until);
}

const char *rights_gap_text(struct arena *arena, struct rights_gap gap, const char *territory)
{
    switch (gap.what) {
    case RIGHTS_MISSING_START: return "no start is said";
    case RIGHTS_MISSING_TBD: return "its date is to be said later (TBD)";
    case RIGHTS_MISSING_BASE: return "its duration has no start to count from";
    case RIGHTS_MISSING_EVENT:
        return arena_printf(arena, "the %s date in %s is not known", rights_event_name(gap.event),
                            territory);
    case RIGHTS_MISSING_NOTHING: break;
    }
    return "nothing is missing";
}

/* "in 3 days" or "3 days ago" is said around it. */
static const char *distance(struct arena *arena, utc_time from, utc_time to)
{
    static const struct {
        int64_t us;
        const char *word;
    } units[] = {
        { UTC_DAY, "day" },
        { 3600 * UTC_SECOND, "hour" },
        { 60 * UTC_SECOND, "minute" },
        { UTC_SECOND, "second" },
    };
    uint64_t us = (uint64_t)to.us - (uint64_t)from.us;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        uint64_t n = us / (uint64_t)units[i].us;
        if (n > 0)
            return arena_printf(arena, "%llu %s%s", (unsigned long long)n, units[i].word,
                                n == 1 ? "" : "s");
    }
    return "less than a second";
}

/* ---- the chain ---- */

struct telling {
    struct arena *arena;
    const struct rights_question *q;
    utc_time t;
    struct rights_reason *reasons;
};

static bool lies_in(utc_time t, const struct rights_interval *i)
{
    return i->from.us <= t.us && t.us < i->until.us;
}

static bool holds_back(const struct telling *w, const struct rights_block *b,
                       const struct rights_right *r, struct rights_interval *held)
{
    if (!territory_set_has(&b->where, w->q->territory) || !rights_block_bears_on(b, r))
        return false;
    rights_block_interval(b, w->q, held);
    return lies_in(w->t, held);
}

/* As the timeline has it: the block that lasts longest, then the first. */
static const struct rights_block *held_by(const struct telling *w, const struct rights_right *r)
{
    const struct rights_block *longest = NULL;
    struct rights_interval held, best = { { 0 }, { 0 } };
    for (size_t i = 0; i < w->q->n_blocks; i++) {
        const struct rights_block *b = &w->q->blocks[i];
        if (holds_back(w, b, r, &held) && (longest == NULL || held.until.us > best.until.us)) {
            longest = b;
            best = held;
        }
    }
    return longest;
}

static const char *coming(const struct telling *w, const struct rights_right *r,
                          const struct rights_interval *window)
{
    utc_time announced = rights_announced_from(r, w->q);
    char when[RIGHTS_TIME_TEXT];
    const char *opens =
        arena_printf(w->arena, "opens in %s", distance(w->arena, w->t, window->from));
    if (!rights_goes_live(r))
        return arena_printf(w->arena, "%s, but the studio says %s", opens,
                            rights_status_name(r->status));
    if (announced.us >= window->from.us)
        return opens;
    rights_time_text(w->q->zone, announced, when);
    return arena_printf(w->arena, "%s; to be announced from %s on", opens, when);
}

static const char *in_window(const struct telling *w, const struct rights_right *r,
                             const struct rights_interval *window, bool *holds)
{
    utc_time lifted = rights_lifted_from(r, w->q);
    const struct rights_block *b = held_by(w, r);
    char when[RIGHTS_TIME_TEXT];
    if (!rights_goes_live(r))
        return arena_printf(w->arena, "in its window, but the studio says %s",
                            rights_status_name(r->status));
    if (w->t.us < lifted.us) {
        rights_time_text(w->q->zone, lifted, when);
        return lifted.us == RIGHTS_FOR_EVER.us
                   ? "in its window, but not to be shown until the studio says so"
                   : arena_printf(w->arena, "in its window, but not to be shown before %s", when);
    }
    if (b != NULL)
        return arena_printf(w->arena, "in its window, but held back by %s", b->source);
    *holds = true;
    if (window->until.us == RIGHTS_FOR_EVER.us)
        return "open";
    return arena_printf(w->arena, "open, ends in %s", distance(w->arena, w->t, window->until));
}

static const char *tell_window(const struct telling *w, const struct rights_right *r, bool *holds)
{
    struct rights_interval window;
    struct rights_gap gap = rights_window_find(r, w->q, &window);
    if (gap.what != RIGHTS_MISSING_NOTHING)
        return arena_printf(w->arena, "does not open, as %s",
                            rights_gap_text(w->arena, gap, w->q->territory));
    const char *when = rights_interval_text(w->arena, w->q->zone, &window), *now;
    if (window.from.us >= window.until.us)
        now = "its window ends before it begins";
    else if (w->t.us < window.from.us)
        now = coming(w, r, &window);
    else if (w->t.us >= window.until.us)
        now = arena_printf(w->arena, "ended %s ago", distance(w->arena, window.until, w->t));
    else
        now = in_window(w, r, &window, holds);
    return arena_printf(w->arena, "%s (%s): %s", when, zone_name(w->q->zone), now);
}

static void tell_right(struct telling *w, size_t i, struct rights_reason *out)
{
    const struct rights_right *r = &w->q->rights[i];
    char where[160];
    *out = (struct rights_reason){ .index = (int)i };
    territory_set_text(&r->where, where, sizeof where);
    const char *kind = arena_printf(w->arena, "%s in %s", rights_licence_name(r->licence),
                                    rights_format_name(r->format));
    if (!territory_set_has(&r->where, w->q->territory))
        out->text = arena_printf(w->arena, "%s for %s, not for %s", kind, where, w->q->territory);
    else if (!rights_licence_is_sold(r->licence))
        out->text = arena_printf(w->arena,
                                 "%s opens nothing: the service shows by subscription and "
                                 "rents, it does not sell",
                                 kind);
    else
        out->text = arena_printf(w->arena, "%s %s", kind, tell_window(w, r, &out->holds));
}

/* Whether it bears on a right that could be shown in the territory. */
static bool matters(const struct telling *w, const struct rights_block *b)
{
    for (size_t i = 0; i < w->q->n_rights; i++) {
        const struct rights_right *r = &w->q->rights[i];
        if (territory_set_has(&r->where, w->q->territory) && rights_licence_is_sold(r->licence) &&
            rights_block_bears_on(b, r))
            return true;
    }
    return false;
}

static const char *tell_time(const struct telling *w, const struct rights_block *b, bool *holds)
{
    struct rights_interval held;
    struct rights_gap gap = rights_block_interval(b, w->q, &held);
    const char *missing = rights_gap_text(w->arena, gap, w->q->territory), *now;
    if (gap.what != RIGHTS_MISSING_NOTHING && !b->blocks_when_unknown)
        return arena_printf(w->arena, "does not begin, as %s", missing);
    if (held.from.us >= held.until.us)
        return "ends before it begins";
    if (w->t.us < held.from.us)
        now = arena_printf(w->arena, "begins in %s", distance(w->arena, w->t, held.from));
    else if (w->t.us >= held.until.us)
        now = arena_printf(w->arena, "ended %s ago", distance(w->arena, held.until, w->t));
    else
        now = "in force";
    *holds = lies_in(w->t, &held);
    if (gap.what != RIGHTS_MISSING_NOTHING)
        now = arena_printf(w->arena, "%s, as %s", now, missing);
    return arena_printf(w->arena, "%s (%s): %s", rights_interval_text(w->arena, w->q->zone, &held),
                        zone_name(w->q->zone), now);
}

static void tell_block(struct telling *w, size_t i, struct rights_reason *out)
{
    const struct rights_block *b = &w->q->blocks[i];
    const char *kind = rights_block_kind_name(b->kind);
    char where[160];
    *out = (struct rights_reason){ .is_block = true, .index = (int)i };
    territory_set_text(&b->where, where, sizeof where);
    if (!territory_set_has(&b->where, w->q->territory))
        out->text = arena_printf(w->arena, "%s for %s, not for %s", kind, where, w->q->territory);
    else if (!matters(w, b))
        out->text = arena_printf(w->arena, "%s that concerns none of the rights", kind);
    else {
        out->concerns = true;
        out->text = arena_printf(w->arena, "%s %s", kind, tell_time(w, b, &out->holds));
    }
}

enum err rights_explain(struct arena *arena, const struct rights_question *q, utc_time t,
                        struct rights_reason **out, size_t *n)
{
    struct telling w = { .arena = arena, .q = q, .t = t };
    if (q->n_rights > RIGHTS_PER_TITLE_MAX || q->n_blocks > RIGHTS_PER_TITLE_MAX)
        return ERR_FULL;
    w.reasons = ARENA_ARRAY(arena, struct rights_reason, q->n_rights + q->n_blocks);
    for (size_t i = 0; i < q->n_rights; i++)
        tell_right(&w, i, &w.reasons[i]);
    for (size_t i = 0; i < q->n_blocks; i++)
        tell_block(&w, i, &w.reasons[q->n_rights + i]);
    *out = w.reasons;
    *n = q->n_rights + q->n_blocks;
    return OK;
}
