/* Activation of a box that has no keyboard (RFC 8628): it shows a short code, a member types that
 * on the site and says yes or no, the box asks again and again until it is told. Pure.
 *
 *   WAITING -allow-> ALLOWED -the box takes its session-> USED
 *      |  -refuse-> REFUSED
 *   WAITING and ALLOWED end with the clock. */
#ifndef LANTERNE_RULES_MEMBERS_ACTIVATION_H
#define LANTERNE_RULES_MEMBERS_ACTIVATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"

enum {
    ACTIVATION_LETTERS = 8,    /* of 20: 34.5 bits */
    ACTIVATION_CODE_TEXT = 10, /* "BCDF-GHJK" and its NUL */
    ACTIVATION_CLIENT_MAX = 32,
    ACTIVATION_NAME_MAX = 40,    /* characters of a box's name, and of its model */
    ACTIVATION_VERSION_MAX = 32, /* bytes */
    ACTIVATION_INTERVAL_S = 5,   /* between two questions of a box */
    ACTIVATION_SLOWER_S = 5,     /* more, for good, after each that came too early */
    ACTIVATION_OF_NETWORK =
        100,                   /* live codes that one network may have: a hotel stands behind it */
    ACTIVATION_WRONG_FREE = 5, /* wrong codes before the next has to wait */
};
#define ACTIVATION_LIFE_US (900 * UTC_SECOND)
/* What is over is remembered so long, so that a box that slept is told what became of its code. */
#define ACTIVATION_KEPT_US (3600 * UTC_SECOND)
/* A box's session ends when the box was not seen for so long. */
#define ACTIVATION_SESSION_US (400 * UTC_DAY)

enum activation_state {
    ACTIVATION_WAITING,
    ACTIVATION_ALLOWED,
    ACTIVATION_REFUSED,
    ACTIVATION_USED,
    N_ACTIVATION_STATES
};
const char *activation_state_name(enum activation_state state);
bool activation_state_parse(const char *word, enum activation_state *out);
bool activation_may_move(enum activation_state from, enum activation_state to);

/* ---- the code ----------------------------------------------------------------------------------
 * Letters that neither look like one another nor make words (RFC 8628 section 6.1). */

/* A code of random bytes, each letter as likely as any other: how many of the n bytes it took, 0
 * when there were too few (some are passed over; 64 are too few less than once in 10^30). */
size_t activation_code_new(const uint8_t *random, size_t n, char out[ACTIVATION_CODE_TEXT]);
/* What somebody typed, in capitals or not, with spaces or dashes wherever they like, as the code it
 * means. ERR_MALFORMED: it is none; no code was looked for then, so it is no guess. */
MUST_CHECK enum err activation_code_read(const char *text, size_t n,
                                         char out[ACTIVATION_CODE_TEXT]);
/* A program's name for itself: 1 to 32 of a-z, 0-9, '-', '.' and '_', a letter first. */
bool activation_client_is_good(const char *text, size_t n);
/* What a box calls itself or its model: one line, neither empty nor blank, nothing that turns the
 * reading direction or hides (it stands in a question that somebody is asked). */
bool activation_name_is_good(const char *text, size_t n);

/* ---- asking again -----------------------------------------------------------------------------
 */

enum activation_answer {
    ACTIVATION_TELL_PENDING,
    ACTIVATION_TELL_SLOW_DOWN,
    ACTIVATION_TELL_EXPIRED,
    ACTIVATION_TELL_DENIED,
    ACTIVATION_TELL_UNKNOWN, /* it was used */
    ACTIVATION_GIVE          /* the session, once */
};
struct activation {
    enum activation_state state;
    utc_time expires, polled; /* polled us 0: the box did not ask yet */
    int interval_s;
};
/* What a box is told that asks now; *a becomes what is to be kept. */
enum activation_answer activation_poll(struct activation *a, utc_time now);

/* ---- guessing ---------------------------------------------------------------------------------
 */

/* How long the next try has to wait after so many wrong ones of one account, or of one network:
 * 5 are free, then a second, doubled with each more, to a quarter of an hour. */
int64_t activation_wait_us(unsigned wrong);

#endif
