#include "driver/http/condition.h"

#include <string.h>

struct tag {
    const char *text; /* with its quotes */
    size_t n;
    bool weak;
};

/* Takes `W/"x"` or `"x"` off the front; false when there is none. */
static bool take_tag(const char **at, const char *end, struct tag *out)
{
    const char *p = *at;
    out->weak = end - p >= 2 && p[0] == 'W' && p[1] == '/';
    if (out->weak)
        p += 2;
    if (p == end || *p != '"')
        return false;
    const char *close = memchr(p + 1, '"', (size_t)(end - p - 1));
    if (close == NULL)
        return false;
    out->text = p;
    out->n = (size_t)(close + 1 - p);
    *at = close + 1;
    return true;
}

static bool is_separator(char c)
{
    return c == ' ' || c == '\t' || c == ',';
}

static bool is_ours(const struct tag *tag, const char *etag, enum http_compare how)
{
    if (how == HTTP_STRONG && tag->weak)
        return false;
    return tag->n == strlen(etag) && memcmp(tag->text, etag, tag->n) == 0;
}

bool http_etag_listed(const char *list, size_t n, const char *etag, enum http_compare how)
{
    const char *at = list, *end = list + n;
    struct tag tag;
    if (n == 1 && list[0] == '*')
        return true;
    while (at < end) {
        if (is_separator(*at)) {
            at++;
            continue;
        }
        if (!take_tag(&at, end, &tag))
            return false;
        if (is_ours(&tag, etag, how))
            return true;
    }
    return false;
}

bool http_etag_allows_range(const char *value, size_t n, const char *etag)
{
    const char *at = value, *end = value + n;
    struct tag tag;
    return take_tag(&at, end, &tag) && at == end && is_ours(&tag, etag, HTTP_STRONG);
}
