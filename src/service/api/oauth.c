#include "service/api/oauth.h"

#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "format/form/form.h"
#include "rules/members/activation.h"
#include "service/api/limits.h"
#include "service/api/route.h"

static const struct {
    int status;
    const char *word;
} errors[] = {
#define X(name, status, word) [name] = { status, word },
    OAUTH_TABLE(X)
#undef X
};

static void answer(struct api_call *call, int status)
{
    http_answer_header(call->answer, "Pragma", "no-cache"); /* RFC 6749 section 5.1 */
    call_answer(call, status);
}

/* The characters that RFC 6749 section 5.2 allows in a description; others become '?'. */
static const char *plain(struct api_call *call, const char *text)
{
    char *copy = arena_strdup(call->arena, text);
    for (char *c = copy; *c != 0; c++)
        if (*c == '"')
            *c = '\'';
        else if (*c < 0x20 || *c > 0x7e || *c == '\\')
            *c = '?';
    return copy;
}

void oauth_refuse_for(struct api_call *call, enum oauth_error error, const char *description,
                      const char *reason, const char *detail)
{
    buf_clear(&call->out);
    call->w = json_writer_of(&call->out);
    json_object(&call->w, NULL);
    json_text(&call->w, "error", errors[error].word);
    if (description != NULL)
        json_text(&call->w, "error_description", plain(call, description));
    if (reason != NULL)
        json_text(&call->w, "reason", reason);
    if (detail != NULL)
        json_text(&call->w, "detail", detail);
    json_end(&call->w);
    answer(call, errors[error].status);
}

void oauth_refuse(struct api_call *call, enum oauth_error error, const char *description)
{
    oauth_refuse_for(call, error, description, NULL, NULL);
}

void oauth_fail(struct api_call *call, enum err err, const char *doing)
{
    if (err == ERR_BUSY || err == ERR_TIMEOUT || err == ERR_NO_SPACE) {
        oauth_refuse(call, OAUTH_BUSY, NULL);
        return;
    }
    log_error("api", "%s %s: cannot %s: %s", route_method_name(call->route->method),
              call->route->pattern, doing, err_text(err));
    oauth_refuse(call, OAUTH_SERVER_ERROR, NULL);
}

static enum err read_form(struct api_call *call)
{
    enum { GROWS = 6 }; /* a byte of a form is at most an escape of six in JSON */
    struct buf json;
    buf_init(&json, (call->rq->body_size + 64) * GROWS);
    enum err err = form_to_json((const char *)call->rq->body, call->rq->body_size, &json);
    if (err == OK)
        err = json_document_read(buf_string(&json), json.size, &call->document, &call->fault);
    else
        text_copy(call->fault.text, sizeof call->fault.text, "the form cannot be read");
    buf_finish(&json);
    return err;
}

bool oauth_read_body(struct api_call *call)
{
    enum err err;
    if (call->rq->body_size == 0 || call_body_is(call, "application/x-www-form-urlencoded")) {
        err = read_form(call);
    } else if (call_body_is(call, "application/json")) {
        err =
            json_document_read(call->rq->body, call->rq->body_size, &call->document, &call->fault);
    } else {
        oauth_refuse(call, OAUTH_INVALID_REQUEST,
                     "the body must be application/x-www-form-urlencoded or application/json");
        return false;
    }
    if (err == OK)
        call->in = json_reader_of(call->document, &call->fault);
    else if (err == ERR_MALFORMED)
        oauth_refuse(call, OAUTH_INVALID_REQUEST, call->fault.text);
    else
        oauth_fail(call, err, "read a body");
    return err == OK;
}

bool oauth_read_end(struct api_call *call)
{
    if (!json_read_failed(&call->in))
        return true;
    const char *field = call->fault.field;
    oauth_refuse(call, OAUTH_INVALID_REQUEST,
                 field[0] == 0 ? call->fault.text
                               : arena_printf(call->arena, "%s: %s", field, call->fault.text));
    return false;
}

const char *oauth_read_client(struct api_call *call)
{
    const char *name = json_read_has(&call->in, "client") ? "client" : "client_id";
    const char *client = json_read_text(&call->in, name, JSON_REQUIRED, 1, 64);
    if (client != NULL && activation_client_is_good(client, strlen(client)))
        return client;
    if (client != NULL)
        json_read_wrong(&call->in, name, "must be a word of a-z, 0-9, '-', '.' and '_'");
    return NULL;
}

const char *oauth_read_name(struct api_call *call, const char *field)
{
    const char *name = json_read_text(&call->in, field, JSON_OPTIONAL, 1, LIMIT_TEXT);
    if (name == NULL)
        return "";
    if (activation_name_is_good(name, strlen(name)))
        return name;
    json_read_wrong(&call->in, field, "must be one line of 1 to %d characters",
                    ACTIVATION_NAME_MAX);
    return "";
}

void oauth_answer(struct api_call *call)
{
    answer(call, 200);
}
