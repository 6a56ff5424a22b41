/* What the files about partners share. Only for driver/store. */
#ifndef LANTERNE_DRIVER_STORE_PARTNER_ROWS_H
#define LANTERNE_DRIVER_STORE_PARTNER_ROWS_H

#include "driver/store/partners.h"
#include "driver/store/sql.h"

/* NULL: none, OK. ERR_CANCELLED: the key was used. */
MUST_CHECK enum err partner_request_insert(struct connection *c, const char *partner,
                                           const struct store_partner_request *request,
                                           utc_time now);

#endif
