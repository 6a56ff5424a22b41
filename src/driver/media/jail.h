/* Closing the jail: what is left to a process that is about to read strangers' bytes. */
#ifndef LANTERNE_DRIVER_MEDIA_JAIL_H
#define LANTERNE_DRIVER_MEDIA_JAIL_H

#include <stdbool.h>
#include <stddef.h>

#include "driver/media/media.h"

enum { JAIL_SOURCE = 3, JAIL_PIPE = 4 }; /* the descriptors of a jail */

/* Whether this build carries a sanitizer, whose shadow memory no address limit could hold. */
bool jail_is_sanitized(void);

/* Closes the process for good: user nobody (when root), limits on CPU, memory, files; no new
 * privileges; no network; no path (Landlock); the few system calls that decoding needs (seccomp,
 * anything else ends the process). Call with one thread. On an error, why says which bar could not
 * be lowered, and the process must not read the source. */
MUST_CHECK enum err jail_close(const struct media_limits *limits, char *why, size_t room);

#endif
