#include "rules/catalog/title.h"

#include <assert.h>
#include <string.h>

bool title_may_move(enum title_state from, enum title_state to)
{
    static const bool may_move[3][3] = {
        [TITLE_DRAFT][TITLE_PUBLISHED] = true,
        [TITLE_PUBLISHED][TITLE_WITHDRAWN] = true,
        [TITLE_WITHDRAWN][TITLE_PUBLISHED] = true,
    };
    assert((unsigned)from < 3 && (unsigned)to < 3);
    return may_move[from][to];
}

const char *title_kind_name(enum title_kind kind)
{
    return kind == TITLE_FILM ? "film" : "series";
}

bool title_kind_parse(const char *name, enum title_kind *out)
{
    bool film = strcmp(name, "film") == 0;
    if (!film && strcmp(name, "series") != 0)
        return false;
    *out = film ? TITLE_FILM : TITLE_SERIES;
    return true;
}

static const char *const state_names[] = { "draft", "published", "withdrawn" };

const char *title_state_name(enum title_state state)
{
    assert((unsigned)state < 3);
    return state_names[state];
}

bool title_state_parse(const char *name, enum title_state *out)
{
    for (unsigned i = 0; i < 3; i++) {
        if (strcmp(state_names[i], name) == 0) {
            *out = (enum title_state)i;
            return true;
        }
    }
    return false;
}

/* Length of the primary subtag: "pt" of "pt-BR". */
static size_t primary_size(const char *language)
{
    return strcspn(language, "-");
}

static bool has_primary_of(const char *language, const char *wanted)
{
    size_t n = primary_size(wanted);
    return primary_size(language) == n && strncmp(language, wanted, n) == 0;
}

static const struct title_text *find_text(const struct title_text *texts, size_t n,
                                          const char *language)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(texts[i].language, language) == 0)
            return &texts[i];
    }
    for (size_t i = 0; i < n; i++) {
        if (has_primary_of(texts[i].language, language))
            return &texts[i];
    }
    return NULL;
}

const struct title_text *title_text_for(const struct title_text *texts, size_t n,
                                        const char *language)
{
    const struct title_text *found = language == NULL ? NULL : find_text(texts, n, language);
    if (found == NULL)
        found = find_text(texts, n, "en");
    return found == NULL && n > 0 ? &texts[0] : found;
}
