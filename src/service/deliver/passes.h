/* Passes that were found good, kept so that a player's next segment costs a look-up and not a
 * signature; and what they were renewed by. Any thread. */
#ifndef LANTERNE_SERVICE_DELIVER_PASSES_H
#define LANTERNE_SERVICE_DELIVER_PASSES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "format/pass/pass.h"

struct passes;

/* door: what it points to is borrowed. NULL when there is no memory. */
struct passes *passes_create(const struct pass_door *door);
void passes_destroy(struct passes **passes);

/* As pass_check and pass_allows, one after the other. *out is filled once the pass was found good,
 * whatever it is then said not to allow: from PASS_METHOD_WRONG on, and on PASS_GOOD. */
MUST_CHECK enum pass_verdict passes_check(struct passes *passes, const char *text, size_t n,
                                          const struct pass_question *q, struct pass *out);

/* Remembers that text, which passes_check knows, was renewed by fresh. */
void passes_renewed(struct passes *passes, const char *text, size_t n, const char *fresh,
                    utc_time fresh_expires);
/* What it was renewed by, so long as that is good for at least so many seconds more. */
bool passes_fresh(struct passes *passes, const char *text, size_t n, utc_time now, unsigned seconds,
                  char out[PASS_TEXT_MAX]);

#endif
