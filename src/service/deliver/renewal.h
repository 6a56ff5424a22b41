/* A pass that has expired, renewed by a redirect to the same address under a fresh one: so a player
 * without code of ours goes on for as long as what it plays may go on, and no longer. */
#ifndef LANTERNE_SERVICE_DELIVER_RENEWAL_H
#define LANTERNE_SERVICE_DELIVER_RENEWAL_H

#include "service/deliver/deliver.h"
#include "service/deliver/passes.h"

struct renewal {
    const struct deliver_params *params;
    struct passes *passes;
    const char *text; /* the pass of the path, found PASS_RENEWABLE */
    size_t n;
    const struct pass *pass;
    utc_time now;
};

/* Whether a fresh pass is at hand, so that nobody has to be asked. */
bool renewal_is_at_hand(const struct renewal *r);
/* Answers the request with 302. ERR_DENIED: it is not renewed. */
MUST_CHECK enum err renewal_answer(const struct renewal *r, struct http_request *rq,
                                   struct http_answer *answer);

#endif
