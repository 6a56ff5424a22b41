/* A member is asked whether a box may sign in as them (RFC 8628 section 3.3). */
#include <string.h>

#include "driver/store/device_codes.h"
#include "service/api/device.h"
#include "service/api/guess.h"
#include "service/api/handlers.h"

static const char *said(const char *text)
{
    return text[0] != 0 ? text : NULL;
}

/* Whether the box asks from where its member does: who is asked to confirm a stranger's box is
 * mostly somewhere else. */
static bool is_near(const struct api_call *call, const struct store_device_code *code)
{
    return code->network[0] != 0 && strcmp(code->network, call->client.network) == 0;
}

static void answer_code(struct api_call *call, const char *letters,
                        const struct store_device_code *code)
{
    struct json_writer *w = &call->w;
    json_object(w, NULL);
    json_text(w, "user_code", letters);
    json_text(w, "state", activation_state_name(code->activation.state));
    json_text(w, "client", code->client);
    json_text(w, "version", said(code->version));
    json_text(w, "name", said(code->name));
    json_text(w, "model", said(code->model));
    json_text(w, "place", said(code->place));
    json_bool(w, "near", is_near(call, code));
    json_instant(w, "created", code->created);
    json_instant(w, "expires", code->activation.expires);
    json_end(w);
    call_answer(call, 200);
}

/* What was typed stands in the path. */
static void ask(struct api_call *call, struct store_device_ask *ask)
{
    char letters[ACTIVATION_CODE_TEXT];
    struct store_device_code code;
    int64_t wait_us = 0;
    if (activation_code_read(call->id, strlen(call->id), letters) != OK) {
        call_problem_said(call, PROBLEM_DEVICE_CODE);
        return;
    }
    device_mark(call, letters, ask->mark);
    ask->member = call->member->id;
    ask->network = call->client.network;
    ask->now = call->now;
    enum err err = store_device_code_ask(call->store, call->arena, ask, &code, &wait_us);
    if (err == OK && wait_us > 0)
        guess_slow_down(call, wait_us);
    else if (err == ERR_NOT_FOUND)
        call_problem_said(call, PROBLEM_DEVICE_CODE);
    else if (err != OK)
        call_fail(call, err, "look for a device code");
    else
        answer_code(call, letters, &code);
}

void handle_me_device_code(struct api_call *call)
{
    struct store_device_ask asked = { .decides = false };
    ask(call, &asked);
}

void handle_me_device_code_decide(struct api_call *call)
{
    bool allow = false;
    (void)json_read_bool(&call->in, "allow", JSON_REQUIRED, &allow);
    if (!call_read_end(call))
        return;
    struct store_device_ask asked = {
        .decides = true,
        .to = allow ? ACTIVATION_ALLOWED : ACTIVATION_REFUSED,
    };
    ask(call, &asked);
}
