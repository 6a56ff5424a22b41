/* What stands between a box and its service, told from how requests end, and when to try again.
 * Pure: outcomes and the time come in.
 *
 *             any answer                          no answer, no route
 *   STARTING ------------> ONLINE <-------------+ -------------------> CUT (network or server gone)
 *                            |  ^   any answer  |
 *                            |  +---------------+-- AWAY (answers 502, 503, 504: it restarts)
 *                            |                  +-- CLOCK (a certificate that is not valid "now",
 *                            +------------------+         while the clock is wrong) */
#ifndef LANTERNE_BOX_LIFE_LIFE_H
#define LANTERNE_BOX_LIFE_LIFE_H

#include <stdbool.h>
#include <stdint.h>

enum life_state { LIFE_STARTING, LIFE_ONLINE, LIFE_CUT, LIFE_AWAY, LIFE_CLOCK };

enum outcome {
    OUTCOME_ANSWER,      /* the service answered, whatever it said */
    OUTCOME_AWAY,        /* something in front of it says that it is not there */
    OUTCOME_SILENCE,     /* no name, no route, refused, or not in time */
    OUTCOME_CERTIFICATE, /* its certificate does not hold */
};

struct life {
    enum life_state state;
    unsigned failures;    /* since the last answer */
    int64_t next_try_us;  /* on the monotonic clock; 0: nothing to try */
    bool is_trying;       /* somebody was told that it is due and has not said how it went */
    int64_t clock_off_us; /* the service's clock less ours */
    bool clock_is_known;  /* somebody told us the time */
};

enum { LIFE_CLOCK_TOLERANCE_SECONDS = 300, LIFE_RETRY_MAX_SECONDS = 30 };

void life_init(struct life *l);
/* Takes in how a request ended. chance: 0 to 1, spreads the tries of many boxes that lost the same
 * server. wall_us: our clock. true: the state is another than before. */
bool life_heard(struct life *l, enum outcome outcome, int64_t now_us, int64_t wall_us,
                double chance);
/* The service said what time it is (Date of an answer). */
void life_told_time(struct life *l, int64_t server_us, int64_t wall_us);
/* Whether the service is to be asked whether it is there: said once, until life_heard. */
bool life_is_due(struct life *l, int64_t now_us);
/* Seconds until then, at least 1. */
unsigned life_rest(const struct life *l, int64_t now_us);
/* Whether our clock is further off than people may be told times by it. */
bool life_clock_is_wrong(const struct life *l, int64_t wall_us);
/* What time it is, as far as anybody knows. */
int64_t life_now(const struct life *l, int64_t wall_us);

#endif
