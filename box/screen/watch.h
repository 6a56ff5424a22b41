/* The player's screen, inside: shared by the files that make it. */
#ifndef LANTERNE_BOX_SCREEN_WATCH_H
#define LANTERNE_BOX_SCREEN_WATCH_H

#include "box/play/player.h"
#include "box/screen/parts.h"
#include "box/screen/screens.h"
#include "box/tiles/tiles.h"

/* OPENING -playback-> PLAYING -end-> OVER
 *    ^                  | fails, hangs
 *    +--- REOPENING <---+ (a heartbeat asks whether it may go on, and by which pass) */
enum watch_phase { WATCH_OPENING, WATCH_PLAYING, WATCH_REOPENING, WATCH_OVER };

/* What the keys mean now. */
enum watch_mode {
    WATCH_BARE,     /* the picture alone */
    WATCH_CONTROLS, /* with the bars */
    WATCH_SEEKING,  /* and a place that is being chosen */
    WATCH_AUDIO,    /* a list of sounds */
    WATCH_CAPTIONS, /* a list of captions */
    WATCH_NEXT,     /* the next episode is offered */
    WATCH_END,      /* that was it */
};

enum { WHAT_OPEN = 1, WHAT_BEAT, WHAT_SAVE, WHAT_MANIFEST };
enum { ROW_BAR, ROW_CONTROLS }; /* of the focus, with the bars */
enum watch_control {
    CONTROL_PLAY,
    CONTROL_RESTART,
    CONTROL_AUDIO,
    CONTROL_CAPTIONS,
    CONTROL_NEXT,
    N_CONTROLS
};
enum { TRACKS_MAX = 32 };

struct watch {
    struct screen s;
    char playable[32];
    bool is_beginning;
    struct arena *mem; /* of playback */
    const struct playback *playback;
    char *dash, *licence; /* the newest pass; owned, licence NULL in clear */
    enum watch_phase phase;
    enum watch_mode mode;
    struct player *player;
    struct player_report report;
    uint64_t picture;
    bool wants_pause;
    double resume_at;

    /* Keeping its seat and its place. */
    int64_t beat_us, save_us;
    double saved;
    bool is_beating, has_moved;

    /* The watchdog of the player. */
    double moved_to;
    int64_t moved_us, logged_us;
    unsigned reopens;

    /* What is on the screen. */
    int64_t hide_us, seek_us, last_key_us;
    unsigned repeats;
    double seek_to;
    bool stays; /* the next episode was declined */
    struct tiles tiles;
    bool has_tiles;
    char caption[2048];
    struct rect over[OVER_MAX], caption_rect;
    unsigned n_over, said_second;
    struct player_track tracks[TRACKS_MAX];
    unsigned n_tracks;
};

/* keeper.c: the playback at the service. */
void watch_ask_open(struct watch *w, struct app *a);
void watch_beat(struct watch *w, struct app *a);
/* is_last: it is being left, and nobody waits for the answer. */
void watch_save(struct watch *w, struct app *a, bool is_last);
void watch_give_back(struct watch *w, struct app *a); /* the seat */
void watch_keep(struct watch *w, struct app *a);      /* each frame: what is due */
void watch_take_beat(struct watch *w, struct app *a, struct answer *got);
bool watch_is_finished(const struct watch *w);

/* player.c */
void watch_open_player(struct watch *w, struct app *a, double at);
void watch_reopen(struct watch *w, struct app *a, const char *why);
void watch_go_next(struct watch *w, struct app *a);
void watch_leave(struct watch *w, struct app *a);
void watch_restart(struct watch *w, struct app *a);
struct screen *watch_again(const char *playable); /* from where it was left */
void watch_pause(struct watch *w, struct app *a, bool is_paused);
double watch_duration(const struct watch *w);
const char *watch_title(struct watch *w, struct app *a);

/* player_keys.c */
bool watch_press(struct screen *s, struct app *a, struct press p);
void watch_set_mode(struct watch *w, struct app *a, enum watch_mode mode);
/* Which controls there are; answers how many. */
unsigned watch_controls(const struct watch *w, enum watch_control out[N_CONTROLS]);
const char *watch_control_label(const struct watch *w, enum watch_control control);
char *watch_track_name(struct app *a, const struct player_track *t, bool captions);
void watch_commit_seek(struct watch *w, struct app *a);

/* player_draw.c */
void watch_draw(struct screen *s, struct app *a, struct canvas *c);

/* seats.c */
struct screen *seats_screen(const struct problem *p, const char *playable, bool is_beginning);

#endif
