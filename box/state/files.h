/* Small files that only the box's user may read, replaced whole or not at all. */
#ifndef LANTERNE_BOX_STATE_FILES_H
#define LANTERNE_BOX_STATE_FILES_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

/* Makes the folder, and those above it, for its user alone. */
MUST_CHECK enum err folder_make(const char *path);
/* Whole, into out. ERR_NOT_FOUND; ERR_FULL: longer than out's ceiling; ERR_DENIED: others may read
 * it (a secret that is none any more). */
MUST_CHECK enum err file_read(const char *folder, const char *name, struct buf *out);
/* Mode 0600, on the disk when it returns. On errors the old one is as it was. */
MUST_CHECK enum err file_replace(const char *folder, const char *name, const void *bytes, size_t n);
/* Not there: OK. */
MUST_CHECK enum err file_remove(const char *folder, const char *name);

#endif
