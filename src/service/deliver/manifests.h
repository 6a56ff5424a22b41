/* The texts of an opened edition: playlists, the MPD, captions, each ready to be sent. */
#ifndef LANTERNE_SERVICE_DELIVER_MANIFESTS_H
#define LANTERNE_SERVICE_DELIVER_MANIFESTS_H

#include "service/deliver/opened.h"

/* What every answer below /media carries, so that any player on any page may ask for it. */
extern const char *const media_headers[];
/* Who has the pass may keep the bytes for ever; a cache between us and others may not: it would not
 * ask for the pass. */
#define CACHE_MEDIA "private, max-age=31536000, immutable"

/* Makes o->contents, in the arena, from the tracks that are open. On an error those made so far
 * stay for opened_unref. */
MUST_CHECK enum err manifests_make(const struct opened_params *params,
                                   const struct store_edition *edition, struct opened *o,
                                   struct arena *arena);

/* A manifest that names the licence address, whole; *written: its bytes. address: as it stands in
 * an attribute of XML and between quotes: no character of it may have to be quoted. NULL when there
 * is no memory. */
struct http_content *manifests_write(const struct opened_content *content, struct arena *arena,
                                     const char *address, size_t *written);

#endif
