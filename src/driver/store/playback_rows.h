/* Playbacks written inside other transactions. Only for driver/store. */
#ifndef LANTERNE_DRIVER_STORE_PLAYBACK_ROWS_H
#define LANTERNE_DRIVER_STORE_PLAYBACK_ROWS_H

#include "driver/store/members.h"
#include "driver/store/sql.h"

/* As store_playback_add. */
MUST_CHECK enum err playback_insert(struct connection *c, const struct store_playback *playback);

#endif
