#include "box/draw/qr.h"

#include <stddef.h>

#include <qrencode.h>

enum { QUIET = 4 }; /* modules; ISO/IEC 18004, 6.3.8 */

void qr_draw(struct canvas *c, const char *text, struct rect r)
{
    if (!canvas_needs(c, r))
        return;
    QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
    if (code == NULL)
        return;
    int modules = code->width + 2 * QUIET, size = r.w / modules;
    int x0 = r.x + (r.w - size * modules) / 2, y0 = r.y + (r.h - size * modules) / 2;
    fill(c, (struct rect){ x0, y0, size * modules, size * modules }, (struct colour){ 1, 1, 1, 1 });
    for (int y = 0; y < code->width; y++) {
        for (int x = 0; x < code->width; x++) {
            if (code->data[y * code->width + x] & 1)
                cairo_rectangle(c->cr, x0 + (QUIET + x) * size, y0 + (QUIET + y) * size, size,
                                size);
        }
    }
    cairo_set_source_rgb(c->cr, 0, 0, 0);
    cairo_fill(c->cr);
    QRcode_free(code);
}
