/* A box asks what became of its code (RFC 8628 sections 3.4 and 3.5). */
#include <string.h>

#include "driver/store/device_codes.h"
#include "service/api/box.h"
#include "service/api/device.h"
#include "service/api/handlers.h"
#include "service/api/limits.h"
#include "service/api/oauth.h"

static const char unknown[] = "the device code is unknown, or was used";

/* The session begins with the code's end, once. */
static void give_session(struct api_call *call, const struct store_device_code *code)
{
    struct member member;
    struct box_start box;
    enum err err = store_member_get(call->store, call->arena, code->member, &member);
    if (err == OK) {
        box_session_prepare(
            call,
            &(struct box_session){ .member = &member, .name = code->name, .model = code->model },
            &box);
        err = store_device_code_use(call->store, code->digest, &box.start);
    }
    if (err == OK)
        box_session_answer(call, &box);
    else if (err == ERR_NOT_FOUND)
        oauth_refuse(call, OAUTH_INVALID_GRANT, unknown);
    else
        oauth_fail(call, err, "start a box's session");
}

static void tell(struct api_call *call, enum activation_answer answer,
                 const struct store_device_code *code)
{
    switch (answer) {
    case ACTIVATION_GIVE: give_session(call, code); break;
    case ACTIVATION_TELL_PENDING: oauth_refuse(call, OAUTH_AUTHORIZATION_PENDING, NULL); break;
    case ACTIVATION_TELL_SLOW_DOWN:
        oauth_refuse(call, OAUTH_SLOW_DOWN,
                     arena_printf(call->arena, "wait %d seconds between two questions from now on",
                                  code->activation.interval_s));
        break;
    case ACTIVATION_TELL_EXPIRED: oauth_refuse(call, OAUTH_EXPIRED_TOKEN, NULL); break;
    case ACTIVATION_TELL_DENIED: oauth_refuse(call, OAUTH_ACCESS_DENIED, NULL); break;
    case ACTIVATION_TELL_UNKNOWN: oauth_refuse(call, OAUTH_INVALID_GRANT, unknown); break;
    }
}

void handle_device_token(struct api_call *call)
{
    uint8_t digest[TOKEN_DIGEST];
    struct store_device_code code;
    enum activation_answer answer;
    const char *grant = json_read_text(&call->in, "grant_type", JSON_REQUIRED, 1, LIMIT_TEXT);
    bool is_ours = grant != NULL && strcmp(grant, DEVICE_GRANT_TYPE) == 0;
    const char *token =
        is_ours ? json_read_text(&call->in, "device_code", JSON_REQUIRED, 1, LIMIT_TEXT) : NULL;
    const char *client = is_ours ? oauth_read_client(call) : NULL;
    if (!oauth_read_end(call))
        return;
    if (!is_ours) {
        oauth_refuse(call, OAUTH_UNSUPPORTED_GRANT_TYPE, "this address knows " DEVICE_GRANT_TYPE);
        return;
    }
    enum err err = token_digest(token, strlen(token), digest);
    if (err == OK)
        err = store_device_code_poll(call->store, call->arena, digest, client, call->now, &answer,
                                     &code);
    if (err == OK)
        tell(call, answer, &code);
    else if (err == ERR_MALFORMED || err == ERR_NOT_FOUND)
        oauth_refuse(call, OAUTH_INVALID_GRANT, unknown);
    else if (err == ERR_DENIED)
        oauth_refuse(call, OAUTH_INVALID_GRANT, "the device code was given to another client");
    else
        oauth_fail(call, err, "look up a device code");
}
