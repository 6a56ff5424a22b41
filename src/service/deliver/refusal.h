/* What deliver answers when it does not: small problem documents (RFC 9457) from static storage, so
 * that refusing costs nothing. */
#ifndef LANTERNE_SERVICE_DELIVER_REFUSAL_H
#define LANTERNE_SERVICE_DELIVER_REFUSAL_H

#include "base/err.h"
#include "driver/http/server.h"

void refusal_answer(struct http_answer *answer, enum err err);

#endif
