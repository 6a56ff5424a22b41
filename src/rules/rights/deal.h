/* Deals with studios and on our own productions: what Avails cannot say. Pure. */
#ifndef LANTERNE_RULES_RIGHTS_DEAL_H
#define LANTERNE_RULES_RIGHTS_DEAL_H

#include "base/arena.h"
#include "base/id.h"
#include "rules/rights/timeline.h"

ID_TYPE(deal_id);

enum deal_direction {
    DEAL_TO_US, /* a studio lets us show */
    DEAL_BY_US, /* we let somebody else show what is ours */
};
const char *deal_direction_name(enum deal_direction direction); /* "to-us", "by-us" */
bool deal_direction_parse(const char *name, enum deal_direction *out);

/* Media that exclusivity is about: ours (svod, vod, est, avod) and others' (free-tv, pay-tv,
 * cinema, disc). Bits. */
enum deal_media {
    DEAL_SVOD = 1,
    DEAL_VOD = 2,
    DEAL_EST = 4,
    DEAL_AVOD = 8,
    DEAL_FREE_TV = 16,
    DEAL_PAY_TV = 32,
    DEAL_CINEMA = 64,
    DEAL_DISC = 128,
};
/* "svod,vod", "all". ERR_ARGUMENT: an unknown word. */
MUST_CHECK enum err deal_media_parse(const char *text, uint32_t *out);
void deal_media_text(uint32_t media, char *out, size_t room);
uint32_t deal_media_licences(uint32_t media); /* bits of enum rights_licence */

/* A time during which a film is kept for others: "no SVOD in FR until 36 months after theatrical",
 * "no SVOD in DE from 2014-01-01 to 2014-06-30 (free TV)". */
struct deal_holdback {
    const char *name; /* of the clause, for people: "theatrical window" */
    uint32_t media;   /* what we may not do meanwhile */
    struct territory_set where;
    struct rights_edge from, until; /* as in a block; an EVENT edge carries the months as its lag */
};

struct deal {
    deal_id id;
    const char *name;
    enum deal_direction direction;
    const char *party;     /* the studio's name, or who we granted to */
    civil_day from, until; /* term; until inclusive */
    bool is_open_ended;    /* until is not said */
    struct territory_set where;
    uint32_t media; /* what it grants */
    uint32_t
        exclusive_media; /* for the one granted to alone; a part of media or of others' media */
    size_t n_titles;     /* 0: every title of the studio */
    const char **titles; /* ids of titles */
    int streams_max;     /* of one title at a time over all members; 0: no cap */
    struct money fee;    /* what it costs or brings; currency "": not said */
    const char *fee_per; /* "term", "year", "month", "title" */
    size_t n_holdbacks;
    struct deal_holdback *holdbacks;
    const char *contract; /* ContractID that its avails carry; NULL: none */
    uint64_t version;
};

struct deal_problem {
    char field[64], text[256];
};
/* ERR_ARGUMENT with the first problem. Term in order, a name, holdbacks at most 50, titles 5,000.
 */
MUST_CHECK enum err deal_validate(const struct deal *deal, struct deal_problem *why);

/* The blocks that deals put on a title: holdbacks of TO_US deals on rights of their studio, and
 * what BY_US deals granted away exclusively. In the arena. */
MUST_CHECK enum err deal_blocks(struct arena *arena, const struct deal *deals, size_t n,
                                const char *title, struct rights_block **out, size_t *n_out);

/* Whether the deal, one of those on the title that is to be watched, has a ceiling for the streams
 * of a title in the territory at now, by the clocks of its zone. */
bool deal_caps_streams(const struct deal *deal, const char *territory, const struct zone *zone,
                       utc_time now);

/* ---- findings ----------------------------------------------------------------------------------
 */

enum deal_finding_kind {
    DEAL_FINDING_EXCLUSIVE_CLASH, /* two exclusive grants of the same overlap */
    DEAL_FINDING_OUTSIDE_DEAL,    /* an avail opens what its studio's deals do not grant */
    DEAL_FINDING_CUT,             /* a window that a holdback or law cuts, in part or whole */
    DEAL_FINDING_RIVAL, /* an avail under a non-exclusive right for what a deal keeps for us */
    DEAL_FINDING_UNKNOWN_DATE, /* a clock hangs on an event without a date */
};
const char *deal_finding_kind_name(enum deal_finding_kind kind); /* "exclusive-clash", ... */

struct deal_finding {
    enum deal_finding_kind kind;
    const char *title;          /* id; NULL: deals as such */
    const char *first, *second; /* both sources, named */
    char territory[3];          /* one it shows in; "" : several, see text */
    utc_time from, until;       /* where they meet */
    const char *text;           /* a sentence */
};

/* What one title's rights, deals and blocks say against one another in the territories. */
struct deal_check {
    const char *title;
    size_t n_rights, n_deals, n_blocks, n_events, n_territories;
    const struct rights_right *rights;
    const struct deal *deals;
    const struct rights_block *blocks;
    const struct rights_event_date *events;
    const char (*territories)[3];
    const struct zone *const *zones; /* each territory's first */
};
MUST_CHECK enum err deal_check_title(struct arena *arena, const struct deal_check *check,
                                     struct deal_finding **out, size_t *n);
/* Deals against deals, whatever the title. */
MUST_CHECK enum err deal_check_deals(struct arena *arena, const struct deal *deals, size_t n,
                                     struct deal_finding **out, size_t *n_out);

#endif
