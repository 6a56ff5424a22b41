#include "rules/territory/rating.h"

#include <ctype.h>
#include <string.h>

static const struct {
    const char *system, *value;
    int age;
} rows[] = {
#define RATING(system_, value_, age_) { system_, value_, age_ },
#include "rules/territory/ratings.def"
#undef RATING
};

/* Other names of a system, as studios and older titles write them. */
static const struct {
    const char *name, *system;
} aliases[] = {
    { "MPA", "MPAA" },
    { "US-TV", "TVPG" },
    { "TV", "TVPG" },
    { "ARCOM", "CSA" },
    { "CSA-FR", "CSA" },
    { "VISA", "CNC" },
    { "OFLC-AU", "ACB" },
    { "COB-AU", "ACB" },
    { "OFLC-NZ", "OFLC" },
    { "OFLCNZ", "OFLC" },
    { "CLASSIND", "DJCTQ" },
    { "MDA", "IMDA" },
    { "KAVI", "VET" },
    { "MEKU", "VET" },
    { "REGIE", "RCQ" },
    { "MEDIERAADET", "MCCYP" },
    { "ANICA", "MIBAC" },
    { "MIC", "MIBAC" },
    { "IGAC", "CCE" },
    { "MEDIETILSYNET", "NMA" },
    { "FRISK", "SMAIS" },
    { "GCAM", "KMRB" },
    { "KIJKWIJZER-NL", "NICAM" },
    { "FCBM", "LPF" },
};

enum { NAME_MAX_ = 24, VALUE_MAX_ = 24 };

/* Capitals and digits alone; false when that is more than there is room for. */
static bool squeeze(const char *text, char *out, size_t room)
{
    size_t n = 0;
    for (; *text != 0; text++) {
        unsigned char c = (unsigned char)*text;
        if (!isalnum(c))
            continue;
        if (n + 1 == room)
            return false;
        out[n++] = (char)toupper(c);
    }
    out[n] = 0;
    return true;
}

static bool is_same(const char *squeezed, const char *text)
{
    char other[NAME_MAX_ + VALUE_MAX_];
    return squeeze(text, other, sizeof other) && strcmp(squeezed, other) == 0;
}

/* The system's own name; NULL: not known. */
static const char *system_of(const char *name)
{
    char wanted[NAME_MAX_];
    if (name == NULL || !squeeze(name, wanted, sizeof wanted))
        return NULL;
    for (size_t i = 0; i < sizeof aliases / sizeof aliases[0]; i++) {
        if (is_same(wanted, aliases[i].name))
            return aliases[i].system;
    }
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(wanted, rows[i].system) == 0)
            return rows[i].system;
    }
    return NULL;
}

bool rating_system_is_known(const char *system)
{
    return system_of(system) != NULL;
}

static int age_of(const char *system, const char *squeezed)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(rows[i].system, system) == 0 && is_same(squeezed, rows[i].value))
            return rows[i].age;
    }
    return -1;
}

int rating_min_age(const char *system, const char *value)
{
    char wanted[NAME_MAX_ + VALUE_MAX_];
    const char *known = system_of(system);
    if (known == NULL || value == NULL || !squeeze(value, wanted, sizeof wanted))
        return -1;
    int age = age_of(known, wanted);
    size_t n = strlen(known);
    if (age < 0 && strncmp(wanted, known, n) == 0 && wanted[n] != 0)
        age = age_of(known, wanted + n); /* "CNC 12" */
    return age;
}

size_t rating_steps(const char *system, struct rating_step *out, size_t room)
{
    const char *known = system_of(system);
    size_t n = 0;
    for (size_t i = 0; known != NULL && n < room && i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(rows[i].system, known) != 0)
            continue;
        size_t at = n++;
        for (; at > 0 && out[at - 1].age > rows[i].age; at--)
            out[at] = out[at - 1];
        out[at] = (struct rating_step){ .age = rows[i].age, .value = rows[i].value };
    }
    return n;
}

int rating_of_title(const struct title *title, const char *systems, const struct title_rating **by)
{
    while (systems != NULL && *systems != 0) {
        char name[NAME_MAX_];
        size_t n = strcspn(systems, ",");
        const char *wanted = NULL;
        if (n < sizeof name) {
            memcpy(name, systems, n);
            name[n] = 0;
            wanted = system_of(name);
        }
        for (size_t i = 0; wanted != NULL && i < title->n_ratings; i++) {
            const char *system = system_of(title->ratings[i].system);
            int age = system != NULL && strcmp(system, wanted) == 0
                          ? rating_min_age(system, title->ratings[i].value)
                          : -1;
            if (age < 0)
                continue;
            if (by != NULL)
                *by = &title->ratings[i];
            return age;
        }
        systems += n + (systems[n] == ',');
    }
    return -1;
}
