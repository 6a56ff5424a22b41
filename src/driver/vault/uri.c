#include "driver/vault/uri.h"

#include <string.h>

#include "base/text.h"

struct part {
    const char *name;
    size_t offset;
};

static const struct part path_parts[] = {
    { "object", offsetof(struct token_uri, object) },
    { "token", offsetof(struct token_uri, token) },
    { "serial", offsetof(struct token_uri, serial) },
    { "manufacturer", offsetof(struct token_uri, manufacturer) },
    { "model", offsetof(struct token_uri, model) },
    { NULL, 0 },
};
static const struct part query_parts[] = {
    { "module-path", offsetof(struct token_uri, module_path) },
    { "module-name", offsetof(struct token_uri, module_name) },
    { "pin-value", offsetof(struct token_uri, pin_value) },
    { "pin-source", offsetof(struct token_uri, pin_source) },
    { NULL, 0 },
};

static enum err decode(const char *text, size_t n, uint8_t *out, size_t room, size_t *size)
{
    *size = 0;
    for (size_t i = 0; i < n; i++) {
        uint8_t byte = (uint8_t)text[i];
        if (text[i] == '%') {
            int high = n - i > 2 ? text_hex_digit(text[i + 1]) : -1;
            int low = high >= 0 ? text_hex_digit(text[i + 2]) : -1;
            if (low < 0)
                return ERR_MALFORMED;
            byte = (uint8_t)(high * 16 + low);
            i += 2;
        }
        if (*size == room)
            return ERR_MALFORMED;
        out[(*size)++] = byte;
    }
    return OK;
}

static enum err take_text(char *at, const char *value, size_t n)
{
    size_t size = 0;
    if (at[0] != 0)
        return ERR_MALFORMED;
    enum err err = decode(value, n, (uint8_t *)at, URI_PART - 1, &size);
    if (err == OK && memchr(at, 0, size) != NULL)
        err = ERR_MALFORMED;
    at[err == OK ? size : 0] = 0;
    return err;
}

static enum err take(const struct part *parts, const char *text, size_t n, struct token_uri *out)
{
    const char *equals = memchr(text, '=', n);
    if (equals == NULL)
        return ERR_MALFORMED;
    size_t name = (size_t)(equals - text);
    const char *value = equals + 1;
    size_t value_size = n - name - 1;
    if (parts == path_parts && name == 2 && memcmp(text, "id", 2) == 0)
        return out->id_size != 0
                   ? ERR_MALFORMED
                   : decode(value, value_size, out->id, sizeof out->id, &out->id_size);
    if (parts == path_parts && name == 4 && memcmp(text, "type", 4) == 0)
        return value_size == 10 && memcmp(value, "secret-key", 10) == 0 ? OK : ERR_MALFORMED;
    for (const struct part *p = parts; p->name != NULL; p++) {
        if (strlen(p->name) == name && memcmp(p->name, text, name) == 0)
            return take_text((char *)out + p->offset, value, value_size);
    }
    return ERR_MALFORMED;
}

static enum err take_all(const struct part *parts, char between, const char *text, size_t n,
                         struct token_uri *out)
{
    enum err err = OK;
    while (n > 0 && err == OK) {
        const char *end = memchr(text, between, n);
        size_t one = end == NULL ? n : (size_t)(end - text);
        err = take(parts, text, one, out);
        size_t step = end == NULL ? n : one + 1;
        text += step;
        n -= step;
    }
    return err;
}

enum err token_uri_parse(const char *text, struct token_uri *out)
{
    static const char scheme[] = "pkcs11:";
    *out = (struct token_uri){ 0 };
    if (strncmp(text, scheme, sizeof scheme - 1) != 0)
        return ERR_MALFORMED;
    text += sizeof scheme - 1;
    size_t path = strcspn(text, "?");
    enum err err = take_all(path_parts, ';', text, path, out);
    if (err == OK && text[path] == '?')
        err = take_all(query_parts, '&', text + path + 1, strlen(text + path + 1), out);
    if (err == OK && out->object[0] == 0 && out->id_size == 0)
        err = ERR_MALFORMED;
    return err;
}
