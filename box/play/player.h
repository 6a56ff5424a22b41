/* Plays one title. One thread (the program's main one) calls; GStreamer's threads stay inside.
 *
 *   OPENING -> BUFFERING <-> PLAYING <-> PAUSED -> ENDED; a seek leads back to BUFFERING.
 *   FAILED from anywhere, for good: the report says why and only player_close is left to do.
 *
 * Times are seconds from the title's start. Keys, passes and licence addresses never appear in a
 * reason. */
#ifndef LANTERNE_BOX_PLAY_PLAYER_H
#define LANTERNE_BOX_PLAY_PLAYER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct player;

/* Texts are copied. */
struct player_ask {
    const char *manifest; /* DASH, absolute http(s) address, the pass is in its path */
    const char *licence;  /* ClearKey licence address, absolute; NULL: clear */
    const char *agent;    /* user agent */
    double start_seconds;
    unsigned lines_max;           /* of the screen; 0: no limit */
    uint64_t rate_max;            /* bit/s; 0: no limit */
    const char *audio, *captions; /* BCP 47 wanted; audio NULL: the title's own; captions NULL: only
                                   * what is forced: translates what the sound leaves foreign */
    const char *session_id, *content_id; /* CMCD sid, cid; NULL: left out */
};

enum player_state {
    PLAYER_OPENING,
    PLAYER_BUFFERING,
    PLAYER_PLAYING,
    PLAYER_PAUSED,
    PLAYER_ENDED,
    PLAYER_FAILED
};

struct player_track {
    char id[32], language[36], label[64];
    bool is_chosen;
    bool is_described; /* audio description; captions: for the hard of hearing */
};

struct player_picture {
    const uint8_t *plane[3]; /* Y, U, V of I420 */
    int pitch[3];            /* bytes a line */
    int width, height;
    uint64_t number; /* grows with each picture, from 1 */
    int par_n, par_d;
};

struct player_report {
    enum player_state state;
    double position, duration, buffered; /* buffered: seconds that are there after position */
    char reason[200];                    /* of PLAYER_FAILED, in English; "" otherwise */
    unsigned stalls;                     /* times that it ran dry while it should have played */
    uint64_t bit_rate;                   /* of the picture as the manifest says, bit/s */
    int height;                          /* of the picture that plays */
    double sound_energy;                 /* RMS of the last second, 0..1 */
    unsigned frames_shown, frames_late;
};

/* Begins to open it; what comes of that is told by player_poll. ERR_ARGUMENT: an address is not
 * absolute http(s). ERR_UNSUPPORTED: GStreamer or one of its plug-ins that cannot be done without
 * is not there. ERR_MEMORY. */
enum err player_open(const struct player_ask *ask, struct player **out);
/* NULL: nothing. Keys are wiped. Never blocks more than 1 s: a hung pipeline is abandoned to a
 * thread that ends it when it can. */
void player_close(struct player *p);
/* Call each frame; never blocks. */
void player_poll(struct player *p, struct player_report *out);
/* The newest decoded picture, I420; false: none newer than `after`. Borrowed until player_release
 * or the next call. */
bool player_picture(struct player *p, uint64_t after, struct player_picture *out);
void player_release(struct player *p);
void player_pause(struct player *p, bool is_paused);
/* The last of several counts. Past the end is the end. */
void player_seek(struct player *p, double seconds);
/* How many of them there are; the first `room` are written. None before the manifest is read. */
size_t player_tracks(struct player *p, bool captions, struct player_track *out, size_t room);
/* An id that player_tracks does not list is no choice. */
void player_choose_audio(struct player *p, const char *id);
void player_choose_captions(struct player *p, const char *id_or_null);
/* The caption to show now as Pango markup, "" when none. Borrowed until the next call. */
const char *player_caption(struct player *p);
/* The heartbeat gave a newer pass: later requests use it (same manifest address but for the pass).
 * licence: NULL: as before. */
void player_new_pass(struct player *p, const char *manifest, const char *licence);

#endif
