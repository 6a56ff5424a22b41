/* Showings: the windows that the one decision reads, made by rules/viewing/showing from title,
 * avails, deals, laws and readiness, for every territory that the house has set or moved. They are
 * renewed in the same transaction as whatever they are made from: no reader sees a title by an old
 * contract. */
#ifndef LANTERNE_DRIVER_STORE_SHOWINGS_H
#define LANTERNE_DRIVER_STORE_SHOWINGS_H

#include "driver/store/store.h"
#include "rules/territory/territory.h"
#include "rules/viewing/showing.h"

/* What holds of a playable in a territory at an instant, and the territory's state then. A
 * territory that was never set: nothing is shown (RIGHTS_NOTHING, VIEWING_TERRITORY). */
MUST_CHECK enum err store_showing_find(struct store *store, struct arena *arena,
                                       playable_id playable, const char *territory, utc_time at,
                                       struct showing *out, enum territory_state *state);
/* The same of a title: of a series, the best of its playables (open before announced before
 * nothing); the format and languages of the one that is open. */
MUST_CHECK enum err store_title_showing(struct store *store, struct arena *arena, title_id title,
                                        const char *territory, utc_time at, struct showing *out,
                                        enum territory_state *state);
/* One for each episode of a series, in the order of series_listing. */
MUST_CHECK enum err store_series_showings(struct store *store, struct arena *arena, title_id series,
                                          const char *territory, utc_time at, struct showing **out,
                                          size_t *n);

/* What opens and closes in a territory between two instants, by instant: for the calendar. */
struct store_turn {
    utc_time at;
    title_id title;
    playable_id playable;
    const char *name;    /* original title; an episode's: "Name S1E2" */
    bool opens;          /* else closes */
    const char *because; /* of the span that begins (opens) or ended */
    char territory[3];
};
MUST_CHECK enum err store_turns_list(struct store *store, struct arena *arena,
                                     const char *territory /* NULL: all */, utc_time from,
                                     utc_time until, unsigned limit, struct store_turn **out,
                                     size_t *n);

/* Makes all showings anew: after an upgrade that changed the rules (kept by a version of their
 * own), and for `lanterne check`, which compares. *n: titles done. */
MUST_CHECK enum err store_showings_renew(struct store *store, utc_time now, size_t *n);
/* Whether they were made by the rules of this program: else they are to be made anew. */
MUST_CHECK enum err store_showings_current(struct store *store, bool *is_current);

#endif
