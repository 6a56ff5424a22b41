/* In which order to open the rest of the world: every part is a share of the best candidate, so
 * that a weight says how much it matters and nothing else. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rules/territory/check.h"

/* Members come from homes that can be reached with a catalogue that may be shown: these weigh most.
 * A rule that fails keeps the door shut, whatever the country promises. */
const struct plan_weights plan_weights_default = {
    .homes = 0.30, .price = 0.10, .cost = 0.10, .cleared = 0.20, .language = 0.10, .rules = 0.20
};

struct greatest {
    double homes, price, cost;
};

static double greater(double a, double b)
{
    return a > b ? a : b;
}

static double part(double value, double greatest)
{
    return greatest > 0 && value > 0 ? value / greatest : 0;
}

/* One failing rule halves what the rules have to give, two leave a third. */
static double rules_part(int blocking)
{
    return 1.0 / (1.0 + (blocking > 0 ? blocking : 0));
}

static const char *reasons(struct arena *arena, const struct plan_candidate *c)
{
    const char *rules = c->blocking_rules == 0
                            ? "no rule stands in the way"
                            : arena_printf(arena, "%d rule%s in the way", c->blocking_rules,
                                           c->blocking_rules == 1 ? " stands" : "s stand");
    return arena_printf(
        arena,
        "%.1f million broadband homes; prices at %.0f %% of home; %.0f %% of the "
        "catalogue is cleared and %.0f %% is in its language (%s); %s; %.0f to open",
        c->broadband_homes, c->price_level, 100 * c->cleared_share, 100 * c->language_share,
        c->language != NULL ? c->language : "?", rules, c->cost);
}

static struct plan_row row_of(struct arena *arena, const struct plan_candidate *c,
                              const struct plan_weights *w, const struct greatest *most)
{
    struct plan_row row = {
        .candidate = c,
        .homes = w->homes * part(c->broadband_homes, most->homes),
        .price = w->price * part(c->price_level, most->price),
        .cost = w->cost * (1 - part(c->cost, most->cost)),
        .cleared = w->cleared * c->cleared_share,
        .language = w->language * c->language_share,
        .rules = w->rules * rules_part(c->blocking_rules),
        .reasons = reasons(arena, c),
    };
    row.score = row.homes + row.price + row.cost + row.cleared + row.language + row.rules;
    return row;
}

static int best_first(const void *a, const void *b)
{
    const struct plan_row *first = a, *second = b;
    if (first->score > second->score || first->score < second->score)
        return first->score > second->score ? -1 : 1;
    return strcmp(first->candidate->code, second->candidate->code);
}

/* The weights with a sum of 1; false: one is negative or no number, or all are 0. */
static bool normalise(const struct plan_weights *given, struct plan_weights *out)
{
    const double each[] = { given->homes,   given->price,    given->cost,
                            given->cleared, given->language, given->rules };
    double sum = 0;
    for (size_t i = 0; i < sizeof each / sizeof each[0]; i++) {
        if (!(each[i] >= 0) || isinf(each[i]))
            return false;
        sum += each[i];
    }
    if (!(sum > 0) || isinf(sum))
        return false;
    *out = (struct plan_weights){ given->homes / sum,   given->price / sum,    given->cost / sum,
                                  given->cleared / sum, given->language / sum, given->rules / sum };
    return true;
}

enum err plan_rank(struct arena *arena, const struct plan_candidate *candidates, size_t n,
                   const struct plan_weights *weights, struct plan_row **out)
{
    struct plan_weights w;
    struct greatest most = { 0 };
    if (!normalise(weights, &w))
        return ERR_ARGUMENT;
    for (size_t i = 0; i < n; i++) {
        most.homes = greater(most.homes, candidates[i].broadband_homes);
        most.price = greater(most.price, candidates[i].price_level);
        most.cost = greater(most.cost, candidates[i].cost);
    }
    struct plan_row *rows = ARENA_ARRAY(arena, struct plan_row, n + 1);
    for (size_t i = 0; i < n; i++)
        rows[i] = row_of(arena, &candidates[i], &w, &most);
    qsort(rows, n, sizeof *rows, best_first);
    *out = rows;
    return OK;
}
