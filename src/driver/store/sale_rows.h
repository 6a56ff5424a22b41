/* Invoices, gifts and rentals as rows. Only for driver/store. */
#ifndef LANTERNE_DRIVER_STORE_SALE_ROWS_H
#define LANTERNE_DRIVER_STORE_SALE_ROWS_H

#include "driver/store/charge_rows.h"
#include "rules/billing/gift.h"
#include "rules/billing/invoice.h"
#include "rules/billing/rental.h"

/* A charge that was just written, which what follows is mostly about. */
struct sale_charge {
    int64_t number; /* 0: none */
    struct charge charge;
};
/* What a run of writes remembers; cleared when some of what it wrote was taken back. */
struct sale_memo {
    struct plan_memo plan;
    struct terms_memo terms;
    struct sale_charge charge;
    char seller[400];
    int64_t seller_number; /* 0: none */
    char series[INVOICE_SERIES];
    int64_t series_number, last; /* 0: none */
    bool is_series_moved;
};
/* An invoice's number in the store, of its series and its number there. */
#define INVOICE_AT(series, number) ((series) << 32 | (number))
/* Gives the invoice the next number of its series and adds it behind *tail. The series is written
 * by invoice_series_write, before the transaction or the savepoint ends. */
MUST_CHECK enum err invoice_insert(struct connection *c, struct sale_memo *memo, int64_t membership,
                                   struct invoice *invoice, struct membership_tail *tail);
MUST_CHECK enum err invoice_series_write(struct connection *c, struct sale_memo *memo);
/* Adds it, or lets it be redeemed. ERR_STATE: it was redeemed. ERR_EXISTS: the code is another's.
 */
MUST_CHECK enum err gift_write(struct connection *c, const struct gift *gift);
/* Adds it, or takes the place of the one with its id. */
MUST_CHECK enum err rental_write(struct connection *c, int64_t membership,
                                 const struct rental *rental);

#endif
