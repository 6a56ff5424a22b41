/* What changes, in lines: old against new, field by field. */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "service/metadata/plan.h"

enum { LIST_MAX = 64 * 1024, SHOWN_MAX = 80 };

struct comparison {
    struct plan *plan;
    const char *name; /* of the title, for people */
    size_t n;         /* differences */
};

/* What a line has room for; a synopsis is known by its first words. */
static const char *shown(struct comparison *c, const char *text)
{
    size_t n = strlen(text), at = SHOWN_MAX;
    if (n <= SHOWN_MAX)
        return text;
    while (at > 0 && ((unsigned char)text[at] & 0xc0) == 0x80)
        at--;
    return arena_printf(c->plan->arena, "%.*s...", (int)at, text);
}

/* NULL and "" are the same: nothing. */
static void compare(struct comparison *c, const char *field, const char *before, const char *after)
{
    before = before == NULL ? "" : before;
    after = after == NULL ? "" : after;
    if (strcmp(before, after) == 0)
        return;
    c->n++;
    if (before[0] == 0)
        plan_line(c->plan, '+', c->name, "%s: %s", field, shown(c, after));
    else if (after[0] == 0)
        plan_line(c->plan, '-', c->name, "%s: %s", field, shown(c, before));
    else
        plan_line(c->plan, '~', c->name, "%s: %s -> %s", field, shown(c, before), shown(c, after));
}

static void compare_number(struct comparison *c, const char *field, int before, int after)
{
    char left[16] = "", right[16] = "";
    if (before != 0)
        snprintf(left, sizeof left, "%d", before);
    if (after != 0)
        snprintf(right, sizeof right, "%d", after);
    compare(c, field, left, right);
}

static const struct title_text *text_of(const struct title_text *texts, size_t n,
                                        const char *language)
{
    static const struct title_text none = { 0 };
    for (size_t i = 0; i < n; i++)
        if (strcmp(texts[i].language, language) == 0)
            return &texts[i];
    return &none;
}

/* Languages are never taken away here. */
static void compare_texts(struct comparison *c, const char *of, const struct title_text *before,
                          size_t n_before, const struct title_text *after, size_t n_after)
{
    for (size_t i = 0; i < n_after; i++) {
        const char *language = after[i].language;
        const struct title_text *was = text_of(before, n_before, language);
        struct arena *arena = c->plan->arena;
        compare(c, arena_printf(arena, "%stitle in %s", of, language), was->title, after[i].title);
        compare(c, arena_printf(arena, "%ssynopsis in %s", of, language), was->synopsis,
                after[i].synopsis);
    }
}

/* ---- lists: compared whole --------------------------------------------------------------------
 */

static const char *kept(struct comparison *c, struct buf *list)
{
    const char *text = arena_strdup(c->plan->arena, buf_string(list));
    buf_finish(list);
    return text;
}

static const char *joined(struct comparison *c, const char *const *items, size_t n)
{
    struct buf list;
    buf_init(&list, LIST_MAX);
    for (size_t i = 0; i < n; i++)
        buf_printf(&list, "%s%s", i == 0 ? "" : ", ", items[i]);
    return kept(c, &list);
}

static const char *ratings_of(struct comparison *c, const struct title *t)
{
    struct buf list;
    buf_init(&list, LIST_MAX);
    for (size_t i = 0; i < t->n_ratings; i++)
        buf_printf(&list, "%s%s %s", i == 0 ? "" : ", ", t->ratings[i].system, t->ratings[i].value);
    return kept(c, &list);
}

static const char *credits_of(struct comparison *c, const struct title *t)
{
    struct buf list;
    buf_init(&list, 4 * LIST_MAX);
    for (size_t i = 0; i < t->n_credits; i++) {
        const struct title_credit *k = &t->credits[i];
        buf_printf(&list, "%s%s %s%s%s", i == 0 ? "" : ", ", k->role, k->name,
                   k->character != NULL ? " as " : "", k->character != NULL ? k->character : "");
    }
    return kept(c, &list);
}

