/* What is said of places in a file: kept up to a ceiling, then counted. Only for service/rights. */
#ifndef LANTERNE_SERVICE_RIGHTS_NOTES_H
#define LANTERNE_SERVICE_RIGHTS_NOTES_H

#include "base/arena.h"
#include "service/rights/rights.h"

enum { NOTES_MAX = 10000 }; /* more than a person reads, less than a hostile file could make */

struct notes {
    struct arena *arena;
    struct rights_note *list;
    size_t n, room, left_out;
};
/* where, what: live as long as the arena. */
void notes_add(struct notes *notes, const char *where, const char *what);
void notes_say(struct notes *notes, const char *where, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
