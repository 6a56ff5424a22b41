#include "rules/rights/deal_find.h"

#include <assert.h>
#include <string.h>

const char *deal_finding_kind_name(enum deal_finding_kind kind)
{
    static const char *const names[] = { "exclusive-clash", "outside-deal", "cut", "rival",
                                         "unknown-date" };
    assert((unsigned)kind < sizeof names / sizeof names[0]);
    return names[kind];
}

bool deal_names(const struct deal *deal, const char *title)
{
    for (size_t i = 0; i < deal->n_titles; i++) {
        if (strcmp(deal->titles[i], title) == 0)
            return true;
    }
    return deal->n_titles == 0;
}

const char *deal_source(struct arena *arena, const struct deal *deal)
{
    return arena_printf(arena, "deal \"%s\" with %s", deal->name, deal->party);
}

struct rights_interval deal_term(const struct deal *deal, const struct zone *zone)
{
    struct rights_interval term = { zone_instant(zone, deal->from, 0), RIGHTS_FOR_EVER };
    if (!deal->is_open_ended)
        term.until = zone_instant(zone, (civil_day){ deal->until.days + 1 }, 0);
    return term;
}

bool deal_caps_streams(const struct deal *deal, const char *territory, const struct zone *zone,
                       utc_time now)
{
    struct rights_interval term = deal_term(deal, zone);
    return deal->streams_max > 0 && deal->direction == DEAL_TO_US &&
           territory_set_has(&deal->where, territory) && term.from.us <= now.us &&
           now.us < term.until.us;
}

bool rights_interval_meet(const struct rights_interval *a, const struct rights_interval *b,
                          struct rights_interval *both)
{
    both->from = a->from.us > b->from.us ? a->from : b->from;
    both->until = a->until.us < b->until.us ? a->until : b->until;
    return both->from.us < both->until.us;
}

static bool is_same_pair(const struct pending_finding *a, const struct pending_finding *b)
{
    return a->finding.kind == b->finding.kind && a->pair[0] == b->pair[0] &&
           a->pair[1] == b->pair[1];
}

static void widen(struct pending_finding *last, const struct pending_finding *found)
{
    territory_set_join(&last->where, &found->where);
    if (found->finding.from.us < last->finding.from.us)
        last->finding.from = found->finding.from;
    if (found->finding.until.us > last->finding.until.us)
        last->finding.until = found->finding.until;
}

void deal_findings_note(struct deal_findings *findings, const struct pending_finding *found)
{
    if (findings->n > 0 && is_same_pair(&findings->at[findings->n - 1], found)) {
        widen(&findings->at[findings->n - 1], found);
        return;
    }
    if (findings->n == findings->room) {
        size_t room = findings->room > 0 ? 2 * findings->room : 16;
        struct pending_finding *more = ARENA_ARRAY(findings->arena, struct pending_finding, room);
        if (findings->n > 0)
            memcpy(more, findings->at, findings->n * sizeof more[0]);
        findings->at = more;
        findings->room = room;
    }
    findings->at[findings->n++] = *found;
}

void deal_findings_finish(struct deal_findings *findings, struct deal_finding **out, size_t *n)
{
    struct deal_finding *all = ARENA_ARRAY(findings->arena, struct deal_finding, findings->n);
    for (size_t i = 0; i < findings->n; i++) {
        const struct pending_finding *p = &findings->at[i];
        struct rights_interval time = { p->finding.from, p->finding.until };
        char where[160];
        territory_set_text(&p->where, where, sizeof where);
        all[i] = p->finding;
        if (strlen(where) == 2) /* one code alone */
            memcpy(all[i].territory, where, sizeof all[i].territory);
        if (p->finding.kind == DEAL_FINDING_UNKNOWN_DATE)
            all[i].text = arena_printf(findings->arena, "%s %s %s, which is not known in %s",
                                       p->finding.first, p->what, p->finding.second, where);
        else
            all[i].text = arena_printf(
                findings->arena, "%s %s in %s %s%s%s", p->finding.first, p->what, where,
                rights_interval_text(findings->arena, p->zone, &time), p->then, p->finding.second);
    }
    *out = all;
    *n = findings->n;
}
