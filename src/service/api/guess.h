/* Passwords from outside, checked so that guessing is slow and tells nothing: wrong ones are
 * counted by address and by network in the store, waits grow, and an unknown address costs what a
 * known one does. */
#ifndef LANTERNE_SERVICE_API_GUESS_H
#define LANTERNE_SERVICE_API_GUESS_H

#include "driver/store/account.h"
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

/* A try of another thing that is slowed down in the same way, counted by "what:whose" and the
 * caller's network before it is looked at. False: answered. */
bool guess_begin(struct api_call *call, const char *what, const char *whose);
/* It was good: the count is taken back. */
void guess_good(struct api_call *call, const char *what, const char *whose);
/* Counts that a reset was asked for the address and, when token is not NULL, writes token and
 * letter in the same transaction. False: answered. */
bool guess_reset(struct api_call *call, const char *email_key, const struct store_token *token,
                 const struct store_letter *letter);

#endif
