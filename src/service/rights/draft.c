/* What a draft is made of: its name and facts, its episodes. */
#include "service/rights/draft.h"

#include <string.h>
#include <strings.h>

enum { EPISODES_OF_AVAIL_MAX = 500 };

const char *draft_avail_kind(const struct avails_avail *avail)
{
    const char *kind = avail->type != NULL ? avail->type : avail->work_type;
    return kind != NULL ? kind : "";
}

bool draft_is_series_itself(const struct avails_avail *avail)
{
    return strcasecmp(draft_avail_kind(avail), "series") == 0 ||
           strcasecmp(draft_avail_kind(avail), "miniseries") == 0;
}

/* ---- what a title is called and when it was first shown ----------------------------------------
 */

static const struct avails_work *work_of(const struct drafts_pair *pair, enum title_kind kind)
{
    if (kind == TITLE_SERIES && !draft_is_series_itself(pair->said) && pair->said->series != NULL)
        return pair->said->series;
    return &pair->said->work;
}

/* At most so many characters of UTF-8. */
static const char *cut(struct arena *arena, const char *text, size_t most)
{
    size_t n = strlen(text), at = 0;
    for (size_t count = 0; at < n && count < most; count++) {
        do
            at++;
        while (at < n && ((unsigned char)text[at] & 0xc0) == 0x80);
    }
    return at == n ? text : arena_strndup(arena, text, at);
}

static void put_ratings(struct drafting *d, const struct avails_work *work, struct title *title)
{
    enum { RATINGS_MAX = 20 };
    title->ratings = ARENA_ARRAY(d->arena, struct title_rating, work->n_ratings + 1);
    for (size_t i = 0; i < work->n_ratings && title->n_ratings < RATINGS_MAX; i++) {
        const struct avails_rating *r = &work->ratings[i];
        bool is_known = r->system == NULL || r->value == NULL;
        for (size_t k = 0; k < title->n_ratings && !is_known; k++)
            is_known = strcmp(title->ratings[k].system, r->system) == 0;
        if (!is_known)
            title->ratings[title->n_ratings++] = (struct title_rating){ r->system, r->value };
    }
}

static void put_work(struct drafting *d, const struct avails_work *work, struct title *title)
{
    enum { CREDIT_MAX = 200, MINUTES_MAX = 24 * 60 };
    title->year = work->year;
    if (title->kind == TITLE_FILM && work->run_length.seconds > 0 &&
        work->run_length.seconds / 60 <= MINUTES_MAX)
        title->runtime_minutes = (int)((work->run_length.seconds + 30) / 60);
    put_ratings(d, work, title);
    if (work->director != NULL && work->director[0] != 0) {
        title->credits = ARENA_NEW(d->arena, struct title_credit);
        title->credits[0] =
            (struct title_credit){ "director", cut(d->arena, work->director, CREDIT_MAX), NULL };
        title->n_credits = 1;
    }
}

struct title draft_title(struct drafting *d, const struct draft *draft)
{
    enum { NAME_MAX_CHARACTERS = 300 };
    const struct drafts_pair *first = draft->pairs[0];
    const char *name = first->change->avail.title_name;
    struct title_problem why;
    struct title title = {
        .kind = draft->kind, .version = 1, .created = d->now, .changed = d->now, .is_licensed = true
    };
    title.original_title =
        cut(d->arena, name != NULL && name[0] != 0 ? name : draft->keys[0], NAME_MAX_CHARACTERS);
    struct title bare = title;
    put_work(d, work_of(first, draft->kind), &title);
    return title_validate(&title, &why) == OK ? title : bare;
}

size_t draft_events(struct drafting *d, const struct draft *draft, struct rights_event_date **out)
{
    const struct avails_work *work = work_of(draft->pairs[0], draft->kind);
    struct rights_event_date *events =
        ARENA_ARRAY(d->arena, struct rights_event_date, work->n_releases + 1);
    size_t n = 0;
    for (size_t i = 0; i < work->n_releases; i++) {
        const struct avails_release *r = &work->releases[i];
        if (r->type == NULL || !rights_event_of_release(r->type, &events[n].event))
            continue;
        events[n].day = r->day;
        if (r->territory != NULL && strlen(r->territory) == 2 && strcmp(r->territory, "ZZ") != 0)
            memcpy(events[n].territory, r->territory, 3);
        n++;
    }
    *out = events;
    return n;
}

