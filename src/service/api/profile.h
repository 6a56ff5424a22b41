/* Who of a household sits before the screen, and what they may do there. */
#ifndef LANTERNE_SERVICE_API_PROFILE_H
#define LANTERNE_SERVICE_API_PROFILE_H

#include "service/api/call.h"

/* Whether the session's profile may ask this route at all: children, and those whom a PIN keeps to
 * their age, change nothing of the account. A route that is not listed for them is not theirs.
 * False: answered, 403 "profile". */
bool profile_admits(struct api_call *call);

/* Writes a profile as the API shows it; its limit also in the ratings that are looked at where the
 * viewer is. */
void profile_write(struct api_call *call, const char *key, const struct profile *profile);
/* Writes what an age comes to in those ratings: [{"system","values"}]. */
void profile_write_ratings(struct api_call *call, const char *key, int max_age);

/* Answers a problem with a sentence of words.h. */
void profile_problem(struct api_call *call, enum problem problem, const char *field,
                     const char *word);

#endif
