/* Manifests as they were written for a pass, kept ready to be sent: a player that asks again costs
 * a look-up. Few and small: most ask once. Any thread. */
#ifndef LANTERNE_SERVICE_DELIVER_KEPT_H
#define LANTERNE_SERVICE_DELIVER_KEPT_H

#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "driver/http/server.h"

enum { KEPT_BYTES_MAX = 8 * 1024 * 1024 }; /* a thousand manifests of a film */

/* What a manifest was written from; whatever differs in one of these is another. */
struct kept_key {
    const char *pass; /* its id, which nobody else's has: it is signed */
    utc_time expires; /* of the pass */
    const char *base; /* what addresses of ours begin with */
    const char *name; /* "manifest.mpd" */
    uint64_t tag;     /* of the text around the address, and its bytes */
    size_t size;
};

struct kept;
/* NULL when there is no memory. */
struct kept *kept_create(void);
void kept_destroy(struct kept **kept);

/* With a reference of the caller's; NULL: it is not kept. */
struct http_content *kept_find(struct kept *kept, const struct kept_key *key);
/* Keeps it, with a reference of its own, unless there is no room for it. size: of the content. */
void kept_put(struct kept *kept, const struct kept_key *key, struct http_content *content,
              size_t size);

#endif
