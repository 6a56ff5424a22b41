/* What screens stand on: the window, the client, the pictures, what the box knows, and the stack of
 * screens itself. All of it is the main thread's. */
#ifndef LANTERNE_BOX_APP_APP_H
#define LANTERNE_BOX_APP_APP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "box/app/door.h"
#include "box/app/options.h"
#include "box/art/art.h"
#include "box/draw/canvas.h"
#include "box/draw/text.h"
#include "box/focus/focus.h"
#include "box/input/keys.h"
#include "box/life/life.h"
#include "box/net/client.h"
#include "box/speak/speak.h"
#include "box/state/settings.h"
#include "box/window/window.h"
#include "box/words/words.h"

struct app;
struct screen;

enum { OVER_MAX = 8, OWNER_APP = 1, OWNER_ART = 2, OWNER_FIRST_SCREEN = 16 };
enum { WHAT_PROBE = 1, WHAT_SETTINGS }; /* what OWNER_APP asks for */

struct screen_ops {
    const char *name; /* what scripts and the log call it */
    /* Asks for what it shows; again when the network is back: what was under way is lost then. */
    void (*begin)(struct screen *s, struct app *a);
    void (*answer)(struct screen *s, struct app *a, struct answer *answer);
    /* false: not its key; back then leaves it. */
    bool (*press)(struct screen *s, struct app *a, struct press press);
    void (*tick)(struct screen *s, struct app *a, int64_t now_us); /* optional: before each frame */
    void (*draw)(struct screen *s, struct app *a, struct canvas *c);
    void (*shown)(struct screen *s, struct app *a); /* optional: on top again */
    void (*end)(struct screen *s, struct app *a);   /* frees what it holds, not itself */
    /* Optional, with a picture: where the interface is. */
    unsigned (*over)(struct screen *s, struct app *a, struct rect out[OVER_MAX]);
    bool hears_silence; /* answers that did not come are its own business */
    bool is_entrance;   /* before anybody is signed in */
};

struct screen {
    const struct screen_ops *ops;
    struct screen *below;
    unsigned owner; /* of its requests */
    bool is_ready;  /* what it shows is there */
    bool is_stale;  /* what it asked for did not come */
    struct focus focus;
};

/* What frames took: for the log and the bench. */
struct frames {
    unsigned shown, missed;   /* of those that had to follow another */
    int64_t worst_us, key_us; /* key_us: of the press not yet on the screen; 0: none */
    int64_t key_worst_us, key_total_us;
    int64_t
        cpu_us; /* of the main thread, for all that was shown: what a busy machine cannot blur */
    unsigned keys;
};

struct app {
    const struct options *options;
    struct settings settings;
    struct canvas canvas;
    struct window *window;
    struct client *client;
    struct art *art;
    struct speak *speak;
    struct life life;
    struct screen *top;
    unsigned owners;
    struct arena *frame; /* dies with the frame */
    struct arena *partner_mem;
    const struct box_settings *partner; /* NULL: not told yet */
    int64_t settings_due_us;
    char profile_name[128], profile_sound[40], profile_captions[40];
    bool has_profiles;
    struct frames frames;
    int64_t now_us;     /* of this frame, monotonic */
    int64_t note_until; /* of `note` */
    enum word note;     /* N_WORDS: none */
    bool clock_is_wrong, cannot_save, is_animating, is_quitting, has_picture, picture_is_new;
    const char *pending_open; /* a title to go to once somebody is in */
    struct door *door;        /* NULL: no links are handed in */
    char link[DOOR_LINK];     /* the last one that was */
    struct script *script;
    enum exit_code exit_code;
    int64_t standby_us; /* the time spent asleep, as far as seen */
};

/* ---- the stack ---- */

/* A screen of size bytes (its struct screen first), zeroed. */
void *screen_new(size_t size, const struct screen_ops *ops);
/* Puts it on top and begins it. Takes it. */
void app_push(struct app *a, struct screen *s);
/* Ends the top one; the one below is shown. The last stays. */
void app_pop(struct app *a);
/* Ends all, and begins with s. */
void app_reset(struct app *a, struct screen *s);
/* Ends the top one and puts s in its place. */
void app_replace(struct app *a, struct screen *s);
/* Back to the home screen; nothing while nobody has come that far. */
void app_go_home(struct app *a);
struct screen *app_find(struct app *a, const char *name);

/* ---- what screens ask ---- */

void app_ask(struct app *a, struct screen *s, struct ask ask);
/* All of it is drawn again. */
void app_redraw(struct app *a);
/* Whether a picture lies under the interface from now on; the screen that has one says so. */
void app_set_picture(struct app *a, bool has_picture);
/* There is a frame to follow this one at once. */
void app_animate(struct app *a);
/* The service says what time it is; whether the box's clock is right is for the log. */
void app_told_time(struct app *a, utc_time now);
/* What time it is, as the service says. */
utc_time app_now(const struct app *a);
/* What has the focus now: for the log, and spoken when wanted. */
void app_focused(struct app *a, const char *label);
/* The same without the log: what is secret. */
void app_say(struct app *a, const char *label);
/* Says something for a few seconds at the foot of the screen. */
void app_note(struct app *a, enum word note);
/* The sentence for a problem, with the service's address where it has one. */
char *app_problem_text(struct app *a, const struct problem *p);
/* That there is no subscription: in an operator's box with its name, else `otherwise`. */
char *app_subscribe_text(struct app *a, enum word otherwise);
/* "films.example" */
const char *app_site(const struct app *a);

/* ---- whose box it is (session.c) ---- */

void app_begin_session(struct app *a); /* the first screen: by token, assertion or code */
void app_signed_in(struct app *a, const char *token);
/* The token is gone. why: N_WORDS or what to say. */
void app_signed_out(struct app *a, enum word why);
void app_enter(struct app *a); /* a profile was chosen: home, or what was to be opened */
/* Goes where links lead that were handed in; before somebody is in, once they are. */
void app_take_links(struct app *a);
void app_take_profile(struct app *a, const struct profile *p);
void app_take_box_settings(struct app *a, struct answer *answer);
void app_save_settings(struct app *a);
/* Language, theme and text size as settings and partner have them. */
void app_apply_settings(struct app *a);
void app_session_tick(struct app *a);

/* ---- the whole (app.c, loop.c) ---- */

MUST_CHECK enum err app_create(const struct options *options, struct app **out);
void app_destroy(struct app **app);
enum exit_code app_run(struct app *a);
void app_press(struct app *a, struct press press);
void app_dispatch(struct app *a);
/* What is laid over all screens: the state of the network, notes (notes.c). */
void app_draw_notes(struct app *a, struct canvas *c);
bool app_has_notes(const struct app *a);
/* Whether the state of things leaves the top screen nothing to show. */
bool app_is_lost(const struct app *a);
bool app_save_screen(struct app *a, const char *file);

/* ---- scripts (script.c) ---- */

struct script;
struct script *script_create(const char *words);
void script_destroy(struct script **script);
/* Does what is due. */
void script_tick(struct script *script, struct app *a);
/* Whether it must be looked at again soon. */
bool script_is_busy(const struct script *script);

/* ---- the watchdog (watchdog.c) ---- */

/* Ends the process when the main thread is not seen for so long, and tells systemd that it lives
 * as long as it is. */
void watchdog_start(unsigned seconds);
void watchdog_seen(void);
void watchdog_stop(void);

#endif
