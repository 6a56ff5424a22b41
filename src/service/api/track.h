/* The tracks of an edition by their languages: what of them may be offered. */
#ifndef LANTERNE_SERVICE_API_TRACK_H
#define LANTERNE_SERVICE_API_TRACK_H

#include "driver/store/media.h"

/* The language in an audio rendition's name, "a-LANGUAGE-CHANNELS" or, of a description,
 * "a-LANGUAGE-ad-CHANNELS". "" when there is none. */
const char *track_language(struct arena *arena, const struct store_rendition *r);
/* Whether any sound of the edition may be heard; a silent one needs none. Sound without a language
 * is nobody's dub (service/deliver judges alike). */
bool track_any_sound(struct arena *arena, const struct store_edition *edition,
                     const char *languages);

struct track_list {
    const struct store_edition *edition;
    const struct store_caption *captions;
    size_t n_captions;
};
/* A text of languages (rules/viewing/showing.h) as short as a pass has room for: when it is longer,
 * the languages of these tracks that it allows are named one by one, sound first; what has no room
 * is not offered. ERR_FULL: not even what must be kept from them has room. */
MUST_CHECK enum err track_shorten(struct arena *arena, const char *languages, size_t max,
                                  const struct track_list *tracks, const char **out);

#endif
