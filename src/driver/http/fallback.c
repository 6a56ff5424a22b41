#include "driver/http/fallback.h"

#include <arpa/inet.h>
#include <assert.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "driver/http/content.h"
#include "driver/http/exchange.h"
#include "driver/http/peer.h"
#include "driver/http/reply.h"

enum {
    CONNECTION_MEMORY = 32 * 1024, /* bytes: a head at our ceiling and the answer's head */
    OVERSIZE_FACTOR = 2,           /* how much of a chunked body past its ceiling we read */
};

struct http_fallback {
    struct http_fallback_params params;
    struct MHD_Daemon *daemon;
};

/* HEAD -checked-> BODY -all read-> POOL -handled-> DONE; NOW goes from BODY to DONE at once. */
enum stage { STAGE_HEAD, STAGE_BODY, STAGE_POOL, STAGE_DONE };

/* One connection, and the request that is on it. Used by its event thread; while stage is POOL, by
 * the pool's. */
struct session {
    struct http_watched watched;
    struct http_fallback *engine;
    struct MHD_Connection *connection;
    struct http_exchange ex;
    struct http_job job;
    enum stage stage;
    uint64_t received;
    struct http_verdict verdict; /* of the body: what to refuse with once it is read */
    bool linger;
    const char *raw; /* the target as libmicrohttpd has it, which it will cut up */
    char *target;    /* a copy, in room that is kept between requests */
    size_t target_size, target_room;
};

/* libmicrohttpd drops line ends, folds lines and skips spaces without telling, but works in place:
 * where every piece of the head begins and ends still says how the bytes between were. */
struct walk {
    struct session *session;
    const char *at; /* where the next line has to begin */
    bool plain;     /* so far, every line was where it should be */
};

static bool is_blank(const char *from, const char *to)
{
    for (; from < to; from++)
        if (*from != ' ' && *from != '\t')
            return false;
    return true;
}

static size_t trimmed(const char *value, size_t n)
{
    while (n > 0 && (value[n - 1] == ' ' || value[n - 1] == '\t'))
        n--;
    return n;
}

static enum MHD_Result add_field(void *cls, enum MHD_ValueKind kind, const char *name,
                                 size_t name_size, const char *value, size_t value_size)
{
    struct walk *walk = cls;
    struct http_exchange *ex = &walk->session->ex;
    struct http_head *head = &ex->head;
    (void)kind;
    if (head->n_fields == HTTP_FIELDS_MAX)
        return MHD_NO;
    const char *behind = name + name_size + 1;
    walk->plain = walk->plain && name == walk->at && value != NULL && value >= behind &&
                  value - behind < HTTP_HEAD_MAX && is_blank(behind, value);
    walk->at = value + value_size + 2;
    size_t n = trimmed(value, value_size);
    if (n != value_size)
        value = arena_strndup(http_arena(&ex->rq), value, n);
    head->fields[head->n_fields++] = (struct http_field){ name, value, name_size, n };
    return MHD_YES;
}

static size_t head_size_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    return info == NULL ? SIZE_MAX : info->header_size;
}

/* Fills in ex.head from the pieces; false when they do not lie as plain lines do. */
static bool read_head(struct session *s, const char *method, const char *version)
{
    struct http_head *head = &s->ex.head;
    struct walk walk = { .session = s, .plain = true };
    size_t size = head_size_of(s->connection);
    head->method = method;
    head->method_size = strlen(method);
    head->target = s->target;
    head->target_size = s->target_size;
    head->minor = strcmp(version, "HTTP/1.0") == 0 ? 0 : 1;
    head->n_fields = 0;
    head->close = head->chunked = false;
    head->content_length = 0;
    s->ex.rq.own = &s->ex;
    walk.plain = s->raw == method + head->method_size + 1 &&
                 version == s->raw + s->target_size + 1 && strlen(version) == strlen("HTTP/1.1");
    walk.at = version + strlen("HTTP/1.1") + 2;
    MHD_get_connection_values_n(s->connection, MHD_HEADER_KIND, add_field, &walk);
    return (walk.plain && walk.at + 2 == method + size) || head->n_fields == HTTP_FIELDS_MAX;
}

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

static enum MHD_Result send_reply(struct session *s)
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

