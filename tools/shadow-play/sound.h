/* What is heard: a music box over a quiet chord, and the night around it. Made of sines and noise,
 * the same to the sample every time. */
#ifndef LANTERNE_TOOLS_SHADOW_PLAY_SOUND_H
#define LANTERNE_TOOLS_SHADOW_PLAY_SOUND_H

#include <stdint.h>

enum { SOUND_RATE = 48000 };

enum scale { SCALE_PENTATONIC, SCALE_MAJOR, SCALE_MINOR, SCALE_DORIAN, SCALES };

struct music {
    int root; /* MIDI note */
    enum scale scale;
    double beat; /* seconds */
    uint32_t seed;
    /* How much of each is heard, 0 to 1. */
    double wind, waves, rain, thunder, birds, owls, bells, train, whale, pluck;
};

/* Fills n frames of two channels, -23 LUFS integrated, true peak under -3 dBTP. False: out of
 * memory. */
int sound_make(const struct music *m, float *out, int n);

#endif
