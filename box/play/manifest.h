/* The manifest as it came, and as the demuxer is given it. Pure.
 *
 * The demuxer at hand adapts within one adaptation set only and knows nothing of sets that may be
 * switched between, while each content key has a set of its own: so the sets of pictures that name
 * one another are made one. Pictures that are too great are left out, captions and seek pictures
 * too (the player and the screens fetch these themselves), key systems also: the media says what
 * opens it. The sound that is wanted comes first, which is how the demuxer chooses. */
#ifndef LANTERNE_BOX_PLAY_MANIFEST_H
#define LANTERNE_BOX_PLAY_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "box/play/keys.h"
#include "box/play/player.h"

enum {
    MANIFEST_MAX = 2 * 1024 * 1024, /* bytes; a film of 6 h in segments of 2 s has 0.1 */
    MANIFEST_PICTURES_MAX = 32,
    MANIFEST_TRACKS_MAX = 48, /* of a kind */
    MANIFEST_ID = 32,
    MANIFEST_ADDRESS = 2048
};

enum manifest_kind { MANIFEST_VIDEO, MANIFEST_AUDIO };

/* A representation that was left in. */
struct manifest_rendition {
    char id[MANIFEST_ID];
    enum manifest_kind kind;
    uint64_t bit_rate;
    int height; /* coded */
};

struct manifest_sound {
    struct player_track track; /* id: of the first representation */
    unsigned set;              /* its place among those left in: the demuxer's number for it */
};

struct manifest_caption {
    struct player_track track;
    bool is_forced;
    char address[MANIFEST_ADDRESS]; /* absolute, of a whole WebVTT file */
};

struct manifest {
    struct buf text; /* for the demuxer */
    double duration; /* seconds; 0: not said */
    size_t n_renditions, n_sounds, n_captions, n_kids;
    struct manifest_rendition renditions[2 * MANIFEST_TRACKS_MAX];
    struct manifest_sound sounds[MANIFEST_TRACKS_MAX];
    struct manifest_caption captions[MANIFEST_TRACKS_MAX];
    uint8_t kids[KEYS_MAX][KEYS_ID]; /* of what was left in, each once */
};

struct manifest_wish {
    const char *address; /* of the manifest; absolute */
    unsigned lines_max;  /* 0: no limit; a picture of 1920x800 has 1080 */
    uint64_t rate_max;
    const char *audio; /* BCP 47; NULL: the title's own */
};

/* ERR_MALFORMED: not XML, a document type, or no MPD with periods and pictures or sound.
 * ERR_UNSUPPORTED: a live one. ERR_FULL: more of something than fits. ERR_MEMORY. The smallest
 * picture stays whatever the wish says. out's end is the caller's, also on an error. */
MUST_CHECK enum err manifest_read(const char *text, size_t n, const struct manifest_wish *wish,
                                  struct manifest *out);
void manifest_init(struct manifest *m);
void manifest_finish(struct manifest *m);

/* What makes one of several languages the one to choose: 0 not wanted, greater is better. "fr"
 * wants "fr-CA" less than "fr", and more than nothing. */
int manifest_language_fit(const char *wanted, const char *language);

#endif
