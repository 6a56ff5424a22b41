/* Forms as browsers and OAuth's programs send them (application/x-www-form-urlencoded, as the URL
 * standard says), read as the JSON object of their fields. Pure. */
#ifndef LANTERNE_FORMAT_FORM_FORM_H
#define LANTERNE_FORMAT_FORM_FORM_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

enum { FORM_FIELDS_MAX = 64 };

/* Appends {"name":"value",...} with the fields in their order, every value a text; a field without
 * a value is left out (RFC 6749 section 3.2), one that comes twice comes twice, for the reader of
 * the JSON to refuse. ERR_MALFORMED: a percent escape is broken, a name or a value is not UTF-8 or
 * has a NUL, a name is empty, or there are too many fields; out is then as it was. ERR_FULL,
 * ERR_MEMORY: out's. */
MUST_CHECK enum err form_to_json(const char *form, size_t n, struct buf *out);

#endif
