/* What ingest made of a playable: its edition (all renditions that belong together) and captions.
 */
#ifndef LANTERNE_DRIVER_STORE_MEDIA_H
#define LANTERNE_DRIVER_STORE_MEDIA_H

#include <stdint.h>

#include "driver/store/store.h"
#include "rules/catalog/title.h"

ID_TYPE(edition_id); /* one ingest's output; blobs lie under "media/EDITION/" */

struct store_rendition {
    const char *name;  /* "v1080", "a-fr-2" */
    const char *kind;  /* "video", "audio" */
    const char *label; /* audio: for the menu; may be "" */
    bool is_default, is_description;
    int64_t size; /* bytes of the track file "media/EDITION/NAME.mp4" */
};

struct store_caption {
    const char *name;     /* "c-fr", "c-fr-sdh" */
    const char *language; /* BCP 47 */
    const char *label;
    const char *kind; /* "subtitles", "sdh", "forced" */
    bool is_default;
    const char *blob; /* name of the WebVTT blob */
};

struct store_tiles {
    uint32_t width, height, columns, rows, timescale, sheets; /* sheets 0: none */
    int64_t interval_ticks, sheet_ticks, bytes; /* blobs "media/EDITION/tiles/N.jpg", N from 1 */
};

struct store_edition {
    edition_id id;
    playable_id playable;
    int64_t duration_ms;
    utc_time ready;
    size_t n_renditions;
    struct store_rendition *renditions; /* video by rising size, then audio in the master's order */
    struct store_tiles tiles;
};

/* Makes this edition the playable's current one, in one transaction with the end of the job (job
 * NULL: none). *replaced (optional) gets the id of the edition it takes the place of (s[0] == 0:
 * none). */
MUST_CHECK enum err store_edition_put(struct store *store, const struct store_edition *edition,
                                      edition_id *replaced);
/* Editions that another took the place of before `before`: remove their blobs, then forget them. */
MUST_CHECK enum err store_editions_retired(struct store *store, struct arena *arena,
                                           utc_time before, edition_id **out, size_t *n);
MUST_CHECK enum err store_edition_forget(struct store *store, edition_id id);
/* Every current edition, by id: for `lanterne check` and for sweeping up blobs nobody knows. */
MUST_CHECK enum err store_editions_list(struct store *store, struct arena *arena,
                                        struct store_edition **out, size_t *n);
/* The current edition. ERR_NOT_FOUND: nothing is ready. */
MUST_CHECK enum err store_edition_get(struct store *store, struct arena *arena, playable_id id,
                                      struct store_edition *out);
/* The edition of this id, the current one or one that was replaced and is not forgotten yet. */
MUST_CHECK enum err store_edition_find(struct store *store, struct arena *arena, edition_id id,
                                       struct store_edition *out);
/* Adds or replaces the caption with this name. */
MUST_CHECK enum err store_caption_put(struct store *store, playable_id id,
                                      const struct store_caption *caption);
MUST_CHECK enum err store_caption_remove(struct store *store, playable_id id, const char *name);
MUST_CHECK enum err store_captions_list(struct store *store, struct arena *arena, playable_id id,
                                        struct store_caption **out, size_t *n);

#endif
