/* What the law gives everybody: all that is kept of them, and its end (GDPR articles 20 and 17). */
#include <string.h>

#include "service/api/account.h"
#include "service/api/handlers.h"
#include "service/api/limits.h"
#include "service/api/me.h"
#include "service/api/session.h"

/* With the password: it has what the locked area keeps, and more than a session left open should
 * tell. */
void handle_me_export(struct api_call *call)
{
    const char *password = json_read_text(&call->in, "password", JSON_REQUIRED, 1, LIMIT_PASSWORD);
    if (!call_read_end(call) || !me_check_password(call, password))
        return;
    call->out.ceiling = (size_t)64 * 1024 * 1024; /* a life of playbacks at 150 bytes each */
    enum err err = store_account_export(call->store, call->member->id, &call->w);
    if (err != OK) {
        call_fail(call, err, "export an account");
        return;
    }
    http_answer_header(call->answer, "Content-Disposition",
                       "attachment; filename=\"account.json\"");
    call_answer(call, 200);
}

void handle_me_deletion(struct api_call *call)
{
    char key[LIMIT_EMAIL + 1];
    const struct member *member = call->member;
    const char *password = json_read_text(&call->in, "password", JSON_REQUIRED, 1, LIMIT_PASSWORD);
    const char *code = json_read_text(&call->in, "code", JSON_OPTIONAL, 1, LIMIT_WORD);
    if (!call_read_end(call) || !me_check_password(call, password) ||
        !account_check_factor(call, member, code))
        return;
    const struct store_letter *letter = account_letter(
        call,
        &(struct account_letter){ .kind = LETTER_DELETED, .member = member, .is_farewell = true });
    enum err err = member_email_key(member->email, strlen(member->email), key, sizeof key);
    if (err == OK)
        err = store_account_delete(call->store, member->id, key, letter);
    if (err == ERR_STATE) {
        call_problem(call, PROBLEM_STATE, NULL, "the house needs an administrator");
    } else if (err != OK) {
        call_fail(call, err, "delete an account");
    } else {
        session_clear_cookie(call);
        call_answer_empty(call, 204);
    }
}
