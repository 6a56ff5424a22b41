#include <assert.h>

#include "rules/billing/membership.h"

#define WORD(name, word) [name] = word,
static const char *const states[] = { MEMBERSHIP_STATES(WORD) };
static const char *const reasons[] = { MEMBERSHIP_REASONS(WORD) };
static const char *const events[] = { MEMBERSHIP_EVENTS(WORD) };
static const char *const rows[] = { MEMBERSHIP_ROWS(WORD) };
#undef WORD

const char *membership_state_name(enum membership_state state)
{
    assert((unsigned)state < MEMBERSHIP_STATE_COUNT);
    return states[state];
}

const char *membership_reason_name(enum membership_reason reason)
{
    assert((unsigned)reason < MEMBERSHIP_REASON_COUNT);
    return reasons[reason];
}

const char *membership_event_name(enum membership_event_kind kind)
{
    assert((unsigned)kind < MEMBERSHIP_EVENT_COUNT);
    return events[kind];
}

const char *membership_row_name(enum membership_row_kind kind)
{
    assert((unsigned)kind < MEMBERSHIP_ROW_COUNT);
    return rows[kind];
}
