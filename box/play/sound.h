/* How loud the last second was. */
#ifndef LANTERNE_BOX_PLAY_SOUND_H
#define LANTERNE_BOX_PLAY_SOUND_H

#include <gst/gst.h>

enum { SOUND_PARTS = 10, SOUND_PART_MS = 100 };

/* Mean squares of the last parts of a second, a ring. Zero to begin with. */
struct sound {
    double parts[SOUND_PARTS];
    unsigned next;
};

/* Takes a message of the `level` element; others are left alone. */
void sound_take(struct sound *sound, const GstStructure *message);
/* Nothing is heard any more. */
void sound_clear(struct sound *sound);
/* Root of the mean square, 0 to 1. */
double sound_energy(const struct sound *sound);

#endif
