#include "service/api/words.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

/* Rows of the home page, then the genres of rules/catalog/genre.h. */
static const struct {
    const char *word, *english, *french;
} words[] = {
    { "continue", "Continue watching", "Reprendre" },
    { "new", "New", "Nouveautés" },
    { "films", "Films", "Films" },
    { "series", "Series", "Séries" },
    { "action", "Action", "Action" },
    { "adventure", "Adventure", "Aventure" },
    { "animation", "Animation", "Animation" },
    { "biography", "Biography", "Biographie" },
    { "children", "Children", "Jeunesse" },
    { "comedy", "Comedy", "Comédie" },
    { "concert", "Concerts", "Concerts" },
    { "crime", "Crime", "Policier" },
    { "dance", "Dance", "Danse" },
    { "documentary", "Documentaries", "Documentaires" },
    { "drama", "Drama", "Drame" },
    { "family", "Family", "Famille" },
    { "fantasy", "Fantasy", "Fantastique" },
    { "film-noir", "Film noir", "Film noir" },
    { "history", "History", "Histoire" },
    { "horror", "Horror", "Horreur" },
    { "music", "Music", "Musique" },
    { "musical", "Musicals", "Comédie musicale" },
    { "mystery", "Mystery", "Mystère" },
    { "nature", "Nature", "Nature" },
    { "news", "News", "Actualités" },
    { "opera", "Opera", "Opéra" },
    { "reality", "Reality", "Téléréalité" },
    { "romance", "Romance", "Romance" },
    { "science-fiction", "Science fiction", "Science-fiction" },
    { "short", "Short films", "Courts métrages" },
    { "silent", "Silent films", "Cinéma muet" },
    { "sport", "Sport", "Sport" },
    { "talk", "Talk", "Débats" },
    { "theatre", "Theatre", "Théâtre" },
    { "thriller", "Thrillers", "Suspense" },
    { "travel", "Travel", "Voyage" },
    { "war", "War", "Guerre" },
    { "western", "Westerns", "Westerns" },
};

const char *words_for(const char *word, const char *language)
{
    bool french = strncasecmp(language, "fr", 2) == 0 && (language[2] == 0 || language[2] == '-');
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i].word, word) == 0)
            return french ? words[i].french : words[i].english;
    return NULL;
}
