/* What opens and closes in the weeks to come: windows of titles, and territories. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "driver/store/showings.h"
#include "driver/store/territories.h"
#include "service/rights/rights.h"

enum { WEEKS_USUAL = 4, WEEKS_MAX = 520, TURNS_MAX = 20000 };

struct calendar {
    struct store *store;
    struct arena *arena;
    const struct rights_calendar_params *params;
    struct rights_calendar *out;
    struct rights_turn *turns;
    size_t room;
};

static enum err fail(struct rights_problem *why, enum err err, const char *field, const char *text)
{
    text_copy(why->field, sizeof why->field, field);
    text_copy(why->text, sizeof why->text, text);
    return err;
}

static enum err find_span(struct calendar *c, struct rights_problem *why)
{
    const struct rights_calendar_params *p = c->params;
    const char *territory = p->territory != NULL ? p->territory : p->home;
    int weeks = p->weeks > 0 ? p->weeks : WEEKS_USUAL;
    enum err err = rights_zone(c->store, c->arena, territory, &c->out->zone);
    if (err == ERR_ARGUMENT)
        return fail(why, err, "territory", "is no country of ISO 3166-1");
    if (err != OK)
        return fail(why, err, "", err_text(err));
    if (weeks > WEEKS_MAX)
        return fail(why, ERR_ARGUMENT, "weeks", "at most 520 weeks are looked ahead");
    c->out->from = p->now;
    if (p->from != NULL && rights_instant_parse(p->from, c->out->zone, &c->out->from) != OK)
        return fail(why, ERR_ARGUMENT, "from", "is no instant: 2013-07-15T20:00:00Z or 2013-07-15");
    struct duration span = { .seconds = (int64_t)weeks * 7 * 86400 };
    c->out->until = (utc_time){ c->out->from.us + span.seconds * UTC_SECOND };
    return OK;
}

static struct rights_turn *next_turn(struct calendar *c)
{
    if (c->out->n == c->room) {
        c->room = c->room == 0 ? 32 : c->room * 2;
        struct rights_turn *more = ARENA_ARRAY(c->arena, struct rights_turn, c->room);
        if (c->out->n > 0)
            memcpy(more, c->turns, c->out->n * sizeof *more);
        c->turns = more;
        c->out->turns = more;
    }
    return &c->turns[c->out->n++];
}

static enum err add_territories(struct calendar *c)
{
    struct territory *all = NULL;
    size_t n = 0;
    enum err err = store_territories_list(c->store, c->arena, &all, &n);
    for (size_t i = 0; err == OK && i < n; i++) {
        if (c->params->territory != NULL && strcmp(all[i].code, c->params->territory) != 0)
            continue;
        for (size_t k = 0; k < all[i].n_changes; k++) {
            const struct territory_change *change = &all[i].changes[k];
            if (change->at.us < c->out->from.us || change->at.us >= c->out->until.us)
                continue;
            const struct territory_facts *facts = territory_facts(all[i].code);
            struct rights_turn *turn = next_turn(c);
            *turn = (struct rights_turn){ .at = change->at,
                                          .kind = "territory",
                                          .what = territory_state_name(change->state),
                                          .name = facts != NULL ? facts->name_en : all[i].code,
                                          .because = change->reason };
            memcpy(turn->territory, all[i].code, sizeof turn->territory);
        }
    }
    return err;
}

/* "Name S1E2" names an episode by its last word; a film's name is its own. */
static const char *episode_of(const struct store_turn *turn)
{
    const char *space = strrchr(turn->name, ' ');
    bool is_film = memcmp(turn->title.s, turn->playable.s, ID_TEXT) == 0;
    return is_film || space == NULL ? NULL : space + 1;
}

static bool goes_with(const struct rights_turn *turn, const struct store_turn *next)
{
    return strcmp(turn->kind, "title") == 0 && turn->at.us == next->at.us &&
           strcmp(turn->territory, next->territory) == 0 &&
           memcmp(turn->title.s, next->title.s, ID_TEXT) == 0 &&
           strcmp(turn->what, next->opens ? "opens" : "closes") == 0;
}

/* The turn of the same title at the same instant, among those of that instant. */
static struct rights_turn *find_turn(struct calendar *c, const struct store_turn *next)
{
    for (size_t i = c->out->n; i-- > 0 && c->turns[i].at.us == next->at.us;) {
        if (goes_with(&c->turns[i], next))
            return &c->turns[i];
    }
    return NULL;
}

