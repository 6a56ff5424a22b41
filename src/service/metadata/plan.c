#include "service/metadata/plan.h"

#include <string.h>

void *plan_grow(struct plan *p, void *items, size_t n, size_t size)
{
    if ((n & (n - 1)) != 0) /* there is room up to the next power of two */
        return items;
    char *more = arena_array(p->arena, n == 0 ? 1 : 2 * n, size);
    if (n > 0)
        memcpy(more, items, n * size);
    return more;
}

static void add_note(struct plan *p, struct metadata_note **notes, size_t *n,
                     const struct mec_title *mec, const char *what)
{
    *notes = plan_grow(p, *notes, *n, sizeof **notes);
    const char *where = mec == NULL ? "the file" : arena_printf(p->arena, "line %zu", mec->line);
    (*notes)[(*n)++] = (struct metadata_note){ .where = where, .what = what };
}

void plan_refuse(struct plan *p, const struct mec_title *mec, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add_note(p, &p->out->refused, &p->out->n_refused, mec, arena_vprintf(p->arena, format, args));
    va_end(args);
}

void plan_warn(struct plan *p, const struct mec_title *mec, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add_note(p, &p->out->warnings, &p->out->n_warnings, mec, arena_vprintf(p->arena, format, args));
    va_end(args);
}

void plan_line(struct plan *p, char sign, const char *title, const char *format, ...)
{
    struct metadata_import *out = p->out;
    va_list args;
    va_start(args, format);
    out->lines = plan_grow(p, out->lines, out->n_lines, sizeof *out->lines);
    out->lines[out->n_lines++] = (struct metadata_line){
        .sign = sign, .title = title, .what = arena_vprintf(p->arena, format, args)
    };
    va_end(args);
}

/* ---- identifiers ------------------------------------------------------------------------------
 */

const char **plan_keys(struct plan *p, const struct mec_title *mec, size_t *n)
{
    const char **keys = ARENA_ARRAY(p->arena, const char *, 3 + mec->n_alt_ids);
    *n = 0;
    if (mec->eidr != NULL)
        keys[(*n)++] = arena_printf(p->arena, "eidr:%s", mec->eidr);
    if (mec->edit_eidr != NULL && (mec->eidr == NULL || strcmp(mec->eidr, mec->edit_eidr) != 0))
        keys[(*n)++] = arena_printf(p->arena, "eidr:%s", mec->edit_eidr);
    keys[(*n)++] = arena_printf(p->arena, "cid:%s", mec->content_id);
    for (size_t i = 0; i < mec->n_alt_ids; i++)
        keys[(*n)++] = arena_printf(p->arena, "alt:%s", mec->alt_values[i]);
    return keys;
}

static bool is_alternative(const char *key)
{
    return strncmp(key, "alt:", 4) == 0;
}

static bool bears(const struct target *t, const char *key)
{
    for (size_t i = 0; i < t->n_keys; i++)
        if (strcmp(t->keys[i], key) == 0)
            return true;
    return false;
}

/* The title that bears the key: one of the plan, or a stored one. id.s[0] 0: nobody. */
static enum err bearer_of(struct plan *p, const char *key, title_id *out)
{
    struct store_title_key *found = NULL;
    size_t n = 0;
    out->s[0] = 0;
    for (size_t i = 0; i < p->n; i++)
        if (bears(p->targets[i], key))
            *out = p->targets[i]->title.id;
    if (out->s[0] != 0)
        return OK;
    enum err err = store_title_keys_find(p->store, p->arena, key, &found, &n);
    if (err == OK && n > 0 && strcmp(found[0].key, key) == 0)
        *out = found[0].title;
    return err;
}

static enum err load(struct plan *p, title_id id, struct target *t)
{
    enum err err = store_title_get(p->store, p->arena, id, &t->title);
    if (err == OK)
        err = store_title_identifiers(p->store, p->arena, id, &t->keys, &t->n_keys);
    if (err == OK)
        err = store_title_events(p->store, p->arena, id, &t->known_events, &t->n_known_events);
    if (err == OK && t->title.kind == TITLE_SERIES)
        err = store_series_get(p->store, p->arena, id, &t->series);
    t->n_keys_before = t->n_keys;
    t->before = t->title;
    return err;
}

static struct target *add_target(struct plan *p)
{
    p->targets = plan_grow(p, p->targets, p->n, sizeof *p->targets);
    struct target *t = ARENA_NEW(p->arena, struct target);
    p->targets[p->n++] = t;
    return t;
}

