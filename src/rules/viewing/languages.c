#include "rules/viewing/languages.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "rules/viewing/showing.h"

/* A contract lists some tens of languages; all 249 territories' would fit. */
enum { LANGUAGES_MAX = 16 * 1024 };

/* Whether the tag is the stem of n bytes or begins with it: "es-419" is an "es". */
static bool begins_with(const char *tag, const char *stem, size_t n)
{
    return strncasecmp(stem, tag, n) == 0 && (tag[n] == 0 || tag[n] == '-');
}

/* ---- reading ---- */

/* Whether the entry of n bytes ("es", "fr:sub") speaks of the tag in this use. */
static bool entry_covers(const char *entry, size_t n, const char *tag, enum rights_asset asset)
{
    const char *colon = memchr(entry, ':', n);
    size_t stem = colon != NULL ? (size_t)(colon - entry) : n;
    if (colon != NULL && asset != RIGHTS_ANY) {
        enum rights_asset named =
            n - stem == 4 && memcmp(colon, ":sub", 4) == 0 ? RIGHTS_SUB : RIGHTS_DUB;
        if (asset != named)
            return false;
    }
    return begins_with(tag, entry, stem);
}

/* One alternative: "", "+fr,en", "-fr", "+es,!es-419". */
static bool alternative_allows(const char *text, size_t n, const char *tag, enum rights_asset asset)
{
    bool listed = false, refused = false;
    if (n == 0)
        return true;
    for (const char *at = text + 1, *end = text + n; at < end;) {
        const char *comma = memchr(at, ',', (size_t)(end - at));
        size_t size = (size_t)((comma != NULL ? comma : end) - at);
        if (at[0] == '!')
            refused = refused || entry_covers(at + 1, size - 1, tag, asset);
        else
            listed = listed || entry_covers(at, size, tag, asset);
        at += size + 1;
    }
    return (text[0] == '+') == listed && !refused;
}

bool showing_language_allowed(const char *languages, const char *tag, enum rights_asset asset)
{
    if (languages == NULL)
        return true;
    for (const char *at = languages;; at++) {
        size_t n = strcspn(at, ";");
        if (alternative_allows(at, n, tag, asset))
            return true;
        at += n;
        if (*at == 0)
            return false;
    }
}

/* ---- writing ---- */

static void put_entry(struct buf *out, const char *before, const char *tag, enum rights_asset asset)
{
    static const char *const uses[] = { "", ":sub", ":dub" };
    if (out->size > 1)
        buf_text(out, ",");
    buf_text(out, before);
    buf_text(out, tag);
    buf_text(out, uses[asset]);
}

static bool is_narrower(const char *tag, const char *than)
{
    return begins_with(tag, than, strlen(than)) && strlen(tag) > strlen(than);
}

/* What holdbacks of the same language, or of a broader one, leave of the uses; false: nothing. */
static bool leaves(const struct rights_right *right, const struct rights_language *allowed,
                   enum rights_asset *asset)
{
    bool as_sub = allowed->asset != RIGHTS_DUB, as_dub = allowed->asset != RIGHTS_SUB;
    for (size_t i = 0; i < right->n_holdback; i++) {
        const struct rights_language *h = &right->holdback[i];
        if (!begins_with(allowed->tag, h->tag, strlen(h->tag)))
            continue;
        as_sub = as_sub && h->asset == RIGHTS_DUB;
        as_dub = as_dub && h->asset == RIGHTS_SUB;
    }
    *asset = as_sub && as_dub ? RIGHTS_ANY : as_sub ? RIGHTS_SUB : RIGHTS_DUB;
    return as_sub || as_dub;
}

/* "+...": the list of what is allowed, less what is held back of it. */
static void put_allowed(struct buf *out, const struct rights_right *right)
{
    buf_text(out, "+");
    for (size_t i = 0; i < right->n_allowed; i++) {
        enum rights_asset asset = RIGHTS_ANY;
        if (leaves(right, &right->allowed[i], &asset))
            put_entry(out, "", right->allowed[i].tag, asset);
    }
    for (size_t i = 0; i < right->n_holdback; i++) {
        const struct rights_language *h = &right->holdback[i];
        bool bites = false;
        for (size_t k = 0; k < right->n_allowed; k++)
            bites = bites || is_narrower(h->tag, right->allowed[k].tag);
        if (bites)
            put_entry(out, "!", h->tag, h->asset);
    }
}

static void put_right(struct buf *out, const struct rights_right *right)
{
    if (right->n_allowed > 0) {
        put_allowed(out, right);
        return;
    }
    if (right->n_holdback > 0)
        buf_text(out, "-");
    for (size_t i = 0; i < right->n_holdback; i++)
        put_entry(out, "", right->holdback[i].tag, right->holdback[i].asset);
}

/* Whether the list holds the entry of n bytes, between the marks. */
static bool list_holds(const char *list, size_t size, char mark, const char *entry, size_t n)
{
    for (const char *at = list, *end = list + size; at < end;) {
        const char *next = memchr(at, mark, (size_t)(end - at));
        size_t got = (size_t)((next != NULL ? next : end) - at);
        if (got == n && memcmp(at, entry, n) == 0)
            return true;
        at += got + 1;
    }
    return false;
}

/* Adds the entries of "+fr,en" to the list that all such alternatives share. */
static void merge_list(struct buf *list, const char *text)
{
    if (list->size == 0)
        buf_text(list, "+");
    for (const char *at = text + 1; *at != 0;) {
        size_t n = strcspn(at, ",");
        if (!list_holds((const char *)list->data + 1, list->size - 1, ',', at, n)) {
            if (list->size > 1)
                buf_text(list, ",");
            buf_put(list, at, n);
        }
        at += n + (at[n] == ',' ? 1 : 0);
    }
}

static void add_alternative(struct buf *out, const char *text)
{
    if (out->size > 0 && list_holds((const char *)out->data, out->size, ';', text, strlen(text)))
        return;
    if (out->size > 0)
        buf_text(out, ";");
    buf_text(out, text);
}

const char *languages_of_rights(struct arena *arena, const struct rights_right *const *rights,
                                size_t n)
{
    struct buf list, out, one;
    bool all = n == 0, fits = true;
    buf_init(&list, LANGUAGES_MAX);
    buf_init(&out, LANGUAGES_MAX);
    buf_init(&one, LANGUAGES_MAX);
    for (size_t i = 0; i < n && !all; i++) {
        buf_clear(&one);
        put_right(&one, rights[i]);
        const char *text = buf_string(&one);
        all = one.err == OK && one.size == 0;
        fits = fits && one.err == OK;
        if (text[0] == '+' && strchr(text, '!') == NULL)
            merge_list(&list, text);
        else if (text[0] != 0)
            add_alternative(&out, text);
    }
    if (list.size > 0)
        add_alternative(&out, buf_string(&list));
    /* A list that nothing real has: none of it may be offered rather than all. */
    fits = fits && list.err == OK && out.err == OK;
    const char *text = all ? "" : fits ? arena_strdup(arena, buf_string(&out)) : "+";
    buf_finish(&list);
    buf_finish(&out);
    buf_finish(&one);
    return text;
}
