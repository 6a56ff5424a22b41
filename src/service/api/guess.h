/* Passwords from outside, checked so that guessing is slow and tells nothing: wrong ones are
 * counted by address and by network in the store, waits grow, and an unknown address costs what a
 * known one does. */
#ifndef LANTERNE_SERVICE_API_GUESS_H
#define LANTERNE_SERVICE_API_GUESS_H

#include "service/api/call.h"

/* Whether the password is the one of this address (hash NULL: there is no such account, which is
 * answered alike and takes as long). False: answered: 401 "credentials", 429 "slow-down", or what
 * the store said. */
bool guess_check(struct api_call *call, const char *email_key, const char *password,
                 const char *hash);

/* Answers 429 "slow-down" with how long to wait. */
void guess_slow_down(struct api_call *call, int64_t wait_us);

/* Counts something else against the caller's network: asking whether addresses have accounts. */
bool guess_network_may(struct api_call *call); /* false: answered, 429 */
void guess_network_failed(struct api_call *call);

#endif
