#include <stdarg.h>
#include <string.h>

#include "driver/store/titles.h"
#include "service/production/production.h"

static enum err refuse(struct production_desk *desk, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static enum err refuse(struct production_desk *desk, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    desk->why = arena_vprintf(desk->arena, format, args);
    va_end(args);
    return ERR_ARGUMENT;
}

/* ---- the title ---- */

static enum err make_title(struct production_desk *desk, struct production_order *order,
                           utc_time now)
{
    struct title *t = order->title;
    struct title_problem problem;
    id_new(t->id.s);
    t->kind = order->what.episodes == 0 ? TITLE_FILM : TITLE_SERIES;
    t->state = TITLE_DRAFT;
    t->version = 1;
    t->created = t->changed = now;
    t->is_exclusive = !order->is_shared;
    order->what.title = t->id;
    if (title_validate(t, &problem) != OK)
        return refuse(desk, "%s: %s", problem.field, problem.text);
    return store_title_add(desk->store, t);
}

static enum err take_title(struct production_desk *desk, const struct production_order *order,
                           utc_time now)
{
    struct title t;
    enum title_kind wanted = order->what.episodes == 0 ? TITLE_FILM : TITLE_SERIES;
    enum err err = store_title_get(desk->store, desk->arena, order->what.title, &t);
    if (err != OK)
        return err;
    if (t.kind != wanted)
        return refuse(desk, "%s",
                      wanted == TITLE_FILM ? "the title is a series: how many episodes?"
                                           : "the title is a film: it has no episodes");
    if (t.is_licensed)
        return refuse(desk, "the title lives by a studio's avails: it is no production of ours");
    if (t.state == TITLE_PUBLISHED)
        return refuse(desk, "the title is published already");
    if (t.is_exclusive == !order->is_shared)
        return OK;
    t.is_exclusive = !order->is_shared;
    return store_title_update(desk->store, &t, now);
}

/* ---- its episodes ---- */

static enum err make_episode(struct store *store, const struct production *p, struct delivery *d)
{
    struct title_episode e = { .series = p->title, .season = d->season, .number = d->number };
    enum err err = store_playable_at(store, p->title, d->season, d->number, &d->playable);
    if (err != ERR_NOT_FOUND)
        return err;
    id_new(e.id.s);
    d->playable = e.id;
    return store_episode_add(store, &e);
}

static enum err make_playables(struct store *store, struct production *p)
{
    enum err err = OK;
    if (p->episodes == 0) {
        memcpy(p->deliveries[0].playable.s, p->title.s, sizeof p->title.s);
        return OK;
    }
    for (size_t i = 0; i < p->n_deliveries && err == OK; i++)
        err = make_episode(store, p, &p->deliveries[i]);
    return err;
}

/* ---- the order ---- */

static void plan_deliveries(struct arena *arena, struct production_order *order)
{
    struct production *p = &order->what;
    p->n_deliveries = p->episodes == 0 ? 1 : (size_t)p->episodes;
    p->deliveries = ARENA_ARRAY(arena, struct delivery, p->n_deliveries);
    for (size_t i = 0; i < p->n_deliveries; i++)
        p->deliveries[i] = (struct delivery){
            .season = p->episodes == 0 ? 0 : order->season,
            .number = p->episodes == 0 ? 0 : (int)i + 1,
            .due = { order->due.days + (int32_t)i * order->due_every },
        };
}

static enum err check_order(struct production_desk *desk, struct production_order *order)
{
    struct production_problem problem;
    const struct title_episode one = { .season = order->season, .number = 1 };
    struct title_problem season;
    if (order->what.episodes < 0 || order->what.episodes > PRODUCTION_EPISODES_MAX)
        return refuse(desk, "episodes: must be 1 to %d", PRODUCTION_EPISODES_MAX);
    if (order->due_every < 0 || order->due_every > 3660)
        return refuse(desk, "due-every: must be 0 to 3660 days");
    if (order->what.episodes > 0 && title_episode_validate(&one, &season) != OK)
        return refuse(desk, "%s: %s", season.field, season.text);
    plan_deliveries(desk->arena, order);
    if (production_validate(&order->what, &problem) != OK)
        return refuse(desk, "%s: %s", problem.field, problem.text);
    return OK;
}

static enum err check_is_new(struct production_desk *desk, const struct production_order *order)
{
    struct production other;
    if (order->title != NULL)
        return OK;
    enum err err = store_production_find(desk->store, desk->arena, order->what.title.s, &other);
    return err == OK ? ERR_EXISTS : err == ERR_NOT_FOUND ? OK : err;
}

enum err production_commission(struct production_desk *desk, struct production_order *order,
                               utc_time now)
{
    struct production *p = &order->what;
    desk->why = NULL;
    enum err err = check_order(desk, order);
    if (err == OK)
        err = check_is_new(desk, order);
    if (err == OK)
        err = order->title != NULL ? make_title(desk, order, now) : take_title(desk, order, now);
    if (err == OK)
        err = make_playables(desk->store, p);
    if (err != OK)
        return err;
    id_new(p->id.s);
    p->state = PRODUCTION_COMMISSIONED;
    p->version = 1;
    p->created = p->changed = now;
    return store_production_add(desk->store, p);
}
