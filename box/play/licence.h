/* ClearKey licences as the World Wide Web Consortium's Encrypted Media Extensions lay them (9.1):
 * what is asked, what is answered. Pure. */
#ifndef LANTERNE_BOX_PLAY_LICENCE_H
#define LANTERNE_BOX_PLAY_LICENCE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "box/play/keys.h"

enum { LICENCE_MAX = 16 * 1024 /* bytes of an answer: KEYS_MAX keys take 7 kB */ };

/* Appends {"kids":[...],"type":"temporary"}. */
void licence_ask(struct buf *out, const uint8_t (*kids)[KEYS_ID], size_t n);
/* Puts the keys of an answer into keys and says how many there were. Copies are wiped on the way;
 * the text is the caller's to wipe. ERR_MALFORMED: it is no such answer, some may have been put.
 * ERR_FULL: as keys_put. */
MUST_CHECK enum err licence_read(const char *text, size_t n, struct keys *keys, size_t *put);

/* Reads a problem document (RFC 9457): what a person should know of it, one line of at most
 * room - 1 bytes; "" when it says nothing. */
void licence_problem(const char *text, size_t n, char *out, size_t room);

#endif
