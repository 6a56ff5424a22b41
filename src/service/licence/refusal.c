#include "service/licence/refusal.h"

#include "base/buf.h"
#include "base/json.h"

enum { DOCUMENT_MAX = 2048 }; /* bytes: texts of ours and one line */

static const struct {
    int status;
    const char *code, *title;
} refusals[N_REFUSALS] = {
    [REFUSAL_TOKEN] = { 403, "forbidden", "This needs the address a playback was given" },
    [REFUSAL_EXPIRED] = { 403, "expired", "The time of this address has passed" },
    [REFUSAL_STREAM] = { 403, "stream-ended", "The stream runs no more" },
    [REFUSAL_KEY] = { 403, "key", "There is no such key for this playback" },
    [REFUSAL_MALFORMED] = { 400, "malformed", "The request cannot be read" },
    [REFUSAL_TYPE] = { 422, "type", "Only temporary licences are given" },
    [REFUSAL_METHOD] = { 405, "method", "This address does not take that method" },
    [REFUSAL_TOO_LARGE] = { 413, "too-large", "The request is too large" },
    [REFUSAL_BUSY] = { 503, "busy", "The service is busy: try again" },
    [REFUSAL_INTERNAL] = { 500, "internal", "Something went wrong on our side" },
};

void refusal_answer_licence(struct http_request *rq, struct http_answer *answer,
                            enum refusal refusal, const char *more)
{
    struct buf b;
    buf_init(&b, DOCUMENT_MAX);
    struct json_writer w = json_writer_of(&b);
    json_object(&w, NULL);
    json_text(&w, "type", "about:blank");
    json_text(&w, "title", refusals[refusal].title);
    json_number(&w, "status", refusals[refusal].status);
    json_text(&w, "code", refusals[refusal].code);
    if (more != NULL && more[0] != 0)
        json_text(&w, refusal == REFUSAL_MALFORMED ? "detail" : "reason", more);
    json_end(&w);
    answer->status = b.err == OK ? refusals[refusal].status : 500;
    answer->source = b.err == OK ? HTTP_BYTES : HTTP_EMPTY;
    answer->content_type = "application/problem+json";
    answer->size = b.size;
    answer->bytes = arena_strndup(http_arena(rq), buf_string(&b), b.size);
    buf_finish(&b);
}
