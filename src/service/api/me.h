#ifndef LANTERNE_SERVICE_API_ME_H
#define LANTERNE_SERVICE_API_ME_H

#include "service/api/call.h"

/* Writes a member as the API shows one to itself and to the house. */
MUST_CHECK enum err me_write(struct api_call *call, const char *key, const struct member *member);
/* Answers with whoever asks as the store has them now. */
void me_answer_fresh(struct api_call *call);
/* Whether it is the member's password, slowed down like signing in. False: answered. */
bool me_check_password(struct api_call *call, const char *password);

#endif
