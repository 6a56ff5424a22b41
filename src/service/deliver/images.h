/* /images/NAME.jpg: art of titles. Names are random and the picture under one never changes. */
#ifndef LANTERNE_SERVICE_DELIVER_IMAGES_H
#define LANTERNE_SERVICE_DELIVER_IMAGES_H

#include <stdbool.h>

#include "base/err.h"
#include "driver/blob/blob.h"
#include "driver/http/server.h"
#include "service/deliver/deliver.h"

bool images_own(const char *path);
/* Art of a title that is not shown is for administrators: others get ERR_NOT_FOUND. */
MUST_CHECK enum err images_answer(const struct deliver_params *params, struct http_request *rq,
                                  struct http_answer *answer);
/* Fills in the answer with a JPEG blob; the caller sets how it may be cached. */
MUST_CHECK enum err images_answer_blob(struct blob_store *blobs, const char *blob,
                                       struct http_answer *answer);

#endif
