/* The command line of lanterne-box. Pure. */
#ifndef LANTERNE_BOX_APP_OPTIONS_H
#define LANTERNE_BOX_APP_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct options {
    const char *server, *state, *language, *keys, *screenshot, *open, *partner, *assertion;
    double exit_after; /* seconds; 0: never */
    int width, height;
    bool is_fullscreen, wants_log, wants_help, wants_version;
};

/* ERR_ARGUMENT: why says what is wrong. The texts are of argv. */
MUST_CHECK enum err options_parse(int argc, char **argv, struct options *out, char *why,
                                  size_t room);
/* What --help prints: each option, and the statuses it ends with. */
const char *options_help(void);
/* "title/ID" gives its id; NULL: it is no such link. */
const char *link_title(const char *link);

/* How the program ends. */
enum exit_code {
    EXIT_FINE = 0,
    EXIT_BROKEN = 1, /* something in the program itself */
    EXIT_USAGE = 2,  /* the command line */
    EXIT_SCREEN = 3, /* no window could be opened */
    EXIT_KEYS = 4,   /* a word of --keys is none, or a screen it waited for did not come */
    EXIT_FILE = 5,   /* a picture of the screen could not be written */
    EXIT_HUNG = 6,   /* the watchdog ended it: systemd starts it again */
};

#endif
