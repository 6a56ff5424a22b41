/* What the parts of a player share. For box/play only.
 *
 * Three kinds of threads meet here. The caller's asks and is told; the player's own ("driver") does
 * whatever may take time, so that a pipeline that hangs hangs alone; GStreamer's hand pictures in.
 * `mutex` guards what the caller and the driver share, and is held for moments; the rest of struct
 * player is the driver's. */
#ifndef LANTERNE_BOX_PLAY_INSIDE_H
#define LANTERNE_BOX_PLAY_INSIDE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <gst/gst.h>
#include <gst/video/video.h>

#include "box/play/captions.h"
#include "box/play/fetch.h"
#include "box/play/keys.h"
#include "box/play/manifest.h"
#include "box/play/player.h"
#include "box/play/requests.h"
#include "box/play/sound.h"

/* What the caller wants; the driver compares it with what is. */
struct wishes {
    bool is_paused, is_closing;
    unsigned seeks; /* how many were asked for; the last counts */
    double seek_to;
    char audio[32];    /* "": as it is */
    char captions[32]; /* "": none */
    unsigned passes;   /* how many were handed in */
    char *manifest, *licence;
};

/* The newest picture, from GStreamer's threads to the caller's. */
struct pictures {
    pthread_mutex_t mutex;
    GstSample *newest; /* NULL: none yet */
    uint64_t number;
    bool is_shut; /* what comes is not to be shown: it is from before the place asked for */
};

/*  MANIFEST -> LICENCE -> BUILD -> RUN
 *     ^                            |  the network or the pipeline failed
 *     +------------ WAIT <---------+           any of them: OVER */
enum phase { PHASE_MANIFEST, PHASE_LICENCE, PHASE_BUILD, PHASE_RUN, PHASE_WAIT, PHASE_OVER };

struct pipeline {
    GstElement *play;  /* playbin3; NULL: there is none */
    GstElement *demux; /* the one of DASH, referenced; NULL before it is there */
    GstElement *video_sink;
    GstStreamCollection *streams;
    bool is_prerolled;
    bool is_seeking; /* a flushing seek runs */
    bool is_buffering;
    bool has_ended;
    GstState wanted;
};

struct player {
    pthread_t thread;
    atomic_uint owners; /* the caller and the driver: the last one frees */

    pthread_mutex_t mutex;
    pthread_cond_t changed; /* wishes, and that the driver is done */
    bool is_done;
    struct wishes wishes;
    struct player_report report;
    struct captions *captions; /* those that were chosen, or are forced; NULL: none */
    bool captions_are_forced;
    size_t n_sounds, n_captions;
    struct player_track sounds[MANIFEST_TRACKS_MAX], caption_tracks[MANIFEST_TRACKS_MAX];

    struct pictures pictures;
    GstElement *demux_seen; /* under pictures.mutex: handed over by a thread of GStreamer */

    /* the caller's */
    GstSample *lent;
    GstVideoFrame frame;
    bool is_lent;
    struct buf caption_text;
    unsigned frames_shown;

    /* the driver's */
    enum phase phase;
    struct fetcher *fetcher;
    struct fetch *fetch;         /* manifest or licence */
    struct fetch *caption_fetch; /* of caption_asked */
    struct fetch *renewal;       /* a licence while it plays */
    char caption_asked[32];
    struct keys *keys;
    struct requests *requests;
    struct manifest manifest;
    struct pipeline pipeline;
    struct sound sound;
    char *licence, *agent, *audio;
    char *captions_language; /* wished for at the start, until there is a list */
    char sound_id[32];
    unsigned lines_max;
    uint64_t rate_max;
    unsigned seeks_done, passes_done;
    double place;           /* where to go on after a new start; the last position known */
    bool has_to_seek;       /* to place, as soon as there is something to seek in */
    bool is_starting;       /* nothing was shown since the start or the last seek */
    int64_t sought_at;      /* when the start, or the last seek, had come through */
    int64_t wait_until_us;  /* WAIT */
    int64_t trouble_since;  /* 0: none */
    unsigned tries;         /* since it last went on */
    int64_t moved_at;       /* when the position last went on, or had no need to */
    double position, level; /* seconds; level: of all that the demuxer had in hand, last time */
    bool fell_back;         /* no sound device: into nothing */
    bool has_played;        /* a picture went on at least once */
    unsigned stalls;
    unsigned ticks;
    atomic_llong ticked_at; /* when the driver was last seen at work */
    char trouble[200];      /* what to say when going on is given up */
};

/* ---- pipeline.c: GStreamer ---- */

/* ERR_UNSUPPORTED: an element is missing. */
MUST_CHECK enum err pipeline_check(void);
MUST_CHECK enum err pipeline_build(struct player *p);
void pipeline_destroy(struct player *p); /* may take its time */
void pipeline_set_state(struct player *p, GstState state);
bool pipeline_seek(struct player *p, double seconds);
void pipeline_choose_sound(struct player *p, unsigned set);
/* Seconds; false: not to be known now. */
bool pipeline_position(struct player *p, double *out);
/* Seconds that the demuxer has in hand; negative: all there is, or none of that kind. */
void pipeline_buffered(struct player *p, double *video, double *audio);
uint64_t pipeline_throughput(struct player *p); /* bit/s as the demuxer measures; 0: not known */
unsigned pipeline_late(struct player *p);       /* pictures left out because they came too late */

/* ---- run.c: a pipeline from one moment to the next ---- */

/* Hears what it has to say, waiting for at most so long. */
void run_listen(struct player *p, int wait_ms);
/* Makes it what the wishes say. */
void run_obey(struct player *p, const struct wishes *wishes);

/* ---- driver.c: the thread ---- */

void *driver_run(void *player);
/* Over, and why. */
void driver_fail(struct player *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Something that may pass: tried again from the manifest on, until it has lasted too long. */
void driver_retry(struct player *p, const char *why);
void player_free(struct player *p);

#endif
