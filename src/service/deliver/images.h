/* /images/NAME.jpg: art of titles. Names are random and the picture under one never changes, but
 * who may see it does: by territory, profile and instant, as the title or the episode is shown. So
 * no answer may be kept by a cache that others share, and a browser keeps its own copy no longer
 * than a day, nor past the end of the window. */
#ifndef LANTERNE_SERVICE_DELIVER_IMAGES_H
#define LANTERNE_SERVICE_DELIVER_IMAGES_H

#include <stdbool.h>

#include "base/err.h"
#include "driver/http/server.h"
#include "service/deliver/deliver.h"
#include "service/deliver/pictures.h"

bool images_own(const char *path);
/* Art of what is not shown is for administrators: others get ERR_NOT_FOUND. */
MUST_CHECK enum err images_answer(const struct deliver_params *params, struct pictures *pictures,
                                  struct http_request *rq, struct http_answer *answer);

#endif
