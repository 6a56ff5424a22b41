/* Editions that are open, the least recently used closed when there are too many. Any thread. */
#ifndef LANTERNE_SERVICE_DELIVER_SHELF_H
#define LANTERNE_SERVICE_DELIVER_SHELF_H

#include <stdbool.h>
#include <stddef.h>

#include "service/deliver/opened.h"

struct shelf;
struct shelf_params {
    struct store *store;
    struct blob_store *blobs;
    struct coffer *coffer; /* over blobs */
    unsigned segment_ms;
    size_t open_max;
};

/* NULL when there is no memory. A thread of its own looks at the captions of what is asked for all
 * the time, so that nobody who asks has to. */
struct shelf *shelf_create(const struct shelf_params *params);
void shelf_destroy(struct shelf **shelf);

/* What is asked for. An edition under other limits stands on the shelf a second time: with tracks
 * left out, all that is written of it differs. Limits come from signed passes, and there are as
 * many as there are contracts in force for one film. */
struct shelf_wish {
    const char *edition, *playable; /* ids */
    const struct opened_limits *limits;
};

/* Whether the edition can be taken without waiting; fresh: and its captions were looked at within
 * the last seconds. */
bool shelf_has(struct shelf *shelf, const char *edition, const struct opened_limits *limits,
               bool fresh);
/* Takes a reference, opening the edition when it is not open; who comes while another opens it
 * waits for that. fresh as above: looks at the captions again when that was long ago.
 * ERR_NOT_FOUND: it is not the playable's edition. */
MUST_CHECK enum err shelf_take(struct shelf *shelf, const struct shelf_wish *wish, bool fresh,
                               struct opened **out);

#endif
