/* Text that came from outside: bounded parsing, UTF-8, encodings. Nothing here scans past n. */
#ifndef LANTERNE_BASE_TEXT_H
#define LANTERNE_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct buf;

/* A whole decimal number, optional '-', no spaces, no leading '+'. ERR_MALFORMED on anything else,
 * ERR_FULL when outside [min, max]; *out untouched on error. */
MUST_CHECK enum err text_to_i64(const char *text, size_t n, int64_t min, int64_t max, int64_t *out);

/* Whether the bytes are UTF-8 without NUL, surrogates or overlong forms (RFC 3629). */
bool text_is_utf8(const char *text, size_t n);
/* Whether it is UTF-8 with no control character at all (newline included). */
bool text_is_line(const char *text, size_t n);
/* The next code point of at least one byte and how many bytes it took; UINT32_MAX and 1 when no
 * code point begins here. */
uint32_t text_next(const char *text, size_t n, size_t *used);
/* Number of code points of valid UTF-8. */
size_t text_length(const char *text, size_t n);

/* BCP 47 in the shapes the field uses: "fr", "cmn", "es-419", "zh-Hans", "pt-BR". */
bool text_is_language(const char *text, size_t n);
/* A country's code of ISO 3166-1 alpha-2, upper case, assigned. */
bool text_is_territory(const char *text, size_t n);

/* Appends text escaped for XML content and attributes; characters XML forbids become U+FFFD. */
void text_put_xml(struct buf *out, const char *text, size_t n);
/* Appends text with control characters as \xNN, so that it stays one line of a log. */
void text_put_line(struct buf *out, const char *text, size_t n);

/* RFC 4648 section 5, no padding. decode: ERR_MALFORMED on a foreign character, a padding sign or
 * non-zero trailing bits; ERR_FULL when room is too small. */
void text_put_base64url(struct buf *out, const void *bytes, size_t n);
MUST_CHECK enum err text_base64url_decode(const char *text, size_t n, uint8_t *out, size_t room,
                                          size_t *size);
void text_put_hex(struct buf *out, const void *bytes, size_t n); /* lower case */
/* 0 to 15 of either case; -1: no such digit. */
int text_hex_digit(char c);

/* Copies at most room - 1 bytes and always ends with NUL; false when it was cut. */
bool text_copy(char *out, size_t room, const char *text);

#endif