enum err plan_take(struct plan *p, title_id id, struct target **out)
{
    for (size_t i = 0; i < p->n; i++) {
        if (strcmp(p->targets[i]->title.id.s, id.s) == 0) {
            *out = p->targets[i];
            return OK;
        }
    }
    struct target *t = add_target(p);
    enum err err = load(p, id, t);
    if (err == OK)
        *out = t;
    else
        p->n--;
    return err;
}

struct target *plan_add(struct plan *p, enum title_kind kind)
{
    struct target *t = add_target(p);
    t->is_new = true;
    t->title = (struct title){ .kind = kind,
                               .state = TITLE_DRAFT,
                               .version = 1,
                               .created = p->params->now,
                               .changed = p->params->now,
                               .is_licensed = true };
    id_new(t->title.id.s);
    return t;
}

/* Names and registries' identifiers count; an alternative one is a word of some system's and is
 * asked only when none of them is known. */
enum err plan_find(struct plan *p, const struct mec_title *mec, const char *const *keys, size_t n,
                   struct target **out)
{
    title_id first = { "" }, id;
    *out = NULL;
    for (int alternative = 0; alternative <= 1 && first.s[0] == 0; alternative++) {
        for (size_t i = 0; i < n; i++) {
            if (is_alternative(keys[i]) != (alternative == 1))
                continue;
            enum err err = bearer_of(p, keys[i], &id);
            if (err != OK)
                return err;
            if (first.s[0] == 0)
                first = id;
            if (id.s[0] != 0 && strcmp(id.s, first.s) != 0) {
                plan_refuse(p, mec, "its identifiers are those of two titles: %s and %s (%s)",
                            first.s, id.s, keys[i]);
                return OK;
            }
        }
    }
    return first.s[0] == 0 ? OK : plan_take(p, first, out);
}

enum err plan_identify(struct plan *p, const struct mec_title *mec, struct target *t,
                       const char *key)
{
    title_id id;
    if (bears(t, key))
        return OK;
    enum err err = bearer_of(p, key, &id);
    if (err != OK)
        return err;
    if (id.s[0] != 0 && is_alternative(key)) {
        plan_warn(p, mec, "%s is an identifier of title %s already: left out", key, id.s);
        return OK;
    }
    if (id.s[0] != 0) {
        plan_refuse(p, mec, "%s is an identifier of title %s already", key, id.s);
        return OK;
    }
    const char **more = ARENA_ARRAY(p->arena, const char *, t->n_keys + 1);
    if (t->n_keys > 0)
        memcpy(more, t->keys, t->n_keys * sizeof *more);
    more[t->n_keys++] = key;
    t->keys = more;
    return OK;
}

/* ---- texts ------------------------------------------------------------------------------------
 */

/* How well a text speaks for its language: not for one territory alone first, then the default. */
static int weight(const struct mec_text *text)
{
    return (text->region == NULL ? 2 : 0) + (text->is_default ? 1 : 0);
}

static const struct mec_text *best_in(const struct mec_title *mec, const char *language)
{
    const struct mec_text *best = NULL;
    for (size_t i = 0; i < mec->n_texts; i++) {
        const struct mec_text *text = &mec->texts[i];
        if ((language == NULL || strcmp(text->language, language) == 0) &&
            (best == NULL || weight(text) > weight(best)))
            best = text;
    }
    return best;
}

const struct mec_text *plan_main_text(const struct mec_title *mec)
{
    return best_in(mec, NULL);
}

static struct title_text *text_in(struct plan *p, struct title_text **texts, size_t *n,
                                  const char *language)
{
    for (size_t i = 0; i < *n; i++)
        if (strcmp((*texts)[i].language, language) == 0)
            return &(*texts)[i];
    struct title_text *more = ARENA_ARRAY(p->arena, struct title_text, *n + 1);
    if (*n > 0)
        memcpy(more, *texts, *n * sizeof *more);
    *texts = more;
    more[*n] = (struct title_text){ .language = language };
    return &more[(*n)++];
}

void plan_texts(struct plan *p, const struct mec_title *mec, struct title_text **texts, size_t *n)
{
    /* a copy: what was there is compared with what is to be */
    struct title_text *copy = ARENA_ARRAY(p->arena, struct title_text, *n + 1);
    if (*n > 0)
        memcpy(copy, *texts, *n * sizeof *copy);
    *texts = copy;
    for (size_t i = 0; i < mec->n_texts; i++) {
        const struct mec_text *text = &mec->texts[i];
        if (text != best_in(mec, text->language) || (text->title == NULL && text->synopsis == NULL))
            continue;
        struct title_text *ours = text_in(p, texts, n, text->language);
        if (text->title != NULL)
            ours->title = text->title;
        if (text->synopsis != NULL)
            ours->synopsis = text->synopsis;
    }
}
