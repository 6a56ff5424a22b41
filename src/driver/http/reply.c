#include "driver/http/reply.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "driver/http/condition.h"
#include "driver/http/content.h"
#include "driver/http/range.h"

static void put(struct http_reply *reply, const char *name, const char *value)
{
    if (value == NULL || reply->n_headers == HTTP_REPLY_HEADERS_MAX)
        return;
    reply->headers[reply->n_headers][0] = name;
    reply->headers[reply->n_headers][1] = value;
    reply->n_headers++;
}

static void take_references(struct http_reply *reply, const struct http_answer *answer)
{
    assert(answer->source != HTTP_CONTENT || answer->content != NULL);
    assert(answer->source != HTTP_FILE || answer->file != NULL);
    if (answer->source == HTTP_CONTENT)
        reply->content = answer->give ? answer->content : http_content_ref(answer->content);
    if (answer->source == HTTP_FILE)
        reply->file = answer->give ? answer->file : http_file_ref(answer->file);
}

void http_reply_finish(struct http_reply *reply)
{
    http_content_unref(&reply->content);
    http_file_unref(&reply->file);
}

static void describe_body(struct http_reply *reply, const struct http_answer *answer)
{
    if (answer->source == HTTP_BYTES) {
        reply->body = HTTP_BYTES;
        reply->bytes = answer->bytes;
        reply->size = answer->size;
    } else if (answer->source == HTTP_CONTENT) {
        reply->body = HTTP_BYTES;
        reply->bytes = reply->content->bytes;
        reply->size = reply->content->size;
    } else if (answer->source == HTTP_FILE) {
        reply->body = HTTP_FILE;
        reply->offset = answer->offset;
        reply->size = answer->length;
    }
}

static void drop_body(struct http_reply *reply)
{
    reply->body = HTTP_EMPTY;
    reply->size = 0;
}

/* Writes the entity tag with its quotes; "" when there is none, or none that can be written. */
static void describe_etag(struct http_reply *reply, const struct http_answer *answer)
{
    const char *etag = answer->etag;
    if (etag == NULL && reply->content != NULL)
        etag = reply->content->params.etag;
    size_t n = etag == NULL ? 0 : strlen(etag);
    if (etag == NULL || n > HTTP_ETAG_MAX || memchr(etag, '"', n) != NULL)
        return;
    reply->etag[0] = '"';
    memcpy(reply->etag + 1, etag, n);
    memcpy(reply->etag + 1 + n, "\"", 2);
}

/* 304 or 412 where the request's conditions say so (RFC 9110, section 13.2.2), else 200. */
static int precondition(const struct http_exchange *ex, const char *etag)
{
    const struct http_field *match = http_head_find(&ex->head, "If-Match");
    if (match != NULL && !http_etag_listed(match->value, match->value_size, etag, HTTP_STRONG))
        return 412;
    const struct http_field *none = http_head_find(&ex->head, "If-None-Match");
    if (none != NULL && http_etag_listed(none->value, none->value_size, etag, HTTP_WEAK))
        return 304;
    return 200;
}

static bool range_applies(const struct http_exchange *ex, const char *etag)
{
    const struct http_field *f = http_head_find(&ex->head, "If-Range");
    return f == NULL || (etag[0] != 0 && http_etag_allows_range(f->value, f->value_size, etag));
}

