/* Where letters go out: an SMTP server (RFC 5321, by libcurl) or a folder of .eml files. One thread
 * at a time may use a sink; mail_sink_interrupt may be called from any. */
#ifndef LANTERNE_DRIVER_MAIL_MAIL_H
#define LANTERNE_DRIVER_MAIL_MAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"

enum { MAIL_WHY_TEXT = 200 };

struct mail_letter {
    const char *id;      /* letters and digits */
    utc_time written;    /* files are named by it, so that they sort by age */
    const char *to;      /* the recipient; an address as format/mail knows them */
    const uint8_t *data; /* the whole message, lines ending in CRLF */
    size_t size;
};

struct mail_sink;

/* Files DIR/INSTANT-ID.eml that only their owner reads; the folder is made when it is not there. A
 * letter sent again takes the place of its file. */
MUST_CHECK enum err mail_folder_open(const char *dir, struct mail_sink **out);

struct mail_smtp_params {
    const char *url;  /* smtp://host:587 (STARTTLS when offered, needed with a user) or smtps:// */
    const char *user; /* NULL or "": no authentication */
    const char *password;     /* copied; NULL: none */
    const char *from;         /* the envelope's sender: where bounces go */
    unsigned timeout_seconds; /* of one letter; 0: 60 */
};
/* Connects when the first letter comes. ERR_ARGUMENT: the URL has another scheme, or no host. */
MUST_CHECK enum err mail_smtp_open(const struct mail_smtp_params *params, struct mail_sink **out);

/* OK: the sink has taken the letter for good. ERR_DENIED: this recipient or this letter is refused
 * for good (5yz to RCPT or DATA). All else may go better later. why: one line on what went wrong,
 * "" on OK. */
MUST_CHECK enum err mail_send(struct mail_sink *sink, const struct mail_letter *letter,
                              char why[MAIL_WHY_TEXT]);
/* A letter being sent, and all after it, end at once with ERR_CANCELLED. */
void mail_sink_interrupt(struct mail_sink *sink);
void mail_sink_close(struct mail_sink **sink);

#endif
