#include "format/form/form.h"

#include <string.h>

#include "base/json.h"
#include "base/text.h"

/* Decodes into out, which is emptied before. */
static enum err decode(const char *text, size_t n, struct buf *out)
{
    buf_clear(out);
    for (size_t i = 0; i < n; i++) {
        char c = text[i] == '+' ? ' ' : text[i];
        if (c == '%') {
            int high = n - i > 2 ? text_hex_digit(text[i + 1]) : -1;
            int low = n - i > 2 ? text_hex_digit(text[i + 2]) : -1;
            if (high < 0 || low < 0)
                return ERR_MALFORMED;
            c = (char)(high << 4 | low);
            i += 2;
        }
        buf_u8(out, (uint8_t)c);
    }
    if (out->err != OK)
        return out->err;
    return text_is_utf8(buf_string(out), out->size) ? OK : ERR_MALFORMED;
}

struct pair {
    struct buf name, value;
};

static enum err put_pair(const char *text, size_t n, struct pair *p, struct json_writer *w)
{
    const char *equals = memchr(text, '=', n);
    size_t name = equals != NULL ? (size_t)(equals - text) : n;
    size_t value = equals != NULL ? n - name - 1 : 0;
    enum err err = decode(text, name, &p->name);
    if (err == OK)
        err = p->name.size == 0 ? ERR_MALFORMED
                                : decode(equals != NULL ? equals + 1 : text, value, &p->value);
    if (err == OK && p->value.size > 0)
        json_text_n(w, buf_string(&p->name), buf_string(&p->value), p->value.size);
    return err;
}

static enum err put_pairs(const char *form, size_t n, struct pair *p, struct json_writer *w)
{
    const char *end = form + n;
    size_t fields = 0;
    for (const char *at = form; at < end;) {
        const char *stop = memchr(at, '&', (size_t)(end - at));
        stop = stop != NULL ? stop : end;
        enum err err = OK;
        if (stop > at)
            err = ++fields > FORM_FIELDS_MAX ? ERR_MALFORMED
                                             : put_pair(at, (size_t)(stop - at), p, w);
        if (err != OK)
            return err;
        at = stop + 1;
    }
    return OK;
}

enum err form_to_json(const char *form, size_t n, struct buf *out)
{
    size_t before = out->size;
    struct pair p;
    struct json_writer w = json_writer_of(out);
    buf_init(&p.name, n + 1);
    buf_init(&p.value, n + 1);
    json_object(&w, NULL);
    enum err err = n > 0 ? put_pairs(form, n, &p, &w) : OK;
    json_end(&w);
    buf_finish(&p.name);
    buf_finish(&p.value);
    if (err == OK)
        return out->err;
    buf_truncate(out, before);
    return err;
}
