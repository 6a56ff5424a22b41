/* The window: SDL on any video driver, with or without a GPU. The main thread's. */
#ifndef LANTERNE_BOX_WINDOW_WINDOW_H
#define LANTERNE_BOX_WINDOW_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "box/draw/canvas.h"
#include "box/input/keys.h"

struct window;

struct window_params {
    const char *title;
    int width, height;
    bool is_fullscreen;
};

/* A picture of three planes, as players give them. */
struct window_picture {
    const uint8_t *plane[3];
    int pitch[3];
    int width, height, par_n, par_d; /* par 0: square */
};

enum window_event { WINDOW_NOTHING, WINDOW_PRESS, WINDOW_EXPOSED, WINDOW_QUIT, WINDOW_WOKEN };

/* ERR_STATE: there is no video driver or it gives no window; window_trouble says why. */
MUST_CHECK enum err window_create(const struct window_params *params, struct window **out);
void window_destroy(struct window **window);
const char *window_trouble(void);
const char *window_driver(const struct window *w);

/* The next event, waiting at most so long (0: not at all). */
enum window_event window_wait(struct window *w, int wait_ms, struct press *out);
/* Ends a wait; any thread. */
void window_wake(void);

/* Takes the damaged pixels of the canvas. */
void window_take(struct window *w, const struct canvas *c);
/* The picture under the interface from now on. ERR_MEMORY: there is no texture for it. */
MUST_CHECK enum err window_picture(struct window *w, const struct window_picture *p);
void window_no_picture(struct window *w);
/* Shows it all. over: with a picture, the parts where the interface is; NULL, 0 without. */
void window_show(struct window *w, const struct rect *over, unsigned n);
/* What is shown, as a PNG file. */
MUST_CHECK enum err window_save(struct window *w, const struct rect *over, unsigned n,
                                const char *file);

#endif
