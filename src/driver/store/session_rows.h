/* Sessions inside other transactions. Only for driver/store. */
#ifndef LANTERNE_DRIVER_STORE_SESSION_ROWS_H
#define LANTERNE_DRIVER_STORE_SESSION_ROWS_H

#include "driver/store/account.h"
#include "driver/store/sql.h"

/* store_session_start. */
MUST_CHECK enum err session_insert(struct connection *c, const struct store_session_start *session);

#endif
