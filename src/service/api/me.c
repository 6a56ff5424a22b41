#include "service/api/me.h"

#include <string.h>

#include "base/text.h"
#include "driver/password/password.h"
#include "service/api/account.h"
#include "service/api/guess.h"
#include "service/api/handlers.h"
#include "service/api/limits.h"
#include "service/api/membership.h"

enum err me_write(struct api_call *call, const char *key, const struct member *member)
{
    struct json_writer *w = &call->w;
    struct membership m;
    const struct shelf *shelf;
    enum err err = store_membership_get(call->store, member->id, &m);
    if (err == OK)
        err = shelf_find(
            call, m.territory[0] != 0 ? arena_strdup(call->arena, m.territory) : member->territory,
            &shelf);
    if (err != OK)
        return err;
    json_object(w, key);
    json_text(w, "id", member->id.s);
    json_text(w, "email", member->email);
    json_bool(w, "email_verified", member->email_verified.us != 0);
    json_bool(w, "second_factor", member->second_factor.us != 0);
    json_text(w, "role", member_role_name(member->role));
    json_text(w, "language", member->language);
    json_text(w, "territory", member->territory);
    json_instant(w, "created", member->created);
    err = membership_json(call, "subscription", &m, shelf);
    json_end(w);
    return err;
}

static void answer(struct api_call *call, const struct member *member)
{
    enum err err = me_write(call, NULL, member);
    if (err != OK)
        call_fail(call, err, "read a subscription");
    else
        call_answer(call, 200);
}

void handle_me(struct api_call *call)
{
    answer(call, call->member);
}

void me_answer_fresh(struct api_call *call)
{
    struct member fresh;
    enum err err = store_member_get(call->store, call->arena, call->member->id, &fresh);
    if (err != OK)
        call_fail(call, err, "read a member");
    else
        answer(call, &fresh);
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
        me_answer_fresh(call);
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
