#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "rules/catalog/genre.h"
#include "service/metadata/plan.h"

/* Words of MovieLabs' primary genres, of the Moving Image Genre-Form Guide and of studios. */
static const struct {
    const char *said, *genres[2];
} rows[] = {
    { "action & adventure", { "action", "adventure" } },
    { "action and adventure", { "action", "adventure" } },
    { "action/adventure", { "action", "adventure" } },
    { "animated", { "animation" } },
    { "anime", { "animation" } },
    { "biographical", { "biography" } },
    { "biopic", { "biography" } },
    { "black comedy", { "comedy" } },
    { "cartoon", { "animation" } },
    { "children's", { "children" } },
    { "comedy drama", { "comedy", "drama" } },
    { "concerts", { "concert" } },
    { "costume drama", { "drama", "history" } },
    { "detective", { "crime", "mystery" } },
    { "docudrama", { "documentary", "drama" } },
    { "documentaries", { "documentary" } },
    { "dramedy", { "comedy", "drama" } },
    { "gangster", { "crime" } },
    { "historical", { "history" } },
    { "kids", { "children" } },
    { "kids & family", { "children", "family" } },
    { "martial arts", { "action" } },
    { "melodrama", { "drama" } },
    { "musicals", { "musical" } },
    { "noir", { "film-noir" } },
    { "news & current affairs", { "news" } },
    { "police", { "crime" } },
    { "reality tv", { "reality" } },
    { "reality-tv", { "reality" } },
    { "romantic comedy", { "romance", "comedy" } },
    { "sci-fi", { "science-fiction" } },
    { "sci-fi & fantasy", { "science-fiction", "fantasy" } },
    { "scifi", { "science-fiction" } },
    { "short film", { "short" } },
    { "shorts", { "short" } },
    { "silent film", { "silent" } },
    { "sitcom", { "comedy" } },
    { "soap opera", { "drama" } },
    { "sports", { "sport" } },
    { "stand-up comedy", { "comedy" } },
    { "suspense", { "thriller" } },
    { "talk show", { "talk" } },
    { "theater", { "theatre" } },
    { "true crime", { "crime", "documentary" } },
    { "westerns", { "western" } },
};

size_t metadata_genres(const char *said, const char *out[2])
{
    char word[64];
    size_t n = strlen(said), count;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcasecmp(rows[i].said, said) != 0)
            continue;
        memcpy(out, rows[i].genres, sizeof rows[i].genres);
        return out[1] == NULL ? 1 : 2;
    }
    if (n >= sizeof word)
        return 0;
    for (size_t i = 0; i <= n; i++)
        word[i] = said[i] == ' ' ? '-' : (char)tolower((unsigned char)said[i]);
    const char *const *ours = genre_list(&count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(ours[i], word) == 0) {
            out[0] = ours[i];
            return 1;
        }
    }
    return 0;
}
