#include "service/deliver/refusal.h"

#include <string.h>

#define DOCUMENT(status, code, title)                                                              \
    "{\"type\":\"about:blank\",\"title\":\"" title "\",\"status\":" #status ",\"code\":\"" code    \
    "\"}"

static const struct {
    enum err err;
    int status;
    const char *document;
} refusals[] = {
    { ERR_DENIED, 403, DOCUMENT(403, "forbidden", "This needs a good pass") },
    { ERR_NOT_FOUND, 404, DOCUMENT(404, "not-found", "There is no such thing") },
    { ERR_UNSUPPORTED, 405, DOCUMENT(405, "method", "This address does not take that method") },
    { ERR_BUSY, 503, DOCUMENT(503, "busy", "The service is busy: try again") },
    { ERR_INTERNAL, 500, DOCUMENT(500, "internal", "Something went wrong on our side") },
};
enum { N_REFUSALS = sizeof refusals / sizeof refusals[0] };

static void answer_document(struct http_answer *answer, int status, const char *document)
{
    *answer = (struct http_answer){
        .status = status,
        .source = HTTP_BYTES,
        .content_type = "application/problem+json",
        .bytes = document,
        .size = strlen(document),
    };
}

void refusal_pass(struct http_answer *answer, enum pass_verdict verdict)
{
    static const char *const documents[] = {
#define X(name, code, text)                                                                        \
    "{\"type\":\"about:blank\",\"title\":\"This needs a good pass\",\"status\":403,"               \
    "\"code\":\"forbidden\",\"reason\":\"" code "\",\"detail\":\"The pass " text ".\"}",
        PASS_VERDICTS(X)
#undef X
    };
    answer_document(answer, 403, documents[verdict]);
}

void refusal_answer(struct http_answer *answer, enum err err)
{
    size_t i = 0;
    while (i < N_REFUSALS - 1 && refusals[i].err != err)
        i++;
    answer_document(answer, refusals[i].status, refusals[i].document);
    if (refusals[i].status == 405)
        http_answer_header(answer, "Allow", "GET, HEAD");
}
