/* What a Range header asks of a representation (RFC 9110, section 14). Pure. */
#ifndef LANTERNE_DRIVER_HTTP_RANGE_H
#define LANTERNE_DRIVER_HTTP_RANGE_H

#include <stddef.h>
#include <stdint.h>

enum http_range {
    HTTP_RANGE_WHOLE, /* no range, not one we read, or several: 200 with everything */
    HTTP_RANGE_PART,  /* 206 with *first and *length */
    HTTP_RANGE_NONE,  /* 416: it asks for nothing that there is */
};

/* value: the field's value, n bytes. size: of the whole. *first + *length <= size, *length > 0;
 * both are written for HTTP_RANGE_PART only. */
enum http_range http_range_parse(const char *value, size_t n, uint64_t size, uint64_t *first,
                                 uint64_t *length);

#endif
