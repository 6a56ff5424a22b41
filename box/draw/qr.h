/* QR codes. */
#ifndef LANTERNE_BOX_DRAW_QR_H
#define LANTERNE_BOX_DRAW_QR_H

#include "box/draw/canvas.h"

/* Black on white with its quiet zone, as large as whole pixels allow within r. Nothing for a text
 * too long for one. */
void qr_draw(struct canvas *c, const char *text, struct rect r);

#endif
