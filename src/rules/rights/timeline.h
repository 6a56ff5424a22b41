/* All that the contracts and the law say of one playable in one territory, for all time: spans
 * without gaps, made once and asked often. Pure. */
#ifndef LANTERNE_RULES_RIGHTS_TIMELINE_H
#define LANTERNE_RULES_RIGHTS_TIMELINE_H

#include "base/arena.h"
#include "base/zone.h"
#include "rules/rights/right.h"

enum rights_state {
    RIGHTS_NOTHING,   /* not shown */
    RIGHTS_ANNOUNCED, /* shown as coming, not played */
    RIGHTS_OPEN,      /* may be played by subscription, or rented */
};

enum rights_why {
    RIGHTS_WHY_OPEN,       /* a right is open */
    RIGHTS_WHY_ANNOUNCED,  /* its announce date has come, its start has not */
    RIGHTS_WHY_NO_RIGHT,   /* none for this territory, of a kind we sell (SVOD, AVOD, VOD) */
    RIGHTS_WHY_NOT_YET,    /* one is to open later */
    RIGHTS_WHY_ENDED,      /* one has ended, none is to come */
    RIGHTS_WHY_STATUS,     /* in its window, but pending, revoked or expired by the studio */
    RIGHTS_WHY_SUPPRESSED, /* in its window, but its suppression is not lifted */
    RIGHTS_WHY_UNKNOWN, /* its window hangs on an event nobody has given the date of, or on TBD */
    RIGHTS_WHY_BLOCKED, /* held back: because is a block */
};

#define RIGHTS_SINCE_EVER ((utc_time){ INT64_MIN })
#define RIGHTS_FOR_EVER ((utc_time){ INT64_MAX })

struct rights_span {
    utc_time from, until; /* half-open */
    enum rights_state state;
    enum rights_why why;
    /* The right or block that decided: index into rights (or blocks when why is BLOCKED); -1: none.
     */
    int because;
    /* OPEN: rights in force, as indexes; greatest format first, then the one that lasts longest. */
    size_t n_open;
    const uint16_t *open;
};

struct rights_timeline {
    size_t n; /* at least 1: from SINCE_EVER to FOR_EVER without gaps; neighbours differ */
    const struct rights_span *spans;
};

struct rights_question {
    const char *territory;
    const struct zone *zone; /* the territory's first */
    size_t n_rights, n_blocks, n_events;
    const struct rights_right
        *rights; /* of the playable: its own, its season's, series', bundles' */
    const struct rights_block *blocks;
    const struct rights_event_date *events; /* of the title */
};

enum { RIGHTS_PER_TITLE_MAX = 4096 }; /* rights and blocks each; more: ERR_FULL */

MUST_CHECK enum err rights_timeline_make(struct arena *arena, const struct rights_question *q,
                                         struct rights_timeline *out);
/* The span that holds at the instant; never NULL. */
const struct rights_span *rights_timeline_at(const struct rights_timeline *timeline, utc_time t);

/* When a right's window begins and ends in the territory. False: it hangs on what is not known. */
bool rights_window(const struct rights_right *right, const struct rights_question *q,
                   utc_time *from, utc_time *until);

/* The chain for `rights explain`: every right and block, whether it holds at the instant, and why.
 */
struct rights_reason {
    bool is_block;
    int index;
    bool holds;    /* a right: it opens the title then; a block: it holds it back then */
    bool concerns; /* a block: one of the rights, in this territory */
    /* A sentence: "from 2013-07-15 00:00 to ... in Europe/Paris; opens in 3 days". */
    const char *text;
};
MUST_CHECK enum err rights_explain(struct arena *arena, const struct rights_question *q, utc_time t,
                                   struct rights_reason **out, size_t *n);

#endif
