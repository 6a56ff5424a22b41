/* A presentation made up for tests of manifests: three pictures, French stereo and surround,
 * English stereo, a description, captions of each kind, tiles. */
#ifndef LANTERNE_TESTS_FORMAT_SHOW_H
#define LANTERNE_TESTS_FORMAT_SHOW_H

#include "format/cmaf/presentation.h"

enum { SHOW_FRAGMENTS = 5, SHOW_RENDITIONS = 7, SHOW_CAPTIONS = 3 };

struct show {
    struct cmaf_fragment_entry entries[SHOW_RENDITIONS][SHOW_FRAGMENTS];
    struct cmaf_index indexes[SHOW_RENDITIONS];
    struct presentation_rendition renditions[SHOW_RENDITIONS];
    struct presentation_caption captions[SHOW_CAPTIONS];
    struct presentation presentation; /* two fragments a segment */
};

void show_make(struct show *show);
/* Encrypts it under cbcs: the smallest picture under key id 11.., the others under 22.., sound
 * under aa... */
void show_protect(struct show *show, const struct presentation_protection *protection);

#endif
