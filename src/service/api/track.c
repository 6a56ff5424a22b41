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

/* Whether the entry of n bytes ("es", "fr:sub") begins the tag. */
static bool begins(const char *entry, size_t n, const char *tag)
{
    const char *colon = memchr(entry, ':', n);
    size_t stem = colon != NULL ? (size_t)(colon - entry) : n;
    return strncasecmp(entry, tag, stem) == 0 && (tag[stem] == 0 || tag[stem] == '-');
}

struct tracks {
    struct arena *arena;
    const struct store_edition *edition;
    const struct store_caption *captions;
    size_t n_captions;
};

static bool bears_on(const struct tracks *t, const char *entry, size_t n)
{
    for (size_t i = 0; i < t->edition->n_renditions; i++)
        if (begins(entry, n, track_language(t->arena, &t->edition->renditions[i])))
            return true;
    for (size_t i = 0; i < t->n_captions; i++)
        if (begins(entry, n, t->captions[i].language))
            return true;
    return false;
}

enum err track_shorten(struct arena *arena, const char *languages, size_t max,
                       const struct store_edition *edition, const struct store_caption *captions,
                       size_t n_captions, const char **out)
{
    struct tracks t = { arena, edition, captions, n_captions };
    *out = languages != NULL ? languages : "";
    size_t length = strlen(*out);
    if (length <= max)
        return OK;
    char *kept = arena_alloc(arena, length + 1);
    size_t n = 0;
    kept[n++] = languages[0];
    for (const char *at = languages + 1; *at != 0;) {
        size_t size = strcspn(at, ",");
        if (bears_on(&t, at, size)) {
            if (n > 1)
                kept[n++] = ',';
            memcpy(kept + n, at, size);
            n += size;
        }
        at += size + (at[size] == ',' ? 1 : 0);
    }
    kept[n] = 0;
    *out = kept[0] == '-' && n == 1 ? "" : kept;
    return n <= max ? OK : ERR_FULL;
}
