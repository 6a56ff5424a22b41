/* Letters as they travel: RFC 5322 with the encodings of MIME (RFC 2045, 2047). Pure: what comes
 * in cannot add a header, a recipient or a command, whatever is in it. */
#ifndef LANTERNE_FORMAT_MAIL_MAIL_H
#define LANTERNE_FORMAT_MAIL_MAIL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/clock.h"

enum {
    MAIL_MESSAGE_MAX = 64 * 1024, /* bytes; our longest letter has 2 kB */
    MAIL_LINE_MAX = 78            /* RFC 5322 section 2.1.1, without the CRLF */
};

struct mail_message {
    const char *id;        /* left of the @ of Message-ID: letters and digits */
    utc_time date;         /* to the second */
    const char *from_name; /* UTF-8; NULL: the address alone */
    const char *from, *to; /* addresses: mail_address_is_good */
    const char *subject;   /* UTF-8, one line */
    const char *language;  /* BCP 47; NULL: not said */
    const char *text;      /* UTF-8; lines end with \n */
};

/* Whether mail can be sent there: RFC 5321's Mailbox without quotes, comments and address literals;
 * other scripts as RFC 6531 has them. At most 254 bytes. "admin@localhost" is one. */
bool mail_address_is_good(const char *address, size_t n);

/* Appends the whole message, lines ending in CRLF, 7 bits wide unless an address is not.
 * ERR_ARGUMENT: an address is not good, the id or the language has a foreign sign, the subject or
 * the name is not one line, or the text is not UTF-8; out is as it was. ERR_FULL: out is at its
 * ceiling. */
MUST_CHECK enum err mail_write(const struct mail_message *m, struct buf *out);

#endif
