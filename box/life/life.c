#include "box/life/life.h"

/* 2026-01-01: no build of this program is older, a clock that says so has lost its battery. */
#define BUILT_AFTER_US INT64_C(1767225600000000)
#define SECOND_US INT64_C(1000000)

void life_init(struct life *l)
{
    *l = (struct life){ .state = LIFE_STARTING };
}

static int64_t absolute(int64_t v)
{
    return v < 0 ? -v : v;
}

bool life_clock_is_wrong(const struct life *l, int64_t wall_us)
{
    if (l->clock_is_known)
        return absolute(l->clock_off_us) > LIFE_CLOCK_TOLERANCE_SECONDS * SECOND_US;
    return wall_us < BUILT_AFTER_US;
}

int64_t life_now(const struct life *l, int64_t wall_us)
{
    return l->clock_is_known ? wall_us + l->clock_off_us : wall_us;
}

void life_told_time(struct life *l, int64_t server_us, int64_t wall_us)
{
    l->clock_off_us = server_us - wall_us;
    l->clock_is_known = true;
}

/* 1, 2, 4, 8 ... seconds, each a quarter more or less by chance. */
static int64_t pause_us(unsigned failures, double chance)
{
    double seconds = 1;
    for (unsigned i = 1; i < failures && seconds < LIFE_RETRY_MAX_SECONDS; i++)
        seconds *= 2;
    if (seconds > LIFE_RETRY_MAX_SECONDS)
        seconds = LIFE_RETRY_MAX_SECONDS;
    return (int64_t)(seconds * (0.75 + 0.5 * chance) * 1e6);
}

bool life_heard(struct life *l, enum outcome outcome, int64_t now_us, int64_t wall_us,
                double chance)
{
    enum life_state was = l->state;
    if (outcome == OUTCOME_ANSWER) {
        l->state = LIFE_ONLINE;
        l->failures = 0;
        l->next_try_us = 0;
        l->is_trying = false;
        return l->state != was;
    }
    l->state = outcome == OUTCOME_AWAY ? LIFE_AWAY : LIFE_CUT;
    if (outcome == OUTCOME_CERTIFICATE && life_clock_is_wrong(l, wall_us))
        l->state = LIFE_CLOCK;
    /* Requests fail in groups: those that were under way together are one failure. */
    if (l->next_try_us == 0 || l->is_trying) {
        l->is_trying = false;
        l->failures += 1;
        l->next_try_us = now_us + pause_us(l->failures, chance);
    }
    return l->state != was;
}

bool life_is_due(struct life *l, int64_t now_us)
{
    if (l->next_try_us == 0 || l->is_trying || now_us < l->next_try_us)
        return false;
    l->is_trying = true; /* its outcome says when again */
    return true;
}

unsigned life_rest(const struct life *l, int64_t now_us)
{
    int64_t left = l->next_try_us - now_us;
    return left > SECOND_US ? (unsigned)((left + SECOND_US - 1) / SECOND_US) : 1;
}
