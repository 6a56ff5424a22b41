/* Tries counted inside other transactions. Only for driver/store. */
#ifndef LANTERNE_DRIVER_STORE_SIGN_IN_ROWS_H
#define LANTERNE_DRIVER_STORE_SIGN_IN_ROWS_H

#include "driver/store/members.h"
#include "driver/store/sql.h"

/* store_sign_in_begin; network NULL: not known. */
MUST_CHECK enum err sign_in_try(struct connection *c, const char *address, const char *network,
                                utc_time now, int64_t *wait_us);
/* How long these keys have to wait, the longest of them, by what `wait` says of the count of each;
 * and a try counted against all of them. */
MUST_CHECK enum err tries_wait(struct connection *c, const char *const *keys, size_t n,
                               int64_t (*wait)(unsigned count), utc_time now, int64_t *wait_us);
MUST_CHECK enum err tries_count(struct connection *c, const char *const *keys, size_t n,
                                utc_time now);
/* Takes the try back: the address's count is cleared, the network's is one less. */
MUST_CHECK enum err sign_in_take_back(struct connection *c, const char *address,
                                      const char *network);

#endif
