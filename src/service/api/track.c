#include "service/api/track.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "rules/viewing/showing.h"

const char *track_language(struct arena *arena, const struct store_rendition *r)
{
    static const char description[] = "-ad";
    if (strncmp(r->name, "a-", 2) != 0)
        return "";
    const char *from = r->name + 2, *end = strrchr(from, '-');
    size_t n = end == NULL ? 0 : (size_t)(end - from), extra = sizeof description - 1;
    if (r->is_description && n > extra && memcmp(from + n - extra, description, extra) == 0)
        n -= extra;
    const char *text = arena_strndup(arena, from, n);
    return text_is_language(text, n) ? text : "";
}

static bool is_nobodys(const char *language)
{
    return language[0] == 0 || strcmp(language, "und") == 0 || strcmp(language, "zxx") == 0 ||
           strcmp(language, "mul") == 0;
}

bool track_any_sound(struct arena *arena, const struct store_edition *edition,
                     const char *languages)
{
    bool has_sound = false;
    for (size_t i = 0; i < edition->n_renditions; i++) {
        const struct store_rendition *r = &edition->renditions[i];
        if (strcmp(r->kind, "audio") != 0)
            continue;
        has_sound = true;
        const char *language = track_language(arena, r);
        if (is_nobodys(language) || showing_language_allowed(languages, language, RIGHTS_DUB))
            return true;
    }
    return !has_sound;
}

/* ---- shortening ------------------------------------------------------------------------------ */

/* A track's language and its use. */
struct use {
    const char *tag;
    enum rights_asset asset;
    bool is_allowed;
};

/* "fr" begins "fr" and "fr-CA". */
static bool begins(const char *stem, const char *tag)
{
    size_t n = strlen(stem);
    return strncasecmp(stem, tag, n) == 0 && (tag[n] == 0 || tag[n] == '-');
}

static bool is_among(const struct use *uses, size_t n, const struct use *one)
{
    for (size_t i = 0; i < n; i++)
        if (uses[i].asset == one->asset && strcasecmp(uses[i].tag, one->tag) == 0)
            return true;
    return false;
}

/* Every language of the edition in every use, each once, sound first. */
static size_t list_uses(struct arena *arena, const char *languages, const struct track_list *tracks,
                        struct use *out)
{
    size_t n = 0, n_audio = tracks->edition->n_renditions;
    for (size_t i = 0; i < n_audio + tracks->n_captions; i++) {
        bool is_sound = i < n_audio;
        struct use u = { .asset = is_sound ? RIGHTS_DUB : RIGHTS_SUB };
        u.tag = is_sound ? track_language(arena, &tracks->edition->renditions[i])
                         : tracks->captions[i - n_audio].language;
        if ((is_sound && is_nobodys(u.tag)) || is_among(out, n, &u))
            continue;
        u.is_allowed = showing_language_allowed(languages, u.tag, u.asset);
        out[n++] = u;
    }
    return n;
}

/* Whether a broader language that is allowed would let this one through, too. */
static bool is_let_through(const struct use *uses, size_t n, const struct use *one)
{
    for (size_t i = 0; i < n; i++)
        if (uses[i].is_allowed && uses[i].asset == one->asset && begins(uses[i].tag, one->tag))
            return true;
    return false;
}

static const char *entry_of(struct arena *arena, const struct use *u)
{
    return arena_printf(arena, "%s%s:%s", u->is_allowed ? "" : "!", u->tag,
                        u->asset == RIGHTS_SUB ? "sub" : "dub");
}

enum err track_shorten(struct arena *arena, const char *languages, size_t max,
                       const struct track_list *tracks, const char **out)
{
    *out = languages != NULL ? languages : "";
    if (strlen(*out) <= max)
        return OK;
    struct use *uses =
        ARENA_ARRAY(arena, struct use, tracks->edition->n_renditions + tracks->n_captions + 1);
    size_t n = list_uses(arena, languages, tracks, uses);
    const char *text = "+";
    for (size_t i = 0; i < n; i++)
        if (!uses[i].is_allowed && is_let_through(uses, n, &uses[i]))
            text = arena_printf(arena, "%s%s%s", text, text[1] != 0 ? "," : "",
                                entry_of(arena, &uses[i]));
    if (strlen(text) > max)
        return ERR_FULL;
    for (size_t i = 0; i < n; i++) {
        if (!uses[i].is_allowed)
            continue;
        const char *longer =
            arena_printf(arena, "%s%s%s", text, text[1] != 0 ? "," : "", entry_of(arena, &uses[i]));
        if (strlen(longer) <= max)
            text = longer;
    }
    *out = text;
    return OK;
}
