/* Laws held against a catalogue: one row each, with what would make it pass. */
#include <string.h>

#include "rules/territory/check_rows.h"

/* English names of the languages that laws speak of; others are called by their tag. */
static const struct {
    const char *tag, *name;
} languages[] = {
    { "ca", "Catalan" }, { "da", "Danish" },  { "de", "German" },     { "el", "Greek" },
    { "en", "English" }, { "es", "Spanish" }, { "fr", "French" },     { "it", "Italian" },
    { "nl", "Dutch" },   { "pl", "Polish" },  { "pt", "Portuguese" }, { "sv", "Swedish" },
};

static const char *language_name(const char *tag)
{
    for (size_t i = 0; i < sizeof languages / sizeof languages[0]; i++) {
        if (strcmp(languages[i].tag, tag) == 0)
            return languages[i].name;
    }
    return tag;
}

/* One film, or its seasons. */
static int units(const struct check_title *t)
{
    if (t->title->kind == TITLE_FILM)
        return 1;
    return t->seasons > 0 ? t->seasons : 1;
}

static bool is_meant(enum law_what what, const struct check_title *t)
{
    return what == LAW_ALL || (what == LAW_FILMS) == (t->title->kind == TITLE_FILM);
}

static const char *noun(enum law_what what, int n)
{
    static const char *const one[] = { "film or season", "film", "season" };
    static const char *const many[] = { "films and seasons", "films", "seasons" };
    return n == 1 ? one[what] : many[what];
}

/* "European films", "films in French", "films from France" */
static const char *noun_of(struct check_writer *w, const struct law *law, int n)
{
    const char *what = noun(law->what, n);
    switch (law->of) {
    case LAW_EUROPEAN: return arena_printf(w->arena, "European %s", what);
    case LAW_NATIONAL_LANGUAGE:
        return arena_printf(w->arena, "%s in %s", what, language_name(law->language));
    case LAW_DOMESTIC: break;
    }
    return arena_printf(w->arena, "%s from %s", what,
                        territory_facts(w->q->territory->code)->name_en);
}

/* ---- origin and language -------------------------------------------------------------------- */

static bool country_counts(const char *country, enum law_of of, const char *territory)
{
    const struct territory_facts *facts = territory_facts(country);
    if (of == LAW_DOMESTIC)
        return strcmp(country, territory) == 0;
    return facts != NULL && facts->is_european;
}

static bool is_from(const struct title *title, enum law_of of, const char *territory)
{
    size_t good = 0;
    for (size_t i = 0; i < title->n_countries; i++)
        good += country_counts(title->countries[i], of, territory);
    return 2 * good > title->n_countries || (good > 0 && 2 * good == title->n_countries &&
                                             country_counts(title->countries[0], of, territory));
}

static bool is_in(const char *spoken, const char *language)
{
    size_t n = strlen(language);
    return spoken != NULL && strncmp(spoken, language, n) == 0 &&
           (spoken[n] == 0 || spoken[n] == '-');
}

static bool counts_for(const struct check_writer *w, const struct law *law,
                       const struct title *title)
{
    if (law->of == LAW_NATIONAL_LANGUAGE)
        return is_in(title->language, law->language);
    return is_from(title, law->of, w->q->territory->code);
}

static const char *why_not(struct check_writer *w, const struct law *law, const struct title *title)
{
    if (law->of == LAW_NATIONAL_LANGUAGE)
        return title->language == NULL
                   ? "its spoken language is not said"
                   : arena_printf(w->arena, "in %s", language_name(title->language));
    if (title->n_countries == 0)
        return "its country is not said";
    const char *list = title->countries[0];
    for (size_t i = 1; i < title->n_countries; i++)
        list = arena_printf(w->arena, "%s, %s", list, title->countries[i]);
    return arena_printf(w->arena, "from %s", list);
}

/* ---- shares ----------------------------------------------------------------------------------
 */

struct tally {
    int n, good;
};

/* How many more good ones reach the share, others as they are; -1: none ever do. */
static long long more_needed(struct tally t, int permille)
{
    long long lacking = (long long)permille * t.n - 1000LL * t.good;
    if (lacking <= 0)
        return 0;
    return permille < 1000 ? (lacking + (1000 - permille) - 1) / (1000 - permille) : -1;
}

/* How many others fewer do. */
static long long fewer_needed(struct tally t, int permille)
{
    return t.n - 1000LL * t.good / permille;
}

static bool reaches(struct tally t, int permille)
{
    return 1000LL * t.good >= (long long)permille * t.n;
}

static const char *percent(struct check_writer *w, int permille)
{
    return check_share(w, permille, 1000);
}

