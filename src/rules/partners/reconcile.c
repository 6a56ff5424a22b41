#include "rules/partners/reconcile.h"

#include <stdlib.h>
#include <string.h>

static const char *const kinds[] = {
#define X(name, word) [name] = word,
    PARTNER_DIFFERENCES(X)
#undef X
};

const char *partner_difference_name(enum partner_difference_kind kind)
{
    return kinds[kind];
}

struct compare {
    struct arena *arena;
    const struct partner_row **ours; /* by account, running ones first */
    bool *is_met;
    size_t n_ours, n, room;
    struct partner_difference *out;
};

static bool has_ended(const struct partner_row *row)
{
    return row->state == PARTNER_ENDED;
}

/* What tells before the service begins are ways to the same: nobody watches, nothing is paid. */
static enum partner_state class_of(enum partner_state state)
{
    switch (state) {
    case PARTNER_TOKEN_ISSUED:
    case PARTNER_EXPIRED:
    case PARTNER_LINKED: return PARTNER_ORDERED;
    default: return state;
    }
}

static int by_account(const void *a, const void *b)
{
    const struct partner_row *x = *(const struct partner_row *const *)a;
    const struct partner_row *y = *(const struct partner_row *const *)b;
    int order = strcmp(x->account, y->account);
    if (order == 0)
        order = has_ended(x) - has_ended(y);
    if (order == 0)
        order = (x->since.days < y->since.days) - (x->since.days > y->since.days);
    return order != 0 ? order : strcmp(x->id, y->id);
}

static const struct partner_row **sorted(struct arena *arena, const struct partner_row *rows,
                                         size_t n)
{
    const struct partner_row **out = ARENA_ARRAY(arena, const struct partner_row *, n + 1);
    for (size_t i = 0; i < n; i++)
        out[i] = &rows[i];
    if (n > 1)
        qsort(out, n, sizeof *out, by_account);
    return out;
}

/* ---- what is said of a difference ------------------------------------------------------------ */

static const char *day_text(struct arena *arena, civil_day day)
{
    char text[CIVIL_DAY_TEXT];
    civil_day_format(day, text);
    return arena_strdup(arena, text);
}

static const char *price_text(struct arena *arena, const struct money *price)
{
    char text[MONEY_TEXT];
    money_format(price, text);
    return arena_strdup(arena, text);
}

/* "here since 2026-11-03; the last call was suspend, at 2026-11-03T10:00:00Z" */
static const char *history(struct arena *arena, const struct partner_row *ours)
{
    char at[UTC_TEXT];
    utc_format(ours->called, at);
    return arena_printf(arena, "here %s since %s; what happened last was %s, at %s",
                        partner_state_name(ours->state), day_text(arena, ours->since),
                        partner_call_name(ours->call), at);
}

static void add(struct compare *c, enum partner_difference_kind kind,
                const struct partner_row *ours, const struct partner_row *theirs,
                const char *const words[3])
{
    if (c->n == c->room) {
        size_t room = c->room == 0 ? 64 : c->room * 2;
        struct partner_difference *more = ARENA_ARRAY(c->arena, struct partner_difference, room);
        if (c->n > 0)
            memcpy(more, c->out, c->n * sizeof *more);
        c->out = more;
        c->room = room;
    }
    c->out[c->n++] = (struct partner_difference){
        .kind = kind,
        .account = ours != NULL ? ours->account : theirs->account,
        .id = ours != NULL ? ours->id : "",
        .ours = words[0],
        .theirs = words[1],
        .text = words[2],
    };
}

/* ---- two rows of one subscription ------------------------------------------------------------ */

static void compare_state(struct compare *c, const struct partner_row *ours,
                          const struct partner_row *theirs)
{
    const char *text = arena_printf(c->arena, "they say %s; %s", partner_state_name(theirs->state),
                                    history(c->arena, ours));
    add(c, PARTNER_OTHER_STATE, ours, theirs,
        (const char *const[3]){ partner_state_name(ours->state), partner_state_name(theirs->state),
                                text });
}

static void compare_bundle(struct compare *c, const struct partner_row *ours,
                           const struct partner_row *theirs)
{
    const char *text = arena_printf(c->arena, "they have the bundle %s, here it is %s; %s",
                                    theirs->bundle, ours->bundle, history(c->arena, ours));
    add(c, PARTNER_OTHER_BUNDLE, ours, theirs,
        (const char *const[3]){ ours->bundle, theirs->bundle, text });
}

static void compare_price(struct compare *c, const struct partner_row *ours,
                          const struct partner_row *theirs)
{
    const char *a = price_text(c->arena, &ours->price), *b = price_text(c->arena, &theirs->price);
    const char *text =
        arena_printf(c->arena, "they count %s a month, here the bundle %s costs %s on that day", b,
                     ours->bundle, a);
    add(c, PARTNER_OTHER_PRICE, ours, theirs, (const char *const[3]){ a, b, text });
}

