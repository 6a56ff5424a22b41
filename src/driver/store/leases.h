/* Leases: the seats that streams hold. One row a playback; a seat of a member is held by at most
 * one that has not stopped: an index of the store guards it, whichever process writes. Time is
 * handed in. */
#ifndef LANTERNE_DRIVER_STORE_LEASES_H
#define LANTERNE_DRIVER_STORE_LEASES_H

#include "driver/store/members.h"
#include "driver/store/store.h"
#include "rules/billing/rental.h"
#include "rules/rights/right.h"
#include "rules/viewing/streams.h"

/* The lease of a playback, for whoever has to know whether it lives: stream_is_live(out, now), and
 * until out->ends; out->stop says why it was stopped. One look-up by key. out->agent is "".
 * ERR_NOT_FOUND: there is none, or it ended long ago: it does not live. */
MUST_CHECK enum err store_lease_get(struct store *store, playback_id id, struct stream *out);

/* What a heartbeat, or a start, asks for. */
struct store_lease_terms {
    utc_time now, ends; /* how long the lease lives without another heartbeat */
    int seats;          /* of the account */
    size_t n_caps;      /* of the title */
    const struct stream_cap *caps;
};

/* A playback begins: in one transaction it is written with its lease, the clock of its rental is
 * started, and what the same profile was playing on the same device is replaced. */
struct store_lease_start {
    struct stream stream; /* its seat, taken and ends are filled in */
    struct store_playback playback;
    struct store_lease_terms terms;
    const rental_id *rental; /* NULL: not played by one */
    utc_time rental_ends;    /* filled in where there is one */
    bool is_title_full;      /* with ERR_FULL: by a contract, not by the account */
};
/* ERR_FULL: no seat is free; ERR_STATE: the rental is over by now, or refunded. Nothing is written
 * then. */
MUST_CHECK enum err store_lease_take(struct store *store, struct store_lease_start *start);

/* A heartbeat of a stream that lives is one small write. One that lapsed takes a free seat again;
 * ERR_FULL: there is none, and it stays lapsed, or, when the account has lost its seat, is stopped.
 * ERR_STATE: it was stopped. ERR_NOT_FOUND: there is none. On any error but ERR_NOT_FOUND,
 * stream->stop says why it does not run. */
struct store_lease_beat {
    struct stream stream; /* playback; territory and place as they are now; the rest is filled in
                             when it does not live */
    struct store_lease_terms terms;
    bool is_title_full; /* with ERR_FULL */
};
MUST_CHECK enum err store_lease_beat(struct store *store, struct store_lease_beat *beat);

/* Stops a stream of the member, for good; one that was stopped stays as it is. ERR_NOT_FOUND: the
 * member has none of that id. */
MUST_CHECK enum err store_lease_stop(struct store *store, member_id member, playback_id id,
                                     enum stream_stop why);

/* The member's streams that run at now, first taken first. */
MUST_CHECK enum err store_leases_list(struct store *store, struct arena *arena, member_id member,
                                      utc_time now, struct stream **out, size_t *n);

#endif
