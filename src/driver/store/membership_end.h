/* What becomes of a membership when its account is deleted. Only for driver/store. */
#ifndef LANTERNE_DRIVER_STORE_MEMBERSHIP_END_H
#define LANTERNE_DRIVER_STORE_MEMBERSHIP_END_H

#include "driver/store/sql.h"
#include "rules/members/member.h"

/* Ends the membership with a row (REASON_DELETED), makes void what is open, forgets the payment
 * means; books, rows and invoices stay under the opaque id. Before the account's own row goes. OK
 * when there is no membership. */
MUST_CHECK enum err membership_forget(struct connection *c, member_id member, utc_time now);

#endif