static const char *share_found(struct check_writer *w, struct tally t, const char *what)
{
    if (t.n == 0)
        return arena_printf(w->arena, "no %s", what);
    return arena_printf(w->arena, "%s (%d of %d %s)", check_share(w, t.good, t.n), t.good, t.n,
                        what);
}

static const char *quota_remedy(struct check_writer *w, const struct law *law, struct tally t)
{
    long long more = more_needed(t, law->share_permille);
    long long fewer = fewer_needed(t, law->share_permille);
    if (more < 0)
        return arena_printf(w->arena, "%lld fewer others", fewer);
    const char *add =
        arena_printf(w->arena, "%lld more %s", more, noun_of(w, law, more == 1 ? 1 : 2));
    if (t.good == 0)
        return add; /* taking the others away would leave nothing */
    return arena_printf(w->arena, "%s, or %lld fewer others", add, fewer);
}

/* Films and seasons that are cleared: by these numbers a law says from when on it counts. */
static bool is_small(const struct check_writer *w, const struct law *law, int *films, int *seasons)
{
    *films = 0;
    *seasons = 0;
    for (size_t i = 0; i < w->q->n_titles; i++) {
        const struct check_title *t = &w->q->titles[i];
        if (!t->is_cleared)
            continue;
        *(t->title->kind == TITLE_FILM ? films : seasons) += units(t);
    }
    return *films < law->threshold && *seasons < law->threshold;
}

static void check_quota(struct check_writer *w, const struct law *law, struct check_row *row)
{
    struct tally tally = { 0 };
    bool is_home = law->kind == LAW_PROMINENCE;
    int films, seasons;
    for (size_t i = 0; i < w->q->n_titles; i++) {
        const struct check_title *t = &w->q->titles[i];
        if (!t->is_cleared || !is_meant(law->what, t) || (is_home && !t->is_on_home))
            continue;
        int n = is_home ? 1 : units(t);
        tally.n += n;
        if (counts_for(w, law, t->title))
            tally.good += n;
        else
            check_row_fail(w, row, t, "%s", why_not(w, law, t->title));
    }
    row->required = arena_printf(w->arena, "%s %s%s", percent(w, law->share_permille),
                                 noun_of(w, law, 2), is_home ? " on the home page" : "");
    row->found = share_found(w, tally, noun(law->what, 2));
    row->passes = reaches(tally, law->share_permille);
    if (is_small(w, law, &films, &seasons)) {
        row->passes = true;
        row->required = arena_printf(w->arena, "%s, from %d films or seasons on", row->required,
                                     law->threshold);
    }
    if (!row->passes)
        row->remedy = quota_remedy(w, law, tally);
}

static void check_captions(struct check_writer *w, const struct law *law, struct check_row *row)
{
    struct tally tally = { 0 };
    for (size_t i = 0; i < w->q->n_titles; i++) {
        const struct check_title *t = &w->q->titles[i];
        if (!t->is_cleared || !is_meant(law->what, t))
            continue;
        tally.n++;
        tally.good += t->has_captions;
        if (!t->has_captions)
            check_row_fail(w, row, t, "no captions");
    }
    row->required = arena_printf(w->arena, "%s with captions", percent(w, law->share_permille));
    row->found = share_found(w, tally, "titles");
    row->passes = reaches(tally, law->share_permille);
    long long needed = ((long long)law->share_permille * tally.n + 999) / 1000 - tally.good;
    if (!row->passes)
        row->remedy = arena_printf(w->arena, "captions for %lld more title%s", needed,
                                   needed == 1 ? "" : "s");
}

/* ---- chronology ------------------------------------------------------------------------------
 */

/* The day of the law's event in the territory; of a film whose release there is not known, that of
 * its first anywhere, as the clocks of rights read it. */
static bool event_day(const struct check_title *t, enum rights_event event, const char *territory,
                      civil_day *out)
{
    for (size_t i = 0; i < t->n_events; i++) {
        if (t->events[i].event != event || strcmp(t->events[i].territory, territory) != 0)
            continue;
        *out = t->events[i].day;
        return true;
    }
    return territory[0] != 0 && event == RIGHTS_EVENT_THEATRICAL && event_day(t, event, "", out);
}

/* The day from which the law lets it be shown; false: its clock never began. */
static bool free_from(const struct check_writer *w, const struct law *law,
                      const struct check_title *t, civil_day *out)
{
    if (!event_day(t, law->event, w->q->territory->code, out))
        return false;
    *out = civil_day_add_months(*out, law->months);
    return true;
}

static bool is_shown_by(const struct law *law, const struct check_title *t)
{
    bool subscribed = (law->licences & (1u << RIGHTS_SVOD)) != 0 && t->in_subscription;
    bool rented = (law->licences & (1u << RIGHTS_VOD)) != 0 && t->for_rent;
    return t->is_cleared && (subscribed || rented);
}

