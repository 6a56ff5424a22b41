#include "rules/partners/subscription.h"

#include <string.h>

#include "base/text.h"

/* ---- names ----------------------------------------------------------------------------------- */

static const char *const states[] = {
#define X(name, word) [name] = word,
    PARTNER_STATES(X)
#undef X
};
static const char *const calls[] = {
#define X(name, word) [name] = word,
    PARTNER_CALLS(X)
#undef X
};
static const struct {
    const char *name, *text;
} reasons[] = {
#define X(name, word, words) [name] = { word, words },
    PARTNER_REASONS(X)
#undef X
};

const char *partner_state_name(enum partner_state state)
{
    return states[state];
}

bool partner_state_parse(const char *name, enum partner_state *out)
{
    for (unsigned i = 0; i < PARTNER_STATE_COUNT; i++) {
        if (strcmp(states[i], name) == 0) {
            *out = (enum partner_state)i;
            return true;
        }
    }
    return false;
}

const char *partner_call_name(enum partner_call call)
{
    return calls[call];
}

bool partner_call_parse(const char *name, enum partner_call *out)
{
    for (unsigned i = 0; i < PARTNER_CALL_COUNT; i++) {
        if (strcmp(calls[i], name) == 0) {
            *out = (enum partner_call)i;
            return true;
        }
    }
    return false;
}

const char *partner_reason_name(enum partner_reason reason)
{
    return reasons[reason].name;
}

const char *partner_reason_text(enum partner_reason reason)
{
    return reasons[reason].text;
}

/* ---- the state ------------------------------------------------------------------------------- */

enum partner_state partner_state_at(const struct partner_subscription *s, utc_time now)
{
    if (s->ends.us != 0 && now.us >= s->ends.us)
        return PARTNER_ENDED;
    if (s->suspended.us != 0)
        return PARTNER_SUSPENDED;
    if (s->member.s[0] != 0)
        return s->activated.us != 0 ? PARTNER_ACTIVE : PARTNER_LINKED;
    if (s->token_expires.us == 0)
        return PARTNER_ORDERED;
    return now.us < s->token_expires.us ? PARTNER_TOKEN_ISSUED : PARTNER_EXPIRED;
}

static utc_time later(utc_time a, utc_time b)
{
    return a.us > b.us ? a : b;
}

utc_time partner_state_since(const struct partner_subscription *s, utc_time now)
{
    switch (partner_state_at(s, now)) {
    case PARTNER_ENDED: return s->ends;
    case PARTNER_SUSPENDED: return s->suspended;
    case PARTNER_ACTIVE: return later(s->activated, s->linked);
    case PARTNER_LINKED: return s->linked;
    case PARTNER_EXPIRED: return s->token_expires;
    case PARTNER_TOKEN_ISSUED: return (utc_time){ s->token_expires.us - PARTNER_TOKEN_US };
    default: return s->created;
    }
}

/* ---- calls ----------------------------------------------------------------------------------- */

/* What a call comes to in a state. The drawing in the header has it as people read it. */
enum move {
    NO_ENDED,     /* refused: it has ended */
    NO_SUSPENDED, /* refused: resume first */
    NO_LINKED,    /* refused: somebody is linked */
    NO_TOKEN,     /* refused: the token opens nothing */
    IS_SO,
    DO,
    SEE, /* the call itself looks whether there is something to do */
};

