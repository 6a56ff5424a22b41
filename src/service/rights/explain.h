/* What the parts of an explanation share. Only for service/rights. */
#ifndef LANTERNE_SERVICE_RIGHTS_EXPLAIN_H
#define LANTERNE_SERVICE_RIGHTS_EXPLAIN_H

#include "rules/territory/law.h"
#include "service/rights/rights.h"

struct explain {
    struct store *store;
    struct arena *arena;
    const struct rights_explain_params *params;
    struct rights_problem *why;
    struct rights_explanation *out;
    struct territory territory;
    struct title title;             /* of the store, when there is one */
    struct title_episode episode;   /* id.s[0] 0: a film, or no episode */
    playable_id playable;           /* s[0] 0: a series without episodes */
    struct store_contract contract; /* deals' blocks, then the law's */
    struct rights_timeline timeline;
    struct rights_question question;
    struct law *laws;
    size_t n_laws, n_deal_blocks;
    struct rights_link *chain;
    size_t room;
};

/* Adds a link; text by printf, in the arena. */
void explain_link(struct explain *e, const char *kind, const char *source, bool holds,
                  const char *format, ...) __attribute__((format(printf, 5, 6)));
/* Each right and block at the instant, after contract and question are there. */
MUST_CHECK enum err explain_contract(struct explain *e);
/* Adds the law's blocks to those of the contract, and makes the question and the timeline. */
MUST_CHECK enum err explain_timeline(struct explain *e);
/* The territory's life at the instant, and the part of the verdict that hangs on it. */
void explain_territory(struct explain *e);
void explain_clip(struct explain *e);
/* The instant for people: "2013-07-15T20:00:00+02:00", "ever". In the arena. */
const char *explain_instant(const struct explain *e, utc_time t);

#endif
