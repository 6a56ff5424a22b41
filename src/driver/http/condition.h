/* Entity tags in conditional requests (RFC 9110, sections 8.8.3 and 13). Pure. */
#ifndef LANTERNE_DRIVER_HTTP_CONDITION_H
#define LANTERNE_DRIVER_HTTP_CONDITION_H

#include <stdbool.h>
#include <stddef.h>

enum http_compare { HTTP_WEAK, HTTP_STRONG };

/* Whether the list (the value of If-None-Match or If-Match) names etag, ours, a strong
 * one, written with its quotes. "*" names any. A list that is not well formed names what stands
 * before the fault. */
bool http_etag_listed(const char *list, size_t n, const char *etag, enum http_compare how);
/* Whether If-Range allows the range: one strong tag equal to ours. Dates never do: we send none. */
bool http_etag_allows_range(const char *value, size_t n, const char *etag);

#endif
