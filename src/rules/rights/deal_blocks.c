#include <stdlib.h>
#include <string.h>

#include "rules/rights/deal_find.h"
#include "rules/rights/studio.h"

/* What a list of blocks grows in; its arena holds all that the blocks point to. */
struct blocks {
    struct arena *arena;
    struct rights_block *at;
    size_t n, room;
};

static void add(struct blocks *blocks, struct rights_block block)
{
    if (blocks->n == blocks->room) {
        size_t room = blocks->room > 0 ? 2 * blocks->room : 16;
        struct rights_block *more = ARENA_ARRAY(blocks->arena, struct rights_block, room);
        if (blocks->n > 0)
            memcpy(more, blocks->at, blocks->n * sizeof more[0]);
        blocks->at = more;
        blocks->room = room;
    }
    blocks->at[blocks->n++] = block;
}

static struct rights_edge day_edge(int32_t days)
{
    return (struct rights_edge){ .kind = RIGHTS_EDGE_DAY, .day = { days } };
}

static void add_holdbacks(struct blocks *blocks, const struct deal *deal)
{
    for (size_t i = 0; i < deal->n_holdbacks; i++) {
        const struct deal_holdback *h = &deal->holdbacks[i];
        add(blocks,
            (struct rights_block){ .id = deal->id.s,
                                   .source = arena_printf(blocks->arena, "\"%s\" of %s", h->name,
                                                          deal_source(blocks->arena, deal)),
                                   .kind = RIGHTS_BLOCK_HOLDBACK,
                                   .licences = deal_media_licences(h->media),
                                   .where = h->where,
                                   .studio = deal->party,
                                   .from = h->from,
                                   .until = h->until,
                                   .blocks_when_unknown = true });
    }
}

/* A grant of one title holds back whoever's right to it; a grant of all that is ours only ours. */
static void add_grant(struct blocks *blocks, const struct deal *deal)
{
    uint32_t licences = deal_media_licences(deal->exclusive_media);
    if (licences == 0)
        return;
    add(blocks, (struct rights_block){
                    .id = deal->id.s,
                    .source = arena_printf(blocks->arena, "granted for them alone by %s",
                                           deal_source(blocks->arena, deal)),
                    .kind = RIGHTS_BLOCK_GRANTED,
                    .licences = licences,
                    .where = deal->where,
                    .studio = deal->n_titles == 0 ? "" : NULL,
                    .from = day_edge(deal->from.days),
                    .until = deal->is_open_ended ? (struct rights_edge){ .kind = RIGHTS_EDGE_OPEN }
                                                 : day_edge(deal->until.days),
                    .blocks_when_unknown = true });
}

/* ---- the term ---- */

static int by_day(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return a < b ? -1 : a > b;
}

/* The deals of one studio that a title stands under. What they do not grant together, in time, in
 * territories or in kind, is blocked: the avails are orders under the contract. A title that no
 * deal of its studio names is not touched: the deal that it is under may not have been entered,
 * which deal_check_title says. */
struct under {
    size_t n;
    const struct deal **deals;
    const char *source;
};

/* The days on which what is granted changes, with both ends of time. */
static size_t days_of(const struct under *u, int64_t *days)
{
    size_t n = 0, kept = 1;
    days[n++] = INT64_MIN;
    for (size_t i = 0; i < u->n; i++) {
        days[n++] = u->deals[i]->from.days;
        if (!u->deals[i]->is_open_ended)
            days[n++] = (int64_t)u->deals[i]->until.days + 1;
    }
    qsort(days, n, sizeof days[0], by_day);
    for (size_t i = 1; i < n; i++) {
        if (days[i] != days[kept - 1])
            days[kept++] = days[i];
    }
    days[kept] = INT64_MAX;
    return kept;
}

static bool runs_on(const struct deal *deal, int64_t day)
{
    return day >= deal->from.days && (deal->is_open_ended || day <= deal->until.days);
}

static struct territory_set not_granted(const struct under *u, unsigned licence, int64_t day)
{
    struct territory_set rest;
    territory_set_world(&rest);
    for (size_t i = 0; i < u->n; i++) {
        if (runs_on(u->deals[i], day) &&
            (deal_media_licences(u->deals[i]->media) >> licence & 1) != 0)
            territory_set_take(&rest, &u->deals[i]->where);
    }
    return rest;
}

