/* Who the shadow play is about: jointed figures of black paper, seen from the side. */
#ifndef LANTERNE_TOOLS_SHADOW_PLAY_FIGURE_H
#define LANTERNE_TOOLS_SHADOW_PLAY_FIGURE_H

#include "paper.h"

enum pose { POSE_WALK, POSE_STAND, POSE_SIT, POSE_RELEASE };

/* Feet at (x, y), 230 high at size 1, facing right (size below zero: left). step: where in the
 * walk, in paces. Hangs the lantern, unless it is let go, and keeps its place in the stage. */
void girl(struct stage *s, double x, double y, double size, enum pose pose, double step);
/* A lantern whose middle is there; lit: 0 to 1. */
void lantern(struct stage *s, double x, double y, double size, double lit);

void cat(struct stage *s, double x, double y, double size, double step);
void cat_sitting(struct stage *s, double x, double y, double size);
void fox(struct stage *s, double x, double y, double size, double step);
void owl(struct stage *s, double x, double y, double size, double open);
void birds(struct stage *s, double x, double y, double size, int n, uint32_t seed);
void fish(struct stage *s, double x, double y, double size, double angle);
void whale(struct stage *s, double x, double y, double size, double angle);
/* The waterline at y; the girl and the lantern at its mast. */
void boat(struct stage *s, double x, double y, double size, double roll);
void train(struct stage *s, double x, double y, double size);
void umbrella(struct stage *s, double x, double y, double size, double open);

#endif
