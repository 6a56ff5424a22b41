/* The second factor: a secret in the member's app, proven by a code before it counts. */
#include <stdlib.h>
#include <string.h>

#include "driver/password/password.h"
#include "rules/members/totp.h"
#include "service/api/account.h"
#include "service/api/guess.h"
#include "service/api/handlers.h"
#include "service/api/limits.h"
#include "service/api/me.h"

static const char *seal_of(struct api_call *call, member_id member)
{
    return arena_printf(call->arena, "second factor %s", member.s);
}

static enum err open_secret(struct api_call *call, member_id member, const struct store_factor *f,
                            uint8_t secret[TOTP_SECRET])
{
    if (f->sealed_size != TOTP_SECRET + SECRET_EXTRA)
        return ERR_MALFORMED;
    return secret_open(call->params->secret_key, seal_of(call, member), f->sealed, f->sealed_size,
                       secret);
}

/* What is kept of a recovery code: bound to its member. */
static void digest_of(struct api_call *call, member_id member, const char *code,
                      uint8_t digest[TOKEN_DIGEST])
{
    const char *text = arena_printf(call->arena, "%s %s", member.s, code);
    secret_digest(text, strlen(text), digest);
}

static enum err use_recovery(struct api_call *call, member_id member, const char *code)
{
    char read[RECOVERY_TEXT];
    uint8_t digest[TOKEN_DIGEST];
    if (!recovery_code_read(code, read))
        return ERR_NOT_FOUND;
    digest_of(call, member, read, digest);
    return store_recovery_use(call->store, member, digest);
}

static enum err use_code(struct api_call *call, member_id member, const char *code)
{
    struct store_factor factor;
    uint8_t secret[TOTP_SECRET];
    int64_t step = 0;
    if (!totp_is_code(code))
        return use_recovery(call, member, code);
    enum err err = store_factor_get(call->store, call->arena, member, &factor);
    if (err == OK)
        err = open_secret(call, member, &factor, secret);
    if (err == OK && !totp_check(secret, sizeof secret, code, call->now, factor.last_step, &step))
        err = ERR_NOT_FOUND;
    explicit_bzero(secret, sizeof secret);
    return err == OK ? store_factor_use(call->store, member, step) : err;
}

bool account_check_factor(struct api_call *call, const struct member *member, const char *code)
{
    if (member->second_factor.us == 0)
        return true;
    if (code == NULL) {
        call_problem_said(call, PROBLEM_SECOND_FACTOR);
        return false;
    }
    if (!guess_begin(call, "second", member->id.s))
        return false;
    enum err err = use_code(call, member->id, code);
    if (err == OK)
        guess_good(call, "second", member->id.s);
    else if (err == ERR_NOT_FOUND)
        call_problem(call, PROBLEM_SECOND_FACTOR, "code", "the code is wrong, or was used");
    else
        call_fail(call, err, "check a second factor");
    return err == OK;
}

void handle_me_factor(struct api_call *call)
{
    uint8_t secret[TOTP_SECRET], sealed[TOTP_SECRET + SECRET_EXTRA];
    const char *password = json_read_text(&call->in, "password", JSON_REQUIRED, 1, LIMIT_PASSWORD);
    if (!call_read_end(call) || !me_check_password(call, password))
        return;
    secret_bytes(secret, sizeof secret);
    secret_seal(call->params->secret_key, seal_of(call, call->member->id), secret, sizeof secret,
                sealed);
    enum err err = store_factor_put(call->store, call->member->id, sealed, sizeof sealed);
    if (err != OK) {
        call_fail(call, err, "keep a second factor");
        return;
    }
    struct buf text;
    buf_init(&text, 4096);
    json_object(&call->w, NULL);
    totp_put_base32(&text, secret, sizeof secret);
    json_text(&call->w, "secret", buf_string(&text));
    buf_clear(&text);
    totp_put_uri(&text, call->params->name, call->member->email, secret, sizeof secret);
    json_text(&call->w, "uri", buf_string(&text));
    json_end(&call->w);
    buf_finish(&text);
    explicit_bzero(secret, sizeof secret);
    call_answer(call, 200);
}

/* Makes the recovery codes, writes them as the answer's list, and their digests. */
static void make_codes(struct api_call *call, uint8_t digests[STORE_RECOVERY_CODES][32])
{
    json_object(&call->w, NULL);
    json_array(&call->w, "recovery_codes");
    for (size_t i = 0; i < STORE_RECOVERY_CODES; i++) {
        uint8_t bytes[RECOVERY_BYTES];
        char code[RECOVERY_TEXT];
        secret_bytes(bytes, sizeof bytes);
        recovery_code_text(bytes, code);
        digest_of(call, call->member->id, code, digests[i]);
        json_text(&call->w, NULL, code);
    }
    json_end(&call->w);
    json_end(&call->w);
}

/* Whether the code is one of the pending secret. */
static enum err check_pending(struct api_call *call, const char *code, struct store_factor *factor,
                              int64_t *step)
{
    uint8_t secret[TOTP_SECRET];
    enum err err = store_factor_get(call->store, call->arena, call->member->id, factor);
    if (err == ERR_NOT_FOUND || (err == OK && factor->since.us != 0))
        return ERR_STATE;
    if (err == OK)
        err = open_secret(call, call->member->id, factor, secret);
    if (err == OK && !totp_check(secret, sizeof secret, code, call->now, factor->last_step, step))
        err = ERR_NOT_FOUND;
    explicit_bzero(secret, sizeof secret);
    return err;
}

void handle_me_factor_confirm(struct api_call *call)
{
    struct store_factor factor;
    uint8_t digests[STORE_RECOVERY_CODES][32];
    int64_t step = 0;
    const char *code = json_read_text(&call->in, "code", JSON_REQUIRED, 1, LIMIT_WORD);
    if (!call_read_end(call) || !guess_begin(call, "second", call->member->id.s))
        return;
    enum err err = check_pending(call, code, &factor, &step);
    if (err == OK) {
        make_codes(call, digests);
        const struct store_letter *letter = account_letter(
            call, &(struct account_letter){ .kind = LETTER_FACTOR_ON, .member = call->member });
        err = store_factor_confirm(call->store, call->member->id, &factor, step, digests, letter,
                                   call->now);
    }
    if (err == ERR_NOT_FOUND) {
        call_problem(call, PROBLEM_SECOND_FACTOR, "code", "the code is wrong");
    } else if (err != OK) {
        call_fail(call, err, "switch a second factor on");
    } else {
        guess_good(call, "second", call->member->id.s);
        call_answer(call, 200);
    }
}

void handle_me_factor_off(struct api_call *call)
{
    const char *password = json_read_text(&call->in, "password", JSON_REQUIRED, 1, LIMIT_PASSWORD);
    const char *code = json_read_text(&call->in, "code", JSON_REQUIRED, 1, LIMIT_WORD);
    if (!call_read_end(call))
        return;
    if (call->member->second_factor.us == 0) {
        call_problem(call, PROBLEM_STATE, NULL, "it is not on");
        return;
    }
    if (!me_check_password(call, password) || !account_check_factor(call, call->member, code))
        return;
    const struct store_letter *letter = account_letter(
        call, &(struct account_letter){ .kind = LETTER_FACTOR_OFF, .member = call->member });
    enum err err = store_factor_off(call->store, call->member->id, letter);
    if (err != OK)
        call_fail(call, err, "switch a second factor off");
    else
        call_answer_empty(call, 204);
}
