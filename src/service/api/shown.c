#include "service/api/shown.h"

#include <string.h>

#include "base/log.h"

enum { SPANS_MAX = 16 }; /* that are followed: contracts that follow one another in two months */

struct viewing_question shown_question(const struct api_call *call, const struct showing *showing,
                                       const struct shown_rental *rental)
{
    bool is_rented = rental != NULL && rental->is_there;
    return (struct viewing_question){
        .showing = showing,
        .territory = call->viewer.state,
        .territory_from = call->viewer.state_from,
        .territory_until = call->viewer.state_until,
        .member = call->member,
        .profile = &call->viewer.profile,
        .now = call->now,
        .rental = is_rented ? &rental->rental : NULL,
        .sold = is_rented && rental->is_of_here ? &rental->sold : NULL,
    };
}

struct viewing_verdict shown_verdict(const struct api_call *call, const struct showing *showing,
                                     const struct shown_rental *rental)
{
    struct viewing_question q = shown_question(call, showing, rental);
    return viewing_decide(&q);
}

/* ---- what is rented -------------------------------------------------------------------------- */

enum err shown_rentals(struct api_call *call, const struct call_rentals **out)
{
    struct call_rentals *r = &call->rentals;
    struct rental *all = NULL;
    size_t n = 0;
    enum err err = OK;
    *out = r;
    if (r->is_read)
        return OK;
    if (call->member != NULL)
        err = store_rentals_list(call->store, call->arena, call->member->id, &all, &n);
    if (err != OK)
        return err;
    for (size_t i = 0; i < n; i++) {
        enum rental_state state = rental_state_at(&all[i], call->now, NULL);
        if (state == RENTAL_WAITING || state == RENTAL_RUNNING)
            all[r->n++] = all[i];
    }
    r->all = all;
    r->is_read = true;
    return OK;
}

enum err shown_rental_of(struct api_call *call, playable_id playable, struct shown_rental *out)
{
    const struct call_rentals *rentals;
    enum territory_state state;
    bool is_any = false;
    *out = (struct shown_rental){ 0 };
    enum err err = shown_rentals(call, &rentals);
    for (size_t i = 0; err == OK && i < rentals->n; i++)
        is_any = is_any || strcmp(rentals->all[i].playable.s, playable.s) == 0;
    if (err != OK || !is_any)
        return err;
    err = store_rental_of(call->store, call->arena, call->member->id, playable, call->now,
                          &out->rental);
    if (err != OK)
        return err == ERR_NOT_FOUND ? OK : err; /* it ended between the two reads */
    out->is_there = true;
    out->is_of_here = strcmp(out->rental.territory, call->viewer.territory) == 0;
    return store_showing_find(call->store, call->arena, playable, out->rental.territory,
                              out->rental.ordered, &out->sold, &state);
}

/* Whether an episode of the series is rented and may be watched. */
static enum err any_episode(struct api_call *call, title_id series, bool *out)
{
    const struct call_rentals *rentals;
    enum err err = shown_rentals(call, &rentals);
    for (size_t i = 0; err == OK && !*out && i < rentals->n; i++) {
        struct shown episode;
        if (strcmp(rentals->all[i].title.s, series.s) != 0)
            continue;
        err = shown_playable(call, rentals->all[i].playable, &episode);
        *out = err == OK && episode.verdict.may_play;
    }
    return err;
}

/* ---- titles and playables -------------------------------------------------------------------- */

enum err shown_title(struct api_call *call, title_id title, struct shown *out)
{
    enum territory_state state;
    playable_id film; /* of a series, no playable's */
    memcpy(film.s, title.s, sizeof film.s);
    enum err err = store_title_showing(call->store, call->arena, title, call->viewer.territory,
                                       call->now, &out->showing, &state);
    if (err == OK)
        err = shown_rental_of(call, film, &out->rental);
    if (err != OK)
        return err;
    out->verdict = shown_verdict(call, &out->showing, &out->rental);
    if (out->verdict.is_shown)
        return OK;
    bool any = false;
    err = any_episode(call, title, &any);
    if (err == OK && any)
        out->verdict = (struct viewing_verdict){ .is_shown = true, .languages = "" };
    return err;
}

enum err shown_playable(struct api_call *call, playable_id playable, struct shown *out)
{
    enum territory_state state;
    enum err err = store_showing_find(call->store, call->arena, playable, call->viewer.territory,
                                      call->now, &out->showing, &state);
    if (err == OK)
        err = shown_rental_of(call, playable, &out->rental);
    if (err == OK)
        out->verdict = shown_verdict(call, &out->showing, &out->rental);
    return err;
}

bool shown_is_open(const struct shown *shown)
{
    return shown->verdict.is_shown &&
           (shown->showing.state == RIGHTS_OPEN || shown->verdict.may_play);
}

