/* Something else of the store's that is done in the same transaction as a member's change, or
 * nothing of either is. Made by the function of the store that knows what it is, handed along by
 * everybody else. */
#ifndef LANTERNE_DRIVER_STORE_ALSO_H
#define LANTERNE_DRIVER_STORE_ALSO_H

#include "base/err.h"

struct connection;
struct store_also {
    /* ERR_CANCELLED: what it was made on has changed meanwhile; whoever made it decides again. */
    enum err (*fn)(struct connection *c, void *call);
    void *call;
};

#endif
