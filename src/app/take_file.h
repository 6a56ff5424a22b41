/* Files that the command line names, read whole. */
#ifndef LANTERNE_APP_TAKE_FILE_H
#define LANTERNE_APP_TAKE_FILE_H

#include <stdint.h>

#include "app/app.h"

/* A regular file of at most max bytes, in the command's arena. The exit code; not EXIT_OK: said. */
int take_file(struct app *app, const char *path, size_t max, const uint8_t **bytes, size_t *n);

#endif
