#include "rules/viewing/showing.h"

#include <string.h>

#include "rules/viewing/languages.h"

struct making {
    struct arena *arena;
    const struct showing_question *q;
    const struct rights_right **room; /* for the rights of one span */
    struct showing *showings;
    size_t n;
    struct showing last_open; /* what may be finished of it goes with what follows */
};

/* One way of showing, by the best right that is open for it. Its picture and its languages come
 * from one contract: of several rights those with the greatest format are taken, and what any of
 * these allows. A language that only a lesser right allows is not offered beside the better
 * picture: a stream would have the picture of one right and the sound of another. */
struct way {
    const struct rights_right *best; /* NULL: not that way */
    const char *languages;
};

static bool is_rental(const struct rights_right *right)
{
    return right->licence == RIGHTS_VOD;
}

static struct way way_of(struct making *m, const struct rights_span *span, bool rental)
{
    struct way way = { .languages = "" };
    size_t n = 0;
    for (size_t i = 0; i < span->n_open; i++) { /* best first */
        const struct rights_right *right = &m->q->rights[span->open[i]];
        if (is_rental(right) != rental || (n > 0 && right->format != m->room[0]->format))
            continue;
        m->room[n++] = right;
    }
    if (n > 0) {
        way.best = m->room[0];
        way.languages = languages_of_rights(m->arena, m->room, n);
    }
    return way;
}

static enum viewing_reason reason_of(const struct making *m, const struct rights_span *span)
{
    switch (span->why) {
    case RIGHTS_WHY_OPEN: return VIEWING_PLAY;
    case RIGHTS_WHY_ANNOUNCED: return VIEWING_ANNOUNCED;
    case RIGHTS_WHY_NOT_YET:
    case RIGHTS_WHY_SUPPRESSED:
    case RIGHTS_WHY_UNKNOWN: return VIEWING_NOT_YET;
    case RIGHTS_WHY_BLOCKED: return VIEWING_HELD_BACK;
    case RIGHTS_WHY_STATUS: /* what waits for its approval comes yet; what was revoked does not */
        return m->q->rights[span->because].status == RIGHTS_STATUS_PENDING ? VIEWING_NOT_YET
                                                                           : VIEWING_NO_RIGHT;
    case RIGHTS_WHY_ENDED:
    case RIGHTS_WHY_NO_RIGHT: break;
    }
    return VIEWING_NO_RIGHT;
}

static const char *because_of(const struct making *m, const struct rights_span *span)
{
    if (span->because < 0)
        return NULL;
    return span->why == RIGHTS_WHY_BLOCKED ? m->q->blocks[span->because].source
                                           : m->q->rights[span->because].source;
}

static void open_by_rights(struct making *m, const struct rights_span *span, struct showing *s)
{
    struct way sub = way_of(m, span, false), rent = way_of(m, span, true);
    s->in_subscription = sub.best != NULL;
    s->for_rent = rent.best != NULL;
    const struct way *main = s->in_subscription ? &sub : &rent, *hired = s->for_rent ? &rent : &sub;
    s->because = main->best->source;
    s->format = main->best->format;
    s->languages = main->languages;
    s->rent_format = hired->best->format;
    s->rent_languages = hired->languages;
}

static struct showing showing_of_span(struct making *m, const struct rights_span *span)
{
    struct showing s = { .state = span->state,
                         .reason = reason_of(m, span),
                         .because = because_of(m, span) };
    if (span->state == RIGHTS_OPEN && !m->q->is_ready) {
        s.state = RIGHTS_NOTHING;
        s.reason = VIEWING_NOT_READY;
    } else if (span->state == RIGHTS_OPEN) {
        open_by_rights(m, span, &s);
    }
    return s;
}

static struct showing showing_of_house(const struct making *m)
{
    if (!m->q->is_ready)
        return (struct showing){ .reason = VIEWING_NOT_READY };
    return (struct showing){ .state = RIGHTS_OPEN,
                             .reason = VIEWING_PLAY,
                             .in_subscription = true,
                             .format = RIGHTS_UHD,
                             .rent_format = RIGHTS_UHD,
                             .languages = "",
                             .rent_languages = "" };
}

