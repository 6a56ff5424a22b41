/* Inside of renewing: a batch of memberships that are due. */
#ifndef LANTERNE_SERVICE_BILLING_RENEW_BATCH_H
#define LANTERNE_SERVICE_BILLING_RENEW_BATCH_H

#include "service/billing/inside.h"

/* One member on the way. */
struct renew_one {
    struct membership at; /* as the steps so far leave it */
    size_t first, n;      /* its items in the chunk */
    charge_id collect;    /* "" : nothing */
    int conflicts;
    bool is_done, is_stuck;
};

/* Some hundred of them, decided while those before are being saved. */
struct renew_chunk {
    struct arena *arena; /* of what its items point to */
    struct billing_step *steps;
    struct store_billing *items;
    size_t n_items, room;
    size_t first, end; /* of the members */
};

struct renew_batch {
    struct billing *b;
    const struct billing_facts *facts;
    struct billing_renewal *tally;
    utc_time now;
    struct renew_one *ones;
    size_t n_ones;
    charge_id *ids; /* for charges that are opened */
    size_t n_ids, next_id;
    struct renew_chunk chunks[2]; /* by turns */
    bool *is_silent;              /* the gateway does not answer: no more tries in this run */
};

/* Decides what is due of one, into the chunk's items. OK also when nothing can be done (is_stuck).
 */
MUST_CHECK enum err renew_decide(struct renew_batch *k, struct renew_chunk *chunk,
                                 struct renew_one *one);
bool renew_is_due(const struct membership *m, utc_time now);

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
