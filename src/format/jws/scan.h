/* JSON (RFC 8259) read in place, without allocating: an object's members one after another, as they
 * come. For what is small, signed and from outside. Only for format/jws.
 *
 *   struct scan s = scan_of(bytes, n);
 *   scan_open(&s);
 *   while (scan_member(&s, name, sizeof name))
 *       if (strcmp(name, "exp") == 0)
 *           scan_whole(&s, &expires);
 *       else
 *           scan_skip(&s);
 *   if (scan_end(&s) != OK) ...
 *
 * The first failure sticks: every later call gives nothing and moves nowhere. */
#ifndef LANTERNE_FORMAT_JWS_SCAN_H
#define LANTERNE_FORMAT_JWS_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { SCAN_DEPTH_MAX = 16 /* of what is skipped */ };

struct scan {
    const char *at, *end; /* borrowed */
    bool has_members;     /* one was read of the object that is open */
    /* ERR_MALFORMED: not JSON, not UTF-8, or another kind than was asked for. ERR_FULL: a text
     * longer than its room, a number past 64 bits, or too deep. */
    enum err err;
};

struct scan scan_of(const void *bytes, size_t n);
/* The one object that the text is. */
void scan_open(struct scan *s);
/* The name of the next member ("" : longer than the room), whose value is then to be read or
 * skipped. False: the object has ended, or reading has failed. */
bool scan_member(struct scan *s, char *name, size_t room);
/* Whether the value that comes is a list. */
bool scan_is_list(const struct scan *s);
/* A list: open it, then ask whether an entry comes before each is read. *n counts them, from 0. */
void scan_list(struct scan *s);
bool scan_entry(struct scan *s, size_t *n);
/* A text, with its escapes resolved and a NUL after it. U+0000 in it is a failure. */
void scan_text(struct scan *s, char *out, size_t room);
/* A number without a fraction or an exponent. */
void scan_whole(struct scan *s, int64_t *out);
/* Any value. */
void scan_skip(struct scan *s);
/* Nothing follows the object. The sticky error. */
MUST_CHECK enum err scan_end(struct scan *s);

#endif
