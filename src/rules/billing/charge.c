#include "rules/billing/charge.h"

#include <assert.h>
#include <string.h>

#define WORD(name, word) [name] = word,
static const char *const means_kinds[] = { MEANS_KINDS(WORD) };
static const char *const charge_kinds[] = { CHARGE_KINDS(WORD) };
static const char *const charge_states[] = { CHARGE_STATES(WORD) };
#undef WORD

const char *means_kind_name(enum means_kind kind)
{
    assert((unsigned)kind < MEANS_KIND_COUNT);
    return means_kinds[kind];
}

const char *charge_kind_name(enum charge_kind kind)
{
    assert((unsigned)kind < CHARGE_KIND_COUNT);
    return charge_kinds[kind];
}

const char *charge_state_name(enum charge_state state)
{
    assert((unsigned)state < CHARGE_STATE_COUNT);
    return charge_states[state];
}

bool charge_state_parse(const char *name, enum charge_state *out)
{
    unsigned i = 0;
    while (i < CHARGE_STATE_COUNT && strcmp(charge_states[i], name) != 0)
        i++;
    if (i < CHARGE_STATE_COUNT)
        *out = (enum charge_state)i;
    return i < CHARGE_STATE_COUNT;
}

/* Staying is allowed: a try fails, a part is refunded, money comes in for what is void. */
bool charge_may_move(enum charge_state from, enum charge_state to)
{
    static const bool may[CHARGE_STATE_COUNT][CHARGE_STATE_COUNT] = {
        [CHARGE_OPEN] = { [CHARGE_PENDING] = true, [CHARGE_PAID] = true, [CHARGE_VOID] = true },
        [CHARGE_PENDING] = { [CHARGE_PAID] = true, [CHARGE_RETURNED] = true },
        [CHARGE_PAID] = { [CHARGE_RETURNED] = true, [CHARGE_REFUNDED] = true },
        [CHARGE_RETURNED] = { [CHARGE_PENDING] = true, [CHARGE_PAID] = true, [CHARGE_VOID] = true },
        /* Nobody wanted it any more, but it was taken all the same: it is booked, and given back.
         */
        [CHARGE_VOID] = { [CHARGE_PAID] = true },
    };
    assert((unsigned)from < CHARGE_STATE_COUNT && (unsigned)to < CHARGE_STATE_COUNT);
    return from == to || may[from][to];
}

const char *charge_outcome_name(enum charge_outcome outcome)
{
    static const char *const names[] = {
        "paid", "pending", "asks", "declined", "refused", "unknown"
    };
    assert((unsigned)outcome < sizeof names / sizeof names[0]);
    return names[outcome];
}
