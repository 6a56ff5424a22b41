/* Migration 6: plans, means, memberships, charges, the ledger, invoices, gifts and rentals. Only
 * for driver/store. */
#ifndef LANTERNE_DRIVER_STORE_SCHEMA_BILLING_H
#define LANTERNE_DRIVER_STORE_SCHEMA_BILLING_H

#include "driver/store/sql.h"

extern const char schema_letters[], schema_billing[], schema_ledger[], schema_sales[];
/* What members had of trials and paid time becomes memberships; ended ones are ended by `now`. */
MUST_CHECK enum err schema_billing_move(struct connection *c, utc_time now);

#endif
