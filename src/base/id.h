/* Identities: 128 random bits written as 26 letters and digits (base32, lower case), safe in paths
 * and file names, never guessable. Each kind of thing has a type of its own. */
#ifndef LANTERNE_BASE_ID_H
#define LANTERNE_BASE_ID_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"

enum { ID_TEXT = 27 }; /* 26 characters and a NUL */

#define ID_TYPE(name)                                                                              \
    typedef struct {                                                                               \
        char s[ID_TEXT];                                                                           \
    } name

/* A new random id from the kernel. Stops the process when there is no randomness. */
void id_new(char out[ID_TEXT]);
/* The same with 48 bits of time (milliseconds since 1970) before 80 random ones: what is made one
 * after another lies side by side in an index, which large stores are quicker with by far. */
void id_new_in_order(utc_time now, char out[ID_TEXT]);
/* Whether text is written like an id; copies it to out when so. Says nothing of existence. */
bool id_parse(const char *text, size_t n, char out[ID_TEXT]);

#endif
