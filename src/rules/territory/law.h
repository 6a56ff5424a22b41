/* The laws a territory puts on a catalogue, as dated data: quotas, media chronology, age
 * categories, prominence. Rows come from data/laws/ (shipped) and from the house's own files. Pure.
 */
#ifndef LANTERNE_RULES_TERRITORY_LAW_H
#define LANTERNE_RULES_TERRITORY_LAW_H

#include "base/arena.h"
#include "base/date.h"
#include "base/zone.h"
#include "rules/catalog/title.h"
#include "rules/rights/right.h"
#include "rules/territory/territory.h"

enum law_kind {
    LAW_QUOTA,      /* at least a share of the catalogue is of some origin or language */
    LAW_CHRONOLOGY, /* months from cinema release to a way of showing */
    LAW_AGE,        /* from this age on only in a locked area */
    LAW_AGE_HOURS,  /* from this age on only between two hours, when shown for free */
    LAW_RATING,     /* every title shown has a rating of one of the territory's systems */
    LAW_CAPTIONS,   /* share of titles with captions */
    LAW_PROMINENCE, /* share of works of some origin among those shown on the home page */
    LAW_KINDS,
};
const char *law_kind_name(enum law_kind kind); /* "quota", "chronology", "age", "age-hours", ... */
bool law_kind_parse(const char *name, enum law_kind *out);

enum law_what { LAW_ALL, LAW_FILMS, LAW_SERIES }; /* series are counted by seasons */
enum law_of { LAW_EUROPEAN, LAW_NATIONAL_LANGUAGE, LAW_DOMESTIC };
const char *law_what_name(enum law_what what); /* "all", "films", "series" */
bool law_what_parse(const char *name, enum law_what *out);
const char *law_of_name(enum law_of of); /* "european", "language", "domestic" */
bool law_of_parse(const char *name, enum law_of *out);

/* One rule as it was in force between two days. A zero field is one that does not matter. */
struct law {
    const char *id;    /* "fr-2010-1379-13-european-films" */
    char territory[3]; /* or "EU": each of its members */
    enum law_kind kind;
    civil_day from, until; /* until inclusive */
    bool is_open_ended;    /* until is not said */
    const char *source;    /* the legal text: "décret 2010-1379, art. 13" */
    const char *text;      /* what it asks, a sentence in English */
    enum law_what what;
    enum law_of of;
    const char *language; /* of LAW_NATIONAL_LANGUAGE: "fr" */
    int share_permille;   /* asked for */
    int threshold;        /* applies from so many titles on; 0: always */
    int years_from,
        years_until;         /* of service in the territory, for steps: [from, until); 0, 0: all */
    uint32_t licences;       /* chronology: bits of enum rights_licence */
    enum rights_event event; /* chronology: counts from, usually theatrical */
    int months;
    int age;                   /* age, age-hours */
    int hour_from, hour_until; /* age-hours: minutes of the day */
    /* Chronology and age: decide() holds titles to it. Others: a territory is not opened while it
     * fails. Not enforced: it is only reported. */
    bool is_enforced;
};

struct law_problem {
    char field[64], text[200];
};
enum { LAW_ID_MAX = 80, LAW_TEXT_MAX = 1000 };
/* ERR_ARGUMENT with the first problem. */
MUST_CHECK enum err law_validate(const struct law *law, struct law_problem *why);

/* In force in the territory on that day (EU rules in its members). `opened` tells the years of
 * service; us 0: not open yet, which counts as the first year. */
bool law_applies(const struct law *law, const char *territory, utc_time at, utc_time opened,
                 const struct zone *zone);

/* The same by the day alone, whatever the years of service. */
bool law_in_force(const struct law *law, const char *territory, civil_day day);
/* Whole years from one instant to another by the zone's calendar; 0 when `opened` is us 0 or lies
 * ahead. */
int law_years_of_service(utc_time opened, utc_time at, const struct zone *zone);

/* The chronology laws of a territory as blocks, each for the time it is or was in force (a law that
 * is replaced ends its block on that day), and the age from which titles are locked (0: none). */
MUST_CHECK enum err law_blocks(struct arena *arena, const struct law *laws, size_t n,
                               const char *territory, const struct zone *zone,
                               struct rights_block **out, size_t *n_out);
int law_locked_age(const struct law *laws, size_t n, const char *territory, utc_time at,
                   const struct zone *zone);

#endif
