/* How far an offer has come, from all that is known of it. Pure. Only for service/rights. */
#ifndef LANTERNE_SERVICE_RIGHTS_JUDGE_H
#define LANTERNE_SERVICE_RIGHTS_JUDGE_H

#include <stdbool.h>
#include <stddef.h>

#include "format/avails/status.h"
#include "service/rights/masters.h"

struct judge_language {
    const char *tag;
    enum rights_asset asset;
};
struct judge_question {
    const struct rights_right *right;
    bool is_linked, is_published;
    const struct masters_state *masters;
    bool is_due;            /* the window has begun */
    bool is_live;           /* it is shown by this right in an open territory now */
    bool is_open_somewhere; /* the service is open in one of its territories */
    const char *held;       /* why it is not shown though all is there; NULL: nothing to say */
    size_t n_required;
    const struct judge_language *required;
    bool wants_captions; /* promised in the avail, or asked for by the law of the United States */
};
struct judge_answer {
    enum offer_progress progress;
    const char *comments; /* in the arena or static; NULL: none */
};
struct judge_answer judge_offer(struct arena *arena, const struct judge_question *q);

#endif
