/* Leases: the seats that streams hold. One row a playback; at most one row that has not stopped
 * holds a seat of a member: an index of the store guards it, whichever process writes. Time is
 * handed in. */
#ifndef LANTERNE_DRIVER_STORE_LEASES_H
#define LANTERNE_DRIVER_STORE_LEASES_H

#include "driver/store/members.h"
#include "driver/store/store.h"
#include "rules/viewing/streams.h"

/* The lease of a playback, for whoever has to know whether it lives: stream_is_live(out, now), and
 * until out->ends; out->stop says why it was stopped. One look-up by key. out->agent is "".
 * ERR_NOT_FOUND: there is none, or it ended long ago: it does not live. */
MUST_CHECK enum err store_lease_get(struct store *store, playback_id id, struct stream *out);

#endif
