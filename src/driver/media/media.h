/* Media engines (libav, libebur128) behind a jail. Strangers' bytes are only ever read by a process
 * of its own: the running binary executed anew with fixed arguments, no network, no file system
 * (Landlock), few system calls (seccomp), limits on time, memory and output; it gets the source as
 * an open descriptor and answers over a pipe. What comes out of the pipe is treated as untrusted
 * too.
 *
 * One master is read twice: media_inspect (all packets, all sound decoded, no picture) says what it
 * is or why it is refused (media_examine also measures its ends); media_encode decodes once and
 * feeds all renditions, piece by piece. */
#ifndef LANTERNE_DRIVER_MEDIA_MEDIA_H
#define LANTERNE_DRIVER_MEDIA_MEDIA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "rules/ladder/ladder.h"

/* ---- what a master is --------------------------------------------------------------------------
 */

enum { MEDIA_TRACKS_MAX = 32, MEDIA_REFUSALS_MAX = 16 };

struct media_sound {
    int stream;        /* number in the source */
    char language[36]; /* BCP 47, "und" */
    char codec[32];
    char title[128]; /* UTF-8, may be "" */
    uint32_t sample_rate;
    uint16_t channels;
    bool is_default, is_description;
    int64_t start_us, duration_us; /* as decoded */
    double loudness_lufs;          /* EBU R 128 integrated; -HUGE_VAL for silence */
    double true_peak_dbtp;
};

struct media_text {
    int stream;
    char language[36];
    char codec[32];
    char title[128];
    bool is_forced, is_sdh, is_default;
};

struct media_facts {
    char container[32];
    int64_t duration_us; /* of the picture */
    int stream;          /* the picture's number in the source */
    char codec[32];
    struct ladder_video video; /* size after rotation, pixel shape, nominal rate */
    bool is_variable_rate, is_interlaced, is_hdr;
    int rotation; /* degrees clockwise that decoding has to undo */
    uint16_t primaries, transfer, matrix;
    uint64_t frames; /* that come out at the plan's constant rate (never fewer than 1) */
    size_t n_sounds, n_texts;
    struct media_sound sounds[MEDIA_TRACKS_MAX];
    struct media_text texts[MEDIA_TRACKS_MAX];
};

/* Why a master is refused: a code for programs and a sentence a studio can act on. */
struct media_refusal {
    char code[32]; /* "no-video", "truncated", "broken-timestamps", "sound-short", ... */
    char text[256];
};

struct media_limits {       /* 0: the default in parentheses */
    uint32_t cpu_seconds;   /* (24 h for encode, 1 h for inspect) */
    uint64_t memory_bytes;  /* (4 GiB) */
    uint32_t stall_seconds; /* without a word from the jail (300) */
    const uint8_t *seal;    /* MEDIA_SEAL bytes: what the source is sealed by; NULL: it is not */
};

/* A master at rest is sealed by a key of its own (XChaCha20): bytes at offset `at` of the master
 * are sealed, or opened, in their place. Nothing shows whether they were changed; what reads them
 * trusts no master anyway. One key seals one master only. */
enum { MEDIA_SEAL = 32 };
void media_seal_apply(const uint8_t key[MEDIA_SEAL], int64_t at, void *bytes, size_t n);

struct media_answer {
    size_t n_refusals; /* 0: accepted */
    struct media_refusal refusals[MEDIA_REFUSALS_MAX];
};

/* progress: optional, 0..1; returns false to cancel (ERR_CANCELLED). */
typedef bool (*media_progress_fn)(void *context, double part);

/* Reads the whole master behind source_fd (borrowed; regular file). OK with n_refusals > 0:
 * refused, with reasons. ERR_CRASHED, ERR_TIMEOUT, ERR_MEMORY: the jail ended so (also a reason to
 * refuse). */
MUST_CHECK enum err media_inspect(int source_fd, const struct media_limits *limits,
                                  media_progress_fn progress, void *context,
                                  struct media_facts *facts, struct media_answer *answer);

/* What a delivery is held against, beside the facts. */
struct media_ends {
    double head, tail; /* seconds */
};
struct media_examination {
    struct media_facts facts;
    struct media_ends black;                     /* of the picture */
    struct media_ends silence[MEDIA_TRACKS_MAX]; /* beside facts.sounds: below -60 dBFS, at the
                                                    ends of the picture */
};

/* media_inspect that also measures both ends: all sound is decoded, and the picture as far as it is
 * black. The same reasons to refuse, the same errors. */
MUST_CHECK enum err media_examine(int source_fd, const struct media_limits *limits,
                                  media_progress_fn progress, void *context,
                                  struct media_examination *out, struct media_answer *answer);

/* ---- encoding ----------------------------------------------------------------------------------
 */

