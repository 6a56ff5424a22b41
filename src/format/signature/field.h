/* Structured fields of HTTP (RFC 8941), as far as signatures and digests need them. Only for
 * format/signature. Each takes something off the front of the reader; what is not there marks it as
 * failed. */
#ifndef LANTERNE_FORMAT_SIGNATURE_FIELD_H
#define LANTERNE_FORMAT_SIGNATURE_FIELD_H

#include "base/buf.h"
#include "base/reader.h"

/* The next byte, or -1 at the end. */
int field_peek(const struct reader *r);
/* Steps over c when it is next. */
bool field_take(struct reader *r, char c);
void field_spaces(struct reader *r); /* SP alone, as between the items of an inner list */
/* Spaces and tabs around the comma between members of a dictionary. True: another one follows. */
bool field_more(struct reader *r);
/* A key (3.1.2): lower case letters, digits, "_-.*"; at most room - 1 bytes. */
void field_key(struct reader *r, char *out, size_t room);
/* A string between quotes (3.3.3), its escapes undone. */
void field_string(struct reader *r, char *out, size_t room);
int64_t field_integer(struct reader *r); /* up to 15 digits (3.3.1) */
/* A byte sequence between colons (3.3.5); the number of bytes. */
size_t field_bytes(struct reader *r, uint8_t *out, size_t room);
/* A string as it is written. */
void field_put_string(struct buf *out, const char *text);

#endif
