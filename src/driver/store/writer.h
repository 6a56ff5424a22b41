/* The one thread that writes: calls queue up, are run one after the other inside one transaction,
 * each in a savepoint, and wake together after one flush. Only for driver/store. */
#ifndef LANTERNE_DRIVER_STORE_WRITER_H
#define LANTERNE_DRIVER_STORE_WRITER_H

#include "driver/store/internal.h"

struct writer;

/* c: taken when OK. */
MUST_CHECK enum err writer_start(struct connection *c, struct writer **out);
/* Waits for what is queued, ends the thread, closes the connection. */
void writer_stop(struct writer **writer);
MUST_CHECK enum err writer_call(struct writer *writer, write_fn fn, void *call);

#endif
