/* Pictures of strangers. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "box/art/picture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct picture_wish wishes[] = { { 152, 228, PICTURE_COVER, 8 },
                                                  { 64, 64, PICTURE_WITHIN, 0 } };
    for (size_t i = 0; i < sizeof wishes / sizeof *wishes; i++) {
        cairo_surface_t *s = NULL;
        if (picture_read(data, size, &wishes[i], &s) != OK)
            continue;
        int w = cairo_image_surface_get_width(s), h = cairo_image_surface_get_height(s);
        assert(w > 0 && w <= wishes[i].width && h > 0 && h <= wishes[i].height);
        cairo_surface_destroy(s);
    }
    return 0;
}
