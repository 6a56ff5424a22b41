/* JSON that a service sent, read with ceilings; the one place that knows the library. What is
 * missing or of another kind reads as nothing, so that a newer service does not stop an older box.
 * A tree is one thread's. */
#ifndef LANTERNE_BOX_JSON_TREE_H
#define LANTERNE_BOX_JSON_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"

struct tree; /* a value; lent by the root it came from */

/* ERR_MALFORMED: not JSON, or nested beyond reason. */
MUST_CHECK enum err tree_parse(const void *bytes, size_t n, struct tree **out);
void tree_destroy(struct tree **root);

/* NULL in: all of these read nothing. */
const struct tree *tree_at(const struct tree *object, const char *name);
const struct tree *tree_item(const struct tree *array, size_t i);
size_t tree_count(const struct tree *array);
unsigned tree_count_most(const struct tree *array, unsigned max); /* the rest is left out */
bool tree_is_null(const struct tree *object, const char *name);   /* absent, or null */
/* A line or more of text, copied; NULL when there is none. */
char *tree_text(const struct tree *object, const char *name, struct arena *mem);
/* The same as it stands in the tree; "" when there is none. */
const char *tree_peek(const struct tree *object, const char *name);
double tree_number(const struct tree *object, const char *name, double otherwise);
/* Of things that are counted: 0 for what is below, or beyond a million. */
unsigned tree_whole(const struct tree *object, const char *name);
bool tree_bool(const struct tree *object, const char *name);
/* RFC 3339; 0 when there is none. */
utc_time tree_instant(const struct tree *object, const char *name);
/* The i-th text of an array; "" when there is none. */
const char *tree_peek_item(const struct tree *array, size_t i);

#endif
