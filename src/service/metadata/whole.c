/* Films and series: every field of a title. */
#include <string.h>
#include <strings.h>

#include "rules/territory/rating.h"
#include "service/metadata/plan.h"

enum { CREDITS_MAX = 200, GENRES_MAX = 10 }; /* of title_validate; more are left out with a word */

/* ---- people -----------------------------------------------------------------------------------
 */

enum { UNKNOWN_MAX = 50 }; /* genres that are none of ours, told of one title */

/* A role of ours: lower case and hyphens. NULL: nothing is left of it. */
static const char *role_word(struct plan *p, const char *job)
{
    char *out = arena_strdup(p->arena, job);
    size_t n = 0;
    for (size_t i = 0; job[i] != 0; i++) {
        if (job[i] >= 'a' && job[i] <= 'z')
            out[n++] = job[i];
        else if (n > 0 && out[n - 1] != '-')
            out[n++] = '-';
    }
    while (n > 0 && out[n - 1] == '-')
        n--;
    out[n] = 0;
    return n > 0 && n <= 40 ? out : NULL;
}

static int job_place(const char *job)
{
    static const char *const order[] = { "director", "creator", "writer", "actor", "producer" };
    int n = sizeof order / sizeof order[0];
    for (int i = 0; i < n; i++)
        if (strcmp(order[i], job) == 0)
            return i;
    return n;
}

/* Who stands first: by job, then by billing; those without a billing come after those with. */
static bool stands_before(const struct mec_person *a, const struct mec_person *b)
{
    int left = job_place(a->job), right = job_place(b->job);
    if (left != right)
        return left < right;
    if ((a->order == 0) != (b->order == 0))
        return a->order != 0;
    return a->order < b->order;
}

static bool is_credited(const struct title *t, const char *role, const struct mec_person *person)
{
    for (size_t i = 0; i < t->n_credits; i++)
        if (strcmp(t->credits[i].role, role) == 0 && strcmp(t->credits[i].name, person->name) == 0)
            return true;
    return false;
}

static void put_people(struct plan *p, const struct mec_title *mec, struct title *t)
{
    size_t n = 0;
    if (mec->n_people == 0)
        return;
    const struct mec_person **list =
        ARENA_ARRAY(p->arena, const struct mec_person *, mec->n_people);
    for (size_t i = 0; i < mec->n_people && i < 10 * CREDITS_MAX; i++) {
        size_t at = n++;
        for (; at > 0 && stands_before(&mec->people[i], list[at - 1]); at--)
            list[at] = list[at - 1];
        list[at] = &mec->people[i];
    }
    t->credits = ARENA_ARRAY(p->arena, struct title_credit, CREDITS_MAX);
    t->n_credits = 0;
    for (size_t i = 0; i < n; i++) {
        const char *role = role_word(p, list[i]->job);
        if (role == NULL) {
            plan_warn(p, mec, "%s: \"%s\" is no word for a role: left out", list[i]->name,
                      list[i]->job);
        } else if (t->n_credits == CREDITS_MAX) {
            plan_warn(p, mec, "more than %d people: the last ones are left out", CREDITS_MAX);
            return;
        } else if (!is_credited(t, role, list[i])) {
            t->credits[t->n_credits++] =
                (struct title_credit){ role, list[i]->name, list[i]->character };
        }
    }
}

/* ---- genres, countries, ratings ---------------------------------------------------------------
 */

static void add_genre(struct title *t, const char *genre)
{
    for (size_t i = 0; i < t->n_genres; i++)
        if (strcmp(t->genres[i], genre) == 0)
            return;
    if (t->n_genres < GENRES_MAX)
        t->genres[t->n_genres++] = genre;
}

/* Words that no genre of ours is for, each told once. */
struct unknown {
    size_t n;
    const char *words[UNKNOWN_MAX];
};

static void tell_unknown(struct plan *p, const struct mec_title *mec, struct unknown *unknown,
                         const char *said)
{
    for (size_t i = 0; i < unknown->n; i++)
        if (strcasecmp(unknown->words[i], said) == 0)
            return;
    if (unknown->n == UNKNOWN_MAX)
        return;
    unknown->words[unknown->n++] = said;
    plan_warn(p, mec, "genre \"%s\" is none of ours: left out", said);
}

