/* Pictures (posters, stills, tiles) as they are sent. Those that lie sealed are opened into files
 * in memory, kept for who asks next, below a ceiling of bytes and of descriptors, which counts what
 * is still being sent to somebody slow. Any thread. */
#ifndef LANTERNE_SERVICE_DELIVER_PICTURES_H
#define LANTERNE_SERVICE_DELIVER_PICTURES_H

#include <stddef.h>

#include "driver/coffer/coffer.h"
#include "driver/http/server.h"

struct pictures;
struct pictures_params {
    struct coffer *coffer; /* borrowed */
    size_t bytes_max;      /* 0: 64 MiB */
    size_t files_max;      /* 0: 128; at most that */
};

/* NULL when there is no memory. */
struct pictures *pictures_create(const struct pictures_params *params);
void pictures_destroy(struct pictures **pictures);

/* Fills in the answer with a JPEG blob; the caller sets how it may be cached. ERR_NOT_FOUND.
 * ERR_BUSY: all that may be in memory is being sent. Others: said in the log, with the blob's name.
 * On an error the answer is as it was. */
MUST_CHECK enum err pictures_answer(struct pictures *pictures, const char *blob,
                                    struct http_answer *answer);

#endif
