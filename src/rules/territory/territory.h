/* Territories: their life, and what is known of each. Pure. */
#ifndef LANTERNE_RULES_TERRITORY_TERRITORY_H
#define LANTERNE_RULES_TERRITORY_TERRITORY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/zone.h"

/*                 +--------------------------+
 *                 v                          |
 * PLANNED -> HELD (by regulation) -> READY --+
 *    |                                 ^
 *    +---------------------------------+
 * READY -open-> OPEN -close-> CLOSED -ready-> READY
 * READY -> PLANNED, HELD -> PLANNED: it was too early.
 */
enum territory_state {
    TERRITORY_PLANNED, /* also what was never spoken of */
    TERRITORY_HELD,
    TERRITORY_READY,
    TERRITORY_OPEN,
    TERRITORY_CLOSED,
    TERRITORY_STATES,
};
const char *territory_state_name(enum territory_state state); /* "planned", "held", ... */
bool territory_state_parse(const char *name, enum territory_state *out);
bool territory_may_move(enum territory_state from, enum territory_state to);

/* One row of its life: from `at` on it is in `state`. Rows may lie ahead: an opening that is
 * planned happens by the clock alone. */
struct territory_change {
    enum territory_state state;
    utc_time at;
    const char *reason; /* for people; NULL: none */
};
/* changes: by rising at. The state at the instant; before the first: PLANNED. */
enum territory_state territory_state_at(const struct territory_change *changes, size_t n,
                                        utc_time t);
/* ERR_STATE: the move is not allowed at that instant, or breaks one that is planned after it. */
MUST_CHECK enum err territory_change_allowed(const struct territory_change *changes, size_t n,
                                             const struct territory_change *next);

/* Whose catalogue a member sees who is somewhere else. */
enum territory_roaming {
    TERRITORY_ROAMING_PLACE, /* that of where they are, if it is open */
    TERRITORY_ROAMING_HOME,  /* that of their own country wherever they are */
    TERRITORY_ROAMING_UNION, /* that of their own country within its union (EU: regulation
                                2017/1128), else of where they are */
};
const char *territory_roaming_name(enum territory_roaming roaming); /* "place", "home", "union" */
bool territory_roaming_parse(const char *name, enum territory_roaming *out);

/* What the house has set for it; a zero or NULL falls back on territory_facts. */
struct territory {
    char code[3];
    const char *currency;  /* ISO 4217 */
    int tax_permille;      /* of the price, contained in it; -1: not set */
    const char *zone;      /* IANA; the first, by which bare dates are read */
    const char *languages; /* BCP 47, main first: "fr" or "de,fr,it" */
    const char *ratings;   /* rating systems looked at, best first: "CNC,CSA" */
    int price_minor;       /* of the plan a month, in minor units; -1: not set */
    enum territory_roaming roaming;
    size_t n_changes;
    struct territory_change *changes; /* by rising at */
};

/* What the world knows of a territory. Static; NULL: no assigned code. */
struct territory_facts {
    char code[3];
    const char *name_en, *name_fr;
    const char *currency, *zones; /* zones: comma separated, the first is the one of the capital */
    const char *languages;
    const char *ratings; /* systems of MovieLabs' Common Metadata Ratings; "" : none known */
    bool in_eu, in_eea;
    bool is_european; /* a work from there is a European one: EU, and parties to the Council of
                         Europe's convention on transfrontier television (AVMSD art. 1(1)(n)) */
};
const struct territory_facts *territory_facts(const char *code);
/* All, by code. */
const struct territory_facts *territory_facts_all(size_t *n);
const struct zone *territory_zone(const struct territory *territory); /* own, facts', or UTC */
const char *territory_currency(const struct territory *territory);
const char *territory_languages(const struct territory *territory);
const char *territory_ratings(const struct territory *territory);

/* Where the catalogue is taken from: home "" for a visitor. place "" : not known. fallback: the
 * house's. */
const char *territory_of_viewer(const struct territory *home_rules, const char *home,
                                const char *place, const char *fallback);

#endif
