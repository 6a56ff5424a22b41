#include "rules/rights/studio.h"

#include <string.h>

#include "base/buf.h"
#include "rules/catalog/fold.h"

enum { NAME_MAX_BYTES = 4096 };

static char *fold(struct arena *arena, const char *name)
{
    struct buf buf;
    buf_init(&buf, NAME_MAX_BYTES);
    fold_put(&buf, name, strlen(name));
    /* What folds to nothing, or to more than a name is, stays as it was written. */
    char *folded = arena_strdup(arena, buf.err == OK && buf.size > 0 ? buf_string(&buf) : name);
    buf_finish(&buf);
    return folded;
}

void studio_names_init(struct studio_names *names, struct arena *arena, size_t room)
{
    *names = (struct studio_names){ .arena = arena,
                                    .n = STUDIO_HOUSE + 1,
                                    .said = ARENA_ARRAY(arena, const char *, room + 2),
                                    .folded = ARENA_ARRAY(arena, const char *, room + 2) };
}

int studio_key(struct studio_names *names, const char *name)
{
    if (name == NULL || name[0] == 0)
        return STUDIO_HOUSE;
    for (size_t i = STUDIO_HOUSE + 1; i < names->n; i++) {
        if (strcmp(names->said[i], name) == 0)
            return (int)i;
    }
    char *folded = fold(names->arena, name);
    for (size_t i = STUDIO_HOUSE + 1; i < names->n; i++) {
        if (strcmp(names->folded[i], folded) == 0)
            return (int)i;
    }
    names->said[names->n] = name;
    names->folded[names->n] = folded;
    return (int)names->n++;
}

bool studio_is_same(const char *a, const char *b)
{
    const char *left = a != NULL ? a : "", *right = b != NULL ? b : "";
    if (strcmp(left, right) == 0 || left[0] == 0 || right[0] == 0)
        return left[0] == right[0];
    struct arena *arena = arena_create();
    struct studio_names names;
    studio_names_init(&names, arena, 2);
    bool is_same = studio_key(&names, a) == studio_key(&names, b);
    arena_destroy(&arena);
    return is_same;
}