static void add_title(struct calendar *c, const struct store_turn *from)
{
    struct rights_turn *turn = find_turn(c, from);
    const char *episode = episode_of(from);
    if (turn != NULL) {
        turn->playables++;
        turn->last = episode;
        return;
    }
    turn = next_turn(c);
    size_t n = strlen(from->name) - (episode != NULL ? strlen(episode) + 1 : 0);
    *turn = (struct rights_turn){ .at = from->at,
                                  .kind = "title",
                                  .what = from->opens ? "opens" : "closes",
                                  .title = from->title,
                                  .name = arena_strndup(c->arena, from->name, n),
                                  .because = from->because,
                                  .playables = 1,
                                  .first = episode,
                                  .last = episode };
    memcpy(turn->territory, from->territory, sizeof turn->territory);
}

static int by_instant(const void *a, const void *b)
{
    const struct rights_turn *x = a, *y = b;
    int order = (x->at.us > y->at.us) - (x->at.us < y->at.us);
    if (order == 0)
        order = strcmp(y->kind, x->kind); /* a territory after the titles it may hide */
    if (order == 0)
        order = strcmp(x->territory, y->territory);
    if (order == 0)
        order = strcmp(x->what, y->what);
    return order != 0 ? order : strcmp(x->name, y->name);
}

enum err rights_calendar_find(struct store *store, struct arena *arena,
                              const struct rights_calendar_params *params,
                              struct rights_calendar *out, struct rights_problem *why)
{
    struct calendar c = { .store = store, .arena = arena, .params = params, .out = out };
    struct store_turn *turns = NULL;
    size_t n = 0;
    *out = (struct rights_calendar){ 0 };
    *why = (struct rights_problem){ 0 };
    enum err err = find_span(&c, why);
    if (err != OK)
        return err;
    err = store_turns_list(store, arena, params->territory, out->from, out->until, TURNS_MAX,
                           &turns, &n);
    for (size_t i = 0; err == OK && i < n; i++)
        add_title(&c, &turns[i]);
    out->is_cut = n == TURNS_MAX;
    if (err == OK)
        err = add_territories(&c);
    if (err != OK)
        return fail(why, err, "", err_text(err));
    if (out->n > 0)
        qsort(c.turns, out->n, sizeof *c.turns, by_instant);
    return OK;
}

static void put_turn(const struct rights_turn *turn, struct json_writer *w)
{
    bool is_title = turn->title.s[0] != 0;
    json_object(w, NULL);
    json_instant(w, "at", turn->at);
    json_text(w, "territory", turn->territory);
    json_text(w, "kind", turn->kind);
    json_text(w, "what", turn->what);
    json_text(w, "title", is_title ? turn->title.s : NULL);
    json_text(w, "name", turn->name);
    json_number(w, "playables", turn->playables);
    json_text(w, "first", turn->first);
    json_text(w, "last", turn->last);
    json_text(w, "because", turn->because);
    json_end(w);
}

enum err rights_calendar_json(struct store *store, struct arena *arena,
                              const struct rights_calendar_params *params, struct json_writer *w,
                              struct rights_problem *why)
{
    struct rights_calendar calendar;
    enum err err = rights_calendar_find(store, arena, params, &calendar, why);
    if (err != OK)
        return err;
    json_object(w, NULL);
    json_instant(w, "from", calendar.from);
    json_instant(w, "until", calendar.until);
    json_text(w, "zone", zone_name(calendar.zone));
    json_bool(w, "cut", calendar.is_cut);
    json_array(w, "items");
    for (size_t i = 0; i < calendar.n; i++)
        put_turn(&calendar.turns[i], w);
    json_end(w);
    json_end(w);
    return OK;
}

void rights_calendar_text(const struct rights_calendar *calendar, struct buf *out)
{
    for (size_t i = 0; i < calendar->n; i++) {
        const struct rights_turn *t = &calendar->turns[i];
        char at[ZONE_TIME_TEXT];
        zone_format(calendar->zone, t->at, at);
        buf_printf(out, "%s  %s  %-6s  %s", at, t->territory, t->what, t->name);
        if (t->first != NULL && t->playables > 1)
            buf_printf(out, " (%d episodes, %s to %s)", t->playables, t->first, t->last);
        else if (t->first != NULL)
            buf_printf(out, " %s", t->first);
        if (t->because != NULL && t->because[0] != 0)
            buf_printf(out, "  [%s]", t->because);
        buf_text(out, "\n");
    }
    if (calendar->is_cut)
        buf_text(out, "there is more; ask for fewer weeks\n");
}
