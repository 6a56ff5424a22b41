/* What the handlers of accounts share: letters and tokens that go out by mail. */
#ifndef LANTERNE_SERVICE_API_ACCOUNT_H
#define LANTERNE_SERVICE_API_ACCOUNT_H

#include "driver/store/account.h"
#include "rules/members/letter.h"
#include "service/api/call.h"

struct account_letter {
    enum letter_kind kind;
    const struct member *member;
    const char *to;      /* NULL: the member's address */
    const char *link;    /* where the kind has one */
    const char *address; /* where the kind names one */
    const char *device, *place;
    bool is_farewell; /* the member's account is going: the letter outlives it */
};
/* Writes and seals a letter, in the arena. NULL: the address is none that mail can be sent to. */
const struct store_letter *account_letter(struct api_call *call, const struct account_letter *ask);
/* Like it, into out; false: not written. */
bool account_letter_to(struct api_call *call, const struct account_letter *ask,
                       struct store_letter *out);

#define ACCOUNT_VERIFY_US (48 * 3600 * UTC_SECOND)
#define ACCOUNT_RESET_US (3600 * UTC_SECOND)
/* A new token of the kind for the member, sent to email; *link: the page of ours that takes it,
 * behind a '#', which browsers send to nobody. */
void account_token(struct api_call *call, enum store_token_kind kind, const struct member *member,
                   const char *email, struct store_token *out, const char **link);
/* Reads "token" of the body as a digest. False: it is not written like one, *out is zeros. */
bool account_read_token(struct api_call *call, uint8_t out[32]);

/* Whether the code is good for a member who has a second factor; it is used up. code NULL: none was
 * said. False: answered (`second-factor`, `slow-down`). */
bool account_check_factor(struct api_call *call, const struct member *member, const char *code);

#endif
