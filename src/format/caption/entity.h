/* HTML character references, as WebVTT text uses them. */
#ifndef LANTERNE_FORMAT_CAPTION_ENTITY_H
#define LANTERNE_FORMAT_CAPTION_ENTITY_H

#include <stddef.h>

enum { ENTITY_TEXT = 16 };

/* Reads the reference that text[0] == '&' may open, the longest name winning, and puts its UTF-8
 * into out (a C string). Returns how many bytes it took; 0 when it is only an ampersand. */
size_t entity_read(const char *text, size_t n, char out[ENTITY_TEXT]);
/* Writes code point v as UTF-8; U+FFFD for what is none, and for NUL. Returns its length. */
size_t entity_put_utf8(unsigned long v, char out[ENTITY_TEXT]);

#endif
