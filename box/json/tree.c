#include "box/json/tree.h"

#include <jansson.h>
#include <string.h>

/* struct tree is never defined: it is the library's value under a name of ours. */
static const json_t *value(const struct tree *t)
{
    return (const json_t *)t;
}

enum err tree_parse(const void *bytes, size_t n, struct tree **out)
{
    json_error_t why;
    json_t *root = json_loadb(bytes, n, JSON_REJECT_DUPLICATES, &why);
    if (root == NULL)
        return ERR_MALFORMED;
    *out = (struct tree *)root;
    return OK;
}

void tree_destroy(struct tree **root)
{
    json_decref((json_t *)*root);
    *root = NULL;
}

const struct tree *tree_at(const struct tree *object, const char *name)
{
    return (const struct tree *)json_object_get(value(object), name);
}

const struct tree *tree_item(const struct tree *array, size_t i)
{
    return (const struct tree *)json_array_get(value(array), i);
}

size_t tree_count(const struct tree *array)
{
    return json_array_size(value(array));
}

unsigned tree_count_most(const struct tree *array, unsigned max)
{
    size_t n = tree_count(array);
    return n < max ? (unsigned)n : max;
}

bool tree_is_null(const struct tree *object, const char *name)
{
    const json_t *v = value(tree_at(object, name));
    return v == NULL || json_is_null(v);
}

const char *tree_peek(const struct tree *object, const char *name)
{
    const char *text = json_string_value(value(tree_at(object, name)));
    return text != NULL ? text : "";
}

char *tree_text(const struct tree *object, const char *name, struct arena *mem)
{
    return arena_strdup(mem, json_string_value(value(tree_at(object, name))));
}

double tree_number(const struct tree *object, const char *name, double otherwise)
{
    const json_t *v = value(tree_at(object, name));
    return json_is_number(v) ? json_number_value(v) : otherwise;
}

unsigned tree_whole(const struct tree *object, const char *name)
{
    double v = tree_number(object, name, 0);
    return v > 0 && v < 1e6 ? (unsigned)v : 0;
}

bool tree_bool(const struct tree *object, const char *name)
{
    return json_is_true(value(tree_at(object, name)));
}

utc_time tree_instant(const struct tree *object, const char *name)
{
    const char *text = tree_peek(object, name);
    utc_time at = { 0 };
    if (utc_parse(text, strlen(text), &at) != OK)
        at.us = 0;
    return at;
}

const char *tree_peek_item(const struct tree *array, size_t i)
{
    const char *text = json_string_value(value(tree_item(array, i)));
    return text != NULL ? text : "";
}
