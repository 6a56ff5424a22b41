/* Charges, invoices and rentals as the API shows them to their member and to the house. */
#ifndef LANTERNE_SERVICE_API_BILL_H
#define LANTERNE_SERVICE_API_BILL_H

#include "rules/billing/rental.h"
#include "service/api/call.h"
#include "service/api/shelf.h"

/* Write an object into the open list, or as the answer. What was bought is named in the language of
 * the call. */
MUST_CHECK enum err bill_write_charge(struct api_call *call, const char *key,
                                      const struct charge *charge);
/* whole: with everything the document says. */
MUST_CHECK enum err bill_write_invoice(struct api_call *call, const struct invoice *invoice,
                                       bool whole);
MUST_CHECK enum err bill_write_rental(struct api_call *call, const char *key,
                                      const struct rental *rental);
/* Answers what reading a page came to: a cursor that is none (422), or the store's error. */
void bill_page_failed(struct api_call *call, enum err err, const char *doing);

#endif
