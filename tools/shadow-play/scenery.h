/* Where the shadow play happens. Each draws itself on the stage, far things first. */
#ifndef LANTERNE_TOOLS_SHADOW_PLAY_SCENERY_H
#define LANTERNE_TOOLS_SHADOW_PLAY_SCENERY_H

#include "paper.h"

void sky(struct stage *s);
void stars(struct stage *s, uint32_t seed, int n, double lowest, double bright);
void shooting_star(struct stage *s, double at, double x, double y);
void moon(struct stage *s, double x, double y, double r);
void sun(struct stage *s, double x, double y, double r);
void clouds(struct stage *s, uint32_t seed, double y, double speed, double depth, double alpha);

struct land {
    uint32_t seed;
    double base, height, width; /* of its hills */
    double scroll;              /* how far it has gone by */
    double depth;               /* 0 nearest */
};
double land_at(const struct land *l, double x);
void hills(struct stage *s, const struct land *l);
void mountains(struct stage *s, const struct land *l);
/* lit: the share of windows with a light. */
void city(struct stage *s, const struct land *l, double lit);
void roofs(struct stage *s, const struct land *l, double lit);
void pines(struct stage *s, const struct land *l);
/* Bare trees, near by. */
void tree(struct stage *s, double x, double y, double size, uint32_t seed, double depth);
void grass(struct stage *s, const struct land *l);
void reeds(struct stage *s, double y, double scroll, uint32_t seed);

/* Ribbons of paper sea from y down; rough: 0 calm, 1 a storm. */
void sea(struct stage *s, double y, double rough, double scroll);
double sea_at(const struct stage *s, int ribbon, double y, double rough, double scroll, double x);
void sea_ribbon(struct stage *s, int ribbon, double y, double rough, double scroll);
void light_on_water(struct stage *s, double x, double y);

void bridge(struct stage *s, double y, double scroll);
void viaduct(struct stage *s, double y, double scroll);
void lighthouse(struct stage *s, double x, double y, double size);
void rain(struct stage *s, double amount, double wind);
void lightning(struct stage *s, double at, double x, uint32_t seed);

/* The theatre itself: branches, curtains, what stands before everything. */
void curtain(struct stage *s, double open);
void leaves(struct stage *s, uint32_t seed);

#endif
