#include <string.h>

#include "base/log.h"
#include "service/partner/inside.h"

enum { PROBLEM_MAX = 4096 };

static const struct {
    int status;
    const char *code, *title;
} problems[] = {
#define X(name, status, code, title) [name] = { status, code, title },
    PARTNER_PROBLEMS(X)
#undef X
};

void partner_problem(struct partner_request *rq, enum partner_problem problem, const char *field,
                     const char *detail)
{
    struct buf b;
    buf_init(&b, PROBLEM_MAX);
    struct json_writer w = json_writer_of(&b);
    json_object(&w, NULL);
    json_text(&w, "type", "about:blank");
    json_text(&w, "title", problems[problem].title);
    json_number(&w, "status", problems[problem].status);
    json_text(&w, "code", problems[problem].code);
    if (detail != NULL && detail[0] != 0)
        json_text(&w, "detail", detail);
    if (field != NULL && field[0] != 0)
        json_text(&w, "field", field);
    json_end(&w);
    rq->answer->status = b.err == OK ? problems[problem].status : 500;
    rq->answer->source = b.err == OK ? HTTP_BYTES : HTTP_EMPTY;
    rq->answer->content_type = "application/problem+json";
    rq->answer->size = b.size;
    rq->answer->bytes = arena_strndup(rq->arena, buf_string(&b), b.size);
    buf_finish(&b);
    if (problem == PP_BUSY)
        http_answer_header(rq->answer, "Retry-After", "1");
}

void partner_fail(struct partner_request *rq, enum err err, const char *doing)
{
    enum partner_problem problem = PP_INTERNAL;
    if (err == ERR_NOT_FOUND)
        problem = PP_NOT_FOUND;
    else if (err == ERR_BUSY || err == ERR_TIMEOUT || err == ERR_CANCELLED)
        problem = PP_BUSY;
    else if (err == ERR_NO_SPACE)
        problem = PP_NO_SPACE;
    if (problems[problem].status >= 500)
        log_error("partner", "%s: cannot %s: %s", rq->route->pattern, doing, err_text(err));
    partner_problem(rq, problem, NULL, NULL);
}

bool partner_read_end(struct partner_request *rq)
{
    json_read_end(&rq->in);
    if (!json_read_failed(&rq->in))
        return true;
    partner_problem(rq, PP_VALIDATION, rq->fault.field, rq->fault.text);
    return false;
}

void partner_answer(struct partner_request *rq, int status, const void *bytes, size_t n)
{
    rq->answer->status = status;
    rq->answer->source = HTTP_BYTES;
    rq->answer->content_type = "application/json";
    rq->answer->size = n;
    rq->answer->bytes = arena_strndup(rq->arena, bytes, n);
}