static const char *licences_text(struct check_writer *w, uint32_t licences)
{
    const char *list = NULL;
    for (int i = 0; i < RIGHTS_LICENCES; i++) {
        const char *name = rights_licence_name((enum rights_licence)i);
        if ((licences & (1u << i)) != 0)
            list = list == NULL ? name : arena_printf(w->arena, "%s, %s", list, name);
    }
    return list != NULL ? list : "";
}

static void check_chronology(struct check_writer *w, const struct law *law, struct check_row *row)
{
    int held = 0, clocks = 0;
    civil_day first = { INT32_MAX };
    for (size_t i = 0; i < w->q->n_titles; i++) {
        const struct check_title *t = &w->q->titles[i];
        civil_day day;
        char text[CIVIL_DAY_TEXT];
        if (!is_meant(law->what, t) || !free_from(w, law, t, &day))
            continue;
        clocks++;
        if (day.days <= w->day.days)
            continue;
        held++;
        first = day.days < first.days ? day : first;
        civil_day_format(day, text);
        if (is_shown_by(law, t))
            check_row_fail(w, row, t, "shown, but held back until %s", text);
    }
    row->required =
        arena_printf(w->arena, "%s: none before %d months from its %s release",
                     licences_text(w, law->licences), law->months, rights_event_name(law->event));
    row->passes = row->n_failing == 0;
    char text[CIVIL_DAY_TEXT] = "";
    if (held > 0)
        civil_day_format(first, text);
    row->found = arena_printf(
        w->arena, "%d of %d with a release %s held back%s%s; %zu shown too early", held, clocks,
        held == 1 ? "is" : "are", held > 0 ? ", the first until " : "", text, row->n_failing);
    if (!row->passes)
        row->remedy =
            arena_printf(w->arena, "hold back %zu until their months are over", row->n_failing);
}

/* ---- ages ------------------------------------------------------------------------------------
 */

static int count_from_age(const struct check_writer *w, int age, bool *unrated)
{
    int n = 0;
    *unrated = false;
    for (size_t i = 0; i < w->q->n_titles; i++) {
        const struct check_title *t = &w->q->titles[i];
        n += t->is_cleared && t->min_age >= age;
        *unrated = *unrated || (t->is_cleared && t->min_age < 0);
    }
    return n;
}

static void check_age(struct check_writer *w, const struct law *law, struct check_row *row)
{
    bool unrated;
    int n = count_from_age(w, law->age, &unrated);
    row->required = arena_printf(w->arena, "from %d on only in the locked area", law->age);
    row->found = arena_printf(w->arena, "%d title%s from %d on, %s%s", n, n == 1 ? "" : "s",
                              law->age, law->is_enforced ? "locked" : "not locked by this rule",
                              unrated ? "; some are not rated" : "");
}

static void check_age_hours(struct check_writer *w, const struct law *law, struct check_row *row)
{
    row->required = arena_printf(
        w->arena, "from %d on, shown for free, only %02d:%02d to %02d:%02d", law->age,
        law->hour_from / 60, law->hour_from % 60, law->hour_until / 60, law->hour_until % 60);
    row->found = "nothing is shown for free";
}

static void check_rating(struct check_writer *w, const struct law *law, struct check_row *row)
{
    const char *systems = territory_ratings(w->q->territory);
    struct tally tally = { 0 };
    for (size_t i = 0; i < w->q->n_titles; i++) {
        const struct check_title *t = &w->q->titles[i];
        if (!t->is_cleared || !is_meant(law->what, t))
            continue;
        tally.n++;
        tally.good += t->min_age >= 0;
        if (t->min_age < 0)
            check_row_fail(w, row, t, "no rating of %s", systems);
    }
    row->required = arena_printf(w->arena, "each rated by one of %s", systems);
    row->found = share_found(w, tally, "titles");
    row->passes = tally.good == tally.n;
    if (!row->passes)
        row->remedy = arena_printf(w->arena, "ratings for %d more title%s", tally.n - tally.good,
                                   tally.n - tally.good == 1 ? "" : "s");
}

static void (*const checks[LAW_KINDS])(struct check_writer *, const struct law *,
                                       struct check_row *) = {
    [LAW_QUOTA] = check_quota,       [LAW_PROMINENCE] = check_quota,
    [LAW_CAPTIONS] = check_captions, [LAW_CHRONOLOGY] = check_chronology,
    [LAW_AGE] = check_age,           [LAW_AGE_HOURS] = check_age_hours,
    [LAW_RATING] = check_rating,
};

void check_law(struct check_writer *w, const struct law *law)
{
    struct check_row *row = check_row_add(w, law->id, law->source, law->text);
    row->is_blocking = law->is_enforced;
    checks[law->kind](w, law, row);
    if (row->passes) {
        row->n_failing = 0;
        row->n_listed = 0;
    }
}