static enum MHD_Result refuse(struct session *s, struct http_verdict verdict)
{
    s->stage = STAGE_DONE;
    http_watch_phase(s->engine->params.watch, &s->watched, HTTP_PHASE_BUSY);
    http_exchange_refuse(&s->ex, verdict);
    return send_reply(s);
}

static enum MHD_Result begin(struct session *s, const char *method, const char *version)
{
    bool plain = read_head(s, method, version);
    struct http_verdict verdict = http_exchange_begin(&s->ex, head_size_of(s->connection));
    if (!plain)
        verdict = (struct http_verdict){ 400, "The lines of the head are not plain lines." };
    if (verdict.status != 0) {
        s->linger = s->ex.head.chunked || s->ex.head.content_length > 0;
        return refuse(s, verdict);
    }
    s->stage = STAGE_BODY;
    s->received = 0;
    s->verdict = verdict;
    http_watch_phase(s->engine->params.watch, &s->watched, HTTP_PHASE_BODY);
    return MHD_YES;
}

/* libmicrohttpd takes no answer while a body comes. One of unknown length that grows too large is
 * thus read on for a while to be refused properly, and cut when it does not end. */
static enum MHD_Result take_body(struct session *s, const char *bytes, size_t n)
{
    s->received += n;
    http_watch_progress(&s->watched, n);
    if (s->verdict.status == 0)
        s->verdict = http_exchange_body(&s->ex, bytes, n);
    uint64_t ceiling = s->engine->params.server->body_max;
    return s->received / OVERSIZE_FACTOR > ceiling ? MHD_NO : MHD_YES;
}

static void run_later(struct http_job *job, bool cancelled)
{
    struct session *s = (struct session *)(void *)((char *)job - offsetof(struct session, job));
    if (cancelled)
        http_exchange_refuse(&s->ex, (struct http_verdict){ 503, "The server is stopping." });
    else
        http_exchange_run(&s->ex);
    s->stage = STAGE_DONE;
    MHD_resume_connection(s->connection);
}

static enum MHD_Result answer(struct session *s)
{
    if (s->verdict.status != 0)
        return refuse(s, s->verdict);
    http_watch_phase(s->engine->params.watch, &s->watched, HTTP_PHASE_BUSY);
    if (s->ex.lane == HTTP_NOW) {
        http_exchange_run(&s->ex);
        s->stage = STAGE_DONE;
        return send_reply(s);
    }
    s->stage = STAGE_POOL;
    s->job.run = run_later;
    MHD_suspend_connection(s->connection);
    if (http_pool_give(s->engine->params.pool, &s->job))
        return MHD_YES;
    http_exchange_refuse(&s->ex, (struct http_verdict){ 503, "Too many requests are waiting." });
    s->stage = STAGE_DONE;
    MHD_resume_connection(s->connection);
    return MHD_YES;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **request)
{
    struct session *s = *request;
    (void)cls, (void)connection, (void)url;
    switch (s->stage) {
    case STAGE_HEAD: return begin(s, method, version);
    case STAGE_BODY:
        if (*upload_size == 0)
            return answer(s);
        if (take_body(s, upload, *upload_size) != MHD_YES)
            return MHD_NO;
        *upload_size = 0;
        return MHD_YES;
    case STAGE_POOL: return MHD_YES;
    case STAGE_DONE: return send_reply(s);
    }
    return MHD_NO;
}

static void copy_target(struct session *s, const char *target)
{
    size_t n = strlen(target);
    if (n >= s->target_room) {
        s->target = realloc(s->target, n + 1);
        if (s->target == NULL)
            abort();
        s->target_room = n + 1;
    }
    memcpy(s->target, target, n + 1);
    s->target_size = n;
}

/* Called with the request line, before it is cut up. */
static void *on_request_line(void *cls, const char *target, struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct session *s = info->socket_context;
    (void)cls;
    copy_target(s, target == NULL ? "" : target);
    s->raw = target;
    s->stage = STAGE_HEAD;
    return s;
}

