/* A forgotten password: asked for by address, answered alike whether it has an account; set anew
 * by whoever reads that address's mail. */
#include <string.h>

#include "driver/password/password.h"
#include "service/api/account.h"
#include "service/api/guess.h"
#include "service/api/handlers.h"
#include "service/api/limits.h"

/* Whoever asks is told the same at the same pace: a letter is written for nobody, too. */
void handle_reset_ask(struct api_call *call)
{
    char key[LIMIT_EMAIL + 1];
    const char *link, *unused;
    struct store_token token;
    struct member member = { .language = call->language };
    const char *email = json_read_text(&call->in, "email", JSON_REQUIRED, 1, LIMIT_EMAIL);
    if (email != NULL && member_email_key(email, strlen(email), key, sizeof key) != OK)
        json_read_wrong(&call->in, "email", "must be an e-mail address");
    if (!call_read_end(call))
        return;
    enum err err = store_member_by_email(call->store, call->arena, key, &member, &unused);
    bool is_known = err == OK;
    if (err != OK && err != ERR_NOT_FOUND) {
        call_fail(call, err, "find a member");
        return;
    }
    if (!is_known)
        member.email = call->params->mail_from;
    account_token(call, STORE_TOKEN_RESET, &member, member.email, &token, &link);
    const struct store_letter *letter = account_letter(
        call, &(struct account_letter){ .kind = LETTER_RESET, .member = &member, .link = link });
    bool sends = is_known && letter != NULL;
    if (guess_reset(call, key, sends ? &token : NULL, letter))
        call_answer_empty(call, 202);
}

/* Sets the password of the token's member. */
static enum err set_password(struct api_call *call, const struct member *member,
                             const uint8_t digest[32], const char *password)
{
    char hash[PASSWORD_HASH_TEXT];
    enum err err = password_hash(password, strlen(password), hash);
    if (err != OK)
        return err;
    const struct store_letter *letter =
        account_letter(call, &(struct account_letter){ .kind = LETTER_PASSWORD, .member = member });
    return store_reset_use(call->store, digest, hash, letter, call->now);
}

void handle_reset_use(struct api_call *call)
{
    char key[LIMIT_EMAIL + 1], why[160];
    uint8_t digest[32];
    struct store_token token;
    struct member member;
    bool is_token = account_read_token(call, digest);
    const char *password = json_read_text(&call->in, "password", JSON_REQUIRED, 1, LIMIT_PASSWORD);
    if (json_read_failed(&call->in)) {
        (void)call_read_end(call);
        return;
    }
    if (!guess_network_may(call))
        return;
    enum err err = is_token ? store_token_find(call->store, call->arena, digest,
                                               1U << STORE_TOKEN_RESET, call->now, &token, &member)
                            : ERR_NOT_FOUND;
    if (err == OK)
        err = member_email_key(member.email, strlen(member.email), key, sizeof key);
    if (err == OK &&
        member_password_acceptable(password, strlen(password), key, why, sizeof why) != OK)
        json_read_wrong(&call->in, "password", "%s", why);
    if (!call_read_end(call))
        return;
    if (err == OK)
        err = set_password(call, &member, digest, password);
    if (err == ERR_NOT_FOUND) {
        guess_network_failed(call);
        call_problem_said(call, PROBLEM_LINK);
    } else if (err != OK) {
        call_fail(call, err, "set a password");
    } else {
        call_answer_empty(call, 204);
    }
}
