#include "service/api/words.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

/* Rows of the home page, the genres of rules/catalog/genre.h, then what members are told who may
 * not watch or change something, by the code of the problem or by what stands in the way. */
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
    { "problem:second-factor", "Type the code that your app shows, or a recovery code.",
      "Saisissez le code affiché par votre application, ou un code de secours." },
    { "problem:link", "This link was used already, or its time has passed. Ask for a new one.",
      "Ce lien a déjà servi, ou il n'est plus valable. Demandez-en un nouveau." },
    { "problem:profile", "This profile may not change that.",
      "Ce profil ne peut pas changer cela." },
    { "problem:pin", "Enter the PIN.", "Saisissez le code PIN." },
    { "problem:pin-wrong", "The PIN is wrong.", "Le code PIN est erroné." },
    { "profile:full", "There are five profiles already.", "Il y a déjà cinq profils." },
    { "profile:name", "There is a profile of that name already.",
      "Il existe déjà un profil de ce nom." },
    { "profile:main", "The account's first profile stays, and without an age limit.",
      "Le premier profil du compte reste, et sans limite d'âge." },
    { "profile:no-pin", "The account has no PIN yet.", "Le compte n'a pas encore de code PIN." },
    { "problem:join", "Sign up or sign in to watch this.",
      "Inscrivez-vous ou connectez-vous pour regarder ce titre." },
    { "problem:subscribe", "This needs a running subscription.",
      "Ce titre demande un abonnement en cours." },
    { "problem:rent", "This is not part of the subscription; it can be rented.",
      "Ce titre n'est pas compris dans l'abonnement ; il peut être loué." },
    { "problem:not-yet", "This is coming soon; it cannot be watched yet.",
      "Ce titre arrive bientôt ; il ne peut pas encore être regardé." },
    { "problem:language", "This may not be offered in that language where you are.",
      "Ce titre ne peut pas être proposé dans cette langue là où vous êtes." },
    { "problem:not-open", "The service is not open in your country yet.",
      "Le service n'est pas encore ouvert dans votre pays." },
    { "problem:not-ready", "This is being prepared and cannot be watched yet.",
      "Ce titre est en préparation et ne peut pas encore être regardé." },
};

const char *words_for(const char *word, const char *language)
{
    bool french = strncasecmp(language, "fr", 2) == 0 && (language[2] == 0 || language[2] == '-');
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i].word, word) == 0)
            return french ? words[i].french : words[i].english;
    return NULL;
}
