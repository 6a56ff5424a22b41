#include <stdlib.h>
#include <string.h>

#include "rules/rights/deal_find.h"
#include "rules/rights/studio.h"

struct checking {
    const struct deal_check *c;
    struct deal_findings findings;
    struct studio_names names;
    int *studio_of_right, *studio_of_deal; /* keys of names */
    /* Of each right in each territory; empty where it has none there, or none that is known. */
    struct rights_interval *windows;
    struct rights_gap *gaps;
};

static const struct rights_interval never = { { INT64_MIN }, { INT64_MIN } };

static struct rights_question question_in(const struct deal_check *c, size_t territory)
{
    return (struct rights_question){ .territory = c->territories[territory],
                                     .zone = c->zones[territory],
                                     .n_rights = c->n_rights,
                                     .n_blocks = c->n_blocks,
                                     .n_events = c->n_events,
                                     .rights = c->rights,
                                     .blocks = c->blocks,
                                     .events = c->events };
}

static const struct rights_interval *window_of(const struct checking *k, size_t right,
                                               size_t territory)
{
    return &k->windows[right * k->c->n_territories + territory];
}

static bool is_for(const struct checking *k, const struct territory_set *where, size_t territory)
{
    return territory_set_has(where, k->c->territories[territory]);
}

/* What a finding of this pair says, whatever the territory. */
struct about {
    enum deal_finding_kind kind;
    size_t pair[2];
    const char *first, *second, *what, *then;
};

static void note(struct checking *k, const struct about *a, size_t territory,
                 const struct rights_interval *when)
{
    struct pending_finding p = { .finding = { .kind = a->kind,
                                              .title = k->c->title,
                                              .first = a->first,
                                              .second = a->second,
                                              .from = when->from,
                                              .until = when->until },
                                 .what = a->what,
                                 .then = a->then,
                                 .zone = k->c->zones[territory],
                                 .pair = { a->pair[0], a->pair[1] } };
    territory_set_add(&p.where, k->c->territories[territory]);
    deal_findings_note(&k->findings, &p);
}

static void take_windows(struct checking *k)
{
    const struct deal_check *c = k->c;
    for (size_t t = 0; t < c->n_territories; t++) {
        struct rights_question q = question_in(c, t);
        for (size_t i = 0; i < c->n_rights; i++) {
            size_t at = i * c->n_territories + t;
            k->windows[at] = never;
            if (is_for(k, &c->rights[i].where, t) && rights_licence_is_sold(c->rights[i].licence))
                k->gaps[at] = rights_window_find(&c->rights[i], &q, &k->windows[at]);
        }
    }
}

/* ---- clocks without a date ---- */

static const char *event_words(struct checking *k, enum rights_event event)
{
    return arena_printf(k->findings.arena, "the %s date", rights_event_name(event));
}

static void unknown_of_right(struct checking *k, size_t i)
{
    for (size_t t = 0; t < k->c->n_territories; t++) {
        struct rights_gap gap = k->gaps[i * k->c->n_territories + t];
        struct rights_interval ever = { RIGHTS_SINCE_EVER, RIGHTS_FOR_EVER };
        if (gap.what == RIGHTS_MISSING_EVENT)
            note(k,
                 &(struct about){ .kind = DEAL_FINDING_UNKNOWN_DATE,
                                  .pair = { i, (size_t)gap.event },
                                  .first = k->c->rights[i].source,
                                  .second = event_words(k, gap.event),
                                  .what = "does not open: it counts from" },
                 t, &ever);
    }
}

static bool bears_on_any(const struct deal_check *c, const struct rights_block *b)
{
    bool bears = false;
    for (size_t i = 0; i < c->n_rights && !bears; i++)
        bears = rights_block_bears_on(b, &c->rights[i]);
    return bears;
}

/* A law's clock that does not begin is nobody's to look after; nor is a deal's on titles of which
 * its studio has offered nothing. */
static void unknown_of_block(struct checking *k, size_t i)
{
    const struct rights_block *b = &k->c->blocks[i];
    if (!b->blocks_when_unknown || !bears_on_any(k->c, b))
        return;
    for (size_t t = 0; t < k->c->n_territories; t++) {
        struct rights_question q = question_in(k->c, t);
        struct rights_interval held;
        struct rights_gap gap = rights_block_interval(b, &q, &held);
        if (is_for(k, &b->where, t) && gap.what == RIGHTS_MISSING_EVENT)
            note(k,
                 &(struct about){ .kind = DEAL_FINDING_UNKNOWN_DATE,
                                  .pair = { k->c->n_rights + i, (size_t)gap.event },
                                  .first = b->source,
                                  .second = event_words(k, gap.event),
                                  .what = "holds back until somebody says so: it counts from" },
                 t, &held);
    }
}

