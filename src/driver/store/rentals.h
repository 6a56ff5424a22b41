/* Rentals and their prices. What is bought is written by store_billing_commit. */
#ifndef LANTERNE_DRIVER_STORE_RENTALS_H
#define LANTERNE_DRIVER_STORE_RENTALS_H

#include "driver/store/members.h"
#include "driver/store/store.h"
#include "rules/billing/rental.h"

MUST_CHECK enum err store_rental_get(struct store *store, struct arena *arena, rental_id id,
                                     struct rental *out);
MUST_CHECK enum err store_rental_by_charge(struct store *store, struct arena *arena,
                                           charge_id charge, struct rental *out);
/* The member's rental of a playable that is to be used: the one that runs, else the one that waits
 * with the earliest start_by. ERR_NOT_FOUND: none is bought and not over. */
MUST_CHECK enum err store_rental_of(struct store *store, struct arena *arena, member_id member,
                                    playable_id playable, utc_time now, struct rental *out);
/* Newest first. */
MUST_CHECK enum err store_rentals_list(struct store *store, struct arena *arena, member_id member,
                                       struct rental **out, size_t *n);
/* A playback that is played by a rental: starts the rental's clock (started = now, ends) unless it
 * runs already, in one transaction with the playback. ERR_STATE: it is over by now, or refunded. */
MUST_CHECK enum err store_rental_play(struct store *store, rental_id id,
                                      const struct store_playback *playback, utc_time now,
                                      utc_time *ends);

MUST_CHECK enum err store_rental_price_add(struct store *store, const struct rental_price *price);
MUST_CHECK enum err store_rental_prices_list(struct store *store, struct arena *arena,
                                             struct rental_price **out, size_t *n);

#endif
