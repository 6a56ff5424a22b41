#include "rules/territory/law.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

static const char *const kind_names[LAW_KINDS] = {
    [LAW_QUOTA] = "quota",           [LAW_CHRONOLOGY] = "chronology", [LAW_AGE] = "age",
    [LAW_AGE_HOURS] = "age-hours",   [LAW_RATING] = "rating",         [LAW_CAPTIONS] = "captions",
    [LAW_PROMINENCE] = "prominence",
};
static const char *const what_names[] = {
    [LAW_ALL] = "all",
    [LAW_FILMS] = "films",
    [LAW_SERIES] = "series",
};
static const char *const of_names[] = {
    [LAW_EUROPEAN] = "european",
    [LAW_NATIONAL_LANGUAGE] = "language",
    [LAW_DOMESTIC] = "domestic",
};

/* The place of name in the list; -1: nowhere. */
static int place_of(const char *name, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(name, names[i]) == 0)
            return (int)i;
    }
    return -1;
}

const char *law_kind_name(enum law_kind kind)
{
    return kind_names[kind];
}

bool law_kind_parse(const char *name, enum law_kind *out)
{
    int at = place_of(name, kind_names, LAW_KINDS);
    if (at >= 0)
        *out = (enum law_kind)at;
    return at >= 0;
}

const char *law_what_name(enum law_what what)
{
    return what_names[what];
}

bool law_what_parse(const char *name, enum law_what *out)
{
    int at = place_of(name, what_names, sizeof what_names / sizeof what_names[0]);
    if (at >= 0)
        *out = (enum law_what)at;
    return at >= 0;
}

const char *law_of_name(enum law_of of)
{
    return of_names[of];
}

bool law_of_parse(const char *name, enum law_of *out)
{
    int at = place_of(name, of_names, sizeof of_names / sizeof of_names[0]);
    if (at >= 0)
        *out = (enum law_of)at;
    return at >= 0;
}

/* ---- what a law must hold ------------------------------------------------------------------ */

__attribute__((format(printf, 3, 4))) static enum err wrong(struct law_problem *why,
                                                            const char *field, const char *format,
                                                            ...)
{
    va_list args;
    va_start(args, format);
    (void)text_copy(why->field, sizeof why->field, field);
    vsnprintf(why->text, sizeof why->text, format, args);
    va_end(args);
    return ERR_ARGUMENT;
}

static bool is_id(const char *id)
{
    size_t n = id != NULL ? strlen(id) : 0;
    return n > 0 && n <= LAW_ID_MAX && strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-.") == n;
}

static bool is_text(const char *text)
{
    size_t n = text != NULL ? strlen(text) : 0;
    return n > 0 && n <= LAW_TEXT_MAX && text_is_line(text, n);
}

static enum err validate_share(const struct law *law, struct law_problem *why)
{
    if (law->share_permille < 1 || law->share_permille > 1000)
        return wrong(why, "percent", "must be more than 0 and at most 100");
    if (law->kind != LAW_CAPTIONS && law->of == LAW_NATIONAL_LANGUAGE &&
        (law->language == NULL || !text_is_language(law->language, strlen(law->language))))
        return wrong(why, "language", "a share of works in a language has to name it: \"fr\"");
    return OK;
}

static enum err validate_kind(const struct law *law, struct law_problem *why)
{
    uint32_t all = (1u << RIGHTS_LICENCES) - 1;
    switch (law->kind) {
    case LAW_QUOTA:
    case LAW_PROMINENCE:
    case LAW_CAPTIONS: return validate_share(law, why);
    case LAW_CHRONOLOGY:
        if (law->licences == 0 || (law->licences & ~all) != 0)
            return wrong(why, "licences", "must name what is held back: SVOD, VOD, ...");
        if (law->months < 1 || law->months > 240)
            return wrong(why, "months", "must be 1 to 240");
        return OK;
    case LAW_AGE_HOURS:
        if (law->hour_from < 0 || law->hour_from >= 1440 || law->hour_until < 0 ||
            law->hour_until > 1440 || law->hour_from == law->hour_until)
            return wrong(why, "hours", "must be two different times of day");
        break;
    case LAW_AGE:
    case LAW_RATING:
    case LAW_KINDS: break;
    }
    if (law->kind != LAW_RATING && (law->age < 1 || law->age > 21))
        return wrong(why, "age", "must be 1 to 21");
    return OK;
}

enum err law_validate(const struct law *law, struct law_problem *why)
{
    memset(why, 0, sizeof *why);
    if (!is_id(law->id))
        return wrong(why, "id", "must be 1 to %d of a to z, 0 to 9, - and .", LAW_ID_MAX);
    if (strcmp(law->territory, "EU") != 0 && territory_facts(law->territory) == NULL)
        return wrong(why, "territory", "must be a country of ISO 3166-1, or EU");
    if ((unsigned)law->kind >= LAW_KINDS)
        return wrong(why, "kind", "is not known");
    if (!is_text(law->source))
        return wrong(why, "source", "must name the legal text, on one line of at most %d bytes",
                     LAW_TEXT_MAX);
    if (!is_text(law->text))
        return wrong(why, "text", "must say what it asks, on one line of at most %d bytes",
                     LAW_TEXT_MAX);
    if (!law->is_open_ended && law->until.days < law->from.days)
        return wrong(why, "until", "lies before `from`");
    if (law->threshold < 0 || law->threshold > 1000000)
        return wrong(why, "threshold", "must be 0 to 1,000,000");
    if (law->years_from < 0 || law->years_until < 0 ||
        (law->years_until != 0 && law->years_until <= law->years_from))
        return wrong(why, "years", "must be a first year and a later one, or none");
    return validate_kind(law, why);
}

/* ---- when and where it counts --------------------------------------------------------------- */

bool law_in_force(const struct law *law, const char *territory, civil_day day)
{
    const struct territory_facts *facts = territory_facts(territory);
    bool is_here = strcmp(law->territory, territory) == 0 ||
                   (strcmp(law->territory, "EU") == 0 && facts != NULL && facts->in_eu);
    return is_here && day.days >= law->from.days &&
           (law->is_open_ended || day.days <= law->until.days);
}

int law_years_of_service(utc_time opened, utc_time at, const struct zone *zone)
{
    int32_t second;
    int years = 0;
    if (opened.us == 0 || opened.us > at.us)
        return 0;
    civil_day first = zone_day(zone, opened, &second), now = zone_day(zone, at, &second);
    while (civil_day_add_months(first, 12 * (years + 1)).days <= now.days)
        years++;
    return years;
}

bool law_applies(const struct law *law, const char *territory, utc_time at, utc_time opened,
                 const struct zone *zone)
{
    int32_t second;
    if (!law_in_force(law, territory, zone_day(zone, at, &second)))
        return false;
    if (law->years_from == 0 && law->years_until == 0)
        return true;
    int years = law_years_of_service(opened, at, zone);
    return years >= law->years_from && (law->years_until == 0 || years < law->years_until);
}