/* ---- a window that is cut ---- */

static void cut_by(struct checking *k, size_t right, size_t block)
{
    const struct rights_right *r = &k->c->rights[right];
    const struct rights_block *b = &k->c->blocks[block];
    /* What lies outside the deals is a finding of its own. */
    if (b->kind == RIGHTS_BLOCK_DEAL_TERM || !rights_block_bears_on(b, r))
        return;
    for (size_t t = 0; t < k->c->n_territories; t++) {
        struct rights_question q = question_in(k->c, t);
        struct rights_interval held, both;
        rights_block_interval(b, &q, &held);
        if (is_for(k, &b->where, t) && rights_interval_meet(window_of(k, right, t), &held, &both))
            note(k,
                 &(struct about){ .kind = DEAL_FINDING_CUT,
                                  .pair = { right, block },
                                  .first = r->source,
                                  .second = b->source,
                                  .what = "is held back",
                                  .then = " by " },
                 t, &both);
    }
}

/* ---- a right and the deals of its studio ---- */

/* The studio's deal that tells best what the right does not keep to: one that names the title. */
static const struct deal *deal_of(const struct checking *k, size_t right)
{
    const struct deal *best = NULL;
    for (size_t i = 0; i < k->c->n_deals; i++) {
        const struct deal *d = &k->c->deals[i];
        if (d->direction != DEAL_TO_US || k->studio_of_deal[i] != k->studio_of_right[right])
            continue;
        if (best == NULL || (deal_names(d, k->c->title) && !deal_names(best, k->c->title)))
            best = d;
    }
    return best;
}

static bool grants(const struct checking *k, size_t deal, size_t right, size_t territory)
{
    const struct deal *d = &k->c->deals[deal];
    return d->direction == DEAL_TO_US && k->studio_of_deal[deal] == k->studio_of_right[right] &&
           deal_names(d, k->c->title) && is_for(k, &d->where, territory) &&
           (deal_media_licences(d->media) >> k->c->rights[right].licence & 1) != 0;
}

/* Moves t to the end of a deal that grants the right at t; false: none does. */
static bool leap(const struct checking *k, size_t right, size_t territory, utc_time *t)
{
    for (size_t i = 0; i < k->c->n_deals; i++) {
        struct rights_interval term = deal_term(&k->c->deals[i], k->c->zones[territory]);
        if (grants(k, i, right, territory) && term.from.us <= t->us && t->us < term.until.us) {
            *t = term.until;
            return true;
        }
    }
    return false;
}

/* The first stretch of the window that no deal grants. */
static bool first_ungranted(const struct checking *k, size_t right, size_t territory,
                            struct rights_interval *rest)
{
    *rest = *window_of(k, right, territory);
    while (rest->from.us < rest->until.us && leap(k, right, territory, &rest->from))
        continue;
    for (size_t i = 0; i < k->c->n_deals; i++) {
        struct rights_interval term = deal_term(&k->c->deals[i], k->c->zones[territory]);
        if (grants(k, i, right, territory) && term.from.us > rest->from.us &&
            term.from.us < rest->until.us)
            rest->until = term.from;
    }
    return rest->from.us < rest->until.us;
}

static void outside_deals(struct checking *k, size_t right)
{
    const struct deal *deal = deal_of(k, right);
    for (size_t t = 0; t < k->c->n_territories && deal != NULL; t++) {
        struct rights_interval rest;
        if (first_ungranted(k, right, t, &rest))
            note(k,
                 &(struct about){ .kind = DEAL_FINDING_OUTSIDE_DEAL,
                                  .pair = { right, 0 },
                                  .first = k->c->rights[right].source,
                                  .second = deal_source(k->findings.arena, deal),
                                  .what = "opens",
                                  .then = ", which is not granted by " },
                 t, &rest);
    }
}

