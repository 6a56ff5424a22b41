/* From whatever bytes a caption file has to UTF-8 with LF line ends. */
#ifndef LANTERNE_FORMAT_CAPTION_ENCODING_H
#define LANTERNE_FORMAT_CAPTION_ENCODING_H

#include <stddef.h>

#include "base/err.h"

struct buf;

/* Appends the text to out: no byte order mark, CR LF and CR made LF, NUL and what cannot be read
 * made U+FFFD. name gets the encoding's name. ERR_FULL and ERR_MEMORY: out's. */
MUST_CHECK enum err encoding_to_utf8(const void *bytes, size_t n, char *name, size_t room,
                                     struct buf *out);
/* Appends text that should be UTF-8 and cleans it in the same way. */
void encoding_put_clean(const char *text, size_t n, struct buf *out);

#endif
