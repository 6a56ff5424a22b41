/* The store: SQL is spoken here only. Every function is one transaction and may be called from any
 * thread; what a writing function acknowledged is on the disk (WAL, synchronous=FULL, group commit
 * by one writer thread). An I/O error while writing ends the process at once: nothing after it
 * could be trusted.
 *
 * Common errors: ERR_NOT_FOUND (no such row), ERR_EXISTS (a unique key is taken), ERR_STATE (a row
 * is not in the state this needs), ERR_NO_SPACE (refused, nothing written), ERR_IO (reading). What
 * is read lives in the arena given. */
#ifndef LANTERNE_DRIVER_STORE_STORE_H
#define LANTERNE_DRIVER_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"

struct store;

/* Makes an empty store at path. ERR_EXISTS: there is a file. */
MUST_CHECK enum err store_create(const char *path);
/* Opens it and brings its tables up to date (numbered migrations, each one transaction).
 * ERR_NOT_FOUND: no file. ERR_UNSUPPORTED: written by a newer lanterne; it is left as it is.
 * ERR_MALFORMED: not a store, or one of a lanterne that was never released. */
MUST_CHECK enum err store_open(const char *path, struct store **out);
void store_close(struct store **store);

/* For `lanterne check`: integrity of the file and of references; problems as lines in the arena. */
MUST_CHECK enum err store_check(struct store *store, struct arena *arena, const char ***problems,
                                size_t *n);

#endif
