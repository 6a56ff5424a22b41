/* What the house itself wants to know before it opens a territory. */
#include <string.h>

#include "base/money.h"
#include "rules/territory/check_rows.h"

static const char *const house = "house";

static void check_state(struct check_writer *w)
{
    const struct territory *t = w->q->territory;
    enum territory_state state = territory_state_at(t->changes, t->n_changes, w->q->at);
    struct check_row *row = check_row_add(w, "house-state", house, "It is ready, or open already.");
    row->required = "ready or open";
    row->found = territory_state_name(state);
    row->passes = state == TERRITORY_READY || state == TERRITORY_OPEN;
    row->is_blocking = state == TERRITORY_HELD;
    for (size_t i = 0; i < t->n_changes && t->changes[i].at.us <= w->q->at.us; i++) {
        if (state == TERRITORY_HELD && t->changes[i].reason != NULL)
            row->found = arena_printf(w->arena, "held: %s", t->changes[i].reason);
    }
    if (!row->passes)
        row->remedy = arena_printf(w->arena, "lanterne territory ready %s", t->code);
}

static void check_currency(struct check_writer *w)
{
    const char *currency = territory_currency(w->q->territory);
    struct check_row *row = check_row_add(w, "house-currency", house, "A currency is set.");
    row->is_blocking = true;
    row->required = "a currency of ISO 4217";
    row->found = currency[0] != 0 ? currency : "none";
    row->passes = currency[0] != 0 && currency_digits(currency) >= 0;
    if (!row->passes)
        row->remedy =
            arena_printf(w->arena, "lanterne territory set %s --currency", w->q->territory->code);
}

static void check_tax(struct check_writer *w)
{
    int tax = w->q->territory->tax_permille;
    struct check_row *row =
        check_row_add(w, "house-tax", house, "The tax within the price is set.");
    row->is_blocking = true;
    row->required = "set";
    row->passes = tax >= 0;
    row->found = tax >= 0 ? check_share(w, tax, 1000) : "not set";
    if (!row->passes)
        row->remedy = arena_printf(w->arena, "lanterne territory set %s --tax PERCENT",
                                   w->q->territory->code);
}

static void check_price(struct check_writer *w)
{
    const struct territory *t = w->q->territory;
    struct money price = { .minor = t->price_minor };
    struct check_row *row = check_row_add(w, "house-price", house, "The plan has a price.");
    char text[MONEY_TEXT] = "not set";
    row->is_blocking = true;
    row->required = "set";
    row->passes = t->price_minor >= 0;
    if (row->passes) {
        memcpy(price.currency, territory_currency(t),
               strnlen(territory_currency(t), sizeof price.currency - 1));
        money_format(&price, text);
    }
    row->found = arena_strdup(w->arena, text);
    if (!row->passes)
        row->remedy = arena_printf(w->arena, "lanterne territory set %s --price AMOUNT", t->code);
}

/* A row about every cleared title: passes when all are good. */
static void check_every(struct check_writer *w, struct check_row *row, int good, const char *remedy)
{
    int n = w->report->cleared;
    row->passes = good == n;
    row->found =
        n == 0 ? "nothing is cleared"
               : arena_printf(w->arena, "%s (%d of %d titles)", check_share(w, good, n), good, n);
    if (!row->passes)
        row->remedy =
            arena_printf(w->arena, "%s for %d title%s", remedy, n - good, n - good == 1 ? "" : "s");
}

static void check_languages(struct check_writer *w)
{
    const char *languages = territory_languages(w->q->territory);
    struct check_row *row = check_row_add(
        w, "house-languages", house, "Titles can be heard or read in a language of the territory.");
    row->required = arena_printf(w->arena, "sound or captions in one of %s", languages);
    for (size_t i = 0; i < w->q->n_titles; i++) {
        const struct check_title *t = &w->q->titles[i];
        if (t->is_cleared && !t->has_language)
            check_row_fail(w, row, t, "neither sound nor captions in %s", languages);
    }
    check_every(w, row, w->report->in_language, "sound or captions");
}

static void check_ratings(struct check_writer *w)
{
    const char *systems = territory_ratings(w->q->territory);
    struct check_row *row =
        check_row_add(w, "house-ratings", house, "Titles are rated by a system of the territory.");
    if (systems[0] == 0) {
        row->required = "no system is known";
        row->found = "nothing to rate by";
        return;
    }
    row->required = arena_printf(w->arena, "a rating of %s", systems);
    for (size_t i = 0; i < w->q->n_titles; i++) {
        const struct check_title *t = &w->q->titles[i];
        if (t->is_cleared && t->min_age < 0)
            check_row_fail(w, row, t, "no rating of %s; profiles with an age limit do not see it",
                           systems);
    }
    check_every(w, row, w->report->rated, "ratings");
}

static void check_cleared(struct check_writer *w)
{
    int n = w->report->titles, good = w->report->cleared;
    struct check_row *row =
        check_row_add(w, "house-cleared", house, "What is published may be shown here.");
    row->required = "100 %";
    row->found =
        n == 0 ? "nothing is published"
               : arena_printf(w->arena, "%s (%d of %d titles)", check_share(w, good, n), good, n);
    row->passes = good == n;
    for (size_t i = 0; i < w->q->n_titles; i++) {
        const struct check_title *t = &w->q->titles[i];
        if (!t->is_cleared)
            check_row_fail(w, row, t, "%s", t->why != NULL ? t->why : "not cleared");
    }
    if (!row->passes)
        row->remedy = arena_printf(w->arena, "rights for %d more title%s", n - good,
                                   n - good == 1 ? "" : "s");
}

static void check_catalogue(struct check_writer *w)
{
    struct check_row *row =
        check_row_add(w, "house-catalogue", house, "There is something to show.");
    row->is_blocking = true;
    row->required = "at least 1 title";
    row->found = arena_printf(w->arena, "%d title%s", w->report->cleared,
                              w->report->cleared == 1 ? "" : "s");
    row->passes = w->report->cleared > 0;
    if (!row->passes)
        row->remedy = "publish a title that may be shown here";
}

void check_house(struct check_writer *w)
{
    check_state(w);
    check_currency(w);
    check_tax(w);
    check_price(w);
    check_languages(w);
    check_ratings(w);
    check_cleared(w);
    check_catalogue(w);
}
