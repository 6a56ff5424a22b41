/* A change of address: asked for with the password, told to the address that is, and done once
 * the new one is proven (account_verify.c). */
#include <string.h>

#include "format/mail/mail.h"
#include "service/api/account.h"
#include "service/api/guess.h"
#include "service/api/handlers.h"
#include "service/api/limits.h"
#include "service/api/me.h"

/* False: answered. An address that has an account is said like at sign-up, and counted. */
static bool is_free(struct api_call *call, const char *key)
{
    struct member other;
    const char *hash;
    enum err err = store_member_by_email(call->store, call->arena, key, &other, &hash);
    if (err == ERR_NOT_FOUND || (err == OK && strcmp(other.id.s, call->member->id.s) == 0))
        return true;
    if (err != OK) {
        call_fail(call, err, "find a member");
        return false;
    }
    guess_network_failed(call);
    call_problem(call, PROBLEM_EXISTS, "email", "the address has an account");
    return false;
}

static enum err ask(struct api_call *call, const char *email)
{
    const char *link;
    struct store_token token;
    struct store_letter letters[2];
    account_token(call, STORE_TOKEN_ADDRESS, call->member, email, &token, &link);
    if (!account_letter_to(call,
                           &(struct account_letter){ .kind = LETTER_ADDRESS,
                                                     .member = call->member,
                                                     .to = email,
                                                     .link = link,
                                                     .address = email },
                           &letters[0]))
        return ERR_INTERNAL;
    size_t n = 1 + account_letter_to(call,
                                     &(struct account_letter){ .kind = LETTER_ADDRESS_ASKED,
                                                               .member = call->member,
                                                               .address = email },
                                     &letters[1]);
    return store_token_add(call->store, &token, letters, n);
}

void handle_me_email(struct api_call *call)
{
    char key[LIMIT_EMAIL + 1];
    const char *email = json_read_text(&call->in, "email", JSON_REQUIRED, 1, LIMIT_EMAIL);
    const char *password = json_read_text(&call->in, "password", JSON_REQUIRED, 1, LIMIT_PASSWORD);
    if (email != NULL && (member_email_key(email, strlen(email), key, sizeof key) != OK ||
                          !mail_address_is_good(email, strlen(email))))
        json_read_wrong(&call->in, "email", "must be an address that mail can be sent to");
    if (!call_read_end(call) || !me_check_password(call, password) || !guess_network_may(call) ||
        !is_free(call, key) || !guess_begin(call, "mail", call->member->id.s))
        return;
    enum err err = ask(call, email);
    if (err != OK)
        call_fail(call, err, "ask for a change of address");
    else
        call_answer_empty(call, 202);
}
