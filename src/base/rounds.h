/* Work that is done in rounds by a thread of its own, with a rest between them, until it is told to
 * stop: sweeps, outboxes, leases that are renewed. */
#ifndef LANTERNE_BASE_ROUNDS_H
#define LANTERNE_BASE_ROUNDS_H

#include <stdatomic.h>

#include "base/err.h"

/* One round; answers how many seconds to rest before the next (0: none). is_stopping turns not 0
 * when the thread is to end: a long round looks at it. */
typedef unsigned (*rounds_work)(void *context, const atomic_int *is_stopping);

struct rounds;

/* Begins, after a first rest of so many seconds (0: at once). The context is borrowed until
 * rounds_stop. ERR_MEMORY: there is no thread to be had; *out is as it was. */
MUST_CHECK enum err rounds_start(rounds_work work, void *context, unsigned first_rest,
                                 struct rounds **out);
/* Says that it is to end; does not wait. For whoever has to wake the round itself before waiting.
 */
void rounds_end(struct rounds *rounds);
/* Ends the thread when its round is over; a rest is cut short. NULL inside: nothing to do. */
void rounds_stop(struct rounds **rounds);

#endif
