#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "driver/http/content.h"
#include "driver/http/reply.h"
#include "driver/http/session.h"

static ssize_t never_read(void *cls, uint64_t pos, char *buf, size_t max)
{
    (void)cls, (void)pos, (void)buf, (void)max;
    return MHD_CONTENT_READER_END_WITH_ERROR;
}

static void free_prepared_bytes(void *content)
{
    http_content_unuse(content);
}

/* libmicrohttpd closes the descriptor it is given, so it is given one of its own. */
static struct MHD_Response *file_response(const struct http_reply *reply)
{
    int fd = fcntl(reply->file->fd, F_DUPFD_CLOEXEC, 0);
    if (fd < 0)
        return NULL;
    struct MHD_Response *response =
        MHD_create_response_from_fd_at_offset64(reply->size, fd, reply->offset);
    if (response == NULL)
        close(fd);
    return response;
}

static struct MHD_Response *body_response(const struct http_reply *reply, enum http_method method)
{
    if (reply->size == 0)
        return MHD_create_response_from_buffer(0, (void *)"", MHD_RESPMEM_PERSISTENT);
    if (method == HTTP_HEAD || reply->status == 304)
        return MHD_create_response_from_callback(reply->size, 1, never_read, NULL, NULL);
    if (reply->body == HTTP_FILE)
        return file_response(reply);
    return MHD_create_response_from_buffer(reply->size, (void *)reply->bytes,
                                           MHD_RESPMEM_PERSISTENT);
}

static void add_headers(struct MHD_Response *response, struct http_exchange *ex)
{
    for (size_t i = 0; i < ex->reply.n_headers; i++)
        MHD_add_response_header(response, ex->reply.headers[i][0], ex->reply.headers[i][1]);
}

struct prepared {
    struct http_prepared base;
    struct MHD_Response *response;
};

static void prepared_destroy(struct http_prepared *base)
{
    struct prepared *p = (struct prepared *)base;
    MHD_destroy_response(p->response);
    free(p);
}

/* Makes the content's own response; NULL when there is no memory for it. */
static struct MHD_Response *prepare(struct session *s)
{
    struct http_content *content = s->ex.reply.content;
    struct MHD_Response *response = MHD_create_response_from_buffer_with_free_callback_cls(
        content->size, content->bytes, free_prepared_bytes, content);
    if (response == NULL)
        return NULL;
    http_content_use(content);
    http_reply_describe(&s->ex.reply, &s->ex);
    add_headers(response, &s->ex);
    struct prepared *p = malloc(sizeof *p);
    if (p == NULL)
        return response;
    *p = (struct prepared){ { s->engine->params.serial, prepared_destroy }, response };
    if (!s->ex.reply.failed && http_content_prepare(content, HTTP_SLOT_FALLBACK, &p->base))
        return response;
    free(p);
    return response;
}

static enum MHD_Result queue(struct session *s, struct MHD_Response *response, bool ours)
{
    if (response == NULL)
        return MHD_NO;
    enum MHD_Result result =
        MHD_queue_response(s->connection, (unsigned)s->ex.reply.status, response);
    if (ours)
        MHD_destroy_response(response);
    return result;
}

static enum MHD_Result send_prepared(struct session *s)
{
    struct http_content *content = s->ex.reply.content;
    uint64_t serial = s->engine->params.serial;
    struct prepared *p =
        (struct prepared *)http_content_prepared(content, HTTP_SLOT_FALLBACK, serial);
    if (p != NULL)
        return queue(s, p->response, false);
    struct MHD_Response *response = prepare(s);
    p = (struct prepared *)http_content_prepared(content, HTTP_SLOT_FALLBACK, serial);
    return queue(s, response, p == NULL || p->response != response);
}

enum MHD_Result http_session_send(struct session *s)
{
    struct http_reply *reply = &s->ex.reply;
    bool close = reply->close || http_watch_stopping(s->engine->params.watch);
    if (reply->prepared && !close)
        return send_prepared(s);
    http_reply_describe(reply, &s->ex);
    struct MHD_Response *response = body_response(reply, s->ex.rq.method);
    if (response == NULL && reply->file != NULL && reply->size > 0) {
        /* No descriptor left: that passes, so it is not our end. */
        http_exchange_refuse(&s->ex, (struct http_verdict){ 503, "Too many files are open." });
        http_reply_describe(reply, &s->ex);
        response = body_response(reply, s->ex.rq.method);
    }
    if (response == NULL)
        return MHD_NO;
    add_headers(response, &s->ex);
    if (close)
        MHD_add_response_header(response, "Connection", "close");
    return queue(s, response, true);
}
