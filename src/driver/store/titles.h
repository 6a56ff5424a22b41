#ifndef LANTERNE_DRIVER_STORE_TITLES_H
#define LANTERNE_DRIVER_STORE_TITLES_H

#include <stdint.h>

#include "driver/store/store.h"
#include "rules/catalog/title.h"
#include "rules/viewing/showing.h"

/* Adds; id, created, changed, version are taken from *title as the caller made them. */
MUST_CHECK enum err store_title_add(struct store *store, const struct title *title);
/* Replaces everything but id, kind, state, created, published and images; ERR_STATE when the stored
 * version is not title->version (somebody else changed it). The stored version goes up by one. */
MUST_CHECK enum err store_title_update(struct store *store, const struct title *title,
                                       utc_time now);
MUST_CHECK enum err store_title_get(struct store *store, struct arena *arena, title_id id,
                                    struct title *out);
/* Moves the state as title_may_move allows; idempotent (moving to where it is: OK). `published` is
 * the instant of the first publication and stays. */
MUST_CHECK enum err store_title_move(struct store *store, title_id id, enum title_state to,
                                     utc_time now);
/* Publishes at an instant, which may lie ahead: nobody sees anything of the title before it. While
 * the first publication lies ahead it can be moved; once it has come ERR_STATE. */
MUST_CHECK enum err store_title_publish(struct store *store, title_id id, utc_time at,
                                        utc_time now);
/* Sets the image of a title or (is_episode) of an episode; name NULL takes it away. kind: "poster",
 * "backdrop", "still". only_if_none: keeps one that is set (pictures picked from the film never
 * replace chosen ones). The version stays: an edit of the texts is not in the way of a picture. */
MUST_CHECK enum err store_title_image(struct store *store, const char *id, const char *kind,
                                      const char *name, bool only_if_none);

struct title_filter {
    bool any_state; /* the house's own view: every title in every state */
    /* What is shown (any_state false): by the stored showings of this territory at this instant. */
    const char *territory;
    utc_time now;
    int max_age;    /* of the profile; 0: no limit. Not rated: left out when there is a limit */
    int locked_age; /* of the account's locked area; 0: none. Not rated: in it when there is one */
    bool is_unlocked;         /* the locked areas too */
    const char *kind, *genre; /* NULL: any */
    const char *search; /* NULL: any; words matched without regard to case and accents in any title
                           or name */
    const char *after;  /* cursor of the page before; NULL: first page */
    unsigned limit;     /* 0: 50; at most 200 */
};
struct title_page {
    size_t n;
    struct title *titles;     /* newest published (any_state: created) first */
    bool *ready;              /* per title: whether a playable of it is ready */
    struct showing *showings; /* per title, as store_title_showing; any_state: NULL */
    const char *next;         /* cursor, NULL at the end */
};
MUST_CHECK enum err store_titles_list(struct store *store, struct arena *arena,
                                      const struct title_filter *filter, struct title_page *out);

/* The genres that any title bears, shown or not; in the order of their words. */
MUST_CHECK enum err store_genres_used(struct store *store, struct arena *arena, const char ***out,
                                      size_t *n);

/* Series. Adding an episode makes its season when it is missing. ERR_STATE: the title is a film. */
MUST_CHECK enum err store_season_put(struct store *store, title_id series,
                                     const struct title_season *season);
MUST_CHECK enum err store_episode_add(struct store *store, const struct title_episode *episode);
MUST_CHECK enum err store_episode_update(struct store *store, const struct title_episode *episode);
struct series_listing {
    size_t n_seasons, n_episodes;
    struct title_season *seasons;   /* by number */
    struct title_episode *episodes; /* by season and number */
    bool *ready;                    /* per episode */
};
MUST_CHECK enum err store_series_get(struct store *store, struct arena *arena, title_id series,
                                     struct series_listing *out);
/* The title a playable belongs to, and the episode when it is one (episode->id.s[0] == 0: a film).
 */
MUST_CHECK enum err store_playable_find(struct store *store, struct arena *arena, playable_id id,
                                        struct title *title, struct title_episode *episode);
/* The playable of (series, season, number); for a film season and number are 0. */
MUST_CHECK enum err store_playable_at(struct store *store, title_id title, int season, int number,
                                      playable_id *out);
/* The episode after this one in order, across seasons; ERR_NOT_FOUND at the end or for a film. */
MUST_CHECK enum err store_episode_next(struct store *store, struct arena *arena, playable_id id,
                                       struct title_episode *out);

#endif
