#include "rules/production/production.h"

#include <string.h>

#include "base/buf.h"

static const char *const state_names[PRODUCTION_STATES] = {
    [PRODUCTION_COMMISSIONED] = "commissioned",
    [PRODUCTION_IN_PRODUCTION] = "in-production",
    [PRODUCTION_DELIVERING] = "delivering",
    [PRODUCTION_IN_REVIEW] = "in-review",
    [PRODUCTION_READY] = "ready",
    [PRODUCTION_RELEASED] = "released",
    [PRODUCTION_CANCELLED] = "cancelled",
};

static const char *const delivery_names[] = {
    [DELIVERY_DUE] = "due",
    [DELIVERY_DELIVERED] = "delivered",
    [DELIVERY_ACCEPTED] = "accepted",
    [DELIVERY_REFUSED] = "refused",
};

static const bool may_move[PRODUCTION_STATES][PRODUCTION_STATES] = {
    [PRODUCTION_COMMISSIONED] = { [PRODUCTION_IN_PRODUCTION] = true,
                                  [PRODUCTION_DELIVERING] = true,
                                  [PRODUCTION_IN_REVIEW] = true,
                                  [PRODUCTION_CANCELLED] = true },
    [PRODUCTION_IN_PRODUCTION] = { [PRODUCTION_DELIVERING] = true,
                                   [PRODUCTION_IN_REVIEW] = true,
                                   [PRODUCTION_CANCELLED] = true },
    [PRODUCTION_DELIVERING] = { [PRODUCTION_IN_REVIEW] = true, [PRODUCTION_CANCELLED] = true },
    [PRODUCTION_IN_REVIEW] = { [PRODUCTION_DELIVERING] = true,
                               [PRODUCTION_READY] = true,
                               [PRODUCTION_CANCELLED] = true },
    [PRODUCTION_READY] = { [PRODUCTION_DELIVERING] = true,
                           [PRODUCTION_RELEASED] = true,
                           [PRODUCTION_CANCELLED] = true },
};

const char *production_state_name(enum production_state state)
{
    return state_names[state];
}

bool production_state_parse(const char *name, enum production_state *out)
{
    for (size_t i = 0; i < PRODUCTION_STATES; i++) {
        if (strcmp(name, state_names[i]) == 0) {
            *out = (enum production_state)i;
            return true;
        }
    }
    return false;
}

bool production_may_move(enum production_state from, enum production_state to)
{
    return may_move[from][to];
}

const char *delivery_state_name(enum delivery_state state)
{
    return delivery_names[state];
}

bool delivery_state_parse(const char *name, enum delivery_state *out)
{
    for (size_t i = 0; i < sizeof delivery_names / sizeof delivery_names[0]; i++) {
        if (strcmp(name, delivery_names[i]) == 0) {
            *out = (enum delivery_state)i;
            return true;
        }
    }
    return false;
}

enum production_state production_state_of(const struct production *p)
{
    size_t count[DELIVERY_REFUSED + 1] = { 0 };
    if (p->state == PRODUCTION_RELEASED || p->state == PRODUCTION_CANCELLED)
        return p->state;
    for (size_t i = 0; i < p->n_deliveries; i++)
        count[p->deliveries[i].state]++;
    if (p->state < PRODUCTION_DELIVERING && count[DELIVERY_DUE] == p->n_deliveries)
        return p->state;
    if (count[DELIVERY_DUE] > 0 || count[DELIVERY_REFUSED] > 0)
        return PRODUCTION_DELIVERING;
    return count[DELIVERY_DELIVERED] > 0 ? PRODUCTION_IN_REVIEW : PRODUCTION_READY;
}

enum production_state production_state_at(const struct production *p, utc_time now)
{
    bool has_come = p->release.us != 0 && p->release.us <= now.us;
    if (p->state == PRODUCTION_READY || p->state == PRODUCTION_RELEASED)
        return has_come ? PRODUCTION_RELEASED : PRODUCTION_READY;
    return p->state;
}

struct delivery *production_delivery(const struct production *p, int season, int number)
{
    for (size_t i = 0; i < p->n_deliveries; i++) {
        if (p->deliveries[i].season == season && p->deliveries[i].number == number)
            return &p->deliveries[i];
    }
    return NULL;
}

/* "season 1 episode 3", "the film" */
static const char *called(struct arena *arena, const struct delivery *d)
{
    return d->number == 0 && d->season == 0
               ? "the film"
               : arena_printf(arena, "season %d episode %d", d->season, d->number);
}

static const char *not_accepted(enum delivery_state state)
{
    static const char *const words[] = {
        [DELIVERY_DUE] = "no master has been delivered",
        [DELIVERY_DELIVERED] = "its master is delivered and not yet accepted",
        [DELIVERY_REFUSED] = "its master was refused, and no other has come",
    };
    return words[state];
}

enum err production_may_release(struct arena *arena, const struct production *p,
                                const bool *encoded, utc_time at, utc_time now, const char **why)
{
    char text[UTC_TEXT];
    struct buf out;
    buf_init(&out, 256 * 1024);
    *why = NULL;
    if (production_state_at(p, now) == PRODUCTION_RELEASED)
        buf_text(&out, "it is released already\n");
    else if (p->state == PRODUCTION_CANCELLED)
        buf_text(&out, "it was cancelled\n");
    if (at.us < now.us) {
        utc_format(at, text);
        buf_printf(&out, "%s has passed; without an instant it is released at once\n", text);
    }
    for (size_t i = 0; i < p->n_deliveries && p->state != PRODUCTION_CANCELLED; i++) {
        const struct delivery *d = &p->deliveries[i];
        if (d->state != DELIVERY_ACCEPTED)
            buf_printf(&out, "%s: %s\n", called(arena, d), not_accepted(d->state));
        else if (!encoded[i])
            buf_printf(&out, "%s: its master is not encoded yet\n", called(arena, d));
    }
    if (p->n_deliveries == 0)
        buf_text(&out, "no episode was ordered\n");
    bool is_free = out.size == 0 && out.err == OK;
    if (!is_free)
        *why = arena_strndup(arena, buf_string(&out), out.size > 0 ? out.size - 1 : 0);
    buf_finish(&out);
    return is_free ? OK : ERR_STATE;
}
