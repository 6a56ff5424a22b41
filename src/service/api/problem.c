#include "service/api/problem.h"

#include <string.h>

#include "base/buf.h"

enum { PROBLEM_MAX = 4096 }; /* bytes of a document: field and detail are ours or cut by us */

static const struct {
    int status;
    const char *code, *title;
} problems[N_PROBLEMS] = {
#define X(name, status, code, title) [name] = { status, code, title },
    PROBLEM_TABLE(X)
#undef X
};

const char *problem_code(enum problem problem)
{
    return problems[problem].code;
}

int problem_status(enum problem problem)
{
    return problems[problem].status;
}

void problem_open(struct json_writer *w, enum problem problem, const char *detail)
{
    json_object(w, NULL);
    json_text(w, "type", "about:blank");
    json_text(w, "title", problems[problem].title);
    json_number(w, "status", problems[problem].status);
    json_text(w, "code", problems[problem].code);
    if (detail != NULL)
        json_text(w, "detail", detail);
}

void problem_answer(struct arena *arena, struct http_answer *answer, enum problem problem,
                    const char *field, const char *detail)
{
    struct buf b;
    buf_init(&b, PROBLEM_MAX);
    struct json_writer w = json_writer_of(&b);
    problem_open(&w, problem, detail);
    if (field != NULL && field[0] != 0)
        json_text(&w, "field", field);
    json_end(&w);
    answer->status = b.err == OK ? problems[problem].status : 500;
    answer->source = b.err == OK ? HTTP_BYTES : HTTP_EMPTY;
    answer->content_type = "application/problem+json";
    answer->cache_control = NULL;
    answer->etag = NULL;
    answer->size = b.size;
    answer->bytes = arena_strndup(arena, buf_string(&b), b.size);
    buf_finish(&b);
}

enum problem problem_of_err(enum err err)
{
    switch (err) {
    case ERR_NOT_FOUND: return PROBLEM_NOT_FOUND;
    case ERR_EXISTS: return PROBLEM_EXISTS;
    case ERR_STATE: return PROBLEM_STATE;
    case ERR_BUSY:
    case ERR_TIMEOUT: return PROBLEM_BUSY;
    case ERR_NO_SPACE: return PROBLEM_NO_SPACE;
    default: return PROBLEM_INTERNAL;
    }
}

enum problem problem_of_status(int status)
{
    for (enum problem p = 0; p < N_PROBLEMS; p++)
        if (problems[p].status == status)
            return p;
    return status >= 500 ? PROBLEM_INTERNAL : PROBLEM_MALFORMED;
}
