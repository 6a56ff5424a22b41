/* What a film is offered for rent at. Pure. */
#ifndef LANTERNE_RULES_BILLING_RENTAL_OFFER_H
#define LANTERNE_RULES_BILLING_RENTAL_OFFER_H

#include "rules/billing/rental.h"

struct rental_question {
    const struct rights_right *right; /* NULL: the house's own */
    size_t n;
    const struct rental_price *list; /* the house's */
    const char *territory, *currency;
    title_id title;
    enum rights_format most; /* the greatest picture that may be sold, and is wished for */
};
struct rental_offer {
    enum rights_format format;
    struct money price;          /* tax contained; 0: free of charge */
    int start_days, watch_hours; /* there are to start it, and to finish it once started */
};
/* The greatest picture that has a price. ERR_NOT_FOUND: none has. */
MUST_CHECK enum err rental_offer_of(const struct rental_question *q, struct rental_offer *out);

#endif
