#include "driver/http/fallback.h"

#include <fcntl.h>
#include <microhttpd.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/residue.h"
#include "driver/http/peer.h"
#include "driver/http/session.h"

enum {
    CONNECTION_MEMORY = 32 * 1024, /* bytes: a head at our ceiling and the answer's head */
    OVERSIZE_FACTOR = 2,           /* how much of a chunked body past its ceiling we read */
};

static enum MHD_Result refuse(struct session *s, struct http_verdict verdict)
{
    s->stage = STAGE_DONE;
    http_watch_phase(s->engine->params.watch, &s->watched, HTTP_PHASE_BUSY);
    http_exchange_refuse(&s->ex, verdict);
    return http_session_send(s);
}

static enum MHD_Result begin(struct session *s, const char *method, const char *version)
{
    bool plain = http_session_read_head(s, method, version);
    struct http_verdict verdict = http_exchange_begin(&s->ex, http_session_head_size(s));
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
    residue_wipe(); /* before the answer goes out: keys are given and used in this thread */
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
        return http_session_send(s);
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
    case STAGE_DONE: return http_session_send(s);
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
