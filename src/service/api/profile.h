/* Who of a household sits before the screen: a name, and the age up to which titles are shown. */
#ifndef LANTERNE_SERVICE_API_PROFILE_H
#define LANTERNE_SERVICE_API_PROFILE_H

#include "driver/store/members.h"
#include "service/api/call.h"

/* The profile that the session was given; false: none. */
MUST_CHECK enum err profile_find(struct api_call *call, struct store_profile *out, bool *found);
/* Writes it as an object, or null for NULL. */
void profile_write(struct json_writer *w, const char *key, const struct store_profile *profile);

#endif
