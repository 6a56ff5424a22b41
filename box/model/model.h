/* What the service says, as the screens want it. Each answer lies in an arena of its own. Read on
 * the client's thread, used by the main one: nothing here is shared. */
#ifndef LANTERNE_BOX_MODEL_MODEL_H
#define LANTERNE_BOX_MODEL_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "box/json/tree.h"

/* More than any service sends; what is beyond is left out. */
enum { ROWS_MAX = 64, ROW_ITEMS_MAX = 200, GENRES_MAX = 8, STREAMS_MAX = 20 };

struct money_text {
    const char *amount, *currency;
};

struct card {
    const char *id, *title, *original_title, *poster, *backdrop; /* pictures: NULL without */
    const char *rating;                                          /* "12"; NULL without */
    const char *genres[GENRES_MAX];
    unsigned n_genres, year, runtime_minutes; /* 0: not known */
    bool is_series, is_exclusive, is_coming;
    utc_time coming_at, available_until; /* 0: not known, not soon */
    double progress;                     /* 0 to 1 */
    const char *resume_playable;         /* NULL: nothing was begun */
    unsigned resume_season, resume_episode;
};

struct card_row {
    const char *id, *title;
    struct card *items;
    unsigned n;
};

struct home {
    struct card_row *rows;
    unsigned n;
};

struct page {
    struct card *items;
    unsigned n;
    const char *next;
};

struct rental_offer {
    bool is_there;
    struct money_text price;
    const char *format;
    unsigned start_days, watch_hours;
    enum { RENTED_NOT, RENTED_WAITING, RENTED_RUNNING } rented;
    utc_time start_by, ends;
};

struct episode {
    const char *id, *title, *synopsis, *still;
    unsigned number, runtime_minutes;
    bool is_ready, is_finished, is_coming;
    utc_time coming_at;
    double progress, resume_seconds;
    struct rental_offer rental;
};

struct season {
    const char *title;
    unsigned number, n;
    struct episode *episodes;
};

enum may { MAY_PLAY, MAY_JOIN, MAY_SUBSCRIBE, MAY_RENT, MAY_ANNOUNCED };

struct title {
    struct card card;
    const char *synopsis, *playable;
    const char *credit_line;                   /* "© ...", as its owner wants it; NULL without */
    const char *creators, *directors, *actors; /* "A, B"; NULL without */
    enum may may;
    double resume_seconds;
    struct rental_offer rental;
    struct season *seasons;
    unsigned n_seasons;
};

struct profile {
    const char *id, *name, *avatar, *language, *sound, *captions; /* NULL: none said */
    bool is_main, is_child, asks_pin;
    unsigned max_age; /* 0: no limit */
};

struct profiles {
    struct profile *items;
    unsigned n;
    const char *current;
};

struct playback {
    const char *id, *title_id, *title, *episode_title; /* episode_title: NULL without */
    const char *dash, *licence;                        /* licence: NULL in clear */
    bool is_episode;
    unsigned season, number;
    double resume_seconds, duration_seconds;
    unsigned beat_seconds;
    utc_time expires_at, ends_at;
    const char *next_playable, *next_title; /* NULL: nothing follows */
    unsigned next_season, next_number;
};

/* What a heartbeat is answered. */
struct beat {
    const char *dash, *licence;
    unsigned beat_seconds;
    utc_time expires_at, ends_at;
};

struct stream {
    const char *id, *profile, *title, *device, *place; /* NULL: not known, or not told */
    bool is_main, is_episode, is_this, may_stop;
    unsigned season, number;
    utc_time since;
};

struct streams {
    struct stream *items;
    unsigned n, seats;
};

struct means {
    const char *id, *label;
};

struct means_list {
    struct means *items;
    unsigned n;
};

struct rented {
    const char *answer, *confirm_url; /* "done", "pending", "confirm" */
};

struct device_code {
    const char *device_code, *user_code, *uri, *uri_complete;
    unsigned expires_in, interval;
};

/* All that an error says, of problem+json and of OAuth. */
struct problem {
    const char *code, *reason;
    struct streams streams; /* of "streams-full" */
};

struct box_settings {
    const char *name, *logo, *version_wanted; /* NULL: not said */
    const char *ground, *text, *accent;       /* "#rrggbb" or NULL */
    const char **rows;                        /* order of home rows by id */
    unsigned n_rows;
    utc_time now;
};

/* These read an answer into mem; ERR_MALFORMED: what cannot be done without is missing. */
MUST_CHECK enum err read_home(const struct tree *t, struct arena *mem, void **out);
MUST_CHECK enum err read_page(const struct tree *t, struct arena *mem, void **out);
MUST_CHECK enum err read_title(const struct tree *t, struct arena *mem, void **out);
MUST_CHECK enum err read_profiles(const struct tree *t, struct arena *mem, void **out);
MUST_CHECK enum err read_playback(const struct tree *t, struct arena *mem, void **out);
MUST_CHECK enum err read_beat(const struct tree *t, struct arena *mem, void **out);
MUST_CHECK enum err read_streams(const struct tree *t, struct arena *mem, void **out);
MUST_CHECK enum err read_means(const struct tree *t, struct arena *mem, void **out);
MUST_CHECK enum err read_rented(const struct tree *t, struct arena *mem, void **out);
MUST_CHECK enum err read_device_code(const struct tree *t, struct arena *mem, void **out);
/* The access_token itself, a text in memory that is wiped. */
MUST_CHECK enum err read_token(const struct tree *t, struct arena *mem, void **out);
MUST_CHECK enum err read_box_settings(const struct tree *t, struct arena *mem, void **out);
/* Never fails: what is not there is "" or "internal". */
struct problem *read_problem(const struct tree *t, int status, struct arena *mem);

/* What the large button of a title plays. */
struct pick {
    const char *playable; /* NULL: nothing */
    const struct episode *episode;
    unsigned season;
    double resume_seconds, progress;
    bool is_again; /* all of it was seen */
};
struct pick title_pick(const struct title *t);
/* The episode with that id; NULL when there is none. season: NULL, or where to put its index. */
const struct episode *title_episode(const struct title *t, const char *playable, unsigned *season);

#endif
