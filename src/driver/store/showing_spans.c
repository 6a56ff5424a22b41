#include "driver/store/showing_spans.h"

#include <stdlib.h>
#include <string.h>

/* ---- locks ---------------------------------------------------------------------------------- */

static int by_instant(const void *a, const void *b)
{
    const struct lock *x = a, *y = b;
    return (x->from.us > y->from.us) - (x->from.us < y->from.us);
}

/* The age changes only where a law begins or has ended. */
static size_t take_turns(struct lock *turns, const struct law *laws, size_t n,
                         const struct zone *zone)
{
    size_t found = 0;
    for (size_t i = 0; i < n; i++) {
        if (laws[i].kind != LAW_AGE || !laws[i].is_enforced)
            continue;
        turns[found++].from = zone_instant(zone, laws[i].from, 0);
        if (!laws[i].is_open_ended)
            turns[found++].from = zone_instant(zone, (civil_day){ laws[i].until.days + 1 }, 0);
    }
    return found;
}

struct locks locks_make(struct arena *arena, const struct law *laws, size_t n,
                        const char *territory, const struct zone *zone)
{
    struct lock *turns = ARENA_ARRAY(arena, struct lock, 2 * n + 1);
    struct locks locks = { .at = ARENA_ARRAY(arena, struct lock, 2 * n + 1), .n = 1 };
    size_t n_turns = take_turns(turns, laws, n, zone);
    if (n_turns > 1)
        qsort(turns, n_turns, sizeof *turns, by_instant);
    locks.at[0].from = RIGHTS_SINCE_EVER;
    if (n_turns > 0)
        locks.at[0].age =
            law_locked_age(laws, n, territory, (utc_time){ turns[0].from.us - 1 }, zone);
    for (size_t i = 0; i < n_turns; i++) {
        int age = law_locked_age(laws, n, territory, turns[i].from, zone);
        if (age != locks.at[locks.n - 1].age)
            locks.at[locks.n++] = (struct lock){ .from = turns[i].from, .age = age };
    }
    return locks;
}

/* ---- spans ---------------------------------------------------------------------------------- */

static bool text_is(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool says_the_same(const struct showing *a, const struct showing *b)
{
    return a->state == b->state && a->reason == b->reason && text_is(a->because, b->because) &&
           a->in_subscription == b->in_subscription && a->for_rent == b->for_rent &&
           a->format == b->format && a->rent_format == b->rent_format &&
           text_is(a->languages, b->languages) && text_is(a->rent_languages, b->rent_languages) &&
           a->min_age == b->min_age && a->is_locked == b->is_locked;
}

static void add(struct spans *out, const struct showing *s, utc_time from, utc_time until)
{
    struct showing *last = out->n > 0 ? &out->at[out->n - 1] : NULL;
    if (last != NULL && says_the_same(last, s)) {
        last->until = until;
        return;
    }
    out->at[out->n] = *s;
    out->at[out->n].from = from;
    out->at[out->n++].until = until;
}

static utc_time sooner(utc_time a, utc_time b)
{
    return a.us < b.us ? a : b;
}

struct spans spans_lock(struct arena *arena, struct spans spans, const struct locks *locks)
{
    struct spans out = { .at = ARENA_ARRAY(arena, struct showing, spans.n + locks->n) };
    utc_time from = RIGHTS_SINCE_EVER;
    for (size_t i = 0, k = 0; i < spans.n && k < locks->n;) {
        utc_time lock_ends = k + 1 < locks->n ? locks->at[k + 1].from : RIGHTS_FOR_EVER;
        utc_time until = sooner(spans.at[i].until, lock_ends);
        struct showing s = spans.at[i];
        s.is_locked = locks->at[k].age > 0 && s.min_age >= locks->at[k].age;
        add(&out, &s, from, until);
        from = until;
        i += until.us == spans.at[i].until.us ? 1 : 0;
        k += until.us == lock_ends.us ? 1 : 0;
    }
    return out;
}

static const struct showing *better(const struct showing *a, const struct showing *b)
{
    if (a->state != b->state)
        return a->state > b->state ? a : b;
    if (a->state != RIGHTS_OPEN)
        return a;
    if (a->in_subscription != b->in_subscription)
        return a->in_subscription ? a : b;
    return b->format > a->format ? b : a;
}

struct spans spans_best(struct arena *arena, struct spans a, struct spans b)
{
    struct spans out = { .at = ARENA_ARRAY(arena, struct showing, a.n + b.n) };
    utc_time from = RIGHTS_SINCE_EVER;
    for (size_t i = 0, k = 0; i < a.n && k < b.n;) {
        utc_time until = sooner(a.at[i].until, b.at[k].until);
        add(&out, better(&a.at[i], &b.at[k]), from, until);
        from = until;
        i += until.us == a.at[i].until.us ? 1 : 0;
        k += until.us == b.at[k].until.us ? 1 : 0;
    }
    return out;
}

bool spans_same(struct spans a, struct spans b)
{
    for (size_t i = 0; a.n == b.n && i < a.n; i++) {
        if (a.at[i].from.us != b.at[i].from.us || !says_the_same(&a.at[i], &b.at[i]))
            return false;
    }
    return a.n == b.n;
}
