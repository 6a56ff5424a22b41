/* Pictures of the service at the sizes that screens want: fetched, decoded on a thread of their
 * own, kept within a limit of bytes; the one not shown longest goes first. The main thread calls.
 *
 *   WANTED -> FETCHING -> DECODING -> READY | BROKEN (asked for again after a while) */
#ifndef LANTERNE_BOX_ART_ART_H
#define LANTERNE_BOX_ART_ART_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "box/art/picture.h"
#include "box/net/client.h"

struct art;

struct art_params {
    struct client *client; /* borrowed */
    unsigned owner;        /* under which it asks the client */
    size_t bytes_max;
    void (*wake)(void); /* any thread: there is something for art_poll */
};

MUST_CHECK enum err art_create(const struct art_params *params, struct art **out);
void art_destroy(struct art **art);

/* The picture when it is there; NULL, and it is on its way (or cannot be had). Borrowed until the
 * next art_poll. path NULL: NULL. */
cairo_surface_t *art_get(struct art *a, const char *path, const struct picture_wish *wish);
/* Takes an answer of `owner`. */
void art_answer(struct art *a, struct answer *answer);
/* Once a frame: takes what was decoded, asks for what is wanted, keeps to the limit. true: there is
 * a picture that was not there before. */
bool art_poll(struct art *a);
/* Lets go of all that was not shown in this frame. */
void art_shrink(struct art *a);
/* Forgets what could not be had, so that it is asked for again: the network is back. */
void art_retry(struct art *a);
bool art_is_busy(const struct art *a);
/* Memory was short since the last call. */
bool art_was_short(struct art *a);

#endif
