/* Writing editions and captions inside a transaction; shared with jobs.c. Only for driver/store. */
#ifndef LANTERNE_DRIVER_STORE_MEDIA_ROWS_H
#define LANTERNE_DRIVER_STORE_MEDIA_ROWS_H

#include "driver/store/media.h"
#include "driver/store/sql.h"

/* The edition becomes its playable's current one; the one before goes to the retired. replaced:
 * room for an id; "" when there was none. */
MUST_CHECK enum err edition_write(struct connection *c, const struct store_edition *edition,
                                  char replaced[ID_TEXT]);
MUST_CHECK enum err caption_write(struct connection *c, const char *playable,
                                  const struct store_caption *caption);

#endif
