/* Seasons and episodes: found by the series or the season that they say is above them. A series
 * remembers its seasons' identifiers as keys of its own: "season:cid:md:cid:org:x:5=2". */
#include <string.h>

#include "base/text.h"
#include "format/avails/avails.h"
#include "service/metadata/plan.h"

enum { NO_SEASON = -1 };

static const char *parent_of(const struct mec_title *mec, const char *relationship)
{
    for (size_t i = 0; i < mec->n_parents; i++) {
        const char *said = mec->parents[i].relationship;
        if (said != NULL && strcmp(said, relationship) == 0)
            return mec->parents[i].content_id;
    }
    return NULL;
}

static int sequence_of(const struct mec_title *mec, const char *relationship)
{
    for (size_t i = 0; i < mec->n_parents && mec->sequence < 0; i++) {
        const char *said = mec->parents[i].relationship;
        if (said != NULL && strcmp(said, relationship) == 0 && mec->parents[i].sequence >= 0)
            return mec->parents[i].sequence;
    }
    return mec->sequence;
}

/* A ContentID names its work as it is, and by the EIDR within. */
static size_t keys_of_id(struct plan *p, const char *content_id, const char *keys[2])
{
    char eidr[EIDR_TEXT];
    size_t n = 0;
    if (eidr_parse(content_id, strlen(content_id), eidr) == OK)
        keys[n++] = arena_printf(p->arena, "eidr:%s", eidr);
    keys[n++] = arena_printf(p->arena, "cid:%s", content_id);
    return n;
}

/* ---- the season that a key names --------------------------------------------------------------
 */

static int number_after(const char *key, const char *begins)
{
    size_t n = strlen(begins);
    int64_t number = 0;
    if (strncmp(key, begins, n) != 0 ||
        text_to_i64(key + n, strlen(key + n), 0, 10000, &number) != OK)
        return NO_SEASON;
    return (int)number;
}

static enum err season_of_key(struct plan *p, const char *key, struct target **out, int *season)
{
    const char *begins = arena_printf(p->arena, "season:%s=", key);
    struct store_title_key *found = NULL;
    size_t n = 0;
    for (size_t i = 0; i < p->n; i++) {
        for (size_t k = 0; k < p->targets[i]->n_keys; k++) {
            *season = number_after(p->targets[i]->keys[k], begins);
            *out = p->targets[i];
            if (*season != NO_SEASON)
                return OK;
        }
    }
    *out = NULL;
    enum err err = store_title_keys_find(p->store, p->arena, begins, &found, &n);
    for (size_t i = 0; err == OK && i < n; i++) {
        *season = number_after(found[i].key, begins);
        if (*season != NO_SEASON)
            return plan_take(p, found[i].title, out);
    }
    return err;
}

/* The series that --title names. */
static enum err named_series(struct plan *p, struct target **out)
{
    title_id id = { "" };
    *out = NULL;
    if (p->params->title == NULL)
        return OK;
    (void)id_parse(p->params->title, strlen(p->params->title), id.s);
    return plan_take(p, id, out);
}

static bool is_series(struct plan *p, const struct mec_title *mec, const struct target *t)
{
    if (t->title.kind == TITLE_SERIES)
        return true;
    plan_refuse(p, mec, "title %s is a film: it has no seasons", t->title.id.s);
    return false;
}

/* ---- seasons ----------------------------------------------------------------------------------
 */

static struct title_season season_before(const struct target *t, int number)
{
    for (size_t i = 0; i < t->n_seasons; i++)
        if (t->seasons[i].number == number)
            return t->seasons[i];
    for (size_t i = 0; i < t->series.n_seasons; i++)
        if (t->series.seasons[i].number == number)
            return t->series.seasons[i];
    return (struct title_season){ .number = number };
}

static void put_season(struct plan *p, struct target *t, const struct title_season *season)
{
    for (size_t i = 0; i < t->n_seasons; i++) {
        if (t->seasons[i].number == season->number) {
            t->seasons[i] = *season;
            return;
        }
    }
    t->seasons = plan_grow(p, t->seasons, t->n_seasons, sizeof *t->seasons);
    t->seasons[t->n_seasons++] = *season;
}

static enum err find_series(struct plan *p, const struct mec_title *mec, const char *parent,
                            struct target **out)
{
    const char *keys[2];
    size_t n = parent != NULL ? keys_of_id(p, parent, keys) : 0;
    enum err err = plan_find(p, mec, keys, n, out);
    return err == OK && *out == NULL ? named_series(p, out) : err;
}

