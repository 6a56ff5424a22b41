#include "driver/http/content.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static size_t count_headers(const char *const *headers)
{
    size_t n = 0;
    while (headers != NULL && headers[n] != NULL)
        n++;
    assert(n % 2 == 0 && n / 2 <= HTTP_HEADERS_MAX);
    return n;
}

static bool copy_text(const char **to, const char *from)
{
    *to = from == NULL ? NULL : strdup(from);
    return from == NULL || *to != NULL;
}

static bool copy_headers(struct http_content *c, const char *const *headers)
{
    size_t n = count_headers(headers);
    c->headers = calloc(n + 1, sizeof *c->headers);
    if (c->headers == NULL)
        return false;
    for (size_t i = 0; i < n; i++)
        if (!copy_text(&c->headers[i], headers[i]))
            return false;
    c->params.headers = c->headers;
    return true;
}

static void content_free(struct http_content *c)
{
    for (size_t i = 0; c->headers != NULL && c->headers[i] != NULL; i++)
        free((void *)c->headers[i]);
    free(c->headers);
    free((void *)c->params.content_type);
    free((void *)c->params.cache_control);
    free((void *)c->params.etag);
    free((void *)c->params.encoding);
    free(c->bytes);
    free(c);
}

struct http_content *http_content_create(const void *bytes, size_t n,
                                         const struct http_content_params *params)
{
    struct http_content *c = calloc(1, sizeof *c);
    if (c == NULL)
        return NULL;
    atomic_init(&c->holders, 1);
    atomic_init(&c->users, 1);
    c->size = n;
    c->bytes = malloc(n > 0 ? n : 1);
    bool whole = c->bytes != NULL && copy_text(&c->params.content_type, params->content_type) &&
                 copy_text(&c->params.cache_control, params->cache_control) &&
                 copy_text(&c->params.etag, params->etag) &&
                 copy_text(&c->params.encoding, params->encoding) &&
                 copy_headers(c, params->headers);
    if (!whole) {
        content_free(c);
        return NULL;
    }
    if (n > 0)
        memcpy(c->bytes, bytes, n);
    return c;
}

struct http_content *http_content_ref(struct http_content *content)
{
    atomic_fetch_add_explicit(&content->holders, 1, memory_order_relaxed);
    return content;
}

/* Who is being sent it holds a reference until the end; what an engine keeps prepared does not
 * count. */
bool http_content_is_lent(const struct http_content *content)
{
    return atomic_load(&content->holders) > 1;
}

void http_content_use(struct http_content *content)
{
    atomic_fetch_add_explicit(&content->users, 1, memory_order_relaxed);
}

void http_content_unuse(struct http_content *content)
{
    if (atomic_fetch_sub(&content->users, 1) == 1)
        content_free(content);
}

void http_content_unref(struct http_content **content)
{
    struct http_content *c = *content;
    *content = NULL;
    if (c == NULL || atomic_fetch_sub(&c->holders, 1) != 1)
        return;
    for (size_t i = 0; i < HTTP_SLOTS; i++) {
        struct http_prepared *prepared = atomic_exchange(&c->prepared[i], NULL);
        if (prepared != NULL)
            prepared->destroy(prepared);
    }
    http_content_unuse(c);
}

struct http_prepared *http_content_prepared(struct http_content *content, enum http_slot slot,
                                            uint64_t server)
{
    struct http_prepared *p = atomic_load_explicit(&content->prepared[slot], memory_order_acquire);
    return p != NULL && p->server == server ? p : NULL;
}

bool http_content_prepare(struct http_content *content, enum http_slot slot,
                          struct http_prepared *prepared)
{
    struct http_prepared *none = NULL;
    return atomic_compare_exchange_strong(&content->prepared[slot], &none, prepared);
}

struct http_file *http_file_create(int fd)
{
    struct http_file *file = malloc(sizeof *file);
    if (file == NULL)
        abort();
    atomic_init(&file->holders, 1);
    file->fd = fd;
    return file;
}

struct http_file *http_file_ref(struct http_file *file)
{
    atomic_fetch_add_explicit(&file->holders, 1, memory_order_relaxed);
    return file;
}

bool http_file_is_lent(const struct http_file *file)
{
    return atomic_load(&file->holders) > 1;
}

void http_file_unref(struct http_file **file)
{
    struct http_file *f = *file;
    *file = NULL;
    if (f == NULL || atomic_fetch_sub(&f->holders, 1) != 1)
        return;
    close(f->fd);
    free(f);
}
