/* What several screens draw, and how lists of buttons are pressed. */
#ifndef LANTERNE_BOX_SCREEN_PARTS_H
#define LANTERNE_BOX_SCREEN_PARTS_H

#include "box/app/app.h"

/* The safe area: what lies outside may be cut by the television. */
enum { SAFE_X = 64, SAFE_Y = 40, SCREEN_W = 1280, SCREEN_H = 720 };

/* A button as wide as its label; answers its width in pixels. */
struct button {
    const char *label;
    enum icon icon; /* ICON_NONE: none */
    bool has_focus;
};
int button_draw(struct canvas *c, int x, int y, const struct button *b);
int button_height(const struct canvas *c);
int button_width(struct canvas *c, const struct button *b);
/* A line of a list, as wide as r: a label, and what it is set to at its end. */
void line_draw(struct canvas *c, struct rect r, const char *label, const char *value,
               bool has_focus);
int line_height(const struct canvas *c);

/* A title's card: its poster with what there is to say on it. The name under it. */
void card_draw(struct app *a, struct canvas *c, const struct card *card, struct rect poster,
               bool has_focus);
struct picture_wish poster_wish(const struct canvas *c);
enum { POSTER_W = 152, POSTER_H = 228 };
/* "2013 · 1 h 32 min · Drama" */
char *card_meta(struct app *a, const struct card *card);
/* "Only here · Until 3 March" and the like; "" when there is nothing. */
char *card_flags(struct app *a, const struct card *card);
/* "S1 E2 · Name" */
char *episode_said(struct app *a, unsigned season, unsigned number, const char *title);
/* The name, and what else is to be heard of it. */
char *card_said(struct app *a, const struct card *card);
void progress_draw(struct canvas *c, struct rect r, double part);
/* The heading of a screen at the top; answers where what follows may begin. */
int heading_draw(struct app *a, struct canvas *c, const char *text);
/* Something is on its way. */
void waiting_draw(struct app *a, struct canvas *c, const char *text);
/* Before each frame of it: its flame flickers. */
void waiting_tick(struct app *a);

/* A value that goes where it is told, smoothly. */
struct glide {
    double at, to;
};
/* true: it moves. */
bool glide_step(struct glide *g, int64_t us);
void glide_jump(struct glide *g, double to);

/* Arrows move the focus; true when the key was one of them. */
bool focus_press(struct screen *s, struct app *a, enum key key);

#endif
