/* The closed list of genres: words of the API and the command line; sites translate them. */
#ifndef LANTERNE_RULES_CATALOG_GENRE_H
#define LANTERNE_RULES_CATALOG_GENRE_H

#include <stdbool.h>
#include <stddef.h>

/* X(word) */
#define GENRE_TABLE(X)                                                                             \
    X("action")                                                                                    \
    X("adventure")                                                                                 \
    X("animation")                                                                                 \
    X("biography")                                                                                 \
    X("children")                                                                                  \
    X("comedy")                                                                                    \
    X("concert")                                                                                   \
    X("crime")                                                                                     \
    X("dance")                                                                                     \
    X("documentary")                                                                               \
    X("drama")                                                                                     \
    X("family")                                                                                    \
    X("fantasy")                                                                                   \
    X("film-noir")                                                                                 \
    X("history")                                                                                   \
    X("horror")                                                                                    \
    X("music")                                                                                     \
    X("musical")                                                                                   \
    X("mystery")                                                                                   \
    X("nature")                                                                                    \
    X("news")                                                                                      \
    X("opera")                                                                                     \
    X("reality")                                                                                   \
    X("romance")                                                                                   \
    X("science-fiction")                                                                           \
    X("short")                                                                                     \
    X("silent")                                                                                    \
    X("sport")                                                                                     \
    X("talk")                                                                                      \
    X("theatre")                                                                                   \
    X("thriller")                                                                                  \
    X("travel")                                                                                    \
    X("war")                                                                                       \
    X("western")

/* The genres by the alphabet; *n: how many. */
const char *const *genre_list(size_t *n);
bool genre_is_known(const char *word);

#endif
