#include "driver/json/reader.h"

#include <assert.h>
#include <jansson.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct json_document {
    json_t *root;
};

static bool too_deep(const json_t *value, int left)
{
    if (!json_is_object(value) && !json_is_array(value))
        return false;
    if (left == 0)
        return true;
    size_t i;
    const char *key;
    json_t *inner;
    if (json_is_array(value)) {
        json_array_foreach(value, i, inner) if (too_deep(inner, left - 1)) return true;
        return false;
    }
    json_object_foreach((json_t *)value, key, inner) if (too_deep(inner, left - 1)) return true;
    return false;
}

static enum err malformed(struct json_fault *fault, const char *text)
{
    fault->field[0] = 0;
    snprintf(fault->text, sizeof fault->text, "%s", text);
    return ERR_MALFORMED;
}

enum err json_document_read(const void *bytes, size_t n, struct json_document **out,
                            struct json_fault *fault)
{
    *out = NULL;
    *fault = (struct json_fault){ 0 };
    if (n == 0)
        return malformed(fault, "there is no JSON object");
    json_error_t error;
    json_t *root = json_loadb(bytes, n, JSON_REJECT_DUPLICATES, &error);
    if (root == NULL) {
        if (json_error_code(&error) == json_error_out_of_memory)
            return ERR_MEMORY;
        if (json_error_code(&error) == json_error_stack_overflow)
            return malformed(fault, "the JSON is nested too deeply");
        snprintf(fault->text, sizeof fault->text, "not JSON: line %d, column %d", error.line,
                 error.column);
        return ERR_MALFORMED;
    }
    const char *why = NULL;
    if (too_deep(root, JSON_READ_DEPTH_MAX))
        why = "the JSON is nested too deeply";
    else if (!json_is_object(root))
        why = "the JSON is not an object";
    struct json_document *document = why == NULL ? malloc(sizeof *document) : NULL;
    if (document == NULL) {
        json_decref(root);
        return why == NULL ? ERR_MEMORY : malformed(fault, why);
    }
    document->root = root;
    *out = document;
    return OK;
}

void json_document_destroy(struct json_document **document)
{
    if (*document == NULL)
        return;
    json_decref((*document)->root);
    free(*document);
    *document = NULL;
}

struct json_reader json_reader_of(const struct json_document *document, struct json_fault *fault)
{
    return (struct json_reader){ .object = document->root, .fault = fault };
}

bool json_read_failed(const struct json_reader *o)
{
    return o->fault->text[0] != 0;
}

__attribute__((format(printf, 4, 0))) static void fault_at(struct json_fault *fault,
                                                           const char *path, const char *name,
                                                           const char *format, va_list args)
{
    if (fault->text[0] != 0)
        return;
    snprintf(fault->field, sizeof fault->field, "%s%s", path, name);
    vsnprintf(fault->text, sizeof fault->text, format, args);
}

void json_read_wrong(struct json_reader *o, const char *name, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fault_at(o->fault, o->path, name, format, args);
    va_end(args);
}

