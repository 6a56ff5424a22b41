/* The keys of one playback, in memory that is locked, left out of core dumps and wiped. Shared by
 * the player and the elements that decrypt, some of which may outlive it: counted. Any thread. What
 * an element makes of a key to decrypt with is in plain memory, and wiped when it goes. */
#ifndef LANTERNE_BOX_PLAY_KEYS_H
#define LANTERNE_BOX_PLAY_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { KEYS_MAX = 64, KEYS_ID = 16, KEYS_KEY = 16 };

struct keys;

/* ERR_MEMORY: also when it cannot be locked. */
MUST_CHECK enum err keys_create(struct keys **out);
struct keys *keys_ref(struct keys *keys);
void keys_unref(struct keys **keys); /* the last one wipes */

/* Another key under an id known already takes its place. ERR_FULL: KEYS_MAX of them, or wiped. */
MUST_CHECK enum err keys_put(struct keys *keys, const uint8_t id[KEYS_ID],
                             const uint8_t key[KEYS_KEY]);
bool keys_find(struct keys *keys, const uint8_t id[KEYS_ID], uint8_t key[KEYS_KEY]);
/* Forgets all, for good: keys_find finds none from here on, keys_put puts none. */
void keys_wipe(struct keys *keys);

#endif
