/* Inside of renewing: a batch of memberships that are due. */
#ifndef LANTERNE_SERVICE_BILLING_RENEW_BATCH_H
#define LANTERNE_SERVICE_BILLING_RENEW_BATCH_H

#include "service/billing/inside.h"

struct renew_batch_params {
    struct billing *b;
    const struct billing_facts *facts;
    struct billing_renewal *tally;
    utc_time now;
    bool *is_silent; /* stays: the gateway did not answer several times in a row */
};
/* Called for each member who is still due and for whom no more can be done in this run. */
typedef void renew_stuck_fn(void *context, member_id member);
/* Does what is due of them until nothing is. Errors are the store's. */
MUST_CHECK enum err renew_batch_run(const struct renew_batch_params *params, struct membership *due,
                                    size_t n, renew_stuck_fn *stuck, void *context);

#endif
