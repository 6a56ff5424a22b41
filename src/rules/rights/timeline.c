#include "rules/rights/timeline.h"

#include <stdlib.h>
#include <string.h>

#include "rules/rights/studio.h"
#include "rules/rights/window.h"

/* Of all spans together; the worst that a workbook can say about one playable stays small. */
enum { OPEN_TOTAL_MAX = 1 << 20 };

/* A right of the territory and of a kind that is sold, in instants. */
struct candidate {
    const struct rights_right *right;
    int index, studio;
    bool is_known; /* its window is; else it is not looked at */
    struct rights_interval window;
    int64_t lifted, announced; /* announced INT64_MAX: never */
};

struct hold {
    uint32_t licences;
    int index, studio;
    struct rights_interval held;
};

/* What holds the rights of a studio back at an instant: the block that lasts longest. */
struct held_by {
    const struct hold *hold[RIGHTS_LICENCES];
};

struct making {
    const struct rights_question *q;
    struct arena *arena;
    struct studio_names studios;
    size_t n_candidates, n_holds, n_edges, n_spans, open_total;
    struct candidate *candidates; /* best first */
    struct hold *holds;
    int64_t *edges;
    struct held_by *held; /* one for each studio, and STUDIO_ANY */
    uint16_t *open;       /* of the span that is being made */
    struct rights_span *spans;
};

static bool lies_in(int64_t t, const struct rights_interval *i)
{
    return i->from.us <= t && t < i->until.us;
}

/* Greatest format first, then what lasts longest, then as they came. */
static int best_first(const void *left, const void *right)
{
    const struct candidate *a = left, *b = right;
    if (a->right->format != b->right->format)
        return a->right->format > b->right->format ? -1 : 1;
    if (a->window.until.us != b->window.until.us)
        return a->window.until.us > b->window.until.us ? -1 : 1;
    return a->index < b->index ? -1 : 1;
}

static void note_edge(struct making *m, utc_time t)
{
    if (t.us != RIGHTS_SINCE_EVER.us && t.us != RIGHTS_FOR_EVER.us)
        m->edges[m->n_edges++] = t.us;
}

static void take_rights(struct making *m)
{
    const struct rights_question *q = m->q;
    for (size_t i = 0; i < q->n_rights; i++) {
        const struct rights_right *r = &q->rights[i];
        if (!territory_set_has(&r->where, q->territory) || !rights_licence_is_sold(r->licence))
            continue;
        struct candidate *c = &m->candidates[m->n_candidates++];
        *c = (struct candidate){ .right = r,
                                 .index = (int)i,
                                 .studio = studio_key(&m->studios, r->studio),
                                 .lifted = rights_lifted_from(r, q).us,
                                 .announced = rights_announced_from(r, q).us };
        c->is_known = rights_window_find(r, q, &c->window).what == RIGHTS_MISSING_NOTHING;
    }
    qsort(m->candidates, m->n_candidates, sizeof m->candidates[0], best_first);
}

static void take_blocks(struct making *m)
{
    const struct rights_question *q = m->q;
    for (size_t i = 0; i < q->n_blocks; i++) {
        const struct rights_block *b = &q->blocks[i];
        if (!territory_set_has(&b->where, q->territory))
            continue;
        struct hold *h = &m->holds[m->n_holds++];
        *h = (struct hold){ .licences = b->licences,
                            .index = (int)i,
                            .studio = b->studio == NULL ? STUDIO_ANY
                                                        : studio_key(&m->studios, b->studio) };
        rights_block_interval(b, q, &h->held);
    }
}

static int by_instant(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return a < b ? -1 : a > b;
}

static void take_edges(struct making *m)
{
    for (size_t i = 0; i < m->n_candidates; i++) {
        const struct candidate *c = &m->candidates[i];
        if (!c->is_known)
            continue;
        note_edge(m, c->window.from);
        note_edge(m, c->window.until);
        note_edge(m, (utc_time){ c->lifted });
        note_edge(m, (utc_time){ c->announced });
    }
    for (size_t i = 0; i < m->n_holds; i++) {
        note_edge(m, m->holds[i].held.from);
        note_edge(m, m->holds[i].held.until);
    }
    qsort(m->edges, m->n_edges, sizeof m->edges[0], by_instant);
}

