/* The head of a request, as strangers send it: what is taken must be safe to hand on, and must not
 * be readable in another way. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "driver/http/parse.h"
#include "driver/http/range.h"
#include "driver/http/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_fields(const struct http_head *head, const char *bytes, size_t n)
{
    unsigned hosts = 0, lengths = 0, codings = 0;
    for (size_t i = 0; i < head->n_fields; i++) {
        const struct http_field *f = &head->fields[i];
        assert(f->name >= bytes && f->value + f->value_size < bytes + n);
        assert(strlen(f->name) == f->name_size && strlen(f->value) == f->value_size);
        assert(strpbrk(f->name, " \t\r\n:") == NULL && strpbrk(f->value, "\r\n") == NULL);
        hosts += strcasecmp(f->name, "host") == 0 ? 1 : 0;
        lengths += strcasecmp(f->name, "content-length") == 0 ? 1 : 0;
        codings += strcasecmp(f->name, "transfer-encoding") == 0 ? 1 : 0;
    }
    assert(hosts == 1 || (hosts == 0 && head->minor == 0));
    assert(lengths + codings <= 1 && head->chunked == (codings == 1));
}

static void check_target(const struct http_head *head)
{
    char *path = malloc(head->target_size + 1);
    const char *query = NULL;
    size_t query_size = 0;
    assert(path != NULL);
    if (http_target_read(head->target, head->target_size, path, &query, &query_size) == NULL) {
        assert(path[0] == '/' && strlen(path) <= head->target_size);
        assert(text_is_line(path, strlen(path)));
        assert(strstr(path, "//") == NULL && strstr(path, "/../") == NULL);
        const char *value = NULL;
        size_t n = 0;
        if (http_query_find(query, query_size, "q", &value, &n)) {
            char *text = malloc(n + 1);
            assert(text != NULL);
            http_query_decode(value, n, text);
            assert(text_is_utf8(text, strlen(text)));
            free(text);
        }
    }
    free(path);
}

static void check_range(const struct http_head *head, uint64_t whole)
{
    const struct http_field *f = http_head_find(head, "range");
    uint64_t first = 0, length = 0;
    if (f == NULL ||
        http_range_parse(f->value, f->value_size, whole, &first, &length) != HTTP_RANGE_PART)
        return;
    assert(length > 0 && first < whole && length <= whole - first);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct http_head head;
    struct http_verdict verdict = { 0, NULL };
    size_t n = 0;
    if (size > HTTP_HEAD_MAX + 1)
        return 0;
    char *bytes = malloc(size + 1);
    assert(bytes != NULL);
    memcpy(bytes, data, size);
    enum http_parsed got = http_head_parse(bytes, size, &head, &n, &verdict);
    assert(got != HTTP_REFUSED || verdict.status >= 400);
    if (got == HTTP_PARSED && http_head_check(&head).status == 0) {
        assert(n <= size && memcmp(data + n - 4, "\r\n\r\n", 4) == 0);
        assert(memmem(data + 2, n - 3, "\r\n\r\n", 4) == NULL);
        if (head.n_fields < HTTP_FIELDS_MAX)
            check_fields(&head, bytes, n);
        check_target(&head);
        check_range(&head, size * 1000);
    }
    free(bytes);
    return 0;
}
