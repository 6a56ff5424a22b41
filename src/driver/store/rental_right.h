/* The rights that titles are rented out under. */
#ifndef LANTERNE_DRIVER_STORE_RENTAL_RIGHT_H
#define LANTERNE_DRIVER_STORE_RENTAL_RIGHT_H

#include "driver/store/rights.h"

/* For each of a title's playables the right to rent it out in the territory that is open at the
 * instant: of several the one with the greatest picture, whose picture and languages the showing
 * has, and of those one that says a price in the territory's currency. NULL: none is. */
MUST_CHECK enum err store_rental_rights(struct store *store, struct arena *arena, title_id title,
                                        const playable_id *playables, size_t n,
                                        const char *territory, utc_time at,
                                        const struct rights_right **out);

/* Who gave a right, and what its avail said of it. */
struct store_right_source {
    studio_id studio;
    const char *said; /* JSON of the transaction, as store_right has it */
};
/* ERR_NOT_FOUND: no such right, or none any more. */
MUST_CHECK enum err store_right_source(struct store *store, struct arena *arena, const char *right,
                                       struct store_right_source *out);

#endif