static bool is_same_set(const struct territory_set *a, const struct territory_set *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

static bool is_same_edge(const struct rights_edge *a, const struct rights_edge *b)
{
    return a->kind == b->kind && a->day.days == b->day.days;
}

/* Licence types that are granted alike share their blocks. */
static void share_or_add(struct blocks *blocks, const struct rights_block *block)
{
    for (size_t i = 0; i < blocks->n; i++) {
        struct rights_block *b = &blocks->at[i];
        if (b->source == block->source && is_same_set(&b->where, &block->where) &&
            is_same_edge(&b->from, &block->from) && is_same_edge(&b->until, &block->until)) {
            b->licences |= block->licences;
            return;
        }
    }
    add(blocks, *block);
}

/* One block for each time in which the same territories are not granted. */
static void add_term_of(struct blocks *blocks, const struct under *u, unsigned licence,
                        const int64_t *days, size_t n)
{
    for (size_t i = 0, next; i < n; i = next) {
        struct territory_set rest = not_granted(u, licence, days[i]), other;
        for (next = i + 1; next < n; next++) {
            other = not_granted(u, licence, days[next]);
            if (!is_same_set(&rest, &other))
                break;
        }
        if (territory_set_is_empty(&rest))
            continue;
        struct rights_block block = { .id = u->deals[0]->id.s,
                                      .source = u->source,
                                      .kind = RIGHTS_BLOCK_DEAL_TERM,
                                      .licences = 1U << licence,
                                      .where = rest,
                                      .studio = u->deals[0]->party,
                                      .blocks_when_unknown = true };
        if (days[i] != INT64_MIN)
            block.from = day_edge((int32_t)days[i]);
        if (days[next] != INT64_MAX)
            block.until = day_edge((int32_t)(days[next] - 1));
        share_or_add(blocks, &block);
    }
}

static void add_terms(struct blocks *blocks, const struct under *u)
{
    int64_t *days = ARENA_ARRAY(blocks->arena, int64_t, 2 * u->n + 2);
    size_t n = days_of(u, days);
    for (unsigned licence = 0; licence < RIGHTS_LICENCES; licence++) {
        if (licence != RIGHTS_LIBRARY)
            add_term_of(blocks, u, licence, days, n);
    }
}

static const char *source_of(struct arena *arena, const struct under *u)
{
    const char *text = "outside what is granted by";
    for (size_t i = 0; i < u->n; i++) {
        const struct deal *deal = u->deals[i];
        char from[CIVIL_DAY_TEXT], until[CIVIL_DAY_TEXT] = "on";
        civil_day_format(deal->from, from);
        if (!deal->is_open_ended)
            civil_day_format(deal->until, until);
        text =
            arena_printf(arena, "%s%s %s (%s %s %s)", text, i > 0 ? ";" : "",
                         deal_source(arena, deal), from, deal->is_open_ended ? "and" : "to", until);
    }
    return text;
}

/* Each studio once, by the first deal of it that counts. */
static void add_studio(struct blocks *blocks, const struct deal *deals, size_t n, size_t first,
                       const int *studios, const char *title)
{
    struct under u = { .deals = ARENA_ARRAY(blocks->arena, const struct deal *, n) };
    for (size_t i = first; i < n; i++) {
        if (studios[i] == studios[first] && deals[i].direction == DEAL_TO_US &&
            deal_names(&deals[i], title))
            u.deals[u.n++] = &deals[i];
    }
    u.source = source_of(blocks->arena, &u);
    add_terms(blocks, &u);
}

enum err deal_blocks(struct arena *arena, const struct deal *deals, size_t n, const char *title,
                     struct rights_block **out, size_t *n_out)
{
    struct blocks blocks = { .arena = arena };
    struct studio_names names;
    studio_names_init(&names, arena, n);
    int *studios = ARENA_ARRAY(arena, int, n);
    bool *is_done = ARENA_ARRAY(arena, bool, n + 2);
    for (size_t i = 0; i < n; i++)
        studios[i] = studio_key(&names, deals[i].party);
    for (size_t i = 0; i < n; i++) {
        if (!deal_names(&deals[i], title))
            continue;
        if (deals[i].direction == DEAL_BY_US) {
            add_grant(&blocks, &deals[i]);
            continue;
        }
        add_holdbacks(&blocks, &deals[i]);
        if (!is_done[studios[i]])
            add_studio(&blocks, deals, n, i, studios, title);
        is_done[studios[i]] = true;
    }
    *out = blocks.at;
    *n_out = blocks.n;
    return blocks.n > RIGHTS_PER_TITLE_MAX ? ERR_FULL : OK;
}
