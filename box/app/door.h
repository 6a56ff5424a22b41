/* How a box that runs is told where to go: whoever is started over the same state folder with a
 * link hands it in at a socket there, which only the folder's user can reach. Not shared between
 * threads. */
#ifndef LANTERNE_BOX_APP_DOOR_H
#define LANTERNE_BOX_APP_DOOR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum { DOOR_LINK = 128 }; /* bytes of a link, its end included */

struct door;

/* Listens in the folder, which is there. ERR_EXISTS: another box does; ERR_IO. */
MUST_CHECK enum err door_open(const char *folder, struct door **out);
void door_close(struct door **door); /* of NULL: nothing */
/* A link that was handed in since, one a call; false: none. Never blocks. door NULL: false. */
bool door_hear(struct door *door, char out[DOOR_LINK]);
/* Hands a link to the box that runs over the folder. ERR_NOT_FOUND: none does; ERR_FULL: it is
 * longer than a link may be. */
MUST_CHECK enum err door_tell(const char *folder, const char *link);

#endif