struct media_sound_plan {
    int stream;        /* in the source */
    uint16_t channels; /* 2: mixed to stereo when the source has others; else as the source */
    uint32_t bitrate;  /* bits a second, AAC-LC */
    double gain_db;    /* to the service's loudness, true peak kept under its ceiling */
};

struct media_plan {
    struct ladder_plan ladder;
    uint16_t piece_gops; /* GOPs of a piece; the picture is encoded and resumed in pieces */
    size_t n_sounds;
    struct media_sound_plan sounds[MEDIA_TRACKS_MAX * 2];
    size_t n_texts;
    int texts[MEDIA_TRACKS_MAX]; /* streams whose cues are wanted */
    uint16_t tile_width;         /* of a seek thumbnail, one a GOP, one sheet a piece, 5 columns */
};

enum media_next { MEDIA_ENCODE, MEDIA_SKIP, MEDIA_STOP };

struct media_sample {
    const uint8_t *data;
    uint32_t size, duration; /* ticks: ladder.timescale for pictures, the sample rate for sound */
    int32_t cts_offset;
    bool sync;
};

/* Where the jail's output goes; called on the calling thread, in this order for each piece: begin,
 * then (unless skipped) groups and stills in any order, then end. Any callback that returns an
 * error ends the encode with it. */
struct media_sink {
    void *context;
    /* Piece k (from 0) is next. MEDIA_SKIP: decoded past, nothing is encoded. */
    enum media_next (*piece_begin)(void *context, uint32_t piece);
    /* One closed GOP of one picture rendition (index in the ladder): becomes one fragment.
     * number: of the GOP in the film, from 0. config: the avcC record, same for every GOP. */
    enum err (*gop)(void *context, size_t rendition, uint32_t number, const uint8_t *config,
                    size_t config_size, const struct media_sample *samples, size_t n);
    /* A sheet of tiles of this piece: JPEG; columns, rows used. */
    enum err (*tiles)(void *context, uint32_t piece, uint16_t columns, uint16_t rows,
                      uint16_t width, uint16_t height, const uint8_t *jpeg, size_t size);
    /* The best picture of this piece for a poster: score (greater is better), JPEG of the frame
     * (1280 wide at most) and a 2:3 cut of it. */
    enum err (*still)(void *context, uint32_t piece, double score, const uint8_t *wide,
                      size_t wide_size, const uint8_t *tall, size_t tall_size);
    enum err (*piece_end)(void *context, uint32_t piece);
    /* part of the whole, 0..1; false cancels. */
    bool (*progress)(void *context, double part);
};

/* Encodes the picture: one decode feeding all renditions, deinterlaced, rotated, constant rate,
 * closed GOPs aligned across renditions. Pieces are independent and the same whatever was skipped
 * before. *frames: total frames at constant rate when it ran to the end. Refusals as in
 * media_inspect (what only decoding shows). */
MUST_CHECK enum err media_encode(int source_fd, const struct media_facts *facts,
                                 const struct media_plan *plan, const struct media_limits *limits,
                                 const struct media_sink *sink, uint64_t *frames,
                                 struct media_answer *answer);

struct media_sound_sink {
    void *context;
    /* About two seconds of sound of plan->sounds[sound]: becomes one fragment, cut at the AAC frame
     * nearest to the picture's GOP border. number: of the fragment, from 0. config:
     * AudioSpecificConfig. */
    enum err (*group)(void *context, size_t sound, uint32_t number, uint32_t sample_rate,
                      uint16_t channels, const uint8_t *config, size_t config_size,
                      const struct media_sample *samples, size_t n);
    /* A cue of plan->texts[text]; UTF-8 plain text with <i>, <b>, <u> at most. */
    enum err (*cue)(void *context, size_t text, int64_t start_us, int64_t end_us, const char *utf8,
                    size_t size);
    bool (*progress)(void *context, double part);
};

/* Encodes all sounds and reads all text tracks in one pass. Sound is made exactly as long as the
 * picture (padded or cut), encoder priming removed from the front, so that time 0 of both is the
 * same instant. */
MUST_CHECK enum err media_encode_sound(int source_fd, const struct media_facts *facts,
                                       const struct media_plan *plan,
                                       const struct media_limits *limits,
                                       const struct media_sound_sink *sink,
                                       struct media_answer *answer);

/* The jail's own main, for the binary executed anew: `lanterne` calls this when argv[1] is
 * MEDIA_JAIL_ARGUMENT, before anything else. Never returns. */
#define MEDIA_JAIL_ARGUMENT "--media-jail"
_Noreturn void media_jail_main(void);

/* For `lanterne check`: whether this kernel lets the jail be closed (Landlock, seccomp). */
MUST_CHECK enum err media_jail_check(char *why, size_t room);

#endif