static void compare_date(struct compare *c, const struct partner_row *ours,
                         const struct partner_row *theirs)
{
    const char *a = day_text(c->arena, ours->since), *b = day_text(c->arena, theirs->since);
    const char *text = arena_printf(c->arena, "they say %s since %s; %s",
                                    partner_state_name(theirs->state), b, history(c->arena, ours));
    add(c, PARTNER_OTHER_DATE, ours, theirs, (const char *const[3]){ a, b, text });
}

static void compare_rows(struct compare *c, const struct partner_row *ours,
                         const struct partner_row *theirs)
{
    enum partner_state class = class_of(ours->state);
    if (class != class_of(theirs->state)) {
        compare_state(c, ours, theirs);
        return;
    }
    if (class != PARTNER_ENDED && strcmp(ours->bundle, theirs->bundle) != 0)
        compare_bundle(c, ours, theirs);
    else if (class != PARTNER_ENDED && theirs->price.currency[0] != 0 &&
             (ours->price.minor != theirs->price.minor ||
              strcmp(ours->price.currency, theirs->price.currency) != 0))
        compare_price(c, ours, theirs);
    if (class != PARTNER_ORDERED && theirs->has_since && ours->since.days != theirs->since.days)
        compare_date(c, ours, theirs);
}

/* ---- the lists ------------------------------------------------------------------------------- */

static size_t first_of(const struct compare *c, const char *account)
{
    size_t low = 0, high = c->n_ours;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(c->ours[middle]->account, account) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Ours that this row of theirs is about: the one with its id, else the first of its account that
 * no other row was about; n_ours: none. */
static size_t find(const struct compare *c, const struct partner_row *theirs)
{
    size_t found = c->n_ours;
    for (size_t i = first_of(c, theirs->account);
         i < c->n_ours && strcmp(c->ours[i]->account, theirs->account) == 0; i++) {
        bool is_it = theirs->id[0] != 0 && strcmp(c->ours[i]->id, theirs->id) == 0;
        if (is_it)
            return i;
        if (theirs->id[0] == 0 && found == c->n_ours && !c->is_met[i])
            found = i;
    }
    return found;
}

static bool is_there(const struct compare *c, const char *account)
{
    size_t i = first_of(c, account);
    return i < c->n_ours && strcmp(c->ours[i]->account, account) == 0;
}

static void look_at(struct compare *c, const struct partner_row *theirs)
{
    size_t i = find(c, theirs);
    bool is_double =
        i < c->n_ours ? c->is_met[i] : theirs->id[0] == 0 && is_there(c, theirs->account);
    const char *state = partner_state_name(theirs->state);
    if (is_double && !has_ended(theirs)) {
        add(c, PARTNER_TWICE_THERE, NULL, theirs,
            (const char *const[3]){ NULL, state,
                                    "they list this account more often than it is here" });
    } else if (i < c->n_ours && !c->is_met[i]) {
        c->is_met[i] = true;
        compare_rows(c, c->ours[i], theirs);
    } else if (i == c->n_ours && !is_double && !has_ended(theirs)) {
        bool is_foreign = theirs->id[0] != 0 && is_there(c, theirs->account);
        const char *text = "they list it; here it was never ordered";
        if (is_foreign)
            text = arena_printf(c->arena,
                                "they list the subscription %s; here the account has "
                                "another",
                                theirs->id);
        add(c, PARTNER_MISSING_HERE, NULL, theirs, (const char *const[3]){ NULL, state, text });
    }
}

void partner_reconcile(struct arena *arena, const struct partner_row *ours, size_t n_ours,
                       const struct partner_row *theirs, size_t n_theirs,
                       struct partner_difference **out, size_t *n)
{
    struct compare c = { .arena = arena,
                         .ours = sorted(arena, ours, n_ours),
                         .is_met = ARENA_ARRAY(arena, bool, n_ours + 1),
                         .n_ours = n_ours };
    const struct partner_row **rows = sorted(arena, theirs, n_theirs);
    for (size_t i = 0; i < n_theirs; i++)
        look_at(&c, rows[i]);
    for (size_t i = 0; i < n_ours; i++) {
        const struct partner_row *row = c.ours[i];
        if (c.is_met[i] || has_ended(row))
            continue;
        const char *text = arena_printf(arena, "they do not list it; %s", history(arena, row));
        add(&c, PARTNER_MISSING_THERE, row, NULL,
            (const char *const[3]){ partner_state_name(row->state), NULL, text });
    }
    *out = c.out;
    *n = c.n;
}
