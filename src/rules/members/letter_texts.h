/* The texts of letters (letter.h), one file a language. */
#ifndef LANTERNE_RULES_MEMBERS_LETTER_TEXTS_H
#define LANTERNE_RULES_MEMBERS_LETTER_TEXTS_H

#include "rules/members/letter.h"

/* In texts: {service}, {home}, {link}, {address}, {device}, {place}, {at}, {amount}, {when} (a
 * day), {plan}, {title}, {partner}, {page} (the link, else the account's page). What stands in
 * square brackets is left out when a fact in it is not known; brackets do not nest. */
struct letter_wording {
    const char *subject, *text;
};

extern const struct letter_wording letter_english[N_LETTERS], letter_french[N_LETTERS];

#endif
