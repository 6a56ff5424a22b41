/* Why there is no licence, as a problem document (RFC 9457) with a stable code. */
#ifndef LANTERNE_SERVICE_LICENCE_REFUSAL_H
#define LANTERNE_SERVICE_LICENCE_REFUSAL_H

#include "driver/http/server.h"

enum refusal {
    REFUSAL_TOKEN,     /* the address holds no token of ours; more: what is wrong with it */
    REFUSAL_EXPIRED,   /* it did once */
    REFUSAL_STREAM,    /* the lease does not live, or the one decision says no; more: why */
    REFUSAL_KEY,       /* no such key for who asks: unknown, another title's, above the right */
    REFUSAL_MALFORMED, /* more: where */
    REFUSAL_TYPE,      /* a licence that is kept */
    REFUSAL_METHOD,
    REFUSAL_TOO_LARGE,
    REFUSAL_BUSY,
    REFUSAL_INTERNAL,
    N_REFUSALS
};

/* more: NULL or one line: "reason", a stable word, but of what is malformed "detail". Headers that
 * the answer has already stay. */
void refusal_answer_licence(struct http_request *rq, struct http_answer *answer,
                            enum refusal refusal, const char *more);

#endif