static void on_done(void *cls, struct MHD_Connection *connection, void **request,
                    enum MHD_RequestTerminationCode how)
{
    struct session *s = *request;
    struct http_fallback *engine = cls;
    (void)connection, (void)how;
    if (s == NULL)
        return;
    *request = NULL;
    http_exchange_reset(&s->ex);
    if (s->linger) {
        int fd = fcntl(s->watched.fd, F_DUPFD_CLOEXEC, 0);
        if (fd >= 0)
            http_watch_linger(engine->params.watch, fd);
        s->linger = false;
    }
    http_watch_phase(engine->params.watch, &s->watched, HTTP_PHASE_HEAD);
}

static void session_open(struct http_fallback *engine, struct MHD_Connection *connection,
                         void **context)
{
    struct session *s = calloc(1, sizeof *s);
    if (s == NULL)
        abort();
    s->engine = engine;
    s->connection = connection;
    http_exchange_init(&s->ex, engine->params.server);
    const union MHD_ConnectionInfo *address =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    http_peer_format(address->client_addr, s->ex.peer);
    const union MHD_ConnectionInfo *fd =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    http_watch_add(engine->params.watch, &s->watched, fd->connect_fd);
    if (engine->params.listener < 0)
        http_watch_release(engine->params.watch);
    *context = s;
}

static void session_close(struct http_fallback *engine, void **context)
{
    struct session *s = *context;
    *context = NULL;
    if (s == NULL)
        return;
    http_watch_remove(engine->params.watch, &s->watched);
    http_exchange_finish(&s->ex);
    free(s->target);
    free(s);
}

static void on_connection(void *cls, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode what)
{
    if (what == MHD_CONNECTION_NOTIFY_STARTED)
        session_open(cls, connection, context);
    else
        session_close(cls, context);
}

/* Decoding is ours: see target.h. */
static size_t leave_escaped(void *cls, struct MHD_Connection *connection, char *text)
{
    (void)cls, (void)connection;
    return strlen(text);
}

static struct MHD_Daemon *start(struct http_fallback *engine)
{
    const struct http_server_params *server = engine->params.server;
    /* The ceiling is one for all; where connections are given to us it has been kept already, and
     * libmicrohttpd would divide it between its threads. */
    unsigned most = server->connections_max;
    if (engine->params.listener < 0)
        most = most * server->event_threads + server->event_threads;
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC;
    struct MHD_OptionItem options[] = {
        { MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)on_done, engine },
        { MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)on_connection, engine },
        { MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)on_request_line, engine },
        { MHD_OPTION_UNESCAPE_CALLBACK, (intptr_t)leave_escaped, engine },
        { MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL },
        { MHD_OPTION_CONNECTION_TIMEOUT, (intptr_t)server->idle_seconds, NULL },
        { MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, NULL },
        { MHD_OPTION_CONNECTION_LIMIT, (intptr_t)most, NULL },
        { server->event_threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END,
          (intptr_t)server->event_threads, NULL },
        { MHD_OPTION_END, 0, NULL },
    };
    if (engine->params.listener < 0)
        flags |= MHD_USE_NO_LISTEN_SOCKET;
    return MHD_start_daemon(flags, 0, NULL, NULL, on_request, engine, MHD_OPTION_ARRAY, options,
                            engine->params.listener < 0 ? MHD_OPTION_END : MHD_OPTION_LISTEN_SOCKET,
                            engine->params.listener, MHD_OPTION_END);
}

enum err http_fallback_create(const struct http_fallback_params *params, struct http_fallback **out)
{
    struct http_fallback *engine = calloc(1, sizeof *engine);
    if (engine == NULL)
        return ERR_MEMORY;
    engine->params = *params;
    engine->daemon = start(engine);
    if (engine->daemon == NULL) {
        free(engine);
        return ERR_FULL;
    }
    *out = engine;
    return OK;
}

void http_fallback_give(struct http_fallback *engine, int fd, const struct sockaddr *address,
                        socklen_t size)
{
    if (MHD_add_connection(engine->daemon, fd, address, size) != MHD_YES)
        http_watch_release(engine->params.watch); /* and libmicrohttpd has closed it */
}

void http_fallback_quiet(struct http_fallback *engine)
{
    MHD_quiesce_daemon(engine->daemon);
}

void http_fallback_destroy(struct http_fallback **engine)
{
    struct http_fallback *e = *engine;
    *engine = NULL;
    if (e == NULL)
        return;
    MHD_stop_daemon(e->daemon);
    free(e);
}