/* Of all texts, as words of other languages are seldom among those we know. */
static void put_genres(struct plan *p, const struct mec_title *mec, struct title *t)
{
    struct title found = { .genres = ARENA_ARRAY(p->arena, const char *, GENRES_MAX) };
    struct unknown unknown = { 0 };
    for (size_t i = 0; i < mec->n_texts; i++) {
        for (size_t k = 0; k < mec->texts[i].n_genres; k++) {
            const char *said = mec->texts[i].genres[k], *ours[2] = { NULL, NULL };
            size_t n = metadata_genres(said, ours);
            for (size_t g = 0; g < n; g++)
                add_genre(&found, ours[g]);
            if (n == 0)
                tell_unknown(p, mec, &unknown, said);
        }
    }
    if (found.n_genres == 0)
        return;
    t->genres = found.genres;
    t->n_genres = found.n_genres;
}

static void put_countries(struct plan *p, const struct mec_title *mec, struct title *t)
{
    if (mec->n_countries == 0)
        return;
    t->countries = ARENA_ARRAY(p->arena, const char *, mec->n_countries);
    t->n_countries = 0;
    for (size_t i = 0; i < mec->n_countries; i++) {
        bool is_known = false;
        for (size_t k = 0; k < t->n_countries; k++)
            is_known |= strcmp(t->countries[k], mec->countries[i]) == 0;
        if (!is_known)
            t->countries[t->n_countries++] = mec->countries[i];
    }
}

static bool is_rated(const struct title *t, const struct mec_rating *rating)
{
    for (size_t i = 0; i < t->n_ratings; i++)
        if (strcmp(t->ratings[i].system, rating->system) == 0 &&
            strcmp(t->ratings[i].value, rating->value) == 0)
            return true;
    return false;
}

static void put_ratings(struct plan *p, const struct mec_title *mec, struct title *t)
{
    if (mec->n_ratings == 0)
        return;
    t->ratings = ARENA_ARRAY(p->arena, struct title_rating, mec->n_ratings);
    t->n_ratings = 0;
    for (size_t i = 0; i < mec->n_ratings; i++) {
        const struct mec_rating *r = &mec->ratings[i];
        if (is_rated(t, r))
            continue;
        if (rating_min_age(r->system, r->value) < 0)
            plan_warn(p, mec, "rating %s %s: we do not know what age it is for", r->system,
                      r->value);
        t->ratings[t->n_ratings++] = (struct title_rating){ r->system, r->value };
    }
}

/* ---- dates of its life elsewhere --------------------------------------------------------------
 */

static struct rights_event_date *event_among(struct rights_event_date *events, size_t n,
                                             const struct rights_event_date *wanted)
{
    for (size_t i = 0; i < n; i++)
        if (events[i].event == wanted->event && strcmp(events[i].territory, wanted->territory) == 0)
            return &events[i];
    return NULL;
}

/* Whether a clock can count from it. By a year alone a window would open months too early. */
static bool is_event(struct plan *p, const struct mec_title *mec, const struct mec_release *release,
                     enum rights_event *out)
{
    char day[CIVIL_DAY_TEXT];
    const char *in = release->territory != NULL ? " in " : "";
    const char *territory = release->territory != NULL ? release->territory : "";
    civil_day_format(release->day, day);
    bool is_known = rights_event_of_release(release->type, out);
    if (!is_known)
        plan_warn(p, mec, "release \"%s\" of %s%s%s says no medium that a clock counts from",
                  release->type, day, in, territory);
    else if (!release->is_precise)
        plan_warn(p, mec,
                  "release \"%s\"%s%s does not say its day: no clock counts from it until"
                  " `lanterne title event` says it",
                  release->type, in, territory);
    return is_known && release->is_precise;
}

/* The first of its kind in a territory counts: a second edition on disc starts no clock. */
static void put_release(struct plan *p, const struct mec_title *mec,
                        const struct mec_release *release, struct target *t)
{
    struct rights_event_date event = { .day = release->day };
    if (!is_event(p, mec, release, &event.event))
        return;
    if (release->territory != NULL)
        memcpy(event.territory, release->territory, sizeof event.territory);
    struct rights_event_date *said = event_among(t->events, t->n_events, &event);
    if (said != NULL) {
        said->day = said->day.days < event.day.days ? said->day : event.day;
        return;
    }
    t->events = plan_grow(p, t->events, t->n_events, sizeof *t->events);
    t->events[t->n_events++] = event;
}

