#include "base/json.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/text.h"

struct json_writer json_writer_of(struct buf *out)
{
    return (struct json_writer){ .out = out };
}

static void put_escape(struct buf *out, uint8_t c)
{
    static const char short_names[] = "\"\"\\\\\bb\ff\nn\rr\tt";
    for (size_t i = 0; i + 1 < sizeof short_names; i += 2) {
        if ((uint8_t)short_names[i] == c) {
            buf_u8(out, '\\');
            buf_u8(out, (uint8_t)short_names[i + 1]);
            return;
        }
    }
    buf_printf(out, "\\u%04x", c);
}

static bool needs_escape(uint8_t c)
{
    return c < 0x20 || c == '"' || c == '\\' || c == 0x7f;
}

static void put_string(struct buf *out, const char *text, size_t n)
{
    buf_u8(out, '"');
    for (size_t i = 0; i < n;) {
        size_t plain = i;
        while (plain < n && (uint8_t)text[plain] < 0x80 && !needs_escape((uint8_t)text[plain]))
            plain++;
        buf_put(out, text + i, plain - i);
        i = plain;
        if (i == n)
            break;
        if (needs_escape((uint8_t)text[i])) {
            put_escape(out, (uint8_t)text[i++]);
            continue;
        }
        size_t used = 1;
        bool good = text_next(text + i, n - i, &used) != UINT32_MAX;
        buf_put(out, good ? text + i : "\xef\xbf\xbd", good ? used : 3);
        i += used;
    }
    buf_u8(out, '"');
}

/* The comma and the key that stand before a value. */
static void begin(struct json_writer *w, const char *key)
{
    if (w->depth == 0) {
        assert(key == NULL);
        return;
    }
    unsigned top = w->depth - 1;
    assert(w->is_object[top] == (key != NULL));
    if (w->has_items[top])
        buf_u8(w->out, ',');
    w->has_items[top] = true;
    if (key == NULL)
        return;
    put_string(w->out, key, strlen(key));
    buf_u8(w->out, ':');
}

static void open(struct json_writer *w, const char *key, bool is_object)
{
    begin(w, key);
    assert(w->depth < JSON_DEPTH_MAX);
    w->is_object[w->depth] = is_object;
    w->has_items[w->depth] = false;
    w->depth++;
    buf_u8(w->out, is_object ? '{' : '[');
}

void json_object(struct json_writer *w, const char *key)
{
    open(w, key, true);
}

void json_array(struct json_writer *w, const char *key)
{
    open(w, key, false);
}

void json_end(struct json_writer *w)
{
    assert(w->depth > 0);
    w->depth--;
    buf_u8(w->out, w->is_object[w->depth] ? '}' : ']');
}

void json_text_n(struct json_writer *w, const char *key, const char *text, size_t n)
{
    begin(w, key);
    put_string(w->out, text, n);
}

void json_text(struct json_writer *w, const char *key, const char *text)
{
    if (text == NULL)
        json_null(w, key);
    else
        json_text_n(w, key, text, strlen(text));
}

void json_number(struct json_writer *w, const char *key, int64_t value)
{
    begin(w, key);
    buf_printf(w->out, "%lld", (long long)value);
}

void json_real(struct json_writer *w, const char *key, double value)
{
    if (!isfinite(value)) {
        json_null(w, key);
        return;
    }
    begin(w, key);
    size_t from = w->out->size;
    buf_printf(w->out, "%.6f", value);
    if (w->out->err != OK)
        return;
    while (w->out->size > from && w->out->data[w->out->size - 1] == '0')
        buf_truncate(w->out, w->out->size - 1);
    if (w->out->size > from && w->out->data[w->out->size - 1] == '.')
        buf_truncate(w->out, w->out->size - 1);
}

void json_bool(struct json_writer *w, const char *key, bool value)
{
    begin(w, key);
    buf_text(w->out, value ? "true" : "false");
}

void json_null(struct json_writer *w, const char *key)
{
    begin(w, key);
    buf_text(w->out, "null");
}

void json_number_or_null(struct json_writer *w, const char *key, int64_t value)
{
    if (value != 0)
        json_number(w, key, value);
    else
        json_null(w, key);
}

void json_instant(struct json_writer *w, const char *key, utc_time value)
{
    char text[UTC_TEXT];
    if (value.us == 0) {
        json_null(w, key);
        return;
    }
    utc_format(value, text);
    json_text(w, key, text);
}

void json_raw(struct json_writer *w, const char *key, const char *json)
{
    begin(w, key);
    buf_text(w->out, json == NULL ? "null" : json);
}
