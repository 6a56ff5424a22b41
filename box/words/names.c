/* Names of genres, languages and countries. */
#include "box/words/words.h"

#include <string.h>

struct name {
    const char *code, *said[N_LANGUAGES];
};

static const struct name genres[] = {
    { "action", { "Action", "Action" } },
    { "adventure", { "Adventure", "Aventure" } },
    { "animation", { "Animation", "Animation" } },
    { "biography", { "Biography", "Biographie" } },
    { "children", { "Children", "Enfants" } },
    { "comedy", { "Comedy", "Comédie" } },
    { "concert", { "Concert", "Concert" } },
    { "crime", { "Crime", "Policier" } },
    { "dance", { "Dance", "Danse" } },
    { "documentary", { "Documentary", "Documentaire" } },
    { "drama", { "Drama", "Drame" } },
    { "family", { "Family", "Famille" } },
    { "fantasy", { "Fantasy", "Fantastique" } },
    { "film-noir", { "Film noir", "Film noir" } },
    { "history", { "History", "Histoire" } },
    { "horror", { "Horror", "Horreur" } },
    { "music", { "Music", "Musique" } },
    { "musical", { "Musical", "Comédie musicale" } },
    { "mystery", { "Mystery", "Mystère" } },
    { "nature", { "Nature", "Nature" } },
    { "news", { "News", "Actualités" } },
    { "opera", { "Opera", "Opéra" } },
    { "reality", { "Reality", "Téléréalité" } },
    { "romance", { "Romance", "Romance" } },
    { "science-fiction", { "Science fiction", "Science-fiction" } },
    { "short", { "Short film", "Court métrage" } },
    { "silent", { "Silent film", "Cinéma muet" } },
    { "sport", { "Sport", "Sport" } },
    { "talk", { "Talk", "Débat" } },
    { "theatre", { "Theatre", "Théâtre" } },
    { "thriller", { "Thriller", "Thriller" } },
    { "travel", { "Travel", "Voyage" } },
    { "war", { "War", "Guerre" } },
    { "western", { "Western", "Western" } },
};

static const struct name languages[] = {
    { "en", { "English", "anglais" } },
    { "fr", { "French", "français" } },
    { "de", { "German", "allemand" } },
    { "es", { "Spanish", "espagnol" } },
    { "es-419", { "Latin American Spanish", "espagnol d’Amérique latine" } },
    { "it", { "Italian", "italien" } },
    { "pt", { "Portuguese", "portugais" } },
    { "pt-BR", { "Brazilian Portuguese", "portugais du Brésil" } },
    { "nl", { "Dutch", "néerlandais" } },
    { "da", { "Danish", "danois" } },
    { "sv", { "Swedish", "suédois" } },
    { "nb", { "Norwegian", "norvégien" } },
    { "no", { "Norwegian", "norvégien" } },
    { "fi", { "Finnish", "finnois" } },
    { "is", { "Icelandic", "islandais" } },
    { "pl", { "Polish", "polonais" } },
    { "cs", { "Czech", "tchèque" } },
    { "sk", { "Slovak", "slovaque" } },
    { "hu", { "Hungarian", "hongrois" } },
    { "ro", { "Romanian", "roumain" } },
    { "bg", { "Bulgarian", "bulgare" } },
    { "el", { "Greek", "grec" } },
    { "tr", { "Turkish", "turc" } },
    { "ru", { "Russian", "russe" } },
    { "uk", { "Ukrainian", "ukrainien" } },
    { "ar", { "Arabic", "arabe" } },
    { "he", { "Hebrew", "hébreu" } },
    { "fa", { "Persian", "persan" } },
    { "hi", { "Hindi", "hindi" } },
    { "ta", { "Tamil", "tamoul" } },
    { "th", { "Thai", "thaï" } },
    { "vi", { "Vietnamese", "vietnamien" } },
    { "id", { "Indonesian", "indonésien" } },
    { "ja", { "Japanese", "japonais" } },
    { "ko", { "Korean", "coréen" } },
    { "zh", { "Chinese", "chinois" } },
    { "zh-Hans", { "Chinese, simplified", "chinois simplifié" } },
    { "zh-Hant", { "Chinese, traditional", "chinois traditionnel" } },
    { "cmn", { "Mandarin", "mandarin" } },
    { "yue", { "Cantonese", "cantonais" } },
    { "ca", { "Catalan", "catalan" } },
    { "eu", { "Basque", "basque" } },
    { "br", { "Breton", "breton" } },
    { "oc", { "Occitan", "occitan" } },
    { "co", { "Corsican", "corse" } },
};

static const struct name countries[] = {
    { "FR", { "France", "France" } },
    { "BE", { "Belgium", "Belgique" } },
    { "CH", { "Switzerland", "Suisse" } },
    { "LU", { "Luxembourg", "Luxembourg" } },
    { "DE", { "Germany", "Allemagne" } },
    { "AT", { "Austria", "Autriche" } },
    { "NL", { "Netherlands", "Pays-Bas" } },
    { "GB", { "United Kingdom", "Royaume-Uni" } },
    { "IE", { "Ireland", "Irlande" } },
    { "ES", { "Spain", "Espagne" } },
    { "PT", { "Portugal", "Portugal" } },
    { "IT", { "Italy", "Italie" } },
    { "DK", { "Denmark", "Danemark" } },
    { "SE", { "Sweden", "Suède" } },
    { "NO", { "Norway", "Norvège" } },
    { "FI", { "Finland", "Finlande" } },
    { "PL", { "Poland", "Pologne" } },
    { "CZ", { "Czechia", "Tchéquie" } },
    { "GR", { "Greece", "Grèce" } },
    { "US", { "United States", "États-Unis" } },
    { "CA", { "Canada", "Canada" } },
    { "MX", { "Mexico", "Mexique" } },
    { "BR", { "Brazil", "Brésil" } },
    { "AR", { "Argentina", "Argentine" } },
    { "JP", { "Japan", "Japon" } },
    { "KR", { "South Korea", "Corée du Sud" } },
    { "IN", { "India", "Inde" } },
    { "AU", { "Australia", "Australie" } },
    { "NZ", { "New Zealand", "Nouvelle-Zélande" } },
    { "ZA", { "South Africa", "Afrique du Sud" } },
    { "MA", { "Morocco", "Maroc" } },
    { "DZ", { "Algeria", "Algérie" } },
    { "TN", { "Tunisia", "Tunisie" } },
    { "SN", { "Senegal", "Sénégal" } },
    { "IL", { "Israel", "Israël" } },
    { "TR", { "Türkiye", "Turquie" } },
};

static const char *name_of(const struct name *rows, size_t n, const char *code)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(rows[i].code, code) == 0)
            return rows[i].said[words_language()];
    }
    return NULL;
}

const char *genre_name(struct arena *mem, const char *genre)
{
    const char *name = name_of(genres, sizeof genres / sizeof *genres, genre);
    return name != NULL ? name : arena_strdup(mem, genre);
}

const char *language_name(struct arena *mem, const char *code)
{
    size_t n = sizeof languages / sizeof *languages;
    const char *name = name_of(languages, n, code);
    size_t root = strcspn(code, "-");
    if (name == NULL && code[root] == '-') /* "fr-CA" is said as "fr" */
        name = name_of(languages, n, arena_strndup(mem, code, root));
    return name != NULL ? name : arena_strdup(mem, code);
}

const char *country_name(const char *code)
{
    const char *name = name_of(countries, sizeof countries / sizeof *countries, code);
    return name != NULL ? name : code;
}
