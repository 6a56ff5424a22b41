#include <stdlib.h>
#include <string.h>

#include "rules/rights/deal_find.h"
#include "rules/rights/studio.h"

/* Deals held against one another, whatever the titles. */

static int by_text(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static const char **sorted(struct arena *arena, const struct deal *deal)
{
    const char **titles = ARENA_ARRAY(arena, const char *, deal->n_titles);
    for (size_t i = 0; i < deal->n_titles; i++)
        titles[i] = deal->titles[i];
    qsort(titles, deal->n_titles, sizeof titles[0], by_text);
    return titles;
}

/* How many titles both name, and the first of these. */
static size_t in_common(const struct deal *a, const struct deal *b, const char **first)
{
    struct arena *room = arena_create();
    const char **left = sorted(room, a), **right = sorted(room, b);
    size_t n = 0;
    for (size_t i = 0, k = 0; i < a->n_titles && k < b->n_titles;) {
        int order = strcmp(left[i], right[k]);
        if (order == 0 && n++ == 0)
            *first = left[i];
        i += order <= 0 ? 1 : 0;
        k += order >= 0 ? 1 : 0;
    }
    arena_destroy(&room);
    return n;
}

/* Whether they are about the same titles; *title: the one, if it is one alone. A deal for all the
 * titles of a studio has none in common with another studio's, nor with what is ours: where one
 * title has rights of both, deal_check_title sees it. */
static bool titles_meet(const struct deal *a, const struct deal *b, const char **title)
{
    const char *first = NULL;
    *title = NULL;
    if (a->n_titles == 0 || b->n_titles == 0) {
        if (a->direction != DEAL_BY_US || b->direction != DEAL_BY_US)
            return false;
        const struct deal *named = a->n_titles == 0 ? b : a;
        *title = named->n_titles == 1 ? named->titles[0] : NULL;
        return true;
    }
    size_t n = in_common(a, b, &first);
    *title = n == 1 ? first : NULL;
    return n > 0;
}

/* The media that one alone was granted and the other has as well. What we grant on what is granted
 * to us is no breach of a licence that is not exclusive. */
static uint32_t media_met(const struct deal *a, const struct deal *b)
{
    uint32_t met = a->exclusive_media & b->exclusive_media;
    if (a->direction == DEAL_BY_US && b->direction == DEAL_BY_US)
        met |= (a->exclusive_media & b->media) | (a->media & b->exclusive_media);
    return met;
}

static bool are_one_contract(const struct deal *a, const struct deal *b)
{
    return a->direction == b->direction && studio_is_same(a->party, b->party);
}

static void check_pair(struct deal_findings *findings, const struct deal *deals, size_t i, size_t k)
{
    const struct deal *a = &deals[i], *b = &deals[k];
    const struct zone *utc = zone_named("UTC");
    struct rights_interval first = deal_term(a, utc), second = deal_term(b, utc), both;
    const char *title = NULL;
    uint32_t media = media_met(a, b);
    if (media == 0 || !territory_sets_meet(&a->where, &b->where) ||
        !rights_interval_meet(&first, &second, &both) || are_one_contract(a, b) ||
        !titles_meet(a, b, &title))
        return;
    char words[80];
    deal_media_text(media, words, sizeof words);
    bool are_both = (media & a->exclusive_media & b->exclusive_media) != 0;
    struct pending_finding p = { .finding = { .kind = DEAL_FINDING_EXCLUSIVE_CLASH,
                                              .title = title,
                                              .first = deal_source(findings->arena, a),
                                              .second = deal_source(findings->arena, b),
                                              .from = both.from,
                                              .until = both.until },
                                 .what = arena_printf(findings->arena, "grants %s", words),
                                 .then = are_both ? " for one alone, and so does "
                                                  : " although one alone was to have it, as does ",
                                 .zone = utc,
                                 .where = a->where,
                                 .pair = { i, k } };
    struct territory_set elsewhere = a->where;
    territory_set_take(&elsewhere, &b->where);
    territory_set_take(&p.where, &elsewhere);
    deal_findings_note(findings, &p);
}

enum err deal_check_deals(struct arena *arena, const struct deal *deals, size_t n,
                          struct deal_finding **out, size_t *n_out)
{
    struct deal_findings findings = { .arena = arena };
    for (size_t i = 0; i < n; i++) {
        for (size_t k = i + 1; k < n; k++)
            check_pair(&findings, deals, i, k);
    }
    deal_findings_finish(&findings, out, n_out);
    return OK;
}