/* ---- episodes ----------------------------------------------------------------------------------
 */

static bool has_episode(const struct draft *draft, int season, int number)
{
    for (size_t i = 0; i < draft->n_episodes; i++) {
        const struct title_episode *e = &draft->episodes[i].episode;
        if (e->season == season && e->number == number)
            return true;
    }
    return false;
}

static struct title_episode *next_episode(struct drafting *d, struct draft *draft)
{
    if (draft->n_episodes == draft->room_episodes) {
        draft->room_episodes = draft->room_episodes == 0 ? 16 : draft->room_episodes * 2;
        struct store_episode_change *more =
            ARENA_ARRAY(d->arena, struct store_episode_change, draft->room_episodes);
        if (draft->n_episodes > 0)
            memcpy(more, draft->episodes, draft->n_episodes * sizeof *more);
        draft->episodes = more;
    }
    struct store_episode_change *change = &draft->episodes[draft->n_episodes++];
    change->is_new = true;
    return &change->episode;
}

/* work: NULL when nothing is said of the episode itself. */
static enum err add_episode(struct drafting *d, struct draft *draft, int season, int number,
                            const struct avails_work *work)
{
    playable_id there;
    struct title_problem why;
    struct title_episode episode = { .series = draft->title.id,
                                     .season = season,
                                     .number = number };
    enum err err = draft->known.s[0] != 0
                       ? store_playable_at(d->store, draft->known, season, number, &there)
                       : ERR_NOT_FOUND;
    if (err != ERR_NOT_FOUND || has_episode(draft, season, number) ||
        title_episode_validate(&episode, &why) != OK)
        return err == ERR_NOT_FOUND ? OK : err;
    id_new(episode.id.s);
    struct title_episode bare = episode;
    if (work != NULL && work->run_length.seconds >= 60)
        episode.runtime_minutes = (int)((work->run_length.seconds + 30) / 60);
    if (work != NULL && work->title != NULL && work->title[0] != 0) {
        episode.texts = ARENA_NEW(d->arena, struct title_text);
        episode.texts[0] =
            (struct title_text){ .language = "en", .title = cut(d->arena, work->title, 300) };
        episode.n_texts = 1;
    }
    *next_episode(d, draft) = title_episode_validate(&episode, &why) == OK ? episode : bare;
    return OK;
}

/* The episodes that an avail of a season or a volume counts. */
static enum err add_counted(struct drafting *d, struct draft *draft, const struct drafts_pair *pair)
{
    const struct store_avail *avail = &pair->change->avail;
    bool is_volume = avail->volume_first > 0 && avail->volume_count > 0;
    int first = is_volume ? avail->volume_first : 1;
    int count = is_volume ? avail->volume_count : pair->said->work.count;
    enum err err = OK;
    for (int i = 0; i < count && i < EPISODES_OF_AVAIL_MAX && err == OK; i++)
        err = add_episode(d, draft, avail->season, first + i, NULL);
    return err;
}

/* First those that are said themselves, as they have names; then those that are merely counted. */
enum err draft_add_episodes(struct drafting *d, struct draft *draft)
{
    enum err err = OK;
    for (size_t i = 0; i < 2 * draft->n_pairs && err == OK; i++) {
        const struct drafts_pair *pair = draft->pairs[i % draft->n_pairs];
        const struct store_avail *avail = &pair->change->avail;
        bool is_episode = avail->episode > 0, is_second = i >= draft->n_pairs;
        if (avail->season < 0 || is_episode == is_second)
            continue;
        err = is_episode ? add_episode(d, draft, avail->season, avail->episode, &pair->said->work)
                         : add_counted(d, draft, pair);
    }
    return err;
}

int draft_count_seasons(const struct draft *draft)
{
    int n = 0;
    for (size_t i = 0; i < draft->n_episodes; i++) {
        bool is_new = true;
        for (size_t k = 0; k < i && is_new; k++)
            is_new = draft->episodes[k].episode.season != draft->episodes[i].episode.season;
        n += is_new ? 1 : 0;
    }
    return n;
}
