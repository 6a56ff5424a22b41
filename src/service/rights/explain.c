/* Why something may be watched or not: the verdict of the one decision, and all that led to it. */
#include "service/rights/explain.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "driver/store/media.h"
#include "driver/store/members.h"
#include "driver/store/rentals.h"
#include "driver/store/showings.h"
#include "driver/store/territories.h"
#include "driver/store/titles.h"
#include "rules/territory/rating.h"
#include "service/rights/check.h"

static enum err fail(struct explain *e, enum err err, const char *field, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static enum err fail(struct explain *e, enum err err, const char *field, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    text_copy(e->why->field, sizeof e->why->field, field);
    vsnprintf(e->why->text, sizeof e->why->text, format, args);
    va_end(args);
    return err;
}

void explain_link(struct explain *e, const char *kind, const char *source, bool holds,
                  const char *format, ...)
{
    va_list args;
    if (e->out->n == e->room) {
        e->room = e->room == 0 ? 32 : e->room * 2;
        struct rights_link *more = ARENA_ARRAY(e->arena, struct rights_link, e->room);
        if (e->out->n > 0)
            memcpy(more, e->chain, e->out->n * sizeof *more);
        e->chain = more;
        e->out->chain = more;
    }
    va_start(args, format);
    e->chain[e->out->n++] =
        (struct rights_link){ kind, source, holds, arena_vprintf(e->arena, format, args) };
    va_end(args);
}

const char *explain_instant(const struct explain *e, utc_time t)
{
    char text[ZONE_TIME_TEXT];
    if (t.us == INT64_MIN || t.us == INT64_MAX)
        return "ever";
    zone_format(e->out->zone, t, text);
    return arena_strdup(e->arena, text);
}

/* ---- what is asked ------------------------------------------------------------------------------
 */

static enum err find_place(struct explain *e)
{
    const char *code = e->params->territory;
    if (strlen(code) != 2 || !text_is_territory(code, 2))
        return fail(e, ERR_ARGUMENT, "territory", "%s is no country of ISO 3166-1", code);
    enum err err = store_territory_get(e->store, e->arena, code, &e->territory);
    if (err != OK)
        return fail(e, err, "territory", "%s", err_text(err));
    memcpy(e->territory.code, code, 3);
    e->out->territory = arena_strdup(e->arena, code);
    e->out->zone = territory_zone(&e->territory);
    e->out->at = e->params->now;
    if (e->params->at != NULL &&
        rights_instant_parse(e->params->at, e->out->zone, &e->out->at) != OK)
        return fail(e, ERR_ARGUMENT, "at",
                    "%s is no instant: 2013-07-15T20:00:00+02:00, or 2013-07-15 in the "
                    "territory's own time",
                    e->params->at);
    err = store_laws_list(e->store, e->arena, &e->laws, &e->n_laws);
    return err == OK ? OK : fail(e, err, "", "%s", err_text(err));
}

static enum err find_title(struct explain *e)
{
    title_id id;
    if (!id_parse(e->params->what, strlen(e->params->what), id.s))
        return ERR_NOT_FOUND;
    enum err err = store_title_get(e->store, e->arena, id, &e->title);
    if (err == ERR_NOT_FOUND) { /* an episode's id says title and episode at once */
        playable_id playable;
        memcpy(playable.s, id.s, sizeof playable.s);
        err = store_playable_find(e->store, e->arena, playable, &e->title, &e->episode);
    }
    return err;
}

/* ---- which playable of a title ------------------------------------------------------------------
 */

static int rank(const struct showing *s)
{
    return s->state == RIGHTS_OPEN ? 2 : s->state == RIGHTS_ANNOUNCED ? 1 : 0;
}

/* Of all episodes the one that shows most; of equals the first. A season that is said counts. */
static enum err best_episode(struct explain *e, const struct series_listing *series)
{
    struct showing *showings = NULL;
    size_t n = 0, best = SIZE_MAX;
    enum err err = store_series_showings(e->store, e->arena, e->title.id, e->params->territory,
                                         e->out->at, &showings, &n);
    for (size_t i = 0; err == OK && i < n && i < series->n_episodes; i++) {
        if (e->params->has_season && series->episodes[i].season != e->params->season)
            continue;
        if (best == SIZE_MAX || rank(&showings[i]) > rank(&showings[best]))
            best = i;
    }
    if (err == OK && best != SIZE_MAX)
        e->episode = series->episodes[best];
    if (err == OK && best == SIZE_MAX && e->params->has_season)
        return fail(e, ERR_NOT_FOUND, "season", "there is no season %d", e->params->season);
    return err;
}

static enum err said_episode(struct explain *e, const struct series_listing *series)
{
    int season = e->params->has_season ? e->params->season : 1;
    for (size_t i = 0; i < series->n_episodes; i++) {
        if (series->episodes[i].season == season &&
            series->episodes[i].number == e->params->episode) {
            e->episode = series->episodes[i];
            return OK;
        }
    }
    return fail(e, ERR_NOT_FOUND, "episode", "there is no episode %d in season %d",
                e->params->episode, season);
}

static enum err choose_playable(struct explain *e)
{
    struct series_listing series = { 0 };
    if (e->title.kind == TITLE_FILM) {
        if (e->params->has_season || e->params->has_episode)
            return fail(e, ERR_ARGUMENT, "episode", "a film has no episodes");
        memcpy(e->playable.s, e->title.id.s, sizeof e->playable.s);
        return OK;
    }
    enum err err = store_series_get(e->store, e->arena, e->title.id, &series);
    if (err == OK && e->params->has_episode)
        err = said_episode(e, &series);
    else if (err == OK && e->episode.id.s[0] == 0)
        err = best_episode(e, &series);
    if (err == OK && e->episode.id.s[0] != 0) {
        e->playable = e->episode.id;
        e->out->season = e->episode.season;
        e->out->episode = e->episode.number;
    }
    return err;
}

/* ---- what a title is held by --------------------------------------------------------------------
 */

static void link_publication(struct explain *e)
{
    const struct title *t = &e->title;
    if (t->state == TITLE_WITHDRAWN)
        explain_link(e, "publication", NULL, false, "it is withdrawn");
    else if (t->state != TITLE_PUBLISHED || t->published.us == 0)
        explain_link(e, "publication", NULL, false, "it is a draft: never published");
    else if (t->published.us > e->params->now.us)
        explain_link(e, "publication", NULL, t->published.us <= e->out->at.us,
                     "it is published at %s", explain_instant(e, t->published));
    else
        explain_link(e, "publication", NULL, true, "it is published (%s)",
                     explain_instant(e, t->published));
}

static enum err link_readiness(struct explain *e)
{
    struct store_edition edition;
    if (e->playable.s[0] == 0) {
        explain_link(e, "readiness", NULL, false, "it has no episodes");
        return OK;
    }
    enum err err = store_edition_get(e->store, e->arena, e->playable, &edition);
    if (err == OK)
        explain_link(e, "readiness", NULL, true, "its renditions are ready (%s)",
                     explain_instant(e, edition.ready));
    if (err == ERR_NOT_FOUND)
        explain_link(e, "readiness", NULL, false, "no rendition of it is ready");
    return err == ERR_NOT_FOUND ? OK : err;
}

static void link_ownership(struct explain *e)
{
    if (!e->contract.is_licensed)
        explain_link(e, "title", NULL, true,
                     "it is the house's own: shown wherever the service is open");
    else
        explain_link(e, "title", NULL, true,
                     "it is licensed: shown only under a right (%zu bear "
                     "on it)",
                     e->contract.n_rights);
}

static void link_age(struct explain *e, const struct showing *s)
{
    const struct title_rating *by = NULL;
    int age = rating_of_title(&e->title, territory_ratings(&e->territory), &by);
    if (age < 0)
        explain_link(e, "age", NULL, true,
                     "it is not rated in %s: profiles with an age do not see it",
                     e->out->territory);
    else
        explain_link(e, "age", by != NULL ? by->system : NULL, true,
                     "it is rated %s, for %d and above", by != NULL ? by->value : "", age);
    if (s->is_locked)
        explain_link(e, "age", NULL, false, "it stands in the adults' locked area");
}

/* ---- who asks -----------------------------------------------------------------------------------
 */

static enum err find_member(struct explain *e, struct member *out)
{
    enum { KEY_ROOM = 255 };
    char key[KEY_ROOM];
    const char *email = e->params->member, *hash;
    if (email == NULL) {
        *out = (struct member){ .role = MEMBER_ROLE_MEMBER,
                                .email = "",
                                .language = "en",
                                .territory = e->out->territory };
        out->subscription.paid_from = (utc_time){ 1 };
        out->subscription.paid_until = RIGHTS_FOR_EVER;
        return OK;
    }
    if (member_email_key(email, strlen(email), key, sizeof key) != OK)
        return fail(e, ERR_ARGUMENT, "member", "%s is no address", email);
    enum err err = store_member_by_email(e->store, e->arena, key, out, &hash);
    return err == OK ? OK : fail(e, err, "member", "%s: %s", email, err_text(err));
}

static void link_member(struct explain *e, const struct member *member)
{
    utc_time until = { 0 };
    enum subscription_state state =
        subscription_state_at(&member->subscription, e->out->at, &until);
    bool runs = state == SUBSCRIPTION_TRIAL || state == SUBSCRIPTION_ACTIVE;
    if (e->params->member == NULL) {
        explain_link(e, "member", NULL, true, "asked for a member whose subscription runs");
        return;
    }
    if (member->role == MEMBER_ROLE_ADMINISTRATOR) {
        explain_link(e, "member", member->email, true,
                     "is an administrator, who needs no subscription");
        return;
    }
    explain_link(e, "member", member->email, runs, "has a subscription that is %s%s%s",
                 subscription_state_name(state), runs ? " until " : "",
                 runs ? explain_instant(e, until) : "");
}

/* What the member has rented of it, and what held when it was sold. */
struct rented {
    bool is_there, is_of_here;
    struct rental rental;
    struct showing sold;
};

static enum err find_rental(struct explain *e, const struct member *member, struct rented *out)
{
    enum territory_state state;
    *out = (struct rented){ 0 };
    if (e->params->member == NULL || e->playable.s[0] == 0)
        return OK;
    enum err err =
        store_rental_of(e->store, e->arena, member->id, e->playable, e->out->at, &out->rental);
    if (err != OK)
        return err == ERR_NOT_FOUND ? OK : err;
    out->is_there = true;
    out->is_of_here = strcmp(out->rental.territory, e->out->territory) == 0;
    return store_showing_find(e->store, e->arena, e->playable, out->rental.territory,
                              out->rental.ordered, &out->sold, &state);
}

static void link_rental(struct explain *e, const struct member *member, const struct rented *rented)
{
    utc_time until = { 0 };
    if (!rented->is_there)
        return;
    enum rental_state state = rental_state_at(&rented->rental, e->out->at, &until);
    explain_link(e, "rental", member->email, true, "has a rental of %s that is %s until %s",
                 rented->rental.territory, rental_state_name(state), explain_instant(e, until));
}

/* ---- the verdict --------------------------------------------------------------------------------
 */

static const struct {
    const char *what, *why;
} sentences[VIEWING_REASONS] = {
    [VIEWING_PLAY] = { "may be played", "" },
    [VIEWING_NOT_PUBLISHED] = { "is not shown", ": it is not published" },
    [VIEWING_NOT_READY] = { "is not shown", ": no rendition of it is ready" },
    [VIEWING_TERRITORY] = { "is not shown", ": the service is not open there" },
    [VIEWING_NO_RIGHT] = { "is not shown", ": there is no right for it" },
    [VIEWING_NOT_YET] = { "is not shown", ": its window opens later" },
    [VIEWING_HELD_BACK] = { "is not shown", ": it is held back" },
    [VIEWING_LOCKED] = { "is not shown", " outside the adults' locked area" },
    [VIEWING_AGE] = { "is not shown", " to this profile: it is for older viewers" },
    [VIEWING_ANNOUNCED] = { "is shown as coming", ", and cannot be played yet" },
    [VIEWING_JOIN] = { "is shown", ", and can be played by members" },
    [VIEWING_SUBSCRIBE] = { "is shown", ", and can be played with a running subscription" },
    [VIEWING_RENT] = { "is shown", ", and can be rented" },
    [VIEWING_LANGUAGE] = { "is shown", ", but not in the language asked for" },
};

static const char *sentence(struct explain *e)
{
    const struct rights_explanation *o = e->out;
    const char *part = "";
    if (o->season >= 0 && o->episode >= 0)
        part = arena_printf(e->arena, " S%dE%d", o->season, o->episode);
    else if (o->season >= 0)
        part = arena_printf(e->arena, " S%d", o->season);
    return arena_printf(e->arena, "%s%s %s in %s at %s%s", o->name, part,
                        sentences[o->verdict.reason].what, o->territory, explain_instant(e, o->at),
                        sentences[o->verdict.reason].why);
}

static enum err decide_title(struct explain *e, struct showing *showing,
                             enum territory_state *state)
{
    if (e->playable.s[0] == 0)
        return store_title_showing(e->store, e->arena, e->title.id, e->out->territory, e->out->at,
                                   showing, state);
    return store_showing_find(e->store, e->arena, e->playable, e->out->territory, e->out->at,
                              showing, state);
}

static enum err explain_title(struct explain *e)
{
    struct showing showing;
    struct member member;
    struct rented rented;
    enum territory_state state = TERRITORY_PLANNED;
    enum err err = find_member(e, &member);
    if (err == OK)
        err = choose_playable(e);
    if (err == OK)
        err = find_rental(e, &member, &rented);
    e->out->title = e->title.id;
    e->out->name = e->title.original_title;
    if (err == OK)
        err = decide_title(e, &showing, &state);
    if (err == OK)
        err = store_contract_get(e->store, e->arena, e->title.id,
                                 e->playable.s[0] != 0 ? &e->playable : NULL, &e->contract);
    if (err != OK)
        return err;
    e->out->verdict = viewing_decide(&(struct viewing_question){
        .showing = &showing,
        .territory = state,
        .member = &member,
        .now = e->out->at,
        .rental = rented.is_there ? &rented.rental : NULL,
        .sold = rented.is_of_here ? &rented.sold : NULL,
    });
    explain_clip(e);
    explain_territory(e);
    link_publication(e);
    err = link_readiness(e);
    if (err != OK)
        return err;
    link_ownership(e);
    err = explain_timeline(e);
    if (err == OK)
        err = explain_contract(e);
    link_age(e, &showing);
    link_member(e, &member);
    link_rental(e, &member, &rented);
    e->out->text = sentence(e);
    return err;
}

/* ---- an ALID ------------------------------------------------------------------------------------
 */

/* An offer is judged by its contracts alone, as if the title were published and ready and the
 * service open. */
static enum err decide_offer(struct explain *e, const struct member *member)
{
    struct title title = { .state = TITLE_PUBLISHED,
                           .original_title = e->params->what,
                           .published = { 1 },
                           .is_licensed = true };
    struct showing_question question = { .title = &title,
                                         .now = e->params->now,
                                         .is_ready = true,
                                         .timeline = &e->timeline,
                                         .rights = e->contract.rights,
                                         .blocks = e->contract.blocks,
                                         .min_age = -1 };
    struct showing *spans = NULL;
    size_t n = 0, at = 0;
    enum err err = showing_make(e->arena, &question, &spans, &n);
    if (err != OK)
        return err;
    while (at + 1 < n && e->out->at.us >= spans[at].until.us)
        at++;
    struct viewing_question asked = {
        .showing = &spans[at], .territory = TERRITORY_OPEN, .member = member, .now = e->out->at
    };
    e->out->verdict = viewing_decide(&asked);
    return OK;
}

/* What the house makes of the offer does not count, but is worth knowing. */
static enum err note_title(struct explain *e, const struct store_avail *avail)
{
    if (avail->title.s[0] == 0) {
        explain_link(e, "title", NULL, true, "no title is linked to it; judged by contracts alone");
        return OK;
    }
    enum err err = store_title_get(e->store, e->arena, avail->title, &e->title);
    if (err != OK)
        return err;
    e->out->title = e->title.id;
    explain_link(e, "title", NULL, true, "is linked to %s (%s, %s); judged by contracts alone",
                 e->title.original_title, e->title.id.s, title_state_name(e->title.state));
    return OK;
}

static enum err explain_alid(struct explain *e)
{
    struct store_avail avail;
    struct member member;
    enum err err = find_member(e, &member);
    if (err != OK)
        return err;
    err = store_avail_get(e->store, e->arena, NULL, e->params->what, &avail);
    if (err == ERR_NOT_FOUND)
        return fail(e, err, "", "%s is neither a title nor an ALID that a studio sent",
                    e->params->what);
    if (err == ERR_STATE)
        return fail(e, err, "", "%s: two studios use this ALID", e->params->what);
    if (err == OK)
        err = store_contract_of_alid(e->store, e->arena, e->params->what, &e->contract);
    if (err == OK)
        err = explain_timeline(e);
    if (err != OK)
        return err;
    e->out->alid = avail.alid;
    e->out->name = avail.title_name != NULL ? avail.title_name : avail.alid;
    e->out->season = avail.season;
    e->out->episode = avail.episode;
    err = decide_offer(e, &member);
    if (err != OK)
        return err;
    explain_territory(e);
    err = note_title(e, &avail);
    if (err == OK)
        err = explain_contract(e);
    link_member(e, &member);
    e->out->text = sentence(e);
    return err;
}

enum err rights_explain_find(struct store *store, struct arena *arena,
                             const struct rights_explain_params *params,
                             struct rights_explanation *out, struct rights_problem *why)
{
    struct explain e = { .store = store, .arena = arena, .params = params, .why = why, .out = out };
    *out = (struct rights_explanation){ .season = -1, .episode = -1 };
    *why = (struct rights_problem){ 0 };
    enum err err = find_place(&e);
    if (err != OK)
        return err;
    err = find_title(&e);
    if (err == OK)
        err = explain_title(&e);
    else if (err == ERR_NOT_FOUND)
        err = explain_alid(&e);
    if (err != OK && why->text[0] == 0)
        fail(&e, err, "", "%s: %s", params->what, err_text(err));
    return err;
}
