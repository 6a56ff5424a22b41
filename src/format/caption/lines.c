#include "format/caption/lines.h"

#include <string.h>

struct span span_of(const char *text, size_t n)
{
    return (struct span){ text, text + n };
}

size_t span_size(const struct span *s)
{
    return (size_t)(s->end - s->at);
}

bool span_is(const struct span *s, const char *text)
{
    size_t n = strlen(text);
    return span_size(s) == n && memcmp(s->at, text, n) == 0;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool span_is_nocase(const struct span *s, const char *text)
{
    size_t n = strlen(text);
    if (span_size(s) != n)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (lower(s->at[i]) != lower(text[i]))
            return false;
    }
    return true;
}

bool span_starts(const struct span *s, const char *text)
{
    size_t n = strlen(text);
    return span_size(s) >= n && memcmp(s->at, text, n) == 0;
}

bool span_has(const struct span *s, const char *text)
{
    return memmem(s->at, span_size(s), text, strlen(text)) != NULL;
}

bool span_take(struct span *s, char c)
{
    if (s->at == s->end || *s->at != c)
        return false;
    s->at++;
    return true;
}

bool span_take_text(struct span *s, const char *text)
{
    if (!span_starts(s, text))
        return false;
    s->at += strlen(text);
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

void span_skip_blank(struct span *s)
{
    while (s->at < s->end && is_blank(*s->at))
        s->at++;
}

struct span span_trim(struct span s)
{
    span_skip_blank(&s);
    while (s.end > s.at && is_blank(s.end[-1]))
        s.end--;
    return s;
}

size_t span_digits(struct span *s, int64_t *v)
{
    static const int64_t ceiling = INT64_C(1000000000000000);
    size_t n = 0;
    *v = 0;
    for (; s->at < s->end && *s->at >= '0' && *s->at <= '9'; s->at++, n++) {
        *v = *v * 10 + (*s->at - '0');
        *v = *v > ceiling ? ceiling : *v;
    }
    return n;
}

struct span span_word(struct span *s)
{
    span_skip_blank(s);
    struct span word = { s->at, s->at };
    while (s->at < s->end && !is_blank(*s->at))
        s->at++;
    word.end = s->at;
    return word;
}

struct span span_until(struct span *s, char c)
{
    const char *found = s->at == s->end ? NULL : memchr(s->at, c, span_size(s));
    struct span part = { s->at, found == NULL ? s->end : found };
    s->at = found == NULL ? s->end : found + 1;
    return part;
}

bool lines_next(struct lines *l, struct span *line)
{
    if (l->left.at == l->left.end)
        return false;
    *line = span_until(&l->left, '\n');
    l->number++;
    return true;
}

int64_t span_fraction_us(struct span *s)
{
    int64_t v = 0, unit = 100000;
    for (; s->at < s->end && *s->at >= '0' && *s->at <= '9'; s->at++) {
        v += (*s->at - '0') * unit;
        unit /= 10;
    }
    return v;
}