bool shown_as_not_ready(const struct api_call *call, const struct title *title,
                        const struct shown *shown)
{
    if (title->is_licensed || shown->verdict.reason != VIEWING_NOT_READY)
        return false;
    struct showing ready = shown->showing;
    ready.state = RIGHTS_OPEN;
    ready.reason = VIEWING_PLAY;
    ready.in_subscription = true;
    return shown_verdict(call, &ready, NULL)
        .is_shown; /* whatever else is against it counts all the same */
}

/* ---- when it ends, when it begins ------------------------------------------------------------ */

/* A title or a playable: one of both. */
struct subject {
    const title_id *title;
    const playable_id *playable;
};

static enum err span_at(struct api_call *call, const struct subject *of, utc_time at,
                        struct showing *out)
{
    enum territory_state state;
    if (of->title != NULL)
        return store_title_showing(call->store, call->arena, *of->title, call->viewer.territory, at,
                                   out, &state);
    return store_showing_find(call->store, call->arena, *of->playable, call->viewer.territory, at,
                              out, &state);
}

/* The first instant, not after the horizon, at which it is in another state; *then: in which.
 * RIGHTS_FOR_EVER: none. */
static enum err state_ends(struct api_call *call, const struct subject *of,
                           const struct showing *showing, utc_time *end, enum rights_state *then)
{
    struct showing s = *showing;
    int64_t horizon = call->now.us + SHOWN_ENDS_DAYS * UTC_DAY;
    *then = s.state;
    *end = RIGHTS_FOR_EVER;
    for (int i = 0; i < SPANS_MAX && s.until.us <= horizon; i++) {
        utc_time at = s.until;
        enum err err = span_at(call, of, at, &s);
        if (err != OK)
            return err;
        if (s.state == showing->state)
            continue;
        *then = s.state;
        *end = at;
        return OK;
    }
    return OK;
}

enum err shown_title_end(struct api_call *call, title_id title, const struct showing *showing,
                         utc_time *end)
{
    enum rights_state then;
    return state_ends(call, &(struct subject){ .title = &title }, showing, end, &then);
}

enum err shown_playable_end(struct api_call *call, playable_id playable,
                            const struct showing *showing, utc_time *end)
{
    enum rights_state then;
    return state_ends(call, &(struct subject){ .playable = &playable }, showing, end, &then);
}

/* The first instant at which what is announced is open. */
static enum err opens(struct api_call *call, const struct subject *of,
                      const struct showing *showing, utc_time *out)
{
    struct showing s = *showing;
    *out = RIGHTS_FOR_EVER;
    for (int i = 0; i < SPANS_MAX && s.until.us < RIGHTS_FOR_EVER.us; i++) {
        utc_time at = s.until;
        enum err err = span_at(call, of, at, &s);
        if (err != OK)
            return err;
        if (s.state == RIGHTS_OPEN)
            *out = at;
        if (s.state != RIGHTS_ANNOUNCED)
            return OK;
    }
    return OK;
}

enum err shown_title_opens(struct api_call *call, title_id title, const struct showing *showing,
                           utc_time *out)
{
    return opens(call, &(struct subject){ .title = &title }, showing, out);
}

enum err shown_playable_opens(struct api_call *call, playable_id playable,
                              const struct showing *showing, utc_time *out)
{
    return opens(call, &(struct subject){ .playable = &playable }, showing, out);
}

/* ---- lists ----------------------------------------------------------------------------------- */

struct title_filter shown_filter(const struct api_call *call)
{
    return (struct title_filter){
        .territory = call->viewer.territory,
        .now = call->now,
        .max_age = call->viewer.profile.max_age,
        .locked_age = call->viewer.profile.locked_age,
        .is_unlocked = call->viewer.profile.is_unlocked,
    };
}

/* Takes titles off the page that whoever asks may not see. The store has looked already; should it
 * ever judge otherwise than the rules, the rules win, and the cursor, which names the last title,
 * goes with it. */
static void keep_shown(const struct api_call *call, struct title_page *page)
{
    size_t n = 0;
    for (size_t i = 0; i < page->n; i++) {
        if (!shown_verdict(call, &page->showings[i], NULL).is_shown)
            continue;
        page->titles[n] = page->titles[i];
        page->ready[n] = page->ready[i];
        page->showings[n++] = page->showings[i];
    }
    if (n < page->n) {
        log_error("api", "a list held %zu titles that are not shown", page->n - n);
        page->next = NULL;
    }
    page->n = n;
}

enum err shown_list(struct api_call *call, const struct title_filter *filter,
                    struct title_page *page)
{
    *page = (struct title_page){ 0 };
    enum err err = store_titles_list(call->store, call->arena, filter, page);
    if (err == OK && call->viewer.state != TERRITORY_OPEN)
        *page = (struct title_page){ 0 };
    if (err == OK)
        keep_shown(call, page);
    return err;
}
