/* The text of languages that a showing carries (showing.h has its form). Of this folder alone. */
#ifndef LANTERNE_RULES_VIEWING_LANGUAGES_H
#define LANTERNE_RULES_VIEWING_LANGUAGES_H

#include "base/arena.h"
#include "rules/rights/right.h"

/* What any of these rights allows: more than one right is open, each may be used. "" for none. In
 * the arena or static. */
const char *languages_of_rights(struct arena *arena, const struct rights_right *const *rights,
                                size_t n);

#endif
