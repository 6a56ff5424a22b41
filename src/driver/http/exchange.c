#include "driver/http/exchange.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "driver/http/reply.h"
#include "driver/http/target.h"

void http_exchange_init(struct http_exchange *ex, const struct http_server_params *params)
{
    memset(ex, 0, sizeof *ex);
    ex->params = params;
    buf_init(&ex->body, params->body_max);
}

void http_exchange_reset(struct http_exchange *ex)
{
    http_reply_finish(&ex->reply);
    arena_destroy(&ex->arena);
    if (ex->body.room > 0)
        buf_finish(&ex->body);
    ex->rq.body = NULL;
    ex->rq.body_size = 0;
    ex->query = NULL;
    ex->query_size = 0;
}

void http_exchange_finish(struct http_exchange *ex)
{
    http_exchange_reset(ex);
    free(ex->text);
    ex->text = NULL;
    ex->text_room = 0;
}

static char *path_room(struct http_exchange *ex, size_t n)
{
    if (n <= ex->text_room)
        return ex->text;
    char *text = realloc(ex->text, n);
    if (text == NULL)
        abort();
    ex->text = text;
    ex->text_room = n;
    return text;
}

static struct http_verdict check_limits(const struct http_exchange *ex, size_t head_size)
{
    if (ex->head.target_size > HTTP_TARGET_MAX)
        return (struct http_verdict){ 414, "The address is too long." };
    if (head_size > HTTP_HEAD_MAX || ex->head.n_fields == HTTP_FIELDS_MAX)
        return (struct http_verdict){ 431, "The headers are too long, or too many." };
    return (struct http_verdict){ 0, NULL };
}

static struct http_verdict check_method_and_body(const struct http_exchange *ex)
{
    const struct http_head *head = &ex->head;
    if (head->known == HTTP_OTHER && strcmp(head->method, "OPTIONS") != 0)
        return (struct http_verdict){ 405, "This method is not served here." };
    if (head->content_length > ex->params->body_max)
        return (struct http_verdict){ 413, "The body is too large." };
    return (struct http_verdict){ 0, NULL };
}

struct http_verdict http_exchange_begin(struct http_exchange *ex, size_t head_size)
{
    struct http_head *head = &ex->head;
    ex->rq = (struct http_request){
        .method = HTTP_OTHER,
        .method_name = head->method,
        .path = "/",
        .peer = ex->peer,
        .own = ex,
    };
    struct http_verdict verdict = check_limits(ex, head_size);
    if (verdict.status == 0)
        verdict = http_head_check(head);
    if (verdict.status != 0)
        return verdict;
    ex->rq.method = head->known;
    char *path = path_room(ex, head->target_size + 1);
    const char *wrong =
        http_target_read(head->target, head->target_size, path, &ex->query, &ex->query_size);
    if (wrong != NULL)
        return (struct http_verdict){ 400, wrong };
    ex->rq.path = path;
    verdict = check_method_and_body(ex);
    if (verdict.status == 0)
        ex->lane = ex->params->lane(ex->params->context, ex->rq.method, path);
    return verdict;
}

struct http_verdict http_exchange_body(struct http_exchange *ex, const void *bytes, size_t n)
{
    buf_put(&ex->body, bytes, n);
    if (ex->body.err == OK)
        return (struct http_verdict){ 0, NULL };
    return (struct http_verdict){ 413, "The body is too large." };
}

void http_exchange_run(struct http_exchange *ex)
{
    ex->rq.body = ex->body.data;
    ex->rq.body_size = ex->body.size;
    ex->answer = (struct http_answer){ .status = 500 };
    if (ex->lane == HTTP_LATER)
        http_arena(&ex->rq);
    ex->params->handle(ex->params->context, &ex->rq, &ex->answer);
    http_reply_settle(&ex->reply, ex);
}

static void refuse_plainly(struct http_exchange *ex, struct http_verdict verdict)
{
    ex->answer.source = HTTP_BYTES;
    ex->answer.content_type = "text/plain; charset=utf-8";
    ex->answer.bytes = arena_printf(http_arena(&ex->rq), "%s\n", verdict.detail);
    ex->answer.size = strlen(ex->answer.bytes);
}

void http_exchange_refuse(struct http_exchange *ex, struct http_verdict verdict)
{
    ex->answer = (struct http_answer){ .status = verdict.status };
    if (ex->params->refuse != NULL)
        ex->params->refuse(ex->params->context, &ex->rq, verdict.status, verdict.detail,
                           &ex->answer);
    else
        refuse_plainly(ex, verdict);
    if (verdict.status == 405)
        http_answer_header(&ex->answer, "Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
    if (verdict.status == 503)
        http_answer_header(&ex->answer, "Retry-After", "1");
    http_reply_settle(&ex->reply, ex);
    ex->reply.close = ex->reply.close || verdict.status != 503;
}

struct arena *http_arena(struct http_request *rq)
{
    struct http_exchange *ex = rq->own;
    if (ex->arena == NULL)
        ex->arena = arena_create();
    rq->arena = ex->arena;
    return ex->arena;
}

const char *http_header(const struct http_request *rq, const char *name)
{
    const struct http_exchange *ex = rq->own;
    const struct http_field *f = http_head_find(&ex->head, name);
    return f == NULL ? NULL : f->value;
}

const char *http_query(const struct http_request *rq, const char *name)
{
    struct http_exchange *ex = rq->own;
    const char *value = NULL;
    size_t n = 0;
    if (!http_query_find(ex->query, ex->query_size, name, &value, &n))
        return NULL;
    char *text = arena_alloc(http_arena(&ex->rq), n + 1);
    http_query_decode(value, n, text);
    return text;
}

const char *http_target(const struct http_request *rq, size_t *n)
{
    const struct http_exchange *ex = rq->own;
    *n = ex->head.target_size;
    return ex->head.target;
}

/* "a=b; name=value": the value in one Cookie field, or NULL. */
static const char *find_cookie(const struct http_field *f, const char *name, size_t *size)
{
    size_t length = strlen(name);
    const char *end = f->value + f->value_size;
    for (const char *at = f->value; at < end;) {
        const char *semicolon = memchr(at, ';', (size_t)(end - at));
        const char *stop = semicolon != NULL ? semicolon : end;
        while (at < stop && *at == ' ')
            at++;
        if ((size_t)(stop - at) > length && memcmp(at, name, length) == 0 && at[length] == '=') {
            *size = (size_t)(stop - at) - length - 1;
            return at + length + 1;
        }
        at = stop + 1;
    }
    return NULL;
}

const char *http_cookie(const struct http_request *rq, const char *name)
{
    struct http_exchange *ex = rq->own;
    for (size_t i = 0; i < ex->head.n_fields; i++) {
        const struct http_field *f = &ex->head.fields[i];
        size_t n = 0;
        if (f->name_size != 6 || strcasecmp(f->name, "Cookie") != 0)
            continue;
        const char *value = find_cookie(f, name, &n);
        if (value != NULL)
            return arena_strndup(http_arena(&ex->rq), value, n);
    }
    return NULL;
}

void http_answer_header(struct http_answer *answer, const char *name, const char *value)
{
    assert(answer->n_headers < HTTP_HEADERS_MAX);
    answer->headers[answer->n_headers][0] = name;
    answer->headers[answer->n_headers][1] = value;
    answer->n_headers++;
}