static void list_wrong(const struct json_list *list, size_t i, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void list_wrong(const struct json_list *list, size_t i, const char *format, ...)
{
    char index[32];
    va_list args;
    snprintf(index, sizeof index, "[%zu]", i);
    va_start(args, format);
    fault_at(list->fault, list->path, index, format, args);
    va_end(args);
}

/* The value of a field, NULL when absent or null; notes that it was asked for. */
static const json_t *field(struct json_reader *o, const char *name, enum json_need need)
{
    if (o->object == NULL || json_read_failed(o))
        return NULL;
    bool known = false;
    for (size_t i = 0; i < o->n_asked; i++)
        known = known || strcmp(o->asked[i], name) == 0;
    if (!known) {
        assert(o->n_asked < JSON_READ_FIELDS_MAX);
        o->asked[o->n_asked++] = name;
    }
    const json_t *value = json_object_get(o->object, name);
    if (json_is_null(value))
        value = NULL;
    if (value == NULL && need == JSON_REQUIRED)
        json_read_wrong(o, name, "this field is required");
    return value;
}

bool json_read_has(struct json_reader *o, const char *name)
{
    (void)field(o, name, JSON_OPTIONAL);
    return o->object != NULL && !json_read_failed(o) && json_object_get(o->object, name) != NULL;
}

/* Why a value is no text of min..max bytes; NULL when it is one. */
static const char *text_fault(const json_t *value, size_t min, size_t max)
{
    if (!json_is_string(value))
        return "must be a text";
    if (json_string_length(value) < min)
        return min <= 1 ? "must not be empty" : "is too short";
    return json_string_length(value) > max ? "is too long" : NULL;
}

const char *json_read_text(struct json_reader *o, const char *name, enum json_need need, size_t min,
                           size_t max)
{
    const json_t *value = field(o, name, need);
    if (value == NULL)
        return NULL;
    const char *why = text_fault(value, min, max);
    if (why != NULL) {
        json_read_wrong(o, name, "%s", why);
        return NULL;
    }
    return json_string_value(value);
}

bool json_read_whole(struct json_reader *o, const char *name, enum json_need need, int64_t min,
                     int64_t max, int64_t *out)
{
    const json_t *value = field(o, name, need);
    if (value == NULL)
        return false;
    if (!json_is_integer(value)) {
        json_read_wrong(o, name, "must be a whole number");
        return false;
    }
    int64_t number = json_integer_value(value);
    if (number < min || number > max) {
        json_read_wrong(o, name, "must lie between %lld and %lld", (long long)min, (long long)max);
        return false;
    }
    *out = number;
    return true;
}

bool json_read_number(struct json_reader *o, const char *name, enum json_need need, double min,
                      double max, double *out)
{
    const json_t *value = field(o, name, need);
    if (value == NULL)
        return false;
    if (!json_is_number(value)) {
        json_read_wrong(o, name, "must be a number");
        return false;
    }
    double number = json_number_value(value);
    if (!isfinite(number) || number < min || number > max) {
        json_read_wrong(o, name, "must lie between %g and %g", min, max);
        return false;
    }
    *out = number;
    return true;
}

bool json_read_bool(struct json_reader *o, const char *name, enum json_need need, bool *out)
{
    const json_t *value = field(o, name, need);
    if (value == NULL)
        return false;
    if (!json_is_boolean(value)) {
        json_read_wrong(o, name, "must be true or false");
        return false;
    }
    *out = json_is_true(value);
    return true;
}

bool json_read_list(struct json_reader *o, const char *name, enum json_need need, size_t max,
                    struct json_list *out)
{
    *out = (struct json_list){ .fault = o->fault };
    const json_t *value = field(o, name, need);
    if (value == NULL)
        return false;
    if (!json_is_array(value)) {
        json_read_wrong(o, name, "must be a list");
        return false;
    }
    if (json_array_size(value) > max) {
        json_read_wrong(o, name, "must have at most %zu entries", max);
        return false;
    }
    snprintf(out->path, sizeof out->path, "%s%s", o->path, name);
    out->array = value;
    out->n = json_array_size(value);
    return true;
}

struct json_reader json_read_object(struct json_reader *o, const char *name, enum json_need need)
{
    struct json_reader inner = { .fault = o->fault };
    const json_t *value = field(o, name, need);
    if (value == NULL)
        return inner;
    if (!json_is_object(value)) {
        json_read_wrong(o, name, "must be an object");
        return inner;
    }
    char path[sizeof o->path + 128];
    snprintf(path, sizeof path, "%s%s.", o->path, name);
    snprintf(inner.path, sizeof inner.path, "%.*s", (int)sizeof inner.path - 1, path);
    inner.object = value;
    return inner;
}

struct json_reader json_read_list_object(const struct json_list *list, size_t i)
{
    struct json_reader o = { .fault = list->fault };
    const json_t *value = json_array_get(list->array, i);
    if (!json_is_object(value)) {
        list_wrong(list, i, "must be an object");
        return o;
    }
    char path[sizeof list->path + 32];
    snprintf(path, sizeof path, "%s[%zu].", list->path, i);
    snprintf(o.path, sizeof o.path, "%.*s", (int)sizeof o.path - 1, path);
    o.object = value;
    return o;
}

const char *json_read_list_text(const struct json_list *list, size_t i, size_t min, size_t max)
{
    const json_t *value = json_array_get(list->array, i);
    const char *why = text_fault(value, min, max);
    if (why != NULL) {
        list_wrong(list, i, "%s", why);
        return NULL;
    }
    return json_string_value(value);
}

/* A name from outside, shown in a fault: its first bytes, cut between characters. */
static void shown_name(const char *name, char *out, size_t room)
{
    size_t n = strlen(name);
    if (n >= room) {
        n = room - 1;
        while (n > 0 && ((unsigned char)name[n] & 0xc0) == 0x80)
            n--;
    }
    memcpy(out, name, n);
    out[n] = 0;
}

void json_read_end(struct json_reader *o)
{
    if (o->object == NULL || json_read_failed(o))
        return;
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)o->object, key, value)
    {
        bool known = false;
        for (size_t i = 0; i < o->n_asked; i++)
            known = known || strcmp(o->asked[i], key) == 0;
        if (known)
            continue;
        char shown[48];
        shown_name(key, shown, sizeof shown);
        json_read_wrong(o, shown, "there is no such field");
        return;
    }
}
