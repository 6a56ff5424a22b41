#include <string.h>

#include "driver/http/session.h"

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

size_t http_session_head_size(const struct session *s)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(s->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    return info == NULL ? SIZE_MAX : info->header_size;
}

bool http_session_read_head(struct session *s, const char *method, const char *version)
{
    struct http_head *head = &s->ex.head;
    struct walk walk = { .session = s, .plain = true };
    size_t size = http_session_head_size(s);
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