/* What the deal keeps of such a right for one alone, in the territory and its window. */
static bool is_kept(const struct checking *k, size_t deal, size_t right, size_t territory,
                    struct rights_interval *both)
{
    const struct deal *d = &k->c->deals[deal];
    struct rights_interval term = deal_term(d, k->c->zones[territory]);
    return is_for(k, &d->where, territory) &&
           (deal_media_licences(d->exclusive_media) >> k->c->rights[right].licence & 1) != 0 &&
           rights_interval_meet(window_of(k, right, territory), &term, both);
}

/* A right that is not exclusive though its studio's deal is; one that is, though another studio
 * granted the title to us alone. */
static void against_deal(struct checking *k, size_t right, size_t deal)
{
    const struct deal *d = &k->c->deals[deal];
    const struct rights_right *r = &k->c->rights[right];
    bool is_own = k->studio_of_deal[deal] == k->studio_of_right[right];
    if (d->direction != DEAL_TO_US || !deal_names(d, k->c->title) || is_own == r->is_exclusive ||
        (!is_own && d->n_titles == 0))
        return;
    struct about about = { .kind = is_own ? DEAL_FINDING_RIVAL : DEAL_FINDING_EXCLUSIVE_CLASH,
                           .pair = { right, k->c->n_rights + deal },
                           .first = r->source,
                           .second = deal_source(k->findings.arena, d),
                           .what = is_own ? "is not exclusive" : "is exclusive",
                           .then = is_own ? ", which is kept for us alone by "
                                          : ", which is also granted for us alone by " };
    for (size_t t = 0; t < k->c->n_territories; t++) {
        struct rights_interval both;
        if (is_kept(k, deal, right, t, &both))
            note(k, &about, t, &both);
    }
}

/* ---- two rights that are both exclusive ---- */

static void clash_of_rights(struct checking *k, size_t first, size_t second)
{
    const struct rights_right *a = &k->c->rights[first], *b = &k->c->rights[second];
    if (!a->is_exclusive || !b->is_exclusive || a->licence != b->licence ||
        k->studio_of_right[first] == k->studio_of_right[second])
        return;
    for (size_t t = 0; t < k->c->n_territories; t++) {
        struct rights_interval both;
        if (rights_interval_meet(window_of(k, first, t), window_of(k, second, t), &both))
            note(k,
                 &(struct about){ .kind = DEAL_FINDING_EXCLUSIVE_CLASH,
                                  .pair = { first, second },
                                  .first = a->source,
                                  .second = b->source,
                                  .what = "is exclusive",
                                  .then = ", and so is " },
                 t, &both);
    }
}

static void check_right(struct checking *k, size_t i)
{
    unknown_of_right(k, i);
    outside_deals(k, i);
    for (size_t b = 0; b < k->c->n_blocks; b++)
        cut_by(k, i, b);
    for (size_t d = 0; d < k->c->n_deals; d++)
        against_deal(k, i, d);
    for (size_t r = i + 1; r < k->c->n_rights; r++)
        clash_of_rights(k, i, r);
}

enum err deal_check_title(struct arena *arena, const struct deal_check *check,
                          struct deal_finding **out, size_t *n)
{
    if (check->n_rights > RIGHTS_PER_TITLE_MAX || check->n_blocks > RIGHTS_PER_TITLE_MAX)
        return ERR_FULL;
    struct arena *room = arena_create();
    size_t cells = check->n_rights * check->n_territories;
    struct checking k = { .c = check,
                          .findings = { .arena = arena },
                          .studio_of_right = ARENA_ARRAY(room, int, check->n_rights),
                          .studio_of_deal = ARENA_ARRAY(room, int, check->n_deals),
                          .windows = ARENA_ARRAY(room, struct rights_interval, cells),
                          .gaps = ARENA_ARRAY(room, struct rights_gap, cells) };
    studio_names_init(&k.names, room, check->n_rights + check->n_deals);
    for (size_t i = 0; i < check->n_rights; i++)
        k.studio_of_right[i] = studio_key(&k.names, check->rights[i].studio);
    for (size_t i = 0; i < check->n_deals; i++)
        k.studio_of_deal[i] = studio_key(&k.names, check->deals[i].party);
    take_windows(&k);
    for (size_t i = 0; i < check->n_rights; i++)
        check_right(&k, i);
    for (size_t i = 0; i < check->n_blocks; i++)
        unknown_of_block(&k, i);
    deal_findings_finish(&k.findings, out, n);
    arena_destroy(&room);
    return OK;
}
