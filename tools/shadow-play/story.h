/* The thirteen episodes: what is told, shown and heard in each. */
#ifndef LANTERNE_TOOLS_SHADOW_PLAY_STORY_H
#define LANTERNE_TOOLS_SHADOW_PLAY_STORY_H

#include "paper.h"
#include "sound.h"

enum { EPISODES = 13, STORY_LINES = 3, STORY_RATE = 24 };
#define STORY_SECONDS 10.0

enum tongue { FRENCH, ENGLISH, TONGUES };

struct line {
    double from, until; /* seconds */
    const char *text[TONGUES];
};

struct episode {
    const char *title[TONGUES], *synopsis[TONGUES];
    struct palette pal;
    void (*draw)(struct stage *s);
    struct line lines[STORY_LINES];
    struct music music;
};

extern const struct episode story[EPISODES];
extern const char *const story_title[TONGUES], *const story_synopsis[TONGUES];

#endif
