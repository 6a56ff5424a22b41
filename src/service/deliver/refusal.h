/* What deliver answers when it does not: small problem documents (RFC 9457) from static storage, so
 * that refusing costs nothing. */
#ifndef LANTERNE_SERVICE_DELIVER_REFUSAL_H
#define LANTERNE_SERVICE_DELIVER_REFUSAL_H

#include "base/err.h"
#include "driver/http/server.h"
#include "format/pass/pass.h"

void refusal_answer(struct http_answer *answer, enum err err);
/* 403, with what is wrong with the pass as "reason". */
void refusal_pass(struct http_answer *answer, enum pass_verdict verdict);

#endif
