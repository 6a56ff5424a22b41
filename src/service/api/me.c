#include "service/api/me.h"

#include <string.h>

#include "base/text.h"
#include "driver/password/password.h"
#include "service/api/account.h"
#include "service/api/guess.h"
#include "service/api/handlers.h"
#include "service/api/limits.h"

void me_write(struct api_call *call, const char *key, const struct member *member)
{
    struct json_writer *w = &call->w;
    utc_time until = { 0 };
    enum subscription_state state = subscription_state_at(&member->subscription, call->now, &until);
    json_object(w, key);
    json_text(w, "id", member->id.s);
    json_text(w, "email", member->email);
    json_bool(w, "email_verified", member->email_verified.us != 0);
    json_bool(w, "second_factor", member->second_factor.us != 0);
    json_text(w, "role", member_role_name(member->role));
    json_text(w, "language", member->language);
    json_text(w, "territory", member->territory);
    json_instant(w, "created", member->created);
    json_object(w, "subscription");
    json_text(w, "state", subscription_state_name(state));
    json_instant(w, "until", state == SUBSCRIPTION_NONE ? (utc_time){ 0 } : until);
    json_text(w, "plan", call->params->plan_name);
    json_end(w);
    json_end(w);
}

void handle_me(struct api_call *call)
{
    me_write(call, NULL, call->member);
    call_answer(call, 200);
}

/* Answers with the member as the store has it now. */
static void answer_fresh(struct api_call *call)
{
    struct member fresh;
    enum err err = store_member_get(call->store, call->arena, call->member->id, &fresh);
    if (err != OK) {
        call_fail(call, err, "read a member");
        return;
    }
    me_write(call, NULL, &fresh);
    call_answer(call, 200);
}

void handle_me_change(struct api_call *call)
{
    const char *language = json_read_text(&call->in, "language", JSON_OPTIONAL, 2, LIMIT_LANGUAGE);
    if (language != NULL && !text_is_language(language, strlen(language)))
        json_read_wrong(&call->in, "language", "must be a language tag");
    if (!call_read_end(call))
        return;
    enum err err = OK;
    if (language != NULL)
        err = store_member_language(call->store, call->member->id, language);
    if (err != OK)
        call_fail(call, err, "set a member's language");
    else
        answer_fresh(call);
}

bool me_check_password(struct api_call *call, const char *password)
{
    char key[LIMIT_EMAIL + 1];
    struct member unused;
    const char *hash = NULL;
    enum err err =
        member_email_key(call->member->email, strlen(call->member->email), key, sizeof key);
    if (err == OK)
        err = store_member_by_email(call->store, call->arena, key, &unused, &hash);
    if (err != OK) {
        call_fail(call, err, "read a member");
        return false;
    }
    return guess_check(call, key, password, hash);
}

void handle_me_password(struct api_call *call)
{
    char key[LIMIT_EMAIL + 1], why[160], hash[PASSWORD_HASH_TEXT];
    const char *current = json_read_text(&call->in, "current", JSON_REQUIRED, 1, LIMIT_PASSWORD);
    const char *new = json_read_text(&call->in, "new", JSON_REQUIRED, 1, LIMIT_PASSWORD);
    enum err err =
        member_email_key(call->member->email, strlen(call->member->email), key, sizeof key);
    if (err == OK && new != NULL &&
        member_password_acceptable(new, strlen(new), key, why, sizeof why) != OK)
        json_read_wrong(&call->in, "new", "%s", why);
    if (!call_read_end(call) || !me_check_password(call, current))
        return;
    const struct store_letter *letter = account_letter(
        call, &(struct account_letter){ .kind = LETTER_PASSWORD, .member = call->member });
    err = password_hash(new, strlen(new), hash);
    if (err == OK)
        err = store_account_password(call->store, call->member->id, hash, call->session, letter);
    if (err != OK)
        call_fail(call, err, "change a password");
    else
        call_answer_empty(call, 204);
}

/* Taking the plan while a paid month runs, or waits behind the trial, would charge twice for one
 * wish. */
void handle_me_subscription(struct api_call *call)
{
    struct subscription s = call->member->subscription;
    if (!call_read_end(call))
        return;
    if (s.paid_until.us > call->now.us) {
        call_problem(call, PROBLEM_STATE, NULL, "the subscription is running");
        return;
    }
    subscription_take_month(&s, call->now);
    enum err err = store_member_subscription(call->store, call->member->id, &s);
    if (err != OK)
        call_fail(call, err, "take a subscription");
    else
        answer_fresh(call);
}
