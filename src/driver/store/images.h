#ifndef LANTERNE_DRIVER_STORE_IMAGES_H
#define LANTERNE_DRIVER_STORE_IMAGES_H

#include <stdbool.h>

#include "driver/store/store.h"
#include "rules/catalog/title.h"

/* The title that an image belongs to, as poster, backdrop or the still of an episode; *ready:
 * whether a playable of it is ready. ERR_NOT_FOUND: no title has an image of that name. */
MUST_CHECK enum err store_image_find(struct store *store, struct arena *arena, const char *name,
                                     struct title *title, bool *ready);

#endif
