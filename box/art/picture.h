/* Pictures from bytes: JPEG, and PNG for a partner's sign. Strangers' bytes: sizes have ceilings,
 * a broken file gives an error and never more. Any thread. */
#ifndef LANTERNE_BOX_ART_PICTURE_H
#define LANTERNE_BOX_ART_PICTURE_H

#include <cairo/cairo.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum picture_fit {
    PICTURE_COVER,  /* fills width x height, what hangs over is cut */
    PICTURE_WITHIN, /* whole within width x height */
    PICTURE_AS_IS,  /* its own size; width and height are not looked at */
};

struct picture_wish {
    int width, height; /* pixels */
    enum picture_fit fit;
    double radius; /* of its corners, pixels */
};

/* ERR_MALFORMED: no picture. ERR_FULL: greater than any of ours. ERR_MEMORY. */
MUST_CHECK enum err picture_read(const uint8_t *bytes, size_t n, const struct picture_wish *wish,
                                 cairo_surface_t **out);

#endif
