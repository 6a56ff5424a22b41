/* What parent and jail say to each other: frames of a type, a length and a payload (big-endian).
 * Writing and reading are pure; the fd side is in wire.h. Everything read is held against ceilings
 * first: the jail may have been taken over. */
#ifndef LANTERNE_DRIVER_MEDIA_MESSAGE_H
#define LANTERNE_DRIVER_MEDIA_MESSAGE_H

#include "base/buf.h"
#include "base/reader.h"
#include "driver/media/media.h"

enum message_type {
    /* parent to jail */
    MESSAGE_JOB = 1,
    MESSAGE_NEXT, /* the answer to MESSAGE_PIECE_BEGIN */
    /* jail to parent */
    MESSAGE_PROGRESS,
    MESSAGE_REFUSAL,
    MESSAGE_FACTS,
    MESSAGE_PIECE_BEGIN,
    MESSAGE_PIECE_END,
    MESSAGE_GROUP, /* a GOP of a rendition, or two seconds of a sound */
    MESSAGE_TILES,
    MESSAGE_STILL,
    MESSAGE_CUE,
    MESSAGE_ENDS,   /* black and silence at both ends of the film */
    MESSAGE_FAILED, /* the job ends with an error of ours */
    MESSAGE_DONE,
    MESSAGE_TYPES
};

enum {
    MESSAGE_HEAD = 8,                   /* type, length */
    MESSAGE_MAX = 64 * 1024 * 1024,     /* a GOP of the top rung at its cap has 4 MiB */
    MESSAGE_SMALL_MAX = 64 * 1024,      /* all but pictures and groups */
    MESSAGE_JPEG_MAX = 8 * 1024 * 1024, /* of one JPEG */
    MESSAGE_SAMPLES_MAX = 256,          /* 2 s at 60 pictures, or 94 AAC frames, have fewer */
    MESSAGE_CONFIG_MAX = 1024,
    MESSAGE_CUE_MAX = 16 * 1024,
    MESSAGE_RATE_UNIT = 1000000 /* progress is in millionths */
};

/* The greatest payload a type may have; 0 for an unknown type. */
size_t message_ceiling(uint32_t type);

enum job_kind { JOB_CHECK, JOB_INSPECT, JOB_ENCODE, JOB_SOUND, JOB_EXAMINE, JOB_KINDS };

struct message_job {
    enum job_kind kind;
    struct media_limits limits; /* filled in: no zeros */
    struct media_facts facts;   /* encode, sound */
    struct media_plan plan;
};

struct message_group {
    uint32_t track;  /* index in the ladder, or in the plan's sounds */
    uint32_t number; /* from 0 */
    uint32_t sample_rate;
    uint16_t channels; /* both 0 for pictures */
    const uint8_t *config;
    size_t config_size;
    size_t n;
    struct media_sample samples[MESSAGE_SAMPLES_MAX];
};

struct message_tiles {
    uint32_t piece;
    uint16_t columns, rows, width, height;
    const uint8_t *jpeg;
    size_t size;
};

struct message_still {
    uint32_t piece;
    double score;
    const uint8_t *wide, *tall;
    size_t wide_size, tall_size;
};

struct message_cue {
    uint32_t text;
    int64_t start_us, end_us;
    const char *utf8;
    size_t size;
};

struct message_ends {
    struct media_ends black;
    size_t n_sounds;
    struct media_ends sounds[MEDIA_TRACKS_MAX];
};

/* A frame is opened, filled by one of the puts and closed; the first failure sticks in out. */
size_t message_open(struct buf *out, enum message_type type);
void message_close(struct buf *out, size_t at);

void message_put_job(struct buf *out, const struct message_job *job);
void message_put_facts(struct buf *out, const struct media_facts *facts);
void message_put_refusal(struct buf *out, const struct media_refusal *refusal);
void message_put_group(struct buf *out, const struct message_group *group);
void message_put_tiles(struct buf *out, const struct message_tiles *tiles);
void message_put_still(struct buf *out, const struct message_still *still);
void message_put_cue(struct buf *out, const struct message_cue *cue);
void message_put_ends(struct buf *out, const struct message_ends *ends);

/* Each reads one whole payload. ERR_MALFORMED: too short, too long, a count or a number beyond its
 * limits, or text that is not one line of UTF-8; *out is then not to be used. What points into the
 * payload is lent. */
MUST_CHECK enum err message_get_job(struct reader r, struct message_job *out);
MUST_CHECK enum err message_get_facts(struct reader r, struct media_facts *out);
MUST_CHECK enum err message_get_refusal(struct reader r, struct media_refusal *out);
MUST_CHECK enum err message_get_group(struct reader r, struct message_group *out);
MUST_CHECK enum err message_get_tiles(struct reader r, struct message_tiles *out);
MUST_CHECK enum err message_get_still(struct reader r, struct message_still *out);
MUST_CHECK enum err message_get_cue(struct reader r, struct message_cue *out);
MUST_CHECK enum err message_get_ends(struct reader r, struct message_ends *out);
MUST_CHECK enum err message_get_u32(struct reader r, uint32_t *out);
MUST_CHECK enum err message_get_u64(struct reader r, uint64_t *out);

#endif
