#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "driver/password/password.h"
#include "format/mail/mail.h"
#include "service/api/account.h"
#include "service/api/guess.h"
#include "service/api/handlers.h"
#include "service/api/limits.h"
#include "service/api/me.h"
#include "service/api/session.h"
#include "service/api/where.h"

/* An address and a password; the key under which the address is unique. False: answered. */
static bool read_credentials(struct api_call *call, const char **email, char key[LIMIT_EMAIL + 1],
                             const char **password)
{
    *email = json_read_text(&call->in, "email", JSON_REQUIRED, 1, LIMIT_EMAIL);
    *password = json_read_text(&call->in, "password", JSON_REQUIRED, 1, LIMIT_PASSWORD);
    if (*email != NULL && member_email_key(*email, strlen(*email), key, LIMIT_EMAIL + 1) != OK)
        json_read_wrong(&call->in, "email", "must be an e-mail address");
    return !json_read_failed(&call->in);
}

static const char *read_language(struct api_call *call)
{
    const char *language = json_read_text(&call->in, "language", JSON_OPTIONAL, 2, LIMIT_LANGUAGE);
    if (language != NULL && !text_is_language(language, strlen(language)))
        json_read_wrong(&call->in, "language", "must be a language tag");
    return language != NULL ? language : call->language;
}

static void add_member(struct api_call *call, const struct member *member, const char *password)
{
    char hash[PASSWORD_HASH_TEXT];
    struct store_token token;
    const char *link;
    account_token(call, STORE_TOKEN_VERIFY, member, member->email, &token, &link);
    const struct store_letter *letter = account_letter(
        call, &(struct account_letter){ .kind = LETTER_VERIFY, .member = member, .link = link });
    enum err err = password_hash(password, strlen(password), hash);
    if (err == OK)
        err = store_account_add(call->store, member, hash, letter != NULL ? &token : NULL, letter);
    if (err == ERR_EXISTS) {
        guess_network_failed(call);
        call_problem(call, PROBLEM_EXISTS, "email", "the address has an account");
    } else if (err != OK) {
        call_fail(call, err, "add a member");
    } else {
        session_start(call, member, true);
    }
}

/* Members are of the territory they sign up in, which has to be open. False: answered. */
static bool find_home(struct api_call *call)
{
    enum err err = where_find(call);
    if (err != OK)
        call_fail(call, err, "find where a request comes from");
    else if (call->viewer.state != TERRITORY_OPEN)
        call_problem_said(call, PROBLEM_NOT_OPEN);
    return err == OK && call->viewer.state == TERRITORY_OPEN;
}

void handle_sign_up(struct api_call *call)
{
    const char *email, *password;
    char key[LIMIT_EMAIL + 1], why[160];
    bool read = read_credentials(call, &email, key, &password);
    if (read && member_password_acceptable(password, strlen(password), key, why, sizeof why) != OK)
        json_read_wrong(&call->in, "password", "%s", why);
    if (read && !mail_address_is_good(email, strlen(email)))
        json_read_wrong(&call->in, "email", "must be an address that mail can be sent to");
    const char *language = read_language(call);
    if (!call_read_end(call) || !find_home(call) || !guess_network_may(call))
        return;
    struct member member = {
        .role = MEMBER_ROLE_MEMBER,
        .email = email,
        .language = language,
        .territory = call->viewer.territory,
        .created = call->now,
    };
    if (call->params->trial_days > 0 && !call->params->trial_needs_means)
        member.subscription = subscription_trial(call->now, call->params->trial_days);
    id_new(member.id.s);
    add_member(call, &member, password);
}

void handle_sign_in(struct api_call *call)
{
    const char *email, *password, *hash = NULL;
    char key[LIMIT_EMAIL + 1];
    struct member member;
    (void)read_credentials(call, &email, key, &password);
    const char *code = json_read_text(&call->in, "code", JSON_OPTIONAL, 1, LIMIT_WORD);
    if (!call_read_end(call))
        return;
    enum err err = store_member_by_email(call->store, call->arena, key, &member, &hash);
    if (err != OK && err != ERR_NOT_FOUND) {
        call_fail(call, err, "find a member");
        return;
    }
    if (guess_check(call, key, password, err == OK ? hash : NULL) &&
        account_check_factor(call, &member, code))
        session_start(call, &member, false);
}

void handle_sign_out(struct api_call *call)
{
    enum err err = store_session_end(call->store, call->session);
    if (err != OK && err != ERR_NOT_FOUND) {
        call_fail(call, err, "end a session");
        return;
    }
    session_clear_cookie(call);
    call_answer_empty(call, 204);
}
