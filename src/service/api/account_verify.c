/* Addresses are proven by a link that was sent to them. */
#include <string.h>

#include "format/mail/mail.h"
#include "service/api/account.h"
#include "service/api/guess.h"
#include "service/api/handlers.h"
#include "service/api/limits.h"

/* The link sent anew. Asking counts as a try, so that nobody's mailbox is filled. */
void handle_me_verification(struct api_call *call)
{
    const char *link;
    struct store_token token;
    if (!call_read_end(call))
        return;
    if (call->member->email_verified.us != 0) {
        call_problem(call, PROBLEM_STATE, NULL, "the address is confirmed");
        return;
    }
    if (!guess_begin(call, "mail", call->member->id.s))
        return;
    account_token(call, STORE_TOKEN_VERIFY, call->member, call->member->email, &token, &link);
    const struct store_letter *letter = account_letter(
        call,
        &(struct account_letter){ .kind = LETTER_VERIFY, .member = call->member, .link = link });
    if (letter == NULL) {
        call_problem(call, PROBLEM_STATE, NULL, "mail cannot be sent to the address");
        return;
    }
    enum err err = store_token_add(call->store, &token, letter, 1);
    if (err != OK)
        call_fail(call, err, "send a letter");
    else
        call_answer_empty(call, 202);
}

/* The letters that tell of a changed address, to the new one and to the one before. */
static size_t tell_change(struct api_call *call, const struct member *member,
                          const struct store_token *token, struct store_letter letters[2])
{
    size_t n = 0;
    const char *to[] = { token->email, member->email };
    for (size_t i = 0; token->kind == STORE_TOKEN_ADDRESS && i < 2; i++)
        n += account_letter_to(call,
                               &(struct account_letter){ .kind = LETTER_ADDRESS_CHANGED,
                                                         .member = member,
                                                         .to = to[i],
                                                         .address = token->email },
                               &letters[n]);
    return n;
}

void handle_verify(struct api_call *call)
{
    uint8_t digest[32];
    struct store_token token;
    struct member member;
    struct store_letter letters[2];
    unsigned kinds = 1U << STORE_TOKEN_VERIFY | 1U << STORE_TOKEN_ADDRESS;
    bool is_token = account_read_token(call, digest);
    if (!call_read_end(call) || !guess_network_may(call))
        return;
    enum err err = is_token ? store_token_find(call->store, call->arena, digest, kinds, call->now,
                                               &token, &member)
                            : ERR_NOT_FOUND;
    if (err == OK) {
        size_t n = tell_change(call, &member, &token, letters);
        err = store_verify_use(call->store, digest, letters, n, call->now);
    }
    if (err == ERR_NOT_FOUND) {
        guess_network_failed(call);
        call_problem_said(call, PROBLEM_LINK);
    } else if (err == ERR_EXISTS) {
        call_problem(call, PROBLEM_EXISTS, NULL, "the address has an account");
    } else if (err != OK) {
        call_fail(call, err, "confirm an address");
    } else {
        call_answer_empty(call, 204);
    }
}