static enum err name_season(struct plan *p, const struct mec_title *mec, struct target *t,
                            int number)
{
    size_t n;
    const char **keys = plan_keys(p, mec, &n);
    enum err err = OK;
    for (size_t i = 0; err == OK && i < n; i++) {
        if (strncmp(keys[i], "alt:", 4) != 0)
            err = plan_identify(p, mec, t, arena_printf(p->arena, "season:%s=%d", keys[i], number));
    }
    return err;
}

enum err plan_season(struct plan *p, const struct mec_title *mec)
{
    const char *parent = parent_of(mec, "isseasonof");
    int number = sequence_of(mec, "isseasonof");
    struct target *t = NULL;
    size_t refused = p->out->n_refused;
    struct title_problem why;
    enum err err = find_series(p, mec, parent, &t);
    if (err != OK || p->out->n_refused > refused)
        return err;
    if (t == NULL) {
        plan_refuse(p, mec, "its series (%s) is not known: import that first, or say --title",
                    parent != NULL ? parent : "it names none");
        return OK;
    }
    if (number < 0)
        number = p->params->season;
    if (number < 0)
        plan_refuse(p, mec,
                    "the season says no number (SequenceInfo/Number): say it with --season");
    if (number < 0 || !is_series(p, mec, t))
        return OK;
    struct title_season season = season_before(t, number);
    plan_texts(p, mec, &season.texts, &season.n_texts);
    if (title_season_validate(&season, &why) != OK)
        plan_refuse(p, mec, "%s %s", why.field, why.text);
    put_season(p, t, &season);
    return name_season(p, mec, t, number);
}

/* ---- episodes ---------------------------------------------------------------------------------
 */

/* By the season above it; by a series above it, then in the season said, or its first and only. */
static enum err find_season(struct plan *p, const struct mec_title *mec, const char *parent,
                            struct target **out, int *season)
{
    const char *keys[2];
    size_t n = parent != NULL ? keys_of_id(p, parent, keys) : 0;
    enum err err = OK;
    *out = NULL;
    for (size_t i = 0; err == OK && *out == NULL && i < n; i++)
        err = season_of_key(p, keys[i], out, season);
    if (err != OK || *out != NULL)
        return err;
    *season = p->params->season;
    err = plan_find(p, mec, keys, n, out);
    if (err == OK && *out != NULL && *season < 0)
        *season = 1;
    return err == OK && *out == NULL ? named_series(p, out) : err;
}

static struct store_episode_change *episode_at(struct plan *p, struct target *t, int season,
                                               int number)
{
    for (size_t i = 0; i < t->n_episodes; i++)
        if (t->episodes[i].episode.season == season && t->episodes[i].episode.number == number)
            return &t->episodes[i];
    t->episodes = plan_grow(p, t->episodes, t->n_episodes, sizeof *t->episodes);
    struct store_episode_change *e = &t->episodes[t->n_episodes++];
    *e = (struct store_episode_change){ .is_new = true };
    for (size_t i = 0; i < t->series.n_episodes; i++) {
        const struct title_episode *known = &t->series.episodes[i];
        if (known->season == season && known->number == number)
            *e = (struct store_episode_change){ .episode = *known };
    }
    if (!e->is_new)
        return e;
    e->episode =
        (struct title_episode){ .series = t->title.id, .season = season, .number = number };
    id_new(e->episode.id.s);
    return e;
}

enum err plan_episode(struct plan *p, const struct mec_title *mec)
{
    const char *parent = parent_of(mec, "isepisodeof");
    int number = sequence_of(mec, "isepisodeof"), season = NO_SEASON;
    struct target *t = NULL;
    struct title_problem why;
    size_t refused = p->out->n_refused;
    enum err err = find_season(p, mec, parent, &t, &season);
    if (err != OK || p->out->n_refused > refused)
        return err;
    if (t == NULL || season < 0) {
        plan_refuse(p, mec,
                    "its season (%s) is not known: import that first, or say --title and"
                    " --season",
                    parent != NULL ? parent : "it names none");
        return OK;
    }
    if (number < 0)
        plan_refuse(p, mec, "the episode says no number (SequenceInfo/Number)");
    if (number < 0 || !is_series(p, mec, t))
        return OK;
    struct title_episode *e = &episode_at(p, t, season, number)->episode;
    plan_texts(p, mec, &e->texts, &e->n_texts);
    if (mec->run_seconds != 0)
        e->runtime_minutes = (mec->run_seconds + 30) / 60;
    if (title_episode_validate(e, &why) != OK)
        plan_refuse(p, mec, "%s %s", why.field, why.text);
    return OK;
}
