/* The request target: a path that is decoded once and safe to compare, and a query. Pure. */
#ifndef LANTERNE_DRIVER_HTTP_TARGET_H
#define LANTERNE_DRIVER_HTTP_TARGET_H

#include <stdbool.h>
#include <stddef.h>

enum { HTTP_QUERY_VALUES_MAX = 128 };

/* Decodes the path of an origin-form target ("/a%20b?x=y") into path, which has room for n + 1
 * bytes, and points *query behind the '?' (n bytes at most; *query_size 0 and NULL without one).
 * Returns NULL, or what is wrong with it: it must start with '/', be UTF-8 without control
 * characters, and have no empty, "." or ".." segment, no backslash and no escaped slash.
 * The query is checked to consist of well-formed escapes of UTF-8 without NUL, and of no more than
 * HTTP_QUERY_VALUES_MAX values: libmicrohttpd keeps each in the connection's memory, and answers
 * nothing at all when that is full. */
const char *http_target_read(const char *target, size_t n, char *path, const char **query,
                             size_t *query_size);

/* Finds the first value of name, undecoded. False when absent. */
bool http_query_find(const char *query, size_t n, const char *name, const char **value,
                     size_t *value_size);
/* Decodes a query value ('+' is a space) into out, which has room for n + 1 bytes. */
void http_query_decode(const char *value, size_t n, char *out);

#endif
