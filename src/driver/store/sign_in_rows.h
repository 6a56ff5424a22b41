/* Tries counted inside other transactions. Only for driver/store. */
#ifndef LANTERNE_DRIVER_STORE_SIGN_IN_ROWS_H
#define LANTERNE_DRIVER_STORE_SIGN_IN_ROWS_H

#include "driver/store/members.h"
#include "driver/store/sql.h"

/* store_sign_in_begin; network NULL: not known. */
MUST_CHECK enum err sign_in_try(struct connection *c, const char *address, const char *network,
                                utc_time now, int64_t *wait_us);
/* Takes the try back: the address's count is cleared, the network's is one less. */
MUST_CHECK enum err sign_in_take_back(struct connection *c, const char *address,
                                      const char *network);

#endif
