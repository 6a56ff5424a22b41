/* Sessions inside other transactions. Only for driver/store. */
#ifndef LANTERNE_DRIVER_STORE_SESSION_ROWS_H
#define LANTERNE_DRIVER_STORE_SESSION_ROWS_H

#include "driver/store/account.h"
#include "driver/store/sql.h"

/* Of a session s, at an instant: what a partner vouched for lasts as long as the member has a
 * subscription of that partner's. */
#define SESSION_IS_VOUCHED_FOR(now)                                                                \
    "(s.partner IS NULL OR EXISTS (SELECT 1 FROM partner_subscription v"                           \
    " WHERE v.member = s.member AND v.partner = s.partner AND (v.ends = 0 OR v.ends > " now ")))"

/* store_session_start. */
MUST_CHECK enum err session_insert(struct connection *c, const struct store_session_start *session);

#endif
