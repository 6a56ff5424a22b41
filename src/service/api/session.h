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
/* Starts a session: stores it, sets the cookies, and writes "token" and "member" as the answer. The
 * member is told by mail of a device not seen before, unless they sign up with it. */
void session_start(struct api_call *call, const struct member *member, bool is_sign_up);
/* Notes that the session of the call lives, and where. */
void session_seen(struct api_call *call);
/* The program's name as it says it, one line, for the member's list of sessions. */
const char *session_agent(struct api_call *call);
/* Makes the browser forget the cookie. */
void session_clear_cookie(struct api_call *call);

#endif
