#include "driver/http/range.h"

#include <stdbool.h>
#include <strings.h>

struct text {
    const char *at, *end;
};

static void skip_space(struct text *t)
{
    while (t->at < t->end && (*t->at == ' ' || *t->at == '\t'))
        t->at++;
}

static bool skip_char(struct text *t, char c)
{
    if (t->at == t->end || *t->at != c)
        return false;
    t->at++;
    return true;
}

/* A number that does not fit is as good as the largest: no file reaches it. False without digits.
 */
static bool take_number(struct text *t, uint64_t *out)
{
    const char *start = t->at;
    uint64_t v = 0;
    for (; t->at < t->end && *t->at >= '0' && *t->at <= '9'; t->at++) {
        uint64_t digit = (uint64_t)(*t->at - '0');
        v = v > (UINT64_MAX - digit) / 10 ? UINT64_MAX : v * 10 + digit;
    }
    *out = v;
    return t->at > start;
}

static bool take_unit(struct text *t)
{
    static const char unit[] = "bytes=";
    size_t n = sizeof unit - 1;
    if ((size_t)(t->end - t->at) < n || strncasecmp(t->at, unit, n) != 0)
        return false;
    t->at += n;
    return true;
}

static enum http_range suffix(uint64_t wanted, uint64_t size, uint64_t *first, uint64_t *length)
{
    if (wanted == 0 || size == 0)
        return HTTP_RANGE_NONE;
    *length = wanted < size ? wanted : size;
    *first = size - *length;
    return HTTP_RANGE_PART;
}

enum http_range http_range_parse(const char *value, size_t n, uint64_t size, uint64_t *first,
                                 uint64_t *length)
{
    struct text t = { value, value + n };
    uint64_t from = 0, to = UINT64_MAX;
    if (!take_unit(&t))
        return HTTP_RANGE_WHOLE;
    skip_space(&t);
    bool has_from = take_number(&t, &from);
    if (!skip_char(&t, '-'))
        return HTTP_RANGE_WHOLE;
    bool has_to = take_number(&t, &to);
    if (!has_to)
        to = UINT64_MAX;
    skip_space(&t);
    if (t.at != t.end || (!has_from && !has_to) || (has_from && from > to))
        return HTTP_RANGE_WHOLE;
    if (!has_from)
        return suffix(to, size, first, length);
    if (from >= size)
        return HTTP_RANGE_NONE;
    *first = from;
    *length = to >= size ? size - from : to - from + 1;
    return HTTP_RANGE_PART;
}