/* Of two blocks at once the one that lasts longest is named; then the one that came first. */
static void find_held(struct making *m, int64_t t)
{
    memset(m->held, 0, m->studios.n * sizeof m->held[0]);
    for (size_t i = 0; i < m->n_holds; i++) {
        const struct hold *h = &m->holds[i];
        for (unsigned k = 0; k < RIGHTS_LICENCES && lies_in(t, &h->held); k++) {
            const struct hold **at = &m->held[h->studio].hold[k];
            if ((h->licences >> k & 1) != 0 &&
                (*at == NULL || h->held.until.us > (*at)->held.until.us))
                *at = h;
        }
    }
}

static const struct hold *held_back(const struct making *m, const struct candidate *c)
{
    const struct hold *any = m->held[STUDIO_ANY].hold[c->right->licence],
                      *own = m->held[c->studio].hold[c->right->licence];
    if (any == NULL || own == NULL)
        return any != NULL ? any : own;
    if (any->held.until.us != own->held.until.us)
        return any->held.until.us > own->held.until.us ? any : own;
    return any->index < own->index ? any : own;
}

/* A title is not announced for an instant at which it will then be held back. */
static void silence_what_will_not_open(struct making *m)
{
    for (size_t i = 0; i < m->n_candidates; i++) {
        struct candidate *c = &m->candidates[i];
        if (c->announced == INT64_MAX || !c->is_known)
            continue;
        find_held(m, c->window.from.us);
        if (held_back(m, c) != NULL)
            c->announced = INT64_MAX;
    }
}

/* What one right says at an instant, from the least to the most telling. */
enum saying {
    SAYS_NOTHING,
    SAYS_ENDED,
    SAYS_UNKNOWN,
    SAYS_NOT_YET,
    SAYS_STATUS,
    SAYS_SUPPRESSED,
    SAYS_BLOCKED,
    SAYS_ANNOUNCED,
    SAYS_OPEN,
};

static enum saying saying_before(const struct candidate *c, int64_t t)
{
    if (rights_goes_live(c->right) && c->announced <= t)
        return SAYS_ANNOUNCED;
    return rights_goes_live(c->right) || c->right->status == RIGHTS_STATUS_PENDING ? SAYS_NOT_YET
                                                                                   : SAYS_NOTHING;
}

static enum saying saying_of(const struct making *m, const struct candidate *c, int64_t t)
{
    if (!c->is_known)
        return rights_goes_live(c->right) || c->right->status == RIGHTS_STATUS_PENDING
                   ? SAYS_UNKNOWN
                   : SAYS_NOTHING;
    if (c->window.from.us >= c->window.until.us)
        return SAYS_NOTHING;
    if (t < c->window.from.us)
        return saying_before(c, t);
    if (t >= c->window.until.us)
        return SAYS_ENDED;
    if (!rights_goes_live(c->right))
        return SAYS_STATUS;
    if (t < c->lifted)
        return SAYS_SUPPRESSED;
    return held_back(m, c) != NULL ? SAYS_BLOCKED : SAYS_OPEN;
}

/* Whether of two rights that say the same the first is the one to name. */
static bool is_named_before(enum saying saying, const struct candidate *a,
                            const struct candidate *b)
{
    int64_t first = 0, second = 0;
    if (saying == SAYS_NOT_YET || saying == SAYS_ANNOUNCED) { /* the one that opens soonest */
        first = a->window.from.us;
        second = b->window.from.us;
    } else if (saying == SAYS_ENDED) { /* the one that ended last */
        first = b->window.until.us;
        second = a->window.until.us;
    }
    return first != second ? first < second : a->index < b->index;
}

static const struct {
    enum rights_state state;
    enum rights_why why;
} answers[] = {
    [SAYS_NOTHING] = { RIGHTS_NOTHING, RIGHTS_WHY_NO_RIGHT },
    [SAYS_ENDED] = { RIGHTS_NOTHING, RIGHTS_WHY_ENDED },
    [SAYS_UNKNOWN] = { RIGHTS_NOTHING, RIGHTS_WHY_UNKNOWN },
    [SAYS_NOT_YET] = { RIGHTS_NOTHING, RIGHTS_WHY_NOT_YET },
    [SAYS_STATUS] = { RIGHTS_NOTHING, RIGHTS_WHY_STATUS },
    [SAYS_SUPPRESSED] = { RIGHTS_NOTHING, RIGHTS_WHY_SUPPRESSED },
    [SAYS_BLOCKED] = { RIGHTS_NOTHING, RIGHTS_WHY_BLOCKED },
    [SAYS_ANNOUNCED] = { RIGHTS_ANNOUNCED, RIGHTS_WHY_ANNOUNCED },
    [SAYS_OPEN] = { RIGHTS_OPEN, RIGHTS_WHY_OPEN },
};

