/* Activations inside other transactions. Only for driver/store. */
#ifndef LANTERNE_DRIVER_STORE_DEVICE_ROWS_H
#define LANTERNE_DRIVER_STORE_DEVICE_ROWS_H

#include "driver/store/sql.h"
#include "rules/members/member.h"

/* What the member has allowed and no box has taken yet is refused: with their other sessions, those
 * that were about to begin end too. */
MUST_CHECK enum err device_codes_take_back(struct connection *c, member_id member);

#endif
