#include "driver/http/head.h"

#include <string.h>
#include <strings.h>

static const struct http_verdict fine = { 0, NULL };

/* One bit a character: '!' to '~' without separators. */
static bool is_token_char(unsigned char c)
{
    static const uint32_t bits[4] = { 0, 0x03ff6cfa, 0xc7fffffe, 0x57ffffff };
    return c < 128 && (bits[c >> 5] >> (c & 31) & 1) != 0;
}

bool http_is_token(const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!is_token_char((unsigned char)text[i]))
            return false;
    return n > 0;
}

bool http_is_value(const char *text, size_t n)
{
    uint8_t odd = 0; /* found at the end only, so that many bytes are looked at at a time */
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i];
        odd |= (uint8_t)(((c < 0x20) & (c != '\t')) | (c == 0x7f));
    }
    return odd == 0;
}

static bool is_named(const struct http_field *f, const char *name, size_t n)
{
    return f->name_size == n && strncasecmp(f->name, name, n) == 0;
}

const struct http_field *http_head_find(const struct http_head *head, const char *name)
{
    size_t n = strlen(name);
    for (size_t i = 0; i < head->n_fields; i++)
        if (is_named(&head->fields[i], name, n))
            return &head->fields[i];
    return NULL;
}

static enum http_method known_method(const struct http_head *head)
{
    static const char *const names[] = {
        [HTTP_GET] = "GET", [HTTP_HEAD] = "HEAD",   [HTTP_POST] = "POST",
        [HTTP_PUT] = "PUT", [HTTP_PATCH] = "PATCH", [HTTP_DELETE] = "DELETE",
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strlen(names[i]) == head->method_size &&
            memcmp(names[i], head->method, head->method_size) == 0)
            return (enum http_method)i;
    return HTTP_OTHER;
}

static struct http_verdict check_fields(const struct http_head *head)
{
    for (size_t i = 0; i < head->n_fields; i++) {
        const struct http_field *f = &head->fields[i];
        if (!http_is_token(f->name, f->name_size))
            return (struct http_verdict){ 400, "A header's name is not a token." };
        if (!http_is_value(f->value, f->value_size))
            return (struct http_verdict){ 400, "A header's value has control characters." };
    }
    return fine;
}

/* The fields on which the limits of a message and its addressee hang: at most one of each. */
struct framing {
    const struct http_field *host, *length, *coding;
    bool twice;
};

static void note(struct framing *framing, const struct http_field **slot,
                 const struct http_field *field)
{
    framing->twice = framing->twice || *slot != NULL;
    *slot = field;
}

static bool has_word(const struct http_field *f, const char *word)
{
    size_t n = strlen(word);
    const char *end = f->value + f->value_size;
    for (const char *at = f->value; at < end;) {
        const char *comma = memchr(at, ',', (size_t)(end - at));
        const char *stop = comma != NULL ? comma : end;
        while (at < stop && (*at == ' ' || *at == '\t'))
            at++;
        size_t size = (size_t)(stop - at);
        while (size > 0 && (at[size - 1] == ' ' || at[size - 1] == '\t'))
            size--;
        if (size == n && strncasecmp(at, word, n) == 0)
            return true;
        at = stop + 1;
    }
    return false;
}

static struct framing find_framing(struct http_head *head)
{
    struct framing framing = { 0 };
    bool keep = false;
    head->close = false;
    for (size_t i = 0; i < head->n_fields; i++) {
        const struct http_field *f = &head->fields[i];
        if (is_named(f, "Host", 4)) {
            note(&framing, &framing.host, f);
        } else if (is_named(f, "Content-Length", 14)) {
            note(&framing, &framing.length, f);
        } else if (is_named(f, "Transfer-Encoding", 17)) {
            note(&framing, &framing.coding, f);
        } else if (is_named(f, "Connection", 10)) {
            head->close = head->close || has_word(f, "close");
            keep = keep || has_word(f, "keep-alive");
        }
    }
    if (head->minor == 0 && !keep)
        head->close = true;
    return framing;
}

static struct http_verdict check_host(const struct http_head *head, const struct http_field *host)
{
    if (host == NULL)
        return head->minor == 0 ? fine : (struct http_verdict){ 400, "There is no Host header." };
    for (size_t i = 0; i < host->value_size; i++) {
        unsigned char c = (unsigned char)host->value[i];
        if (c <= ' ' || c >= 0x7f || strchr("/\\?#@,\"<>^`{|}", c) != NULL)
            return (struct http_verdict){ 400, "The Host header names no host." };
    }
    return fine;
}

static struct http_verdict read_length(struct http_head *head, const struct http_field *f)
{
    uint64_t v = 0;
    for (size_t i = 0; i < f->value_size; i++) {
        char c = f->value[i];
        if (c < '0' || c > '9')
            return (struct http_verdict){ 400, "Content-Length is not a number." };
        uint64_t digit = (uint64_t)(c - '0');
        if (v > (INT64_MAX - digit) / 10)
            return (struct http_verdict){ 413, "Content-Length is larger than anything." };
        v = v * 10 + digit;
    }
    if (f->value_size == 0)
        return (struct http_verdict){ 400, "Content-Length is empty." };
    head->content_length = v;
    return fine;
}

static struct http_verdict check_framing(struct http_head *head, const struct framing *framing)
{
    head->chunked = false;
    head->content_length = 0;
    if (framing->twice)
        return (struct http_verdict){ 400, "Host, Content-Length or Transfer-Encoding is there "
                                           "twice." };
    if (framing->coding == NULL)
        return framing->length != NULL ? read_length(head, framing->length) : fine;
    if (framing->length != NULL)
        return (struct http_verdict){ 400, "Transfer-Encoding and Content-Length exclude each "
                                           "other." };
    if (head->minor == 0)
        return (struct http_verdict){ 400, "HTTP/1.0 has no Transfer-Encoding." };
    if (framing->coding->value_size != 7 || strncasecmp(framing->coding->value, "chunked", 7) != 0)
        return (struct http_verdict){ 400, "The only Transfer-Encoding we read is chunked." };
    head->chunked = true;
    return fine;
}

struct http_verdict http_head_check(struct http_head *head)
{
    if (!http_is_token(head->method, head->method_size))
        return (struct http_verdict){ 400, "The method is not a token." };
    head->known = known_method(head);
    struct http_verdict verdict = check_fields(head);
    if (verdict.status != 0)
        return verdict;
    struct framing framing = find_framing(head);
    verdict = check_framing(head, &framing);
    if (verdict.status == 0)
        verdict = check_host(head, framing.host);
    return verdict;
}