/* clang-format off */
static const uint8_t moves[PARTNER_STATE_COUNT][PARTNER_CALL_COUNT] = {
    [PARTNER_ORDERED] = {
        [PARTNER_CREATE] = IS_SO, [PARTNER_TOKEN] = DO, [PARTNER_ACTIVATE] = SEE,
        [PARTNER_BUNDLE] = SEE, [PARTNER_SUSPEND] = DO, [PARTNER_RESUME] = SEE,
        [PARTNER_CANCEL] = SEE, [PARTNER_LINK] = NO_TOKEN, [PARTNER_GONE] = SEE,
        [PARTNER_END] = SEE },
    [PARTNER_TOKEN_ISSUED] = {
        [PARTNER_CREATE] = IS_SO, [PARTNER_TOKEN] = DO, [PARTNER_ACTIVATE] = SEE,
        [PARTNER_BUNDLE] = SEE, [PARTNER_SUSPEND] = DO, [PARTNER_RESUME] = SEE,
        [PARTNER_CANCEL] = SEE, [PARTNER_LINK] = DO, [PARTNER_GONE] = SEE, [PARTNER_END] = SEE },
    [PARTNER_EXPIRED] = {
        [PARTNER_CREATE] = IS_SO, [PARTNER_TOKEN] = DO, [PARTNER_ACTIVATE] = SEE,
        [PARTNER_BUNDLE] = SEE, [PARTNER_SUSPEND] = DO, [PARTNER_RESUME] = SEE,
        [PARTNER_CANCEL] = SEE, [PARTNER_LINK] = NO_TOKEN, [PARTNER_GONE] = SEE,
        [PARTNER_END] = SEE },
    [PARTNER_LINKED] = {
        [PARTNER_CREATE] = IS_SO, [PARTNER_TOKEN] = NO_LINKED, [PARTNER_ACTIVATE] = DO,
        [PARTNER_BUNDLE] = SEE, [PARTNER_SUSPEND] = DO, [PARTNER_RESUME] = SEE,
        [PARTNER_CANCEL] = SEE, [PARTNER_LINK] = NO_TOKEN, [PARTNER_GONE] = DO,
        [PARTNER_END] = SEE },
    [PARTNER_ACTIVE] = {
        [PARTNER_CREATE] = IS_SO, [PARTNER_TOKEN] = NO_LINKED, [PARTNER_ACTIVATE] = IS_SO,
        [PARTNER_BUNDLE] = SEE, [PARTNER_SUSPEND] = DO, [PARTNER_RESUME] = SEE,
        [PARTNER_CANCEL] = SEE, [PARTNER_LINK] = NO_TOKEN, [PARTNER_GONE] = DO,
        [PARTNER_END] = SEE },
    [PARTNER_SUSPENDED] = {
        [PARTNER_CREATE] = IS_SO, [PARTNER_TOKEN] = NO_SUSPENDED,
        [PARTNER_ACTIVATE] = NO_SUSPENDED, [PARTNER_BUNDLE] = SEE, [PARTNER_SUSPEND] = IS_SO,
        [PARTNER_RESUME] = DO, [PARTNER_CANCEL] = SEE, [PARTNER_LINK] = NO_SUSPENDED,
        [PARTNER_GONE] = SEE, [PARTNER_END] = SEE },
    [PARTNER_ENDED] = {
        [PARTNER_CREATE] = IS_SO, [PARTNER_TOKEN] = NO_ENDED, [PARTNER_ACTIVATE] = NO_ENDED,
        [PARTNER_BUNDLE] = NO_ENDED, [PARTNER_SUSPEND] = NO_ENDED, [PARTNER_RESUME] = NO_ENDED,
        [PARTNER_CANCEL] = SEE, [PARTNER_LINK] = NO_TOKEN, [PARTNER_GONE] = SEE,
        [PARTNER_END] = SEE },
};
/* clang-format on */

/* Whether the call would change anything. */
static bool has_to_be_done(const struct partner_subscription *s, const struct partner_order *o)
{
    bool has_ended = partner_state_at(s, o->now) == PARTNER_ENDED;
    switch (o->call) {
    case PARTNER_ACTIVATE: return s->activated.us == 0;
    case PARTNER_BUNDLE: return strcmp(s->bundle, o->bundle) != 0;
    case PARTNER_RESUME: return s->ends.us != 0;
    case PARTNER_CANCEL: return has_ended ? s->is_on : s->ends.us == 0 || s->ends.us != o->ends.us;
    case PARTNER_GONE: return s->is_on || s->linked.us != 0;
    case PARTNER_END: return has_ended && s->is_on;
    default: return true;
    }
}

