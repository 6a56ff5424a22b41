#include "rules/billing/charge.h"

#include <assert.h>
#include <string.h>

static bool parse(const char *const *names, size_t n, const char *name, size_t *out)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(names[i], name) == 0) {
            *out = i;
            return true;
        }
    }
    return false;
}

static const char *const means_names[] = {
#define X(name, word) word,
    MEANS_KINDS(X)
#undef X
};
static const char *const kind_names[] = {
#define X(name, word) word,
    CHARGE_KINDS(X)
#undef X
};
static const char *const state_names[] = {
#define X(name, word) word,
    CHARGE_STATES(X)
#undef X
};

const char *means_kind_name(enum means_kind kind)
{
    assert((unsigned)kind < MEANS_KIND_COUNT);
    return means_names[kind];
}

bool means_kind_parse(const char *name, enum means_kind *out)
{
    size_t i;
    bool found = parse(means_names, MEANS_KIND_COUNT, name, &i);
    if (found)
        *out = (enum means_kind)i;
    return found;
}

const char *charge_kind_name(enum charge_kind kind)
{
    assert((unsigned)kind < CHARGE_KIND_COUNT);
    return kind_names[kind];
}

bool charge_kind_parse(const char *name, enum charge_kind *out)
{
    size_t i;
    bool found = parse(kind_names, CHARGE_KIND_COUNT, name, &i);
    if (found)
        *out = (enum charge_kind)i;
    return found;
}

const char *charge_state_name(enum charge_state state)
{
    assert((unsigned)state < CHARGE_STATE_COUNT);
    return state_names[state];
}

bool charge_state_parse(const char *name, enum charge_state *out)
{
    size_t i;
    bool found = parse(state_names, CHARGE_STATE_COUNT, name, &i);
    if (found)
        *out = (enum charge_state)i;
    return found;
}

bool charge_may_move(enum charge_state from, enum charge_state to)
{
    static const bool may[CHARGE_STATE_COUNT][CHARGE_STATE_COUNT] = {
        [CHARGE_OPEN] = { [CHARGE_OPEN] = true,
                          [CHARGE_PENDING] = true,
                          [CHARGE_PAID] = true,
                          [CHARGE_VOID] = true },
        [CHARGE_PENDING] = { [CHARGE_PENDING] = true,
                             [CHARGE_PAID] = true,
                             [CHARGE_RETURNED] = true },
        [CHARGE_PAID] = { [CHARGE_PAID] = true,
                          [CHARGE_RETURNED] = true,
                          [CHARGE_REFUNDED] = true },
        [CHARGE_RETURNED] = { [CHARGE_RETURNED] = true,
                              [CHARGE_PENDING] = true,
                              [CHARGE_PAID] = true,
                              [CHARGE_VOID] = true },
        /* Nobody wanted it any more, but the gateway took it all the same. */
        [CHARGE_VOID] = { [CHARGE_PAID] = true },
    };
    return may[from][to];
}

const char *charge_outcome_name(enum charge_outcome outcome)
{
    static const char *const names[] = {
        [CHARGE_TRY_PAID] = "paid",       [CHARGE_TRY_PENDING] = "pending",
        [CHARGE_TRY_ASKS] = "asks",       [CHARGE_TRY_DECLINED] = "declined",
        [CHARGE_TRY_REFUSED] = "refused", [CHARGE_TRY_UNKNOWN] = "unknown",
    };
    assert((unsigned)outcome < sizeof names / sizeof names[0]);
    return names[outcome];
}