/* The span that holds at t, but for its ends; its open rights are lent by m. */
static struct rights_span evaluate(struct making *m, int64_t t)
{
    enum saying most = SAYS_NOTHING;
    const struct candidate *named = NULL;
    size_t n_open = 0;
    find_held(m, t);
    for (size_t i = 0; i < m->n_candidates; i++) {
        const struct candidate *c = &m->candidates[i];
        enum saying saying = saying_of(m, c, t);
        if (saying == SAYS_OPEN)
            m->open[n_open++] = (uint16_t)c->index;
        if (saying > most ||
            (saying == most && named != NULL && is_named_before(saying, c, named))) {
            most = saying;
            named = c;
        }
    }
    struct rights_span span = { .state = answers[most].state,
                                .why = answers[most].why,
                                .because = named != NULL ? named->index : -1,
                                .n_open = n_open,
                                .open = m->open };
    if (most == SAYS_OPEN)
        span.because = m->open[0];
    if (most == SAYS_BLOCKED)
        span.because = held_back(m, named)->index;
    return span;
}

static bool says_the_same(const struct rights_span *a, const struct rights_span *b)
{
    return a->why == b->why && a->because == b->because && a->n_open == b->n_open &&
           (a->n_open == 0 || memcmp(a->open, b->open, a->n_open * sizeof a->open[0]) == 0);
}

static enum err add_span(struct making *m, utc_time from, utc_time until)
{
    struct rights_span span = evaluate(m, from.us);
    struct rights_span *last = m->n_spans > 0 ? &m->spans[m->n_spans - 1] : NULL;
    if (last != NULL && says_the_same(last, &span)) {
        last->until = until;
        return OK;
    }
    m->open_total += span.n_open;
    if (m->open_total > OPEN_TOTAL_MAX)
        return ERR_FULL;
    uint16_t *open = NULL;
    if (span.n_open > 0) {
        open = ARENA_ARRAY(m->arena, uint16_t, span.n_open);
        memcpy(open, span.open, span.n_open * sizeof open[0]);
    }
    span.open = open;
    span.from = from;
    span.until = until;
    m->spans[m->n_spans++] = span;
    return OK;
}

/* Nothing changes between two edges that are next to one another. */
static enum err add_spans(struct making *m)
{
    utc_time from = RIGHTS_SINCE_EVER;
    enum err err = OK;
    for (size_t i = 0; err == OK && i < m->n_edges; i++) {
        if (m->edges[i] == from.us)
            continue;
        err = add_span(m, from, (utc_time){ m->edges[i] });
        from.us = m->edges[i];
    }
    return err == OK ? add_span(m, from, RIGHTS_FOR_EVER) : err;
}

enum err rights_timeline_make(struct arena *arena, const struct rights_question *q,
                              struct rights_timeline *out)
{
    if (q->n_rights > RIGHTS_PER_TITLE_MAX || q->n_blocks > RIGHTS_PER_TITLE_MAX)
        return ERR_FULL;
    struct arena *room = arena_create();
    struct making m = { .q = q,
                        .arena = arena,
                        .candidates = ARENA_ARRAY(room, struct candidate, q->n_rights),
                        .holds = ARENA_ARRAY(room, struct hold, q->n_blocks),
                        .edges = ARENA_ARRAY(room, int64_t, 4 * q->n_rights + 2 * q->n_blocks),
                        .open = ARENA_ARRAY(room, uint16_t, q->n_rights) };
    studio_names_init(&m.studios, room, q->n_rights + q->n_blocks);
    take_rights(&m);
    take_blocks(&m);
    m.held = ARENA_ARRAY(room, struct held_by, m.studios.n);
    silence_what_will_not_open(&m);
    take_edges(&m);
    m.spans = ARENA_ARRAY(arena, struct rights_span, m.n_edges + 1);
    enum err err = add_spans(&m);
    arena_destroy(&room);
    if (err == OK)
        *out = (struct rights_timeline){ .n = m.n_spans, .spans = m.spans };
    return err;
}

const struct rights_span *rights_timeline_at(const struct rights_timeline *timeline, utc_time t)
{
    size_t low = 0, high = timeline->n;
    while (high - low > 1) { /* spans[low] begins at or before t, spans[high] after it */
        size_t middle = low + (high - low) / 2;
        if (timeline->spans[middle].from.us <= t.us)
            low = middle;
        else
            high = middle;
    }
    return &timeline->spans[low];
}
