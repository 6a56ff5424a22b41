/* Invoices, gifts and rentals as rows. Only for driver/store. */
#ifndef LANTERNE_DRIVER_STORE_SALE_ROWS_H
#define LANTERNE_DRIVER_STORE_SALE_ROWS_H

#include "driver/store/charge_rows.h"
#include "rules/billing/gift.h"
#include "rules/billing/invoice.h"
#include "rules/billing/rental.h"

/* Gives the invoice the next number of its series and adds it. */
MUST_CHECK enum err invoice_insert(struct connection *c, int64_t membership,
                                   struct invoice *invoice);
/* Adds it, or lets it be redeemed. ERR_STATE: it was redeemed. ERR_EXISTS: the code is another's.
 */
MUST_CHECK enum err gift_write(struct connection *c, const struct gift *gift);
/* Adds it, or takes the place of the one with its id. */
MUST_CHECK enum err rental_write(struct connection *c, int64_t membership,
                                 const struct rental *rental);

#endif
