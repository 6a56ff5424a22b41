#include <string.h>

#include "service/launch/launch.h"
#include "service/launch/titles.h"

static double share(int part, int n)
{
    return n > 0 ? (double)part / n : 0;
}

/* What rights and rules allow in the candidate at the instant. */
static enum err fill(struct store *store, struct arena *arena,
                     const struct launch_catalogue *catalogue, utc_time at,
                     struct plan_candidate *c)
{
    struct territory territory = launch_catalogue_territory(catalogue, c->code);
    struct check_report report;
    int speaks = 0;
    enum err err = launch_catalogue_check(store, arena, catalogue, &territory, at, &report);
    if (err != OK)
        return err;
    for (size_t i = 0; i < catalogue->n; i++)
        speaks += launch_title_speaks(&catalogue->titles[i], c->language);
    c->cleared_share = share(report.cleared, report.titles);
    c->language_share = share(speaks, report.titles);
    c->blocking_rules = 0;
    for (size_t i = 0; i < report.n; i++) {
        const struct check_row *row = &report.rows[i];
        /* Price and tax are a matter of minutes: not what keeps a country closed. */
        bool is_set_in_minutes =
            strcmp(row->id, "house-tax") == 0 || strcmp(row->id, "house-price") == 0;
        c->blocking_rules += !row->passes && row->is_blocking && !is_set_in_minutes;
    }
    return OK;
}

enum err launch_plan(struct store *store, struct arena *arena, struct plan_candidate *candidates,
                     size_t n, const struct plan_weights *weights, utc_time at,
                     struct plan_row **out)
{
    struct launch_catalogue catalogue;
    enum err err = launch_catalogue_load(store, arena, &catalogue);
    for (size_t i = 0; err == OK && i < n; i++) {
        struct arena *own = arena_create(); /* a report of a great catalogue is not kept */
        err = fill(store, own, &catalogue, at, &candidates[i]);
        arena_destroy(&own);
    }
    return err == OK ? plan_rank(arena, candidates, n, weights, out) : err;
}
