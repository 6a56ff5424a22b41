/* A set of ids, each once, in the order they came. Only for driver/store. */
#ifndef LANTERNE_DRIVER_STORE_ID_SET_H
#define LANTERNE_DRIVER_STORE_ID_SET_H

#include <stdint.h>

#include "base/arena.h"
#include "base/id.h"

struct id_set {
    struct arena *arena;
    size_t n, room;
    char (*ids)[ID_TEXT];
    uint32_t *slots; /* place in ids, from 1; 0: free; 2 * room of them */
};

struct id_set id_set_of(struct arena *arena);
void id_set_add(struct id_set *set, const char *id); /* "" is no id */

#endif
