#include <string.h>

#include "base/text.h"
#include "format/mec/reading.h"

/* RFC 5646, 2.1.1: language in lower case, script with a capital, region in capitals. */
const char *mec_language(struct mec_reading *r, const xmlNode *node, const char *tag)
{
    char *out = arena_strdup(r->arena, tag);
    size_t begin = 0, n = strlen(tag);
    for (size_t i = 0; i < n; i++) {
        if (out[i] == '-') {
            begin = i + 1;
            continue;
        }
        size_t size = strcspn(out + begin, "-");
        bool is_lower = out[i] >= 'a' && out[i] <= 'z', is_upper = out[i] >= 'A' && out[i] <= 'Z';
        bool is_large = begin > 0 && (size == 2 || (size == 4 && i == begin));
        if (is_large && is_lower)
            out[i] = (char)(out[i] - 'a' + 'A');
        else if (!is_large && is_upper)
            out[i] = (char)(out[i] - 'A' + 'a');
    }
    if (text_is_language(out, n))
        return out;
    mec_fault(r, node, false, "%.40s is no language of BCP 47", tag);
    return NULL;
}

static const char *title_of(struct mec_reading *r, const xmlNode *info)
{
    static const char *const names[] = { "TitleDisplayUnlimited", "TitleDisplay60",
                                         "TitleDisplay19" };
    const char *title = NULL;
    for (size_t i = 0; i < sizeof names / sizeof names[0] && title == NULL; i++)
        title = mec_child_text(r, info, names[i]);
    return title;
}

static const char *synopsis_of(struct mec_reading *r, const xmlNode *info)
{
    static const char *const names[] = { "Summary4000", "Summary400", "Summary190" };
    const char *longest = NULL;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *summary = mec_child_text(r, info, names[i]);
        if (summary != NULL && (longest == NULL || strlen(summary) > strlen(longest)))
            longest = summary;
    }
    return longest;
}

static void read_genres(struct mec_reading *r, const xmlNode *info, struct mec_text *out)
{
    out->genres = ARENA_ARRAY(r->arena, const char *, mec_count(info, "Genre"));
    for (const xmlNode *g = mec_child(info, "Genre"); g != NULL; g = mec_next(g, "Genre")) {
        const char *genre = mec_text_of(r, g);
        if (genre == NULL)
            genre = mec_attribute(r, g, "id");
        if (genre != NULL)
            out->genres[out->n_genres++] = genre;
    }
}

static void read_art(struct mec_reading *r, const xmlNode *info, struct mec_text *out)
{
    static const char name[] = "ArtReference";
    out->art = ARENA_ARRAY(r->arena, const char *, mec_count(info, name));
    for (const xmlNode *a = mec_child(info, name); a != NULL; a = mec_next(a, name)) {
        const char *art = mec_text_of(r, a);
        if (art != NULL)
            out->art[out->n_art++] = art;
    }
}

static bool is_true(const char *text)
{
    return text != NULL && (strcmp(text, "true") == 0 || strcmp(text, "1") == 0);
}

static void read_info(struct mec_reading *r, const xmlNode *info, struct mec_title *out)
{
    const char *said = mec_attribute(r, info, "language");
    if (said == NULL)
        mec_fault(r, info, false, "it says no language");
    const char *language = said == NULL ? NULL : mec_language(r, info, said);
    if (language == NULL)
        return;
    size_t n_regions;
    const char **regions = mec_territories(r, info, "Region", &n_regions);
    struct mec_text *text = &out->texts[out->n_texts++];
    *text = (struct mec_text){ .language = language,
                               .is_default = is_true(mec_attribute(r, info, "default")),
                               .region = n_regions > 0 ? regions[0] : NULL,
                               .title = title_of(r, info),
                               .sort_title = mec_child_text(r, info, "TitleSort"),
                               .synopsis = synopsis_of(r, info),
                               .credit_line = mec_child_text(r, info, "CopyrightLine") };
    read_genres(r, info, text);
    read_art(r, info, text);
    if (out->original_title == NULL)
        out->original_title = mec_child_text(r, info, "OriginalTitle");
}

void mec_texts_read(struct mec_reading *r, const xmlNode *basic, struct mec_title *out)
{
    static const char name[] = "LocalizedInfo";
    out->texts = ARENA_ARRAY(r->arena, struct mec_text, mec_count(basic, name));
    for (const xmlNode *i = mec_child(basic, name); i != NULL; i = mec_next(i, name))
        read_info(r, i, out);
    bool has_title = false;
    for (size_t i = 0; i < out->n_texts; i++)
        has_title |= out->texts[i].title != NULL;
    if (!has_title)
        mec_fault(r, basic, true, "it says no title in any language");
}
