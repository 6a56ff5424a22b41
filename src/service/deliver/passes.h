/* Passes that were found good, kept so that a player's next segment costs a look-up and not a
 * signature. Any thread. */
#ifndef LANTERNE_SERVICE_DELIVER_PASSES_H
#define LANTERNE_SERVICE_DELIVER_PASSES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "format/pass/pass.h"

struct passes;

/* keys: borrowed. NULL when there is no memory. */
struct passes *passes_create(const struct pass_key *keys, size_t n_keys);
void passes_destroy(struct passes **passes);

/* Whether text is a pass of ours that has not expired; then *out is what it says. */
bool passes_check(struct passes *passes, const char *text, size_t n, utc_time now,
                  struct pass *out);

#endif
