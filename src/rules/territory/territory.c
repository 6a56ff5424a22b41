#include "rules/territory/territory.h"

#include <string.h>

enum { NONE, EUROPE, EEA, EU }; /* of facts.def */

static const struct territory_facts facts[] = {
#define FACT(code_, en, fr, currency_, zones_, languages_, ratings_, union_)                       \
    { .code = code_,                                                                               \
      .name_en = en,                                                                               \
      .name_fr = fr,                                                                               \
      .currency = currency_,                                                                       \
      .zones = zones_,                                                                             \
      .languages = languages_,                                                                     \
      .ratings = ratings_,                                                                         \
      .in_eu = (union_) == EU,                                                                     \
      .in_eea = (union_) >= EEA,                                                                   \
      .is_european = (union_) >= EUROPE },
#include "rules/territory/facts.def"
#undef FACT
};

static const char *const state_names[TERRITORY_STATES] = {
    [TERRITORY_PLANNED] = "planned", [TERRITORY_HELD] = "held",     [TERRITORY_READY] = "ready",
    [TERRITORY_OPEN] = "open",       [TERRITORY_CLOSED] = "closed",
};

static const char *const roaming_names[] = {
    [TERRITORY_ROAMING_PLACE] = "place",
    [TERRITORY_ROAMING_HOME] = "home",
    [TERRITORY_ROAMING_UNION] = "union",
};

static const bool may_move[TERRITORY_STATES][TERRITORY_STATES] = {
    [TERRITORY_PLANNED] = { [TERRITORY_HELD] = true, [TERRITORY_READY] = true },
    [TERRITORY_HELD] = { [TERRITORY_READY] = true, [TERRITORY_PLANNED] = true },
    [TERRITORY_READY] = { [TERRITORY_OPEN] = true, [TERRITORY_PLANNED] = true },
    [TERRITORY_OPEN] = { [TERRITORY_CLOSED] = true },
    [TERRITORY_CLOSED] = { [TERRITORY_READY] = true },
};

const char *territory_state_name(enum territory_state state)
{
    return state_names[state];
}

bool territory_state_parse(const char *name, enum territory_state *out)
{
    for (int i = 0; i < TERRITORY_STATES; i++) {
        if (strcmp(name, state_names[i]) != 0)
            continue;
        *out = (enum territory_state)i;
        return true;
    }
    return false;
}

bool territory_may_move(enum territory_state from, enum territory_state to)
{
    return may_move[from][to];
}

enum territory_state territory_state_at(const struct territory_change *changes, size_t n,
                                        utc_time t)
{
    enum territory_state state = TERRITORY_PLANNED;
    for (size_t i = 0; i < n && changes[i].at.us <= t.us; i++)
        state = changes[i].state;
    return state;
}

enum err territory_change_allowed(const struct territory_change *changes, size_t n,
                                  const struct territory_change *next)
{
    enum territory_state before = TERRITORY_PLANNED;
    for (size_t i = 0; i < n; i++) {
        if (changes[i].at.us == next->at.us)
            return ERR_STATE; /* one instant, one state */
        if (changes[i].at.us > next->at.us)
            return may_move[before][next->state] && may_move[next->state][changes[i].state]
                       ? OK
                       : ERR_STATE;
        before = changes[i].state;
    }
    return may_move[before][next->state] ? OK : ERR_STATE;
}

const char *territory_roaming_name(enum territory_roaming roaming)
{
    return roaming_names[roaming];
}

bool territory_roaming_parse(const char *name, enum territory_roaming *out)
{
    for (size_t i = 0; i < sizeof roaming_names / sizeof roaming_names[0]; i++) {
        if (strcmp(name, roaming_names[i]) != 0)
            continue;
        *out = (enum territory_roaming)i;
        return true;
    }
    return false;
}

const struct territory_facts *territory_facts_all(size_t *n)
{
    *n = sizeof facts / sizeof facts[0];
    return facts;
}

const struct territory_facts *territory_facts(const char *code)
{
    size_t low = 0, high = sizeof facts / sizeof facts[0];
    while (code != NULL && low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(code, facts[middle].code);
        if (order == 0)
            return &facts[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

static bool is_said(const char *text)
{
    return text != NULL && text[0] != 0;
}

const struct zone *territory_zone(const struct territory *territory)
{
    const struct territory_facts *known = territory_facts(territory->code);
    const struct zone *zone = is_said(territory->zone) ? zone_named(territory->zone) : NULL;
    char first[64];
    if (zone == NULL && known != NULL) {
        size_t n = strcspn(known->zones, ",");
        n = n < sizeof first ? n : sizeof first - 1;
        memcpy(first, known->zones, n);
        first[n] = 0;
        zone = zone_named(first);
    }
    return zone != NULL ? zone : zone_named("UTC");
}

const char *territory_currency(const struct territory *territory)
{
    const struct territory_facts *known = territory_facts(territory->code);
    if (is_said(territory->currency))
        return territory->currency;
    return known != NULL ? known->currency : "";
}

const char *territory_languages(const struct territory *territory)
{
    const struct territory_facts *known = territory_facts(territory->code);
    if (is_said(territory->languages))
        return territory->languages;
    return known != NULL ? known->languages : "";
}

const char *territory_ratings(const struct territory *territory)
{
    const struct territory_facts *known = territory_facts(territory->code);
    if (is_said(territory->ratings))
        return territory->ratings;
    return known != NULL ? known->ratings : "";
}

static bool in_one_union(const char *a, const char *b)
{
    const struct territory_facts *first = territory_facts(a), *second = territory_facts(b);
    return first != NULL && second != NULL && first->in_eu && second->in_eu;
}

const char *territory_of_viewer(const struct territory *home_rules, const char *home,
                                const char *place, const char *fallback)
{
    if (!is_said(home))
        return is_said(place) ? place : fallback;
    if (!is_said(place) || strcmp(place, home) == 0 || home_rules == NULL)
        return is_said(place) ? place : home;
    switch (home_rules->roaming) {
    case TERRITORY_ROAMING_HOME: return home;
    case TERRITORY_ROAMING_UNION: return in_one_union(home, place) ? home : place;
    case TERRITORY_ROAMING_PLACE: break;
    }
    return place;
}
