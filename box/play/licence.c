#include "box/play/licence.h"

#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/text.h"

/* Key texts go through the library's memory, so it wipes what it frees from here on. What it took
 * before is freed the same way. */
static void wiping_free(void *memory)
{
    if (memory == NULL)
        return;
    explicit_bzero(memory, malloc_usable_size(memory));
    free(memory);
}

static void make_json_wipe(void)
{
    json_set_alloc_funcs(malloc, wiping_free);
}

static json_t *load(const char *text, size_t n)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_json_wipe);
    return json_loadb(text, n, JSON_REJECT_DUPLICATES, NULL);
}

void licence_ask(struct buf *out, const uint8_t (*kids)[KEYS_ID], size_t n)
{
    buf_text(out, "{\"kids\":[");
    for (size_t i = 0; i < n; i++) {
        buf_text(out, i == 0 ? "\"" : ",\"");
        text_put_base64url(out, kids[i], KEYS_ID);
        buf_text(out, "\"");
    }
    buf_text(out, "],\"type\":\"temporary\"}");
}

static enum err read_sixteen(const json_t *value, uint8_t out[KEYS_KEY])
{
    size_t size = 0;
    if (!json_is_string(value))
        return ERR_MALFORMED;
    enum err err = text_base64url_decode(json_string_value(value), json_string_length(value), out,
                                         KEYS_KEY, &size);
    return err == OK && size == KEYS_KEY ? OK : ERR_MALFORMED;
}

static enum err read_key(const json_t *one, struct keys *keys)
{
    const char *kind = json_string_value(json_object_get(one, "kty"));
    uint8_t id[KEYS_ID], key[KEYS_KEY];
    if (kind == NULL || strcmp(kind, "oct") != 0)
        return ERR_MALFORMED;
    enum err err = read_sixteen(json_object_get(one, "kid"), id);
    if (err == OK)
        err = read_sixteen(json_object_get(one, "k"), key);
    if (err == OK)
        err = keys_put(keys, id, key);
    explicit_bzero(key, sizeof key);
    return err;
}

enum err licence_read(const char *text, size_t n, struct keys *keys, size_t *put)
{
    json_t *root = load(text, n);
    const json_t *list = json_object_get(root, "keys");
    enum err err = json_is_array(list) ? OK : ERR_MALFORMED;
    *put = 0;
    for (size_t i = 0; err == OK && i < json_array_size(list); i++) {
        err = read_key(json_array_get(list, i), keys);
        *put += err == OK;
    }
    json_decref(root);
    return err;
}

void licence_problem(const char *text, size_t n, char *out, size_t room)
{
    json_t *root = load(text, n);
    const char *title = json_string_value(json_object_get(root, "title"));
    const char *reason = json_string_value(json_object_get(root, "reason"));
    struct buf line;
    buf_init(&line, room);
    if (title != NULL && text_is_line(title, strlen(title)))
        buf_text(&line, title);
    if (reason != NULL && text_is_line(reason, strlen(reason)))
        buf_printf(&line, line.size > 0 ? " (%s)" : "%s", reason);
    (void)text_copy(out, room, buf_string(&line));
    buf_finish(&line);
    json_decref(root);
}
