/* The characters that every bank in SEPA takes (EPC217-08): Latin letters without accents, digits
 * and / - ? : ( ) . , ' + and the space. Pure. */
#ifndef LANTERNE_FORMAT_SEPA_CHARSET_H
#define LANTERNE_FORMAT_SEPA_CHARSET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

bool sepa_char_is_good(char c);
/* Appends UTF-8 as the nearest in these characters, at most `most` of them: é is e, ß is ss, Œ is
 * OE, Θ is TH, & is +; what has no likeness is a full stop. Spaces at the ends go, several become
 * one. */
void sepa_put_text(struct buf *out, const char *text, size_t n, size_t most);

#endif
