/* One question to the gateway, and how its answers are looked into. */
#include <stdio.h>
#include <string.h>

#include "driver/pay/internal.h"

/* The answers' shape is that of this version, whatever the account is set to. */
static const char version_header[] = "Stripe-Version: 2024-06-20";

static const char *words_of(enum err err)
{
    switch (err) {
    case ERR_TIMEOUT: return "the gateway did not answer in time";
    case ERR_FULL: return "the gateway's answer is too long";
    case ERR_IO: return "the gateway was not reached, or broke off";
    default: return err_text(err);
    }
}

void pay_ask(struct pay_gateway *g, struct arena *arena, const char *path, struct buf *form,
             const char *key, struct pay_said *said)
{
    struct http_client_answer answer;
    struct http_client_request request = {
        .url = arena_printf(arena, "%s%s", g->url, path),
        .form = form != NULL ? buf_string(form) : NULL,
        .headers = { g->authorization, version_header,
                     key != NULL ? arena_printf(arena, "Idempotency-Key: %s", key) : NULL },
    };
    *said = (struct pay_said){ 0 };
    enum err err = form != NULL ? form->err : OK;
    if (err == OK)
        err = http_client_ask(g->http, arena, &request, &answer);
    if (err == OK)
        said->status = answer.status;
    if (err == OK &&
        json_document_read(answer.body, answer.size, &said->document, &said->fault) != OK)
        snprintf(said->why, sizeof said->why, "the gateway's answer (%d) is no JSON",
                 answer.status);
    else if (err != OK)
        snprintf(said->why, sizeof said->why, "%s", words_of(err));
}

void pay_said_finish(struct pay_said *said)
{
    json_document_destroy(&said->document);
}

struct json_reader pay_said_object(struct pay_said *said)
{
    if (said->document == NULL)
        return (struct json_reader){ .fault = &said->fault };
    return json_reader_of(said->document, &said->fault);
}

/* A reader of the same object whose faults are nobody's. */
static struct json_reader quiet(const struct json_reader *o, struct json_fault *fault)
{
    *fault = (struct json_fault){ 0 };
    return (struct json_reader){ .object = o->object, .fault = fault };
}

const char *pay_text(const struct json_reader *o, const char *name, size_t max)
{
    struct json_fault fault;
    struct json_reader one = quiet(o, &fault);
    return json_read_text(&one, name, JSON_OPTIONAL, 1, max);
}

bool pay_whole(const struct json_reader *o, const char *name, int64_t *out)
{
    struct json_fault fault;
    struct json_reader one = quiet(o, &fault);
    return json_read_whole(&one, name, JSON_OPTIONAL, 0, INT64_MAX, out);
}

bool pay_true(const struct json_reader *o, const char *name)
{
    struct json_fault fault;
    struct json_reader one = quiet(o, &fault);
    bool value = false;
    return json_read_bool(&one, name, JSON_OPTIONAL, &value) && value;
}

struct json_reader pay_object(const struct json_reader *o, const char *name)
{
    struct json_fault fault;
    struct json_reader one = quiet(o, &fault);
    struct json_reader inner = json_read_object(&one, name, JSON_OPTIONAL);
    inner.fault = o->fault;
    return inner;
}

const char *pay_id_of(const struct json_reader *o, const char *name)
{
    const char *id = pay_text(o, name, PAY_ID_MAX);
    if (id == NULL) {
        struct json_reader inner = pay_object(o, name);
        id = pay_text(&inner, "id", PAY_ID_MAX);
    }
    return id != NULL && pay_id_is_good(id) ? id : NULL;
}
