/* Set-top boxes as the house knows them, and which version of the box program each is to run: a
 * version is rolled out to a share of a partner's boxes, which only grows. Pure.
 *
 *   none -start-> ROLLING -widen-> ROLLING (100 %: done; the next one may start)
 *                  |    ^
 *            pause v    | resume
 *                  PAUSED
 *   ROLLING, PAUSED -back-> TAKEN_BACK -start-> ROLLING (another version, or the same again)
 */
#ifndef LANTERNE_RULES_PARTNERS_BOX_H
#define LANTERNE_RULES_PARTNERS_BOX_H

#include "rules/partners/partner.h"

enum {
    BOX_ID = 65,      /* 16 to 64 letters, digits, - and _ that the box made for itself; a NUL */
    BOX_VERSION = 33, /* "1.2", "1.2.1~rc1"; a NUL */
    BOX_STATE = 33,   /* a word of its own: "home", "playing", "standby"; a NUL */
    BOX_WHY = 200,
    BOX_ADDRESS_MAX = 1000, /* bytes, of where a package is */
    BOX_SHARE_ALL = 10000,  /* hundredths of a percent */
};
bool box_id_is_good(const char *text);
/* Letters and digits, and . + ~ - after the first, as Debian writes versions. */
bool box_version_is_good(const char *text);
bool box_state_is_good(const char *text); /* a-z, 0-9 and - */
/* http or https, no space. */
bool box_address_is_good(const char *text);

/* What comes in without a member's sign-in is anybody's word: it may not fill the store. */
enum {
    BOX_NEW_AN_HOUR = 200,      /* boxes never heard of before, from one network: each kind */
    BOX_STRANGERS_MAX = 100000, /* never seen signed in; one more takes the oldest's place */
    BOX_STRANGER_DAYS = 30,     /* without a word, and it is forgotten */
    BOX_KNOWN_DAYS = 400,       /* likewise one that was seen signed in */
    BOX_SEEN_SECONDS = 600,     /* the same word again is noted after so long */
    BOX_COUNT_DAYS = 30,        /* of those heard of within so long it is told what they run */
};

/* How many run a version. */
struct box_count {
    const char *version; /* "" : they do not say */
    int64_t boxes, signed_in;
};

#define BOX_ROLLOUT_STATES(X)                                                                      \
    X(BOX_ROLLING, "rolling")                                                                      \
    X(BOX_PAUSED, "paused")                                                                        \
    X(BOX_TAKEN_BACK, "taken-back")
enum box_rollout_state {
#define X(name, word) name,
    BOX_ROLLOUT_STATES(X)
#undef X
        BOX_ROLLOUT_STATE_COUNT
};
const char *box_rollout_state_name(enum box_rollout_state state);
bool box_rollout_state_parse(const char *name, enum box_rollout_state *out);

struct box_rollout {
    char version[BOX_VERSION];
    char before[BOX_VERSION]; /* what the others run; "" : nothing is said to them */
    int share;                /* hundredths of a percent */
    enum box_rollout_state state;
    utc_time changed;
};

enum box_rollout_move { BOX_ROLL, BOX_PAUSE, BOX_RESUME, BOX_BACK };
/* Decides a move. before NULL: there is none yet. version and share: of ROLL. ERR_STATE: why says
 * for what reason, in words that can follow "1.2: ". What is so already is OK. */
struct box_rollout_order {
    enum box_rollout_move move;
    const char *version;
    int share;
    utc_time now;
};
MUST_CHECK enum err box_rollout_apply(const struct box_rollout *before,
                                      const struct box_rollout_order *order,
                                      struct box_rollout *out, char why[BOX_WHY]);

/* "10%", "2.5 %", "0.01": hundredths of a percent, 1 to BOX_SHARE_ALL. ERR_ARGUMENT. */
MUST_CHECK enum err box_share_parse(const char *text, int *out);
enum { BOX_SHARE_TEXT = 12 };
void box_share_format(int share, char out[BOX_SHARE_TEXT]); /* "2.5%" */

/* Where a box stands in line for a version, 0 to BOX_SHARE_ALL - 1: the same at every asking, and
 * another line for every version, so that not always the same households come first. */
int box_place_in_line(const char *box, const char *version);
/* The version that the box is to run; "" : none is said. A box that runs the new one keeps it while
 * it is not taken back. box NULL: one that does not say who it is, which comes last. */
const char *box_wanted(const struct box_rollout *rollout, const char *box, const char *running);

#endif
