/* One frame of an episode: the scene, the theatre around it, the cards before and after. */
#ifndef LANTERNE_TOOLS_SHADOW_PLAY_THEATRE_H
#define LANTERNE_TOOLS_SHADOW_PLAY_THEATRE_H

#include "story.h"

struct theatre {
    int width, height;
    cairo_surface_t *picture, *fibre, *shade; /* the frame; the paper's texture; dark corners */
};

int theatre_open(struct theatre *t, int width, int height);
/* Draws frame number `frame` of episode `number` (from 0) into t->picture. */
void theatre_show(struct theatre *t, int number, int frame);
/* Draws the poster of the series into t->picture, which was opened upright: 2:3. */
void theatre_poster(struct theatre *t);
void theatre_close(struct theatre *t);

#endif
