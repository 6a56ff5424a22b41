/* Sessions: a random token that only the member's browser or program keeps; the store has its
 * digest. */
#ifndef LANTERNE_SERVICE_API_SESSION_H
#define LANTERNE_SERVICE_API_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "service/api/call.h"

/* Where a request's token came from. */
enum session_source { SESSION_NONE, SESSION_COOKIE, SESSION_BEARER };

/* Finds who asks. *member (in the arena) is NULL when nobody is signed in. ERR_DENIED: a bearer
 * token was sent that is none of ours, or no longer. Other errors are the store's. */
MUST_CHECK enum err session_find(struct api_call *call, enum session_source *source,
                                 const struct member **member);
/* Starts a session: stores it, sets the cookie, and writes "token" and "member" as the answer. */
void session_start(struct api_call *call, const struct member *member);
/* Makes the browser forget the cookie. */
void session_clear_cookie(struct api_call *call);

#endif
