/* Answers of the routes that speak OAuth 2.0: errors are what RFC 6749 section 5.2 says, not
 * problem documents, and bodies come as a form or as JSON. */
#ifndef LANTERNE_SERVICE_API_OAUTH_H
#define LANTERNE_SERVICE_API_OAUTH_H

#include "service/api/call.h"

/* X(name, status, word) */
#define OAUTH_TABLE(X)                                                                             \
    X(OAUTH_INVALID_REQUEST, 400, "invalid_request")                                               \
    X(OAUTH_INVALID_CLIENT, 400, "invalid_client")                                                 \
    X(OAUTH_INVALID_GRANT, 400, "invalid_grant")                                                   \
    X(OAUTH_UNSUPPORTED_GRANT_TYPE, 400, "unsupported_grant_type")                                 \
    X(OAUTH_AUTHORIZATION_PENDING, 400, "authorization_pending") /* RFC 8628 section 3.5 */        \
    X(OAUTH_SLOW_DOWN, 400, "slow_down")                                                           \
    X(OAUTH_EXPIRED_TOKEN, 400, "expired_token")                                                   \
    X(OAUTH_ACCESS_DENIED, 400, "access_denied")                                                   \
    X(OAUTH_TOO_MANY, 429, "slow_down") /* with Retry-After: of the asker, not of one code */      \
    X(OAUTH_BUSY, 503, "temporarily_unavailable")                                                  \
    X(OAUTH_SERVER_ERROR, 500, "server_error")

enum oauth_error {
#define X(name, status, word) name,
    OAUTH_TABLE(X)
#undef X
        N_OAUTH_ERRORS
};

/* Answers {"error","error_description"}; description NULL: none. */
void oauth_refuse(struct api_call *call, enum oauth_error error, const char *description);
/* The same with two members more: "reason", a word for programs, and "detail", a sentence for
 * people in their language, which a description may not be (it is ASCII). */
void oauth_refuse_for(struct api_call *call, enum oauth_error error, const char *description,
                      const char *reason, const char *detail);
/* Answers what the store's error means; logs once what the caller cannot help. `doing` follows
 * "cannot". */
void oauth_fail(struct api_call *call, enum err err, const char *doing);
/* Opens call->in: the parameters, whether they came as a form or as a JSON object; no body has
 * none. False: answered. */
bool oauth_read_body(struct api_call *call);
/* Ends the reading of the parameters; those that nobody asked for are ignored (RFC 6749 section
 * 3.2). False: one was wrong, and the call is answered (invalid_request). */
bool oauth_read_end(struct api_call *call);
/* Which program asks: "client", or "client_id" as the RFC calls it. NULL: none, or not written like
 * one; oauth_read_end answers. */
const char *oauth_read_client(struct api_call *call);
/* What a box calls itself, for people; "": not said, or not written like one (oauth_read_end
 * answers). */
const char *oauth_read_name(struct api_call *call, const char *field);
/* Answers with what was written to call->w. Nothing that these routes say is kept by anybody. */
void oauth_answer(struct api_call *call);

#endif