static void compare_credits(struct comparison *c, const struct title *before,
                            const struct title *after)
{
    if (strcmp(credits_of(c, before), credits_of(c, after)) == 0)
        return;
    c->n++;
    plan_line(c->plan, before->n_credits == 0 ? '+' : '~', c->name, "people: %zu -> %zu",
              before->n_credits, after->n_credits);
}

/* ---- what is beside the title itself ----------------------------------------------------------
 */

static void say_events(struct comparison *c, const struct target *t)
{
    for (size_t i = 0; i < t->n_events; i++) {
        const struct rights_event_date *e = &t->events[i];
        char day[CIVIL_DAY_TEXT], was[CIVIL_DAY_TEXT] = "";
        civil_day_format(e->day, day);
        for (size_t k = 0; k < t->n_known_events; k++)
            if (t->known_events[k].event == e->event &&
                strcmp(t->known_events[k].territory, e->territory) == 0)
                civil_day_format(t->known_events[k].day, was);
        compare(c,
                arena_printf(c->plan->arena, "%s%s%s", rights_event_name(e->event),
                             e->territory[0] != 0 ? " in " : "", e->territory),
                was, day);
    }
}

static void say_seasons(struct comparison *c, const struct target *t)
{
    for (size_t i = 0; i < t->n_seasons; i++) {
        const struct title_season *s = &t->seasons[i], *was = NULL;
        for (size_t k = 0; k < t->series.n_seasons; k++)
            if (t->series.seasons[k].number == s->number)
                was = &t->series.seasons[k];
        if (was == NULL)
            plan_line(c->plan, '+', c->name, "season %d", s->number);
        compare_texts(c, arena_printf(c->plan->arena, "season %d: ", s->number),
                      was != NULL ? was->texts : NULL, was != NULL ? was->n_texts : 0, s->texts,
                      s->n_texts);
    }
}

static void say_episodes(struct comparison *c, const struct target *t)
{
    static const struct title_episode none = { 0 };
    for (size_t i = 0; i < t->n_episodes; i++) {
        const struct title_episode *e = &t->episodes[i].episode, *was = &none;
        const char *of = arena_printf(c->plan->arena, "S%dE%d: ", e->season, e->number);
        for (size_t k = 0; k < t->series.n_episodes; k++)
            if (strcmp(t->series.episodes[k].id.s, e->id.s) == 0)
                was = &t->series.episodes[k];
        if (t->episodes[i].is_new)
            plan_line(c->plan, '+', c->name, "S%dE%d", e->season, e->number);
        compare_texts(c, of, was->texts, was->n_texts, e->texts, e->n_texts);
        compare_number(c, arena_printf(c->plan->arena, "%sminutes", of), was->runtime_minutes,
                       e->runtime_minutes);
    }
}

bool plan_compare(struct plan *p, const struct target *t)
{
    static const struct title none = { 0 };
    const struct title *was = t->is_new ? &none : &t->before, *is = &t->title;
    struct comparison c = { .plan = p, .name = is->original_title };
    if (t->is_new)
        plan_line(p, '+', c.name, "a draft of a %s", title_kind_name(is->kind));
    if (!t->is_new)
        compare(&c, "original title", was->original_title, is->original_title);
    compare(&c, "language", was->language, is->language);
    compare_number(&c, "year", was->year, is->year);
    compare_number(&c, "minutes", was->runtime_minutes, is->runtime_minutes);
    compare(&c, "credit line", was->credit_line, is->credit_line);
    compare_texts(&c, "", was->texts, was->n_texts, is->texts, is->n_texts);
    compare_credits(&c, was, is);
    compare(&c, "genres", joined(&c, was->genres, was->n_genres),
            joined(&c, is->genres, is->n_genres));
    compare(&c, "countries", joined(&c, was->countries, was->n_countries),
            joined(&c, is->countries, is->n_countries));
    compare(&c, "ratings", ratings_of(&c, was), ratings_of(&c, is));
    size_t n = c.n;
    for (size_t i = t->n_keys_before; i < t->n_keys; i++)
        plan_line(p, '+', c.name, "identifier %s", t->keys[i]);
    say_events(&c, t);
    say_seasons(&c, t);
    say_episodes(&c, t);
    return n > 0;
}
