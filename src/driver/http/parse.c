#include "driver/http/parse.h"

#include <stdint.h>
#include <string.h>

struct lines {
    char *at, *end;
};

enum line { LINE_WHOLE, LINE_PARTIAL, LINE_BARE };

/* Takes one line that ends with CR LF; a line feed alone ends no line (RFC 9112, section 2.2, lets
 * us be lenient here: who is in front of us might not be). */
static enum line take_line(struct lines *lines, char **line, size_t *n)
{
    char *feed = memchr(lines->at, '\n', (size_t)(lines->end - lines->at));
    if (feed == NULL)
        return LINE_PARTIAL;
    if (feed == lines->at || feed[-1] != '\r')
        return LINE_BARE;
    *line = lines->at;
    *n = (size_t)(feed - 1 - lines->at);
    lines->at = feed + 1;
    return LINE_WHOLE;
}

static bool is_target(const char *text, size_t n)
{
    uint8_t odd = 0; /* found at the end only, so that many bytes are looked at at a time */
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i];
        odd |= (uint8_t)((c <= ' ') | (c == 0x7f));
    }
    return n > 0 && odd == 0;
}

/* "GET /path HTTP/1.1": one space each, nothing else. */
static bool read_request_line(char *line, size_t n, struct http_head *head)
{
    static const char version[] = " HTTP/1.";
    size_t tail = sizeof version; /* with the minor version */
    char *space = memchr(line, ' ', n);
    if (space == NULL || n < tail || (size_t)(space - line) > n - tail)
        return false;
    char *behind = line + n - tail;
    char minor = line[n - 1];
    if (memcmp(behind, version, tail - 1) != 0 || (minor != '0' && minor != '1'))
        return false;
    if (behind <= space || !is_target(space + 1, (size_t)(behind - space - 1)))
        return false;
    *space = 0;
    head->method = line;
    head->method_size = (size_t)(space - line);
    head->target = space + 1;
    head->target_size = (size_t)(behind - space - 1);
    head->minor = minor == '1' ? 1 : 0;
    return true;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

/* "Name: value"; a name that is no token, for a space in it or in front (which would fold the line
 * before), is found by http_head_check. Past the ceiling fields are dropped: n_fields tells. */
static bool read_field(char *line, size_t n, struct http_head *head)
{
    char *colon = memchr(line, ':', n);
    if (colon == NULL)
        return false;
    if (head->n_fields == HTTP_FIELDS_MAX)
        return true;
    char *value = colon + 1, *end = line + n;
    while (value < end && is_space(*value))
        value++;
    while (end > value && is_space(end[-1]))
        end--;
    *colon = 0;
    *end = 0;
    head->fields[head->n_fields++] = (struct http_field){
        .name = line,
        .value = value,
        .name_size = (size_t)(colon - line),
        .value_size = (size_t)(end - value),
    };
    return true;
}

static enum http_parsed refused(struct http_verdict *verdict, int status, const char *detail)
{
    *verdict = (struct http_verdict){ status, detail };
    return HTTP_REFUSED;
}

/* The end is not there yet. Is there room for it? */
static enum http_parsed partial(const char *bytes, size_t n, struct http_verdict *verdict)
{
    if (n <= HTTP_HEAD_MAX)
        return HTTP_PARTIAL;
    if (memchr(bytes + 2, '\n', HTTP_TARGET_MAX) == NULL)
        return refused(verdict, 414, "The address is too long.");
    return refused(verdict, 431, "The headers are too long, or too many.");
}

/* Whether all lines up to the empty one are there, and how they are. */
static enum line find_end(struct lines lines)
{
    char *line = NULL;
    size_t n = 0;
    enum line got = take_line(&lines, &line, &n);
    while (got == LINE_WHOLE && n > 0)
        got = take_line(&lines, &line, &n);
    return got;
}

enum http_parsed http_head_parse(char *bytes, size_t n, struct http_head *head, size_t *size,
                                 struct http_verdict *verdict)
{
    struct lines lines = { bytes, bytes + n };
    char *line = NULL;
    size_t length = 0;
    head->method = head->target = "";
    head->method_size = head->target_size = head->n_fields = 0;
    head->close = true;
    head->chunked = false;
    head->content_length = 0;
    if (n >= 2 && bytes[0] == '\r' && bytes[1] == '\n')
        lines.at += 2;
    switch (find_end(lines)) {
    case LINE_PARTIAL: return partial(bytes, n, verdict);
    case LINE_BARE: return refused(verdict, 400, "A line does not end with CR LF.");
    case LINE_WHOLE: break;
    }
    (void)take_line(&lines, &line, &length);
    if (!read_request_line(line, length, head))
        return refused(verdict, 400, "The request line is not one.");
    while (take_line(&lines, &line, &length) == LINE_WHOLE && length > 0)
        if (!read_field(line, length, head))
            return refused(verdict, 400, "A header has no colon.");
    *size = (size_t)(lines.at - bytes);
    return HTTP_PARSED;
}