/* Forgets who was linked: what is left is an order, whose token was used. */
static void forget_member(struct partner_subscription *s)
{
    s->member.s[0] = 0;
    s->linked.us = 0;
    s->token_expires.us = 0;
}

static void carry_out(struct partner_change *c, const struct partner_order *o)
{
    struct partner_subscription *s = &c->after;
    bool has_ended = partner_state_at(s, o->now) == PARTNER_ENDED;
    switch (o->call) {
    case PARTNER_TOKEN:
        s->token_expires.us = o->now.us + PARTNER_TOKEN_US;
        c->needs_token = true;
        break;
    case PARTNER_ACTIVATE: s->activated = o->now; break;
    case PARTNER_BUNDLE: (void)text_copy(s->bundle, sizeof s->bundle, o->bundle); break;
    case PARTNER_SUSPEND: s->suspended = o->now; break;
    case PARTNER_RESUME: s->suspended.us = s->ends.us = 0; break;
    case PARTNER_CANCEL:
        if (!has_ended)
            s->ends = o->ends.us > o->now.us ? o->ends : o->now;
        break;
    case PARTNER_LINK:
        s->member = o->member;
        s->linked = o->now;
        s->token_expires.us = 0;
        c->forgets_token = true;
        break;
    case PARTNER_GONE: forget_member(s); break;
    default: break;
    }
}

/* What becomes of the membership of whoever was linked, or is now. */
static void settle(struct partner_change *c, const struct partner_subscription *before,
                   const struct partner_order *o)
{
    bool pays = partner_state_at(&c->after, o->now) == PARTNER_ACTIVE;
    c->member = o->call == PARTNER_LINK ? o->member : before->member;
    if (pays && !before->is_on)
        c->effect = PARTNER_TURNS_ON;
    else if (!pays && before->is_on)
        c->effect = PARTNER_TURNS_OFF;
    else if (pays && strcmp(before->bundle, c->after.bundle) != 0)
        c->effect = PARTNER_OTHER_PLAN;
    c->after.is_on = pays;
    if (partner_state_at(&c->after, o->now) == PARTNER_ENDED && c->after.token_expires.us != 0) {
        c->after.token_expires.us = 0;
        c->forgets_token = true;
    }
}

static enum partner_reason reason_of(enum move move)
{
    switch (move) {
    case NO_ENDED: return PARTNER_WAS_ENDED;
    case NO_SUSPENDED: return PARTNER_IS_SUSPENDED;
    case NO_LINKED: return PARTNER_IS_LINKED;
    case NO_TOKEN: return PARTNER_NO_TOKEN;
    default: return PARTNER_FINE;
    }
}

struct partner_change partner_apply(const struct partner_subscription *before,
                                    const struct partner_order *order)
{
    struct partner_change c = { .outcome = PARTNER_IS_SO, .after = *before };
    enum move move = moves[partner_state_at(before, order->now)][order->call];
    c.reason = reason_of(move);
    if (c.reason != PARTNER_FINE)
        c.outcome = PARTNER_REFUSED;
    else if (move == DO || (move == SEE && has_to_be_done(before, order)))
        c.outcome = PARTNER_DONE;
    if (c.outcome != PARTNER_DONE)
        return c;
    carry_out(&c, order);
    settle(&c, before, order);
    c.after.version++;
    c.after.changed = order->now;
    return c;
}

struct partner_subscription partner_subscription_of(const struct partner_subscription *ordered,
                                                    bool is_activated, utc_time now)
{
    struct partner_subscription s = *ordered;
    s.created = s.changed = now;
    s.version = 1;
    if (is_activated)
        s.activated = now;
    return s;
}

const struct partner_subscription *partner_history_at(const struct partner_event *events, size_t n,
                                                      utc_time at)
{
    const struct partner_subscription *found = NULL;
    for (size_t i = 0; i < n && events[i].at.us <= at.us; i++)
        found = &events[i].after;
    return found;
}
