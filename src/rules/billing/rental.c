#include "rules/billing/rental.h"

#include <assert.h>
#include <string.h>

#include "base/zone.h"

static const utc_time never = { INT64_MAX };

const char *rental_state_name(enum rental_state state)
{
    static const char *const names[] = { "ordered", "waiting", "running", "over" };
    assert((unsigned)state < sizeof names / sizeof names[0]);
    return names[state];
}

static bool has_come(utc_time t, utc_time now)
{
    return t.us != 0 && t.us <= now.us;
}

static utc_time sooner(utc_time a, utc_time b)
{
    return a.us < b.us ? a : b;
}

enum rental_state rental_state_at(const struct rental *rental, utc_time now, utc_time *until)
{
    const struct rental *r = rental;
    utc_time unused, *end = until == NULL ? &unused : until;
    utc_time ends = r->ends.us != 0 ? r->ends : never;
    *end = never;
    if (has_come(r->ends, now)) /* also what was never paid, once that is certain */
        return RENTAL_OVER;
    if (!has_come(r->bought, now)) {
        *end = r->bought.us != 0 ? sooner(r->bought, ends) : ends;
        return RENTAL_ORDERED;
    }
    if (has_come(r->started, now)) {
        *end = ends;
        return RENTAL_RUNNING;
    }
    if (r->start_by.us <= now.us)
        return RENTAL_OVER;
    *end = sooner(ends, r->started.us != 0 ? sooner(r->started, r->start_by) : r->start_by);
    return RENTAL_WAITING;
}

bool rental_was_one(const struct rental *rental, utc_time now)
{
    return rental->bought.us != 0 || rental_state_at(rental, now, NULL) != RENTAL_OVER;
}

/* ---- prices ---- */

/* The last that was said for this very title (or for every film), or NULL. */
static const struct rental_price *last_said(const struct rental_price *list, size_t n,
                                            const char *title, const struct rental_price *like)
{
    const struct rental_price *best = NULL;
    for (size_t i = 0; i < n; i++) {
        const struct rental_price *p = &list[i];
        if (strcmp(p->territory, like->territory) == 0 && p->format == like->format &&
            strcmp(p->price.currency, like->price.currency) == 0 &&
            strcmp(p->title.s, title) == 0 && (best == NULL || p->said.us >= best->said.us))
            best = p;
    }
    return best;
}

enum err rental_price_of(const struct rights_right *right, const struct rental_price *list,
                         size_t n, const char *territory, const char *currency,
                         const title_id *title, enum rights_format format, struct money *out)
{
    struct rental_price like = { .format = format };
    const struct rental_price *p;
    if (right != NULL && right->price.minor >= 0 && right->price.currency[0] != 0 &&
        strcmp(right->price.currency, currency) == 0) {
        *out = right->price;
        return OK;
    }
    memcpy(like.territory, territory, strnlen(territory, sizeof like.territory - 1));
    memcpy(like.price.currency, currency, strnlen(currency, sizeof like.price.currency - 1));
    p = last_said(list, n, title->s, &like);
    if (p == NULL || p->price.minor < 0)
        p = last_said(list, n, "", &like);
    if (p == NULL || p->price.minor < 0)
        return ERR_NOT_FOUND;
    *out = p->price;
    return OK;
}

/* ---- times ---- */

static bool is_said(const struct duration *d)
{
    return d->months > 0 || d->seconds > 0;
}

/* Months of a contract that names no place are counted by UTC's calendar. */
static utc_time after(utc_time from, const struct duration *said, int64_t house_seconds)
{
    const struct duration house = { .seconds = house_seconds };
    return zone_add(zone_named("UTC"), from, is_said(said) ? said : &house);
}

void rental_times(const struct rights_right *right, int start_days, int watch_hours,
                  utc_time bought, utc_time *start_by, int64_t *watch_us)
{
    static const struct duration unsaid = { 0, 0 };
    const struct duration *start = right != NULL ? &right->rental : &unsaid,
                          *watch = right != NULL ? &right->watch : &unsaid;
    utc_time watched = after(bought, watch, watch_hours * INT64_C(3600));
    *start_by = after(bought, start, start_days * INT64_C(86400));
    if (__builtin_sub_overflow(watched.us, bought.us, watch_us))
        *watch_us = INT64_MAX;
}