static bool text_is(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool says_the_same(const struct showing *a, const struct showing *b)
{
    return a->state == b->state && a->reason == b->reason && text_is(a->because, b->because) &&
           a->in_subscription == b->in_subscription && a->for_rent == b->for_rent &&
           a->format == b->format && a->rent_format == b->rent_format &&
           text_is(a->languages, b->languages) && text_is(a->rent_languages, b->rent_languages);
}

static void add(struct making *m, utc_time from, utc_time until, struct showing s)
{
    if (from.us >= until.us)
        return;
    s.from = from;
    s.until = until;
    s.closed = RIGHTS_SINCE_EVER;
    s.min_age = m->q->min_age;
    s.is_locked = m->q->is_locked;
    if (s.state != RIGHTS_OPEN) {
        s.closed = m->last_open.until;
        s.format = m->last_open.format;
        s.rent_format = m->last_open.rent_format;
        s.languages = m->last_open.languages;
        s.rent_languages = m->last_open.rent_languages;
    }
    struct showing *last = m->n > 0 ? &m->showings[m->n - 1] : NULL;
    if (last != NULL && says_the_same(last, &s))
        last->until = until;
    else
        m->showings[m->n++] = s;
    if (s.state == RIGHTS_OPEN)
        m->last_open = m->showings[m->n - 1];
}

/* The instant from which on it is published; us INT64_MAX: never. */
static utc_time published_from(const struct showing_question *q)
{
    if (q->title->state != TITLE_PUBLISHED || q->title->published.us == 0)
        return RIGHTS_FOR_EVER;
    return q->title->published.us <= q->now.us ? RIGHTS_SINCE_EVER : q->title->published;
}

static utc_time later(utc_time a, utc_time b)
{
    return a.us > b.us ? a : b;
}

enum err showing_make(struct arena *arena, const struct showing_question *q, struct showing **out,
                      size_t *n)
{
    size_t n_spans = q->timeline != NULL ? q->timeline->n : 1, n_open = 0;
    for (size_t i = 0; q->timeline != NULL && i < n_spans; i++)
        n_open = q->timeline->spans[i].n_open > n_open ? q->timeline->spans[i].n_open : n_open;
    struct making m = { .arena = arena,
                        .q = q,
                        .room = ARENA_ARRAY(arena, const struct rights_right *, n_open),
                        .showings = ARENA_ARRAY(arena, struct showing, n_spans + 1),
                        .last_open = {
                            .until = RIGHTS_SINCE_EVER, .languages = "", .rent_languages = "" } };
    utc_time published = published_from(q);
    add(&m, RIGHTS_SINCE_EVER, published, (struct showing){ .reason = VIEWING_NOT_PUBLISHED });
    if (q->timeline == NULL)
        add(&m, published, RIGHTS_FOR_EVER, showing_of_house(&m));
    for (size_t i = 0; q->timeline != NULL && i < n_spans; i++) {
        const struct rights_span *span = &q->timeline->spans[i];
        if (span->until.us > published.us)
            add(&m, later(span->from, published), span->until, showing_of_span(&m, span));
    }
    *out = m.showings;
    *n = m.n;
    return OK;
}

/* The last steps of a search by halves would each wait for memory; so many spans are rather all
 * looked at, which waits for all of them at once. */
enum { AT_ONCE = 32 };

const struct showing *showing_at(const struct showing *showings, size_t n, utc_time t)
{
    size_t low = 0, high = n, later = 0;
    while (high - low >
           AT_ONCE) { /* showings[low] begins at or before t, showings[high] after it */
        size_t middle = low + (high - low) / 2;
        if (showings[middle].from.us <= t.us)
            low = middle;
        else
            high = middle;
    }
    for (size_t i = low + 1; i < high; i++)
        later += showings[i].from.us > t.us ? 1 : 0;
    return &showings[high - 1 - later];
}

bool showing_for_rent(const struct showing *showing)
{
    if (showing->state != RIGHTS_OPEN)
        return false;
    return showing->for_rent || (showing->in_subscription && showing->because == NULL);
}
