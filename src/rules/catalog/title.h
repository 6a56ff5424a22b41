/* Titles: films and series with their seasons and episodes, as the catalogue holds them. */
#ifndef LANTERNE_RULES_CATALOG_TITLE_H
#define LANTERNE_RULES_CATALOG_TITLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/id.h"

ID_TYPE(title_id);
ID_TYPE(playable_id); /* a film's is its title's, written the same; an episode has its own */

enum title_kind { TITLE_FILM, TITLE_SERIES };

/* DRAFT -publish-> PUBLISHED -withdraw-> WITHDRAWN -publish-> PUBLISHED. A published title is shown
 * once a playable of it is ready. */
enum title_state { TITLE_DRAFT, TITLE_PUBLISHED, TITLE_WITHDRAWN };
bool title_may_move(enum title_state from, enum title_state to);
const char *title_kind_name(enum title_kind kind);    /* "film", "series" */
const char *title_state_name(enum title_state state); /* "draft", ... */
/* The way back from a name; false leaves *out alone. */
bool title_kind_parse(const char *name, enum title_kind *out);
bool title_state_parse(const char *name, enum title_state *out);

/* Texts in one language: of a title, a season or an episode. */
struct title_text {
    const char *language; /* BCP 47 */
    const char *title;    /* NULL: not in this language */
    const char *synopsis; /* NULL likewise; may hold newlines */
};

struct title_credit {
    const char *role; /* "director", "writer", "actor", "producer", "composer", "creator", ... */
    const char *name;
    const char *character; /* NULL: none */
};

struct title_rating {
    const char *system; /* "CNC", "BBFC", "MPAA", ...: MovieLabs Common Metadata Ratings */
    const char *value;  /* "12" */
};

/* Everything pointed to lives in the caller's arena. */
struct title {
    title_id id;
    enum title_kind kind;
    enum title_state state;
    const char *original_title;
    const char *language;                 /* spoken; BCP 47; NULL: not said */
    const char *credit_line;              /* rights notice shown on the page; NULL: none */
    int year;                             /* 0: not said */
    int runtime_minutes;                  /* as delivered; 0: not said */
    utc_time created, changed, published; /* published.us 0: never */
    uint64_t version;                     /* one more at every change: guards edits */
    size_t n_texts, n_credits, n_genres, n_countries, n_ratings;
    struct title_text *texts;
    struct title_credit *credits;
    const char **genres;    /* from the closed list of rules/catalog/genre.h: "drama" */
    const char **countries; /* ISO 3166-1 alpha-2 */
    struct title_rating *ratings;
    const char *poster, *backdrop; /* names of images (blob keys); NULL: none yet */
    bool is_licensed;  /* lives by a studio's avails; else the house's own, shown everywhere */
    bool is_exclusive; /* to be had here alone: said on its card */
};

struct title_season {
    int number; /* 0: specials */
    size_t n_texts;
    struct title_text *texts;
};

struct title_episode {
    playable_id id;
    title_id series;
    int season, number;
    int runtime_minutes;
    size_t n_texts;
    struct title_text *texts;
    const char *still; /* image; NULL: none yet */
};

/* What is wrong, in words for a person, and the field's name as the API and the command line call
 * it. */
struct title_problem {
    char field[64];
    char text[256];
};

/* ERR_ARGUMENT with the first problem in *why. Limits: title 1..300 characters, synopsis 4,000, 200
 * credits, 10 genres, 20 countries, 20 ratings, 40 languages, year 1878..2200. */
MUST_CHECK enum err title_validate(const struct title *title, struct title_problem *why);
MUST_CHECK enum err title_season_validate(const struct title_season *season,
                                          struct title_problem *why);
MUST_CHECK enum err title_episode_validate(const struct title_episode *episode,
                                           struct title_problem *why);

/* The text that fits best: exact language, then its primary subtag, then the fallback ("en" and the
 * first). NULL when there are none. */
const struct title_text *title_text_for(const struct title_text *texts, size_t n,
                                        const char *language);

#endif