static void put_releases(struct plan *p, const struct mec_title *mec, struct target *t)
{
    for (size_t i = 0; i < mec->n_releases; i++)
        put_release(p, mec, &mec->releases[i], t);
    size_t kept = 0;
    for (size_t i = 0; i < t->n_events; i++) {
        const struct rights_event_date *known =
            event_among(t->known_events, t->n_known_events, &t->events[i]);
        if (known == NULL || known->day.days != t->events[i].day.days)
            t->events[kept++] = t->events[i];
    }
    t->n_events = kept;
}

/* ---- all of it --------------------------------------------------------------------------------
 */

static const char *original_title(const struct mec_title *mec, const struct title *t)
{
    const struct mec_text *text = plan_main_text(mec);
    if (mec->original_title != NULL || t->original_title != NULL)
        return mec->original_title != NULL ? mec->original_title : t->original_title;
    for (size_t i = 0; i < mec->n_texts && mec->n_languages > 0; i++)
        if (strcmp(mec->texts[i].language, mec->languages[0]) == 0 && mec->texts[i].title != NULL)
            return mec->texts[i].title;
    for (size_t i = 0; i < mec->n_texts && (text == NULL || text->title == NULL); i++)
        text = &mec->texts[i];
    return text == NULL ? NULL : text->title;
}

static void put_fields(struct plan *p, const struct mec_title *mec, struct target *target)
{
    struct title *t = &target->title;
    const struct mec_text *text = plan_main_text(mec);
    struct title_problem why;
    t->original_title = original_title(mec, t);
    if (mec->n_languages > 0)
        t->language = mec->languages[0];
    if (mec->year != 0)
        t->year = mec->year;
    if (mec->run_seconds != 0 && t->kind == TITLE_FILM)
        t->runtime_minutes = (mec->run_seconds + 30) / 60;
    if (text != NULL && text->credit_line != NULL)
        t->credit_line = text->credit_line;
    plan_texts(p, mec, &t->texts, &t->n_texts);
    put_people(p, mec, t);
    put_genres(p, mec, t);
    put_countries(p, mec, t);
    put_ratings(p, mec, t);
    put_releases(p, mec, target);
    if (t->original_title == NULL)
        plan_refuse(p, mec, "it says no title, and we know none");
    else if (title_validate(t, &why) != OK)
        plan_refuse(p, mec, "%s %s", why.field, why.text);
}

/* The title the file is about: the one named, or who bears its identifiers, or a new one. */
static enum err find_target(struct plan *p, const struct mec_title *mec, const char *const *keys,
                            size_t n, enum title_kind kind, struct target **out)
{
    size_t refused = p->out->n_refused;
    title_id id = { "" };
    enum err err = plan_find(p, mec, keys, n, out);
    if (err != OK || p->out->n_refused > refused)
        return err;
    if (p->params->title != NULL) {
        (void)id_parse(p->params->title, strlen(p->params->title), id.s);
        if (*out != NULL && strcmp((*out)->title.id.s, id.s) != 0) {
            plan_refuse(p, mec, "it is about title %s, not %s", (*out)->title.id.s, id.s);
            *out = NULL;
            return OK;
        }
        err = plan_take(p, id, out);
    } else if (*out == NULL && p->params->adds_titles) {
        *out = plan_add(p, kind);
    } else if (*out == NULL) {
        plan_refuse(p, mec,
                    "no title bears its identifiers (%s): say which it is with --title, or"
                    " make a draft with --add-title",
                    keys[0]);
    }
    return err;
}

enum err plan_whole(struct plan *p, const struct mec_title *mec, enum title_kind kind)
{
    size_t n;
    struct target *t = NULL;
    const char **keys = plan_keys(p, mec, &n);
    enum err err = find_target(p, mec, keys, n, kind, &t);
    if (err != OK || t == NULL)
        return err;
    if (t->title.kind != kind) {
        plan_refuse(p, mec, "it is about a %s, and title %s is a %s", title_kind_name(kind),
                    t->title.id.s, title_kind_name(t->title.kind));
        return OK;
    }
    for (size_t i = 0; err == OK && i < n; i++)
        err = plan_identify(p, mec, t, keys[i]);
    if (err == OK)
        put_fields(p, mec, t);
    return err;
}
