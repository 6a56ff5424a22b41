/* A box asks for its codes (RFC 8628 sections 3.1 and 3.2). */
#include <string.h>

#include "driver/password/password.h"
#include "driver/store/device_codes.h"
#include "service/api/device.h"
#include "service/api/handlers.h"
#include "service/api/oauth.h"
#include "service/api/where.h"

static const char *read_version(struct api_call *call)
{
    const char *version =
        json_read_text(&call->in, "version", JSON_OPTIONAL, 1, ACTIVATION_VERSION_MAX);
    if (version != NULL && !activation_name_is_good(version, strlen(version)))
        json_read_wrong(&call->in, "version", "must be one line");
    return version != NULL ? version : "";
}

void device_mark(const struct api_call *call, const char code[ACTIVATION_CODE_TEXT],
                 uint8_t mark[32])
{
    secret_mark(call->params->secret_key, "activation code", code, strlen(code), mark);
}

static void make_code(char out[ACTIVATION_CODE_TEXT])
{
    uint8_t random[64];
    do
        secret_bytes(random, sizeof random);
    while (activation_code_new(random, sizeof random, out) == 0);
}

static void answer_codes(struct api_call *call, const char *token, const char *code)
{
    const char *page = arena_printf(
        call->arena, "%s/activate",
        client_base_url(call->rq, &call->client, call->params->public_url, call->arena));
    json_object(&call->w, NULL);
    json_text(&call->w, "device_code", token);
    json_text(&call->w, "user_code", code);
    json_text(&call->w, "verification_uri", page);
    json_text(&call->w, "verification_uri_complete",
              arena_printf(call->arena, "%s?code=%s", page, code));
    json_number(&call->w, "expires_in", ACTIVATION_LIFE_US / UTC_SECOND);
    json_number(&call->w, "interval", ACTIVATION_INTERVAL_S);
    json_end(&call->w);
    oauth_answer(call);
}

static void refuse(struct api_call *call, enum err err)
{
    if (err == ERR_FULL) {
        http_answer_header(call->answer, "Retry-After", "60");
        oauth_refuse(call, OAUTH_TOO_MANY, "too many codes were asked for from this network");
    } else {
        oauth_fail(call, err, "keep a device code");
    }
}

static void make_codes(struct api_call *call, struct store_device_code *code)
{
    enum { TRIES = 8 }; /* a code that lives has the same letters: once in a million at most */
    char token[TOKEN_TEXT], letters[ACTIVATION_CODE_TEXT];
    enum err err = ERR_EXISTS;
    for (int i = 0; err == ERR_EXISTS && i < TRIES; i++) {
        token_new(token, code->digest);
        make_code(letters);
        device_mark(call, letters, code->mark);
        err = store_device_code_add(call->store, code);
    }
    if (err != OK)
        refuse(call, err);
    else
        answer_codes(call, token, letters);
}

void handle_device_authorization(struct api_call *call)
{
    char place[3];
    struct store_device_code code = { .created = call->now };
    code.client = oauth_read_client(call);
    code.version = read_version(call);
    code.name = oauth_read_name(call, "name");
    code.model = oauth_read_name(call, "model");
    if (!oauth_read_end(call))
        return;
    where_place(call, place);
    code.place = place;
    code.network = call->client.network;
    code.activation = (struct activation){
        .state = ACTIVATION_WAITING,
        .expires = { call->now.us + ACTIVATION_LIFE_US },
        .interval_s = ACTIVATION_INTERVAL_S,
    };
    make_codes(call, &code);
}
