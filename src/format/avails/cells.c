/* Values that are lists: territories, languages, identifiers. */
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "format/avails/internal.h"

/* The next word between separators; NULL: no more. */
static const char *next_word(const char **at, const char *separators, size_t *n)
{
    *at += strspn(*at, separators);
    const char *word = *at;
    *n = strcspn(word, separators);
    *at += *n;
    while (*n > 0 && word[*n - 1] == ' ')
        (*n)--;
    return *n == 0 ? NULL : word;
}

static void add_name(struct reading *r, struct list *out, const char *text, size_t n)
{
    const char *kept = text_kept(r, text, n);
    if (kept == NULL)
        return;
    if (out->n >= ITEMS_MAX) {
        fault_error(r, "full", "more than %d items", ITEMS_MAX);
        return;
    }
    for (size_t i = out->n; i-- > 0 && out->n < 300;) {
        if (((const char **)out->items)[i] == kept)
            return;
    }
    *(const char **)avails_list_add(out) = kept;
}

static void take_names(struct reading *r, const struct said *s, struct list *out)
{
    size_t n;
    const char *at = s->text;
    for (const char *word; at != NULL && (word = next_word(&at, ",;| ", &n)) != NULL;)
        add_name(r, out, word, n);
}

void take_identifiers(struct reading *r, const struct said *s, struct list *out)
{
    size_t before = out->n;
    take_names(r, s, out);
    for (size_t i = before; i < out->n; i++) {
        struct said id = { .text = ((const char **)out->items)[i] };
        check_identifier(r, &id);
        (void)take_eidr(r, &id);
    }
}

/* "US", the world "ZZ", or a region of ISO 3166-2, "US-CA". */
static bool is_place(const char *text, size_t n)
{
    if (n == 2)
        return memcmp(text, "ZZ", 2) == 0 || text_is_territory(text, 2);
    bool good = n >= 4 && n <= 6 && text[2] == '-' && text_is_territory(text, 2);
    for (size_t i = 3; i < n; i++)
        good = good && ((text[i] >= 'A' && text[i] <= 'Z') || (text[i] >= '0' && text[i] <= '9'));
    return good;
}

void take_territories(struct reading *r, const struct said *s, struct list *out)
{
    size_t n;
    const char *at = s->text;
    for (const char *word; at != NULL && (word = next_word(&at, ",;| ", &n)) != NULL;) {
        char code[16] = "";
        for (size_t i = 0; i < n && i + 1 < sizeof code; i++)
            code[i] = word[i] >= 'a' && word[i] <= 'z' ? (char)(word[i] - 'a' + 'A') : word[i];
        if (n < sizeof code && is_place(code, n))
            add_name(r, out, code, n);
        else
            fault_error(r, "territory", "\"%s\" is no country of ISO 3166-1%s",
                        quoted(r, text_kept(r, word, n)),
                        strcmp(code, "UK") == 0 ? " (the United Kingdom is GB)" : "");
    }
}

static const char *asset_of(struct reading *r, const char *text, size_t n)
{
    const char *word = text_kept(r, text, n);
    const char *asset = word == NULL ? NULL : vocabulary_find(VOCABULARY_ASSET, word);
    if (asset == NULL)
        fault_error(r, "language", "\"%s\" is no %s", word == NULL ? "" : quoted(r, word),
                    vocabulary_name(VOCABULARY_ASSET));
    else if (strcmp(asset, "any") == 0)
        return NULL;
    else if (strcmp(asset, "sub") == 0)
        return "subtitle";
    else if (strcmp(asset, "dub") == 0)
        return "audio";
    return asset;
}

/* "es", "es:subdub"; asset: said beside it, as XML does. */
static void take_language(struct reading *r, const char *word, size_t n, const char *asset,
                          struct list *out)
{
    enum { TAG_MAX = 35 };
    char tag[TAG_MAX + 1] = "";
    const char *colon = memchr(word, ':', n);
    size_t length = colon == NULL ? n : (size_t)(colon - word);
    if (length <= TAG_MAX)
        memcpy(tag, word, length);
    if (length > TAG_MAX || !avails_language_tag(tag, length)) {
        fault_error(r, "language", "\"%s\" is no language of BCP 47",
                    quoted(r, text_kept(r, word, length)));
        return;
    }
    struct avails_language language = { .tag = string_kept(r, tag) };
    if (colon != NULL)
        language.asset = asset_of(r, colon + 1, n - length - 1);
    else if (asset != NULL)
        language.asset = asset_of(r, asset, strlen(asset));
    if (out->n >= ITEMS_MAX) {
        fault_error(r, "full", "more than %d languages", ITEMS_MAX);
        return;
    }
    *(struct avails_language *)avails_list_add(out) = language;
}

void take_languages(struct reading *r, const struct said *s, const char *asset, struct list *out)
{
    size_t n;
    const char *at = s->text;
    for (const char *word; at != NULL && (word = next_word(&at, ",;| ", &n)) != NULL;)
        take_language(r, word, n, asset, out);
}
