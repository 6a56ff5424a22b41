/* Studios told apart by their names as people write them: case, accents and punctuation do not
 * count. Of this folder alone. */
#ifndef LANTERNE_RULES_RIGHTS_STUDIO_H
#define LANTERNE_RULES_RIGHTS_STUDIO_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

enum { STUDIO_ANY, STUDIO_HOUSE }; /* keys that no name has */

struct studio_names {
    struct arena *arena;
    size_t n; /* keys given so far, those two among them */
    const char **said, **folded;
};

/* room: how many names will be asked for at most. */
void studio_names_init(struct studio_names *names, struct arena *arena, size_t room);
/* The key of a name; STUDIO_HOUSE for NULL and "". */
int studio_key(struct studio_names *names, const char *name);
bool studio_is_same(const char *a, const char *b);

#endif
