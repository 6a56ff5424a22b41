#include "service/api/call.h"

#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "base/text.h"
#include "service/api/route.h"
#include "service/api/words.h"

enum { CURSOR_MAX = 256 };

void call_problem(struct api_call *call, enum problem problem, const char *field,
                  const char *detail)
{
    problem_answer(call->arena, call->answer, problem, field, detail);
}

void call_problem_said(struct api_call *call, enum problem problem)
{
    const char *word = arena_printf(call->arena, "problem:%s", problem_code(problem));
    call_problem(call, problem, NULL, words_for(word, call->language));
}

void call_fail(struct api_call *call, enum err err, const char *doing)
{
    enum problem problem = problem_of_err(err);
    if (problem_status(problem) >= 500)
        log_error("api", "%s %s: cannot %s: %s", route_method_name(call->route->method),
                  call->route->pattern, doing, err_text(err));
    call_problem(call, problem, NULL, NULL);
}

bool call_body_is(const struct api_call *call, const char *media_type)
{
    const char *said = http_header(call->rq, "Content-Type");
    size_t n = strlen(media_type);
    return said != NULL && strncasecmp(said, media_type, n) == 0 &&
           (said[n] == 0 || said[n] == ';' || said[n] == ' ');
}

bool call_read_end(struct api_call *call)
{
    json_read_end(&call->in);
    if (!json_read_failed(&call->in))
        return true;
    call_problem(call, PROBLEM_VALIDATION, call->fault.field, call->fault.text);
    return false;
}

void call_answer_empty(struct api_call *call, int status)
{
    call->answer->status = status;
    call->answer->source = HTTP_EMPTY;
}

void call_answer(struct api_call *call, int status)
{
    if (call->out.err != OK) {
        call_fail(call, call->out.err == ERR_FULL ? ERR_INTERNAL : call->out.err,
                  "hold the answer");
        return;
    }
    call->answer->status = status;
    call->answer->source = HTTP_BYTES;
    call->answer->content_type = "application/json";
    call->answer->size = call->out.size;
    call->answer->bytes = arena_strndup(call->arena, buf_string(&call->out), call->out.size);
}

void call_answer_problem(struct api_call *call, enum problem problem)
{
    call_answer(call, problem_status(problem));
    if (call->answer->status == problem_status(problem))
        call->answer->content_type = "application/problem+json";
}

bool call_query(struct api_call *call, const char *name, size_t max, const char **out)
{
    const char *value = http_query(call->rq, name);
    *out = value != NULL && value[0] != 0 ? value : NULL;
    if (*out == NULL)
        return true;
    size_t n = strlen(value);
    if (n <= max && text_is_line(value, n))
        return true;
    call_problem(call, PROBLEM_VALIDATION, name, n > max ? "is too long" : "must be one line");
    return false;
}

bool call_page(struct api_call *call, unsigned limit_max, const char **after, unsigned *limit)
{
    const char *text;
    *limit = 0;
    if (!call_query(call, "after", CURSOR_MAX, after) || !call_query(call, "limit", 8, &text))
        return false;
    int64_t number = 0;
    if (text != NULL && text_to_i64(text, strlen(text), 1, limit_max, &number) != OK) {
        call_problem(call, PROBLEM_VALIDATION, "limit",
                     arena_printf(call->arena, "must lie between 1 and %u", limit_max));
        return false;
    }
    *limit = (unsigned)number;
    return true;
}
