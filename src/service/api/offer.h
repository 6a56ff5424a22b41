/* What films cost to rent, as pages say it: the "rental" of a playable. */
#ifndef LANTERNE_SERVICE_API_OFFER_H
#define LANTERNE_SERVICE_API_OFFER_H

#include "rules/billing/rental_offer.h"
#include "service/api/shown.h"

struct offers {
    size_t n;
    struct rental_offer *all; /* of each playable; currency "" : it cannot be rented here now */
};
/* Of playables of one title, each with its shown. */
MUST_CHECK enum err offers_load(struct api_call *call, title_id title, const playable_id *playables,
                                const struct shown *shown, size_t n, struct offers *out);
/* Writes "rental" into the open object: price and format, and what the member has of it; null for
 * what is neither for rent nor rented. Of what is rented and not for rent any more the price is
 * what was paid. */
void offer_write(struct api_call *call, const struct rental_offer *offer,
                 const struct shown *shown);

#endif
