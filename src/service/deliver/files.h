/* /files/NAME: what the house gives everybody, logos of partners and packages of the box program.
 * Names are random and what stands under one never changes. */
#ifndef LANTERNE_SERVICE_DELIVER_FILES_H
#define LANTERNE_SERVICE_DELIVER_FILES_H

#include <stdbool.h>

#include "base/err.h"
#include "driver/http/server.h"
#include "service/deliver/deliver.h"

bool files_own(const char *path);
MUST_CHECK enum err files_answer(const struct deliver_params *params, struct http_request *rq,
                                 struct http_answer *answer);

#endif
