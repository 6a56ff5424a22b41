/* What the files of driver/store share. Only for driver/store. */
#ifndef LANTERNE_DRIVER_STORE_INTERNAL_H
#define LANTERNE_DRIVER_STORE_INTERNAL_H

#include "driver/store/sql.h"
#include "driver/store/store.h"

/* Runs on the writer's thread inside its transaction. An error undoes what this one call wrote, and
 * nothing else. May be run again from the start, so it sets what it answers anew. */
typedef enum err (*write_fn)(struct connection *c, void *call);

/* Queues the call and waits until it is on the disk (OK) or undone (its error). call: borrowed. */
MUST_CHECK enum err store_write(struct store *store, write_fn fn, void *call);

/* A connection to read with, inside a transaction of its own: all reads see one instant. Pair with
 * store_read_end, which returns err, or its own failure when err is OK. */
MUST_CHECK enum err store_read_begin(struct store *store, struct connection **c);
MUST_CHECK enum err store_read_end(struct store *store, struct connection **c, enum err err);

/* Pages of lists: a cursor is "MICROSECONDS.ID" of the last row before. */
struct cursor {
    int64_t us;
    char id[64];
};
/* after NULL: the first page, which begins above every row. ERR_ARGUMENT: not a cursor. */
MUST_CHECK enum err cursor_parse(const char *after, struct cursor *out);
const char *cursor_text(struct arena *arena, utc_time t, const char *id);
/* The same of lists whose rows are numbered: "NUMBER" of the last row before; NULL: *out stays. */
MUST_CHECK enum err number_cursor_parse(const char *after, int64_t *out);
unsigned page_limit(unsigned wanted, unsigned usual, unsigned most);

#endif
