#include "rules/catalog/genre.h"

#include <string.h>

static const char *const genres[] = {
#define X(word) word,
    GENRE_TABLE(X)
#undef X
};

const char *const *genre_list(size_t *n)
{
    *n = sizeof genres / sizeof genres[0];
    return genres;
}

bool genre_is_known(const char *word)
{
    for (size_t i = 0; i < sizeof genres / sizeof genres[0]; i++) {
        if (strcmp(genres[i], word) == 0)
            return true;
    }
    return false;
}
