/* Playbacks written inside other transactions. Only for driver/store. */
#ifndef LANTERNE_DRIVER_STORE_PLAYBACK_ROWS_H
#define LANTERNE_DRIVER_STORE_PLAYBACK_ROWS_H

#include "driver/store/members.h"
#include "driver/store/sql.h"
#include "rules/billing/rental.h"

/* As store_playback_add. */
MUST_CHECK enum err playback_insert(struct connection *c, const struct store_playback *playback);
/* As store_rental_play. */
MUST_CHECK enum err rental_play(struct connection *c, rental_id id,
                                const struct store_playback *playback, utc_time now,
                                utc_time *ends);

#endif
