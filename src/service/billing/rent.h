/* What rent.c and rent_outcome.c share. */
#ifndef LANTERNE_SERVICE_BILLING_RENT_H
#define LANTERNE_SERVICE_BILLING_RENT_H

#include "service/billing/billing.h"

/* The studio's share of a rental, when its avail says a wholesale price; ERR_NOT_FOUND: it says
 * none. What the avail asks of members (a suggested price) is no share of anything. */
MUST_CHECK enum err rent_cost(struct billing *b, struct arena *arena, const struct rental *rental,
                              utc_time now, struct ledger_entry *out);

#endif
