/* Names to directories: every step is resolved by the kernel beneath the root, links refused. Only
 * for driver/blob. */
#ifndef LANTERNE_DRIVER_BLOB_PATH_H
#define LANTERNE_DRIVER_BLOB_PATH_H

#include <stdbool.h>

#include "base/err.h"

/* Opens name beneath root ("" or ".": root itself). ERR_NOT_FOUND, ERR_DENIED (a link), ERR_IO. */
MUST_CHECK enum err path_open(int root, const char *name, int flags, int *fd);
/* Opens the directory that holds the name's last part, and lends that part. make: missing
 * directories are made, and flushed to the disk. */
MUST_CHECK enum err path_parent(int root, const char *name, bool make, int *dir, const char **last);
/* Flushes a directory that may be open by path only. */
MUST_CHECK enum err path_flush(int dir);

#endif
