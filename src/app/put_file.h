/* Files that others wait for: whole or not at all. */
#ifndef LANTERNE_APP_PUT_FILE_H
#define LANTERNE_APP_PUT_FILE_H

#include "base/buf.h"

/* Writes beside the name first, then takes its place. */
MUST_CHECK enum err put_file(const char *path, const struct buf *bytes);

#endif
