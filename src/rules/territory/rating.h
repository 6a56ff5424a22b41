/* Age ratings: what a system's value means in years (MovieLabs Common Metadata Ratings 2.5). Pure.
 */
#ifndef LANTERNE_RULES_TERRITORY_RATING_H
#define LANTERNE_RULES_TERRITORY_RATING_H

#include "rules/catalog/title.h"

/* The age a value is for; 0: everybody; -1: neither the system nor the value is known. Spellings as
 * seen: "CNC 12", "-12", "TV-14", "PG-13". */
int rating_min_age(const char *system, const char *value);
bool rating_system_is_known(const char *system);
/* What a system has, with its ages rising: for saying to people what an age comes to. Each value is
 * static; at most `room` are written, and how many is the answer. */
struct rating_step {
    int age;
    const char *value;
};
enum { RATING_STEPS_MAX = 24 }; /* more than any system has */
size_t rating_steps(const char *system, struct rating_step *out, size_t room);
/* The title's age in a territory whose systems are listed best first ("CNC,CSA"); -1: not rated by
 * any of them. *by (optional) is the rating that decided. */
int rating_of_title(const struct title *title, const char *systems, const struct title_rating **by);

#endif
