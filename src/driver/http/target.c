#include "driver/http/target.h"

#include <stdint.h>
#include <string.h>

#include "base/text.h"

/* The byte at text[*i], decoded when it is an escape; steps *i over it. -1: a broken escape. */
static int take_byte(const char *text, size_t n, size_t *i)
{
    char c = text[(*i)++];
    if (c != '%')
        return (unsigned char)c;
    if (n - *i < 2)
        return -1;
    int high = text_hex_digit(text[*i]), low = text_hex_digit(text[*i + 1]);
    *i += 2;
    return high < 0 || low < 0 ? -1 : high << 4 | low;
}

/* How many bytes the path begins with that stand for themselves: most have nothing else. */
static size_t plain_start(const char *text, size_t n)
{
    enum { STEP = 32 };
    size_t i = 0;
    for (; n - i >= STEP; i += STEP) {
        uint8_t odd = 0;
        for (size_t k = 0; k < STEP; k++) {
            char c = text[i + k];
            odd |= (uint8_t)((c == '%') | (c == '\\') | (c == '#'));
        }
        if (odd != 0)
            break;
    }
    return i;
}

static const char *decode_path(const char *text, size_t n, char *path, size_t *size)
{
    size_t k = plain_start(text, n);
    memcpy(path, text, k);
    for (size_t i = k; i < n;) {
        bool escaped = text[i] == '%';
        int c = take_byte(text, n, &i);
        if (c < 0)
            return "The path has a broken percent escape.";
        if ((escaped && c == '/') || c == '\\' || (!escaped && c == '#'))
            return "The path has an escaped slash, a backslash or a fragment.";
        path[k++] = (char)c;
    }
    path[k] = 0;
    *size = k;
    return NULL;
}

static bool is_dots(const char *segment, size_t n)
{
    return (n == 1 && segment[0] == '.') || (n == 2 && segment[0] == '.' && segment[1] == '.');
}

static const char *check_segments(const char *path, size_t n)
{
    const char *end = path + n;
    for (const char *at = path + 1; at < end;) {
        const char *slash = memchr(at, '/', (size_t)(end - at));
        size_t size = (size_t)((slash != NULL ? slash : end) - at);
        if (size == 0)
            return "The path has an empty segment.";
        if (is_dots(at, size))
            return "The path has a dot segment.";
        if (slash == NULL)
            break;
        at = slash + 1;
    }
    return NULL;
}

static const char *check_path(const char *path, size_t n)
{
    if (n == 0 || path[0] != '/')
        return "The path does not start with a slash.";
    if (!text_is_line(path, n))
        return "The path is not UTF-8, or has control characters.";
    return check_segments(path, n);
}

/* Escapes may break a character in pieces, so the check runs over the decoded bytes, one
 * character's worth at a time. */
static const char *check_query(const char *text, size_t n)
{
    char piece[4];
    size_t have = 0, values = 1;
    for (size_t i = 0; i < n; i++)
        values += text[i] == '&';
    if (values > HTTP_QUERY_VALUES_MAX)
        return "The query has too many values.";
    for (size_t i = 0; i < n;) {
        int c = take_byte(text, n, &i);
        if (c < 0)
            return "The query has a broken percent escape.";
        piece[have++] = (char)c;
        if (text_is_utf8(piece, have))
            have = 0;
        else if (have == sizeof piece)
            break;
    }
    return have == 0 ? NULL : "The query is not UTF-8.";
}

const char *http_target_read(const char *target, size_t n, char *path, const char **query,
                             size_t *query_size)
{
    const char *mark = memchr(target, '?', n);
    size_t path_size = mark == NULL ? n : (size_t)(mark - target), decoded = 0;
    *query = mark == NULL ? NULL : mark + 1;
    *query_size = mark == NULL ? 0 : n - path_size - 1;
    const char *wrong = decode_path(target, path_size, path, &decoded);
    if (wrong == NULL)
        wrong = check_path(path, decoded);
    if (wrong == NULL && mark != NULL)
        wrong = check_query(*query, *query_size);
    return wrong;
}

void http_query_decode(const char *value, size_t n, char *out)
{
    size_t k = 0;
    for (size_t i = 0; i < n;) {
        bool plus = value[i] == '+';
        int c = take_byte(value, n, &i);
        out[k++] = plus ? ' ' : (char)c;
    }
    out[k] = 0;
}

static bool is_name(const char *text, size_t n, const char *name)
{
    size_t k = 0, length = strlen(name);
    for (size_t i = 0; i < n; k++) {
        bool plus = text[i] == '+';
        int c = take_byte(text, n, &i);
        if (k == length || name[k] != (plus ? ' ' : (char)c))
            return false;
    }
    return k == length;
}

bool http_query_find(const char *query, size_t n, const char *name, const char **value,
                     size_t *value_size)
{
    if (n == 0)
        return false;
    const char *end = query + n;
    for (const char *at = query; at < end;) {
        const char *stop = memchr(at, '&', (size_t)(end - at));
        stop = stop != NULL ? stop : end;
        const char *equals = memchr(at, '=', (size_t)(stop - at));
        const char *name_end = equals != NULL ? equals : stop;
        if (is_name(at, (size_t)(name_end - at), name)) {
            *value = equals != NULL ? equals + 1 : stop;
            *value_size = (size_t)(stop - *value);
            return true;
        }
        at = stop + 1;
    }
    return false;
}