/* Range is defined for GET alone (RFC 9110, section 14.2). */
static void settle_range(struct http_reply *reply, const struct http_exchange *ex)
{
    const struct http_field *f = http_head_find(&ex->head, "Range");
    uint64_t first = 0, length = 0, whole = reply->size;
    if (ex->rq.method != HTTP_GET || f == NULL || !range_applies(ex, reply->etag))
        return;
    switch (http_range_parse(f->value, f->value_size, whole, &first, &length)) {
    case HTTP_RANGE_WHOLE: return;
    case HTTP_RANGE_PART:
        reply->status = 206;
        reply->offset += first;
        reply->size = length;
        snprintf(reply->content_range, sizeof reply->content_range,
                 "bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64, first, first + length - 1, whole);
        break;
    case HTTP_RANGE_NONE:
        reply->status = 416;
        drop_body(reply);
        snprintf(reply->content_range, sizeof reply->content_range, "bytes */%" PRIu64, whole);
        break;
    }
}

static void settle_conditions(struct http_reply *reply, const struct http_exchange *ex)
{
    bool reads = ex->rq.method == HTTP_GET || ex->rq.method == HTTP_HEAD;
    if (!reads || reply->status != 200)
        return;
    if (reply->etag[0] != 0)
        reply->status = precondition(ex, reply->etag);
    if (reply->status == 412)
        drop_body(reply);
    if (reply->status == 200 && reply->body == HTTP_FILE)
        settle_range(reply, ex);
}

static void put_common(struct http_reply *reply, const struct http_exchange *ex)
{
    for (size_t i = 0; i < HTTP_HEADERS_MAX && ex->params->common_headers[i][0] != NULL; i++)
        put(reply, ex->params->common_headers[i][0], ex->params->common_headers[i][1]);
    reply->n_common = reply->n_headers;
}

/* What a refused condition or range says of caching holds for it, not for the refusal. */
static bool is_refusal(const struct http_reply *reply)
{
    return reply->status == 412 || reply->status == 416;
}

static void put_described(struct http_reply *reply, const struct http_answer *answer)
{
    const struct http_content_params *content =
        reply->content != NULL ? &reply->content->params : NULL;
    const char *cache = answer->cache_control;
    if (cache == NULL && content != NULL)
        cache = content->cache_control;
    if (reply->file != NULL)
        put(reply, "Accept-Ranges", "bytes");
    if (reply->body != HTTP_EMPTY && reply->status != 304)
        put(reply, "Content-Type", content != NULL ? content->content_type : answer->content_type);
    put(reply, "Content-Encoding", content != NULL ? content->encoding : NULL);
    put(reply, "Cache-Control", cache == NULL || is_refusal(reply) ? "no-store" : cache);
    put(reply, "ETag", reply->etag[0] != 0 ? reply->etag : NULL);
    put(reply, "Content-Range", reply->content_range[0] != 0 ? reply->content_range : NULL);
    for (size_t i = 0; content != NULL && content->headers[i] != NULL; i += 2)
        put(reply, content->headers[i], content->headers[i + 1]);
    for (size_t i = 0; i < answer->n_headers; i++)
        put(reply, answer->headers[i][0], answer->headers[i][1]);
}

/* What goes out on a line of its own has no line break in it. The common ones were looked at when
 * the server was made. */
static bool headers_are_sendable(const struct http_reply *reply)
{
    for (size_t i = reply->n_common; i < reply->n_headers; i++) {
        const char *name = reply->headers[i][0], *value = reply->headers[i][1];
        if (!http_is_token(name, strlen(name)) || !http_is_value(value, strlen(value)))
            return false;
    }
    return true;
}

static bool answer_is_sendable(const struct http_answer *answer)
{
    if (answer->status < 200 || answer->status > 599)
        return false;
    if (answer->source == HTTP_BYTES && answer->bytes == NULL && answer->size > 0)
        return false;
    return answer->source != HTTP_FILE ||
           (answer->offset <= INT64_MAX && answer->length <= INT64_MAX - answer->offset);
}

void http_reply_fail(struct http_reply *reply)
{
    drop_body(reply);
    reply->status = 500;
    reply->prepared = false;
    reply->failed = true;
}

static bool is_prepared(const struct http_reply *reply, const struct http_answer *answer)
{
    return reply->content != NULL && reply->status == 200 && answer->n_headers == 0 &&
           answer->cache_control == NULL && answer->etag == NULL;
}

void http_reply_settle(struct http_reply *reply, const struct http_exchange *ex)
{
    const struct http_answer *answer = &ex->answer;
    http_reply_finish(reply);
    reply->status = answer->status;
    reply->close = ex->head.close;
    reply->prepared = reply->failed = false;
    reply->n_headers = 0;
    reply->body = HTTP_EMPTY;
    reply->size = 0;
    reply->etag[0] = reply->content_range[0] = 0;
    take_references(reply, answer);
    if (!answer_is_sendable(answer)) {
        http_reply_fail(reply);
        return;
    }
    describe_body(reply, answer);
    describe_etag(reply, answer);
    settle_conditions(reply, ex);
    reply->prepared = is_prepared(reply, answer);
    if (reply->status == 204 || answer->status == 304)
        drop_body(reply);
}

void http_reply_describe(struct http_reply *reply, const struct http_exchange *ex)
{
    reply->n_headers = 0;
    put_common(reply, ex);
    if (!reply->failed)
        put_described(reply, &ex->answer);
    if (!headers_are_sendable(reply))
        http_reply_fail(reply);
    if (!reply->failed)
        return;
    reply->n_headers = 0;
    put_common(reply, ex);
    put(reply, "Cache-Control", "no-store");
}
